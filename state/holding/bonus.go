package holding

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// MaxBonus is how many members one Bonus gives shares to, at most.
const MaxBonus = 200

// Bonus gives members shares at par that the co-op pays up from a fund of its own: an
// operation on the register each, one journal entry for all. All are given or none.
type Bonus struct {
	Class   shareclass.Number `cbor:"1,keyasint,omitempty"`
	From    account.Code      `cbor:"2,keyasint,omitempty"` // a fund
	Entries []Gift            `cbor:"3,keyasint,omitempty"` // ascending by member
	Reason  string            `cbor:"4,keyasint,omitempty"` // for the journal; names no person
}

// A Gift is what one member gets.
type Gift struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Units  uint64       `cbor:"2,keyasint,omitempty"`
}

// Check refuses a malformed list, and no reason.
func (m Bonus) Check() error {
	if err := checkReason(m.Reason); err != nil {
		return err
	}
	if n := len(m.Entries); n == 0 || n > MaxBonus {
		return ErrEntries.With("%d, from 1 to %d can be", n, MaxBonus)
	}
	for i, e := range m.Entries {
		if i > 0 && e.Member <= m.Entries[i-1].Member {
			return ErrEntries.With("member %d follows %d", e.Member, m.Entries[i-1].Member)
		}
		if err := checkUnits(e.Units); err != nil {
			return err
		}
	}
	return nil
}

// Cost is two records a member, and an entry in the books.
func (m Bonus) Cost() int { return 2*len(m.Entries) + 12 }

// Apply gives the shares.
func (m Bonus) Apply(c *state.Ctx) error {
	fund, err := account.Find(c, m.From)
	if err != nil {
		return err
	}
	if fund.Type != account.Equity || fund.Guard != account.Free {
		return ErrFund.With("%d %s is a %v account, by hand %v", m.From, fund.Name, fund.Type, fund.Guard)
	}
	terms, err := shareclass.TermsOf(c, m.Class)
	if err != nil {
		return err
	}
	if terms.Lost > 0 {
		return shareclass.ErrWrittenDown.With("class %d", m.Class)
	}
	list := make([]share.Move, len(m.Entries))
	for i, e := range m.Entries {
		list[i] = share.Move{Member: e.Member, Class: m.Class, Units: e.Units, Sort: share.BonusIssue}
	}
	moves, err := share.Prepare(c, list)
	if err != nil {
		return err
	}
	total, err := money.Sum(moves.Values...)
	if err != nil {
		return share.ErrTotal
	}
	if err := charter.MoveAlone(c, total); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: m.Reason, Lines: m.lines(total)})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	numbers, err := moves.Post(c, entry)
	if err != nil {
		return err
	}
	c.Return(moves.Before)
	c.Emit(Moved{Sort: share.BonusIssue, Operations: []uint64{numbers[0], numbers[len(numbers)-1]}, Entry: entry})
	return nil
}

func (m Bonus) lines(total money.Amount) []account.Line {
	return []account.Line{account.Debit(m.From, total), account.Credit(account.Capital, total)}
}

// Describe says who gets how many, and from which fund.
func (m Bonus) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("give %s bonus shares of %s, because %s",
		words.Plural(uint64(len(m.Entries)), "member"), shareclass.Named(t, m.Class), words.Quote(m.Reason))}
	var list []change
	for _, e := range m.Entries {
		list = append(list, change{e.Member, m.Class, e.Units, false})
	}
	w.Clauses = changed(t, list...)
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		var units uint64
		for _, e := range m.Entries {
			units += e.Units // at most MaxBonus times MaxUnits
		}
		total, err := valueOf(t, m.Class, units)
		return m.lines(total), err
	})...)
	return w
}

var _ = Kinds.Add(state.KindOf[Bonus](KindBonus, "holding.Bonus"))
