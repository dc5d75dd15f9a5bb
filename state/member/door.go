package member

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KeyOf returns m's first key, which verifies what m signs by it, for the ante handler.
// Candidates and those who have left have none.
func KeyOf(r state.Reader, m state.Member) (tx.PublicKey, error) {
	rec, err := RequireSigner(r, m)
	if err != nil {
		return nil, err
	}
	if len(rec.Key) == 0 {
		return nil, state.ErrSigner.With("member %d of co-op %d has no key yet", m, r.Coop())
	}
	if rec.Revoked != 0 {
		return nil, state.ErrSigner.With("the first key of member %d of co-op %d is revoked", m, r.Coop())
	}
	return rec.Key, nil
}

// RequireSigner returns the record of a member who can sign, as Peek does, or
// state.ErrSigner.
func RequireSigner(r state.Reader, m state.Member) (*Record, error) {
	rec, err := records.Peek(r, m)
	if err != nil {
		return nil, err
	}
	if rec == nil {
		return nil, state.ErrSigner.With("no member %d in co-op %d", m, r.Coop())
	}
	if s := rec.Standing(); s != Active && s != Suspended {
		return nil, state.ErrSigner.With("member %d of co-op %d %s", m, r.Coop(), s.Is())
	}
	return rec, nil
}

// SequenceOf is the last sequence that m's first key has used.
func SequenceOf(r state.Reader, m state.Member) (uint64, error) {
	s, err := spent.Get(r, m)
	return s.Sequence, err
}

// LeftOf is how many more transactions the charter's allowance lets m make on the day
// of r, by all its keys together.
func LeftOf(r state.Reader, m state.Member) (uint64, error) {
	allowance, err := charter.AllowanceOf(r)
	if err != nil {
		return 0, err
	}
	s, err := spent.Get(r, m)
	if err != nil || s.Day != state.DayOf(r.Time()) {
		return uint64(allowance), err
	}
	return uint64(max(allowance, s.Today) - s.Today), nil
}

// Spend uses up the next sequence of m's first key and one transaction of the day's
// allowance. Its signature is verified, so a key that was not proved is from now on, and
// one that others would put in its place is void, as is a notice of resignation that others
// recorded, whatever becomes of the transaction.
func Spend(c *state.Ctx, m state.Member, sequence uint64) error {
	s, err := spendToday(c, m)
	if err != nil {
		return err
	}
	if err := signed(c, m, true); err != nil {
		return err
	}

	// Past this line nothing fails.
	s.Sequence = sequence
	spent.Put(c, m, s)
	return nil
}

// SpendFurther uses up one transaction of m's allowance of the day, which another key than
// the first has signed. present says that the signature shows that the member is there,
// so that what others would put in the place of the member's key is void, as is a notice of
// resignation that they recorded.
func SpendFurther(c *state.Ctx, m state.Member, present bool) error {
	s, err := spendToday(c, m)
	if err != nil {
		return err
	}
	if present {
		if err := signed(c, m, false); err != nil {
			return err
		}
	}

	// Past this line nothing fails.
	spent.Put(c, m, s)
	return nil
}

// spendToday is what m has used once one more transaction is counted, or
// state.ErrAllowance.
func spendToday(c *state.Ctx, m state.Member) (s Spent, err error) {
	allowance, err := charter.AllowanceOf(c)
	if err != nil {
		return s, err
	}
	if s, err = spent.Get(c, m); err != nil {
		return s, err
	}
	if day := c.Day(); day != s.Day {
		s.Day, s.Today = day, 0
	}
	if s.Today >= allowance {
		return s, state.ErrAllowance.With("%s", words.Plural(uint64(allowance), "transaction"))
	}
	s.Today++
	return s, nil
}

// signed takes m's signature for the sign that a key for which others gave another is not
// lost, that a member whose notice others recorded stays and, if the first key made it, for the proof of one that was entered without.
func signed(c *state.Ctx, m state.Member, first bool) error {
	if rec, err := Peek(c, m); err != nil || !(first && rec.Unproved) && len(rec.Next) == 0 && !rec.Recorded() {
		return err
	}
	rec, err := Find(c, m)
	if err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	rec.Unproved = rec.Unproved && !first
	if len(rec.Next) > 0 {
		rec = void(c, rec, &t, m)
	}
	records.Put(c, m, rec)
	if rec.Recorded() {
		stay(c, &t, m, rec)
	}
	totals.Put(c, 0, t)
	return nil
}

// RangeSpent calls fn for what members from first to last have used, by number.
// Those who have signed nothing are left out.
func RangeSpent(r state.Reader, first, last state.Member, fn func(state.Member, Spent) (bool, error)) error {
	return spent.Range(r, first, last, fn)
}
