package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/document"
	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// A stepFile is one step of an allocation as people write it.
type stepFile struct {
	Sort    surplus.Sort      `json:"sort"`    // reserve, fund, share dividend, patronage dividend
	Of      surplus.Base      `json:"of"`      // surplus, rest, capital; left out for a fixed amount
	Rate    string            `json:"rate"`    // "15%", "12.5%" or "1/6"
	Amount  string            `json:"amount"`  // "500.00", instead of a rate
	Account account.Code      `json:"account"` // reserve, fund
	Class   shareclass.Number `json:"class"`   // share dividend
	Measure string            `json:"measure"` // patronage dividend
	Paid    string            `json:"paid"`    // patronage dividend: share in money, all if left out
}

func newPeriodAllocateCmd() *cobra.Command {
	cmd := newActCmd("allocate PERIOD RULE.json", "Allocate a period's surplus by a rule that members vote",
		`  rochdale period allocate 1 rule.json --propose 1 --title "Surplus of 2026"
  rochdale period allocate 1 rule.json --propose 1 --title "2026" --dry-run`,
		wantArgs("PERIOD", "RULE.json"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			p, err := parsePeriod(args[0])
			if err != nil {
				return act{}, err
			}
			steps, f, err := s.readSteps(args[1])
			if err != nil {
				return act{}, err
			}
			a := act{kind: surplus.KindAllocate, action: surplus.Allocate{Period: p, Steps: steps},
				subject: fmt.Sprintf("period show %d", p)}
			return a, s.divisible(p, steps, f)
		})
	cmd.Long = `Allocate a period's surplus by a rule: the steps of a JSON file, in order. What no
step takes is carried forward.

  [
    {"sort": "reserve", "of": "surplus", "rate": "15%", "account": 3100},
    {"sort": "fund", "amount": "500.00", "account": 3200},
    {"sort": "share dividend", "of": "capital", "rate": "3%", "class": 1},
    {"sort": "patronage dividend", "of": "rest", "rate": "100%",
      "measure": "purchases", "paid": "20%"}
  ]

"of" is surplus, rest (what the steps before have left) or capital; "paid" is the
part in money, the rest being held as notices, and all if left out.`
	cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 1 {
			return []string{"json"}, cobra.ShellCompDirectiveFilterFileExt
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return cmd
}

// divisible refuses a rule that the ledger would refuse now, in its words, and says
// which step it is. Each step is tried with those before it.
func (s *session) divisible(p surplus.Period, steps []surplus.Step, f *document.File) error {
	if _, err := surplus.PlanOf(s, p, nil); err != nil {
		return refused(err)
	}
	for i := range steps {
		if _, err := surplus.PlanOf(s, p, steps[:i+1]); err != nil {
			return refusedAt(f, err, i)
		}
	}
	return nil
}

// formOfRule is the hint for a file that is no rule.
const formOfRule = "see the form of a rule: rochdale period allocate --help"

// readSteps reads the file of a rule.
func (r *reading) readSteps(path string) ([]surplus.Step, *document.File, error) {
	var files []stepFile
	f, err := readDocument("the rule", path, &files, formOfRule)
	if err != nil {
		return nil, nil, err
	}
	var steps []surplus.Step
	for i, file := range files {
		s, field, err := r.step(file)
		if err != nil {
			return nil, nil, withHint(fault("%w", f.At(fmt.Errorf("step %d: %w", i+1, err), i, field)), "%s", or(hintOf(err), formOfRule))
		}
		steps = append(steps, s)
	}
	return steps, f, nil
}

// step turns what people write into what the ledger takes. With an error it names the
// field that is wrong, if it is one.
func (r *reading) step(f stepFile) (s surplus.Step, field string, err error) {
	s = surplus.Step{Sort: f.Sort, Base: f.Of, Account: f.Account, Class: f.Class}
	switch {
	case (f.Rate == "") == (f.Amount == ""):
		return s, "", fault("give a rate or an amount")
	case f.Amount != "":
		if f.Of != 0 && f.Of != surplus.Fixed {
			return s, "of", fault("an amount is not a rate of the %v", f.Of)
		}
		s.Base = surplus.Fixed
		if s.Amount, err = r.parseMoney(f.Amount); err != nil {
			return s, "amount", err
		}
	default:
		if s.Rate, err = parseShareOfOne(f.Rate); err != nil {
			return s, "rate", err
		}
	}
	if f.Measure != "" {
		if s.Measure, err = parseMeasure(f.Measure); err != nil {
			return s, "measure", err
		}
	}
	if f.Sort == surplus.PatronageDividend {
		s.Paid, err = parseShareOfOne(or(f.Paid, "100%"))
	} else if f.Paid != "" {
		err = fault("only a patronage dividend is held as notices")
	}
	return s, "paid", err
}

// parseShareOfOne reads a part of a whole.
func parseShareOfOne(text string) (money.Rate, error) {
	rate, err := figure.Rate(text)
	return rate, wrongFigure(err)
}
