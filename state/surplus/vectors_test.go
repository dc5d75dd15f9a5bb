package surplus_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// vector reads a published case from ROCHDALE_VECTORS, or from ../shared/vectors
// beside the module, and skips loudly without them.
func vector(t *testing.T, name string, into any) {
	t.Helper()
	dir := os.Getenv("ROCHDALE_VECTORS")
	if dir == "" {
		root, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				break
			}
			if root == filepath.Dir(root) {
				t.Fatal("no go.mod above the test")
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "vectors")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "patronage", name))
	if os.IsNotExist(err) {
		t.Skipf("PUBLISHED CASES ARE MISSING, NOTHING IS PROVED: %v (set ROCHDALE_VECTORS)", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

// The school co-op of patronage/01, to the cent, with every share issued and the
// whole balance sheet. The case counts in whole dollars.
func TestVectorSchool(t *testing.T) {
	var v struct {
		Inputs struct {
			Members   uint64       `json:"members"`
			Shares    uint64       `json:"shares_per_member"`
			Par       money.Amount `json:"par"`
			Surplus   money.Amount `json:"surplus_for_year"`
			Opening   money.Amount `json:"undistributed_surplus_opening"`
			Education money.Amount `json:"education_fund_opening"`
			Reserve   money.Amount `json:"statutory_reserve_opening"`
		} `json:"inputs"`
		Expected struct {
			Capital      money.Amount `json:"share_capital"`
			Available    money.Amount `json:"available_for_appropriation"`
			ToReserve    money.Amount `json:"to_statutory_reserve"`
			ToEducation  money.Amount `json:"to_education_fund"`
			Dividend     money.Amount `json:"dividend_proposed"`
			Appropriated money.Amount `json:"total_appropriated"`
			Carried      money.Amount `json:"unappropriated_closing"`
			Education    money.Amount `json:"education_fund_closing"`
			Reserve      money.Amount `json:"statutory_reserve_closing"`
			NetAssets    money.Amount `json:"net_assets"`
		} `json:"expected"`
	}
	vector(t, "01_cxc_delcer_school_coop_2015.json", &v)
	in, want := v.Inputs, v.Expected
	if in.Par*100 != 1000 {
		t.Fatalf("the case has a par of %d, the test's class 10", in.Par)
	}
	l := statetest.New(t, setup(int(in.Members)))
	defer l.Close()
	units := make([]uint64, in.Members)
	for i := range units {
		units[i] = in.Shares
	}
	hold(l, units...)
	post(l, account.Debit(account.Bank, 100*(in.Opening+in.Education+in.Reserve)), account.Credit(account.Reserve, 100*in.Reserve),
		account.Credit(account.Education, 100*in.Education), account.Credit(account.Unappropriated, 100*in.Opening))
	year(l, 100*in.Surplus)
	must(t, l, surplus.Allocate{Period: 1, Steps: []surplus.Step{reserve(rate(1, 5)), fund(rate(1, 10)), onShares(rate(1, 20))}})
	l.Sound()

	equal := func(what string, got, want money.Amount) {
		t.Helper()
		if got != 100*want {
			t.Errorf("%s: %d cents, want %d.00", what, got, want)
		}
	}
	read(t, l, func(r state.Reader) error {
		s, err := surplus.PeriodOf(r, 1)
		if err != nil {
			return err
		}
		steps, err := surplus.AllocationOf(r, 1)
		if err != nil {
			return err
		}
		equal("available", s.Opening+s.Surplus, want.Available)
		equal("to reserve", steps[0].Pool, want.ToReserve)
		equal("to education", steps[1].Pool, want.ToEducation)
		equal("dividend", steps[2].Pool, want.Dividend)
		equal("appropriated", s.Appropriated, want.Appropriated)
		equal("carried", s.Carried(), want.Carried)
		sheet, err := account.BalanceSheet(r)
		if err != nil {
			return err
		}
		figures := map[account.Code]money.Amount{
			account.Dividends: want.Dividend, account.Capital: want.Capital, account.Reserve: want.Reserve,
			account.Education: want.Education, account.Unappropriated: want.Carried,
		}
		for _, b := range append(sheet.Liabilities, sheet.Equity...) {
			equal(b.Name, b.Balance, figures[b.Code])
			delete(figures, b.Code)
		}
		if len(figures) > 0 {
			t.Errorf("missing from the balance sheet: %v", figures)
		}
		equal("net assets", sheet.NetAssets, want.NetAssets)
		equal("equity", sheet.EquityTotal, want.NetAssets)
		if s.Stage != surplus.Allocated {
			t.Errorf("period is %v", s.Stage)
		}
		return nil
	})
	// 8,250.00 on 1,650 equal holdings is 5.00 each; all are paid in four batches.
	for first := uint64(0); first < in.Members; first += surplus.MaxBatch {
		var batch []state.Member
		for m := first; m < min(first+surplus.MaxBatch, in.Members); m++ {
			batch = append(batch, state.Member(m+1))
		}
		l.Must(treasurer, paid{Period: 1, Step: 3, Members: batch})
	}
	l.Sound()
	if p := partOf(t, l, 3, 1650); p.Cash != 500 || p.Paid == 0 {
		t.Errorf("the last member has %+v", p)
	}
	read(t, l, func(r state.Reader) error {
		owed, err := account.BalanceOf(r, account.Dividends)
		equal("still owed", owed, 0)
		return err
	})
}

// dollars reads "35.04" as 3504.
func dollars(t *testing.T, s string) money.Amount {
	t.Helper()
	whole, frac, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+(frac + "00")[:2], 10, 64)
	if err != nil || len(frac) > 2 {
		t.Fatalf("amount %q: %v", s, err)
	}
	return money.Amount(n)
}

// The consumer refund of patronage/06: one member's purchases among all.
func TestVectorRefund(t *testing.T) {
	var v struct {
		Inputs struct {
			Purchases uint64 `json:"member_purchases"`
		} `json:"inputs"`
		Expected struct {
			Sales  uint64 `json:"member_sales"`
			Refund string `json:"refund"`
		} `json:"expected"`
		Inferred struct {
			Pool  money.Amount `json:"refund_pool"`
			Total money.Amount `json:"declared_total"`
		} `json:"inferred"`
	}
	vector(t, "06_wholefoods_coop_duluth_refund.json", &v)
	l := statetest.New(t, setup(4))
	defer l.Close()
	rest := v.Expected.Sales - v.Inputs.Purchases
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	record(l, 1, surplus.Purchases, rest/3, rest/3, rest-2*(rest/3), v.Inputs.Purchases)
	earn(l, 100*v.Inferred.Total)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 100 * v.Inferred.Total})
	half := surplus.Step{Sort: surplus.PatronageDividend, Base: surplus.OfSurplus, Rate: rate(1, 2), Measure: surplus.Purchases, Paid: rate(1, 1)}
	must(t, l, surplus.Allocate{Period: 1, Steps: []surplus.Step{half}})
	l.Sound()
	if p := partOf(t, l, 1, 4); p.Cash != dollars(t, v.Expected.Refund) || p.Notice != 0 {
		t.Errorf("refund %+v, want %s", p, v.Expected.Refund)
	}
}

// patronageOf allocates one patronage dividend among figures and returns the
// members' parts.
func patronageOf(t *testing.T, pool money.Amount, paid money.Rate, purchases ...uint64) (out []surplus.Part) {
	t.Helper()
	l := statetest.New(t, setup(len(purchases)))
	defer l.Close()
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	record(l, 1, surplus.Purchases, purchases...)
	earn(l, pool)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: pool})
	must(t, l, surplus.Allocate{Period: 1, Steps: []surplus.Step{onPurchases(pool, paid)}})
	l.Sound()
	for i := range purchases {
		out = append(out, partOf(t, l, 1, state.Member(i+1)))
	}
	return out
}

// The cases of 26 CFR 1.1388-1 (patronage/03) in which a dividend is divided
// between money and a certificate or notice.
func TestVectorRegulations(t *testing.T) {
	var v struct {
		Cases []struct {
			Ref      string
			Inputs   map[string]any
			Expected map[string]any
		}
	}
	vector(t, "03_us_treasury_regs_subchapter_T.json", &v)
	number := func(m map[string]any, key string) money.Amount {
		f, ok := m[key].(float64)
		if !ok {
			t.Fatalf("no %s in %v", key, m)
		}
		return money.Amount(f)
	}
	dimes := func(m map[string]any, key string) money.Amount { // 0.1 of a dollar
		f, ok := m[key].(float64)
		if !ok {
			t.Fatalf("no %s in %v", key, m)
		}
		return dollars(t, strconv.FormatFloat(f, 'f', 2, 64))
	}
	done := 0
	for _, c := range v.Cases {
		var pool, cash, want money.Amount
		switch c.Ref {
		case "1.1388-1(a)(3) ex.1":
			cash = number(c.Inputs, "closing_cash_cents")
			pool = cash + number(c.Inputs, "closing_stock_cents")
			want = number(c.Expected, "patronage_dividend_cents")
		case "1.1388-1(a)(3) ex.2": // of the year in which the pool closed, not of the delivery's
			cash = dimes(c.Inputs, "paid_on_pool_close")
			pool, want = cash, dimes(c.Expected, "patronage_dividend")
		case "1.1388-1(a)(3) ex.3":
			cash = 100 * number(c.Inputs, "cash")
			pool = cash + 100*number(c.Inputs, "revolving_fund_certificate")
			want = 100 * number(c.Expected, "patronage_dividend")
		case "1.1388-1(a)(3) ex.4":
			cash = 100 * number(c.Inputs, "cash_distribution")
			pool, want = cash, 100*number(c.Expected, "patronage_dividend")
		default:
			continue
		}
		done++
		p := patronageOf(t, pool, rate(uint64(cash), uint64(pool)), 100)[0]
		if p.Cash != cash || p.Cash+p.Notice != want {
			t.Errorf("%s: %+v, want %d of %d in money", c.Ref, p, cash, want)
		}
	}
	if done != 4 {
		t.Errorf("%d of 4 cases found", done)
	}
}

// The small splits of patronage/08 that are allocations: the SCIC's minimum of
// 57.5 % to reserves, a fifth in cash, two patrons at 5 %, a dividend by points
// of which a full member has four, and a year's resolutions of a large society.
func TestVectorSplits(t *testing.T) {
	var v struct {
		Cases []struct {
			ID       string
			Inputs   map[string]any
			Expected any
			Derived  map[string]any `json:"derived_example"`
		}
	}
	vector(t, "08_small_statutory_splits.json", &v)
	done := 0
	for _, c := range v.Cases {
		switch c.ID {
		case "French SCIC minimum reserves":
			done++
			amount := money.Amount(c.Inputs["surplus"].(float64)) * 100
			want := c.Expected.(map[string]any)
			l := statetest.New(t, setup(3))
			year(l, amount)
			legal, statutory := reserve(rate(15, 100)), reserve(rate(1, 2))
			statutory.Base = surplus.OfRest
			must(t, l, surplus.Allocate{Period: 1, Steps: []surplus.Step{legal, statutory}})
			l.Sound()
			read(t, l, func(r state.Reader) error {
				s, err := surplus.PeriodOf(r, 1)
				if err != nil {
					return err
				}
				steps, err := surplus.AllocationOf(r, 1)
				if steps[0].Pool != 100*money.Amount(want["legal_reserve"].(float64)) || steps[1].Pool != dollars(t, want["statutory_reserve_min"].(string)) ||
					s.Appropriated != dollars(t, want["impartible_min"].(string)) || s.Carried() != dollars(t, want["max_share_interest"].(string)) {
					t.Errorf("%s: %+v carries %d", c.ID, steps, s.Carried())
				}
				return err
			})
			l.Close()
		case "Filene #242 (2011) business patron at 35% marginal tax, 20% cash":
			done++
			p := patronageOf(t, dollars(t, c.Inputs["allocation"].(string)), rate(1, 5), 7)[0]
			if p.Cash != dollars(t, c.Expected.(map[string]any)["cash"].(string)) {
				t.Errorf("%s: %+v", c.ID, p)
			}
		case "Pavilion worker co-op monthly dividend":
			done++
			shareByPoints(t, c.Derived)
		case "Central England Co-op, year to 28 Jan 2023, resolutions 4-6":
			done++
			resolutions(t, c.Inputs, c.Expected.(map[string]any))
		case "two patrons, 5% surplus":
			done++
			bought := c.Inputs["purchases"].([]any)
			first, second := uint64(bought[0].(float64)), uint64(bought[1].(float64))
			got := patronageOf(t, money.Amount(first+second)/20, rate(1, 1), first, second)
			for i, want := range c.Expected.([]any) {
				if got[i].Cash != money.Amount(want.(float64)) {
					t.Errorf("%s: %+v, want %v", c.ID, got, c.Expected)
				}
			}
		}
	}
	if done != 5 {
		t.Errorf("%d of 5 cases found", done)
	}
}

// shareByPoints is a monthly dividend of R among M full members of four points
// and Q quarter members of one: 4R/(4M+Q) and R/(4M+Q), under the caps.
func shareByPoints(t *testing.T, example map[string]any) {
	full, quarter := int(example["M"].(float64)), int(example["Q"].(float64))
	points := append(slices.Repeat([]uint64{4}, full), slices.Repeat([]uint64{1}, quarter)...)
	got := patronageOf(t, 100*money.Amount(example["R"].(float64)), rate(1, 1), points...)
	for i, p := range got {
		want := dollars(t, example["full"].(string))
		if i >= full {
			want = dollars(t, example["quarter"].(string))
		}
		if p.Cash != want {
			t.Errorf("member %d has %+v, want %d", i+1, p, want)
		}
	}
}

// resolutions votes a dividend by purchases, one by wages and four grants to the
// community, each a fixed amount.
func resolutions(t *testing.T, inputs, want map[string]any) {
	amount := func(v any) money.Amount { return 100 * money.Amount(v.(float64)) }
	total, community := amount(want["total"]), money.Amount(0)
	l := statetest.New(t, setup(4))
	defer l.Close()
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	record(l, 1, surplus.Purchases, 3, 1)
	l.Must(treasurer, surplus.Record{Period: 1, Measure: surplus.Wages, Entries: []surplus.Figure{{Member: 3, Quantity: 1}, {Member: 4, Quantity: 1}}})
	earn(l, total)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: total})
	members := onPurchases(amount(inputs["member_dividend"]), rate(1, 1))
	colleagues := onPurchases(amount(inputs["colleague_dividend"]), rate(1, 1))
	colleagues.Measure = surplus.Wages
	steps := []surplus.Step{members, colleagues}
	for _, a := range inputs["community"].([]any) {
		steps = append(steps, surplus.Step{Sort: surplus.ToFund, Base: surplus.Fixed, Amount: amount(a), Account: account.Education})
		community += amount(a)
	}
	must(t, l, surplus.Allocate{Period: 1, Steps: steps})
	l.Sound()
	read(t, l, func(r state.Reader) error {
		s, err := surplus.PeriodOf(r, 1)
		if err != nil || s.Appropriated != total || s.Carried() != 0 || community != amount(want["community_total"]) {
			t.Errorf("%+v, %d to the community; want %v (%v)", s, community, want, err)
		}
		fund, err := account.BalanceOf(r, account.Education)
		if fund != -community {
			t.Errorf("the fund has %d, want %d", -fund, community)
		}
		return err
	})
}
