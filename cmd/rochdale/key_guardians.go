package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/keyring"
)

func newKeyEntrustCmd() *cobra.Command {
	var threshold uint8
	var none bool
	cmd := newActCmd("entrust MEMBER...", "Name who gives you another key if yours are lost",
		`  rochdale key entrust 3 5 8 --threshold 2
  rochdale key entrust --none`,
		cobra.MaximumNArgs(keyring.MaxGuardians+1), false,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			m := keyring.Entrust{Member: s.member, Guardians: keyring.Guardians{Threshold: threshold}}
			if none == (len(args) > 0) {
				return act{}, withHint(fault("name your guardians, or say that there are none"), "as in: rochdale key entrust 3 5 8 --threshold 2; or: rochdale key entrust --none")
			}
			if none {
				m.Guardians.Threshold = 0
			}
			for _, text := range args {
				g, err := parseMember(text)
				if err != nil {
					return act{}, err
				}
				m.Guardians.Members = append(m.Guardians.Members, g)
			}
			slices.Sort(m.Guardians.Members)
			return act{kind: keyring.KindEntrust, action: m, subject: fmt.Sprintf("member show %d", s.member)}, nil
		})
	cmd.Long = `Name your guardians: two to seven other members, and how many of them it takes to
say that your keys are lost and give you another. They take the place of those you
have when the charter's waiting time is over. A key that they give acts after the
waiting time as well, and never if one of your keys signs anything before.`
	cmd.Flags().Uint8Var(&threshold, "threshold", 2, "how many of them have to vouch for the same key")
	cmd.Flags().BoolVar(&none, "none", false, "have no guardians any more")
	return cmd
}

func newKeyVouchCmd() *cobra.Command {
	var proof string
	var every bool
	cmd := newActCmd("vouch PUBLIC-KEY MEMBER", "Say, as a guardian, which key a member has now",
		`  rochdale key vouch rochdale1qx… 7 --proof 9a41…`,
		wantArgs("PUBLIC-KEY", "MEMBER"), false,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			key, err := parseKey(args[0])
			if err != nil {
				return act{}, err
			}
			possession, err := parseProof("--proof", key, proof)
			if err != nil {
				return act{}, err
			}
			m, err := parseMember(args[1])
			return act{kind: keyring.KindVouch, action: keyring.Vouch{Member: m, Key: key, Possession: possession, Every: every},
				subject: fmt.Sprintf("member show %d", m)}, err
		})
	cmd.Long = `Say, as a guardian of a member, that its keys are lost and which key it has now. See
the member, or hear it, before you sign. The key acts once as many guardians as the
member wished have vouched for the same one and the charter's waiting time is over,
unless a key of the member signs anything before.`
	cmd.Flags().StringVar(&proof, "proof", "", "the member's proof that the new key is held, in hexadecimal")
	cmd.Flags().BoolVar(&every, "every", false, "it takes the place of every key of the member, since all are lost")
	must(cmd.MarkFlagRequired("proof"))
	return cmd
}

// guardians say whom a member trusts, "" if nobody.
func (r *reading) guardians(m state.Member) (string, error) {
	t, err := keyring.TrustOf(r, m)
	if err != nil {
		return "", err
	}
	text := ""
	if now := t.On(state.DayOf(r.Time())); len(now.Members) > 0 {
		text = fmt.Sprintf("any %d of %s", now.Threshold, memberNumbers(now.Members))
	}
	if t.From > state.DayOf(r.Time()) {
		text = or(text, "nobody") + fmt.Sprintf("; from %s %s", dayStamp(t.From).day(), or(memberNumbers(t.Next.Members), "nobody"))
	}
	return text, nil
}
