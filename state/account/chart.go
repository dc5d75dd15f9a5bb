package account

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
)

// A Chart is a founding chart of accounts, as people write it.
type Chart []ChartEntry

// A ChartEntry is one account of a chart.
type ChartEntry struct {
	Code  Code   `json:"code"`
	Type  Type   `json:"type"`
	Guard Guard  `json:"guard,omitempty"`
	Name  string `json:"name"`
}

//go:embed charts/standard.json
var standard []byte

// Standard returns the embedded chart.
func Standard() (Chart, error) { return ParseChart(standard) }

// ParseChart reads a chart strictly: an unknown field is an error.
func ParseChart(raw []byte) (Chart, error) {
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	var chart Chart
	if err := dec.Decode(&chart); err != nil {
		return nil, fmt.Errorf("reading a chart of accounts: %w", err)
	}
	return chart, nil
}

// required are the accounts that rooms post to, with type and guard: they are totals
// of registers, and posting by hand must not make them differ.
var required = []struct {
	code  Code
	kind  Type
	guard Guard
}{
	{Bank, Asset, Free},
	{Applications, Liability, RoomOnly},
	{Dividends, Liability, RoomOnly},
	{Notices, Liability, RoomOnly},
	{Redemptions, Liability, RoomOnly},
	{Capital, Equity, RoomOnly},
	{Reserve, Equity, CreditOnly},
	{Education, Equity, Free},
	{Unappropriated, Equity, CreditOnly},
	{Openings, Equity, RoomOnly},
}

// Found opens the accounts of a co-op's first chart. It returns an error if the
// chart lacks an account that rooms post to, or gives it another type or guard.
func Found(c *state.Ctx, chart Chart) error {
	for _, e := range chart {
		m := Open(e)
		if err := m.valid(); err != nil {
			return fmt.Errorf("account %d: %w", e.Code, err)
		}
		if err := m.Apply(c); err != nil {
			return fmt.Errorf("account %d: %w", e.Code, err)
		}
	}
	for _, want := range required {
		a, err := Find(c, want.code)
		if err != nil {
			return fmt.Errorf("founding chart: %w", err)
		}
		if a.Type != want.kind || a.Guard != want.guard {
			return fmt.Errorf("founding chart: account %d is %v, %v; it must be %v, %v", want.code, a.Type, a.Guard, want.kind, want.guard)
		}
	}
	return nil
}
