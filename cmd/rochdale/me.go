package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

func newMeCmd() *cobra.Command {
	return newNoun("me", groupMembers, "See where you stand", "  rochdale me show\n  rochdale me history",
		newMeShowCmd(), newMeHistoryCmd(), newMeNominateCmd(), newMeExportCmd(), newMeLinkCmd(), newMeLinksCmd(), newMeUnlinkCmd())
}

// nominatedInfo is whom a member nominated.
type nominatedInfo struct {
	Commitment hexBytes `json:"commitment"`
	Time       stamp    `json:"time"`
	// By is who recorded it for the member, nobody if the member did.
	By state.Actor `json:"by,omitzero"`
}

// words say what was nominated when and, if others did, by whom, to a member of a co-op.
func (n *nominatedInfo) words(of state.Coop) string {
	switch {
	case n == nil:
		return ""
	case n.By == (state.Actor{}):
		return fmt.Sprintf("%v of %v", n.Commitment, n.Time)
	}
	return fmt.Sprintf("%v of %v, recorded for you by %s; yours takes its place", n.Commitment, n.Time, wording.By(n.By, of))
}

// dividendInfo is what a period gave one member.
type dividendInfo struct {
	Period surplus.Period `json:"period"`
	Name   string         `json:"name"`
	Cash   money.Amount   `json:"cash"`
	Paid   money.Amount   `json:"paid"` // of the cash
	Notice money.Amount   `json:"notice"`

	Settled  money.Amount `json:"settled"`  // of the cash, other than by paying it
	Redeemed money.Amount `json:"redeemed"` // of the notice

	Shares money.Amount `json:"shares,omitempty"` // to the member's shares
}

// dividendTable lists what periods gave a member, and what of it is no longer owed. What
// was settled has columns only if anything was.
func (s *session) dividendTable(dividends []dividendInfo) *table {
	settled := slices.ContainsFunc(dividends, func(d dividendInfo) bool { return d.Settled != 0 || d.Redeemed != 0 })
	heads := []string{"period", "name", "dividend in money", "of it paid", "as notices"}
	if settled {
		heads = []string{"period", "name", "in money", "of it paid", "settled", "as notices", "settled"}
	}
	built := slices.ContainsFunc(dividends, func(d dividendInfo) bool { return d.Shares != 0 })
	if built {
		heads = append(heads, "to shares")
	}
	t := newTable(heads...)
	for _, d := range dividends {
		cells := []any{d.Period, d.Name, s.money(d.Cash), s.money(d.Paid), s.money(d.Notice)}
		if settled {
			cells = []any{d.Period, d.Name, s.money(d.Cash), s.money(d.Paid), s.money(d.Settled), s.money(d.Notice), s.money(d.Redeemed)}
		}
		if built {
			cells = append(cells, s.money(d.Shares))
		}
		t.row(cells...)
	}
	return t
}

// dividends reads what every period that is allocated gave the member.
func (s *session) dividends() ([]dividendInfo, error) {
	out := []dividendInfo{}
	err := surplus.Periods(s, func(p surplus.Period, st surplus.Statement) (bool, error) {
		if st.Stage != surplus.Allocated {
			return true, nil
		}
		e, err := surplus.Explain(s, p, s.member)
		info := dividendInfo{Period: p, Name: st.Name, Cash: e.Cash, Notice: e.Notice, Shares: e.Shares}
		for _, step := range e.Steps {
			if step.Part.Paid != 0 {
				info.Paid += step.Part.Cash
			}
			if step.Part.Settled != 0 {
				info.Settled += step.Part.Cash
			}
			if step.Part.Redeemed != 0 {
				info.Redeemed += step.Part.Notice
			}
		}
		out = append(out, info)
		return true, err
	})
	return out, err
}

func newMeNominateCmd() *cobra.Command {
	var of memberFlag
	cmd := newActCmd("nominate FILE|COMMITMENT", "Record whom you nominate to receive your shares at death",
		`  rochdale me nominate nomination.pdf
  rochdale me nominate 77de…
  rochdale me nominate signed.pdf --of 14 --propose "two officers"`, wantArgs("FILE|COMMITMENT"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			m, err := of.member(cmd, s.member)
			if err != nil {
				return act{}, err
			}
			commitment, salt, err := sealPaper("the nomination", args[0])
			if err != nil {
				return act{}, err
			}
			next := "see it with: rochdale me show"
			switch {
			case m != s.member && salt != "":
				next = fmt.Sprintf("keep %s and %s: together they show whom the member named", args[0], salt)
			case m != s.member:
				next = fmt.Sprintf("see it with: rochdale me show --as %d", m)
			case salt != "":
				next = fmt.Sprintf("give %s and %s to your secretary, and keep copies: nothing else says whom you named", args[0], salt)
			}
			return act{kind: exit.KindNominate, action: exit.Nominate{Member: m, Commitment: commitment}, next: next}, nil
		})
	cmd.Long = `Record whom you nominate to receive your shares and claims at death. No name comes on
the ledger: write the paper and name the file. What is recorded is a digest of it and of
a salt, which is written to FILE.salt; "cat FILE.salt FILE | sha256sum" shows it. Give both
files to your secretary. A later nomination takes its place. With --of, a motion records
what a member signed who has no key; it takes the place of none that the member made.`
	addMemberFlag(cmd, &of, "of", "for this member, who has no key, instead of yourself")
	return cmd
}
