package receipt

import (
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func sayHolding(l ledger, s Subject) ([]string, error) {
	coop, err := nameOf(l, s.Coop)
	if err != nil {
		return nil, err
	}
	l = l.in(s.Coop)
	terms, err := shareclass.TermsOf(l.r, s.Class)
	if errors.Is(err, shareclass.ErrClass) {
		return say("There is no class %d of shares of %s.", s.Class, coop)
	}
	if err != nil {
		return nil, err
	}
	policy, err := charter.PolicyOf(l.r)
	if err != nil {
		return nil, err
	}
	_, err = l.member(l.r, s.Member)
	if errors.Is(err, member.ErrUnknown) {
		return say("There is no member %d on the register of %s.", s.Member, coop)
	}
	if err != nil {
		return nil, err
	}
	held, err := share.HoldingOf(l.r, s.Class, s.Member)
	if err != nil {
		return nil, err
	}
	class := fmt.Sprintf("class %d, %s, of par %s", s.Class, words.Quote(terms.Name), policy.Money(terms.Par))
	if terms.Lost > 0 {
		class += ", written down to " + policy.Money(terms.Value())
	}
	if held.Units == 0 {
		return say("Member %d of %s holds no shares of %s.%s", s.Member, coop, class, pending(held))
	}
	value, err := money.Times(held.Units, terms.Value())
	if err != nil {
		return nil, fmt.Errorf("value of %d shares: %w", held.Units, err)
	}
	return []string{
		fmt.Sprintf("Member %d of %s holds %s of %s.", s.Member, coop, words.Plural(held.Units, "share"), class),
		fmt.Sprintf("That is %s of share capital.", policy.Money(value)),
		fmt.Sprintf("Last changed by operation %d on the register of shares.%s", held.Operation, pending(held)),
	}, nil
}

func pending(h share.Holding) string {
	if h.Pending == 0 {
		return ""
	}
	return fmt.Sprintf(" %s %s subscribed for and not issued yet.", words.Count(h.Pending), words.Agree(h.Pending, "more share is", "more shares are"))
}

func sayAllocation(l ledger, s Subject) ([]string, error) {
	coop, err := nameOf(l, s.Coop)
	if err != nil {
		return nil, err
	}
	l = l.in(s.Coop)
	period, err := l.period(l.r, s.Period)
	if errors.Is(err, surplus.ErrPeriod) {
		return say("There is no period %d of %s.", s.Period, coop)
	}
	if err != nil {
		return nil, err
	}
	policy, err := charter.PolicyOf(l.r)
	if err != nil {
		return nil, err
	}
	says := []string{fmt.Sprintf("Period %d of %s is called %s.", s.Period, coop, words.Quote(period.Name))}
	switch period.Stage {
	case surplus.Opened:
		return append(says, "It is open: no surplus has been declared."), nil
	case surplus.Closed:
		return append(says, outcome(policy, period), "It has not been allocated."), nil
	}
	says = append(says, outcome(policy, period),
		fmt.Sprintf("It was allocated on %s by motion %d: %s was appropriated and %s carried forward.",
			words.Time(period.AllocatedAt), period.By.Motion, policy.Money(period.Appropriated), policy.Money(period.Carried())))
	if period.Stage == surplus.Allocating {
		says = append(says, "The dividends are still being divided.")
	}
	var total money.Amount
	for step := range period.Steps {
		sentence, part, err := sayStep(l, policy, s, step+1)
		if err != nil {
			return nil, err
		}
		says = append(says, sentence)
		total += part.Share()
	}
	return append(says, fmt.Sprintf("In all, member %d has %s of it.", s.Member, policy.Money(total))), nil
}

// outcome describes the result of a closed period.
func outcome(policy charter.Policy, s surplus.Statement) string {
	word, came := "surplus", s.Surplus
	if came < 0 {
		word, came = "loss", -came
	}
	return fmt.Sprintf("It closed on %s with a %s of %s; %s had been carried into it.",
		words.Time(s.ClosedAt), word, policy.Money(came), policy.Money(s.Opening))
}

// sayStep says what one step of an allocation did, and what the member has of it.
func sayStep(l ledger, policy charter.Policy, s Subject, step uint8) (string, surplus.Part, error) {
	a, err := surplus.AllotmentOf(l.r, s.Period, step)
	if err != nil {
		return "", surplus.Part{}, err
	}
	pool := policy.Money(a.Pool)
	if a.Step.Sort == surplus.ToReserve || a.Step.Sort == surplus.ToFund {
		return fmt.Sprintf("Step %d put %s to the %v, account %d.", step, pool, a.Step.Sort, a.Step.Account), surplus.Part{}, nil
	}
	head := fmt.Sprintf("Step %d divided %s as a %v", step, pool, a.Step.Sort)
	part, ok, err := surplus.PartOf(l.r, s.Period, step, s.Member)
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
	by := patronage(policy, a, part.Claim)
	if a.Step.Sort == surplus.ShareDividend {
		by = fmt.Sprintf("%s of %s shares of class %d", words.Count(part.Claim), words.Count(a.Total), a.Step.Class)
	}
	ways := fmt.Sprintf("%s in money, %s", policy.Money(part.Cash), paid(part))
	if part.Notice > 0 {
		ways += fmt.Sprintf(", and %s as a notice, %s", policy.Money(part.Notice), redeemed(part))
	}
	if part.Shares > 0 {
		ways += fmt.Sprintf("; %s went to the member's shares", policy.Money(part.Shares))
	}
	return fmt.Sprintf("%s; member %d, with %s, has %s.", head, s.Member, by, ways), part, nil
}

// patronage is a member's part of what all did: "200.00 EUR of 300.00 EUR in
// purchases", "2,500 of 3,000 hours".
func patronage(policy charter.Policy, a surplus.Allotment, claim uint64) string {
	m, total := a.Step.Measure, a.Total
	if m.InMoney() && total < 1<<63 {
		return fmt.Sprintf("%s of %s in %v", policy.Money(money.Amount(claim)), policy.Money(money.Amount(total)), m)
	}
	return fmt.Sprintf("%s of %s %v", words.Decimal(claim, a.Digits), words.Decimal(total, a.Digits), m)
}

func paid(p surplus.Part) string {
	switch {
	case p.Cash == 0:
		return "nothing to be paid"
	case p.Paid != 0:
		return fmt.Sprintf("paid by journal entry %d", p.Paid)
	case p.Settled != 0:
		return fmt.Sprintf("settled other than by paying it, by journal entry %d, and no longer owed", p.Settled)
	}
	return "not paid yet"
}

func redeemed(p surplus.Part) string {
	if p.Redeemed != 0 {
		return fmt.Sprintf("settled by journal entry %d and no longer owed", p.Redeemed)
	}
	return "owed and not yet due"
}
