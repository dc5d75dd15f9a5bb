package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

func newCharterCmd() *cobra.Command {
	return newNoun("charter", groupCoops, "Read and amend a co-op's rules",
		`  rochdale charter show
  rochdale charter amend rules.json --propose 2 --title "Shorter notice"`,
		newCharterShowCmd(), newCharterAmendCmd())
}

// charterInfo is a co-op's charter as results show it.
type charterInfo struct {
	Coop    uint32                `json:"coop"`
	Name    string                `json:"name"`
	Policy  charter.PolicyText    `json:"policy"`
	Motions []charter.NamedMotion `json:"motions"`
	Grants  []grantInfo           `json:"grants"`
}

// grantInfo says who may take one kind of action.
type grantInfo struct {
	Action string `json:"action"`
	charter.GrantText
}

func newCharterShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show",
		Short:   "Show who may do what, and what kinds of motion there are",
		Example: "  rochdale charter show\n  rochdale charter show --coop 2 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error {
				info := charterInfo{Coop: uint32(r.Coop()), Name: r.name, Policy: charter.PolicyText(r.policy)}
				var err error
				if info.Motions, err = r.motionKinds(); err != nil {
					return err
				}
				err = charter.Grants(r, func(k tx.Kind, g charter.Grant) (bool, error) {
					info.Grants = append(info.Grants, grantInfo{kindName(k), g.Text()})
					return true, nil
				})
				if err != nil {
					return err
				}
				return show(cmd, info, func(w io.Writer) { writeCharter(w, info) })
			})
		},
	}
	addReadFlags(cmd)
	return cmd
}

// motionKinds lists the charter's kinds of motion.
func (r *reading) motionKinds() ([]charter.NamedMotion, error) {
	var out []charter.NamedMotion
	err := charter.MotionKinds(r, func(id charter.MotionKindID, k charter.MotionKind) (bool, error) {
		out = append(out, charter.NamedMotion{ID: id, MotionText: k.Text()})
		return true, nil
	})
	return out, err
}

func writeCharter(w io.Writer, c charterInfo) {
	fmt.Fprintf(w, "Charter of co-op %d, %s\n\n", c.Coop, c.Name)
	var classes []string
	for i, name := range c.Policy.Classes {
		classes = append(classes, fmt.Sprintf("%d (%s)", i+1, name))
	}
	writeFacts(w,
		fact{"currency", c.Policy.Currency},
		fact{"classes of members", list(classes, "and")},
		fact{"allowance", plural(uint64(c.Policy.Allowance), "transaction") + " a member a day"})

	fmt.Fprintln(w, "\nKinds of motion")
	for _, m := range c.Motions {
		fmt.Fprintf(w, "\n  %d, %s\n", m.ID, m.Name)
		notice := "none, it opens at once"
		if m.Notice > 0 {
			notice = inMinutes(m.Notice)
		}
		length := fmt.Sprintf("from %s to %s", inMinutes(m.Shortest), inMinutes(m.Longest))
		if m.Shortest == 0 {
			length = "at most " + inMinutes(m.Longest)
		}
		indented(w, "    ", fact{"who may cast", electorateWords(m.Electorate)}, fact{"notice", notice}, fact{"open for", length},
			fact{"closes", closingWords(m.MotionText)}, fact{"is carried by", methodWords(m.MotionText)})
	}

	fmt.Fprintln(w, "\nWho may do what")
	fmt.Fprintln(w)
	t := newTable("action", "taken by")
	for _, g := range c.Grants {
		t.row(g.Action, grantWords(g.GrantText, c.Motions))
	}
	t.write(w)
}

// indented writes facts behind a margin.
func indented(w io.Writer, margin string, facts ...fact) {
	var b strings.Builder
	writeFacts(&b, facts...)
	for line := range strings.Lines(b.String()) {
		fmt.Fprint(w, margin+line)
	}
}

// grantWords says who may take an action.
func grantWords(g charter.GrantText, motions []charter.NamedMotion) string {
	var ways []string
	if g.Concerned {
		ways = append(ways, "the member concerned")
	}
	if g.Members {
		ways = append(ways, "any active member")
	}
	for _, o := range g.Offices {
		ways = append(ways, "the "+o.String())
	}
	for _, id := range g.Motions {
		name := fmt.Sprintf("a motion of kind %d", id)
		for _, m := range motions {
			if m.ID == id {
				name = fmt.Sprintf("motion %d (%s)", id, m.Name)
			}
		}
		ways = append(ways, name)
	}
	return or(list(ways, "or"), "nobody")
}

// electorateWords says who may cast.
func electorateWords(e charter.ElectorateText) string {
	switch e.Sort {
	case charter.AllMembers:
		return "every active member"
	case charter.OneClass:
		return fmt.Sprintf("active members of class %d", e.Class)
	case charter.Holders:
		var names []string
		for _, o := range e.Offices {
			names = append(names, o.String())
		}
		return "the holders of the offices of " + list(names, "and")
	}
	return e.Sort.String()
}

// closingWords says when a motion ends.
func closingWords(k charter.MotionText) string {
	switch k.Closing {
	case charter.AtDeadline:
		return "when its time is over"
	case charter.WhenDecided:
		return "as soon as nothing can change the outcome, or when its time is over"
	case charter.OnDeclaring:
		return fmt.Sprintf("when declared, %s after it opened at the earliest, or when its time is over", inMinutes(k.Shortest))
	}
	return k.Closing.String()
}

// methodWords says what carries a motion.
func methodWords(k charter.MotionText) string {
	if k.Rule == nil {
		return "a method that this program does not know"
	}
	return thresholdWords(*k.Rule)
}

// thresholdWords says what majority carries a motion.
func thresholdWords(r charter.RuleText) string {
	majority := "at least "
	if r.Strict {
		majority = "more than "
	}
	words := majority + fractionWords(r.Threshold) + " of " + r.Base.String()
	quorum := ""
	if r.Quorum.Num > 0 {
		quorum = fractionWords(r.Quorum) + " of the electorate"
	}
	if r.QuorumMin > 0 {
		least := plural(r.QuorumMin, "member")
		if quorum != "" {
			quorum += " and " + least
		} else {
			quorum = least
		}
	}
	if quorum != "" {
		words += ", if at least " + quorum + " took part"
	}
	return words
}

func newCharterAmendCmd() *cobra.Command {
	cmd := newActCmd("amend FILE.json", "Amend the charter, by a motion",
		`  rochdale charter amend rules.json --propose 2 --title "Shorter notice"`, wantArgs("FILE.json"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			raw, err := os.ReadFile(args[0])
			if err != nil {
				return act{}, withHint(fault("reading the amendment: %w", err), "check the path")
			}
			doc, err := charter.ParseDocument(raw)
			if err != nil {
				return act{}, withHint(fault("%s: %w", args[0], err), "write it like a charter in a genesis file, with only what changes")
			}
			m, err := doc.Amendment(app.Kinds)
			if err != nil {
				return act{}, withHint(fault("%s: %w", args[0], err), "see the names of actions: rochdale charter show")
			}
			if doc.Policy.Currency == "" && doc.Policy.Allowance == 0 && len(doc.Policy.Classes) == 0 {
				m.Policy = nil // the policies stay
			}
			return act{kind: charter.KindAmend, action: m}, nil
		})
	cmd.Long = `Amend the charter by what a file holds: kinds of motion under "motions", who may
do what under "grants", and all the policies under "policy", in the form that a
genesis file has. What the file does not name stays as it is.`
	cmd.ValidArgsFunction = completeFile("json")
	return cmd
}
