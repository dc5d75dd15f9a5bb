package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// A stepFile is one step of an allocation as people write it.
type stepFile struct {
	Sort    surplus.Sort `json:"sort"`    // reserve, fund, share dividend, patronage dividend
	Of      surplus.Base `json:"of"`      // surplus, rest, capital; left out for a fixed amount
	Rate    string       `json:"rate"`    // "15%", "12.5%" or "1/6"
	Amount  string       `json:"amount"`  // "500.00", instead of a rate
	Account account.Code `json:"account"` // reserve, fund
	Class   share.Class  `json:"class"`   // share dividend
	Measure string       `json:"measure"` // patronage dividend
	Paid    string       `json:"paid"`    // patronage dividend: share in money, all if left out
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
			steps, err := s.readSteps(args[1])
			if err != nil {
				return act{}, err
			}
			a := act{kind: surplus.KindAllocate, action: surplus.Allocate{Period: p, Steps: steps},
				subject: fmt.Sprintf("period show %d", p)}
			if err := a.action.Check(); err != nil {
				return a, refused(err)
			}
			return a, s.divisible(p, steps)
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

// divisible refuses a rule that the ledger would refuse now, in its words.
func (s *session) divisible(p surplus.Period, steps []surplus.Step) error {
	_, err := surplus.PlanOf(s, p, steps)
	return refused(err)
}

// readSteps reads the file of a rule, strictly: a field it does not know is an
// error, so that a misspelt rule is never silently left out.
func (r *reading) readSteps(path string) ([]surplus.Step, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, withHint(fault("reading the rule: %w", err), "check the path")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var files []stepFile
	if err := dec.Decode(&files); err != nil {
		return nil, withHint(fault("%s: %w", path, err), "see the form of a rule: rochdale period allocate --help")
	}
	var steps []surplus.Step
	for i, f := range files {
		s, err := r.step(f)
		if err != nil {
			return nil, withHint(fault("%s, step %d: %w", path, i+1, err), "%s", or(hintOf(err), "see the form of a rule: rochdale period allocate --help"))
		}
		steps = append(steps, s)
	}
	return steps, nil
}

// step turns what people write into what the ledger takes.
func (r *reading) step(f stepFile) (surplus.Step, error) {
	s := surplus.Step{Sort: f.Sort, Base: f.Of, Account: f.Account, Class: f.Class}
	var err error
	switch {
	case (f.Rate == "") == (f.Amount == ""):
		return s, fault("give a rate or an amount")
	case f.Amount != "":
		if f.Of != 0 && f.Of != surplus.Fixed {
			return s, fault("an amount is not a rate of the %v", f.Of)
		}
		s.Base = surplus.Fixed
		if s.Amount, err = r.parseMoney(f.Amount); err != nil {
			return s, err
		}
	default:
		if s.Rate, err = parseShareOfOne(f.Rate); err != nil {
			return s, err
		}
	}
	if f.Measure != "" {
		if s.Measure, err = parseMeasure(f.Measure); err != nil {
			return s, err
		}
	}
	if f.Sort == surplus.PatronageDividend {
		s.Paid, err = parseShareOfOne(or(f.Paid, "100%"))
	} else if f.Paid != "" {
		err = fault("only a patronage dividend is held as notices")
	}
	return s, err
}

// parseShareOfOne reads a part of a whole.
func parseShareOfOne(text string) (money.Rate, error) {
	rate, err := figure.Rate(text)
	return rate, wrongFigure(err)
}
