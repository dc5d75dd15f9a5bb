// Package wording describes the ledger in words: what an action does, who may take
// it, what a motion carries, what to do after a rejection. It is for programs that
// show the ledger to people, such as the command line, a page or a bot. Each action
// has its own words, in its room; this package adds the list of all kinds of action
// and the names of co-ops.
package wording

import (
	"fmt"
	"strings"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Telling is the input of Describe for an action on the records of r's co-op.
func Telling(r state.Reader) state.Telling {
	return state.Telling{Reader: r, Kinds: rooms.Kinds, CoopName: func(n state.Coop) string {
		coop, err := federation.Find(r, n)
		if err != nil {
			return ""
		}
		return coop.Name
	}}
}

// Describe says what an action on the records of r's co-op would do.
func Describe(r state.Reader, a state.Action) state.Words {
	t := Telling(r)
	t.Now = true
	return a.Describe(t)
}

// Done says what an action did. result is what it returned, which may be nothing.
func Done(r state.Reader, a state.Action, result []byte) state.Words {
	t := Telling(r)
	if t.Result = result; result == nil {
		t.Result = []byte{}
	}
	return a.Describe(t)
}

// Carries says what each action of a motion of r's co-op does if it is carried or,
// once that was done, what it did.
func Carries(r state.Reader, m ballot.Motion) []state.Words { return m.Carries(Telling(r)) }

// Grant says who may take an action, by the charter of r's co-op.
func Grant(r state.Reader, g charter.Grant) string {
	return g.Words(func(id charter.MotionKindID) string { return charter.MotionName(r, id) }, Telling(r).NameOf)
}

// KindName is the name in code of a kind of action: "member.Admit".
func KindName(n tx.Kind) string { return state.Telling{Kinds: rooms.Kinds}.KindName(n) }

// Read reads an action's payload. It returns state.ErrKind for a kind that this
// program does not know.
func Read(n tx.Kind, payload []byte) (state.Action, error) {
	for _, k := range rooms.Kinds {
		if k.Number == n {
			return k.Read(payload)
		}
	}
	return nil, state.ErrKind.With("%04x", uint16(n))
}

// By says who did something to a record of co-op own.
func By(a state.Actor, own state.Coop) string {
	switch {
	case a == (state.Actor{}):
		return "the founding"
	case a.Coop != own:
		return a.String()
	case a.Motion != 0:
		return fmt.Sprintf("motion %d", a.Motion)
	}
	return fmt.Sprintf("member %d", a.Member)
}

// rejections and hints are the rooms' rejections, and what to do after each.
var rejections, hints = func() (map[uint32]*state.Rejection, map[uint32]string) {
	rejections, hints := map[uint32]*state.Rejection{}, map[uint32]string{}
	for after, next := range rooms.Hints {
		rejections[after.Code], hints[after.Code] = after, next
	}
	return rejections, hints
}()

// Reason is why a rejection of a code refuses, "" if this program does not know it.
func Reason(code uint32) string {
	if r := rejections[code]; r != nil {
		return r.Reason
	}
	return ""
}

// Inner is the rejection that the text of another quotes behind its reason, as that of
// a motion whose action would be refused does; nil if it quotes none. Of two with the same
// words it is the one with the lower code.
func Inner(outer uint32, text string) *state.Rejection {
	quoted, ok := strings.CutPrefix(text, Reason(outer)+": ")
	if !ok {
		return nil
	}
	var found *state.Rejection
	for _, r := range rejections {
		if !strings.HasPrefix(quoted, r.Reason) {
			continue
		}
		if found == nil || len(r.Reason) > len(found.Reason) || r.Reason == found.Reason && r.Code < found.Code {
			found = r
		}
	}
	return found
}

// Hint is what to do after a rejection of a code, "" if this program does not know
// it. It may name a command of the command line, at its end: "see who there is:
// rochdale member list".
func Hint(code uint32) string { return hints[code] }

// lasting are the rejections that no later state of the ledger takes away: of what was
// done for good, of what only others decide or is not in the room of whoever decides, of numbers that are
// wrong as such, of days that are over.
var lasting = map[*state.Rejection]bool{
	member.ErrKeyTaken: true, member.ErrHistory: true,
	charter.ErrBounds: true, amendment.ErrProtected: true, amendment.ErrLevel: true, amendment.ErrEntrenched: true, amendment.ErrWeak: true,
	shareclass.ErrClassExists: true, share.ErrCancelled: true, share.ErrRefunded: true,
	account.ErrExists: true, account.ErrGuarded: true, account.ErrReversed: true, account.ErrRoomEntry: true, account.ErrSides: true,
	surplus.ErrNamed: true, surplus.ErrAllocated: true, payout.ErrSettled: true, surplus.ErrTarget: true,
	exit.ErrEarly: true, exit.ErrForejudged: true, exit.ErrEnded: true, exit.ErrEnding: true, exit.ErrOpened: true, office.ErrPast: true, dues.ErrFrom: true,
	exit.ErrAll: true, exit.ErrVote: true, share.ErrCapital: true, withdrawal.ErrAll: true, circle.ErrDissolved: true,
	federation.ErrTaken: true, federation.ErrUnusable: true, member.ErrUnusable: true, member.ErrPossession: true,
}

// Lasts says whether an action that is refused by r is refused on any later day too, so
// that it is no use to propose it for one: what it names is not there, or is done for
// good, or it is against a bound.
func Lasts(r *state.Rejection) bool {
	return lasting[r] || strings.HasPrefix(r.Reason, "no such") || strings.HasPrefix(r.Reason, "the charter has no such")
}
