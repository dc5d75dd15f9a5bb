package withdrawal_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// For a member that has no key a motion subscribes, asks shares back and takes the request
// back, on a paper that it signed, and no officer alone: it is in the queue as any other.
func TestRequestFor(t *testing.T) {
	s := setup()
	s.Kinds = slices.Concat(s.Kinds, member.Kinds)
	for i, g := range s.Grants {
		if g.Actions[0] == "withdrawal.Request" {
			s.Grants[i].Motions = []charter.MotionKindID{3}
		}
	}
	s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{"share.Subscribe"}, GrantText: charter.GrantText{Concerned: true, Motions: []charter.MotionKindID{3}}})
	s.Invariants = append(s.Invariants, behalf.CheckActs)
	l := foundedBy(t, s, shareclass.LimitsEntry{}, nil)
	const keyless = state.Member(10)
	must(t, l, member.Import{Entries: []member.Entry{{Class: 1}}})
	paper := bytes.Repeat([]byte{7}, 32)
	two := func(a state.Action, want *state.Rejection) {
		t.Helper()
		code := uint32(0)
		if want != nil {
			code = want.Code
		}
		if res := l.MandateBy(3, a); res.Code != code {
			t.Errorf("%+v: %d %s, want %d", a, res.Code, res.Log, code)
		}
		l.Sound()
	}
	subscribe := func(m state.Member, paper []byte) share.Subscribe {
		return share.Subscribe{Member: m, Class: common, Units: 10, Paper: paper}
	}
	two(subscribe(keyless, paper[:3]), member.ErrCommitment)
	two(subscribe(ada, paper), behalf.ErrKey)
	two(subscribe(keyless, nil), behalf.ErrPaper)
	two(subscribe(keyless, paper), nil)
	must(t, l, share.ConfirmPayment{Subscriptions: []uint64{5}}, share.Issue{Subscriptions: []uint64{5}})

	request := func(m state.Member, units uint64, paper []byte) withdrawal.Request {
		return withdrawal.Request{Member: m, Class: common, Units: units, Paper: paper}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no commitment", statetest.Secretary, request(keyless, 0, paper[:31]), member.ErrCommitment),
		statetest.Try("by an officer alone", statetest.Secretary, request(keyless, 99, paper), withdrawal.ErrOwn),
		statetest.Try("on its own, on a paper", ada, request(ada, 99, paper), behalf.ErrPaper),
		statetest.Try("on its own", ada, request(ada, 3, nil), nil),
	})
	two(request(ben, 99, paper), behalf.ErrKey)
	two(request(keyless, 99, nil), behalf.ErrPaper)
	two(request(keyless, 99, paper), share.ErrUnits)
	two(request(keyless, 4, paper), nil)
	if first := find(t, l, 1); find(t, l, 2).Ready != first.Ready || find(t, l, 2).Member != keyless || find(t, l, 2).Status != withdrawal.Waiting {
		t.Errorf("the request: %+v after %+v", find(t, l, 2), first)
	}

	cancel := withdrawal.Cancel{Member: keyless, Request: 2}
	l.Run(t, []statetest.Row{
		statetest.Try("taken back, no commitment", statetest.Secretary, withdrawal.Cancel{Member: keyless, Request: 2, Paper: paper[:31]}, member.ErrCommitment),
		statetest.Try("taken back by an officer alone", statetest.Secretary, withdrawal.Cancel{Member: keyless, Request: 2, Paper: paper}, withdrawal.ErrKeeps),
		statetest.Try("its own, on a paper", ada, withdrawal.Cancel{Member: ada, Request: 1, Paper: paper}, behalf.ErrPaper),
	})
	two(cancel, behalf.ErrPaper)
	cancel.Paper = paper
	two(cancel, nil)
	if got := find(t, l, 2).Status; got != withdrawal.Cancelled {
		t.Errorf("taken back it is %v", got)
	}
	v := l.Read()
	defer v.Close()
	var list []behalf.Act
	err := behalf.Acts(v.Of(1), keyless, func(_ uint64, a behalf.Act) (bool, error) {
		list = append(list, a)
		return true, nil
	})
	if err != nil || len(list) != 3 || list[0].Kind != share.KindSubscribe || list[0].Number != 5 ||
		list[1].Kind != withdrawal.KindRequest || list[1].Number != 2 || list[2].Kind != withdrawal.KindCancel || list[2].By.Motion == 0 {
		t.Errorf("acts for the member: %+v, %v", list, err)
	}
}
