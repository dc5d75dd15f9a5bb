package receipt

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// findMotion reads the motion of a subject and says its title; if there is none,
// found is false and the words say so.
func findMotion(l ledger, s Subject) (m motion, found bool, says []string, err error) {
	coop, err := nameOf(l, s.Coop)
	if err != nil {
		return m, false, nil, err
	}
	m, err = l.motion(l.in(s.Coop).r, s.Motion)
	if errors.Is(err, ballot.ErrUnknown) {
		says, err = say("There is no motion %d of %s.", s.Motion, coop)
		return m, false, says, err
	}
	says, _ = say("Motion %d of %s is %s.", s.Motion, coop, words.Quote(m.title))
	return m, err == nil, says, err
}

func sayCast(l ledger, s Subject) ([]string, error) {
	m, found, says, err := findMotion(l, s)
	if !found || err != nil {
		return says, err
	}
	l = l.in(s.Coop)
	_, err = l.member(l.r, s.Member)
	if errors.Is(err, member.ErrUnknown) {
		return append(says, fmt.Sprintf("There is no member %d on that co-op's register.", s.Member)), nil
	}
	if err != nil {
		return nil, err
	}
	answer, ok, err := l.cast(l.r, s.Motion, s.Member)
	if err != nil {
		return nil, err
	}
	yet := ""
	if !m.closed {
		yet = " so far"
	}
	if ok {
		says = append(says, fmt.Sprintf("Member %d cast %s on it%s.", s.Member, words.Quote(answer), yet))
	} else {
		says = append(says, fmt.Sprintf("Member %d has cast nothing on it%s.", s.Member, yet))
	}
	return append(says, m.stage()), nil
}

// stage describes the state of a motion.
func (m motion) stage() string {
	switch m.status {
	case ballot.Noticed:
		return fmt.Sprintf("The motion opens on %s.", words.Time(m.opens))
	case ballot.Open:
		return fmt.Sprintf("The motion is open until %s at the latest.", words.Time(m.closes))
	case ballot.Counting:
		return "The motion's poll is over and its papers are being counted."
	case ballot.Confirming:
		return fmt.Sprintf("The motion's poll carried it; it takes effect once it is confirmed by %s.", confirmations(m.confirmations))
	case ballot.Withdrawn:
		if m.confirms != 0 {
			return "The motion was withdrawn before it was decided."
		}
		return "The motion was withdrawn before it opened."
	}
	if !m.closed {
		return "The motion is closed."
	}
	return fmt.Sprintf("The motion is closed and was %v.", m.outcome)
}

// confirmations names motions: "motion 4" or "motions 4, 5 and 6".
func confirmations(numbers []ballot.Number) string {
	var list []string
	for _, n := range numbers {
		list = append(list, fmt.Sprint(n))
	}
	return words.Agree(uint64(len(list)), "motion ", "motions ") + words.List(list, "and")
}

func sayDecision(l ledger, s Subject) ([]string, error) {
	m, found, says, err := findMotion(l, s)
	if !found || err != nil {
		return says, err
	}
	says = append(says, fmt.Sprintf("It was put on %s by %s, as a motion of the kind %s.", words.Time(m.proposed), m.by, words.Quote(m.kind)))
	if len(m.statement) > 0 {
		says = append(says, fmt.Sprintf("The text sent to members has the SHA-256 digest %x.", m.statement))
	}
	for i, o := range m.options {
		says = append(says, fmt.Sprintf("Option %d is %s.", i+1, o))
	}
	if m.closed {
		says = append(says, m.votes()...)
	} else {
		says = append(says, m.stage(), "It has decided nothing.")
	}
	if m.confirms != 0 {
		says = append(says, fmt.Sprintf("It has to confirm motion %d.", m.confirms))
	}
	if m.closed && len(m.confirmations) > 0 {
		says = append(says, fmt.Sprintf("It had to be confirmed by %s.", confirmations(m.confirmations)))
	}
	for _, does := range m.actions(l.in(s.Coop).r) {
		says = append(says, m.became(does.Phrase))
		for _, c := range does.Clauses {
			says = append(says, "- "+c.String())
		}
	}
	return says, nil
}

// votes describe how a closed motion was counted, and by which rule.
func (m motion) votes() (says []string) {
	t := m.tally
	if len(m.options) > 0 {
		says = append(says, fmt.Sprintf("It was %v at block %d, of %s entitled to cast.", m.outcome, m.height, words.Count(t.Electorate)))
		won := "No option won."
		if len(m.winners) > 0 {
			var names []string
			for _, n := range m.winners {
				names = append(names, m.option(n))
			}
			won = "Won by " + words.List(names, "and") + "."
		}
		says = append(says, won)
	} else {
		says = append(says, fmt.Sprintf("It was %v at block %d: %s yes, %s no, %s abstained, %s blank, %s spoiled, of %s entitled to cast.",
			m.outcome, m.height, words.Count(t.Yes), words.Count(t.No), words.Count(t.Abstained),
			words.Count(t.Blank), words.Count(t.Spoiled), words.Count(t.Electorate)))
	}
	if m.rule != "" {
		says = append(says, fmt.Sprintf("To be carried it needed %s.", m.rule))
	}
	return says
}

// option names an option of the motion with its number, from 1.
func (m motion) option(n uint16) string {
	if n < 1 || int(n) > len(m.options) {
		return fmt.Sprintf("option %d", n)
	}
	return fmt.Sprintf("option %d, %s", n, m.options[n-1])
}

// became describes the result of an action that the motion carries.
func (m motion) became(does string) string {
	switch {
	case !m.closed:
		return fmt.Sprintf("If it is carried, it is to %s.", does)
	case m.outcome != count.Carried:
		return fmt.Sprintf("It was to %s, which was not done.", does)
	case m.refused != 0:
		why := cmp.Or(wording.Reason(m.refused), fmt.Sprintf("by rule %d, which this program does not know", m.refused))
		return fmt.Sprintf("It was decided to %s, which the ledger's rules refused: %s.", does, why)
	}
	return fmt.Sprintf("It was decided to %s, and that was done.", does)
}

// currentMotion reads a motion by the records' types of today.
func currentMotion(r state.Reader, n ballot.Number) (motion, error) {
	rec, poll, err := ballot.Find(r, n)
	if err != nil {
		return motion{}, err
	}
	m := motion{
		title: rec.Title, kind: poll.Rules.Name, statement: rec.Statement,
		by: wording.By(rec.Proposer, r.Coop()), proposed: rec.Proposed,
		confirms: rec.Confirms, confirmations: poll.Confirmations,
		status: poll.Status, opens: poll.Opens, closes: poll.Closes,
		actions: func(r state.Reader) []state.Words { return wording.Carries(r, rec) },
	}
	for _, o := range rec.Options {
		m.options = append(m.options, o.Words())
	}
	if rule, err := poll.Rules.Method.Majority(); err == nil {
		m.rule = charter.RuleWords(rule)
	} else if rule, err := poll.Rules.Method.Veto(); err == nil {
		m.rule = charter.VetoWords(rule)
	}
	if len(rec.Result) > 0 {
		res := rec.Result[0]
		m.winners = res.Winners
		m.closed, m.outcome, m.tally, m.height, m.refused = true, res.Outcome, res.Tally, res.Height, res.Refused
	}
	return m, nil
}
