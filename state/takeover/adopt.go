package takeover

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Adopt decides to bring in what a co-op was before: the parts by their digests, and their
// totals. While one is under way another may take its place that begins with the parts that
// are loaded, so that a mistake in the rest can be put right.
type Adopt struct {
	Parts    [][]byte       `cbor:"1,keyasint,omitempty"` // digests, 32 bytes each
	Day      uint64         `cbor:"2,keyasint,omitempty"` // to which all is true, since 1970 UTC
	People   uint64         `cbor:"3,keyasint,omitempty"` // in all parts
	Capital  money.Amount   `cbor:"4,keyasint,omitempty"` // of all holdings, at par
	Balances []account.Line `cbor:"5,keyasint,omitempty"` // opening balances but for the share capital, by account
	Notices  uint64         `cbor:"6,keyasint,omitempty"` // to withdraw shares, in all parts
	Loans    []account.Code `cbor:"7,keyasint,omitempty"` // accounts whose balance is what people have lent, ascending
	Left     uint64         `cbor:"8,keyasint,omitempty"` // of the people, how many are no members any more
	Seats    []Seat         `cbor:"9,keyasint,omitempty"` // offices that people get, by person and office
}

// Adopted reports that a takeover was decided.
type Adopted struct {
	Parts  int    `json:"parts"`
	People uint64 `json:"people"`
}

func (Adopted) Event() string { return "takeover.Adopted" }

// Check refuses what no parts could come to.
func (m Adopt) Check() error {
	if len(m.Parts) == 0 || len(m.Parts) > MaxParts {
		return ErrParts.With("%d parts, from 1 to %d can be", len(m.Parts), MaxParts)
	}
	for i, d := range m.Parts {
		if len(d) != 32 {
			return ErrParts.With("part %d has a digest of %d bytes", i+1, len(d))
		}
	}
	parts := uint64(len(m.Parts))
	if m.People == 0 || m.People > parts*MaxPart || m.Notices > parts*MaxNotices || m.People+m.Notices < parts || m.Left > m.People {
		return ErrPeople.With("%d and %s in %d parts", m.People, words.Plural(m.Notices, "notice"), parts)
	}
	if len(m.Balances) > MaxBalances || m.Capital < 0 {
		return ErrBalances.With("%d balances, a capital of %d", len(m.Balances), m.Capital)
	}
	sum := -m.Capital
	for i, l := range m.Balances {
		if l.Amount == 0 || i > 0 && l.Account <= m.Balances[i-1].Account {
			return ErrBalances.With("account %d: accounts ascend, amounts are not zero", l.Account)
		}
		var err error
		if sum, err = money.Add(sum, l.Amount); err != nil {
			return ErrBalances.With("their sum at account %d is out of range", l.Account)
		}
	}
	if sum != 0 {
		return ErrBalances.With("they differ by %d minor units from a share capital of %d", sum, m.Capital)
	}
	for i, code := range m.Loans {
		if i > 0 && code <= m.Loans[i-1] || m.owes(code) <= 0 {
			return ErrLoans.With("account %d", code)
		}
	}
	if len(m.Seats) > MaxSeats {
		return ErrSeats.With("%d offices, %d can be", len(m.Seats), MaxSeats)
	}
	for i, s := range m.Seats {
		if s.Person == 0 || s.Person > m.People || !s.Office.Possible() || i > 0 && s.compare(m.Seats[i-1]) <= 0 {
			return ErrSeats.With("person %d in office %d", s.Person, s.Office)
		}
	}
	return nil
}

// owes is what an account has on the credit side when it is opened, negative if that is the
// debit side, zero if it is not opened.
func (m Adopt) owes(code account.Code) money.Amount { return credit(m.Balances, code) }

// credit is what lines credit an account with.
func credit(lines []account.Line, code account.Code) money.Amount {
	i, found := slices.BinarySearchFunc(lines, code, func(l account.Line, code account.Code) int { return int(l.Account) - int(code) })
	if !found {
		return 0
	}
	return -lines[i].Amount
}

// Cost is what the list of digests takes.
func (m Adopt) Cost() int { return 6 + len(m.Parts)/64 + len(m.Balances) + len(m.Seats)/64 }

// Apply records what is to be loaded.
func (m Adopt) Apply(c *state.Ctx) error {
	if m.Day > c.Day() {
		return ErrDay.With("%s, today is %s", words.Day(m.Day), words.Day(c.Day()))
	}
	// Those brought in count at once, and are as many as there are: no other kind of motion,
	// at which few are present or officers decide, brings in a crowd.
	if by := c.Authority(); by.Actor != (state.Actor{}) && !by.Entrenched && charter.Level(by.Level) < charter.LevelEntrenched {
		return ErrWho.With("not %v", by.Actor)
	}
	for _, l := range m.Balances {
		a, err := account.Find(c, l.Account)
		if err != nil {
			return err
		}
		if a.Guard == account.RoomOnly {
			return ErrBalances.With("account %d is the total of a register", l.Account)
		}
		if _, lent := slices.BinarySearch(m.Loans, l.Account); lent && a.Type != account.Liability {
			return ErrLoans.With("account %d is no liability", l.Account)
		}
		if err := a.RequireOpening(c, l); err != nil {
			return err
		}
	}
	was, ok, err := takeovers.Find(c, 0)
	if err != nil {
		return err
	}
	next := Takeover{
		Parts: m.Parts, Day: m.Day, People: m.People, Capital: m.Capital, Balances: m.Balances, Adopted: c.Time(), By: c.Actor(),
		Notices: m.Notices, Loans: m.Loans, Lent: make([]money.Amount, len(m.Loans)), Left: m.Left, Seats: m.Seats,
	}
	if ok && was.Done == 0 {
		if !begins(m.Parts, was.Parts[:was.Loaded]) {
			return ErrUnderWay.With("%d of its %d parts are loaded", was.Loaded, len(was.Parts))
		}
		if !sameSeats(next.Seats, was.Seats, was.Came) {
			return ErrSeats.With("those of the first %s are loaded", words.Plural(was.Came, "person"))
		}
		next.Loaded, next.Came, next.Brought, next.First, next.Waiting = was.Loaded, was.Came, was.Brought, was.First, was.Waiting
		next.Runs, next.Gone, next.Seated = was.Runs, was.Gone, was.Seated
		for i, code := range was.Loans {
			if at, found := slices.BinarySearch(next.Loans, code); found {
				next.Lent[at] = was.Lent[i]
			} else if was.Lent[i] > 0 {
				return ErrTotals.With("loans on account %d are brought in already", code)
			}
		}
		if next.exceeded() {
			return ErrTotals.With("brought in already are %s", was.progress())
		}
	}

	// Notices come in behind the requests that wait; nobody gets ahead of them meanwhile.
	if err := withdrawal.Hold(c, next.Waiting < next.Notices); err != nil {
		return err
	}

	// Past this line nothing fails.
	takeovers.Put(c, 0, next)
	c.Emit(Adopted{len(m.Parts), m.People})
	return nil
}

// sameSeats says whether two lists give the same offices to the people who came.
func sameSeats(a, b []Seat, came uint64) bool {
	loaded := func(list []Seat) []Seat {
		n, _ := slices.BinarySearchFunc(list, came, func(s Seat, came uint64) int {
			if s.Person <= came {
				return -1
			}
			return 1
		})
		return list[:n]
	}
	return slices.Equal(loaded(a), loaded(b))
}

// begins says whether parts begin with others, and go on.
func begins(parts, with [][]byte) bool {
	if len(parts) <= len(with) {
		return len(with) == 0
	}
	for i, d := range with {
		if !bytes.Equal(parts[i], d) {
			return false
		}
	}
	return true
}

// whom says how many members come, and how many who are none any more.
func (m Adopt) whom() string {
	if m.Left == 0 {
		return words.Plural(m.People, "member")
	}
	return fmt.Sprintf("%s, and %s who left,", words.Plural(m.People-m.Left, "member"), words.Count(m.Left))
}

// Describe says how many are brought in, and with which balances.
func (m Adopt) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase: fmt.Sprintf("bring in the register and books as of %s: %s with a share capital of %s",
			words.Day(m.Day), m.whom(), charter.Money(t, m.Capital)),
		Clauses: []state.Clause{state.Fact("parts", "%s, loaded one by one by whoever may, and no others", words.Count(uint64(len(m.Parts))))},
	}
	if m.Notices > 0 {
		w.Clauses = append(w.Clauses, state.Fact("notices to withdraw", "%s, in the order of the queue", words.Count(m.Notices)))
	}
	for _, s := range m.Seats {
		until := "for the charter's term"
		if s.Until != 0 {
			until = "until " + words.Day(s.Until)
		}
		w.Clauses = append(w.Clauses, state.Fact(charter.OfficeName(t, s.Office), "person %d of the tables, %s", s.Person, until))
	}
	for i, d := range m.Parts {
		if i < 3 || i >= len(m.Parts)-1 {
			w.Clauses = append(w.Clauses, state.Fact(fmt.Sprintf("part %d", i+1), "%x", d))
		}
	}
	for _, l := range m.Balances {
		side := "debit"
		if l.Amount < 0 {
			side, l.Amount = "credit", -l.Amount
		}
		if _, lent := slices.BinarySearch(m.Loans, l.Account); lent {
			side += ", the sum of what members have lent"
		}
		w.Clauses = append(w.Clauses, state.Fact("opening of "+account.Named(t, l.Account), "%s %s", charter.Money(t, l.Amount), side))
	}
	return w
}

var _ = Kinds.Add(state.KindOf[Adopt](KindAdopt, "takeover.Adopt"))
