package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Import enters up to MaxImport members of an existing register at once, as
// active members with consecutive numbers; the result is the first. All are
// entered or none. An entry may have a proof that its key is held; without one the
// member's first signature is the proof, and until then the record says that the key is
// unproved. One may also have an invitation key, or none: then the member casts once it has
// made a key of its own, and counts in electorates only if the charter says so. Unless the charter's entrenched kind of motion carries it, they are in no
// electorate for the charter's waiting time.
type Import struct {
	Entries []Entry `cbor:"1,keyasint,omitempty"`
}

// Imported reports which numbers an import gave out.
type Imported struct {
	First state.Member `json:"first"`
	Last  state.Member `json:"last"`
}

func (Imported) Event() string { return "member.Imported" }

// Check refuses an empty or oversized import, a malformed entry and a duplicate key.
func (m Import) Check() error {
	if len(m.Entries) == 0 || len(m.Entries) > MaxImport {
		return ErrCount.With("%d, from 1 to %d can be", len(m.Entries), MaxImport)
	}
	seen := map[[20]byte]int{}
	for i, e := range m.Entries {
		if err := e.check(); err != nil {
			return err
		}
		if len(e.Key) == 0 {
			continue
		}
		d := digest(e.Key)
		if j, ok := seen[d]; ok {
			return ErrKeyTaken.With("entries %d and %d have the same", j+1, i+1)
		}
		seen[d] = i
	}
	return nil
}

// Cost is two records a member, one more for the proof of a key, and the figures.
func (m Import) Cost() int { return 3*len(m.Entries) - Unproved(m.Entries) + 2 }

// Unproved is how many of the entries have no proof of their keys.
func Unproved(entries []Entry) (n int) {
	for _, e := range entries {
		if len(e.Proof) == 0 && !e.unclaimed() {
			n++
		}
	}
	return n
}

// Apply enters them all.
func (m Import) Apply(c *state.Ctx) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	if err := m.requireEach(c, policy); err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	if t.Members > MaxMembers-MaxImport {
		return ErrFull
	}
	counts, err := m.counts(c)
	if err != nil {
		return err
	}
	take, err := requireIntake(c, uint64(len(m.Entries)))
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Replace(t.Members)
	first := enterAll(c, &t, policy, m.Entries, counts)
	totals.Put(c, 0, t)
	take()
	c.Return(uint64(first))
	c.Emit(Imported{first, state.Member(t.Members)})
	return nil
}

// requireEach refuses entries that cannot be registered by policy.
func (m Import) requireEach(c *state.Ctx, policy charter.Policy) error {
	holds := m.proofs(c)
	for i, e := range m.Entries {
		if !holds[i] {
			return ErrPossession.With("entry %d", i+1)
		}
		if err := e.requireFree(c, policy); err != nil {
			return err
		}
		if e.Until == 0 {
			continue
		}
		if err := requireInvitation(c, e.Until); err != nil {
			return err
		}
	}
	return nil
}

// enterAll enters active members, who count from a day on, and those who have no key of
// their own by what the charter says, and no more of them than of the others, so that those
// who can cast reach any quorum of half or less; it returns the number of the first. It cannot fail
// after requireEach.
func enterAll(c *state.Ctx, t *Totals, policy charter.Policy, entries []Entry, counts uint64) (first state.Member) {
	first = state.Member(t.Members + 1)
	for _, e := range entries {
		rec := Record{Counts: counts, Unproved: len(e.Proof) == 0, Invited: e.Until}
		if e.unclaimed() {
			t.Unclaimed++
			if rec.Unproved = false; !policy.Membership.Unclaimed || 2*t.Unclaimed > t.ActiveIn(0)+1 {
				rec.Counts = Never
			}
		}
		enter(c, t, e, Active, rec)
	}
	return first
}

// proofs says of each entry whether its proof holds for the co-op of c, all verified in one
// batch; of one without a proof it is true.
func (m Import) proofs(c *state.Ctx) []bool {
	holds := make([]bool, len(m.Entries))
	var batch tx.Batch
	var proved []int // entries in the batch
	for i, e := range m.Entries {
		if holds[i] = len(e.Proof) == 0; !holds[i] {
			batch.AddPossession(e.Key, c.Chain(), uint32(c.Coop()), e.Proof)
			proved = append(proved, i)
		}
	}
	for n, good := range batch.Verify() {
		holds[proved[n]] = good
	}
	return holds
}

// counts is the day from which on those entered are in electorates: none if they found
// the co-op or the entrenched kind of motion took them over. A meeting at which few are
// present, or a resolution that is quick, could otherwise double the electorate at once.
func (m Import) counts(c *state.Ctx) (uint64, error) {
	by := c.Authority()
	if by.Actor == (state.Actor{}) || by.Entrenched {
		return 0, nil
	}
	return afterWaiting(c)
}

// CountsWords say from when on the members of an import count.
func CountsWords(r state.Reader) []state.Clause {
	policy, err := charter.PolicyOf(r)
	if err != nil {
		return nil
	}
	return []state.Clause{state.Fact("they count", "at once if %s carries it; by any other, in what is proposed %s later or after that",
		charter.MotionName(r, policy.Entrenched), words.Plural(uint64(policy.WaitingDays()), "day"))}
}

// countedFrom says from when on the members of an import count that was done; first is
// one of them.
func countedFrom(r state.Reader, first state.Member) []state.Clause {
	rec, err := Find(r, first)
	switch {
	case err != nil:
		return nil
	case rec.Counts == Never:
		return nil // those who have keys of their own, each by its record
	case rec.Counts == 0:
		return []state.Clause{state.Fact("they count", "at once")}
	}
	return []state.Clause{state.Fact("they count", "in what is proposed on %s or after that", words.Day(rec.Counts))}
}

// Describe says who is entered, one by one, and when they count in electorates.
func (m Import) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: EnterWords(len(m.Entries)), Clauses: append(UnprovedWords(m.Entries), InvitedWords(m.Entries)...)}
	first, done := state.Was[uint64](t)
	if done {
		w.Clauses = append(w.Clauses, countedFrom(t, state.Member(first))...)
	} else {
		w.Clauses = append(w.Clauses, CountsWords(t)...)
	}
	for i, e := range m.Entries {
		what := fmt.Sprintf("entry %d", i+1)
		if done {
			what = fmt.Sprintf("member %d", first+uint64(i))
		}
		w.Clauses = append(w.Clauses, state.Fact(what, "%s", e.ImportWords(t)))
	}
	if had, known := m.had(t, first, done); known {
		w.Clauses = append(w.Clauses, state.Clause{
			What:   "member numbers given out",
			Before: words.Count(had), After: words.Count(had + uint64(len(m.Entries))),
		})
	}
	return w
}

// had is how many numbers had been given out before.
func (m Import) had(t state.Telling, first uint64, done bool) (n uint64, known bool) {
	if done && first > 0 {
		return first - 1, true
	}
	if n, known = state.Replaced[uint64](t); known || !t.Now {
		return n, known
	}
	figures, err := TotalsOf(t)
	return figures.Members, err == nil
}

var _ = Kinds.Add(state.KindOf[Import](KindImport, "member.Import"))
