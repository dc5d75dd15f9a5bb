package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

func newKeyAddCmd() *cobra.Command {
	var proof, name, commitment string
	var representative memberFlag
	var limits limitFlags
	cmd := newActCmd("add PUBLIC-KEY", "Sign by one more key, such as a phone's",
		`  rochdale key add rochdale1qx… --proof 9a41… --name phone
  rochdale key add rochdale1qx… --proof 9a41… --name till \
    --only surplus.Record --figure 500 --until 2026-12-31
  rochdale key add rochdale1qx… --proof 9a41… --name tablet --representative 7`,
		wantArgs("PUBLIC-KEY"), false,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			key, err := parseKey(args[0])
			if err != nil {
				return act{}, err
			}
			possession, err := parseProof("--proof", key, proof)
			if err != nil {
				return act{}, err
			}
			if err := s.requireOtherName(name); err != nil {
				return act{}, err
			}
			m := keyring.Add{Member: s.member, Name: name, Key: key, Possession: possession}
			if m.Representative, err = representative.member(cmd, 0); err != nil {
				return act{}, err
			}
			if commitment != "" {
				if m.Commitment, _, err = sealPaper("--commitment", commitment); err != nil {
					return act{}, err
				}
			}
			if m.Limits, err = limits.read(cmd, s.reading); err != nil {
				return act{}, err
			}
			return act{kind: keyring.KindAdd, action: m, gives: "key number", next: "see your keys with: rochdale me show"}, nil
		})
	cmd.Long = `Add a key to those by which you sign, such as that of a phone. On the phone, make
it with "rochdale key new" and its proof with "rochdale key prove"; then sign this
with a key that you have. Each key has a name and a number. What any of them signs
is yours; if one is lost, revoke it by another: rochdale key revoke NUMBER.

A key can be limited, such as that of a till: to some kinds of action by --only, to a
figure a day by --figure, to a time by --until. Limits are narrowed later, and never
widened: rochdale key narrow.

A body gives the person who acts for it a key, and says who that is: by --representative
a member, or by --commitment a file with the name, of which only a salted digest is
recorded; the salt is written to FILE.salt. The body has one vote, by
whichever of its keys, and the representative, if a member, its own. When another takes
the place, revoke the key and add the new one's. A representative whose key is limited,
as by --only ballot.Propose,ballot.Cast, cannot change the body's keys.`
	limits.add(cmd)
	cmd.Flags().StringVar(&proof, "proof", "", "proof that the new key is held, in hexadecimal")
	addMemberFlag(cmd, &representative, "representative", "the member who acts by the key for you, who are a body")
	cmd.Flags().StringVar(&commitment, "commitment", "", "file that names your representative, of which a salted digest is recorded, or that digest")
	cmd.Flags().StringVar(&name, "name", "", "what the key is on, such as phone; everyone can read it")
	must(cmd.MarkFlagRequired("proof"))
	must(cmd.MarkFlagRequired("name"))
	must(cmd.RegisterFlagCompletionFunc("name", cobra.NoFileCompletions))
	return cmd
}

// limitFlags are the flags by which a key is limited.
type limitFlags struct {
	only   []string
	figure string
	until  string
}

func (f *limitFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.only, "only", nil, "kinds of action that the key signs, as charters name them [all]")
	cmd.Flags().StringVar(&f.figure, "figure", "", "the most that its actions record a day: an amount, if all of them move money, otherwise whole units [no bound]")
	addDayFlag(cmd, &f.until, "until", "the last day on which it signs")
	var names []string
	for _, k := range app.Kinds {
		names = append(names, k.Name)
	}
	must(cmd.RegisterFlagCompletionFunc("only", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.Flags().SetAnnotation("figure", fromOne, []string{}))
	must(cmd.RegisterFlagCompletionFunc("figure", cobra.NoFileCompletions))
}

func (f *limitFlags) read(cmd *cobra.Command, r *reading) (l keyring.Limits, err error) {
	for _, name := range f.only {
		at := slices.IndexFunc(app.Kinds, func(k state.Kind) bool { return k.Name == name })
		if at < 0 {
			return l, withHint(fault("--only: no kind of action is called %q", name), "see their names: rochdale charter show")
		}
		l.Kinds = append(l.Kinds, app.Kinds[at].Number)
	}
	slices.Sort(l.Kinds)
	l.Kinds = slices.Compact(l.Kinds)
	if l.Figure, err = f.most(r, l); err != nil {
		return l, err
	}
	if l.Figure == 0 && cmd.Flags().Changed("figure") { // on the ledger a figure of zero is none
		return l, withHint(fault("--figure %s: a key that may sign nothing is no key", f.figure),
			"to stop a key: rochdale key revoke NUMBER, or narrow it to other kinds of action; for no bound leave --figure out")
	}
	l.Until, err = parseDay("--until", f.until)
	return l, err
}

// most reads --figure: an amount of the co-op's currency where all that the key signs are
// such amounts.
func (f *limitFlags) most(r *reading, l keyring.Limits) (uint64, error) {
	if f.figure == "" {
		return 0, nil
	}
	if !l.InMoney(app.Kinds) {
		n, err := figure.Whole("--figure", f.figure)
		return n, wrongFigure(err)
	}
	amount, err := r.parseMoney(f.figure)
	if err == nil && amount < 0 {
		err = withHint(fault("--figure %s is less than nothing", f.figure), "give an amount like 50.00")
	}
	return uint64(max(amount, 0)), err
}

func newKeyNarrowCmd() *cobra.Command {
	var limits limitFlags
	cmd := newActCmd("narrow NUMBER|NAME", "Let one of your keys do less",
		`  rochdale key narrow till --only surplus.Record --figure 100`,
		wantArgs("NUMBER|NAME"), false,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			m := keyring.Narrow{Member: s.member}
			var err error
			if m.Limits, err = limits.read(cmd, s.reading); err != nil {
				return act{}, err
			}
			m.Number, err = s.keyNamed(s.member, args[0])
			return act{kind: keyring.KindNarrow, action: m, subject: fmt.Sprintf("member show %d", s.member)}, err
		})
	cmd.Long = `Limit one of your keys beside the first, or narrow the limits that it has. Give all
limits that are to hold from now on. They are never widened: add another key instead.`
	limits.add(cmd)
	return cmd
}

func newKeyRevokeCmd() *cobra.Command {
	cmd := newActCmd("revoke NUMBER|NAME [MEMBER]", "End a key by which you sign",
		`  rochdale key revoke phone --key laptop
  rochdale key revoke 2 7 --propose 4 --title "A stolen phone"`,
		wantArgs("NUMBER|NAME", "[MEMBER]"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			m, err := s.memberOr(args, 1)
			if err != nil {
				return act{}, err
			}
			n, err := s.keyNamed(m, args[0])
			return act{kind: keyring.KindRevoke, action: keyring.Revoke{Member: m, Number: n},
				subject: fmt.Sprintf("member show %d", m)}, err
		})
	cmd.Long = `End a key by which you sign, for good: one that is lost, stolen or not used any more.
Sign it by another of your keys; what the key signed before stays. All members can
end another member's key by a motion. If it was your last, have another put in its
place: rochdale member rekey.`
	return cmd
}

// keyNamed is the number of a member's key, by number or by name.
func (r *reading) keyNamed(m state.Member, text string) (keyring.Number, error) {
	if strings.Trim(text, "0123456789") == "" {
		n, err := parseNumber("key", text)
		if err == nil && n > keyring.MaxNumber {
			err = withHint(fault("a key has no number above %d", keyring.MaxNumber), "see the keys: rochdale member show %d", m)
		}
		return keyring.Number(n), err
	}
	found, err := r.keysCalled(m, text)
	switch {
	case err != nil:
		return 0, err
	case len(found) == 0:
		return 0, withHint(fault("no key of member %d that signs is called %q", m, text), "see its keys: rochdale member show %d", m)
	case len(found) > 1:
		return 0, withHint(fault("%s of member %d are called %q: numbers %s", plural(uint64(len(found)), "key"), m, text, list(found, "and")),
			"give the number of the one that you mean; see them: rochdale member show %d", m)
	}
	n, err := strconv.ParseUint(found[0], 10, 64)
	return keyring.Number(n), err
}

// keysCalled are the numbers of those of a member's further keys that sign and have a name.
func (r *reading) keysCalled(m state.Member, name string) (found []string, err error) {
	rec, err := member.Find(r, m)
	if err != nil {
		return nil, err
	}
	err = keyring.Range(r, m, func(n keyring.Number, k keyring.Key) (bool, error) {
		if k.Name == name && k.Signs(rec) {
			found = append(found, fmt.Sprint(n))
		}
		return true, nil
	})
	return found, err
}

// requireOtherName refuses a name for a key that another key of the member, which signs, has:
// by it no one could tell which of the two is lost.
func (s *session) requireOtherName(name string) error {
	found, err := s.keysCalled(s.member, name)
	if err == nil && len(found) > 0 {
		err = withHint(fault("key %s of member %d is called %q already", found[0], s.member, name),
			"call this one otherwise: --name NAME; or end that one first: rochdale key revoke %s", found[0])
	}
	return err
}

// keyOnRegister is one of a member's keys beside the first, as results show it.
type keyOnRegister struct {
	Number    keyring.Number `json:"number"`
	Name      string         `json:"name"`
	PublicKey string         `json:"public_key"`
	Since     stamp          `json:"since"`
	Revoked   stamp          `json:"revoked,omitzero"`
	Signs     bool           `json:"signs"`
	Only      []string       `json:"only,omitempty"`   // the kinds of action that it signs, if not all
	Figure    uint64         `json:"figure,omitempty"` // a day, at most, in units or in minor units of money
	most      string         // that in words
	Until     stamp          `json:"until,omitzero"` // the last day on which it signs begins

	Representative state.Member `json:"representative,omitempty"` // who acts for the body by it
	Commitment     hexBytes     `json:"commitment,omitempty"`     // to that person's name
}

// furtherKeys are a member's keys beside the first, the revoked ones as well, as they were
// on a day, of which rec tells: of then there is no record of the limits that were narrowed.
func (r *reading) furtherKeys(m state.Member, rec member.Record, at asOf) (out []keyOnRegister, err error) {
	day := state.DayOf(r.Time())
	err = keyring.Range(r, m, func(n keyring.Number, k keyring.Key) (bool, error) {
		if at.text != "" {
			if day = at.day; state.DayOf(k.Since) > day {
				return true, nil
			}
			if state.DayOf(k.Revoked) > day {
				k.Revoked = 0
			}
			k.Limits = keyring.Limits{Until: k.Limits.Until}
		}
		info := keyOnRegister{
			Number: n, Name: k.Name, PublicKey: k.Public.String(), Since: stamp(k.Since), Revoked: stamp(k.Revoked),
			Signs: k.Signs(rec) && !k.Limits.Over(day), Figure: k.Limits.Figure,
			Representative: k.Representative, Commitment: k.Commitment,
		}
		if k.Limits.Figure != 0 {
			info.most = k.Limits.FigureWords(r, app.Kinds)
		}
		if k.Limits.Until != 0 {
			info.Until = dayStamp(k.Limits.Until)
		}
		for _, kind := range k.Limits.Kinds {
			info.Only = append(info.Only, wording.KindName(kind))
		}
		out = append(out, info)
		return true, nil
	})
	return out, err
}

// limits are what a key that signs does not sign beyond; "" if it has none.
func (k keyOnRegister) limits() string {
	text := ""
	if len(k.Only) > 0 {
		text = " " + strings.Join(k.Only, ", ")
	}
	if k.most != "" {
		text += ", " + k.most
	}
	if k.Until != 0 {
		text += ", until " + k.Until.day()
	}
	return text
}

// represented says who acts for the body, and since when; "" if nothing is said of that.
func (m memberInfo) represented() string {
	var out []string
	for _, k := range m.Keys {
		if !k.Signs || k.Representative == 0 && len(k.Commitment) == 0 {
			continue
		}
		who := "one who is committed to"
		if k.Representative != 0 {
			who = fmt.Sprintf("member %d", k.Representative)
		}
		out = append(out, fmt.Sprintf("%s, by key %d since %s", who, k.Number, k.Since.day()))
	}
	return strings.Join(out, "; ")
}

// keyTable lists a member's keys, with the first.
func (m memberInfo) keyTable() *table {
	t := newTable("key", "name", "since", "state", "public key")
	first := "signs"
	if m.Revoked != 0 {
		first = "revoked " + m.Revoked.day()
	} else if m.Standing == member.Left {
		first = "ended"
	}
	since := ""
	if m.KeySince != 0 {
		since = m.KeySince.day()
	}
	t.row(tx.FirstKey, "the first", since, first, shortKey(m.PublicKey))
	for _, k := range m.Keys {
		state := "signs"
		switch {
		case k.Revoked != 0:
			state = "revoked " + k.Revoked.day()
		case !k.Signs:
			state = "ended"
		default:
			state += k.limits()
		}
		t.row(k.Number, k.Name, k.Since.day(), state, shortKey(k.PublicKey))
	}
	return t
}

// notProved is said of a key that an import entered without proof, until it signs.
const notProved = "key not proved yet"

// key is the public key, and that nobody has shown to hold it.
func (m memberInfo) key() string {
	switch {
	case m.KeyUntil != 0:
		return "another, until " + m.KeyUntil.day()
	case m.Invited != 0:
		return "none yet, invited until " + m.Invited.day()
	case m.PublicKey == "":
		return "none yet"
	}
	if m.Unproved {
		return m.PublicKey + ", " + notProved
	}
	if m.Revoked != 0 {
		return m.PublicKey + ", revoked"
	}
	return m.PublicKey
}

// shortKey is the beginning and the end of a spelled key, for a line of a list. It
// tells members apart and proves nothing.
func shortKey(spelled string) string {
	const head, tail = len("rochdale1") + 8, 8
	if len(spelled) <= head+tail {
		return spelled
	}
	return spelled[:head] + "…" + spelled[len(spelled)-tail:]
}

// nextKey says which key is to act, and when; "" if none is.
func (m memberInfo) nextKey() string {
	if m.NextKey == nil {
		return ""
	}
	return m.NextKey.String()
}
