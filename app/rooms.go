package app

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// Kinds is the list of all actions, by number. A new kind of action is a file
// in its room and a line here; numbers are append-only.
var Kinds = []state.Kind{
	state.KindOf[member.Apply](member.KindApply, "member.Apply"),
	state.KindOf[member.Admit](member.KindAdmit, "member.Admit"),
	state.KindOf[member.Import](member.KindImport, "member.Import"),
	state.KindOf[member.Suspend](member.KindSuspend, "member.Suspend"),
	state.KindOf[member.Reinstate](member.KindReinstate, "member.Reinstate"),
	state.KindOf[member.Resign](member.KindResign, "member.Resign"),
	state.KindOf[member.Rekey](member.KindRekey, "member.Rekey"),
	state.KindOf[member.Appoint](member.KindAppoint, "member.Appoint"),
	state.KindOf[member.Dismiss](member.KindDismiss, "member.Dismiss"),

	state.KindOf[share.OpenClass](share.KindOpenClass, "share.OpenClass"),
	state.KindOf[share.Subscribe](share.KindSubscribe, "share.Subscribe"),
	state.KindOf[share.ConfirmPayment](share.KindConfirmPayment, "share.ConfirmPayment"),
	state.KindOf[share.Issue](share.KindIssue, "share.Issue"),
	state.KindOf[share.Cancel](share.KindCancel, "share.Cancel"),

	state.KindOf[account.Open](account.KindOpen, "account.Open"),
	state.KindOf[account.Post](account.KindPost, "account.Post"),
	state.KindOf[account.Reverse](account.KindReverse, "account.Reverse"),

	state.KindOf[ballot.Propose](ballot.KindPropose, "ballot.Propose"),
	state.KindOf[ballot.Cast](ballot.KindCast, "ballot.Cast"),
	state.KindOf[ballot.Declare](ballot.KindDeclare, "ballot.Declare"),
	state.KindOf[ballot.Withdraw](ballot.KindWithdraw, "ballot.Withdraw"),

	state.KindOf[surplus.OpenPeriod](surplus.KindOpenPeriod, "surplus.OpenPeriod"),
	state.KindOf[surplus.Record](surplus.KindRecord, "surplus.Record"),
	state.KindOf[surplus.Correct](surplus.KindCorrect, "surplus.Correct"),
	state.KindOf[surplus.Declare](surplus.KindDeclare, "surplus.Declare"),
	state.KindOf[surplus.Allocate](surplus.KindAllocate, "surplus.Allocate"),
	state.KindOf[surplus.Pay](surplus.KindPay, "surplus.Pay"),

	state.KindOf[federation.Replace](federation.KindReplace, "federation.Replace"),
	state.KindOf[federation.Announce](federation.KindAnnounce, "federation.Announce"),

	state.KindOf[charter.Amend](charter.KindAmend, "charter.Amend"),
}

// endOfBlock is what every block ends with: what is due, by these handlers of the
// rooms. Which is first is the agenda's order, not this one.
var endOfBlock = []func(*state.Ctx) error{
	agenda.EndBlock(ballot.Agenda, surplus.Agenda),
}

// invariants of one co-op's records. Each must hold at every height.
var invariants = []state.Invariant{
	{Name: "agenda", Check: agenda.CheckAgenda},
	{Name: "register of members", Check: member.CheckRegister},
	{Name: "books and journal", Check: account.CheckBooks},
	{Name: "share register", Check: share.CheckShares},
	{Name: "motions and casts", Check: ballot.CheckMotions},
	{Name: "periods and allocations", Check: surplus.CheckSurplus},
}

// Indexes are the lists that a node keeps for its clients, by number. They are no
// part of the state; numbers are append-only, since clients ask by them.
var Indexes = slices.Concat(member.Indexes, share.Indexes, account.Indexes, ballot.Indexes)

// Version is the latest version of the machine's rules: those of a federation
// founded now. A change of rules, records or numbers takes the next one, and a
// migration: see docs/changing.md.
const Version = 1

// Rules are the rooms as the machine takes them.
func Rules() state.Rules {
	r := state.Rules{
		Version:   Version,
		Kinds:     Kinds,
		Key:       member.KeyOf,
		Sequence:  member.SequenceOf,
		Spend:     member.Spend,
		Authorize: member.Authorize,
		Genesis:   found,
		GenesisVersion: func(document []byte) (uint64, error) {
			g, err := federation.ParseGenesis(document)
			return g.Version, err
		},
		EndBlock: endOfBlock,
		Indexes:  Indexes,
	}
	r.Invariants = append(r.Invariants,
		state.Invariant{Name: "co-ops and validators", Check: federation.CheckCoops},
		state.Invariant{Name: "co-ops' places on the agenda", Check: agenda.CheckQueues})
	for _, inv := range invariants {
		r.Invariants = append(r.Invariants, state.Invariant{Name: inv.Name, Check: everywhere(inv.Check)})
	}
	return r
}

// everywhere checks each co-op's records in turn.
func everywhere(check func(state.Reader) error) func(state.Reader) error {
	return func(r state.Reader) error {
		return federation.Range(r, func(n state.Coop, _ federation.Coop) (bool, error) {
			if err := check(r.Of(n)); err != nil {
				return false, fmt.Errorf("co-op %d: %w", n, err)
			}
			return true, nil
		})
	}
}

// found writes the founding records from the genesis file's app_state.
func found(c *state.Ctx, raw []byte) error {
	g, err := federation.ParseGenesis(raw)
	if err != nil {
		return err
	}
	return federation.Found(c, g, Kinds, foundBooks)
}

// foundBooks opens a founding co-op's accounts and classes of shares.
func foundBooks(c *state.Ctx, g federation.GenesisCoop) error {
	chart, err := account.Standard()
	if err != nil {
		return err
	}
	if err := account.Found(c, chart); err != nil {
		return err
	}
	classes := make([]share.OpenClass, len(g.Shares))
	for i, k := range g.Shares {
		classes[i] = share.OpenClass{Class: share.Class(k.Number), Terms: share.Terms{Name: k.Name, Par: k.Par, MinHolding: k.MinHolding, MaxHolding: k.MaxHolding}}
	}
	return share.Found(c, classes)
}
