package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

func TestReport(t *testing.T) {
	cmd := &cobra.Command{Use: "rochdale"}
	cause := errors.New("cause")
	for _, c := range []struct {
		name string
		err  error
		code int
		want string
	}{
		{"rejected", rejected("holding exceeds the share limit"), exitRejected, "rochdale: rejected: holding exceeds the share limit\n"},
		{"rejected with a hint", withHint(rejected("no"), "ask %s", "ada"), exitRejected, "rochdale: rejected: no\nrochdale: hint: ask ada\n"},
		{"fault", fault("doing x: %w", cause), exitFault, "rochdale: doing x: cause\n"},
		{"fault of a plain error", faultOf(cause), exitFault, "rochdale: cause\n"},
		{"hint of a plain error", withHint(cause, "try again"), exitFault, "rochdale: cause\nrochdale: hint: try again\n"},
		{"the inner hint stays", withHint(withHint(cause, "inner"), "outer"), exitFault, "rochdale: cause\nrochdale: hint: inner\n"},
		{"a hint further down is found", fault("outer: %w", withHint(cause, "inner")), exitFault, "rochdale: outer: cause\nrochdale: hint: inner\n"},
		{"and stays there too", withHint(fault("outer: %w", withHint(cause, "inner")), "outer"), exitFault, "rochdale: outer: cause\nrochdale: hint: inner\n"},
		{"a wrapped rejection", withHint(fmt.Errorf("motion 7: %w", rejected("closed")), "see it"), exitRejected, "rochdale: rejected: motion 7: closed\nrochdale: hint: see it\n"},
		{"usage", cause, exitFault, "rochdale: cause\nrochdale: hint: see rochdale --help\n"},
		{"lines", faultOf(errors.New("one\ntwo")), exitFault, "rochdale: one\nrochdale: two\n"},
	} {
		var out bytes.Buffer
		if code := report(&out, cmd, c.err); code != c.code || out.String() != c.want {
			t.Errorf("%s: %d, %q; want %d, %q", c.name, code, out.String(), c.code, c.want)
		}
	}
	if withHint(nil, "x") != nil || faultOf(nil) != nil {
		t.Error("no error became one")
	}
	if !errors.Is(withHint(fault("x: %w", fs.ErrNotExist), "y"), fs.ErrNotExist) {
		t.Error("the cause cannot be found in the error")
	}
	if code := report(&bytes.Buffer{}, cmd, fault("submitting: %w", rejected("no"))); code != exitFault {
		t.Error("a fault that wraps a rejection is a fault")
	}
}

// TestUsageIsToldFromFaults: only a mistake in the command line sends the user
// to the help.
func TestUsageIsToldFromFaults(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"probe", "rochdale: the disk is full\n"},
		{"probe extra", "rochdale: rochdale probe got an argument it does not take: \"extra\"\nrochdale: hint: see rochdale probe --help\n"},
		{"probe --must", "rochdale: flag needs an argument: --must\nrochdale: hint: see rochdale probe --help\n"},
	} {
		root := newRootCmd()
		probe := &cobra.Command{Use: "probe", RunE: func(*cobra.Command, []string) error { return errors.New("the disk is full") }}
		probe.Flags().String("must", "", "")
		finish(probe)
		root.AddCommand(probe)
		root.SetArgs(strings.Fields(c.args))
		cmd, err := root.ExecuteC()
		var out bytes.Buffer
		if code := report(&out, cmd, err); code != exitFault || out.String() != c.want {
			t.Errorf("%s: %d, %q; want %q", c.args, code, out.String(), c.want)
		}
	}
}

// TestRunSurvivesPanic: Go's status for a panic is ours for a rejection.
func TestRunSurvivesPanic(t *testing.T) {
	var stderr bytes.Buffer
	if code := run([]string{"version"}, nil, panickingWriter{}, &stderr); code != exitFault {
		t.Errorf("exit status %d after a panic", code)
	}
	if !strings.HasPrefix(stderr.String(), "rochdale: internal error: oh no\n") || !strings.Contains(stderr.String(), "\nrochdale: hint: ") {
		t.Errorf("standard error: %s", stderr.String())
	}
}

type panickingWriter struct{}

func (panickingWriter) Write([]byte) (int, error) { panic("oh no") }

func TestNearest(t *testing.T) {
	nouns := []string{"key", "coop", "member", "motion", "share", "period", "account", "validator"}
	for word, want := range map[string]string{
		"kye": "key", "k": "key", "memebr": "member", "shares": "share", "acount": "account", "m": "member", "mo": "motion",
		"validater": "validator", "ledger": "", "": "", "xyz": "", strings.Repeat("k", 1000): "",
	} {
		if got := nearest(word, nouns); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "bc", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := distance(c.b, c.a); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

// TestTree checks the requirements on every command, present and future ones.
func TestTree(t *testing.T) {
	root := newRootCmd()
	seen := 0
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Name() == "completion" || cmd.Name() == "help" {
			return // cobra's own words
		}
		seen++
		path := cmd.CommandPath()
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") || len(cmd.Short) > 70 {
			t.Errorf("%s: its one line %q is empty, over 70 bytes or ends in a full stop", path, cmd.Short)
		}
		if cmd.Parent() == root && cmd.GroupID == "" {
			t.Errorf("%s: it is in no group of the help", path)
		}
		if cmd != root && !strings.Contains(cmd.Example, path) {
			t.Errorf("%s: its example does not show it", path)
		}
		if cmd.Run != nil || cmd.RunE == nil {
			t.Errorf("%s: it must have RunE and not Run", path)
		}
		if line := tooWide(cmd.Long + "\n" + cmd.UsageString()); line != "" {
			t.Errorf("%s: its help has a line of more than %d characters: %s", path, pageWidth, line)
		}
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(root)
	if seen < 8 {
		t.Errorf("only %d commands were looked at", seen)
	}
}

func TestSettings(t *testing.T) {
	resolve := func(args ...string) (settings, error) {
		root := newRootCmd()
		var got settings
		var err error
		root.AddCommand(&cobra.Command{Use: "probe", Run: func(cmd *cobra.Command, _ []string) { got, err = settingsOf(cmd) }})
		root.SetArgs(append([]string{"probe"}, args...))
		if e := root.ExecuteContext(context.Background()); e != nil {
			t.Fatal(e)
		}
		return got, err
	}
	for _, env := range []string{envHome, envNode, envKey} {
		t.Setenv(env, "")
	}
	t.Setenv("HOME", "/home/ada")
	want := settings{Home: "/home/ada/.rochdale", Node: defaultNode, Key: "/home/ada/.rochdale/keys/default.key"}
	if got, err := resolve(); err != nil || got != want {
		t.Errorf("defaults: %+v, %v", got, err)
	}
	t.Setenv(envHome, "/env")
	t.Setenv(envNode, "http://env")
	t.Setenv(envKey, "bert")
	want = settings{Home: "/env", Node: "http://env", Key: "/env/keys/bert.key"}
	if got, err := resolve(); err != nil || got != want {
		t.Errorf("environment: %+v, %v", got, err)
	}
	want = settings{Home: "/flag", Node: "http://flag", Key: "./carol.key", JSON: true}
	if got, err := resolve("--home", "/flag", "--node", "http://flag", "--key", "./carol.key", "--json"); err != nil || got != want {
		t.Errorf("flags: %+v, %v", got, err)
	}
	home := t.TempDir() // of a node that listens elsewhere
	if err := os.MkdirAll(filepath.Dir(node.ConfigFile(home)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(node.ConfigFile(home), []byte("[rpc]\naddress = \"127.0.0.1:4\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(envHome, home)
	for _, c := range []struct{ env, want string }{{"", "127.0.0.1:4"}, {"http://env", "http://env"}} {
		t.Setenv(envNode, c.env)
		if got, err := resolve(); err != nil || got.Node != c.want {
			t.Errorf("the home of a node and %s=%q: %q, %v, want %q", envNode, c.env, got.Node, err, c.want)
		}
	}
	if _, err := resolve("--key", "..sneaky"); err == nil {
		t.Error("a name that starts with a point was taken")
	}
	t.Setenv(envHome, "")
	t.Setenv("HOME", "")
	if _, err := resolve(); err == nil {
		t.Error("no home directory, and no error")
	}
}

// TestInterruptedKeepsTheNextStep stops a command that has sent a transaction:
// the user learns how to find out what became of it.
func TestInterruptedKeepsTheNextStep(t *testing.T) {
	d := delivery{node: "here", home: t.TempDir()}
	if err := d.keep("AB12", []byte("signed")); err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	if code := report(&errs, newRootCmd(), interrupted(d.unsent("AB12", fmt.Errorf("waiting: %w", context.Canceled)))); code != exitFault {
		t.Errorf("status %d", code)
	}
	want := "rochdale: interrupted\n" +
		"rochdale: hint: see what became of it: rochdale tx wait AB12; if no block holds it, it is kept: rochdale tx send AB12\n"
	if errs.String() != want {
		t.Errorf("it said\n%swant\n%s", errs.String(), want)
	}
	if raw, err := d.kept("AB12"); err != nil || string(raw) != "signed" {
		t.Errorf("kept: %q, %v", raw, err)
	}
	errs.Reset()
	report(&errs, newRootCmd(), interrupted(d.unsent("CD34", context.Canceled)))
	if want := "rochdale: interrupted\nrochdale: hint: see what became of it: rochdale tx wait CD34\n"; errs.String() != want {
		t.Errorf("of another's transaction, it said\n%s", errs.String())
	}
	errs.Reset()
	report(&errs, newRootCmd(), d.unsent("CD34", client.ErrUnreachable))
	if strings.Contains(errs.String(), "kept") {
		t.Errorf("of another's transaction, it said\n%s", errs.String())
	}
	errs.Reset()
	report(&errs, newRootCmd(), interrupted(context.Canceled))
	if errs.String() != "rochdale: interrupted\n" {
		t.Errorf("before anything was signed, it said\n%s", errs.String())
	}
}

// A hint carries the flags that say where, if the command takes them, and not into the prose
// around it nor for somebody else.
func TestCarry(t *testing.T) {
	cmd, _, err := newRootCmd().Find([]string{"member", "admit"})
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.ParseFlags([]string{"--home", "my home", "--key", "ada", "--coop", "2"}); err != nil {
		t.Fatal(err)
	}
	const all, seen = " --home 'my home' --key ada --coop 2", " --home 'my home' --coop 2"
	for _, c := range [][2]string{
		{"see it with: rochdale member show 4", "see it with: rochdale member show 4" + seen},
		{"cast: rochdale motion cast 4 yes; or wait", "cast: rochdale motion cast 4 yes" + all + "; or wait"},
		{"it has rochdale share call 5,00 --due 2026-01-01, and more", "it has rochdale share call 5,00 --due 2026-01-01" + all + ", and more"},
		{"compare what rochdale federation fingerprint prints", "compare what rochdale federation fingerprint --home 'my home' prints"},
		{"send it with rochdale motion cast 4 no --key bert", "send it with rochdale motion cast 4 no --key bert" + seen},
		{"at node.example:26657 (rochdale node status)", "at node.example:26657 (rochdale node status --home 'my home')"},
		{"the secretary runs: rochdale member admit 6", "the secretary runs: rochdale member admit 6"},
		{"another member of the circle confirms it: rochdale circle confirm 1 1", "another member of the circle confirms it: rochdale circle confirm 1 1"},
		{"see rochdale member admit --help", "see rochdale member admit --help"},
		{"rochdale is a program; rochdale member; see rochdale version", "rochdale is a program; rochdale member; see rochdale version --home 'my home'"},
		{"a text", "a text"}, {"", ""},
	} {
		if got := carry(cmd, c[0]); got != c[1] {
			t.Errorf("%q became\n%q, want\n%q", c[0], got, c[1])
		}
	}
}

// A hint names the number that its command needs.
func TestNumbered(t *testing.T) {
	about := act{subject: "member show 7"}
	for _, c := range []struct {
		a                   act
		hint, refusal, want string
	}{
		{about, "see how far it is: rochdale member show; end it first with: rochdale member drop", "proceeding 3 is open",
			"see how far it is: rochdale member show 7; end it first with: rochdale member drop 7"},
		{act{}, "see where the member stands: rochdale member show", "standing: member 12 is left", "see where the member stands: rochdale member show 12"},
		{about, "see where the member stands: rochdale member show", "member 11 is candidate", "see where the member stands: rochdale member show 11"},
		{act{}, "see it: rochdale member show", "no", "see it: rochdale member show MEMBER"},
		{act{}, "first: rochdale share confirm-payment", "subscription 5 is not paid", "first: rochdale share confirm-payment 5"},
		{act{}, "go on with: rochdale share issue", "subscription is paid already: number 5", "go on with: rochdale share issue 5"},
		{act{}, "see the rules of the class: rochdale share rules CLASS", "shares of that class are not paid back: class 2", "see the rules of the class: rochdale share rules 2"},
		{act{}, "see the rules of the class: rochdale share rules CLASS", "no", "see the rules of the class: rochdale share rules CLASS"},
		{about, "see rochdale member show 4", "member 3", "see rochdale member show 4"},
		// What else a command needs is named; what can be left out is not.
		{about, "revoke one first: rochdale key revoke; see them: rochdale me show", "no", "revoke one first: rochdale key revoke NUMBER; see them: rochdale me show"},
		{about, "dismiss one first: rochdale member dismiss", "member 3", "dismiss one first: rochdale member dismiss MEMBER OFFICE"},
		{act{}, "give it another key: rochdale member rekey PUBLIC-KEY MEMBER", "member 3 has one", "give it another key: rochdale member rekey PUBLIC-KEY 3"},
		{act{}, "see it: rochdale motion show; or cast: rochdale motion cast", "motion 6 is open", "see it: rochdale motion show 6; or cast: rochdale motion cast MOTION yes|no|abstain"},
		{act{subject: "motion show 4"}, "see it: rochdale motion show", "closed", "see it: rochdale motion show 4"},
		{act{subject: "motion show 4"}, "see it: rochdale member show", "closed", "see it: rochdale member show MEMBER"},
		{act{}, "have one given: rochdale circle fund --propose KIND", "circle 2", "have one given: rochdale circle fund 2 AMOUNT --propose KIND"},
		{act{}, "see what is owed: rochdale dues show, then pay", "member 5 of co-op 1", "see what is owed: rochdale dues show 5, then pay"},
	} {
		if got := c.a.numbered(c.hint, c.refusal); got != c.want {
			t.Errorf("%q of %q became\n%q, want\n%q", c.hint, c.refusal, got, c.want)
		}
	}
}

// After what takes effect later the next step says when, and what makes it void.
func TestAfterwards(t *testing.T) {
	s := &session{member: 1}
	waits := tx.Encode(member.Awaited{Day: 20816})
	for _, c := range []struct{ got, want string }{
		{s.afterRekey(1, nil), "sign with the new key from now on: --key NAME"},
		{s.afterRekey(3, waits), "member 3 signs with the new key from 2026-12-29 on; anything that one of its keys signs before makes it void, so tell the member: rochdale member show 3"},
		{s.afterRekey(3, nil), "member 3 signs with the new key from now on: rochdale member show 3"},
		{afterEnd(7, tx.Encode(uint64(20816))), "it takes effect on 2026-12-29, and not if the member signs anything before: rochdale member show 7"},
		{afterEnd(7, nil), "then record who receives what it had: rochdale member transmit 7 HEIR"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
