package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/spf13/cobra"
)

func newMeCmd() *cobra.Command {
	return newNoun("me", groupMembers, "See where you stand", "  rochdale me show\n  rochdale me history", newMeShowCmd(), newMeHistoryCmd(), newMeNominateCmd(), newMeExportCmd())
}

// meInfo is what a member wants to know about itself.
type meInfo struct {
	Chain     string         `json:"chain"`
	Coop      state.Coop     `json:"coop"`
	Name      string         `json:"coop_name"`
	Member    memberInfo     `json:"member"`
	Nominated *nominatedInfo `json:"nomination,omitempty"`
	Limit     uint32         `json:"allowance"`
	Shares    []holdingInfo  `json:"shares"`
	Dividends []dividendInfo `json:"dividends"`
	Motions   []myMotion     `json:"motions"` // noticed or open
}

// nominatedInfo is whom a member nominated.
type nominatedInfo struct {
	Commitment hexBytes `json:"commitment"`
	Time       stamp    `json:"time"`
}

func (n *nominatedInfo) String() string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf("%v of %v", n.Commitment, n.Time)
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
}

// dividendTable lists what periods gave a member, and what of it is no longer owed. What
// was settled has columns only if anything was.
func (s *session) dividendTable(dividends []dividendInfo) *table {
	settled := slices.ContainsFunc(dividends, func(d dividendInfo) bool { return d.Settled != 0 || d.Redeemed != 0 })
	heads := []string{"period", "name", "dividend in money", "of it paid", "as notices"}
	if settled {
		heads = []string{"period", "name", "in money", "of it paid", "settled", "as notices", "settled"}
	}
	t := newTable(heads...)
	for _, d := range dividends {
		if settled {
			t.row(d.Period, d.Name, s.money(d.Cash), s.money(d.Paid), s.money(d.Settled), s.money(d.Notice), s.money(d.Redeemed))
		} else {
			t.row(d.Period, d.Name, s.money(d.Cash), s.money(d.Paid), s.money(d.Notice))
		}
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
		info := dividendInfo{Period: p, Name: st.Name, Cash: e.Cash, Notice: e.Notice}
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
	cmd := newActCmd("nominate COMMITMENT", "Record whom you nominate to receive your shares at death",
		"  rochdale me nominate 77de…", wantArgs("COMMITMENT"), false,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			commitment, err := parseHex("commitment", args[0], 32)
			if err != nil {
				return act{}, err
			}
			return act{kind: exit.KindNominate, action: exit.Nominate{Member: s.member, Commitment: commitment},
				next: "see it with: rochdale me show"}, nil
		})
	cmd.Long = `Record whom you nominate to receive your shares and claims at death. No name comes on
the ledger: write the paper, give it to your secretary with 32 bytes of salt, and
record the SHA-256 digest of both. A later nomination takes its place.`
	return cmd
}

// myMotion is a motion as it concerns one member.
type myMotion struct {
	Motion ballot.Number `json:"motion"`
	Title  string        `json:"title"`
	Status ballot.Status `json:"status"`
	Opens  stamp         `json:"opens"`
	Closes stamp         `json:"closes"`
	May    bool          `json:"may_cast"`
	Cast   string        `json:"cast,omitempty"`
}

func newMeShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show",
		Short:   "Show your standing, offices, shares, dividends and open motions",
		Example: "  rochdale me show\n  rochdale me show --key ada --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			info, err := s.me()
			if err != nil {
				return explainRead(err)
			}
			return show(cmd, info, func(w io.Writer) { s.writeMe(w, info) })
		},
	}
	cmd.Flags().Uint64("as", 0, "member number, if the key is not the one on the register")
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
	return cmd
}

// me gathers what the records say of the key's holder.
func (s *session) me() (meInfo, error) {
	info := meInfo{Chain: s.Chain(), Coop: s.Coop(), Name: s.name, Limit: s.policy.Allowance, Motions: []myMotion{}}
	var err error
	if info.Member, err = s.fullMember(s.member); err != nil {
		return info, err
	}
	nomination, ok, err := exit.NominationOf(s, s.member)
	if err != nil {
		return info, err
	}
	if ok {
		info.Nominated = &nominatedInfo{nomination.Commitment, stamp(nomination.Time)}
	}
	if info.Shares, err = s.holdingsOf(s.member); err != nil {
		return info, err
	}
	if info.Dividends, err = s.dividends(); err != nil {
		return info, err
	}
	err = s.openMotions(func(r *reading, n ballot.Number, m ballot.Motion, p ballot.Poll) error {
		mine := myMotion{Motion: n, Title: m.Title, Status: p.Status, Opens: stamp(p.Opens), Closes: stamp(p.Closes)}
		if p.Status == ballot.Open {
			if mine.May, err = ballot.MayCast(r, n, s.member); err != nil {
				return err
			}
			paper, cast, err := ballot.CastOf(r, n, s.member)
			if err != nil {
				return err
			}
			if cast {
				mine.Cast = p.Answer(paper.Marks)
			}
		}
		info.Motions = append(info.Motions, mine)
		return nil
	})
	return info, err
}

func (s *session) writeMe(w io.Writer, info meInfo) {
	m := info.Member
	writeFacts(w, present(
		fact{"member", fmt.Sprintf("%d of co-op %d, %s", m.Member, info.Coop, info.Name)},
		fact{"standing", fmt.Sprintf("%v since %v", m.Standing, m.Since)},
		fact{"class", fmt.Sprintf("%d, %s", m.Class, m.ClassName)},
		fact{"offices", strings.Join(m.Offices, ", ")},
		fact{"public key", m.key()}, fact{"guardians", m.Guardians}, fact{"nomination", info.Nominated.String()},
		fact{"federation", info.Chain})...)
	fmt.Fprintln(w)
	if len(m.Keys) > 0 {
		m.keyTable().write(w)
		fmt.Fprintln(w)
	}
	if len(info.Shares) == 0 {
		fmt.Fprintln(w, "You hold no shares.")
	}
	s.writeHoldings(w, info.Shares)
	if len(info.Dividends) > 0 {
		fmt.Fprintln(w)
		s.dividendTable(info.Dividends).write(w)
	}
	fmt.Fprintln(w)
	if len(info.Motions) == 0 {
		fmt.Fprintln(w, "No motions are under way.")
		return
	}
	t := newTable("motion", "status", "closes", "your answer", "title")
	for _, mo := range info.Motions {
		answer := or(mo.Cast, "not cast yet")
		switch {
		case mo.Status == ballot.Noticed:
			answer = fmt.Sprintf("opens %v", mo.Opens)
		case !mo.May:
			answer = or(mo.Cast, "you may not cast")
		}
		t.row(mo.Motion, mo.Status, mo.Closes, answer, mo.Title)
	}
	t.write(w)
}
