package share

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// An Opening is what a member, who holds nothing of a class yet, held of it when the co-op
// came to this ledger.
type Opening struct {
	Member state.Member
	Class  shareclass.Number
	Units  uint64 // at par
}

// Bring records holdings that are taken over from another register, each of another member
// or class, an operation each, with one entry in the books that debits the account against
// with what they are at par. The caller has made sure of who decided it; all are recorded
// or none.
//
// It returns ErrUnits, ErrClass, ErrLimit, ErrMinimum, ErrTotal, ErrFrozen, a rejection of
// the books, or a fault.
func Bring(c *state.Ctx, openings []Opening, against account.Code) error {
	if len(openings) == 0 {
		return nil
	}
	if err := requireThawed(c); err != nil {
		return err
	}
	var classes []shareclass.Number
	var figures []Totals
	var amount money.Amount
	at := make([]int, len(openings))
	for i, o := range openings {
		terms, err := shareclass.TermsOf(c, o.Class)
		if err != nil {
			return err
		}
		if err := o.require(c, terms); err != nil {
			return err
		}
		if at[i] = slices.Index(classes, o.Class); at[i] < 0 {
			t, err := totals.Get(c, o.Class)
			if err == nil && t.Held > 0 {
				err = ErrHeld.With("class %d, %s", o.Class, words.Plural(uint64(t.Held), "motion"))
			}
			if err != nil {
				return err
			}
			at[i] = len(classes)
			classes, figures = append(classes, o.Class), append(figures, t)
		}
		value, err := money.Times(o.Units, terms.Par)
		if err == nil {
			amount, err = money.Add(amount, value)
		}
		if err != nil {
			return ErrTotal.With("at member %d", o.Member)
		}
		t := &figures[at[i]]
		t.Units += o.Units
		t.Holders++
		t.Capital += value
	}
	reg, err := registers.Get(c, 0)
	if err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{
		Narrative: "shares as brought in",
		Lines:     []account.Line{account.Debit(against, amount), account.Credit(account.Capital, amount)},
	})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	for _, o := range openings {
		h := Holding{Units: o.Units}
		reg.enter(c, &h, Change{Member: o.Member, Class: o.Class, Units: o.Units, Entry: entry, Sort: BroughtIn})
	}
	for i, class := range classes {
		totals.Put(c, class, figures[i])
	}
	reg.rise(posting.After(account.Capital))
	registers.Put(c, 0, reg)
	return nil
}

// require refuses units out of the bounds of the class, and a member who holds or has
// subscribed some of it already.
func (o Opening) require(c *state.Ctx, terms shareclass.Terms) error {
	if o.Units == 0 || o.Units > shareclass.MaxUnits {
		return ErrUnits.With("%d for member %d, from 1 to %d can be", o.Units, o.Member, uint64(shareclass.MaxUnits))
	}
	if err := terms.RequireWhole(o.Class); err != nil {
		return err
	}
	h, err := holdings.Get(c, holdingKey{o.Class, o.Member})
	if err != nil {
		return err
	}
	rules, err := terms.Rules(c, o.Class)
	if err != nil {
		return err
	}
	switch {
	case h != (Holding{}) || o.Units > rules.MaxHolding:
		return ErrLimit.With("member %d: %d held + %d subscribed + %d > %d", o.Member, h.Units, h.Pending, o.Units, rules.MaxHolding)
	case o.Units < rules.MinHolding:
		return ErrMinimum.With("member %d: %d of %d", o.Member, o.Units, rules.MinHolding)
	}
	return nil
}
