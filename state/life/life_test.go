package life_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/life"
)

// A standing on a day is that of the last operation that holds by then, of those that were
// recorded by another.
func TestOn(t *testing.T) {
	const day = 24 * 60 * 60
	r := life.Record{History: []life.Change{
		{Operation: 1, Standing: life.Candidate, Time: 100*day + 5},
		{Operation: 2, Standing: life.Active, Time: 101*day - 1},
		{Operation: 3, Standing: life.Suspended, Time: 150 * day},
		{Operation: 4, Standing: life.Left, Time: 160 * day, Effective: 140, Ending: life.Died},
		{Operation: 5, Standing: life.Candidate, Time: 170 * day},
	}}
	for _, row := range []struct {
		day, known uint64
		want       uint64 // operation; zero if it was not on the register
	}{
		{99, 999, 0}, {100, 999, 2}, {100, 99, 0}, {139, 999, 2}, {140, 999, 4}, {140, 159, 2}, {149, 155, 2},
		{150, 155, 3}, {155, 160, 4}, {169, 999, 4}, {170, 999, 5}, {9999, 165, 4},
	} {
		h, ok := r.On(row.day, row.known)
		if h.Operation != row.want || ok != (row.want != 0) {
			t.Errorf("on day %d, as known on day %d: operation %d, want %d", row.day, row.known, h.Operation, row.want)
		}
	}
}

// A vote and an office's vote are read from a history: of a suspension only its first
// change counts, and only while it lasts.
func TestHasVote(t *testing.T) {
	const day, monday, now = 24 * 60 * 60, 100, ^uint64(0)
	at := func(op uint64, s life.Standing) life.Change { return life.Change{Operation: op, Standing: s} }
	suspended := func(op, until uint64) life.Change {
		return life.Change{Operation: op, Standing: life.Suspended, Until: until}
	}
	bars := life.Change{Operation: 20, Standing: life.Suspended, Bars: true}
	key := life.Change{Operation: 30, Standing: life.Suspended, Key: true, Until: 999}
	active := at(10, life.Active)
	back := func(op, until, counts uint64) life.Change {
		return life.Change{Operation: op, Standing: life.Active, Until: until, Counts: counts}
	}
	for _, row := range []struct {
		name             string
		counts           uint64
		history          []life.Change
		noticed, op      uint64
		vote, keepOffice bool // on what was proposed on day monday, after operation noticed
	}{
		{"active", 0, []life.Change{active}, 5, now, true, true},
		{"since that day", monday, []life.Change{active}, 5, now, true, true},
		{"waiting", monday + 1, []life.Change{active}, 5, now, false, true},
		{"not yet a member", 0, []life.Change{active}, 5, 9, false, false},
		{"a candidate", 0, []life.Change{at(10, life.Candidate)}, 5, now, false, false},
		{"suspended after the notice", 0, []life.Change{active, suspended(20, monday+7)}, 19, now, true, true},
		{"suspended just before the notice", 0, []life.Change{active, suspended(20, monday+7)}, 20, now, true, false},
		{"suspended long before", 0, []life.Change{active, suspended(20, monday)}, 25, now, false, false},
		{"suspended for one more day", 0, []life.Change{active, suspended(20, monday+1)}, 25, now, true, false},
		{"suspended while waiting", monday + 1, []life.Change{active, suspended(20, monday+7)}, 25, now, false, false},
		{"by all members", 0, []life.Change{active, bars}, 19, now, false, false},
		{"before the suspension", 0, []life.Change{active, bars}, 15, 19, true, true},
		{"the key replaced since", 0, []life.Change{active, suspended(20, monday), key}, 25, now, false, false},
		{"reinstated", 0, []life.Change{active, suspended(20, monday), at(30, life.Active)}, 25, now, true, true},
		{"reinstated by officers, after the day", 0, []life.Change{active, suspended(20, monday+1), back(30, monday+1, monday+7)}, 25, now, true, true},
		{"on it", 0, []life.Change{active, suspended(20, monday), back(30, monday, monday+1)}, 25, now, false, true},
		{"and counts", 0, []life.Change{active, suspended(20, monday-9), back(30, monday-9, monday)}, 25, now, true, true},
		{"before officers reinstate", 0, []life.Change{active, suspended(20, monday+1), back(30, monday+1, monday+7)}, 25, 29, true, false},
		{"reinstated by officers, suspended by all", 0, []life.Change{active, bars, back(30, 0, monday+1)}, 25, now, false, true},
		{"and counts again", 0, []life.Change{active, bars, back(30, 0, monday)}, 25, now, true, true},
		{"and is suspended again", 0, []life.Change{active, bars, back(30, 0, monday+1), suspended(40, monday+9)}, 25, now, false, true},
		{"suspended again", 0, []life.Change{active, suspended(20, monday), at(30, life.Active), suspended(40, monday+9)}, 25, now, true, true},
		{"left", 0, []life.Change{active, suspended(20, monday+7), at(30, life.Left)}, 15, now, false, false},
	} {
		r := life.Record{History: row.history, Counts: row.counts}
		if got := r.HasVote(monday*day+5, row.op); got != row.vote {
			t.Errorf("%s: vote %v, want %v", row.name, got, row.vote)
		}
		if got := r.KeepsOffice(row.noticed, row.op); got != row.keepOffice {
			t.Errorf("%s: keeps its office's vote %v, want %v", row.name, got, row.keepOffice)
		}
	}
}

// A number that has no name, in a record of a later version, is shown as such.
func TestStandingNameless(t *testing.T) {
	for s, want := range map[life.Standing]string{0: "standing 0", life.Candidate: "candidate", life.Left: "left", life.Left + 1: "standing 5"} {
		if got := s.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A probation is forgotten by a leaving, unless all members undid that.
func TestProbationOver(t *testing.T) {
	at := func(s life.Standing, probation uint64) life.Change {
		return life.Change{Standing: s, Probation: probation}
	}
	left, undone := at(life.Left, 0), life.Change{Standing: life.Active, All: true}
	for _, row := range []struct {
		name    string
		history []life.Change
		want    uint64
	}{
		{"on probation", []life.Change{at(life.Candidate, 0), at(life.Active, 700)}, 700},
		{"ended sooner", []life.Change{at(life.Active, 700), at(life.Active, 40)}, 40},
		{"left", []life.Change{at(life.Active, 700), left}, 0},
		{"left, undone", []life.Change{at(life.Active, 700), left, undone}, 700},
		{"left, back by an application", []life.Change{at(life.Active, 700), left, at(life.Candidate, 0), undone}, 0},
		{"refused, admitted without", []life.Change{at(life.Active, 700), left, at(life.Active, 0)}, 0},
		{"refused, admitted for another time", []life.Change{at(life.Active, 700), left, at(life.Active, 50)}, 50},
		{"left twice, undone once", []life.Change{at(life.Active, 700), left, undone, left}, 0},
	} {
		r := life.Record{History: row.history}
		if got := r.ProbationOver(); got != row.want {
			t.Errorf("%s: until day %d, want %d", row.name, got, row.want)
		}
		if r.OnProbation(row.want) || row.want > 0 && !r.OnProbation(row.want-1) {
			t.Errorf("%s: on probation on its first day without, or not on the day before", row.name)
		}
	}
}
