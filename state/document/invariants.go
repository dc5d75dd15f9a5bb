package document

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// CheckDocuments is this room's invariant for one co-op: texts and their versions are
// numbered without gaps, each text is found by its name and by no other, versions take
// effect in their order and none before it was adopted, no repeal follows a repeal, and
// what is accepted is what a count of the acceptances gives, each by a member that there
// is and of a version that is one.
func CheckDocuments(r state.Reader) error {
	figures, err := totals.Get(r, 0)
	if err != nil {
		return err
	}
	var next Number
	err = Range(r, 0, ^Number(0), func(n Number, t Text) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("text %d follows %d", n, next-1)
		}
		named, err := ByName(r, t.Name)
		if err == nil && named != n {
			err = fmt.Errorf("text %d, %q, is found as %d", n, t.Name, named)
		}
		if err == nil {
			err = checkVersions(r, n, t)
		}
		return true, err
	})
	if err == nil && uint16(next) != figures.Texts {
		err = fmt.Errorf("%d texts, totals say %d", next, figures.Texts)
	}
	if err != nil {
		return err
	}
	var listed uint16
	err = names.Range(r, [20]byte{}, last(), func(_ [20]byte, n Number) (bool, error) {
		listed++
		return true, nil
	})
	if err == nil && listed != figures.Texts {
		err = fmt.Errorf("%d names for %d texts", listed, figures.Texts)
	}
	return err
}

func last() (d [20]byte) {
	for i := range d {
		d[i] = 0xff
	}
	return d
}

func checkVersions(r state.Reader, n Number, t Text) error {
	register, err := member.TotalsOf(r)
	if err != nil {
		return err
	}
	var before Version
	var count uint32
	err = Versions(r, n, func(k uint32, v Version) (bool, error) {
		if count++; k != count {
			return false, fmt.Errorf("text %d: version %d follows %d", n, k, count-1)
		}
		if v.From < before.From || v.From < state.DayOf(v.Adopted) || v.Repeals() && (k == 1 || before.Repeals()) {
			return false, fmt.Errorf("text %d, version %d: %+v follows %+v", n, k, v, before)
		}
		accepted := uint64(0)
		err := Acceptances(r, n, k, 0, func(m state.Member, _ Acceptance) (bool, error) {
			accepted++
			return true, register.RequireKnown(r, m)
		})
		if err == nil && (accepted != v.Accepted || accepted > 0 && v.Repeals()) {
			err = fmt.Errorf("text %d, version %d: %d accepted it, the version says %d", n, k, accepted, v.Accepted)
		}
		before = v
		return true, err
	})
	if err == nil && (count != t.Versions || count == 0) {
		err = fmt.Errorf("text %d: %d versions, the text says %d", n, count, t.Versions)
	}
	return err
}
