package office

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Elect gives an office to members for a term: until a day, or for as long as the charter
// says. Who holds it already is elected again from the charter's days before its term is over.
type Elect struct {
	Office  charter.Office `cbor:"1,keyasint,omitempty"`
	Members []state.Member `cbor:"2,keyasint,omitempty"` // ascending, at most MaxElected
	Until   uint64         `cbor:"3,keyasint,omitempty"` // days since 1970 UTC; the charter's term if zero
}

// Elected reports an election.
type Elected struct {
	Office  charter.Office `json:"office"`
	Members []state.Member `json:"members"`
	Until   uint64         `json:"until"` // days since 1970 UTC; zero if there is no term
	// Waiting are those of them whom others suspended: the office waits for the end of that.
	Waiting []state.Member `json:"waiting,omitempty"`
	Passed  []state.Member `json:"passed,omitempty"` // who cannot hold an office any more, and is not elected
}

func (Elected) Event() string { return "office.Elected" }

// Check refuses an unknown office, and a list that is none.
func (m Elect) Check() error {
	if !m.Office.Possible() {
		return member.ErrOffice.With("%d", m.Office)
	}
	if len(m.Members) == 0 || len(m.Members) > MaxElected {
		return ErrElected.With("%d members, from 1 to %d can be", len(m.Members), MaxElected)
	}
	for i, who := range m.Members[1:] {
		if who <= m.Members[i] {
			return ErrElected.With("member %d follows member %d", who, m.Members[i])
		}
	}
	return nil
}

// Cost is the office's holders, and a record, an office and a term a member.
func (m Elect) Cost() int { return member.MaxHolders + 6*len(m.Members) }

// Apply gives them the office. Where all members elect, who cannot hold it any more is passed
// over, and for whom others suspended it waits, so that nobody voids the election of the rest.
func (m Elect) Apply(c *state.Ctx) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	rule, named := policy.Membership.Rule(m.Office)
	if !named && !m.Office.Known() {
		return member.ErrOffice.With("the charter names no %v", m.Office)
	}
	until, err := m.until(c, rule)
	if err != nil {
		return err
	}
	holders, err := member.Holders(c, m.Office)
	if err != nil {
		return err
	}
	seated := newSeats(rule, holders)
	report := Elected{Office: m.Office, Until: until}
	var elected []candidate
	for _, who := range m.Members {
		e, cannot, err := m.candidate(c, rule, who, until)
		switch {
		case err != nil:
			return err
		case cannot != nil && (!c.Authority().All || len(m.Members) == len(report.Passed)+1):
			return cannot // or nobody is left
		case cannot != nil:
			report.Passed = append(report.Passed, who)
			continue
		}
		elected = append(elected, e)
		seated.add(who)
	}
	if err := seated.require(c, policy); err != nil {
		return err
	}

	for _, e := range elected {
		if err := m.put(c, e); err != nil {
			return err // too many holders, where the charter has no number of seats
		}
		report.Members = append(report.Members, e.member)
		if e.waits {
			report.Waiting = append(report.Waiting, e.member)
		}
	}
	c.Emit(report)
	return nil
}

// A candidate is who is elected, with the term.
type candidate struct {
	member state.Member
	waits  bool // others suspended it
	term   Term // its Since is zero if the member gets the office by this
}

// put gives a candidate the office, and records the term.
func (m Elect) put(c *state.Ctx, e candidate) (err error) {
	key := termKey{m.Office, e.member}
	old, err := terms.Get(c, key)
	if err != nil {
		return err
	}
	switch {
	case e.waits:
		_, err = member.Promise(c, e.member, m.Office, true)
	case e.term.Since == 0:
		err = member.Seat(c, e.member, m.Office)
	}
	if err != nil {
		return err
	}
	if e.waits || e.term.Since == 0 {
		e.term.Since = c.Time()
	}
	if old.Until != 0 {
		agenda.Delete(c, midnight(old.Until), termsDue, key.item())
	}
	if e.term.Until != 0 {
		agenda.Put(c, midnight(e.term.Until), termsDue, key.item())
	}
	terms.Put(c, key, e.term)
	return nil
}

// until is the day on which the term is over, zero if there is none.
func (m Elect) until(c *state.Ctx, rule charter.OfficeRule) (day uint64, err error) {
	most := uint64(charter.MaxTerm)
	if rule.Term > 0 {
		most = uint64(rule.Term)
	}
	switch {
	case m.Until == 0 && rule.Term == 0:
		return 0, nil
	case m.Until == 0:
		return c.Day() + 1 + most, nil
	case m.Until <= c.Day():
		return 0, ErrPast.With("%s", words.Day(m.Until))
	case m.Until > c.Day()+1+most:
		return 0, ErrTerm.With("until %s, at most %d days can be", words.Day(m.Until), most)
	}
	return m.Until, nil
}

// candidate is who, with the term for which it is elected; cannot says why it can hold no
// office now.
func (m Elect) candidate(c *state.Ctx, rule charter.OfficeRule, who state.Member, until uint64) (e candidate, cannot, err error) {
	rec, err := member.Find(c, who)
	if err != nil {
		return e, nil, err
	}
	e.member = who
	at, began := rec.Lasting()
	if e.waits = c.Authority().All && at >= 0 && !began.Bars; !e.waits {
		if _, err := member.RequireActive(c, who); err != nil {
			if state.Rejected(err) != nil {
				return e, err, nil
			}
			return e, nil, err
		}
	}
	e.term, err = m.term(c, rule, who, began, until)
	return e, nil, err
}

// term is the one for which who is elected, whose suspension began, if one lasts; its Since is
// zero if it does not hold the office. All members give a term also to who holds the office
// without one, as founders do, and to whom fewer gave one: it is this term then.
func (m Elect) term(c *state.Ctx, rule charter.OfficeRule, who state.Member, began member.Change, until uint64) (Term, error) {
	post, holds, err := member.PostOf(c, who, m.Office)
	if err != nil {
		return Term{}, err
	}
	if i := slices.Index(began.Held, m.Office); i >= 0 {
		post.Since, holds = began.Since[i], true
	}
	last, err := terms.Get(c, termKey{m.Office, who})
	if err != nil {
		return Term{}, err
	}
	all := c.Authority().All
	t := Term{Elected: c.Time(), By: c.Actor(), Until: until, Over: last.Over, InARow: 1, All: all}
	if holds {
		t.Since = post.Since
		running := last.InARow > 0 && last.Since == post.Since
		switch {
		case running && last.Until != 0 && c.Day()+rule.EarlyDays() >= last.Until:
			// the next term
		case all && running && !last.All:
			t.InARow = last.InARow
			return t, nil
		case all && until != 0 && (!running || last.Until == 0):
			// the first one
		default:
			return Term{}, member.ErrHolds.With("member %d is %s", who, charter.OfficeName(c, m.Office))
		}
	}
	if over := max(last.Over, last.Until); last.InARow > 0 && c.Day() < over+rule.BreakDays() {
		t.InARow = min(last.InARow, 254) + 1
	}
	if rule.Terms > 0 && t.InARow > rule.Terms {
		return Term{}, ErrInARow.With("member %d, %d of %d", who, last.InARow, rule.Terms)
	}
	return t, nil
}

// seats are who holds an office after an election.
type seats struct {
	rule charter.OfficeRule
	who  map[state.Member]bool
	list []state.Member
}

func newSeats(rule charter.OfficeRule, holders []state.Member) *seats {
	s := &seats{rule: rule, who: map[state.Member]bool{}}
	for _, m := range holders {
		s.add(m)
	}
	return s
}

func (s *seats) add(m state.Member) {
	if !s.who[m] {
		s.who[m] = true
		s.list = append(s.list, m)
	}
}

// require refuses more holders than the charter has seats for, of all or of a class.
func (s *seats) require(c *state.Ctx, policy charter.Policy) error {
	if most := int(s.rule.Seats); most > 0 && len(s.list) > most {
		return ErrSeats.With("%d would hold them, %d can", len(s.list), most)
	}
	for _, of := range s.rule.Classes {
		n := 0
		for _, m := range s.list {
			rec, err := member.Peek(c, m)
			if err != nil {
				return err
			}
			if rec.Class() == of.Class {
				n++
			}
		}
		if n > int(of.Most) {
			return ErrClass.With("%d of %s would hold them, %d can", n, policy.Class(of.Class), of.Most)
		}
	}
	return nil
}

// RequireSeats refuses offices that have more holders than the charter has seats for, of all or
// of a class: a founding appoints, and elects nobody.
func RequireSeats(c *state.Ctx) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	for _, rule := range policy.Membership.Offices {
		holders, err := member.Holders(c, rule.Office)
		if err != nil {
			return err
		}
		if err := newSeats(rule, holders).require(c, policy); err != nil {
			return fmt.Errorf("%s: %w", charter.OfficeName(c, rule.Office), err)
		}
	}
	return nil
}

// Describe says who is elected, and until when.
func (m Elect) Describe(t state.Telling) state.Words {
	name := charter.OfficeName(t, m.Office)
	var who []string
	for _, e := range m.Members {
		who = append(who, fmt.Sprintf("member %d", e))
	}
	until := "for the charter's term"
	if m.Until != 0 {
		until = words.Day(m.Until)
	}
	w := state.Words{Phrase: fmt.Sprintf("elect %s %s", words.List(who, "and"), name), Clauses: []state.Clause{state.Fact("until", "%s", until)}}
	for _, e := range m.Members {
		w.Clauses = append(w.Clauses, state.Clause{What: fmt.Sprintf("member %d as %s", e, name), After: "elected"})
	}
	return w
}

var _ = Kinds.Add(state.KindOf[Elect](KindElect, "office.Elect"))
