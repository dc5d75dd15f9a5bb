package charter

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// Moved is what someone moved on the last day that it did: one officer without a motion, or
// the motions of one kind together. Days are of the blocks' time, from midnight to midnight
// UTC.
type Moved struct {
	Day    uint64 `cbor:"1,keyasint,omitempty"` // days since 1970
	Amount uint64 `cbor:"2,keyasint,omitempty"` // minor units
}

// mover is an officer, who is a member of a co-op, or a kind of motion of the co-op whose
// the record is: co-op zero, and the kind's number in the place of the member's.
type mover struct {
	Coop   state.Coop
	Member state.Member
}

// moved counts what officers move alone, and what kinds of motion with a limit move, so that
// a large sum in small parts is a large sum. There is no record of who never moved any.
//
//	0x73 ‖ co-op (4) ‖ co-op of the officer (4), zero for a kind of motion ‖ member or kind (8) → Moved
var moved = state.NewTable[mover, Moved](0x73)

// MoveAlone counts an amount towards what the officer who acts moves in a day, and
// returns ErrAlone if the charter lets one officer move less than that without a motion.
//
// What a motion moves is counted towards its kind, and ErrMost returned if the motions of
// the kind would move more in a day than the charter lets them: that of the day on which the
// motion was proposed. Of a kind without a limit nothing is counted, nor of what founds a
// federation.
func MoveAlone(c *state.Ctx, amount money.Amount) error {
	by := c.Authority()
	switch {
	case by.Actor == (state.Actor{}):
		return nil
	case by.Motion != 0:
		return move(c, mover{Member: state.Member(by.Kind)}, amount, by.Most, ErrMost)
	}
	p, err := PolicyOf(c)
	if err != nil {
		return err
	}
	return move(c, mover{by.Coop, by.Member}, amount, p.Alone, ErrAlone)
}

// move counts an amount towards what someone moves in a day, most minor units or, if that is
// zero, any amount, and refuses what is more.
func move(c *state.Ctx, by mover, amount money.Amount, most uint64, more *state.Rejection) error {
	if most == 0 {
		return nil
	}
	m, err := moved.Get(c, by)
	if err != nil {
		return err
	}
	if today := c.Day(); m.Day != today {
		m = Moved{Day: today}
	}
	if left := money.Amount(most - min(m.Amount, most)); amount > left {
		return more.With("%s, where %s of the %s a day are left", Money(c, amount), Money(c, left), Money(c, money.Amount(most)))
	}
	m.Amount += uint64(amount)
	moved.Put(c, by, m)
	return nil
}
