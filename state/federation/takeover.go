package federation

import (
	"encoding/hex"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A GenesisTakeover is what a co-op was before, as takeover.Adopt has it: its founders
// adopt it when they found, and members load it then as if a motion had adopted it.
type GenesisTakeover struct {
	Day      string           `json:"day"` // to which all is true, like 2026-12-31
	People   uint64           `json:"people"`
	Left     uint64           `json:"left,omitempty"`
	Capital  money.Amount     `json:"share_capital"` // minor units
	Balances []GenesisBalance `json:"balances,omitempty"`
	Loans    []account.Code   `json:"loans,omitempty"` // accounts
	Notices  uint64           `json:"notices,omitempty"`
	Seats    []GenesisSeat    `json:"offices,omitempty"`
	Parts    []string         `json:"parts"` // SHA-256, hexadecimal
}

// A GenesisBalance is an opening balance: a debit, or a credit if negative.
type GenesisBalance struct {
	Account account.Code `json:"account"`
	Amount  money.Amount `json:"amount"` // minor units
}

// A GenesisSeat is an office that one of the people gets.
type GenesisSeat struct {
	Person uint64         `json:"person"` // its place among all the people, from 1
	Office charter.Office `json:"office"`
	Until  string         `json:"until,omitempty"` // day on which the term is over; the charter's term if left out
}

// TakeoverOf is m as a founding document has it.
func TakeoverOf(m takeover.Adopt) *GenesisTakeover {
	g := &GenesisTakeover{Day: words.Day(m.Day), People: m.People, Left: m.Left, Capital: m.Capital, Loans: m.Loans, Notices: m.Notices}
	for _, l := range m.Balances {
		g.Balances = append(g.Balances, GenesisBalance{l.Account, l.Amount})
	}
	for _, s := range m.Seats {
		seat := GenesisSeat{Person: s.Person, Office: s.Office}
		if s.Until != 0 {
			seat.Until = words.Day(s.Until)
		}
		g.Seats = append(g.Seats, seat)
	}
	for _, d := range m.Parts {
		g.Parts = append(g.Parts, hex.EncodeToString(d))
	}
	return g
}

// Adopt is the inverse of TakeoverOf.
func (g GenesisTakeover) Adopt() (m takeover.Adopt, err error) {
	m = takeover.Adopt{People: g.People, Left: g.Left, Capital: g.Capital, Loans: g.Loans, Notices: g.Notices}
	if m.Day, err = dayOf(g.Day); err != nil {
		return m, err
	}
	for _, b := range g.Balances {
		m.Balances = append(m.Balances, account.Line{Account: b.Account, Amount: b.Amount})
	}
	for _, s := range g.Seats {
		seat := takeover.Seat{Person: s.Person, Office: s.Office}
		if s.Until != "" {
			if seat.Until, err = dayOf(s.Until); err != nil {
				return m, err
			}
		}
		m.Seats = append(m.Seats, seat)
	}
	for i, text := range g.Parts {
		digest, err := hex.DecodeString(text)
		if err != nil {
			return m, fmt.Errorf("part %d of what is brought in: %w", i+1, err)
		}
		m.Parts = append(m.Parts, digest)
	}
	return m, nil
}

// lastDay bounds the days that a founding document can name: 9999-12-31.
const lastDay = 2_932_896

// dayOf reads a day of a founding document, like 2026-12-31, not before 1970: the one that
// words.Day writes so, by halving.
func dayOf(text string) (uint64, error) {
	low, high := uint64(0), uint64(lastDay)
	for low < high { // words.Day ascends with the days
		if mid := (low + high) / 2; words.Day(mid) < text {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if words.Day(low) != text {
		return 0, fmt.Errorf("%q is no day like 2026-12-31", text)
	}
	return low, nil
}
