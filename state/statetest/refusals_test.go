package statetest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// EveryRefusal finds the refusals that no test met, by what the source names, and reasons
// that are none.
func TestUnmet(t *testing.T) {
	dir := t.TempDir()
	source := `package till

var (
	ErrOne   = &state.Rejection{Code: 1, Reason: "one"}
	ErrTwo   = &state.Rejection{Code: 2, Reason: "two"}
	ErrThree = Hints.Add(&state.Rejection{Code: 3, Reason: "three"}, "")
	ErrFour  = &state.Rejection{Code: 4, Reason: "four"}
)

type Sell struct{}

func (m Sell) Check() error { return ErrOne.With("%d", 1) }

func (m Sell) Apply(c *state.Ctx) error {
	if err := m.require(c); err != nil && state.Rejected(err) == nil {
		return err
	}
	if err == ErrFour || errors.Is(err, ErrFour) {
		return nil
	}
	return two()
}

func (m Sell) require(c *state.Ctx) error { return ErrThree }

func two() error { return ErrTwo }

type Buy struct{}

func (m Buy) Check() error             { return nil }
func (m Buy) Apply(c *state.Ctx) error { return m.require(c) }
func (m Buy) require(c *state.Ctx) error { return ErrFour }
`
	if err := os.WriteFile(filepath.Join(dir, "till.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	met.Lock()
	met.by["till"] = map[refusal]bool{{"Sell", 1}: true, {"Sell", 4}: true}
	met.Unlock()
	got, err := unmet(dir, map[string]string{"Sell.ErrOne": "met", "Sell.ErrThree": "not met", "Sell.ErrFour": "not named"})
	want := []string{
		"no test has till.Buy refused by ErrFour (4)",
		"a test has till.Sell refused by ErrOne: it needs no reason",
		"no test has till.Sell refused by ErrTwo (2)",
		"Sell.ErrFour names no refusal of till, and has a reason",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("unmet are %q, %v, want %q", got, err, want)
	}
}
