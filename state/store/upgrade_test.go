package store

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

var update = flag.Bool("update", false, "rewrite testdata/notes-1.export; only while no federation runs")

// A made-up version 2 of the notes room: a note names its writer as an actor in
// place of a member (a changed record), says how long its text is (a new field),
// cannot be erased any more (a retired kind), and can be doubled (a new kind).

type note2 struct {
	Text   string      `cbor:"1,keyasint,omitempty"`
	Length uint64      `cbor:"3,keyasint,omitempty"`
	Writer state.Actor `cbor:"4,keyasint,omitempty"` // field 2 was a member
}

var notes2 = state.NewTable[uint64, note2](0xe2)

const (
	kindDouble  tx.Kind = 0x0105
	kindAppoint tx.Kind = 0x0106
)

// putNote writes a note by the rules of the block's version.
func putNote(c *state.Ctx, number uint64, text string) {
	if c.Version() < 2 {
		notes.Put(c, number, note{text, c.Actor().Member})
		return
	}
	notes2.Put(c, number, note2{Text: text, Length: uint64(len(text)), Writer: c.Actor()})
}

type doubleNote struct {
	Number uint64 `cbor:"1,keyasint,omitempty"`
}

func (doubleNote) Check() error { return nil }
func (doubleNote) Describe(state.Telling) state.Words {
	return state.Words{Phrase: "take the test's action doubleNote"}
}

func (m doubleNote) Apply(c *state.Ctx) error {
	n, err := notes2.Get(c, m.Number)
	if err != nil {
		return err
	}
	putNote(c, m.Number, n.Text+n.Text)
	return nil
}

type appointNote struct {
	Version uint64 `cbor:"1,keyasint,omitempty"`
	Height  uint64 `cbor:"2,keyasint,omitempty"`
	Program string `cbor:"3,keyasint,omitempty"`
}

func (appointNote) Check() error { return nil }
func (appointNote) Describe(state.Telling) state.Words {
	return state.Words{Phrase: "take the test's action appointNote"}
}

func (m appointNote) Apply(c *state.Ctx) error {
	return state.Appoint(c, state.Upgrade{Version: m.Version, Height: m.Height, Program: m.Program})
}

// rulesOf are the rules as the program has them whose latest version is latest.
func rulesOf(latest uint64) state.Rules {
	r := noteRules()
	r.Version = latest
	r.Kinds = append(r.Kinds, state.KindOf[appointNote](kindAppoint, "note.Appoint"))
	if latest < 2 {
		return r
	}
	for i, k := range r.Kinds {
		if k.Number == kindErase {
			r.Kinds[i] = k.Retired(2)
		}
	}
	r.Kinds = append(r.Kinds, state.KindOf[doubleNote](kindDouble, "note.Double").Since(2))
	r.Migrations = []state.Migration{{To: 2, Step: state.Rewrite(notes2, func(r state.Reader, _ uint64, old note) (note2, error) {
		fresh := note2{Text: old.Text, Length: uint64(len(old.Text))}
		if old.By != 0 {
			fresh.Writer = state.Actor{Coop: r.Coop(), Member: old.By}
		}
		return fresh, nil
	})}}
	r.Invariants = nil // they read notes as version 1 has them
	return r
}

// foundBy founds a ledger of notes by a program's rules and runs its first block.
func foundBy(t *testing.T, fs vfs.FS, rules state.Rules) *Ledger {
	t.Helper()
	l := newLedger(t, openStore(t, fs, 0), rules)
	if _, err := l.Init(testChain, 1001, []byte("founded")); err != nil {
		t.Fatal(err)
	}
	runBlock(t, l)
	return l
}

const newProgram = "notes 2.0"

// life is the blocks from height 2 on: notes, an appointment of version 2 at
// height 5, and notes again.
func life() [][][]byte {
	return [][][]byte{
		{sign(1, 1, kindWrite, writeNote{1, "one"}), sign(2, 1, kindWrite, writeNote{2, "two"}), sign(3, 1, kindDouble, doubleNote{1})},
		{sign(1, 2, kindAppoint, appointNote{2, 5, newProgram}), sign(2, 2, kindErase, eraseNote{2})},
		{sign(3, 1, kindWrite, writeNote{3, "three"})},
		{sign(1, 3, kindDouble, doubleNote{1}), sign(2, 3, kindErase, eraseNote{3}), sign(3, 2, kindCarry, carryNote{Kind: kindErase, Payload: tx.Encode(eraseNote{3}), Version: 1})},
		{sign(2, 3, kindWrite, writeNote{4, "four"})},
	}
}

// lifeCodes are the results, block by block. A transaction of a kind that there
// is not yet, or no more, is refused before its sequence is spent.
var lifeCodes = [][]uint32{{0, 0, state.ErrKind.Code}, {0, 0}, {0}, {0, state.ErrKind.Code, 0}, {0}}

// A program that has version 2 makes the same blocks from genesis as one that
// took over at the appointed height; the one before refuses that height, says
// which program it needs and writes nothing.
func TestUpgrade(t *testing.T) {
	replay := foundBy(t, nil, rulesOf(2))
	fs := vfs.NewMem()
	l := foundBy(t, fs, rulesOf(1))
	for i, txs := range life() {
		h := uint64(i + 2)
		if h == 5 {
			requireOld(t, l, h)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			l = newLedger(t, openStore(t, fs, 0), rulesOf(2))
		} else if err := l.Known(); err != nil {
			t.Fatalf("before height %d: %v", h, err)
		}
		got, again := runBlock(t, l, txs...), runBlock(t, replay, txs...)
		for j, code := range lifeCodes[i] {
			if got[j].Code != code || again[j].Code != code {
				t.Errorf("height %d, transaction %d: code %d %s, replayed %d; want %d", h, j, got[j].Code, got[j].Log, again[j].Code, code)
			}
		}
		if !bytes.Equal(l.Tip().Hash, replay.Tip().Hash) {
			t.Fatalf("height %d: upgraded %x, replayed %x", h, l.Tip().Hash, replay.Tip().Hash)
		}
		if want := 1 + uint64(min(i, 3)/3); l.Tip().Version != want || replay.Tip().Version != want {
			t.Errorf("height %d is of version %d and %d, want %d", h, l.Tip().Version, replay.Tip().Version, want)
		}
	}
	v, err := l.View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for n, want := range map[uint64]note2{
		0: {Text: "founded", Length: 7}, 1: {Text: "oneone", Length: 6, Writer: state.Actor{Coop: 1, Member: 1}},
		4: {Text: "four", Length: 4, Writer: state.Actor{Coop: 1, Member: 2}}, 2: {}, 3: {},
	} {
		if got, err := notes2.Get(v.Of(1), n); err != nil || got != want {
			t.Errorf("note %d is %+v, %v; want %+v", n, got, err, want)
		}
	}
	head, err := state.HeadOf(v)
	if want := (state.Head{Chain: testChain, Version: 2, Height: 6, Time: 1006, Program: newProgram}); err != nil || fmt.Sprint(head) != fmt.Sprint(want) {
		t.Errorf("head %+v, %v; want %+v", head, err, want)
	}
	for h, want := range map[uint64]state.Tip{4: {Time: 1004, Version: 1}, 5: {Time: 1005, Version: 2}} {
		old, err := l.View(h)
		if err != nil || old.Time() != want.Time || old.Version() != want.Version || old.Height() != h || old.Chain() != testChain {
			t.Errorf("view of height %d: %+v, %v", h, old.Tip(), err)
		}
	}
}

// requireOld fails unless a program of version 1 refuses to go on to height h.
func requireOld(t *testing.T, l *Ledger, h uint64) {
	t.Helper()
	before := l.Tip()
	for name, err := range map[string]error{"known": l.Known(), "begin": l.Begin(h, 1000+int64(h))} {
		if !errors.Is(err, state.ErrVersion) || !strings.Contains(fmt.Sprint(err), newProgram) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewLedger(l.store, rulesOf(1), nil); !errors.Is(err, state.ErrVersion) {
		t.Errorf("a program of version 1 opens it: %v", err)
	}
	if got := l.Tip(); got.Height != before.Height || !bytes.Equal(got.Hash, before.Hash) {
		t.Errorf("refusing wrote: %+v, then %+v", before, got)
	}
}

// A migration that is more than a block may do goes on over the blocks after,
// through restarts; until it is done, transactions are refused and keep their
// sequence. Check, which does not try what a block does first, refuses one block
// longer.
func TestMigrationOverBlocks(t *testing.T) {
	const many = 2*state.MigrateUnits + 100
	rules := rulesOf(2)
	found := rules.Genesis
	rules.Genesis = func(c *state.Ctx, document []byte) error {
		for n := range uint64(many) {
			notes.Put(c.In(2), n, note{Text: fmt.Sprint(n), By: 1})
		}
		return found(c, document)
	}
	straight, restarted := foundBy(t, nil, rules), foundBy(t, nil, rules)
	wait := sign(2, 1, kindWrite, writeNote{5, "waits"})
	for _, row := range []struct {
		raw  []byte
		code uint32
	}{
		{sign(1, 1, kindAppoint, appointNote{2, 3, newProgram}), 0},
		{wait, state.ErrUpgrading.Code}, {wait, state.ErrUpgrading.Code}, {wait, 0},
	} {
		h := straight.Tip().Height + 1
		if checked, err := straight.Check(wait); err != nil || (h > 2) != (checked.Code == state.ErrUpgrading.Code) {
			t.Errorf("height %d: Check answers %+v, %v", h, checked, err)
		}
		got, again := runBlock(t, straight, row.raw)[0], runBlock(t, restarted, row.raw)[0]
		if got.Code != row.code || again.Code != row.code {
			t.Errorf("height %d: codes %d and %d, want %d", h, got.Code, again.Code, row.code)
		}
		if !bytes.Equal(straight.Tip().Hash, restarted.Tip().Hash) {
			t.Fatalf("height %d: %x, with restarts %x", h, straight.Tip().Hash, restarted.Tip().Hash)
		}
		var err error
		if restarted, err = restarted.Reload(rules, nil); err != nil {
			t.Fatal(err)
		}
	}
	v, err := straight.View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	n := uint64(0)
	err = notes2.Range(v.Of(2), 0, ^uint64(0), func(k uint64, got note2) (bool, error) {
		if want := (note2{Text: fmt.Sprint(k), Length: uint64(len(fmt.Sprint(k))), Writer: state.Actor{Coop: 2, Member: 1}}); got != want {
			return false, fmt.Errorf("note %d is %+v, want %+v", k, got, want)
		}
		n++
		return true, nil
	})
	if err != nil || n != many {
		t.Errorf("%d notes migrated of %d: %v", n, many, err)
	}
}

// The kept state of version 1 is read and migrated by every later program.
func TestKeptState(t *testing.T) {
	const file = "testdata/notes-1.export"
	if *update {
		l := foundBy(t, nil, rulesOf(1))
		for _, txs := range life()[:3] {
			runBlock(t, l, txs...)
		}
		if err := os.WriteFile(file, exportOf(t, l.store, 0), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := restore(t, nil, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewLedger(s, rulesOf(1), nil); !errors.Is(err, state.ErrVersion) || !strings.Contains(err.Error(), newProgram) {
		t.Errorf("before height 5, a program of version 1: %v", err)
	}
	l := newLedger(t, s, rulesOf(2))
	for _, txs := range life()[3:] {
		runBlock(t, l, txs...)
	}
	replay := foundBy(t, nil, rulesOf(2))
	for _, txs := range life() {
		runBlock(t, replay, txs...)
	}
	if !bytes.Equal(l.Tip().Hash, replay.Tip().Hash) {
		t.Errorf("from the kept state %x, from genesis %x", l.Tip().Hash, replay.Tip().Hash)
	}
}

// A state without a version, or of one that the program lacks, is refused in
// words, and nothing is written.
func TestUnknownVersion(t *testing.T) {
	fs := vfs.NewMem()
	l := foundBy(t, fs, rulesOf(2))
	for _, txs := range life() {
		runBlock(t, l, txs...)
	}
	tip := l.Tip()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, fs, 0)
	if _, err := NewLedger(s, rulesOf(1), nil); !errors.Is(err, state.ErrVersion) || !strings.Contains(err.Error(), "version 2 is needed, which "+newProgram+" has; this program has versions 1 to 1") {
		t.Errorf("opened by a program of version 1: %v", err)
	}
	if got := s.Tip(); got.Height != tip.Height || !bytes.Equal(got.Hash, tip.Hash) {
		t.Errorf("refusing wrote: %+v, then %+v", tip, got)
	}
	old := tip
	old.Version = 0 // as programs from before versions wrote it
	if err := s.db.Set(metaTip, tx.Encode(old), pebble.Sync); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	db := openDB(t, fs)
	if _, err := OpenStore(db, 0); !errors.Is(err, state.ErrVersion) || !strings.Contains(err.Error(), "before versions existed") {
		t.Errorf("a state without a version: %v", err)
	}
	_ = db.Close()
}

// What an export says of itself is held against the Head under its root.
func TestRestoreHoldsHead(t *testing.T) {
	l := openLedger(t, nil)
	runBlock(t, l, sign(1, 1, kindWrite, writeNote{1, "one"}))
	good := exportOf(t, l.store, 0)
	for name, change := range map[string]func(tip *state.Tip){
		"another chain":                      func(tip *state.Tip) { tip.Chain = "notes-2" },
		"another version":                    func(tip *state.Tip) { tip.Version = 2 },
		"a time before the last change":      func(tip *state.Tip) { tip.Time-- },
		"no version":                         func(tip *state.Tip) { tip.Version = 0 },
		"a chain id that is not in the Head": func(tip *state.Tip) { tip.Chain = "" },
	} {
		head, rest := splitHead(t, good)
		change(&head.Tip)
		if _, err := restore(t, nil, bytes.NewReader(append(tx.Encode(head), rest...))); err == nil {
			t.Errorf("%s: restored", name)
		}
	}
	if _, err := restore(t, nil, bytes.NewReader(good)); err != nil {
		t.Errorf("the good export: %v", err)
	}
}

// Rows follow the order of the checks.
func TestAppoint(t *testing.T) {
	long := strings.Repeat("n", state.MaxProgram+1)
	l := foundBy(t, nil, rulesOf(1))
	for i, row := range []struct {
		name string
		m    appointNote
		want uint32
	}{
		{"the version in force", appointNote{1, 100, newProgram}, state.ErrUpgrade.Code},
		{"this height", appointNote{2, 3, newProgram}, state.ErrUpgrade.Code},
		{"no program", appointNote{2, 100, ""}, state.ErrUpgrade.Code},
		{"a program with too long a name", appointNote{2, 100, long}, state.ErrUpgrade.Code},
		{"version 2", appointNote{2, 100, long[:state.MaxProgram]}, 0},
		{"another in its place", appointNote{3, 90, newProgram}, 0},
		{"taken back", appointNote{}, 0},
	} {
		res := runBlock(t, l, sign(1, uint64(i+1), kindAppoint, row.m))[0]
		if res.Code != row.want {
			t.Errorf("%s: code %d %s, want %d", row.name, res.Code, res.Log, row.want)
		}
		v, err := l.View(0)
		if err != nil {
			t.Fatal(err)
		}
		head, err := state.HeadOf(v)
		v.Close()
		if want := (state.Upgrade(row.m)); err != nil || (row.want == 0) != (head.Next == want) {
			t.Errorf("%s: appointed %+v, %v", row.name, head.Next, err)
		}
	}
}
