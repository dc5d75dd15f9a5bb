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
func Named(numbers []uint64) string { return words.Numbered("request", numbers) }

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
