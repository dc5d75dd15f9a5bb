package store

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Rows follow the order of the checks. Each breaks its own rule and every later
// one it can, so a reordered check fails here.
func TestDoor(t *testing.T) {
	l := openLedger(t, nil)
	// Member 1 has spent sequence 1, members 2 and 4 (a guest) all but the last.
	runBlock(t, l, sign(1, 1, kindWrite, writeNote{1, "one"}))
	for seq := uint64(1); seq <= allowance; seq++ {
		runBlock(t, l, sign(2, seq, kindWrite, writeNote{2, "two"}))
	}
	const stranger = 99
	bad := tx.Encode(map[int]int{9: 1})
	long := writeNote{1, strings.Repeat("x", maxNote+1)}
	deep := append(bytes.Repeat([]byte{0x81}, tx.MaxDepth+1), 0x00)
	make := func(change func(b *tx.Body)) []byte {
		b := tx.Body{Chain: "elsewhere", Coop: 1, Signer: stranger, Sequence: 0, Expiry: 1, Kind: 0xffff, Payload: bad}
		change(&b)
		return tx.Sign(noteKey(77), b) // not the key of any signer
	}
	good := sign(1, 2, kindWrite, writeNote{3, "three"})
	here := func(b *tx.Body) { b.Chain = testChain }
	live := func(b *tx.Body) { here(b); b.Expiry = 1 << 40 }
	known := func(b *tx.Body) { live(b); b.Kind = kindWrite }
	for _, row := range []struct {
		name  string
		raw   []byte
		want  *state.Rejection
		spent bool
	}{
		{"oversized", bytes.Repeat([]byte{0xff}, tx.MaxSize+1), state.ErrSize, false},
		{"oversized, well formed", make(func(b *tx.Body) { b.Payload = tx.Encode(bytes.Repeat([]byte{1}, tx.MaxSize)) }), state.ErrSize, false},
		{"empty", nil, state.ErrMalformed, false},
		{"noise", []byte{0xff}, state.ErrMalformed, false},
		{"trailing byte", append(make(func(*tx.Body) {}), 0), state.ErrMalformed, false},
		{"trailing byte on a good one", append(bytes.Clone(good), 0), state.ErrMalformed, false},
		{"deeply nested", make(func(b *tx.Body) { b.Payload = deep }), state.ErrMalformed, false},
		{"wrong chain", make(func(b *tx.Body) {}), state.ErrChain, false},
		{"expired", make(func(b *tx.Body) { here(b); b.Expiry = l.Tip().Height }), state.ErrExpired, false},
		{"unknown kind", make(live), state.ErrKind, false},
		{"malformed payload", make(known), state.ErrPayload, false},
		{"payload with an explicit zero", make(func(b *tx.Body) { known(b); b.Payload = []byte{0xa1, 0x01, 0x00} }), state.ErrPayload, false},
		{"payload with an explicit empty text", make(func(b *tx.Body) { known(b); b.Payload = []byte{0xa2, 0x01, 0x01, 0x02, 0x60} }), state.ErrPayload, false},
		{"payload with a null", make(func(b *tx.Body) { known(b); b.Payload = []byte{0xa2, 0x01, 0x01, 0x02, 0xf6} }), state.ErrPayload, false},
		{"payload not canonical", make(func(b *tx.Body) { known(b); b.Payload = []byte{0xa2, 0x01, 0x18, 0x01, 0x02, 0x60} }), state.ErrPayload, false},
		{"payload that its Check refuses", make(func(b *tx.Body) { known(b); b.Payload = tx.Encode(long) }), errNoteLong, false},
		{"unknown signer", make(func(b *tx.Body) { known(b); b.Payload = tx.Encode(writeNote{13, ""}) }), state.ErrSigner, false},
		{"signer of another co-op", make(func(b *tx.Body) { known(b); b.Payload = tx.Encode(writeNote{13, ""}); b.Coop, b.Signer = 2, 1 }), state.ErrSigner, false},
		{"bad signature", make(func(b *tx.Body) { known(b); b.Payload = tx.Encode(writeNote{13, ""}); b.Signer = uint64(guest) }), state.ErrSignature, false},
		{"replayed", sign(1, 1, kindWrite, writeNote{1, "one"}), state.ErrSequence, false},
		{"sequence zero", sign(guest, 0, kindWrite, writeNote{13, ""}), state.ErrSequence, false},
		{"sequence ahead", sign(guest, allowance+1, kindWrite, writeNote{13, ""}), state.ErrSequence, false},
		{"sequence far ahead", sign(guest, 1<<64-1, kindWrite, writeNote{13, ""}), state.ErrSequence, false},
		{"allowance", sign(2, allowance+1, kindWrite, writeNote{13, ""}), state.ErrAllowance, false},
		{"authority", sign(guest, 1, kindWrite, writeNote{13, ""}), state.ErrAuthority, true},
		{"authority again: the sequence is spent", sign(guest, 1, kindWrite, writeNote{13, ""}), state.ErrSequence, false},
		{"rejected after writing", sign(3, 1, kindWrite, writeNote{13, "gone"}), errNoteUnlucky, true},
		{"good", good, nil, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := l.Tip().Hash
			checked, err := l.Check(row.raw)
			if err != nil {
				t.Fatal(err)
			}
			res := runBlock(t, l, row.raw)[0]
			want := uint32(0)
			if row.want != nil {
				want = row.want.Code
				if !strings.HasPrefix(res.Log, row.want.Reason) {
					t.Errorf("log %q does not open with %q", res.Log, row.want.Reason)
				}
				if res.Data != nil || res.Events != nil {
					t.Errorf("a rejection carries data %x and events %v", res.Data, res.Events)
				}
			}
			if res.Code != want {
				t.Fatalf("code %d (%s), want %d", res.Code, res.Log, want)
			}
			if checked.Code != res.Code || checked.Log != res.Log || !bytes.Equal(checked.Data, res.Data) {
				t.Errorf("Check answered %+v, Deliver %+v", checked, res)
			}
			if changed := !bytes.Equal(before, l.Tip().Hash); changed != row.spent {
				t.Errorf("state changed: %v, want %v", changed, row.spent)
			}
		})
	}
	v, err := l.View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if ok, _ := notes.Has(v.Of(1), 13); ok {
		t.Error("the writes of a rejected action stay")
	}
	if n, _ := counts.Get(v.Of(1), countKey{1, 13}); n != 0 {
		t.Error("the paged writes of a rejected action stay")
	}
	if err := l.CheckInvariants(v); err != nil {
		t.Error(err)
	}
}

// A transaction is valid up to and including its expiry height.
func TestExpiry(t *testing.T) {
	l := openLedger(t, nil)
	next := l.Tip().Height + 1
	for expiry, want := range map[uint64]uint32{next - 1: state.ErrExpired.Code, next: 0} {
		raw := tx.Sign(noteKey(1), tx.Body{Chain: testChain, Coop: 1, Signer: 1, Sequence: 1, Expiry: expiry,
			Kind: kindWrite, Payload: tx.Encode(writeNote{1, ""})})
		if res := runOpen(t, l, raw)[0]; res.Code != want {
			t.Errorf("expiry %d at height %d: code %d, want %d", expiry, next, res.Code, want)
		}
	}
}

// arrive is Arrive of one.
func arrive(l *Ledger, raw []byte, fits func(state.Judgement) error) (judged state.Judgement, answered state.Result, err error) {
	l.Arrive([][]byte{raw}, func(_ int, j state.Judgement) error { return fits(j) }, func(_ int, j state.Judgement, res state.Result, fault error) {
		judged, answered, err = j, res, fault
	})
	return judged, answered, err
}

// What arrives with a sequence beyond the next is judged and not executed, whoever
// asks says how far beyond it may be, and nothing is written.
func TestArrive(t *testing.T) {
	l := openLedger(t, nil)
	runBlock(t, l, sign(1, 1, kindWrite, writeNote{1, "a"}))
	for _, row := range []struct {
		sequence uint64
		want     uint32
		asked    bool
	}{
		{0, state.ErrSequence.Code, false}, {1, state.ErrSequence.Code, false},
		{2, errNoteUnlucky.Code, true}, // executed, so refused by the action itself
		{3, 0, true}, {6, 0, true}, {7, state.ErrAllowance.Code, true},
	} {
		asked := false
		j, res, err := arrive(l, sign(1, row.sequence, kindWrite, writeNote{13, ""}), func(j state.Judgement) error {
			asked = true
			if j.Body.Sequence > 6 {
				return state.ErrAllowance.With("of the test")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if res.Code != row.want || asked != row.asked || asked && (j.Spent != 1 || j.Units != state.PlainCost) {
			t.Errorf("sequence %d: code %d, want %d; asked: %t; %+v", row.sequence, res.Code, row.want, asked, j)
		}
	}
	if _, _, err := arrive(l, sign(1, 2, kindWrite, writeNote{1, ""}), func(state.Judgement) error { return errNoteFault }); !errors.Is(err, errNoteFault) {
		t.Errorf("a fault of who is asked: %v", err)
	}
	hash := l.Tip().Hash
	runBlock(t, l)
	if !bytes.Equal(hash, l.Tip().Hash) {
		t.Error("what arrived changed the state")
	}
}

// Two of one sequence in one block: the first wins.
func TestReplayInOneBlock(t *testing.T) {
	l := openLedger(t, nil)
	a, b := sign(1, 1, kindWrite, writeNote{1, "a"}), sign(1, 1, kindWrite, writeNote{1, "b"})
	res := runBlock(t, l, a, a, b, sign(1, 2, kindWrite, writeNote{2, "c"}))
	for i, want := range []uint32{0, state.ErrSequence.Code, state.ErrSequence.Code, 0} {
		if res[i].Code != want {
			t.Errorf("transaction %d: code %d, want %d", i, res[i].Code, want)
		}
	}
	if len(res[0].Events) != 1 || res[0].Events[0] != (noteWritten{1}) || !bytes.Equal(res[0].Data, tx.Encode(1)) {
		t.Errorf("result %+v", res[0])
	}
	if len(res[3].Events) != 1 || res[3].Events[0] != (noteWritten{2}) {
		t.Errorf("events of an earlier transaction leak: %+v", res[3])
	}
}

func TestCarry(t *testing.T) {
	nested := tx.Encode(carryNote{Kind: kindWrite, Payload: tx.Encode(writeNote{5, "deep"})})
	deep := append(bytes.Repeat([]byte{0x81}, tx.MaxDepth+1), 0x00)
	for _, row := range []struct {
		name    string
		kind    tx.Kind
		payload []byte
		want    uint32 // of the carried action
		note    uint64
		by      uint16 // kind of the motion
	}{
		{"by the wrong kind of motion", kindWrite, tx.Encode(writeNote{13, ""}), state.ErrAuthority.Code, 13, powerless},
		{"accepted", kindWrite, tx.Encode(writeNote{5, "by motion"}), 0, 5, 0},
		{"unknown kind", 0xffff, nil, state.ErrKind.Code, 5, 0},
		{"malformed", kindWrite, []byte{0xff}, state.ErrPayload.Code, 5, 0},
		{"deeply nested", kindWrite, deep, state.ErrPayload.Code, 5, 0},
		{"refused by its Check", kindWrite, tx.Encode(writeNote{5, strings.Repeat("x", maxNote+1)}), errNoteLong.Code, 5, 0},
		{"rejected after writing", kindWrite, tx.Encode(writeNote{13, ""}), errNoteUnlucky.Code, 13, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := openLedger(t, nil)
			res := runBlock(t, l, sign(1, 1, kindCarry, carryNote{Kind: row.kind, Payload: row.payload, By: row.by}))[0]
			if res.Code != 0 || !bytes.Equal(res.Data, tx.Encode(row.want)) {
				t.Fatalf("result %+v, want the carried code %d", res, row.want)
			}
			if (len(res.Events) == 1) != (row.want == 0) {
				t.Errorf("events %v", res.Events)
			}
			v, _ := l.View(0)
			defer v.Close()
			n, ok, err := notes.Find(v.Of(1), row.note)
			if err != nil || ok != (row.want == 0) || n.By != 0 {
				t.Errorf("note %+v, %v, %v", n, ok, err)
			}
			if err := l.CheckInvariants(v); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("nested", func(t *testing.T) {
		l := openLedger(t, nil)
		// The outer carry is accepted; the inner answers ErrDepth, and a later
		// transaction may carry again.
		res := runBlock(t, l, sign(1, 1, kindCarry, carryNote{Kind: kindCarry, Payload: nested}),
			sign(1, 2, kindCarry, carryNote{Kind: kindWrite, Payload: tx.Encode(writeNote{6, ""})}))
		if res[0].Code != 0 || res[1].Code != 0 || !bytes.Equal(res[1].Data, tx.Encode(0)) {
			t.Fatalf("results %+v", res)
		}
		v, _ := l.View(0)
		defer v.Close()
		if ok, _ := notes.Has(v.Of(1), 5); ok {
			t.Error("an action carried two deep was applied")
		}
		if ok, _ := notes.Has(v.Of(1), 6); !ok {
			t.Error("carrying stays refused after a nested one")
		}
	})
}

// A fault is no rejection, and stops Deliver, Check and Carry alike.
func TestFault(t *testing.T) {
	l := openLedger(t, nil)
	begin(t, l, 2)
	direct := sign(1, 1, kindFault, faultNote{1})
	carried := sign(1, 1, kindCarry, carryNote{Kind: kindFault, Payload: tx.Encode(faultNote{1})})
	for _, raw := range [][]byte{direct, carried} {
		begin(t, l, 2)
		if _, err := l.Deliver(raw); !errors.Is(err, errNoteFault) {
			t.Errorf("Deliver: %v", err)
		}
		if _, err := l.Check(raw); !errors.Is(err, errNoteFault) {
			t.Errorf("Check: %v", err)
		}
	}
}

// A block that was executed and not committed leaves nothing behind.
func TestBlockDropped(t *testing.T) {
	l, straight := openLedger(t, nil), openLedger(t, nil)
	runOpen(t, l, sign(1, 1, kindWrite, writeNote{1, "dropped"}))
	for _, x := range []*Ledger{l, straight} {
		runBlock(t, x, sign(1, 1, kindWrite, writeNote{2, "kept"}))
	}
	if !bytes.Equal(l.Tip().Hash, straight.Tip().Hash) {
		t.Error("a dropped block changed the hash")
	}
}

func TestInit(t *testing.T) {
	l := newLedger(t, openStore(t, nil, 0), noteRules())
	for range 2 { // a crash before the first commit repeats it
		if _, err := l.Init(testChain, 0, []byte("first try")); err != nil {
			t.Fatal(err)
		}
	}
	hash, err := l.Init(testChain, 1001, []byte("founded"))
	if err != nil {
		t.Fatal(err)
	}
	runBlock(t, l)
	if !bytes.Equal(hash, l.Tip().Hash) {
		t.Errorf("Init promised %x, the empty first block has %x", hash, l.Tip().Hash)
	}
	if want := openLedger(t, nil).Tip().Hash; !bytes.Equal(want, l.Tip().Hash) {
		t.Error("a repeated Init changed the hash")
	}
	if _, err := l.Init(testChain, 0, nil); err == nil {
		t.Error("Init on a ledger with blocks is let pass")
	}
}

// A block of the wrong height is refused before anything is on disk.
func TestWrongHeight(t *testing.T) {
	l := openLedger(t, nil)
	for _, h := range []uint64{1, 3, 100} {
		begin(t, l, h)
		if _, err := l.Deliver(sign(1, 1, kindWrite, writeNote{1, ""})); err != nil {
			t.Fatal(err)
		}
		if _, _, err := l.End(); err != nil {
			t.Fatal(err)
		}
		if err := l.Commit(); !errors.Is(err, ErrHashBroken) {
			t.Errorf("height %d after 1: %v", h, err)
		}
	}
	before := l.Tip()
	db := l.store.db
	_ = l.store.current.Close()
	l.store.current = nil
	s, err := OpenStore(db, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.Tip().Height != 1 || !bytes.Equal(s.Tip().Hash, before.Hash) {
		t.Errorf("reopened at %+v", s.Tip())
	}
	_ = s.Close()
}

func TestKindTwice(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a kind given twice is let pass")
		}
	}()
	r := noteRules()
	r.Kinds = append(r.Kinds, state.KindOf[eraseNote](kindWrite, "note.Again"))
	newLedger(t, openStore(t, nil, 0), r)
}
