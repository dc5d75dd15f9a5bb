package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// Cancel withdraws a member's subscription that is not paid. The member's units
// after it, held and subscribed, must be zero or at least the class's minimum;
// otherwise subscribing twice and cancelling once would lead below it. What was called since
// it subscribed, or since it paid something, is a debt that the member does not cancel. All
// members cancel it all the same; of one who has left, whoever the charter lets, since an
// unpaid subscription lapses then: nothing is issued for it.
type Cancel struct {
	Member       state.Member `cbor:"1,keyasint,omitempty"`
	Subscription uint64       `cbor:"2,keyasint,omitempty"`
}

// Withdrawn reports that a subscription was cancelled.
type Withdrawn struct {
	Subscription uint64 `json:"subscription"`
}

func (Withdrawn) Event() string { return "share.Withdrawn" }

func (m Cancel) Concerns() state.Member { return m.Member }

// Check refuses nothing.
func (m Cancel) Check() error { return nil }

// Apply cancels the subscription.
func (m Cancel) Apply(c *state.Ctx) error {
	s, err := SubscriptionOf(c, m.Subscription)
	if err != nil {
		return err
	}
	if s.Member != m.Member {
		return ErrNotTheirs.With("number %d", m.Subscription)
	}
	free, err := m.requireOwn(c)
	if err != nil {
		return err
	}
	if err := s.require(m.Subscription, Unpaid); err != nil {
		return err
	}
	key := holdingKey{s.Class, s.Member}
	h, err := holdings.Get(c, key)
	if err != nil {
		return err
	}
	terms, err := shareclass.TermsOf(c, s.Class)
	if err != nil {
		return err
	}
	rules, err := terms.Rules(c, s.Class)
	if err != nil {
		return err
	}
	if s.lies(terms.Par) > 0 {
		return ErrPartPaid.With("number %d", m.Subscription)
	}
	t, err := totals.Get(c, s.Class)
	if err != nil {
		return err
	}
	if owed := money.Amount(s.Units)*t.Called - s.Received; !free && terms.Lost == 0 && owed > 0 && (s.Received > 0 || t.Called > s.Called) {
		return ErrCalled.With("%s of subscription %d", charter.Money(c, owed), m.Subscription)
	}
	h.Pending -= s.Units - s.Drawn
	if err := h.close(c, m.Subscription, s); err != nil {
		return err
	}
	if left := h.Units + h.Pending - h.Leaving; !free && left > 0 && left < rules.MinHolding {
		return ErrMinimum.With("%d would be left of %d", left, rules.MinHolding)
	}

	// Past this line nothing fails.
	s.Status = Cancelled
	subscriptions.Put(c, m.Subscription, s)
	putHolding(c, key, h)
	t.Subscribed -= s.Units - s.Drawn
	totals.Put(c, s.Class, t)
	c.Emit(Withdrawn{m.Subscription})
	return nil
}

// requireOwn refuses others than the member, unless it has left or all members decide, and
// says whether one of these is so: then nothing is asked of the member any more.
func (m Cancel) requireOwn(c *state.Ctx) (free bool, err error) {
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return false, err
	}
	free = c.Authority().All || rec.Standing() == member.Left
	if !free && c.Authority().MemberOf(c.Coop()) != m.Member {
		return false, ErrNotTheirs.With("number %d: member %d %s", m.Subscription, m.Member, rec.Standing().Is())
	}
	return free, nil
}

// Describe says what was subscribed.
func (m Cancel) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("cancel subscription %d of member %d", m.Subscription, m.Member),
		Clauses: batchFacts(t, []uint64{m.Subscription}),
	}
}

var _ = Kinds.Add(state.KindOf[Cancel](KindCancel, "share.Cancel"))
