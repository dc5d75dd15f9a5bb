package load

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestClimb searches a target that passes up to a rate.
func TestClimb(t *testing.T) {
	for _, row := range []struct {
		knee  int
		tried []int // nil for any
	}{
		{0, []int{100, 50, 25, 12}},
		{11, []int{100, 50, 25, 12}}, // between what is too little and what fails
		{12, []int{100, 50, 25, 12, 18, 15, 13}},
		{70, []int{100, 50, 75, 62, 68, 71}},
		{100, []int{100, 200, 150, 125, 112, 106}},
		{1000, nil}, {4700, nil}, {51_234, nil},
		{MaxRate, nil},
		{MaxRate * 2, nil},
	} {
		var tried []int
		found, err := climb(func(rate int) (bool, error) {
			if rate < leastRate || rate > MaxRate {
				t.Errorf("knee %d: %d was tried", row.knee, rate)
			}
			tried = append(tried, rate)
			return rate <= row.knee, nil
		})
		if err != nil {
			t.Errorf("knee %d: %v", row.knee, err)
		}
		if row.tried != nil && !slices.Equal(tried, row.tried) {
			t.Errorf("knee %d: tried %v, want %v", row.knee, tried, row.tried)
		}
		if len(tried) > MaxTrials {
			t.Errorf("knee %d: %d trials", row.knee, len(tried))
		}
		knee := min(row.knee, MaxRate)
		switch {
		case knee < 12 && found != 0:
			t.Errorf("knee %d: found %d", row.knee, found)
		case knee >= 12 && (found > knee || found*(100+closeEnough) < knee*100-100):
			t.Errorf("knee %d: found %d, which is not close", row.knee, found)
		}
		if found > 0 && !slices.Contains(tried, found) {
			t.Errorf("knee %d: %d was found and not tried", row.knee, found)
		}
	}
}

// TestClimbStops: an error ends a search, with what was found before.
func TestClimbStops(t *testing.T) {
	broken := errors.New("broken")
	found, err := climb(func(rate int) (bool, error) {
		if rate == 400 {
			return false, broken
		}
		return true, nil
	})
	if found != 200 || !errors.Is(err, broken) {
		t.Errorf("%d, %v", found, err)
	}
}

// TestPasses: a trial passes if everything is committed within the bound.
func TestPasses(t *testing.T) {
	good := Report{Sent: 10, Committed: 10, Sound: true, P99: time.Second}
	if !good.passes(time.Second) {
		t.Error("at the bound it does not pass")
	}
	for what, change := range map[string]func(*Report){
		"slow":     func(r *Report) { r.P99++ },
		"unsound":  func(r *Report) { r.Sound = false },
		"ended":    func(r *Report) { r.GaveUp = true },
		"held":     func(r *Report) { r.Unsent = 1 },
		"lost one": func(r *Report) { r.Committed = 9 },
	} {
		r := good
		change(&r)
		if r.passes(time.Second) {
			t.Errorf("%s: it passes", what)
		}
	}
}

// TestRefusedRuns: rows follow the order of the checks. Nothing is asked of a testnet.
func TestRefusedRuns(t *testing.T) {
	fine := Options{Members: MinMembers, Rate: 1, For: time.Second}
	with := func(change func(*Options)) Options {
		o := fine
		change(&o)
		return o
	}
	for _, row := range []struct {
		o   Options
		err string
	}{
		{Options{}, "0 members are too few to keep a testnet busy: use at least 100"},
		{Options{Members: MaxMembers + 1}, "1000001 members are too many"},
		{with(func(o *Options) { o.Rate, o.For = -1, 0 }), "-1 casts a second cannot be sent"},
		{with(func(o *Options) { o.Rate = MaxRate + 1 }), "100001 casts a second cannot be sent"},
		{with(func(o *Options) { o.Connections, o.For = -1, 0 }), "-1 connections to each node cannot be kept"},
		{with(func(o *Options) { o.Connections = MaxConnections + 1 }), "65 connections to each node cannot be kept"},
		{with(func(o *Options) { o.For = time.Second - 1 }), "measures nothing: use at least 1s"},
		{with(func(o *Options) { o.Rate, o.For = MaxRate, time.Minute }), "100000 casts a second for 1m0s are more than 5000000"},
		{with(func(o *Options) { o.Mix = Mix{Casts: 99} }), "the parts of the mix sum to 99, not 100"},
		{with(func(o *Options) { o.Mix, o.Rate, o.For = Mix{50, 0, 50}, 10_001, 10*time.Second+time.Microsecond }), "50005 transactions of one officer are more than the 50000"},
	} {
		if _, err := Run(t.Context(), nil, row.o); err == nil || !strings.Contains(err.Error(), row.err) {
			t.Errorf("%+v: %v, want %s", row.o, err, row.err)
		}
	}
	told := func(Trial) { t.Error("a trial was run") }
	search := func(o Options, bound time.Duration) error {
		_, err := Search(t.Context(), nil, o, bound, told)
		return err
	}
	compare := func(o Options, rounds int) error {
		_, err := Compare(context.Background(), nil, nil, o, rounds, nil)
		return err
	}
	for _, row := range []struct {
		got  error
		want string
	}{
		{search(fine, time.Second), "a search finds the rate: none can be given"},
		{search(with(func(o *Options) { o.Rate = 0 }), 0), "a search for a p99 of 0s finds nothing"},
		{search(with(func(o *Options) { o.Rate = 0 }), -time.Second), "a search for a p99 of -1s finds nothing"},
		{search(with(func(o *Options) { o.Rate = 0 }), MaxBound+1), "finds nothing: use more than 0s and at most 1m0s"},
		{search(Options{}, time.Second), "0 members are too few"},
		{compare(fine, 0), "0 rounds cannot be compared: use 1 to 50"},
		{compare(Options{}, MaxRounds+1), "51 rounds cannot be compared"},
		{compare(Options{}, 1), "0 members are too few"},
	} {
		if row.got == nil || !strings.Contains(row.got.Error(), row.want) {
			t.Errorf("%v, want %s", row.got, row.want)
		}
	}
}
