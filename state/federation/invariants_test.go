package federation_test

import (
	"crypto/sha256"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

func peer(id string) (d [20]byte) {
	sum := sha256.Sum256([]byte(id))
	copy(d[:], sum[:])
	return d
}

// caught puts a block in which validators are caught, each by its first key.
func caught(t *testing.T, l *statetest.L, coops ...state.Coop) {
	t.Helper()
	tip := l.Tip()
	if err := l.Begin(tip.Height+1, tip.Time+60); err != nil {
		t.Fatal(err)
	}
	var addresses [][]byte
	for _, n := range coops {
		addresses = append(addresses, federation.Validator{Key: key(n, 0)}.ConsensusAddress())
	}
	err := l.Ledger.Run(func(c *state.Ctx) error { return federation.BeginBlock(c, addresses) })
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.End(); err != nil {
		t.Fatal(err)
	}
	if err := l.Commit(); err != nil {
		t.Fatal(err)
	}
}

// CheckCoops fails when a record is broken, and says which.
func TestCheckCoopsFails(t *testing.T) {
	edit := func(n state.Coop, change func(*federation.Coop)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			coop, err := coops.Get(c.In(0), n)
			if err != nil {
				panic(err)
			}
			change(&coop)
			coops.Put(c.In(0), n, coop)
		}
	}
	count := func(change func(*federation.Totals)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			n, err := totals.Get(c.In(0), 0)
			if err != nil {
				panic(err)
			}
			change(&n)
			totals.Put(c.In(0), 0, n)
		}
	}
	tell := func(change func(*federation.Changes)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			ch, err := changes.Get(c.In(0), 0)
			if err != nil {
				panic(err)
			}
			change(&ch)
			changes.Put(c.In(0), 0, ch)
		}
	}
	// Co-ops 1 and 2 lost their power, 3 and 4 wait, 5 has another key, and 6 is to get
	// one.
	scene := func(l *statetest.L) {
		replaced(t, l, 5, 1)
		must(t, l, 6, func() state.Action { return replace(6, 1) })
		caught(t, l, 1, 2, 3, 4)
	}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "a co-op erased", Break: func(c *state.Ctx) { coops.Delete(c.In(0), 2) }, Says: "co-op 3 follows 1"},
		{Name: "a key that is another's", Break: edit(2, func(c *federation.Coop) { c.Validator.Key = key(3, 0) }), Says: "co-op 2's validator key leads to co-op 3"},
		{Name: "a key that is nobody's", Break: edit(2, func(c *federation.Coop) { c.Validator.Key = key(2, 9) }), Says: "co-op 2's validator key leads to co-op 0"},
		{Name: "a key that is gone", Break: edit(2, func(c *federation.Coop) { c.Validator.Key = nil }), Says: "co-op 2 has no validator, and it misbehaved"},
		{Name: "a place without a key", Break: edit(3, func(c *federation.Coop) { c.Validator.Key = nil }), Says: "co-op 3 has no validator, and it misbehaved"},
		{Name: "nobody has power", Break: func(c *state.Ctx) {
			for n := state.Coop(1); n <= registered; n++ {
				edit(n, func(c *federation.Coop) { c.Validator.Removed, c.Validator.Place = true, 0 })(c)
			}
		}, Says: "no validator has power"},
		{Name: "a co-op too many is counted", Break: count(func(n *federation.Totals) { n.Coops++ }), Says: "the totals are {Coops:7 Powered:4 Peers:7 Waiting:2 Places:4}"},
		{Name: "a validator too few is counted", Break: count(func(n *federation.Totals) { n.Powered-- }), Says: "the totals are {Coops:6 Powered:3 "},
		{Name: "a peer too many is counted", Break: count(func(n *federation.Totals) { n.Peers++ }), Says: "the totals are {Coops:6 Powered:4 Peers:8 "},
		{Name: "one waits too many", Break: count(func(n *federation.Totals) { n.Waiting++ }), Says: "the totals are {Coops:6 Powered:4 Peers:7 Waiting:3 "},
		{Name: "a place was not given out", Break: count(func(n *federation.Totals) { n.Places-- }), Says: "place 4 in the queue, 3 were given out"},
		{Name: "place zero", Break: func(c *state.Ctx) { queue.Put(c.In(0), 0, federation.Waiting{Key: key(3, 0)}) }, Says: "place 0 in the queue, 4 were given out"},
		{Name: "one is out of the queue", Break: func(c *state.Ctx) { queue.Delete(c.In(0), 3) }, Says: "co-op 3's validator key has place 3 in the queue, which is key 's"},
		{Name: "one is in the queue twice", Break: func(c *state.Ctx) { queue.Put(c.In(0), 2, federation.Waiting{Key: key(3, 0)}) }, Says: "3 keys in the queue, 2 co-ops' keys wait"},
		{Name: "one that waits has no power", Break: edit(3, func(c *federation.Coop) { c.Validator.Removed = true }), Says: "removed: true"},
		{Name: "a peer renamed", Break: edit(6, func(c *federation.Coop) { c.Validator.Peer = "q" }), Says: "is counted for 5 co-ops, and 4 name it"},
		{Name: "a peer that no one names", Break: func(c *state.Ctx) { peers.Put(c.In(0), peer("q"), 1) }, Says: "is counted for 1 co-ops, and 0 name it"},
		{Name: "a peer that is counted for none", Break: func(c *state.Ctx) { peers.Put(c.In(0), peer("q"), 0) }, Says: "is counted for 0 co-ops, and 0 name it"},
		{Name: "a peer that is not in the index", Break: func(c *state.Ctx) { peers.Delete(c.In(0), peer("p")) }, Says: "2 peers are in the index, co-ops name 3"},
		{Name: "a coming validator without a key", Break: edit(6, func(c *federation.Coop) { c.Next.Key = nil }), Says: "co-op 6 waits for a validator without a key"},
		{Name: "one that was decided on later", Break: edit(6, func(c *federation.Coop) { c.Next.Since = 100 }), Says: "co-op 6 decided on its next validator in block 100, and this is 6"},
		{Name: "a change to come", Break: tell(func(ch *federation.Changes) { ch.Height = 100 }), Says: "power changed last in block 100, and this is 6"},
		{Name: "a key lost its power and has it", Break: tell(func(ch *federation.Changes) { ch.Lost = append(ch.Lost, key(6, 0)) }), Says: "has power: true, after its change in block 5: false"},
		{Name: "a key gained power and has none", Break: tell(func(ch *federation.Changes) { ch.Gained = append(ch.Gained, key(5, 0)) }), Says: "has power: false, after its change in block 5: true"},
		{Name: "a change of nobody's", Break: tell(func(ch *federation.Changes) { ch.Lost = append(ch.Lost, key(9, 9)) }), Says: "and no co-op had it"},
	})
}
