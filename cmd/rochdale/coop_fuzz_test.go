package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// goodTables are those of a co-op that comes in as they are.
var goodTables = map[string]string{
	membersTable:  "number,joined,left,member\n17,2019-03-01,,1\n23,2021-10-15,,\n44,2018-06-01,2025-05-31,\n",
	holdingsTable: "number,units,since\n17,50,2019-03-01\n44,10,2018-06-01\n",
	officesTable:  "number,office,since,until\n23,auditor,2025-05-10,2029-05-10\n",
	loansTable:    "number,sum,interest,since,due\n17,500.00,3%,2023-01-15,2028-01-15\n",
	noticesTable:  "number,units,given,ready\n44,10,2025-05-30,2025-08-28\n",
	balancesTable: "account,debit,credit\n1000,\"1,100.00\",\n2400,,500.00\n3000,,600.00\n",
	classesTable:  "number,class,from\n23,1,\n",
}

// Whatever stands in a table of a co-op that moves in, it is read or refused: in bounded words
// that can be shown, and what passes comes to what the ledger takes.
func FuzzTables(f *testing.F) {
	names := []string{membersTable, holdingsTable, officesTable, loansTable, noticesTable, balancesTable, classesTable}
	for i, name := range names {
		f.Add(uint8(i), []byte(goodTables[name]))
	}
	f.Add(uint8(0), []byte("\xef\xbb\xbfNumber;Joined\r\n\"1;2019-03-01\r\n0;\r\n"))
	f.Add(uint8(1), []byte("number,units,units\n17,-1\n17,1e9,\n17,1.50\n"))
	f.Add(uint8(5), []byte("account,debit,credit\n1000,,1.00\n2400,1.005,\n3900,1.00,\n"))
	f.Add(uint8(3), []byte(`[{"number":17,"sum":500.00},{"sum":null}]`))
	begin := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	doc, err := charter.Preset("standard")
	if err != nil {
		f.Fatal(err)
	}
	g := federation.GenesisCoop{Name: "Millbrook", Charter: doc, Shares: []federation.GenesisClass{{
		Number: 1, Name: "member share", Par: 1000, MaxHolding: 100, Rules: &shareclass.RulesEntry{MaxHolding: 100, Redeemable: true, Notice: 90},
	}}}
	for m := state.Member(1); m <= 2; m++ {
		g.Members = append(g.Members, federation.FounderOf(shownKey(m), "anytown-1", 1))
	}
	dir := f.TempDir()
	err = app.Preview("anytown-1", begin, 1, g, func(all state.Reader) error {
		r, err := readingOf(all, 1)
		if err != nil {
			return err
		}
		cmd := &cobra.Command{}
		cmd.SetErr(io.Discard)
		check := func(t *testing.T) *moving {
			m := newMoving(dir, state.DayOf(begin.Unix()), false, inviteFlags{})
			m.founds = &founding.Adoption{}
			if err := r.readMoving(cmd, m); err != nil {
				t.Fatal(err)
			}
			return m
		}
		f.Fuzz(func(t *testing.T, which uint8, text []byte) {
			of := names[int(which)%len(names)]
			for name, good := range goodTables {
				if name == of {
					good = string(text)
				}
				if err := os.WriteFile(filepath.Join(dir, name), []byte(good), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			m := check(t)
			if string(text) == goodTables[of] && len(m.wrong) > 0 {
				t.Errorf("good tables: %q", m.wrong)
			}
			for _, said := range m.wrong {
				if !words.IsPlain(said) || len([]rune(said)) > mostWords+2 {
					t.Errorf("said in %d bytes: %q", len(said), said)
				}
			}
			if len(m.wrong) > 0 {
				return
			}
			a := m.adoption(m.parts())
			if err := a.Check(); err != nil || m.booked != m.capital {
				t.Errorf("it passes, and is refused: %v, %d and %d", err, m.booked, m.capital)
			}
			for _, p := range m.parts() {
				if err := p.Load.Check(); err != nil {
					t.Errorf("it passes, and part %d is refused: %v", p.Part, err)
				}
			}
		})
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
}
