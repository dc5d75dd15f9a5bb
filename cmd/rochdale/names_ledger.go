package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/names"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A discord is a person of whom the directory and the register say different things.
type discord struct {
	Member state.Member `json:"member"`
	Says   string       `json:"says"`

	mends  bool     // committing to it mends it
	erased *erasure // that stands; nil if none
	gone   bool     // the commitment was erased: it needs new salts
}

// entry is what is to be committed to.
func (l discord) entry(b *names.Book) identity.Entry {
	p, _ := b.Person(uint64(l.Member))
	sum, _ := p.Commitment()
	return identity.Entry{Member: l.Member, Commitment: sum[:]}
}

// discords compares the directory with the register.
func (r *reading) discords(b *names.Book) (out []discord, err error) {
	for _, p := range b.People {
		m := state.Member(p.Member)
		now, _, err := identity.Of(r, m)
		if errors.Is(err, member.ErrUnknown) {
			out = append(out, discord{Member: m, Says: "in the directory, and not on the register"})
			continue
		}
		if err != nil {
			return nil, err
		}
		sum, ok := p.Commitment()
		switch {
		case bytes.Equal(now, sum[:]):
			continue
		case !ok:
			out = append(out, discord{Member: m, Says: "in the directory without any field"})
			continue
		}
		l := discord{Member: m, Says: "changed since it was committed to", mends: true}
		if _, l.gone, err = identity.Gone(r, m, sum[:]); err != nil {
			return nil, err
		}
		if len(now) == 0 {
			l.Says = "not committed to"
			if l.erased, err = r.erasedSince(m); err != nil {
				return nil, err
			}
		}
		if l.erased != nil {
			l.Says = l.erased.String() + ", and still in the directory"
		}
		out = append(out, l)
	}
	return out, nil
}

// toCommit are the members of whom the directory says something else than the register
// commits to, and to whom the signer may commit. Of the others it says why not.
func (s *session) toCommit(cmd *cobra.Command, b *names.Book) (out []discord, err error) {
	again, _ := cmd.Flags().GetBool(againFlag)
	list, err := s.discords(b)
	for _, l := range list {
		switch {
		case l.erased != nil && (!again || l.erased.reserved && s.member != l.Member && !cmd.Flags().Changed("propose")):
			note(cmd, "member %d is %s, and not committed to; destroy the entry with: rochdale member erase %d; %s",
				l.Member, l.Says, l.Member, l.erased.wayOut("rochdale names commit --"+againFlag))
		case !l.mends:
			note(cmd, "member %d is %s, which stays", l.Member, l.Says)
		default:
			out = append(out, l)
		}
	}
	return out, err
}

// renew gives new salts to those whose commitment was erased and is never taken again, as
// after an old copy of the directory was restored.
func (d *desk) renew(cmd *cobra.Command, list []discord) error {
	old := true
	for _, l := range list {
		if !l.gone {
			continue
		}
		old = false
		note(cmd, "member %d gets new salts: what it was committed to with was erased", l.Member)
		if err := d.book.Renew(uint64(l.Member), rand.Reader); err != nil {
			return err
		}
	}
	if dry, _ := cmd.Flags().GetBool("dry-run"); old || dry {
		return nil
	}
	// After a crash here nothing is committed to with the new salts, and names check says so.
	if err := d.book.Save(d.path, d.secret); err != nil {
		return withHint(fault("%w", err), "the directory is as it was before")
	}
	return nil
}

func newNamesCheckCmd() *cobra.Command {
	return newBookCmd("check", "Compare the directory with the register, person by person", "  rochdale names check", wantArgs(),
		func(cmd *cobra.Command, d *desk, _ []string) error {
			return readBook(cmd, d, func(r *reading) error {
				list, err := r.discords(d.book)
				if err != nil {
					return err
				}
				if list == nil {
					list = []discord{}
				}
				figures, err := member.TotalsOf(r)
				if err != nil {
					return err
				}
				note(cmd, "%s in the directory, %s on the register", formatCount(int64(len(d.book.People))), plural(figures.Members, "member"))
				if len(list) == 0 {
					note(cmd, "what the directory says is what the register commits to")
				}
				return show(cmd, list, func(w io.Writer) {
					t := newTable("member", "in the directory")
					for _, l := range list {
						t.row(l.Member, l.Says)
					}
					t.write(w)
				})
			})
		})
}

// readBook reads the records of the co-op that a directory is of.
func readBook(cmd *cobra.Command, d *desk, ask func(r *reading) error) error {
	_, all, err := readAll(cmd)
	if err != nil {
		return err
	}
	if all.Chain() != d.book.Chain {
		return withHint(fault("the directory is of the federation %s, and the node's is %s", d.book.Chain, all.Chain()), "name a node of %s with --node", d.book.Chain)
	}
	r, err := readingOf(all, state.Coop(d.book.Coop))
	if err != nil {
		return explainRead(err)
	}
	return explainRead(ask(r))
}

func newNamesCommitCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "commit",
		Short: "Commit on the ledger to what changed in the directory",
		Long: `Record a salted commitment for each person of whom the directory says something else
than the register commits to: 32 bytes a person, from which nobody learns anything.
Who was erased is left out; --again commits to such a member again, with new salts. Where
a member had itself erased, only its own key does that, or all members: by --propose, where
the charter has a motion carry it.`,
		Example: "  rochdale names commit --dry-run\n  rochdale names commit\n  rochdale names commit --again",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			d, err := openNames(cmd)
			if err != nil {
				return err
			}
			if d.book.Chain != s.Chain() || d.book.Coop != uint32(s.Coop()) {
				return withHint(fault("the directory is of co-op %d of %s", d.book.Coop, d.book.Chain), "say which co-op: --coop %d", d.book.Coop)
			}
			list, err := s.toCommit(cmd, d.book)
			if err != nil {
				return explainRead(err)
			}
			if err := d.renew(cmd, list); err != nil {
				return err
			}
			b := batch{title: "committing"}
			var entries []identity.Entry
			for _, l := range list {
				entries = append(entries, l.entry(d.book))
			}
			b.words = "commit to who " + plural(uint64(len(entries)), "member") + " " + agree(uint64(len(entries)), "is", "are")
			for len(entries) > 0 {
				part := entries[:min(len(entries), identity.MaxCommit)]
				entries = entries[len(part):]
				b.parts = append(b.parts, batchPart{act{kind: identity.KindCommit, action: identity.Commit{Entries: part}}, len(part)})
			}
			if done, err := s.proposeAll(cmd, b, 0); done || err != nil {
				return err
			}
			info := proposedInfo{Result: resultDone, Action: b.words, Transactions: []string{}}
			if _, err := s.takeAll(cmd, b, &info.Transactions, &info.Result); err != nil {
				return err
			}
			return show(cmd, info, func(w io.Writer) {
				writeFacts(w, fact{info.Result, info.Action}, fact{"transactions", len(info.Transactions)})
			})
		},
	}
	addActFlags(cmd)
	addProposeFlags(cmd)
	addAgainFlag(cmd, "commit to members too who were erased, by mistake")
	return cmd
}

func newMemberEraseCmd() *cobra.Command {
	cmd := newActCmd("erase MEMBER", "Destroy what the directory has of a member, and record that",
		"  rochdale member erase 7", wantArgs("MEMBER"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			m, err := parseMember(args[0])
			if err != nil {
				return act{}, err
			}
			if err := destroyOnly(cmd, s, m); err != nil {
				return act{}, err
			}
			left, err := s.unsettled(m)
			return act{kind: identity.KindErase, action: identity.Erase{Member: m}, subject: fmt.Sprintf("member show %d", m),
				facts: left, ask: "what is destroyed is gone"}, err
		})
	cmd.Long = `Record that what identifies a member was destroyed, and then destroy it: the entry in
the directory at hand and the salts, without which the commitment on the ledger says
nothing. What the member did and owns stays under its number: what is still to be settled
with it is shown before you sign, since afterwards nothing here says whom to pay. Destroy
copies and backups of the directory as well: they hold the entry still. If it is on record
already, the entry alone is destroyed.`
	record := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		err := record(cmd, args)
		if err != nil && !errors.Is(err, errDestroyOnly) {
			return err
		}
		for _, name := range []string{"dry-run", "no-wait", "output", "propose"} {
			if err == nil && cmd.Flags().Changed(name) {
				hint(cmd, "once it is recorded, destroy the entry by giving the command again")
				return nil
			}
		}
		m, err := parseMember(args[0])
		if err != nil {
			return err
		}
		d := deskOf(cmd)
		if d.book == nil || !d.book.Erase(uint64(m)) {
			note(cmd, "no directory at hand has member %d: whoever keeps one destroys the entry there", m)
			return nil
		}
		// After a crash here the ledger says that it is erased, and names check that it is not.
		if err := d.book.Save(d.path, d.secret); err != nil {
			return withHint(fault("%w", err), "the entry is still there: rochdale names check")
		}
		note(cmd, "the entry of member %d in %s is destroyed; destroy backups as well", m, d.path)
		return nil
	}
	return cmd
}

// unsettled is what a member still has in the co-op, or is owed by it or owes it.
func (s *session) unsettled(m state.Member) ([]state.Clause, error) {
	other, info := *s, meInfo{}
	other.member = m
	if err := other.claims(&info); err != nil {
		return nil, err
	}
	past, _, err := takeover.PastOf(s, m)
	if err != nil {
		return nil, err
	}
	var left []string
	for _, h := range info.Shares {
		left = append(left, fmt.Sprintf("%d %s of class %d (%s)", h.Units+h.Pending, agree(h.Units+h.Pending, "share", "shares"), h.Class, h.Name))
	}
	for _, l := range info.Money.Lines {
		if l.ToYou != 0 {
			left = append(left, fmt.Sprintf("%s owed to it: %s", s.money(l.ToYou), l.For))
		}
		if l.ByYou != 0 {
			left = append(left, fmt.Sprintf("%s owed by it: %s", s.money(l.ByYou), l.For))
		}
	}
	loans, err := s.loansOf(m, past)
	if err != nil {
		return nil, err
	}
	if text := lent(unsettled(loans)); text != "" {
		left = append(left, "lent by it: "+text)
	}
	if len(left) == 0 {
		return nil, nil
	}
	return []state.Clause{state.Fact("still to be settled with it", "%s", list(left, "and"))}, nil
}

func newNamesDiscloseCmd() *cobra.Command {
	var to, out string
	cmd := newBookCmd("disclose MEMBER FIELD", "Write a file that shows someone one field, and proves it",
		`  rochdale names disclose rosa address --for "the auditor, 2026" --out rosa.json`, wantArgs("MEMBER", "FIELD"),
		func(cmd *cobra.Command, d *desk, args []string) error {
			m, err := parseMember(args[0])
			if err != nil {
				return err
			}
			key, err := loadKey(cmd)
			if err != nil {
				return err
			}
			shown, ok, err := d.book.Disclose(uint64(m), args[1], to, key.Signing())
			if err != nil {
				return withHint(fault("--for: %w", err), `write it like --for "the auditor, 2026"`)
			}
			if !ok {
				return withHint(fault("member %d has no field %q in the directory", m, args[1]), "see what it has: rochdale names show %d", m)
			}
			err = readBook(cmd, d, func(r *reading) error { return r.provesShown(shown) })
			if err != nil {
				return err
			}
			raw, err := json.MarshalIndent(shown, "", "  ")
			if err != nil {
				return fmt.Errorf("writing the disclosure: %w", err)
			}
			if err := writeNew("the disclosure", out, append(raw, '\n')); err != nil {
				return err
			}
			hint(cmd, "who gets it checks it with: rochdale names verify %s", out)
			return show(cmd, map[string]string{"file": out}, func(w io.Writer) {
				writeFacts(w, fact{"file", out}, fact{"shows", fmt.Sprintf("%s of member %d", args[1], m)}, fact{"for", to})
			})
		})
	cmd.Long = `Write a file that shows one field of one person, with its salt and the hashes of the
other fields. Whoever has it can check against the ledger that the co-op had committed
to that field, and learns nothing of the others but how many there are. The file is
signed with your key, and what --for says is in what is signed: whoever passes the file
on shows that it was made for someone else.`
	cmd.Flags().StringVar(&to, "for", "", "to whom it is shown, and what for")
	cmd.Flags().StringVar(&out, "out", "", "file to write")
	must(cmd.MarkFlagRequired("for"))
	must(cmd.MarkFlagRequired("out"))
	must(cmd.MarkFlagFilename("out"))
	must(cmd.RegisterFlagCompletionFunc("for", cobra.NoFileCompletions))
	return cmd
}

// provesShown refuses to disclose what would prove nothing: a field that the ledger does
// not commit to, by a key that is not on the register.
func (r *reading) provesShown(shown names.Disclosure) error {
	m := state.Member(shown.Member)
	now, _, err := identity.Of(r, m)
	if err != nil {
		return err
	}
	if sum := shown.Commitment(); !bytes.Equal(now, sum[:]) {
		at, err := r.erasedSince(m)
		if err != nil {
			return err
		}
		if at != nil {
			return withHint(fault("member %d was %v: nothing proves who it is any more", m, at), "destroy the entry too: rochdale member erase %d; %s", m, at.wayOut("rochdale names commit --"+againFlag))
		}
		return withHint(fault("the ledger does not commit to what the directory says of member %d: it would prove nothing", m), "commit first: rochdale names commit")
	}
	_, err = r.discloser(shown)
	return err
}

// discloser is the member whose key signed a disclosure.
func (r *reading) discloser(shown names.Disclosure) (state.Member, error) {
	key, err := parseKey(shown.By)
	if err != nil {
		return 0, err
	}
	m, err := member.ByKey(r, key)
	if err == nil && m == 0 {
		err = withHint(fault("the key %s that signs the disclosure is not on the register of %s", shown.By, r.name), "have it made by someone who is a member: rochdale names disclose")
	}
	return m, err
}

func newNamesVerifyCmd() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:     "verify FILE",
		Short:   "Check a disclosed field against the ledger",
		Example: "  rochdale names verify rosa.json\n  rochdale names verify rosa.json --for \"the auditor, 2026\"",
		Args:    wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			raw, err := os.ReadFile(args[0])
			if err != nil {
				return withHint(fault("reading the disclosure: %w", err), "check the path")
			}
			shown, err := names.ReadDisclosure(raw)
			if err != nil {
				return withHint(fault("%s: %w", args[0], err), "ask for another, made by: rochdale names disclose")
			}
			if to != "" && to != shown.For {
				return withHint(fault("%s was made for %s, not for %s", args[0], words.Quote(shown.For), words.Quote(to)), "ask who gave it to you for one that is made for you")
			}
			d := &desk{book: &names.Book{Chain: shown.Chain, Coop: shown.Coop}}
			return readBook(cmd, d, func(r *reading) error { return verifyShown(cmd, r, shown) })
		},
	}
	cmd.Flags().StringVar(&to, "for", "", "to whom it must have been made to be shown [whomever it names]")
	must(cmd.RegisterFlagCompletionFunc("for", cobra.NoFileCompletions))
	addPassphraseFlag(cmd)
	return cmd
}

func verifyShown(cmd *cobra.Command, r *reading, shown names.Disclosure) error {
	now, since, err := identity.Of(r, state.Member(shown.Member))
	if err != nil {
		return err
	}
	sum := shown.Commitment()
	gone, was, err := identity.Gone(r, state.Member(shown.Member), sum[:])
	if err != nil {
		return err
	}
	switch {
	case was:
		return withHint(fault("who member %d is was erased on %v by %s: nothing proves it any more", shown.Member, stamp(gone.Time).here(), wording.By(gone.By, r.Coop())), "the register still has what the member did: rochdale member show %d", shown.Member)
	case !bytes.Equal(now, sum[:]):
		return withHint(fault("the ledger does not commit to that: the file was changed, or the directory has been since"), "ask for a new one")
	}
	by, err := r.discloser(shown)
	if err != nil {
		return err
	}
	committed := "when the member was entered"
	if since > 0 {
		committed = stamp(since).here()
	}
	return show(cmd, struct {
		Member    uint64 `json:"member"`
		Field     string `json:"field"`
		Value     string `json:"value"`
		For       string `json:"for"`
		By        uint64 `json:"by"`
		Committed stamp  `json:"committed,omitempty"`
	}{shown.Member, shown.Field.Name, shown.Field.Value, shown.For, uint64(by), stamp(since)}, func(w io.Writer) {
		writeFacts(w, fact{"co-op", r.name}, fact{"member", shown.Member}, fact{shown.Field.Name, shown.Field.Value},
			fact{"committed", committed}, fact{"shown to", shown.For}, fact{"shown by", fmt.Sprintf("member %d", by)}, fact{"other fields", len(shown.Others)})
	})
}
