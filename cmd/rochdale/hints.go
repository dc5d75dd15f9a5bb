package main

import (
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
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
	if next := wording.Hint(code); next != "" {
		return withHint(err, "%s", next)
	}
	return withHint(err, "this version of rochdale does not know rejection %d: see rochdale version", code)
}
