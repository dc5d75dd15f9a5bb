package app

import (
	"slices"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
)

// What officers opened while they held their offices, and cast on when all members had
// taken these from them.

// dismissed has all members take every office from one.
func (p *plot) dismissed(m state.Member) {
	p.t.Helper()
	for o := charter.Secretary; o.Known(); o++ {
		if r := p.all(office.Dismiss{Member: m, Office: o}); r.Outcome != count.Carried || r.Refused != 0 {
			p.t.Fatalf("dismissing %d as %v: %+v", m, o, r)
		}
	}
}

// payOut moves more than one officer moves alone from the bank, in which there is as much.
func (p *plot) payOut() account.Post {
	p.t.Helper()
	for range 5 {
		p.do(account.Post{Narrative: "takings", Lines: []account.Line{account.Debit(account.Bank, 900_000), account.Credit(4000, 900_000)}})
	}
	return account.Post{Narrative: "consulting", Lines: []account.Line{account.Debit(5200, 4_000_000), account.Credit(account.Bank, 4_000_000)}}
}

// Officers whom all members dismissed carry nothing that they opened before, neither a
// payment nor a key, whether they cast when they had been dismissed or one of them before.
func TestDismissedOfficersDecideNothing(t *testing.T) {
	key := evilKey(7)
	for _, row := range []struct {
		name string
		lose func(*plot, state.Member)
	}{
		{"dismissed", (*plot).dismissed},
		{"suspended by all", func(p *plot, m state.Member) { p.all(member.Suspend{Member: m, Reason: "r"}) }},
		{"left", func(p *plot, m state.Member) { p.try(m, member.Resign{Member: m}) }},
	} {
		for _, cast := range []bool{false, true} {
			p := newPlot(t, "standard", 0, true)
			pay := p.payOut()
			n := p.motions() + 1
			for _, a := range []state.Action{pay, member.Rekey{Member: victim, Key: key.Public(), Possession: key.Possession(fedChain, 1)}} {
				if !p.try(1, p.motionOf(3, a)) {
					t.Fatal("refused")
				}
			}
			yes := func(q ballot.Number) ballot.Cast { return ballot.Cast{Motion: q, Paper: ballot.Yes.Paper()} }
			for q := n; cast && q < n+2; q++ {
				if !p.try(2, yes(q)) {
					t.Fatalf("%s: an officer could not cast", row.name)
				}
			}
			row.lose(p, 2)
			for q := n; q < n+2; q++ {
				if p.try(2, yes(q)) {
					t.Errorf("%s: member 2 has cast on motion %d", row.name, q)
				}
				if !p.try(1, yes(q)) {
					t.Errorf("%s: member 1, who holds office, could not cast on motion %d", row.name, q)
				}
			}
			p.pass(40)
			for q := n; q < n+2; q++ {
				want := ballot.Result{Outcome: count.Inquorate, Tally: count.Tally{Yes: 1, Electorate: 2}}
				if got := p.result(q); got.Outcome != want.Outcome || got.Tally != want.Tally {
					t.Errorf("%s, cast before: %v: motion %d is %v by %+v, want %v by %+v", row.name, cast, q, got.Outcome, got.Tally, want.Outcome, want.Tally)
				}
			}
			p.wantBalance(account.Bank, 4_500_000)
			if rec := p.member(victim); len(rec.Next) > 0 {
				t.Errorf("%s: member 6 is to have another key", row.name)
			}
			p.wantLost(n, cast)
			p.sound()
		}
	}
}

// wantLost says whether the cast of member 2 on a motion is one that does not count.
func (p *plot) wantLost(n ballot.Number, want bool) {
	p.t.Helper()
	p.read(func(r state.Reader) error {
		_, poll, err := ballot.Find(r, n)
		if got := slices.Equal(poll.Lost, []state.Member{2}); got != want || !want && len(poll.Lost) > 0 {
			p.t.Errorf("not counted of motion %d are %d, want member 2: %v", n, poll.Lost, want)
		}
		return err
	})
}

// An officer whom others suspended has the office still on what was opened before, and so
// has one whose suspension ended; one who was appointed again by all as well.
func TestOfficersWhomOthersSuspendedDecide(t *testing.T) {
	for name, between := range map[string]func(*plot){
		"suspended by others": func(p *plot) { p.suspend(2) },
		"and reinstated by all": func(p *plot) {
			p.suspend(2)
			p.all(member.Reinstate{Member: 2})
		},
		"dismissed and appointed again": func(p *plot) {
			p.dismissed(2)
			p.all(office.Appoint{Member: 2, Office: charter.Treasurer})
		},
	} {
		p := newPlot(t, "standard", 0, true)
		pay := p.payOut()
		n := p.motions() + 1
		if !p.try(1, p.motionOf(3, pay)) {
			t.Fatal("refused")
		}
		between(p)
		for m := state.Member(1); m <= 2; m++ {
			if got := p.answer(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}); got.Code != 0 {
				t.Errorf("%s: member %d: %s", name, m, got.Log)
			}
		}
		p.block()
		p.wantEnded(n, nil)
		p.sound()
	}
}

// A poll of officers that is decided and not over yet is not carried by a cast of one who
// was dismissed meanwhile; with that of another officer it is.
func TestDecidedByWhoIsDismissed(t *testing.T) {
	doc, err := charter.Preset("standard")
	if err != nil {
		t.Fatal(err)
	}
	for i := range doc.Motions {
		if doc.Motions[i].ID == 3 {
			doc.Motions[i].Shortest = 60
		}
	}
	for _, third := range []bool{false, true} {
		p := newPlotBy(t, doc, 0, true)
		pay := account.Post{Narrative: "consulting", Lines: []account.Line{account.Debit(5200, 100), account.Credit(1999, 100)}}
		p.do(account.Open{Code: 1999, Type: account.Liability, Name: "owed"})
		if r := p.all(office.Appoint{Member: 9, Office: charter.Treasurer}); r.Refused != 0 {
			t.Fatal(r)
		}
		n := p.motions() + 1
		if !p.try(1, p.motionOf(3, pay)) {
			t.Fatal("refused")
		}
		for m := state.Member(1); m <= 2; m++ {
			if got := p.answer(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}); got.Code != 0 {
				t.Fatal(got.Log)
			}
		}
		p.dismissed(2)
		p.now = p.now.Add(2 * time.Hour)
		p.block()
		if third {
			p.try(9, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
		}
		p.pass(40)
		want := count.Inquorate
		if third {
			want = count.Carried
		}
		if got := p.result(n); got.Outcome != want {
			t.Errorf("a third officer casts: %v: the motion is %v by %+v, want %v", third, got.Outcome, got.Tally, want)
		}
		p.sound()
	}
}

// Of two holders of an office whom officers suspended, or one of them all members, both
// have it again when they return: the return of one is no appointment of another.
func TestOfficeReturnsToBoth(t *testing.T) {
	for _, row := range []struct {
		name  string
		leave func(*plot)
	}{
		{"both suspended by officers, both suspensions ended by themselves", func(p *plot) {
			var batch member.Import
			for i := range 12 {
				key := evilKey(120 + i)
				p.keys[state.Member(11+i)] = key
				batch.Entries = append(batch.Entries, member.Entry{Key: key.Public(), Class: 1, Proof: key.Possession(fedChain, 1)})
			}
			p.vote(p.imports(batch))
			for m := state.Member(6); m <= 7; m++ {
				if !p.suspend(m) {
					t.Fatalf("officers could not suspend member %d", m)
				}
			}
			p.pass(int(charter.Membership{}.SuspensionDays()) + 3)
		}},
		{"suspended by officers and by all, reinstated one after the other", func(p *plot) {
			p.suspend(6)
			p.all(member.Suspend{Member: 7, Reason: "r"})
			p.all(member.Reinstate{Member: 7})
			p.all(member.Reinstate{Member: 6})
		}},
		{"suspended by officers, then by all", func(p *plot) {
			p.suspend(6)
			p.all(member.Suspend{Member: 7, Reason: "r"})
			p.all(member.Suspend{Member: 6, Reason: "ours"})
			p.most(member.Reinstate{Member: 6})
			p.most(member.Reinstate{Member: 7})
		}},
	} {
		p := newPlot(t, "standard", 0, true)
		for m := state.Member(6); m <= 7; m++ {
			if r := p.all(office.Appoint{Member: m, Office: charter.Auditor}); r.Refused != 0 {
				t.Fatal(r)
			}
		}
		row.leave(p)
		p.wantHolders(row.name, charter.Auditor, 1, 2, 6, 7)
		p.sound()
	}
	p := newPlot(t, "standard", 0, true) // who was appointed meanwhile has it
	p.all(office.Appoint{Member: 6, Office: charter.Auditor})
	p.suspend(6)
	p.all(office.Appoint{Member: 8, Office: charter.Auditor})
	p.all(member.Suspend{Member: 6, Reason: "ours"})
	p.all(member.Reinstate{Member: 6})
	p.wantHolders("filled before all members made the suspension theirs", charter.Auditor, 1, 2, 8)
	p.sound()
}

// most has every opponent who can carry an action by a written resolution.
func (p *plot) most(a state.Action) {
	p.t.Helper()
	n := p.motions() + 1
	if !p.try(3, p.motionOf(4, a)) {
		p.t.Fatal("refused")
	}
	for _, m := range opponents {
		p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	p.block()
	p.wantEnded(n, nil)
}

// imports has a member propose an import by a special resolution.
func (p *plot) imports(batch member.Import) ballot.Number {
	p.t.Helper()
	n := p.motions() + 1
	if got := p.answer(3, p.motionOf(2, batch)); got.Code != 0 {
		p.t.Fatal(got.Log)
	}
	return n
}

func (p *plot) wantHolders(what string, o charter.Office, want ...state.Member) {
	p.t.Helper()
	p.read(func(r state.Reader) error {
		got, err := member.Holders(r, o)
		if !slices.Equal(got, want) {
			p.t.Errorf("%s: the %v is %d, want %d", what, o, got, want)
		}
		return err
	})
}
