package state

import (
	"errors"
	"testing"
)

// The clock of a trial goes forward by what was advanced, from then on in the block,
// in each later block, and in what the block records; in no other federation.
func TestTrialClock(t *testing.T) {
	const day = 24 * 60 * 60
	m := NewMachine(Rules{}, nil)
	base := headed(Head{Chain: "notes-1", Version: 1, Height: 1, Trial: Trial{On: true}})
	b, err := m.Begin(base, nil, "notes-1", 2, 1000)
	if err != nil {
		t.Fatal(err)
	}
	c := b.ctx(1, Authority{})
	if got := c.Time(); got != 1000 {
		t.Errorf("before: %d", got)
	}
	for i, by := range []uint64{15 * day, 1} {
		want := []int64{15 * day, 15*day + 1}[i]
		if got, err := Advance(c, by); got != want || err != nil {
			t.Errorf("advanced by %d: %d, %v", by, got, err)
		}
	}
	if got, want := c.Time(), int64(1000+15*day+1); got != want || b.Tip().Time != want {
		t.Errorf("time %d, tip's %d, want %d", got, b.Tip().Time, want)
	}
	changes, err := b.Changes()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		base.apply(c.Key, c.Value)
	}
	next, err := m.Begin(base, nil, "notes-1", 3, 1060)
	if err != nil {
		t.Fatal(err)
	}
	head, err := HeadOf(next.Reader())
	if want := int64(1000 + 15*day + 1); err != nil || head.Time != want || head.Clock(1000) != want {
		t.Errorf("the head's time is %d, %v, want %d", head.Time, err, want)
	}
	if got, want := next.Reader().Time(), int64(1060+15*day+1); got != want {
		t.Errorf("next block: %d, want %d", got, want)
	}
}

// What is tried and dropped, as the action of a motion when it is proposed, leaves the
// clock as it was.
func TestTrialClockTried(t *testing.T) {
	b, err := NewMachine(Rules{}, nil).Begin(headed(Head{Chain: "notes-1", Version: 1, Height: 1, Trial: Trial{On: true}}), nil, "notes-1", 2, 1000)
	if err != nil {
		t.Fatal(err)
	}
	c := b.ctx(1, Authority{})
	tried := &Ctx{overlay: newOverlay(c.overlay), block: b, coop: 1}
	if _, err := Advance(tried, 60); err != nil || tried.Time() != 1060 {
		t.Fatalf("%d, %v", tried.Time(), err)
	}
	if got := c.Time(); got != 1000 {
		t.Errorf("time is %d after it was taken back", got)
	}
}

// Rows follow the order of the checks. Without the mark of the founding no offset can
// come, and one that stood in the record would not count.
func TestAdvanceRefused(t *testing.T) {
	for _, row := range []struct {
		name  string
		trial Trial
		by    uint64
		want  error
		time  int64
	}{
		{"of a real federation", Trial{}, 0, ErrNoTrial, 1000},
		{"an offset without the mark", Trial{Offset: 5}, 60, ErrNoTrial, 1000},
		{"nothing", Trial{On: true, Offset: MaxOffset}, 0, ErrAdvance, 1000 + MaxOffset},
		{"more than at a time", Trial{On: true, Offset: MaxOffset}, MaxAdvance + 1, ErrAdvance, 1000 + MaxOffset},
		{"backwards", Trial{On: true}, ^uint64(0), ErrAdvance, 1000},
		{"more than in all", Trial{On: true, Offset: MaxOffset - 59}, 60, ErrAdvance, 1000 + MaxOffset - 59},
		{"most at a time", Trial{On: true}, MaxAdvance, nil, 1000 + MaxAdvance},
		{"most in all", Trial{On: true, Offset: MaxOffset - 60}, 60, nil, 1000 + MaxOffset},
	} {
		b, err := NewMachine(Rules{}, nil).Begin(headed(Head{Version: 1, Trial: row.trial}), nil, "notes-1", 2, 1000)
		if err != nil {
			t.Fatal(err)
		}
		c := b.ctx(1, Authority{})
		if _, err := Advance(c, row.by); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", row.name, err, row.want)
		}
		if got := c.Time(); got != row.time {
			t.Errorf("%s: time %d, want %d", row.name, got, row.time)
		}
	}
}

// A federation becomes a trial when it is founded, or never.
func TestMarkTrial(t *testing.T) {
	c := testCtx(memory{})
	if err := MarkTrial(c); err != nil {
		t.Error(err)
	}
	if head, err := HeadOf(c); err != nil || !head.Trial.On {
		t.Errorf("head %+v, %v", head, err)
	}
	c = testCtx(headed(Head{Version: 1}))
	if err := MarkTrial(c); err == nil || Rejected(err) != nil {
		t.Errorf("marked when it was founded already: %v", err)
	}
	if head, err := HeadOf(c); err != nil || head.Trial.On {
		t.Errorf("head %+v, %v", head, err)
	}
}
