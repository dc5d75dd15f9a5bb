package crowd

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// audit checks, after the end of a storm, that a node has each vote once: its blocks,
// by the rule of sequences, and its records.
func (s *storm) audit(ctx context.Context, t *testing.T, i int) {
	t.Helper()
	last := make([]uint64, len(s.base))
	executed, err := s.executed(ctx, i, last)
	if err != nil {
		t.Errorf("node %d: %v", i, err)
		return
	}
	lost := 0
	for _, v := range s.shown {
		if executed[v.id] != v.height {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("node %d: %d of %d votes that a block was shown to have are not in that block with effect", i, lost, len(s.shown))
	}
	if !slices.Equal(last, s.signed) {
		t.Errorf("node %d: its blocks bring the members to sequences %v, and they signed up to %v", i, last, s.signed)
	}
	if err := s.records(ctx, i); err != nil {
		t.Errorf("node %d: %v", i, err)
	}
}

// executed says in which block of a node each transaction has an effect: the first in
// which it is its signer's next. last becomes the last sequence of each.
func (s *storm) executed(ctx context.Context, i int, last []uint64) (map[[32]byte]uint64, error) {
	at := map[[32]byte]uint64{}
	for h := uint64(1); h <= s.tip; h++ {
		b, err := s.node(i).block(ctx, h)
		if err != nil {
			return nil, err
		}
		for _, raw := range b.Txs {
			parts, err := tx.Unbundle(raw)
			if err != nil {
				return nil, fmt.Errorf("block %d: %w", h, err)
			}
			for _, part := range parts {
				signed, err := tx.Parse(part)
				if err != nil {
					return nil, fmt.Errorf("block %d: %w", h, err)
				}
				if by := &last[signed.Body.Signer]; signed.Body.Sequence == *by+1 {
					*by++
					at[tx.ID(part)] = h
				}
			}
		}
	}
	return at, nil
}

// records compares what a node has recorded with what was signed: each member's
// sequence and paper, and the tally.
func (s *storm) records(ctx context.Context, i int) error {
	remote, err := s.node(i).client.At(ctx, 0)
	if err != nil {
		return err
	}
	at := remote.Of(s.c.Coop)
	got, most := make([]uint64, len(s.signed)), uint64(0)
	err = member.RangeSpent(at, 1, state.Member(len(got)-1), func(m state.Member, spent member.Spent) (bool, error) {
		got[m] = spent.Sequence
		if uint64(spent.Today) > s.signed[m] {
			most = max(most, uint64(spent.Today)-s.signed[m])
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	if !slices.Equal(got, s.signed) {
		return fmt.Errorf("it records the sequences %v, want %v", got, s.signed)
	}
	if most > 0 {
		return fmt.Errorf("a member has had %d transactions more today than it ever signed", most)
	}
	var want, found [ballot.Abstain + 1]uint64
	papers := 0
	err = ballot.RangeCasts(at, s.motion, func(m state.Member, p ballot.Paper) (bool, error) {
		papers++
		if !bytes.Equal(p.Marks, choice(m, s.signed[m]).Paper()) {
			return false, fmt.Errorf("the paper of member %d is %x, and it cast %x last", m, p.Marks, choice(m, s.signed[m]).Paper())
		}
		want[choice(m, s.signed[m])]++
		return true, nil
	})
	if err != nil {
		return err
	}
	tally, err := ballot.TallyOf(at, s.motion)
	if err != nil {
		return err
	}
	found[ballot.Yes], found[ballot.No], found[ballot.Abstain] = tally.Yes, tally.No, tally.Abstained
	if all, err := tally.Papers(); err != nil || found != want || papers != len(s.signed)-1 || all != uint64(papers) {
		return fmt.Errorf("the tally is %v of %d papers, %d cast, and should be %v, %v", found, all, papers, want, err)
	}
	return nil
}

// holds checks that a node itself answers that votes are done, in the block that was
// shown.
func (s *storm) holds(ctx context.Context, t *testing.T, i int, votes []shown) {
	t.Helper()
	for _, v := range votes {
		done, ok, err := s.node(i).client.Done(ctx, v.id)
		if err != nil || !ok || done.Code != 0 || done.Height != v.height {
			t.Errorf("node %d says of a vote in block %d: %v, %+v, %v", i, v.height, ok, done, err)
			return
		}
	}
}
