package receipt

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Subject is what a receipt is about. Which of its numbers are set depends on
// the kind of statement; the others are zero.
type Subject struct {
	Coop   state.Coop        `json:"coop"`
	Member state.Member      `json:"member,omitempty"`
	Motion ballot.Number     `json:"motion,omitempty"`
	Class  shareclass.Number `json:"class,omitempty"`
	Period surplus.Period    `json:"period,omitempty"`
}

// ErrSubject is returned for an unknown kind of statement or for a subject with too
// few or too many numbers.
var ErrSubject = errors.New("no receipt can be made of that")

// A Statement is a kind of receipt: what it says in plain words, from records
// read one by one, so that each can be proved.
type Statement struct {
	Kind  string   // "member"
	About string   // "a member's standing"
	Needs []string // names of the numbers that its subject has beside coop: member, motion, class, period
	words func(l ledger, s Subject) ([]string, error)
}

// statements is the list of all kinds of receipt. A new kind is a function that
// makes its words, and a line here. Words may change; which records a kind reads,
// and in which order, is part of the format.
var statements = []Statement{
	{"member", "a member's standing on the register", []string{"member"}, sayMember},
	{"holding", "the shares that a member holds", []string{"member", "class"}, sayHolding},
	{"cast", "what a member cast on a motion, or that it did not", []string{"member", "motion"}, sayCast},
	{"decision", "what a motion decided, in full, and by how many", []string{"motion"}, sayDecision},
	{"allocation", "a member's parts of a divided surplus", []string{"member", "period"}, sayAllocation},
}

// Statements lists the kinds of receipt.
func Statements() []Statement { return slices.Clone(statements) }

// Suits returns ErrSubject unless there is such a kind of statement and subject has
// the numbers that it needs.
func Suits(kind string, subject Subject) error {
	_, err := statementOf(kind, subject)
	return err
}

// statementOf returns the kind of statement if subject suits it.
func statementOf(kind string, subject Subject) (Statement, error) {
	i := slices.IndexFunc(statements, func(s Statement) bool { return s.Kind == kind })
	if i < 0 {
		return Statement{}, fmt.Errorf("%w: there is no kind %q", ErrSubject, kind)
	}
	st := statements[i]
	if subject.Coop == 0 {
		return st, fmt.Errorf("%w: it names no co-op", ErrSubject)
	}
	for _, n := range []struct {
		name  string
		value uint64
	}{
		{"member", uint64(subject.Member)}, {"motion", uint64(subject.Motion)},
		{"class", uint64(subject.Class)}, {"period", uint64(subject.Period)},
	} {
		switch needed := slices.Contains(st.Needs, n.name); {
		case needed && n.value == 0:
			return st, fmt.Errorf("%w: a receipt of %s needs a %s", ErrSubject, kind, n.name)
		case !needed && n.value != 0:
			return st, fmt.Errorf("%w: a receipt of %s takes no %s", ErrSubject, kind, n.name)
		}
	}
	return st, nil
}

// nameOf is a co-op's number and name. A receipt about a co-op that does not exist
// cannot be made.
func nameOf(l ledger, n state.Coop) (string, error) {
	coop, err := federation.Find(l.r, n)
	return fmt.Sprintf("co-op %d, %s", n, words.Quote(coop.Name)), err
}

func sayMember(l ledger, s Subject) ([]string, error) {
	coop, err := nameOf(l, s.Coop)
	if err != nil {
		return nil, err
	}
	l = l.in(s.Coop)
	rec, err := l.member(l.r, s.Member)
	if errors.Is(err, member.ErrUnknown) {
		return say("There is no member %d on the register of %s.", s.Member, coop)
	}
	if err != nil {
		return nil, err
	}
	policy, err := charter.PolicyOf(l.r)
	if err != nil {
		return nil, err
	}
	first, last := rec.history[0], rec.history[len(rec.history)-1]
	says := []string{
		fmt.Sprintf("Member %d of %s is %s, in %s.", s.Member, coop, standingWords(last.standing), policy.Class(rec.class)),
		fmt.Sprintf("Last changed at %s, by operation %d on the register.", words.Time(last.time), last.operation),
	}
	if len(rec.history) > 1 {
		says = append(says, fmt.Sprintf("It was entered on %s as %s.", words.Time(first.time), standingWords(first.standing)))
	}
	says = append(says, fmt.Sprintf("Its key is %s.", rec.key))
	if rec.unproved {
		says = append(says, "The key is not proved yet: it was entered without a proof that it is held, and the member has signed nothing.")
	}
	if rec.invited != 0 {
		says = append(says, fmt.Sprintf("The key is that of an invitation, until %s: the member has made none of its own.", words.Day(rec.invited)))
	}
	for i, h := range rec.history {
		if h.key {
			waits := len(rec.next) > 0 && !slices.ContainsFunc(rec.history[i+1:], func(h change) bool { return h.key })
			says = append(says, h.keyWords(rec, waits))
		}
	}
	return says, nil
}

// keyWords say that others gave the member another key, and what came of it.
func (h change) keyWords(rec entry, waits bool) string {
	by := fmt.Sprintf("%s, by operation %d", words.Time(h.time), h.operation)
	switch {
	case h.void != 0 && h.voidOwn:
		return fmt.Sprintf("Others gave it another key on %s: that is void since its own key signed something on %s.", by, words.Time(h.void))
	case h.void != 0:
		return fmt.Sprintf("Others gave it another key on %s: that is void since %s.", by, words.Time(h.void))
	case waits:
		return fmt.Sprintf("Others gave it the key %s on %s: it acts from %s on, and is void as soon as the other signs anything.", rec.next, by, words.Day(h.acts))
	}
	if h.acts != 0 {
		return fmt.Sprintf("Others gave it another key on %s: that acts since %s, and casts on nothing that was proposed before.", by, words.Day(h.acts))
	}
	return fmt.Sprintf("Others replaced its key on %s: it casts on no motion that was open before.", by)
}

func standingWords(s member.Standing) string {
	switch s {
	case member.Candidate:
		return "a candidate"
	case member.Active:
		return "an active member"
	case member.Suspended:
		return "a suspended member"
	case member.Left:
		return "a former member"
	}
	return s.String()
}

// say is one sentence.
func say(format string, args ...any) ([]string, error) {
	return []string{fmt.Sprintf(format, args...)}, nil
}
