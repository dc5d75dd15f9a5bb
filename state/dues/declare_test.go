package dues_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// A member says itself what it is to pay. For one that has no key an officer does, to whom the
// charter grants it, or two of them, on a paper that the member signed; all members for anyone.
func TestDeclareFor(t *testing.T) {
	s := setup()
	s.Grants[0].Actions = []string{"member.Resign"}
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"dues.Declare"}, GrantText: charter.GrantText{
		Concerned: true, Members: true, Offices: []charter.Office{charter.Secretary}, Motions: []charter.MotionKindID{3}}})
	s.Invariants = append(s.Invariants, behalf.CheckActs)
	l := statetest.New(t, s)
	const keyless, secretary = state.Member(9), statetest.Secretary
	must(t, l, member.Import{Entries: []member.Entry{{Class: 1}}})
	must(t, l, dues.Set{From: today(l) + 1, Days: 30, Sort: dues.Sliding, Amounts: []uint64{300, 600}, Account: income})
	paper := bytes.Repeat([]byte{7}, 32)
	of := func(m state.Member, band uint8, paper []byte) dues.Declare {
		return dues.Declare{Member: m, Band: band, Paper: paper}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no commitment", 5, of(99, 9, paper[:31]), member.ErrCommitment),
		statetest.Try("no such member", 5, of(99, 9, paper), member.ErrUnknown),
		statetest.Try("on its own, on a paper", 4, of(4, 9, paper), behalf.ErrPaper),
		statetest.Try("by another member", 5, of(4, 9, nil), behalf.ErrOfficer),
		statetest.Try("by another member, for one without a key", 5, of(keyless, 9, paper), behalf.ErrOfficer),
		statetest.Try("by an officer of another office", statetest.Treasurer, of(keyless, 9, paper), behalf.ErrOfficer),
		statetest.Try("for a member with a key", secretary, of(4, 9, nil), behalf.ErrKey),
		statetest.Try("on no paper", secretary, of(keyless, 9, nil), behalf.ErrPaper),
		statetest.Try("a band that is none", secretary, of(keyless, 9, paper), dues.ErrDeclared),
		statetest.Try("for one without a key", secretary, of(keyless, 2, paper), nil),
		statetest.Try("for itself", 4, of(4, 2, nil), nil),
		statetest.Try("by all, for a member with a key", 0, of(6, 2, nil), nil),
	})
	if res := l.MandateBy(3, of(4, 1, paper)); res.Code != behalf.ErrKey.Code {
		t.Errorf("two officers for a member with a key: %d %s", res.Code, res.Log)
	}
	if res := l.MandateBy(3, of(keyless, 1, paper)); res.Code != 0 {
		t.Errorf("two officers: %d %s", res.Code, res.Log)
	}
	l.Sound()
	v := l.Read()
	defer v.Close()
	got := map[state.Member][]behalf.Act{}
	for _, m := range []state.Member{4, 6, keyless} {
		err := behalf.Acts(v.Of(1), m, func(_ uint64, a behalf.Act) (bool, error) {
			got[m] = append(got[m], a)
			return true, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	first := behalf.Act{Kind: dues.KindDeclare, By: state.Actor{Coop: 1, Member: secretary}, Paper: paper}
	if list := got[keyless]; len(list) != 2 || list[0].By != first.By || list[0].Kind != first.Kind || !bytes.Equal(list[0].Paper, paper) || list[1].By.Motion == 0 {
		t.Errorf("acts for the member without a key: %+v", list)
	}
	if len(got[4]) != 0 || len(got[6]) != 1 || len(got[6][0].Paper) != 0 || got[6][0].By.Motion == 0 {
		t.Errorf("acts for members 4 and 6: %+v", got)
	}
}
