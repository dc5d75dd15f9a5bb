package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
)

func newAccountCmd() *cobra.Command {
	return newNoun("account", groupCoops, "Keep the books: post, correct, and draw up statements",
		`  rochdale account list
  rochdale account post "rent for May" --debit 5200=450.00 --credit 1000=450.00
  rochdale account balance-sheet`,
		newAccountListCmd(), newAccountJournalCmd(), newAccountTrialCmd(), newAccountSheetCmd(),
		newAccountPostCmd(), newAccountReverseCmd(), newAccountOpenCmd())
}

// parseAccount reads an account's code.
func parseAccount(text string) (account.Code, error) {
	n, err := parseNumberUpTo("account", text, math.MaxUint16)
	if err != nil {
		return 0, withHint(fault("%v", err), "see the chart: rochdale account list")
	}
	return account.Code(n), nil
}

func newAccountPostCmd() *cobra.Command {
	var debits, credits []string
	var date string
	var of memberFlag
	cmd := newActCmd("post NARRATIVE", "Enter a balanced posting in the journal",
		`  rochdale account post "rent for May" --debit 5200=450.00 --credit 1000=450.00
  rochdale account post takings --debit 1000=90.00 --debit 1100=10.00 \
    --credit 4000=100.00
  rochdale account post "a part of a loan paid back" --member 7 \
    --debit 2400=100.00 --credit 1000=100.00 --propose 3`,
		wantArgs("NARRATIVE"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			lines, err := s.parseLines(debits, credits)
			if err != nil {
				return act{}, err
			}
			if err := s.balanced(lines); err != nil {
				return act{}, err
			}
			day, err := parseDay("--date", date)
			if err != nil {
				return act{}, err
			}
			whom, err := of.member(cmd, 0)
			if err != nil {
				return act{}, err
			}
			a := act{kind: account.KindPost, action: account.Post{Narrative: args[0], Lines: lines, Day: day, Of: whom},
				gives: "entry", next: "if it is wrong, correct it with: rochdale account reverse %d"}
			if whom != 0 {
				a.facts, err = s.loansAfter(whom, lines)
			}
			return a, err
		})
	cmd.Long = `Enter a balanced posting in the journal. The narrative says what happened, for
everyone to read: name no one. Each --debit and --credit is ACCOUNT=AMOUNT, and
debits and credits must be equal. Nothing posted is ever edited: a mistake is
reversed by a new entry.

The entry falls into the period of its --date, so that what happened in one year
never counts in another, whenever it is entered.

--member says which member it concerns, such as the one whose loan is paid back: what
is left of the loan is then shown, and goes along when the co-op leaves. Nobody alone
says it: put the entry to a motion with --propose, such as one of two officers.`
	addDayFlag(cmd, &date, "date", "the day on which it happened, if not today")
	addMemberFlag(cmd, &of, "member", "the member whom it concerns, such as one whose loan is paid back")
	// Arrays, not slices: a comma stands at thousands.
	cmd.Flags().StringArrayVar(&debits, "debit", nil, "ACCOUNT=AMOUNT to debit; may be given several times")
	cmd.Flags().StringArrayVar(&credits, "credit", nil, "ACCOUNT=AMOUNT to credit; may be given several times")
	for _, flag := range []string{"debit", "credit"} {
		must(cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			codes, _ := completeAccount(cmd)
			for i, c := range codes {
				code, name, _ := strings.Cut(c, "\t")
				codes[i] = cobra.CompletionWithDesc(code+"=", name)
			}
			return codes, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		}))
	}
	return cmd
}

// parseLines reads the lines of an entry. Amounts are positive on both sides: a
// minus is more likely a mistake than a line on the other side.
func (r *reading) parseLines(debits, credits []string) ([]account.Line, error) {
	var lines []account.Line
	add := func(texts []string, flag string, make func(account.Code, money.Amount) account.Line) error {
		for _, text := range texts {
			code, amount, ok := strings.Cut(text, "=")
			if !ok {
				return withHint(fault("--%s %q is not ACCOUNT=AMOUNT", flag, text), "write it like --%s 1000=450.00", flag)
			}
			account, err := parseAccount(strings.TrimSpace(code))
			if err != nil {
				return err
			}
			minor, err := r.parseMoney(strings.TrimSpace(amount))
			if err != nil {
				return err
			}
			if minor <= 0 {
				return withHint(fault("--%s %s: an amount must be more than zero", flag, text), "use --debit and --credit for the two sides")
			}
			lines = append(lines, make(account, minor))
		}
		return nil
	}
	if err := add(debits, "debit", account.Debit); err != nil {
		return nil, err
	}
	return lines, add(credits, "credit", account.Credit)
}

// balanced refuses lines whose sides differ, as the ledger would, but in money.
// One-sided entries and sums out of range are left to the ledger's own words.
func (r *reading) balanced(lines []account.Line) error {
	var debits, credits money.Amount
	var err error
	for _, l := range lines {
		if l.Amount > 0 {
			debits, err = money.Add(debits, l.Amount)
		} else {
			credits, err = money.Add(credits, -l.Amount)
		}
		if err != nil {
			return nil
		}
	}
	if debits == credits || debits == 0 || credits == 0 {
		return nil
	}
	refused := account.ErrUnbalanced
	return withHint(&exitError{code: exitRejected, rejection: refused.Code,
		err: fmt.Errorf("%s: debits come to %s, credits to %s", refused.Reason, r.money(debits), r.money(credits))}, "%s", wording.Hint(refused.Code))
}

func newAccountReverseCmd() *cobra.Command {
	var reason string
	cmd := newActCmd("reverse ENTRY", "Correct an entry by posting its opposite",
		`  rochdale account reverse 12 --reason "booked to the wrong account"`, wantArgs("ENTRY"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			n, err := parseNumber("journal entry", args[0])
			return act{kind: account.KindReverse, action: account.Reverse{Entry: n, Narrative: reason},
				gives: "entry", next: "post it as it should have been: rochdale account post"}, err
		})
	addReasonFlag(cmd, &reason)
	return cmd
}

// accountTypes are the words for the types of accounts.
func accountTypes() []string {
	var out []string
	for t := account.Asset; t.Known(); t++ {
		out = append(out, t.String())
	}
	return out
}

func newAccountOpenCmd() *cobra.Command {
	var name, kind string
	var creditOnly bool
	cmd := newActCmd("open CODE", "Add an account to the chart, for ever",
		`  rochdale account open 5300 --type expense --name "insurance"`, wantArgs("CODE"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			code, err := parseAccount(args[0])
			if err != nil {
				return act{}, err
			}
			if err := checkWord("--type", kind, accountTypes()); err != nil {
				return act{}, err
			}
			m := account.Open{Code: code, Name: name}
			if err := m.Type.UnmarshalText([]byte(kind)); err != nil {
				return act{}, err
			}
			if creditOnly {
				m.Guard = account.CreditOnly
			}
			return act{kind: account.KindOpen, action: m, next: "see the chart: rochdale account list"}, nil
		})
	cmd.Flags().StringVar(&name, "name", "", "name of the account")
	cmd.Flags().StringVar(&kind, "type", "", list(accountTypes(), "or"))
	cmd.Flags().BoolVar(&creditOnly, "credit-only", false, "an indivisible reserve: it can be added to and never drawn on by hand")
	must(cmd.MarkFlagRequired("name"))
	must(cmd.MarkFlagRequired("type"))
	must(cmd.RegisterFlagCompletionFunc("name", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("type", cobra.FixedCompletions(accountTypes(), cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}
