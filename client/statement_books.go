package client

import (
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	text "github.com/rochdale-ledger/rochdale/state/words"
)

func sayHolding(r state.Reader, s Subject) ([]string, error) {
	coop, err := nameOf(r, s.Coop)
	if err != nil {
		return nil, err
	}
	r = r.Of(s.Coop)
	terms, err := share.TermsOf(r, s.Class)
	if errors.Is(err, share.ErrClass) {
		return say("There is no class %d of shares of %s.", s.Class, coop)
	}
	if err != nil {
		return nil, err
	}
	policy, err := charter.PolicyOf(r)
	if err != nil {
		return nil, err
	}
	_, err = member.Find(r, s.Member)
	if errors.Is(err, member.ErrUnknown) {
		return say("There is no member %d on the register of %s.", s.Member, coop)
	}
	if err != nil {
		return nil, err
	}
	held, err := share.HoldingOf(r, s.Class, s.Member)
	if err != nil {
		return nil, err
	}
	class := fmt.Sprintf("class %d, %s, of par %s", s.Class, quoted(terms.Name), amount(policy, terms.Par))
	if held.Units == 0 {
		return say("Member %d of %s holds no shares of %s.%s", s.Member, coop, class, pending(held))
	}
	value, err := money.Times(held.Units, terms.Par)
	if err != nil {
		return nil, fmt.Errorf("value of %d shares: %w", held.Units, err)
	}
	return []string{
		fmt.Sprintf("Member %d of %s holds %s of %s.", s.Member, coop, counted(held.Units, "share", "shares"), class),
		fmt.Sprintf("That is %s of share capital.", amount(policy, value)),
		fmt.Sprintf("So it has been since operation %d on the register of shares.%s", held.Operation, pending(held)),
	}, nil
}

func pending(h share.Holding) string {
	if h.Pending == 0 {
		return ""
	}
	return fmt.Sprintf(" %s subscribed for and not issued yet.", counted(h.Pending, "more share is", "more shares are"))
}

func sayAllocation(r state.Reader, s Subject) ([]string, error) {
	coop, err := nameOf(r, s.Coop)
	if err != nil {
		return nil, err
	}
	r = r.Of(s.Coop)
	period, err := surplus.PeriodOf(r, s.Period)
	if errors.Is(err, surplus.ErrPeriod) {
		return say("There is no period %d of %s.", s.Period, coop)
	}
	if err != nil {
		return nil, err
	}
	policy, err := charter.PolicyOf(r)
	if err != nil {
		return nil, err
	}
	words := []string{fmt.Sprintf("Period %d of %s is called %s.", s.Period, coop, quoted(period.Name))}
	switch period.Stage {
	case surplus.Opened:
		return append(words, "It is open: no surplus has been declared."), nil
	case surplus.Closed:
		return append(words, outcome(policy, period), "It has not been allocated."), nil
	}
	words = append(words, outcome(policy, period),
		fmt.Sprintf("It was allocated on %s by motion %d: %s was appropriated and %s carried forward.",
			when(period.AllocatedAt), period.By.Motion, amount(policy, period.Appropriated), amount(policy, period.Carried())))
	if period.Stage == surplus.Allocating {
		words = append(words, "The dividends are still being divided.")
	}
	var total money.Amount
	for step := uint8(1); step <= period.Steps; step++ {
		sentence, part, err := sayStep(r, policy, s, step)
		if err != nil {
			return nil, err
		}
		words = append(words, sentence)
		total += part.Cash + part.Notice
	}
	return append(words, fmt.Sprintf("In all, member %d has %s of it.", s.Member, amount(policy, total))), nil
}

// outcome says what a closed period came to.
func outcome(policy charter.Policy, s surplus.Statement) string {
	word, came := "surplus", s.Surplus
	if came < 0 {
		word, came = "loss", -came
	}
	return fmt.Sprintf("It closed on %s with a %s of %s; %s had been carried into it.",
		when(s.ClosedAt), word, amount(policy, came), amount(policy, s.Opening))
}

// sayStep says what one step of an allocation did, and what the member has of it.
func sayStep(r state.Reader, policy charter.Policy, s Subject, step uint8) (string, surplus.Part, error) {
	a, err := surplus.AllotmentOf(r, s.Period, step)
	if err != nil {
		return "", surplus.Part{}, err
	}
	pool := amount(policy, a.Pool)
	if a.Step.Sort == surplus.ToReserve || a.Step.Sort == surplus.ToFund {
		return fmt.Sprintf("Step %d put %s to the %v, account %d.", step, pool, a.Step.Sort, a.Step.Account), surplus.Part{}, nil
	}
	head := fmt.Sprintf("Step %d divided %s as a %v", step, pool, a.Step.Sort)
	part, ok, err := surplus.PartOf(r, s.Period, step, s.Member)
	if err != nil {
		return "", part, err
	}
	if !ok {
		yet := ""
		if !a.Done {
			yet = " yet"
		}
		return fmt.Sprintf("%s; member %d has no part in it%s.", head, s.Member, yet), part, nil
	}
	by := patronage(policy, a.Step.Measure, part.Claim, a.Total)
	if a.Step.Sort == surplus.ShareDividend {
		by = fmt.Sprintf("%s of %s shares of class %d", text.Count(part.Claim), text.Count(a.Total), a.Step.Class)
	}
	ways := fmt.Sprintf("%s in money, %s", amount(policy, part.Cash), paid(part))
	if part.Notice > 0 {
		ways += fmt.Sprintf(", and %s as a notice, owed and not yet due", amount(policy, part.Notice))
	}
	return fmt.Sprintf("%s; member %d, with %s, has %s.", head, s.Member, by, ways), part, nil
}

// patronage is a member's part of what all did: "200.00 EUR of 300.00 EUR in
// purchases", "2,500 of 3,000 hours".
func patronage(policy charter.Policy, m surplus.Measure, claim, total uint64) string {
	if m.InMoney() && total < 1<<63 {
		return fmt.Sprintf("%s of %s in %v", amount(policy, money.Amount(claim)), amount(policy, money.Amount(total)), m)
	}
	return fmt.Sprintf("%s of %s %v", text.Count(claim), text.Count(total), m)
}

func paid(p surplus.Part) string {
	switch {
	case p.Cash == 0:
		return "nothing to be paid"
	case p.Paid == 0:
		return "not paid yet"
	}
	return fmt.Sprintf("paid by journal entry %d", p.Paid)
}

// counted is a number with its noun.
func counted(n uint64, one, many string) string {
	return text.Count(n) + " " + text.Agree(n, one, many)
}

// amount writes minor units in the co-op's currency.
func amount(p charter.Policy, a money.Amount) string { return p.Money(a) }
