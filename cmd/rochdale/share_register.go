package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// registerEntry is what a member held of a class on a day.
type registerEntry struct {
	Member    state.Member      `json:"member"`
	Class     shareclass.Number `json:"class"`
	Units     uint64            `json:"units"`
	Value     money.Amount      `json:"value"`     // minor units
	Operation uint64            `json:"operation"` // by which it came to that
	// The full view has these as well, from the directory at hand and from the register of members.
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	Joined  string `json:"joined,omitempty"`
	Left    string `json:"left,omitempty"`
}

// registerView is what is asked of the register.
type registerView struct {
	class uint16
	at    string
	csv   bool
	full  bool // with names, which the directory at hand has
}

func newShareRegisterCmd() *cobra.Command {
	var page pageFlags
	var v registerView
	cmd := &cobra.Command{
		Use:   "register",
		Short: "Show the register of one class of shares, on any day",
		Long: `Show who held how many shares of a class at the end of a day, by the operations on the
register that count from then or before: numbers and shares, no names. That is the public
view, which anyone can make from any node. The full one, --full, has names and addresses
as well, from the directory that the secretary keeps, and since when each is a member and
until when: the register of members that the law has a co-op keep.`,
		Example: "  rochdale share register --at 2026-12-31\n  rochdale share register --class 2 --csv > public.csv\n  rochdale share register --full --csv > register.csv",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			day, err := parseDay("--at", v.at)
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return showRegister(cmd, r, v, day, &page) })
		},
	}
	addClassFlag(cmd, &v.class)
	addDayFlag(cmd, &v.at, "at", "as it was at the end of this day [now]")
	cmd.Flags().BoolVar(&v.csv, "csv", false, "write a table for spreadsheets")
	cmd.Flags().BoolVar(&v.full, "full", false, "with names and addresses, from the directory at hand")
	page.add(cmd, "member")
	addReadFlags(cmd)
	return cmd
}

// showRegister shows a page of the register of a day; day zero is now.
func showRegister(cmd *cobra.Command, r *reading, v registerView, day uint64, page *pageFlags) error {
	class := shareclass.Number(v.class)
	if v.full && bookOf(cmd) == nil {
		return withHint(fault("names are in the co-op's directory, and none is at hand"), "unlock the key that keeps it: rochdale key unlock; or make one: rochdale names import people.csv")
	}
	terms, err := shareclass.TermsOf(r, class)
	if err != nil {
		return err
	}
	if today := state.DayOf(r.Time()); day > today {
		return withHint(fault("--at %s is a day to come; today is %s", words.Day(day), words.Day(today)), "name today or a day that has passed")
	} else if day == 0 {
		day = today
	}
	last, err := holding.OperationOn(r, day)
	if err != nil {
		return err
	}
	value, err := holding.ValueAt(r, class, last)
	if err != nil {
		return err
	}
	entries := []registerEntry{}
	var next state.Member
	err = share.RangeHoldings(r, class, state.Member(page.from), ^state.Member(0), func(m state.Member, h share.Holding) (bool, error) {
		units, operation, err := holding.At(r, h, last)
		if err != nil || units == 0 {
			return true, err
		}
		if len(entries) == page.limit {
			next = m
			return false, nil
		}
		worth, err := money.Times(units, value)
		if err != nil {
			return false, err
		}
		e := registerEntry{Member: m, Class: class, Units: units, Value: worth, Operation: operation}
		if v.full {
			err = r.identify(cmd, &e)
		}
		entries = append(entries, e)
		return true, err
	})
	if err != nil {
		return err
	}
	if next != 0 {
		page.more(cmd, uint64(next))
	}
	if len(entries) == 0 && page.from <= 1 {
		note(cmd, "nobody held shares of class %d, %s, at the end of %s", class, terms.Name, words.Day(day))
	} else {
		note(cmd, "class %d, %s, at the end of %s: up to operation %d, a share is worth %s", class, terms.Name, words.Day(day), last, r.money(value))
	}
	if v.csv {
		return writeRegisterCSV(cmd.OutOrStdout(), entries, r, v.full)
	}
	return show(cmd, entries, func(w io.Writer) { r.writeRegister(w, entries, v.full) })
}

func (r *reading) writeRegister(w io.Writer, entries []registerEntry, full bool) {
	t := newTable("member", "shares", "value", "by operation")
	if full {
		t = newTable("member", "name", "address", "joined", "left", "shares", "value")
	}
	for _, e := range entries {
		if full {
			t.row(e.Member, e.Name, e.Address, e.Joined, e.Left, formatCount(int64(e.Units)), r.money(e.Value))
			continue
		}
		t.row(e.Member, formatCount(int64(e.Units)), r.money(e.Value), e.Operation)
	}
	t.write(w)
}

// identify adds who the member of an entry is, as far as the directory at hand says, and
// from when to when it is a member.
func (r *reading) identify(cmd *cobra.Command, e *registerEntry) error {
	if p, ok := bookOf(cmd).Person(uint64(e.Member)); ok {
		e.Name, e.Address = p.Value("name"), p.Value("address")
	}
	info, err := r.fullMember(e.Member)
	if err != nil {
		return err
	}
	e.Joined = info.Joined
	for _, h := range info.History {
		switch {
		case h.Standing == member.Active:
			e.Joined, e.Left = cmp.Or(e.Joined, h.Time.day()), ""
		case h.Standing == member.Left:
			e.Left = h.Time.day()
		}
	}
	return nil
}

// writeRegisterCSV writes the entries as spreadsheets read them.
func writeRegisterCSV(w io.Writer, entries []registerEntry, r *reading, full bool) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"member", "class", "shares", "value", "operation"}}
	if full {
		rows[0] = append(rows[0], "name", "address", "joined", "left")
	}
	for _, e := range entries {
		row := []string{
			fmt.Sprint(e.Member), fmt.Sprint(e.Class), strconv.FormatUint(e.Units, 10),
			words.Decimal(uint64(e.Value), r.policy.Digits), strconv.FormatUint(e.Operation, 10),
		}
		if full {
			row = append(row, e.Name, e.Address, e.Joined, e.Left)
		}
		rows = append(rows, row)
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

func newShareOperationsCmd() *cobra.Command {
	var page pageFlags
	cmd := &cobra.Command{
		Use:     "operations",
		Short:   "List the operations on the register of shares",
		Example: "  rochdale share operations\n  rochdale share operations --from 100 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return listOperations(cmd, r, &page) })
		},
	}
	page.add(cmd, "operation")
	addReadFlags(cmd)
	return cmd
}

func listOperations(cmd *cobra.Command, r *reading, page *pageFlags) error {
	list := []issueInfo{}
	var next uint64
	err := share.Operations(r, page.from, ^uint64(0), func(n uint64, o share.Change) (bool, error) {
		if len(list) == page.limit {
			next = n
			return false, nil
		}
		list = append(list, issueInfo{n, o, stamp(o.Time)})
		return true, nil
	})
	if err != nil {
		return err
	}
	if next != 0 {
		page.more(cmd, next)
	}
	if len(list) == 0 {
		note(cmd, "there are no operations to show")
	}
	return show(cmd, list, func(w io.Writer) {
		t := newTable("operation", "date", "sort", "member", "class", "shares", "held after", "by")
		for _, o := range list {
			t.row(o.Operation, words.Day(o.DayOf()), o.Named(), o.holder(), o.Class, o.signed(), formatCount(int64(o.Held)), wording.By(o.By, r.Coop()))
		}
		t.write(w)
	})
}

// signed is what the operation adds to the holding.
func (o issueInfo) signed() string {
	if o.Leaves() {
		return formatCount(-int64(o.Units))
	}
	return formatCount(int64(o.Units))
}

// holder is whose holding it is, nobody's if it is of the whole class.
func (o issueInfo) holder() string {
	if o.Member == 0 {
		return "all"
	}
	return fmt.Sprint(o.Member)
}
