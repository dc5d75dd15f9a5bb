package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Also where entries without a key count, whoever has a code, which is also whoever made it,
// gains nothing by using it in time for a motion: the key casts on what is proposed after the
// waiting time.
func TestCodesCastLater(t *testing.T) {
	s := setup()
	s.Kinds = append(s.Kinds, state.KindOf[member.Invite](member.KindInvite, "member.Invite"), state.KindOf[member.Rekey](member.KindRekey, "member.Rekey"))
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"member.Invite"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Secretary}}},
		charter.NamedGrant{Actions: []string{"member.Rekey"}, GrantText: charter.GrantText{Concerned: true}})
	s.Found = func(c *state.Ctx) error {
		k := kinds
		k.Policy = append([]charter.PolicyEntry{}, k.Policy...)
		k.Policy[0].Membership = charter.Membership{Unclaimed: true}
		return k.Apply(c)
	}
	l := statetest.New(t, s)
	defer l.Close()
	if res := l.Mandate(member.Import{Entries: []member.Entry{{Class: 1}, {Class: 1}}}); res.Code != 0 {
		t.Fatalf("import: %d %s", res.Code, res.Log)
	}
	l.Days(20)
	before := put(t, l, 4, ballot.Propose{Kind: polled, Title: "before"})
	l.Block()
	if _, p, _ := find(t, l, before); p.Electorate != 8 {
		t.Errorf("the electorate is %d, want 8: entries without a key count here", p.Electorate)
	}
	const m = state.Member(7)
	code, own := statetest.Key(1, 800), statetest.Key(1, 900)
	l.Must(statetest.Secretary, member.Invite{Member: m, Key: code.Public(), Until: state.DayOf(l.Tip().Time) + 5})
	join := member.Rekey{Member: m, Key: own.Public(), Possession: own.Possession(statetest.Chain, 1)}
	if res := l.Block(l.SignBy(code, state.Signer{Member: m}, join))[0]; res.Code != 0 {
		t.Fatalf("joining: %d %s", res.Code, res.Log)
	}
	does := func(what string, a state.Action, want *state.Rejection) {
		t.Helper()
		code := uint32(0)
		if want != nil {
			code = want.Code
		}
		if res := l.Block(l.SignBy(own, state.Signer{Member: m}, a))[0]; res.Code != code {
			t.Errorf("%s: %d %s, want %d", what, res.Code, res.Log, code)
		}
	}
	yes := func(n ballot.Number) ballot.Cast { return ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()} }
	does("on what was proposed before", yes(before), ballot.ErrRekeyed)
	does("proposes", ballot.Propose{Kind: polled, Title: "its own"}, ballot.ErrVoteless)
	l.Days(7)
	does("on the day before", ballot.Propose{Kind: polled, Title: "its own"}, ballot.ErrVoteless)
	l.Days(1)
	after := put(t, l, 4, ballot.Propose{Kind: polled, Title: "after"})
	l.Block()
	does("on what is proposed then", yes(after), nil)
	l.Sound()
}
