package live

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/cmd/rochdale/script"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// TestGuide runs the commands of docs/guide.md as a newcomer would, against the
// federation that its first command starts; TestSecretary those of docs/secretary.md.
func TestGuide(t *testing.T) { follow(t, "guide.md", 50) }

func TestSecretary(t *testing.T) { follow(t, "secretary.md", 45) }

// TestMoving founds a federation with the register of docs/moving.md, in which a member makes
// a key and signs.
func TestMoving(t *testing.T) { follow(t, "moving.md", 16) }

// follow runs the commands of a page, of which there are at least so many.
func follow(t *testing.T, page string, least int) {
	t.Parallel()
	program(t, "it starts four validators")
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	commands := guideScript(string(text))
	if n := strings.Count(commands, "\nexec rochdale "); n < least {
		t.Fatalf("%s has only %d commands", page, n)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "guide.txtar"), []byte(commands), 0o600); err != nil {
		t.Fatal(err)
	}
	addresses := freeAddresses(t, 2)
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv(envAnswer, "1") // the reader is asked, and says so
			env.Setenv("RPC", addresses[0])
			env.Setenv("P2P", addresses[1])
			env.Setenv("ROCHDALE_PASSPHRASE", "what the reader types")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready": cmdReady, "given": cmdGiven, "codeof": script.CodeOf, "begun": cmdBegun, "fill": cmdFill,
		},
	})
}

// fence opens a block of the guide: "```console", or "```csv FILE" for a file
// that a command reads.
var fence = regexp.MustCompile("^```(\\w+)(?: (\\S+))?$")

// guideScript turns the guide into a test script: its commands in their order,
// what is expected after some in comments that readers do not see, its files.
func guideScript(guide string) string {
	var script, files strings.Builder
	var kind string // of the block that is open
	for line := range strings.Lines(guide) {
		line = strings.TrimSuffix(line, "\n")
		switch m := fence.FindStringSubmatch(line); {
		case line == "```":
			kind = ""
		case m != nil && kind == "":
			kind = m[1]
			if m[2] != "" {
				fmt.Fprintf(&files, "-- %s --\n", m[2])
				kind = "file"
			}
		case kind == "file":
			files.WriteString(line + "\n")
		case kind == "console":
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				script.WriteString(guideCommand(command))
			}
		case strings.HasPrefix(line, "<!-- expect: "):
			script.WriteString(strings.TrimSuffix(strings.TrimPrefix(line, "<!-- expect: "), " -->") + "\n")
		}
	}
	process := "dev"
	if strings.Contains(script.String(), "&node&") {
		process = "node"
	}
	return script.String() + "kill -INT " + process + "\nwait\n" + files.String()
}

// guideCommand is one command as a script has it.
func guideCommand(command string) string {
	command = strings.ReplaceAll(command, `"`, "'") // a script's only quotes
	if set, ok := strings.CutPrefix(command, "export "); ok {
		if strings.HasPrefix(set, envNode) {
			return "" // ready knows the address
		}
		return "env " + set + "\n"
	}
	negated := ""
	if rest, ok := strings.CutPrefix(command, "! "); ok {
		negated, command = "! ", rest
	}
	switch {
	case strings.HasPrefix(command, "rochdale dev --"):
		return "exec " + command + " &dev&\nready net\n"
	case strings.HasPrefix(command, "rochdale node init"):
		command += " --rpc $RPC --p2p $P2P --metrics off"
	case command == "rochdale node start":
		return "exec " + command + " &node&\nbegun\n"
	case strings.HasPrefix(command, "rochdale key prove"):
		return "exec " + command + "\ngiven\n"
	}
	return negated + "exec " + command + "\n"
}

// cmdReady is "ready DIR": it waits until a node of the federation in DIR
// listens, and asks that one from then on.
func cmdReady(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		n, err := testnet.Open(ts.MkAbs(args[0]))
		if err != nil {
			continue
		}
		m, err := n.Manifest()
		if err != nil || len(m.Nodes) == 0 {
			continue
		}
		if _, held := node.Holder(m.Nodes[0].Home); !held {
			continue // before the node starts, its port can be another's
		}
		if m, err = n.Manifest(); err != nil {
			continue
		}
		if c, err := net.Dial("tcp", m.Nodes[0].RPC); err == nil {
			c.Close()
			ts.Setenv(envNode, m.Nodes[0].RPC)
			if _, err := said(ts, "federation", "show"); err == nil { // it has a block
				return
			}
		}
	}
	ts.Fatalf("no federation in %s", args[0])
}

// cmdBegun is "begun": it waits until the node at RPC has a block.
func cmdBegun(ts *testscript.TestScript, _ bool, _ []string) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if s, err := node.QueryStatus(context.Background(), ts.Getenv("RPC")); err == nil && s.Executed > 0 {
			ts.Setenv(envNode, ts.Getenv("RPC"))
			return
		}
	}
	ts.Fatalf("the node at %s makes no blocks", ts.Getenv("RPC"))
}

// cmdGiven is "given": it takes what key prove printed, as the secretary does.
func cmdGiven(ts *testscript.TestScript, _ bool, _ []string) {
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		for name, variable := range map[string]string{"public key ": "PUBLIC_KEY", "proof ": "PROOF", "adopts ": "ADOPTS"} {
			if value, ok := strings.CutPrefix(line, name); ok {
				ts.Setenv(variable, strings.TrimSpace(value))
			}
		}
	}
}
