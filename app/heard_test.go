package app

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// What others would do to a member who is silent is void by what it signs, also by what the
// node knows to be refused: that comes into a block.
func TestRefusedIsHeard(t *testing.T) {
	fresh := evilKey(50)
	for _, row := range []struct {
		name   string
		others state.Action // by two officers or, where it is theirs, the secretary
		void   func(r state.Reader) (bool, error)
		by     uint32 // the key that is limited to kinds of action, if that does not make it void
	}{
		{"another key", member.Rekey{Member: 4, Key: fresh.Public(), Possession: fresh.Possession(fedChain, 1)}, func(r state.Reader) (bool, error) {
			rec, err := member.Find(r, 4)
			return len(rec.Next) == 0, err
		}, 2},
		{"a death", exit.RecordEnd{Member: 4, Ending: member.Died, Day: state.DayOf(1_700_000_000)}, func(r state.Reader) (bool, error) {
			f, err := exit.FileOf(r, 4)
			if err != nil {
				return false, err
			}
			return f.Void(r, 4)
		}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFed(t, 1, Options{})
			till := deviceKey(0)
			f.must(f.sign(1, 4, keyring.Add{Member: 4, Name: "till", Key: till.Public(), Possession: till.Possession(fedChain, 1),
				Limits: keyring.Limits{Kinds: []tx.Kind{ballot.KindWithdraw}}}))
			nothing := ballot.Withdraw{Motion: 99}
			refused := ballot.ErrUnknown.Code
			f.arrive(refused, f.sign(1, 4, nothing))
			f.spent[signer{1, 4}]--
			f.byTwo(1, row.others, nil)
			f.waits(0)
			f.arrive(refused, f.sign(1, 3, nothing)) // another's
			f.spent[signer{1, 3}]--
			if row.by != 0 {
				f.arrive(refused, f.byDevice(row.by, 1, nothing))
			}
			f.waits(0)
			raw := f.sign(1, 4, nothing)
			f.arrive(0, raw)
			f.waits(1)
			v := f.view()
			if is, err := row.void(v.Of(1)); is || err != nil {
				t.Errorf("void before a block holds the signature: %v, %v", is, err)
			}
			v.Close()
			if res := f.block(f.propose(blockRoom)...); len(res.TxResults) != 1 || res.TxResults[0].Code != refused {
				t.Errorf("the block says %v", res.TxResults)
			}
			v = f.view()
			if is, err := row.void(v.Of(1)); !is || err != nil {
				t.Errorf("void: %v, %v", is, err)
			}
			v.Close()
			f.arrive(refused, f.sign(1, 4, nothing)) // nothing is left that it would make void
			f.spent[signer{1, 4}]--
			f.sound()
		})
	}
}
