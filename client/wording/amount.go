package wording

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// ParseMoney reads an amount as people write it, "21,000.00" or "21000", into
// minor units of a currency with a number of digits behind the point. It refuses
// what could be misread: more digits than the currency has or a point with too
// few, separators that do not stand at thousands, a comma for the point, signs
// other than a leading "-", and amounts that do not fit.
func ParseMoney(text string, digits uint8) (money.Amount, error) {
	refuse := func(why string) (money.Amount, error) {
		return 0, fmt.Errorf("%s is not an amount: %s", words.Quote(text), why)
	}
	number, negative := strings.CutPrefix(text, "-")
	whole, fraction, hasPoint := strings.Cut(number, ".")
	plain := strings.ReplaceAll(whole, ",", "")
	switch d := int(digits); {
	case plain == "" || strings.Trim(plain+fraction, "0123456789") != "":
		return refuse("only digits, with a comma at thousands and one point, are allowed")
	case strings.Contains(whole, ",") && words.Thousands(plain) != whole:
		return refuse("its commas do not stand at thousands")
	case hasPoint && len(fraction) != d:
		return refuse("it needs " + strconv.Itoa(d) + " digits behind the point, or no point")
	case !hasPoint:
		fraction = strings.Repeat("0", d)
	}
	minor, err := strconv.ParseInt(plain+fraction, 10, 64)
	if err != nil {
		return refuse("it is too large")
	}
	if negative {
		minor = -minor
	}
	return money.Amount(minor), nil
}
