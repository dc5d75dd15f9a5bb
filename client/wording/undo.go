package wording

import (
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// undo names, for the kinds of action whose effect another can take away, the
// command that does it. What stands on the record stays there. A cast is not among
// them: it can be the one that carries a motion.
var undo = map[tx.Kind]string{
	member.KindSuspend:      "rochdale member reinstate",
	member.KindReinstate:    "rochdale member suspend",
	member.KindAppoint:      "rochdale member dismiss",
	member.KindDismiss:      "rochdale member appoint",
	account.KindPost:        "rochdale account reverse",
	account.KindReverse:     "rochdale account post",
	share.KindSubscribe:     "rochdale share cancel",
	share.KindCancel:        "rochdale share subscribe",
	surplus.KindRecord:      "rochdale period correct",
	surplus.KindCorrect:     "rochdale period record",
	ballot.KindPropose:      "rochdale motion withdraw",
	federation.KindAnnounce: "rochdale federation announce",
}

// Undo is the command that takes away the effect of a kind of action, or nothing if
// none does.
func Undo(kind tx.Kind) string { return undo[kind] }
