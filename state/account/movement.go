package account

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// A Movement is what a posting makes of one account's balance. Every action that posts
// notes its movements, in the order of its lines, as what it replaces.
type Movement struct {
	Account Code         `cbor:"1,keyasint,omitempty"`
	Before  money.Amount `cbor:"2,keyasint,omitempty"` // minor units; negative on the credit side
	After   money.Amount `cbor:"3,keyasint,omitempty"`
}

// NoMovement notes that an action which mostly posts did not.
func NoMovement(c *state.Ctx) { c.Replace([]Movement{}) }

// Movements are what the posting makes of each balance.
func (p Posting) Movements() []Movement {
	out := make([]Movement, len(p.codes))
	for i, code := range p.codes {
		out[i] = Movement{code, p.before[i], p.after[i]}
	}
	return out
}

// MovementOf is what an action did to one account, as its motion keeps it.
func MovementOf(t state.Telling, code Code) (m Movement, ok bool) {
	all, _ := state.Replaced[[]Movement](t)
	i := slices.IndexFunc(all, func(m Movement) bool { return m.Account == code })
	if i < 0 {
		return m, false
	}
	return all[i], true
}

// movementsOf are what lines would make of the balances as they are now.
func movementsOf(r state.Reader, lines []Line) (out []Movement, err error) {
	for _, l := range lines {
		i := slices.IndexFunc(out, func(m Movement) bool { return m.Account == l.Account })
		if i < 0 {
			balance, err := balances.Get(r, l.Account)
			if err != nil {
				return nil, err
			}
			i = len(out)
			out = append(out, Movement{l.Account, balance, balance})
		}
		if out[i].After, err = money.Add(out[i].After, l.Amount); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// BalanceFacts say what an action that posts makes of each balance: as it was when the
// action was carried or, if it was not, when it was proposed. Before that, lines are
// what it would post, and the balances are those of now. Otherwise nothing says what
// they were, and so do the facts.
func BalanceFacts(t state.Telling, lines func() ([]Line, error)) (out []state.Clause) {
	at := ""
	moves, known := state.Replaced[[]Movement](t)
	if known && t.Result == nil {
		at = ", when it was proposed"
	}
	if !known && t.Now {
		posts, err := lines()
		if err == nil {
			moves, err = movementsOf(t, posts)
		}
		known = err == nil
	}
	switch {
	case known:
	case t.Now:
		return []state.Clause{state.Fact("balances", "what becomes of them cannot be read")}
	default:
		return []state.Clause{state.Fact("balances", "what they were is not on record")}
	}
	for _, m := range moves {
		out = append(out, state.Clause{
			What:   "balance of " + Named(t, m.Account) + at,
			Before: balanceWords(t, m.Before), After: balanceWords(t, m.After),
		})
	}
	return out
}

// OppositeOf are the lines that take an entry back.
func OppositeOf(r state.Reader, entry uint64) ([]Line, error) {
	rec, err := EntryOf(r, entry)
	return opposite(rec.Lines), err
}

// balanceWords are a balance with its side.
func balanceWords(r state.Reader, a money.Amount) string {
	switch {
	case a < 0:
		return charter.Money(r, -a) + " credit"
	case a > 0:
		return charter.Money(r, a) + " debit"
	}
	return charter.Money(r, 0)
}
