package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// askedInfo is one request with the parts of it that were redeemed before the rest.
type askedInfo struct {
	requestInfo
	Parts []requestInfo `json:"parts"` // in the order in which they were redeemed
}

func newWithdrawalShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show REQUEST",
		Short:   "Show what was asked, redeemed and paid of a request",
		Example: "  rochdale withdrawal show 4",
		Args:    wantArgs("REQUEST"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := parseNumber("request", args[0])
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				info, err := r.askedInfo(n)
				if err != nil {
					return err
				}
				return show(cmd, info, func(w io.Writer) { r.writeAsked(w, info) })
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addReadFlags(cmd)
	return cmd
}

func (r *reading) askedInfo(number uint64) (info askedInfo, err error) {
	t, err := withdrawal.Find(r, number)
	if err != nil {
		return info, err
	}
	info.requestInfo, info.Parts = requestInfo{number, t, stamp(t.Time)}, []requestInfo{}
	for n := t.Part; n != 0 && t.Asked != 0; {
		part, err := withdrawal.Find(r, n)
		if err != nil {
			return info, err
		}
		info.Parts = append(info.Parts, requestInfo{n, part, stamp(part.Time)})
		n = part.Part
	}
	slices.Reverse(info.Parts)
	return info, nil
}

func (r *reading) writeAsked(w io.Writer, q askedInfo) {
	day := func(d uint64) string {
		if d == 0 {
			return ""
		}
		return words.Day(d)
	}
	sum := func(a money.Amount, always bool) string {
		if a == 0 && !always {
			return ""
		}
		return r.money(a)
	}
	redeemed, of, ready := q.Redeemed != 0, "", q.Ready
	if redeemed {
		ready = 0
	}
	if q.Of != 0 {
		of = fmt.Sprintf("request %d", q.Of)
	}
	asked := max(q.Asked, q.Units)
	facts := []fact{
		{"request", q.Number}, {"part of", of}, {"member", q.Member}, {"class", q.Class}, {"registered", q.Time},
	}
	if q.Of == 0 {
		facts = append(facts, fact{"asked", plural(asked, "share")})
	}
	if q.Asked != 0 {
		facts = append(facts, fact{"redeemed", fmt.Sprintf("%s in parts", formatCount(int64(asked-q.Units)))})
	}
	writeFacts(w, append(facts,
		fact{q.Status.String(), plural(q.Units, "share")}, fact{"ready", day(ready)},
		fact{"redeemed", day(q.Redeemed)}, fact{"operation", numberOrNone(q.Operation)},
		fact{"value", sum(q.Value, redeemed)}, fact{"loss borne", sum(q.Loss, false)}, fact{"paid", sum(q.Paid, redeemed)},
		fact{"deducted", sum(q.Taken, false)}, fact{"claimed back", sum(q.Claimed, false)}, fact{"rest", sum(q.Rest(), redeemed)},
		fact{"set aside", day(q.Offered)},
	)...)
	if len(q.Parts) > 0 {
		fmt.Fprintln(w)
		t := newTable("part", "redeemed", "shares", "status", "value", "paid", "deducted", "rest")
		for _, p := range q.Parts {
			t.row(p.Number, words.Day(p.Redeemed), formatCount(int64(p.Units)), p.Status, r.bare(p.Value), r.bare(p.Paid), r.bare(p.Taken), r.bare(p.Rest()))
		}
		t.write(w)
	}
}
