package ballot

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// What confirms a motion has the electorate of the day on which that motion was proposed:
// who is let in, suspended or brought back by a few afterwards turns no confirmation. Where
// nobody has a vote by that day, since all who would have were suspended or brought back by
// others, those are asked: a suspension takes no consent away and holds none up. Somebody
// let in since has none to give.

// A Silenced is who casts on a confirmation of whose electorate nobody has a vote. Numbers
// are append-only.
type Silenced uint8

// Who casts; zero where somebody has a vote.
const (
	ByFew Silenced = 1 // whom others than all members suspended or brought back
	ByAll Silenced = 2 // nobody else being left, also whom all members suspended
)

// silencedBy is by whom a member lost the vote that it would have had, after operation op,
// on what was proposed on a day; zero if it had no vote to lose, being let in later, or has
// left.
func silencedBy(rec member.Record, day, op uint64) Silenced {
	if s, _ := rec.At(op); s != member.Active && s != member.Suspended || rec.Counts > day {
		return 0
	}
	for i, h := range rec.History {
		if h.Operation <= op && h.Counts > day && (i == 0 || rec.History[i-1].Standing != member.Suspended) {
			return 0 // it came back after it had left
		}
	}
	if began, _ := rec.Suspension(op); began.Bars {
		return ByAll
	}
	return ByFew
}

// silenced counts the members of the electorate of an opened confirmation who lost their
// vote on it, by those who silenced them. read is how many records that takes: all of the
// register's if some of the electorate are active and have no vote.
func (p Poll) silenced(r state.Reader, t member.Totals) (few, all uint64, read int, err error) {
	day, voting := state.DayOf(p.proposed()), uint64(0)
	count := func(_ state.Member, rec member.Record) (bool, error) {
		read++
		if in := p.Rules.Electorate; in.Sort == charter.OneClass && p.classOf(rec) != in.Class {
			return true, nil
		}
		switch by := silencedBy(rec, day, p.Record); {
		case rec.HasVote(p.proposed(), p.Record):
			voting++
		case by == ByFew:
			few++
		case by == ByAll:
			all++
		}
		return true, nil
	}
	moved := p.Rules.Electorate.Sort == charter.OneClass // members may have been, between classes
	if !moved {
		err = member.SuspendedAfter(r, 0, count)
	}
	if err == nil && (moved || t.ActiveIn(0)+voting > p.Electorate) {
		few, all = 0, 0
		err = member.Range(r, 0, ^state.Member(0), count)
	}
	return few, all, read, err
}

// classOf is the class in which a member casts: as when the poll opened or, on a confirmation,
// as when what it confirms was proposed, so that nobody is moved between classes in time.
func (p Poll) classOf(rec member.Record) charter.Class {
	op := p.Record
	if p.Since != 0 {
		op = p.Noticed
	}
	_, class := rec.At(op)
	return class
}

// ofClass counts those of a class who have a vote on a confirmation. It reads the register.
func (p Poll) ofClass(r state.Reader) (n uint64, read int, err error) {
	err = member.Range(r, 0, ^state.Member(0), func(_ state.Member, rec member.Record) (bool, error) {
		if read++; p.classOf(rec) == p.Rules.Electorate.Class && rec.HasVote(p.proposed(), p.Record) {
			n++
		}
		return true, nil
	})
	return n, read, err
}

// ask opens a confirmation on which nobody has a vote to those who lost it. read is how many
// records that takes.
func (p *Poll) ask(c *state.Ctx, t member.Totals) (read int, err error) {
	if p.Rules.Electorate.Sort == charter.Holders {
		p.Noticed = 0 // whoever suspended them, and whenever, if not all members
		return p.holders(c)
	}
	few, all, read, err := p.silenced(c, t)
	switch {
	case few > 0:
		p.Silenced, p.Electorate = ByFew, few
	case all > 0:
		p.Silenced, p.Electorate = ByAll, all
	}
	return read, err
}

// alone says whether one member to whom a poll is put is the only one: no other of the co-op
// or of the class is active or suspended. On a confirmation those do not count who had no
// vote to lose. read is how many records that takes.
func (p Poll) alone(r state.Reader, t member.Totals) (alone bool, read int, err error) {
	switch {
	case p.Since != 0 && p.Electorate == 1:
		few, all, read, err := p.silenced(r, t)
		others := few + all
		if p.Silenced != 0 {
			others-- // without the one
		}
		return others == 0, read, err
	case p.Since != 0 || t.ActiveIn(p.Rules.Electorate.Class) != 1:
		return false, 0, nil
	}
	alone = true
	err = member.SuspendedAfter(r, 0, func(_ state.Member, rec member.Record) (bool, error) {
		read++
		alone = p.Rules.Electorate.Sort == charter.OneClass && rec.Class() != p.Rules.Electorate.Class
		return alone, nil
	})
	return alone, read, err
}
