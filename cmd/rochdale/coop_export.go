package main

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func newCoopExportCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Write register and balances as tables that import reads",
		Long: `Write the members who are not gone, their holdings and the balances of the books as
tables into a new folder, in the form that coop import reads, so that a co-op can go
elsewhere with all that is its own. Numbers, dates and keys are those of this ledger.
What is owed to members by registers of the ledger, such as dividends that are not paid,
stands in balances.csv for the reader, and is settled before it is brought in elsewhere.`,
		Example: "  rochdale coop export ours",
		Args:    wantArgs("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return read(cmd, func(r *reading) error { return r.export(cmd, args[0]) })
		},
	}
	addReadFlags(cmd)
	return cmd
}

// exportInfo is what was written.
type exportInfo struct {
	Folder   string       `json:"folder"`
	Height   uint64       `json:"height"`
	Day      string       `json:"day"`
	Members  int          `json:"members"`
	Holdings int          `json:"holdings"`
	Capital  money.Amount `json:"share_capital"` // minor units
}

func (r *reading) export(cmd *cobra.Command, dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return withHint(fault("making the folder: %w", err), "give a folder that there is not yet; nothing is overwritten")
	}
	info := exportInfo{Folder: dir, Height: r.Height(), Day: words.Day(state.DayOf(r.Time()))}
	people := [][]string{{"number", "key", "class", "joined", "commitment"}}
	err := member.Range(r, 0, ^state.Member(0), func(m state.Member, rec member.Record) (bool, error) {
		if s := rec.Standing(); s != member.Active && s != member.Suspended {
			return true, nil
		}
		line, err := r.exported(m, rec)
		people = append(people, line)
		return true, err
	})
	if err != nil {
		return err
	}
	holdings, err := r.exportHoldings(&info)
	if err != nil {
		return err
	}
	balances := [][]string{{"account", "debit", "credit"}}
	err = account.Accounts(r, func(code account.Code, _ account.Account) (bool, error) {
		b, err := account.BalanceOf(r, code)
		line := []string{strconv.Itoa(int(code)), "", ""}
		switch {
		case b > 0:
			line[1] = words.Decimal(uint64(b), r.policy.Digits)
		case b < 0:
			line[2] = words.Decimal(uint64(-b), r.policy.Digits)
		default:
			return true, err
		}
		balances = append(balances, line)
		return true, err
	})
	if err != nil {
		return err
	}
	info.Members, info.Holdings = len(people)-1, len(holdings)-1
	for _, t := range []struct {
		name string
		rows [][]string
	}{{membersTable, people}, {holdingsTable, holdings}, {balancesTable, balances}} {
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		if err := w.WriteAll(t.rows); err != nil {
			return fmt.Errorf("writing %s: %w", t.name, err)
		}
		if err := writeNew("the table", filepath.Join(dir, t.name), text.Bytes()); err != nil {
			return err
		}
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w, fact{"folder", dir}, fact{"as of", fmt.Sprintf("%s, block %d", info.Day, info.Height)}, fact{"members", info.Members},
			fact{"holdings", info.Holdings}, fact{"share capital", r.money(info.Capital)})
	})
}

// exported is a member as a line of the table.
func (r *reading) exported(m state.Member, rec member.Record) ([]string, error) {
	past, _, err := takeover.PastOf(r, m)
	if err != nil {
		return nil, err
	}
	commitment, _, err := identity.Of(r, m)
	if err != nil {
		return nil, err
	}
	joined := past.Joined
	for _, h := range rec.History {
		if joined == 0 && h.Standing == member.Active {
			joined = state.DayOf(h.Time)
		}
	}
	return []string{fmt.Sprint(m), rec.Key.String(), fmt.Sprint(rec.Class()), words.Day(joined), hex.EncodeToString(commitment)}, nil
}

// exportHoldings are the holdings of all classes as lines of the table.
func (r *reading) exportHoldings(info *exportInfo) ([][]string, error) {
	out := [][]string{{"number", "class", "units", "since"}}
	err := shareclass.Range(r, func(class shareclass.Number, _ shareclass.Terms) (bool, error) {
		t, err := share.TotalsOf(r, class)
		if err != nil {
			return false, err
		}
		info.Capital += t.Capital
		return true, share.RangeHoldings(r, class, 0, ^state.Member(0), func(m state.Member, h share.Holding) (bool, error) {
			if h.Units == 0 {
				return true, nil
			}
			since, err := r.heldSince(class, m, h)
			out = append(out, []string{fmt.Sprint(m), fmt.Sprint(class), fmt.Sprint(h.Units), words.Day(since)})
			return true, err
		})
	})
	return out, err
}

// heldSince is the day of the last change of a holding, here or in the register before.
func (r *reading) heldSince(class shareclass.Number, m state.Member, h share.Holding) (uint64, error) {
	o, _, err := share.OperationOf(r, h.Operation)
	if err != nil || o.Sort != share.BroughtIn {
		return o.DayOf(), err
	}
	past, _, err := takeover.PastOf(r, m)
	for _, held := range past.Held {
		if held.Class == class && held.Since != 0 {
			return held.Since, err
		}
	}
	return o.DayOf(), err
}
