package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/count/election"
)

// majorityRule is the rule that the flags make: more than half of the votes cast
// and no quorum, unless they say otherwise.
func majorityRule(f countFlags) (count.MajorityRule, error) {
	r := count.MajorityRule{Threshold: count.Fraction{Num: 1, Den: 2}, Strict: true}
	var err error
	if r.Quorum, r.QuorumMin, err = parseQuorum(f.quorum); err != nil {
		return r, err
	}
	if r.Base, err = parseBase(f.base); err != nil {
		return r, err
	}
	if f.threshold != "" {
		r.Strict = f.strict
		if r.Threshold, err = parseShare("--threshold", f.threshold); err != nil {
			return r, err
		}
	}
	return r, nil
}

// consentRule is the rule that the flags make: nobody may object and no vote
// follows, unless they say otherwise.
func consentRule(f countFlags) (count.ConsentRule, error) {
	if f.minus < 0 {
		return count.ConsentRule{}, withHint(fault("--minus %d: consent cannot bear fewer than no objections", f.minus), "give 0 or more")
	}
	r := count.ConsentRule{Minus: uint64(f.minus), Fallback: f.against != ""}
	var err error
	if r.Quorum, r.QuorumMin, err = parseQuorum(f.quorum); err != nil {
		return r, err
	}
	if r.Base, err = parseBase(f.base); err != nil {
		return r, err
	}
	if r.Fallback {
		r.AgainstMin, r.Against, err = parseAgainst(f.against)
	}
	return r, err
}

// parseQuorum reads a share of the electorate, or a number of papers.
func parseQuorum(s string) (count.Fraction, uint64, error) {
	none := count.Fraction{Num: 0, Den: 1}
	if n, err := strconv.ParseUint(s, 10, 32); err == nil {
		return none, n, nil
	}
	if s == "" {
		return none, 0, nil
	}
	f, err := parseShare("--quorum", s)
	return f, 0, err
}

// parseAgainst reads what stops a question in the vote after a call for consent:
// more than a share, or "N,share" for more than both.
func parseAgainst(s string) (least uint64, share count.Fraction, err error) {
	number, rest, both := strings.Cut(s, ",")
	if !both {
		number, rest = "0", s
	}
	if least, err = strconv.ParseUint(strings.TrimSpace(number), 10, 32); err != nil {
		return 0, share, withHint(fault("--against %q has no whole number before the comma", s), "write it as 25%% or 2,25%%")
	}
	share, err = parseShare("--against", strings.TrimSpace(rest))
	return least, share, err
}

func parseBase(s string) (count.Base, error) {
	switch s {
	case "", "cast":
		return count.BaseCast, nil
	case "present":
		return count.BasePresent, nil
	case "members":
		return count.BaseMembers, nil
	}
	return 0, withHint(fault("--base %q is no base of a share", s), "take cast (yes and no), present (all papers) or members (the whole electorate)")
}

// parseShare reads 4%, 2.5% or 1/20.
func parseShare(flag, s string) (count.Fraction, error) {
	var f count.Fraction
	var rest string
	if n, _ := fmt.Sscanf(s+" .", "%d/%d %s", &f.Num, &f.Den, &rest); n == 3 && rest == "." && f.Valid() {
		return f, nil
	}
	whole, part, _ := strings.Cut(strings.TrimSuffix(s, "%"), ".")
	f = count.Fraction{Den: 100}
	digits := whole + part
	for range part {
		f.Den *= 10
	}
	if !strings.HasSuffix(s, "%") || len(digits) == 0 || len(digits) > 9 || strings.Trim(digits, "0123456789") != "" {
		return f, withHint(fault("%s %q is no share", flag, s), "write it as 4%%, 2.5%% or 1/20")
	}
	fmt.Sscanf(digits, "%d", &f.Num)
	if !f.Valid() {
		return f, withHint(fault("%s %q is more than all", flag, s), "write it as 4%%, 2.5%% or 1/20")
	}
	return f, nil
}

// parseReserves reads groups with seats of their own, "name:bounds:candidates".
// Bounds are 2- for at least 2, -3 for at most 3, 2-3 for both. Candidates are
// parted by semicolons if there is one, and otherwise by commas, but for those within
// a candidate's name.
func parseReserves(specs []string, e *election.Election) ([]election.Reserve, error) {
	var out []election.Reserve
	for _, s := range specs {
		parts := strings.SplitN(s, ":", 3)
		bad := func(why string) ([]election.Reserve, error) {
			return nil, withHint(fault("--reserve %q %s", s, why),
				`write group:bounds:candidates, such as "tenants:2-:Ann,Bea" (2- at least 2, -3 at most 3, 2-3 both)`)
		}
		if len(parts) != 3 {
			return bad("is not in three parts")
		}
		low, high, dash := strings.Cut(parts[1], "-")
		if !dash || low+high == "" {
			return bad("has no bounds")
		}
		r := election.Reserve{Name: strings.TrimSpace(parts[0])}
		var err error
		if low != "" {
			if r.AtLeast, err = strconv.Atoi(low); err != nil {
				return bad("has no whole number of seats at least")
			}
		}
		if high != "" {
			if r.AtMost, err = strconv.Atoi(high); err != nil || r.AtMost < 1 {
				return bad("needs at most 1 seat or more")
			}
		}
		comma := ","
		if strings.Contains(parts[2], ";") {
			comma = ";"
		}
		r.Members = splitNames(parts[2], comma, e)
		out = append(out, r)
	}
	return out, nil
}

// splitNames parts list at each comma that is not within the name of a candidate: of
// the candidates with which the rest of the list begins, the longest name is taken.
func splitNames(list, comma string, e *election.Election) []string {
	var names []string
	pieces := strings.Split(list, comma)
	for from := 0; from < len(pieces); {
		name, to := strings.TrimSpace(pieces[from]), from+1
		for end := len(pieces); end > from+1; end-- {
			whole := strings.TrimSpace(strings.Join(pieces[from:end], comma))
			if slices.ContainsFunc(e.Candidates, func(c election.Candidate) bool { return c.Name == whole }) {
				name, to = whole, end
				break
			}
		}
		if name != "" {
			names = append(names, name)
		}
		from = to
	}
	return names
}
