package ballot

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A method is a way of counting: it says what options a motion has and what a
// paper is, and decides. Each is a tallier or a counter.
type method interface {
	// options is how many options a motion has, at least and at most; the most
	// is at most MaxOptions.
	options() (least, most int)
	// read refuses a paper on a motion of so many options unless it is in the
	// method's form, in which one answer has one encoding.
	read(paper []byte, options int) error
}

// A tallier is a method whose tally is kept while members cast, so that counting
// costs the same however many there were.
type tallier interface {
	method
	// box is the counter of the tally for a paper that read has accepted.
	box(t *count.Tally, paper []byte) *uint64
	// decided says whether no further paper can change the outcome. Once it does, it
	// does whatever those cast who have not yet.
	decided(rule []byte, t count.Tally) (bool, error)
	decide(rule []byte, t count.Tally) (decision, error)
}

// A counter is a method that counts when the poll is over, over as many blocks as
// it takes.
type counter interface {
	method
	// count continues from kept, nil at first, with at most units of work. It may do
	// none if units is too small for one paper, but must do some if units is
	// countUnits. What it keeps is at most MaxCount bytes and, once it is done,
	// depends on the papers alone and not on the steps.
	count(p papers, kept []byte, units int) (step, error)
	// decide is called with what was kept when the count was done.
	decide(p papers, kept []byte) (decision, error)
}

// A step is what a counter did in one turn.
type step struct {
	kept  []byte // its own encoding of what it has found so far
	spent int    // units of work
	done  bool
}

// A decision is the outcome of a count.
type decision struct {
	outcome count.Outcome
	winners []uint16 // numbers of options, from 1, in the method's order
}

// methods are the ways of counting that charters can name, by tag. A new one is
// an entry here, a tag with the check of its rule in charter.Method.Valid, and a
// field of charter.MotionText by which people write it.
var methods = map[charter.MethodTag]method{
	charter.Majority: majority{},
	charter.Veto:     veto{},
}

// methodOf returns the method of a kind of motion. An unknown tag is a fault: a
// charter holds only tags that this program knows.
func methodOf(m charter.Method) (method, error) {
	found, ok := methods[m.Tag]
	if !ok {
		return nil, fmt.Errorf("no method of counting has the tag %d", m.Tag)
	}
	return found, nil
}

// papers are those cast on one motion, with what a count of them needs.
type papers struct {
	r          state.Reader
	motion     Number
	rule       []byte // the method's own, from the charter
	options    int
	electorate uint64
	lost       []state.Member // whose papers do not count
}

func (p Poll) papers(r state.Reader, n Number) papers {
	return papers{r, n, p.Rules.Method.Body, int(p.Options), p.Electorate, p.Lost}
}

// from calls fn for the papers of members from first on, by number.
func (p papers) from(first state.Member, fn func(state.Member, []byte) (more bool, err error)) error {
	return casts.Range(p.r, castKey{p.motion, first}, castKey{p.motion, ^state.Member(0)}, func(k castKey, c Paper) (bool, error) {
		if slices.Contains(p.lost, k.Member) {
			return true, nil
		}
		return fn(k.Member, c.Marks)
	})
}

// A majority decides yes or no by a count.MajorityRule. A paper is one byte, a
// Choice.
type majority struct{}

func (majority) options() (least, most int) { return 0, 0 }

func (majority) read(paper []byte, _ int) error {
	if len(paper) != 1 {
		return ErrChoice.With("a paper of %d bytes", len(paper))
	}
	if c := Choice(paper[0]); c < Yes || c > Abstain {
		return ErrChoice.With("%d", c)
	}
	return nil
}

func (majority) box(t *count.Tally, paper []byte) *uint64 {
	switch Choice(paper[0]) {
	case Yes:
		return &t.Yes
	case No:
		return &t.No
	}
	return &t.Abstained
}

func (majority) decided(body []byte, t count.Tally) (bool, error) {
	rule, err := tx.DecodeTrusted[count.MajorityRule](body)
	if err != nil {
		return false, err
	}
	_, done, err := rule.Decided(t)
	return done, err
}

func (majority) decide(body []byte, t count.Tally) (decision, error) {
	rule, err := tx.DecodeTrusted[count.MajorityRule](body)
	if err != nil {
		return decision{}, err
	}
	outcome, err := rule.Decide(t)
	return decision{outcome: outcome}, err
}

// A veto carries a motion by a count.VetoRule unless enough object. A paper is that of a
// majority; no is an objection.
type veto struct{ majority }

func (veto) decided(body []byte, t count.Tally) (bool, error) {
	rule, err := tx.DecodeTrusted[count.VetoRule](body)
	if err != nil {
		return false, err
	}
	_, done, err := rule.Decided(t)
	return done, err
}

func (veto) decide(body []byte, t count.Tally) (decision, error) {
	rule, err := tx.DecodeTrusted[count.VetoRule](body)
	if err != nil {
		return decision{}, err
	}
	outcome, err := rule.Decide(t)
	return decision{outcome: outcome}, err
}
