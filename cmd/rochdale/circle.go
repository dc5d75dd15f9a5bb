package main

import (
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/lot"
)

func newCircleCmd() *cobra.Command {
	return newNoun("circle", groupCoops, "Keep circles: working groups with a mandate and a budget",
		`  rochdale circle create kitchen --mandate "cooks on Fridays" --member 4 \
    --member 7 --propose 1
  rochdale circle fund 1 200.00 --from 5900 --until 2026-12-31 --propose 1
  rochdale circle spend 1 35.50 --for flour
  rochdale circle confirm 1 1`,
		newCircleListCmd(), newCircleShowCmd(), newCircleSeatsCmd(), newCircleBudgetsCmd(), newCirclePaymentsCmd(),
		newCircleCreateCmd(), newCircleChangeCmd(), newCircleDissolveCmd(),
		newCircleAppointCmd(), newCircleJoinCmd(), newCircleLeaveCmd(),
		newCircleFundCmd(), newCircleSpendCmd(), newCircleConfirmCmd(), newCircleReturnCmd())
}

func parseCircle(text string) (circle.Number, error) {
	n, err := parseNumberUpTo("circle", text, math.MaxUint32)
	return circle.Number(n), err
}

// showing is how a command's result says where to see a circle.
func showing(n circle.Number) string { return fmt.Sprintf("circle show %d", n) }

// termFlags are what a circle is for and how it works, as someone gives it.
type termFlags struct {
	mandate, text, review, convener string
	open                            bool
}

func (f *termFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.mandate, "mandate", "", "what it is to do, for everyone to read, in one line")
	flags.StringVar(&f.text, "text", "", "the adopted text that says what it is to do, by number or name")
	addDayFlag(cmd, &f.review, "review", "last day on which it spends unless its terms are decided on again [none]")
	flags.StringVar(&f.convener, "convener", "", "member who calls it together, one of its own")
	flags.BoolVar(&f.open, "open", false, "any active member may join")
	must(cmd.RegisterFlagCompletionFunc("mandate", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("text", completeText))
	must(cmd.RegisterFlagCompletionFunc("convener", cobra.NoFileCompletions))
}

// change is what the flags that were given change of a circle's terms.
func (f *termFlags) change(cmd *cobra.Command, r state.Reader) (m circle.Change, err error) {
	set := cmd.Flags().Changed
	m.Mandate = f.mandate
	if f.text != "" {
		if m.Text, err = textOf(r, f.text); err != nil {
			return m, err
		}
	}
	if set("review") {
		day := uint64(0)
		if f.review != "" {
			if day, err = parseDay("--review", f.review); err != nil {
				return m, err
			}
		}
		m.Review = []uint64{day}
	}
	if set("convener") {
		who := state.Member(0)
		if f.convener != "" {
			if who, err = parseMember(f.convener); err != nil {
				return m, err
			}
		}
		m.Convener = []state.Member{who}
	}
	if set("open") {
		m.Open = []bool{f.open}
	}
	return m, nil
}

// addDrawFlag adds a flag for the draw that gave members.
func addDrawFlag(cmd *cobra.Command, draw *uint64) {
	cmd.Flags().Uint64Var(draw, "draw", 0, "the draw by lot that gave its members, by number")
	must(cmd.RegisterFlagCompletionFunc("draw", cobra.NoFileCompletions))
}

func newCircleCreateCmd() *cobra.Command {
	var f termFlags
	var who []string
	var draw uint64
	cmd := newActCmd("create NAME", "Create a circle with its first members",
		`  rochdale circle create kitchen --mandate "cooks on Fridays" --member 4 \
    --member 7 --convener 4 --propose 1
  rochdale circle create panel --text "conduct policy" --draw 1 \
    --review 2027-11-30 --propose 1`,
		wantArgs("NAME"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			members, err := parseMembers(who)
			if err != nil {
				return act{}, err
			}
			terms, err := f.change(cmd, s)
			m := circle.Create{Name: args[0], Terms: terms.Of(circle.Terms{}), Members: members, Drawing: lot.Number(draw)}
			a := act{kind: circle.KindCreate, action: m, gives: "circle", next: "give it money with: rochdale circle fund %d AMOUNT --propose KIND",
				hints: map[uint32]string{circle.ErrConvener.Code: "name as its convener one of those who are in it; each of them is named with --member"}}
			if draw != 0 {
				a.hints[circle.ErrConvener.Code] = fmt.Sprintf("name as its convener one of those who are in it, by --member or by the draw: rochdale lot show %d", draw)
			}
			return a, err
		})
	cmd.Long = `Create a circle, a working group: who is in it, what it is to do, and by which day that
is to be decided on again. A circle has no right of its own; what it may spend is given to
it with: rochdale circle fund.`
	f.add(cmd)
	cmd.Flags().StringArrayVar(&who, "member", nil, "a member of it, by number; again for each")
	must(cmd.RegisterFlagCompletionFunc("member", cobra.NoFileCompletions))
	addDrawFlag(cmd, &draw)
	return cmd
}

func newCircleChangeCmd() *cobra.Command {
	var f termFlags
	cmd := newActCmd("change CIRCLE", "Change what a circle is for and how it works",
		`  rochdale circle change 1 --review 2027-12-31 --propose 1
  rochdale circle change 1 --convener 7 --open --propose 1
  rochdale circle change 1 --review "" --open=false --propose 1`,
		wantArgs("CIRCLE"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			n, err := parseCircle(args[0])
			if err != nil {
				return act{}, err
			}
			m, err := f.change(cmd, s)
			m.Circle = n
			return act{kind: circle.KindChange, action: m, subject: showing(n)}, err
		})
	cmd.Long = `Change the terms of a circle: its mandate, the day by which it is to be reviewed, its
convener, whether members join by themselves. What no flag gives stays as it is when the
change is carried; --review "" and --convener "" end one. What all members decided, only
they change.`
	f.add(cmd)
	return cmd
}

// newCircleAct makes a command about one circle.
func newCircleAct(use, short, example string, carriable bool, args cobra.PositionalArgs,
	build func(s *session, n circle.Number, args []string) (act, error)) *cobra.Command {
	return newActCmd(use, short, example, args, carriable, func(_ *cobra.Command, s *session, args []string) (act, error) {
		n, err := parseCircle(args[0])
		if err != nil {
			return act{}, err
		}
		a, err := build(s, n, args[1:])
		if a.subject == "" && a.next == "" {
			a.subject = showing(n)
		}
		return a, err
	})
}

func newCircleDissolveCmd() *cobra.Command {
	var reason string
	cmd := newCircleAct("dissolve CIRCLE", "Dissolve a circle; what is left of its budget lapses",
		`  rochdale circle dissolve 1 --reason "the hall is built" --propose 1`, true, wantArgs("CIRCLE"),
		func(_ *session, n circle.Number, _ []string) (act, error) {
			return act{kind: circle.KindDissolve, action: circle.Dissolve{Circle: n, Reason: reason}}, nil
		})
	mayGiveReason(cmd, &reason)
	return cmd
}

func newCircleAppointCmd() *cobra.Command {
	var draw uint64
	cmd := newCircleAct("appoint CIRCLE [MEMBER…]", "Appoint members to a circle, or whom a draw by lot gave",
		`  rochdale circle appoint 1 9 12 --propose 1
  rochdale circle appoint 1 --draw 2 --propose 1`, true, cobra.MinimumNArgs(1),
		func(_ *session, n circle.Number, args []string) (act, error) {
			members, err := parseMembers(args)
			return act{kind: circle.KindAppoint, action: circle.Appoint{Circle: n, Members: members, Drawing: lot.Number(draw)}}, err
		})
	addDrawFlag(cmd, &draw)
	return cmd
}

func newCircleJoinCmd() *cobra.Command {
	return newCircleAct("join CIRCLE", "Join a circle that is open",
		"  rochdale circle join 1", false, wantArgs("CIRCLE"),
		func(s *session, n circle.Number, _ []string) (act, error) {
			return act{kind: circle.KindJoin, action: circle.Join{Circle: n, Member: s.member}}, nil
		})
}

func newCircleLeaveCmd() *cobra.Command {
	var reason string
	cmd := newCircleAct("leave CIRCLE [MEMBER]", "Leave a circle, or propose that another member leaves it",
		`  rochdale circle leave 1
  rochdale circle leave 1 7 --reason "has not come for a year" --propose 1`, true, cobra.RangeArgs(1, 2),
		func(s *session, n circle.Number, args []string) (act, error) {
			m, err := s.memberOr(args, 0)
			return act{kind: circle.KindLeave, action: circle.Leave{Circle: n, Member: m, Reason: reason}}, err
		})
	mayGiveReason(cmd, &reason)
	return cmd
}

func newCircleFundCmd() *cobra.Command {
	var from uint64
	var until string
	cmd := newCircleAct("fund CIRCLE AMOUNT", "Give a circle a budget until a day",
		`  rochdale circle fund 1 200.00 --from 5900 --until 2026-12-31 --propose 1
  rochdale circle fund 1 0 --propose 1`, true, wantArgs("CIRCLE", "AMOUNT"),
		func(s *session, n circle.Number, args []string) (act, error) {
			m := circle.Fund{Circle: n}
			var err error
			if m.Amount, err = s.parseMoney(args[0]); err != nil || m.Amount == 0 {
				return act{kind: circle.KindFund, action: m}, err
			}
			if m.Account, err = parseAccount(fmt.Sprint(from)); err != nil {
				return act{}, err
			}
			if until == "" {
				return act{}, withHint(fault("a budget has a last day"), "give --until like 2026-12-31")
			}
			m.Until, err = parseDay("--until", until)
			return act{kind: circle.KindFund, action: m}, err
		})
	cmd.Long = `Give a circle a budget: what its members may spend up to a day, two of them together, one
who proposes and another who confirms. It takes the place of the one before. Spending is
posted to an account of expense, or to a fund. Nothing is set aside, and what is left on
the last day lapses. Zero takes the budget away.`
	cmd.Flags().Uint64Var(&from, "from", 5900, "account of expense, or fund, to which spending is posted")
	must(cmd.RegisterFlagCompletionFunc("from", cobra.NoFileCompletions))
	addDayFlag(cmd, &until, "until", "last day on which it is spent")
	return cmd
}

func newCircleSpendCmd() *cobra.Command {
	var purpose string
	cmd := newCircleAct("spend CIRCLE AMOUNT", "Propose that your circle pays for something",
		"  rochdale circle spend 1 35.50 --for flour", false, wantArgs("CIRCLE", "AMOUNT"),
		func(s *session, n circle.Number, args []string) (act, error) {
			amount, err := s.parseMoney(args[0])
			return act{
				kind: circle.KindSpend, action: circle.Spend{Circle: n, Amount: amount, For: purpose}, gives: "payment",
				next: fmt.Sprintf("another member of the circle confirms it: rochdale circle confirm %d %%d", n),
			}, err
		})
	cmd.Flags().StringVar(&purpose, "for", "", "what is paid for, for everyone to read; name no one")
	must(cmd.MarkFlagRequired("for"))
	must(cmd.RegisterFlagCompletionFunc("for", cobra.NoFileCompletions))
	return cmd
}

func newCircleConfirmCmd() *cobra.Command {
	return newCircleAct("confirm CIRCLE PAYMENT", "Confirm what another member of your circle proposed to pay for",
		"  rochdale circle confirm 1 3", false, wantArgs("CIRCLE", "PAYMENT"),
		func(s *session, n circle.Number, args []string) (act, error) {
			k, err := parseNumber("payment", args[0])
			if err != nil {
				return act{}, err
			}
			p, err := circle.PaymentOf(s, n, k)
			return act{
				kind: circle.KindConfirm, action: circle.Confirm{Circle: n, Payment: k, Amount: p.Amount}, gives: "entry",
				next: "see it: rochdale account journal",
			}, err
		})
}

func newCircleReturnCmd() *cobra.Command {
	var reason string
	cmd := newCircleAct("return CIRCLE PAYMENT", "Take back a payment that was not made, or whose money came back",
		`  rochdale circle return 1 3 --reason "goods sent back" --propose 3`, true, wantArgs("CIRCLE", "PAYMENT"),
		func(_ *session, n circle.Number, args []string) (act, error) {
			p, err := parseNumber("payment", args[0])
			return act{kind: circle.KindReturn, action: circle.Return{Circle: n, Payment: p, Reason: reason}}, err
		})
	addReasonFlag(cmd, &reason)
	return cmd
}
