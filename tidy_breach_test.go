package rochdale

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// Each row is a made-up package that breaks one rule; the checker must report
// it and nothing else.
func TestTidyReportsBreaches(t *testing.T) {
	imp := machineImporter(t)
	imports := func(paths ...string) string {
		var b strings.Builder
		b.WriteString("package p\n")
		for _, p := range paths {
			fmt.Fprintf(&b, "import _ %q\n", p)
		}
		return b.String()
	}
	in := func(path string) string { return module + "/" + path }
	for _, row := range []struct {
		name, path, file, text string
		want                   string // part of each breach, empty for none
	}{
		{"upward", "tx", "a.go", imports(in("app")), "imports go down only"},
		{"upward from a floor's folder", "node/warden", "a.go", imports(in("testnet")), "imports go down only"},
		{"sideways", "tx", "a.go", imports(in("state/words")), "imports go down only"},
		{"app on node", "app", "a.go", imports(in("node")), "imports go down only"},
		{"client to app", "client", "a.go", imports(in("app")), "not app"},
		{"client test on a command", "client", "a_test.go", imports(in("cmd/rochdale")), "imports go down only"},
		{"test upward", "tx", "a_test.go", imports(in("app")), "imports go down only"},
		{"test on statetest", "tx", "a_test.go", imports(in("state/statetest")), ""},
		{"test on its own package", "tx", "a_test.go", imports(in("tx")), ""},
		{"statetest outside tests", "tx", "a.go", imports(in("state/statetest")), "imports go down only"},
		{"down", "app", "a.go", imports(in("tx"), in("state")), ""},
		{"within one floor's folder", "node/warden", "a.go", imports(in("node/keys")), ""},
		{"a folder's owner on the folder", "state/count", "a.go", imports(in("state/count/election")), "imports go down only"},
		{"its test on the folder", "state/count", "a_test.go", imports(in("state/count/election")), "imports go down only"},
		{"a folder on its owner", "state/count/election", "a.go", imports(in("state/count")), ""},
		{"within one folder under state", "state/count/blt", "a.go", imports(in("state/count/election")), ""},
		{"out of that folder", "state/count/blt", "a.go", imports(in("state/charter")), "imports go down only"},
		{"file in that folder", "state/count/blt", "a.go", "package p\nimport \"os\"\nvar _ = os.Args\n", "may not import os"},
		{"test on a folder of statetest", "tx", "a_test.go", imports(in("state/statetest/counting")), ""},
		{"no floor", "attic", "a.go", "package p\n", "has no floor"},
		{"import of no floor", "app", "a.go", imports(in("attic")), "has no floor"},

		{"engine in the command", "cmd/rochdale", "a.go", imports("github.com/cometbft/cometbft/types"), "in app, node, client, testnet only"},
		{"engine in tx", "tx", "a.go", imports("github.com/cometbft/cometbft"), "in app, node, client, testnet only"},
		{"engine in a test of tx", "tx", "a_test.go", imports("github.com/cometbft/cometbft"), ""},
		{"engine in app", "app", "a.go", imports("github.com/cometbft/cometbft/abci/types"), ""},
		{"engine in light", "client/light", "a.go", imports("github.com/cometbft/cometbft/types"), "must stay small"},
		{"proofs in light", "client/light", "a.go", imports("github.com/cosmos/ics23/go"), "must stay small"},
		{"state in light", "client/light", "a.go", imports(in("state")), "imports go down only"},
		{"oracles in a test of light", "client/light", "a_test.go", imports("github.com/cometbft/cometbft/types", "github.com/cosmos/ics23/go"), ""},
		{"what light needs", "client/light", "a.go", imports("fmt", in("tx"), "github.com/oasisprotocol/curve25519-voi/primitives/ed25519"), ""},
		{"engine in receipts", "client/receipt", "a.go", imports("github.com/cometbft/cometbft/types"), "must stay small"},
		{"client in receipts", "client/receipt", "a.go", imports(in("client")), "imports go down only"},
		{"app in receipts", "client/receipt", "a.go", imports(in("app")), "imports go down only"},
		{"receipts in client", "client", "a.go", imports(in("client/receipt")), ""},
		{"light in state", "state", "a.go", imports(in("client/light")), ""},
		{"light in client", "client", "a.go", imports(in("client/light")), ""},
		{"cobra in node", "node", "a.go", imports("github.com/spf13/cobra"), "in cmd only"},
		{"cobra in cmd", "cmd/rochdale", "a.go", imports("github.com/spf13/cobra"), ""},
		{"viper in cmd", "cmd/rochdale", "a.go", imports("github.com/spf13/viper"), "in node only"},

		{"clock", "state/share", "a.go", "package p\nimport \"time\"\nvar T time.Duration\n", "may not import time"},
		{"file", "state", "a.go", "package p\nimport \"os\"\nvar _ = os.Args\n", "may not import os"},
		{"network", "state/count", "a.go", "package p\nimport \"net/http\"\nvar _ = http.MethodGet\n", "may not import net/http"},
		{"chance", "state/ballot", "a.go", "package p\nimport \"math/rand/v2\"\nvar _ = rand.Int\n", "may not import math/rand/v2"},
		{"tables of Unicode", "state/ballot", "a.go", "package p\nimport \"unicode\"\nvar _ = unicode.IsPrint\n", "may not import unicode"},
		{"utf-8", "state/ballot", "a.go", "package p\nimport \"unicode/utf8\"\nvar _ = utf8.RuneLen\n", ""},
		{"clock in a test", "state", "a_test.go", imports("time"), ""},
		{"clock in statetest", "state/statetest", "a.go", imports("time"), ""},
		{"goroutine", "state/share", "a.go", "package p\nfunc f() { go f() }\n", "a goroutine"},
		{"goroutine in node", "node", "a.go", "package p\nfunc f() { go f() }\n", ""},
		{"select", "state", "a.go", "package p\nfunc f() { select {} }\n", "a select"},
		{"channel", "state", "a.go", "package p\nvar c chan int\n", "a channel"},
		{"float type", "state/money", "a.go", "package p\nvar x float64\n", "a float64"},
		{"float of a name", "state/money", "a.go", "package p\ntype r = float32\nfunc f(x r) {}\n", "a float32"},
		{"float literal", "state/money", "a.go", "package p\nconst half = 0.5\n", "a untyped float"},
		{"integer in scientific form", "state/money", "a.go", "package p\ntype amount int64\nconst max amount = 1e18\n", ""},
		{"range over a map", "state", "a.go", "package p\nfunc f(m map[int]int) { for range m {} }\n", "a range over a map"},
		{"range over a named map", "state", "a.go", "package p\ntype set map[string]bool\nfunc f(s struct{ s set }) { for k := range s.s { _ = k } }\n", "a range over a map"},
		{"range over a generic map", "state", "a.go", "package p\nfunc f[M ~map[K]V, K comparable, V any](m M) { for range m {} }\n", "a range over a map"},
		{"range over the keys of a map", "state", "a.go", "package p\nimport \"maps\"\nfunc f(m map[int]int) { for range maps.Keys(m) {} }\n", "maps.Keys outside slices.Sorted"},
		{"keys collected unsorted", "state", "a.go", "package p\nimport (\n\"maps\"\n\"slices\"\n)\nfunc f(m map[int]int) []int { return slices.Collect(maps.Values(m)) }\n", "maps.Values outside slices.Sorted"},
		{"keys sorted", "state", "a.go", "package p\nimport (\n\"maps\"\n\"slices\"\n)\nfunc f(m map[int]int) []int { return slices.Sorted(maps.Keys(m)) }\n", ""},
		{"range over a slice", "state", "a.go", "package p\nfunc f(s []int) { for range s {} }\n", ""},
		{"range over a map in client", "client", "a.go", "package p\nfunc f(m map[int]int) { for range m {} }\n", ""},
		{"does not compile", "state", "a.go", "package p\nvar x int = \"\"\n", "cannot use"},
		{"does not parse", "app", "a.go", "package p\nfunc {\n", "expected"},

		{"long file", "app", "a.go", "package p\n" + strings.Repeat("\n", maxFileLines), "no reason in the head comment"},
		{"long file with a reason", "app", "a.go", "// Over 500 lines: one table.\npackage p\n" + strings.Repeat("\n", maxFileLines), ""},
		{"long function", "app", "a.go", "package p\nfunc f() {\n" + strings.Repeat("\n", maxFuncLines) + "}\n", "f has 72 lines"},
		{"long test", "app", "a_test.go", "package p\nfunc f() {\n" + strings.Repeat("\n", maxFuncLines) + "}\n", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := check(source{row.path, map[string]string{row.file: row.text}}, imp)
			if row.want == "" {
				if len(got) > 0 {
					t.Fatalf("reported although nothing is wrong: %q", got)
				}
				return
			}
			if len(got) == 0 {
				t.Fatalf("no breach reported, want %q", row.want)
			}
			for _, breach := range got {
				if !strings.Contains(breach, row.want) {
					t.Errorf("got %q, want %q", breach, row.want)
				}
			}
		})
	}
}

func TestTidyReportsDependencies(t *testing.T) {
	type require struct {
		Path     string
		Indirect bool `json:",omitempty"`
	}
	mod, err := json.Marshal(map[string]any{
		"Require": []require{{"example.org/a", false}, {"example.org/b", true}},
		"Tool":    []require{{Path: "example.org/c/cmd/check"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const all = "| `example.org/a` | reason |\n"
	for _, row := range []struct{ name, doc, text, want string }{
		{"direct and no row", "", "package p\n", "why go.mod requires example.org/a"},
		{"tool and no row", all, "package p\n", "the tool example.org/c/cmd/check"},
		{"row without a reason", "| `example.org/a` | |\n", "package p\n", "no reason for example.org/a"},
		{"row without a module", all + "| `example.org/z` | reason |\n", "package p\n", "example.org/z, which go.mod does not"},
		{"import and no row", all, "package p\nimport _ \"example.org/b/sub\"\n", "imports example.org/b/sub"},
		{"standard library", all, "package p\nimport _ \"net/http\"\n", ""},
	} {
		got := strings.Join(checkDependencies(mod, row.doc, []source{{"app", map[string]string{"a.go": row.text}}}), "\n")
		if row.want != "" && !strings.Contains(got, row.want) || row.want == "" && strings.Contains(got, "imports") {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
