package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

func newMotionCmd() *cobra.Command {
	return newNoun("motion", groupMembers, "Put questions to members, cast, and see what was decided",
		`  rochdale motion list
  rochdale motion propose 1 --title "Meet on Mondays"
  rochdale motion cast 4 yes`,
		newMotionListCmd(), newMotionShowCmd(), newMotionCastsCmd(),
		newMotionProposeCmd(), newMotionCastCmd(), newMotionDeclareCmd(), newMotionWithdrawCmd())
}

// parseMotion reads the number of a motion.
func parseMotion(text string) (ballot.Number, error) {
	n, err := parseNumber("motion", text)
	return ballot.Number(n), err
}

func newMotionProposeCmd() *cobra.Command {
	cmd := newActCmd("propose KIND", "Put a question to members that carries no action",
		`  rochdale motion propose 1 --title "Meet on Mondays"
  rochdale motion propose "ordinary resolution" --title "The report" \
    --statement report.pdf`,
		wantArgs("KIND"), false,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			m, err := s.motionFrom(cmd, args[0], "")
			return act{kind: ballot.KindPropose, action: m, gives: "motion", next: "see how it goes with: rochdale motion show %d"}, err
		})
	cmd.Long = `Put a question to members that carries no action: what they decide is recorded
and nothing else happens. KIND is a kind of motion that the charter has, by
number or name; it says who may cast, for how long, and what carries it.

To have members decide on an action, add --propose KIND --title TEXT to the
command that takes it: "rochdale member appoint 3 treasurer --propose 1 …".`
	addMotionFlags(cmd)
	must(cmd.MarkFlagRequired("title"))
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completeMotionKind(cmd, args, word)
	}
	return cmd
}

// motionAct says what an action on a motion is about, and when the motion opens
// and closes, in case that is why it is refused.
func motionAct(s *session, n ballot.Number, a act) act {
	a.subject = fmt.Sprintf("motion show %d", n)
	if _, p, err := ballot.Find(s, n); err == nil {
		a.because = map[uint32]string{
			ballot.ErrNotOpen.Code:   fmt.Sprintf("it opens %v: rochdale motion show %d", stamp(p.Opens).here(), n),
			ballot.ErrStarted.Code:   fmt.Sprintf("those who are against it cast no: rochdale motion cast %d no", n),
			ballot.ErrUndecided.Code: fmt.Sprintf("it closes by itself %v: rochdale motion show %d", stamp(p.Closes).here(), n),
			ballot.ErrTooSoon.Code:   fmt.Sprintf("it can be declared from %v on: rochdale motion show %d", stamp(p.Opens+int64(p.Rules.Shortest)*60).here(), n),
		}
	}
	return a
}

// changeable says until when a cast on a motion can be changed.
func changeable(r state.Reader, n ballot.Number) string {
	_, p, err := ballot.Find(r, n)
	switch {
	case err == nil && p.Rules.ClosesDecided():
		return "its outcome is decided"
	case err == nil && p.Rules.Method.Tag == charter.Veto:
		return "enough object, or the motion closes"
	}
	return "the motion closes"
}

// choiceNames are the answers that a member can cast.
func choiceNames() []string {
	return []string{ballot.Yes.String(), ballot.No.String(), ballot.Abstain.String()}
}

func newMotionCastCmd() *cobra.Command {
	cmd := newActCmd("cast MOTION yes|no|abstain", "Give your answer to an open motion, or change it",
		"  rochdale motion cast 4 yes\n  rochdale motion cast 4 abstain --yes", wantArgs("MOTION", "yes|no|abstain"), false,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			n, err := parseMotion(args[0])
			if err != nil {
				return act{}, err
			}
			choice, err := ballot.ParseChoice(args[1])
			if err != nil {
				if near := nearest(args[1], choiceNames()); near != "" {
					return act{}, withHint(fault("%w", err), "did you mean: %s", near)
				}
				return act{}, withHint(fault("%w", err), "cast yes, no or abstain")
			}
			cast := ballot.Cast{Motion: n, Paper: choice.Paper()}
			a := motionAct(s, n, act{kind: ballot.KindCast, action: cast})
			a.next = fmt.Sprintf("you can change it until %s: rochdale motion show %d", changeable(s, n), n)
			a.facts = s.carried(n)
			if decides, err := cast.Decides(s, s.member); err == nil && decides {
				a.next = fmt.Sprintf("it stands, since the outcome is decided: rochdale motion show %d", n)
			}
			return a, nil
		})
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return completeMotion(cmd, args, word)
		}
		return completeArg(1, choiceNames()...)(cmd, args, word)
	}
	return cmd
}

// carried says what a motion does if it is carried, where its title is another's words: who
// casts on a question sees what it decides. A motion that cannot be read says nothing.
func (s *session) carried(n ballot.Number) []state.Clause {
	m, p, err := ballot.Find(s, n)
	if err != nil {
		return nil
	}
	info, err := s.motionInfo(n, m, p)
	if err != nil {
		return nil
	}
	var says []state.Clause
	if info.window() {
		says = append(says, state.Fact("carried by silence", "cast no if you object"))
	}
	switch {
	case info.Carries == "":
	case info.Confirms != 0:
		says = append(says, state.Fact("if confirmed", "motion %d takes its action: %s", info.Confirms, info.Carries))
	case !strings.EqualFold(info.Carries, info.Title):
		says = append(says, state.Fact("if carried", "%s", info.Carries))
	}
	return append(says, info.Clauses...)
}

func newMotionDeclareCmd() *cobra.Command {
	cmd := newActCmd("declare MOTION", "Declare a motion's poll closed, so that it is counted",
		"  rochdale motion declare 4", wantArgs("MOTION"), false,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			n, err := parseMotion(args[0])
			a := motionAct(s, n, act{kind: ballot.KindDeclare, action: ballot.Declare{Motion: n}})
			a.next = fmt.Sprintf("see what was decided: rochdale motion show %d", n)
			return a, err
		})
	cmd.ValidArgsFunction = completeMotion
	return cmd
}

func newMotionWithdrawCmd() *cobra.Command {
	var reason string
	cmd := newActCmd("withdraw MOTION", "Take back your motion before it opens",
		`  rochdale motion withdraw 4 --reason "the date has changed"`, wantArgs("MOTION"), false,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			n, err := parseMotion(args[0])
			if _, p, found := ballot.Find(s, n); err == nil && found == nil && p.Status == ballot.Withdrawn {
				return act{}, withHint(rejected("motion %d is withdrawn already", n), "see it: rochdale motion show %d", n)
			}
			return motionAct(s, n, act{kind: ballot.KindWithdraw, action: ballot.Withdraw{Motion: n, Reason: reason}}), err
		})
	mayGiveReason(cmd, &reason)
	cmd.ValidArgsFunction = completeMotion
	return cmd
}
