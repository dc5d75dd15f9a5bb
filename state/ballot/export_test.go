package ballot

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Plurality is a method of the tests alone: among 2 to 9 options, the one that
// most papers name wins; a tie is lost. It counts when the poll is over, two
// papers a block, and its rule is the least number of papers.
const Plurality charter.MethodTag = 0xfff1

// PluralityPapers is how many papers it takes in one block.
const PluralityPapers = 2

func init() { methods[Plurality] = plurality{} }

type plurality struct{}

// PluralityRule is the rule of Plurality.
type PluralityRule struct {
	Least uint64 `cbor:"1,keyasint,omitempty"`
}

// Votes are what Plurality keeps.
type Votes struct {
	Next  state.Member `cbor:"1,keyasint,omitempty"` // zero when all are counted
	Votes []uint64     `cbor:"2,keyasint,omitempty"` // of option 1, 2, …
}

func (plurality) options() (least, most int) { return 2, 9 }

func (plurality) read(paper []byte, options int) error {
	if len(paper) != 1 || paper[0] == 0 || int(paper[0]) > options {
		return ErrPaper.With("no option")
	}
	return nil
}

func (plurality) count(p papers, kept []byte, units int) (step, error) {
	v := Votes{Votes: make([]uint64, p.options)}
	if kept != nil {
		var err error
		if v, err = tx.DecodeTrusted[Votes](kept); err != nil {
			return step{}, err
		}
	}
	const cost = countUnits / PluralityPapers
	next := step{done: true}
	err := p.from(v.Next, func(m state.Member, paper []byte) (bool, error) {
		if next.spent+cost > units {
			v.Next, next.done = m, false
			return false, nil
		}
		next.spent += cost
		v.Votes[paper[0]-1]++
		return true, nil
	})
	if next.done {
		v.Next = 0
	}
	next.kept = tx.Encode(v)
	return next, err
}

func (plurality) decide(p papers, kept []byte) (decision, error) {
	rule, err := tx.DecodeTrusted[PluralityRule](p.rule)
	if err != nil {
		return decision{}, err
	}
	v, err := tx.DecodeTrusted[Votes](kept)
	if err != nil {
		return decision{}, err
	}
	var sum, most uint64
	d := decision{outcome: count.Lost}
	for i, n := range v.Votes {
		sum += n
		switch {
		case n > most:
			most, d = n, decision{count.Carried, []uint16{uint16(i + 1)}}
		case n == most:
			d = decision{outcome: count.Lost}
		}
	}
	if sum < rule.Least {
		d = decision{outcome: count.Inquorate}
	}
	return d, nil
}

// CountAtOnce is how much of a block's work a count may take.
const CountAtOnce = countUnits

// Methods are the tags that there is a method for.
func Methods(tag charter.MethodTag) bool {
	_, ok := methods[tag]
	return ok
}
