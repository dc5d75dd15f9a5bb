package surplus

import (
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// owed sums what the room owes members over all periods.
type owed struct{ dividends, notices money.Amount }

// CheckSurplus is this room's invariant for one co-op: periods are gapless, each with a
// name of its own, and allocated in order, tallies are what a recount of the figures gives, an allocation
// sums and is within what was available, the parts of a dividend are exactly what
// money.Split gives for their claims, those of a patronage dividend are for the
// figures recorded, and dividends and notices payable in the books are what members
// have not been paid. Holdings are frozen if and only if a division is under way.
func CheckSurplus(r state.Reader) error {
	cal, err := calendars.Get(r, 0)
	if err != nil {
		return err
	}
	var next, running Period
	var due owed
	var held uint32
	err = Periods(r, func(p Period, s Statement) (bool, error) {
		if next++; p != next {
			return false, fmt.Errorf("period %d follows %d", p, next-1)
		}
		if (s.Stage == Opened) != (cal.Open != 0 && p >= cal.Open) || (s.Stage == Allocated) != (p <= cal.Allocated) {
			return false, fmt.Errorf("period %d is %v, the calendar says %+v", p, s.Stage, cal)
		}
		if named, err := names.Get(r, nameDigest(s.Name)); err != nil || named != p {
			return false, errors.Join(err, fmt.Errorf("period %d is called %q, which is the name of period %d", p, s.Name, named))
		}
		if s.Stage == Allocating {
			running = p
		}
		held += s.Held
		if err := checkTallies(r, p); err != nil {
			return false, fmt.Errorf("period %d: %w", p, err)
		}
		if err := checkAllocation(r, p, s, &due); err != nil {
			return false, fmt.Errorf("period %d: %w", p, err)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	if next != cal.Periods || next-cal.Allocated > MaxOpen {
		return fmt.Errorf("%d periods, the calendar says %+v", next, cal)
	}
	if books, err := account.BooksOf(r); err != nil || books.Held != held {
		return errors.Join(err, fmt.Errorf("unappropriated surplus stands still for %d motions, periods for %d", books.Held, held))
	}
	if err := checkHeld(r); err != nil {
		return err
	}
	if err := checkRun(r, running); err != nil {
		return err
	}
	for _, want := range []account.Line{account.Credit(account.Dividends, due.dividends), account.Credit(account.Notices, due.notices)} {
		got, err := account.BalanceOf(r, want.Account)
		if err != nil {
			return err
		}
		if got != want.Amount {
			return fmt.Errorf("account %d has balance %s, members' parts say %s", want.Account, charter.Money(r, got), charter.Money(r, want.Amount))
		}
	}
	return nil
}

// checkHeld recounts what stands still for motions: each basis for at least one, a class
// in the register of shares for as many as its bases together, and a digest that is
// done is that of the claims.
func checkHeld(r state.Reader) error {
	classes := map[shareclass.Number]uint32{}
	err := bases.Range(r, basisKey{}, basisKey{^Period(0), ^Sort(0), ^uint16(0)}, func(k basisKey, b Basis) (bool, error) {
		if b.Motions == 0 {
			return false, fmt.Errorf("period %d: %v %d stands still for no motion", k.Period, k.Sort, k.Number)
		}
		if k.Sort == ShareDividend {
			classes[shareclass.Number(k.Number)] += b.Motions
		}
		s, err := PeriodOf(r, k.Period)
		if err == nil && s.Held < b.Motions {
			err = fmt.Errorf("period %d: %d motions hold %v %d, %d the period", k.Period, b.Motions, k.Sort, k.Number, s.Held)
		}
		if err != nil || !b.Done {
			return true, err
		}
		want, err := DigestOf(r, k.Period, k.step())
		if err == nil && [32]byte(b.Digest) != want {
			err = fmt.Errorf("period %d: what stands still of %v %d has changed", k.Period, k.Sort, k.Number)
		}
		return true, err
	})
	if err != nil {
		return err
	}
	return shareclass.Range(r, func(class shareclass.Number, _ shareclass.Terms) (bool, error) {
		t, err := share.TotalsOf(r, class)
		if err == nil && t.Held != classes[class] {
			err = fmt.Errorf("class %d of shares stands still for %d motions, %d divide by it", class, t.Held, classes[class])
		}
		return true, err
	})
}

func checkRun(r state.Reader, running Period) error {
	run, _, err := runs.Find(r, 0)
	if err != nil {
		return err
	}
	var due []uint64
	err = agenda.Range(r, func(_ int64, room agenda.Room, item uint64) (bool, error) {
		if room == onAgenda && item&basisItem == 0 {
			due = append(due, item)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	frozen, err := share.Frozen(r)
	if err != nil {
		return err
	}
	dividing := running == 0 && len(due) == 0 || len(due) == 1 && due[0] == uint64(running)
	if run.Period != running || !dividing || frozen != (running != 0 && run.Phase != Issuing) {
		return fmt.Errorf("period %d is allocating; the run says %d, the agenda %v, holdings frozen: %v", running, run.Period, due, frozen)
	}
	return nil
}

func checkTallies(r state.Reader, p Period) error {
	for measure := Hours; measure.Known(); measure++ {
		var sum Tally
		err := Figures(r, p, measure, 0, ^state.Member(0), func(m state.Member, q uint64) (bool, error) {
			if q == 0 {
				return false, fmt.Errorf("member %d has a figure of zero %v", m, measure)
			}
			sum.Quantity += q
			sum.Members++
			return true, nil
		})
		if err != nil {
			return err
		}
		tally, err := TallyOf(r, p, measure)
		if err != nil {
			return err
		}
		if sum.Digits = tally.Digits; tally.Digits > MaxDigits || (measure.InMoney() && tally.Digits > 0) {
			return fmt.Errorf("%v have %d digits behind the point", measure, tally.Digits)
		}
		if tally.Quantity > MaxQuantity {
			return fmt.Errorf("%s are recorded, above the bound", measure.Words(r, tally.Quantity, tally.Digits))
		}
		if sum != tally {
			return fmt.Errorf("figures sum to %s of %d members, the tally says %s of %d",
				measure.Words(r, sum.Quantity, tally.Digits), sum.Members, measure.Words(r, tally.Quantity, tally.Digits), tally.Members)
		}
	}
	return nil
}

func checkAllocation(r state.Reader, p Period, s Statement, due *owed) error {
	steps, err := AllocationOf(r, p)
	if err != nil {
		return err
	}
	if len(steps) != int(s.Steps) || (s.Stage < Allocating && s.Steps > 0) {
		return fmt.Errorf("%d steps, the statement says %d", len(steps), s.Steps)
	}
	var sum money.Amount
	for i, a := range steps {
		sum += a.Pool
		if !a.Step.Sort.IsDividend() {
			continue
		}
		if !a.Done {
			due.dividends += a.Pool
			if run, err := runs.Get(r, 0); err != nil {
				return err
			} else if run.Period == p && int(run.Step) == i+1 {
				due.dividends -= run.Shares
			}
			if s.Stage == Allocated {
				return fmt.Errorf("step %d is not divided", i+1)
			}
			continue
		}
		due.dividends += a.Cash - a.Paid - a.Settled
		due.notices += a.Notice - a.Redeemed
		if err := checkParts(r, p, uint8(i+1), a); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	if sum != s.Appropriated {
		return fmt.Errorf("pools sum to %s, the statement says %s", charter.Money(r, sum), charter.Money(r, s.Appropriated))
	}
	if sum > 0 && s.Carried() < 0 {
		return fmt.Errorf("%s appropriated of %s + %s", charter.Money(r, sum), charter.Money(r, s.Opening), charter.Money(r, s.Surplus))
	}
	return nil
}

func checkParts(r state.Reader, p Period, step uint8, a Allotment) error {
	if a.Pool == 0 {
		return nil
	}
	var claimed []uint64
	var got []Part
	var total uint64
	var cash, notice, shares, paid, settled, redeemed money.Amount
	err := Parts(r, p, step, 0, ^state.Member(0), func(m state.Member, part Part) (bool, error) {
		if a.Step.Sort == PatronageDividend { // figures stand still for ever, holdings do not
			figure, err := FigureOf(r, p, a.Step.Measure, m)
			if err != nil || figure != part.Claim {
				return false, errors.Join(err, fmt.Errorf("member %d has a part of %s and a figure of %s", m, a.Step.Measure.Words(r, part.Claim, a.Digits), a.Step.Measure.Words(r, figure, a.Digits)))
			}
		}
		claimed, got = append(claimed, part.Claim), append(got, part)
		total += part.Claim
		cash += part.Cash
		notice += part.Notice
		shares += part.Shares
		if part.Paid != 0 {
			paid += part.Cash
		}
		if part.Settled != 0 {
			settled += part.Cash
		}
		if part.Redeemed != 0 {
			redeemed += part.Notice
		}
		if part.Paid != 0 && part.Settled != 0 {
			return false, fmt.Errorf("member %d's part is paid by entry %d and settled by entry %d", m, part.Paid, part.Settled)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	if total != a.Total || cash != a.Cash || notice != a.Notice || paid != a.Paid || settled != a.Settled || redeemed != a.Redeemed || shares != a.Shares || cash+notice+shares != a.Pool || uint64(len(got)) != a.Members {
		return fmt.Errorf("%d parts of %d claims: %s in money, %s paid, %s settled, %s in notices, %s redeemed, %s in shares; the allotment of %s says %d of %d: %s, %s, %s, %s, %s, %s",
			len(got), total, charter.Money(r, cash), charter.Money(r, paid), charter.Money(r, settled), charter.Money(r, notice), charter.Money(r, redeemed), charter.Money(r, shares),
			charter.Money(r, a.Pool), a.Members, a.Total, charter.Money(r, a.Cash), charter.Money(r, a.Paid), charter.Money(r, a.Settled), charter.Money(r, a.Notice), charter.Money(r, a.Redeemed), charter.Money(r, a.Shares))
	}
	want, err := money.Split(a.Pool, claimed)
	if err != nil {
		return err
	}
	for i, part := range got {
		if part.Share() != want[i] {
			return fmt.Errorf("part %d is %s + %s, the largest remainder gives %s", i+1, charter.Money(r, part.Cash+part.Shares), charter.Money(r, part.Notice), charter.Money(r, want[i]))
		}
		if voted := a.Step.part(part.Claim, want[i]); part.Notice != voted.Notice {
			return fmt.Errorf("part %d is %s + %s, the vote gives %s + %s", i+1, charter.Money(r, part.Cash+part.Shares), charter.Money(r, part.Notice), charter.Money(r, voted.Cash), charter.Money(r, voted.Notice))
		}
	}
	return nil
}
