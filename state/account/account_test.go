package account_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

func setup() statetest.Setup {
	return statetest.Setup{
		Kinds: account.Kinds,
		Grants: []charter.NamedGrant{{
			Actions:   []string{"account.Open", "account.Post", "account.Reverse"},
			GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}},
		}},
		Found: func(c *state.Ctx) error {
			chart, err := account.Standard()
			if err != nil {
				return err
			}
			return account.Found(c, chart)
		},
		Invariants: []func(state.Reader) error{account.CheckBooks},
		Indexes:    account.Indexes,
	}
}

const treasurer = statetest.Treasurer

func post(lines ...account.Line) account.Post { return account.Post{Narrative: "a test", Lines: lines} }

// Rows follow the order of the checks. Each breaks its own rule and every later
// one it can, so a reordered check fails here.
func TestOpen(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	open := func(code account.Code, a account.Account) account.Open {
		return account.Open{Code: code, Type: a.Type, Guard: a.Guard, Name: a.Name}
	}
	long := strings.Repeat("n", account.MaxName+1)
	l.Run(t, []statetest.Row{
		statetest.Try("code zero", treasurer, open(0, account.Account{Type: 6, Guard: 3, Name: long}), account.ErrCode),
		statetest.Try("code zero, a room's guard", treasurer, open(0, account.Account{Type: account.Asset, Guard: account.RoomOnly, Name: "x"}), account.ErrCode),
		statetest.Try("code beyond the last", treasurer, open(account.MaxCode+1, account.Account{Type: 6, Guard: 3, Name: long}), account.ErrCode),
		statetest.Try("type zero", treasurer, open(1000, account.Account{Guard: 3, Name: long}), account.ErrType),
		statetest.Try("unknown type", treasurer, open(1000, account.Account{Type: 6, Guard: 3, Name: long}), account.ErrType),
		statetest.Try("no name", treasurer, open(1000, account.Account{Type: account.Asset, Guard: 3}), account.ErrName),
		statetest.Try("name too long", treasurer, open(1000, account.Account{Type: account.Asset, Guard: 3, Name: long}), account.ErrName),
		statetest.Try("unknown guard", treasurer, open(1000, account.Account{Type: account.Asset, Guard: 3, Name: "x"}), account.ErrGuard),
		statetest.Try("a room's guard", treasurer, open(1000, account.Account{Type: account.Asset, Guard: account.RoomOnly, Name: "x"}), account.ErrGuard),
		statetest.Try("no authority", statetest.Chair, open(1000, account.Account{Type: account.Asset, Name: "x"}), state.ErrAuthority),
		statetest.Try("exists", treasurer, open(1000, account.Account{Type: account.Asset, Name: "x"}), account.ErrExists),
		statetest.Try("lowest code", treasurer, open(1, account.Account{Type: account.Expense, Name: "x"}), nil),
		statetest.Try("highest code, longest name", treasurer, open(account.MaxCode, account.Account{Type: account.Equity, Guard: account.CreditOnly, Name: long[1:]}), nil),
	})
}

// A chart takes as many accounts as it can, and of them as many of income and expense
// as one entry closes. Officers open some a day, and leave the last to all members.
func TestChartFull(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	open := func(code account.Code, kind account.Type) account.Open {
		return account.Open{Code: code, Type: kind, Name: "x"}
	}
	figures := func() account.Books {
		v := l.Read()
		defer v.Close()
		b, err := account.BooksOf(v.Of(1))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	next := account.Code(6000)
	fill := func(kind account.Type, until func(account.Books) bool) func() {
		return func() {
			for !until(figures()) {
				if res := l.Mandate(open(next, kind)); res.Code != 0 {
					t.Fatal(res.Log)
				}
				next++
			}
		}
	}
	results := func(n uint32) func(account.Books) bool {
		return func(b account.Books) bool { return b.Results == n }
	}
	all := func(n uint32) func(account.Books) bool {
		return func(b account.Books) bool { return b.Accounts == n }
	}
	day := func() {
		l.Days(1)
		for range account.MaxADay - 1 {
			l.Must(treasurer, open(next, account.Asset))
			next++
		}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("the last of a day", treasurer, open(9000, account.Asset), nil).After(day),
		statetest.Try("one more on that day", treasurer, open(9001, account.Asset), account.ErrAlone),
		statetest.Try("by all members", 0, open(9001, account.Asset), nil),
		statetest.Try("the next day", treasurer, open(9002, account.Asset), nil).After(func() { l.Days(1) }),
		statetest.Try("the last of expense by an officer", treasurer, open(9003, account.Expense), nil).After(fill(account.Income, results(account.MaxResultsAlone-1))),
		statetest.Try("one more by an officer", treasurer, open(9004, account.Expense), account.ErrAlone),
		statetest.Try("the last of expense", 0, open(9004, account.Expense), nil).After(fill(account.Income, results(account.MaxResults-1))),
		statetest.Try("an expense too many", 0, open(9005, account.Expense), account.ErrFull),
		statetest.Try("an income too many", 0, open(9005, account.Income), account.ErrFull),
		statetest.Try("exists, asked first", 0, open(9003, account.Income), account.ErrExists),
		statetest.Try("the last of all by an officer", treasurer, open(9005, account.Asset), nil).After(fill(account.Asset, all(account.MaxAlone-1))),
		statetest.Try("one more of all by an officer", treasurer, open(9006, account.Asset), account.ErrAlone),
		statetest.Try("the last of all", 0, open(9006, account.Asset), nil).After(fill(account.Asset, all(account.MaxAccounts-1))),
		statetest.Try("one too many, asked before by whom", treasurer, open(9007, account.Asset), account.ErrFull),
		statetest.Try("one too many", 0, open(9007, account.Asset), account.ErrFull),
		statetest.Try("exists, whether or not there is room", 0, open(9003, account.Asset), account.ErrExists),
	})
}

func TestPost(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	long := strings.Repeat("n", account.MaxNarrative+1)
	many := make([]account.Line, account.MaxLines+1)
	full := make([]account.Line, account.MaxLines)
	for i := range full {
		full[i] = account.Line{Account: account.Code(1000 + i%2*3000), Amount: money.Amount(1 - i%2*2)}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no narrative", treasurer, account.Post{Lines: many}, account.ErrNarrative),
		statetest.Try("narrative too long", treasurer, account.Post{Narrative: long, Lines: many}, account.ErrNarrative),
		statetest.Try("one line", treasurer, post(many[:1]...), account.ErrLines),
		statetest.Try("a line too many", treasurer, post(many...), account.ErrLines),
		statetest.Try("amount of zero", treasurer, post(account.Line{Account: 3000, Amount: 5}, account.Line{Account: 9}), account.ErrAmount),
		statetest.Try("amount out of range", treasurer, post(account.Debit(3000, money.Max+1), account.Credit(9, 5)), account.ErrAmount),
		statetest.Try("credit out of range", treasurer, post(account.Credit(3000, money.Max+1), account.Debit(9, 5)), account.ErrAmount),
		statetest.Try("the least amount that can be", treasurer, account.Post{Narrative: "x", Lines: []account.Line{account.Debit(9, 1), {Account: 9, Amount: math.MinInt64}}}, account.ErrAmount),
		statetest.Try("amounts out of range together", treasurer, post(account.Debit(3000, money.Max), account.Debit(9, 5)), account.ErrAmount),
		statetest.Try("a cent short", treasurer, post(account.Debit(9, 100), account.Credit(3000, 99)), account.ErrUnbalanced),
		statetest.Try("both sides of one account", treasurer, post(account.Debit(9, 100), account.Credit(9, 100)), account.ErrSides),
		statetest.Try("both sides of one account among others", treasurer, post(account.Debit(9, 50), account.Debit(3000, 50), account.Credit(8, 50), account.Credit(9, 50)), account.ErrSides),
		statetest.Try("no authority", statetest.Chair, post(account.Debit(9, 100), account.Credit(3000, 100)), state.ErrAuthority),
		statetest.Try("unknown account", treasurer, post(account.Debit(9, 100), account.Credit(3000, 100)), account.ErrUnknown),
		statetest.Try("a room's account, debit", treasurer, post(account.Debit(account.Applications, 100), account.Credit(1000, 100)), account.ErrGuarded),
		statetest.Try("a room's account, credit", treasurer, post(account.Debit(1000, 100), account.Credit(account.Capital, 100)), account.ErrGuarded),
		statetest.Try("debit of the reserve", treasurer, post(account.Debit(account.Reserve, 100), account.Credit(1000, 100)), account.ErrGuarded),
		statetest.Try("debit of the surplus", treasurer, post(account.Debit(account.Unappropriated, 100), account.Credit(1000, 100)), account.ErrGuarded),
		statetest.Try("credit of the reserve", treasurer, post(account.Debit(1000, 100), account.Credit(account.Reserve, 100)), nil),
		statetest.Try("balance out of range", treasurer, post(account.Debit(1000, money.Max), account.Credit(2000, money.Max)), account.ErrOverflow),
		statetest.Try("beyond what is posted by hand", treasurer, post(account.Debit(1100, account.MaxByHand+1), account.Credit(2000, account.MaxByHand+1)), account.ErrOverflow),
		statetest.Try("the most that is posted by hand", treasurer, post(account.Debit(1100, account.MaxByHand), account.Credit(2000, account.MaxByHand)), nil),
		statetest.Try("one more by hand", treasurer, post(account.Debit(1200, 1), account.Credit(2000, 1)), account.ErrOverflow),
		statetest.Try("one more by all members", 0, post(account.Debit(1200, 1), account.Credit(2000, 1)), nil),
		statetest.Try("of which one back", treasurer, post(account.Debit(2000, 1), account.Credit(1200, 1)), nil),
		statetest.Try("back", treasurer, post(account.Debit(2000, account.MaxByHand), account.Credit(1100, account.MaxByHand)), nil),
		statetest.Try("as many lines as can be, two accounts", treasurer, post(full...), nil),
		statetest.Try("longest narrative, by a motion", 0, account.Post{Narrative: long[1:], Lines: []account.Line{account.Debit(1000, 1), account.Credit(4000, 1)}}, nil),
	})
}

// All accounts of a chart together, by hand, are within half of what an amount can be.
func TestMaxByHand(t *testing.T) {
	if sum := 2 * account.MaxAccounts * account.MaxByHand; sum != money.Max {
		t.Errorf("twice a chart full by hand is %d, want %d", sum, money.Max)
	}
}

func TestReverse(t *testing.T) {
	long := strings.Repeat("n", account.MaxNarrative+1)
	var room account.Posting // 5: an entry of a room's
	motion7 := state.Actor{Coop: 1, Motion: 7}
	s := setup()
	s.EndBlock = append(s.EndBlock, func(c *state.Ctx) (err error) {
		if b, err := account.BooksOf(c.In(1)); err != nil || b.Entries != 4 {
			return err
		}
		room, err = account.Prepare(c.In(1), account.Entry{Narrative: "a room's", By: motion7, Lines: []account.Line{account.Debit(account.Reserve, 500), account.Credit(account.Capital, 500)}})
		if err == nil {
			room.Post(c.In(1))
		}
		return err
	})
	l := statetest.New(t, s)
	defer l.Close()
	l.Must(treasurer, post(account.Debit(1000, 500), account.Credit(4000, 500)))
	l.Must(treasurer, post(account.Debit(1000, 500), account.Credit(account.Reserve, 500)))
	l.Must(treasurer, post(account.Debit(5000, 70), account.Credit(1000, 70)))
	l.Run(t, []statetest.Row{
		statetest.Try("no narrative", treasurer, account.Reverse{Entry: 99}, account.ErrNarrative),
		statetest.Try("narrative too long", treasurer, account.Reverse{Entry: 99, Narrative: long}, account.ErrNarrative),
		statetest.Try("no such entry", treasurer, account.Reverse{Entry: 99, Narrative: long[1:]}, account.ErrEntry),
		statetest.Try("entry zero", treasurer, account.Reverse{Narrative: "x"}, account.ErrEntry),
		statetest.Try("a posting by mistake", treasurer, account.Reverse{Entry: 3, Narrative: "x"}, nil),
		statetest.Try("twice", treasurer, account.Reverse{Entry: 3, Narrative: "x"}, account.ErrReversed),
		statetest.Try("a room's entry", treasurer, account.Reverse{Entry: 5, Narrative: "x"}, account.ErrRoomEntry),
		statetest.Try("the reversal itself", treasurer, account.Reverse{Entry: 4, Narrative: "x"}, nil),
		statetest.Try("the reversal itself, twice", treasurer, account.Reverse{Entry: 4, Narrative: "x"}, account.ErrReversed),
		statetest.Try("by a motion", 0, account.Reverse{Entry: 1, Narrative: "x"}, nil),
	})
	v := l.Read()
	defer v.Close()
	rec, err := account.EntryOf(v.Of(1), 4)
	if err != nil {
		t.Fatal(err)
	}
	want := account.Record{Time: rec.Time, Narrative: "x", Hand: true, Period: 1, Reverses: 3, By: state.Actor{Coop: 1, Member: treasurer},
		Lines: []account.Line{account.Credit(5000, 70), account.Debit(1000, 70)}}
	if diff := cmp.Diff(want, rec); diff != "" {
		t.Errorf("entry 4 (-want +got)\n%s", diff)
	}
	for n, want := range map[uint64]account.Record{5: {By: motion7}, 7: {By: state.Actor{Coop: 1, Motion: 1}, Hand: true, Reverses: 1}} {
		rec, err := account.EntryOf(v.Of(1), n)
		if err != nil || rec.By != want.By || rec.Hand != want.Hand || rec.Reverses != want.Reverses {
			t.Errorf("entry %d: %+v, %v", n, rec, err)
		}
	}
	if by, err := account.ReversedBy(v.Of(1), 3); by != 4 || err != nil {
		t.Errorf("entry 3 reversed by %d, %v", by, err)
	}
}

func TestStatements(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	l.Must(treasurer, post(account.Debit(1000, 900), account.Credit(4000, 900)))
	l.Must(treasurer, post(account.Debit(5000, 250), account.Credit(1000, 200), account.Credit(2000, 50)))
	l.Must(treasurer, post(account.Debit(1100, 1000), account.Credit(account.Reserve, 1000)))
	v := l.Read()
	defer v.Close()
	trial, err := account.TrialBalance(v.Of(1))
	if err != nil {
		t.Fatal(err)
	}
	var got []money.Amount
	for _, b := range trial.Balances {
		got = append(got, b.Balance)
	}
	if diff := cmp.Diff([]money.Amount{700, 1000, -50, -1000, -900, 250}, got); diff != "" || trial.Debits != 1950 || trial.Credits != 1950 {
		t.Errorf("trial balance %d = %d\n%s", trial.Debits, trial.Credits, diff)
	}
	s, err := account.BalanceSheet(v.Of(1))
	if err != nil {
		t.Fatal(err)
	}
	if s.AssetTotal != 1700 || s.LiabilityTotal != 50 || s.Result != 650 || s.EquityTotal != 1650 || s.NetAssets != 1650 {
		t.Errorf("balance sheet %+v", s)
	}
	result, closing, err := account.Result(v.Of(1), 1)
	if diff := cmp.Diff([]account.Line{account.Debit(4000, 900), account.Credit(5000, 250)}, closing); err != nil || result != 650 || diff != "" {
		t.Errorf("result %d, %v (-want +got)\n%s", result, err, diff)
	}
	if n := len(s.Assets) + len(s.Liabilities) + len(s.Equity); n != 4 {
		t.Errorf("%d accounts on the sheet, want 4", n)
	}
}

func TestFoundRefuses(t *testing.T) {
	good, err := account.Standard()
	if err != nil {
		t.Fatal(err)
	}
	edit := func(code account.Code, f func(*account.ChartEntry)) account.Chart {
		chart := append(account.Chart(nil), good...)
		for i := range chart {
			if chart[i].Code == code {
				f(&chart[i])
			}
		}
		return chart
	}
	for name, chart := range map[string]account.Chart{
		"no bank":            good[1:],
		"twice":              append(good[:len(good):len(good)], good[0]),
		"unguarded capital":  edit(account.Capital, func(e *account.ChartEntry) { e.Guard = account.Free }),
		"reserve as expense": edit(account.Reserve, func(e *account.ChartEntry) { e.Type = account.Expense }),
		"nameless":           edit(account.Bank, func(e *account.ChartEntry) { e.Name = "" }),
	} {
		s := setup()
		var got error
		s.Found = func(c *state.Ctx) error {
			got = account.Found(c, chart)
			return nil
		}
		statetest.New(t, s).Close()
		if got == nil {
			t.Errorf("%s: founded", name)
		}
	}
	if _, err := account.ParseChart([]byte(`[{"code": 1, "typ": "asset"}]`)); err == nil {
		t.Error("a misspelt field was read")
	}
}

// Whatever is posted and reversed, the books stay in balance and tell the
// journal's own sums.
func TestBooksProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := statetest.New(t, setup())
		defer l.Close()
		codes := rapid.SampledFrom([]account.Code{9, 1000, 1100, 2000, 2100, 3000, 3100, 3300, 4000, 5000})
		amounts := rapid.OneOf(rapid.Int64Range(-1000, 1000), rapid.Int64Range(-int64(money.Max)-1, int64(money.Max)+1))
		var raw [][]byte
		for range rapid.IntRange(1, 20).Draw(t, "actions") {
			var a state.Action
			if rapid.Bool().Draw(t, "reverse") {
				a = account.Reverse{Entry: rapid.Uint64Range(0, 8).Draw(t, "entry"), Narrative: "x"}
			} else {
				p := account.Post{Narrative: "x"}
				var sum money.Amount
				for range rapid.IntRange(1, 4).Draw(t, "lines") {
					line := account.Line{Account: codes.Draw(t, "account"), Amount: money.Amount(amounts.Draw(t, "amount"))}
					sum += line.Amount
					p.Lines = append(p.Lines, line)
				}
				if rapid.IntRange(0, 9).Draw(t, "balanced") > 0 {
					p.Lines = append(p.Lines, account.Line{Account: codes.Draw(t, "account"), Amount: -sum})
				}
				a = p
			}
			if a.Check() == nil { // a malformed transaction spends no sequence
				raw = append(raw, l.Sign(1, treasurer, a))
			}
		}
		l.Block(raw...)
		l.Sound()
	})
}

// An entry can concern a member that there is, and so does what reverses it; lists have both.
func TestAbout(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	paid := post(account.Debit(2400, 5), account.Credit(account.Bank, 5))
	of := func(m state.Member, p account.Post) account.Post { p.Of = m; return p }
	guarded := post(account.Debit(account.Capital, 5), account.Credit(account.Bank, 5))
	l.Run(t, []statetest.Row{
		statetest.Try("no such member, and a guarded account", treasurer, of(99, guarded), member.ErrUnknown),
		statetest.Try("by one alone, and a guarded account", treasurer, of(2, guarded), account.ErrWhose),
		statetest.Try("a guarded account", 0, of(2, guarded), account.ErrGuarded),
		statetest.Try("lent", 0, of(2, post(account.Debit(account.Bank, 9), account.Credit(2400, 9))), nil),
		statetest.Try("paid back", 0, of(2, paid), nil),
		statetest.Try("of nobody", treasurer, post(account.Debit(2400, 1), account.Credit(account.Bank, 1)), nil),
		statetest.Try("taken back by one alone", treasurer, account.Reverse{Entry: 2, Narrative: "not yet"}, account.ErrWhose),
		statetest.Try("of nobody, by the same", treasurer, account.Reverse{Entry: 3, Narrative: "not yet"}, nil),
		statetest.Try("taken back", 0, account.Reverse{Entry: 2, Narrative: "not yet"}, nil),
	})
	v := l.Read()
	defer v.Close()
	want := []state.Member{2, 2, 0, 0, 2}
	err := account.Journal(v.Of(1), 0, ^uint64(0), func(n uint64, rec account.Record) (bool, error) {
		if rec.Of != want[n-1] {
			t.Errorf("entry %d is of member %d, want %d", n, rec.Of, want[n-1])
		}
		var listed [][]byte
		c := state.Change{Key: journal.Locate(1, n).Key, Value: tx.Encode(rec)}
		err := account.About.Change(c, func(key []byte) error { listed = append(listed, key); return nil }, func([]byte) error { return nil })
		if err != nil || len(listed) != min(int(rec.Of), 1) {
			t.Errorf("entry %d is listed as %x, %v", n, listed, err)
		}
		for _, stored := range listed {
			key, shows, err := account.About.Entry(stored)
			who, derr := account.About.Decode(key)
			if err != nil || derr != nil || who != (account.MemberKey{Member: 2, Entry: n}) || len(shows) != 1 || !bytes.Equal(shows[0].Key, c.Key) {
				t.Errorf("entry %d: %+v, %v, %v, %v", n, who, shows, err, derr)
			}
		}
		return true, nil
	})
	if err != nil {
		t.Error(err)
	}
}

// The list of what a member of the co-op itself posted: not what a motion or a
// member of another co-op did.
func TestPostedBy(t *testing.T) {
	for by, want := range map[state.Actor]int{{}: 0, {Coop: 1, Motion: 3}: 0, {Coop: 2, Member: 3}: 0, {Coop: 1, Member: 3}: 1} {
		var got [][]byte
		c := state.Change{Key: journal.Locate(1, 7).Key, Value: tx.Encode(account.Record{By: by})}
		err := account.PostedBy.Change(c, func(key []byte) error { got = append(got, key); return nil }, func([]byte) error { return nil })
		if err != nil || len(got) != want {
			t.Errorf("by %v: listed as %x, %v; want %d", by, got, err, want)
			continue
		}
		for _, stored := range got {
			key, shows, err := account.PostedBy.Entry(stored)
			who, derr := account.PostedBy.Decode(key)
			if err != nil || derr != nil || who != (account.MemberKey{Member: 3, Entry: 7}) || len(shows) != 1 || !bytes.Equal(shows[0].Key, c.Key) {
				t.Errorf("by %v: %+v, %v, %v, %v", by, who, shows, err, derr)
			}
		}
	}
}

// A number that has no name, in a record of a later version, is shown as such.
func TestNameless(t *testing.T) {
	for got, want := range map[string]string{
		account.Type(0).String(): "type 0", (account.Expense + 1).String(): "type 6", account.Asset.String(): "asset",
		(account.RoomOnly + 1).String(): "guard 3", account.RoomOnly.String(): "room only",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
