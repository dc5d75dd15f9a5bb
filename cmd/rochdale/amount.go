package main

import (
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// decimalsOf lists the ISO 4217 currencies whose minor unit is not a hundredth.
// Source: ISO 4217, table A.1.
var decimalsOf = map[string]uint8{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
	"RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// decimals is how many digits a currency has behind the point.
func decimals(currency string) uint8 {
	if d, special := decimalsOf[currency]; special {
		return d
	}
	return 2
}

// formatMoney writes an amount where no charter says how many digits its currency
// has.
func formatMoney(minor int64, currency string) string {
	return words.Money(money.Amount(minor), decimals(currency), currency)
}
