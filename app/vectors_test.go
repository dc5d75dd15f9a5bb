package app

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// doorVectors are transactions for programs in other languages, with the code by
// which a ledger answers each.
type doorVectors struct {
	About     string       `json:"about"`
	Chain     string       `json:"chain"`
	Allowance uint32       `json:"allowance"` // transactions a member a day
	Members   []doorMember `json:"members"`   // of co-op 1
	Vectors   []doorVector `json:"vectors"`
}

type doorMember struct {
	Member   state.Member `json:"member"`
	Seed     string       `json:"seed"` // of the ed25519 key, hex
	Standing string       `json:"standing"`
	Sequence uint64       `json:"sequence"` // spent
}

type doorVector struct {
	Name   string `json:"name"`
	Tx     string `json:"tx"`              // hex
	Zeros  int    `json:"zeros,omitempty"` // bytes of zero that follow Tx
	Code   uint32 `json:"code"`            // zero if done
	Reason string `json:"reason,omitempty"`
}

func (v doorVector) raw(t *testing.T) []byte {
	b, err := hex.DecodeString(v.Tx)
	if err != nil {
		t.Fatal(err)
	}
	return append(b, make([]byte, v.Zeros)...)
}

const (
	vectorsFile      = "../tx/testdata/door.json"
	vectorsAllowance = 4
	vectorsExpiry    = 1_000_000
	suspended        = state.Member(4)
	candidate        = state.Member(fedMembers + 1)
)

// newDoor founds the ledger that the vectors are for: member 4 is suspended, 6 is
// a candidate, motion 1 is closed and motion 2 open.
func newDoor(t *testing.T) *fed {
	f := &fed{t: t, fs: vfs.NewMem(), coops: 1, now: time.Unix(1_700_000_000, 0), spent: map[signer]uint64{}}
	f.open()
	g, validators := fedGenesis(t, 1)
	g.Coops[0].Charter.Policy.Allowance = vectorsAllowance
	if _, err := f.app.InitChain(ctx, initRequest(t, g, validators)); err != nil {
		t.Fatal(err)
	}
	f.block()
	f.must(f.sign(1, 1, member.Suspend{Member: suspended, Reason: "arrears"}))
	f.now = f.now.Add(15 * 24 * time.Hour) // until the suspension takes the vote
	f.must(f.sign(1, 1, ballot.Propose{Kind: 4, Title: "Are we?"}))
	yes := ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}
	f.must(f.sign(1, 1, yes), f.sign(1, 2, yes), f.sign(1, 3, yes))
	f.must(f.sign(1, 1, f.apply(1, 1)))
	f.must(f.sign(1, 2, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	return f
}

// Each vector, in a block of its own, is answered by its code, and by the same
// code on arrival.
func TestDoorVectors(t *testing.T) {
	f := newDoor(t)
	made := makeDoorVectors(t, f)
	if *update {
		out, err := json.MarshalIndent(made, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorsFile, append(out, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var published doorVectors
	if err := json.Unmarshal(data, &published); err != nil {
		t.Fatal(err)
	}
	seen := map[uint32]bool{}
	for i, v := range published.Vectors {
		raw := v.raw(t)
		if i >= len(made.Vectors) || made.Vectors[i] != v {
			t.Errorf("%s: published, and not what this program makes", v.Name)
		}
		seen[v.Code] = true
		checked, res := f.check(raw), f.block(raw).TxResults[0]
		if parts, err := tx.Unbundle(raw); err == nil && len(parts) > 1 { // a bundle, of what is no transaction
			outcomes, err := tx.Decode[[]Outcome](res.Data)
			if err != nil || len(outcomes) < 2 {
				t.Errorf("%s: %d outcomes, %v", v.Name, len(outcomes), err)
				continue
			}
			res.Code, res.Log = outcomes[0].Code, v.Reason
		}
		if res.Code != v.Code || checked.Code != v.Code || !strings.HasPrefix(res.Log, v.Reason) {
			t.Errorf("%s: checked %d, executed %d %s; want %d %s", v.Name, checked.Code, res.Code, res.Log, v.Code, v.Reason)
		}
	}
	if len(made.Vectors) != len(published.Vectors) {
		t.Errorf("%d vectors are published, this program makes %d", len(published.Vectors), len(made.Vectors))
	}
	for code := uint32(0); code <= state.ErrAuthority.Code; code++ {
		if !seen[code] {
			t.Errorf("no vector for code %d", code)
		}
	}
	f.sound()
}

// A vectorMaker collects vectors. Its bodies are signed by member 3 unless they
// say otherwise.
type vectorMaker struct {
	out  []doorVector
	next map[state.Member]uint64
}

func (m *vectorMaker) add(name string, raw []byte, want *state.Rejection) {
	v := doorVector{Name: name, Tx: hex.EncodeToString(raw)}
	if n := len(bytes.TrimRight(raw, "\x00")); len(raw)-n > 100 {
		v.Tx, v.Zeros = hex.EncodeToString(raw[:n]), len(raw)-n
	}
	if want != nil {
		v.Code, v.Reason = want.Code, want.Reason
	}
	m.out = append(m.out, v)
}

const vectorSigner = state.Member(3)

// vectorSeed is that of fedKey, or of the candidate's own key.
func vectorSeed(n state.Member) []byte {
	if n == candidate {
		return bytes.Repeat([]byte{0xaa, 1}, tx.SeedSize/2)
	}
	return bytes.Repeat([]byte{1, byte(n)}, tx.SeedSize/2)
}

// body is good and the next of its signer.
func (m *vectorMaker) body(change func(b *tx.Body)) tx.Body {
	b := tx.Body{Chain: fedChain, Coop: 1, Signer: uint64(vectorSigner), Expiry: vectorsExpiry,
		Kind: ballot.KindCast, Payload: tx.Encode(ballot.Cast{Motion: 2, Paper: ballot.Yes.Paper()})}
	if change != nil {
		change(&b)
	}
	if b.Sequence == 0 {
		b.Sequence = m.next[state.Member(b.Signer)]
	}
	return b
}

// signed is what a good body becomes by one change.
func (m *vectorMaker) signed(change func(b *tx.Body)) []byte {
	b := m.body(change)
	return tx.Sign(tx.NewPrivateKey(vectorSeed(state.Member(b.Signer))), b)
}

// wrapped is an envelope of any two fields.
func wrapped(body, signature []byte) []byte {
	return tx.Encode(struct {
		Body      []byte `cbor:"1,keyasint,omitempty"`
		Signature []byte `cbor:"2,keyasint,omitempty"`
	}{body, signature})
}

// around signs any bytes as a body.
func around(body []byte) []byte {
	return wrapped(body, fedKey(1, vectorSigner).SignMessage(body))
}

func makeDoorVectors(t *testing.T, f *fed) doorVectors {
	t.Helper()
	m := &vectorMaker{next: map[state.Member]uint64{}}
	all := doorVectors{
		About: "Each transaction, in a block of its own and in this order, is answered by its code. " +
			"Of co-op 1, motion 1 is closed, motion 2 of kind 1 is open and member 6 is a candidate; all blocks are of one day.",
		Chain: fedChain, Allowance: vectorsAllowance,
	}
	for n := state.Member(1); n <= candidate; n++ {
		standing := "active"
		switch n {
		case suspended:
			standing = "suspended"
		case candidate:
			standing = "candidate"
		}
		last := f.spent[signer{1, uint64(n)}]
		m.next[n] = last + 1
		all.Members = append(all.Members, doorMember{n, hex.EncodeToString(vectorSeed(n)), standing, last})
	}
	m.envelopes()
	m.bodies()
	m.door()
	all.Vectors = m.out
	return all
}

// envelopes are refused before anything is known of who sent them.
func (m *vectorMaker) envelopes() {
	good := m.signed(nil)
	body := tx.Encode(m.body(nil))
	// The good envelope is a2 01 58 LL body 02 58 40 signature.
	first, second := good[1:4+len(body)], good[4+len(body):]
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	m.add("larger than 64 KiB", append(bytes.Clone(good), make([]byte, tx.MaxSize)...), state.ErrSize)
	for _, row := range []struct {
		name string
		raw  []byte
	}{
		{"empty", []byte{}},
		{"no CBOR", []byte{0xff}},
		{"trailing byte", append(bytes.Clone(good), 0)},
		{"truncated", good[:len(good)-1]},
		{"an array", join([]byte{0x82}, first[1:], second[1:])},
		{"null", []byte{0xf6}},
		{"tagged", join([]byte{0xd9, 0xd9, 0xf7}, good)},
		{"indefinite length", join([]byte{0xbf}, first, second, []byte{0xff})},
		{"keys descending", join([]byte{0xa2}, second, first)},
		{"key twice", join([]byte{0xa3}, first, second, second)},
		{"unknown key", join([]byte{0xa3}, first, second, []byte{0x03, 0x00})},
		{"no body", join([]byte{0xa1}, second)},
		{"key longer than need be", join([]byte{0xa2, 0x18}, first, second)},
		{"length longer than need be", join([]byte{0xa2, 0x01, 0x59, 0x00}, first[2:], second)},
		{"body not in bytes", join([]byte{0xa2, 0x01}, body, second)},
		{"signature as text", join([]byte{0xa2}, first, []byte{0x02, 0x78, 0x40}, bytes.Repeat([]byte{'a'}, 64))},
		{"17 arrays deep", append(bytes.Repeat([]byte{0x81}, tx.MaxDepth+1), 0)},
		{"body empty and not left out", join([]byte{0xa2, 0x01, 0x40}, second)},
		{"body null", join([]byte{0xa2, 0x01, 0xf6}, second)},
		{"signature empty and not left out", join([]byte{0xa2}, first, []byte{0x02, 0x40})},
	} {
		m.add(row.name, row.raw, state.ErrMalformed)
	}
}

// bodies are signed and not in the one form that a body has.
func (m *vectorMaker) bodies() {
	fields := map[int]any{1: fedChain, 2: 1, 3: uint64(vectorSigner), 4: m.next[vectorSigner], 5: vectorsExpiry,
		6: ballot.KindCast, 7: ballot.Cast{Motion: 2, Paper: ballot.Yes.Paper()}}
	with := func(key int, value any) []byte {
		changed := map[int]any{}
		for k, v := range fields {
			changed[k] = v
		}
		if changed[key] = value; value == nil {
			delete(changed, key)
		}
		return around(tx.Encode(changed))
	}
	deep := any(0)
	for range tx.MaxDepth {
		deep = []any{deep}
	}
	good := tx.Encode(m.body(nil))
	for _, row := range []struct {
		name string
		raw  []byte
	}{
		{"body with a trailing byte", around(append(bytes.Clone(good), 0))},
		{"body with an explicit zero", with(8, 0)},
		{"body that names its own co-op as another", with(8, 1)},
		{"body with an unknown field", with(9, 1)},
		{"chain id of 51 bytes", with(1, strings.Repeat("x", tx.MaxChain+1))},
		{"chain id as bytes", with(1, []byte(fedChain))},
		{"chain id that is not UTF-8", around(bytes.Replace(good, []byte(fedChain), []byte("\xff\xfe\xfd\xfc\xfb"), 1))},
		{"co-op over 32 bits", with(2, uint64(1)<<32)},
		{"negative member", with(3, -3)},
		{"sequence as a float", with(4, 1.5)},
		{"kind over 16 bits", with(6, 1<<16)},
		{"payload 17 levels deep, with the body", with(7, deep)},
		{"null for a number", around(bytes.Replace(good, []byte{0x02, 0x01, 0x03}, []byte{0x02, 0xf6, 0x03}, 1))},
	} {
		m.add(row.name, row.raw, state.ErrMalformed)
	}
}

// door is what the ledger's own records decide, in the order of the codes.
func (m *vectorMaker) door() {
	cast := func(payload []byte) []byte { return m.signed(func(b *tx.Body) { b.Payload = payload }) }
	by := func(n state.Member) []byte { return m.signed(func(b *tx.Body) { b.Signer = uint64(n) }) }
	resigned := func(signature func(body []byte) []byte) []byte {
		body := tx.Encode(m.body(nil))
		return wrapped(body, signature(body))
	}
	own := fedKey(1, vectorSigner)
	m.add("for another chain", m.signed(func(b *tx.Body) { b.Chain = "fed-2" }), state.ErrChain)
	m.add("for no chain", m.signed(func(b *tx.Body) { b.Chain = "" }), state.ErrChain)
	m.add("expired", m.signed(func(b *tx.Body) { b.Expiry = 5 }), state.ErrExpired)
	m.add("unknown kind", m.signed(func(b *tx.Body) { b.Kind = 0x40ff }), state.ErrKind)
	m.add("payload is another action's", cast(tx.Encode(member.Suspend{Member: candidate, Reason: "r"})), state.ErrPayload)
	m.add("payload with an unknown field", cast([]byte{0xa3, 1, 2, 2, 0x41, 1, 3, 0}), state.ErrPayload)
	m.add("payload is null", cast([]byte{0xf6}), state.ErrPayload)
	m.add("no payload", cast(nil), state.ErrPayload)
	m.add("payload with an explicit zero", cast([]byte{0xa2, 1, 0, 2, 0x41, 1}), state.ErrPayload)
	m.add("payload number longer than need be", cast([]byte{0xa2, 1, 0x18, 2, 2, 0x41, 1}), state.ErrPayload)
	m.add("refused by the action's own bounds", cast(tx.Encode(ballot.Cast{Motion: 2})), ballot.ErrPaper)
	m.add("no such member", m.signed(func(b *tx.Body) { b.Signer, b.Sequence = 99, 1 }), state.ErrSigner)
	m.add("no such co-op", m.signed(func(b *tx.Body) { b.Coop = 2 }), state.ErrSigner)
	m.add("a candidate", by(candidate), state.ErrSigner)
	m.add("a further key that there is none of", m.signed(func(b *tx.Body) { b.Key = 2 }), state.ErrSigner)
	m.add("the first key by its number", m.signed(func(b *tx.Body) { b.Key = tx.FirstKey }), state.ErrMalformed)
	m.add("signed by another member", resigned(fedKey(1, 2).SignMessage), state.ErrSignature)
	m.add("a bit of the signature changed", resigned(func(b []byte) []byte {
		s := own.SignMessage(b)
		s[40] ^= 1
		return s
	}), state.ErrSignature)
	m.add("signature of 63 bytes", resigned(func(b []byte) []byte { return own.SignMessage(b)[:63] }), state.ErrSignature)
	m.add("no signature", resigned(func([]byte) []byte { return nil }), state.ErrSignature)
	m.add("signed in its envelope", resigned(func(b []byte) []byte { return own.SignMessage(around(b)) }), state.ErrSignature)
	m.add("too early", m.signed(func(b *tx.Body) { b.Sequence = m.next[vectorSigner] + 65 }), state.ErrSequence)
	done := m.signed(nil)
	m.add("done", done, nil)
	m.next[vectorSigner]++
	m.add("the same again", done, state.ErrSequence)
	m.add("a sequence that is spent", m.signed(func(b *tx.Body) { b.Sequence, b.Expiry = m.next[vectorSigner]-1, vectorsExpiry+1 }), state.ErrSequence)
	m.add("no authority", m.signed(func(b *tx.Body) { b.Kind, b.Payload = member.KindAdmit, tx.Encode(member.Admit{Member: candidate}) }), state.ErrAuthority)
	m.next[vectorSigner]++
	m.add("last of the day", m.signed(nil), nil)
	m.next[vectorSigner]++
	m.add("one more than the day's allowance", m.signed(nil), state.ErrAllowance)
	m.add("a suspended member casts", by(suspended), member.ErrStanding)
	m.next[suspended]++
	m.add("an unknown motion", m.signed(func(b *tx.Body) {
		b.Signer, b.Payload = 5, tx.Encode(ballot.Cast{Motion: 99, Paper: ballot.No.Paper()})
	}), ballot.ErrUnknown)
	m.next[5]++
	m.add("a closed motion", m.signed(func(b *tx.Body) {
		b.Signer, b.Payload = 5, tx.Encode(ballot.Cast{Motion: 1, Paper: ballot.No.Paper()})
	}), ballot.ErrClosed)
}
