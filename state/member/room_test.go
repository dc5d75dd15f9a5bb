package member_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// A suspension ends by itself whatever stands in the member's history: the agenda could not
// take a refusal.
func TestSuspensionEndsWithFullHistory(t *testing.T) {
	for _, n := range []int{member.MaxHistory - 1, member.MaxHistory, 2*member.MaxHistory - 1, 2 * member.MaxHistory, 3 * member.MaxHistory} {
		s := setup()
		var fill func(*state.Ctx)
		s.EndBlock = append(s.EndBlock, func(c *state.Ctx) error {
			if fill != nil {
				fill(c.In(1))
			}
			fill = nil
			return nil
		}, agenda.EndBlock(member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda))
		l := statetest.New(t, s)
		byTwo(t, l, member.Suspend{Member: 4, Reason: "r"})
		fill = func(c *state.Ctx) {
			rec, err := records.Get(c, 4)
			if err != nil {
				panic(err)
			}
			var long []member.Change
			for range n - len(rec.History) {
				long = append(long, rec.History[0])
			}
			rec.History = append(long, rec.History...)
			records.Put(c, 4, rec)
		}
		l.Block()
		l.Days(int64(charter.Membership{}.SuspensionDays()) + 2)
		v := l.Read()
		rec, err := member.Find(v.Of(1), 4)
		v.Close()
		if err != nil || rec.Standing() != member.Active || !rec.History[len(rec.History)-1].Lapsed {
			t.Errorf("with %d changes the suspension goes on: %v, %v", n, rec.Standing(), err)
		}
		l.Close()
	}
}
