package state

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/tx"
)

// The room of these tests keeps notes: one leaf each in notes, and how often
// each was written, paged, in counts.

type note struct {
	Text string `cbor:"1,keyasint"`
	By   Member `cbor:"2,keyasint"`
}

type noteSigner struct {
	Key      tx.PublicKey `cbor:"1,keyasint"`
	Sequence uint64       `cbor:"2,keyasint"`
}

type countKey struct {
	Shelf  uint16
	Number uint64
}

var (
	noteSigners = NewTable[Member, noteSigner](0x01)
	notes       = NewTable[uint64, note](0x02)
	counts      = NewPagedTable[countKey, uint64](0x03)
)

const (
	kindWrite tx.Kind = 0x0101
	kindErase tx.Kind = 0x0102
	kindCarry tx.Kind = 0x0103
	kindFault tx.Kind = 0x0104

	maxNote   = 100 // bytes
	unlucky   = 13  // a note of this number is rejected after its writes
	allowance = 20  // transactions a signer, in all
	guest     = Member(4)
)

var (
	errNoteLong    = &Rejection{9901, "note is too long"}
	errNoteUnlucky = &Rejection{9902, "note has an unlucky number"}
	errNoteFault   = errors.New("pen out of ink")
)

type writeNote struct {
	Number uint64 `cbor:"1,keyasint"`
	Text   string `cbor:"2,keyasint"`
}

type noteWritten struct{ Number uint64 }

func (noteWritten) Event() string { return "note.Written" }

func (m writeNote) Check() error {
	if len(m.Text) > maxNote {
		return errNoteLong.With("%d bytes", len(m.Text))
	}
	return nil
}

func (m writeNote) Apply(c *Ctx) error {
	key := countKey{1, m.Number}
	n, err := counts.Get(c, key)
	if err != nil {
		return err
	}
	notes.Put(c, m.Number, note{m.Text, c.Authority().Signer})
	counts.Put(c, key, n+1)
	c.Emit(noteWritten{m.Number})
	c.Return(m.Number)
	if m.Number == unlucky { // a room must not: rejections come before writes
		return errNoteUnlucky
	}
	return nil
}

type eraseNote struct {
	Number uint64 `cbor:"1,keyasint"`
}

func (eraseNote) Check() error { return nil }
func (m eraseNote) Apply(c *Ctx) error {
	notes.Delete(c, m.Number)
	counts.Delete(c, countKey{1, m.Number})
	return nil
}

type carryNote struct {
	Kind    tx.Kind `cbor:"1,keyasint"`
	Payload []byte  `cbor:"2,keyasint"`
}

func (carryNote) Check() error { return nil }
func (m carryNote) Apply(c *Ctx) error {
	refused, err := c.Carry(m.Kind, m.Payload, Authority{Mandate: 7})
	if err != nil {
		return err
	}
	code := uint32(0)
	if refused != nil {
		code = refused.Code
	}
	notes.Put(c, 1_000_000, note{Text: fmt.Sprint("carried: ", code)})
	c.Return(code)
	return nil
}

type faultNote struct {
	Number uint64 `cbor:"1,keyasint"`
}

func (faultNote) Check() error         { return nil }
func (m faultNote) Apply(c *Ctx) error { return errNoteFault }

var noteKinds = []Kind{
	KindOf[writeNote](kindWrite, "note.Write"), KindOf[eraseNote](kindErase, "note.Erase"),
	KindOf[carryNote](kindCarry, "note.Carry"), KindOf[faultNote](kindFault, "note.Fault"),
}

// noteRules are the rules of the notes room. Guests may not write.
func noteRules() Rules {
	return Rules{
		Kinds: noteKinds,
		Key: func(r Reader, signer Member) (tx.PublicKey, error) {
			s, ok, err := noteSigners.Find(r, signer)
			if err == nil && !ok {
				err = ErrSigner.With("member %d", signer)
			}
			return s.Key, err
		},
		Sequence: func(r Reader, signer Member) (uint64, error) {
			s, err := noteSigners.Get(r, signer)
			return s.Sequence, err
		},
		Spend: func(c *Ctx, signer Member, sequence uint64) error {
			s, err := noteSigners.Get(c, signer)
			if err != nil {
				return err
			}
			if sequence > allowance {
				return ErrAllowance
			}
			s.Sequence = sequence
			noteSigners.Put(c, signer, s)
			return nil
		},
		Authorize: func(c *Ctx, k tx.Kind, a Action) error {
			if c.Authority().Signer == guest {
				return ErrAuthority.With("guest")
			}
			return nil
		},
		Genesis: func(c *Ctx, data []byte) error {
			coop := c.In(1)
			for m := Member(1); m <= 4; m++ {
				noteSigners.Put(coop, m, noteSigner{Key: noteKey(m).Public()})
			}
			notes.Put(coop, 0, note{Text: string(data)})
			counts.Put(coop, countKey{1, 0}, 1)
			return nil
		},
		Invariants: []Invariant{{"as many counts as notes", func(r Reader) error {
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

func noteKey(m Member) tx.PrivateKey {
	return tx.NewPrivateKey(binary.BigEndian.AppendUint64(bytes.Repeat([]byte{7}, 24), uint64(m)))
}

const testChain = "notes-1"

// sign makes a transaction of member m of co-op 1.
func sign(m Member, sequence uint64, kind tx.Kind, action any) []byte {
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
	l := NewLedger(openStore(t, fs, 0), noteRules(), nil)
	if _, err := l.Init(testChain, 1000, 1, []byte("founded")); err != nil {
		t.Fatal(err)
	}
	runBlock(t, l)
	return l
}

// runBlock executes and commits the next block.
func runBlock(t testing.TB, l *Ledger, txs ...[]byte) []Result {
	t.Helper()
	results := runOpen(t, l, txs...)
	if err := l.Commit(); err != nil {
		t.Fatal(err)
	}
	return results
}

// runOpen executes the next block and leaves it to be committed.
func runOpen(t testing.TB, l *Ledger, txs ...[]byte) (results []Result) {
	t.Helper()
	h := l.Tip().Height + 1
	l.Begin(h, 1000+int64(h))
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
	o := newOverlay(s)
	for k, v := range leaves {
		o.store([]byte(k), v)
	}
	return commitOverlay(s, o)
}

func commitOverlay(s *Store, o *overlay) error {
	changes, err := o.changes()
	if err != nil {
		return err
	}
	hash, err := s.stage(changes)
	if err != nil {
		return err
	}
	h := s.Tip().Height + 1
	return s.save(changes, nil, Tip{Height: h, Time: int64(h), Hash: hash, Chain: testChain})
}

// contents reads every leaf of a source.
func contents(t testing.TB, s source) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	last := ""
	err := s.scan(nil, lastKey, func(k, v []byte) (bool, error) {
		if string(k) <= last && len(out) > 0 {
			return false, fmt.Errorf("%x after %x", k, last)
		}
		last = string(k)
		out[last] = bytes.Clone(v)
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
