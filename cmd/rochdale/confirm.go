package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

// addYesFlag declares the flag that confirm looks at.
func addYesFlag(cmd *cobra.Command) {
	cmd.Flags().BoolP("yes", "y", false, "do not ask before signing; needed without a terminal for what cannot be undone")
}

// confirm asks before something is signed that is sent at once. Without a terminal
// to ask at, it goes on only with --yes, unless all of it can be undone. It asks no
// one who advances a trial's clock: there is nothing to lose.
func confirm(cmd *cobra.Command, kinds ...tx.Kind) error {
	if len(kinds) == 1 && kinds[0] == federation.KindAdvance {
		return nil
	}
	question := "go ahead? (yes or no)"
	if len(kinds) == 1 && kinds[0] == ballot.KindCast {
		const why = "a cast can be changed only until the motion is decided, and this one may decide it"
		return confirmWhy(cmd, why, why+"; "+question, "signed")
	}
	for _, k := range kinds {
		if wording.Undo(k) == "" {
			return confirmFinal(cmd, "this cannot be undone; "+question, "signed")
		}
	}
	if yes, _ := cmd.Flags().GetBool("yes"); yes || !isTerminal(cmd.InOrStdin()) {
		return nil
	}
	return askFirst(cmd, question, "signed")
}

// confirmAct is confirm for one action, which may have a reason of its own to ask.
func confirmAct(cmd *cobra.Command, a act) error {
	if a.ask == "" || wording.Undo(a.kind) == "" {
		return confirm(cmd, a.kind)
	}
	return confirmWhy(cmd, a.ask, a.ask+"; go ahead? (yes or no)", "signed")
}

// confirmFinal asks before what cannot be undone. done is what is not done if the
// answer is no.
func confirmFinal(cmd *cobra.Command, question, done string) error {
	return confirmWhy(cmd, "it cannot be undone", question, done)
}

// confirmWhy asks, and without a terminal says why it would have to.
func confirmWhy(cmd *cobra.Command, why, question, done string) error {
	if yes, _ := cmd.Flags().GetBool("yes"); yes {
		return nil
	}
	if isTerminal(cmd.InOrStdin()) {
		return askFirst(cmd, question, done)
	}
	next := "add --yes"
	if cmd.Flags().Lookup("dry-run") != nil {
		next = "see what would happen with: --dry-run; then add --yes"
	}
	return withHint(fault("not %s: %s, and there is no terminal to ask at", done, why), "%s", next)
}

func askFirst(cmd *cobra.Command, question, done string) error {
	answer, err := promptLine(cmd, question)
	if err != nil {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	err = fault("not %s: you did not say yes", done)
	if cmd.Flags().Lookup("dry-run") != nil {
		err = withHint(err, "see what would happen with: --dry-run")
	}
	return err
}
