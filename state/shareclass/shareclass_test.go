package shareclass_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const treasurer state.Member = 2

// Classes of the test's co-op.
const (
	common shareclass.Number = 1 // par 10.00, 2 to 10 units
	gold   shareclass.Number = 3 // par money.Max, one unit
)

func setup() statetest.Setup {
	return statetest.Setup{
		Members: 3, Kinds: shareclass.Kinds,
		Found: func(c *state.Ctx) error {
			return shareclass.Found(c, []shareclass.Open{
				{Class: common, Name: "common", Par: 1000, MinHolding: 2, MaxHolding: 10},
				{Class: 2, Name: "bond", Par: 1, MaxHolding: shareclass.MaxUnits},
				{Class: gold, Name: "gold", Par: money.Max, MaxHolding: 1},
			})
		},
		Invariants: []func(state.Reader) error{shareclass.CheckClasses},
	}
}

func rules(class shareclass.Number, change func(*shareclass.RulesEntry)) shareclass.SetRules {
	m := shareclass.SetRules{Class: class, Rules: shareclass.RulesEntry{MinHolding: 2, MaxHolding: 10}}
	if change != nil {
		change(&m.Rules)
	}
	return m
}

// today is the day of the ledger's next block.
func today(l *statetest.L) uint64 {
	v := l.Read()
	defer v.Close()
	return state.DayOf(v.Of(1).Time())
}

func half(num, den uint64) money.Rate { return money.Rate{Num: num, Den: den} }

func TestOpen(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	open := func(class shareclass.Number, terms shareclass.Terms) shareclass.Open {
		return shareclass.Open{Class: class, Name: terms.Name, Par: terms.Par, MinHolding: terms.MinHolding, MaxHolding: terms.MaxHolding}
	}
	long := strings.Repeat("n", shareclass.MaxName+1)
	rows := []statetest.Row{
		statetest.Try("class zero", 0, open(0, shareclass.Terms{}), shareclass.ErrClass),
		statetest.Try("no name", 0, open(common, shareclass.Terms{Par: 1, MaxHolding: 1}), shareclass.ErrTerms),
		statetest.Try("name too long", 0, open(common, shareclass.Terms{Name: long, Par: 1, MaxHolding: 1}), shareclass.ErrTerms),
		statetest.Try("no par", 0, open(common, shareclass.Terms{Name: "x", MaxHolding: 1}), shareclass.ErrTerms),
		statetest.Try("negative par", 0, open(common, shareclass.Terms{Name: "x", Par: -1, MaxHolding: 1}), shareclass.ErrTerms),
		statetest.Try("nothing can be held", 0, open(common, shareclass.Terms{Name: "x", Par: 1}), shareclass.ErrTerms),
		statetest.Try("too much can be held", 0, open(common, shareclass.Terms{Name: "x", Par: 1, MaxHolding: shareclass.MaxUnits + 1}), shareclass.ErrTerms),
		statetest.Try("minimum above the limit", 0, open(common, shareclass.Terms{Name: "x", Par: 1, MinHolding: 2, MaxHolding: 1}), shareclass.ErrTerms),
		statetest.Try("a holding beyond any amount", 0, open(common, shareclass.Terms{Name: "x", Par: money.Max, MaxHolding: 2}), shareclass.ErrTerms),
		statetest.Try("no authority", treasurer, open(common, shareclass.Terms{Name: "x", Par: 1, MaxHolding: 1}), state.ErrAuthority),
		statetest.Try("exists", 0, open(common, shareclass.Terms{Name: "x", Par: 1, MaxHolding: 1}), shareclass.ErrClassExists),
		statetest.Try("largest par, longest name", 0, open(9, shareclass.Terms{Name: long[1:], Par: money.Max, MinHolding: 1, MaxHolding: 1}), nil),
	}
	for class := shareclass.Number(100); class < 100+shareclass.MaxClasses-4; class++ {
		rows = append(rows, statetest.Try("one more", 0, open(class, shareclass.Terms{Name: "x", Par: 1, MaxHolding: 1}), nil))
	}
	l.Run(t, append(rows, statetest.Try("exists, whether or not there is room", 0, open(common, shareclass.Terms{Name: "x", Par: 1, MaxHolding: 1}), shareclass.ErrClassExists), statetest.Try("one too many", 0, open(50, shareclass.Terms{Name: "x", Par: 1, MaxHolding: 1}), shareclass.ErrClasses)))
}

func TestFoundRefuses(t *testing.T) {
	s := setup()
	var got [2]error
	s.Found = func(c *state.Ctx) error {
		good := shareclass.Open{Class: 1, Name: "x", Par: 1, MaxHolding: 1}
		got[0] = shareclass.Found(c, []shareclass.Open{good, good})
		got[1] = shareclass.Found(c, []shareclass.Open{{}})
		return nil
	}
	statetest.New(t, s).Close()
	if got[0] == nil || got[1] == nil {
		t.Errorf("a class twice: %v; an empty class: %v", got[0], got[1])
	}
}

// Rows follow the order of the checks.
func TestSetRules(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	at := func(from uint64, m shareclass.SetRules) shareclass.SetRules { m.From = from; return m }
	limits := func(change func(*shareclass.LimitsEntry)) (m shareclass.SetRules) {
		change(&m.Limits)
		return m
	}
	now := today(l)
	bad := func(name string, change func(*shareclass.RulesEntry)) statetest.Row {
		return statetest.Try(name, treasurer, rules(77, change), shareclass.ErrTerms)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("rules of no class", treasurer, rules(0, nil), shareclass.ErrTerms),
		statetest.Try("a limit in a class", treasurer, shareclass.SetRules{Class: 77, Limits: shareclass.LimitsEntry{CashFloor: 1}}, shareclass.ErrTerms),
		bad("nothing can be held", func(r *shareclass.RulesEntry) { r.MaxHolding = 0 }),
		bad("too much can be held", func(r *shareclass.RulesEntry) { r.MaxHolding = shareclass.MaxUnits + 1 }),
		bad("minimum above the limit", func(r *shareclass.RulesEntry) { r.MinHolding = 11 }),
		bad("more than the whole", func(r *shareclass.RulesEntry) { r.MostOf = half(3, 2) }),
		bad("interest beyond the whole", func(r *shareclass.RulesEntry) { r.Interest = half(1, 0) }),
		bad("a notice of a century", func(r *shareclass.RulesEntry) { r.Notice = 36525 }),
		bad("a part of pay without a target", func(r *shareclass.RulesEntry) { r.OfPay, r.Parts = half(1, 50), 9 }),
		bad("a target without a part", func(r *shareclass.RulesEntry) { r.Target = 3 }),
		bad("more than all of pay", func(r *shareclass.RulesEntry) { r.OfPay, r.Target, r.Parts = half(51, 50), 3, 9 }),
		bad("a part of pay, paid at once", func(r *shareclass.RulesEntry) { r.OfPay, r.Target, r.Parts = half(1, 50), 3, 1 }),
		bad("too many parts", func(r *shareclass.RulesEntry) { r.Parts = shareclass.MaxParts + 1 }),
		bad("class of members zero", func(r *shareclass.RulesEntry) { r.Needed = []charter.Class{0} }),
		bad("classes of members descend", func(r *shareclass.RulesEntry) { r.Needed = []charter.Class{2, 1} }),
		bad("needed, and no minimum", func(r *shareclass.RulesEntry) { r.MinHolding, r.Needed = 0, []charter.Class{1} }),
		bad("convertible to no class", func(r *shareclass.RulesEntry) { r.Into = []shareclass.Number{0} }),
		bad("convertible to itself", func(r *shareclass.RulesEntry) { r.Into = []shareclass.Number{77} }),
		statetest.Try("a negative floor", treasurer, limits(func(x *shareclass.LimitsEntry) { x.CashFloor = -1 }), shareclass.ErrTerms),
		statetest.Try("a floor above the whole", treasurer, limits(func(x *shareclass.LimitsEntry) { x.CapitalFloor = half(2, 1) }), shareclass.ErrTerms),
		statetest.Try("a day of the leap year", treasurer, limits(func(x *shareclass.LimitsEntry) { x.YearEnd = 229 }), shareclass.ErrTerms),
		statetest.Try("month 13", treasurer, limits(func(x *shareclass.LimitsEntry) { x.YearEnd = 1301 }), shareclass.ErrTerms),
		statetest.Try("claw-back for ever", treasurer, limits(func(x *shareclass.LimitsEntry) { x.Clawback = shareclass.MaxDays + 1 }), shareclass.ErrTerms),
		statetest.Try("no authority", treasurer, rules(77, nil), state.ErrAuthority),
		statetest.Try("no such class", 0, at(now-1, rules(77, nil)), shareclass.ErrClass),
		statetest.Try("a holding beyond any amount", 0, at(now-1, rules(gold, nil)), shareclass.ErrTerms),
		statetest.Try("from yesterday", 0, at(now-1, rules(common, nil)), shareclass.ErrPast),
		statetest.Try("in three years", 0, at(now+shareclass.MaxAhead+1, rules(common, nil)), shareclass.ErrTerms),
		statetest.Try("in two", 0, at(now+shareclass.MaxAhead, rules(common, nil)), nil),
		statetest.Try("at once", 0, rules(common, nil), nil),
		statetest.Try("limits of the register", 0, limits(func(x *shareclass.LimitsEntry) { x.YearEnd = 1231 }), nil),
	})
}

// CheckClasses fails when a record is broken, and says which.
func TestCheckClassesFails(t *testing.T) {
	type versionKey struct {
		Class  shareclass.Number
		Number uint32
	}
	classes := state.NewTable[shareclass.Number, shareclass.Terms](0x21)
	versions := state.NewTable[versionKey, shareclass.Version](0x27)
	rulebooks := state.NewTable[shareclass.Number, shareclass.Rulebook](0x28)
	lost := func(lost money.Amount, down uint64) func(*state.Ctx) {
		return func(c *state.Ctx) {
			classes.Put(c, common, shareclass.Terms{Name: "common", Par: 1000, MaxHolding: 10, Lost: lost, Down: down})
		}
	}
	scene := func(l *statetest.L) {
		for range 2 {
			if res := l.Mandate(rules(common, nil)); res.Code != 0 {
				t.Fatal(res.Log)
			}
		}
	}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "a share worth nothing", Break: lost(1000, 1), Says: "class 1: 1000 of a par of 1000 is written off"},
		{Name: "a loss by no operation", Break: lost(1, 0), Says: "class 1: 1 of a par of 1000 is written off, by operation 0"},
		{Name: "a class too many", Break: func(c *state.Ctx) {
			for n := range shareclass.Number(shareclass.MaxClasses) {
				classes.Put(c, 100+n, shareclass.Terms{Par: 1, MaxHolding: 1})
			}
		}, Says: "19 classes"},
		{Name: "a version erased", Break: func(c *state.Ctx) { versions.Delete(c, versionKey{common, 1}) }, Says: "class 1: version 2 of the rules follows 0"},
		{Name: "rules that no motion set", Break: func(c *state.Ctx) { rulebooks.Put(c, common, shareclass.Rulebook{Last: 3, Next: 3}) }, Says: "class 1: 2 versions of the rules, the rulebook says 3"},
		{Name: "before the last, itself", Break: func(c *state.Ctx) { rulebooks.Put(c, common, shareclass.Rulebook{Last: 2, Next: 2, Now: 2}) }, Says: "the rulebook says 2, 2 before it"},
		{Name: "a rulebook erased", Break: func(c *state.Ctx) { rulebooks.Delete(c, common) }, Says: "1 classes have rules, 0 a rulebook"},
		{Name: "a class erased", Break: func(c *state.Ctx) { classes.Delete(c, common) }, Says: "rules of class 1, which is not open"},
	})
}

// A refusal names the term and what it can be.
func TestTermsSaid(t *testing.T) {
	class := func(change func(*shareclass.RulesEntry)) state.Action { return rules(77, change) }
	register := func(change func(*shareclass.LimitsEntry)) state.Action {
		var m shareclass.SetRules
		change(&m.Limits)
		return m
	}
	for _, row := range []struct {
		action state.Action
		says   string
	}{
		{shareclass.Open{Class: 9, Name: "x", Par: -1, MaxHolding: 1}, "a par of -1 minor units, from 1 can be"},
		{shareclass.Open{Class: 9, Name: "x", Par: 1, MinHolding: 2, MaxHolding: 1}, "a holding from 2 to 1 units: at most from 1 to "},
		{class(func(r *shareclass.RulesEntry) { r.MinHolding = 11 }), "a holding from 11 to 10 units: at most from 1 to "},
		{class(func(r *shareclass.RulesEntry) { r.Interest = half(3, 2) }), "a cap of interest of 3 in 2, at most the whole can be"},
		{class(func(r *shareclass.RulesEntry) { r.MostOf = half(3, 2) }), "a most of the class of 3 in 2"},
		{class(func(r *shareclass.RulesEntry) { r.Notice = 36525 }), "a notice of a withdrawal of 36525 days, at most 10980 can be"},
		{class(func(r *shareclass.RulesEntry) { r.Spread = 36525 }), "a time in which it is repaid of 36525 days"},
		{register(func(x *shareclass.LimitsEntry) { x.AssetsFloor = -1 }), "the floor of assets is -1 minor units, from 0 to "},
		{register(func(x *shareclass.LimitsEntry) { x.CapitalFloor = half(2, 1) }), "a floor of the capital of 2 in 1"},
		{register(func(x *shareclass.LimitsEntry) { x.Unclaimed = 36525 }), "a time after which shares are unclaimed of 36525 days"},
	} {
		err := row.action.Check()
		if state.Rejected(err) != shareclass.ErrTerms || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%v, want %q", err, row.says)
		}
	}
}
