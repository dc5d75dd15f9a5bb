package keyring_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

const (
	ada, ben state.Member         = 4, 5
	stranger state.Member         = 99
	officers charter.MotionKindID = 3 // of the standard charter
)

func newLedger(t statetest.TB) *statetest.L { return statetest.New(t, setup()) }

func setup() statetest.Setup {
	own := charter.GrantText{Concerned: true, Motions: []charter.MotionKindID{officers}}
	return statetest.Setup{
		Members: 5,
		Kinds: append(keyring.Kinds[:len(keyring.Kinds):len(keyring.Kinds)],
			state.KindOf[till](kindTill, "keyring_test.till"),
			state.KindOf[member.Import](member.KindImport, "member.Import"),
			state.KindOf[member.Rekey](member.KindRekey, "member.Rekey"),
			state.KindOf[member.Reinstate](member.KindReinstate, "member.Reinstate")),
		Grants: []charter.NamedGrant{
			{Actions: []string{"keyring.Add", "keyring.Revoke", "member.Rekey"}, GrantText: own},
			{Actions: []string{"member.Resign", "keyring.Narrow", "keyring.Entrust"}, GrantText: charter.GrantText{Concerned: true}},
			{Actions: []string{"keyring_test.till", "keyring.Vouch"}, GrantText: charter.GrantText{Members: true}},
		},
	}
}

// A till records so many units; of 13 it refuses to.
type till struct {
	Units uint64 `cbor:"1,keyasint,omitempty"`
}

const kindTill tx.Kind = 0x7f09

var errThirteen = &state.Rejection{Code: 9013, Reason: "thirteen"}

// sales is a table of the test's own.
var sales = state.NewTable[uint8, uint64](0xef)

func (m till) Check() error                       { return nil }
func (m till) Figure() uint64                     { return m.Units }
func (m till) Describe(state.Telling) state.Words { return state.Words{Phrase: "record sales"} }
func (m till) Apply(c *state.Ctx) error {
	if m.Units == 13 {
		return errThirteen
	}
	sales.Put(c, 0, m.Units)
	return nil
}

// device is the n-th key beside the first of whoever.
func device(n state.Member) tx.PrivateKey { return statetest.Key(9, n) }

func add(m, n state.Member) keyring.Add {
	k := device(n)
	return keyring.Add{Member: m, Name: "phone", Key: k.Public(), Possession: k.Possession(statetest.Chain, 1)}
}

func rekey(m, n state.Member) member.Rekey {
	k := device(n)
	return member.Rekey{Member: m, Key: k.Public(), Possession: k.Possession(statetest.Chain, 1)}
}

func byOfficers(kind tx.Kind, a state.Action) statetest.Carried {
	return statetest.Carried{Kind: kind, Payload: tx.Encode(a), By: officers}
}

// with delivers an action signed by a member's further key, and returns its code.
func with(l *statetest.L, m state.Member, number uint32, key tx.PrivateKey, a state.Action) state.Result {
	return l.Block(l.SignBy(key, state.Signer{Member: m, Key: number}, a))[0]
}

func wantCode(t *testing.T, what string, res state.Result, want *state.Rejection) {
	t.Helper()
	code := uint32(0)
	if want != nil {
		code = want.Code
	}
	if res.Code != code {
		t.Errorf("%s: %d %s, want %d", what, res.Code, res.Log, code)
	}
}

// Rows follow the order of the checks.
func TestAdd(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	wrong := func(change func(*keyring.Add)) keyring.Add {
		m := add(ada, 1)
		change(&m)
		return m
	}
	weak, forged := statetest.UnusableKeys(t)
	l.Run(t, []statetest.Row{
		statetest.Try("no name", ada, wrong(func(m *keyring.Add) { m.Name, m.Key, m.Member = "", nil, ben }), keyring.ErrName),
		statetest.Try("a long name", ada, wrong(func(m *keyring.Add) { m.Name = strings.Repeat("n", keyring.MaxName+1) }), keyring.ErrName),
		statetest.Try("a name of two lines", ada, wrong(func(m *keyring.Add) { m.Name = "a\nb" }), keyring.ErrName),
		statetest.Try("no key", ada, wrong(func(m *keyring.Add) { m.Key, m.Member = m.Key[1:], ben }), member.ErrKey),
		statetest.Try("a weak key", ada, wrong(func(m *keyring.Add) { m.Key, m.Possession = tx.Ed25519Key(weak[0]), forged }), member.ErrUnusable),
		statetest.Try("for another", ada, wrong(func(m *keyring.Add) { m.Member, m.Possession = ben, nil }), state.ErrAuthority),
		statetest.Try("by all members", 0, wrong(func(m *keyring.Add) { m.Possession = nil }), keyring.ErrOthers),
		statetest.Try("for nobody, by all members", 0, wrong(func(m *keyring.Add) { m.Member = stranger }), keyring.ErrOthers),
		statetest.Try("no proof", ada, wrong(func(m *keyring.Add) { m.Possession = nil; m.Key = statetest.Key(1, ben).Public() }), member.ErrPossession),
		statetest.Try("another's key", ada, wrong(func(m *keyring.Add) {
			k := statetest.Key(1, ben)
			m.Key, m.Possession = k.Public(), k.Possession(statetest.Chain, 1)
		}), member.ErrKeyTaken),
		statetest.Try("a phone", ada, add(ada, 1), nil),
		statetest.Try("the same again", ada, add(ada, 1), member.ErrKeyTaken),
		statetest.Try("as another's", ben, add(ben, 1), member.ErrKeyTaken),
	})
	for n := state.Member(2); n < keyring.MaxKeys; n++ {
		l.Must(ada, add(ada, n))
	}
	full := newLedger(t)
	defer full.Close()
	full.Write(func(c *state.Ctx) {
		state.NewTable[state.Member, keyring.Ring](0x19).Put(c, ada, keyring.Ring{Last: keyring.MaxNumber - 1})
	})
	ended := add(ada, 2)
	ended.Limits = keyring.Limits{Until: 1}
	wantCode(t, "the last number that there is", full.Do(ada, add(ada, 1)), nil)
	wantCode(t, "a key more, which would have ended", full.Do(ada, ended), keyring.ErrFull)
	l.Run(t, []statetest.Row{
		statetest.Try("a ninth", ada, add(ada, 20), keyring.ErrMany),
		statetest.Try("one less", ada, keyring.Revoke{Member: ada, Number: 5}, nil),
		statetest.Try("one more", ada, add(ada, 20), nil),
		statetest.Try("and no more", ada, add(ada, 21), keyring.ErrMany),
	})
	v := l.Read()
	defer v.Close()
	key, ok, err := keyring.Find(v.Of(1), ada, keyring.MaxKeys+1)
	if err != nil || !ok || !key.Public.Equal(device(20).Public()) || key.Name != "phone" || key.With != tx.FirstKey || key.Since == 0 {
		t.Errorf("the last key is %+v, %v, %v", key, ok, err)
	}
	ring, err := keyring.RingOf(v.Of(1), ada)
	if err != nil || ring.Last != keyring.MaxKeys+1 || len(ring.Used) != keyring.MaxKeys-1 {
		t.Errorf("the ring is %+v, %v", ring, err)
	}
	if n, err := keyring.NumberOf(v.Of(1), ada, device(4).Public()); err != nil || n != 0 {
		t.Errorf("the revoked key has number %d, %v", n, err)
	}
}

// Rows follow the order of the checks.
func TestRevoke(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	l.Must(ada, add(ada, 1))
	l.Must(ada, add(ada, 2))
	l.Run(t, []statetest.Row{
		statetest.Try("no number", ada, keyring.Revoke{Member: ben}, keyring.ErrNumber),
		statetest.Try("too great", ada, keyring.Revoke{Member: ben, Number: keyring.MaxNumber + 1}, keyring.ErrNumber),
		statetest.Try("another's", ada, keyring.Revoke{Member: ben, Number: 1}, state.ErrAuthority),
		statetest.Try("nobody's", 0, keyring.Revoke{Member: stranger, Number: 1}, member.ErrUnknown),
		statetest.Try("by two officers", 1, byOfficers(keyring.KindRevoke, keyring.Revoke{Member: ada, Number: 7}), keyring.ErrOthers),
		statetest.Try("itself", ada, keyring.Revoke{Member: ada, Number: 1}, keyring.ErrItself),
		statetest.Try("none", ada, keyring.Revoke{Member: ada, Number: 7}, keyring.ErrNoKey),
		statetest.Try("a phone", ada, keyring.Revoke{Member: ada, Number: 2}, nil),
		statetest.Try("again", ada, keyring.Revoke{Member: ada, Number: 2}, keyring.ErrNoKey),
		statetest.Try("by all members", 0, keyring.Revoke{Member: ada, Number: 3}, nil),
		statetest.Try("the first, by all members", 0, keyring.Revoke{Member: ada, Number: 1}, nil),
		statetest.Try("the first again", 0, keyring.Revoke{Member: ada, Number: 1}, keyring.ErrNoKey),
		statetest.Try("another key", 0, rekey(ada, 3), nil),
	})
	wantCode(t, "an entry without a key", l.Mandate(member.Import{Entries: []member.Entry{{Class: 1}}}), nil)
	wantCode(t, "the key of one who has none", l.Mandate(keyring.Revoke{Member: 6, Number: 1}), keyring.ErrNoKey)
	l.Sound()
	wantCode(t, "the new first key", with(l, ada, 0, device(3), add(ada, 4)), nil)
}

// Each key signs with a sequence of its own and is no other's, and what it signs is the
// member's.
func TestSigning(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	l.Must(ada, add(ada, 1))
	by := func(number uint32, key tx.PrivateKey, sequence uint64) state.Result {
		return l.Block(tx.Sign(key, tx.Body{
			Chain: statetest.Chain, Coop: 1, Signer: uint64(ada), Key: number, Sequence: sequence,
			Expiry: l.Tip().Height + 9, Kind: keyring.KindRevoke, Payload: tx.Encode(keyring.Revoke{Member: ada, Number: 9}),
		}))[0]
	}
	for _, row := range []struct {
		name     string
		number   uint32
		key      tx.PrivateKey
		sequence uint64
		want     *state.Rejection
	}{
		{"as the first", 0, device(1), 2, state.ErrSignature},
		{"the first's number", tx.FirstKey, statetest.Key(1, ada), 2, state.ErrMalformed},
		{"no such number", 3, device(1), 1, state.ErrSigner},
		{"by the first", 2, statetest.Key(1, ada), 1, state.ErrSignature},
		{"with the first's sequence", 2, device(1), 2, state.ErrSequence},
		{"its own", 2, device(1), 1, keyring.ErrNoKey},
		{"again", 2, device(1), 1, state.ErrSequence},
		{"the next", 2, device(1), 2, keyring.ErrNoKey},
		{"the first's next", 0, statetest.Key(1, ada), 2, keyring.ErrNoKey},
	} {
		wantCode(t, row.name, by(row.number, row.key, row.sequence), row.want)
	}
	v := l.Read()
	defer v.Close()
	var spent member.Spent
	err := member.RangeSpent(v.Of(1), ada, ada, func(_ state.Member, s member.Spent) (bool, error) { spent = s; return true, nil })
	if err != nil || spent.Sequence != 2 || spent.Today != 4 {
		t.Errorf("used are %+v, %v; want 4 transactions, 2 by the first key", spent, err)
	}
	l.Sound()
}

// A phone revokes the laptop's key; only then is it the last, which revokes nothing. The
// member has another put in the place of the first, and numbers go on.
func TestLostLaptop(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	l.Must(ada, add(ada, 1))
	wantCode(t, "the phone revokes the first", with(l, ada, 2, device(1), keyring.Revoke{Member: ada, Number: tx.FirstKey}), nil)
	if res := l.Block(l.SignBy(statetest.Key(1, ada), state.Signer{Member: ada}, add(ada, 2)))[0]; res.Code != state.ErrSigner.Code {
		t.Errorf("the laptop: %d %s", res.Code, res.Log)
	}
	wantCode(t, "itself, the last", with(l, ada, 2, device(1), keyring.Revoke{Member: ada, Number: 2}), keyring.ErrItself)
	wantCode(t, "the phone adds one", with(l, ada, 2, device(1), add(ada, 2)), nil)
	wantCode(t, "every key by itself", with(l, ada, 2, device(1), func() member.Rekey { m := rekey(ada, 3); m.Every = true; return m }()), member.ErrEvery)
	wantCode(t, "a new first key", with(l, ada, 2, device(1), rekey(ada, 3)), nil)
	wantCode(t, "it revokes the phone", with(l, ada, 0, device(3), keyring.Revoke{Member: ada, Number: 2}), nil)
	wantCode(t, "the phone", with(l, ada, 2, device(1), add(ada, 4)), state.ErrSigner)
	wantCode(t, "the third stays", with(l, ada, 3, device(2), add(ada, 5)), nil)
	v := l.Read()
	defer v.Close()
	rec, err := member.Find(v.Of(1), ada)
	if err != nil || rec.Revoked != 0 || !rec.Key.Equal(device(3).Public()) {
		t.Errorf("record %+v, %v", rec, err)
	}
	l.Sound()
}

// A key that officers give a member is void as soon as any of the member's keys signs
// anything; one in the place of every key ends the others when it acts, and not before.
func TestEveryKey(t *testing.T) {
	every := func(n state.Member) member.Rekey {
		m := rekey(ada, n)
		m.Every = true
		return m
	}
	t.Run("the phone signs", func(t *testing.T) {
		l := newLedger(t)
		defer l.Close()
		l.Must(ada, add(ada, 1))
		l.Must(1, byOfficers(member.KindRekey, every(2)))
		wantCode(t, "the phone", with(l, ada, 2, device(1), keyring.Revoke{Member: ada, Number: 9}), keyring.ErrNoKey)
		l.Days(15)
		wantCode(t, "the void key", with(l, ada, 0, device(2), add(ada, 4)), state.ErrSignature)
		wantCode(t, "the phone still", with(l, ada, 2, device(1), add(ada, 4)), nil)
		l.Sound()
	})
	t.Run("nobody signs", func(t *testing.T) {
		l := newLedger(t)
		defer l.Close()
		l.Must(ada, add(ada, 1))
		l.Must(1, byOfficers(member.KindRekey, every(2)))
		l.Sound()
		l.Days(15)
		wantCode(t, "the phone", with(l, ada, 2, device(1), add(ada, 4)), state.ErrSigner)
		wantCode(t, "the new key", with(l, ada, 0, device(2), add(ada, 4)), nil)
		wantCode(t, "one that it added", with(l, ada, 3, device(4), add(ada, 5)), nil)
		l.Sound()
		v := l.Read()
		defer v.Close()
		if ring, err := keyring.RingOf(v.Of(1), ada); err != nil || len(ring.Used) != 2 || ring.Used[0].Number != 3 {
			t.Errorf("the ring is %+v, %v", ring, err)
		}
	})
	t.Run("only the first", func(t *testing.T) {
		l := newLedger(t)
		defer l.Close()
		l.Must(ada, add(ada, 1))
		l.Must(1, byOfficers(member.KindRekey, rekey(ada, 2)))
		l.Days(15)
		wantCode(t, "the phone", with(l, ada, 2, device(1), add(ada, 4)), nil)
		l.Sound()
	})
	t.Run("all members", func(t *testing.T) {
		l := newLedger(t)
		defer l.Close()
		l.Must(ada, add(ada, 1))
		l.Mandate(every(2))
		wantCode(t, "the phone", with(l, ada, 2, device(1), add(ada, 4)), state.ErrSigner)
		l.Sound()
	})
}

// A suspended member signs by any key, one who has left by none.
func TestStandings(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	l.Must(ada, add(ada, 1))
	l.Mandate(member.Suspend{Member: ada, Reason: "r"})
	wantCode(t, "suspended", with(l, ada, 2, device(1), add(ada, 2)), nil)
	l.Mandate(member.Resign{Member: ada})
	wantCode(t, "has left", with(l, ada, 2, device(1), add(ada, 3)), state.ErrSigner)
	wantCode(t, "revoked by all", l.Mandate(keyring.Revoke{Member: ada, Number: 2}), keyring.ErrNoKey)
	l.Sound()
}

// A member signs by a key of P-256 and by a passkey, each proved in its own way.
func TestAlgorithms(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	if _, err := tx.NewP256Key(make([]byte, 31)); err == nil {
		t.Error("31 bytes are a key")
	}
	p256, err := tx.NewP256Key([]byte(strings.Repeat("k", tx.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	phone := statetest.NewAuthenticator(t, 5, "coop.example")
	addKey := func(key tx.PublicKey, proof []byte) keyring.Add {
		return keyring.Add{Member: ada, Name: "phone", Key: key, Possession: proof}
	}
	other := statetest.NewAuthenticator(t, 5, "other.example")
	l.Run(t, []statetest.Row{
		statetest.Try("P-256, a proof of another co-op", ada, addKey(p256.Public(), p256.Possession(statetest.Chain, 2)), member.ErrPossession),
		statetest.Try("P-256", ada, addKey(p256.Public(), p256.Possession(statetest.Chain, 1)), nil),
		statetest.Try("a passkey of no point", ada, addKey(tx.Passkey("coop.example", make([]byte, 33)), nil), member.ErrUnusable),
		statetest.Try("a passkey, the proof a signature", ada, addKey(phone.Public(), p256.Possession(statetest.Chain, 1)), member.ErrPossession),
		statetest.Try("a passkey, of another domain", ada, addKey(phone.Public(), other.Assert(phone.Public().PossessionMessage(statetest.Chain, 1))), member.ErrPossession),
		statetest.Try("a passkey", ada, addKey(phone.Public(), phone.Assert(phone.Public().PossessionMessage(statetest.Chain, 1))), nil),
	})
	wantCode(t, "signed by P-256", with(l, ada, 2, p256, keyring.Revoke{Member: ada, Number: 9}), keyring.ErrNoKey)
	body := tx.Body{
		Chain: statetest.Chain, Coop: 1, Signer: uint64(ada), Key: 3, Sequence: 1, Expiry: l.Tip().Height + 9,
		Kind: keyring.KindRevoke, Payload: tx.Encode(keyring.Revoke{Member: ada, Number: 2}),
	}
	wantCode(t, "by the passkey of another domain", l.Block(other.SignBy(body))[0], state.ErrSignature)
	wantCode(t, "by the passkey", l.Block(phone.SignBy(body))[0], nil)
	wantCode(t, "once more", l.Block(phone.SignBy(body))[0], state.ErrSequence)
	l.Sound()
}

// A record that is broken is found.
func TestInvariants(t *testing.T) {
	type keyOf struct {
		Member state.Member
		Number uint32
	}
	keys := state.NewTable[keyOf, keyring.Key](0x18)
	rings := state.NewTable[state.Member, keyring.Ring](0x19)
	edit := func(change func(*keyring.Key)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			k, _ := keys.Get(c, keyOf{ada, 2})
			change(&k)
			keys.Put(c, keyOf{ada, 2}, k)
		}
	}
	ring := func(change func(*keyring.Ring)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			g, _ := rings.Get(c, ada)
			change(&g)
			rings.Put(c, ada, g)
		}
	}
	s := setup()
	s.EndBlock = []func(*state.Ctx) error{}
	statetest.Spoiled(t, s, func(l *statetest.L) {
		l.Must(ada, add(ada, 1))
		l.Must(ada, add(ada, 2))
		l.Must(ada, keyring.Revoke{Member: ada, Number: 3})
	}, []statetest.Spoil{
		{Name: "another's key", Break: edit(func(k *keyring.Key) { k.Public = statetest.Key(1, ben).Public() }), Says: "key 2 of member 4 leads to member 5"},
		{Name: "a number too great", Break: func(c *state.Ctx) {
			k, _ := keys.Get(c, keyOf{ada, 2})
			keys.Put(c, keyOf{ada, keyring.MaxNumber + 1}, k)
		}, Says: "member 4 has a key 65537"},
		{Name: "a later operation", Break: edit(func(k *keyring.Key) { k.Operation = 9 }), Says: "was added after operation 9 of 5"},
		{Name: "revoked by nobody", Break: edit(func(k *keyring.Key) { k.Revoked = 9 }), Says: "was revoked at 9 by the ledger"},
		{Name: "revoked and on the ring", Break: edit(func(k *keyring.Key) { k.Revoked, k.RevokedBy = 9, state.Actor{Coop: 1, Member: ada} }), Says: "the ring of member 4 has key 2 after 1"},
		{Name: "one who acts for a person", Break: edit(func(k *keyring.Key) { k.Representative = ben }), Says: "by key 2 another than member 4, a person, acts"},
		{Name: "no ring", Break: func(c *state.Ctx) { rings.Delete(c, ada) }, Says: "1 members have further keys, 0 have rings"},
		{Name: "a ring without keys", Break: func(c *state.Ctx) { rings.Put(c, ben, keyring.Ring{Last: 2}) }, Says: "member 5 has a ring and no key on it"},
		{Name: "not on the ring", Break: ring(func(g *keyring.Ring) { g.Used = nil }), Says: "key 2 of member 4 signs and is not on its ring"},
		{Name: "a number given twice", Break: ring(func(g *keyring.Ring) { g.Last = 2 }), Says: "its ring says number 2"},
	})
}
