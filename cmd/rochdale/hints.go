package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
)

// refused turns a rejection into the command's error: its reason, what to do
// next, exit status 2. Any other error stays a fault.
func refused(err error) error {
	r := state.Rejected(err)
	if r == nil {
		return err
	}
	return refusedBy(r.Code, err.Error())
}

// refusedBy is refused for a code and text from a node.
func refusedBy(code uint32, text string) error {
	err := error(&exitError{code: exitRejected, err: errors.New(or(text, wording.Reason(code), fmt.Sprintf("by rule %d", code))), rejection: code})
	if inner := wording.Inner(code, text); code == ballot.ErrTried.Code && inner != nil {
		return withHint(err, "%s", triedHint(inner))
	}
	if next := wording.Hint(code); next != "" {
		return withHint(err, "%s", next)
	}
	return withHint(err, "this version of rochdale does not know rejection %d: see rochdale version", code)
}

// triedHint says what to do when what a motion carries would be refused today: what
// that refusal asks for. To propose it anyway is of use only where the day can come on
// which it is not refused.
func triedHint(inner *state.Rejection) string {
	next := wording.Hint(inner.Code)
	if strings.HasPrefix(inner.Reason, "no such") {
		return next
	}
	return "propose it for a day on which it can be done, with --anyway; or " + next
}
