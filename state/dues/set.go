package dues

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Set puts another schedule in force from a day to come on. What was due before stays. The
// result is its number. If it begins on the day of the last schedule or before, which has
// not begun, it takes that one's place and number; so a mistake is mended before it costs.
type Set struct {
	From    uint64       `cbor:"1,keyasint,omitempty"` // days since 1970 UTC
	Days    uint32       `cbor:"2,keyasint,omitempty"` // of a period
	Sort    Sort         `cbor:"3,keyasint,omitempty"` // zero if nothing is due any more
	Amounts []uint64     `cbor:"4,keyasint,omitempty"` // minor units
	Rate    money.Rate   `cbor:"5,keyasint,omitempty"`
	Least   uint64       `cbor:"6,keyasint,omitempty"` // minor units
	Account account.Code `cbor:"7,keyasint,omitempty"` // of income
	// Months and Day are as in Schedule, instead of Days; From is such a day.
	Months uint8 `cbor:"8,keyasint,omitempty"`
	Day    uint8 `cbor:"9,keyasint,omitempty"`
}

// Scheduled reports a schedule.
type Scheduled struct {
	Number uint64 `json:"number"`
	From   uint64 `json:"from"` // days since 1970 UTC
}

func (Scheduled) Event() string { return "dues.Scheduled" }

// Check refuses a schedule that cannot be.
func (m Set) Check() error {
	for _, a := range append(slices.Clone(m.Amounts), m.Least) {
		if a > uint64(money.Max)/MaxPeriods {
			return ErrSchedule.With("an amount of %d minor units", a)
		}
	}
	amounts, rate := 0, false
	switch m.Sort {
	case 0:
		if m.Days != 0 || m.Account != 0 || m.Months != 0 || m.Day != 0 {
			return ErrSchedule.With("periods of nothing")
		}
	case Fixed:
		amounts = 1
	case Sliding:
		if amounts = len(m.Amounts); amounts < 2 || amounts > MaxBands {
			return ErrSchedule.With("%d bands, 2 to %d can be", amounts, MaxBands)
		}
	case Share:
		rate = true
		if m.Rate.Num == 0 || m.Rate.Den == 0 || m.Rate.Num > m.Rate.Den || m.Rate.Den > 1_000_000 {
			return ErrSchedule.With("a share of %d/%d", m.Rate.Num, m.Rate.Den)
		}
	default:
		return ErrSchedule.With("sort %d", m.Sort)
	}
	switch {
	case len(m.Amounts) != amounts:
		return ErrSchedule.With("%d amounts, where %d are needed", len(m.Amounts), amounts)
	case !rate && (m.Rate != (money.Rate{}) || m.Least != 0):
		return ErrSchedule.With("a share of income, of a schedule that is %v", m.Sort)
	case m.Sort != 0 && m.Months != 0:
		return m.checkMonths()
	case m.Sort != 0 && (m.Days < MinDays || m.Days > MaxDays):
		return ErrSchedule.With("periods of %d days, %d to %d can be", m.Days, MinDays, MaxDays)
	case m.Day != 0:
		return ErrSchedule.With("day %d of a month, of periods of days", m.Day)
	}
	return nil
}

// checkMonths refuses months that cannot be.
func (m Set) checkMonths() error {
	switch {
	case m.Days != 0:
		return ErrSchedule.With("periods of %d days and of %d months", m.Days, m.Months)
	case m.Months > MaxMonths:
		return ErrSchedule.With("periods of %d months, 1 to %d can be", m.Months, MaxMonths)
	case m.Day < 1 || m.Day > 31:
		return ErrSchedule.With("due on day %d of a month, 1 to 31 can be", m.Day)
	case m.From > 1<<32 || inMonth(m.From, 0, m.Day) != m.From:
		return ErrSchedule.With("due on day %d of a month, from %s on", m.Day, words.Day(m.From))
	}
	return nil
}

// Apply records the schedule.
func (m Set) Apply(c *state.Ctx) error {
	n, before, replaces, err := m.place(c)
	if err != nil {
		return err
	}
	if m.From <= c.Day() || m.From <= before.From || m.From > c.Day()+MaxAhead {
		return ErrFrom.With("%s", words.Day(m.From))
	}
	if n > MaxSchedules {
		return ErrMany.With("%d", MaxSchedules)
	}
	if m.Sort != 0 {
		a, err := account.Find(c, m.Account)
		if err != nil {
			return err
		}
		if a.Type != account.Income {
			return ErrIncome.With("account %d", m.Account)
		}
	}
	if number, last, err := last(c); err != nil {
		return err
	} else if who := c.Authority().More(last.All, last.By); number > 0 && who != "" {
		return ErrDecided.With("schedule %d by %s", number, who)
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	if !replaces {
		t.Schedules = n
		totals.Put(c, 0, t)
	}
	schedules.Put(c, n, Schedule{
		From: m.From, Days: m.Days, Sort: m.Sort, Amounts: slices.Clone(m.Amounts), Rate: m.Rate, Least: m.Least, Account: m.Account,
		Time: c.Time(), By: c.Actor(), Months: m.Months, Day: m.Day, All: c.Authority().All,
	})
	c.Return(n)
	c.Emit(Scheduled{n, m.From})
	return nil
}

// place is the number that m gets and the schedule before it, zero if it is the first. It
// replaces the last schedule if that has not begun and does not begin before m.
func (m Set) place(r state.Reader) (n uint64, before Schedule, replaces bool, err error) {
	n, before, err = last(r)
	if err != nil || n == 0 || before.From <= state.DayOf(r.Time()) || m.From > before.From {
		return n + 1, before, false, err
	}
	if n == 1 {
		return n, Schedule{}, true, nil
	}
	before, err = schedules.Get(r, n-1)
	return n, before, true, err
}

// Words say what is due by a schedule, in the currency of r's co-op; of one that Check refuses
// they may say nothing.
func (s Schedule) Words(r state.Reader) string {
	each := s.everyWords()
	switch s.Sort {
	case Fixed:
		if len(s.Amounts) > 0 {
			return fmt.Sprintf("%s %s", charter.Sum(r, s.Amounts[0]), each)
		}
	case Sliding:
		var bands []string
		for i, a := range s.Amounts {
			bands = append(bands, fmt.Sprintf("band %d %s", i+1, charter.Sum(r, a)))
		}
		return words.List(bands, "and") + " " + each
	case Share:
		text := words.Rate(s.Rate) + " of the income declared for a period"
		if s.Least > 0 {
			text += ", at least " + charter.Sum(r, s.Least)
		}
		return text + ", " + each
	}
	return "nothing"
}

// Describe says what is due, and from when on.
func (m Set) Describe(t state.Telling) state.Words {
	s := Schedule{Days: m.Days, Sort: m.Sort, Amounts: m.Amounts, Rate: m.Rate, Least: m.Least, Months: m.Months, Day: m.Day}
	w := state.Words{
		Phrase:  fmt.Sprintf("set the dues from %s on", words.Day(m.From)),
		Clauses: []state.Clause{state.Fact("dues of a member", "%s", s.Words(t)), state.Fact("from", "%s", words.Day(m.From))},
	}
	if m.Sort != 0 {
		w.Clauses = append(w.Clauses, state.Fact("posted to", "account %d", m.Account))
	}
	if n, _, replaces, err := m.place(t); t.Now && replaces && err == nil {
		if old, err := schedules.Get(t, n); err == nil {
			w.Clauses = append(w.Clauses, state.Fact("in place of", "schedule %d, from %s on: %s", n, words.Day(old.From), old.Words(t)))
		}
	}
	return t.Given(w, "number of the schedule")
}

// Declare is what a member says of itself, from the next day on: the band that it is in, or
// its income of a period. The other of the two stays as it was declared: a schedule in force
// and one to come may ask for both. Nobody checks it here; a co-op's rules may. For a member
// that has no key others declare what it signed, and all members for anyone.
type Declare struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Band   uint8        `cbor:"2,keyasint,omitempty"` // from 1, of a sliding schedule
	Income uint64       `cbor:"3,keyasint,omitempty"` // minor units, of one by share
	Paper  []byte       `cbor:"4,keyasint,omitempty"` // commitment to what the member signed, if others declare for it
}

// Said reports a declaration. It does not say which.
type Said struct {
	Member state.Member `json:"member"`
}

func (Said) Event() string { return "dues.Said" }

func (m Declare) Concerns() state.Member { return m.Member }

// Check refuses an income that no account holds, and a paper that is none.
func (m Declare) Check() error {
	if err := behalf.CheckPaper(m.Paper); err != nil {
		return err
	}
	if m.Income > uint64(money.Max)/MaxPeriods {
		return ErrDeclared.With("an income of %d minor units", m.Income)
	}
	return nil
}

// Apply records the declaration.
func (m Declare) Apply(c *state.Ctx) error {
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	if err := behalf.RequireOrAll(c, KindDeclare, m.Member, rec, m.Paper); err != nil {
		return err
	}
	if s := rec.Standing(); s != member.Active && s != member.Suspended {
		return member.ErrStanding.With("member %d %s", m.Member, s.Is())
	}
	if err := m.asked(c); err != nil {
		return err
	}
	p, err := payers.Get(c, m.Member)
	if err != nil {
		return err
	}
	d, again := Declaration{}, false
	if k := len(p.Declared); k > 0 {
		d = p.Declared[k-1]
		again = d.From == c.Day()+1
	}
	if d.From = c.Day() + 1; m.Band > 0 {
		d.Band = m.Band
	} else {
		d.Income = m.Income
	}
	if !again && len(p.Declared) >= MaxDeclared {
		return ErrOften.With("%d times", MaxDeclared)
	}

	// Past this line nothing fails.
	p.Declared = slices.Clone(p.Declared)
	if again { // on the same day: it is not in force yet
		p.Declared = p.Declared[:len(p.Declared)-1]
	}
	p.Declared = append(p.Declared, d)
	payers.Put(c, m.Member, p)
	behalf.Record(c, KindDeclare, m.Member, m.Paper, 0)
	c.Emit(Said{m.Member})
	return nil
}

// asked refuses what neither the schedule of the next day asks for nor one after it.
func (m Declare) asked(c *state.Ctx) error {
	n, s, err := last(c)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNone
	}
	var sorts []string // the latest first
	for {
		if s.asks(m) {
			return nil
		}
		name := s.Sort.String()
		if s.Sort == Sliding {
			name += fmt.Sprintf(" by bands 1 to %d", len(s.Amounts))
		}
		if !slices.Contains(sorts, name) {
			sorts = append(sorts, name)
		}
		if n == 1 || s.From <= c.Day()+1 {
			slices.Reverse(sorts)
			return ErrDeclared.With("the dues are %s", words.List(sorts, "and"))
		}
		n--
		if s, err = schedules.Get(c, n); err != nil {
			return err
		}
	}
}

// asks tells whether the schedule asks members for what m declares.
func (s Schedule) asks(m Declare) bool {
	switch s.Sort {
	case Sliding:
		return m.Band >= 1 && int(m.Band) <= len(s.Amounts) && m.Income == 0
	case Share:
		return m.Band == 0
	}
	return false
}

// Describe says what a member declares.
func (m Declare) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("declare for the dues of member %d", m.Member)}
	if m.Band > 0 {
		w.Clauses = []state.Clause{state.Fact("band", "%d", m.Band)}
	} else {
		w.Clauses = []state.Clause{state.Fact("income of a period", "%s", charter.Sum(t, m.Income))}
	}
	w.Clauses = append(w.Clauses, behalf.Clauses(m.Paper)...)
	return w
}

var (
	_ = Kinds.Add(state.KindOf[Set](KindSet, "dues.Set"))
	_ = Kinds.Add(state.KindOf[Declare](KindDeclare, "dues.Declare"))
)
