package amendment

import (
	"cmp"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// At is the charter as it stood at the end of a day, in days since 1970 UTC: all of it, as
// the amendment that would found it, by the numbers of what it holds. It is what the
// amendments come to that were in force by then. Of a day to come it is what those that
// wait for their day make of it, as far as they will not clash with each other. It
// returns ErrNoCharter if the co-op was founded later.
//
// It reads amendments alone, so a client that has them proved has the charter of every
// day proved.
func At(r state.Reader, day uint64) (Amend, error) {
	done, wait, err := upTo(r, day)
	if err != nil {
		return Amend{}, err
	}
	if len(done) == 0 {
		return Amend{}, charter.ErrNoCharter.With("co-op %d on that day", r.Coop())
	}
	out := folded(done)
	for _, a := range wait {
		m, clash := a.Set.merge(a.Was, out.named(a.Set), func(tx.Kind) string { return "" })
		if len(clash) == 0 {
			out = out.With(m)
		}
	}
	return out, nil
}

// upTo are the amendments that were in force at the end of a day, in the order in which
// they took effect, and those that are to take effect by then, in that order too.
func upTo(r state.Reader, day uint64) (done, wait []Amendment, err error) {
	err = RangeAmendments(r, 1, ^AmendmentNumber(0), func(_ AmendmentNumber, a Amendment) (bool, error) {
		switch {
		case a.Status == AmendmentInForce && state.DayOf(a.Effective) <= day:
			done = append(done, a)
		case a.Status == AmendmentWaits && a.From <= day:
			wait = append(wait, a)
		}
		return true, nil
	})
	slices.SortFunc(done, func(a, b Amendment) int { return cmp.Compare(a.Order, b.Order) })
	slices.SortStableFunc(wait, func(a, b Amendment) int { return cmp.Compare(a.From, b.From) })
	return done, wait, err
}

// folded is what amendments come to, one after the other.
func folded(list []Amendment) (out Amend) {
	for _, a := range list {
		out = out.With(a.Set)
	}
	return out
}

// With is a whole charter after one more amendment.
func (m Amend) With(next Amend) Amend {
	out := Amend{Grants: slices.Clone(m.Grants), Motions: slices.Clone(m.Motions), Policy: m.Policy, Texts: withTexts(m.Texts, next.Texts)}
	for _, g := range next.Grants {
		out.Grants = put(out.Grants, g, func(g charter.GrantEntry) tx.Kind { return g.Kind })
	}
	for _, k := range next.Motions {
		out.Motions = put(out.Motions, k, func(k charter.MotionEntry) charter.MotionKindID { return k.ID })
	}
	if len(next.Policy) > 0 {
		out.Policy = next.Policy
	}
	return out
}

// put puts an entry into a list that is in the order of its keys, in the place of one of
// that key.
func put[E any, K cmp.Ordered](list []E, e E, key func(E) K) []E {
	at, found := slices.BinarySearchFunc(list, key(e), func(e E, k K) int { return cmp.Compare(key(e), k) })
	if found {
		list[at] = e
		return list
	}
	return slices.Insert(list, at, e)
}

// named is what a whole charter holds of what an amendment names.
func (m Amend) named(by Amend) (out Amend) {
	for _, g := range m.Grants {
		if slices.ContainsFunc(by.Grants, func(e charter.GrantEntry) bool { return e.Kind == g.Kind }) {
			out.Grants = append(out.Grants, g)
		}
	}
	for _, k := range m.Motions {
		if slices.ContainsFunc(by.Motions, func(e charter.MotionEntry) bool { return e.ID == k.ID }) {
			out.Motions = append(out.Motions, k)
		}
	}
	if len(by.Policy) > 0 {
		out.Policy = m.Policy
	}
	for _, t := range m.Texts {
		if by.text(t.Name).Name != "" {
			out.Texts = append(out.Texts, t)
		}
	}
	return out
}

// Whole is the charter as the records of today have it, in the form of At.
func Whole(r state.Reader) (out Amend, err error) {
	p, err := charter.PolicyOf(r)
	if err != nil {
		return out, err
	}
	out.Policy = []charter.PolicyEntry{charter.PolicyEntry(p)}
	err = charter.MotionKinds(r, func(id charter.MotionKindID, k charter.MotionKind) (bool, error) {
		out.Motions = append(out.Motions, k.Entry(id))
		return true, nil
	})
	if err != nil {
		return out, err
	}
	err = charter.Grants(r, func(k tx.Kind, g charter.Grant) (bool, error) {
		out.Grants = append(out.Grants, g.Entry(k))
		return true, nil
	})
	if err != nil {
		return out, err
	}
	out.Texts, err = charter.Texts(r)
	return out, err
}

// MotionName names a kind of motion of a whole charter, as the function MotionName does
// one that is in force.
func (m Amend) MotionName(id charter.MotionKindID) string {
	for _, k := range m.Motions {
		if k.ID == id {
			return k.Motion().Called(id)
		}
	}
	return charter.MotionKind{}.Called(id)
}

// A Collision is an amendment that waits and would lapse.
type Collision struct {
	Amendment AmendmentNumber
	From      uint64   // its day
	Clauses   []string // that both change
}

// Collisions are the amendments that wait and would lapse if m took effect before them. A
// motion that proposes one says so of itself only once it has happened; whoever proposes it
// is told before.
func (m Amend) Collisions(r state.Reader, kindName func(tx.Kind) string) (out []Collision, err error) {
	now, err := Whole(r)
	if err != nil {
		return nil, err
	}
	after := now.With(m)
	err = RangeAmendments(r, 1, ^AmendmentNumber(0), func(n AmendmentNumber, a Amendment) (bool, error) {
		if a.Status != AmendmentWaits {
			return true, nil
		}
		if _, clash := a.Set.merge(a.Was, after.named(a.Set), kindName); len(clash) > 0 {
			out = append(out, Collision{n, a.From, clash})
		}
		return true, nil
	})
	return out, err
}
