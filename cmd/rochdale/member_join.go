package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// joinInfo is the result of taking up an invitation.
type joinInfo struct {
	Result    string       `json:"result"`
	Chain     string       `json:"chain"`
	Coop      state.Coop   `json:"coop"`
	Name      string       `json:"coop_name"`
	Member    state.Member `json:"member"`
	PublicKey string       `json:"public_key"`
	Path      string       `json:"path"`
}

func newMemberJoinCmd() *cobra.Command {
	flags := keyFlags{}
	cmd := &cobra.Command{
		Use:   "join CODE [KEY]",
		Short: "Make your key by the code that your co-op gave you",
		Long: `Make your own key by the invitation code that your co-op gave you, in one step: a key
in a new file, encrypted under a passphrase, and its recovery words, shown once; then the
register has your key in the place of the invitation. The code is of no use afterwards.

If it stops half-way, run it again with the same KEY.`,
		Example: "  rochdale member join 7KQ2-9D4M-ZX0P-PY ada --node https://coop.example:26657",
		Args:    wantArgs("CODE", "[KEY]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			code, err := client.ParseCode(args[0])
			if err != nil {
				return withHint(fault("%w", err), "type it as it was given to you; it has %d letters and digits", 14)
			}
			c, err := dial(cmd)
			if err != nil {
				return err
			}
			return flags.join(cmd, c, code, args[1:])
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().StringVar(&flags.label, "label", "", "your own name for the key; stays in the file")
	flags.addType(cmd)
	flags.addWork(cmd)
	addWaitFlags(cmd)
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
	return cmd
}

// join takes up an invitation with a new key, or with one that an earlier try has made.
func (f *keyFlags) join(cmd *cobra.Command, c *client.Client, code client.Code, args []string) error {
	set, err := settingsOf(cmd)
	if err != nil {
		return err
	}
	at, err := c.At(cmd.Context(), 0)
	if err != nil {
		return explainAsk(set.Node, err)
	}
	coop, err := coopWanted(cmd, at)
	if err != nil {
		return explainRead(err)
	}
	r, err := readingOf(at, coop)
	if err != nil {
		return explainRead(err)
	}
	invitation := code.Key(at.Chain(), uint32(coop))
	m, err := member.ByKey(r, invitation.Public())
	if err != nil {
		return explainRead(err)
	}
	if m == 0 {
		return withHint(fault("the code is of no invitation of co-op %d, %s", coop, r.name), "check --coop and --node; ask your secretary whether the motion that enters you is carried")
	}
	rec, err := member.Find(r, m)
	if err != nil {
		return explainRead(err)
	}
	path, err := keyTarget(cmd, args)
	if err != nil {
		return err
	}
	f.chain, f.coop, f.member = at.Chain(), uint32(coop), uint64(m)
	key, made, err := f.joining(cmd, args, path, func() error { return usableCode(r, m, rec, invitation.Public().Equal(rec.Key)) })
	if err != nil {
		return err
	}
	info := joinInfo{resultDone, at.Chain(), coop, r.name, m, key.String(), path}
	signing := key.Signing()
	if !rec.Key.Equal(signing.Public()) {
		if err := usableCode(r, m, rec, invitation.Public().Equal(rec.Key)); err != nil {
			return err
		}
		signer := &client.Signer{Chain: at.Chain(), Coop: coop, Member: m, Key: invitation}
		raw, err := signer.Sign(cmd.Context(), c, member.KindRekey, member.Rekey{
			Member: m, Key: signing.Public(), Possession: signing.Possession(at.Chain(), uint32(coop)),
		})
		if err != nil {
			return explainAsk(set.Node, err)
		}
		d := delivery{client: c, node: set.Node, home: set.Home}
		if _, err := d.deliver(cmd, raw); err != nil {
			return err
		}
	}
	if made {
		named := ""
		if len(args) > 0 {
			named = " --key " + quoteArg(args[0])
		}
		hint(cmd, "write the words down now; see where you stand with: rochdale me show%s", named)
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w, fact{info.Result, fmt.Sprintf("you are member %d of co-op %d, %s", m, coop, r.name)},
			fact{"public key", info.PublicKey}, fact{"federation", info.Chain}, fact{"file", info.Path})
	})
}

// joining is the key to join with: a new one if usable finds nothing against it, or that of
// the file that is there, if it is of the same member.
func (f *keyFlags) joining(cmd *cobra.Command, args []string, path string, usable func() error) (key client.Key, made bool, err error) {
	if _, err := os.Lstat(path); err == nil {
		key, err := openKeyFile(cmd, path)
		if err == nil && (key.ChainID != f.chain || key.Coop != f.coop || key.Member != f.member) {
			err = withHint(fault("%s has another key, which is not member %d's of co-op %d", path, f.member, f.coop), "name a new one: rochdale member join CODE KEY")
		}
		return key, false, err
	} else if !errors.Is(err, os.ErrNotExist) {
		return key, false, explainKey(err)
	}
	if err := usable(); err != nil {
		return key, false, err
	}
	if _, key, err = f.saveNew(cmd, args, func() (client.Key, error) { return client.NewKey(rand.Reader) }); err == nil {
		printWords(cmd, key)
	}
	return key, true, err
}

// usableCode refuses a code that was used, replaced by a newer one, or has ended. mine says
// whether the register has it now.
func usableCode(r *reading, m state.Member, rec member.Record, mine bool) error {
	switch {
	case !rec.Unclaimed():
		return withHint(rejected("the code has been used: member %d has a key of its own", m),
			"if it was not you who used it, tell your co-op at once: all members can give you another key")
	case !mine:
		return withHint(rejected("member %d has been given a newer code, and this one is void", m), "use the newest that you were given")
	case rec.Invited < state.DayOf(r.Time()):
		return withHint(rejected("the code could be used until %s", dayStamp(rec.Invited).day()), "ask your secretary for another, made by: rochdale member invite %d", m)
	}
	return nil
}
