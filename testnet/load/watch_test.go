package load

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A fakeNode answers about blocks as the engine does.
type fakeNode struct {
	mu     sync.Mutex
	blocks [][][]byte // the engine's transactions by height, from 1
	down   bool
	torn   bool // it has headers and no blocks
	asked  map[string]int
}

// requests is how many the node has answered.
func (n *fakeNode) requests() (sum int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, of := range n.asked {
		sum += of
	}
	return sum
}

func (n *fakeNode) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.down {
		n.asked[r.URL.String()]++
	}
	if n.down || n.torn && r.URL.Path == "/block" {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	height := len(n.blocks)
	if r.URL.Path == "/block" {
		_, _ = fmt.Sscan(r.URL.Query().Get("height"), &height)
	}
	head := map[string]any{"height": fmt.Sprint(height), "time": start.Add(time.Duration(height) * time.Second)}
	result := map[string]any{"header": head}
	if r.URL.Path == "/block" {
		result = map[string]any{"block": map[string]any{"header": head, "data": map[string]any{"txs": n.blocks[height-1]}}}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"jsonrpc": "2.0", "id": -1, "result": result})
}

func (n *fakeNode) make(txs ...[]byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.blocks = append(n.blocks, txs)
}

// TestWatcher: transactions are found alone and in bundles, in the order in which a
// block executes them, once the header after it is there; each block is asked for
// once, whichever node answers, and no result is.
func TestWatcher(t *testing.T) {
	raw := func(i int) []byte { return []byte{0xA0, byte(i)} } // begins as a map does
	p := &plan{senders: []sender{{window: 9, next: 1}}}
	for i := range 5 {
		p.items = append(p.items, item{raw: raw(i), id: idOf(raw(i)), sender: 0, sequence: uint64(i + 1)})
	}
	b := newBook(p, 0)
	for i := range p.items {
		b.admit(i, time.Now())
	}
	bundle := tx.Bundle([][]byte{raw(0), []byte("\xA0another's"), raw(1)})
	if len(bundle) != 1 {
		t.Fatalf("%d bundles", len(bundle))
	}
	first := &fakeNode{asked: map[string]int{}}
	second := &fakeNode{asked: map[string]int{}}
	var nodes []string
	for _, n := range []*fakeNode{first, second} {
		n.make([]byte("before the run"))
		server := httptest.NewServer(n)
		defer server.Close()
		nodes = append(nodes, server.URL)
	}
	both := func(txs ...[]byte) { first.make(txs...); second.make(txs...) }
	w, err := newWatcher(t.Context(), nodes, b, (&ledger{}).parts)
	if err != nil {
		t.Fatal(err)
	}
	settled := func(want int) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
			if _, got, _ := b.standing(); got == want {
				return
			} else if got > want || time.Now().After(deadline) {
				t.Fatalf("%d are settled, want %d", got, want)
			}
		}
	}
	both(bundle[0], raw(2))
	// Nothing proves the block yet: a watcher that does not wait has settled it once it has
	// asked twice more.
	for before := first.requests(); first.requests() < before+2; {
		time.Sleep(time.Millisecond)
	}
	settled(0)
	both()
	settled(3)
	first.mu.Lock()
	first.down = true
	first.mu.Unlock()
	both(raw(4))                 // out of its turn
	both(raw(3), raw(4), raw(0)) // and a repetition
	both()
	settled(5)
	if err := w.finish(); err != nil {
		t.Fatal(err)
	}
	if b.early != 1 || b.repeated != 1 {
		t.Errorf("%d early, %d repeated", b.early, b.repeated)
	}
	want := []block{
		{time: start.Add(2 * time.Second), transactions: 4, engine: 2, ours: 3, bytes: len(bundle[0]) + 2},
		{time: start.Add(3 * time.Second)},
		{time: start.Add(4 * time.Second), transactions: 1, engine: 1, ours: 1, bytes: 2},
		{time: start.Add(5 * time.Second), transactions: 3, engine: 3, ours: 3, bytes: 6},
	}
	if len(w.blocks) != len(want) {
		t.Fatalf("%d blocks: %+v", len(w.blocks), w.blocks)
	}
	for i := range want {
		if w.blocks[i].time = w.blocks[i].time.Local(); w.blocks[i] != want[i] {
			t.Errorf("block %d: %+v, want %+v", i, w.blocks[i], want[i])
		}
	}
	for height := 2; height <= 5; height++ {
		path := fmt.Sprintf("/block?height=%d", height)
		if n := first.asked[path] + second.asked[path]; n != 1 {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
	for _, n := range []*fakeNode{first, second} {
		for path := range n.asked {
			if path != "/header" && len(path) < len("/block?height=") {
				t.Errorf("it asked for %s", path)
			}
		}
	}
}

// TestWatcherEnds: it ends with an error when no node answers, also while there are
// blocks that it has not seen.
func TestWatcherEnds(t *testing.T) {
	for _, torn := range []bool{false, true} {
		node := &fakeNode{asked: map[string]int{}, torn: torn}
		node.make()
		server := httptest.NewServer(node)
		defer server.Close()
		w, err := newWatcher(t.Context(), []string{server.URL}, newBook(&plan{}, 0), (&pairs{}).parts)
		if err != nil {
			t.Fatal(err)
		}
		node.make()
		node.make()
		for asked := 0; asked == 0; time.Sleep(time.Millisecond) {
			node.mu.Lock()
			asked = node.asked["/block?height=2"]
			node.down = asked > 0
			node.mu.Unlock()
		}
		<-w.ended
		if err := w.finish(); err == nil {
			t.Error("no error")
		}
		if _, err := newWatcher(t.Context(), []string{server.URL}, newBook(&plan{}, 0), (&pairs{}).parts); err == nil {
			t.Error("it begins without a node")
		}
	}
}
