// Package rooms is the one list of the rooms (modules): their kinds of action,
// end-of-block handlers, invariants, genesis, and the version of the rules. It
// imports neither the engine nor the store, so that programs which only read the
// ledger and describe it can use it: a page, a bot, a verifier of receipts.
package rooms

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/charter"
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
)

// Kinds are all kinds of action, room by room. A new kind of action puts itself on
// its room's list.
var Kinds = slices.Concat[[]state.Kind](
	member.Kinds,
	keyring.Kinds,
	exit.Kinds,
	office.Kinds,
	lot.Kinds,
	shareclass.Kinds,
	share.Kinds,
	call.Kinds,
	holding.Kinds,
	withdrawal.Kinds,
	account.Kinds,
	dues.Kinds,
	document.Kinds,
	circle.Kinds,
	identity.Kinds,
	takeover.Kinds,
	ballot.Kinds,
	surplus.Kinds,
	payout.Kinds,
	federation.Kinds,
	amendment.Kinds,
)

// Hints say what to do after each rejection.
var Hints = func() state.HintList {
	all := state.HintList{}
	for _, room := range []state.HintList{
		state.Hints,
		member.Hints,
		keyring.Hints,
		behalf.Hints,
		exit.Hints,
		office.Hints,
		lot.Hints,
		shareclass.Hints,
		share.Hints,
		call.Hints,
		holding.Hints,
		withdrawal.Hints,
		account.Hints,
		dues.Hints,
		document.Hints,
		circle.Hints,
		identity.Hints,
		takeover.Hints,
		ballot.Hints,
		surplus.Hints,
		payout.Hints,
		federation.Hints,
		amendment.Hints,
		charter.Hints,
	} {
		maps.Copy(all, room)
	}
	return all
}()

// endOfBlock runs what is due at the end of every block, with these handlers of the
// rooms. The agenda decides the order, not this list.
var endOfBlock = []func(*state.Ctx) error{
	agenda.EndBlock(amendment.Agenda, member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda, exit.ExpulsionAgenda, exit.EndAgenda, office.TermAgenda, office.RotationAgenda, lot.Agenda, ballot.Agenda, surplus.Agenda),
}

// invariants of one co-op's records. Each must hold at every height.
var invariants = []state.Invariant{
	{Name: "agenda", Check: agenda.CheckAgenda},
	{Name: "charter and amendments", Check: amendment.CheckCharter},
	{Name: "register of members", Check: member.CheckRegister},
	{Name: "members' further keys", Check: keyring.CheckKeyrings},
	{Name: "acts for members without a key", Check: behalf.CheckActs},
	{Name: "ends of memberships", Check: exit.CheckExits},
	{Name: "terms of offices", Check: office.CheckOffices},
	{Name: "dues", Check: dues.CheckDues},
	{Name: "draws by lot", Check: lot.CheckDraws},
	{Name: "books and journal", Check: account.CheckBooks},
	{Name: "classes of shares", Check: shareclass.CheckClasses},
	{Name: "share register", Check: share.CheckShares},
	{Name: "calls on shares", Check: call.CheckCalls},
	{Name: "withdrawals", Check: withdrawal.CheckQueue},
	{Name: "motions and casts", Check: ballot.CheckMotions},
	{Name: "periods and allocations", Check: surplus.CheckSurplus},
	{Name: "circles and their budgets", Check: circle.CheckCircles},
	{Name: "adopted texts", Check: document.CheckDocuments},
	{Name: "registers brought in", Check: takeover.CheckTakeover},
	{Name: "commitments to who members are", Check: identity.CheckIdentities},
}

// Indexes are the lists that a node keeps for its clients, by number. They are no
// part of the state; numbers are append-only, since clients ask by them.
var Indexes = slices.Concat(member.Indexes, share.Indexes, withdrawal.Indexes, account.Indexes, ballot.Indexes, document.Indexes)

// Version is the latest version of the machine's rules: those of a federation
// founded now. A change of rules, records or numbers takes the next one, and a
// migration: see docs/changing.md.
const Version = 1

// Rules are the rooms as the machine takes them.
func Rules() state.Rules {
	r := state.Rules{
		Version:   Version,
		Kinds:     Kinds,
		Key:       keyring.KeyOf,
		Sequence:  keyring.SequenceOf,
		Left:      member.LeftOf,
		Spend:     keyring.Spend,
		Authorize: keyring.Authorize,
		Genesis:   found,
		GenesisVersion: func(document []byte) (uint64, error) {
			g, err := federation.ParseGenesis(document)
			return g.Version, err
		},
		EndBlock: endOfBlock,
		Indexes:  Indexes,
	}
	r.Invariants = append(r.Invariants,
		state.Invariant{Name: "recorded app hashes", Check: state.CheckRoots},
		state.Invariant{Name: "co-ops and validators", Check: federation.CheckCoops},
		state.Invariant{Name: "co-ops' places on the agenda", Check: agenda.CheckQueues})
	for _, inv := range invariants {
		r.Invariants = append(r.Invariants, state.Invariant{Name: inv.Name, Check: everywhere(inv.Check)})
	}
	return r
}

// everywhere checks the records of every co-op.
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

// FoundCoop writes the founding records of co-op n alone, to see what they will be.
func FoundCoop(c *state.Ctx, n state.Coop, g federation.GenesisCoop) error {
	return federation.FoundCoop(c.In(n), n, g, Kinds, foundBooks)
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
	classes := make([]shareclass.Open, len(g.Shares))
	var rules []shareclass.SetRules
	for i, k := range g.Shares {
		if k.Rules != nil {
			rules = append(rules, shareclass.SetRules{Class: shareclass.Number(k.Number), Rules: *k.Rules})
		}
		classes[i] = shareclass.Open{Class: shareclass.Number(k.Number), Name: k.Name, Par: k.Par, MinHolding: k.MinHolding, MaxHolding: k.MaxHolding}
	}
	if err := shareclass.Found(c, classes); err != nil {
		return err
	}
	return shareclass.FoundRules(c, rules)
}
