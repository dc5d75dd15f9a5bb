package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/names"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A co-op's private directory lies in HOME/names, encrypted to a secret of the key that
// made it. While it is at hand, which is when the key is open, commands take names for
// numbers of members and show them beside these.

// namesPurpose is what the secret of a key is for that opens a directory.
const namesPurpose = "names"

func namesDir(s settings) string { return filepath.Join(s.Home, "names") }

// A desk is what one command has open of a directory.
type desk struct {
	book   *names.Book
	path   string
	secret string
}

type deskKey struct{}

// withDesk gives a command a desk on which a directory can be laid.
func withDesk(cmd *cobra.Command) {
	if cmd.Context().Value(deskKey{}) == nil {
		cmd.SetContext(context.WithValue(cmd.Context(), deskKey{}, &desk{}))
	}
}

func deskOf(cmd *cobra.Command) *desk {
	if cmd.Context() == nil {
		return &desk{}
	}
	if d, ok := cmd.Context().Value(deskKey{}).(*desk); ok {
		return d
	}
	return &desk{}
}

// bookOf is the directory that a command has at hand; nil if none.
func bookOf(cmd *cobra.Command) *names.Book { return deskOf(cmd).book }

// lay opens the directory of a co-op with a key and lays it on the command's desk. Where
// there is none, or it is another key's, there is none at hand.
func lay(cmd *cobra.Command, s settings, key client.Key, chain string, coop state.Coop) {
	d := deskOf(cmd)
	if d.book != nil {
		if d.book.Chain != chain || d.book.Coop != uint32(coop) {
			d.book = nil // of another co-op than what is shown
		}
		return
	}
	path := names.Path(namesDir(s), chain, uint32(coop))
	secret, err := key.Secret(namesPurpose)
	if err != nil {
		return
	}
	book, err := names.Load(path, secret)
	switch {
	case err == nil:
		d.book, d.path, d.secret = book, path, secret
	case !errors.Is(err, names.ErrMissing) && !errors.Is(err, names.ErrSecret):
		note(cmd, "warning: %v; numbers stand for names", err)
	}
}

// layUnlocked is lay if the key that the settings name is unlocked, or the environment has
// its passphrase: a command that only reads asks for none. Results for programs have
// numbers only, so no key is opened for them.
func layUnlocked(cmd *cobra.Command, chain string, coop state.Coop) {
	s, err := settingsOf(cmd)
	if err != nil || s.JSON {
		return
	}
	if _, err := os.Stat(names.Path(namesDir(s), chain, uint32(coop))); err != nil {
		return
	}
	if key, open := unlocked(cmd, s.Key); open {
		lay(cmd, s, key, chain, coop)
		return
	}
	passphrase := os.Getenv(envPassphrase)
	if passphrase == "" {
		return
	}
	switch key, err := client.LoadKey(s.Key, passphrase); {
	case err == nil:
		lay(cmd, s, key, chain, coop)
	case !errors.Is(err, client.ErrKeyMissing):
		note(cmd, "warning: %v; numbers stand for names", err)
	}
}

// openNames opens the directory that a command is about, asking for the passphrase: that of
// --coop, or the only one there is.
func openNames(cmd *cobra.Command) (*desk, error) {
	d := deskOf(cmd)
	if d.book != nil {
		return d, nil
	}
	s, err := settingsOf(cmd)
	if err != nil {
		return nil, err
	}
	found, err := names.Found(namesDir(s))
	if err != nil {
		return nil, err
	}
	wanted, err := coopNamed(cmd)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, path := range found {
		_, coop, err := names.OfPath(path)
		if err == nil && (wanted == 0 || coop == uint32(wanted)) {
			paths = append(paths, path)
		}
	}
	switch {
	case len(paths) == 0:
		return nil, withHint(fault("there is no directory of names in %s", namesDir(s)), "make one from a table: rochdale names import people.csv")
	case len(paths) > 1:
		return nil, withHint(fault("there are %d directories of names in %s", len(paths), namesDir(s)), "say which co-op: --coop N")
	}
	key, err := loadKey(cmd)
	if errors.Is(err, client.ErrKeyMissing) {
		return nil, &exitError{code: exitFault, err: fmt.Errorf("it opens with the key that made it: %w", err), hint: "name the key that made the directory: --key NAME"}
	}
	if err != nil {
		return nil, err
	}
	secret, err := key.Secret(namesPurpose)
	if err != nil {
		return nil, err
	}
	book, err := names.Load(paths[0], secret)
	if errors.Is(err, names.ErrSecret) {
		return nil, withHint(fault("%w", err), "name the key that made it: --key")
	}
	if err != nil {
		return nil, withHint(fault("%w", err), "take it from a backup: rochdale names restore FILE")
	}
	d.book, d.path, d.secret = book, paths[0], secret
	return d, nil
}

// memberArg says that an argument is the number of a member, by what its command calls it.
var memberArg = regexp.MustCompile(`^\[?(MEMBER|MEMBER\|PUBLIC-KEY)\]?$`)

// withNumbers are the arguments of a command with the numbers of members in the places of
// their names.
func withNumbers(cmd *cobra.Command, args []string) ([]string, error) {
	called := strings.Fields(cmd.Use)[1:]
	out := args
	for i, arg := range args {
		if i >= len(called) || !memberArg.MatchString(called[i]) || !isName(arg) {
			continue
		}
		m, err := memberNamed(cmd, arg)
		if err != nil {
			return nil, err
		}
		if &out[0] == &args[0] {
			out = append([]string(nil), args...)
		}
		out[i] = strconv.FormatUint(m, 10)
	}
	return out, nil
}

// isName says whether someone may be called so: no number and no key is a name.
func isName(text string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool { return r >= '0' && r <= '9' }) < 0
}

// byNumber is what helps where a name was given and the directory cannot be read, for the
// reason of err.
func byNumber(err error) string {
	const number = "give the member's number: rochdale member list"
	if next := hintOf(err); next != "" {
		return number + "; or, for names, " + next
	}
	return number
}

// memberNamed is the number of the member whom the directory calls so.
func memberNamed(cmd *cobra.Command, name string) (uint64, error) {
	d, err := openNames(cmd)
	if err != nil {
		return 0, &exitError{code: exitFault, err: fmt.Errorf("%q is no number of a member, and for a name the directory is needed: %w", name, err), hint: byNumber(err)}
	}
	m, err := d.book.Lookup(name)
	if err != nil {
		return 0, withHint(fault("%w", err), "see who is in the directory: rochdale names list")
	}
	return m, nil
}

// A memberFlag is a flag that takes the number of a member or, where the directory is at
// hand, the name.
type memberFlag struct{ text string }

func (f *memberFlag) String() string     { return f.text }
func (f *memberFlag) Type() string       { return "member" }
func (f *memberFlag) Set(s string) error { f.text = s; return nil }

// addMemberFlag declares a flag for a member: its number or name.
func addMemberFlag(cmd *cobra.Command, f *memberFlag, name, about string) {
	cmd.Flags().Var(f, name, about)
	must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
}

// member is whom the flag names; otherwise if it was not given.
func (f *memberFlag) member(cmd *cobra.Command, otherwise state.Member) (state.Member, error) {
	switch {
	case f.text == "":
		return otherwise, nil
	case isName(f.text):
		m, err := memberNamed(cmd, f.text)
		return state.Member(m), err
	}
	return parseMember(f.text)
}

// memberWord is a member as text of the ledger names it, with the co-op if it is another's.
var memberWord = regexp.MustCompile(`\b[Mm]ember (\d+)\b(?: of co-op (\d+))?`)

// withNames is text with the names of members behind their numbers, where they are not yet.
func withNames(book *names.Book, text string) string {
	if book == nil {
		return text
	}
	var out strings.Builder
	at := 0
	for _, found := range memberWord.FindAllStringSubmatchIndex(text, -1) {
		m, err := strconv.ParseUint(text[found[2]:found[3]], 10, 64)
		if err != nil || found[4] >= 0 && text[found[4]:found[5]] != strconv.FormatUint(uint64(book.Coop), 10) {
			continue
		}
		name := " (" + words.Plain(book.Name(m)) + ")"
		if name == " ()" || strings.HasPrefix(text[found[3]:], name) {
			continue
		}
		out.WriteString(text[at:found[3]] + name)
		at = found[3]
	}
	return out.String() + text[at:]
}
