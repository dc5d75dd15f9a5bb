package live

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/cmd/rochdale/script"
	"github.com/rochdale-ledger/rochdale/node"
)

// machines is how many people docs/operator.md is written for.
const machines = 4

// TestOperator runs the commands of docs/operator.md as four people would, each in a
// folder of its own and with a process for each node.
func TestOperator(t *testing.T) {
	t.Parallel()
	program(t, "it starts four nodes")
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "operator.md"))
	if err != nil {
		t.Fatal(err)
	}
	o := operators{rpc: freeAddresses(t, machines+1), p2p: freeAddresses(t, machines+1)}
	commands := o.script(string(text))
	if n := strings.Count(commands, "exec rochdale "); n < 10*machines {
		t.Fatalf("the page has only %d commands", n)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "operator.txtar"), []byte(commands), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"given": cmdGiven, "blocks": cmdBlocks, "fill": cmdFill, "nodeid": script.NodeID, "signs": cmdSigns, "level": cmdLevel,
		},
	})
}

// freeAddresses are loopback addresses that are free for TCP and UDP.
func freeAddresses(t *testing.T, n int) []string {
	t.Helper()
	var out []string
	for len(out) < n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		u, err := net.ListenPacket("udp", l.Addr().String())
		if err != nil {
			continue
		}
		_, _ = l.Close(), u.Close()
		out = append(out, l.Addr().String())
	}
	return out
}

// operators are the four machines, all of them this one, and one more to which the last
// of them moves.
type operators struct{ rpc, p2p []string }

// script turns the page into a test script. Blocks say who runs them, one or all;
// comments that readers do not see say what is expected after the command before them
// and what is sent to the others; a table is a file that each writes.
func (o operators) script(page string) string {
	var script strings.Builder
	fmt.Fprint(&script, "env ROCHDALE_PASSPHRASE=four-operators\nenv ROCHDALE_NEW_PASSPHRASE=four-operators\nenv "+envAnswer+"=1\n") // the reader is asked, and says so
	var block []string                                                                                                               // the lines of a block, and the comments after it
	var kind string
	flush := func() {
		for _, n := range o.who(kind) {
			fmt.Fprintf(&script, "cd $WORK/m%d\nenv ROCHDALE_HOME=$WORK/m%d/home\nenv ROCHDALE_NODE=%s\nenv N=%d\nenv ADDRESS=%s\nenv NEXT=%s\n", n, n, o.rpc[n-1], n, o.p2p[n-1], o.p2p[machines])
			for _, line := range block {
				script.WriteString(o.line(n, kind, line))
			}
		}
		block, kind = nil, ""
	}
	open := false
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		comment, isComment := strings.CutPrefix(strings.TrimSuffix(line, " -->"), "<!-- ")
		switch {
		case line == "```":
			open = false
		case strings.HasPrefix(line, "```"):
			flush()
			kind, open = strings.TrimPrefix(line, "```"), true
		case open:
			block = append(block, line)
		case isComment:
			block = append(block, "<"+comment)
		}
	}
	flush()
	for n := range machines - 1 {
		fmt.Fprintf(&script, "kill -INT node%d\n", n+1)
	}
	script.WriteString("kill -INT next\n")
	script.WriteString("wait\n")
	for n := range machines {
		fmt.Fprintf(&script, "-- m%d/empty --\n", n+1)
	}
	return script.String()
}

// who runs a block of a kind.
func (o operators) who(kind string) []int {
	switch {
	case kind == "console one":
		return []int{1}
	case kind == "console four":
		return []int{machines}
	case kind == "console all", strings.HasPrefix(kind, "csv "):
		all := make([]int, machines)
		for i := range all {
			all[i] = i + 1
		}
		return all
	}
	return nil
}

// line is one line of a block of a kind as machine n does it.
func (o operators) line(n int, kind, line string) string {
	if what, ok := strings.CutPrefix(line, "<expect: "); ok {
		return what + "\n"
	}
	if file, ok := strings.CutPrefix(line, "<to-all: "); ok {
		var out strings.Builder
		for other := 1; other <= machines; other++ {
			if other != n {
				fmt.Fprintf(&out, "cp %s $WORK/m%d/%s\n", file, other, file)
			}
		}
		return out.String()
	}
	switch line {
	case "<given":
		return fmt.Sprintf("given\nenv PUBLIC_KEY%d=$PUBLIC_KEY\nenv PROOF%d=$PROOF\nenv ADOPTS%d=$ADOPTS\n", n, n, n)
	case "<given deputy":
		return fmt.Sprintf("given\nenv DEPUTY_KEY%d=$PUBLIC_KEY\nenv DEPUTY_PROOF%d=$PROOF\nenv DEPUTY_ADOPTS%d=$ADOPTS\n", n, n, n)
	case "<genesis": // for the last machine
		return fmt.Sprintf("cp home/config/genesis.json $WORK/m%d/genesis.json\ncp home/config/genesis.seals.json $WORK/m%d/genesis.seals.json\n", machines, machines)
	case "<node-id":
		return "nodeid next\nenv KEY=$NODE_KEY\nenv PEER=$PEER_ID\n"
	case "<stop-old":
		return fmt.Sprintf("kill -INT node%d\nwait node%d\nsigns next\n", n, n)
	}
	command, ok := strings.CutPrefix(line, "$ ")
	command = strings.ReplaceAll(command, `"`, "'")
	negated := ""
	if rest, not := strings.CutPrefix(command, "! "); not {
		negated, command = "! ", rest
	}
	switch {
	case !ok && strings.HasPrefix(line, "<"):
		return "unknown comment: " + line + "\n"
	case !ok:
		line = strings.NewReplacer(" ", "\u00a0", "$PUBLIC_KEY", fmt.Sprint("$PUBLIC_KEY", n), "$PROOF", fmt.Sprint("$PROOF", n),
			"$DEPUTY_KEY", fmt.Sprint("$DEPUTY_KEY", n), "$DEPUTY_PROOF", fmt.Sprint("$DEPUTY_PROOF", n),
			"$ADOPTS", fmt.Sprint("$ADOPTS", n), "$DEPUTY_ADOPTS", fmt.Sprint("$DEPUTY_ADOPTS", n)).Replace(line)
		return "fill " + strings.TrimPrefix(kind, "csv ") + " " + line + "\n"
	case strings.HasPrefix(command, "export "):
		return "" // this machine's are set
	case strings.HasPrefix(command, "rochdale node init --home next"):
		command += fmt.Sprintf(" --rpc %s --p2p %s --metrics off", o.rpc[machines], o.p2p[machines])
	case command == "rochdale node start --home next":
		return fmt.Sprintf("exec %s &next&\nlevel next\n", command)
	case strings.HasPrefix(command, "rochdale federation confirm-validator"):
		command = strings.Replace(command, "~/.rochdale", "home", 1)
	case strings.HasPrefix(command, "rochdale node init"):
		command += fmt.Sprintf(" --rpc %s --p2p %s --metrics off", o.rpc[n-1], o.p2p[n-1])
	case command == "rochdale node start" && negated == "":
		return fmt.Sprintf("exec %s &node%d&\n", command, n)
	case command == "rochdale node status":
		return "blocks\nexec " + command + "\n"
	}
	return negated + "exec " + command + "\n"
}

// cmdFill is "fill FILE LINE": it adds a line to a file.
func cmdFill(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	ts.Check(err)
	_, err = fmt.Fprintln(f, strings.ReplaceAll(args[1], "\u00a0", " "))
	ts.Check(err)
	ts.Check(f.Close())
}

// cmdBlocks is "blocks": it waits until the node has made two blocks with the others.
func cmdBlocks(ts *testscript.TestScript, _ bool, _ []string) {
	address := ts.Getenv(envNode)
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		s, err := node.QueryStatus(context.Background(), address)
		if err == nil && s.Executed >= 2 && s.Peers == machines-1 {
			return
		}
	}
	ts.Fatalf("the node at %s made no blocks with the others", address)
}

// cmdLevel is "level HOME": it waits until the node of a home has the last block of the
// node that ROCHDALE_NODE names.
func cmdLevel(ts *testscript.TestScript, _ bool, args []string) {
	home := homeNode(ts, args[0])
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		own, err := node.QueryStatus(context.Background(), home)
		other, err2 := node.QueryStatus(context.Background(), ts.Getenv(envNode))
		if err == nil && err2 == nil && !own.CatchingUp && own.Executed >= other.Executed {
			return
		}
	}
	ts.Fatalf("the node of %s has not caught up", args[0])
}

// cmdSigns is "signs HOME": it waits until the node of a home is a validator.
func cmdSigns(ts *testscript.TestScript, _ bool, args []string) {
	home := homeNode(ts, args[0])
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if s, err := node.QueryStatus(context.Background(), home); err == nil && s.Validator {
			return
		}
	}
	ts.Fatalf("the node of %s signs no blocks", args[0])
}

// homeNode is the RPC address of the node whose home a directory is.
func homeNode(ts *testscript.TestScript, home string) string {
	cfg, err := node.LoadConfig(ts.MkAbs(home))
	ts.Check(err)
	return cfg.RPC.Address
}
