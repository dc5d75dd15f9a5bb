package charter

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/tx"
)

// entrenched are the actions of which no kind of motion below the entrenched one changes
// who may take them: those by which someone, alone or with a friend, could bend what members
// decide or take money out. The tests of app check the names, and say of every other
// action why it is not here.
var entrenched = []struct {
	kind tx.Kind
	name string
}{
	{0x7001, "charter.Amend"},        // rewrites all of this
	{0x1001, "member.Apply"},         // enters who can be admitted
	{0x1002, "member.Admit"},         // gives votes
	{0x1003, "member.Import"},        // gives votes
	{0x1004, "member.Suspend"},       // takes votes and offices
	{0x1005, "member.Reinstate"},     // gives votes and offices back
	{0x1006, "member.Resign"},        // ends a membership: by the member concerned, not by others
	{0x1007, "member.Rekey"},         // casts in another's name
	{0x100a, "keyring.Add"},          // casts in another's name
	{0x100f, "member.Invite"},        // gives votes to whoever has the code
	{0x100b, "keyring.Revoke"},       // takes a member's vote
	{0x100d, "keyring.Entrust"},      // names who casts in another's name
	{0x100e, "keyring.Vouch"},        // casts in another's name
	{0x100c, "keyring.Narrow"},       // takes a key from a member in all but name
	{0x1008, "member.Appoint"},       // fills the offices to which all else is granted
	{0x1009, "member.Dismiss"},       // empties those offices
	{0x1010, "member.Refuse"},        // ends a membership on probation, and keeps out whom members would admit
	{0x1011, "member.Return"},        // gives the number of a former member to who says it is that
	{0x1013, "member.EndProbation"},  // gives votes
	{0x1015, "member.Reclass"},       // says in which class one votes and consents
	{0x1018, "exit.Summon"},          // begins what can end a membership
	{0x1019, "exit.Hear"},            // says that a member was heard
	{0x101a, "exit.Expel"},           // takes a vote for good
	{0x101b, "exit.Appeal"},          // is a member's defence
	{0x101c, "exit.AllowAppeal"},     // gives the vote back
	{0x101d, "exit.Drop"},            // ends what others began
	{0x1020, "exit.WarnSilent"},      // begins what can end a membership
	{0x1021, "exit.StrikeOff"},       // takes votes
	{0x1023, "exit.RecordEnd"},       // takes a vote for good
	{0x1024, "exit.Transmit"},        // says who receives what a member had
	{0x8001, "office.Elect"},         // fills the offices to which all else is granted
	{0x8002, "office.Rotate"},        // empties those offices
	{0x8010, "lot.Draw"},             // seats those to whom members leave a question
	{0x8020, "circle.Create"},        // seats those who spend
	{0x8021, "circle.Change"},        // opens a circle to those who would spend
	{0x8022, "circle.Dissolve"},      // ends what members set up
	{0x8023, "circle.Appoint"},       // seats those who spend
	{0x8024, "circle.Join"},          // seats those who spend
	{0x8025, "circle.Leave"},         // takes a member's say in a circle
	{0x8026, "circle.Fund"},          // lets a circle pay money out
	{0x8027, "circle.Spend"},         // pays money out, with another
	{0x8028, "circle.Confirm"},       // pays money out, with another
	{0x8029, "circle.Return"},        // lets a circle pay money out again
	{0x8018, "dues.Set"},             // says what every member owes
	{0x801a, "dues.Record"},          // says that money came in
	{0x801b, "dues.Return"},          // pays money out
	{0x2001, "share.OpenClass"},      // the rights of shares
	{0x2003, "share.ConfirmPayment"}, // says that money came in: shares, and dividends, for nothing
	{0x2006, "share.Refund"},         // pays money out
	{0x2007, "share.Correct"},        // takes shares or a payment from a member
	{0x2008, "share.SetRules"},       // the rights of shares, and the floors that no payment passes
	{0x2009, "share.PayPart"},        // says that money came in, or takes what members are owed
	{0x200d, "holding.Transmit"},     // takes shares from one who has left
	{0x200e, "holding.WriteDown"},    // takes from members what their shares are worth
	{0x200f, "holding.Bonus"},        // gives a fund to some members
	{0x1012, "member.Nominate"},      // leaves another's shares to someone
	{0x200b, "holding.Convert"},      // makes another's shares of another class
	{0x200c, "holding.Transfer"},     // gives another's shares away, where it is not the member concerned
	{0x2010, "holding.Forfeit"},      // takes shares from one who has left
	{0x2018, "withdrawal.Request"},   // takes shares from one who has left
	{0x201a, "withdrawal.Redeem"},    // ends shares, and owes money for them
	{0x201b, "withdrawal.Pay"},       // pays money out
	{0x201c, "withdrawal.Suspend"},   // keeps from members what they are owed
	{0x201d, "withdrawal.Resume"},    // has it paid out again
	{0x201e, "withdrawal.Deduct"},    // takes from members what they are owed
	{0x201f, "withdrawal.SetAside"},  // takes a member's place in the queue
	{0x2020, "withdrawal.Lapse"},     // takes from members what they are owed
	{0x3002, "account.Post"},         // pays money out
	{0x3003, "account.Reverse"},      // takes out of a fund what was given it
	{0x4001, "ballot.Propose"},       // asks members, and fills the agenda
	{0x4002, "ballot.Cast"},          // votes
	{0x4003, "ballot.Declare"},       // closes a poll, where the charter says so at any moment
	{0x5002, "surplus.Record"},       // makes the figures by which the surplus is divided
	{0x5003, "surplus.Correct"},      // changes them
	{0x5005, "surplus.Allocate"},     // divides the surplus
	{0x5006, "surplus.Pay"},          // pays money out
	{0x5007, "surplus.Return"},       // has a dividend paid twice
	{0x5008, "surplus.Settle"},       // takes from members what they are owed
	{0x5009, "surplus.Reopen"},       // takes back what members are to divide
	{0x6001, "federation.Replace"},   // gives the co-op's voice in the federation to another node
	{0x9001, "document.Adopt"},       // binds members by another text
	{0x9002, "document.Repeal"},      // frees them from one
	{0xa001, "takeover.Adopt"},       // gives votes and shares
}

// isEntrenched says whether the grant of a kind of action is entrenched, and the
// action's name.
func isEntrenched(kind tx.Kind) (name string, ok bool) {
	for _, e := range entrenched {
		if e.kind == kind {
			return e.name, true
		}
	}
	return "", false
}

// collective are the actions that nobody takes alone: who lets in members on one
// signature lets in votes, and who divides a surplus on one decides alone what is everyone's.
// Only motions carry them.
var collective = []tx.Kind{
	0x1002, // member.Admit
	0x1003, // member.Import
	0x5005, // surplus.Allocate
}

// Collective are the kinds of action that only motions carry.
func Collective() []tx.Kind { return slices.Clone(collective) }

// Entrenched are the kinds of action whose grants are entrenched, with their names.
func Entrenched() map[tx.Kind]string {
	out := make(map[tx.Kind]string, len(entrenched))
	for _, e := range entrenched {
		out[e.kind] = e.name
	}
	return out
}
