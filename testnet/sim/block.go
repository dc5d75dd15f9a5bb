package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/testnet/sim/workload"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A block is what consensus decided.
type block struct {
	workload.Block
	want outcome // what the straight replica made of it
}

// request has a hash of its own for each block, which stands for the engine's.
func (b *block) request(txs [][]byte) *abci.RequestFinalizeBlock {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %v %q", b.Height, b.Time.UnixNano(), b.Misbehave, txs)
	return &abci.RequestFinalizeBlock{Height: int64(b.Height), Time: b.Time, Txs: txs, Misbehavior: b.Misbehave, Hash: h.Sum(nil)}
}

// An outcome is what an executed block returns to consensus.
type outcome struct {
	hash    []byte
	results []*abci.ExecTxResult
	updates []abci.ValidatorUpdate
	events  []abci.Event // not compared: they are not consensus data
}

// same says how got differs from want, nil if it does not.
func (want outcome) same(got outcome) error {
	if len(got.results) != len(want.results) {
		return fmt.Errorf("%d results of %d transactions", len(got.results), len(want.results))
	}
	for i, w := range want.results {
		if g := got.results[i]; g.Code != w.Code || !bytes.Equal(g.Data, w.Data) {
			return fmt.Errorf("transaction %d: code %d, data %x, %s; straight: code %d, data %x, %s", i, g.Code, g.Data, g.Log, w.Code, w.Data, w.Log)
		}
	}
	if len(got.updates) != len(want.updates) {
		return fmt.Errorf("validator updates %v; straight: %v", got.updates, want.updates)
	}
	for i, w := range want.updates {
		if g := got.updates[i]; g.Power != w.Power || !g.PubKey.Equal(w.PubKey) {
			return fmt.Errorf("validator update %v; straight: %v", g, w)
		}
	}
	if !bytes.Equal(got.hash, want.hash) {
		return fmt.Errorf("hash %x; straight: %x", got.hash, want.hash)
	}
	return nil
}

// follow counts the results of b and checks the validators.
func (r *run) follow(b *block) error {
	for i, res := range b.want.results {
		r.report.Sent++
		if res.Code != 0 {
			r.report.Codes[res.Code]++
			continue
		}
		r.report.Accepted++
		signed, err := tx.Parse(b.Txs[i])
		if err != nil {
			return fmt.Errorf("transaction %d was accepted and does not decode: %w", i, err)
		}
		r.report.Done[workload.Names[signed.Body.Kind]]++
	}
	if err := r.followKeys(b); err != nil {
		return err
	}
	r.report.Hash = b.want.hash
	v, err := r.straight.app.Ledger().View(0)
	if err != nil {
		return err
	}
	defer v.Close()
	if err := r.countCarried(v, b.want.events); err != nil {
		return err
	}
	return r.followPowers(v, b.want.updates)
}

// followKeys checks that what a member signed after changing its key in the same
// block was done if and only if the new key signed it, whatever the memory of
// signatures held.
func (r *run) followKeys(b *block) error {
	fresh := map[state.Actor]tx.PublicKey{}
	for i, res := range b.want.results {
		signed, err := tx.Parse(b.Txs[i])
		if err != nil {
			continue
		}
		who := state.Actor{Coop: state.Coop(signed.Body.Coop), Member: state.Member(signed.Body.Signer)}
		if key, ok := fresh[who]; ok && signed.Body.Key == 0 && signed.Body.Chain == r.Chain {
			byNew := key.Verify(signed.Bytes, signed.Signature)
			if res.Code == 0 && !byNew || res.Code == state.ErrSignature.Code && byNew {
				return fmt.Errorf("transaction %d: code %d after a change of key in this block; signed by the new key: %v", i, res.Code, byNew)
			}
			r.report.Rekeyed++
		}
		if m, err := tx.Decode[member.Rekey](signed.Body.Payload); res.Code == 0 && signed.Body.Kind == member.KindRekey && err == nil && m.Member == who.Member {
			fresh[who] = m.Key
		}
	}
	return nil
}

// countCarried counts the actions that motions carried.
func (r *run) countCarried(v *store.View, events []abci.Event) error {
	for _, e := range events {
		if e.Type != (ballot.Counted{}).Event() {
			continue
		}
		var c ballot.Counted
		if err := json.Unmarshal([]byte(e.Attributes[0].Value), &c); err != nil {
			return fmt.Errorf("event %s: %w", e.Type, err)
		}
		motion, _, err := ballot.Find(v.Of(c.Coop), c.Motion)
		if err != nil {
			return err
		}
		for _, a := range motion.Action {
			switch {
			case motion.Result[0].Outcome != count.Carried:
			case c.Refused != 0:
				r.report.Codes[c.Refused]++
			default:
				r.report.Done[workload.Names[a.Kind]]++
			}
		}
	}
	return nil
}

// followPowers applies the validator updates as consensus does, which refuses to
// remove a validator that is not there, and checks that the set is the one in state.
func (r *run) followPowers(v *store.View, updates []abci.ValidatorUpdate) error {
	for _, u := range updates {
		key := string(u.PubKey.GetEd25519())
		if u.Power == r.powers[key] || (u.Power != 0 && u.Power != federation.Power) {
			return fmt.Errorf("validator %v goes from power %d to %d", tx.ValidatorKey(key), r.powers[key], u.Power)
		}
		r.powers[key] = u.Power
		if u.Power == 0 {
			delete(r.powers, key)
		}
		r.report.Updates++
	}
	if len(r.powers) == 0 {
		return fmt.Errorf("no validator has power")
	}
	left := len(r.powers)
	err := federation.Range(v, func(n state.Coop, c federation.Coop) (bool, error) {
		if got := r.powers[string(c.Validator.Key)]; got != c.Validator.Power() {
			return false, fmt.Errorf("validator of co-op %d has power %d in consensus, %d in the state", n, got, c.Validator.Power())
		}
		left -= int(c.Validator.Power() / federation.Power)
		return true, nil
	})
	if err == nil && left != 0 {
		err = fmt.Errorf("%d validators have power in consensus and none in the state", left)
	}
	return err
}
