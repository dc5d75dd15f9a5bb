package withdrawal_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// What the floors leave of a request for 8 shares of 10.00, in a co-op with a capital of
// 400.00 and net assets of 370.00 before what is lost. Worked by hand.
func TestLeave(t *testing.T) {
	rate := func(num uint64) money.Rate { return money.Rate{Num: num, Den: 10_000} }
	for name, row := range map[string]struct {
		limits shareclass.LimitsEntry
		loss   money.Amount // declared, of which shares bear capital / (capital + 0)
		units  uint64
		below  *state.Rejection
	}{
		"no floor":                                {shareclass.LimitsEntry{}, 0, 8, nil},
		"of the capital, at 320.00":               {shareclass.LimitsEntry{CapitalFloor: rate(8000)}, 0, 8, nil},
		"at 320.04":                               {shareclass.LimitsEntry{CapitalFloor: rate(8001)}, 0, 7, share.ErrCapitalFloor},
		"at 390.00":                               {shareclass.LimitsEntry{CapitalFloor: rate(9750)}, 0, 1, share.ErrCapitalFloor},
		"at 390.04":                               {shareclass.LimitsEntry{CapitalFloor: rate(9751)}, 0, 0, share.ErrCapitalFloor},
		"of net assets, at 290.00":                {shareclass.LimitsEntry{AssetsFloor: 29_000}, 0, 8, nil},
		"at 290.01":                               {shareclass.LimitsEntry{AssetsFloor: 29_001}, 0, 7, share.ErrAssetsFloor},
		"above what there is":                     {shareclass.LimitsEntry{AssetsFloor: 37_001}, 0, 0, share.ErrAssetsFloor},
		"both, the capital stops first":           {shareclass.LimitsEntry{CapitalFloor: rate(9000), AssetsFloor: 31_000}, 0, 4, share.ErrCapitalFloor},
		"both, net assets stop first":             {shareclass.LimitsEntry{CapitalFloor: rate(8500), AssetsFloor: 34_000}, 0, 3, share.ErrAssetsFloor},
		"both at one share":                       {shareclass.LimitsEntry{CapitalFloor: rate(9250), AssetsFloor: 34_000}, 0, 3, share.ErrCapitalFloor},
		"a quarter lost: of 270.00, 7.50 a share": {shareclass.LimitsEntry{AssetsFloor: 24_750, BearsLoss: true}, 10_000, 3, share.ErrAssetsFloor},
		"and the capital falls by 10.00":          {shareclass.LimitsEntry{CapitalFloor: rate(9250), BearsLoss: true}, 10_000, 3, share.ErrCapitalFloor},
	} {
		t.Run(name, func(t *testing.T) {
			s := setup()
			s.Kinds = append(s.Kinds, state.KindOf[lose](0x7f09, "withdrawal_test.lose"))
			l := foundedBy(t, s, row.limits, nil)
			defer l.Close()
			must(t, l, account.Post{Narrative: "spent", Lines: []account.Line{account.Debit(5000, 3000), account.Credit(account.Bank, 3000)}})
			if row.loss > 0 {
				must(t, l, lose{row.loss})
			}
			l.Must(ben, ask(ben, 8))
			v := l.Read()
			defer v.Close()
			units, below, err := withdrawal.Leave(v.Of(1), find(t, l, 1))
			if units != row.units || below != row.below || err != nil {
				t.Errorf("%d units, %v, %v, want %d, %v", units, below, err, row.units, row.below)
			}
		})
	}
}
