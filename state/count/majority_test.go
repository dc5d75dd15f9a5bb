package count_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

var (
	moreThanHalf = count.MajorityRule{Quorum: count.Fraction{Num: 0, Den: 1}, Threshold: count.Fraction{Num: 1, Den: 2}, Base: count.BaseCast, Strict: true}
	twoThirds    = count.MajorityRule{Quorum: count.Fraction{Num: 1, Den: 5}, QuorumMin: 3, Threshold: count.Fraction{Num: 2, Den: 3}, Base: count.BaseCast}
)

func on(b count.Base, r count.MajorityRule) count.MajorityRule {
	r.Base = b
	return r
}

func TestMajority(t *testing.T) {
	for _, c := range []struct {
		name  string
		rule  count.MajorityRule
		tally count.Tally // electorate, yes, no, abstained, blank, spoiled
		want  count.Outcome
	}{
		{"one more yes", moreThanHalf, count.Tally{Electorate: 100, Yes: 21, No: 20, Abstained: 0, Blank: 0, Spoiled: 0}, count.Carried},
		{"as many", moreThanHalf, count.Tally{Electorate: 100, Yes: 20, No: 20, Abstained: 0, Blank: 0, Spoiled: 0}, count.Lost},
		{"at least half", count.MajorityRule{Quorum: count.Fraction{Num: 0, Den: 1}, Threshold: count.Fraction{Num: 1, Den: 2}, Base: count.BaseCast}, count.Tally{Electorate: 100, Yes: 20, No: 20, Abstained: 0, Blank: 0, Spoiled: 0}, count.Carried},
		{"abstained are no votes cast", moreThanHalf, count.Tally{Electorate: 100, Yes: 2, No: 1, Abstained: 50, Blank: 20, Spoiled: 20}, count.Carried},
		{"abstained are present", on(count.BasePresent, moreThanHalf), count.Tally{Electorate: 100, Yes: 2, No: 1, Abstained: 1, Blank: 0, Spoiled: 0}, count.Lost},
		{"blank are present", on(count.BasePresent, moreThanHalf), count.Tally{Electorate: 100, Yes: 2, No: 1, Abstained: 0, Blank: 1, Spoiled: 0}, count.Lost},
		{"spoiled are present", on(count.BasePresent, moreThanHalf), count.Tally{Electorate: 100, Yes: 2, No: 1, Abstained: 0, Blank: 0, Spoiled: 1}, count.Lost},
		{"more than half of those present", on(count.BasePresent, moreThanHalf), count.Tally{Electorate: 100, Yes: 3, No: 1, Abstained: 1, Blank: 0, Spoiled: 0}, count.Carried},
		{"half of all members", on(count.BaseMembers, moreThanHalf), count.Tally{Electorate: 100, Yes: 50, No: 0, Abstained: 0, Blank: 0, Spoiled: 0}, count.Lost},
		{"more than half of all members", on(count.BaseMembers, moreThanHalf), count.Tally{Electorate: 100, Yes: 51, No: 0, Abstained: 0, Blank: 0, Spoiled: 0}, count.Carried},
		{"nobody says anything", moreThanHalf, count.Tally{Electorate: 100, Yes: 0, No: 0, Abstained: 5, Blank: 0, Spoiled: 0}, count.Lost},
		{"no electors", moreThanHalf, count.Tally{}, count.Lost},
		{"two thirds", twoThirds, count.Tally{Electorate: 30, Yes: 4, No: 2, Abstained: 0, Blank: 0, Spoiled: 0}, count.Carried},
		{"just under two thirds", twoThirds, count.Tally{Electorate: 30, Yes: 5, No: 3, Abstained: 0, Blank: 0, Spoiled: 0}, count.Lost},
		{"more than two thirds", count.MajorityRule{Quorum: count.Fraction{Num: 0, Den: 1}, Threshold: count.Fraction{Num: 2, Den: 3}, Base: count.BaseCast, Strict: true}, count.Tally{Electorate: 30, Yes: 4, No: 2, Abstained: 0, Blank: 0, Spoiled: 0}, count.Lost},
		{"abstained make the quorum", twoThirds, count.Tally{Electorate: 30, Yes: 2, No: 0, Abstained: 4, Blank: 0, Spoiled: 0}, count.Carried},
		{"blank and spoiled make the quorum", twoThirds, count.Tally{Electorate: 30, Yes: 2, No: 0, Abstained: 0, Blank: 2, Spoiled: 2}, count.Carried},
		{"one short of the quorum", twoThirds, count.Tally{Electorate: 30, Yes: 5, No: 0, Abstained: 0, Blank: 0, Spoiled: 0}, count.Inquorate},
		{"one over a part of a paper", twoThirds, count.Tally{Electorate: 31, Yes: 6, No: 0, Abstained: 0, Blank: 0, Spoiled: 0}, count.Inquorate},
		{"fewer papers than three", twoThirds, count.Tally{Electorate: 5, Yes: 2, No: 0, Abstained: 0, Blank: 0, Spoiled: 0}, count.Inquorate},
		{"no threshold", count.MajorityRule{Quorum: count.Fraction{Num: 0, Den: 1}, Threshold: count.Fraction{Num: 0, Den: 1}, Base: count.BaseCast}, count.Tally{Electorate: 10, Yes: 1, No: 9, Abstained: 0, Blank: 0, Spoiled: 0}, count.Carried},
		{"no threshold and nobody", count.MajorityRule{Quorum: count.Fraction{Num: 0, Den: 1}, Threshold: count.Fraction{Num: 0, Den: 1}, Base: count.BaseCast}, count.Tally{Electorate: 10, Yes: 0, No: 9, Abstained: 0, Blank: 0, Spoiled: 0}, count.Lost},
		{"no overflow", on(count.BaseMembers, moreThanHalf), count.Tally{Electorate: 1<<64 - 1, Yes: 1 << 63, No: 0, Abstained: 0, Blank: 0, Spoiled: 0}, count.Carried},
		{"no overflow, half", on(count.BaseMembers, moreThanHalf), count.Tally{Electorate: 1<<64 - 1, Yes: 1<<63 - 1, No: 1 << 63, Abstained: 0, Blank: 0, Spoiled: 0}, count.Lost},
	} {
		if got, err := c.rule.Decide(c.tally); err != nil || got != c.want {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestMajorityRefusals(t *testing.T) {
	bad := func(change func(*count.MajorityRule)) count.MajorityRule {
		r := moreThanHalf
		change(&r)
		return r
	}
	for _, c := range []struct {
		name  string
		rule  count.MajorityRule
		tally count.Tally
		want  error
	}{
		{"quorum over one", bad(func(r *count.MajorityRule) { r.Quorum = count.Fraction{Num: 2, Den: 1} }), count.Tally{}, count.ErrRule},
		{"quorum of nothing", bad(func(r *count.MajorityRule) { r.Quorum = count.Fraction{} }), count.Tally{}, count.ErrRule},
		{"threshold over one", bad(func(r *count.MajorityRule) { r.Threshold = count.Fraction{Num: 3, Den: 2} }), count.Tally{}, count.ErrRule},
		{"no base", bad(func(r *count.MajorityRule) { r.Base = 0 }), count.Tally{}, count.ErrRule},
		{"unknown base", bad(func(r *count.MajorityRule) { r.Base = 4 }), count.Tally{}, count.ErrRule},
		{"more than all", bad(func(r *count.MajorityRule) { r.Threshold = count.Fraction{Num: 1, Den: 1} }), count.Tally{}, count.ErrRule},
		{"more papers than electors", moreThanHalf, count.Tally{Electorate: 10, Yes: 5, No: 5, Abstained: 1, Blank: 0, Spoiled: 0}, count.ErrTally},
		{"papers past the largest number", moreThanHalf, count.Tally{Electorate: 10, Yes: 1<<64 - 1, No: 2, Abstained: 0, Blank: 0, Spoiled: 0}, count.ErrTally},
	} {
		if _, err := c.rule.Decide(c.tally); !errors.Is(err, c.want) {
			t.Errorf("%s: Decide gives %v, want %v", c.name, err, c.want)
		}
		if _, _, err := c.rule.Decided(c.tally); !errors.Is(err, c.want) {
			t.Errorf("%s: Decided gives %v, want %v", c.name, err, c.want)
		}
	}
}

// Abstained, blank and spoiled papers are one to a majority of votes cast: as
// long as there is a quorum they change nothing, and they do make the quorum.
func TestAbstentionsCountForTheQuorumOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := counting.DrawRule(t)
		r.Base = count.BaseCast
		tally := counting.DrawTally(t, 60)
		got, err := r.Decide(tally)
		if err != nil {
			t.Fatal(err)
		}
		papers, _ := tally.Papers()
		quorate := papers >= r.QuorumMin && papers*r.Quorum.Den >= r.Quorum.Num*tally.Electorate
		if quorate == (got == count.Inquorate) {
			t.Fatalf("%d of %d papers: %v", papers, tally.Electorate, got)
		}
		free := r
		free.Quorum, free.QuorumMin = count.Fraction{Num: 0, Den: 1}, 0
		want, err := free.Decide(count.Tally{Electorate: tally.Electorate, Yes: tally.Yes, No: tally.No})
		if err != nil {
			t.Fatal(err)
		}
		if quorate && got != want {
			t.Fatalf("%v with those who abstained, %v without", got, want)
		}
	})
}

// TestDecidedIsFinal tries every way in which those who have not cast still can,
// staying away included: what is decided stays so, and what is not can end in
// two ways.
func TestDecidedIsFinal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := counting.DrawRule(t)
		tally := counting.DrawTally(t, 18)
		tally.Electorate = min(tally.Electorate, tally.Yes+tally.No+tally.Abstained+tally.Blank+tally.Spoiled+4)
		got, decided, err := r.Decided(tally)
		if err != nil {
			t.Fatal(err)
		}
		outcomes := map[count.Outcome]bool{}
		var complete func(count.Tally, int)
		complete = func(end count.Tally, from int) {
			o, err := r.Decide(end)
			if err != nil {
				t.Fatal(err)
			}
			outcomes[o] = true
			if n, _ := end.Papers(); n == end.Electorate {
				return
			}
			for i := from; i < 5; i++ { // in order of answer: who casts what does not matter
				more := end
				*[]*uint64{&more.Yes, &more.No, &more.Abstained, &more.Blank, &more.Spoiled}[i]++
				complete(more, i)
			}
		}
		complete(tally, 0)
		if decided != (len(outcomes) == 1) || (decided && !outcomes[got]) {
			t.Fatalf("%+v, %+v: decided %v %v, and it can end in %v", r, tally, decided, got, outcomes)
		}
	})
}

func TestNeeded(t *testing.T) {
	for _, c := range []struct {
		threshold count.Fraction
		strict    bool
		base      uint64
		want      uint64
	}{
		{count.Fraction{Num: 1, Den: 2}, true, 40, 21}, {count.Fraction{Num: 1, Den: 2}, true, 41, 21}, {count.Fraction{Num: 1, Den: 2}, false, 40, 20}, {count.Fraction{Num: 1, Den: 2}, false, 41, 21},
		{count.Fraction{Num: 2, Den: 3}, false, 9, 6}, {count.Fraction{Num: 2, Den: 3}, true, 9, 7}, {count.Fraction{Num: 2, Den: 3}, true, 10, 7}, {count.Fraction{Num: 0, Den: 1}, false, 9, 1}, {count.Fraction{Num: 1, Den: 2}, true, 0, 1},
	} {
		r := count.MajorityRule{Threshold: c.threshold, Strict: c.strict}
		if got := r.Needed(c.base); got != c.want {
			t.Errorf("%v of %d, strict %v: %d needed, want %d", c.threshold, c.base, c.strict, got, c.want)
		}
	}
}

func TestBaseText(t *testing.T) {
	for _, b := range []count.Base{count.BaseCast, count.BasePresent, count.BaseMembers} {
		text, err := b.MarshalText()
		var back count.Base
		if err != nil || back.UnmarshalText(text) != nil || back != b {
			t.Errorf("%v is written %q and read %v", b, text, back)
		}
	}
	var b count.Base
	if err := b.UnmarshalText([]byte("some")); !errors.Is(err, count.ErrRule) {
		t.Errorf("an unknown base is read as %v, %v", b, err)
	}
	if s := count.Base(7).String() + count.Outcome(9).String(); s != "base 7outcome 9" {
		t.Error(s)
	}
}

func TestPercent(t *testing.T) {
	for f, want := range map[count.Fraction]string{{Num: 1, Den: 2}: "50%", {Num: 1, Den: 8}: "12.5%", {Num: 2, Den: 3}: "2/3", {Num: 4, Den: 6}: "2/3", {Num: 0, Den: 1}: "0%", {Num: 1, Den: 1}: "100%",
		{Num: 25, Den: 1000}: "2.5%", {Num: 1, Den: 10_000}: "0.01%", {Num: 1, Den: 100_000}: "1/100000"} {
		if got := f.Percent(); got != want {
			t.Errorf("%v is %s, want %s", f, got, want)
		}
	}
}
