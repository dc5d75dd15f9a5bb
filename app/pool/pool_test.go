package pool

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var roomy = Limits{Transactions: 1000, Bytes: 64 << 20}

const late = 1 << 40 // a height that no test reaches

// fake makes the transaction of a signer with a sequence; size is of its bytes.
func fake(coop uint32, member, sequence uint64, size int) Tx {
	t := Tx{Raw: make([]byte, size), Signer: Signer{Coop: coop, Member: member}, Sequence: sequence, Expiry: late, Units: 1}
	binary.BigEndian.PutUint32(t.ID[:], coop)
	binary.BigEndian.PutUint64(t.ID[4:], member)
	binary.BigEndian.PutUint64(t.ID[12:], sequence)
	return t
}

func (t Tx) name() string { return fmt.Sprintf("%d/%d:%d", t.Signer.Coop, t.Signer.Member, t.Sequence) }

func names(txs []Tx) []string {
	out := []string{}
	for _, t := range txs {
		out = append(out, t.name())
	}
	return out
}

var anyRoom = Room{Height: 1, Bytes: 1 << 40, Units: 1 << 40}

func put(t *testing.T, p *Pool, txs ...Tx) {
	t.Helper()
	for _, x := range txs {
		if err := p.Add(x, Standing{Left: 1000}, true); err != nil {
			t.Fatalf("%s: %v", x.name(), err)
		}
	}
}

func takes(t *testing.T, p *Pool, room Room, want ...string) {
	t.Helper()
	if diff := gocmp.Diff(append([]string{}, want...), names(p.Take(room))); diff != "" {
		t.Errorf("taken (-want +got)\n%s", diff)
	}
}

func isReady(p *Pool) bool {
	select {
	case <-p.Ready():
		return true
	default:
		return false
	}
}

// Co-ops are served in turn, and members of a co-op in turn, whatever the order in
// which they sent and however much.
func TestTurns(t *testing.T) {
	p := New(roomy)
	for n := range uint64(4) {
		put(t, p, fake(1, 1, 1+n, 10))
	}
	put(t, p, fake(1, 2, 1, 10), fake(1, 3, 2, 10), fake(1, 3, 1, 10), fake(2, 1, 1, 10))
	takes(t, p, anyRoom, "1/1:1", "2/1:1", "1/2:1", "1/3:1", "1/1:2", "1/3:2", "1/1:3", "1/1:4")
	takes(t, p, Room{Height: 1, Bytes: 3 * 15, Units: 100}, "1/1:1", "2/1:1", "1/2:1")
	takes(t, p, Room{Height: 1, Bytes: 3*15 - 1, Units: 100}, "1/1:1", "2/1:1")
	takes(t, p, Room{Height: 1, Bytes: 1000, Units: 2}, "1/1:1", "2/1:1")
	// Who was served goes to the end; the next block begins with another co-op.
	p.Committed(1, []Used{{Signer{Coop: 1, Member: 1}, 1}, {Signer{Coop: 1, Member: 2}, 1}})
	takes(t, p, anyRoom, "2/1:1", "1/3:1", "1/1:2", "1/3:2", "1/1:3", "1/1:4")
	p.Committed(2, []Used{{Signer{Coop: 2, Member: 1}, 1}, {Signer{Coop: 1, Member: 3}, 2}, {Signer{Coop: 1, Member: 1}, 4}})
	takes(t, p, anyRoom)
	if n, bytes := p.Load(); n != 0 || bytes != 0 || len(p.lanes)+len(p.coops)+p.ring.Len()+len(p.gaps) != 0 {
		t.Errorf("%d transactions, %d bytes, %d lanes left", n, bytes, len(p.lanes))
	}
}

// What follows a gap is not proposed, keeps no block going, and falls out unless what
// it waits for comes.
func TestGap(t *testing.T) {
	p := New(roomy)
	put(t, p, fake(1, 1, 2, 10), fake(1, 1, 3, 10))
	takes(t, p, anyRoom)
	if isReady(p) {
		t.Error("ready with a gap")
	}
	put(t, p, fake(1, 2, 2, 10))
	p.Committed(Patience-1, nil)
	put(t, p, fake(1, 2, 1, 10))
	takes(t, p, anyRoom, "1/2:1", "1/2:2")
	if n, _ := p.Load(); n != 4 {
		t.Errorf("%d wait before their patience ends", n)
	}
	p.Committed(Patience, nil)
	if n, _ := p.Load(); n != 2 || !isReady(p) {
		t.Errorf("%d wait, ready: %t", n, isReady(p))
	}
	put(t, p, fake(1, 1, 2, 10), fake(1, 1, 1, 10)) // it can come again
	takes(t, p, anyRoom, "1/2:1", "1/1:1", "1/2:2", "1/1:2")
}

func TestAddRefuses(t *testing.T) {
	p := New(roomy)
	put(t, p, fake(1, 1, 1, 10))
	double := fake(1, 1, 1, 11)
	double.ID[31] = 1
	for _, row := range []struct {
		name string
		tx   Tx
		s    Standing
		want error
	}{
		{"again", fake(1, 1, 1, 10), Standing{Left: 1}, nil},
		{"a double", double, Standing{Left: 1}, ErrTaken},
		{"used", fake(1, 1, 7, 10), Standing{Spent: 7, Left: 1}, ErrStale},
		{"the last of a run", fake(1, 2, 7+Run, 10), Standing{Spent: 7, Left: 1000}, nil},
		{"beyond a run", fake(1, 2, 8+Run, 10), Standing{Spent: 7, Left: 1000}, ErrBeyond},
		{"the last of the allowance", fake(1, 3, 10, 10), Standing{Spent: 7, Left: 3}, nil},
		{"beyond the allowance", fake(1, 3, 11, 10), Standing{Spent: 7, Left: 3}, ErrBeyond},
		{"of no allowance", fake(1, 4, 8, 10), Standing{Spent: 7}, ErrBeyond},
	} {
		early := p.Fits(row.tx.Signer, row.tx.Sequence, row.tx.ID, row.s)
		if err := p.Add(row.tx, row.s, false); !errors.Is(err, row.want) || !errors.Is(early, row.want) {
			t.Errorf("%s: %v, before that %v; want %v", row.name, err, early, row.want)
		}
	}
}

// What is judged by a state that is a block or two old is no longer taken if a block has
// used its sequence since.
func TestStale(t *testing.T) {
	p := New(roomy)
	p.Committed(1, []Used{{Signer{Coop: 1, Member: 1}, 7}})
	p.Committed(2, []Used{{Signer{Coop: 1, Member: 2}, 1}})
	if err := p.Add(fake(1, 1, 7, 10), Standing{Spent: 6, Left: 9}, true); !errors.Is(err, ErrStale) {
		t.Errorf("used two blocks ago: %v", err)
	}
	if err := p.Add(fake(1, 1, 8, 10), Standing{Spent: 6, Left: 9}, true); err != nil || !isReady(p) {
		t.Errorf("the next: %v, ready: %t", err, isReady(p))
	}
	if err := p.Add(fake(1, 2, 2, 10), Standing{Left: 1}, true); !errors.Is(err, ErrBeyond) {
		t.Errorf("of an allowance that a block has used up: %v", err)
	}
}

// A full pool takes what another of the heaviest co-op has too much of, and nothing
// from who has less.
func TestFull(t *testing.T) {
	p := New(Limits{Transactions: 6, Bytes: 1 << 20})
	put(t, p, fake(1, 1, 1, 100), fake(1, 1, 2, 100), fake(1, 1, 3, 100), fake(1, 1, 4, 100), fake(1, 2, 1, 100), fake(2, 1, 1, 100))
	if err := p.Add(fake(1, 1, 5, 100), Standing{Left: 9}, true); !errors.Is(err, ErrFull) {
		t.Errorf("one more of the heaviest: %v", err)
	}
	put(t, p, fake(2, 2, 1, 100), fake(1, 3, 1, 100))
	if err := p.Add(fake(3, 1, 1, 300), Standing{Left: 9}, true); !errors.Is(err, ErrFull) {
		t.Errorf("one that would be the heaviest: %v", err)
	}
	takes(t, p, anyRoom, "1/1:1", "2/1:1", "1/2:1", "2/2:1", "1/3:1", "1/1:2")
	// By bytes, and one signer never fills more than a share.
	p = New(Limits{Transactions: 1000, Bytes: 1 << 20})
	for n := uint64(1); n <= 2; n++ {
		put(t, p, fake(1, 1, n, 60_000))
	}
	if err := p.Add(fake(1, 1, 3, 60_000), Standing{Left: 9}, true); !errors.Is(err, ErrFull) {
		t.Errorf("more than a share: %v", err)
	}
	for m := uint64(2); m <= 9; m++ {
		for n := uint64(1); n <= 2; n++ {
			if err := p.Add(fake(1, m, n, 60_000), Standing{Left: 9}, true); (err != nil) != (m == 9 && n == 2) {
				t.Errorf("member %d's %d: %v", m, n, err)
			}
		}
	}
	if _, bytes := p.Load(); bytes > 1<<20 {
		t.Errorf("%d bytes wait", bytes)
	}
}

func TestExpiry(t *testing.T) {
	p := New(roomy)
	soon := fake(1, 1, 1, 10)
	soon.Expiry = 5
	put(t, p, soon, fake(1, 1, 2, 10), fake(1, 2, 1, 10))
	takes(t, p, Room{Height: 5, Bytes: 1000, Units: 100}, "1/1:1", "1/2:1", "1/1:2")
	takes(t, p, Room{Height: 6, Bytes: 1000, Units: 100}, "1/2:1")
	p.Committed(sweepEvery, nil)
	if p.Has(soon.ID) {
		t.Error("what has expired stays")
	}
	if n, _ := p.Load(); n != 2 {
		t.Errorf("%d wait", n)
	}
	p.Drop(fake(1, 2, 1, 10).ID)
	p.Drop(fake(1, 2, 1, 10).ID)
	if isReady(p) {
		t.Error("ready, though only a gap is left")
	}
}

// What own clients sent is offered once, what came from peers never, what has gone no
// more; what waits still is offered again the second time that repeat is called.
func TestOffer(t *testing.T) {
	p := New(roomy)
	if err := p.Add(fake(9, 9, 1, 10), Standing{Left: 1}, false); err != nil {
		t.Fatal(err)
	}
	put(t, p, fake(1, 1, 1, 11), fake(1, 2, 1, 12), fake(1, 3, 1, 13), fake(1, 4, 1, 14))
	p.Committed(1, []Used{{Signer{Coop: 1, Member: 2}, 1}})
	sizes := func(raws [][]byte) (out []int) {
		for _, r := range raws {
			out = append(out, len(r))
		}
		return out
	}
	for i, want := range [][]int{{11, 13}, {14}} {
		if diff := gocmp.Diff(want, sizes(p.Offer(t.Context(), 11+13+2*Overhead))); diff != "" {
			t.Errorf("offer %d (-want +got)\n%s", i, diff)
		}
	}
	p.repeat()
	if got := p.offer(1000); got != nil {
		t.Errorf("offered again at once: %v", sizes(got))
	}
	p.Committed(2, []Used{{Signer{Coop: 1, Member: 3}, 1}})
	p.repeat()
	if diff := gocmp.Diff([]int{11, 14}, sizes(p.offer(1000))); diff != "" {
		t.Errorf("offered again (-want +got)\n%s", diff)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if got := p.Offer(ended, 1000); got != nil {
		t.Errorf("offered after the end: %v", sizes(got))
	}
}

// A model keeps what waits in a map and finds everything by looking at all of it.
type model struct {
	spent map[Signer]uint64
	txs   map[[32]byte]Tx
}

func (m *model) run(who Signer) (run []Tx) {
	var all []Tx
	for _, t := range m.txs {
		if t.Signer == who && t.Sequence > m.spent[who] {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b Tx) int { return cmp.Compare(a.Sequence, b.Sequence) })
	for i, t := range all {
		if t.Sequence == m.spent[who]+1+uint64(i) {
			run = append(run, t)
		}
	}
	return run
}

// Whatever comes, what is taken is all that could be executed, each signer's in order,
// and what the pool counts is what it holds.
func TestPoolModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, m := New(roomy), model{map[Signer]uint64{}, map[[32]byte]Tx{}}
		signer := rapid.Custom(func(t *rapid.T) Signer {
			return Signer{rapid.Uint32Range(1, 3).Draw(t, "coop"), rapid.Uint64Range(1, 3).Draw(t, "member"), rapid.SampledFrom([]uint32{0, 0, 2}).Draw(t, "key")}
		})
		height := uint64(0)
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				who := signer.Draw(t, "who")
				x := by(fake(who.Coop, who.Member, m.spent[who]+rapid.Uint64Range(0, 5).Draw(t, "ahead"), rapid.IntRange(1, 50).Draw(t, "size")), who.Key)
				err := p.Add(x, Standing{m.spent[who], 4}, rapid.Bool().Draw(t, "own"))
				switch ahead := x.Sequence - m.spent[who]; {
				case m.txs[x.ID].Raw != nil:
					if err != nil {
						t.Fatalf("%s again: %v", x.name(), err)
					}
				case ahead == 0 && !errors.Is(err, ErrStale), ahead == 5 && !errors.Is(err, ErrBeyond), ahead%5 != 0 && err != nil:
					t.Fatalf("%s after %d: %v", x.name(), m.spent[who], err)
				case err == nil:
					m.txs[x.ID] = x
				}
			},
			"drop": func(t *rapid.T) {
				x := fake(1, rapid.Uint64Range(1, 3).Draw(t, "member"), rapid.Uint64Range(0, 8).Draw(t, "sequence"), 1)
				p.Drop(x.ID)
				delete(m.txs, x.ID)
			},
			"block": func(t *rapid.T) {
				height++
				var used []Used
				for _, x := range p.Take(Room{height, rapid.Int64Range(0, 300).Draw(t, "bytes"), rapid.IntRange(0, 9).Draw(t, "units")}) {
					used = append(used, Used{x.Signer, x.Sequence})
					m.spent[x.Signer] = x.Sequence
				}
				if rapid.Bool().Draw(t, "another's") {
					who := signer.Draw(t, "who")
					m.spent[who]++
					used = append(used, Used{who, m.spent[who]})
				}
				p.Committed(height, used)
				for id, x := range m.txs {
					if x.Sequence <= m.spent[x.Signer] || !p.Has(id) && !slices.ContainsFunc(m.run(x.Signer), func(r Tx) bool { return r.ID == id }) {
						delete(m.txs, id) // used, or after a gap for too long
					}
				}
			},
			"": func(t *rapid.T) {
				var bytes int64
				could := map[Signer][]string{}
				n := 0
				for id, x := range m.txs {
					bytes += int64(len(x.Raw)) + Overhead
					if !p.Has(id) {
						t.Fatalf("%s is gone", x.name())
					}
					if could[x.Signer] == nil {
						could[x.Signer] = names(m.run(x.Signer))
						n += len(could[x.Signer])
					}
				}
				if k, b := p.Load(); k != len(m.txs) || b != bytes || isReady(p) != (n > 0) {
					t.Fatalf("%d transactions of %d bytes, ready: %t; want %d of %d, %d executable", k, b, isReady(p), len(m.txs), bytes, n)
				}
				taken := map[Signer][]string{}
				for _, x := range p.Take(Room{height + 1, 1 << 30, 1 << 30}) {
					taken[x.Signer] = append(taken[x.Signer], x.name())
				}
				for who, want := range could {
					if !slices.Equal(taken[who], want) {
						t.Fatalf("%v: taken %v, want %v", who, taken[who], want)
					}
				}
			},
		})
	})
}

// Concurrent callers leave the pool whole; go test -race looks at the rest.
func TestPoolTogether(t *testing.T) {
	p := New(Limits{Transactions: 500, Bytes: 1 << 20})
	ctx, end := context.WithCancel(t.Context())
	var callers, offers sync.WaitGroup
	offers.Go(func() {
		for ctx.Err() == nil {
			p.Offer(ctx, 1<<16)
		}
	})
	for coop := range uint32(4) {
		callers.Go(func() {
			for n := uint64(1); n <= 200; n++ {
				for m := range uint64(5) {
					err := p.Add(fake(coop, m, n, 20), Standing{Spent: n - 1, Left: 1}, m%2 == 0)
					if err != nil && !errors.Is(err, ErrFull) {
						t.Error(err)
					}
				}
			}
		})
	}
	callers.Go(func() {
		for height := range uint64(300) {
			var used []Used
			for _, x := range p.Take(Room{height, 4000, 1000}) {
				used = append(used, Used{x.Signer, x.Sequence})
			}
			p.Committed(height, used)
		}
	})
	callers.Wait()
	end()
	offers.Wait()
	var n int
	var bytes int64
	for _, l := range p.lanes {
		n, bytes = n+len(l.txs), bytes+l.bytes
	}
	if k, b := p.Load(); n != k || bytes != b {
		t.Errorf("%d transactions of %d bytes are counted, %d of %d wait", k, b, n, bytes)
	}
	var used []Used
	for who := range p.lanes {
		used = append(used, Used{who, 200})
	}
	p.Committed(1000, used)
	if k, b := p.Load(); k != 0 || b != 0 || isReady(p) {
		t.Errorf("%d transactions of %d bytes are left, ready: %t", k, b, isReady(p))
	}
}
