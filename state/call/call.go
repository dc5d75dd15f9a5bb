// Package call is calls: what is asked of the price of each share of a class that is
// subscribed and not paid, by which day. What is paid of it is the register's of shares.
//
// Rule: docs/rules.md, "Shares".
package call

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindCall is the number of this room's action on the wire, among those of the register of
// shares.
const KindCall tx.Kind = 0x200a

// Kinds are this room's actions.
var Kinds state.KindList

// Rejections, in the order they are checked. These codes of the hundred of the register of
// shares are this room's.
var (
	ErrCall = &state.Rejection{Code: 235, Reason: "call is more than a share costs, or one too many"}
	ErrDue  = &state.Rejection{Code: 236, Reason: "call is due on a day to come, not too far ahead"}
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrCall: "see what is called and not paid: rochdale share arrears --all",
	ErrDue:  "name a day from tomorrow on: --due DAY",
}

// Call asks for a part of the price of each share of a class that is subscribed and not
// paid, to be paid by a day: one record for all, however many they are. The result is
// its number. Who subscribes later owes what was called before at once.
type Call struct {
	Class  shareclass.Number `cbor:"1,keyasint,omitempty"`
	Amount money.Amount      `cbor:"2,keyasint,omitempty"` // of each share's price, minor units
	Due    uint64            `cbor:"3,keyasint,omitempty"` // last day on which it can be paid in time, days since 1970
}

// A Demand is a Call that was made.
type Demand struct {
	Amount money.Amount `cbor:"1,keyasint,omitempty" json:"amount"` // of each share's price, minor units
	Due    uint64       `cbor:"2,keyasint,omitempty" json:"due"`    // day, days since 1970
	Time   int64        `cbor:"3,keyasint,omitempty" json:"time"`   // block time, seconds since 1970 UTC
	By     state.Actor  `cbor:"4,keyasint,omitempty" json:"by"`
}

type callKey struct {
	Class  shareclass.Number
	Number uint32
}

// demands are the calls of a class.
//
//	0x29 ‖ co-op (4) ‖ class (2) ‖ call (4) → Demand
var demands = state.NewTable[callKey, Demand](0x29)

// MaxCalls are of one class.
const MaxCalls = 64

// Called reports a call.
type Called struct {
	Class  shareclass.Number `json:"class"`
	Call   uint32            `json:"call"`
	Amount money.Amount      `json:"amount"`
	Due    uint64            `json:"due"`
}

func (Called) Event() string { return "share.Called" }

// Check refuses a call of nothing.
func (m Call) Check() error {
	if m.Amount <= 0 || m.Amount > money.Max {
		return ErrCall.With("nothing is called")
	}
	return nil
}

// Apply records the call.
func (m Call) Apply(c *state.Ctx) error {
	rules, err := shareclass.RulesOf(c, m.Class)
	if err != nil {
		return err
	}
	if rules.Parts < 2 {
		return share.ErrParts.With("class %d", m.Class)
	}
	today := c.Day()
	if m.Due <= today {
		return ErrDue.With("%s, today is %s", words.Day(m.Due), words.Day(today))
	}
	if m.Due > today+shareclass.MaxAhead {
		return ErrDue.With("%s, at most %d days ahead can be", words.Day(m.Due), shareclass.MaxAhead)
	}
	terms, err := shareclass.TermsOf(c, m.Class)
	if err != nil {
		return err
	}
	if err := terms.RequireWhole(m.Class); err != nil {
		return err
	}
	t, err := share.TotalsOf(c, m.Class)
	if err != nil {
		return err
	}
	if m.Amount > terms.Par-t.Called || t.Calls >= MaxCalls {
		return ErrCall.With("%s of %s, %s is called by %s", charter.Money(c, m.Amount), charter.Money(c, terms.Par), charter.Money(c, t.Called), words.Plural(uint64(t.Calls), "call"))
	}

	// Past this line nothing fails.
	number := share.Ask(c, m.Class, t, m.Amount)
	demands.Put(c, callKey{m.Class, number}, Demand{m.Amount, m.Due, c.Time(), c.Actor()})
	c.Return(number)
	c.Emit(Called{m.Class, number, m.Amount, m.Due})
	return nil
}

// Demands calls fn for the calls of a class, by number.
func Demands(r state.Reader, class shareclass.Number, fn func(uint32, Demand) (bool, error)) error {
	return demands.Range(r, callKey{class, 0}, callKey{class, ^uint32(0)}, func(k callKey, d Demand) (bool, error) {
		return fn(k.Number, d)
	})
}

// DueOn is what calls ask of each share of a class by the day before: what is not paid
// of it on that day, in days since 1970 UTC, is in arrears. Of a class that was written down,
// which takes no money, it is nothing.
func DueOn(r state.Reader, class shareclass.Number, day uint64) (sum money.Amount, err error) {
	if terms, err := shareclass.TermsOf(r, class); err != nil || terms.Lost > 0 {
		return 0, err
	}
	err = Demands(r, class, func(_ uint32, d Demand) (bool, error) {
		if d.Due < day {
			sum += d.Amount // at most the par
		}
		return true, nil
	})
	return sum, err
}

// Describe says what is due, of which shares and by when.
func (m Call) Describe(t state.Telling) state.Words {
	return t.Given(state.Words{
		Phrase: fmt.Sprintf("call %s of the price of each subscribed share of %s", charter.Money(t, m.Amount), shareclass.Named(t, m.Class)),
		Clauses: []state.Clause{
			state.Fact("to be paid by", "%s", words.Day(m.Due)),
			{What: "this call of " + shareclass.Named(t, m.Class), Before: "not made", After: "made"},
		},
	}, "call")
}

var _ = Kinds.Add(state.KindOf[Call](KindCall, "share.Call"))
