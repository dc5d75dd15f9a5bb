package charter

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// Moved is what one officer moved without a motion on the last day that he did. Days
// are of the blocks' time, from midnight to midnight UTC.
type Moved struct {
	Day    uint64 `cbor:"1,keyasint,omitempty"` // days since 1970
	Amount uint64 `cbor:"2,keyasint,omitempty"` // minor units
}

// mover is an officer: a member of a co-op.
type mover struct {
	Coop   state.Coop
	Member state.Member
}

// moved counts what officers move alone, so that a large sum in small parts is a large
// sum. There is no record of who never moved any.
//
//	0x73 ‖ co-op (4) ‖ co-op of the officer (4) ‖ member (8) → Moved
var moved = state.NewTable[mover, Moved](0x73)

// MoveAlone counts an amount towards what the officer who acts moves in a day, and
// returns ErrAlone if the charter lets one officer move less than that without a motion.
// What a motion moves is not counted, nor what founds a federation; ErrMost is returned if
// it is more than the charter lets a motion of the kind move.
func MoveAlone(c *state.Ctx, amount money.Amount) error {
	by := c.Authority()
	if by.Motion != 0 && by.Most > 0 && amount > money.Amount(by.Most) {
		return ErrMost.With("%s, at most %s can be", Money(c, amount), Sum(c, by.Most))
	}
	if by.Motion != 0 || by.Actor == (state.Actor{}) {
		return nil
	}
	p, err := PolicyOf(c)
	if err != nil || p.Alone == 0 {
		return err
	}
	officer := mover{by.Coop, by.Member}
	m, err := moved.Get(c, officer)
	if err != nil {
		return err
	}
	if today := c.Day(); m.Day != today {
		m = Moved{Day: today}
	}
	if left := money.Amount(p.Alone - min(m.Amount, p.Alone)); amount > left {
		return ErrAlone.With("%s, where %s of the %s a day are left",
			p.Money(amount), p.Money(left), p.Money(money.Amount(p.Alone)))
	}
	m.Amount += uint64(amount)
	moved.Put(c, officer, m)
	return nil
}
