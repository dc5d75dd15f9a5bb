package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Issue turns up to MaxBatch paid subscriptions into holdings at par: an
// operation on the register each, one journal entry for all. Of one that is paid in
// parts it issues the shares that are paid up. All are issued or none.
type Issue struct {
	Subscriptions []uint64 `cbor:"1,keyasint,omitempty"` // ascending
	Day           uint64   `cbor:"2,keyasint,omitempty"` // from which on the shares are held, days since 1970; zero for that of the block
	Document      uint64   `cbor:"3,keyasint,omitempty"` // number of the paper behind it in the co-op's files, or zero
}

// SharesIssued reports which operations an issue was.
type SharesIssued struct {
	First  uint64       `json:"first"`
	Last   uint64       `json:"last"`
	Amount money.Amount `json:"amount"`
	Entry  uint64       `json:"entry"`
}

func (SharesIssued) Event() string { return "share.SharesIssued" }

// Check refuses a malformed batch.
func (m Issue) Check() error { return checkBatch(m.Subscriptions) }

// Cost is two records a subscription at most, operations 64 to a record, and an
// entry in the books.
func (m Issue) Cost() int { return 2*len(m.Subscriptions) + len(m.Subscriptions)/64 + 8 }

// Apply issues the shares. The limits were checked when they were subscribed; what a member
// may have of all is checked again, since what others subscribed may not have come.
func (m Issue) Apply(c *state.Ctx) error {
	b, err := m.load(c)
	if err != nil {
		return err
	}
	held, at, keys, stakes, err := b.issued(c)
	if err != nil {
		return err
	}
	if err := requireMost(stakes, keys...); err != nil {
		return err
	}
	reg, err := registers.Get(c, 0)
	if err != nil {
		return err
	}
	day, err := reg.requireDay(c, m.Day)
	if err != nil {
		return err
	}
	if err := b.requireSince(c, day); err != nil {
		return err
	}
	posting, err := b.prepare(c, "issue of "+b.count(), account.Applications, account.Capital)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	first := reg.Operations + 1
	for i, s := range b.subs {
		h, t, units := &held[at[i]], b.unlock(i), b.units[i]
		if h.Units == 0 {
			t.Holders++
		}
		h.Units += units
		h.Pending -= units
		t.Subscribed -= units
		t.Units += units
		t.Capital += b.values[i]
		n := reg.enter(c, h, Change{
			Subscription: m.Subscriptions[i], Member: s.Member, Class: s.Class, Units: units,
			Entry: entry, Day: day, Document: m.Document,
		})
		if s.Status == Unpaid {
			s.Drawn += units
			s.Deducted = min(s.Deducted, s.lies(b.terms[b.class(s.Class)].Par)) // the bank's money is issued first
		} else {
			s.Status, s.Operation = Issued, n
		}
		s.Unissued = false // what was taken back is paid up, so it is issued whole
		subscriptions.Put(c, m.Subscriptions[i], s)
	}
	b.putTotals(c)
	reg.rise(posting.After(account.Capital))
	registers.Put(c, 0, reg)
	c.Emit(SharesIssued{first, reg.Operations, b.amount, entry})
	return nil
}

// issued reads the holdings as they are and whose they are, and makes of them the register as
// it is when the batch is issued.
func (b batch) issued(c *state.Ctx) (held []Holding, at []int, keys []holdingKey, stakes *shareclass.Stakes, err error) {
	if held, at, err = b.holdings(c); err != nil {
		return nil, nil, nil, nil, err
	}
	x := tally{false, map[holdingKey]Holding{}, map[shareclass.Number]Totals{}}
	keys = make([]holdingKey, len(held))
	for i, k := range b.classes {
		x.totals[k] = b.totals[i]
	}
	for i, s := range b.subs {
		key := holdingKey{s.Class, s.Member}
		h, again := x.held[key]
		if !again {
			h, keys[at[i]] = held[at[i]], key
		}
		t := x.totals[s.Class]
		h.Units, t.Units = h.Units+b.units[i], t.Units+b.units[i]
		x.held[key], x.totals[s.Class] = h, t
	}
	stakes, err = x.stakes(c, true)
	return held, at, keys, stakes, err
}

// requireSince refuses one alone who has shares count from before they were subscribed:
// interest and what is asked for of a time held follow that day. A motion can.
func (b batch) requireSince(c *state.Ctx, day uint64) error {
	if day == 0 || c.Authority().Motion != 0 {
		return nil
	}
	for _, s := range b.subs {
		if on := state.DayOf(s.Time); day < on {
			return ErrSince.With("%s, member %d subscribed on %s", words.Day(day), s.Member, words.Day(on))
		}
	}
	return nil
}

// load reads the subscriptions, and refuses those that cannot be issued.
func (m Issue) load(c *state.Ctx) (b batch, err error) {
	if err := requireThawed(c); err != nil {
		return b, err
	}
	b, err = loadBatch(c, m.Subscriptions, ready)
	if err != nil {
		return b, err
	}
	if err := b.requireFree(); err != nil {
		return b, err
	}
	if err := voted.Require(c, 0, m.Subscriptions, false); err != nil {
		return b, err
	}
	return b, requireHere(c, b.subs)
}

// requireHere refuses a member who has left.
func requireHere(c *state.Ctx, subs []Subscription) error {
	for _, s := range subs {
		rec, err := member.Find(c, s.Member)
		if err != nil {
			return err
		}
		if rec.Standing() == member.Left {
			return member.ErrStanding.With("member %d has left", s.Member)
		}
	}
	return nil
}

// Describe says which shares are issued to whom.
func (m Issue) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("issue the shares of %s", SubscriptionWords(m.Subscriptions)),
		Clauses: append(movedOn(t, m.Subscriptions, Paid, Issued, account.Applications, account.Capital, ready), dated(m.Day, m.Document)...),
	}
}

var _ = Kinds.Add(state.KindOf[Issue](KindIssue, "share.Issue"))
