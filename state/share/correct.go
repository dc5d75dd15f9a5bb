package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Correct takes back one step of up to MaxBatch subscriptions that was a mistake, by
// the opposite entry in the books: an issue becomes paid again, a payment, or
// what was paid in parts, that was confirmed for the wrong subscription becomes unpaid. All have the same status
// before, and all are corrected or none. What was deducted from what the co-op owes members,
// such as wages, is owed to them again. Money that really goes back is a Refund. What all
// members decided only they take back, and what another motion did, only a motion. Shares that
// are issued are their holder's: only all members take an issue back, and the payment behind
// one that was taken back, as in a Refund.
type Correct struct {
	Subscriptions []uint64 `cbor:"1,keyasint,omitempty"` // ascending
	Reason        string   `cbor:"2,keyasint,omitempty"` // for the journal; names no person
}

// Corrected reports that subscriptions are at an earlier step again.
type Corrected struct {
	Subscriptions int          `json:"subscriptions"`
	Status        Status       `json:"status"` // that they have now
	Amount        money.Amount `json:"amount"`
	Entry         uint64       `json:"entry"`
}

func (Corrected) Event() string { return "share.Corrected" }

// Check refuses a malformed batch and one without a reason.
func (m Correct) Check() error { return checkReason(m.Subscriptions, m.Reason) }

// Cost is that of an issue.
func (m Correct) Cost() int { return Issue{Subscriptions: m.Subscriptions}.Cost() }

// Apply takes the issue or the confirmation back.
func (m Correct) Apply(c *state.Ctx) error {
	if err := voted.Require(c, 0, m.Subscriptions, true); err != nil {
		return err
	}
	first, err := SubscriptionOf(c, m.Subscriptions[0])
	if err != nil {
		return err
	}
	if first.Status == Issued {
		return m.unissue(c)
	}
	b, err := loadBatch(c, m.Subscriptions, taken)
	if err != nil {
		return err
	}
	if err := b.requireAsMany(c, m.Subscriptions); err != nil {
		return err
	}
	posting, err := b.post(c, m.Reason, backLines(b.subs, b.values))
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	for i, s := range b.subs {
		b.unlock(i)
		s.Status, s.Payments, s.Entry, s.Account, s.Deducted = Unpaid, 0, 0, 0, 0
		s.Unissued = false
		s.Received = money.Amount(s.Drawn) * b.terms[b.class(s.Class)].Par
		subscriptions.Put(c, m.Subscriptions[i], s)
	}
	b.putTotals(c)
	c.Emit(Corrected{len(b.subs), Unpaid, b.amount, posting.Post(c)})
	return nil
}

// Hold has the subscriptions stand still while members vote on the correction.
func (m Correct) Hold(c *state.Ctx) error {
	first, err := SubscriptionOf(c, m.Subscriptions[0])
	if err != nil {
		return err
	}
	of := taken
	if first.Status == Issued {
		of = issuedAtOnce
	}
	if _, err := loadBatch(c, m.Subscriptions, of); err != nil {
		return err
	}
	return voted.Hold(c, 0, m.Subscriptions)
}

// Release ends a Hold.
func (m Correct) Release(c *state.Ctx) error { return voted.Release(c, 0, m.Subscriptions) }

// taken is the move that takes a payment back: not of one that the rules of the class made.
func taken(s Subscription, number uint64, par money.Amount) (uint64, money.Amount, error) {
	units, value, err := lying(s, number, par)
	if err == nil && s.Built > 0 {
		err = ErrBuilt.With("number %d", number)
	}
	return units, value, err
}

// unissue takes issues back, an operation on the register each.
func (m Correct) unissue(c *state.Ctx) error {
	if err := requireThawed(c); err != nil {
		return err
	}
	b, err := loadBatch(c, m.Subscriptions, issuedAtOnce)
	if err != nil {
		return err
	}
	if err := b.requireFree(); err != nil {
		return err
	}
	held, at, err := b.holdings(c)
	if err != nil {
		return err
	}
	if err := m.requireHeld(b, held, at); err != nil {
		return err
	}
	if !c.Authority().All {
		return ErrCapital.With("subscription %d is issued", m.Subscriptions[0])
	}
	reg, err := registers.Get(c, 0)
	if err != nil {
		return err
	}
	posting, err := b.prepare(c, m.Reason, account.Capital, account.Applications)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	for i, s := range b.subs {
		h, t := &held[at[i]], &b.totals[b.class(s.Class)]
		h.Units -= s.Units
		h.Pending += s.Units
		if h.Units == 0 {
			t.Holders--
		}
		t.Units -= s.Units
		t.Paid += s.Units
		t.Subscribed += s.Units
		t.Capital -= b.values[i]
		reg.enter(c, h, Change{
			Subscription: m.Subscriptions[i], Member: s.Member, Class: s.Class, Units: s.Units,
			Entry: entry, Reverses: s.Operation,
		})
		s.Status, s.Operation, s.Unissued = Paid, 0, true
		subscriptions.Put(c, m.Subscriptions[i], s)
	}
	b.putTotals(c)
	registers.Put(c, 0, reg)
	c.Emit(Corrected{len(b.subs), Paid, b.amount, entry})
	return nil
}

// requireAsMany refuses fewer than decided on the payments of the batch, and fewer than all
// members where the shares were issued once, or a dividend paid for them as members decided of
// everybody, unless the member has left.
func (b batch) requireAsMany(c *state.Ctx, numbers []uint64) error {
	for i, s := range b.subs {
		if s.Entry != 0 { // it is zero for a payment from before entries were noted
			if err := account.RequireAsMany(c, s.Entry); err != nil {
				return err
			}
		}
		if c.Authority().All {
			continue
		}
		if s.Unissued {
			return ErrCapital.With("the issue of subscription %d was taken back", numbers[i])
		}
		if s.Built == 0 {
			continue
		}
		rec, err := member.Find(c, s.Member)
		if err != nil {
			return err
		}
		if rec.Standing() != member.Left {
			return ErrBuilt.With("number %d, of member %d who has not left", numbers[i], s.Member)
		}
	}
	return nil
}

// requireHeld refuses units that the members asked back, or do not have any more.
func (m Correct) requireHeld(b batch, held []Holding, at []int) error {
	free := make([]uint64, len(held))
	for i, h := range held {
		free[i] = h.Units - min(h.Leaving, h.Units)
	}
	for i, s := range b.subs {
		if free[at[i]] < s.Units {
			return ErrLeaving.With("or redeemed: %s of subscription %d are free", words.Plural(free[at[i]], "share"), m.Subscriptions[i])
		}
		free[at[i]] -= s.Units
	}
	return nil
}

// Describe says what is taken back.
func (m Correct) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("take the last step of %s back, because %s", SubscriptionWords(m.Subscriptions), words.Quote(m.Reason)),
		Clauses: m.facts(t),
	}
}

// facts are the subscriptions and which step is taken back: that of the first one's
// status or, once it is done, the one that was posted.
func (m Correct) facts(t state.Telling) []state.Clause {
	var from Status
	if _, issue := account.MovementOf(t, account.Capital); issue {
		from = Issued
	} else if _, payment := account.MovementOf(t, account.Applications); payment {
		from = Paid
	} else if t.Result == nil && len(m.Subscriptions) > 0 {
		s, err := SubscriptionOf(t, m.Subscriptions[0])
		if err == nil && (s.Status == Issued || s.Status == Paid) {
			from = s.Status
		}
	}
	if from == Issued {
		return movedOn(t, m.Subscriptions, Issued, Paid, account.Capital, account.Applications, issuedAtOnce)
	}
	return movedOn(t, m.Subscriptions, from, Unpaid, account.Applications, account.Bank, lying)
}

var _ = Kinds.Add(state.KindOf[Correct](KindCorrect, "share.Correct"))
