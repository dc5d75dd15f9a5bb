package withdrawal

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/share"
)

// Cancel takes a member's request back while it waits: its shares stay. A member takes
// its own back, and nobody else its place from it; for one who has left, whoever the
// charter lets; for one who has no key a motion, on a paper that the member signed.
type Cancel struct {
	Member  state.Member `cbor:"1,keyasint,omitempty"`
	Request uint64       `cbor:"2,keyasint,omitempty"`
	Paper   []byte       `cbor:"3,keyasint,omitempty"` // commitment to what the member signed, if a motion takes it back
}

// Withdrawn reports that a request was taken back.
type Withdrawn struct {
	Request uint64 `json:"request"`
}

func (Withdrawn) Event() string { return "withdrawal.Withdrawn" }

func (m Cancel) Concerns() state.Member { return m.Member }

// Check refuses a paper that is none.
func (m Cancel) Check() error { return behalf.CheckPaper(m.Paper) }

// Apply takes the request out of the queue.
func (m Cancel) Apply(c *state.Ctx) error {
	t, err := Find(c, m.Request)
	if err != nil {
		return err
	}
	if t.Member != m.Member {
		return ErrTheirs.With("number %d", m.Request)
	}
	if err := requireServed(c, KindCancel, m.Member, m.Paper, ErrKeeps); err != nil {
		return err
	}
	if err := t.require(m.Request, Waiting); err != nil {
		return err
	}
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	if err := q.leave(c, m.Request, &t); err != nil {
		return err
	}
	if err := share.Keep(c, t.Member, t.Class, t.Units); err != nil {
		return err
	}
	t.Status = Cancelled
	tickets.Put(c, m.Request, t)
	queues.Put(c, 0, q)
	behalf.Record(c, KindCancel, m.Member, m.Paper, m.Request)
	c.Emit(Withdrawn{m.Request})
	return nil
}

// Describe says what stays.
func (m Cancel) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("take request %d of member %d back", m.Request, m.Member),
		Clauses: append(facts(t, []uint64{m.Request}), behalf.Clauses(m.Paper)...),
	}
}

var _ = Kinds.Add(state.KindOf[Cancel](KindCancel, "withdrawal.Cancel"))
