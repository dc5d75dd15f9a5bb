package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

func newShareCmd() *cobra.Command {
	return newNoun("share", groupCoops, "Subscribe, pay for, issue and list shares",
		`  rochdale share subscribe 10
  rochdale share confirm-payment 4-9
  rochdale share issue 4-9
  rochdale share list`,
		newShareClassesCmd(), newShareRulesCmd(), newShareShowCmd(), newShareListCmd(), newShareRegisterCmd(), newShareOperationsCmd(),
		newShareSubscribeCmd(), newShareSubscriptionsCmd(), newShareCallCmd(), newShareArrearsCmd(), newSharePayPartCmd(), newShareConfirmCmd(), newShareIssueCmd(),
		newShareCancelCmd(), newShareRefundCmd(), newShareCorrectCmd(), newShareOpenClassCmd(), newShareSetRulesCmd(),
		newShareConvertCmd(), newShareTransferCmd(), newShareTransmitCmd(), newShareForfeitCmd(), newShareWriteDownCmd(), newShareBonusCmd())
}

// addClassFlag declares --class.
func addClassFlag(cmd *cobra.Command, class *uint16) {
	cmd.Flags().Uint16Var(class, "class", 1, "class of shares")
	must(cmd.RegisterFlagCompletionFunc("class", completeShareClass))
}

func newShareSubscribeCmd() *cobra.Command {
	var class uint16
	var serve serving
	cmd := newActCmd("subscribe UNITS", "Ask for new shares",
		`  rochdale share subscribe 10
  rochdale share subscribe 10 --class 2 --dry-run
  rochdale share subscribe 10 --of 14 --paper signed.pdf --propose 3`, wantArgs("UNITS"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			units, err := figure.Whole("shares", args[0])
			if err != nil {
				return act{}, withHint(fault("%w", err), "shares are whole: rochdale share subscribe 10")
			}
			m, paper, err := serve.read(cmd, s.member)
			if err != nil {
				return act{}, err
			}
			return act{kind: share.KindSubscribe, action: share.Subscribe{Member: m, Class: shareclass.Number(class), Units: units, Paper: paper},
				gives: "subscription", next: "pay at the bank; then the treasurer runs: rochdale share confirm-payment %d"}, nil
		})
	cmd.Long = `Ask for new shares of a class, at its par. They are issued once the treasurer has
confirmed that they are paid. With --of and --paper, a motion asks for a member who has no
key, on what it signed.`
	addClassFlag(cmd, &class)
	serve.add(cmd)
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
	var on string
	var document uint64
	cmd := newActCmd("issue SUBSCRIPTIONS", "Issue the shares of paid subscriptions",
		"  rochdale share issue 4\n  rochdale share issue 4,7,10-50 --date 2026-12-31 --document 17", wantArgs("SUBSCRIPTIONS"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			numbers, err := parseNumbers("subscription", args[0], share.MaxBatch)
			if err != nil {
				return act{}, err
			}
			day, err := parseDay("--date", on)
			return act{kind: share.KindIssue, action: share.Issue{Subscriptions: numbers, Day: day, Document: document}, next: "see the register: rochdale share register"}, err
		})
	addOperationFlags(cmd, &on, &document)
	return cmd
}

// addOperationFlags declares what an operation on the register may have beside.
func addOperationFlags(cmd *cobra.Command, day *string, document *uint64) {
	addDayFlag(cmd, day, "date", "day from which on it counts, today or before [today]")
	addDocumentFlag(cmd, document)
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
			paid := fmt.Sprintf("its shares can be issued, %s: rochdale share issue %d; or its money goes back: rochdale share refund %d --reason TEXT --propose KIND",
				s.by(share.KindIssue), n, n)
			return act{kind: share.KindCancel, action: share.Cancel{Member: sub.Member, Subscription: n},
				subject: fmt.Sprintf("share show %d", sub.Member), hints: map[uint32]string{share.ErrPaid.Code: paid}}, err
		})
}

func newShareRefundCmd() *cobra.Command {
	var reason string
	cmd := newActCmd("refund SUBSCRIPTIONS", "Record that the money for subscriptions went back",
		`  rochdale share refund 4 --reason "left before the issue" \
    --propose "two officers"`, wantArgs("SUBSCRIPTIONS"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			numbers, err := parseNumbers("subscription", args[0], share.MaxBatch)
			return act{kind: share.KindRefund, action: share.Refund{Subscriptions: numbers, Reason: reason},
				next: "see them: rochdale share subscriptions --status refunded"}, err
		})
	cmd.Long = `Record that the money for paid subscriptions went back from the bank to those who
paid it, and end the subscriptions. What was confirmed for the wrong one, while the
money is still there, is corrected: rochdale share correct. If an issue was taken back,
all members decide on the refund: what was capital goes back by a withdrawal or by them.`
	addReasonFlag(cmd, &reason)
	return cmd
}

func newShareCorrectCmd() *cobra.Command {
	var reason string
	cmd := newActCmd("correct SUBSCRIPTIONS", "Take back the last step of subscriptions: issue or payment",
		`  rochdale share correct 4 --reason "confirmed for the wrong member" \
    --propose "two officers"`, wantArgs("SUBSCRIPTIONS"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			numbers, err := parseNumbers("subscription", args[0], share.MaxBatch)
			return act{kind: share.KindCorrect, action: share.Correct{Subscriptions: numbers, Reason: reason},
				next: "see them: rochdale share subscriptions"}, err
		})
	cmd.Long = `Take back the last step of subscriptions, if it was a mistake: what is issued
becomes paid again, what is paid becomes unpaid. The books get the opposite entry.
All of them have to be at the same step. Money that really went back is refunded:
rochdale share refund. An issue is taken back within the charter's waiting time; after it,
and the payment behind it at any time, by all members.`
	addReasonFlag(cmd, &reason)
	return cmd
}

func newShareOpenClassCmd() *cobra.Command {
	var name, par string
	var least, most uint64
	cmd := newActCmd("open-class CLASS", "Add a class of shares, for ever",
		`  rochdale share open-class 2 --name "supporter share" --par 50.00 --most 200 \
    --propose 2 --title "Supporter shares"`,
		wantArgs("CLASS"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			class, err := parseNumberUpTo("class", args[0], math.MaxUint16)
			if err != nil {
				return act{}, withHint(fault("%v", err), "see those there are: rochdale share classes")
			}
			price, err := s.parseMoney(par)
			if err != nil {
				return act{}, err
			}
			m := shareclass.Open{Class: shareclass.Number(class), Name: name, Par: price, MinHolding: least, MaxHolding: most}
			return act{kind: shareclass.KindOpen, action: m}, nil
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
