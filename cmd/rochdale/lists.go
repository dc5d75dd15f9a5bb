package main

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// lists reads a node's indexes. It is nil in a reading of an older height, since
// indexes are of the last block only.
type lists struct {
	ctx    context.Context
	client *client.Client
}

// listed calls fn for the entries of an index, with the reading of each entry's
// height, which may be later than r's.
func listed[I comparable](r *reading, x state.Index[I], q state.IndexQuery, fn func(r *reading, key I) (bool, error)) error {
	err := client.List(r.lists.ctx, r.lists.client, x, q, func(at state.Reader, key I) (bool, error) {
		then := *r
		then.Reader = at
		return fn(&then, key)
	})
	if errors.Is(err, client.ErrNoIndex) {
		err = withHint(fault("%w", err), "name another node with --node; whoever runs this one stops it and runs: rochdale fsck HOME --rebuild-index")
	}
	return err
}

// openMotions calls fn for the motions that are noticed or open, by number.
func (r *reading) openMotions(fn func(*reading, ballot.Number, ballot.Motion, ballot.Poll) error) error {
	if r.lists == nil {
		return r.openMotionsThen(fn)
	}
	return listed(r, ballot.UnderWay, ballot.UnderWay.Ask(r.Coop(), 0, ^ballot.Number(0)), func(r *reading, n ballot.Number) (bool, error) {
		m, p, err := ballot.Find(r, n)
		if err == nil {
			err = fn(r, n, m, p)
		}
		return true, err
	})
}

// openMotionsThen is openMotions at an older height. It reads from the latest
// motion on, and stops once it has seen as many as were under way.
func (r *reading) openMotionsThen(fn func(*reading, ballot.Number, ballot.Motion, ballot.Poll) error) error {
	totals, err := ballot.TotalsOf(r)
	if err != nil {
		return err
	}
	type found struct {
		n ballot.Number
		m ballot.Motion
		p ballot.Poll
	}
	var all []found
	for n := ballot.Number(totals.Motions); n > 0 && uint64(len(all)) < totals.Open; n-- {
		m, p, err := ballot.Find(r, n)
		if err != nil {
			return err
		}
		if p.Status.UnderWay() {
			all = append(all, found{n, m, p})
		}
	}
	for _, f := range slices.Backward(all) {
		if err := fn(r, f.n, f.m, f.p); err != nil {
			return err
		}
	}
	return nil
}

// A sifting says which members a list is of; a zero standing or class is any.
type sifting struct {
	standing member.Standing
	class    charter.Class
	at       asOf
}

// members reads a page of the register from a number on. next is the first member
// of the next page, zero if there is none.
func (r *reading) members(s sifting, from state.Member, limit int) (page []memberInfo, next state.Member, err error) {
	page = []memberInfo{}
	if s.at.text == "" && (s.standing != 0 || s.class != 0) && r.lists != nil {
		return r.membersListed(s, from, limit)
	}
	err = member.Range(r, from, ^state.Member(0), func(m state.Member, rec member.Record) (bool, error) {
		rec, then := s.at.record(r, rec)
		if !then || s.standing != 0 && rec.Standing() != s.standing || s.class != 0 && rec.Class() != s.class {
			return true, nil
		}
		if len(page) == limit {
			next = m
			return false, nil
		}
		page = append(page, r.memberInfo(m, rec, s.at))
		return true, nil
	})
	return page, next, err
}

// membersListed puts the page together from the lists of each standing and class
// that it may hold: at most 32, most of them empty. A member who moves from one to
// another meanwhile is shown once, or not.
func (r *reading) membersListed(s sifting, from state.Member, limit int) ([]memberInfo, state.Member, error) {
	page := []memberInfo{}
	for st := member.Candidate; st <= member.Left; st++ {
		for class := charter.Class(1); class <= charter.MaxClasses; class++ {
			if s.standing != 0 && st != s.standing || s.class != 0 && class != s.class {
				continue
			}
			q := member.ByStanding.Ask(r.Coop(), member.StandingKey{Standing: st, Class: class, Member: from},
				member.StandingKey{Standing: st, Class: class, Member: ^state.Member(0)})
			q.Limit = uint64(limit + 1) // one more, to know where the next page begins
			err := listed(r, member.ByStanding, q, func(r *reading, k member.StandingKey) (bool, error) {
				rec, err := member.Find(r, k.Member)
				if err == nil {
					page = append(page, r.memberInfo(k.Member, rec, s.at))
				}
				return true, err
			})
			if err != nil {
				return page, 0, err
			}
		}
	}
	slices.SortStableFunc(page, func(a, b memberInfo) int { return cmp.Compare(a.Member, b.Member) })
	page = slices.CompactFunc(page, func(a, b memberInfo) bool { return a.Member == b.Member })
	if len(page) <= limit {
		return page, 0, nil
	}
	return page[:limit], page[limit].Member, nil
}
