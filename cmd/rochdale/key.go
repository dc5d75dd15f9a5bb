package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
)

func newKeyCmd() *cobra.Command {
	return newNoun("key", groupMembers, "Make, show and recover the key you sign with",
		`  rochdale key new ada --label "Ada, laptop"
  rochdale key show ada
  rochdale key recover ada`,
		newKeyNewCmd(), newKeyShowCmd(), newKeyListCmd(), newKeyProveCmd(), newKeyAddCmd(), newKeyNarrowCmd(), newKeyRevokeCmd(), newKeyEntrustCmd(), newKeyVouchCmd(), newKeyRecoverCmd(), newKeyChangePassphraseCmd(),
		newKeyUnlockCmd(), newKeyLockCmd(), newKeyHoldCmd())
}

// keyInfo is a key as results show it: all but the seed.
type keyInfo struct {
	Path      string `json:"path"`
	Algorithm string `json:"algorithm"`
	PublicKey string `json:"public_key"` // rochdale1…
	Label     string `json:"label"`
	ChainID   string `json:"chain_id"`
	Coop      uint32 `json:"coop"`
	Member    uint64 `json:"member"`
	CreatedBy string `json:"created_by"`
}

// showKey prints the result of every verb that ends with one key.
func showKey(cmd *cobra.Command, path string, k client.Key) error {
	info := keyInfo{
		Path: path, Algorithm: k.Algorithm(), PublicKey: k.Signing().Public().String(),
		Label: k.Label, ChainID: k.ChainID, Coop: k.Coop, Member: k.Member, CreatedBy: k.CreatedBy,
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w,
			fact{"public key", info.PublicKey},
			fact{"type", info.Algorithm},
			fact{"label", info.Label},
			fact{"federation", info.ChainID},
			fact{"co-op", numberOrNone(uint64(info.Coop))},
			fact{"member", numberOrNone(info.Member)},
			fact{"file", info.Path},
			fact{"made by", info.CreatedBy},
		)
	})
}

// numberOrNone leaves out a number that is not known yet.
func numberOrNone(n uint64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// keyFlags are the flags of the verbs that write a key file.
type keyFlags struct {
	label, chain string
	algorithm    string
	coop         uint32
	member       uint64
	work         int
}

func (f *keyFlags) addNotes(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.label, "label", "", "your own name for the key; stays in the file")
	cmd.Flags().StringVar(&f.chain, "chain", "", "chain id of the federation it is for")
	cmd.Flags().Uint32Var(&f.coop, "coop", 0, "number of your co-op")
	cmd.Flags().Uint64Var(&f.member, "member", 0, "your member number")
}

func (f *keyFlags) addType(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.algorithm, "type", client.Ed25519, "sort of key: "+client.Ed25519+" or "+client.P256)
	must(cmd.RegisterFlagCompletionFunc("type", cobra.FixedCompletions([]string{client.Ed25519, client.P256}, cobra.ShellCompDirectiveNoFileComp)))
}

func (f *keyFlags) addWork(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.work, "work-factor", client.DefaultWork,
		fmt.Sprintf("cost of each guess at the passphrase as a power of two, %d to %d", client.MinWork, client.MaxWork))
}

// checkWork refuses a work factor before anybody has to type a passphrase.
func (f *keyFlags) checkWork() error {
	if f.work < client.MinWork || f.work > client.MaxWork {
		return withHint(fault("--work-factor %d: %w", f.work, client.ErrWork),
			"leave it out: %d is right for a key that matters", client.DefaultWork)
	}
	return nil
}

// keyTarget is the path of the key a verb means: its argument, which is the
// same as --key, or the settings.
func keyTarget(cmd *cobra.Command, args []string) (string, error) {
	s, err := settingsOf(cmd)
	if err != nil || len(args) == 0 {
		return s.Key, err
	}
	if cmd.Flags().Changed("key") {
		return "", withHint(fault("the key is named twice, as %q and with --key", args[0]), "leave --key out")
	}
	if strings.TrimSpace(args[0]) == "" {
		return "", withHint(fault("the key has no name"), "give it one, such as your own")
	}
	return keyPath(s.Home, args[0])
}

// completeKeyArg completes the one argument of a verb with the names of keys.
func completeKeyArg(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completeKey(cmd, args, word)
}

func newKeyNewCmd() *cobra.Command {
	var flags keyFlags
	cmd := &cobra.Command{
		Use:   "new [KEY]",
		Short: "Make a key, and show its recovery words once",
		Long: `Make a key in a new file, encrypted under a passphrase.

The 24 recovery words go to standard error. They are the key: whoever has them
can sign as you, and without them a lost file or passphrase is lost for good.
Write them on paper.`,
		Example: `  rochdale key new ada --label "Ada, laptop"
  rochdale key new ./ada.key --passphrase-file pass.txt --json`,
		Args: wantArgs("[KEY]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, key, err := flags.saveNew(cmd, args, func() (client.Key, error) {
				return client.NewKey(rand.Reader)
			})
			if err != nil {
				return err
			}
			printWords(cmd, key)
			hint(cmd, "write the words down now, then give your secretary the public key")
			return showKey(cmd, path, key)
		},
		ValidArgsFunction: completeKeyArg,
	}
	flags.addNotes(cmd)
	flags.addType(cmd)
	flags.addWork(cmd)
	addPassphraseFlag(cmd)
	return cmd
}

// saveNew writes the key that source gives to a new file. What can be refused
// is refused before anything is asked at the terminal.
func (f *keyFlags) saveNew(cmd *cobra.Command, args []string, source func() (client.Key, error)) (string, client.Key, error) {
	var none client.Key
	path, err := keyTarget(cmd, args)
	if err != nil {
		return "", none, err
	}
	if err := f.checkWork(); err != nil {
		return "", none, err
	}
	if _, err := os.Lstat(path); err == nil {
		return "", none, explainKey(fmt.Errorf("writing key file %s: %w", path, client.ErrKeyExists))
	}
	if err := checkWord("--type", f.algorithm, []string{client.Ed25519, client.P256}); err != nil {
		return "", none, err
	}
	key, err := source()
	if err == nil {
		key, err = key.As(f.algorithm)
	}
	if err != nil {
		return "", none, err
	}
	key.Label, key.ChainID, key.Coop, key.Member = f.label, f.chain, f.coop, f.member
	key.CreatedBy = clip(programVersion().Version, client.MaxCreatedBy)
	if err := key.Check(); err != nil {
		return "", none, explainKey(err)
	}
	passphrase, err := passphraseSource.readNew(cmd)
	if err != nil {
		return "", none, err
	}
	if err := client.SaveKey(path, passphrase, key, f.work); err != nil {
		return "", none, explainKey(err)
	}
	return path, key, nil
}

// clip cuts ASCII text to at most n bytes.
func clip(text string, n int) string { return text[:min(len(text), n)] }

// printWords shows the recovery words on standard error, numbered in columns.
func printWords(cmd *cobra.Command, key client.Key) {
	note(cmd, "recovery words: whoever has them can sign as you; keep them on paper, never in a file or a picture")
	words := strings.Fields(key.Words())
	const columns = 4
	rows := len(words) / columns
	for r := range rows {
		var line strings.Builder
		for c := range columns {
			n := c*rows + r
			fmt.Fprintf(&line, "  %2d. %-9s", n+1, words[n])
		}
		note(cmd, "%s", strings.TrimRight(line.String(), " "))
	}
}

func newKeyShowCmd() *cobra.Command {
	var words bool
	cmd := &cobra.Command{
		Use:     "show [KEY]",
		Short:   "Show a key's public half and notes",
		Example: "  rochdale key show ada\n  rochdale key show ada --words",
		Args:    wantArgs("[KEY]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := keyTarget(cmd, args)
			if err != nil {
				return err
			}
			key, open := unlocked(cmd, path)
			if !open || words { // whoever sees the words has the key for ever
				if key, err = openKeyFile(cmd, path); err != nil {
					return err
				}
			}
			if words {
				printWords(cmd, key)
			}
			return showKey(cmd, path, key)
		},
		ValidArgsFunction: completeKeyArg,
	}
	cmd.Flags().BoolVar(&words, "words", false, "show the recovery words too, on standard error")
	addPassphraseFlag(cmd)
	return cmd
}

// loadKey opens the key that the settings name, for a command that signs with
// it: unlocked or with its passphrase. Such a command declares addPassphraseFlag.
func loadKey(cmd *cobra.Command) (client.Key, error) {
	s, err := settingsOf(cmd)
	if err != nil {
		return client.Key{}, err
	}
	if key, open := unlocked(cmd, s.Key); open {
		return key, nil
	}
	return openKeyFile(cmd, s.Key)
}

// openKeyNamed opens the key that a verb means and gives its path.
func openKeyNamed(cmd *cobra.Command, args []string) (string, client.Key, error) {
	path, err := keyTarget(cmd, args)
	if err != nil {
		return "", client.Key{}, err
	}
	key, err := openKeyFile(cmd, path)
	return path, key, err
}

// openKeyFile looks at the file before it asks for the passphrase, so that
// nobody types one for a file that is not there.
func openKeyFile(cmd *cobra.Command, path string) (client.Key, error) {
	mode, err := client.InspectKeyFile(path)
	if err != nil {
		return client.Key{}, explainKey(err)
	}
	if client.Exposed(mode) {
		note(cmd, "warning: others on this machine can read or change %s (mode %04o)", path, mode)
		hint(cmd, "chmod 600 %s", path)
	}
	passphrase, err := passphraseSource.read(cmd)
	if err != nil {
		return client.Key{}, err
	}
	key, err := client.LoadKey(path, passphrase)
	return key, explainKey(err)
}

// explainKey adds the next step to what went wrong with a key file. What is none
// of our own errors came from the file system.
func explainKey(err error) error {
	switch {
	case errors.Is(err, client.ErrKeyMissing):
		return withHint(err, "see your keys with: rochdale key list; make one with: rochdale key new")
	case errors.Is(err, client.ErrKeyExists):
		return withHint(err, "choose another name, or look at it with: rochdale key show")
	case errors.Is(err, client.ErrPassphrase):
		return withHint(err, "try again; if it is forgotten, your recovery words make a new file: rochdale key recover")
	case errors.Is(err, client.ErrKeyDamaged):
		return withHint(err, "restore the file from a copy, or make it again from your recovery words: rochdale key recover")
	case errors.Is(err, client.ErrKeyVersion):
		return withHint(err, "install the newer rochdale; this one is %s", programVersion().Version)
	case errors.Is(err, client.ErrKeyNotes):
		return withHint(err, "give a shorter, printable --label or --chain")
	}
	return withHint(err, "check the path and its permissions, or name another with --key")
}

// keyEntry is one line of rochdale key list.
type keyEntry struct {
	Name    string `json:"name"`
	Path    string `json:"path"`
	Default bool   `json:"default"`
	Problem string `json:"problem"`
}

// maxKeys bounds the key files that key list looks into.
const maxKeys = 1000

func newKeyListCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the key files in your home directory",
		Example: "  rochdale key list --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settingsOf(cmd)
			if err != nil {
				return err
			}
			entries, err := listKeys(s)
			if err != nil {
				return err
			}
			if len(entries) == 0 {
				note(cmd, "there are no keys in %s", keyDir(s.Home))
				hint(cmd, "rochdale key new")
			}
			return show(cmd, entries, func(w io.Writer) {
				t := newTable("key", "default", "state")
				for _, e := range entries {
					used, state := "", e.Problem
					if e.Default {
						used = "yes"
					}
					if state == "" {
						state = "encrypted"
					}
					t.row(e.Name, used, state)
				}
				t.write(w)
				if len(entries) > 0 {
					fmt.Fprintf(w, "\nThey are the files KEY%s in %s.\n", keyExt, keyDir(s.Home))
				}
			})
		},
	}
}

// listKeys looks at the key files in the home directory, in order of name. A
// directory that is not there has none.
func listKeys(s settings) ([]keyEntry, error) {
	dir := keyDir(s.Home)
	files, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return []keyEntry{}, nil
	} else if err != nil {
		return nil, fmt.Errorf("listing keys: %w", err)
	}
	entries := []keyEntry{}
	for _, f := range files {
		name, isKey := strings.CutSuffix(f.Name(), keyExt)
		if !isKey || name == "" {
			continue
		}
		if len(entries) == maxKeys {
			return nil, withHint(fault("listing keys: %s has more than %d", dir, maxKeys), "move some elsewhere and use them by path: --key FILE")
		}
		e := keyEntry{Name: name, Path: filepath.Join(dir, f.Name())}
		e.Default = e.Path == s.Key
		mode, err := client.InspectKeyFile(e.Path)
		switch {
		case errors.Is(err, client.ErrKeyDamaged):
			e.Problem = "not a key file"
		case err != nil:
			e.Problem = "cannot be read"
		case client.Exposed(mode):
			e.Problem = fmt.Sprintf("encrypted, but open to others (mode %04o)", mode)
		}
		entries = append(entries, e)
	}
	return entries, nil
}
