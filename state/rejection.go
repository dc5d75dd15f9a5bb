package state

import (
	"errors"
	"fmt"
	"strings"
)

// A Rejection is a deterministic refusal, the same on every node. Code and Reason
// are fixed; Code is consensus data, hashed into the next header. Numbers are
// append-only and each room owns a hundred: 1-99 this package, 100 member and keyring, 200
// share, 300 account, 400 ballot, 500 surplus, 600 federation, 700 charter.
type Rejection struct {
	Code   uint32
	Reason string
}

func (r *Rejection) Error() string { return r.Reason }

// With adds the numbers of the case at hand, for the log only.
func (r *Rejection) With(format string, args ...any) error {
	return &detailed{r, fmt.Sprintf(format, args...)}
}

type detailed struct {
	*Rejection
	detail string
}

func (d *detailed) Error() string { return d.Reason + ": " + d.detail }
func (d *detailed) Unwrap() error { return d.Rejection }

// HintList says what to do after each of a room's rejections, with the command of
// the command line where there is one.
type HintList map[*Rejection]string

// Add puts a rejection on the list and returns it, so that an action's file can
// declare one with its hint:
//
//	var ErrPaper = Hints.Add(&state.Rejection{Code: 116, Reason: "…"}, "give …")
func (l HintList) Add(after *Rejection, next string) *Rejection {
	l[after] = next
	return after
}

// Rejected returns the rejection that err is, or nil if err is a fault.
func Rejected(err error) *Rejection {
	var r *Rejection
	if errors.As(err, &r) {
		return r
	}
	return nil
}

// maxLog bounds a log, in bytes, since every transaction's is kept.
const maxLog = 512

// logOf is an error as a log: valid UTF-8, so that it can be decoded, and short.
func logOf(err error) string {
	s := strings.ToValidUTF8(err.Error(), "?")
	if len(s) > maxLog {
		s = strings.ToValidUTF8(s[:maxLog-len("…")], "") + "…"
	}
	return s
}

// Rejections of the ante handler (the door), in the order they are checked.
var (
	ErrSize      = &Rejection{1, "transaction is larger than 64 KiB"}
	ErrMalformed = &Rejection{2, "transaction is malformed"}
	ErrChain     = &Rejection{3, "transaction is for another chain"}
	ErrExpired   = &Rejection{4, "transaction has expired"}
	ErrKind      = &Rejection{5, "unknown kind of action"}
	ErrPayload   = &Rejection{6, "action is malformed"}
	ErrSigner    = &Rejection{7, "signer is not on the co-op's register"}
	ErrSignature = &Rejection{8, "signature does not verify"}
	ErrSequence  = &Rejection{9, "sequence has been used or is not the next"}
	ErrAllowance = &Rejection{10, "today's allowance of transactions is used up"}
	ErrAuthority = &Rejection{11, "the charter gives the signer no authority for this"}
	ErrDepth     = &Rejection{12, "an action carried by a motion may not carry another"}
	ErrUpgrading = &Rejection{13, "the rules are being changed, try again in a few blocks"}
	ErrUpgrade   = &Rejection{14, "upgrade names an earlier version or height, or no program"}
	ErrNoTrial   = &Rejection{15, "only the clock of a trial can be advanced"}
	ErrAdvance   = &Rejection{16, "the clock would not go forward, or too far"}
)
