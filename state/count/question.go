package count

import (
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// MaxElectorate bounds the electors of a question that is counted for a report.
const MaxElectorate = 1_000_000_000_000

// questionMethods are the methods that count the answers to one question.
var questionMethods = []Method{
	{
		Name: "majority", Aliases: []string{"simple-majority", "resolution"}, Input: InputTally,
		Summary: "A motion is carried if enough take part and enough of them say yes.",
		Source:  "Robert's Rules of Order, 12th edition (2020), sections 40 (quorum) and 44 (bases of a majority)",
		When:    "Every yes or no of a general meeting or a board.",
	},
	{
		Name: "consent", Aliases: []string{"consensus", "consensus-minus-n"}, Input: InputTally,
		Summary: "A motion is carried unless too many object; then a vote that only enough opposition can stop.",
		Source:  "CoLab Cooperative, bylaws: consensus minus one and its fallback vote",
		When:    "Worker co-ops and circles that seek what nobody has to oppose.",
	},
}

// An answer is one line of a file of answers.
type answer struct {
	key string
	to  *uint64
}

// ReadTally reads the answers to a yes or no question, one key,value a line:
// electorate, yes, no, abstained, blank, spoiled. A heading key,value may be
// left out, and so may every key but the first three. file is the name for
// messages; every error about the text is a *ParseError.
func ReadTally(file string, r io.Reader) (Tally, error) {
	var t Tally
	_, err := readAnswers(file, r, []string{"electorate", "yes", "no"}, append([]answer{{"electorate", &t.Electorate}}, t.answers()...))
	return t, err
}

func (t *Tally) answers() []answer {
	return []answer{{"yes", &t.Yes}, {"no", &t.No}, {"abstained", &t.Abstained}, {"blank", &t.Blank}, {"spoiled", &t.Spoiled}}
}

// ReadConsent reads the answers to a call for consent as ReadTally does:
// electorate, consents, objections, stand_aside, and, if the fallback vote was
// taken, its yes, no, abstained, blank and spoiled. vote is nil if it was not.
func ReadConsent(file string, r io.Reader) (call ConsentTally, vote *Tally, err error) {
	vote = &Tally{}
	keys := []answer{{"electorate", &call.Electorate}, {"consents", &call.Consents}, {"objections", &call.Objections}, {"stand_aside", &call.StandAside}}
	found, err := readAnswers(file, r, []string{"electorate", "consents", "objections"}, append(keys, vote.answers()...))
	if err != nil {
		return ConsentTally{}, nil, err
	}
	if !slices.ContainsFunc(vote.answers(), func(a answer) bool { return slices.Contains(found, a.key) }) {
		return call, nil, nil
	}
	vote.Electorate = call.Electorate
	return call, vote, nil
}

// readAnswers fills in what a file of key,value holds and returns the keys found.
func readAnswers(file string, r io.Reader, needed []string, known []answer) ([]string, error) {
	in := newSemicolons(r, ',')
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = k.key
	}
	var seen []string
	for first := true; ; first = false {
		row, err := in.next()
		if err != nil {
			return nil, parseError(file, in.line, "", err)
		}
		fail := func(expected, found string, args ...any) ([]string, error) {
			return nil, parseError(file, in.line, "", formatf(expected, found, args...))
		}
		if row == nil {
			for _, key := range needed {
				if !slices.Contains(seen, key) {
					return fail("a line "+key+",number", "%s", found(nil, ","))
				}
			}
			return seen, nil
		}
		if first && slices.Equal(row, []string{"key", "value"}) {
			continue
		}
		at := -1
		if len(row) == 2 {
			at = slices.Index(names, row[0])
		}
		if at < 0 {
			return fail("key,value with one of "+strings.Join(names, ", "), "%s", found(row, ","))
		}
		n, err := strconv.ParseUint(row[1], 10, 64)
		switch {
		case err != nil || n > MaxElectorate:
			return fail(fmt.Sprintf("a whole number from 0 to %d for %s", int64(MaxElectorate), row[0]), "%q", short(row[1]))
		case slices.Contains(seen, row[0]):
			return fail("each key once", "%s again", row[0])
		}
		*known[at].to = n
		seen = append(seen, row[0])
	}
}

// CountMajority decides a closed question by r, as Decide does, and reports why
// in numbers: first whether enough took part, then whether enough were in favour.
//
// The report's quota is the number of yes that carries the question; its winners
// are Yes if it is carried, and otherwise nobody. It returns ErrRule or ErrTally,
// with the reason, for what it cannot count.
func CountMajority(r MajorityRule, t Tally) (*Report, error) {
	outcome, err := r.Decide(t)
	if err != nil {
		return nil, err
	}
	if t.Electorate > MaxElectorate {
		return nil, fmt.Errorf("%w: %d electors, more than %d", ErrTally, t.Electorate, int64(MaxElectorate))
	}
	papers, _ := t.Papers() // Decide has checked it
	q := newQuestion("majority", outcome.String())
	q.validity(t)
	least := leastPapers(r.Quorum, r.QuorumMin, t.Electorate)
	took := fmt.Sprintf("%d of %d electors took part", papers, t.Electorate)
	switch {
	case least == 0:
		q.stage(took+"; no quorum is asked for.", t, majorityPool(papers, least, t.Electorate))
	case outcome == Inquorate:
		q.stage(fmt.Sprintf("%s; the quorum is %d and is not reached, so nothing is decided.", took, least), t, majorityPool(papers, least, t.Electorate))
		return q.r, nil
	default:
		q.stage(fmt.Sprintf("%s; the quorum is %d and is reached.", took, least), t, majorityPool(papers, least, t.Electorate))
	}
	base := t.base(r.Base, papers)
	needed := r.needed(base)
	q.r.Quota = strconv.FormatUint(needed, 10)
	share := "At least " + r.Threshold.percent()
	if r.Strict {
		share = "More than " + r.Threshold.percent()
	}
	of := map[Base]string{BaseCast: "the votes cast", BasePresent: "those present", BaseMembers: "all members"}[r.Base]
	counted := t
	if r.Base == BaseCast {
		counted.Abstained, counted.Blank, counted.Spoiled = 0, 0, 0
	}
	q.stage(fmt.Sprintf("%s of %s (%d) must be in favour, so %d or more; %d are. The motion is %s.", share, of, base, needed, t.Yes, outcome),
		counted, majorityPool(t.Yes, needed, base))
	if outcome == Carried {
		q.r.Winners = []string{"Yes"}
	}
	return q.r, nil
}

// CountConsent decides a call for consent by r and, if too many object and r
// has a fallback, its vote. vote is nil if none was taken; then the outcome of a
// call that goes to the vote is "to vote".
//
// It returns ErrRule or ErrTally, with the reason, for what it cannot count.
func CountConsent(r ConsentRule, call ConsentTally, vote *Tally) (*Report, error) {
	verdict, err := r.Decide(call)
	if err != nil {
		return nil, err
	}
	if call.Electorate > MaxElectorate {
		return nil, fmt.Errorf("%w: %d electors, more than %d", ErrTally, call.Electorate, int64(MaxElectorate))
	}
	q := newQuestion("consent", verdict.Outcome.String())
	t := call.tally()
	papers, _ := t.Papers()
	least := leastPapers(r.Quorum, r.QuorumMin, call.Electorate)
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
	if verdict.Outcome == Carried {
		q.r.Winners = []string{"Yes"}
	}
	return q.r, nil
}

// A question is the report of one, under way.
type question struct{ r *Report }

func newQuestion(method, outcome string) question {
	return question{&Report{Method: method, Seats: 1, Outcome: outcome, Winners: []string{}, Stages: []Stage{}}}
}

func (q question) note(text string) { q.r.Notes = append(q.r.Notes, text) }

func (q question) validity(t Tally) {
	q.r.Validity = &Validity{
		Papers: int64(t.Yes + t.No + t.Abstained + t.Blank + t.Spoiled), Valid: int64(t.Yes + t.No + t.Abstained),
		Empty: int64(t.Blank), Spoiled: int64(t.Spoiled),
	}
}

// stage appends a stage that looks at the answers of t.
func (q question) stage(event string, t Tally, pool []Row) {
	q.r.Stages = append(q.r.Stages, Stage{Number: len(q.r.Stages) + 1, Event: event, Pool: pool, Rows: []Row{
		numberRow("Yes", t.Yes), numberRow("No", t.No), numberRow("Abstained", t.Abstained), numberRow("Blank", t.Blank), numberRow("Spoiled", t.Spoiled),
	}})
}

func numberRow(name string, n uint64) Row { return Row{Name: name, Total: strconv.FormatUint(n, 10)} }

// majorityPool says how many there are of what a stage looks at, how many are
// needed, and out of how many.
func majorityPool(have, needed, of uint64) []Row {
	return []Row{numberRow("Counted", have), numberRow("Needed", needed), numberRow("Out of", of)}
}

func consentPool(papers, quorum, electorate uint64) []Row {
	return []Row{numberRow("Taking part", papers), numberRow("Quorum", quorum), numberRow("Electorate", electorate)}
}

// leastPapers is the quorum in papers.
func leastPapers(quorum Fraction, least, electorate uint64) uint64 {
	return max(least, atLeastOf(quorum, electorate))
}

// atLeastOf is the least n for which atLeast(n, f, whole) holds.
func atLeastOf(f Fraction, whole uint64) uint64 {
	n, rest := new(big.Int).QuoRem(new(big.Int).Mul(new(big.Int).SetUint64(f.Num), new(big.Int).SetUint64(whole)),
		new(big.Int).SetUint64(f.Den), new(big.Int))
	if rest.Sign() > 0 {
		return n.Uint64() + 1
	}
	return n.Uint64()
}

// needed is the least number of yes that carries a question with that base.
func (r MajorityRule) needed(base uint64) uint64 {
	n := atLeastOf(r.Threshold, base)
	if r.Strict && atLeast(base-n, Fraction{r.Threshold.Den - r.Threshold.Num, r.Threshold.Den}, base) {
		n++
	}
	return max(n, 1)
}

// percent writes f for people: 50%, 12.5%, or 2/3 where that is no short decimal.
func (f Fraction) percent() string {
	r := new(big.Rat).SetFrac(new(big.Int).SetUint64(f.Num), new(big.Int).SetUint64(f.Den))
	hundreds := new(big.Rat).Mul(r, big.NewRat(100, 1))
	if new(big.Rat).Mul(hundreds, big.NewRat(100, 1)).IsInt() {
		return fraction(hundreds) + "%"
	}
	return r.RatString()
}
