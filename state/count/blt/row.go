package blt

import (
	"bytes"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// maxNumber bounds a number while it is read; any bigger one is out of range
// everywhere.
const maxNumber = 1 << 40

// number reads digits from line[i:] and returns the value and where they end.
func number(line []byte, i int) (int64, int) {
	var n int64
	for i < len(line) && line[i] >= '0' && line[i] <= '9' {
		if n < maxNumber {
			n = n*10 + int64(line[i]-'0')
		}
		i++
	}
	return n, i
}

// row reads one row of ballots; done is true for the closing 0. This is the
// inner loop of reading: it allocates only for a new kind of paper.
func (p *reader) row(line []byte) (done bool, err error) {
	if line[0] < '0' || line[0] > '9' {
		return false, p.fail("a row of ballots: its weight, candidates, 0", "%q", input.Short(string(line)))
	}
	weight, i := number(line, 0)
	if i < len(line) && line[i] == '.' {
		if weight, i, err = p.decimals(line, i, weight); err != nil {
			return false, err
		}
	} else if p.e.Places > 0 && weight > 0 {
		weight = min(weight, maxNumber) * report.Pow10(p.e.Places)
	}
	if i < len(line) && line[i] != ' ' && line[i] != '\t' && line[i] != '#' {
		return false, p.fail("a weight that is a number, then a space", "%q", input.Short(string(line)))
	}
	i = space(line, i)
	bare := i == len(line) || line[i] == '#'
	switch {
	case weight == 0 && bare:
		return true, p.tail(line, i)
	case weight < 1 || weight > election.MaxVotes:
		return false, p.fail(fmt.Sprintf("a weight from 1 to %d", election.MaxVotes), "%q", input.Short(string(line)))
	}
	end := p.plainMarks(line, i)
	if end < 0 {
		if end, err = p.readMarks(line, i); err != nil {
			return false, err
		}
	}
	i = end
	if err := p.tail(line, space(line, i)); err != nil {
		return false, err
	}
	if err := p.ballots.Add(weight, p.marks); err != nil {
		return false, p.fail("papers within the limits of a count", "%s", err.(*input.Error).Reason)
	}
	return false, nil
}

// decimals reads the decimals of a weight whose whole part has been read, from the
// point at line[i]. Weights read before are scaled when one has more decimals.
func (p *reader) decimals(line []byte, i int, whole int64) (weight int64, end int, err error) {
	for end = i + 1; end < len(line) && line[end] >= '0' && line[end] <= '9'; end++ {
	}
	digits := bytes.TrimRight(line[i+1:end], "0")
	if end == i+1 || len(digits) > election.MaxPlaces || whole > election.MaxVotes {
		return 0, 0, p.fail(fmt.Sprintf("a weight of at most %d decimals", election.MaxPlaces), "%q", input.Short(string(line)))
	}
	if more := len(digits) - p.e.Places; more > 0 {
		if err := p.ballots.Scale(report.Pow10(more)); err != nil {
			return 0, 0, p.fail("papers within the limits of a count", "%s", err.(*input.Error).Reason)
		}
		p.e.Places = len(digits)
	}
	part, _ := number(digits, 0)
	return whole*report.Pow10(p.e.Places) + part*report.Pow10(p.e.Places-len(digits)), end, nil
}

// plainMarks reads marks that are numbers with single spaces between, up to and
// with the 0 that ends them, as nearly all are. It returns -1 for anything else,
// right or wrong, and leaves it to readMarks.
func (p *reader) plainMarks(line []byte, i int) int {
	p.plain++
	marks := p.marks[:0]
	for i < len(line) {
		n := int(line[i]) - '0'
		if n < 0 || n > 9 {
			return -1
		}
		for i++; i < len(line) && line[i] != ' '; i++ {
			d := int(line[i]) - '0'
			if n = n*10 + d; d < 0 || d > 9 || n > election.MaxCandidates {
				return -1
			}
		}
		if n == 0 {
			p.marks = marks
			return i
		}
		if n > len(p.plainSeen) || p.plainSeen[n-1] == p.plain {
			return -1
		}
		p.plainSeen[n-1] = p.plain
		marks = append(marks, election.Mark{Candidate: int16(n - 1)})
		i++
	}
	return -1
}

// readMarks reads marks of any form from line[i:], up to and with the 0 that
// ends them.
func (p *reader) readMarks(line []byte, i int) (int, error) {
	p.marks = p.marks[:0]
	equal := false
	for {
		i = space(line, i)
		if i == len(line) || line[i] == '#' {
			return i, p.fail("a 0 at the end of the row", "end of line: it may be cut short")
		}
		c := line[i]
		candidate, points := int64(0), int64(0)
		switch {
		case c >= '0' && c <= '9':
			if candidate, i = number(line, i); candidate == 0 {
				if equal {
					return i, p.fail("a candidate after =", "0")
				}
				return i, nil
			}
		case c == '-' && !equal && (i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t'):
			i = space(line, i+1)
			if i < len(line) && line[i] == '=' {
				return i, p.fail("a candidate before =", "a skipped rank")
			}
			if len(p.marks) >= 2*election.MaxCandidates {
				return i, p.fail(fmt.Sprintf("at most %d marks", 2*election.MaxCandidates), "more")
			}
			p.marks = append(p.marks, election.Mark{Candidate: election.Skipped})
			continue
		default:
			var ok bool
			if candidate, i, ok = p.nickAt(line, i); !ok {
				return i, p.fail("a candidate's number, - for a skipped rank, or 0", "%q", input.Short(string(line[i:])))
			}
		}
		if candidate > int64(len(p.e.Candidates)) {
			return i, p.fail(fmt.Sprintf("candidates from 1 to %d", len(p.e.Candidates)), "a mark for candidate %d, who does not stand", candidate)
		}
		if p.seen[candidate-1] == p.plain {
			return i, p.fail("each candidate at most once", "candidate %d twice", candidate)
		}
		p.seen[candidate-1] = p.plain
		if i < len(line) && line[i] == ':' {
			from := i + 1
			if points, i = number(line, from); i == from || points < 1 || points > election.MaxPoints {
				return i, p.fail(fmt.Sprintf("1 to %d points after the colon", election.MaxPoints), "%q", input.Short(string(line[from:])))
			}
		}
		p.marks = append(p.marks, election.Mark{Candidate: int16(candidate - 1), Equal: equal, Points: int32(points)})
		i = space(line, i)
		if equal = i < len(line) && line[i] == '='; equal {
			i++
		}
	}
}

// nickAt reads a short name, and returns its candidate's number from 1.
func (p *reader) nickAt(line []byte, i int) (int64, int, bool) {
	j := i
	for j < len(line) && line[j] != ' ' && line[j] != '\t' && line[j] != '=' && line[j] != ':' && line[j] != '#' {
		j++
	}
	n, ok := p.nicks[string(line[i:j])]
	if !ok {
		return 0, i, false
	}
	return int64(n) + 1, j, true
}

// tail accepts space and a comment.
func (p *reader) tail(line []byte, i int) error {
	if i == len(line) {
		return nil
	}
	if line[i] == '#' {
		return p.comment(line[i:])
	}
	return p.fail("the end of the line", "%q", input.Short(string(line[i:])))
}
