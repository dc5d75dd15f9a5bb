package app

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/tx"
)

// deviceKey is a member's n-th key beside its first.
func deviceKey(n byte) tx.PrivateKey { return evilKey(100 + int(n)) }

// addKeys gives member 4 further keys, numbered from 2.
func (f *fed) addKeys(n byte) {
	f.t.Helper()
	for i := range n {
		k := deviceKey(i)
		f.must(f.sign(1, 4, keyring.Add{Member: 4, Name: "phone", Key: k.Public(), Possession: k.Possession(fedChain, 1)}))
	}
}

// byDevice is what member 4 signs by its further key of a number.
func (f *fed) byDevice(number uint32, sequence uint64, a state.Action) []byte {
	b := f.body(1, 4, a)
	f.spent[signer{1, 4}]--
	b.Key, b.Sequence = number, sequence
	return tx.Sign(deviceKey(byte(number-2)), b)
}

// All of a member's keys together sign no more in a block than its allowance leaves: a
// proposal of more is refused, and none is made of it.
func TestKeysShareTheAllowance(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.addKeys(2)
	left := func() (n uint64) {
		judged, err := f.app.ledger.Judge([][]byte{f.byDevice(2, 1, ballot.Propose{Kind: 1, Title: "t"})})
		if err != nil || judged[0].Refused != nil {
			t.Fatalf("judged %+v, %v", judged, err)
		}
		return judged[0].Left
	}
	for left() > 3 {
		f.block(f.sign(1, 4, keyring.Revoke{Member: 4, Number: 9}))
	}
	nothing := keyring.Revoke{Member: 4, Number: 9} // refused, and counts
	three := [][]byte{f.byDevice(2, 1, nothing), f.byDevice(3, 1, nothing), f.byDevice(2, 2, nothing)}
	if why, err := f.app.unfit(three); why != nil || err != nil {
		t.Errorf("three of three: %v, %v", why, err)
	}
	four := append(three, f.byDevice(3, 2, nothing))
	if why, err := f.app.unfit(four); state.Rejected(why) != state.ErrAllowance || err != nil {
		t.Errorf("four of three: %v, %v", why, err)
	}
	gap := [][]byte{f.byDevice(2, 1, nothing), f.byDevice(3, 2, nothing)}
	if why, err := f.app.unfit(gap); state.Rejected(why) != state.ErrSequence || err != nil {
		t.Errorf("a gap in one key's sequence: %v, %v", why, err)
	}
	for i, res := range f.block(four...).TxResults {
		if want := []uint32{keyring.ErrNoKey.Code, keyring.ErrNoKey.Code, keyring.ErrNoKey.Code, state.ErrAllowance.Code}[i]; res.Code != want {
			t.Errorf("transaction %d: %d %s, want %d", i, res.Code, res.Log, want)
		}
	}
	f.sound()
}

// A transaction by a member's first key reads and writes what it did when members had one
// key only, also where the member has others.
func TestFirstKeyReadsNoMore(t *testing.T) {
	f := newFed(t, 1, Options{})
	reads := func() uint64 {
		if _, err := f.app.FinalizeBlock(ctx, f.request(f.sign(1, 4, ballot.Propose{Kind: 1, Title: "t"}))); err != nil {
			t.Fatal(err)
		}
		n := f.app.ledger.Reads()
		if _, err := f.app.Commit(ctx, nil); err != nil {
			t.Fatal(err)
		}
		return n
	}
	reads() // the first motion of all
	one := reads()
	f.addKeys(3)
	if several := reads(); several != one {
		t.Errorf("%d reads with one key, %d with four", one, several)
	}
}
