package account

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// CheckBooks is this room's invariant for one co-op: the journal is gapless,
// every entry balances and names known accounts, an entry is reversed at most
// once and to the cent, balances are what the journal sums to and together are
// zero, also by period and by day, and the chart's figures are what a recount gives.
func CheckBooks(r state.Reader) error {
	b, err := books.Get(r, 0)
	if err != nil {
		return err
	}
	var sums [int(MaxCode) + 1]big.Int
	inPeriods, onDays := map[resultKey]money.Amount{}, map[dayKey]money.Amount{}
	if err := checkJournal(r, b, &sums, inPeriods, onDays); err != nil {
		return err
	}
	var total big.Int
	err = balances.Range(r, 0, ^Code(0), func(code Code, balance money.Amount) (bool, error) {
		if code > MaxCode {
			return false, fmt.Errorf("account %d has a balance and no place in a chart", code)
		}
		if balance == 0 {
			return false, fmt.Errorf("account %d has a record of zero", code)
		}
		if sums[code].Cmp(big.NewInt(int64(balance))) != 0 {
			return false, fmt.Errorf("account %d has balance %s, its journal lines sum to %s", code, charter.Money(r, balance), sumWords(r, &sums[code]))
		}
		total.Add(&total, &sums[code])
		sums[code].SetInt64(0)
		return true, nil
	})
	if err != nil {
		return err
	}
	if total.Sign() != 0 {
		return fmt.Errorf("balances sum to %s", sumWords(r, &total))
	}
	for code := range sums {
		if sums[code].Sign() != 0 {
			return fmt.Errorf("account %d has no balance, its journal lines sum to %s", code, sumWords(r, &sums[code]))
		}
	}
	if err := checkPeriods(r, b, inPeriods); err != nil {
		return err
	}
	if err := checkDays(r, onDays); err != nil {
		return err
	}
	return checkChart(r, b)
}

// sumWords is a sum in the co-op's currency. One that is more than an amount can be is in
// minor units.
func sumWords(r state.Reader, sum *big.Int) string {
	if sum.IsInt64() {
		return charter.Money(r, money.Amount(sum.Int64()))
	}
	return sum.String() + " minor units"
}

func checkJournal(r state.Reader, b Books, sums *[int(MaxCode) + 1]big.Int, inPeriods map[resultKey]money.Amount, onDays map[dayKey]money.Amount) error {
	var next uint64
	err := Journal(r, 0, ^uint64(0), func(n uint64, rec Record) (bool, error) {
		if next++; n != next {
			return false, fmt.Errorf("entry %d follows %d", n, next-1)
		}
		if err := (Entry{Narrative: rec.Narrative, Lines: rec.Lines}).check(maxRoomLines); err != nil {
			return false, fmt.Errorf("entry %d: %w", n, err)
		}
		for _, l := range rec.Lines {
			a, err := Find(r, l.Account)
			if err != nil {
				return false, fmt.Errorf("entry %d: %w", n, err)
			}
			if a.Type.IsResult() || (l.Account == Unappropriated && rec.Hand) {
				if rec.Period == 0 {
					return false, fmt.Errorf("entry %d is of no period", n)
				}
				inPeriods[resultKey{rec.Period, l.Account}] += l.Amount
				if rec.Hand {
					onDays[dayKey{rec.Period, rec.DayOf(), l.Account}] += l.Amount
				}
			}
			sums[l.Account].Add(&sums[l.Account], big.NewInt(int64(l.Amount)))
		}
		if rec.Reverses == 0 {
			return true, nil
		}
		return true, checkReversal(r, n, rec)
	})
	if err != nil {
		return err
	}
	if next != b.Entries {
		return fmt.Errorf("%d journal entries, the books say %d", next, b.Entries)
	}
	return reversals.Range(r, 0, ^uint64(0), func(n, by uint64) (bool, error) {
		rec, err := EntryOf(r, by)
		if err == nil && rec.Reverses != n {
			err = fmt.Errorf("entry %d is marked reversed by %d, which reverses %d", n, by, rec.Reverses)
		}
		return true, err
	})
}

func (k resultKey) compare(other resultKey) int {
	return cmp.Or(cmp.Compare(k.Period, other.Period), cmp.Compare(k.Code, other.Code))
}

// checkPeriods compares what is kept by period with the recount, and the open periods
// with their numbers. A closed period has no income or expense left.
func checkPeriods(r state.Reader, b Books, want map[resultKey]money.Amount) error {
	err := results.Range(r, resultKey{}, resultKey{^Period(0), ^Code(0)}, func(k resultKey, got money.Amount) (bool, error) {
		if got == 0 || got != want[k] {
			return false, fmt.Errorf("account %d moved %s in period %d, a recount gives %s", k.Code, charter.Money(r, got), k.Period, charter.Money(r, want[k]))
		}
		if k.Code != Unappropriated && !b.IsOpen(k.Period) {
			return false, fmt.Errorf("account %d has %s left in period %d, which is closed", k.Code, charter.Money(r, got), k.Period)
		}
		delete(want, k)
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, k := range slices.SortedFunc(maps.Keys(want), resultKey.compare) {
		if want[k] != 0 {
			return fmt.Errorf("account %d moved nothing in period %d, a recount gives %s", k.Code, k.Period, charter.Money(r, want[k]))
		}
	}
	for i, s := range b.Open {
		if s.Period != b.Periods-Period(len(b.Open)-1-i) {
			return fmt.Errorf("period %d is open at place %d of %d, the last is %d", s.Period, i+1, len(b.Open), b.Periods)
		}
		if i > 0 && (b.Open[i-1].Last == 0 || (s.Last != 0 && s.Last <= b.Open[i-1].Last)) {
			return fmt.Errorf("period %d ends on %s, the one before on %s", s.Period, words.Day(s.Last), words.Day(b.Open[i-1].Last))
		}
	}
	return nil
}

func (k dayKey) compare(other dayKey) int {
	return cmp.Or(cmp.Compare(k.Period, other.Period), cmp.Compare(k.Day, other.Day), cmp.Compare(k.Code, other.Code))
}

// checkDays compares what is kept by day with the recount.
func checkDays(r state.Reader, want map[dayKey]money.Amount) error {
	err := days.Range(r, dayKey{}, dayKey{^Period(0), ^uint64(0), ^Code(0)}, func(k dayKey, got money.Amount) (bool, error) {
		if got == 0 || got != want[k] {
			return false, fmt.Errorf("account %d moved %s on %s in period %d, a recount gives %s", k.Code, charter.Money(r, got), words.Day(k.Day), k.Period, charter.Money(r, want[k]))
		}
		delete(want, k)
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, k := range slices.SortedFunc(maps.Keys(want), dayKey.compare) {
		if want[k] != 0 {
			return fmt.Errorf("account %d moved nothing on %s in period %d, a recount gives %s", k.Code, words.Day(k.Day), k.Period, charter.Money(r, want[k]))
		}
	}
	return nil
}

func checkReversal(r state.Reader, n uint64, rec Record) error {
	by, err := ReversedBy(r, rec.Reverses)
	if err != nil {
		return err
	}
	old, err := EntryOf(r, rec.Reverses)
	if err != nil {
		return err
	}
	if by != n || len(old.Lines) != len(rec.Lines) {
		return fmt.Errorf("entry %d reverses %d, which is marked reversed by %d", n, rec.Reverses, by)
	}
	for i, l := range old.Lines {
		if rec.Lines[i] != (Line{l.Account, -l.Amount}) {
			return fmt.Errorf("entry %d reverses %d, but line %d differs", n, rec.Reverses, i+1)
		}
	}
	return nil
}

func checkChart(r state.Reader, b Books) error {
	var all, results uint32
	err := Accounts(r, func(_ Code, a Account) (bool, error) {
		all++
		if a.Type.IsResult() {
			results++
		}
		return true, nil
	})
	if err == nil && (all != b.Accounts || results != b.Results) {
		err = fmt.Errorf("%d accounts, %d of results; the books say %d and %d", all, results, b.Accounts, b.Results)
	}
	return err
}
