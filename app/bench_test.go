package app

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A hall is a co-op of many members with open motions, on disk, for measuring.
type hall struct {
	tb      testing.TB
	dir     string
	db      *pebble.DB // of app
	app     *App
	height  int64
	now     time.Time
	members int
	keep    uint64 // heights, of states and of results; zero keeps all
	keys    []tx.PrivateKey
	spent   []uint64 // sequence of each member
	motions []ballot.Number
	indexes []state.Listing
}

const hallChain = "hall-1"

// officers are the offices of each co-op's first members.
var officers = [][]charter.Office{{charter.Secretary, charter.ReturningOfficer}, {charter.Treasurer}, {charter.Chair}}

func hallKey(i int) tx.PrivateKey {
	seed := make([]byte, tx.SeedSize)
	binary.BigEndian.PutUint64(seed, uint64(i))
	return tx.NewPrivateKey(seed)
}

// newHall founds a co-op of that many members. Its motions stay open until their time is
// over, so that members can cast again and again.
func newHall(tb testing.TB, members int) *hall {
	return newHallOf(tb, members, rooms.Indexes)
}

// staysOpen lets no motion close because it is decided.
func staysOpen(doc *charter.Document) {
	for i := range doc.Motions {
		doc.Motions[i].Closing = charter.AtDeadline
	}
}

// newHallOf is newHall with other lists kept by an index.
func newHallOf(tb testing.TB, members int, indexes []state.Listing) *hall {
	return foundHall(tb, members, 1, indexes, staysOpen)
}

// foundHall is newHallOf with more co-ops beside the first, of three officers each,
// and a charter that amend has changed.
func foundHall(tb testing.TB, members, coops int, indexes []state.Listing, amend func(*charter.Document)) *hall {
	h := &hall{tb: tb, dir: filepath.Join(tb.TempDir(), "app"), now: time.Unix(1_700_000_000, 0), members: members, indexes: indexes}
	h.keys, h.spent = make([]tx.PrivateKey, members+1), make([]uint64, members+1)
	for i := range h.keys {
		h.keys[i] = hallKey(i)
	}
	doc, err := charter.Preset("standard")
	if err != nil {
		tb.Fatal(err)
	}
	doc.Policy.Allowance = charter.MaxAllowance
	for i := range doc.Motions {
		doc.Motions[i].Notice, doc.Motions[i].Shortest = 0, 0
	}
	amend(&doc)
	founding := federation.Genesis{Version: 1, Federation: "Hall"}
	var powers []abci.ValidatorUpdate
	for coop := range coops {
		key, number := hallKey(1<<62|coop), state.Coop(coop+1)
		powers = append(powers, abci.Ed25519ValidatorUpdate(key.Validator(), federation.Power))
		g := federation.GenesisCoop{Name: fmt.Sprint("Hall ", number), Validator: federation.ValidatorOf(key, hallChain, number), Charter: doc}
		for i, offices := range officers {
			founder := federation.FounderOf(hallKey(coop<<32|i+1), hallChain, number)
			founder.Offices = offices
			g.Members = append(g.Members, founder)
		}
		for n := len(officers) + 1; coop == 0 && n <= members; n++ {
			g.Members = append(g.Members, federation.FounderOf(h.keys[n], hallChain, number))
		}
		founding.Coops = append(founding.Coops, g)
	}
	genesis, err := json.Marshal(founding)
	if err != nil {
		tb.Fatal(err)
	}
	h.open()
	_, err = h.app.InitChain(context.Background(), &abci.RequestInitChain{
		ChainId: hallChain, Time: h.now, InitialHeight: 1, AppStateBytes: genesis,
		Validators: powers,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

// open is Open, and keeps hold of the database for what it tells of its memory.
func (h *hall) open() {
	db, err := OpenDB(h.dir, nil)
	if err != nil {
		h.tb.Fatal(err)
	}
	opened, err := store.OpenStore(db, h.keep)
	if err != nil {
		h.tb.Fatal(err)
	}
	opened.KeepResults(h.keep)
	rules := Rules()
	rules.Indexes = h.indexes
	ledger, err := store.NewLedger(opened, rules, state.NewKnown(state.KnownBytes))
	if err != nil {
		h.tb.Fatal(err)
	}
	h.db, h.app = db, New(ledger, slog.New(slog.DiscardHandler))
}

func (h *hall) sign(m int, kind tx.Kind, a state.Action) []byte {
	h.spent[m]++
	return tx.Sign(h.keys[m], tx.Body{Chain: hallChain, Coop: 1, Signer: uint64(m), Sequence: h.spent[m], Expiry: 1 << 40, Kind: kind, Payload: tx.Encode(a)})
}

// motion opens one more motion for all members.
func (h *hall) motion() ballot.Number {
	h.block(h.sign(1, ballot.KindPropose, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	h.motions = append(h.motions, ballot.Number(len(h.motions)+1))
	return h.motions[len(h.motions)-1]
}

// casts signs n casts of members that lie far apart.
func (h *hall) casts(motion ballot.Number, n, round int) [][]byte {
	const stride = 7919
	out := make([][]byte, n)
	for i := range out {
		m := 1 + (round*n+i)*stride%h.members
		out[i] = h.sign(m, ballot.KindCast, ballot.Cast{Motion: motion, Paper: ballot.Choice(1 + i%3).Paper()})
	}
	return out
}

func (h *hall) finalize(txs ...[]byte) {
	h.height++
	h.now = h.now.Add(time.Second)
	res, err := h.app.FinalizeBlock(context.Background(), &abci.RequestFinalizeBlock{Txs: txs, Height: h.height, Time: h.now})
	if err != nil {
		h.tb.Fatal(err)
	}
	for i, r := range res.TxResults {
		if r.Code != 0 {
			h.tb.Fatalf("transaction %d of block %d: %d %s", i, h.height, r.Code, r.Log)
		}
	}
}

func (h *hall) commit() {
	if _, err := h.app.Commit(context.Background(), &abci.RequestCommit{}); err != nil {
		h.tb.Fatal(err)
	}
}

func (h *hall) block(txs ...[]byte) {
	h.finalize(txs...)
	h.commit()
}

func (h *hall) check(txs [][]byte) {
	for _, raw := range txs {
		res, err := h.app.CheckTx(context.Background(), &abci.RequestCheckTx{Tx: raw})
		if err != nil || res.Code != 0 {
			h.tb.Fatalf("check: %v %v", res, err)
		}
	}
}

func (h *hall) close() {
	if err := h.app.Close(); err != nil {
		h.tb.Fatal(err)
	}
	h.app, h.db = nil, nil
}

const blockOfCasts = 1000

// BenchmarkFinalize compares a block of casts not seen before with the batch
// verification of their signatures alone, and with casts seen in CheckTx, from one client
// and from 16 at a time.
func BenchmarkFinalize(b *testing.B) {
	h := newHall(b, 10_000)
	defer h.close()
	motion := h.motion()
	var pure, cold, warm, checking, together, commits time.Duration
	var objects uint64
	round := 0
	for b.Loop() {
		txs := h.casts(motion, blockOfCasts, round)
		pure += timed(func() { verifyBatch(b, h, txs) })
		cold += timed(func() { h.finalize(txs...) })
		h.commit()
		round++
		txs = h.casts(motion, blockOfCasts, round)
		checking += timed(func() { h.check(txs) })
		before := allocated()
		warm += timed(func() { h.finalize(txs...) })
		objects += allocated() - before
		commits += timed(h.commit)
		round++
		txs = h.casts(motion, blockOfCasts, round)
		together += timed(func() { h.checkTogether(txs, 16) })
		h.block(txs...)
		round++
	}
	n := float64(b.N * blockOfCasts)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(pure.Nanoseconds())/n/1e3, "µs/batch-verify")
	b.ReportMetric(float64(checking.Nanoseconds())/n/1e3, "µs/check")
	b.ReportMetric(float64(together.Nanoseconds())/n/1e3, "µs/check-of-16")
	b.ReportMetric(float64(cold.Nanoseconds())/n/1e3, "µs/unseen")
	b.ReportMetric(float64(warm.Nanoseconds())/n/1e3, "µs/seen")
	b.ReportMetric(float64(objects)/n, "allocs/seen")
	b.ReportMetric(float64(commits.Nanoseconds())/n/1e3, "µs/commit")
	b.ReportMetric(float64(cold)/float64(pure), "unseen/batch")
	b.ReportMetric(float64(warm)/float64(cold), "seen/unseen")
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// allocated is how many objects the process has allocated so far.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

func verifyBatch(tb testing.TB, h *hall, txs [][]byte) {
	var batch tx.Batch
	for _, raw := range txs {
		s, err := tx.Parse(raw)
		if err != nil {
			tb.Fatal(err)
		}
		batch.Add(h.keys[s.Body.Signer].Public(), s.Bytes, s.Signature)
	}
	for _, ok := range batch.Verify() {
		if !ok {
			tb.Fatal("bad signature")
		}
	}
}

// BenchmarkMembers measures a block of casts, executed and committed, as the
// register grows, and what a member weighs on disk and in memory. The largest
// wants ROCHDALE_BENCH_MILLION=1: it takes minutes to fill.
func BenchmarkMembers(b *testing.B) {
	sizes := []int{1_000, 10_000, 100_000}
	if os.Getenv("ROCHDALE_BENCH_MILLION") != "" {
		sizes = append(sizes, 1_000_000)
	}
	for _, members := range sizes {
		b.Run(fmt.Sprint(members), func(b *testing.B) { benchMembers(b, members) })
	}
}

func benchMembers(b *testing.B, members int) {
	h := newHall(b, members)
	motion := h.motion()
	filled := weigh(h)
	h.close()
	disk := diskUse(b, h.dir)
	closed := weigh(h) // the benchmark's own, members' keys among it
	h.open()
	round := 0
	b.ResetTimer()
	for b.Loop() {
		b.StopTimer()
		txs := h.casts(motion, blockOfCasts, round)
		round++
		b.StartTimer()
		h.block(txs...)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*blockOfCasts), "µs/cast")
	h.readAll()
	read := weigh(h)
	h.close()
	restart := timed(func() {
		h.open()
		h.block(h.casts(motion, 1, round)...)
	})
	fsck := timed(func() {
		if err := h.app.Fsck(); err != nil {
			b.Fatal(err)
		}
	})
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(restart.Microseconds())/1e3, "ms/restart")
	b.ReportMetric(float64(fsck.Milliseconds()), "ms/fsck")
	b.ReportMetric(float64(disk)/float64(members), "disk-B/member")
	const mb = 1e6
	b.ReportMetric((filled.heap-closed.heap)/mb, "heap-filled-MB")
	b.ReportMetric((read.heap-closed.heap)/mb, "heap-MB")
	b.ReportMetric(read.blocks/mb, "blocks-MB")
	b.ReportMetric(read.writes/mb, "memtables-MB")
	b.ReportMetric((read.resident-closed.resident)/mb, "resident-MB")
	h.close()
}

// BenchmarkGrowth measures what casts, each alone in its block and with an empty
// block after it, add to the database: with every height kept, and with the last
// hundred. The casts expire late, so that their results stay in both.
func BenchmarkGrowth(b *testing.B) {
	for _, members := range []int{50, 2000} {
		for _, keep := range []uint64{0, 100} {
			b.Run(fmt.Sprintf("members=%d/keep=%d", members, keep), func(b *testing.B) { benchGrowth(b, members, keep) })
		}
	}
}

func benchGrowth(b *testing.B, members int, keep uint64) {
	const casts = 3000
	for b.Loop() {
		h := newHall(b, members)
		motion := h.motion()
		h.close()
		h.keep = keep
		h.open()
		sized := func() (size int64) {
			if err := h.db.Flush(); err != nil {
				b.Fatal(err)
			}
			if err := h.db.Compact(context.Background(), []byte{0}, []byte{0xff}, false); err != nil {
				b.Fatal(err)
			}
			for _, level := range h.db.Metrics().Levels {
				size += level.TablesSize
			}
			return size
		}
		before, length := sized(), 0
		for round := range casts {
			raw := h.casts(motion, 1, 1+round)[0]
			length += len(raw)
			h.block(raw)
			h.block()
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(sized()-before)/casts, "B/cast")
		b.ReportMetric(float64(length)/casts, "B/signed")
		h.close()
	}
}

// A weight is what is in memory after a collection, in bytes.
type weight struct {
	heap     float64 // of Go: the tree's nodes, signatures, tables' readers
	blocks   float64 // the database's cache of blocks, at most blockCache
	writes   float64 // its tables in memory, at most two and what an iterator holds
	resident float64 // of the process
}

func weigh(h *hall) (w weight) {
	h.tb.Helper()
	debug.FreeOSMemory() // collects twice: what finalizers let go of is gone too
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.heap = float64(m.HeapAlloc)
	if h.db != nil {
		d := h.db.Metrics()
		w.blocks, w.writes = float64(d.BlockCache.Size), float64(d.MemTable.Size+d.MemTable.ZombieSize)
	}
	var pages float64
	if raw, err := os.ReadFile("/proc/self/statm"); err == nil { // elsewhere it stays zero
		if _, err := fmt.Sscan(strings.Fields(string(raw))[1], &pages); err != nil {
			h.tb.Fatal(err)
		}
	}
	w.resident = pages * float64(os.Getpagesize())
	return w
}

// readAll reads every leaf as a client does, and proves members all over the
// register until the tree's cache for readers is full.
func (h *hall) readAll() {
	ask := func(r *abci.RequestQuery) []byte {
		res, err := h.app.Query(context.Background(), r)
		if err != nil || res.Code != 0 {
			h.tb.Fatalf("query: %v %v", res, err)
		}
		return res.Value
	}
	q := state.RangeQuery{End: []byte{0xff}}
	for more := true; more; {
		answer, err := tx.Decode[state.RangeAnswer](ask(&abci.RequestQuery{Path: state.PathRange, Data: tx.Encode(q)}))
		if err != nil {
			h.tb.Fatal(err)
		}
		more = answer.More
		q.Start = append(answer.Leaves[len(answer.Leaves)-1].Key, 0)
	}
	for i := range min(h.members, 20_000) {
		m := state.Member(1 + i*7919%h.members)
		ask(&abci.RequestQuery{Path: state.PathKey, Data: member.Locate(1, m).Key, Prove: true})
	}
}

func diskUse(tb testing.TB, dir string) (size int64) {
	err := filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return size
}
