package circle

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// SeatOf returns how a member was in a circle, and whether it ever was.
func SeatOf(r state.Reader, n Number, m state.Member) (Seat, bool, error) {
	return seats.Find(r, seatKey{n, m})
}

// Seats calls fn for everyone who was ever in a circle, from first on, by member number.
func Seats(r state.Reader, n Number, first state.Member, fn func(state.Member, Seat) (bool, error)) error {
	return seats.Range(r, seatKey{n, first}, seatKey{n, ^state.Member(0)}, func(k seatKey, s Seat) (bool, error) { return fn(k.Member, s) })
}

// Left is the day, since 1970 UTC, on which it was recorded that the member of a record left
// the co-op during the spell; ok is false if it did not. A death of an earlier day ends the
// spell when it is recorded, so that who was in a circle, and confirmed for it, stays the same
// for ever. Who comes back is not in the circle again.
func (s Spell) Left(rec member.Record) (day uint64, ok bool) {
	for _, h := range rec.History {
		if h.Standing == member.Left && h.Operation > s.Operation {
			return state.DayOf(h.Time), true
		}
	}
	return 0, false
}

// On says whether the spell lasted at the end of a day, since 1970 UTC.
func (s Spell) On(rec member.Record, day uint64) bool {
	if state.DayOf(s.Since) > day || s.Until != 0 && state.DayOf(s.Until) <= day {
		return false
	}
	left, ok := s.Left(rec)
	return !ok || left > day
}

// last is the spell in which a member is in a circle; ok is false if it is in none.
func last(r state.Reader, n Number, m state.Member) (s Spell, ok bool, err error) {
	seat, known, err := SeatOf(r, n, m)
	if err != nil || !known {
		return s, false, err
	}
	if s = seat.Spells[len(seat.Spells)-1]; s.Until != 0 {
		return s, false, nil
	}
	rec, err := member.Peek(r, m)
	if err != nil {
		return s, false, err
	}
	_, left := s.Left(rec)
	return s, !left, nil
}

// Sitting are a circle's members now, ascending; none once it is dissolved.
func (circle Circle) Sitting(r state.Reader, n Number) (out []state.Member, err error) {
	if circle.Dissolved != 0 {
		return nil, nil
	}
	for _, m := range circle.Members {
		_, in, err := last(r, n, m)
		if err != nil {
			return nil, err
		}
		if in {
			out = append(out, m)
		}
	}
	return out, nil
}

// SatOn are who was in a circle at the end of a day, since 1970 UTC, ascending.
func (circle Circle) SatOn(r state.Reader, n Number, day uint64) (out []state.Member, err error) {
	if circle.Dissolved != 0 && state.DayOf(circle.Dissolved) <= day {
		return nil, nil
	}
	err = Seats(r, n, 0, func(m state.Member, seat Seat) (bool, error) {
		rec, err := member.Peek(r, m)
		if err == nil && slices.ContainsFunc(seat.Spells, func(s Spell) bool { return s.On(rec, day) }) {
			out = append(out, m)
		}
		return true, err
	})
	return out, err
}

// checkMembers refuses a list that is none.
func checkMembers(list []state.Member) error {
	if len(list) > MaxMembers {
		return ErrMembers.With("%d, up to %d can be", len(list), MaxMembers)
	}
	for i := 1; i < len(list); i++ {
		if list[i] <= list[i-1] {
			return ErrMembers.With("member %d follows member %d", list[i], list[i-1])
		}
	}
	return nil
}

// A seating is who gets a seat, with the record as it will be.
type seating struct {
	member state.Member
	seat   Seat
}

// seat has named members, and those of a draw who can serve and are not in the circle yet,
// take seats in a circle, which may be none of the ledger's yet. A convener who is in it no
// longer is its convener no longer. Where all members appoint, passed are the named who cannot
// serve, and who is in the circle by fewer is in it by all. It writes nothing: put does.
func (circle *Circle) seat(c *state.Ctx, n Number, named []state.Member, draw lot.Number) (out []seating, passed []state.Member, err error) {
	sitting, err := circle.Sitting(c, n)
	if err != nil {
		return nil, nil, err
	}
	spell, err := newSpell(c)
	if err != nil {
		return nil, nil, err
	}
	able, passed, err := serving(c, n, named, sitting, draw == 0)
	if err != nil {
		return nil, nil, err
	}
	drawn, err := held(c, draw)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range able {
		if slices.Contains(sitting, m) {
			out, err = spell.over(c, n, m, out)
		} else {
			out, err = spell.take(c, n, m, out)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	spell.Drawing = draw
	if out, err = spell.drawn(c, n, drawn, slices.Concat(sitting, named), out); err != nil {
		return nil, nil, err
	}
	if !slices.Contains(sitting, circle.Terms.Convener) {
		circle.Terms.Convener = 0
	}
	circle.Members = slices.Clone(sitting)
	for _, s := range out {
		circle.Members = append(circle.Members, s.member)
	}
	slices.Sort(circle.Members)
	circle.Members = slices.Compact(circle.Members)
	most := MaxMembers
	if !spell.All {
		most /= 2 // so that those whom all members appoint get in
	}
	if all := len(circle.Members); len(out) > 0 && all > most {
		return nil, nil, ErrMany.With("%d members, up to %d can be", all, most)
	}
	return out, passed, nil
}

// serving are those of the named who can serve. Where all members appoint, the others are
// passed over, unless nobody is left of the named and they are alone.
func serving(c *state.Ctx, n Number, named, sitting []state.Member, alone bool) (able, passed []state.Member, err error) {
	for _, m := range named {
		if _, err := member.Find(c, m); err != nil {
			return nil, nil, err
		}
		err := requireServe(c, n, m, sitting)
		switch {
		case err == nil:
			able = append(able, m)
		case state.Rejected(err) == nil || !c.Authority().All || alone && len(passed)+1 == len(named):
			return nil, nil, err
		default:
			passed = append(passed, m)
		}
	}
	return able, passed, nil
}

// requireServe refuses who cannot enter the circle now. Whom all members appoint may be in it.
func requireServe(c *state.Ctx, n Number, m state.Member, sitting []state.Member) error {
	if c.Authority().All && slices.Contains(sitting, m) {
		return nil
	}
	if _, err := member.RequireActive(c, m); err != nil {
		return err
	}
	return requireEnter(c, n, m)
}

// newSpell is one that begins now. Whom all members appoint spends at once; others when the
// charter's waiting time is over, so that members see who could.
func newSpell(c *state.Ctx) (s Spell, err error) {
	register, err := member.TotalsOf(c)
	if err != nil {
		return s, err
	}
	s = Spell{Since: c.Time(), By: c.Actor(), All: c.Authority().All, Operation: register.Operations}
	if !s.All {
		s.Spends, err = member.AfterWaiting(c)
	}
	return s, err
}

// take adds a member's seat to a list.
func (s Spell) take(c *state.Ctx, n Number, m state.Member, to []seating) ([]seating, error) {
	seat, _, err := SeatOf(c, n, m)
	if err != nil {
		return nil, err
	}
	most := MaxSpells
	if !s.All {
		most /= 2 // so that all members can appoint it still
	}
	if len(seat.Spells) >= most {
		return nil, ErrSpells.With("member %d, %d times", m, most)
	}
	seat.Spells = append(slices.Clone(seat.Spells), s)
	return append(to, seating{m, seat}), nil
}

// over adds the seat of a member who is in the circle, to a list: all members take over a place
// that fewer gave.
func (s Spell) over(c *state.Ctx, n Number, m state.Member, to []seating) ([]seating, error) {
	seat, _, err := SeatOf(c, n, m)
	if err != nil {
		return nil, err
	}
	if now := seat.Spells[len(seat.Spells)-1]; now.All || !s.All {
		return nil, ErrIn.With("member %d, circle %d", m, n)
	}
	to, err = s.take(c, n, m, to)
	if err == nil {
		spells := to[len(to)-1].seat.Spells
		was := &spells[len(spells)-2]
		was.Until, was.EndedBy, was.EndedAll = s.Since, s.By, s.All
	}
	return to, err
}

// held are those whom a draw gave, nobody if there is none.
func held(c *state.Ctx, draw lot.Number) ([]state.Member, error) {
	if draw == 0 {
		return nil, nil
	}
	d, err := lot.Find(c, draw)
	if err != nil {
		return nil, err
	}
	if d.Done == 0 {
		return nil, ErrDrawing.With("draw %d", draw)
	}
	return d.Held(), nil
}

// drawn adds those whom a draw gave who can serve and are not among others. Whom more than
// now decide had leave is left out.
func (s Spell) drawn(c *state.Ctx, n Number, held, others []state.Member, to []seating) ([]seating, error) {
	for _, m := range held {
		rec, err := member.Peek(c, m)
		if err != nil {
			return nil, err
		}
		if rec.Standing() != member.Active || slices.Contains(others, m) {
			continue
		}
		if err := requireEnter(c, n, m); err != nil {
			if state.Rejected(err) != nil {
				continue
			}
			return nil, err
		}
		if to, err = s.take(c, n, m, to); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// put writes seats.
func put(c *state.Ctx, n Number, list []seating) (members []state.Member) {
	for _, s := range list {
		seats.Put(c, seatKey{n, s.member}, s.seat)
		members = append(members, s.member)
	}
	slices.Sort(members)
	return members
}
