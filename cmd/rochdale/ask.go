package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// envCoop names the co-op that reads are about when --coop does not.
const envCoop = "ROCHDALE_COOP"

// A reading is one co-op's records at one height, read from a node with the rooms'
// own functions.
type reading struct {
	state.Reader
	name   string         // of the co-op
	policy charter.Policy // of its charter
	lists  *lists         // nil at an older height
}

// money writes an amount in the co-op's currency.
func (r *reading) money(a money.Amount) string { return r.policy.Money(a) }

// parseMoney reads an amount in the co-op's currency.
func (r *reading) parseMoney(text string) (money.Amount, error) {
	amount, err := figure.Money(text, r.policy.Digits)
	return amount, wrongFigure(err)
}

// wrongFigure says how a number is written that could not be read.
func wrongFigure(err error) error {
	if err == nil {
		return nil
	}
	return withHint(fault("%w", err), "%s", figure.Hint(err))
}

// class names a class of members.
func (r *reading) class(c charter.Class) string {
	if c == 0 || int(c) > len(r.policy.Classes) {
		return fmt.Sprintf("class %d", c)
	}
	return r.policy.Classes[c-1]
}

// addCoopFlag declares whose records a command is about.
func addCoopFlag(cmd *cobra.Command) {
	cmd.Flags().Uint32("coop", 0, "number of the co-op [$"+envCoop+"]")
	must(cmd.RegisterFlagCompletionFunc("coop", completeCoop))
}

// addReadFlags declares the flags of every command that reads records.
func addReadFlags(cmd *cobra.Command) {
	addCoopFlag(cmd)
	cmd.Flags().Uint64("height", 0, "read as it was after this block, not as it is now")
	must(cmd.RegisterFlagCompletionFunc("height", cobra.NoFileCompletions))
}

// read opens the records that cmd's flags name and shows what ask makes of
// them. A rejection that a room's read function returns ("no such member") is
// the answer to a question, not a refused action: it is a fault.
func read(cmd *cobra.Command, ask func(r *reading) error) error {
	c, all, err := readAll(cmd)
	if err != nil {
		return err
	}
	n, err := coopWanted(cmd, all)
	if err != nil {
		return err
	}
	r, err := readingOf(all, n)
	if err != nil {
		return explainRead(err)
	}
	layUnlocked(cmd, all.Chain(), n)
	if height, _ := cmd.Flags().GetUint64("height"); height == 0 {
		r.lists = &lists{cmd.Context(), c}
	}
	return explainRead(ask(r))
}

// readTables is read for a command that needs most records of the tables that it reads.
func readTables(cmd *cobra.Command, ask func(r *reading) error) error {
	return read(cmd, func(r *reading) error {
		if all, ok := r.Reader.(state.Remote); ok {
			r.Reader = client.InTables(all)
		}
		return ask(r)
	})
}

// readFederation is read for what belongs to no one co-op.
func readFederation(cmd *cobra.Command, ask func(r state.Reader) error) error {
	_, all, err := readAll(cmd)
	if err != nil {
		return err
	}
	return explainRead(ask(all))
}

// dial connects to the node that the settings name.
func dial(cmd *cobra.Command) (*client.Client, error) {
	s, err := settingsOf(cmd)
	if err != nil {
		return nil, err
	}
	c, err := client.Dial(s.Node)
	return c, explainAsk(s.Node, err)
}

// readAll opens the height that --height names, or the last.
func readAll(cmd *cobra.Command) (*client.Client, state.Remote, error) {
	c, err := dial(cmd)
	if err != nil {
		return nil, state.Remote{}, err
	}
	height, _ := cmd.Flags().GetUint64("height")
	r, err := c.At(cmd.Context(), height)
	if err != nil {
		s, _ := settingsOf(cmd)
		return c, r, explainAsk(s.Node, err)
	}
	return c, r, nil
}

// coopWanted is the co-op that the flag or the environment names, or the only
// one there is.
func coopWanted(cmd *cobra.Command, r state.Reader) (state.Coop, error) {
	if n, err := coopNamed(cmd); n != 0 || err != nil {
		return n, err
	}
	coops, err := coopNumbers(r, 2)
	if err != nil {
		return 0, err
	}
	if len(coops) == 1 {
		return coops[0], nil
	}
	return 0, withHint(fault("which co-op? the federation has several"),
		"give --coop N or set %s; see them with: rochdale federation show", envCoop)
}

// coopNamed is the co-op of --coop or the environment; zero if neither names one.
func coopNamed(cmd *cobra.Command) (state.Coop, error) {
	n, _ := cmd.Flags().GetUint32("coop")
	switch {
	case n != 0:
		return state.Coop(n), nil
	case cmd.Flags().Changed("coop"):
		return 0, withHint(fault("--coop 0 is no co-op: they are numbered from 1"), "give the number of one, see them with: rochdale federation show")
	}
	text := os.Getenv(envCoop)
	if text == "" {
		return 0, nil
	}
	number, err := figure.Ordinal("the number of a co-op", text)
	if err != nil || number > math.MaxUint32 {
		return 0, withHint(fault("%s is %q, which is not the number of a co-op", envCoop, text), "see them with: rochdale federation show")
	}
	return state.Coop(number), nil
}

// coopNumbers lists the first max co-ops.
func coopNumbers(r state.Reader, max int) ([]state.Coop, error) {
	var out []state.Coop
	err := federation.Range(r, func(n state.Coop, _ federation.Coop) (bool, error) {
		out = append(out, n)
		return len(out) < max, nil
	})
	return out, err
}

// readingOf opens one co-op's records.
func readingOf(r state.Reader, n state.Coop) (*reading, error) {
	coop, err := federation.Find(r, n)
	if err != nil {
		return nil, err
	}
	of := r.Of(n)
	policy, err := charter.PolicyOf(of)
	return &reading{Reader: of, name: coop.Name, policy: policy}, err
}

// explainRead says what to do about a record that is not there or a node that
// stopped answering.
func explainRead(err error) error {
	refusal := state.Rejected(err)
	if refusal == nil {
		return err
	}
	return withHint(fault("%w", err), "%s", or(wording.Hint(refusal.Code), "see rochdale federation show for what there is"))
}

// explainAsk says what to do when a node does not answer, or not as it should.
func explainAsk(address string, err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, state.ErrHeight):
		return withHint(fault("%w", err), "leave --height out for the last block, or ask a node that keeps more: --node ADDRESS")
	case errors.Is(err, client.ErrAddress):
		return withHint(fault("%w", err), "write it like --node %s", defaultNode)
	case errors.Is(err, client.ErrForeign):
		return withHint(fault("%w", err), "check the address: --node or %s", envNode)
	case errors.Is(err, client.ErrUnreachable):
		return withHint(fault("%w", err), "is a node running at %s? start a federation to try things out with: rochdale dev; name another node with --node or %s",
			address, envNode)
	}
	return withHint(fault("%w", err), "try again in a moment, or name another node with --node")
}

// or is the first text that is not empty.
func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// parseNumber reads the number of a member, motion, account or the like.
func parseNumber(what, text string) (uint64, error) {
	return parseNumberUpTo(what, text, math.MaxUint64)
}

// parseNumberUpTo is parseNumber for numbers that cannot be above a bound.
func parseNumberUpTo(what, text string, most uint64) (uint64, error) {
	n, err := figure.Ordinal("the number of "+article(what), text)
	if err == nil && n > most {
		err = fmt.Errorf("there is no %s %d: numbers go up to %d", what, n, most)
	}
	if err != nil {
		return 0, withHint(fault("%w", err), "numbers are whole and start at 1")
	}
	return n, nil
}

// article puts "a" or "an" before a noun.
func article(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// addReasonFlag adds --reason, which has to be given.
func addReasonFlag(cmd *cobra.Command, reason *string) {
	cmd.Flags().StringVar(reason, "reason", "", "why, for everyone to read; name no one")
	must(cmd.MarkFlagRequired("reason"))
	must(cmd.RegisterFlagCompletionFunc("reason", cobra.NoFileCompletions))
}

// mayGiveReason adds --reason, which may be left out.
func mayGiveReason(cmd *cobra.Command, reason *string) {
	cmd.Flags().StringVar(reason, "reason", "", "why, for everyone to read; name no one [none]")
	must(cmd.RegisterFlagCompletionFunc("reason", cobra.NoFileCompletions))
}

// parseDay reads a day of the calendar, in days since 1970; zero if it is left out.
func parseDay(flag, text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, withHint(fault("%s %q is no day", flag, text), "%s", dayWords(text))
	}
	if day.Unix() < 0 {
		return 0, withHint(fault("%s %s is before 1970-01-01, the first day that the ledger can write", flag, text), "write that day, or leave it out where it can be left out")
	}
	return state.DayOf(day.Unix()), nil
}

// dayLike ends what help says of every flag that is a day.
const dayLike = ", like 2026-12-31"

// addDayFlag adds a flag whose value is a day.
func addDayFlag(cmd *cobra.Command, day *string, name, about string) {
	cmd.Flags().StringVar(day, name, "", about+dayLike)
	must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
}
