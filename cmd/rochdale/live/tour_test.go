package live

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/testnet/tour"
)

// published is the answer that the examination's board published, in whole
// units of the currency.
type published struct {
	Inputs struct {
		Members       int    `json:"members"`
		SharesEach    uint64 `json:"shares_per_member"`
		Par           int64  `json:"par"`
		Surplus       int64  `json:"surplus_for_year"`
		Undistributed int64  `json:"undistributed_surplus_opening"`
		Education     int64  `json:"education_fund_opening"`
		Reserve       int64  `json:"statutory_reserve_opening"`
	} `json:"inputs"`
	Expected struct {
		Capital        int64 `json:"share_capital"`
		Available      int64 `json:"available_for_appropriation"`
		ToReserve      int64 `json:"to_statutory_reserve"`
		ToEducation    int64 `json:"to_education_fund"`
		Dividend       int64 `json:"dividend_proposed"`
		Unappropriated int64 `json:"unappropriated_closing"`
		Education      int64 `json:"education_fund_closing"`
		Reserve        int64 `json:"statutory_reserve_closing"`
		NetAssets      int64 `json:"net_assets"`
	} `json:"expected"`
}

// TestTour runs the year with real processes and compares its books with the
// published answer, to the cent.
func TestTour(t *testing.T) {
	program(t, "it starts processes")
	want := readPublished(t)
	out := runTourForTest(t)

	y := tour.DefaultYear()
	in := want.Inputs
	if got := []int64{int64(y.Members), int64(y.SharesEach), int64(y.Par), int64(y.Surplus), int64(y.Undistributed), int64(y.EducationFund), int64(y.StatutoryReserve)}; !cmp.Equal(got,
		[]int64{int64(in.Members), int64(in.SharesEach), 100 * in.Par, 100 * in.Surplus, 100 * in.Undistributed, 100 * in.Education, 100 * in.Reserve}) {
		t.Fatalf("the tour's year is not the published one: %v", got)
	}
	e := want.Expected
	balance := func(lines []account.Balance, code account.Code) int64 {
		for _, l := range lines {
			if l.Code == code {
				return int64(l.Balance)
			}
		}
		return 0
	}
	got := map[string]int64{
		"capital": balance(out.Sheet.Equity, account.Capital), "available": int64(out.Available),
		"to reserve": int64(out.Allotments[0].Pool), "to education": int64(out.Allotments[1].Pool), "dividend": int64(out.Allotments[2].Pool),
		"unappropriated": balance(out.Sheet.Equity, account.Unappropriated), "education": balance(out.Sheet.Equity, account.Education),
		"reserve": balance(out.Sheet.Equity, account.Reserve), "payable": balance(out.Sheet.Liabilities, account.Dividends), "net assets": int64(out.Sheet.NetAssets),
	}
	answer := map[string]int64{
		"capital": 100 * e.Capital, "available": 100 * e.Available, "to reserve": 100 * e.ToReserve, "to education": 100 * e.ToEducation, "dividend": 100 * e.Dividend,
		"unappropriated": 100 * e.Unappropriated, "education": 100 * e.Education, "reserve": 100 * e.Reserve, "payable": 100 * e.Dividend, "net assets": 100 * e.NetAssets,
	}
	if diff := cmp.Diff(answer, got); diff != "" {
		t.Errorf("books (-published +tour, in cents)\n%s", diff)
	}
	cast := count.Tally{Electorate: 1650, Yes: 1020, No: 130, Abstained: 50}
	if diff := cmp.Diff(cast, out.Tally); diff != "" {
		t.Errorf("tally (-want +got)\n%s", diff)
	}
	if out.Decided != "carried" {
		t.Errorf("it was %q", out.Decided)
	}
	if out.Killed == "" || out.AppHash == "" || !out.Receipt.Anchored || out.Refuted == "" {
		t.Errorf("killed %q, app hash %q, receipt %+v, refuted %q", out.Killed, out.AppHash, out.Receipt, out.Refuted)
	}
}

func runTourForTest(t *testing.T) (out tour.Outcome) {
	t.Helper()
	temp := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "rochdale", "tour", "--json")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, envHome+"="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	raw, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v; it said:\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(raw, &struct{ *tour.Outcome }{&out}); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	return out
}

func readPublished(t *testing.T) (p published) {
	t.Helper()
	dir := os.Getenv("ROCHDALE_VECTORS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "vectors")
	}
	file := filepath.Join(dir, "patronage", "01_cxc_delcer_school_coop_2015.json")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("SKIPPED, the published answer is not there: %v", err)
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestYearRefused(t *testing.T) {
	good := "{\n" + `"coops":["a","b","c","d"],"members":20,"casts":{"yes":10},"currency":"EUR","period":"2015","shares_each":5,"par":100,"surplus":900,` +
		`"reserve_rate":{"num":1,"den":5},"education_rate":{"num":1,"den":10},"dividend_rate":{"num":1,"den":20}}`
	if _, err := tour.ParseYear("y.json", []byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ old, fresh, want string }{
		{`"d"]`, `"d","e"]`, "names 5 co-ops"},
		{`20`, `9`, "has 9 members"},
		{`"yes":10`, `"yes":21`, "21 casts by 20 members"},
		{`"yes":10`, `"yes":-1,"no":5`, "casts by 20 members"},
		{`"members"`, `"memebrs"`, `there is no field "memebrs" here; there are `},
		{`"par":100`, `"par":0`, "the par of a share must be more than nothing"},
		{`"surplus":900`, `"surplus":-1`, "needs a surplus"},
		{`"surplus":900`, `"surplus":900,"statutory_reserve":-1`, "cannot be below zero"},
		{`"EUR"`, `"euro"`, "a currency of three letters"},
		{`"den":20`, `"den":0`, "the rate 1/0"},
		{`{"num":1,"den":5}`, `{"num":6,"den":5}`, "the rate 6/5"},
	} {
		_, err := tour.ParseYear("y.json", []byte(strings.Replace(good, row.old, row.fresh, 1)))
		if err == nil || !strings.Contains(err.Error(), row.want) || !strings.HasPrefix(err.Error(), "y.json, line 2: ") {
			t.Errorf("%s for %s: %v, want %q", row.fresh, row.old, err, row.want)
		}
	}
}
