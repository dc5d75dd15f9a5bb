package store

import (
	"errors"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// The engine takes an error of Check for a fault and panics: a transaction that
// comes before the first block is refused.
func TestCheckBeforeFirstBlock(t *testing.T) {
	l := newLedger(t, openStore(t, nil, 0), noteRules())
	raw := sign(1, 1, kindWrite, writeNote{1, "one"})
	check := func(when string) {
		t.Helper()
		if res, err := l.Check(raw); err != nil || res.Code != state.ErrChain.Code {
			t.Errorf("%s: %+v, %v", when, res, err)
		}
	}
	check("before the founding")
	if _, err := l.Init(testChain, 1001, []byte("founded")); err != nil {
		t.Fatal(err)
	}
	check("before the first block")
}

// A program that does not have the next block's rules refuses what comes until it
// has stopped.
func TestCheckBeforeUnknownVersion(t *testing.T) {
	l := foundBy(t, nil, rulesOf(1))
	runBlock(t, l, sign(1, 1, kindAppoint, appointNote{2, 3, newProgram}))
	if res, err := l.Check(sign(1, 2, kindWrite, writeNote{1, "one"})); err != nil || res.Code != state.ErrUpgrading.Code {
		t.Errorf("%+v, %v", res, err)
	}
}

// signer2 is a signer by version 2: its sequence has moved to another field.
type signer2 struct {
	Key      tx.PublicKey `cbor:"1,keyasint,omitempty"`
	Sequence uint64       `cbor:"3,keyasint,omitempty"` // field 2 in version 1
}

var signers2 = state.NewTable[state.Member, signer2](0xe1)

// withSigners2 are rules whose version 2 has other records of signers, which are
// migrated after the many notes that founding writes.
func withSigners2(many uint64) state.Rules {
	rules := rulesOf(2)
	first := rules
	rules.Genesis = func(c *state.Ctx, document []byte) error {
		for n := range many {
			notes.Put(c.In(2), n, note{Text: "x", By: 1})
		}
		return first.Genesis(c, document)
	}
	rules.Migrations = append(rules.Migrations, state.Migration{To: 2, Step: state.Rewrite(signers2,
		func(_ state.Reader, _ state.Member, old noteSigner) (signer2, error) {
			return signer2(old), nil
		})})
	rules.Key = func(r state.Reader, m state.Signer) (tx.PublicKey, error) {
		if r.Version() < 2 {
			return first.Key(r, m)
		}
		s, err := signers2.Get(r, m.Member)
		return s.Key, err
	}
	rules.Sequence = func(r state.Reader, m state.Signer) (uint64, error) {
		if r.Version() < 2 {
			return first.Sequence(r, m)
		}
		s, err := signers2.Get(r, m.Member)
		return s.Sequence, err
	}
	rules.Spend = func(c *state.Ctx, m state.Signer, sequence uint64) error {
		if c.Version() < 2 {
			return first.Spend(c, m, sequence)
		}
		s, err := signers2.Get(c, m.Member)
		s.Sequence = sequence
		signers2.Put(c, m.Member, s)
		return err
	}
	rules.Invariants = []state.Invariant{{Name: "signers", Check: func(r state.Reader) error {
		_, err := rules.Sequence(r.Of(1), state.Signer{Member: 1})
		return err
	}}}
	return rules
}

// While the records of signers themselves are of two versions, no signer is looked
// up: not in a block, not for what waits for one, not by a check of the records.
func TestSignersMigrate(t *testing.T) {
	l := foundBy(t, nil, withSigners2(2*state.MigrateUnits))
	runBlock(t, l, sign(1, 1, kindAppoint, appointNote{2, 3, newProgram}))
	wait := sign(1, 2, kindWrite, writeNote{1, "one"})
	for h := uint64(3); ; h++ {
		res := runBlock(t, l, wait)[0]
		v, err := l.View(0)
		if err != nil {
			t.Fatal(err)
		}
		checked := l.CheckRecords(v)
		v.Close()
		if h == 5 {
			if res.Code != 0 || checked != nil {
				t.Errorf("after the migration: %+v, %v", res, checked)
			}
			return
		}
		if res.Code != state.ErrUpgrading.Code || !errors.Is(checked, ErrMigrating) {
			t.Errorf("height %d: %+v, the check says %v", h, res, checked)
		}
		if judged, err := l.Judge([][]byte{wait}); err != nil || !errors.Is(judged[0].Refused, state.ErrUpgrading) {
			t.Errorf("height %d: what waits is %+v, %v", h, judged, err)
		}
	}
}
