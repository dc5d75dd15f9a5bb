package election

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// A Ballots builder groups identical papers as they arrive, so that a million
// papers of a hundred kinds take the room of a hundred. The zero value is ready.
type Ballots struct {
	papers []Paper
	slots  []slot // open addressing, a power of two, at most half full
	crowd  map[string]int32
	key    []byte
	slab   []Mark // marks are cut from slabs, not allocated one paper at a time
	votes  int64
	marks  int
}

// A slot finds a kind of paper by its hash.
type slot struct {
	hash  uint32
	paper int32 // index into papers, plus 1; 0 for a free slot
}

const (
	slabMarks = 1 << 14
	minSlots  = 1 << 8

	// maxProbe is how far Add looks for a paper before it turns to crowd, a
	// plain map. The hash is fixed, so that a file could be made whose papers all
	// collide; then the map bounds the time.
	maxProbe = 256
)

// Add counts weight more papers marked with marks, which it copies. It returns
// an *input.Error when the papers together pass a limit; it does not look at the
// marks themselves, which Election.Check does.
func (b *Ballots) Add(weight int64, marks []Mark) error {
	if weight < 1 || weight > MaxVotes || b.votes > MaxVotes-weight {
		return input.Errorf("count in parts", "more than %d papers, or a weight outside 1 to that", MaxVotes)
	}
	b.votes += weight
	if len(b.slots) == 0 {
		b.slots = make([]slot, minSlots)
	}
	hash := hashMarks(marks)
	free := -1
	mask := len(b.slots) - 1
	for i := range maxProbe {
		at := (int(hash) + i) & mask
		s := b.slots[at]
		if s.paper == 0 {
			free = at
			break
		}
		if s.hash == hash && slices.Equal(b.papers[s.paper-1].Marks, marks) {
			b.papers[s.paper-1].Weight += weight
			return nil
		}
	}
	if b.crowd != nil {
		b.key = appendKey(b.key[:0], marks)
		if i, ok := b.crowd[string(b.key)]; ok {
			b.papers[i].Weight += weight
			return nil
		}
	}
	if len(b.papers) == MaxPapers {
		return input.Errorf("count in parts", "more than %d different papers", MaxPapers)
	}
	if b.marks += len(marks); b.marks > MaxMarks {
		return input.Errorf("count in parts", "more than %d marks on different papers", MaxMarks)
	}
	b.papers = append(b.papers, Paper{Weight: weight, Marks: b.keep(marks)})
	if free < 0 {
		if b.crowd == nil {
			b.crowd = make(map[string]int32)
		}
		b.crowd[string(appendKey(nil, marks))] = int32(len(b.papers) - 1)
		return nil
	}
	b.slots[free] = slot{hash, int32(len(b.papers))}
	if 2*len(b.papers) > len(b.slots) {
		b.grow()
	}
	return nil
}

// Scale multiplies the weight of every paper by a factor of 1 or more. It returns an
// *input.Error if that passes the limit.
func (b *Ballots) Scale(factor int64) error {
	if b.votes > MaxVotes/factor {
		return input.Errorf("round the weights, or count in parts", "more than %d papers at the decimals of their weights", MaxVotes/factor)
	}
	b.votes *= factor
	for i := range b.papers {
		b.papers[i].Weight *= factor
	}
	return nil
}

// grow doubles the slots. A paper that finds no slot within maxProbe goes to
// crowd, where it stays.
func (b *Ballots) grow() {
	old := b.slots
	b.slots = make([]slot, 2*len(old))
	mask := len(b.slots) - 1
	for _, s := range old {
		if s.paper == 0 {
			continue
		}
		placed := false
		for i := 0; i < maxProbe && !placed; i++ {
			if at := (int(s.hash) + i) & mask; b.slots[at].paper == 0 {
				b.slots[at], placed = s, true
			}
		}
		if !placed {
			if b.crowd == nil {
				b.crowd = make(map[string]int32)
			}
			b.crowd[string(appendKey(nil, b.papers[s.paper-1].Marks))] = s.paper - 1
		}
	}
}

// hashMarks mixes every field of every mark.
func hashMarks(marks []Mark) uint32 {
	h := uint64(len(marks)) + 0x9e3779b97f4a7c15
	for _, m := range marks {
		x := uint64(uint16(m.Candidate)) | uint64(uint32(m.Points))<<32
		if m.Equal {
			x |= 1 << 16
		}
		h = (h ^ x) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	return uint32(h)
}

// appendKey appends marks as bytes that no other marks give.
func appendKey(key []byte, marks []Mark) []byte {
	for _, m := range marks {
		k := uint16(m.Candidate+1) << 1
		if m.Equal {
			k |= 1
		}
		key = append(key, byte(k), byte(k>>8), byte(m.Points), byte(m.Points>>8), byte(m.Points>>16))
	}
	return key
}

// keep copies marks into the current slab.
func (b *Ballots) keep(marks []Mark) []Mark {
	if len(marks) == 0 {
		return nil
	}
	if cap(b.slab)-len(b.slab) < len(marks) {
		b.slab = make([]Mark, 0, max(slabMarks, len(marks)))
	}
	from := len(b.slab)
	b.slab = append(b.slab, marks...)
	return b.slab[from:len(b.slab):len(b.slab)]
}

// Papers returns the papers added so far, in order of first appearance.
func (b *Ballots) Papers() []Paper { return b.papers }
