package ballot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// officers is a kind of motion of the standard charter that two of its officers
// decide.
const officers charter.MotionKindID = 3

// electors are the members of such a co-op: as many that others than all of them suspend
// three at a time and more.
const electors = 4 * member.MostOf

// newFranchise is a co-op whose secretary suspends and reinstates alone, and whose
// officers replace keys together, with a motion of officers that has a notice.
func newFranchise(t statetest.TB) *statetest.L { return statetest.New(t, franchise()) }

func franchise() statetest.Setup {
	s := setup()
	s.Members = electors
	s.Kinds = append(s.Kinds, state.KindOf[member.Rekey](member.KindRekey, "member.Rekey"))
	s.Grants = append(s.Grants,
		charter.NamedGrant{Actions: []string{"member.Suspend", "member.Reinstate"}, GrantText: charter.GrantText{
			Offices: []charter.Office{charter.Secretary}, Motions: []charter.MotionKindID{officers}}},
		charter.NamedGrant{Actions: []string{"member.Rekey"}, GrantText: charter.GrantText{Concerned: true, Motions: []charter.MotionKindID{officers}}},
		charter.NamedGrant{Actions: []string{"member.Import"}, GrantText: charter.GrantText{Motions: []charter.MotionKindID{officers}}})
	found := s.Found
	s.Found = func(c *state.Ctx) error {
		if err := found(c); err != nil {
			return err
		}
		return amendment.Amend{Motions: []charter.MotionEntry{{
			ID: council, Name: "council", Electorate: charter.ElectorateEntry{Sort: charter.Holders, Offices: []charter.Office{charter.Treasurer, charter.Chair}},
			Method: rule(count.BaseMembers), Notice: 60, Longest: 30, Closing: charter.AtDeadline,
		}}}.Apply(c)
	}
	return s
}

const council charter.MotionKindID = 41

// byOfficers carries an action by a motion of two officers.
func byOfficers(kind tx.Kind, a state.Action) statetest.Carried {
	return statetest.Carried{Kind: kind, Payload: tx.Encode(a), By: officers}
}

// A suspension takes no vote on motions that were noticed before it, whoever of the
// officers made it; one by all members does. A reinstated member votes as before.
// It takes the vote on what is proposed once the waiting time is over, and offices at
// once.
func TestSuspendedKeepsVote(t *testing.T) {
	l := newFranchise(t)
	const one, two, all = 4, 5, 6
	open := put(t, l, 1, ballot.Propose{Kind: polled, Title: "Open"})
	noticed := put(t, l, 1, ballot.Propose{Kind: meeting, Title: "Noticed"})
	few := put(t, l, 1, ballot.Propose{Kind: council, Title: "Few"})
	l.Must(statetest.Secretary, member.Suspend{Member: one, Reason: "r"})
	l.Must(1, byOfficers(member.KindSuspend, member.Suspend{Member: two, Reason: "r"}))
	if res := l.Mandate(member.Suspend{Member: all, Reason: "r"}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	l.Must(statetest.Secretary, member.Suspend{Member: statetest.Chair, Reason: "r"})
	later := put(t, l, 1, ballot.Propose{Kind: polled, Title: "Later"})
	few2 := put(t, l, 1, ballot.Propose{Kind: council, Title: "Few, later"})
	l.Run(t, []statetest.Row{
		statetest.Try("by the secretary, open before", one, no(open), nil),
		statetest.Try("by officers, open before", two, no(open), nil),
		statetest.Try("by all members, open before", all, no(open), member.ErrStanding),
		statetest.Try("by the secretary, just after", one, no(later), nil),
		statetest.Try("by all members, just after", all, no(later), member.ErrStanding),
		statetest.Try("proposing", one, ballot.Propose{Kind: polled, Title: "T"}, nil),
		statetest.Try("proposing, by all members", all, ballot.Propose{Kind: polled, Title: "T"}, member.ErrStanding),
	})
	pass(t, l, 60)
	l.Run(t, []statetest.Row{
		statetest.Try("by the secretary, noticed before", one, no(noticed), nil),
		statetest.Try("by officers, noticed before", two, no(noticed), nil),
		statetest.Try("by all members, noticed before", all, no(noticed), member.ErrStanding),
		statetest.Try("an officer, noticed before", statetest.Chair, no(few), nil),
		statetest.Try("no officer", one, no(few), ballot.ErrEntitled),
		statetest.Try("reinstated after", one, yes(noticed), nil).After(func() {
			l.Must(statetest.Secretary, member.Reinstate{Member: one})
			if res := l.Do(statetest.Secretary, member.Suspend{Member: one, Reason: "again"}); res.Code != member.ErrShielded.Code {
				t.Errorf("suspended again: %d %s", res.Code, res.Log)
			}
		}),
	})
	for n, want := range map[ballot.Number]uint64{open: electors, noticed: electors - 1, few: 2, later: electors - 1, few2: 1} {
		if _, p, tally := find(t, l, n); p.Electorate != want || tally.Electorate != want {
			t.Errorf("motion %d has an electorate of %d, its tally of %d, want %d", n, p.Electorate, tally.Electorate, want)
		}
	}
	pass(t, l, 8*24*60)
	much := put(t, l, 1, ballot.Propose{Kind: polled, Title: "Much later"})
	l.Run(t, []statetest.Row{
		statetest.Try("when the waiting time is over", two, no(much), member.ErrStanding),
		statetest.Try("proposing then", two, ballot.Propose{Kind: polled, Title: "T"}, member.ErrStanding),
	})
	if _, p, _ := find(t, l, much); p.Electorate != electors-3 {
		t.Errorf("when the waiting time is over the electorate is %d, want %d", p.Electorate, electors-3)
	}
	if _, p, _ := find(t, l, few); !cmp.Equal(p.Holders, []state.Member{statetest.Treasurer, statetest.Chair}) {
		t.Errorf("electorate of officers is %v", p.Holders)
	}
	l.Sound()
}

// A key that others gave casts on nothing before it acts, nor on what was proposed
// before that; on later motions, and after one's own change, it does. Until it acts the
// old key casts, and the new one is then void.
func TestRekeyedByOthers(t *testing.T) {
	l := newFranchise(t)
	const m, other, lives = 5, 4, 6
	open := put(t, l, 1, ballot.Propose{Kind: polled, Title: "Open"})
	l.Must(m, no(open))
	rekey := func(m state.Member) (tx.PrivateKey, member.Rekey) {
		fresh := statetest.Key(9, m)
		return fresh, member.Rekey{Member: m, Key: fresh.Public(), Possession: fresh.Possession(statetest.Chain, 1)}
	}
	fresh, a := rekey(m)
	l.Must(1, byOfficers(member.KindRekey, a))
	own, b := rekey(other)
	l.Must(other, b)
	signed := func(by state.Member, key tx.PrivateKey, sequence uint64, kind tx.Kind, a state.Action) uint32 {
		return l.Block(tx.Sign(key, tx.Body{
			Chain: statetest.Chain, Coop: 1, Signer: uint64(by), Sequence: sequence,
			Expiry: l.Tip().Height + 100, Kind: kind, Payload: tx.Encode(a),
		}))[0].Code
	}
	cast := func(by state.Member, key tx.PrivateKey, sequence uint64, n ballot.Number) uint32 {
		return signed(by, key, sequence, ballot.KindCast, yes(n))
	}
	propose := ballot.Propose{Kind: polled, Title: "T"}
	if code := signed(other, own, 2, ballot.KindPropose, propose); code != 0 {
		t.Errorf("proposed by a key that the member replaced: code %d", code)
	}
	if code := cast(m, fresh, 2, open); code != state.ErrSignature.Code {
		t.Errorf("cast by the new key at once: code %d", code)
	}
	if code := cast(other, own, 3, open); code != 0 {
		t.Errorf("cast by a key that the member replaced: code %d", code)
	}
	pass(t, l, 7*24*60+90)
	before := put(t, l, 1, ballot.Propose{Kind: polled, Title: "Just before it acts"})
	if code := cast(m, fresh, 2, before); code != state.ErrSignature.Code {
		t.Errorf("cast by the new key just before it acts: code %d", code)
	}
	pass(t, l, 20) // over midnight
	if code := cast(m, fresh, 2, before); code != ballot.ErrRekeyed.Code {
		t.Errorf("cast by the new key on what was proposed before it acts: code %d", code)
	}
	after := put(t, l, 1, ballot.Propose{Kind: polled, Title: "When it acts"})
	if code := cast(m, fresh, 3, after); code != 0 {
		t.Errorf("cast by the new key on what was proposed when it acts: code %d", code)
	}
	gone, c := rekey(lives)
	l.Must(1, byOfficers(member.KindRekey, c))
	l.Must(lives, yes(after)) // the old key is not lost
	pass(t, l, 9*24*60)
	if code := cast(lives, gone, 2, after); code != state.ErrSignature.Code {
		t.Errorf("cast by a key that is void: code %d", code)
	}
	if code := signed(m, fresh, 4, ballot.KindPropose, propose); code != 0 {
		t.Errorf("proposed by the new key much later: code %d", code)
	}
	_, _, tally := find(t, l, open)
	if diff := cmp.Diff(count.Tally{Electorate: electors, Yes: 1, No: 1}, tally); diff != "" {
		t.Errorf("tally (-want +got)\n%s", diff)
	}
	v := l.Read()
	defer v.Close()
	rec, err := member.Find(v.Of(1), m)
	if err != nil {
		t.Fatal(err)
	}
	if last := rec.History[len(rec.History)-1]; len(rec.History) != 2 || !last.Key || last.Standing != member.Active || last.By != (state.Actor{Coop: 1, Motion: 1}) {
		t.Errorf("history %+v", rec.History)
	}
	l.Sound()
}

// Those whom officers let in, before a proposal or after, are not in its electorate
// before they have waited; nor is one admitted before the notice in what opens when
// the waiting time is over.
func TestNewMembersWait(t *testing.T) {
	l := newFranchise(t)
	const fresh = electors + 1
	noticed := put(t, l, 1, ballot.Propose{Kind: meeting, Title: "Noticed"})
	enter := member.Import{Entries: []member.Entry{statetest.Entry(1, fresh, 1)}}
	l.Must(1, byOfficers(member.KindImport, enter))
	open := put(t, l, 1, ballot.Propose{Kind: polled, Title: "Open"})
	l.Run(t, []statetest.Row{
		statetest.Try("at once", fresh, yes(open), ballot.ErrEntitled),
		statetest.Try("proposing", fresh, ballot.Propose{Kind: polled, Title: "T"}, ballot.ErrVoteless),
	})
	if res := l.Do(fresh, yes(open)); !strings.Contains(res.Log, "it counts in what is proposed from ") {
		t.Errorf("refused with %q", res.Log)
	}
	if res := l.Do(fresh, ballot.Propose{Kind: polled, Title: "T"}); res.Log != ballot.ErrVoteless.Reason+": member 41 can propose from 2023-11-22 00:00 UTC on" {
		t.Errorf("refused with %q", res.Log)
	}
	pass(t, l, 8*24*60)
	waited := put(t, l, 1, ballot.Propose{Kind: polled, Title: "Waited"})
	l.Run(t, []statetest.Row{
		statetest.Try("proposed before", fresh, yes(noticed), ballot.ErrClosed),
		statetest.Try("proposed after", fresh, yes(waited), nil),
		statetest.Try("proposing then", fresh, ballot.Propose{Kind: polled, Title: "T"}, nil),
	})
	for n, want := range map[ballot.Number]uint64{noticed: electors, open: electors, waited: electors + 1} {
		if _, p, _ := find(t, l, n); p.Electorate != want {
			t.Errorf("motion %d has an electorate of %d, want %d", n, p.Electorate, want)
		}
	}
	l.Sound()
}
