package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindReclass is Reclass's number on the wire.
const KindReclass tx.Kind = 0x1015

// Reclass moves a member who has not left to another class, from that block on. All members
// decide it: classes elect, consent and have boards' seats, so that who moved members between
// them would choose outcomes. Electorates frozen before keep the class that the member had, and
// who holds a seat of the class before holds it till its term is over.
type Reclass struct {
	Member state.Member  `cbor:"1,keyasint,omitempty"`
	Class  charter.Class `cbor:"2,keyasint,omitempty"`
}

// Reclassed reports that a member is of another class.
type Reclassed struct {
	Member state.Member  `json:"member"`
	From   charter.Class `json:"from"`
	To     charter.Class `json:"to"`
}

func (Reclassed) Event() string { return "member.Reclassed" }

// ErrMembers keeps from fewer what all members decide.
var ErrMembers = Hints.Add(&state.Rejection{Code: 182, Reason: "only all members move a member to another class"}, "have all members decide it: --propose KIND, see the kinds with: rochdale charter show")

func (m Reclass) Concerns() state.Member { return m.Member }

// Check refuses what is no class.
func (m Reclass) Check() error {
	if m.Class == 0 || m.Class > charter.MaxClasses {
		return ErrClass.With("%d", m.Class)
	}
	return nil
}

// Apply moves the member.
func (m Reclass) Apply(c *state.Ctx) error {
	if !c.Authority().All {
		return ErrMembers
	}
	rec, err := Find(c, m.Member)
	if err != nil {
		return err
	}
	if rec.Standing() == Left {
		return ErrStanding.With("member %d has left", m.Member)
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	if int(m.Class) > len(policy.Classes) {
		return ErrClass.With("%d of %d", m.Class, len(policy.Classes))
	}
	if rec.Class() == m.Class {
		return ErrSameClass.With("member %d, class %d", m.Member, m.Class)
	}
	if err := requireRoom(c, rec, Change{}); err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Replace(rec.Class())
	change(c, &t, m.Member, rec, Change{Standing: rec.Standing(), Class: m.Class})
	totals.Put(c, 0, t)
	c.Emit(Reclassed{Member: m.Member, From: rec.Class(), To: m.Class})
	return nil
}

// Describe says from which class to which.
func (m Reclass) Describe(t state.Telling) state.Words {
	was, before := charter.Class(0), ""
	if of, ok := state.Replaced[charter.Class](t); ok {
		was = of
	} else if rec, err := Find(t, m.Member); err == nil && t.Result == nil {
		was = rec.Class()
	}
	if was != 0 {
		before = charter.ClassName(t, was)
	}
	to := charter.ClassName(t, m.Class)
	return state.Words{
		Phrase:  fmt.Sprintf("move member %d to %s", m.Member, to),
		Clauses: []state.Clause{{What: fmt.Sprintf("class of member %d", m.Member), Before: before, After: to}},
	}
}

var _ = Kinds.Add(state.KindOf[Reclass](KindReclass, "member.Reclass"))
