package client

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// actions says what each kind of action does, in words that follow "to". They
// are words of statements: see statements. A test wants every kind here.
var actions = map[tx.Kind]string{
	member.KindApply:         "record an application for membership",
	member.KindAdmit:         "admit a member",
	member.KindImport:        "enter the members of an existing register",
	member.KindSuspend:       "suspend a member",
	member.KindReinstate:     "reinstate a member",
	member.KindResign:        "end a membership",
	member.KindRekey:         "replace a member's key",
	member.KindAppoint:       "give an office to a member",
	member.KindDismiss:       "take an office from a member",
	share.KindOpenClass:      "open a class of shares",
	share.KindSubscribe:      "subscribe shares",
	share.KindConfirmPayment: "confirm the payment of shares",
	share.KindIssue:          "issue shares",
	share.KindCancel:         "cancel a subscription of shares",
	account.KindOpen:         "open an account",
	account.KindPost:         "post an entry in the journal",
	account.KindReverse:      "reverse an entry of the journal",
	ballot.KindPropose:       "put a motion",
	ballot.KindCast:          "cast on a motion",
	ballot.KindDeclare:       "close the poll of a motion",
	ballot.KindWithdraw:      "withdraw a motion",
	surplus.KindOpenPeriod:   "open an accounting period",
	surplus.KindRecord:       "record patronage",
	surplus.KindCorrect:      "correct patronage",
	surplus.KindDeclare:      "declare a period's surplus",
	surplus.KindAllocate:     "allocate a period's surplus",
	surplus.KindPay:          "record the payment of a dividend",
	federation.KindReplace:   "give the co-op another validator",
	federation.KindAnnounce:  "announce where the co-op's node is dialled",
	charter.KindAmend:        "amend the charter",
}

// actionWords is what a kind of action does.
func actionWords(k tx.Kind) string {
	if words, ok := actions[k]; ok {
		return words
	}
	return fmt.Sprintf("do what kind %04x stands for", uint16(k))
}
