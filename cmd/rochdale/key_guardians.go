package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/tx"
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
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			key, err := parseKey(args[0])
			if err != nil {
				return act{}, err
			}
			possession, err := parseProof("--proof", key, proof)
			if err != nil {
				return act{}, err
			}
			m, err := parseMember(args[1])
			if err != nil {
				return act{}, err
			}
			next, err := s.vouching(m, keyring.Vouched{By: s.member, Key: key, Every: every})
			return act{kind: keyring.KindVouch, action: keyring.Vouch{Member: m, Key: key, Possession: possession, Every: every},
				subject: fmt.Sprintf("member show %d", m), next: next}, err
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

// vouching says how many guardians of a member vouch for a key, with one who is about to,
// and who of them does for another.
func (s *session) vouching(m state.Member, own keyring.Vouched) (string, error) {
	t, err := keyring.TrustOf(s, m)
	if err != nil {
		return "", err
	}
	today := state.DayOf(s.Time())
	have, others := 1, []state.Member{}
	for _, v := range t.Vouches(today) {
		if v.By == s.member {
			continue
		}
		if v.Same(own) {
			have++
		} else {
			others = append(others, v.By)
		}
	}
	want := int(t.On(today).Threshold)
	says := fmt.Sprintf("%d of %s vouched for this key", have, plural(uint64(want), "guardian"))
	if len(others) > 0 && have < want {
		says += fmt.Sprintf("; %s vouched for another key, or not alike for every key: only who say the same count together", memberNumbers(others))
	}
	return fmt.Sprintf("%s; see it with: rochdale member show %d", says, m), nil
}

// vouchInfo is a key for which a guardian has vouched, of whom too few have yet.
type vouchInfo struct {
	By        state.Member `json:"by"`
	PublicKey string       `json:"public_key"`      // rochdale1…
	Every     bool         `json:"every,omitempty"` // in the place of every key of the member
	Have      int          `json:"have"`            // guardians who vouched for the same
	Want      int          `json:"want"`
}

// vouched says which guardians vouch for which key; "" if none does.
func (m memberInfo) vouched() string {
	var out []string
	for _, v := range m.Vouched {
		place := ""
		if v.Every {
			place = " in the place of every key"
		}
		out = append(out, fmt.Sprintf("member %d for %s%s, %d of %s", v.By, v.PublicKey, place, v.Have, plural(uint64(v.Want), "guardian")))
	}
	return strings.Join(out, "; ")
}

// guardians say whom a member trusts, "" if nobody, and for which keys these have vouched.
func (r *reading) guardians(m state.Member) (text string, vouched []vouchInfo, err error) {
	t, err := keyring.TrustOf(r, m)
	if err != nil {
		return "", nil, err
	}
	today := state.DayOf(r.Time())
	now := t.On(today)
	if len(now.Members) > 0 {
		text = fmt.Sprintf("any %d of %s", now.Threshold, memberNumbers(now.Members))
	}
	if t.From > today {
		text = or(text, "nobody") + fmt.Sprintf("; from %s %s", dayStamp(t.From).day(), or(memberNumbers(t.Next.Members), "nobody"))
	}
	all := t.Vouches(today)
	for _, v := range all {
		one := vouchInfo{By: v.By, PublicKey: tx.PublicKey(v.Key).String(), Every: v.Every, Want: int(now.Threshold)}
		for _, o := range all {
			if o.Same(v) {
				one.Have++
			}
		}
		vouched = append(vouched, one)
	}
	return text, vouched, nil
}
