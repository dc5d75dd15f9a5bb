package wording_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/exit"
)

// rejectionCodes finds every rejection that a room declares, by its source.
func rejectionCodes(t *testing.T, dir string) map[uint32]string {
	t.Helper()
	codes := map[uint32]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || !strings.HasSuffix(typeName(lit.Type), "Rejection") || len(lit.Elts) == 0 {
				return true
			}
			first := lit.Elts[0]
			if kv, ok := first.(*ast.KeyValueExpr); ok {
				first = kv.Value
			}
			if code, ok := first.(*ast.BasicLit); ok {
				n, err := strconv.ParseUint(code.Value, 10, 32)
				if err != nil {
					t.Fatal(err)
				}
				codes[uint32(n)] = path
			}
			return true
		})
	}
	return codes
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// TestEveryRejectionHasItsHint: what the rules refuse comes with what to do.
func TestEveryRejectionHasItsHint(t *testing.T) {
	dirs, err := filepath.Glob("../../state/*")
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, dir := range append(dirs, "../../state") {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "*.go")); len(files) == 0 {
			continue
		}
		for code, file := range rejectionCodes(t, dir) {
			total++
			if wording.Hint(code) == "" || wording.Reason(code) == "" {
				t.Errorf("rejection %d of %s has no hint", code, file)
			}
		}
	}
	if total < 100 {
		t.Errorf("%d rejections: the search is broken", total)
	}
	seen := map[uint32]*state.Rejection{}
	for r := range rooms.Hints {
		if seen[r.Code] != nil {
			t.Errorf("code %d stands for %q and for %q", r.Code, r.Reason, seen[r.Code].Reason)
		}
		seen[r.Code] = r
	}
	if got := wording.Hint(9999) + wording.Reason(9999); got != "" {
		t.Errorf("of a code that there is not: %q", got)
	}
}

var errNoNode = errors.New("there is no node to ask")

// unread are the leaves of a ledger that cannot be asked.
type unread struct{}

func (unread) Leaf([]byte) ([]byte, error)                                     { return nil, errNoNode }
func (unread) Each(_, _ []byte, _ func(key, value []byte) (bool, error)) error { return errNoNode }

// TestEveryActionHasItsWords: every kind says what it does, done or not, though no
// record can be read.
func TestEveryActionHasItsWords(t *testing.T) {
	r := state.Remote{Leaves: unread{}, At: state.Tip{Chain: "anytown-1"}}.Of(1)
	for _, k := range rooms.Kinds {
		const empty = "\xa0" // a map without fields
		a, err := k.Read([]byte(empty))
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		for _, w := range []state.Words{wording.Describe(r, a), wording.Done(r, a, nil), wording.Telling(r).Carried(k.Number, []byte(empty), nil)} {
			if w.Phrase == "" || w.Phrase[:1] != strings.ToLower(w.Phrase[:1]) || strings.HasPrefix(w.Phrase, "take an action") || strings.HasSuffix(w.Phrase, ".") {
				t.Errorf("%s is described as %q", k.Name, w.Phrase)
			}
			for _, c := range w.Clauses {
				if c.What == "" {
					t.Errorf("%s has the clause %+v", k.Name, c)
				}
			}
		}
	}
	unknown := wording.Telling(r).Carried(0x7fff, []byte("\xa1\x01\x02"), nil)
	if unknown.Phrase != "take an action that this program does not know (action 7fff)" || unknown.Clauses[0].String() != "payload: a10102" {
		t.Errorf("an action that is not known: %+v", unknown)
	}
}

// Two rooms say that a day is to come; the hint is the same one each time.
func TestInner(t *testing.T) {
	for range 20 {
		got := wording.Inner(ballot.ErrTried.Code, ballot.ErrTried.Reason+": day is to come: 2027-01-01")
		if got != exit.ErrFuture {
			t.Fatalf("%+v", got)
		}
	}
	if got := wording.Inner(ballot.ErrTried.Code, "day is to come"); got != nil {
		t.Errorf("quoted by nothing: %+v", got)
	}
}
