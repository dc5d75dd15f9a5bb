package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// The room of these tests keeps notes: one leaf each in notes, and how often
// each was written, paged, in counts.

type note struct {
	Text string       `cbor:"1,keyasint,omitempty"`
	By   state.Member `cbor:"2,keyasint,omitempty"`
}

type noteSigner struct {
	Key      tx.PublicKey `cbor:"1,keyasint,omitempty"`
	Sequence uint64       `cbor:"2,keyasint,omitempty"`
}

type countKey struct {
	Shelf  uint16
	Number uint64
}

var (
	noteSigners = state.NewTable[state.Member, noteSigner](0xe1)
	notes       = state.NewTable[uint64, note](0xe2)
	counts      = state.NewPagedTable[countKey, uint64](0xe3)
)

const (
	kindWrite tx.Kind = 0x0101
	kindErase tx.Kind = 0x0102
	kindCarry tx.Kind = 0x0103
	kindFault tx.Kind = 0x0104

	maxNote   = 100 // bytes
	unlucky   = 13  // a note of this number is rejected after its writes
	allowance = 20  // transactions a signer, in all
	guest     = state.Member(4)
	powerless = 9 // a kind of motion that may carry nothing
)

var (
	errNoteLong    = &state.Rejection{Code: 9901, Reason: "note is too long"}
	errNoteUnlucky = &state.Rejection{Code: 9902, Reason: "note has an unlucky number"}
	errNoteFault   = errors.New("pen out of ink")
)

type writeNote struct {
	Number uint64 `cbor:"1,keyasint,omitempty"`
	Text   string `cbor:"2,keyasint,omitempty"`
}

type noteWritten struct{ Number uint64 }

func (noteWritten) Event() string { return "note.Written" }

func (m writeNote) Check() error {
	if len(m.Text) > maxNote {
		return errNoteLong.With("%d bytes", len(m.Text))
	}
	return nil
}

func (m writeNote) Apply(c *state.Ctx) error {
	key := countKey{1, m.Number}
	n, err := counts.Get(c, key)
	if err != nil {
		return err
	}
	putNote(c, m.Number, m.Text)
	counts.Put(c, key, n+1)
	c.Emit(noteWritten{m.Number})
	c.Return(m.Number)
	if m.Number == unlucky { // a room must not: rejections come before writes
		return errNoteUnlucky
	}
	return nil
}

type eraseNote struct {
	Number uint64 `cbor:"1,keyasint,omitempty"`
}

func (eraseNote) Check() error { return nil }
func (m eraseNote) Apply(c *state.Ctx) error {
	notes.Delete(c, m.Number)
	counts.Delete(c, countKey{1, m.Number})
	return nil
}

type carryNote struct {
	Kind    tx.Kind `cbor:"1,keyasint,omitempty"`
	Payload []byte  `cbor:"2,keyasint,omitempty"`
	Version uint64  `cbor:"3,keyasint,omitempty"` // of the rules when it was proposed; zero for today's
	By      uint16  `cbor:"4,keyasint,omitempty"` // of the motion
}

func (carryNote) Check() error { return nil }
func (m carryNote) Apply(c *state.Ctx) error {
	version := m.Version
	if version == 0 {
		version = c.Version()
	}
	res, err := c.Carry(m.Kind, m.Payload, version, state.Authority{Actor: state.Actor{Coop: 1, Motion: 7}, Kind: m.By})
	if err != nil {
		return err
	}
	code := res.Code
	notes.Put(c, 1_000_000, note{Text: fmt.Sprint("carried: ", code)})
	c.Return(code)
	return nil
}

type faultNote struct {
	Number uint64 `cbor:"1,keyasint,omitempty"`
}

func (faultNote) Check() error               { return nil }
func (m faultNote) Apply(c *state.Ctx) error { return errNoteFault }

func (writeNote) Describe(state.Telling) state.Words { return state.Words{Phrase: "write a note"} }
func (eraseNote) Describe(state.Telling) state.Words { return state.Words{Phrase: "erase a note"} }
func (carryNote) Describe(state.Telling) state.Words { return state.Words{Phrase: "carry an action"} }
func (faultNote) Describe(state.Telling) state.Words { return state.Words{Phrase: "fail"} }

var noteKinds = []state.Kind{
	state.KindOf[writeNote](kindWrite, "note.Write"), state.KindOf[eraseNote](kindErase, "note.Erase"),
	state.KindOf[carryNote](kindCarry, "note.Carry"), state.KindOf[faultNote](kindFault, "note.Fault"),
}

// noteRules are the rules of the notes room. Guests may not write.
func noteRules() state.Rules {
	return state.Rules{
		Kinds: noteKinds,
		Key: func(r state.Reader, signer state.Signer) (tx.PublicKey, error) {
			s, ok, err := noteSigners.Find(r, signer.Member)
			if err == nil && !ok {
				err = state.ErrSigner.With("member %d", signer.Member)
			}
			return s.Key, err
		},
		Sequence: func(r state.Reader, signer state.Signer) (uint64, error) {
			s, err := noteSigners.Get(r, signer.Member)
			return s.Sequence, err
		},
		Spend: func(c *state.Ctx, signer state.Signer, sequence uint64) error {
			s, err := noteSigners.Get(c, signer.Member)
			if err != nil {
				return err
			}
			if sequence > allowance {
				return state.ErrAllowance
			}
			s.Sequence = sequence
			noteSigners.Put(c, signer.Member, s)
			return nil
		},
		Authorize: func(c *state.Ctx, k tx.Kind, a state.Action) error {
			if c.Actor().Member == guest {
				return state.ErrAuthority.With("guest")
			}
			if c.Authority().Kind == powerless {
				return state.ErrAuthority.With("%v", c.Actor())
			}
			return nil
		},
		Genesis: func(c *state.Ctx, data []byte) error {
			coop := c.In(1)
			for m := state.Member(1); m <= 4; m++ {
				noteSigners.Put(coop, m, noteSigner{Key: noteKey(m).Public()})
			}
			notes.Put(coop, 0, note{Text: string(data)})
			counts.Put(coop, countKey{1, 0}, 1)
			return nil
		},
		Invariants: []state.Invariant{{Name: "as many counts as notes", Check: func(r state.Reader) error {
			n, m := 0, 0
			err := notes.Range(r.Of(1), 0, 999_999, func(uint64, note) (bool, error) { n++; return true, nil })
			err = errors.Join(err, counts.Range(r.Of(1), countKey{0, 0}, countKey{9, 0}, func(countKey, uint64) (bool, error) { m++; return true, nil }))
			if err == nil && n != m {
				err = fmt.Errorf("%d notes and %d counts", n, m)
			}
			return err
		}}},
	}
}

func noteKey(m state.Member) tx.PrivateKey {
	return tx.NewPrivateKey(binary.BigEndian.AppendUint64(bytes.Repeat([]byte{7}, 24), uint64(m)))
}

const testChain = "notes-1"

// sign makes a transaction of member m of co-op 1.
func sign(m state.Member, sequence uint64, kind tx.Kind, action any) []byte {
	return tx.Sign(noteKey(m), tx.Body{Chain: testChain, Coop: 1, Signer: uint64(m), Sequence: sequence,
		Expiry: 1 << 40, Kind: kind, Payload: tx.Encode(action)})
}

// openDB opens a database in fs, in memory if fs is nil.
func openDB(t testing.TB, fs vfs.FS) *pebble.DB {
	t.Helper()
	if fs == nil {
		fs = vfs.NewMem()
	}
	o := Options()
	o.FS = fs
	db, err := pebble.Open("state", o)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// openStore opens a store in fs, in memory if fs is nil, and closes it with the
// test.
func openStore(t testing.TB, fs vfs.FS, keep uint64) *Store {
	t.Helper()
	s, err := OpenStore(openDB(t, fs), keep)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.current != nil {
			_ = s.Close()
		}
	})
	return s
}

// openLedger founds a ledger of notes in fs and runs its first, empty block.
func openLedger(t testing.TB, fs vfs.FS) *Ledger {
	t.Helper()
	l := newLedger(t, openStore(t, fs, 0), noteRules())
	if _, err := l.Init(testChain, 1000, []byte("founded")); err != nil {
		t.Fatal(err)
	}
	runBlock(t, l)
	return l
}

// newLedger makes a ledger over s.
func newLedger(t testing.TB, s *Store, rules state.Rules) *Ledger {
	t.Helper()
	l, err := NewLedger(s, rules, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// begin opens the block of height h, a second after the one before.
func begin(t testing.TB, l *Ledger, h uint64) {
	t.Helper()
	if err := l.Begin(h, 1000+int64(h)); err != nil {
		t.Fatal(err)
	}
}

// runBlock executes and commits the next block.
func runBlock(t testing.TB, l *Ledger, txs ...[]byte) []state.Result {
	t.Helper()
	results := runOpen(t, l, txs...)
	if err := l.Commit(); err != nil {
		t.Fatal(err)
	}
	return results
}

// runOpen executes the next block and leaves it to be committed.
func runOpen(t testing.TB, l *Ledger, txs ...[]byte) (results []state.Result) {
	t.Helper()
	h := l.Tip().Height + 1
	begin(t, l, h)
	for i, raw := range txs {
		r, err := l.Deliver(raw)
		if err != nil {
			t.Fatalf("transaction %d: %v", i, err)
		}
		results = append(results, r)
	}
	if _, _, err := l.End(); err != nil {
		t.Fatal(err)
	}
	return results
}

// write commits one block of raw leaves to a store: a nil value deletes.
func write(t testing.TB, s *Store, leaves map[string][]byte) {
	t.Helper()
	if err := tryWrite(s, leaves); err != nil {
		t.Fatal(err)
	}
}

func tryWrite(s *Store, leaves map[string][]byte) error {
	var changes []state.Change
	for _, k := range slices.Sorted(maps.Keys(leaves)) {
		old, err := s.Leaf([]byte(k))
		if err != nil {
			return err
		}
		if v := leaves[k]; (v == nil) != (old == nil) || !bytes.Equal(v, old) {
			changes = append(changes, state.Change{Key: []byte(k), Value: v})
		}
	}
	return commitChanges(s, changes)
}

// commitChanges commits a block of changes, sorted by key.
func commitChanges(s *Store, changes []state.Change) error {
	if h := s.Tip().Height + 1; h == 1 || len(changes) > 0 {
		head := state.Head{Chain: testChain, Version: 1, Height: h, Time: int64(h)}
		changes = append([]state.Change{{Key: state.LocateHead().Key, Value: tx.Encode(head)}}, changes...)
	}
	hash, err := s.stage(changes)
	if err != nil {
		return err
	}
	h := s.Tip().Height + 1
	return s.save(changes, nil, state.Tip{Height: h, Time: int64(h), Hash: hash, Chain: testChain, Version: 1})
}

// contents reads every leaf but the Head.
func contents(t testing.TB, s state.Leaves) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	last := ""
	err := s.Each(nil, lastKey, func(k, v []byte) (bool, error) {
		if string(k) <= last && len(out) > 0 {
			return false, fmt.Errorf("%x after %x", k, last)
		}
		last = string(k)
		if !bytes.Equal(k, state.LocateHead().Key) {
			out[last] = bytes.Clone(v)
		}
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A memory is a model of the tree: a plain map.
type memory map[string][]byte

// apply makes the write on the model.
func (m memory) apply(key, value []byte) {
	if value == nil {
		delete(m, string(key))
	} else {
		m[string(key)] = value
	}
}

// Keys of one or two bytes out of few, so that writes meet.
var anyKey = rapid.Custom(func(t *rapid.T) []byte {
	return rapid.SliceOfN(rapid.ByteRange(0x10, 0x14), 1, 2).Draw(t, "key")
})

// A value, or nil for a deletion.
var anyValue = rapid.Custom(func(t *rapid.T) []byte {
	if rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
		return nil
	}
	return []byte{rapid.ByteRange(0, 3).Draw(t, "value")}
})

func (m memory) Leaf(key []byte) ([]byte, error) { return m[string(key)], nil }

func (m memory) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if k < string(start) || k >= string(end) {
			continue
		}
		if more, err := fn([]byte(k), m[k]); err != nil || !more {
			return err
		}
	}
	return nil
}

// checkScan compares a walk over any range, cut anywhere, with the model's.
func checkScan(t *rapid.T, s state.Leaves, want memory) {
	start, end := anyKey.Draw(t, "start"), anyKey.Draw(t, "end")
	limit := rapid.IntRange(1, 20).Draw(t, "limit")
	collect := func(s state.Leaves) (out []string) {
		err := s.Each(start, end, func(k, v []byte) (bool, error) {
			out = append(out, string(k)+"="+string(v))
			return len(out) < limit, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got, want := collect(s), collect(want); !slices.Equal(got, want) {
		t.Fatalf("scan %x to %x: %x, want %x", start, end, got, want)
	}
	boom := errors.New("boom")
	n := 0
	err := s.Each(start, end, func(k, v []byte) (bool, error) { n++; return true, boom })
	if n > 1 || n == 1 && !errors.Is(err, boom) {
		t.Fatalf("scan went on after an error, %d times, %v", n, err)
	}
}
