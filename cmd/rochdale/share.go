package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/share"
)

func newShareCmd() *cobra.Command {
	return newNoun("share", groupCoops, "Subscribe, pay for, issue and list shares",
		`  rochdale share subscribe 10
  rochdale share confirm-payment 4-9
  rochdale share issue 4-9
  rochdale share list`,
		newShareClassesCmd(), newShareListCmd(), newShareShowCmd(), newShareSubscriptionsCmd(),
		newShareSubscribeCmd(), newShareConfirmCmd(), newShareIssueCmd(), newShareCancelCmd(), newShareOpenClassCmd())
}

// describeShare says what an action on the register of shares does, or "".
func (r *reading) describeShare(a state.Action) string {
	switch a := a.(type) {
	case share.OpenClass:
		return fmt.Sprintf("open share class %d, %q, at a par of %s, of which a member may hold %s to %s",
			a.Class, a.Terms.Name, r.money(a.Terms.Par), formatCount(int64(a.Terms.MinHolding)), plural(a.Terms.MaxHolding, "share"))
	case share.Subscribe:
		words := fmt.Sprintf("subscribe %s of class %d for member %d", plural(a.Units, "new share"), a.Class, a.Member)
		if terms, err := share.TermsOf(r, a.Class); err == nil {
			words += ", at " + r.money(terms.Par) + " each" + r.atPar(terms, a.Units)
		}
		return words
	case share.ConfirmPayment:
		return fmt.Sprintf("confirm that the money for %s is in the bank", subscriptionWords(a.Subscriptions))
	case share.Issue:
		return fmt.Sprintf("issue the shares of %s", subscriptionWords(a.Subscriptions))
	case share.Cancel:
		return fmt.Sprintf("cancel subscription %d of member %d", a.Subscription, a.Member)
	}
	return ""
}

// subscriptionWords is "subscription 4", "subscriptions 4 to 9" or, where the
// numbers have gaps, how many there are.
func subscriptionWords(numbers []uint64) string {
	n := len(numbers)
	switch {
	case n == 1:
		return fmt.Sprintf("subscription %d", numbers[0])
	case n > 1 && numbers[n-1]-numbers[0] == uint64(n-1):
		return fmt.Sprintf("subscriptions %d to %d", numbers[0], numbers[n-1])
	case n > 10 || n == 0:
		return plural(uint64(n), "subscription")
	}
	var words []string
	for _, m := range numbers {
		words = append(words, fmt.Sprint(m))
	}
	return "subscriptions " + list(words, "and")
}

// addClassFlag declares --class.
func addClassFlag(cmd *cobra.Command, class *uint16) {
	cmd.Flags().Uint16Var(class, "class", 1, "class of shares")
	must(cmd.RegisterFlagCompletionFunc("class", completeShareClass))
}

func newShareSubscribeCmd() *cobra.Command {
	var class uint16
	var of uint64
	cmd := newActCmd("subscribe UNITS", "Ask for new shares",
		"  rochdale share subscribe 10\n  rochdale share subscribe 10 --class 2 --dry-run", wantArgs("UNITS"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			units, err := strconv.ParseUint(strings.ReplaceAll(args[0], ",", ""), 10, 64)
			if err != nil {
				return act{}, withHint(fault("%q is not a number of shares", args[0]), "shares are whole: rochdale share subscribe 10")
			}
			m := s.member
			if of != 0 {
				m = state.Member(of)
			}
			return act{kind: share.KindSubscribe, action: share.Subscribe{Member: m, Class: share.Class(class), Units: units},
				gives: "subscription", next: "pay at the bank; then the treasurer runs: rochdale share confirm-payment %d"}, nil
		})
	cmd.Long = `Ask for new shares of a class, at its par. They are issued once the treasurer has
confirmed that they are paid.`
	addClassFlag(cmd, &class)
	cmd.Flags().Uint64Var(&of, "of", 0, "for this member instead of yourself, if the charter lets you")
	return cmd
}

func newShareConfirmCmd() *cobra.Command {
	cmd := newActCmd("confirm-payment SUBSCRIPTIONS", "Record that the money for subscriptions is in the bank",
		"  rochdale share confirm-payment 4\n  rochdale share confirm-payment 4,7,10-50", wantArgs("SUBSCRIPTIONS"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			numbers, err := parseNumbers("subscription", args[0], share.MaxBatch)
			return act{kind: share.KindConfirmPayment, action: share.ConfirmPayment{Subscriptions: numbers},
				next: "issue the shares with: rochdale share issue " + args[0]}, err
		})
	return cmd
}

func newShareIssueCmd() *cobra.Command {
	return newActCmd("issue SUBSCRIPTIONS", "Issue the shares of paid subscriptions",
		"  rochdale share issue 4\n  rochdale share issue 4,7,10-50", wantArgs("SUBSCRIPTIONS"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			numbers, err := parseNumbers("subscription", args[0], share.MaxBatch)
			return act{kind: share.KindIssue, action: share.Issue{Subscriptions: numbers}, next: "see the register: rochdale share list"}, err
		})
}

func newShareCancelCmd() *cobra.Command {
	return newActCmd("cancel SUBSCRIPTION", "Take back a subscription that is not paid",
		"  rochdale share cancel 4", wantArgs("SUBSCRIPTION"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			n, err := parseNumber("subscription", args[0])
			if err != nil {
				return act{}, err
			}
			sub, err := share.SubscriptionOf(s, n)
			return act{kind: share.KindCancel, action: share.Cancel{Member: sub.Member, Subscription: n},
				subject: fmt.Sprintf("share show %d", sub.Member)}, err
		})
}

func newShareOpenClassCmd() *cobra.Command {
	var name, par string
	var least, most uint64
	cmd := newActCmd("open-class CLASS", "Add a class of shares, for ever",
		`  rochdale share open-class 2 --name "supporter share" --par 50.00 --most 200 --propose 2 --title "Supporter shares"`,
		wantArgs("CLASS"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			class, err := strconv.ParseUint(args[0], 10, 16)
			if err != nil {
				return act{}, withHint(fault("%q is not the number of a class", args[0]), "see those there are: rochdale share classes")
			}
			price, err := s.parseMoney(par)
			if err != nil {
				return act{}, err
			}
			terms := share.Terms{Name: name, Par: price, MinHolding: least, MaxHolding: most}
			return act{kind: share.KindOpenClass, action: share.OpenClass{Class: share.Class(class), Terms: terms}}, nil
		})
	cmd.Flags().StringVar(&name, "name", "", "name of the class")
	cmd.Flags().StringVar(&par, "par", "", "price of one share, which never changes")
	cmd.Flags().Uint64Var(&least, "least", 0, "shares that whoever subscribes must hold at least")
	cmd.Flags().Uint64Var(&most, "most", 0, "shares that a member may hold at most")
	for _, flag := range []string{"name", "par", "most"} {
		must(cmd.MarkFlagRequired(flag))
		must(cmd.RegisterFlagCompletionFunc(flag, cobra.NoFileCompletions))
	}
	return cmd
}

// parseNumbers reads "4,7,10-50", ascending or not, at most max numbers.
func parseNumbers(what, text string, max int) ([]uint64, error) {
	var out []uint64
	for part := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(part, "-")
		first, err := parseNumber(what, strings.TrimSpace(low))
		if err != nil {
			return nil, err
		}
		last := first
		if isRange {
			if last, err = parseNumber(what, strings.TrimSpace(high)); err != nil {
				return nil, err
			}
		}
		if last < first || last-first >= uint64(max) || len(out)+int(last-first) >= max {
			return nil, withHint(fault("%q names no %ss, or more than %d", text, what, max), "write it like 4,7,10-50, in parts of at most %d", max)
		}
		for n := first; n <= last; n++ {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	if len(slices.Compact(slices.Clone(out))) != len(out) {
		return nil, withHint(fault("%q names a %s twice", text, what), "name each once")
	}
	return out, nil
}
