package amendment_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Kinds of motion for levels, beside strong, which is entrenched, and weak.
const (
	special   charter.MotionKindID = 30
	principle charter.MotionKindID = 31
)

// leveled is a ledger whose charter names a kind of motion for each level: weak amends
// what is ordinary.
func leveled(t *testing.T) *statetest.L {
	l := statetest.New(t, statetest.Setup{})
	k := sound()
	k.Notice, k.Shortest, k.Longest = 31_680, 60, 60
	r := rule()
	r.QuorumMin, r.Strict = 2, true
	k.Method = charter.ByMajority(r)
	high := k
	high.Notice = 60_000
	amended(t, l, amendment.Amend{
		Motions: []charter.MotionEntry{k.Entry(special), high.Entry(principle)},
		Grants:  []charter.GrantEntry{{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{strong, weak, special, principle}}},
		Policy: figures(l, func(p *charter.PolicyEntry) {
			p.Special, p.Principle = []charter.MotionKindID{special}, []charter.MotionKindID{principle}
			p.Levels = []charter.ClauseLevel{
				{Grant: openClass, Level: charter.LevelPrinciple}, {Grant: openAccount, Level: charter.LevelSpecial},
				{Motion: 4, Level: charter.LevelPrinciple},
				{Figure: charter.FigureAllowance, Level: charter.LevelSpecial},
			}
		}),
	})
	return l
}

// Each level's clauses are changed by its own kinds of motion and by those above, and by
// no others; what a level protects first is itself.
func TestLevels(t *testing.T) {
	l := leveled(t)
	policy := func(change func(*charter.PolicyEntry)) amendment.Amend {
		return amendment.Amend{Policy: figures(l, change)}
	}
	levels := func(list ...charter.ClauseLevel) amendment.Amend {
		return policy(func(p *charter.PolicyEntry) { p.Levels = list })
	}
	now := figures(l, func(*charter.PolicyEntry) {})[0].Levels
	kind := func(id charter.MotionKindID) amendment.Amend {
		v := l.Read()
		defer v.Close()
		k, err := charter.MotionKindOf(v.Of(1), id)
		if err != nil {
			t.Fatal(err)
		}
		k.Name += "!"
		return amendment.Amend{Motions: []charter.MotionEntry{k.Entry(id)}}
	}
	free := amendment.Amend{Motions: with(func(*charter.MotionKind) {})}
	for _, row := range []struct {
		name   string
		amends amendment.Amend
		level  charter.Level
		says   string
	}{
		{"a new kind of motion", free, charter.LevelOrdinary, ""},
		{"a grant that is raised", secretaries(openAccount), charter.LevelSpecial, "who may take action 3001"},
		{"a figure that is raised", policy(func(p *charter.PolicyEntry) { p.Allowance = 5 }), charter.LevelEntrenched, "how few transactions"},
		{"which are special", policy(func(p *charter.PolicyEntry) { p.Special = append(p.Special, weak) }), charter.LevelSpecial, "which kinds of motion are special"},
		{"a special kind of motion", kind(special), charter.LevelEntrenched, "motions of kind 30"}, // it amends
		{"which is entrenched", policy(func(p *charter.PolicyEntry) { p.Entrenched = special }), charter.LevelEntrenched, "which kind of motion is entrenched"},
		{"the entrenched kind", kind(strong), charter.LevelEntrenched, "motions of kind 1"},
		{"who suspends", amendment.Amend{Grants: []charter.GrantEntry{{Kind: suspend, Motions: []charter.MotionKindID{strong, 4}}}}, charter.LevelEntrenched, "who may take member.Suspend"},
		{"a grant that is a principle", resolved(openClass), charter.LevelPrinciple, "who may take share.OpenClass"},
		{"a kind of motion that is one", kind(4), charter.LevelPrinciple, "motions of kind 4"},
		{"which change principles", policy(func(p *charter.PolicyEntry) { p.Principle = append(p.Principle, strong) }), charter.LevelPrinciple, "which kinds of motion change principles"},
		{"the kind that changes principles", kind(principle), charter.LevelPrinciple, "motions of kind 31"},
		{"a principle no more", levels(now[1], now[2], now[3]), charter.LevelPrinciple, "the level of who may take share.OpenClass"},
		{"a principle lowered", levels(charter.ClauseLevel{Grant: openClass, Level: charter.LevelEntrenched}, now[1], now[2], now[3]), charter.LevelPrinciple, "the level of who may take share.OpenClass"},
		{"a clause raised to a principle", levels(now[0], charter.ClauseLevel{Grant: openAccount, Level: charter.LevelPrinciple}, now[2], now[3]), charter.LevelPrinciple, "the level of who may take action 3001"},
		{"a clause raised to special", levels(now[0], now[1], now[2], now[3], charter.ClauseLevel{Figure: charter.FigureClasses, Level: charter.LevelSpecial}), charter.LevelSpecial, "the level of the figure classes"},
	} {
		for _, by30 := range []struct {
			kind  charter.MotionKindID
			level charter.Level
		}{{weak, charter.LevelOrdinary}, {special, charter.LevelSpecial}, {strong, charter.LevelEntrenched}, {principle, charter.LevelPrinciple}} {
			l := leveled(t)
			res := l.Do(statetest.Secretary, by(by30.kind, row.amends))
			want := amendment.ErrLevel
			if row.level == charter.LevelEntrenched {
				want = amendment.ErrProtected
			}
			switch reaches := by30.level >= row.level; {
			case reaches && res.Code != 0:
				t.Errorf("%s by the %v kind: %d %s", row.name, by30.level, res.Code, res.Log)
			case !reaches && (res.Code != want.Code || !strings.Contains(res.Log, row.says)):
				t.Errorf("%s by the %v kind: %d %s, want %d %q", row.name, by30.level, res.Code, res.Log, want.Code, row.says)
			}
			l.Close()
		}
	}
	late := by(principle, resolved(openClass))
	late.Late = true
	if res := l.Do(statetest.Secretary, late); res.Code != amendment.ErrLevel.Code || !strings.Contains(res.Log, "which was not the principle one when the motion was proposed") {
		t.Errorf("by a kind that was no such when it was proposed: %d %s", res.Code, res.Log)
	}
}

// Where a level names no kind of motion, the entrenched one stands in.
func TestLevelsUnnamed(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	raise := func(level charter.Level) amendment.Amend {
		return amendment.Amend{Policy: figures(l, func(p *charter.PolicyEntry) {
			p.Levels = []charter.ClauseLevel{{Grant: openAccount, Level: level}}
		})}
	}
	amended(t, l, amendment.Amend{Grants: []charter.GrantEntry{{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{strong, weak}}}})
	for _, level := range []charter.Level{charter.LevelSpecial, charter.LevelEntrenched, charter.LevelPrinciple} {
		if res := l.Do(statetest.Secretary, by(strong, raise(level))); res.Code != 0 {
			t.Errorf("raised to %v: %d %s", level, res.Code, res.Log)
		}
		if res := l.Do(statetest.Secretary, by(weak, secretaries(openAccount))); res.Code == 0 {
			t.Errorf("%v: changed by a kind of motion that is not", level)
		}
		if res := l.Do(statetest.Secretary, by(strong, secretaries(openAccount))); res.Code != 0 {
			t.Errorf("%v: %d %s", level, res.Code, res.Log)
		}
	}
}

// Rows are what no charter can say of levels.
func TestLevelBounds(t *testing.T) {
	l := leveled(t)
	policy := func(change func(*charter.PolicyEntry)) amendment.Amend {
		return amendment.Amend{Policy: figures(l, change)}
	}
	levels := func(list ...charter.ClauseLevel) amendment.Amend {
		return policy(func(p *charter.PolicyEntry) { p.Levels = list })
	}
	one := charter.ClauseLevel{Grant: openAccount, Level: charter.LevelSpecial}
	var many []charter.ClauseLevel
	for i := range charter.MotionKindID(charter.MaxLevels + 1) {
		many = append(many, charter.ClauseLevel{Motion: i + 1, Level: charter.LevelSpecial})
	}
	weaker := func(change func(*charter.MotionKind, *count.MajorityRule)) amendment.Amend {
		k, r := sound(), rule()
		k.Notice, k.Shortest, k.Longest = 60_000, 60, 60
		r.QuorumMin, r.Strict = 2, true
		change(&k, &r)
		k.Method = charter.ByMajority(r)
		return amendment.Amend{Motions: []charter.MotionEntry{k.Entry(principle)}}
	}
	for _, row := range []struct {
		name   string
		amends amendment.Amend
		want   *state.Rejection
		says   string
	}{
		{"too many", levels(many...), charter.ErrBounds, "65 levels"},
		{"as many as can be", levels(many[1:]...), nil, ""},
		{"of nothing", levels(charter.ClauseLevel{Level: charter.LevelSpecial}), charter.ErrBounds, "a level of 0 clauses"},
		{"of two", levels(charter.ClauseLevel{Grant: 1, Figure: 1, Level: charter.LevelSpecial}), charter.ErrBounds, "a level of 2 clauses"},
		{"ordinary", levels(charter.ClauseLevel{Grant: 1, Level: charter.LevelOrdinary}), charter.ErrBounds, "raised to ordinary"},
		{"above all", levels(charter.ClauseLevel{Grant: 1, Level: charter.LevelPrinciple + 1}), charter.ErrBounds, "raised to unknown (5)"},
		{"twice", levels(one, one), charter.ErrBounds, "not in the order"},
		{"out of order", levels(charter.ClauseLevel{Motion: 1, Level: charter.LevelSpecial}, one), charter.ErrBounds, "not in the order"},
		{"no such kind for principles", policy(func(p *charter.PolicyEntry) { p.Principle = append(p.Principle, 60) }), amendment.ErrEntrenched, "for principles, 60, does not exist"},
		{"one that does not amend", policy(func(p *charter.PolicyEntry) { p.Principle = append(p.Principle, 2) }), amendment.ErrEntrenched, "for principles, 2, could not carry it"},
		{"no such special kind", policy(func(p *charter.PolicyEntry) { p.Special = []charter.MotionKindID{60} }), amendment.ErrEntrenched, "the special kind of motion, 60"},
		{"principles by half", weaker(func(_ *charter.MotionKind, r *count.MajorityRule) { r.Strict = false }), amendment.ErrWeak, "can be carried by half"},
		{"principles on shorter notice", weaker(func(k *charter.MotionKind, _ *count.MajorityRule) { k.Notice = 31_679 }), amendment.ErrWeak, "a notice of 31,679 minutes"},
		{"principles in a hurry", weaker(func(k *charter.MotionKind, _ *count.MajorityRule) { k.Shortest = 1 }), amendment.ErrWeak, "a poll of 1 minute"},
		{"principles as they are", weaker(func(*charter.MotionKind, *count.MajorityRule) {}), nil, ""},
	} {
		res := l.Do(statetest.Secretary, by(principle, row.amends))
		if row.want == nil && res.Code != 0 || row.want != nil && (res.Code != row.want.Code || !strings.Contains(res.Log, row.says)) {
			t.Errorf("%s: %d %s, want %q", row.name, res.Code, res.Log, row.says)
		}
	}
}
