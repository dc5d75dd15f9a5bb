// Package question counts the answers to one question, by majority or by
// consent, and reports why in numbers. The rules themselves are package count's,
// which motions on the ledger follow too; here are the files and the reports of
// a meeting.
//
// Rule: docs/rules.md, "Majorities" and "Consent".
// Source: Robert's Rules of Order, 12th edition (2020), sections 40 and 44;
// CoLab Cooperative, bylaws.
package question

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// methods are the methods that count the answers to one question.
var methods = []report.Method{
	{
		Name: "majority", Aliases: []string{"simple-majority", "resolution"}, Input: input.Answers,
		Summary: "A motion is carried if enough take part and enough of them say yes.",
		Source:  "Robert's Rules of Order, 12th edition (2020), sections 40 (quorum) and 44 (bases of a majority)",
		When:    "Every yes or no of a general meeting or a board.",
	},
	{
		Name: "consent", Aliases: []string{"consensus", "consensus-minus-n"}, Input: input.Answers,
		Summary: "A motion is carried unless too many object; then a vote that only enough opposition can stop.",
		Source:  "CoLab Cooperative, bylaws: consensus minus one and its fallback vote",
		When:    "Worker co-ops and circles that seek what nobody has to oppose.",
	},
}

// Methods lists the methods. The list is the caller's own.
func Methods() []report.Method { return slices.Clone(methods) }

// Majority decides a closed question by r, as Decide does, and reports why
// in numbers: first whether enough took part, then whether enough were in favour.
//
// The report's quota is the number of yes that carries the question; its winners
// are Yes if it is carried, and otherwise nobody. It returns ErrRule or ErrTally,
// with the reason, for what it cannot count.
func Majority(r count.MajorityRule, t count.Tally) (*report.Report, error) {
	outcome, err := r.Decide(t)
	if err != nil {
		return nil, err
	}
	if t.Electorate > MaxElectorate {
		return nil, fmt.Errorf("%w: %d electors, more than %d", count.ErrTally, t.Electorate, int64(MaxElectorate))
	}
	papers, _ := t.Papers() // Decide has checked it
	q := newQuestion("majority", outcome.String())
	q.validity(t)
	least := count.LeastPapers(r.Quorum, r.QuorumMin, t.Electorate)
	took := fmt.Sprintf("%d of %d electors took part", papers, t.Electorate)
	switch {
	case least == 0:
		q.stage(took+"; no quorum is asked for.", t, majorityPool(papers, least, t.Electorate))
	case outcome == count.Inquorate:
		q.stage(fmt.Sprintf("%s; the quorum is %d and is not reached, so nothing is decided.", took, least), t, majorityPool(papers, least, t.Electorate))
		return q.r, nil
	default:
		q.stage(fmt.Sprintf("%s; the quorum is %d and is reached.", took, least), t, majorityPool(papers, least, t.Electorate))
	}
	base := t.BaseOf(r.Base, papers)
	needed := r.Needed(base)
	q.r.Quota = strconv.FormatUint(needed, 10)
	share := "At least " + r.Threshold.Percent()
	if r.Strict {
		share = "More than " + r.Threshold.Percent()
	}
	of := map[count.Base]string{count.BaseCast: "the votes cast", count.BasePresent: "those present", count.BaseMembers: "all members"}[r.Base]
	counted := t
	if r.Base == count.BaseCast {
		counted.Abstained, counted.Blank, counted.Spoiled = 0, 0, 0
	}
	q.stage(fmt.Sprintf("%s of %s (%d) must be in favour, so %d or more; %d are. The motion is %s.", share, of, base, needed, t.Yes, outcome),
		counted, majorityPool(t.Yes, needed, base))
	if outcome == count.Carried {
		q.r.Winners = []string{"Yes"}
	}
	return q.r, nil
}

// Consent decides a call for consent by r and, if too many object and r
// has a fallback, its vote. vote is nil if none was taken; then the outcome of a
// call that goes to the vote is "to vote".
//
// It returns ErrRule or ErrTally, with the reason, for what it cannot count.
func Consent(r count.ConsentRule, call count.ConsentTally, vote *count.Tally) (*report.Report, error) {
	verdict, err := r.Decide(call)
	if err != nil {
		return nil, err
	}
	if call.Electorate > MaxElectorate {
		return nil, fmt.Errorf("%w: %d electors, more than %d", count.ErrTally, call.Electorate, int64(MaxElectorate))
	}
	q := newQuestion("consent", verdict.Outcome.String())
	t := call.Tally()
	papers, _ := t.Papers()
	least := count.LeastPapers(r.Quorum, r.QuorumMin, call.Electorate)
	q.validity(t)
	after := fmt.Sprintf("The motion is %s.", verdict.Outcome)
	if verdict.ToVote {
		after = "It goes to the vote."
	}
	q.stage(fmt.Sprintf("Call for consent: %s. %s", verdict.Reason, after), t, consentPool(papers, least, call.Electorate))
	switch {
	case verdict.ToVote && vote == nil:
		q.r.Outcome = "to vote"
		q.note("The vote decides: add its yes and no to the file and count again.")
	case verdict.ToVote:
		if verdict, err = r.Vote(*vote); err != nil {
			return nil, err
		}
		papers, _ := vote.Papers()
		q.r.Outcome = verdict.Outcome.String()
		q.validity(*vote)
		q.stage(fmt.Sprintf("Vote: %s. The motion is %s.", verdict.Reason, verdict.Outcome), *vote, consentPool(papers, least, vote.Electorate))
	case vote != nil && !r.Fallback:
		q.note("The rule has no vote after the call; the one in the file is not counted.")
	case vote != nil:
		q.note("The call settled it; the vote in the file is not counted.")
	}
	if verdict.Outcome == count.Carried {
		q.r.Winners = []string{"Yes"}
	}
	return q.r, nil
}

// A question is the report of one, under way.
type question struct{ r *report.Report }

func newQuestion(method, outcome string) question {
	return question{&report.Report{Method: method, Input: input.Answers, Seats: 1, Outcome: outcome, Winners: []string{}, Stages: []report.Stage{}}}
}

func (q question) note(text string) { q.r.Notes = append(q.r.Notes, text) }

func (q question) validity(t count.Tally) {
	q.r.Validity = &report.Validity{
		Papers: int64(t.Yes + t.No + t.Abstained + t.Blank + t.Spoiled), Valid: int64(t.Yes + t.No + t.Abstained),
		Empty: int64(t.Blank), Spoiled: int64(t.Spoiled),
	}
}

// stage appends a stage that looks at the answers of t.
func (q question) stage(event string, t count.Tally, pool []report.Row) {
	q.r.Stages = append(q.r.Stages, report.Stage{Number: len(q.r.Stages) + 1, Event: event, Pool: pool, Rows: []report.Row{
		numberRow("Yes", t.Yes), numberRow("No", t.No), numberRow("Abstained", t.Abstained), numberRow("Blank", t.Blank), numberRow("Spoiled", t.Spoiled),
	}})
}

func numberRow(name string, n uint64) report.Row {
	return report.Row{Name: name, Total: strconv.FormatUint(n, 10)}
}

// majorityPool says how many there are of what a stage looks at, how many are
// needed, and out of how many.
func majorityPool(have, needed, of uint64) []report.Row {
	return []report.Row{numberRow("Counted", have), numberRow("Needed", needed), numberRow("Out of", of)}
}

func consentPool(papers, quorum, electorate uint64) []report.Row {
	return []report.Row{numberRow("Taking part", papers), numberRow("Quorum", quorum), numberRow("Electorate", electorate)}
}
