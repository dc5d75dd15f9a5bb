package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// exitCommands are the verbs by which memberships end that members do not end themselves.
func exitCommands() []*cobra.Command {
	return []*cobra.Command{
		newMemberSummonCmd(), newMemberHearCmd(), newMemberDropCmd(), newMemberExpelCmd(), newMemberAppealCmd(), newMemberAllowAppealCmd(),
		newMemberWarnSilentCmd(), newMemberStrikeOffCmd(), newMemberContactCmd(), newMemberRecordEndCmd(), newMemberTransmitCmd(),
	}
}

func newMemberSummonCmd() *cobra.Command {
	var reason, hearing, text string
	cmd := newActCmd("summon MEMBER", "Give a member notice that it may be expelled",
		`  rochdale member summon 7 --hearing 2026-05-30 \
    --reason "took money from the till" --propose "two officers"`,
		wantArgs("MEMBER"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			m, err := parseMember(args[0])
			if err != nil {
				return act{}, err
			}
			day, err := parseDay("--hearing", hearing)
			if err != nil {
				return act{}, err
			}
			digest, err := parseHex("--text", text, 0)
			return act{kind: exit.KindSummon, action: exit.Summon{Member: m, Hearing: day, Reason: reason, Text: digest},
				gives: "proceeding", next: fmt.Sprintf("record the hearing with: rochdale member hear %d --day DATE", m), subject: fmt.Sprintf("member show %d", m)}, err
		})
	cmd.Long = `Give a member notice that it may be expelled, with the reasons and the day on which it is
heard. The charter says how many clear days there are between: the day of the notice and
that of the hearing do not count. Then: record the hearing with "member hear", and have
members decide with "member expel".`
	addReasonFlag(cmd, &reason)
	addDayFlag(cmd, &hearing, "hearing", "day of the hearing")
	cmd.Flags().StringVar(&text, "text", "", "digest of the notice that was sent, 64 hexadecimal digits")
	must(cmd.MarkFlagRequired("hearing"))
	must(cmd.RegisterFlagCompletionFunc("text", cobra.NoFileCompletions))
	return cmd
}

func newMemberHearCmd() *cobra.Command {
	var day string
	var absent bool
	cmd := newActCmd("hear MEMBER", "Record the hearing of a member who may be expelled",
		`  rochdale member hear 7 --day 2026-05-30 --propose "two officers"`,
		wantArgs("MEMBER"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			m, err := parseMember(args[0])
			if err != nil {
				return act{}, err
			}
			on, err := parseDay("--day", day)
			return act{kind: exit.KindHear, action: exit.Hear{Member: m, Day: on, Present: !absent},
				next: fmt.Sprintf("have members decide with: rochdale member expel %d --propose KIND", m), subject: fmt.Sprintf("member show %d", m)}, err
		})
	addDayFlag(cmd, &day, "day", "day on which it was")
	cmd.Flags().BoolVar(&absent, "absent", false, "neither the member came nor who speaks for it")
	must(cmd.MarkFlagRequired("day"))
	return cmd
}

func newMemberDropCmd() *cobra.Command {
	var reason string
	cmd := newMemberAct("drop", "Drop the expulsion of a member before it is decided",
		`  rochdale member drop 7 --propose "two officers"`,
		func(_ *cobra.Command, m state.Member) act {
			return act{kind: exit.KindDrop, action: exit.Drop{Member: m, Reason: reason},
				hints: map[uint32]string{exit.ErrNotOpen.Code: "there is nothing to drop: rochdale member show"}}
		})
	mayGiveReason(cmd, &reason)
	return cmd
}

func newMemberExpelCmd() *cobra.Command {
	return newMemberAct("expel", "Decide that a member who was heard is expelled",
		`  rochdale member expel 7 --propose "special resolution"`,
		func(_ *cobra.Command, m state.Member) act {
			return act{kind: exit.KindExpel, action: exit.Expel{Member: m}}
		})
}

func newMemberAppealCmd() *cobra.Command {
	return newActCmd("appeal [MEMBER]", "Appeal against your expulsion, or second another's appeal",
		"  rochdale member appeal\n  rochdale member appeal 7", wantArgs("[MEMBER]"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			m, err := s.memberOr(args, 0)
			return act{kind: exit.KindAppeal, action: exit.Appeal{Member: m}, subject: fmt.Sprintf("member show %d", m)}, err
		})
}

func newMemberAllowAppealCmd() *cobra.Command {
	return newMemberAct("allow-appeal", "Decide that a member is not expelled after all",
		"  rochdale member allow-appeal 7 --propose 1",
		func(_ *cobra.Command, m state.Member) act {
			return act{kind: exit.KindAllowAppeal, action: exit.AllowAppeal{Member: m}}
		})
}

// newBatchAct makes a command whose action is about several members, given by number.
func newBatchAct(verb, short, example string, build func(members []state.Member) act) *cobra.Command {
	cmd := newActCmd(verb+" MEMBER…", short, example, cobra.MinimumNArgs(1), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			members, err := parseMembers(args)
			return build(members), err
		})
	return cmd
}

// parseMembers reads numbers of members and puts them in order.
func parseMembers(args []string) ([]state.Member, error) {
	out := make([]state.Member, len(args))
	for i, text := range args {
		m, err := parseMember(text)
		if err != nil {
			return nil, err
		}
		out[i] = m
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func newMemberWarnSilentCmd() *cobra.Command {
	return newBatchAct("warn-silent", "Give silent members notice that they will be struck off",
		`  rochdale member warn-silent 7 9 31 --propose "written resolution"`,
		func(members []state.Member) act {
			return act{kind: exit.KindWarnSilent, action: exit.WarnSilent{Members: members}}
		})
}

func newMemberStrikeOffCmd() *cobra.Command {
	cmd := newBatchAct("strike-off", "Strike off members who were silent after their notice",
		`  rochdale member strike-off 7 31 --propose "written resolution"`,
		func(members []state.Member) act {
			return act{kind: exit.KindStrikeOff, action: exit.StrikeOff{Members: members},
				hints: map[uint32]string{exit.ErrSoon.Code: "strike off on that day or later; a motion that is not carried sooner can be proposed with --anyway; see the notice: rochdale member show"}}
		})
	cmd.Long = `Strike off members who have notice of it and were silent after it. Whoever signs or is heard
of before that is passed over, and the others are struck off; with nobody left it is refused.`
	return cmd
}

func newMemberContactCmd() *cobra.Command {
	cmd := newBatchAct("contact", "Record that members were heard of, otherwise than by signing",
		`  rochdale member contact 7 9
  rochdale member contact 7 --propose "written resolution"`,
		func(members []state.Member) act {
			return act{kind: exit.KindContact, action: exit.Contact{Members: members}}
		})
	cmd.Long = `Record that members were heard of, otherwise than by signing: they called, came or wrote.
That makes void a notice of striking off, and a death or a dissolution that others recorded
and that is not in effect yet. One that is in effect all members take back so.`
	return cmd
}

func newMemberRecordEndCmd() *cobra.Command {
	var day string
	var dissolved bool
	cmd := newActCmd("record-end MEMBER", "Record a member's death, or that a body was dissolved",
		`  rochdale member record-end 7 --day 2026-02-14 --propose "two officers"`,
		wantArgs("MEMBER"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			m, err := parseMember(args[0])
			if err != nil {
				return act{}, err
			}
			ending, other := member.Died, "of a body say that it was dissolved: add --dissolved"
			if dissolved {
				ending, other = member.Dissolved, "a person dies: leave --dissolved out"
			}
			on, err := parseDay("--day", day)
			return act{kind: exit.KindRecordEnd, action: exit.RecordEnd{Member: m, Ending: ending, Day: on},
				after: func(result []byte) string { return afterEnd(m, result) }, subject: fmt.Sprintf("member show %d", m),
				hints: map[uint32]string{exit.ErrEnding.Code: other}}, err
		})
	cmd.Long = `Record a member's death, or with --dissolved that a member which is a body was dissolved.
If all members record it, the membership has ended on that day. If others do, such as two
officers, it ends when the charter's waiting time is over, and not at all if the member
has signed anything by then.`
	addDayFlag(cmd, &day, "day", "day on which it was")
	cmd.Flags().BoolVar(&dissolved, "dissolved", false, "the member is a body, which was dissolved")
	must(cmd.MarkFlagRequired("day"))
	return cmd
}

// afterEnd says what to do once a death is recorded: it holds, or takes effect on the day
// that the result is.
func afterEnd(m state.Member, result []byte) string {
	if effect, err := tx.Decode[uint64](result); err == nil && effect != 0 {
		return fmt.Sprintf("it takes effect on %s, and not if the member signs anything before: rochdale member show %d", words.Day(effect), m)
	}
	return fmt.Sprintf("then record who receives what it had: rochdale member transmit %d HEIR", m)
}

func newMemberTransmitCmd() *cobra.Command {
	var opened string
	cmd := newActCmd("transmit MEMBER HEIR…", "Record who receives what a dead member had",
		`  rochdale member transmit 7 12 --nomination nomination.pdf \
    --propose "written resolution"`,
		cobra.MinimumNArgs(2), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			m, err := parseMember(args[0])
			if err != nil {
				return act{}, err
			}
			heirs, err := parseMembers(args[1:])
			if err != nil {
				return act{}, err
			}
			var commitment []byte
			if opened != "" {
				if commitment, err = openPaper("--nomination", opened); err != nil {
					return act{}, err
				}
			}
			return act{kind: exit.KindTransmit, action: exit.Transmit{Member: m, Heirs: heirs, Opened: commitment},
				subject: fmt.Sprintf("member show %d", m)}, nil
		})
	cmd.Long = `Record who receives what a dead member had, or a dissolved body: the members whom its
nomination names. With --nomination name the paper that the member made, whose salt is in
FILE.salt, or the commitment to it; leave it out if the member made none. Another paper
than the member's last is refused.`
	cmd.Flags().StringVar(&opened, "nomination", "", "file with the nomination that was opened, or its commitment")
	return cmd
}

// exitInfo is what is recorded of the end of a membership, beside the history.
type exitInfo struct {
	Proceeding *proceedingInfo `json:"expulsion,omitempty"`
	Contact    stamp           `json:"last_contact,omitzero"`
	Warned     stamp           `json:"warned,omitzero"`
	Recorded   stamp           `json:"end_takes_effect,omitzero"`
	Void       bool            `json:"void,omitempty"`           // the member signed, was heard of or left since: neither of the two takes effect
	EndedBy    state.Actor     `json:"end_recorded_by,omitzero"` // also of one that is in effect
	Heirs      []state.Member  `json:"heirs,omitempty"`
	HeirsBy    state.Actor     `json:"heirs_recorded_by,omitzero"`

	coop state.Coop
}

// proceedingInfo is a member's last expulsion.
type proceedingInfo struct {
	Number    exit.Number    `json:"number"`
	Outcome   exit.Outcome   `json:"outcome"`
	Reason    string         `json:"reason"`
	Hearing   stamp          `json:"hearing"`
	Held      stamp          `json:"held,omitzero"`
	Decided   stamp          `json:"decided,omitzero"`
	Effect    stamp          `json:"effect,omitzero"`
	Until     stamp          `json:"appeal_until,omitzero"`
	Seconders []state.Member `json:"seconders,omitempty"`
	Appealed  stamp          `json:"appealed,omitzero"`
}

// exitOf is what is recorded of the end of a member's membership; nil if nothing.
func (r *reading) exitOf(m state.Member) (*exitInfo, error) {
	f, err := exit.FileOf(r, m)
	if err != nil {
		return nil, err
	}
	days := func(day uint64) stamp {
		if day == 0 {
			return 0
		}
		return dayStamp(day)
	}
	info := &exitInfo{Contact: days(f.Contact), Warned: days(f.Warned), Recorded: days(f.Effect), EndedBy: f.EndedBy, Heirs: f.Heirs, HeirsBy: f.HeirsBy, coop: r.Coop()}
	if f.Effect != 0 || f.Warned != 0 {
		if info.Void, err = f.Void(r, m); err != nil {
			return nil, err
		}
	}
	if f.Proceeding == 0 {
		if f.Contact == 0 && f.Warned == 0 && f.Effect == 0 && f.EndedBy == (state.Actor{}) && len(f.Heirs) == 0 {
			return nil, nil
		}
		return info, nil
	}
	p, err := exit.Find(r, f.Proceeding)
	if err != nil {
		return nil, err
	}
	rec, err := member.Find(r, m)
	info.Proceeding = &proceedingInfo{
		Number: f.Proceeding, Outcome: p.Now(rec, state.DayOf(r.Time())), Reason: p.Reason, Hearing: days(p.Hearing), Held: days(p.Held), Decided: stamp(p.Decided),
		Effect: days(p.Effect), Until: days(p.Until), Seconders: p.Seconders, Appealed: stamp(p.Appealed),
	}
	return info, err
}

// by says who made a change: of one whose day had come, who recorded it before.
func (info memberInfo) by(h changeInfo) string {
	came := h.By == (state.Actor{})
	switch {
	case h.Ending.Final() && came && info.Exit != nil:
		return wording.By(info.Exit.EndedBy, info.coop)
	case h.Lapsed || h.Effective != 0 && came:
		return "itself"
	}
	return wording.By(h.By, info.coop)
}

// recorded says by whom something was recorded; "" if that is not known.
func (e *exitInfo) recorded(by state.Actor) string {
	if by == (state.Actor{}) {
		return ""
	}
	return ", recorded by " + wording.By(by, e.coop)
}

// facts are the lines that show it.
func (e *exitInfo) facts() (out []fact) {
	if e == nil {
		return nil
	}
	if p := e.Proceeding; p != nil {
		steps := []string{fmt.Sprintf("%v, for the reason %s", p.Outcome, words.Quote(p.Reason))}
		for _, s := range []struct {
			what string
			at   stamp
		}{{"hearing", p.Hearing}, {"heard", p.Held}, {"decided", p.Decided}, {"appeal until", p.Until}, {"appealed", p.Appealed}, {"takes effect", p.Effect}} {
			if s.at != 0 && (s.what != "hearing" || p.Held == 0) {
				steps = append(steps, s.what+" "+s.at.day())
			}
			if s.what == "appeal until" && len(p.Seconders) > 0 {
				steps = append(steps, "appeal seconded by "+memberNumbers(p.Seconders))
			}
		}
		out = append(out, fact{"expulsion", strings.Join(steps, "; ")})
	}
	on := func(what string, t stamp) string {
		if t == 0 {
			return ""
		}
		return what + t.day()
	}
	heirs := ""
	if len(e.Heirs) > 0 {
		heirs = memberNumbers(e.Heirs) + e.recorded(e.HeirsBy)
	}
	silence, recorded := on("notice of striking off ", e.Warned), on("takes effect ", e.Recorded)
	if e.Void && silence != "" {
		silence += ", void: the member was there since"
	}
	if e.Void && recorded != "" {
		recorded = on("void: the member was there since; was to take effect ", e.Recorded)
	}
	if recorded != "" {
		recorded += e.recorded(e.EndedBy)
	}
	return present(append(out, fact{"last contact", on("", e.Contact)}, fact{"silence", silence}, fact{"end recorded", recorded}, fact{"heirs", heirs})...)
}
