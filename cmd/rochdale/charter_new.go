package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/spf13/cobra"
)

// presetInfo is a preset as results show it.
type presetInfo struct {
	Preset string `json:"preset"`
	About  string `json:"about"`
}

func newCharterPresetsCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "presets",
		Short:   "List the charters to begin with",
		Example: "  rochdale charter presets",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var list []presetInfo
			for _, name := range rulebook.Presets() {
				p, err := rulebook.Find(name, app.Kinds)
				if err != nil {
					return err
				}
				list = append(list, presetInfo{name, p.Document.About})
			}
			return show(cmd, list, func(w io.Writer) {
				for _, p := range list {
					writeFacts(w, fact{p.Preset, p.About})
				}
			})
		},
	}
}

// newCharter is what charter new asks.
type newCharter struct{ preset, name, currency, classes, alone, output string }

// newCharterInfo is its result.
type newCharterInfo struct {
	File   string `json:"file"`
	Preset string `json:"preset"`
}

func newCharterNewCmd() *cobra.Command {
	var a newCharter
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Write the charter of a co-op that is to be founded, from a preset",
		Example: `  rochdale charter new
  rochdale charter new --preset uk-worker --name "Delcer Bakers" -o delcer.toml
  rochdale charter lint delcer.toml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.ask(cmd); err != nil {
				return err
			}
			text, err := a.write()
			if err != nil {
				return err
			}
			if err := writeNew("the charter", a.output, text); err != nil {
				return err
			}
			hint(cmd, "read and edit it, then see what it allows with: rochdale charter lint %s", a.output)
			return show(cmd, newCharterInfo{a.output, a.preset}, func(w io.Writer) {
				writeFacts(w, fact{"written", a.output}, fact{"preset", a.preset})
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f := cmd.Flags()
	f.StringVar(&a.preset, "preset", "", "what to begin with: see rochdale charter presets")
	f.StringVar(&a.name, "name", "", "what the charter is called [as the preset]")
	f.StringVar(&a.currency, "currency", "", "of the books, three capitals [as the preset]")
	f.StringVar(&a.classes, "classes", "", "classes of members, with commas between them [as the preset]")
	f.StringVar(&a.alone, "alone", "", "what one officer moves in a day without another [as the preset]")
	f.StringVarP(&a.output, "output", "o", "charter.toml", "the file to write")
	must(cmd.MarkFlagFilename("output", "toml"))
	must(cmd.RegisterFlagCompletionFunc("preset", cobra.FixedCompletions(rulebook.Presets(), cobra.ShellCompDirectiveNoFileComp)))
	for _, name := range []string{"name", "currency", "classes", "alone"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
	return cmd
}

// ask asks at a terminal for what no flag says. Without one, the rest is as the preset has
// it, which has to be named.
func (a *newCharter) ask(cmd *cobra.Command) error {
	terminal := isTerminal(cmd.InOrStdin())
	if a.preset == "" && !terminal {
		return withHint(fault("a charter begins with a preset, and there is no terminal to ask at"), "give --preset: %s", strings.Join(rulebook.Presets(), ", "))
	}
	// answer asks until what is answered can stand.
	answer := func(into *string, flag, question, otherwise string, stands func() error) error {
		if cmd.Flags().Changed(flag) || !terminal {
			return nil
		}
		for {
			text, err := promptLine(cmd, fmt.Sprintf("%s [%s]", question, otherwise))
			if err != nil {
				return err
			}
			*into = or(strings.TrimSpace(text), otherwise)
			if err = stands(); err == nil {
				return nil
			}
			notePage(cmd, "%v", err)
			if e := (*exitError)(nil); errors.As(err, &e) && e.hint != "" {
				hint(cmd, "%s", e.hint)
			}
		}
	}
	if terminal && !cmd.Flags().Changed("preset") {
		notePage(cmd, "presets: %s", strings.Join(rulebook.Presets(), ", "))
	}
	if err := answer(&a.preset, "preset", "which preset", rulebook.Standard, a.known); err != nil {
		return err
	}
	if _, err := a.write(); err != nil {
		return err
	}
	p, err := rulebook.Find(a.preset, app.Kinds)
	if err != nil {
		return err
	}
	d := p.Document
	for _, q := range []struct {
		into                      *string
		flag, question, otherwise string
	}{
		{&a.name, "name", "what is the co-op called", a.preset},
		{&a.currency, "currency", "which currency has it, three capitals", d.Policy.Currency},
		{&a.classes, "classes", "which classes of members are there", strings.Join(d.Policy.Classes, ", ")},
		{&a.alone, "alone", "what may one officer move in a day", alone(d.Policy)},
	} {
		stands := func() error {
			_, err := a.write()
			return err
		}
		if err := answer(q.into, q.flag, q.question, q.otherwise, stands); err != nil {
			return err
		}
	}
	return nil
}

// alone is what one officer moves in a day by a preset, as an answer has it.
func alone(p charter.PolicyText) string {
	if p.Alone == 0 {
		return rulebook.AnyAmount
	}
	return words.Decimal(p.Alone, p.Digits)
}

// known refuses a preset that there is not.
func (a *newCharter) known() error {
	if slices.Contains(rulebook.Presets(), a.preset) {
		return nil
	}
	err := fault("there is no preset %q", a.preset)
	if near := nearest(a.preset, rulebook.Presets()); near != "" {
		return withHint(err, "did you mean: %s", near)
	}
	return withHint(err, "see them with: rochdale charter presets")
}

// write is the file, or what of the answers cannot stand.
func (a *newCharter) write() ([]byte, error) {
	if err := a.known(); err != nil {
		return nil, err
	}
	p, err := rulebook.Find(a.preset, app.Kinds)
	if err != nil {
		return nil, err
	}
	d := &p.Document
	d.Name = or(a.name, a.preset)
	if len(d.Name) > federation.MaxName || words.Plain(d.Name) != d.Name {
		return nil, withHint(fault("a co-op cannot be called %s", words.Quote(d.Name)), "give a name of printed characters, %d bytes of them at most", federation.MaxName)
	}
	if a.currency != "" {
		if len(a.currency) != 3 || strings.Trim(a.currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return nil, withHint(fault("%q is no currency", a.currency), "give three capital letters, such as EUR")
		}
		if digits := minorDigits(a.currency); digits != d.Policy.Digits {
			d.Policy.Alone = rescaled(d.Policy.Alone, d.Policy.Digits, digits)
			for i := range d.Motions {
				d.Motions[i].Most = rescaled(d.Motions[i].Most, d.Policy.Digits, digits)
			}
			d.Policy.Digits = digits
		}
		d.Policy.Currency = a.currency
	}
	if a.classes != "" {
		d.Policy.Classes = nil
		for class := range strings.SplitSeq(a.classes, ",") {
			d.Policy.Classes = append(d.Policy.Classes, strings.TrimSpace(class))
		}
	}
	if a.alone != "" {
		amount, err := figure.Money(a.alone, d.Policy.Digits)
		switch {
		case a.alone == rulebook.AnyAmount:
			amount = 0
		case err == nil && amount == 0:
			return nil, withHint(fault("--alone: %w", rulebook.ErrNoLimit), "write it like 1,000.00, or %q", rulebook.AnyAmount)
		case err != nil || amount < 0:
			return nil, withHint(fault("%q is no amount", a.alone), "write it like 1,000.00, or %q", rulebook.AnyAmount)
		}
		d.Policy.Alone = uint64(amount)
	}
	var b bytes.Buffer
	if err := p.Write(&b, rulebook.Context{Kinds: app.Kinds}); err != nil {
		return nil, err
	}
	return b.Bytes(), a.sound(b.Bytes())
}

// sound refuses a file that could not be in force, with its lines as they would be.
func (a *newCharter) sound(text []byte) error {
	c, m, err := wholeCharter(a.output, text)
	if err == nil {
		err = c.requireFounding(m)
	}
	if err == nil {
		return nil
	}
	out := exitError{code: exitFault, err: errors.New(err.Error()), hint: a.output + " is not written; give what the preset has, or what goes with it"}
	if e := (*exitError)(nil); errors.As(err, &e) {
		out.code, out.rejection = e.code, e.rejection
	}
	if p, err := rulebook.Find(a.preset, app.Kinds); err == nil && a.classes != "" {
		out.hint = fmt.Sprintf("%s is not written; give as many classes as the preset has: %s", a.output, strings.Join(p.Document.Policy.Classes, ","))
	}
	return &out
}

// minorDigits are the digits of a currency's minor unit, by ISO 4217.
func minorDigits(currency string) uint8 {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// rescaled is an amount in the minor units of one currency as the same figure in those of
// another, by their digits.
func rescaled(amount uint64, from, to uint8) uint64 {
	for ; from < to; from++ {
		amount *= 10
	}
	for ; from > to; from-- {
		amount /= 10
	}
	return amount
}
