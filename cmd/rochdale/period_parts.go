package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

func newPeriodPartsCmd() *cobra.Command {
	var page pageFlags
	cmd := &cobra.Command{
		Use:     "parts PERIOD",
		Short:   "List what each member has of a period's dividends",
		Example: "  rochdale period parts 1\n  rochdale period parts 1 --from 500 --json",
		Args:    wantArgs("PERIOD"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := parsePeriod(args[0])
			if err != nil {
				return err
			}
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return listParts(cmd, r, p, &page) })
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	page.add(cmd, "member")
	addReadFlags(cmd)
	return cmd
}

func listParts(cmd *cobra.Command, r *reading, p surplus.Period, page *pageFlags) error {
	parts, next, err := surplus.PartsByMember(r, p, state.Member(page.from), page.limit)
	if err != nil {
		return err
	}
	steps := map[uint8]surplus.Allotment{}
	if next != 0 {
		hint(cmd, "there are more: rochdale period parts %d --from %d --limit %d", p, next, page.limit)
	}
	if len(parts) == 0 {
		note(cmd, "no member has a part of period %d", p)
	}
	claims := make([]string, len(parts))
	for i, part := range parts {
		a, ok := steps[part.Step]
		if !ok {
			if a, err = surplus.AllotmentOf(r, p, part.Step); err != nil {
				return err
			}
			steps[part.Step] = a
		}
		claims[i] = r.claim(a, part.Claim)
	}
	return show(cmd, append([]surplus.MemberPart{}, parts...), func(w io.Writer) {
		settled := slices.ContainsFunc(parts, func(p surplus.MemberPart) bool { return p.Settled != 0 || p.Redeemed != 0 })
		heads := []string{"member", "step", "claim", "in money", "paid by entry", "as notice"}
		if settled {
			heads = []string{"member", "step", "claim", "in money", "paid", "settled", "as notice", "settled"}
		}
		built := slices.ContainsFunc(parts, func(p surplus.MemberPart) bool { return p.Shares != 0 })
		if built {
			heads = append(heads, "to shares")
		}
		t := newTable(heads...)
		for i, part := range parts {
			cells := []any{part.Member, part.Step, claims[i], r.money(part.Cash), entryCell(part.Paid), r.money(part.Notice)}
			if settled {
				cells = []any{part.Member, part.Step, claims[i], r.money(part.Cash), entryCell(part.Paid), entryCell(part.Settled), r.money(part.Notice), entryCell(part.Redeemed)}
			}
			if built {
				cells = append(cells, r.money(part.Shares))
			}
			t.row(cells...)
		}
		t.write(w)
		if settled {
			fmt.Fprintln(w, "\nWhat is paid or settled is so by the journal entry of that number.")
		}
	})
}

// entryCell is the number of a journal entry, empty for none.
func entryCell(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}
