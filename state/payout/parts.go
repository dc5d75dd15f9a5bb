package payout

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// dividendOf returns a step that is a dividend and is divided.
func dividendOf(c *state.Ctx, p surplus.Period, step uint8) (surplus.Allotment, error) {
	a, err := surplus.AllotmentOf(c, p, step)
	if err == nil && (!a.Step.Sort.IsDividend() || !a.Done) {
		err = ErrUndivided.With("step %d of period %d", step, p)
	}
	return a, err
}

// partsOf reads the parts of members and sums what value says of each.
func partsOf(c *state.Ctx, p surplus.Period, step uint8, members []state.Member, value func(state.Member, surplus.Part) (money.Amount, error)) (batch []surplus.Part, amount money.Amount, err error) {
	batch = make([]surplus.Part, len(members))
	for i, number := range members {
		if batch[i], _, err = surplus.PartOf(c, p, step, number); err != nil {
			return nil, 0, err
		}
		v, err := value(number, batch[i])
		if err != nil {
			return nil, 0, err
		}
		amount += v // at most the step's pool
	}
	return batch, amount, nil
}

// requireAsMany refuses fewer than decided on the entries of parts to take these back. It
// reads each entry once where parts of one follow each other.
func requireAsMany(c *state.Ctx, batch []surplus.Part, entryOf func(surplus.Part) uint64) error {
	last := uint64(0)
	for _, p := range batch {
		entry := entryOf(p)
		if entry == last {
			continue
		}
		if err := account.RequireAsMany(c, entry); err != nil {
			return err
		}
		last = entry
	}
	return nil
}

// prepare is an entry that moves an amount.
func prepare(c *state.Ctx, narrative string, amount money.Amount, lines []account.Line) (account.Posting, error) {
	if err := charter.MoveAlone(c, amount); err != nil {
		return account.Posting{}, err
	}
	return account.Prepare(c, account.Entry{Narrative: narrative, Lines: lines})
}

// between are the lines of an amount between two accounts.
func between(debit, credit account.Code, amount money.Amount) []account.Line {
	return []account.Line{account.Debit(debit, amount), account.Credit(credit, amount)}
}

// A partChange is what becomes of members' parts, and what of the books.
type partChange struct {
	notices  bool // what they hold as notices; else their money
	from, to string
	lines    func([]surplus.Part, money.Amount) ([]account.Line, error)
}

func (by partChange) of(p surplus.Part) money.Amount {
	if by.notices {
		return p.Notice
	}
	return p.Cash
}

// partFacts are what becomes of members' parts, one by one, and of the balances. Of
// members who have none, that is said instead.
func partFacts(t state.Telling, p surplus.Period, step uint8, members []state.Member, by partChange) []state.Clause {
	var out []state.Clause
	for _, n := range members {
		what := fmt.Sprintf("member %d", n)
		part, ok, err := surplus.PartOf(t, p, step, n)
		switch {
		case err != nil:
			out = append(out, state.Fact(what, "an amount that cannot be read, %s", by.to))
		case !ok:
			out = append(out, state.Fact(what, "has no part in this step"))
		default:
			text := charter.Money(t, by.of(part))
			out = append(out, state.Clause{What: what, Before: text + " " + by.from, After: text + " " + by.to})
		}
	}
	return append(out, account.BalanceFacts(t, func() ([]account.Line, error) {
		var sum money.Amount
		var batch []surplus.Part
		for _, n := range members {
			part, _, err := surplus.PartOf(t, p, step, n)
			if err != nil {
				return nil, err
			}
			batch, sum = append(batch, part), sum+by.of(part)
		}
		if sum == 0 {
			return nil, nil
		}
		return by.lines(batch, sum)
	})...)
}
