package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func newWithdrawalCmd() *cobra.Command {
	return newNoun("withdrawal", groupCoops, "Ask the value of shares back, redeem and pay in turn",
		`  rochdale withdrawal request 5
  rochdale withdrawal queue
  rochdale withdrawal redeem 4-9
  rochdale withdrawal pay 4-9`,
		newWithdrawalQueueCmd(), newWithdrawalListCmd(), newWithdrawalShowCmd(), newWithdrawalRequestCmd(), newWithdrawalCancelCmd(),
		newWithdrawalRedeemCmd(), newWithdrawalPayCmd(), newWithdrawalSuspendCmd(), newWithdrawalResumeCmd(),
		newWithdrawalDeductCmd(), newWithdrawalSetAsideCmd(), newWithdrawalLapseCmd())
}

func newWithdrawalRequestCmd() *cobra.Command {
	var class uint16
	var serve serving
	cmd := newActCmd("request UNITS", "Ask the value of shares back",
		`  rochdale withdrawal request 5
  rochdale withdrawal request 5 --of 7 --propose 4
  rochdale withdrawal request 5 --of 14 --paper signed.pdf --propose 3`, wantArgs("UNITS"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			units, err := figure.Whole("shares", args[0])
			if err != nil {
				return act{}, withHint(fault("%w", err), "shares are whole: rochdale withdrawal request 5")
			}
			m, paper, err := serve.read(cmd, s.member)
			if err != nil {
				return act{}, err
			}
			return act{kind: withdrawal.KindRequest, action: withdrawal.Request{Member: m, Class: shareclass.Number(class), Units: units, Paper: paper},
				gives: "request", next: "see its place: rochdale withdrawal list --from %d"}, nil
		})
	cmd.Long = `Ask the value of shares back. The request has a place in the queue, in the order in
which requests are registered. When its notice is over and its turn has come, the shares
are redeemed and their value is owed; then it is paid in the same order. With --of, ask for
a member who has left or, with --paper, for one who has no key.`
	addClassFlag(cmd, &class)
	addMemberFlag(cmd, &serve.of, "of", "for this member, who has left or has no key, instead of yourself")
	serve.addPaper(cmd)
	return cmd
}

func newWithdrawalCancelCmd() *cobra.Command {
	var serve serving
	cmd := newActCmd("cancel REQUEST", "Take back a request that waits",
		"  rochdale withdrawal cancel 4\n  rochdale withdrawal cancel 4 --paper signed.pdf --propose 4", wantArgs("REQUEST"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			n, err := parseNumber("request", args[0])
			if err != nil {
				return act{}, err
			}
			t, err := withdrawal.Find(s, n)
			if err != nil {
				return act{}, err
			}
			paper, err := serve.seal(cmd)
			return act{kind: withdrawal.KindCancel, action: withdrawal.Cancel{Member: t.Member, Request: n, Paper: paper},
				subject: fmt.Sprintf("share show %d", t.Member)}, err
		})
	cmd.Flags().StringVar(&serve.paper, "paper", "", "of a member who has no key: file with what it signed, or a commitment to it")
	must(cmd.MarkFlagFilename("paper"))
	return cmd
}

func newWithdrawalRedeemCmd() *cobra.Command {
	var units uint64
	cmd := newActCmd("redeem REQUESTS", "End the shares of the first requests, whose value is owed then",
		"  rochdale withdrawal redeem 4\n  rochdale withdrawal redeem 4,5,7-9\n  rochdale withdrawal redeem 4,5 --units 12", wantArgs("REQUESTS"), true,
		func(cmd *cobra.Command, _ *session, args []string) (act, error) {
			numbers, err := parseNumbers("request", args[0], withdrawal.MaxBatch)
			if err != nil {
				return act{}, err
			}
			a := act{hints: map[uint32]string{share.ErrUnits.Code: "leave --units out to redeem all of the last request, or give fewer shares than it has"},
				kind: withdrawal.KindRedeem, action: withdrawal.Redeem{Requests: numbers, Units: units},
				next: "when the bank has paid: rochdale withdrawal pay " + args[0]}
			if cmd.Flags().Changed("units") {
				if units == 0 {
					return act{}, withHint(fault("--units of none"), "leave it out to redeem all")
				}
				a.gives, a.next = "request", "it is a request of its own: rochdale withdrawal show %d"
			}
			return a, nil
		})
	cmd.Long = `End the shares of the first requests that wait: their value is owed from then on. Of the
last of them --units redeems a part, where a floor leaves no more; rochdale withdrawal
queue says how many. The part is a request of its own, with a number of its own. The rest
keeps its number, its date and its place: nobody else is redeemed before it. Fewer than
the floors leave are redeemed only as all members decide.`
	cmd.Flags().Uint64Var(&units, "units", 0, "redeem only so many shares of the last request [all]")
	must(cmd.Flags().SetAnnotation("units", fromOne, []string{}))
	must(cmd.RegisterFlagCompletionFunc("units", cobra.NoFileCompletions))
	return cmd
}

// leaves finds in a refusal how many shares of a request a floor leaves.
var leaves = regexp.MustCompile(`of request (\d+) it leaves (\d+)`)

// floorHint is the command that redeems as much as a floor leaves, by the refusal of more; ""
// of another action.
func floorHint(action state.Action, refusal string) string {
	m, is := action.(withdrawal.Redeem)
	found := leaves.FindStringSubmatch(refusal)
	if !is || found == nil {
		return ""
	}
	last, _ := strconv.ParseUint(found[1], 10, 64) // digits; one that is too large is nobody's
	var all []string
	for _, n := range m.Requests {
		if n < last {
			all = append(all, fmt.Sprint(n))
		}
	}
	units := ""
	if found[2] != "0" {
		all, units = append(all, found[1]), " --units "+found[2]
	}
	if len(all) == 0 {
		return "the floor leaves no share to be redeemed now; see it: rochdale withdrawal queue, rochdale share rules"
	}
	return fmt.Sprintf("redeem as much as the floor leaves: rochdale withdrawal redeem %s%s", strings.Join(all, ","), units)
}

func newWithdrawalPayCmd() *cobra.Command {
	var amount string
	cmd := newActCmd("pay REQUESTS", "Record that the bank paid what is owed to the first requests",
		"  rochdale withdrawal pay 4-9\n  rochdale withdrawal pay 4-9 --amount 500.00", wantArgs("REQUESTS"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			numbers, err := parseNumbers("request", args[0], withdrawal.MaxBatch)
			if err != nil {
				return act{}, err
			}
			m := withdrawal.Pay{Requests: numbers}
			if cmd.Flags().Changed("amount") {
				if m.Amount, err = s.parseMoney(amount); err != nil {
					return act{}, err
				}
				if m.Amount == 0 {
					return act{}, withHint(fault("--amount of nothing"), "leave it out to pay all that is owed")
				}
			}
			return act{kind: withdrawal.KindPay, action: m, next: "see what is owed: rochdale withdrawal queue"}, nil
		})
	cmd.Long = `Record that the bank paid what is owed for redeemed shares: in full, or an amount, which
is divided in the order of the queue or, where the rules say so, in proportion to what is
owed among all who were redeemed on one day. What was set aside is paid by itself.`
	cmd.Flags().StringVar(&amount, "amount", "", "what was paid in all [all that is owed]")
	must(cmd.RegisterFlagCompletionFunc("amount", cobra.NoFileCompletions))
	return cmd
}

func newWithdrawalSuspendCmd() *cobra.Command {
	var reason string
	cmd := newActCmd("suspend", "Stop redemptions and payments for a time",
		`  rochdale withdrawal suspend --reason "the roof is paid first" \
    --propose "two officers"`, cobra.NoArgs, true,
		func(*cobra.Command, *session, []string) (act, error) {
			return act{kind: withdrawal.KindSuspend, action: withdrawal.Suspend{Reason: reason},
				next: "have them go on with: rochdale withdrawal resume"}, nil
		})
	addReasonFlag(cmd, &reason)
	return cmd
}

func newWithdrawalResumeCmd() *cobra.Command {
	return newActCmd("resume", "Have redemptions and payments go on",
		`  rochdale withdrawal resume --propose "two officers"`, cobra.NoArgs, true,
		func(*cobra.Command, *session, []string) (act, error) {
			return act{kind: withdrawal.KindResume, action: withdrawal.Resume{}, next: "see who is next: rochdale withdrawal queue"}, nil
		})
}

func newWithdrawalDeductCmd() *cobra.Command {
	var reason string
	var from, claim uint16
	cmd := newActCmd("deduct REQUEST AMOUNT", "Take from what is owed what a member owes, or its part of a loss",
		`  rochdale withdrawal deduct 4 120.00 --account 1400 \
    --reason "the loan of May" --propose 1
  rochdale withdrawal deduct 4 80.00 --account 3300 --claim 1200 \
    --reason "loss of 2026" --propose 1`, wantArgs("REQUEST", "AMOUNT"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			n, err := parseNumber("request", args[0])
			if err != nil {
				return act{}, err
			}
			amount, err := s.parseMoney(args[1])
			return act{kind: withdrawal.KindDeduct, next: "see what is left: rochdale withdrawal list", action: withdrawal.Deduct{
				Request: n, Amount: amount, Account: account.Code(from), Claim: account.Code(claim), Reason: reason,
			}}, err
		})
	cmd.Flags().Uint16Var(&from, "account", 0, "account of what the member owes, or 3300 for a loss")
	cmd.Flags().Uint16Var(&claim, "claim", 0, "account to which what was paid is claimed back, of a loss")
	must(cmd.MarkFlagRequired("account"))
	for _, flag := range []string{"account", "claim"} {
		must(cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			return completeAccount(cmd)
		}))
	}
	addReasonFlag(cmd, &reason)
	return cmd
}

func newWithdrawalSetAsideCmd() *cobra.Command {
	var reason string
	cmd := newActCmd("set-aside REQUEST", "Let those behind go on, since nobody claims its money",
		`  rochdale withdrawal set-aside 4 --reason "moved, no address" \
    --propose "ordinary resolution"`, wantArgs("REQUEST"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			n, err := parseNumber("request", args[0])
			return act{kind: withdrawal.KindSetAside, action: withdrawal.SetAside{Request: n, Reason: reason},
				next: "pay it when its member comes: rochdale withdrawal pay " + args[0]}, err
		})
	addReasonFlag(cmd, &reason)
	return cmd
}

func newWithdrawalLapseCmd() *cobra.Command {
	var reason string
	cmd := newActCmd("lapse REQUEST", "Give what nobody claimed for long to the statutory reserve",
		`  rochdale withdrawal lapse 4 --reason "not claimed for three years" \
    --propose 1`, wantArgs("REQUEST"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			n, err := parseNumber("request", args[0])
			return act{kind: withdrawal.KindLapse, action: withdrawal.Lapse{Request: n, Reason: reason},
				next: "see it with: rochdale withdrawal list"}, err
		})
	addReasonFlag(cmd, &reason)
	return cmd
}

// requestInfo is a request as results show it.
type requestInfo struct {
	Number uint64 `json:"request"`
	withdrawal.Ticket
	Time stamp `json:"time"`
}

// queueInfo is the queue as results show it.
type queueInfo struct {
	withdrawal.Queue
	Since  stamp        `json:"suspended"`
	Redeem *requestInfo `json:"next_to_redeem"`
	Leaves uint64       `json:"floors_leave"`        // of its shares
	Below  string       `json:"stopped_by,omitzero"` // why they leave no more
	Pay    *requestInfo `json:"next_to_pay"`
	Aside  money.Amount `json:"set_aside"` // of debt, what is paid when its member comes; minor units
}

func newWithdrawalQueueCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "queue",
		Short:   "Show who is next to be redeemed and paid, and what is owed",
		Example: "  rochdale withdrawal queue --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error {
				q, err := r.queueInfo()
				if err != nil {
					return err
				}
				return show(cmd, q, func(w io.Writer) { r.writeQueue(w, q) })
			})
		},
	}
	addReadFlags(cmd)
	return cmd
}

func (r *reading) queueInfo() (info queueInfo, err error) {
	if info.Queue, err = withdrawal.QueueOf(r); err != nil {
		return info, err
	}
	info.Since = stamp(info.Queue.Since)
	first := func(n uint64) (*requestInfo, error) {
		if n == 0 {
			return nil, nil
		}
		t, err := withdrawal.Find(r, n)
		return &requestInfo{n, t, stamp(t.Time)}, err
	}
	next, _, err := info.Next(r)
	if err != nil {
		return info, err
	}
	if info.Redeem, err = first(next); err != nil {
		return info, err
	}
	if info.Redeem != nil {
		units, below, err := withdrawal.Leave(r, info.Redeem.Ticket)
		if err != nil {
			return info, err
		}
		if info.Leaves = units; below != nil {
			info.Below = below.Reason
		}
	}
	if info.Pay, err = first(info.Owed.First); err != nil {
		return info, err
	}
	info.Aside = info.Debt
	for n := info.Owed.First; n != 0; {
		t, err := withdrawal.Find(r, n)
		if err != nil {
			return info, err
		}
		info.Aside -= t.Rest()
		n = t.Next
	}
	return info, nil
}

// readiness says from when on a request can be redeemed, or since when.
func readiness(ready, today uint64) string {
	if ready <= today {
		return "ready since " + words.Day(ready)
	}
	return "ready on " + words.Day(ready)
}

func (r *reading) writeQueue(w io.Writer, q queueInfo) {
	if q.Since != 0 {
		fmt.Fprintf(w, "Withdrawals are suspended since %s by %v, for the reason %s.\n", q.Since, q.By, words.Quote(q.Reason))
	}
	if q.Redeem == nil {
		fmt.Fprintln(w, "No request waits.")
	} else {
		fmt.Fprintf(w, "Next to be redeemed is request %d, of member %d, %s.\n", q.Redeem.Number, q.Redeem.Member, readiness(q.Redeem.Ready, state.DayOf(r.Time())))
		if q.Below != "" {
			fmt.Fprintf(w, "Of its %s the floors leave %s to be redeemed: %s after that.\n", plural(q.Redeem.Units, "share"), formatCount(int64(q.Leaves)), q.Below)
		}
	}
	if q.Pay == nil {
		fmt.Fprintln(w, "No request that was redeemed waits for its money.")
	} else {
		fmt.Fprintf(w, "Next to be paid is request %d, of member %d, %s.\n", q.Pay.Number, q.Pay.Member, r.money(q.Pay.Rest()))
	}
	fmt.Fprintf(w, "Owed for redeemed shares: %s\n", r.money(q.Debt))
	if q.Aside != 0 {
		fmt.Fprintf(w, "Of that, %s is set aside, to be paid when its members come: rochdale withdrawal list --status %q\n", r.money(q.Aside), withdrawal.Aside)
	}
}

func newWithdrawalListCmd() *cobra.Command {
	var page pageFlags
	var status string
	names := []string{}
	for s := withdrawal.Waiting; s <= withdrawal.Aside; s++ {
		names = append(names, s.String())
	}
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List requests in the order of their registration",
		Example: "  rochdale withdrawal list\n  rochdale withdrawal list --status owed",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			if err := checkWord("--status", status, names); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return listRequests(cmd, r, &page, status) })
		},
	}
	page.add(cmd, "request")
	cmd.Flags().StringVar(&status, "status", "", "only those that are "+list(names, "or"))
	must(cmd.RegisterFlagCompletionFunc("status", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)))
	addReadFlags(cmd)
	return cmd
}

func listRequests(cmd *cobra.Command, r *reading, page *pageFlags, status string) error {
	requests := []requestInfo{}
	var next uint64
	err := withdrawal.Range(r, page.from, ^uint64(0), func(n uint64, t withdrawal.Ticket) (bool, error) {
		if status != "" && t.Status.String() != status {
			return true, nil
		}
		if len(requests) == page.limit {
			next = n
			return false, nil
		}
		requests = append(requests, requestInfo{n, t, stamp(t.Time)})
		return true, nil
	})
	if err != nil {
		return err
	}
	if next != 0 {
		page.more(cmd, next)
	}
	if len(requests) == 0 {
		note(cmd, "no requests to show")
	}
	return show(cmd, requests, func(w io.Writer) {
		r.requestTable(requests).write(w)
	})
}

// requestTable has a column of what was deducted where something was, else one of the days
// from which on requests that wait can be redeemed: both are wider than a page.
func (r *reading) requestTable(requests []requestInfo) *table {
	deducted := slices.ContainsFunc(requests, func(q requestInfo) bool { return q.Taken != 0 })
	ready := !deducted && slices.ContainsFunc(requests, func(q requestInfo) bool { return q.Redeemed == 0 })
	heads := []string{"request", "status", "member", "class", "shares"}
	if ready {
		heads = append(heads, "ready")
	}
	heads = append(heads, "value", "paid")
	if deducted {
		heads = append(heads, "deducted")
	}
	t := newTable(append(heads, "rest")...)
	for _, q := range requests {
		cells := []any{q.Number, q.Status, q.Member, q.Class, formatCount(int64(q.Units))}
		if ready {
			cells = append(cells, words.Day(q.Ready))
		}
		money := []any{"", "", "", ""}
		if q.Redeemed != 0 {
			money = []any{r.bare(q.Value), r.bare(q.Paid), r.bare(q.Taken), r.bare(q.Rest())}
		}
		if !deducted {
			money = slices.Delete(money, 2, 3)
		}
		t.row(append(cells, money...)...)
	}
	return t
}
