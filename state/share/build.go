package share

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// A Building has parts of what the co-op owes its members pay for shares, as the rules of
// classes say, until each member holds as many as the rules aim at. What is paid goes to
// the member's open subscription, or to one that is made for it, so that what is less than
// a share is kept towards the next.
//
// It is good for one batch: New, Take for each member, Post.
//
// Source: members' accounts that are built from pay and dividends, such as 2 % of pay
// until three months' pay are held (statutes of a SCOP); docs/rules.md, "Shares".
type Building struct {
	classes []building
	sum     money.Amount
	fits    money.Amount // that the account of share applications still takes
}

type building struct {
	class  shareclass.Number
	terms  shareclass.Terms
	rules  shareclass.Rules
	totals Totals
}

// NewBuilding is a Building of the classes whose rules build holdings up today. A class
// that was written down takes no money.
func NewBuilding(c *state.Ctx) (*Building, error) {
	x := &Building{}
	err := shareclass.Range(c, func(class shareclass.Number, terms shareclass.Terms) (bool, error) {
		rules, err := terms.Rules(c, class)
		if err != nil || !rules.Builds() || terms.Lost > 0 {
			return true, err
		}
		t, err := totals.Get(c, class)
		x.classes = append(x.classes, building{class, terms, rules, t})
		return true, err
	})
	if err != nil || x.None() {
		return x, err
	}
	balance, err := account.BalanceOf(c, account.Applications)
	x.fits = money.Max + balance // which is a credit
	return x, err
}

// None says whether no class builds holdings up.
func (x *Building) None() bool { return len(x.classes) == 0 }

// Take pays for shares of a member from what the member gets of a dividend, and returns how
// much of it. Nothing is taken from one who is not active, nor for a class whose bounds let
// the member have no more of it. The classes come in the order of their numbers; each takes
// its part of the whole dividend, of what those before it have left. Its errors are faults.
func (x *Building) Take(c *state.Ctx, m state.Member, dividend money.Amount) (sum money.Amount, err error) {
	if x.None() || dividend <= 0 {
		return 0, nil
	}
	rec, err := member.Find(c, m)
	if err != nil || rec.Standing() != member.Active {
		return 0, err
	}
	for i := range x.classes {
		b := &x.classes[i]
		if needed := b.rules.Needed; len(needed) > 0 && !slices.Contains(needed, rec.Class()) {
			continue
		}
		most, err := b.rules.OfDividend.Of(dividend)
		if err != nil {
			return 0, err
		}
		paid, err := b.take(c, m, min(most, dividend-sum, x.fits))
		if err != nil {
			return 0, err
		}
		sum, x.sum, x.fits = sum+paid, x.sum+paid, x.fits-paid
	}
	return sum, nil
}

// take pays at most so much for a member's shares of the class. One that is paid and not
// issued yet goes on, so that there is one open subscription at most.
func (b *building) take(c *state.Ctx, m state.Member, most money.Amount) (money.Amount, error) {
	h, err := holdings.Get(c, holdingKey{b.class, m})
	if err != nil {
		return 0, err
	}
	number, s, err := OpenOf(c, h)
	if err != nil {
		return 0, err
	}
	par, paid := b.terms.Par, uint64(0)
	switch s.Status {
	case Unpaid:
	case Paid:
		paid = s.Units - s.Drawn
		s.Status, s.Received = Unpaid, money.Amount(s.Units)*par
	default:
		s = Subscription{Member: m, Class: b.class, Status: Unpaid, Time: c.Time()}
	}
	if most = min(most, s.Missing(b.rules, h, par)); most <= 0 {
		return 0, nil
	}
	if free, err := rejected(voted.Require(c, 0, []uint64{number}, false)); !free || err != nil {
		return 0, err
	}
	if most, err = b.subscribe(c, &h, &s, most); err != nil || most == 0 {
		return 0, err
	}
	b.totals.Paid -= paid
	b.totals.Part += money.Amount(paid) * par
	return most, b.pay(c, h, number, s, most)
}

// Missing is what a member's shares of a class, of which h is held and s is open, still cost
// until the target of its rules is held.
func (s Subscription) Missing(rules shareclass.Rules, h Holding, par money.Amount) money.Amount {
	return money.Amount(rules.Target-min(h.Units, rules.Target))*par - s.lies(par)
}

// subscribe adds as many units to a subscription as the amount needs, if the bounds of the
// class and of the register let the member have them, and returns how much can be paid.
func (b *building) subscribe(c *state.Ctx, h *Holding, s *Subscription, amount money.Amount) (money.Amount, error) {
	rest := money.Amount(s.Units)*b.terms.Par - s.Received
	more := b.terms.UnitsFor(amount - rest)
	if more == 0 {
		return amount, nil
	}
	more = max(more, b.rules.MinHolding-min(h.Units+h.Pending, b.rules.MinHolding))
	_, err := requireSubscribed(c, holdingKey{b.class, s.Member}, b.terms, *h, more)
	allowed, err := rejected(err)
	if !allowed {
		return min(amount, rest), err
	}
	s.Units += more
	h.Pending += more
	b.totals.Subscribed += more
	return amount, nil
}

// pay notes a payment of a subscription, which is a new one if its number is zero.
func (b *building) pay(c *state.Ctx, h Holding, number uint64, s Subscription, amount money.Amount) error {
	if number == 0 {
		reg, err := registers.Get(c, 0)
		if err != nil {
			return err
		}
		reg.Subscriptions++
		registers.Put(c, 0, reg)
		number, h.Open = reg.Subscriptions, reg.Subscriptions
	}
	s.Built += amount
	if s.Received+amount == money.Amount(s.Units)*b.terms.Par {
		b.totals.Part -= s.lies(b.terms.Par)
		b.totals.Paid += s.Units - s.Drawn
		s.Status = Paid
	} else {
		b.totals.Part += amount
		s.Received += amount
	}
	subscriptions.Put(c, number, s)
	holdings.Put(c, holdingKey{b.class, s.Member}, h)
	return nil
}

// Post moves what was taken from an account that owes it to members to share applications,
// in the name of whoever decided it. Without anything taken it does nothing.
func (x *Building) Post(c *state.Ctx, from account.Code, narrative string, by state.Actor) error {
	if x.sum == 0 {
		return nil
	}
	posting, err := account.Prepare(c, account.Entry{
		Narrative: narrative, By: by,
		Lines: []account.Line{account.Debit(from, x.sum), account.Credit(account.Applications, x.sum)},
	})
	if err != nil {
		return err
	}
	for _, b := range x.classes {
		totals.Put(c, b.class, b.totals)
	}
	posting.Post(c)
	return nil
}

// IssueBuilt issues the shares of members that their parts have paid up. It passes over
// those that stand still while members vote, over members who have left, and over those who
// would hold too much of all, so that no one keeps the others from theirs: an officer issues
// them, or the money is refunded, later. Its errors are faults.
func IssueBuilt(c *state.Ctx, members []state.Member) error {
	x, err := NewBuilding(c)
	if err != nil {
		return err
	}
	var numbers []uint64
	for _, b := range x.classes {
		if b.totals.Held > 0 {
			continue
		}
		for _, m := range members {
			h, err := HoldingOf(c, b.class, m)
			if err != nil {
				return err
			}
			ready, err := b.ready(c, m, h)
			if err != nil {
				return err
			}
			if ready != 0 {
				numbers = append(numbers, ready)
			}
		}
	}
	slices.Sort(numbers)
	for numbers := range slices.Chunk(slices.Compact(numbers), MaxBatch) {
		numbers, err := bounded(c, numbers)
		if err != nil {
			return err
		}
		if len(numbers) == 0 {
			continue
		}
		if _, err := rejected((Issue{Subscriptions: numbers}).Apply(c)); err != nil {
			return err
		}
	}
	return nil
}

// bounded leaves out the subscriptions of members who would hold too much of all, until no
// one would: without them there is less of which the others have a part.
func bounded(c *state.Ctx, numbers []uint64) ([]uint64, error) {
	for {
		b, err := loadBatch(c, numbers, ready)
		if err != nil {
			return nil, err
		}
		_, at, keys, stakes, err := b.issued(c)
		if err != nil {
			return nil, err
		}
		var rest []uint64
		for i, n := range numbers {
			why, err := stakes.Beyond(keys[at[i]].Class, keys[at[i]].Member)
			if err != nil {
				return nil, err
			}
			if why == "" {
				rest = append(rest, n)
			}
		}
		if len(rest) == len(numbers) || len(rest) == 0 {
			return rest, nil
		}
		numbers = rest
	}
}

// ready is a member's open subscription, if it has shares that are paid up and can be
// issued, or zero.
func (b building) ready(c *state.Ctx, m state.Member, h Holding) (uint64, error) {
	number, s, err := OpenOf(c, h)
	if err != nil || s.Built == 0 {
		return 0, err
	}
	if _, _, refused := ready(s, number, b.terms.Par); refused != nil {
		return 0, nil
	}
	rec, err := member.Find(c, m)
	if err != nil || rec.Standing() == member.Left {
		return 0, err
	}
	if free, err := rejected(voted.Require(c, 0, []uint64{number}, false)); !free {
		return 0, err
	}
	return number, nil
}

// rejected tells a rejection, which is false, from a fault, which is returned.
func rejected(err error) (bool, error) {
	if state.Rejected(err) != nil {
		return false, nil
	}
	return err == nil, err
}

// maxBeside is how many subscriptions are looked at for the next open one.
const maxBeside = 64

// OpenOf is a holding's open subscription, zero if there is none: of those that were subscribed
// beside each other the first that is neither issued nor ended.
func OpenOf(r state.Reader, h Holding) (number uint64, s Subscription, err error) {
	number = h.Open
	for i := 0; number != 0 && i < maxBeside; i++ {
		s, err = SubscriptionOf(r, number)
		if err != nil || s.Status == Unpaid || s.Status == Paid {
			return number, s, err
		}
		number = s.Next
	}
	return 0, Subscription{}, nil
}

// close has the next one be open, of a subscription that nothing is paid for any more.
func (h *Holding) close(r state.Reader, number uint64, s Subscription) (err error) {
	if h.Open == number {
		h.Open = s.Next
		h.Open, _, err = OpenOf(r, *h)
	}
	return err
}
