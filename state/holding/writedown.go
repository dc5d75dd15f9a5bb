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

// WriteDown has the share capital bear a loss that was declared: every share of every
// class loses the same part of its value, one record a class, however many hold it.
// Reserve says that the statutory reserve bears its part: the capital then bears
// loss × capital / (capital + reserve).
//
// Each share loses its value × borne / capital, rounded down, so that what the capital
// loses is at most what it is to bear; the rest stays in the deficit.
//
// Source: scopyleft's statutes of a SCOP, art. 18.2; docs/rules.md, "Shares".
type WriteDown struct {
	Loss    money.Amount `cbor:"1,keyasint,omitempty"` // minor units, at most the deficit
	Reserve bool         `cbor:"2,keyasint,omitempty"`
	Reason  string       `cbor:"3,keyasint,omitempty"` // for the journal; names no person
}

// Written reports a write-down.
type Written struct {
	Amount money.Amount `json:"amount"` // by which the capital is less
	Entry  uint64       `json:"entry"`
}

func (Written) Event() string { return "holding.Written" }

// Check refuses a loss of nothing, and no reason.
func (m WriteDown) Check() error {
	if err := checkReason(m.Reason); err != nil {
		return err
	}
	if m.Loss <= 0 || m.Loss > money.Max {
		return ErrLoss.With("out of range")
	}
	return nil
}

// Cost is that of every class of shares, and an entry in the books.
func (m WriteDown) Cost() int { return 4*shareclass.MaxClasses + 8 }

// Apply writes the classes down.
func (m WriteDown) Apply(c *state.Ctx) error {
	deficit, err := deficitOf(c)
	if err != nil {
		return err
	}
	if m.Loss > deficit {
		return ErrLoss.With("%s, the deficit is %s", amount(c, m.Loss), amount(c, deficit))
	}
	cuts, total, err := m.cuts(c)
	if err != nil {
		return err
	}
	var posts []func(uint64) error
	for _, cut := range cuts {
		post, lost, err := share.WriteOff(c, cut.class, cut.each, 0)
		if err != nil {
			return err
		}
		if lost != cut.lost {
			return fmt.Errorf("class %d loses %d, its shares %d", cut.class, cut.lost, lost)
		}
		posts = append(posts, post)
	}
	if err := charter.MoveAlone(c, total); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: m.Reason, Lines: lossLines(total)})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	for _, post := range posts {
		if err := post(entry); err != nil {
			return err
		}
	}
	was := make([]uint64, 0, 3*len(cuts))
	for _, cut := range cuts {
		was = append(was, uint64(cut.class), uint64(cut.value), uint64(cut.each))
	}
	c.Return(was)
	c.Emit(Written{total, entry})
	return nil
}

func lossLines(total money.Amount) []account.Line {
	return []account.Line{account.Debit(account.Capital, total), account.Credit(account.Unappropriated, total)}
}

// A cut is what each share of a class loses.
type cut struct {
	class  shareclass.Number
	each   money.Amount // of a share
	value  money.Amount // of a share before it
	lost   money.Amount // of all shares
	issued uint64
}

// cuts are what each class loses, of those that have shares. It refuses a loss that takes
// nothing of any.
func (m WriteDown) cuts(r state.Reader) (out []cut, total money.Amount, err error) {
	capital, err := account.BalanceOf(r, account.Capital)
	if err != nil {
		return nil, 0, err
	}
	capital = max(-capital, 0)
	borne := m.Loss
	if m.Reserve {
		reserve, err := account.BalanceOf(r, account.Reserve)
		if err != nil {
			return nil, 0, err
		}
		if all := capital + max(-reserve, 0); all > 0 {
			if borne, _, err = money.Share(m.Loss, uint64(capital), uint64(all)); err != nil {
				return nil, 0, share.ErrTotal
			}
		}
	}
	if capital == 0 || borne > capital {
		return nil, 0, ErrLoss.With("%s to be borne by a capital of %s", amount(r, borne), amount(r, capital))
	}
	err = shareclass.Range(r, func(class shareclass.Number, terms shareclass.Terms) (bool, error) {
		t, err := share.TotalsOf(r, class)
		if err != nil || t.Units == 0 {
			return true, err
		}
		each, err := money.Rate{Num: uint64(borne), Den: uint64(capital)}.Of(terms.Value())
		if err != nil {
			return false, share.ErrTotal
		}
		lost, err := money.Times(t.Units, each)
		if err != nil {
			return false, share.ErrTotal
		}
		if total += lost; each > 0 { // at most what is borne
			out = append(out, cut{class, each, terms.Value(), lost, t.Units})
		}
		return true, nil
	})
	if err == nil && total == 0 {
		err = ErrLoss.With("%s is less than the smallest part of a share", amount(r, borne))
	}
	return out, total, err
}

// told are the cuts that were made or, before, would be now; none if they cannot be said.
func (m WriteDown) told(t state.Telling) (out []cut) {
	was, done := state.Was[[]uint64](t)
	for ; len(was) >= 3; was = was[3:] {
		out = append(out, cut{class: shareclass.Number(was[0]), value: money.Amount(was[1]), each: money.Amount(was[2])})
	}
	if !done && t.Result == nil && t.Now {
		out, _, _ = m.cuts(t)
	}
	return out
}

// Describe says what a share of each class is worth before and after.
func (m WriteDown) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("write the share capital down by a loss of %s, because %s", amount(t, m.Loss), words.Quote(m.Reason))}
	if m.Reserve {
		w.Clauses = append(w.Clauses, state.Fact("the loss is borne", "by capital and statutory reserve, in proportion"))
	}
	for _, cut := range m.told(t) {
		w.Clauses = append(w.Clauses, state.Clause{What: "a share of " + shareclass.Named(t, cut.class), Before: amount(t, cut.value), After: amount(t, cut.value-cut.each)})
	}
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		_, total, err := m.cuts(t)
		return lossLines(total), err
	})...)
	return w
}

var _ = Kinds.Add(state.KindOf[WriteDown](KindWriteDown, "holding.WriteDown"))
