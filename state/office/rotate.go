package office

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Rotate has a third of an office's holders, or the number nearest to it, retire on a day:
// those who have been in it longest since they were last elected. Where several were elected
// at one time, the lot decides, by the app hashes of later blocks, so that whoever calls the
// rotation does not choose who retires: see state.Ctx.Seed. Who retires can be elected
// again.
//
// Source: UK model rules, "one third, or the number nearest to one third, shall retire".
type Rotate struct {
	Office charter.Office `cbor:"1,keyasint,omitempty"`
	Day    uint64         `cbor:"2,keyasint,omitempty"` // days since 1970 UTC
}

// Rotated reports who retires.
type Rotated struct {
	Office charter.Office `json:"office"`
	Day    uint64         `json:"day"` // days since 1970 UTC
	Retire []state.Member `json:"retire"`
}

func (Rotated) Event() string { return "office.Rotated" }

// Check refuses an unknown office.
func (m Rotate) Check() error {
	if !m.Office.Possible() {
		return member.ErrOffice.With("%d", m.Office)
	}
	return nil
}

// Apply calls the rotation.
func (m Rotate) Apply(c *state.Ctx) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	rule, _ := policy.Membership.Rule(m.Office)
	if !rule.Thirds {
		return ErrNoThirds.With("%s", policy.Office(m.Office))
	}
	if m.Day <= c.Day() {
		return ErrPast.With("%s", words.Day(m.Day))
	}
	if m.Day > c.Day()+MaxAhead {
		return ErrAhead.With("%s, at most %d days can be", words.Day(m.Day), MaxAhead)
	}
	last, err := rotations.Get(c, m.Office)
	if err != nil {
		return err
	}
	if last.Day > c.Day() || last.Day != 0 && len(last.Seed) == 0 {
		return ErrRotated.With("on %s, a day to come", words.Day(last.Day))
	}
	if next := last.Day + rule.ApartDays(); last.Day != 0 && m.Day < next {
		return ErrRotated.With("on %s; the next does not before %s", words.Day(last.Day), words.Day(next))
	}

	// Past this line nothing fails.
	rotations.Put(c, m.Office, Rotation{Day: m.Day, Called: c.Height()})
	agenda.Put(c, c.Time()+1, rotationsDue, uint64(m.Office))
	return nil
}

// A holder is who holds an office, and since when it was last elected.
type holder struct {
	member  state.Member
	elected int64 // block time, seconds since 1970 UTC
}

// Third is how many of n holders retire: the number nearest to a third.
func Third(n int) int { return (n + 1) / 3 }

// Lots puts holders of an office in the order in which the lot by a seed draws them, so that
// anyone can draw it again.
func Lots(seed []byte, o charter.Office, members []state.Member) []state.Member {
	out := slices.Clone(members)
	slices.SortFunc(out, func(a, b state.Member) int {
		first, second := lot(seed, o, a), lot(seed, o, b)
		return bytes.Compare(first[:], second[:])
	})
	return out
}

// retire are who retire of the holders, longest in office first.
func retire(holders []holder, o charter.Office, seed []byte) (out []state.Member) {
	holders = slices.Clone(holders)
	slices.SortFunc(holders, func(a, b holder) int {
		if by := cmp.Compare(a.elected, b.elected); by != 0 {
			return by
		}
		first, second := lot(seed, o, a.member), lot(seed, o, b.member)
		return bytes.Compare(first[:], second[:])
	})
	for _, h := range holders[:Third(len(holders))] {
		out = append(out, h.member)
	}
	return out
}

// rotate finds who retires from office item, and ends their terms on the day.
func rotate(c *state.Ctx, item uint64, _ int) (used int, done bool, err error) {
	o := charter.Office(item)
	r, err := rotations.Get(c, o)
	if err != nil {
		return 0, false, err
	}
	seed, err := c.Seed(r.Height)
	if err != nil {
		return 0, false, err
	}
	if seed == nil { // its blocks are to come
		if r.Height == 0 || r.Height+state.Roots < c.Height() {
			r.Height = c.Height()
			rotations.Put(c, o, r)
		}
		agenda.Put(c, c.Time()+1, rotationsDue, item)
		return 3, true, nil
	}
	members, err := member.Holders(c, o)
	if err != nil {
		return 0, false, err
	}
	var holders []holder
	for _, m := range members {
		post, _, err := member.PostOf(c, m, o)
		if err != nil {
			return 0, false, err
		}
		t, err := terms.Get(c, termKey{o, m})
		if err != nil {
			return 0, false, err
		}
		holders = append(holders, holder{m, max(t.Elected, post.Since)})
	}

	// Past this line nothing fails.
	r.Seed, r.Retire = seed, retire(holders, o, seed)
	rotations.Put(c, o, r)
	for _, m := range r.Retire {
		if err := endOn(c, termKey{o, m}, r.Day); err != nil {
			return 0, false, err
		}
	}
	c.Emit(Rotated{o, r.Day, r.Retire})
	return 3*len(members) + 4*len(r.Retire) + 2, true, nil
}

// endOn ends a holder's term on a day, unless it ends sooner.
func endOn(c *state.Ctx, k termKey, day uint64) error {
	t, err := terms.Get(c, k)
	if err != nil {
		return err
	}
	post, holds, err := member.PostOf(c, k.Member, k.Office)
	if err != nil || !holds {
		return err
	}
	anew := t.Since != post.Since // appointed without a term since
	if t.Until != 0 && t.Until <= day && !anew {
		return nil
	}
	if t.Until != 0 {
		agenda.Delete(c, midnight(t.Until), termsDue, k.item())
	}
	if anew {
		t = Term{Elected: post.Since, By: post.By, Since: post.Since, Over: max(t.Over, t.Until), InARow: 1}
	}
	t.Until = day
	agenda.Put(c, midnight(day), termsDue, k.item())
	terms.Put(c, k, t)
	return nil
}

// Describe says of which office a third retires, and when.
func (m Rotate) Describe(t state.Telling) state.Words {
	name := charter.OfficeName(t, m.Office)
	return state.Words{
		Phrase: fmt.Sprintf("have a third of those who hold the office of %s retire on %s", name, words.Day(m.Day)),
		Clauses: []state.Clause{
			state.Fact("retiring from the office of "+name, "a third on %s, those longest in it; where several are equal, by lot", words.Day(m.Day)),
		},
	}
}

var _ = Kinds.Add(state.KindOf[Rotate](KindRotate, "office.Rotate"))
