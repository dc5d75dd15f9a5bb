package surplus_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

const worker = shareclass.Number(3) // par 60.00, 1 to 100 units

// building is a co-op whose workers build shares of 60.00 up from dividends.
func building(t *testing.T, members int, rules shareclass.RulesEntry) *statetest.L {
	t.Helper()
	return buildingBy(t, setup(members), rules)
}

func buildingBy(t *testing.T, s statetest.Setup, rules shareclass.RulesEntry) *statetest.L {
	t.Helper()
	found := s.Found
	s.Kinds = append(s.Kinds, member.Kinds...)
	s.Found = func(c *state.Ctx) error {
		if err := found(c); err != nil {
			return err
		}
		return shareclass.Found(c, []shareclass.Open{{Class: worker, Name: "worker", Par: 6000, MinHolding: 1, MaxHolding: 100}})
	}
	l := statetest.New(t, s)
	must(t, l, shareclass.SetRules{Class: worker, Rules: rules})
	return l
}

// dividend divides a surplus among members by what they bought, in money.
func dividend(t *testing.T, l *statetest.L, p surplus.Period, name string, paid money.Rate, quantities ...uint64) {
	t.Helper()
	var sum money.Amount
	for _, q := range quantities {
		sum += money.Amount(q)
	}
	l.Must(treasurer, surplus.OpenPeriod{Name: name})
	record(l, p, surplus.Purchases, quantities...)
	earn(l, sum)
	l.Must(treasurer, surplus.Declare{Period: p, Surplus: sum})
	must(t, l, surplus.Allocate{Period: p, Steps: []surplus.Step{onPurchases(sum, paid)}})
	for range 3 {
		l.Block()
	}
}

// A built is what a member has after a dividend.
type built struct {
	Cash, Shares money.Amount // of the part
	Units        uint64       // held
	Lies         money.Amount // towards the next share
}

func builtOf(t *testing.T, l *statetest.L, p surplus.Period, m state.Member) (b built) {
	t.Helper()
	read(t, l, func(r state.Reader) error {
		part, _, err := surplus.PartOf(r, p, 1, m)
		if err != nil {
			return err
		}
		h, err := share.HoldingOf(r, worker, m)
		if err != nil {
			return err
		}
		b = built{part.Cash, part.Shares, h.Units, 0}
		if h.Open == 0 {
			return nil
		}
		s, err := share.SubscriptionOf(r, h.Open)
		if s.Status == share.Unpaid {
			b.Lies = s.Received - money.Amount(s.Drawn)*6000
		}
		return err
	})
	return b
}

func balance(t *testing.T, l *statetest.L, code account.Code) (b money.Amount) {
	t.Helper()
	read(t, l, func(r state.Reader) (err error) {
		b, err = account.BalanceOf(r, code)
		return err
	})
	return b
}

// A quarter of each dividend goes to shares of 60.00, as entry fees of worker co-ops do
// (scopyleft's par), until three are held. Worked by hand:
//
//	member 1: 1,000.01 → 250.00: three shares, 180.00, are all that is aimed at; 820.01 in money
//	member 2:   500.00 → 125.00: two shares, 5.00 towards the third
//	member 3:   239.96 →  59.99: no share, 59.99 towards the first
//	member 4:     0.03 →   0.00
func TestADividendBuildsShares(t *testing.T) {
	l := building(t, 5, shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Target: 3, OfDividend: rate(1, 4)})
	defer l.Close()
	dividend(t, l, 1, "1", rate(1, 1), 100001, 50000, 23996, 3)
	for m, want := range map[state.Member]built{
		1: {82001, 18000, 3, 0}, 2: {37500, 12500, 2, 500}, 3: {17997, 5999, 0, 5999}, 4: {3, 0, 0, 0}, 5: {},
	} {
		if diff := cmp.Diff(want, builtOf(t, l, 1, m)); diff != "" {
			t.Errorf("member %d after the first (-want +got)\n%s", m, diff)
		}
	}
	if owed, applied, capital := balance(t, l, account.Dividends), balance(t, l, account.Applications), balance(t, l, account.Capital); owed != -(174000-36499) || applied != -6499 || capital != -30000 {
		t.Errorf("dividends %d, applications %d, capital %d", owed, applied, capital)
	}
	l.Sound()

	// The next year: what lay goes on, the target is held, and what is above it is money.
	//
	//	member 1: 400.00 in money
	//	member 2: 250.00 → 62.50 is more than the 55.00 that the third share still costs
	//	member 3: 0.04 → 0.01: the first share
	dividend(t, l, 2, "2", rate(1, 1), 40000, 25000, 4)
	for m, want := range map[state.Member]built{
		1: {40000, 0, 3, 0}, 2: {19500, 5500, 3, 0}, 3: {3, 1, 1, 0},
	} {
		if diff := cmp.Diff(want, builtOf(t, l, 2, m)); diff != "" {
			t.Errorf("member %d after the second (-want +got)\n%s", m, diff)
		}
	}
	if applied, capital := balance(t, l, account.Applications), balance(t, l, account.Capital); applied != 0 || capital != -42000 {
		t.Errorf("applications %d, capital %d", applied, capital)
	}
	read(t, l, func(r state.Reader) error {
		var ops []string
		err := share.Operations(r, 0, ^uint64(0), func(n uint64, o share.Change) (bool, error) {
			ops = append(ops, o.By.String()+" "+o.Named())
			return true, nil
		})
		for _, o := range ops {
			if o != "the ledger issue" {
				t.Errorf("operations %v", ops)
			}
		}
		if len(ops) != 4 {
			t.Errorf("%d operations", len(ops))
		}
		return err
	})
	l.Sound()
}

// Who does not build: a notice is no money, a member who is suspended or of another class
// of members gets all in money, and bounds of the class stop it.
func TestWhatBuildsNoShares(t *testing.T) {
	l := building(t, 6, shareclass.RulesEntry{MinHolding: 1, MaxHolding: 2, Target: 2, OfDividend: rate(1, 1)})
	defer l.Close()
	must(t, l, member.Suspend{Member: 5, Reason: "a test"})
	dividend(t, l, 1, "1", rate(1, 2), 0, 0, 0, 12000, 12000, 40000)
	for m, want := range map[state.Member]built{
		4: {0, 6000, 1, 0}, 5: {6000, 0, 0, 0}, 6: {8000, 12000, 2, 0},
	} {
		if diff := cmp.Diff(want, builtOf(t, l, 1, m)); diff != "" {
			t.Errorf("member %d (-want +got)\n%s", m, diff)
		}
	}
	// Members of class 2 build, where the shares are theirs; nobody is of it here.
	must(t, l, shareclass.SetRules{Class: worker, Rules: shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Target: 2, OfDividend: rate(1, 1), Needed: []charter.Class{2}}})
	dividend(t, l, 2, "2", rate(1, 1), 0, 0, 0, 6000)
	if diff := cmp.Diff(built{6000, 0, 1, 0}, builtOf(t, l, 2, 4)); diff != "" {
		t.Errorf("a member of another class (-want +got)\n%s", diff)
	}
	// One member holds at most half of the class.
	must(t, l, shareclass.SetRules{Class: worker, Rules: shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Target: 50, OfDividend: rate(1, 1), MostOf: rate(1, 2)}})
	dividend(t, l, 3, "3", rate(1, 1), 0, 0, 0, 60000, 0, 60000)
	if diff := cmp.Diff(built{60000, 0, 1, 0}, builtOf(t, l, 3, 4)); diff != "" {
		t.Errorf("more than half (-want +got)\n%s", diff)
	}
	l.Sound()
}

// A member's own subscription is paid first; who leaves has back what lies; and what came
// from a dividend is not corrected, as no money came from the bank.
func TestBuildsOnASubscription(t *testing.T) {
	l := building(t, 5, shareclass.RulesEntry{MinHolding: 1, MaxHolding: 1, Target: 1, OfDividend: rate(1, 2), Parts: 9})
	defer l.Close()
	l.Must(4, share.Subscribe{Member: 4, Class: worker, Units: 1})
	must(t, l, share.PayPart{Payments: []share.Payment{{Subscription: 1, Amount: 1500}}})
	dividend(t, l, 1, "1", rate(1, 1), 0, 0, 0, 3000, 3000)
	if diff := cmp.Diff(built{1500, 1500, 0, 3000}, builtOf(t, l, 1, 4)); diff != "" {
		t.Errorf("15.00 were paid, 15.00 come (-want +got)\n%s", diff)
	}
	refund := share.Refund{Subscriptions: []uint64{2}, Reason: "left"}
	l.Run(t, []statetest.Row{
		try("a payment by the rule", 0, share.Correct{Subscriptions: []uint64{2}, Reason: "x"}, share.ErrBuilt),
		try("what lies goes to who left", 0, refund, nil).After(func() { must(t, l, member.Resign{Member: 5}) }),
		try("once", 0, refund, share.ErrRefunded),
	})
	dividend(t, l, 2, "2", rate(1, 1), 0, 0, 0, 100000, 3000)
	for m, want := range map[state.Member]built{4: {97000, 3000, 1, 0}, 5: {3000, 0, 0, 0}} {
		if diff := cmp.Diff(want, builtOf(t, l, 2, m)); diff != "" {
			t.Errorf("member %d (-want +got)\n%s", m, diff)
		}
	}
	l.Sound()
}

// An issue that was taken back is made again by the rule, whole, when a dividend pays for more
// on its subscription; what lies then is not of what was issued once.
func TestBuildsOnWhatWasTakenBack(t *testing.T) {
	l := building(t, 5, shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Target: 2, OfDividend: rate(1, 1)})
	defer l.Close()
	l.Must(4, share.Subscribe{Member: 4, Class: worker, Units: 1})
	one := []uint64{1}
	for _, a := range []state.Action{share.ConfirmPayment{Subscriptions: one}, share.Issue{Subscriptions: one}, share.Correct{Subscriptions: one, Reason: "x"}} {
		must(t, l, a)
	}
	marked := func(want bool, units, drawn uint64) {
		t.Helper()
		read(t, l, func(r state.Reader) error {
			s, err := share.SubscriptionOf(r, 1)
			if s.Unissued != want || s.Units != units || s.Drawn != drawn {
				t.Errorf("%+v", s)
			}
			return err
		})
		l.Sound()
	}
	marked(true, 1, 0)
	dividend(t, l, 1, "1", rate(1, 1), 0, 0, 0, 3000)
	if diff := cmp.Diff(built{0, 3000, 1, 3000}, builtOf(t, l, 1, 4)); diff != "" {
		t.Errorf("one share again, and half of the next (-want +got)\n%s", diff)
	}
	marked(false, 2, 1)
}

// A dividend on the shares themselves is divided by what was held before it, though its
// first step builds more.
func TestBuildsWhatItIsDividedBy(t *testing.T) {
	l := building(t, 5, shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Target: 9, OfDividend: rate(1, 1)})
	defer l.Close()
	dividend(t, l, 1, "1", rate(1, 1), 0, 0, 0, 6000, 6000)
	l.Must(treasurer, surplus.OpenPeriod{Name: "2"})
	record(l, 2, surplus.Purchases, 0, 0, 0, 0, 1)
	earn(l, 12000)
	l.Must(treasurer, surplus.Declare{Period: 2, Surplus: 12000})
	onWorkers := surplus.Step{Sort: surplus.ShareDividend, Base: surplus.OfCapital, Rate: rate(1, 2), Class: worker}
	must(t, l, surplus.Allocate{Period: 2, Steps: []surplus.Step{onPurchases(6000, rate(1, 1)), onWorkers}})
	for range 3 {
		l.Block()
	}
	for _, m := range []state.Member{4, 5} {
		if got := partOfPeriod(t, l, 2, 2, m); got.Claim != 1 || got.Share() != 3000 || got.Shares != 3000 {
			t.Errorf("member %d has %+v", m, got)
		}
	}
	read(t, l, func(r state.Reader) error {
		h, err := share.HoldingOf(r, worker, 5)
		if h.Units != 2 || h.Pending != 1 { // 90.00: one, and half of the next
			t.Errorf("member 5 holds %+v", h)
		}
		return err
	})
	l.Sound()
}

// Many members build over many slices: each has one share, and every cent is somewhere.
func TestBuildsBlockByBlock(t *testing.T) {
	const members = 2000
	l := building(t, members, shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Target: 2, OfDividend: rate(2, 3)})
	defer l.Close()
	quantities := make([]uint64, members)
	for i := range quantities {
		quantities[i] = 10000
	}
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	record(l, 1, surplus.Purchases, quantities...)
	earn(l, members*10000)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: members * 10000})
	must(t, l, surplus.Allocate{Period: 1, Steps: []surplus.Step{onPurchases(members*10000, rate(1, 1))}})
	seen := map[surplus.Phase]int{}
	for {
		var run surplus.Run
		read(t, l, func(r state.Reader) (err error) {
			run, _, err = surplus.RunOf(r)
			return err
		})
		if run.Period == 0 {
			break
		}
		seen[run.Phase]++
		l.Sound()
		l.Block()
	}
	if seen[surplus.Dividing] < 2 || seen[surplus.Issuing] < 2 {
		t.Errorf("blocks in each phase: %v", seen)
	}
	for _, m := range []state.Member{1, 350, members} {
		if diff := cmp.Diff(built{3334, 6666, 1, 666}, builtOf(t, l, 1, m)); diff != "" {
			t.Errorf("member %d (-want +got)\n%s", m, diff)
		}
	}
	if owed, applied, capital := balance(t, l, account.Dividends), balance(t, l, account.Applications), balance(t, l, account.Capital); owed != -3334*members || applied != -666*members || capital != -6000*members {
		t.Errorf("dividends %d, applications %d, capital %d", owed, applied, capital)
	}
}
