package main

import (
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// parseUnits reads a number of shares.
func parseUnits(text string) (uint64, error) {
	units, err := figure.Whole("shares", text)
	if err != nil {
		return 0, withHint(fault("%w", err), "shares are whole: 10")
	}
	return units, nil
}

// requireMemberFlag declares a member whom the command needs.
func requireMemberFlag(cmd *cobra.Command, m *memberFlag, name, about string) {
	addMemberFlag(cmd, m, name, about)
	must(cmd.MarkFlagRequired(name))
}

func newShareConvertCmd() *cobra.Command {
	var class, into uint16
	cmd := newActCmd("convert UNITS", "Make shares of yours shares of another class",
		"  rochdale share convert 10 --class 1 --into 2", wantArgs("UNITS"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			units, err := parseUnits(args[0])
			return act{kind: holding.KindConvert, subject: fmt.Sprintf("share show %d", s.member), action: holding.Convert{
				Member: s.member, Class: shareclass.Number(class), Into: shareclass.Number(into), Units: units,
			}}, err
		})
	addClassFlag(cmd, &class)
	cmd.Flags().Uint16Var(&into, "into", 0, "class that they become")
	must(cmd.MarkFlagRequired("into"))
	must(cmd.RegisterFlagCompletionFunc("into", completeShareClass))
	return cmd
}

func newShareTransferCmd() *cobra.Command {
	var class uint16
	var document uint64
	var to memberFlag
	var price string
	cmd := newActCmd("transfer UNITS", "Give shares of yours to another member, at their value",
		"  rochdale share transfer 10 --to 7", wantArgs("UNITS"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			units, err := parseUnits(args[0])
			if err != nil {
				return act{}, err
			}
			receiver, err := to.member(cmd, 0)
			if err != nil {
				return act{}, err
			}
			m := holding.Transfer{From: s.member, To: receiver, Class: shareclass.Number(class), Units: units, Document: document}
			if price != "" {
				m.Price, err = s.parseMoney(price)
			}
			return act{kind: holding.KindTransfer, action: m, subject: fmt.Sprintf("share show %d", s.member)}, err
		})
	addClassFlag(cmd, &class)
	requireMemberFlag(cmd, &to, "to", "member who receives them")
	cmd.Flags().StringVar(&price, "price", "", "what each is given for [its value]")
	must(cmd.RegisterFlagCompletionFunc("price", cobra.NoFileCompletions))
	addDocumentFlag(cmd, &document)
	return cmd
}

func newShareTransmitCmd() *cobra.Command {
	var class uint16
	var document uint64
	var from, to memberFlag
	var reason string
	cmd := newActCmd("transmit UNITS", "Give the shares of a member who has died to the heir",
		`  rochdale share transmit 10 --of 4 --to 7 --document 31 \
    --reason "the nomination" --propose 1`, wantArgs("UNITS"), true,
		func(cmd *cobra.Command, _ *session, args []string) (act, error) {
			units, err := parseUnits(args[0])
			if err != nil {
				return act{}, err
			}
			giver, err := from.member(cmd, 0)
			if err != nil {
				return act{}, err
			}
			receiver, err := to.member(cmd, 0)
			return act{kind: holding.KindTransmit, next: "see the register: rochdale share register", action: holding.Transmit{
				From: giver, To: receiver, Class: shareclass.Number(class), Units: units, Reason: reason, Document: document,
			}}, err
		})
	addClassFlag(cmd, &class)
	requireMemberFlag(cmd, &from, "of", "member whose shares they are")
	requireMemberFlag(cmd, &to, "to", "member who receives them")
	addDocumentFlag(cmd, &document)
	addReasonFlag(cmd, &reason)
	return cmd
}

func newShareForfeitCmd() *cobra.Command {
	var class uint16
	var from memberFlag
	var reason string
	cmd := newActCmd("forfeit UNITS", "End shares of one who left long ago, for the reserve",
		`  rochdale share forfeit 10 --of 4 --reason "not heard of since 2020" \
    --propose 1`, wantArgs("UNITS"), true,
		func(cmd *cobra.Command, _ *session, args []string) (act, error) {
			units, err := parseUnits(args[0])
			if err != nil {
				return act{}, err
			}
			m, err := from.member(cmd, 0)
			return act{kind: holding.KindForfeit, next: "see the register: rochdale share register", action: holding.Forfeit{
				Member: m, Class: shareclass.Number(class), Units: units, Reason: reason,
			}}, err
		})
	addClassFlag(cmd, &class)
	requireMemberFlag(cmd, &from, "of", "member whose shares they are")
	addReasonFlag(cmd, &reason)
	return cmd
}

func newShareWriteDownCmd() *cobra.Command {
	var reserve bool
	var reason string
	cmd := newActCmd("write-down LOSS", "Have the share capital bear a loss that was declared",
		`  rochdale share write-down 5,000.00 --with-reserve \
    --reason "the loss of 2026" --propose 2`, wantArgs("LOSS"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			loss, err := s.parseMoney(args[0])
			return act{kind: holding.KindWriteDown, next: "see what a share is worth: rochdale share register",
				action: holding.WriteDown{Loss: loss, Reserve: reserve, Reason: reason}}, err
		})
	cmd.Long = `Have the share capital bear a loss that was declared: every share of every class loses
the same part of its value. With --with-reserve the statutory reserve bears its part, so
that the capital bears loss × capital / (capital + reserve).`
	cmd.Flags().BoolVar(&reserve, "with-reserve", false, "the statutory reserve bears its part")
	addReasonFlag(cmd, &reason)
	return cmd
}

func newShareBonusCmd() *cobra.Command {
	var class uint16
	var from, reason string
	cmd := newActCmd("bonus UNITS MEMBERS", "Give members shares that a fund of the co-op pays up",
		`  rochdale share bonus 2 1-50,60 --account 3200 \
    --reason "ten years" --propose 1`, wantArgs("UNITS", "MEMBERS"), true,
		func(_ *cobra.Command, _ *session, args []string) (act, error) {
			units, err := parseUnits(args[0])
			if err != nil {
				return act{}, err
			}
			members, err := parseNumbers("member", args[1], holding.MaxBonus)
			if err != nil {
				return act{}, err
			}
			code, err := parseNumberUpTo("account", from, math.MaxUint16)
			if err != nil {
				return act{}, err
			}
			m := holding.Bonus{Class: shareclass.Number(class), From: account.Code(code), Reason: reason}
			for _, n := range members {
				m.Entries = append(m.Entries, holding.Gift{Member: state.Member(n), Units: units})
			}
			return act{kind: holding.KindBonus, action: m, next: "see the register: rochdale share register"}, nil
		})
	addClassFlag(cmd, &class)
	cmd.Flags().StringVar(&from, "account", "", "fund that pays them up")
	must(cmd.MarkFlagRequired("account"))
	must(cmd.RegisterFlagCompletionFunc("account", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return completeAccount(cmd)
	}))
	addReasonFlag(cmd, &reason)
	return cmd
}

// addDocumentFlag declares the number of a paper.
func addDocumentFlag(cmd *cobra.Command, document *uint64) {
	cmd.Flags().Uint64Var(document, "document", 0, "number of the paper behind it in the co-op's files")
	must(cmd.RegisterFlagCompletionFunc("document", cobra.NoFileCompletions))
}
