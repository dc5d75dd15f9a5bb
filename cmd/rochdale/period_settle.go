package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// parseParts reads the period, the step and the members of a dividend's parts.
func parseParts(args []string) (p surplus.Period, step uint8, members []state.Member, err error) {
	if p, err = parsePeriod(args[0]); err != nil {
		return 0, 0, nil, err
	}
	if step, err = parseStep(p, args[1]); err != nil {
		return 0, 0, nil, err
	}
	numbers, err := parseNumbers("member", args[2], surplus.MaxBatch)
	for _, n := range numbers {
		members = append(members, state.Member(n))
	}
	return p, step, members, err
}

// parseStep reads the number of a step of a period's allocation.
func parseStep(p surplus.Period, text string) (uint8, error) {
	n, err := parseNumber("step", text)
	if err != nil || n > surplus.MaxSteps {
		return 0, withHint(fault("%q is not the number of a step", text), "see the steps: rochdale period show %d", p)
	}
	return uint8(n), nil
}

func newPeriodReturnCmd() *cobra.Command {
	var reason string
	var settled, notices bool
	cmd := newActCmd("return PERIOD STEP MEMBERS", "Record that what members got came back; undo a settlement",
		`  rochdale period return 1 4 7,9 --reason "account closed" \
    --propose "two officers"
  rochdale period return 1 4 7 --notices --reason "account closed" \
    --propose 1 --title "A notice came back"`, wantArgs("PERIOD", "STEP", "MEMBERS"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			p, step, members, err := parseParts(args)
			a := act{kind: payout.KindReturn, action: payout.Return{Period: p, Step: step, Members: members, Reason: reason},
				gives: "entry", next: fmt.Sprintf("pay again when you have another account: rochdale period pay %d %d MEMBERS", p, step)}
			if settled || notices {
				a.kind, a.action = payout.KindSettle, payout.Settle{Period: p, Step: step, Members: members, Notices: notices, Reason: reason, Back: true}
				a.next, a.subject = "", fmt.Sprintf("period show %d", p)
			}
			return a, err
		})
	cmd.Long = `Record that the bank sent back the money of a dividend that members had been paid.
It is owed to them again.

With --settled it takes back that their money was settled as unclaimed, and with
--notices that their notices were settled: a mistake, or a transfer that the bank
sent back. It comes from the account to which it went, and is owed again. Who may
settle may do that.`
	cmd.Flags().BoolVar(&settled, "settled", false, "take back that their money was settled")
	cmd.Flags().BoolVar(&notices, "notices", false, "take back that their notices were settled")
	cmd.MarkFlagsMutuallyExclusive("settled", "notices")
	addReasonFlag(cmd, &reason)
	return cmd
}

func newPeriodSettleCmd() *cobra.Command {
	var reason, to string
	var notices bool
	cmd := newActCmd("settle PERIOD STEP MEMBERS", "Settle what members are owed: unclaimed money, or notices",
		`  rochdale period settle 1 4 7,9 --to 3100 --reason "unclaimed for six years" \
    --propose 1 --title "Unclaimed dividends"
  rochdale period settle 1 4 1-50 --notices --to 1000 --reason "redeemed" \
    --propose 1 --title "Redemption"`,
		wantArgs("PERIOD", "STEP", "MEMBERS"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			p, step, members, err := parseParts(args)
			if err != nil {
				return act{}, err
			}
			code, err := parseAccount(to)
			return act{kind: payout.KindSettle, gives: "entry", subject: fmt.Sprintf("period show %d", p), action: payout.Settle{
				Period: p, Step: step, Members: members, Notices: notices, Account: code, Reason: reason,
			}}, err
		})
	cmd.Long = `Settle what members are owed of a dividend other than by paying it. Money that no one
claimed goes to a reserve or a fund. With --notices, what they hold as notices is
paid from the bank or, where they give it up, goes to a reserve or a fund.`
	cmd.Flags().StringVar(&to, "to", "", "the account: a reserve or a fund, for notices also the bank")
	cmd.Flags().BoolVar(&notices, "notices", false, "settle their notices, not their money")
	must(cmd.MarkFlagRequired("to"))
	must(cmd.RegisterFlagCompletionFunc("to", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return completeAccount(cmd)
	}))
	addReasonFlag(cmd, &reason)
	return cmd
}
