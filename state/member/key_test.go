package member_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// No key by which anyone could sign comes onto a register, by no way.
func TestUnusableKeys(t *testing.T) {
	l := newLedger(t)
	points, forged := statetest.UnusableKeys(t)
	for _, point := range points {
		key := append(tx.PublicKey{1}, point...)
		e := member.Entry{Key: key, Class: 1}
		proved := e
		proved.Proof = forged
		l.Run(t, []statetest.Row{
			statetest.Try("apply", 0, member.Apply{Entry: e, Possession: forged}, member.ErrUnusable),
			statetest.Try("import", 0, member.Import{Entries: []member.Entry{entry(1), e}}, member.ErrUnusable),
			statetest.Try("import with a proof", 0, member.Import{Entries: []member.Entry{proved}}, member.ErrUnusable),
			statetest.Try("rekey", 0, member.Rekey{Member: 2, Key: key, Possession: forged}, member.ErrUnusable),
		})
	}
}

func TestImportProofs(t *testing.T) {
	l := newLedger(t)
	with := func(n state.Member, proof []byte) member.Entry {
		e := entry(n)
		e.Proof = proof
		return e
	}
	key := statetest.Key(1, 1001)
	good := possession(key)
	l.Run(t, []statetest.Row{
		statetest.Try("half a proof", 0, member.Import{Entries: []member.Entry{with(1, good[:32])}}, member.ErrPossession),
		statetest.Try("for another co-op", 0, member.Import{Entries: []member.Entry{entry(2), with(1, key.Possession(statetest.Chain, 2))}}, member.ErrPossession),
		statetest.Try("for another chain", 0, member.Import{Entries: []member.Entry{with(1, key.Possession("test-2", 1))}}, member.ErrPossession),
		statetest.Try("of another key", 0, member.Import{Entries: []member.Entry{with(2, good)}}, member.ErrPossession),
		statetest.Try("of a validator", 0, member.Import{Entries: []member.Entry{with(1, key.ValidatorPossession(statetest.Chain, 1))}}, member.ErrPossession),
		statetest.Try("in the entry of an application", 0, member.Apply{Entry: with(1, good), Possession: good}, member.ErrPossession),
		statetest.Try("some with and some without", 0, member.Import{Entries: []member.Entry{with(1, good), entry(2), entry(3)}}, nil),
	})
	unproved := func(want ...bool) {
		t.Helper()
		v := l.Read()
		defer v.Close()
		for i, w := range want {
			m := state.Member(members + 1 + i)
			if rec, err := member.Find(v.Of(1), m); err != nil || rec.Unproved != w {
				t.Errorf("member %d: unproved %t, %v; want %t", m, rec.Unproved, err, w)
			}
		}
	}
	unproved(false, true, true)

	// The first signature that is accepted is the proof, also if its action is refused;
	// one by another key is none.
	if res := l.Block(signed(l, statetest.Key(1, 5), members+2)); res[0].Code != state.ErrSignature.Code {
		t.Errorf("another's signature: %+v", res[0])
	}
	unproved(false, true, true)
	if res := l.Block(signed(l, statetest.Key(1, 1002), members+2)); res[0].Code != state.ErrAuthority.Code {
		t.Errorf("the first signature: %+v", res[0])
	}
	unproved(false, false, true)

	// So is the proof of the key that takes its place.
	fresh := statetest.Key(1, 2000)
	mandate(t, l, member.Rekey{Member: members + 3, Key: fresh.Public(), Possession: possession(fresh)})
	unproved(false, false, false)
}

// One wrong proof among many is the one that the rejection names, wherever it stands; of
// several wrong entries the first is named, whatever is wrong with it.
func TestImportNamesTheEntry(t *testing.T) {
	l := newLedger(t)
	many := make([]member.Entry, member.MaxImport)
	for i := range many {
		many[i] = entry(state.Member(100 + i))
		many[i].Proof = possession(statetest.Key(1, state.Member(1100+i)))
	}
	wrong := possession(statetest.Key(1, 2))
	named := func(what string, want *state.Rejection, says string, change func(entries []member.Entry)) {
		t.Helper()
		entries := slices.Clone(many)
		change(entries)
		before := l.Digest()
		res := l.Mandate(member.Import{Entries: entries})
		if res.Code != want.Code || !strings.HasSuffix(res.Log, says) {
			t.Errorf("%s: %d %q, want %d and %q", what, res.Code, res.Log, want.Code, says)
		}
		if l.Digest() != before {
			t.Errorf("%s: it changed the state", what)
		}
	}
	for _, at := range []int{1, 2, 95, 317, member.MaxImport} {
		named(fmt.Sprint("wrong proof ", at), member.ErrPossession, fmt.Sprintf(": entry %d", at), func(e []member.Entry) { e[at-1].Proof = wrong })
	}
	named("two wrong proofs", member.ErrPossession, ": entry 40", func(e []member.Entry) { e[39].Proof, e[400].Proof = wrong, wrong })
	named("after entries without a proof", member.ErrPossession, ": entry 40", func(e []member.Entry) { e[3].Proof, e[17].Proof, e[39].Proof = nil, nil, wrong })
	named("after one whose key is taken", member.ErrKeyTaken, ": by member 2", func(e []member.Entry) {
		e[10].Key, e[10].Proof = statetest.Key(1, 2).Public(), wrong
		e[200].Proof = nil
		e[300].Proof = e[299].Proof
	})
	if res := l.Mandate(member.Import{Entries: many}); res.Code != 0 {
		t.Errorf("all are right: %d %s", res.Code, res.Log)
	}
}

// signed is member m's first transaction, by a key: one that the charter gives no
// authority for.
func signed(l *statetest.L, key tx.PrivateKey, m state.Member) []byte {
	return tx.Sign(key, tx.Body{
		Chain: statetest.Chain, Coop: 1, Signer: uint64(m), Sequence: 1, Expiry: l.Tip().Height + 10,
		Kind: member.KindResign, Payload: tx.Encode(member.Resign{Member: 1}),
	})
}

// The preview of an import says how many keys nobody has shown to be held.
func TestImportWords(t *testing.T) {
	l := newLedger(t)
	v := l.Read()
	defer v.Close()
	proved := entry(1)
	proved.Proof = possession(statetest.Key(1, 1001))
	words := func(entries ...member.Entry) string {
		var lines []string
		for _, c := range (member.Import{Entries: entries}).Describe(state.Telling{Reader: v.Of(1)}).Clauses {
			lines = append(lines, c.String())
		}
		return strings.Join(lines, "\n")
	}
	const count = "they count: at once if motion 1 (ordinary resolution) carries it; by any other, in what is proposed 7 days later or after that\n"
	for _, row := range []struct {
		entries []member.Entry
		want    string
	}{
		{[]member.Entry{proved}, count + "entry 1: key " + proved.Key.String() + ", class 1 (member)"},
		{[]member.Entry{proved, entry(2)}, "keys without proof: 1 of 2; each is proved by its member's first signature\n" + count +
			"entry 1: key " + proved.Key.String() + ", class 1 (member)\nentry 2: key " + entry(2).Key.String() + ", class 1 (member), without proof"},
		{[]member.Entry{entry(2), entry(3)}, "keys without proof: 2 of 2; each is proved by its member's first signature\n" + count +
			"entry 1: key " + entry(2).Key.String() + ", class 1 (member), without proof\nentry 2: key " + entry(3).Key.String() + ", class 1 (member), without proof"},
	} {
		if got := words(row.entries...); got != row.want {
			t.Errorf("it says\n%s\nwant\n%s", got, row.want)
		}
	}
}
