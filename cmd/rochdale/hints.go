package main

import (
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// next is what to do after a rejection: the next command, where there is one.
type next struct {
	after *state.Rejection
	hint  string
}

// nexts lists every rejection that the rooms have. A test holds that.
var nexts = []next{
	{state.ErrSize, "do it in smaller parts"},
	{state.ErrMalformed, "it was not made by this version of rochdale; make it again"},
	{state.ErrChain, "sign it with a key for this federation, or name the node of the other: --node ADDRESS"},
	{state.ErrExpired, "run the command that made it again: it is signed anew"},
	{state.ErrKind, "the node runs another version of rochdale: see rochdale version"},
	{state.ErrPayload, "the node runs another version of rochdale: see rochdale version"},
	{state.ErrSigner, "see who is on the register: rochdale member list; to apply, give your secretary the output of: rochdale key prove"},
	{state.ErrSignature, "see whose key is on the register: rochdale member show; yours is in: rochdale key show"},
	{state.ErrSequence, "another transaction of yours came first; run the command again"},
	{state.ErrAllowance, "go on after midnight UTC; see the allowance in: rochdale charter show"},
	{state.ErrAuthority, "see who may do it: rochdale charter show"},
	{state.ErrDepth, "propose the inner action itself"},
	{state.ErrUpgrading, "run it again in a few blocks: the records are being brought to the new rules"},
	{state.ErrUpgrade, "name a later version and height, and the program that has it"},

	{member.ErrUnknown, "see who there is: rochdale member list"},
	{member.ErrStanding, "see where the member stands: rochdale member show"},
	{member.ErrKey, "give the public key that this prints: rochdale key show"},
	{member.ErrPossession, "ask its holder for a new one, for this chain and co-op: rochdale key prove"},
	{member.ErrKeyTaken, "see whose it is: rochdale member show; someone new needs a new key: rochdale key new"},
	{member.ErrClass, "see the classes of members: rochdale charter show"},
	{member.ErrCommitment, "give 64 hexadecimal digits, or leave --commitment out"},
	{member.ErrCount, "do it in smaller parts"},
	{member.ErrHistory, "this member's standing can no longer change"},
	{member.ErrOffice, "see the offices: rochdale member offices"},
	{member.ErrHolders, "dismiss one first: rochdale member dismiss"},
	{member.ErrHolds, "see who holds what: rochdale member offices"},
	{member.ErrHoldsNot, "see who holds what: rochdale member offices"},
	{member.ErrFull, "the register can take no more members"},
	{member.ErrReason, "say why in a few words: --reason TEXT"},

	{ballot.ErrTitle, "give a question of one line: --title TEXT"},
	{ballot.ErrStatement, "give the file itself: --statement FILE"},
	{ballot.ErrAction, "propose a smaller action"},
	{ballot.ErrDuration, "see what the charter allows: rochdale charter show; then give --minutes N"},
	{ballot.ErrCarry, "see which kinds of motion can: rochdale charter show"},
	{ballot.ErrOpen, "wait until some are counted: rochdale motion list"},
	{ballot.ErrElectors, "see who may cast: rochdale charter show; and who holds office: rochdale member offices"},
	{ballot.ErrUnknown, "see which there are: rochdale motion list"},
	{ballot.ErrChoice, "cast yes, no or abstain"},
	{ballot.ErrNotOpen, "see when it opens: rochdale motion show"},
	{ballot.ErrClosed, "see what was decided: rochdale motion show"},
	{ballot.ErrEntitled, "the electorate was fixed when the motion opened: rochdale motion show"},
	{ballot.ErrInPerson, "sign it yourself, without --propose"},
	{ballot.ErrTooSoon, "see when it can be declared: rochdale motion show"},
	{ballot.ErrDeclaring, "it is counted by itself: rochdale motion show"},
	{ballot.ErrProposer, "ask its proposer: rochdale motion show"},
	{ballot.ErrStarted, "those who are against it cast no: rochdale motion cast"},

	{share.ErrUnits, "give a whole number of shares, from 1 up"},
	{share.ErrTerms, "see the classes there are for an example: rochdale share classes"},
	{share.ErrLimit, "see the limit: rochdale share classes; and what is held and subscribed: rochdale me show"},
	{share.ErrMinimum, "see how many are needed: rochdale share classes"},
	{share.ErrClass, "see which there are: rochdale share classes"},
	{share.ErrClassExists, "see which there are: rochdale share classes"},
	{share.ErrClasses, "the co-op can have no more classes of shares"},
	{share.ErrBatch, "do it in smaller parts"},
	{share.ErrOrder, "name each subscription once"},
	{share.ErrFrozen, "a dividend is being divided; try again in a few blocks"},
	{share.ErrSubscription, "see which there are: rochdale share subscriptions"},
	{share.ErrNotTheirs, "see whose it is: rochdale share subscriptions"},
	{share.ErrUnpaid, "the treasurer confirms the payment first: rochdale share confirm-payment"},
	{share.ErrPaid, "go on with: rochdale share issue"},
	{share.ErrIssued, "see the register: rochdale share list"},
	{share.ErrCancelled, "subscribe anew: rochdale share subscribe"},
	{share.ErrTotal, "do it in smaller parts"},

	{account.ErrCode, "give a number from 1 to 9999"},
	{account.ErrType, "give --type asset, liability, equity, income or expense"},
	{account.ErrName, "give a shorter --name"},
	{account.ErrGuard, "leave the guard out"},
	{account.ErrExists, "see the chart: rochdale account list"},
	{account.ErrFull, "the chart can take no more accounts"},
	{account.ErrNarrative, "say in a few words what happened"},
	{account.ErrLines, "give at least one --debit and one --credit"},
	{account.ErrAmount, "give amounts of more than zero"},
	{account.ErrUnbalanced, "make debits and credits equal"},
	{account.ErrUnknown, "see the chart: rochdale account list"},
	{account.ErrGuarded, "see what can be posted by hand: rochdale account list"},
	{account.ErrOverflow, "the amount is larger than any account can hold"},
	{account.ErrEntry, "see which there are: rochdale account journal"},
	{account.ErrReversed, "see the journal: rochdale account journal"},
	{account.ErrRoomEntry, "it follows a register, such as that of shares: correct it there"},

	{surplus.ErrName, "give a short name, such as the year"},
	{surplus.ErrOpen, "see which: rochdale period list; declare its surplus first: rochdale period declare"},
	{surplus.ErrMeasure, "count hours, sales, purchases, trips, wages or points"},
	{surplus.ErrBatch, "do it in smaller parts"},
	{surplus.ErrOrder, "name each member once"},
	{surplus.ErrQuantity, "give quantities of more than zero"},
	{surplus.ErrPeriod, "see which there are: rochdale period list"},
	{surplus.ErrStage, "see how far it has come: rochdale period show"},
	{surplus.ErrFrozen, "a dividend is being divided; try again in a few blocks"},
	{surplus.ErrBelow, "see what was recorded: rochdale period show"},
	{surplus.ErrEarlier, "allocate that one first: rochdale period list"},
	{surplus.ErrBooks, "leave the amount out to declare what the books show: rochdale account trial-balance"},
	{surplus.ErrSteps, "an allocation has at most 16 steps"},
	{surplus.ErrStep, "see the form of a rule: rochdale period allocate --help"},
	{surplus.ErrAllocated, "see where it went: rochdale period show"},
	{surplus.ErrNoSurplus, "give fixed amounts, or carry all forward with a rule of no steps: []"},
	{surplus.ErrTarget, "see which accounts are reserves (by hand: credits) and funds: rochdale account list"},
	{surplus.ErrExceeds, "see what there is: rochdale period show; then lower a step"},
	{surplus.ErrNoClaims, "record figures first: rochdale period record; or issue shares: rochdale share issue"},
	{surplus.ErrNoStep, "see the steps: rochdale period show"},
	{surplus.ErrUndivided, "see the steps: rochdale period show"},
	{surplus.ErrNoPart, "see why: rochdale period explain"},
	{surplus.ErrPaid, "see by which entry: rochdale period explain"},
	{surplus.ErrTotal, "the amount is larger than any account can hold"},

	{federation.ErrName, "give a shorter name"},
	{federation.ErrKey, "give 64 hexadecimal digits, as the node prints them: rochdale node status"},
	{federation.ErrAddress, "give a shorter one, such as host:port"},
	{federation.ErrTaken, "a validator key serves once: make a new one for the new node"},
	{federation.ErrUnknown, "see which there are: rochdale federation show"},
	{federation.ErrMany, "the federation can take no more co-ops"},
	{federation.ErrTurnover, "propose the replacement again: another block can take it"},

	{charter.ErrBounds, "no motion can pass that bound; see the charter: rochdale charter show"},
	{charter.ErrNoMotion, "see the kinds of motion: rochdale charter show"},
	{charter.ErrNoCharter, "see which co-ops there are: rochdale federation show"},
	{charter.ErrEntrenched, "leave a kind of motion that may take charter.Amend, ballot.Propose to someone, and ballot.Cast to all members"},
}

// nextAfter and reasons are nexts by code.
var nextAfter, reasons = func() (map[uint32]string, map[uint32]string) {
	hints, reasons := map[uint32]string{}, map[uint32]string{}
	for _, n := range nexts {
		hints[n.after.Code], reasons[n.after.Code] = n.hint, n.after.Reason
	}
	return hints, reasons
}()

// refused turns a rejection into the command's error: its reason, what to do
// next, exit status 2. Any other error stays a fault.
func refused(err error) error {
	r := state.Rejected(err)
	if r == nil {
		return err
	}
	return refusedBy(r.Code, err.Error())
}

// refusedBy is refused for a code and text that a node gave.
func refusedBy(code uint32, text string) error {
	err := error(&exitError{code: exitRejected, err: errors.New(or(text, reasons[code], fmt.Sprintf("by rule %d", code))), rejection: code})
	if next := nextAfter[code]; next != "" {
		return withHint(err, "%s", next)
	}
	return withHint(err, "this version of rochdale does not know rejection %d: see rochdale version", code)
}
