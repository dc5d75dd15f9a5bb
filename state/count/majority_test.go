package count

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

var (
	moreThanHalf = MajorityRule{Quorum: Fraction{0, 1}, Threshold: Fraction{1, 2}, Base: BaseCast, Strict: true}
	twoThirds    = MajorityRule{Quorum: Fraction{1, 5}, QuorumMin: 3, Threshold: Fraction{2, 3}, Base: BaseCast}
)

func on(b Base, r MajorityRule) MajorityRule {
	r.Base = b
	return r
}

func TestMajority(t *testing.T) {
	for _, c := range []struct {
		name  string
		rule  MajorityRule
		tally Tally // electorate, yes, no, abstained, blank, spoiled
		want  Outcome
	}{
		{"one more yes", moreThanHalf, Tally{100, 21, 20, 0, 0, 0}, Carried},
		{"as many", moreThanHalf, Tally{100, 20, 20, 0, 0, 0}, Lost},
		{"at least half", MajorityRule{Quorum: Fraction{0, 1}, Threshold: Fraction{1, 2}, Base: BaseCast}, Tally{100, 20, 20, 0, 0, 0}, Carried},
		{"abstained are no votes cast", moreThanHalf, Tally{100, 2, 1, 50, 20, 20}, Carried},
		{"abstained are present", on(BasePresent, moreThanHalf), Tally{100, 2, 1, 1, 0, 0}, Lost},
		{"blank are present", on(BasePresent, moreThanHalf), Tally{100, 2, 1, 0, 1, 0}, Lost},
		{"spoiled are present", on(BasePresent, moreThanHalf), Tally{100, 2, 1, 0, 0, 1}, Lost},
		{"more than half of those present", on(BasePresent, moreThanHalf), Tally{100, 3, 1, 1, 0, 0}, Carried},
		{"half of all members", on(BaseMembers, moreThanHalf), Tally{100, 50, 0, 0, 0, 0}, Lost},
		{"more than half of all members", on(BaseMembers, moreThanHalf), Tally{100, 51, 0, 0, 0, 0}, Carried},
		{"nobody says anything", moreThanHalf, Tally{100, 0, 0, 5, 0, 0}, Lost},
		{"no electors", moreThanHalf, Tally{}, Lost},
		{"two thirds", twoThirds, Tally{30, 4, 2, 0, 0, 0}, Carried},
		{"just under two thirds", twoThirds, Tally{30, 5, 3, 0, 0, 0}, Lost},
		{"more than two thirds", MajorityRule{Quorum: Fraction{0, 1}, Threshold: Fraction{2, 3}, Base: BaseCast, Strict: true}, Tally{30, 4, 2, 0, 0, 0}, Lost},
		{"abstained make the quorum", twoThirds, Tally{30, 2, 0, 4, 0, 0}, Carried},
		{"blank and spoiled make the quorum", twoThirds, Tally{30, 2, 0, 0, 2, 2}, Carried},
		{"one short of the quorum", twoThirds, Tally{30, 5, 0, 0, 0, 0}, Inquorate},
		{"one over a part of a paper", twoThirds, Tally{31, 6, 0, 0, 0, 0}, Inquorate},
		{"fewer papers than three", twoThirds, Tally{5, 2, 0, 0, 0, 0}, Inquorate},
		{"no threshold", MajorityRule{Quorum: Fraction{0, 1}, Threshold: Fraction{0, 1}, Base: BaseCast}, Tally{10, 1, 9, 0, 0, 0}, Carried},
		{"no threshold and nobody", MajorityRule{Quorum: Fraction{0, 1}, Threshold: Fraction{0, 1}, Base: BaseCast}, Tally{10, 0, 9, 0, 0, 0}, Lost},
		{"no overflow", on(BaseMembers, moreThanHalf), Tally{1<<64 - 1, 1 << 63, 0, 0, 0, 0}, Carried},
		{"no overflow, half", on(BaseMembers, moreThanHalf), Tally{1<<64 - 1, 1<<63 - 1, 1 << 63, 0, 0, 0}, Lost},
	} {
		if got, err := c.rule.Decide(c.tally); err != nil || got != c.want {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestMajorityRefusals(t *testing.T) {
	bad := func(change func(*MajorityRule)) MajorityRule {
		r := moreThanHalf
		change(&r)
		return r
	}
	for _, c := range []struct {
		name  string
		rule  MajorityRule
		tally Tally
		want  error
	}{
		{"quorum over one", bad(func(r *MajorityRule) { r.Quorum = Fraction{2, 1} }), Tally{}, ErrRule},
		{"quorum of nothing", bad(func(r *MajorityRule) { r.Quorum = Fraction{} }), Tally{}, ErrRule},
		{"threshold over one", bad(func(r *MajorityRule) { r.Threshold = Fraction{3, 2} }), Tally{}, ErrRule},
		{"no base", bad(func(r *MajorityRule) { r.Base = 0 }), Tally{}, ErrRule},
		{"unknown base", bad(func(r *MajorityRule) { r.Base = 4 }), Tally{}, ErrRule},
		{"more than all", bad(func(r *MajorityRule) { r.Threshold = Fraction{1, 1} }), Tally{}, ErrRule},
		{"more papers than electors", moreThanHalf, Tally{10, 5, 5, 1, 0, 0}, ErrTally},
		{"papers past the largest number", moreThanHalf, Tally{10, 1<<64 - 1, 2, 0, 0, 0}, ErrTally},
	} {
		if _, err := c.rule.Decide(c.tally); !errors.Is(err, c.want) {
			t.Errorf("%s: Decide gives %v, want %v", c.name, err, c.want)
		}
		if _, _, err := c.rule.Decided(c.tally); !errors.Is(err, c.want) {
			t.Errorf("%s: Decided gives %v, want %v", c.name, err, c.want)
		}
		if _, err := CountMajority(c.rule, c.tally); !errors.Is(err, c.want) {
			t.Errorf("%s: CountMajority gives %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := CountMajority(moreThanHalf, Tally{Electorate: MaxElectorate + 1}); !errors.Is(err, ErrTally) {
		t.Errorf("an electorate past the limit: %v", err)
	}
}

func drawRule(t *rapid.T) MajorityRule {
	share := func(name string) Fraction {
		den := rapid.Uint64Range(1, 7).Draw(t, name+" of")
		return Fraction{rapid.Uint64Range(0, den).Draw(t, name), den}
	}
	r := MajorityRule{Quorum: share("quorum"), QuorumMin: rapid.Uint64Range(0, 4).Draw(t, "papers"), Threshold: share("threshold"),
		Base: Base(rapid.IntRange(1, 3).Draw(t, "base")), Strict: rapid.Bool().Draw(t, "strict")}
	if r.Valid() != nil {
		r.Strict = false
	}
	return r
}

// drawTally makes a tally of up to so many electors.
func drawTally(t *rapid.T, most uint64) Tally {
	var parts [6]uint64
	var sum uint64
	for i := range parts {
		parts[i] = rapid.Uint64Range(0, most/6).Draw(t, "part")
		sum += parts[i]
	}
	return Tally{sum, parts[0], parts[1], parts[2], parts[3], parts[4]} // the sixth stayed away
}

// Abstained, blank and spoiled papers are one to a majority of votes cast: as
// long as there is a quorum they change nothing, and they do make the quorum.
func TestAbstentionsCountForTheQuorumOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRule(t)
		r.Base = BaseCast
		tally := drawTally(t, 60)
		got, err := r.Decide(tally)
		if err != nil {
			t.Fatal(err)
		}
		papers, _ := tally.Papers()
		quorate := papers >= r.QuorumMin && papers*r.Quorum.Den >= r.Quorum.Num*tally.Electorate
		if quorate == (got == Inquorate) {
			t.Fatalf("%d of %d papers: %v", papers, tally.Electorate, got)
		}
		free := r
		free.Quorum, free.QuorumMin = Fraction{0, 1}, 0
		want, err := free.Decide(Tally{Electorate: tally.Electorate, Yes: tally.Yes, No: tally.No})
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
		r := drawRule(t)
		tally := drawTally(t, 18)
		tally.Electorate = min(tally.Electorate, tally.Yes+tally.No+tally.Abstained+tally.Blank+tally.Spoiled+4)
		got, decided, err := r.Decided(tally)
		if err != nil {
			t.Fatal(err)
		}
		outcomes := map[Outcome]bool{}
		var complete func(Tally, int)
		complete = func(end Tally, from int) {
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

// The numbers of the report are those that decide: the quorum and the yes that
// are needed, no more and no fewer.
func TestMajorityReportNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, tally := drawRule(t), drawTally(t, 60)
		want, err := r.Decide(tally)
		if err != nil {
			t.Fatal(err)
		}
		rep, err := CountMajority(r, tally)
		if err != nil {
			t.Fatal(err)
		}
		papers, _ := tally.Papers()
		if quorate := papers >= leastPapers(r.Quorum, r.QuorumMin, tally.Electorate); quorate == (want == Inquorate) {
			t.Fatalf("%d papers, quorum %d: %v", papers, leastPapers(r.Quorum, r.QuorumMin, tally.Electorate), want)
		}
		if carried := len(rep.Winners) == 1; carried != (want == Carried) || rep.Outcome != want.String() {
			t.Fatalf("outcome %s, winners %v, want %v", rep.Outcome, rep.Winners, want)
		}
		if want == Inquorate {
			if len(rep.Stages) != 1 || rep.Quota != "" {
				t.Fatalf("%d stages and a quota %q without a quorum", len(rep.Stages), rep.Quota)
			}
			return
		}
		needed := r.needed(tally.base(r.Base, papers))
		if rep.Quota != numberRow("", needed).Total || len(rep.Stages) != 2 {
			t.Fatalf("quota %s, needed %d, %d stages", rep.Quota, needed, len(rep.Stages))
		}
		if (tally.Yes >= needed) != (want == Carried) {
			t.Fatalf("%d yes, %d needed: %v", tally.Yes, needed, want)
		}
	})
}

func TestNeeded(t *testing.T) {
	for _, c := range []struct {
		threshold Fraction
		strict    bool
		base      uint64
		want      uint64
	}{
		{Fraction{1, 2}, true, 40, 21}, {Fraction{1, 2}, true, 41, 21}, {Fraction{1, 2}, false, 40, 20}, {Fraction{1, 2}, false, 41, 21},
		{Fraction{2, 3}, false, 9, 6}, {Fraction{2, 3}, true, 9, 7}, {Fraction{2, 3}, true, 10, 7}, {Fraction{0, 1}, false, 9, 1}, {Fraction{1, 2}, true, 0, 1},
	} {
		r := MajorityRule{Threshold: c.threshold, Strict: c.strict}
		if got := r.needed(c.base); got != c.want {
			t.Errorf("%v of %d, strict %v: %d needed, want %d", c.threshold, c.base, c.strict, got, c.want)
		}
	}
}

func TestBaseText(t *testing.T) {
	for _, b := range []Base{BaseCast, BasePresent, BaseMembers} {
		text, err := b.MarshalText()
		var back Base
		if err != nil || back.UnmarshalText(text) != nil || back != b {
			t.Errorf("%v is written %q and read %v", b, text, back)
		}
	}
	var b Base
	if err := b.UnmarshalText([]byte("some")); !errors.Is(err, ErrRule) {
		t.Errorf("an unknown base is read as %v, %v", b, err)
	}
	if s := Base(7).String() + Outcome(9).String(); s != "base 7outcome 9" {
		t.Error(s)
	}
}

func TestPercent(t *testing.T) {
	for f, want := range map[Fraction]string{{1, 2}: "50%", {1, 8}: "12.5%", {2, 3}: "2/3", {4, 6}: "2/3", {0, 1}: "0%", {1, 1}: "100%",
		{25, 1000}: "2.5%", {1, 10_000}: "0.01%", {1, 100_000}: "1/100000"} {
		if got := f.percent(); got != want {
			t.Errorf("%v is %s, want %s", f, got, want)
		}
	}
}
