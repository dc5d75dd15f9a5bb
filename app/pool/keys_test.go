package pool

import (
	"errors"
	"testing"
)

// by is what a member's further key has signed.
func by(t Tx, key uint32) Tx {
	t.Signer.Key = key
	t.ID[20] = byte(key)
	return t
}

// A member with several keys is served as one member: one transaction in its turn,
// whichever key signed it, and each key's in the order of its own sequence.
func TestKeysOfOneMember(t *testing.T) {
	p := New(roomy)
	put(t, p, fake(1, 1, 1, 10), fake(1, 1, 2, 10), by(fake(1, 1, 1, 11), 2), by(fake(1, 1, 3, 11), 2), by(fake(1, 1, 2, 11), 2), by(fake(1, 1, 1, 12), 3))
	put(t, p, fake(1, 2, 1, 10), fake(1, 2, 2, 10))
	order := func(want ...Tx) {
		t.Helper()
		got := p.Take(anyRoom)
		if len(got) != len(want) {
			t.Fatalf("%d were taken, want %d", len(got), len(want))
		}
		for i, x := range got {
			if x.ID != want[i].ID {
				t.Errorf("place %d: %s of key %d, want %s of key %d", i, x.name(), x.Signer.Key, want[i].name(), want[i].Signer.Key)
			}
		}
	}
	order(fake(1, 1, 1, 0), fake(1, 2, 1, 0), by(fake(1, 1, 1, 0), 2), fake(1, 2, 2, 0),
		by(fake(1, 1, 1, 0), 3), fake(1, 1, 2, 0), by(fake(1, 1, 2, 0), 2), by(fake(1, 1, 3, 0), 2))

	// A block uses sequences of one key and leaves those of the others.
	p.Committed(1, []Used{{Signer{Coop: 1, Member: 1, Key: 2}, 2}, {Signer{Coop: 1, Member: 2}, 1}})
	order(fake(1, 1, 1, 0), fake(1, 2, 2, 0), by(fake(1, 1, 3, 0), 2), by(fake(1, 1, 1, 0), 3), fake(1, 1, 2, 0))
	p.Committed(2, []Used{{Signer{Coop: 1, Member: 1}, 2}, {Signer{Coop: 1, Member: 1, Key: 3}, 1}})
	order(fake(1, 2, 2, 0), by(fake(1, 1, 3, 0), 2))
	p.Drop(by(fake(1, 1, 3, 0), 2).ID)
	order(fake(1, 2, 2, 0))
	p.Committed(3, []Used{{Signer{Coop: 1, Member: 2}, 2}})
	if n, bytes := p.Load(); n != 0 || bytes != 0 || len(p.people)+len(p.lanes)+len(p.coops) != 0 {
		t.Errorf("%d wait with %d bytes, %d members, %d lanes, %d co-ops", n, bytes, len(p.people), len(p.lanes), len(p.coops))
	}
}

// All of a member's keys together have the room of one member, and displace nobody who
// has less waiting.
func TestKeysHaveNoMoreRoom(t *testing.T) {
	p := New(Limits{Transactions: 1000, Bytes: 256 << 10})
	put(t, p, fake(1, 1, 1, 60_000), by(fake(1, 1, 1, 60_000), 2))
	if err := p.Add(by(fake(1, 1, 1, 60_000), 3), Standing{Left: 9}, true); !errors.Is(err, ErrFull) {
		t.Errorf("a third key has more room: %v", err)
	}
	put(t, p, fake(1, 2, 1, 60_000), fake(1, 3, 1, 60_000))
	put(t, p, fake(1, 4, 1, 60_000)) // displaces one of member 1's
	if n := len(p.people[Signer{Coop: 1, Member: 1}].lanes); n != 1 {
		t.Errorf("member 1 has %d lanes, want 1", n)
	}
	if n := len(p.people); n != 4 {
		t.Errorf("%d members wait, want 4", n)
	}
}
