package keyring

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// CheckKeyrings is this room's invariant for one co-op: each key stands on its member's
// ring or is revoked, leads to the member, and was given a number once; and guardians are
// members, within their bounds.
func CheckKeyrings(r state.Reader) error { return errors.Join(checkKeys(r), checkTrusts(r)) }

func checkKeys(r state.Reader) error {
	t, err := member.TotalsOf(r)
	if err != nil {
		return err
	}
	had := map[state.Member]*held{}
	err = keys.Range(r, keyOf{}, keyOf{^state.Member(0), ^uint32(0)}, func(k keyOf, key Key) (bool, error) {
		h := had[k.Member]
		if h == nil {
			h = &held{}
			had[k.Member] = h
			if h.rec, err = member.Find(r, k.Member); err != nil {
				return false, err
			}
		}
		return true, h.add(r, t, k, key)
	})
	if err != nil {
		return err
	}
	rung := 0
	err = rings.Range(r, 0, ^state.Member(0), func(m state.Member, g Ring) (bool, error) {
		rung++
		h := had[m]
		if h == nil {
			return false, fmt.Errorf("member %d has a ring and no key on it", m)
		}
		return true, h.check(m, g)
	})
	if err == nil && rung != len(had) {
		err = fmt.Errorf("%d members have further keys, %d have rings", len(had), rung)
	}
	return err
}

// held is what was found of one member.
type held struct {
	rec  member.Record
	last Number
	keys int
	live []Number // not revoked, ascending
	sign []bool   // whether each of live can sign
}

func (h *held) add(r state.Reader, t member.Totals, k keyOf, key Key) error {
	h.keys++
	switch holder, err := member.ByKey(r, key.Public); {
	case err != nil || holder != k.Member:
		return errors.Join(err, fmt.Errorf("key %d of member %d leads to member %d", k.Number, k.Member, holder))
	case k.Number <= tx.FirstKey || k.Number > MaxNumber:
		return fmt.Errorf("member %d has a key %d", k.Member, k.Number)
	case key.Operation > t.Operations:
		return fmt.Errorf("key %d of member %d was added after operation %d of %d", k.Number, k.Member, key.Operation, t.Operations)
	case (key.Revoked == 0) != (key.RevokedBy == state.Actor{}):
		return fmt.Errorf("key %d of member %d was revoked at %d by %v", k.Number, k.Member, key.Revoked, key.RevokedBy)
	case (key.Representative != 0 || len(key.Commitment) > 0) && h.rec.Sort == member.Person:
		return fmt.Errorf("by key %d another than member %d, a person, acts", k.Number, k.Member)
	case key.Representative != 0 && t.RequireKnown(r, key.Representative) != nil:
		return fmt.Errorf("by key %d of member %d member %d acts, who is unknown", k.Number, k.Member, key.Representative)
	}
	h.last = k.Number
	if key.Revoked == 0 {
		h.live, h.sign = append(h.live, k.Number), append(h.sign, key.Signs(h.rec))
	}
	return nil
}

// check compares a ring with the keys.
func (h *held) check(m state.Member, g Ring) error {
	if g.Last != h.last || h.keys != int(h.last-tx.FirstKey) {
		return fmt.Errorf("member %d has %d further keys up to number %d, its ring says number %d", m, h.keys, h.last, g.Last)
	}
	before, signing := Number(tx.FirstKey), 0
	for _, u := range g.Used {
		at, ok := slices.BinarySearch(h.live, u.Number)
		if !ok || u.Number <= before {
			return fmt.Errorf("the ring of member %d has key %d after %d, which is revoked or not there: %v", m, u.Number, before, !ok)
		}
		if h.sign[at] {
			signing++
		}
		before = u.Number
	}
	for i, n := range h.live {
		if _, on := g.live(n); h.sign[i] && !on {
			return fmt.Errorf("key %d of member %d signs and is not on its ring", n, m)
		}
	}
	if h.rec.Revoked == 0 {
		signing++
	}
	if signing > MaxKeys {
		return fmt.Errorf("member %d signs by %d keys, at most %d can be", m, signing, MaxKeys)
	}
	return nil
}
