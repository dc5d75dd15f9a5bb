package withdrawal

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Kinds are this room's actions.
var Kinds state.KindList

// Named are "request 4", "requests 4 to 9" or, where the numbers have gaps, each of them
// or how many there are. numbers ascend.
func Named(numbers []uint64) string {
	n := len(numbers)
	switch {
	case n == 1:
		return fmt.Sprintf("request %d", numbers[0])
	case n > 1 && numbers[n-1]-numbers[0] == uint64(n-1):
		return fmt.Sprintf("requests %d to %d", numbers[0], numbers[n-1])
	case n > 10 || n == 0:
		return words.Plural(uint64(n), "request")
	}
	var list []string
	for _, m := range numbers {
		list = append(list, fmt.Sprint(m))
	}
	return "requests " + words.List(list, "and")
}

// facts are requests one by one: whose they are, of what, and what is owed once they are
// redeemed.
func facts(r state.Reader, numbers []uint64) (out []state.Clause) {
	for _, n := range numbers {
		what := fmt.Sprintf("request %d", n)
		t, err := Find(r, n)
		if err != nil {
			out = append(out, state.Fact(what, "its record cannot be read"))
			continue
		}
		if t.Redeemed == 0 {
			out = append(out, state.Fact(what, "member %d, %s, %s", t.Member, shareclass.Named(r, t.Class), shareclass.Worth(r, t.Class, t.Units)))
			continue
		}
		out = append(out, state.Fact(what, "member %d, %s of %s, redeemed at %s", t.Member, words.Plural(t.Units, "share"), shareclass.Named(r, t.Class), charter.Money(r, t.Value)))
	}
	return out
}
