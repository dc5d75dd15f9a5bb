package ballot_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// However members cast, change their minds, are suspended, come back and are moved
// from class to class, the tally is what a recount of each one's last answer gives,
// and the result is what the rule makes of it. A class casts as it was.
func TestTallyProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLedger(t)
		const founders = 4 // of the class, on its motion
		class := map[state.Member]charter.Class{}
		move := func(m state.Member, to charter.Class) {
			if res := l.Mandate(member.Reclass{Member: m, Class: to}); res.Code != 0 {
				t.Fatalf("class of member %d: %d", m, res.Code)
			}
			class[m] = to
		}
		for m := state.Member(1); m <= founders; m++ {
			move(m, 2)
		}
		n := put(t, l, 1, ballot.Propose{Kind: polled, Title: "T"})
		own := put(t, l, 1, ballot.Propose{Kind: class2, Title: "T"})
		last := map[state.Member]ballot.Choice{}
		active := map[state.Member]bool{}
		for m := state.Member(1); m <= members; m++ {
			active[m] = true
		}
		for range rapid.IntRange(0, 20).Draw(t, "steps") {
			m := state.Member(rapid.IntRange(1, members).Draw(t, "member"))
			if m > statetest.Chair && rapid.IntRange(0, 4).Draw(t, "standing") == 0 {
				var a state.Action = member.Suspend{Member: m, Reason: "a test"}
				if !active[m] {
					a = member.Reinstate{Member: m}
				}
				if res := l.Mandate(a); res.Code != 0 {
					t.Fatalf("%T: %d", a, res.Code)
				}
				active[m] = !active[m]
				continue
			}
			if rapid.IntRange(0, 3).Draw(t, "class") == 0 {
				move(m, 3-max(class[m], 1))
				continue
			}
			if rapid.Bool().Draw(t, "of the class") {
				if code := l.Do(m, yes(own)).Code; (code == 0) != (active[m] && m <= founders) {
					t.Fatalf("cast of member %d, of class %d, on the class's motion: code %d, active: %v", m, class[m], code, active[m])
				}
				continue
			}
			choice := ballot.Choice(rapid.IntRange(1, 3).Draw(t, "choice"))
			code := l.Do(m, ballot.Cast{Motion: n, Paper: choice.Paper()}).Code
			if (code == 0) != active[m] {
				t.Fatalf("cast of member %d: code %d, active: %v", m, code, active[m])
			}
			if code == 0 {
				last[m] = choice
			}
		}
		want := count.Tally{Electorate: members}
		for _, c := range last {
			switch c {
			case ballot.Yes:
				want.Yes++
			case ballot.No:
				want.No++
			default:
				want.Abstained++
			}
		}
		if _, _, tally := find(t, l, n); tally != want {
			t.Fatalf("tally %+v, want %+v", tally, want)
		}
		l.Sound()
		pass(t, l, 40)
		m, _, _ := find(t, l, n)
		outcome, err := majority(count.BaseCast).Decide(want)
		if err != nil || len(m.Result) != 1 || m.Result[0].Tally != want || m.Result[0].Outcome != outcome {
			t.Fatalf("result %+v, want %v by %+v (%v)", m.Result, outcome, want, err)
		}
		l.Sound()
	})
}
