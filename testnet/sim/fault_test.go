package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// scratch is a table that no room has.
var scratch = state.NewTable[uint8, uint64](0xee)

// registerTotals is the register's own table of totals, opened again to break
// it.
var registerTotals = state.NewTable[uint8, member.Totals](0x12)

// miscount breaks the register of co-op 1.
func miscount(c *state.Ctx) error {
	t, err := registerTotals.Get(c.In(1), 0)
	if err != nil {
		return err
	}
	t.Operations++
	registerTotals.Put(c.In(1), 0, t)
	return nil
}

// Each fault is one that a careless change could bring. The simulator must
// notice it within a few blocks and say where.
func TestSeededFaults(t *testing.T) {
	for _, row := range []struct {
		name    string
		rules   func() func() state.Rules
		replica string // that must be found to differ, or one of them
		says    string
	}{
		{"end of block counts openings", countsOpenings, "reload", "hash"},
		{"end of block remembers abandoned blocks", countsBlocks, "reload", "hash"},
		{"a result depends on what was checked before", countsQuestions, "proposals or reload", "hash"},
		{"an answer depends on what came before", answersByMood, "proposals or reload or restore", "code"},
		{"a refused action leaves a write behind", leaks, "straight", "register of members"},
		{"an action breaks an invariant", breaksInvariant, "straight", "register of members"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := Run(context.Background(), Config{Seed: 8, Blocks: 220, Rules: row.rules()})
			var f *Failure
			if !errors.As(err, &f) {
				t.Fatalf("the run ended with %v", err)
			}
			t.Log(f, "|", f.Command())
			if f.Seed != 8 || f.Block < 1 || !slices.Contains(strings.Split(row.replica, " or "), f.Replica) || !strings.Contains(f.Error(), row.says) {
				t.Errorf("got %v, want replica %q and %q", f, row.replica, row.says)
			}
			if want := fmt.Sprintf("--seed 8 --blocks %d", f.Block); !strings.Contains(f.Command(), want) {
				t.Errorf("the command %q does not say %s", f.Command(), want)
			}
			_, again := Run(context.Background(), Config{Seed: 8, Blocks: f.Block, Rules: row.rules()})
			var g *Failure
			if !errors.As(again, &g) || g.Block != f.Block || g.Replica != f.Replica {
				t.Errorf("the command fails with %v, the run with %v", again, f)
			}
		})
	}
}

// countsOpenings puts a number that is this node's own into the state.
func countsOpenings() func() state.Rules {
	opened := uint64(0)
	return func() state.Rules {
		opened++
		own := opened / 8 // the first opening of each of the seven replicas agrees
		r := app.Rules()
		r.EndBlock = append(r.EndBlock[:len(r.EndBlock):len(r.EndBlock)], func(c *state.Ctx) error {
			scratch.Put(c, 0, own)
			return nil
		})
		return r
	}
}

// countsBlocks counts executed blocks in memory.
func countsBlocks() func() state.Rules {
	return func() state.Rules {
		executed := uint64(0)
		r := app.Rules()
		r.EndBlock = append(r.EndBlock[:len(r.EndBlock):len(r.EndBlock)], func(c *state.Ctx) error {
			executed++
			scratch.Put(c, 0, executed)
			return nil
		})
		return r
	}
}

// countsQuestions lets the state depend on how often CheckTx was called.
func countsQuestions() func() state.Rules {
	return func() state.Rules {
		asked := uint64(0)
		r := app.Rules()
		r.Key = func(rd state.Reader, m state.Signer) (tx.PublicKey, error) {
			asked++
			return keyring.KeyOf(rd, m)
		}
		r.Spend = func(c *state.Ctx, m state.Signer, sequence uint64) error {
			scratch.Put(c, 0, asked)
			return keyring.Spend(c, m, sequence)
		}
		return r
	}
}

// answersByMood refuses every 61st question of one opening.
func answersByMood() func() state.Rules {
	return func() state.Rules {
		asked := 0
		r := app.Rules()
		r.Authorize = func(c *state.Ctx, k tx.Kind, a state.Action) error {
			if asked++; asked%67 == 0 {
				return state.ErrAuthority
			}
			return keyring.Authorize(c, k, a)
		}
		return r
	}
}

// leaks keeps what an action wrote although it was refused: a write that
// escaped the action's overlay.
func leaks() func() state.Rules {
	return func() state.Rules {
		var outer *state.Ctx
		r := app.Rules()
		r.Spend = func(c *state.Ctx, m state.Signer, sequence uint64) error {
			outer = c
			return keyring.Spend(c, m, sequence)
		}
		r.Authorize = func(c *state.Ctx, k tx.Kind, a state.Action) error {
			err := keyring.Authorize(c, k, a)
			if state.Rejected(err) != nil && c.Actor().Motion == 0 {
				return errors.Join(miscount(outer), err)
			}
			return err
		}
		return r
	}
}

// A slip is a cast that does more than it should.
type slip ballot.Cast

func (m slip) Describe(t state.Telling) state.Words { return ballot.Cast(m).Describe(t) }

func (m slip) Check() error { return ballot.Cast(m).Check() }
func (m slip) Apply(c *state.Ctx) error {
	if err := ballot.Cast(m).Apply(c); err != nil {
		return err
	}
	return miscount(c)
}

// breaksInvariant puts a slip in the place of ballot.Cast.
func breaksInvariant() func() state.Rules {
	return func() state.Rules {
		r := app.Rules()
		r.Kinds = append([]state.Kind(nil), r.Kinds...)
		for i, k := range r.Kinds {
			if k.Number == ballot.KindCast {
				r.Kinds[i] = state.KindOf[slip](k.Number, k.Name)
			}
		}
		return r
	}
}
