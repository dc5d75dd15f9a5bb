package rooms_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state"
)

// A verifier of receipts that runs in a browser imports the rooms, so nothing
// below them may bring in the engine or a database.
func TestRoomsNeedNoEngine(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "github.com/rochdale-ledger/rochdale/state/ballot") {
		t.Fatalf("the search is broken: %q", deps)
	}
	for _, dep := range deps {
		for _, heavy := range []string{"cometbft", "pebble", "iavl", "cobra", "viper"} {
			if strings.Contains(dep, heavy) {
				t.Errorf("app/rooms imports %s", dep)
			}
		}
	}
}

// Each kind is on the list once, by number within its room, and the kinds of a room stand
// together. A kind keeps the name under which it was published when its room is split.
func TestKinds(t *testing.T) {
	if len(rooms.Kinds) < 30 {
		t.Fatalf("%d kinds", len(rooms.Kinds))
	}
	seen := map[string]bool{}
	for i, k := range rooms.Kinds {
		room, _, _ := strings.Cut(k.Type, ".")
		if i > 0 && strings.HasPrefix(rooms.Kinds[i-1].Type, room+".") {
			if before := rooms.Kinds[i-1]; before.Number >= k.Number {
				t.Errorf("%s stands after %s", k.Name, before.Name)
			}
			continue
		}
		if seen[room] {
			t.Errorf("the kinds of %s stand apart", room)
		}
		seen[room] = true
	}
}

// A kind of action that was given a number twice does not start.
func TestKindTwice(t *testing.T) {
	list := state.KindList{}
	for _, k := range rooms.Kinds {
		list.Add(k)
	}
	if !slices.IsSortedFunc(list, func(a, b state.Kind) int { return int(a.Number) - int(b.Number) }) {
		t.Error("not sorted by number")
	}
	defer func() {
		if text, _ := recover().(string); text != "kind 1002 is both member.Admit and member.Admit" {
			t.Errorf("got %q", text)
		}
	}()
	list.Add(rooms.Kinds[1])
}
