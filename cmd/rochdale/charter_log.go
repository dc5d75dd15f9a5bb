package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/spf13/cobra"
)

// amendmentInfo is an amendment as results show it.
type amendmentInfo struct {
	Amendment amendment.AmendmentNumber `json:"amendment"`
	By        state.Actor               `json:"by,omitzero"` // the motion; nobody of the founding
	Recorded  stamp                     `json:"recorded"`
	From      string                    `json:"from,omitempty"` // the day that it names
	Status    string                    `json:"status"`
	Since     stamp                     `json:"in_force_since,omitzero"`
	Why       string                    `json:"why,omitempty"` // it lapsed
	Action    string                    `json:"action"`        // in words
	Clauses   []state.Clause            `json:"clauses,omitempty"`

	when string // and whether it is in force
}

func (r *reading) amendment(n amendment.AmendmentNumber, a amendment.Amendment) amendmentInfo {
	told, when := a, a.WhenWords()
	past := a.Status == amendment.AmendmentInForce && a.From > 0 && a.From <= state.DayOf(a.Recorded)
	if past { // it was in force at once
		told.From = 0
		when += fmt.Sprintf(", when it was carried; the day that it names, %s, was over", words.Day(a.From))
	}
	does := told.Describe(wording.Telling(r))
	if a.Status == amendment.AmendmentInForce && !past && len(does.Clauses) > 0 && !slices.ContainsFunc(does.Clauses, func(c state.Clause) bool { return !asBefore(c) }) {
		when += "; what it sets held already, since another had set the same"
	}
	info := amendmentInfo{
		Amendment: n, By: a.By, Recorded: stamp(a.Recorded), Status: a.Status.String(), Since: stamp(a.Effective),
		Why: a.Why, Action: does.Phrase, Clauses: does.Clauses, when: when,
	}
	if a.From > 0 {
		info.From = words.Day(a.From)
	}
	return info
}

func newCharterLogCmd() *cobra.Command {
	var page pageFlags
	cmd := &cobra.Command{
		Use:     "log [AMENDMENT]",
		Short:   "List the charter's amendments, or show one clause by clause",
		Example: "  rochdale charter log\n  rochdale charter log 3",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				if len(args) > 0 {
					return r.showAmendment(cmd, args[0])
				}
				return r.listAmendments(cmd, &page)
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	page.add(cmd, "amendment")
	addReadFlags(cmd)
	return cmd
}

func (r *reading) showAmendment(cmd *cobra.Command, text string) error {
	n, err := parseNumber("amendment", text)
	if err != nil {
		return err
	}
	a, err := amendment.AmendmentOf(r, amendment.AmendmentNumber(n))
	if err != nil {
		return err
	}
	info := r.amendment(amendment.AmendmentNumber(n), a)
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w, fact{"amendment", n}, fact{"carried by", wording.By(a.By, r.Coop())}, fact{"on", info.Recorded.here()},
			fact{"in force", info.when}, fact{"does", info.Action})
		writeClauses(w, "what it changes", info.Clauses)
	})
}

func (r *reading) listAmendments(cmd *cobra.Command, page *pageFlags) error {
	list := []amendmentInfo{}
	err := amendment.RangeAmendments(r, amendment.AmendmentNumber(page.from), ^amendment.AmendmentNumber(0), func(n amendment.AmendmentNumber, a amendment.Amendment) (bool, error) {
		if len(list) == page.limit {
			page.more(cmd, uint64(n))
			return false, nil
		}
		list = append(list, r.amendment(n, a))
		return true, nil
	})
	if err != nil {
		return err
	}
	return show(cmd, list, func(w io.Writer) {
		t := newTable("amendment", "by", "in force", "what it does")
		for _, a := range list {
			t.row(a.Amendment, wording.By(a.By, r.Coop()), a.when, a.Action)
		}
		t.write(w)
	})
}
