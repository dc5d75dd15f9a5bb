package counting

import (
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/count"
)

// DrawRule draws a rule that is valid.
func DrawRule(t *rapid.T) count.MajorityRule {
	share := func(name string) count.Fraction {
		den := rapid.Uint64Range(1, 7).Draw(t, name+" of")
		return count.Fraction{Num: rapid.Uint64Range(0, den).Draw(t, name), Den: den}
	}
	r := count.MajorityRule{Quorum: share("quorum"), QuorumMin: rapid.Uint64Range(0, 4).Draw(t, "papers"), Threshold: share("threshold"),
		Base: count.Base(rapid.IntRange(1, 3).Draw(t, "base")), Strict: rapid.Bool().Draw(t, "strict")}
	if r.Valid() != nil {
		r.Strict = false
	}
	return r
}

// DrawTally makes a tally of up to so many electors.
func DrawTally(t *rapid.T, most uint64) count.Tally {
	var parts [6]uint64
	var sum uint64
	for i := range parts {
		parts[i] = rapid.Uint64Range(0, most/6).Draw(t, "part")
		sum += parts[i]
	}
	return count.Tally{Electorate: sum, Yes: parts[0], No: parts[1], Abstained: parts[2], Blank: parts[3], Spoiled: parts[4]} // the sixth stayed away
}
