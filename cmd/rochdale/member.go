package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

func newMemberCmd() *cobra.Command {
	cmd := newNoun("member", groupCoops, "Keep the register of members",
		`  rochdale member list
  rochdale member admit 7 --propose "two officers"
  rochdale member appoint 7 treasurer --propose 1 --title "Bert as treasurer"`,
		newMemberListCmd(), newMemberShowCmd(), newMemberOfficesCmd(),
		newMemberInviteCmd(), newMemberInvitationsCmd(), newMemberJoinCmd(), newMemberImportCmd(),
		newMemberApplyCmd(), newMemberAdmitCmd(), newMemberRefuseCmd(), newMemberEndProbationCmd(), newMemberSetClassCmd(), newMemberReturnCmd(),
		newMemberAppointCmd(), newMemberDismissCmd(), newMemberRekeyCmd(),
		newMemberResignCmd(), newMemberStayCmd(), newMemberSuspendCmd(), newMemberReinstateCmd())
	cmd.AddCommand(exitCommands()...)
	cmd.AddCommand(newMemberEraseCmd())
	return cmd
}

// parseMember reads the number of a member.
func parseMember(text string) (state.Member, error) {
	n, err := parseNumber("member", text)
	return state.Member(n), err
}

// parseSort reads what a member is: a person if nothing is said. where is the flag or the
// column.
func parseSort(where, text string) (s member.Sort, err error) {
	if s.UnmarshalText([]byte(text)) != nil {
		err = withHint(fault("%s %q is no sort of member", where, text), "say %s", list(member.Sorts(), "or"))
	}
	return s, err
}

func newMemberApplyCmd() *cobra.Command {
	var proof, commitment string
	var class, sort string
	cmd := newActCmd("apply PUBLIC-KEY", "Record someone's application",
		`  rochdale member apply rochdale1qx… --proof 9a41…
  rochdale member apply rochdale1qx… --proof 9a41… --class 2 --commitment 77de…`,
		wantArgs("PUBLIC-KEY"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			key, err := parseKey(args[0])
			if err != nil {
				return act{}, err
			}
			possession, err := parseProof("--proof", key, proof)
			if err != nil {
				return act{}, err
			}
			salted, err := parseHex("--commitment", commitment, 0)
			if err != nil {
				return act{}, err
			}
			of, err := parseClass(class, s.policy)
			if err != nil {
				return act{}, err
			}
			what, err := parseSort("--sort", sort)
			if err != nil {
				return act{}, err
			}
			m := member.Apply{Entry: member.Entry{Key: key, Class: of, Commitment: salted, Sort: what}, Possession: possession}
			return act{kind: member.KindApply, action: m, gives: "member", next: s.admitting()}, nil
		})
	cmd.Long = `Record someone's application: the register gives them a number, and they are a
candidate until they are admitted.

The applicant makes key and proof with "rochdale key prove" and gives you both;
neither is a secret. Name and address stay with the co-op: --commitment binds
the register to them without showing them.`
	cmd.Flags().StringVar(&proof, "proof", "", "the applicant's proof that the key is held, in hexadecimal")
	cmd.Flags().StringVar(&class, "class", "1", "class of members, by number or name")
	cmd.Flags().StringVar(&sort, "sort", "person", "what the applicant is: "+list(member.Sorts(), "or"))
	must(cmd.RegisterFlagCompletionFunc("sort", cobra.FixedCompletions(member.Sorts(), cobra.ShellCompDirectiveNoFileComp)))
	cmd.Flags().StringVar(&commitment, "commitment", "", "salted digest of name and address, 64 hexadecimal digits")
	must(cmd.MarkFlagRequired("proof"))
	return cmd
}

// newMemberAct makes a command whose action is about one member, given by number.
func newMemberAct(verb, short, example string, build func(cmd *cobra.Command, m state.Member) act) *cobra.Command {
	return newActCmd(verb+" MEMBER", short, example, wantArgs("MEMBER"), true,
		func(cmd *cobra.Command, _ *session, args []string) (act, error) {
			m, err := parseMember(args[0])
			if err != nil {
				return act{}, err
			}
			a := build(cmd, m)
			a.subject = fmt.Sprintf("member show %d", m)
			return a, nil
		})
}

func newMemberSuspendCmd() *cobra.Command {
	var reason string
	cmd := newMemberAct("suspend", "Take a member's offices, and after a time the vote",
		`  rochdale member suspend 7 --reason "subscription unpaid" \
    --propose "two officers"`,
		func(_ *cobra.Command, m state.Member) act {
			return act{kind: member.KindSuspend, action: member.Suspend{Member: m, Reason: reason}}
		})
	addReasonFlag(cmd, &reason)
	return cmd
}

func newMemberReinstateCmd() *cobra.Command {
	return newMemberAct("reinstate", "End a member's suspension", `  rochdale member reinstate 7 --propose "written resolution"`,
		func(_ *cobra.Command, m state.Member) act {
			return act{kind: member.KindReinstate, action: member.Reinstate{Member: m}}
		})
}

func newMemberResignCmd() *cobra.Command {
	cmd := newActCmd("resign [MEMBER]", "End a membership for good",
		"  rochdale member resign\n  rochdale member resign --dry-run", wantArgs("[MEMBER]"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			m, err := s.memberOr(args, 0)
			if err != nil {
				return act{}, err
			}
			vacant, err := s.falling(m)
			return act{kind: member.KindResign, action: member.Resign{Member: m},
				subject: fmt.Sprintf("member show %d", m), facts: vacant}, err
		})
	cmd.Long = `End a membership: your own, unless the charter lets you end another's. Where the
charter wants notice, it ends when that is over; until then you have your vote and your
offices, and may take the notice back with "rochdale member stay". Otherwise offices fall
vacant at once; before you sign you see which. Shares and claims stay on the books until
they are settled.`
	return cmd
}

// falling says of each office that falls vacant if a member leaves who else holds it.
func (r *reading) falling(m state.Member) ([]state.Clause, error) {
	var out []state.Clause
	offices, err := charter.OfficesOf(r)
	if err != nil {
		return nil, err
	}
	for _, o := range offices {
		holders, err := member.Holders(r, o)
		if err != nil {
			return nil, err
		}
		others := slices.DeleteFunc(slices.Clone(holders), func(h state.Member) bool { return h == m })
		switch {
		case len(others) == len(holders):
		case len(others) == 0:
			out = append(out, state.Fact("falls vacant", "the office of %v, which nobody else holds; fill it: rochdale member appoint MEMBER %s",
				o, strings.ReplaceAll(o.String(), " ", "-")))
		default:
			out = append(out, state.Fact("falls vacant", "the office of %v, which %s also", o, holdersWords(others)))
		}
	}
	return out, nil
}

// holdersWords are those who hold an office, with the verb.
func holdersWords(members []state.Member) string {
	if len(members) == 1 {
		return fmt.Sprintf("member %d holds", members[0])
	}
	return memberNumbers(members) + " hold"
}

func newMemberRekeyCmd() *cobra.Command {
	var proof string
	var every bool
	cmd := newActCmd("rekey PUBLIC-KEY [MEMBER]", "Replace a member's key by another",
		`  rochdale member rekey rochdale1qx… --proof 9a41…
  rochdale member rekey rochdale1qx… 7 --proof 9a41… \
    --propose 3 --title "Ada lost her laptop"`,
		wantArgs("PUBLIC-KEY", "[MEMBER]"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			key, err := parseKey(args[0])
			if err != nil {
				return act{}, err
			}
			possession, err := parseProof("--proof", key, proof)
			if err != nil {
				return act{}, err
			}
			m, err := s.memberOr(args, 1)
			return act{kind: member.KindRekey, action: member.Rekey{Member: m, Key: key, Possession: possession, Every: every},
				after: func(result []byte) string { return s.afterRekey(m, result) }}, err
		})
	cmd.Flags().BoolVar(&every, "every", false, "it takes the place of every key of the member, since all are lost; others decide that")
	cmd.Long = `Replace a member's first key: your own, or, when the old key is lost, that of a member
for whom a motion does it. If all members carry it, or the member signs it, the new
key acts at once. If others do, such as two officers, the old key acts until the
charter's waiting time is over; it, and any further key of the member, makes the new
one void by signing anything. Further keys stay, unless --every is given.
Then the old key never signs again. Make the new key with "rochdale key new" and its
proof with "rochdale key prove".`
	cmd.Flags().StringVar(&proof, "proof", "", "the holder's proof that the new key is held, in hexadecimal")
	must(cmd.MarkFlagRequired("proof"))
	return cmd
}

// afterRekey says what becomes of a key that took the place of member m's, or is to.
func (s *session) afterRekey(m state.Member, result []byte) string {
	switch later, err := tx.Decode[member.Awaited](result); {
	case m == s.member:
		return "sign with the new key from now on: --key NAME"
	case err == nil && later.Day != 0:
		return fmt.Sprintf("member %d signs with the new key from %s on; anything that one of its keys signs before makes it void, so tell the member: rochdale member show %d",
			m, words.Day(later.Day), m)
	}
	return fmt.Sprintf("member %d signs with the new key from now on: rochdale member show %d", m, m)
}

func newMemberAppointCmd() *cobra.Command {
	return newOfficeCmd("appoint", "Give an office to a member",
		`  rochdale member appoint 7 treasurer --propose 1 --title "Bert as treasurer"`,
		func(m state.Member, o charter.Office) act {
			return act{kind: office.KindAppoint, action: office.Appoint{Member: m, Office: o}}
		})
}

func newMemberDismissCmd() *cobra.Command {
	var reason string
	cmd := newOfficeCmd("dismiss", "Take an office from a member",
		`  rochdale member dismiss 7 treasurer --reason "moves away" \
    --propose 1 --title "A new treasurer"`,
		func(m state.Member, o charter.Office) act {
			return act{kind: office.KindDismiss, action: office.Dismiss{Member: m, Office: o, Reason: reason}}
		})
	mayGiveReason(cmd, &reason)
	return cmd
}

func newOfficeCmd(verb, short, example string, build func(state.Member, charter.Office) act) *cobra.Command {
	cmd := newActCmd(verb+" MEMBER OFFICE", short, example, wantArgs("MEMBER", "OFFICE"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			m, err := parseMember(args[0])
			if err != nil {
				return act{}, err
			}
			office, err := s.officeNamed(args[1])
			return build(m, office), err
		})
	cmd.ValidArgsFunction = completeArg(1, officeNames()...)
	return cmd
}
