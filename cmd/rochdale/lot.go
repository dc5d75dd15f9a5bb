package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
)

func newLotCmd() *cobra.Command {
	return newNoun("lot", groupCoops, "Draw members by lot",
		`  rochdale lot draw 5 --for "jury on the pay scale" --propose 1
  rochdale lot show 1`,
		newLotListCmd(), newLotShowCmd(), newLotDrawCmd(), newLotDeclineCmd())
}

func newLotDrawCmd() *cobra.Command {
	var purpose, class string
	cmd := newActCmd("draw PLACES", "Draw members by lot",
		`  rochdale lot draw 5 --for "jury on the pay scale" --propose 1
  rochdale lot draw 3 --class worker --for "panel" --propose 1`,
		wantArgs("PLACES"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			places, err := parseNumberUpTo("place", args[0], lot.MaxPlaces)
			if err != nil {
				return act{}, err
			}
			m := lot.Draw{Purpose: purpose, Places: uint8(places)}
			if class != "" {
				if m.Class, err = parseClass(class, s.policy); err != nil {
					return act{}, err
				}
			}
			return act{kind: lot.KindDraw, action: m, gives: "draw", next: "see who is drawn: rochdale lot show %d"}, nil
		})
	cmd.Long = `Draw members by lot, such as a jury, from all who have a vote or from a class of them.
Nobody chooses the seed: it is made of the app hashes of several blocks that come after
this. The draw is recorded, and anyone can draw it again. Who declines, or has left, is
replaced by the next: rochdale lot decline.`
	cmd.Flags().StringVar(&purpose, "for", "", "what it is for, for everyone to read; name no one")
	cmd.Flags().StringVar(&class, "class", "", "only members of this class, by number or name")
	must(cmd.MarkFlagRequired("for"))
	must(cmd.RegisterFlagCompletionFunc("for", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("class", cobra.NoFileCompletions))
	return cmd
}

func newLotDeclineCmd() *cobra.Command {
	var of memberFlag
	cmd := newActCmd("decline DRAW", "Decline the place that you were drawn for",
		"  rochdale lot decline 1\n  rochdale lot decline 1 --of 8", wantArgs("DRAW"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			n, err := parseNumber("draw", args[0])
			if err != nil {
				return act{}, err
			}
			m, err := of.member(cmd, s.member)
			return act{kind: lot.KindDecline, action: lot.Decline{Member: m, Drawing: lot.Number(n)}, subject: fmt.Sprintf("lot show %d", n)}, err
		})
	cmd.Long = `Decline the place that you were drawn for. The next in the draw takes it. With --of, say
that a member who was drawn has left the co-op: any member says so, by the standard charter.`
	addMemberFlag(cmd, &of, "of", "a member who was drawn and has left, instead of yourself")
	return cmd
}

// drawInfo is a draw as results show it.
type drawInfo struct {
	Draw       lot.Number     `json:"draw"`
	Purpose    string         `json:"purpose"`
	Places     uint8          `json:"places"`
	From       string         `json:"from"`
	Electorate uint64         `json:"electorate"`
	Asked      stamp          `json:"asked"`
	Done       stamp          `json:"done,omitzero"`
	Short      bool           `json:"short,omitempty"` // nobody is left to draw
	Drawn      []state.Member `json:"drawn"`
	Declined   []state.Member `json:"declined,omitempty"`
	Left       []state.Member `json:"left,omitempty"` // of those drawn: they have left the co-op, and keep the place until someone says so
	Seed       hexBytes       `json:"seed,omitempty"` // made of the blocks that begin with that of Height
	Height     uint64         `json:"height,omitempty"`
	Numbers    uint64         `json:"numbers"` // member numbers that could be drawn, from 1
}

func (r *reading) drawInfo(n lot.Number, d lot.Drawing) drawInfo {
	info := drawInfo{
		Draw: n, Purpose: d.Purpose, Places: d.Places, From: "all members", Electorate: d.Electorate, Asked: stamp(d.Time), Done: stamp(d.Done),
		Short: d.Short, Drawn: append([]state.Member{}, d.Held()...), Seed: d.Seed, Height: d.Height, Numbers: d.Numbers,
	}
	if d.Class != 0 {
		info.From = r.policy.Class(d.Class)
	}
	for _, p := range d.Drawn {
		if p.Declined != 0 {
			info.Declined = append(info.Declined, p.Member)
		}
	}
	return info
}

func newLotShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show DRAW",
		Short:   "Show who was drawn, and by which seed",
		Example: "  rochdale lot show 1 --json",
		Args:    wantArgs("DRAW"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := parseNumber("draw", args[0])
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				d, err := lot.Find(r, lot.Number(n))
				if err != nil {
					return err
				}
				info := r.drawInfo(lot.Number(n), d)
				for _, m := range info.Drawn {
					rec, err := member.Peek(r, m)
					if err != nil {
						return err
					}
					if rec.Standing() == member.Left {
						info.Left = append(info.Left, m)
					}
				}
				if len(info.Left) > 0 {
					hint(cmd, "have the next drawn in the place of who has left: rochdale lot decline %d --of %d", n, info.Left[0])
				}
				return show(cmd, info, func(w io.Writer) { writeDraw(w, info) })
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addReadFlags(cmd)
	return cmd
}

func writeDraw(w io.Writer, d drawInfo) {
	drawn, short := memberNumbers(d.Drawn), ""
	if d.Done == 0 {
		drawn = or(drawn, "nobody yet")
	}
	if d.Short {
		short = "nobody is left to draw"
	}
	writeFacts(w, present(
		fact{"draw", d.Draw}, fact{"for", d.Purpose}, fact{"places", fmt.Sprintf("%d, of %d from %s", d.Places, d.Electorate, d.From)},
		fact{"asked", d.Asked.String()}, fact{"drawn", drawn}, fact{"of them left", memberNumbers(d.Left)}, fact{"declined", memberNumbers(d.Declined)}, fact{"short", short},
		fact{"seed", d.Seed.String()}, fact{"of blocks", blocksOf(d)})...)
}

// blocksOf are the blocks that give a draw its seed.
func blocksOf(d drawInfo) string {
	if d.Height == 0 {
		return ""
	}
	return fmt.Sprintf("%d to %d", d.Height, d.Height+state.SeedBlocks)
}

func newLotListCmd() *cobra.Command {
	var page pageFlags
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the draws",
		Example: "  rochdale lot list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				draws := []drawInfo{}
				err := lot.Range(r, lot.Number(page.from), ^lot.Number(0), func(n lot.Number, d lot.Drawing) (bool, error) {
					if len(draws) == page.limit {
						page.more(cmd, uint64(n))
						return false, nil
					}
					draws = append(draws, r.drawInfo(n, d))
					return true, nil
				})
				if err != nil {
					return err
				}
				if len(draws) == 0 {
					note(cmd, "no draws to show")
				}
				return show(cmd, draws, func(w io.Writer) {
					t := newTable("draw", "for", "places", "drawn")
					for _, d := range draws {
						t.row(d.Draw, d.Purpose, d.Places, or(memberNumbers(d.Drawn), "nobody yet"))
					}
					t.write(w)
				})
			})
		},
	}
	page.add(cmd, "draw")
	addReadFlags(cmd)
	return cmd
}
