package withdrawal

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Request asks the value of shares back; the result is its number, which is its place
// in the queue. A member asks for itself; for one who has left, whoever the charter lets, and
// for one who has no key a motion, on a paper that the member signed. All members need none for
// who has left.
type Request struct {
	Member state.Member      `cbor:"1,keyasint,omitempty"`
	Class  shareclass.Number `cbor:"2,keyasint,omitempty"`
	Units  uint64            `cbor:"3,keyasint,omitempty"`
	Paper  []byte            `cbor:"4,keyasint,omitempty"` // commitment to what the member signed, if a motion asks for it
}

// Requested reports a request.
type Requested struct {
	Request uint64            `json:"request"`
	Member  state.Member      `json:"member"`
	Class   shareclass.Number `json:"class"`
	Units   uint64            `json:"units"`
	Ready   uint64            `json:"ready"`
}

func (Requested) Event() string { return "withdrawal.Requested" }

func (m Request) Concerns() state.Member { return m.Member }

// Check refuses a paper that is none, and no units.
func (m Request) Check() error {
	if err := behalf.CheckPaper(m.Paper); err != nil {
		return err
	}
	if m.Units == 0 || m.Units > shareclass.MaxUnits {
		return share.ErrUnits.With("%d, from 1 to %d can be", m.Units, uint64(shareclass.MaxUnits))
	}
	return nil
}

// Apply registers the request.
func (m Request) Apply(c *state.Ctx) error {
	if err := requireServed(c, KindRequest, m.Member, m.Paper, ErrOwn); err != nil {
		return err
	}
	limits, err := shareclass.LimitsOf(c)
	if err != nil {
		return err
	}
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}
	if c.Day() < q.HeldUntil {
		return ErrHeld.With("at most until %s", words.Day(q.HeldUntil))
	}
	rules, err := share.SetApart(c, m.Member, m.Class, m.Units)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	q.Requests++
	t := Ticket{
		Member: m.Member, Class: m.Class, Units: m.Units, Status: Waiting, Time: c.Time(),
		Ready: readyOn(c.Day()+uint64(rules.Notice), limits.YearEnd),
	}
	if err := q.add(c, q.Requests, &t); err != nil {
		return err
	}
	queues.Put(c, 0, q)
	behalf.Record(c, KindRequest, m.Member, m.Paper, q.Requests)
	c.Return(q.Requests)
	c.Emit(Requested{q.Requests, m.Member, m.Class, m.Units, t.Ready})
	return nil
}

// requireServed refuses whoever acts for a member that has not left but a motion for one that
// has no key, on a paper: as not, who alone asks for it.
func requireServed(c *state.Ctx, kind tx.Kind, m state.Member, paper []byte, not *state.Rejection) error {
	rec, err := member.Find(c, m)
	if err != nil {
		return err
	}
	if !behalf.Itself(c, m) {
		switch s := rec.Standing(); {
		case s == member.Left && !c.Authority().All && len(paper) == 0:
			return behalf.ErrPaper.With("%v acts for member %d, who has left", c.Actor(), m)
		case s == member.Left:
			return nil
		case c.Authority().Motion == 0:
			return not.With("member %d %s", m, s.Is())
		}
	}
	return behalf.Require(c, kind, m, rec, paper)
}

// readyOn is the first day on which what was given notice of can be redeemed: that on
// which the notice is over or, where values are fixed at the close of a year, the day
// after the year ends in which it is. yearEnd is month × 100 + day, or zero.
func readyOn(notice uint64, yearEnd uint32) uint64 {
	if yearEnd == 0 {
		return notice
	}
	end := fmt.Sprintf("-%02d-%02d", yearEnd/100, yearEnd%100)
	for day := notice; day < notice+366; day++ {
		if text := words.Day(day); text[len(text)-len(end):] == end {
			return day + 1
		}
	}
	return notice // every year has the day
}

// Describe says what is asked back, and from when on it can be redeemed.
func (m Request) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase:  fmt.Sprintf("ask the value of %s of %s back for member %d", words.Plural(m.Units, "share"), shareclass.Named(t, m.Class), m.Member),
		Clauses: []state.Clause{state.Fact("value", "%s", shareclass.Worth(t, m.Class, m.Units))},
	}
	if rules, err := shareclass.RulesOf(t, m.Class); err == nil && t.Result == nil && rules.Redeemable {
		if limits, err := shareclass.LimitsOf(t); err == nil {
			w.Clauses = append(w.Clauses, state.Fact("redeemed in its turn, not before", "%s", words.Day(readyOn(state.DayOf(t.Time())+uint64(rules.Notice), limits.YearEnd))))
		}
	}
	w.Clauses = append(w.Clauses, behalf.Clauses(m.Paper)...)
	return t.Given(w, "request")
}

var _ = Kinds.Add(state.KindOf[Request](KindRequest, "withdrawal.Request"))
