package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/membership"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state"
)

// Who is a member of several co-ops keeps a list of them beside its key, which me show
// reads. It is the member's own, and no record says that the members are one person.

// linkBook is the list of the key that the settings name.
type linkBook struct {
	path, secret string
	links        membership.Links
}

// openLinks opens the list of a key.
func openLinks(s settings, key client.Key) (b linkBook, err error) {
	b.path = membership.Path(s.Key)
	if b.secret, err = key.Secret(membership.Purpose); err != nil {
		return b, err
	}
	if b.links, err = membership.Load(b.path, b.secret); err != nil {
		err = withHint(fault("%w", err), "move the file away, and link your co-ops again: rochdale me link --coop N")
	}
	return b, err
}

// hasLinks says whether there is a list beside the key that the settings name.
func hasLinks(s settings) bool {
	_, err := os.Stat(membership.Path(s.Key))
	return err == nil
}

func newMeLinkCmd() *cobra.Command {
	var trust trustFlags
	cmd := &cobra.Command{
		Use:   "link",
		Short: "Add another co-op in which you are a member to me show",
		Long: `Note on this machine that your key is a member's in a co-op, so that rochdale me show
shows it with your others. It is first proved from the ledger that it is: by the
validators that --genesis or --fingerprint names, or else by those who sign now.

The list lies beside your key, encrypted to it. Nothing of it goes to the ledger or to a
node: your co-ops do not learn of each other, unless who reads both registers sees that
they have the same key. Where that must not be, use another key.`,
		Example: `  rochdale me link --coop 2
  rochdale me link --coop 1 --node node.other.example:26657 \
    --genesis other-genesis.json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			given, err := trust.read()
			if err != nil {
				return err
			}
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			book, err := openLinks(s.settings, s.key)
			if err != nil {
				return err
			}
			link, err := s.prove(cmd, given)
			if err != nil {
				return err
			}
			links, replaced := book.links.With(link)
			if err := links.Save(book.path, book.secret); errors.Is(err, membership.ErrMany) {
				return withHint(fault("%w", err), "take one out: rochdale me unlink --coop N")
			} else if err != nil {
				return err
			}
			if !given.Known() {
				note(cmd, "nothing was given to trust: it is proved by the validators who sign now, whose fingerprint you can compare with others")
			}
			hint(cmd, "see where you stand in all of them with: rochdale me show")
			result := "linked"
			if replaced {
				result = "linked again"
			}
			return show(cmd, link, func(w io.Writer) {
				writeFacts(w, fact{result, fmt.Sprintf("co-op %d, %s, in which you are member %d", link.Coop, link.Name, link.Member)},
					fact{"federation", link.Chain}, fact{"node", link.Node}, fact{"proved at block", formatCount(int64(link.Height))}, fact{"validators", link.Validators})
			})
		},
	}
	trust.add(cmd)
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
	return cmd
}

// prove has the ledger prove that the session's key is the member's, to who trusts the
// validators given, or those who sign now if none are.
func (s *session) prove(cmd *cobra.Command, trust receipt.Trust) (membership.Link, error) {
	if !trust.Known() {
		last, _, err := s.client.Block(cmd.Context(), 0, receipt.Trust{})
		if err == nil {
			trust, err = receipt.TrustValidators(last.Header.ValidatorsHash.String())
		}
		if err != nil {
			return membership.Link{}, explainReceipt(s.settings.Node, err)
		}
	}
	at, err := s.client.AtProved(cmd.Context(), 0, trust)
	if err != nil {
		return membership.Link{}, explainReceipt(s.settings.Node, err)
	}
	proved := *s
	if proved.reading, err = readingOf(at, s.Coop()); err == nil {
		err = proved.findMember(cmd)
	}
	if err != nil {
		return membership.Link{}, explainReceipt(s.settings.Node, err)
	}
	return membership.Link{
		Chain: at.Chain(), Coop: uint32(s.Coop()), Name: proved.name, Member: uint64(proved.member), Node: s.settings.Node,
		Validators: fmt.Sprintf("%x", trust.Fingerprint), Height: at.Height(),
	}, nil
}

func newMeLinksCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "links",
		Short:   "List the co-ops that you have linked",
		Example: "  rochdale me links\n  rochdale me links --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, book, err := linksAtHand(cmd)
			if err != nil {
				return err
			}
			if len(book.links) == 0 {
				note(cmd, "no co-op is linked to %s", s.Key)
				hint(cmd, "link one in which you are a member: rochdale me link --coop N")
			}
			return show(cmd, append(membership.Links{}, book.links...), func(w io.Writer) {
				t := newTable("federation", "co-op", "name", "your number", "node", "proved at")
				for _, l := range book.links {
					t.row(l.Chain, l.Coop, l.Name, l.Member, shortAddress(l.Node), l.Height)
				}
				t.write(w)
			})
		},
	}
	addPassphraseFlag(cmd)
	return cmd
}

// shortAddress is a node's address as people write it.
func shortAddress(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}

// linksAtHand opens the list of the key that the settings name.
func linksAtHand(cmd *cobra.Command) (s settings, book linkBook, err error) {
	if s, err = settingsOf(cmd); err != nil {
		return s, book, err
	}
	key, err := loadKey(cmd)
	if err != nil {
		return s, book, err
	}
	book, err = openLinks(s, key)
	return s, book, err
}

func newMeUnlinkCmd() *cobra.Command {
	var chain string
	cmd := &cobra.Command{
		Use:     "unlink",
		Short:   "Take a co-op out of those that you have linked",
		Long:    `Take a co-op out of the list beside your key. In the co-op nothing changes.`,
		Example: "  rochdale me unlink --coop 2\n  rochdale me unlink --coop 1 --chain anytown-1",
		RunE: func(cmd *cobra.Command, _ []string) error {
			coop, err := cmd.Flags().GetUint32("coop")
			if err != nil {
				return err
			}
			_, book, err := linksAtHand(cmd)
			if err != nil {
				return err
			}
			meant := func(l membership.Link) bool { return l.Coop == coop && (chain == "" || l.Chain == chain) }
			left := book.links.Without(meant)
			switch len(book.links) - len(left) {
			case 0:
				return withHint(fault("co-op %d is not linked", coop), "see which are: rochdale me links")
			case 1:
			default:
				return withHint(fault("co-op %d is linked of several federations", coop), "say of which: --chain ID; see them: rochdale me links")
			}
			if err := left.Save(book.path, book.secret); err != nil {
				return err
			}
			return show(cmd, append(membership.Links{}, left...), func(w io.Writer) {
				writeFacts(w, fact{"unlinked", fmt.Sprintf("co-op %d", coop)}, fact{"still linked", len(left)})
			})
		},
	}
	cmd.Flags().StringVar(&chain, "chain", "", "chain id of the federation, if co-ops of several have that number")
	must(cmd.RegisterFlagCompletionFunc("chain", cobra.NoFileCompletions))
	addCoopFlag(cmd)
	must(cmd.MarkFlagRequired("coop"))
	addPassphraseFlag(cmd)
	return cmd
}

// linkedSessions opens every co-op that is linked, and the one that would be shown without
// links if it is another. What cannot be opened is said in failed.
func linkedSessions(cmd *cobra.Command) (all []*session, failed []error, err error) {
	set, err := settingsOf(cmd)
	if err != nil {
		return nil, nil, err
	}
	first, at, firstErr := dialSession(cmd)
	dialErr := firstErr
	var key client.Key
	if firstErr == nil {
		key, firstErr = first.key, first.begin(cmd, at)
	} else if key, err = loadKey(cmd); err != nil {
		return nil, nil, err
	}
	book, err := openLinks(set, key)
	if err != nil {
		return nil, nil, err
	}
	shown := false
	for _, l := range book.links {
		if firstErr == nil && l.Chain == first.Chain() && l.Coop == uint32(first.Coop()) {
			all, shown = append(all, first), true
			continue
		}
		s, err := openLinked(cmd, set, key, l)
		if err != nil {
			failed = append(failed, fmt.Errorf("co-op %d of %s, %s: %w", l.Coop, l.Chain, l.Name, err))
			continue
		}
		all = append(all, s)
	}
	if dialErr != nil && len(all) > 0 {
		note(cmd, "%v; the nodes of your links are asked instead", dialErr)
	}
	switch {
	case firstErr == nil && !shown:
		all = append([]*session{first}, all...)
	case firstErr != nil && len(all) == 0 && len(failed) == 0:
		return nil, nil, firstErr
	}
	return all, failed, nil
}

// openLinked opens a co-op that is linked: at the node that the settings name if it is of the
// same federation, or else at the link's.
func openLinked(cmd *cobra.Command, set settings, key client.Key, l membership.Link) (*session, error) {
	var last error
	for _, address := range []string{set.Node, l.Node} {
		c, err := client.Dial(address)
		var at state.Remote
		if err == nil {
			at, err = c.At(cmd.Context(), 0)
		}
		if err != nil {
			last = err
			continue
		}
		if at.Chain() != l.Chain {
			last = fmt.Errorf("the node at %s is of %s", address, at.Chain())
			continue
		}
		set.Node = address
		s := &session{settings: set, client: c, key: key}
		deskOf(cmd).book = nil // of the co-op before
		if err := s.enter(cmd, at, state.Coop(l.Coop)); err != nil {
			return nil, err
		}
		return s, nil
	}
	return nil, last
}
