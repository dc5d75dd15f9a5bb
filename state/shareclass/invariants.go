package shareclass

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// CheckClasses is this room's invariant for one co-op: what a share is worth is more than
// nothing and at most its par, versions of rules are numbered without gaps, and a rulebook
// says which is the last and which was in force before it.
func CheckClasses(r state.Reader) error {
	known := map[Number]bool{0: true}
	count := 0
	err := Range(r, func(class Number, t Terms) (bool, error) {
		known[class] = true
		count++
		if t.Lost < 0 || t.Lost >= t.Par || (t.Lost > 0) != (t.Down != 0) {
			return false, fmt.Errorf("class %d: %d of a par of %d is written off, by operation %d", class, t.Lost, t.Par, t.Down)
		}
		return true, nil
	})
	if err == nil && count > MaxClasses {
		err = fmt.Errorf("%d classes", count)
	}
	if err != nil {
		return err
	}
	last := map[Number]uint32{}
	err = versions.Range(r, versionKey{0, 0}, versionKey{^Number(0), ^uint32(0)}, func(k versionKey, v Version) (bool, error) {
		if last[k.Class]++; k.Number != last[k.Class] {
			return false, fmt.Errorf("class %d: version %d of the rules follows %d", k.Class, k.Number, last[k.Class]-1)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	books := 0
	err = rulebooks.Range(r, 0, ^Number(0), func(class Number, b Rulebook) (bool, error) {
		books++
		if !known[class] {
			return false, fmt.Errorf("rules of class %d, which is not open", class)
		}
		if n := last[class]; b.Last != n || b.Next != n || b.Now >= max(n, 1) {
			return false, fmt.Errorf("class %d: %d versions of the rules, the rulebook says %d, %d before it", class, n, b.Last, b.Now)
		}
		return true, nil
	})
	if err == nil && books != len(last) {
		err = fmt.Errorf("%d classes have rules, %d a rulebook", len(last), books)
	}
	return err
}
