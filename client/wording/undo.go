package wording

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/tx"
)

// undo names, for the kinds of action whose effect another can take away, the
// command that does it. What stands on the record stays there.
var undo = map[tx.Kind]string{
	member.KindSuspend:       "rochdale member reinstate",
	member.KindReinstate:     "rochdale member suspend",
	member.KindStay:          "rochdale member resign",
	member.KindReclass:       "rochdale member set-class",
	exit.KindRefuse:          "rochdale member return",
	exit.KindReturn:          "rochdale member refuse",
	exit.KindNominate:        "rochdale me nominate",
	exit.KindSummon:          "rochdale member drop",
	exit.KindDrop:            "rochdale member summon",
	exit.KindExpel:           "rochdale member allow-appeal",
	exit.KindWarnSilent:      "rochdale member contact",
	exit.KindStrikeOff:       "rochdale member return",
	exit.KindRecordEnd:       "rochdale member contact",
	office.KindElect:         "rochdale member dismiss",
	circle.KindCreate:        "rochdale circle dissolve",
	circle.KindChange:        "rochdale circle change",
	circle.KindAppoint:       "rochdale circle leave",
	circle.KindJoin:          "rochdale circle leave",
	circle.KindLeave:         "rochdale circle appoint",
	circle.KindFund:          "rochdale circle fund",
	circle.KindConfirm:       "rochdale circle return",
	dues.KindDeclare:         "rochdale dues declare",
	dues.KindRecord:          "rochdale dues return",
	dues.KindReturn:          "rochdale dues record",
	office.KindAppoint:       "rochdale member dismiss",
	office.KindDismiss:       "rochdale member appoint",
	account.KindPost:         "rochdale account reverse",
	account.KindReverse:      "rochdale account post",
	identity.KindCommit:      "rochdale names commit",
	document.KindAdopt:       "rochdale document repeal",
	document.KindRepeal:      "rochdale document adopt",
	share.KindSubscribe:      "rochdale share cancel",
	share.KindCancel:         "rochdale share subscribe",
	share.KindConfirmPayment: "rochdale share correct",
	share.KindIssue:          "rochdale share correct",
	share.KindCorrect:        "rochdale share issue",
	shareclass.KindSetRules:  "rochdale share set-rules",
	share.KindPayPart:        "rochdale share correct",
	withdrawal.KindRequest:   "rochdale withdrawal cancel",
	withdrawal.KindCancel:    "rochdale withdrawal request",
	withdrawal.KindSuspend:   "rochdale withdrawal resume",
	withdrawal.KindResume:    "rochdale withdrawal suspend",
	surplus.KindRecord:       "rochdale period correct",
	surplus.KindCorrect:      "rochdale period record",
	surplus.KindDeclare:      "rochdale period reopen",
	surplus.KindReopen:       "rochdale period declare",
	payout.KindPay:           "rochdale period return",
	payout.KindReturn:        "rochdale period pay",
	payout.KindSettle:        "rochdale period return",
	keyring.KindEntrust:      "rochdale key entrust",
	ballot.KindPropose:       "rochdale motion withdraw",
	federation.KindAnnounce:  "rochdale federation announce",
}

// final says, for the kinds of action that no other takes back, why not, as in "it
// cannot be undone, since …". A cast is not in either list: see Final.
var final = map[tx.Kind]string{
	member.KindApply:        "a number on the register is never free again",
	member.KindAdmit:        "a member who was admitted leaves by resigning, or by the rules on the end of a membership",
	member.KindImport:       "members who were entered leave by resigning, or by the rules on the end of a membership",
	member.KindResign:       "a member who has left comes back only if others admit it",
	member.KindRekey:        "the key that is replaced never signs again",
	keyring.KindAdd:         "the key is yours for ever, and is ended by: rochdale key revoke",
	keyring.KindVouch:       "a key that is the member's is never anyone else's",
	member.KindInvite:       "an invitation is taken up, or ends on its day",
	keyring.KindNarrow:      "limits of a key are never widened",
	keyring.KindRevoke:      "a key that is revoked never signs again",
	amendment.KindAmend:     "only another amendment changes the rules again, by the rules that this one makes",
	takeover.KindAdopt:      "another takeover can only go on where this one is",
	takeover.KindLoad:       "members who were entered leave only by resigning",
	identity.KindErase:      "what is destroyed is gone",
	document.KindAccept:     "who has accepted a text has accepted it",
	shareclass.KindOpen:     "a class of shares is never closed",
	share.KindRefund:        "a subscription whose money was paid back is over",
	holding.KindConvert:     "shares are converted back only where the rules of the other class let it",
	holding.KindTransfer:    "only the member who receives them transfers them back",
	holding.KindTransmit:    "shares that were received are the receiver's",
	holding.KindForfeit:     "what was forfeited is the reserve's",
	holding.KindWriteDown:   "what shares lost they do not gain again",
	holding.KindBonus:       "shares that were given are the members'",
	call.KindCall:           "what was called is due",
	withdrawal.KindRedeem:   "shares that were redeemed are subscribed anew",
	withdrawal.KindPay:      "what was paid for shares has left the bank",
	withdrawal.KindDeduct:   "what was deducted is set against a debt or a loss",
	withdrawal.KindSetAside: "a place in the queue is given up for good",
	withdrawal.KindLapse:    "what nobody claimed has gone to the reserve",
	member.KindEndProbation: "a probation that is over does not begin again",
	exit.KindHear:           "what was recorded of a hearing stands; drop the expulsion if it was not held",
	exit.KindAppeal:         "an appeal is decided, not taken back",
	exit.KindAllowAppeal:    "an expulsion that does not stand begins anew, with notice and hearing",
	exit.KindContact:        "that a member was heard of stands",
	office.KindRotate:       "who retires is elected again or not",
	lot.KindDraw:            "who is drawn is drawn; each can decline",
	circle.KindDissolve:     "a circle that is dissolved is created anew",
	circle.KindSpend:        "a payment that nobody confirms lapses",
	circle.KindReturn:       "a payment that was taken back is proposed anew",
	lot.KindDecline:         "the next in the draw takes the place",
	dues.KindSet:            "a schedule that has begun stands until the next one",
	exit.KindTransmit:       "heirs are recorded once",
	account.KindOpen:        "an account is never closed",
	ballot.KindDeclare:      "a poll that is closed is counted",
	ballot.KindWithdraw:     "a motion that is withdrawn has to be proposed anew",
	surplus.KindOpenPeriod:  "a period that is open is never taken back",
	surplus.KindAllocate:    "a surplus is allocated once",
	federation.KindReplace:  "what was decided for a co-op's validator stands until it decides again",
	federation.KindAdvance:  "the clock of a trial goes forward only",
	federation.KindConfirm:  "the validator that had the power loses it, and its key never serves again",
}

// Final is why an action that member by takes on the records of r's co-op cannot be
// undone, as in "since …"; "" if another action takes its effect away. A cast can be
// changed until the motion closes or is decided: it is final only if it would decide the
// motion by the casts that there are, or if these cannot be read.
func Final(r state.Reader, by state.Member, kind tx.Kind, a state.Action) string {
	switch kind {
	case ballot.KindCast:
		m, ok := a.(ballot.Cast)
		if decides, err := m.Decides(r, by); ok && err == nil && !decides {
			return ""
		}
		return "a cast can be changed only until the motion is decided, and this one may decide it"
	}
	if undo[kind] != "" {
		return ""
	}
	if why := final[kind]; why != "" {
		return why
	}
	return "this program does not know how"
}
