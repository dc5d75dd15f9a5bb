package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rochdale-ledger/rochdale/client/figure"
)

// flagError turns what pflag refused into our words. It is cobra's
// FlagErrorFunc, so cmd is the command whose flags were being read.
func flagError(cmd *cobra.Command, err error) error {
	// "rochdale key nwe --label x" fails at --label, but the word to name is nwe.
	if rest := cmd.Flags().Args(); cmd.HasSubCommands() && len(rest) > 0 {
		return unknownCommand(cmd, rest[0])
	}
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		err = unknownFlag(cmd, unknown)
	case errors.As(err, &invalid):
		err = invalidFlag(invalid)
	}
	return withHint(err, "see %s --help", cmd.CommandPath())
}

// respelt are names that people give, or that flags had once, and what they are
// called.
var respelt = map[string]string{"why": "reason", "because": "reason"}

// unknownFlag names a flag that cmd does not have, and the nearest that it has.
func unknownFlag(cmd *cobra.Command, unknown *pflag.NotExistError) error {
	if short := unknown.GetSpecifiedShortnames(); short != "" {
		if short[0] >= '0' && short[0] <= '9' {
			return withHint(fault("-%s was read as a flag, for its minus", short), "what starts with a minus goes behind --, last in the line")
		}
		return fault("%s has no flag -%s", cmd.CommandPath(), short[:1])
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	err := fault("%s has no flag --%s", cmd.CommandPath(), unknown.GetSpecifiedName())
	if name := respelt[unknown.GetSpecifiedName()]; slices.Contains(names, name) {
		return withHint(err, "it is called --%s", name)
	}
	if near := nearest(unknown.GetSpecifiedName(), names); near != "" {
		return withHint(err, "did you mean: --%s", near)
	}
	return err
}

// fromOne marks a flag of which zero is refused.
const fromOne = "rochdale-from-one"

// invalidFlag says what is wrong with the value of a flag.
func invalidFlag(invalid *pflag.InvalidValueError) error {
	what := "cannot be read"
	switch kind := invalid.GetFlag().Value.Type(); {
	case errors.Is(invalid, strconv.ErrRange):
		what = "is out of range"
	case strings.HasPrefix(kind, "uint") && invalid.GetFlag().Annotations[fromOne] != nil:
		what = "is not a whole number from 1 up"
	case strings.HasPrefix(kind, "uint"):
		what = "is not a whole number from 0 up"
	case strings.HasPrefix(kind, "int"):
		what = "is not a whole number"
	case kind == "duration":
		return withHint(fault("--%s %q is not a length of time", invalid.GetFlag().Name, invalid.GetValue()), "write it like 30s, 5m or 1h30m")
	case kind == "bool":
		what = "is neither true nor false"
	}
	return fault("--%s %q %s", invalid.GetFlag().Name, invalid.GetValue(), what)
}

// requireFlags is the PreRunE of every command: it names the flags marked as
// required that are missing, before cobra does in its own words.
func requireFlags(cmd *cobra.Command, _ []string) error {
	var missing []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if required := f.Annotations[cobra.BashCompOneRequiredFlag]; len(required) == 1 && required[0] == "true" && !f.Changed {
			missing = append(missing, fmt.Sprintf("--%s %s", f.Name, strings.ToUpper(valueWord(f))))
		}
	})
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%s needs %s", cmd.CommandPath(), list(missing, "and"))
}

// valueWord is what help calls a flag's value, unless its usage names it
// between backquotes.
func valueWord(f *pflag.Flag) string {
	if name, usage := pflag.UnquoteUsage(f); usage != f.Usage {
		return name
	}
	kind := f.Value.Type()
	_, file := f.Annotations[cobra.BashCompFilenameExt]
	_, folder := f.Annotations[cobra.BashCompSubdirsInDir]
	switch {
	case kind == "bool":
		return ""
	case file:
		return "file"
	case folder:
		return "folder"
	case strings.HasSuffix(f.Usage, dayLike):
		return "date"
	case kind == "duration":
		return "time"
	case strings.HasPrefix(kind, "uint"), strings.HasPrefix(kind, "int"):
		return "number"
	}
	return "text"
}

// A strict value is a whole number of a flag, read like every other figure: pflag
// takes 010 for 8, 0x10 for 16 and 1_0 for 10.
type strict struct {
	pflag.Value
	name string
}

// Set refuses what is no whole number.
func (s strict) Set(text string) error {
	digits, negative := strings.CutPrefix(text, "-")
	n, err := figure.Whole(s.name, digits)
	if err != nil || (negative && strings.HasPrefix(s.Type(), "uint")) {
		return strconv.ErrSyntax
	}
	plain := strconv.FormatUint(n, 10)
	if negative {
		plain = "-" + plain
	}
	return s.Value.Set(plain)
}

// strictly reads the whole numbers of flags as strict does.
func strictly(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		_, done := f.Value.(strict)
		if kind := f.Value.Type(); !done && (strings.HasPrefix(kind, "uint") || strings.HasPrefix(kind, "int")) && !strings.HasSuffix(kind, "Slice") {
			f.Value = strict{f.Value, f.Name}
		}
	})
}

// A worded value is called something else in help than its type.
type worded struct {
	pflag.Value
	word string
}

func (w worded) Type() string { return w.word }

// flagUsages is pflag's list of flags, with words for values in place of the
// types of a programming language. The usage template calls it.
func flagUsages(flags *pflag.FlagSet) string {
	shown := pflag.NewFlagSet("", pflag.ContinueOnError)
	shown.SortFlags = flags.SortFlags
	flags.VisitAll(func(f *pflag.Flag) {
		out := *f
		if word := valueWord(f); word != "" {
			out.Value = worded{f.Value, word}
			if out.DefValue == "[]" {
				out.DefValue = "" // pflag would print it for a type that it does not know
			}
		}
		shown.AddFlag(&out)
	})
	return shown.FlagUsagesWrapped(pageWidth)
}
