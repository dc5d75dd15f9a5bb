package main

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/spf13/cobra"
)

func newMemberAdmitCmd() *cobra.Command {
	var probation uint32
	cmd := newMemberAct("admit", "Make a candidate an active member",
		`  rochdale member admit 7 --propose "two officers"
  rochdale member admit 7 --probation 90 --propose "two officers"`,
		func(_ *cobra.Command, m state.Member) act {
			return act{kind: member.KindAdmit, action: member.Admit{Member: m, Probation: probation}}
		})
	cmd.Flags().Uint32Var(&probation, "probation", 0, "for how many days the member is on probation, within the charter's figures")
	must(cmd.RegisterFlagCompletionFunc("probation", cobra.NoFileCompletions))
	return cmd
}

func newMemberRefuseCmd() *cobra.Command {
	var reason string
	cmd := newMemberAct("refuse", "Refuse a candidate, or a member on probation",
		`  rochdale member refuse 7 --reason "works elsewhere" \
    --propose "two officers"`,
		func(_ *cobra.Command, m state.Member) act {
			return act{kind: exit.KindRefuse, action: exit.Refuse{Member: m, Reason: reason}}
		})
	addReasonFlag(cmd, &reason)
	return cmd
}

func newMemberEndProbationCmd() *cobra.Command {
	return newMemberAct("end-probation", "Make a member on probation a full one before its time",
		"  rochdale member end-probation 7 --propose 1",
		func(_ *cobra.Command, m state.Member) act {
			return act{kind: member.KindEndProbation, action: member.EndProbation{Member: m}}
		})
}

func newMemberSetClassCmd() *cobra.Command {
	return newActCmd("set-class MEMBER CLASS", "Move a member to another class",
		"  rochdale member set-class 7 worker --propose 1", wantArgs("MEMBER", "CLASS"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			m, err := parseMember(args[0])
			if err != nil {
				return act{}, err
			}
			if args[1] == "" {
				return act{}, fault("give the class: number or name")
			}
			class, err := parseClass(args[1], s.policy)
			return act{kind: member.KindReclass, action: member.Reclass{Member: m, Class: class}, subject: fmt.Sprintf("member show %d", m)}, err
		})
}

func newMemberReturnCmd() *cobra.Command {
	var proof string
	cmd := newActCmd("return MEMBER PUBLIC-KEY", "Record that a former member applies again",
		`  rochdale member return 7 rochdale1qx… --proof 9a41… \
    --propose "written resolution"`,
		wantArgs("MEMBER", "PUBLIC-KEY"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			m, err := parseMember(args[0])
			if err != nil {
				return act{}, err
			}
			key, err := parseKey(args[1])
			if err != nil {
				return act{}, err
			}
			possession, err := parseProof("--proof", key, proof)
			return act{kind: exit.KindReturn, action: exit.Return{Member: m, Key: key, Possession: possession},
				subject: fmt.Sprintf("member show %d", m), next: fmt.Sprintf("admit the applicant with: rochdale member admit %d --propose KIND", m)}, err
		})
	cmd.Long = `Record that a former member applies again. It keeps its number, so that its history goes
on, and signs by a new key, which it makes with "rochdale key new" and proves with
"rochdale key prove". It is a candidate until it is admitted.`
	cmd.Flags().StringVar(&proof, "proof", "", "the applicant's proof that the new key is held, in hexadecimal")
	must(cmd.MarkFlagRequired("proof"))
	return cmd
}

func newMemberStayCmd() *cobra.Command {
	return newActCmd("stay [MEMBER]", "Take back your notice of resignation",
		"  rochdale member stay", wantArgs("[MEMBER]"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			m, err := s.memberOr(args, 0)
			return act{kind: member.KindStay, action: member.Stay{Member: m}, subject: fmt.Sprintf("member show %d", m)}, err
		})
}

// An asOf is a day for which a command answers instead of now.
type asOf struct {
	text string
	day  uint64 // since 1970 UTC
}

// add declares --at.
func (a *asOf) add(cmd *cobra.Command) {
	addDayFlag(cmd, &a.text, "at", "as it was at the end of a day UTC")
}

// read reads the day, which has to be over or today.
func (a *asOf) read(r state.Reader) (err error) {
	if a.day, err = parseDay("--at", a.text); err != nil || a.text == "" {
		return err
	}
	if today := state.DayOf(r.Time()); a.day > today {
		return withHint(fault("--at %s is to come", a.text), "name a day that is over, or today; leave --at out to see it now")
	}
	return nil
}

// record is the part of a member's record that tells of the day; false if the member was
// not yet on the register. Without --at it is the record.
func (a *asOf) record(r state.Reader, rec member.Record) (member.Record, bool) {
	if a.text == "" {
		return rec, true
	}
	last, ok := rec.On(a.day, state.DayOf(r.Time()))
	if !ok {
		return rec, false
	}
	history := rec.History
	rec.History = nil
	for _, h := range history {
		if h.Operation <= last.Operation && h.From() <= a.day {
			rec.History = append(rec.History, h)
		}
	}
	rec.Next, rec.Leaves = nil, 0 // of now
	if state.DayOf(rec.Revoked) > a.day {
		rec.Revoked = 0
	}
	for _, h := range rec.History {
		switch {
		case h.Stays || h.Standing == member.Left:
			rec.Leaves = 0
		case h.Leaves > a.day:
			rec.Leaves = h.Leaves
		}
	}
	return rec, true
}

// memberAt is a member as it was on a day, without the offices, of which there is no record
// of then; of now, it is fullMember.
func (r *reading) memberAt(m state.Member, at asOf) (memberInfo, error) {
	if at.text == "" {
		return r.fullMember(m)
	}
	rec, err := member.Find(r, m)
	if err != nil {
		return memberInfo{}, err
	}
	rec, ok := at.record(r, rec)
	if !ok {
		return memberInfo{}, withHint(fault("member %d was not yet on the register on %s", m, at.text), "see its history: rochdale member show %d", m)
	}
	info := r.memberInfo(m, rec, at)
	info.At, info.coop = at.text, r.Coop()
	if info.Keys, err = r.furtherKeys(m, rec, at); err != nil {
		return info, err
	}
	if err := r.identified(m, &info, at); err != nil {
		return info, err
	}
	for _, h := range rec.History {
		info.History = append(info.History, changed(h))
	}
	return info, nil
}

// stands says where the member stands, since when and why.
func (m memberInfo) stands() string {
	text := fmt.Sprintf("%v since %v", m.Standing, m.Since)
	if m.Ended != 0 {
		text = fmt.Sprintf("%v (%v) since %v", m.Standing, m.Ended, m.Since)
	}
	if m.At != "" {
		text += ", as of the end of " + m.At
	}
	return text
}

// until is a moment to come; "" if there is none.
func until(t stamp) string {
	if t == 0 {
		return ""
	}
	return "until " + t.day()
}

// leaves says when the membership ends; "" if nobody gave notice.
func (m memberInfo) leaves() string {
	if m.Leaves == 0 {
		return ""
	}
	return "leaves " + m.Leaves.day()
}

// present are those of the facts that say something: names of the others take no width.
func present(facts ...fact) (out []fact) {
	for _, f := range facts {
		if f.value != "" {
			out = append(out, f)
		}
	}
	return out
}

// sort says what a member is, "" for a person.
func (m memberInfo) sort() string {
	if m.Sort == member.Person {
		return ""
	}
	return m.Sort.String()
}

// counts says from when on the member counts, "" if it does or nothing is known of that.
func (m memberInfo) counts() string {
	if m.Keyless {
		return "not before it has made a key of its own"
	}
	if m.Counts == 0 {
		return ""
	}
	return "in what is proposed from " + m.Counts.day() + " on"
}
