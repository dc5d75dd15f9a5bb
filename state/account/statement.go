package account

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// A Balance is one account's line in a statement.
type Balance struct {
	Code Code `json:"code"`
	Account
	Balance money.Amount `json:"balance"` // the sign is the statement's
}

// A Trial is a trial balance: every account whose balance is not zero, by code,
// debits positive. Debits and Credits are equal, both positive.
type Trial struct {
	Balances []Balance    `json:"balances"`
	Debits   money.Amount `json:"debits"`
	Credits  money.Amount `json:"credits"`
}

// TrialBalance draws up the trial balance. It returns an error if a total is
// out of range.
func TrialBalance(r state.Reader) (Trial, error) {
	var t Trial
	err := balances.Range(r, 0, ^Code(0), func(code Code, balance money.Amount) (bool, error) {
		a, err := Find(r, code)
		if err != nil {
			return false, err
		}
		t.Balances = append(t.Balances, Balance{code, a, balance})
		if balance > 0 {
			t.Debits, err = money.Add(t.Debits, balance)
		} else {
			t.Credits, err = money.Add(t.Credits, -balance)
		}
		return true, err
	})
	if err != nil {
		return t, fmt.Errorf("drawing up the trial balance: %w", err)
	}
	return t, nil
}

// A Sheet is a balance sheet: every figure positive on its own side, accounts by
// code. NetAssets is Assets less Liabilities and equals Equity.
type Sheet struct {
	Assets         []Balance    `json:"assets"`
	Liabilities    []Balance    `json:"liabilities"`
	Equity         []Balance    `json:"equity"`
	Result         money.Amount `json:"result"` // of the current year, not closed yet; part of Equity
	AssetTotal     money.Amount `json:"asset_total"`
	LiabilityTotal money.Amount `json:"liability_total"`
	EquityTotal    money.Amount `json:"equity_total"`
	NetAssets      money.Amount `json:"net_assets"`
}

// BalanceSheet draws up the balance sheet. It returns an error if a total is out
// of range.
func BalanceSheet(r state.Reader) (Sheet, error) {
	var s Sheet
	trial, err := TrialBalance(r)
	if err != nil {
		return s, err
	}
	for _, b := range trial.Balances {
		switch b.Type {
		case Asset:
			s.Assets = append(s.Assets, b)
			s.AssetTotal += b.Balance
		case Liability:
			b.Balance = -b.Balance
			s.Liabilities = append(s.Liabilities, b)
			s.LiabilityTotal += b.Balance
		case Equity:
			b.Balance = -b.Balance
			s.Equity = append(s.Equity, b)
			s.EquityTotal += b.Balance
		case Income, Expense:
			s.Result -= b.Balance
		}
	}
	s.EquityTotal += s.Result // no sum of these overflows: the trial's totals are in range
	s.NetAssets = s.AssetTotal - s.LiabilityTotal
	return s, nil
}
