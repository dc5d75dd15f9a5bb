package state

import (
	"math"

	"github.com/rochdale-ledger/rochdale/tx"
)

// BlockUnits is how many units of work the transactions of a block may be, beside what
// its end may do: 8,000 actions that are no Costers. A proposal that is more is refused.
const BlockUnits = 8_000 * PlainCost

// A Judgement is what a committed state says of a transaction that is to stand in a
// block after it. Refused is why none may hold it, looked at alone: an error that
// Rejected knows, or nil. The rest is known of what is not refused.
type Judgement struct {
	Body    tx.Body
	Spent   uint64 // last sequence that the signer's key has used
	Left    uint64 // how many more transactions the member's allowance takes by the state's time
	Units   int    // of work
	Refused error
}

// Judge looks at each transaction alone and executes none. It refuses what the door
// would whatever stands before it in the block: form, chain, expiry, kind, bounds,
// signer, signature, a sequence that has been used; and everything while records are
// being migrated. Signatures are verified in one batch and remembered.
//
// All nodes with the state of base judge alike, whatever they remember.
func (m *Machine) Judge(base Reader, raws [][]byte) ([]Judgement, error) {
	out := make([]Judgement, len(raws))
	b, err := m.next(base)
	if Rejected(err) != nil {
		for i := range out {
			out[i].Refused = err
		}
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	arrivals, err := b.arrive(raws)
	if err != nil {
		return nil, err
	}
	for i := range arrivals {
		if out[i], err = b.judge(&arrivals[i]); Rejected(err) != nil {
			out[i] = Judgement{Refused: err}
		} else if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// judge is Judge of one.
func (b *Block) judge(a *arrival) (Judgement, error) {
	if a.known == nil || a.known.version != b.at.Version {
		j, _, _, err := b.examine(a)
		return j, err
	}
	if err := b.requireTimely(a); err != nil {
		return Judgement{}, err
	}
	c, err := b.authenticate(a)
	if err != nil {
		return Judgement{}, err
	}
	return b.standing(a, c, a.known.units)
}

// examine is judge of what was not judged before by these rules. It remembers what it
// does not refuse.
func (b *Block) examine(a *arrival) (Judgement, Action, *Ctx, error) {
	action, c, err := b.admit(a)
	if err != nil {
		return Judgement{}, nil, nil, err
	}
	j, err := b.standing(a, c, CostOf(action))
	if err == nil {
		if a.signed.Body.Chain == b.at.Chain { // one text for all
			a.signed.Body.Chain = b.at.Chain
		}
		b.known.put(a.id, known{body: a.signed.Body, key: a.key, version: b.at.Version, units: j.Units})
	}
	return j, action, c, err
}

// standing refuses a transaction whose sequence its signer's key has used, and says how many
// more the signer can make.
func (b *Block) standing(a *arrival, c *Ctx, units int) (Judgement, error) {
	j := Judgement{Body: a.signed.Body, Units: units, Left: math.MaxUint64}
	var err error
	if j.Spent, err = b.rules.Sequence(c, a.signer()); err != nil {
		return j, err
	}
	if j.Body.Sequence <= j.Spent {
		return j, ErrSequence.With("%d signed, %d is next", j.Body.Sequence, j.Spent+1)
	}
	if b.rules.Left != nil {
		j.Left, err = b.rules.Left(c, Member(j.Body.Signer))
	}
	return j, err
}

// Arrive answers transactions that have come from their signers, each alone: what Check
// would, except that one whose sequence is not the next passes without being executed,
// since those before it may come later. Signatures are verified in one batch.
//
// For each in turn fits is asked after Judge has found it good and before it is executed,
// and may refuse it with a rejection; then answer is told, with err if it met a fault.
func (m *Machine) Arrive(base Reader, raws [][]byte, fits func(i int, j Judgement) error, answer func(i int, j Judgement, res Result, err error)) {
	b, err := m.next(base)
	var arrivals []arrival
	if err == nil {
		arrivals, err = b.arrive(raws)
	}
	if err != nil {
		res, err := refusal(err)
		for i := range raws {
			answer(i, Judgement{}, res, err)
		}
		return
	}
	for i := range arrivals {
		alone := *b
		alone.overlay = newOverlay(b.overlay)
		j, res, err := alone.try(&arrivals[i], func(j Judgement) error { return fits(i, j) })
		answer(i, j, res, err)
	}
}

// try is Arrive of one, of whose writes the block is the only reader.
func (b *Block) try(a *arrival, fits func(Judgement) error) (j Judgement, res Result, err error) {
	j, action, c, err := b.examine(a)
	if err == nil {
		err = fits(j)
	}
	if err == nil && j.Body.Sequence == j.Spent+1 {
		res, err = b.execute(a, action, c)
	}
	if err != nil {
		res, err = refusal(err)
	}
	return j, res, err
}
