package election

// A Reading is how a rule treats gaps and equal ranks on a paper.
type Reading uint8

const (
	Strict  Reading = iota // a gap or an equal rank ends what can be read
	Passing                // a gap is passed over; an equal rank ends
	Lenient                // a gap and an equal rank are passed over
)

// Next returns the index of the first mark at or after from for a candidate
// for whom open is true, or -1 when the paper has none.
func (r Reading) Next(marks []Mark, from int, open func(int16) bool) int {
	for i := from; i < len(marks); i++ {
		m := marks[i]
		if m.Candidate == Skipped {
			if r == Strict {
				return -1
			}
			continue
		}
		if i+1 < len(marks) && marks[i+1].Equal {
			if r != Lenient {
				return -1
			}
			for i+1 < len(marks) && marks[i+1].Equal {
				i++
			}
			continue
		}
		if open(m.Candidate) {
			return i
		}
	}
	return -1
}

// First returns the index of the first preference that counts, or -1. A paper
// without one is spoiled if it marks someone who stands, otherwise empty.
func (r Reading) First(marks []Mark, open func(int16) bool) (index int, spoiled bool) {
	if i := r.Next(marks, 0, open); i >= 0 {
		return i, false
	}
	for _, m := range marks {
		if m.Candidate != Skipped && open(m.Candidate) {
			return -1, true
		}
	}
	return -1, false
}
