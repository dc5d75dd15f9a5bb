package main

import (
	"fmt"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state/words"
)

// Groups of nouns in the help, by who uses them.
const (
	groupTrials      = "trials"
	groupMembers     = "members"
	groupCoops       = "co-ops"
	groupOperators   = "operators"
	groupResearchers = "researchers"
)

// nouns is the list of commands, in the order the help shows them: that in which someone
// new comes to need them. So are the verbs of each. Adding a noun is one file with its
// constructor and one line here.
func nouns() []*cobra.Command {
	return []*cobra.Command{
		newTourCmd(),
		newDevCmd(),
		newKeyCmd(),
		newMeCmd(),
		newMotionCmd(),
		newReceiptCmd(),
		newVerifyCmd(),
		newTxCmd(),
		newMemberCmd(),
		newNamesCmd(),
		newOfficeNounCmd(),
		newCircleCmd(),
		newLotCmd(),
		newCharterCmd(),
		newDocumentCmd(),
		newDuesCmd(),
		newShareCmd(),
		newWithdrawalCmd(),
		newAccountCmd(),
		newPeriodCmd(),
		newCoopCmd(),
		newFederationCmd(),
		newNodeCmd(),
		newFsckCmd(),
		newVersionCmd(),
		newCountCmd(),
		newTestnetCmd(),
		newSimCmd(),
	}
}

// setUp sets what the library keeps for the whole process; trees may be built side by side.
var setUp = sync.OnceFunc(func() {
	cobra.AddTemplateFunc("flagUsages", flagUsages)
	cobra.EnableCommandSorting = false
})

// newRootCmd builds the whole tree of commands. It keeps no state between
// calls, so tests may build as many as they like.
func newRootCmd() *cobra.Command {
	setUp()
	root := &cobra.Command{
		Use:   "rochdale NOUN VERB",
		Short: "A ledger that co-operatives run together",
		Long: `Rochdale is a ledger that co-operatives run together: who is a member, who
holds which shares, what was decided and by whom, and how a surplus was divided.

Results go to standard output, everything else to standard error. The exit
status is 0 when the work was done, 1 for a fault, 2 when the ledger's rules
rejected it, 3 when a receipt is sound and nothing ties those who signed it to
validators that you named.`,
		Version:       programVersion().Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.AddGroup(
		&cobra.Group{ID: groupTrials, Title: "To try it out:"},
		&cobra.Group{ID: groupMembers, Title: "For members:"},
		&cobra.Group{ID: groupCoops, Title: "For co-ops:"},
		&cobra.Group{ID: groupOperators, Title: "For operators:"},
		&cobra.Group{ID: groupResearchers, Title: "For researchers:"},
	)
	addSettings(root)
	root.AddCommand(nouns()...)
	root.SetHelpCommand(newHelpCmd())
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(usageTemplate)
	root.SetVersionTemplate("rochdale {{.Version}}\n")
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		completion.Args, completion.RunE = cobra.ArbitraryArgs, needsVerb
		completion.Use, completion.Short = "completion VERB", "Have your shell complete commands"
	}
	finish(root)
	return root
}

// newNoun makes a command that only holds verbs. Called without a verb it says
// which there are; called with a wrong one it names the nearest.
func newNoun(name, group, short, example string, verbs ...*cobra.Command) *cobra.Command {
	noun := &cobra.Command{
		Use:                   name + " VERB",
		Short:                 short,
		Example:               example,
		GroupID:               group,
		DisableFlagsInUseLine: true,
		Args:                  cobra.ArbitraryArgs,
		RunE:                  needsVerb,
	}
	noun.AddCommand(verbs...)
	return noun
}

// maxVerbs is how many verbs fit on a line.
const maxVerbs = 8

// needsVerb is what a command does that only holds verbs.
func needsVerb(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if len(names) > maxVerbs {
		return withHint(fault("%s needs a verb", cmd.CommandPath()), "see its %d verbs: %s --help", len(names), cmd.CommandPath())
	}
	err := fault("%s needs a verb: %s", cmd.CommandPath(), strings.Join(names, ", "))
	return withHint(err, "see %s --help", cmd.CommandPath())
}

// wantArgs is the Args of a command that takes the named arguments; names in
// brackets come last and may be left out. Commands that set no Args take none.
func wantArgs(names ...string) cobra.PositionalArgs {
	needed := 0
	for _, n := range names {
		if !strings.HasPrefix(n, "[") {
			needed++
		}
	}
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) > len(names):
			return fmt.Errorf("%s got an argument it does not take: %q", cmd.CommandPath(), args[len(names)])
		case len(args) < needed:
			return fmt.Errorf("%s needs %s", cmd.CommandPath(), strings.Join(names[len(args):needed], " "))
		}
		return nil
	}
}

// fill breaks the lines of paragraphs anew, to fit on a page. Lines that are set in are
// left as they are.
func fill(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if !strings.HasPrefix(p, " ") && !strings.Contains(p, "\n ") {
			paragraphs[i] = strings.Join(words.Wrap(strings.Join(strings.Fields(p), " "), "", "", pageWidth), "\n")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// finish walks the tree once it is complete: commands without Args take none,
// and what a command itself returns is told from cobra's usage errors.
func finish(cmd *cobra.Command) {
	strictly(cmd.Flags())
	strictly(cmd.PersistentFlags())
	if cmd.Args == nil {
		cmd.Args = wantArgs()
	}
	cmd.Long = fill(cmd.Long)
	if inner := cmd.RunE; inner != nil {
		cmd.PreRunE = requireFlags
		cmd.RunE = func(c *cobra.Command, args []string) error {
			withDesk(c)
			args, err := withNumbers(c, args)
			if err == nil {
				err = inner(c, args)
			}
			return faultOf(err)
		}
	}
	for _, c := range cmd.Commands() {
		finish(c)
	}
}

// newHelpCmd replaces cobra's, which exits 0 for a command that does not exist.
func newHelpCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "help [NOUN [VERB]]",
		Short: "Show the help of a command",
		Args:  cobra.ArbitraryArgs,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			at, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []string
			for _, c := range at.Commands() {
				if c.IsAvailableCommand() {
					names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			at, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return unknownCommand(at, rest[0])
			}
			at.InitDefaultHelpFlag()
			return at.Help()
		},
	}
}

// usageTemplate is cobra's, less the second usage line that it prints for a
// noun, and with headings in our words.
const usageTemplate = `Usage:
  {{.UseLine}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}{{$cmds := .Commands}}{{range $group := .Groups}}{{$id := .ID}}{{$any := false}}{{range $cmds}}{{if and (eq .GroupID $id) .IsAvailableCommand}}{{$any = true}}{{end}}{{end}}{{if $any}}

{{.Title}}{{range $cmds}}{{if and (eq .GroupID $id) .IsAvailableCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}{{end}}{{end}}{{if not .AllChildCommandsHaveGroup}}

{{if .Groups}}Also:{{else}}Verbs:{{end}}{{range $cmds}}{{if and (eq .GroupID "") .IsAvailableCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

{{if .HasParent}}Flags:{{else}}Flags everywhere:{{end}}
{{flagUsages .LocalFlags | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

Flags everywhere:
{{flagUsages .InheritedFlags | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

More: {{.CommandPath}} {{if .HasParent}}VERB{{else}}NOUN{{end}} --help{{end}}
`
