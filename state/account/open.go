package account

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/hold"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Open adds an account to the chart, for ever. One that no motion of all members decided
// is one of the first MaxAlone, or MaxResultsAlone of income and expense, and one of
// MaxADay on that day: so that officers do not use up what the co-op has for ever.
type Open struct {
	Code  Code   `cbor:"1,keyasint,omitempty"`
	Type  Type   `cbor:"2,keyasint,omitempty"`
	Guard Guard  `cbor:"3,keyasint,omitempty"`
	Name  string `cbor:"4,keyasint,omitempty"`
}

// Opened reports a new account.
type Opened struct {
	Code Code   `json:"code"`
	Name string `json:"name"`
}

func (Opened) Event() string { return "account.Opened" }

// Check refuses a malformed account and one that would belong to a room.
func (m Open) Check() error {
	if err := m.valid(); err != nil {
		return err
	}
	if m.Guard == RoomOnly {
		return ErrGuard.With("%v", m.Guard)
	}
	return nil
}

func (m Open) valid() error {
	if m.Code == 0 || m.Code > MaxCode {
		return ErrCode.With("%d, from 1 to %d can be", m.Code, MaxCode)
	}
	if !m.Type.Known() {
		return ErrType.With("%d", m.Type)
	}
	if n := len(m.Name); n == 0 || n > MaxName {
		return ErrName.With("%d bytes, from 1 to %d can be", n, MaxName)
	}
	if !m.Guard.Known() {
		return ErrGuard.With("%d", m.Guard)
	}
	return nil
}

// Apply opens the account.
func (m Open) Apply(c *state.Ctx) error {
	exists, err := accounts.Has(c, m.Code)
	if err != nil {
		return err
	}
	if exists {
		return ErrExists.With("%d", m.Code)
	}
	if err := asked.Require(c, 0, []uint64{uint64(m.Code)}, true); err != nil {
		return err
	}
	b, err := books.Get(c, 0)
	if err != nil {
		return err
	}
	if b.Accounts >= MaxAccounts {
		return ErrFull.With("%d accounts", b.Accounts)
	}
	if err := b.countOpening(c, m.Type); err != nil {
		return err
	}
	if m.Type.IsResult() {
		if b.Results >= MaxResults {
			return ErrFull.With("%d accounts of income and expense", b.Results)
		}
		b.Results++
	}

	// Past this line nothing fails.
	b.Accounts++
	accounts.Put(c, m.Code, Account{m.Type, m.Guard, m.Name})
	books.Put(c, 0, b)
	c.Emit(Opened{m.Code, m.Name})
	return nil
}

// asked are the codes of accounts that members are asked to open: no officer gives the
// code to another account meanwhile.
var asked = hold.Kind{Number: hold.Accounts, What: "account", Held: ErrAsked, Often: ErrAskedOften}

// Hold keeps the code while members vote on the account.
func (m Open) Hold(c *state.Ctx) error {
	exists, err := accounts.Has(c, m.Code)
	if err == nil && exists {
		err = ErrExists.With("%d", m.Code)
	}
	if err != nil {
		return err
	}
	return asked.Hold(c, 0, []uint64{uint64(m.Code)})
}

// Release ends a Hold.
func (m Open) Release(c *state.Ctx) error { return asked.Release(c, 0, []uint64{uint64(m.Code)}) }

// countOpening notes an account that not all members decided on, and refuses one too
// many. What founds a federation is not counted.
func (b *Books) countOpening(c *state.Ctx, t Type) error {
	if c.Authority().All || c.Actor() == (state.Actor{}) {
		return nil
	}
	if b.Accounts >= MaxAlone {
		return ErrAlone.With("there are %d accounts, the rest up to %d are all members' to open", b.Accounts, MaxAccounts)
	}
	if t.IsResult() && b.Results >= MaxResultsAlone {
		return ErrAlone.With("there are %d accounts of income and expense, the rest up to %d are all members' to open", b.Results, MaxResults)
	}
	if today := c.Day(); b.OpenedOn != today {
		b.OpenedOn, b.Opened = today, 0
	}
	if b.Opened >= MaxADay {
		return ErrAlone.With("%d were opened today", b.Opened)
	}
	b.Opened++
	return nil
}

// Describe says what the account is.
func (m Open) Describe(state.Telling) state.Words {
	name := words.Quote(m.Name)
	return state.Words{
		Phrase: fmt.Sprintf("open account %d, %s, of type %v", m.Code, name, m.Type),
		Clauses: []state.Clause{
			{What: fmt.Sprintf("account %d", m.Code), Before: "not in the chart", After: name},
			state.Fact("type", "%v", m.Type),
			state.Fact("posting by hand", "%v", m.Guard),
		},
	}
}

var _ = Kinds.Add(state.KindOf[Open](KindOpen, "account.Open"))
