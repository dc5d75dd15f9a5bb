package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Subscribe is a member's request for new shares; the result is the
// subscription's number. It counts against the share limit at once. For a member that has no
// key others subscribe what it signed, and all members for anyone.
type Subscribe struct {
	Member state.Member      `cbor:"1,keyasint,omitempty"`
	Class  shareclass.Number `cbor:"2,keyasint,omitempty"`
	Units  uint64            `cbor:"3,keyasint,omitempty"`
	Paper  []byte            `cbor:"4,keyasint,omitempty"` // commitment to what the member signed, if others subscribe for it
}

// Subscribed reports a subscription.
type Subscribed struct {
	Subscription uint64            `json:"subscription"`
	Member       state.Member      `json:"member"`
	Class        shareclass.Number `json:"class"`
	Units        uint64            `json:"units"`
}

func (Subscribed) Event() string { return "share.Subscribed" }

func (m Subscribe) Concerns() state.Member { return m.Member }

// Check refuses no units and more than any class allows.
func (m Subscribe) Check() error {
	if m.Units == 0 || m.Units > shareclass.MaxUnits {
		return ErrUnits.With("%d, from 1 to %d can be", m.Units, uint64(shareclass.MaxUnits))
	}
	return behalf.CheckPaper(m.Paper)
}

// Apply records the subscription, unpaid.
func (m Subscribe) Apply(c *state.Ctx) error {
	rec, err := member.RequireActive(c, m.Member)
	if err != nil {
		return err
	}
	if err := behalf.RequireOrAll(c, KindSubscribe, m.Member, rec, m.Paper); err != nil {
		return err
	}
	terms, err := shareclass.TermsOf(c, m.Class)
	if err != nil {
		return err
	}
	key := holdingKey{m.Class, m.Member}
	h, err := holdings.Get(c, key)
	if err != nil {
		return err
	}
	if err := terms.RequireWhole(m.Class); err != nil {
		return err
	}
	t, err := requireSubscribed(c, key, terms, h, m.Units)
	if err != nil {
		return err
	}
	number, open, err := OpenOf(c, h)
	if err != nil {
		return err
	}
	if err := requireRoom(c, key, terms, h, open, m.Units); err != nil {
		return err
	}
	reg, err := registers.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	reg.Subscriptions++
	registers.Put(c, 0, reg)
	h.Pending += m.Units
	totals.Put(c, m.Class, t)
	s := Subscription{Member: m.Member, Class: m.Class, Units: m.Units, Status: Unpaid, Time: c.Time(), Next: open.Next, Called: t.Called}
	if open.Status == Unpaid { // that one is paid first
		h.Open, open.Next = number, reg.Subscriptions
		subscriptions.Put(c, number, open)
	} else {
		h.Open = reg.Subscriptions
	}
	holdings.Put(c, key, h)
	subscriptions.Put(c, reg.Subscriptions, s)
	behalf.Record(c, KindSubscribe, m.Member, m.Paper, reg.Subscriptions)
	c.Return(reg.Subscriptions)
	c.Emit(Subscribed{reg.Subscriptions, m.Member, m.Class, m.Units})
	return nil
}

// requireSubscribed refuses units that are out of bounds, too much money, or too much of what
// all members hold and have subscribed. It returns the class's figures with them.
func requireSubscribed(c *state.Ctx, key holdingKey, terms shareclass.Terms, h Holding, units uint64) (t Totals, err error) {
	if err := requireMore(c, key.Class, terms, h, units); err != nil {
		return t, err
	}
	if err := requireMoney(c, key, terms, h, units); err != nil {
		return t, err
	}
	if t, err = totals.Get(c, key.Class); err != nil {
		return t, err
	}
	h.Pending += units
	t.Subscribed += units
	x := tally{true, map[holdingKey]Holding{key: h}, map[shareclass.Number]Totals{key.Class: t}}
	stakes, err := x.stakes(c, true)
	if err != nil {
		return t, err
	}
	return t, requireMost(stakes, key)
}

// requireRoom refuses units beside an open subscription that would leave no room for what the
// rules of the class build beyond it, up to the target.
func requireRoom(c *state.Ctx, key holdingKey, terms shareclass.Terms, h Holding, open Subscription, units uint64) error {
	rules, err := terms.Rules(c, key.Class)
	if err != nil || rules.Target == 0 || open.Status != Unpaid {
		return err
	}
	room := rules.MaxHolding - min(h.Units+h.Pending+units, rules.MaxHolding)
	if still := rules.Target - min(h.Units+open.Units-open.Drawn, rules.Target); room < still {
		return ErrTarget.With("%d are to be built beside subscription %d, there is room for %d", still, h.Open, room)
	}
	return nil
}

// Describe says what the shares cost, and what the member has then.
func (m Subscribe) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase:  fmt.Sprintf("subscribe %s of %s for member %d", words.Plural(m.Units, "new share"), shareclass.Named(t, m.Class), m.Member),
		Clauses: []state.Clause{state.Fact("price", "%s", shareclass.AtPar(t, m.Class, m.Units))},
	}
	if h, err := HoldingOf(t, m.Class, m.Member); err == nil && t.Result == nil {
		have := h.Units + h.Pending
		w.Clauses = append(w.Clauses, state.Clause{What: "held and subscribed", Before: words.Plural(have, "share"), After: words.Plural(have+m.Units, "share")})
	}
	w.Clauses = append(w.Clauses, behalf.Clauses(m.Paper)...)
	return t.Given(w, "subscription")
}

var _ = Kinds.Add(state.KindOf[Subscribe](KindSubscribe, "share.Subscribe"))
