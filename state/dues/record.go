package dues

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Line is what one member paid, or gets back.
type Line struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Amount uint64       `cbor:"2,keyasint,omitempty"` // minor units
}

// Record says that dues of members are in the bank: one entry in the books for all.
type Record struct {
	Lines []Line `cbor:"1,keyasint,omitempty"` // members ascending, at most MaxBatch
}

// Return pays dues back that were paid twice, or corrects what was recorded by mistake, by
// the opposite entry.
type Return struct {
	Lines  []Line `cbor:"1,keyasint,omitempty"` // members ascending, at most MaxBatch
	Reason string `cbor:"2,keyasint,omitempty"` // names no person; at most member.MaxReason bytes
}

// Recorded reports payments of dues, below zero if they were returned.
type Recorded struct {
	Members int          `json:"members"`
	Amount  money.Amount `json:"amount"`
	Entry   uint64       `json:"entry"`
}

func (Recorded) Event() string { return "dues.Recorded" }

func checkLines(lines []Line) error {
	if len(lines) == 0 || len(lines) > MaxBatch {
		return ErrLines.With("%d members, from 1 to %d can be", len(lines), MaxBatch)
	}
	for i, l := range lines {
		if i > 0 && l.Member <= lines[i-1].Member {
			return ErrLines.With("member %d follows member %d", l.Member, lines[i-1].Member)
		}
		if l.Amount == 0 || l.Amount > uint64(money.Max)/MaxBatch {
			return ErrLines.With("%d minor units of member %d", l.Amount, l.Member)
		}
	}
	return nil
}

// Check refuses lines that are none.
func (m Record) Check() error { return checkLines(m.Lines) }

// Check refuses lines that are none, and a return without a reason.
func (m Return) Check() error {
	if err := member.RequireReason(m.Reason); err != nil {
		return err
	}
	return checkLines(m.Lines)
}

// Cost is two records a member, and an entry.
func (m Record) Cost() int { return 3*len(m.Lines) + 8 }

// Cost is two records a member, and an entry.
func (m Return) Cost() int { return 3*len(m.Lines) + 8 }

// Apply records the payments and posts bank to income.
func (m Record) Apply(c *state.Ctx) error { return record(c, m.Lines, 1, "dues of ") }

// Apply records the returns and posts income to bank.
func (m Return) Apply(c *state.Ctx) error { return record(c, m.Lines, -1, "dues returned to ") }

// posted is the account to which dues are posted on this day: that of the last schedule
// that has begun and has one, since arrears go where they were due when nothing is due any
// more. Before any has begun it is the first schedule's that has one.
func posted(c *state.Ctx) (to account.Code, err error) {
	err = Schedules(c, func(_ uint64, s Schedule) (bool, error) {
		begun := s.From <= c.Day()
		if s.Account != 0 && (begun || to == 0) {
			to = s.Account
		}
		return begun || to == 0, nil
	})
	if err == nil && to == 0 {
		err = ErrNone
	}
	return to, err
}

// record posts and records lines, in the sense of sign.
func record(c *state.Ctx, lines []Line, sign money.Amount, narrative string) error {
	to, err := posted(c)
	if err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	sum := money.Amount(0)
	paid := make([]Payer, len(lines))
	for i, l := range lines {
		if _, err := member.Peek(c, l.Member); err != nil {
			return err
		}
		p, err := payers.Get(c, l.Member)
		if err != nil {
			return err
		}
		if sign < 0 && l.Amount > p.Paid {
			return ErrReturn.With("member %d: %s of %s", l.Member, charter.Sum(c, l.Amount), charter.Sum(c, p.Paid))
		}
		p.Paid += uint64(sign) * l.Amount
		if p.Paid > uint64(money.Max) {
			return ErrUndefined.With("member %d", l.Member)
		}
		p.Payments++
		paid[i] = p
		sum += money.Amount(l.Amount)
	}
	if err := charter.MoveAlone(c, sum); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{
		Narrative: narrative + words.Plural(uint64(len(lines)), "member"),
		Lines:     []account.Line{account.Debit(account.Bank, sign*sum), account.Credit(to, sign*sum)},
	})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	for i, l := range lines {
		payers.Put(c, l.Member, paid[i])
		payments.Put(c, paymentKey{l.Member, paid[i].Payments}, Payment{Amount: sign * money.Amount(l.Amount), Entry: entry, Time: c.Time(), By: c.Actor()})
	}
	t.Paid += uint64(sign * sum)
	totals.Put(c, 0, t)
	c.Emit(Recorded{len(lines), sign * sum, entry})
	return nil
}

// linesOf are a clause for each member.
func linesOf(t state.Telling, lines []Line, what string) (out []state.Clause) {
	for _, l := range lines {
		out = append(out, state.Fact(fmt.Sprintf("member %d", l.Member), "%s %s", charter.Sum(t, l.Amount), what))
	}
	return out
}

// Describe says who paid what.
func (m Record) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("record that the dues of %s are in the bank", words.Plural(uint64(len(m.Lines)), "member")),
		Clauses: linesOf(t, m.Lines, "paid"),
	}
}

// Describe says who gets what back.
func (m Return) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("return dues to %s", words.Plural(uint64(len(m.Lines)), "member")) + member.Because(m.Reason),
		Clauses: linesOf(t, m.Lines, "returned"),
	}
}

var (
	_ = Kinds.Add(state.KindOf[Record](KindRecord, "dues.Record"))
	_ = Kinds.Add(state.KindOf[Return](KindReturn, "dues.Return"))
)
