package rulebook

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// dangers are what an officer had better not do alone.
var dangers = []struct{ action, does string }{
	{"exit.StrikeOff", "ends another's membership"},
	{"exit.RecordEnd", "ends the membership of who does not look for the waiting time"},
	{"exit.Transmit", "says who receives what a former member had"},
	{"exit.Summon", "begins another's expulsion"},
	{"exit.Hear", "says that another was heard, without which nobody is expelled"},
	{"member.Suspend", "takes another's vote for as long as the charter says"},
	{"member.Rekey", "gives a key to another, who has the waiting time to object"},
	{"member.Appoint", "fills offices, also with friends"},
	{"member.Dismiss", "empties offices"},
	{"document.Adopt", "binds members by a text"},
	{"share.Refund", "pays out of the bank"},
	{"share.Correct", "takes shares or a payment from a member"},
	{"withdrawal.Pay", "pays out of the bank"},
	{"withdrawal.Redeem", "ends a member's shares"},
	{"withdrawal.Deduct", "takes from members what they are owed"},
	{"dues.Return", "pays out of the bank"},
	{"circle.Fund", "gives circles money to spend"},
	{"surplus.Correct", "changes the figures by which the surplus is divided"},
	{"surplus.Return", "takes a payment of surplus back, so that it is paid again"},
}

// movers are the actions that move money, or say to whom it goes.
var movers = []string{
	"account.Post", "account.Reverse", "share.Refund", "share.Correct", "surplus.Pay", "surplus.Return", "surplus.Settle",
	"withdrawal.Pay", "withdrawal.Deduct", "holding.Bonus", "dues.Return", "circle.Fund", "circle.Spend", "circle.Confirm",
}

// bounded are those by which one officer takes any money out of the bank, within what one moves
// alone.
var bounded = []string{"account.Post", "account.Reverse"}

// figures say how much few people move, and warn where the figures contradict each other.
func (l *linter) figures() {
	a := &l.out.Allows[len(l.out.Allows)-1] // who moves money
	alone := ""
	if l.policy.Alone > 0 {
		alone = "up to " + l.policy.Money(money.Amount(l.policy.Alone)) + " a day, every day"
	} else {
		alone = "as much as there is"
	}
	for _, name := range bounded {
		for _, o := range l.grant(kindNumber(l.kinds, name)).Offices {
			l.warn(`the %s alone takes money out of the bank, %s, to %s: to have another decide too, leave "%v" out of "%s" under [grants]`,
				l.policy.Office(o), alone, wording.Deed(name), o, name)
		}
	}
	for _, e := range l.all.Motions {
		k := e.Motion()
		if k.Electorate.Sort != charter.Holders || !slices.ContainsFunc(movers, func(name string) bool {
			return slices.Contains(l.grant(kindNumber(l.kinds, name)).Motions, e.ID)
		}) {
			continue
		}
		together := "any amount: at_most bounds what they move in a day"
		if k.Most > 0 {
			together = "at most " + l.policy.Money(money.Amount(k.Most)) + " a day, by all motions of the kind together"
		}
		a.Says = append(a.Says, fmt.Sprintf("by %s, %s move %s", l.motion(e.ID), k.Electorate.Words(l.policy.Class), together))
		if k.Most > 0 && (l.policy.Alone == 0 || l.policy.Alone > k.Most) && len(l.grant(kindNumber(l.kinds, "account.Post")).Offices) > 0 {
			l.warn("one officer moves more alone in a day than %s by motions: write a lower alone under [policy], or a higher at_most", l.motion(e.ID))
		}
	}
	l.carried()
}

// carried warns of actions that move money of which no motion moves more than a figure.
func (l *linter) carried() {
	for _, name := range []string{
		"account.Post", "share.ConfirmPayment", "share.PayPart", "share.Issue", "share.Refund", "share.Correct", "surplus.Pay",
		"withdrawal.Redeem", "withdrawal.Pay", "withdrawal.Deduct", "withdrawal.Lapse",
		"holding.WriteDown", "holding.Bonus", "holding.Transmit", "dues.Record", "dues.Return",
	} {
		g, most, unbounded := l.grant(kindNumber(l.kinds, name)), l.policy.Alone, false
		if len(g.Offices) == 0 && len(g.Motions) == 0 || len(g.Offices) > 0 && l.policy.Alone == 0 {
			continue
		}
		for _, id := range g.Motions {
			k, _ := l.kind(id)
			unbounded = unbounded || k.Most == 0
			most = max(most, k.Most)
		}
		if !unbounded {
			l.warnIdle(`nobody may %s of more than %s at a time: name a kind of motion without at_most in "%s" under [grants]`,
				wording.Deed(name), l.policy.Money(money.Amount(most)), name)
		}
	}
}
