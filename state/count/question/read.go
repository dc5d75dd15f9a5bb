package question

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// MaxElectorate bounds the electors of a question that is counted for a report.
const MaxElectorate = 1_000_000_000_000

// An answer is one line of a file of answers.
type answer struct {
	key string
	to  *uint64
}

// ReadTally reads the answers to a yes or no question, one key,value a line,
// parted by a comma, semicolon or tab:
// electorate, yes, no, abstained, blank, spoiled. A heading key,value may be
// left out, and so may every key but the first three. file is the name for
// messages; every error about the text is a *input.ParseError.
func ReadTally(file string, r io.Reader) (count.Tally, error) {
	var t count.Tally
	_, err := readAnswers(file, r, []string{"electorate", "yes", "no"}, append([]answer{{"electorate", &t.Electorate}}, answers(&t)...))
	return t, err
}

// ReadConsent reads the answers to a call for consent as ReadTally does:
// electorate, consents, objections, stand_aside, and, if the fallback vote was
// taken, its yes, no, abstained, blank and spoiled. vote is nil if it was not.
func ReadConsent(file string, r io.Reader) (call count.ConsentTally, vote *count.Tally, err error) {
	vote = &count.Tally{}
	keys := []answer{{"electorate", &call.Electorate}, {"consents", &call.Consents}, {"objections", &call.Objections}, {"stand_aside", &call.StandAside}}
	found, err := readAnswers(file, r, []string{"electorate", "consents", "objections"}, append(keys, answers(vote)...))
	if err != nil {
		return count.ConsentTally{}, nil, err
	}
	if !slices.ContainsFunc(answers(vote), func(a answer) bool { return slices.Contains(found, a.key) }) {
		return call, nil, nil
	}
	vote.Electorate = call.Electorate
	return call, vote, nil
}

// readAnswers fills in what a file of key,value holds and returns the keys found.
func readAnswers(file string, r io.Reader, needed []string, known []answer) ([]string, error) {
	in := input.NewTable(r, 0)
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = k.key
	}
	var seen []string
	for first := true; ; first = false {
		row, err := in.Next()
		if err != nil {
			return nil, input.At(file, in.Line, "", err)
		}
		fail := func(expected, found string, args ...any) ([]string, error) {
			return nil, input.At(file, in.Line, "", input.Expected(expected, found, args...))
		}
		if row == nil {
			for _, key := range needed {
				if !slices.Contains(seen, key) {
					return fail("a line "+key+",number", "%s", input.Found(nil, ","))
				}
			}
			return seen, nil
		}
		if first && slices.EqualFunc(row, []string{"key", "value"}, strings.EqualFold) {
			continue
		}
		at := -1
		if len(row) == 2 {
			at = slices.Index(names, row[0])
		}
		if at < 0 {
			return fail("key,value with one of "+strings.Join(names, ", "), "%s", input.Found(row, ","))
		}
		n, err := strconv.ParseUint(row[1], 10, 64)
		switch {
		case err != nil || n > MaxElectorate:
			return fail(fmt.Sprintf("a whole number from 0 to %d for %s", int64(MaxElectorate), row[0]), "%q", input.Short(row[1]))
		case slices.Contains(seen, row[0]):
			return fail("each key once", "%s again", row[0])
		}
		*known[at].to = n
		seen = append(seen, row[0])
	}
}

// answers are the lines that fill in t, but for the electorate.
func answers(t *count.Tally) []answer {
	return []answer{{"yes", &t.Yes}, {"no", &t.No}, {"abstained", &t.Abstained}, {"blank", &t.Blank}, {"spoiled", &t.Spoiled}}
}
