package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
)

// addYesFlag declares the flag that confirm looks at.
func addYesFlag(cmd *cobra.Command) {
	cmd.Flags().BoolP("yes", "y", false, "do not ask before signing; needed without a terminal for what cannot be undone")
}

// confirm asks before an act is signed that is sent at once. Without a terminal to ask
// at, it goes on only with --yes, unless the act can be undone and has no reason of its
// own to ask.
func (s *session) confirm(cmd *cobra.Command, a act) error {
	const question = "go ahead? (yes or no)"
	if why := wording.Final(s, s.member, a.kind, a.action); why != "" {
		return confirmFinal(cmd, "since "+why, question, "signed")
	}
	if a.ask != "" {
		return confirmWhy(cmd, a.ask, a.ask+"; "+question, "signed")
	}
	if yes, _ := cmd.Flags().GetBool("yes"); yes || !isTerminal(cmd.InOrStdin()) {
		return nil
	}
	return askFirst(cmd, question, "signed")
}

// confirmFinal asks before what cannot be undone, and says why not if why does. done is
// what is not done if the answer is no.
func confirmFinal(cmd *cobra.Command, why, question, done string) error {
	cannot := "cannot be undone"
	if why != "" {
		cannot += ", " + why
	}
	return confirmWhy(cmd, "it "+cannot, "this "+cannot+"; "+question, done)
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
