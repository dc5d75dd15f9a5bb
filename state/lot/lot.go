// Package lot draws members by lot: a jury, a panel, the first of a circle. Nobody chooses
// the seed, the draw is recorded, and anyone can draw it again.
//
// A motion asks for a draw; the seed is made of the app hashes of several blocks that come
// after that, see state.Ctx.Seed. The seed and a counter give member numbers, of which those
// count who were in the electorate when the draw was asked for. Whoever declines, or has left
// the co-op, is replaced by the next in the same draw.
// Work is spread over blocks: nothing is read but the records of those whose numbers come up.
//
// Rule: docs/rules.md, "Drawing by lot".
package lot

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindDraw    tx.Kind = 0x8010
	KindDecline tx.Kind = 0x8011
)

// A Number is that of a draw, from 1, in a sequence of the co-op.
type Number uint64

// A Drawing is a draw by lot, and what it came to.
type Drawing struct {
	Purpose    string        `cbor:"1,keyasint,omitempty"`
	Places     uint8         `cbor:"2,keyasint,omitempty"` // how many are drawn
	Class      charter.Class `cbor:"3,keyasint,omitempty"` // of whom; zero for all members
	By         state.Actor   `cbor:"4,keyasint,omitempty"`
	Time       int64         `cbor:"5,keyasint,omitempty"`  // when it was asked for: block time, seconds since 1970 UTC
	Asked      uint64        `cbor:"6,keyasint,omitempty"`  // height of that block
	Operation  uint64        `cbor:"7,keyasint,omitempty"`  // the register's last operation by then
	Numbers    uint64        `cbor:"8,keyasint,omitempty"`  // member numbers given out by then
	Electorate uint64        `cbor:"9,keyasint,omitempty"`  // how many counted
	Height     uint64        `cbor:"10,keyasint,omitempty"` // of the first of the blocks that give the seed; zero until they begin
	Seed       []byte        `cbor:"11,keyasint,omitempty"` // of state.Ctx.Seed; empty until those blocks are made
	Counter    uint64        `cbor:"12,keyasint,omitempty"` // numbers drawn so far, those that did not count included
	Drawn      []Place       `cbor:"13,keyasint,omitempty"` // in the order of the draw
	Done       int64         `cbor:"14,keyasint,omitempty"` // when all places were filled; zero while some are not
	Short      bool          `cbor:"15,keyasint,omitempty"` // nobody is left to draw
}

// A Place is a member who was drawn.
type Place struct {
	Member   state.Member `cbor:"1,keyasint,omitempty"`
	Counter  uint64       `cbor:"2,keyasint,omitempty"` // which number of the draw it was, from 1
	Declined int64        `cbor:"3,keyasint,omitempty"` // when it declined, or others said that it had left: block time, seconds since 1970 UTC; zero if neither
}

// Totals are the room's figures.
type Totals struct {
	Drawings uint64 `cbor:"1,keyasint,omitempty"` // numbers given out
	Waiting  uint64 `cbor:"2,keyasint,omitempty"` // drawings on the agenda
}

// Limits.
const (
	MaxPlaces  = 64
	MaxPurpose = 64      // bytes
	MaxDrawn   = 256     // members of one draw, those who declined included
	MaxCounter = 1 << 24 // numbers of one draw
	Rounds     = 16      // numbers of one draw for each on the register, and MinCounter beside: one in 10 million is missed
	MinCounter = 1024
	Delay      = 60 // seconds from asking to the first of the blocks that give the seed, at least
)

// Tables of the room; all integers big-endian.
var (
	// 0x84 ‖ co-op (4) ‖ number (8) → Drawing
	drawings = state.NewTable[Number, Drawing](0x84)
	// 0x85 ‖ co-op (4) ‖ 0 (1) → Totals
	totals = state.NewTable[uint8, Totals](0x85)
)

// Rejections, in the order they are checked. Codes 820-829 belong to this room.
var (
	ErrPurpose  = &state.Rejection{Code: 820, Reason: "purpose of the draw is empty, too long or cannot be shown on a line"}
	ErrPlaces   = &state.Rejection{Code: 821, Reason: "number of places to draw is out of range"}
	ErrFew      = &state.Rejection{Code: 822, Reason: "fewer members count than places are drawn"}
	ErrUnknown  = &state.Rejection{Code: 823, Reason: "no such draw"}
	ErrNotDrawn = &state.Rejection{Code: 824, Reason: "member was not drawn, or has declined"}
	ErrOwn      = &state.Rejection{Code: 825, Reason: "a member declines its own place, until it has left"}
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrPurpose:  "say what it is for in at most 64 bytes",
	ErrPlaces:   "draw 1 to 64 places",
	ErrFew:      "draw fewer places; see who counts: rochdale member list",
	ErrUnknown:  "see the draws: rochdale lot list",
	ErrNotDrawn: "see who was drawn: rochdale lot show",
	ErrOwn:      "let the member decline: rochdale lot decline DRAW; or let all members decide it: --propose KIND",
}

// Kinds are this room's actions.
var Kinds state.KindList

// Find returns a draw, or ErrUnknown.
func Find(r state.Reader, n Number) (Drawing, error) {
	d, ok, err := drawings.Find(r, n)
	if err == nil && !ok {
		err = ErrUnknown.With("draw %d of co-op %d", n, r.Coop())
	}
	return d, err
}

// TotalsOf returns the room's figures.
func TotalsOf(r state.Reader) (Totals, error) { return totals.Get(r, 0) }

// Range calls fn for the draws from first to last, by number.
func Range(r state.Reader, first, last Number, fn func(Number, Drawing) (bool, error)) error {
	return drawings.Range(r, first, last, fn)
}

// Held are those who were drawn and have not declined.
func (d Drawing) Held() (out []state.Member) {
	for _, p := range d.Drawn {
		if p.Declined == 0 {
			out = append(out, p.Member)
		}
	}
	return out
}

// Nth is the member number that a seed gives for a counter, of 1 to numbers: the first 16
// bytes of SHA-256 of seed and counter (8 bytes, big-endian), as a number, modulo numbers,
// plus 1. With 2^128 values the difference between members is below 2^-87.
func Nth(seed []byte, counter, numbers uint64) state.Member {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte(nil), seed...), counter))
	high, low := binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])
	return state.Member(mod128(high, low, numbers) + 1)
}

// mod128 is the number of two halves modulo m, which is more than zero and at most 2^63.
func mod128(high, low, m uint64) uint64 {
	r := high % m
	for bit := 63; bit >= 0; bit-- {
		r = (r<<1 | low>>uint(bit)&1) % m
	}
	return r
}

// counts says whether a member was in the draw's electorate, and can serve now.
func (d Drawing) counts(rec member.Record) bool {
	_, class := rec.At(d.Operation)
	return rec.HasVote(d.Time, d.Operation) && (d.Class == 0 || class == d.Class) && rec.Standing() == member.Active
}

// most is how many numbers are drawn at most. More are needed only if too few are left who
// can serve, since members have left after the draw was asked for.
func (d Drawing) most() uint64 { return min(MaxCounter, Rounds*d.Numbers+MinCounter) }

func (d Drawing) has(m state.Member) bool {
	for _, p := range d.Drawn {
		if p.Member == m {
			return true
		}
	}
	return false
}

// drawsDue is the agenda's number of draws with places to fill.
const drawsDue agenda.Room = 0x82

// Agenda fills the places of draws.
var Agenda = agenda.Handler{Room: drawsDue, Turn: fill}

// fill draws numbers for draw item until its places are filled, nobody is left, or the turn's
// units are used: one a number.
func fill(c *state.Ctx, item uint64, left int) (used int, done bool, err error) {
	n := Number(item)
	d, err := Find(c, n)
	if err != nil {
		return 0, false, fmt.Errorf("drawing: %w", err)
	}
	if len(d.Seed) == 0 {
		if d.Seed, err = c.Seed(d.Height); err != nil {
			return 0, false, err
		}
		if d.Seed == nil {
			return d.await(c, n)
		}
	}
	left = min(left, agenda.Slice) // the rest waits for its next turn
	for used = 1; used < left; used++ {
		if len(d.Held()) == int(d.Places) || len(d.Drawn) >= MaxDrawn || uint64(len(d.Drawn)) >= d.Electorate || d.Counter >= d.most() {
			d.Done, d.Short = c.Time(), len(d.Held()) < int(d.Places)
			break
		}
		d.Counter++
		m := Nth(d.Seed, d.Counter, d.Numbers)
		if d.has(m) {
			continue
		}
		rec, err := member.Peek(c, m)
		if err != nil {
			return 0, false, err
		}
		if d.counts(rec) {
			d.Drawn = append(d.Drawn, Place{Member: m, Counter: d.Counter})
		}
	}
	drawings.Put(c, n, d)
	if d.Done == 0 {
		return used, false, nil
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return 0, false, err
	}
	t.Waiting--
	totals.Put(c, 0, t)
	c.Emit(Drawn{n, d.Held(), d.Short})
	return used, true, nil
}

// await has the draw wait for the blocks that give its seed. They begin with this one if they
// have not begun, or if the first is no longer known.
func (d Drawing) await(c *state.Ctx, n Number) (used int, done bool, err error) {
	if d.Height == 0 || d.Height+state.Roots < c.Height() {
		d.Height = c.Height()
		drawings.Put(c, n, d)
	}
	agenda.Put(c, c.Time()+1, drawsDue, uint64(n))
	return 3, true, nil
}

// Drawn reports who fills the places of a draw.
type Drawn struct {
	Drawing Number         `json:"drawing"`
	Members []state.Member `json:"members"`
	Short   bool           `json:"short,omitempty"` // nobody is left to draw
}

func (Drawn) Event() string { return "lot.Drawn" }
