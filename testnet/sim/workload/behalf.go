package workload

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

var behalfOccasions = []occasion{
	{3, (*Work).serve},
	{2, (*Work).askFor},
}

// serve has others do something for a member that has no key.
func (w *Work) serve() (step, error) {
	m, err := w.anyWho(func(r member.Record) bool { return r.Standing() == member.Active && r.Unclaimed() })
	if err != nil || m == 0 {
		return nothing, err
	}
	text, _, err := w.anyText()
	if err != nil {
		return nothing, err
	}
	actions := []state.Action{
		exit.Nominate{Member: m, Commitment: w.digest()},
		share.Subscribe{Member: m, Class: 1, Units: 1 + w.rng.Uint64N(5), Paper: w.digest()},
		dues.Declare{Member: m, Band: uint8(1 + w.rng.IntN(3)), Paper: w.digest()},
	}
	if text != 0 {
		actions = append(actions, document.Accept{Member: m, Text: text, Version: 1, Paper: w.digest()})
	}
	return step{action: actions[w.rng.IntN(len(actions))], by: byOthers}, nil
}

// askFor has a motion ask back the shares of a member that has no key.
func (w *Work) askFor() (step, error) {
	class, m, units, err := w.anyHolding(func(m state.Member) (bool, error) {
		rec, err := member.Find(w.r, m)
		return err == nil && rec.Standing() == member.Active && rec.Unclaimed(), err
	})
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: withdrawal.Request{Member: m, Class: class, Units: 1 + w.rng.Uint64N(units), Paper: w.digest()}, by: byOthers}, nil
}
