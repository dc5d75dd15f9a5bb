package crowd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/tx"
)

// wave is how many motions to import are under way at once: each is up to 43 kB, and
// a block holds few.
const wave = 8

// entered is how many members a motion imports: with proofs that they hold their keys no
// more than some 450 are within ballot.MaxPayload.
const entered = 400

// Enter fills the register with members numbered up to n, by motions of kind
// testnet.TakeOver, and sets the trial's clock on until they count. told is called with
// how many there are. No one else may propose meanwhile.
func (c *Crowd) Enter(ctx context.Context, n int, told func(have int)) error {
	for {
		at, err := c.Read(ctx)
		if err != nil {
			return err
		}
		t, err := member.TotalsOf(at)
		if err != nil {
			return err
		}
		if int(t.Members) >= n {
			return c.wait(ctx, at, state.Member(n))
		}
		if err := c.enterWave(ctx, at, int(t.Members), n); err != nil {
			return fmt.Errorf("entering members after %d: %w", t.Members, err)
		}
		told(min(n, int(t.Members)+wave*entered))
	}
}

// wait sets the trial's clock on until member last counts, and so all before it.
func (c *Crowd) wait(ctx context.Context, at state.Reader, last state.Member) error {
	rec, err := member.Find(at, last)
	if err != nil {
		return err
	}
	from := int64(rec.CountsFrom()) * 24 * 60 * 60
	if from <= at.Time() {
		return nil
	}
	_, err = c.Act(ctx, Secretary, federation.KindAdvance, federation.Advance{Seconds: uint64(from - at.Time())})
	if err != nil {
		return fmt.Errorf("setting the clock on: %w", err)
	}
	return c.until(ctx, func(at state.Reader) (bool, error) { return at.Time() >= from, nil })
}

// enterWave proposes, carries and closes the next imports, and waits until the last is
// done.
func (c *Crowd) enterWave(ctx context.Context, at state.Reader, have, n int) error {
	figures, err := ballot.TotalsOf(at)
	if err != nil {
		return err
	}
	first := ballot.Number(figures.Motions + 1)
	var propose, cast, declare []state.Action
	for have < n && len(propose) < wave {
		batch := member.Import{}
		for ; have < n && len(batch.Entries) < entered; have++ {
			key := c.Key(state.Member(have + 1))
			batch.Entries = append(batch.Entries, member.Entry{Key: key.Public(), Class: 1, Proof: key.Possession(c.Chain, uint32(c.Coop))})
		}
		number := first + ballot.Number(len(propose))
		propose = append(propose, ballot.Propose{
			Kind: testnet.TakeOver, Title: "Take over a register",
			Action: []ballot.Carried{{Kind: member.KindImport, Payload: tx.Encode(batch)}},
		})
		cast = append(cast, ballot.Cast{Motion: number, Paper: ballot.Yes.Paper()})
		declare = append(declare, ballot.Declare{Motion: number})
	}
	for _, step := range []struct {
		by      state.Member
		kind    tx.Kind
		actions []state.Action
	}{
		{Secretary, ballot.KindPropose, propose},
		{Secretary, ballot.KindCast, cast},
		{Treasurer, ballot.KindCast, cast},
		{Secretary, ballot.KindDeclare, declare},
	} {
		if err := c.actAll(ctx, step.by, step.kind, step.actions); err != nil {
			return err
		}
	}
	return c.until(ctx, func(at state.Reader) (bool, error) {
		motion, poll, err := ballot.Find(at, first+ballot.Number(len(propose)-1))
		if err == nil && len(motion.Result) > 0 && motion.Result[0].Refused != 0 {
			err = fmt.Errorf("it was refused with code %d", motion.Result[0].Refused)
		}
		return poll.Status == ballot.Closed, err
	})
}

// actAll has a member take actions of a kind and waits until all are done. A rejection
// is a *client.Refused.
func (c *Crowd) actAll(ctx context.Context, m state.Member, kind tx.Kind, actions []state.Action) error {
	n, err := c.Node(ctx)
	if err != nil {
		return err
	}
	at, err := c.Read(ctx)
	if err != nil {
		return err
	}
	last, err := member.SequenceOf(at, m)
	if err != nil {
		return err
	}
	raws := make([][]byte, len(actions))
	for i, a := range actions {
		raws[i] = c.Sign(m, last+1+uint64(i), kind, a)
		if _, err := n.Send(ctx, raws[i]); err != nil {
			return err
		}
	}
	for i, raw := range raws {
		done, err := n.Wait(ctx, tx.ID(raw), raw)
		if err != nil {
			return err
		}
		err = client.Refusal(done)
		if refused, ok := errors.AsType[*client.Refused](err); ok && refused.Code == state.ErrSequence.Code {
			err = c.again(ctx, n, m, last+1+uint64(i), raw)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// again sends a transaction that came to a block before an earlier one of its signer,
// since nodes tell each other of them in any order.
func (c *Crowd) again(ctx context.Context, n *client.Client, m state.Member, sequence uint64, raw []byte) error {
	return c.until(ctx, func(at state.Reader) (bool, error) {
		last, err := member.SequenceOf(at, m)
		if err != nil || last >= sequence {
			return err == nil, err
		}
		_, err = n.Send(ctx, raw) // which does nothing if the node has it
		if used, ok := errors.AsType[*client.Refused](err); ok && used.Code == state.ErrSequence.Code {
			err = nil // it is done by now
		}
		return false, err
	})
}

// until reads the records of block after block until done says so.
func (c *Crowd) until(ctx context.Context, done func(state.Reader) (bool, error)) error {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		at, err := c.Read(ctx)
		if err != nil {
			return err
		}
		if ok, err := done(at); ok || err != nil {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
