package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// completionTime bounds a question to the node while someone waits at the
// prompt of a shell.
const completionTime = time.Second

// completionAsk completes with what ask reads from the node, or with nothing.
func completionAsk(cmd *cobra.Command, ask func(all state.Remote) []string) ([]string, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	c, err := dial(cmd)
	if err != nil {
		return nil, none
	}
	ctx, cancel := context.WithTimeout(context.Background(), completionTime)
	defer cancel()
	all, err := c.At(ctx, 0)
	if err != nil {
		return nil, none
	}
	return ask(all), none
}

// completeCoop offers the co-ops of the federation.
func completeCoop(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return completionAsk(cmd, func(all state.Remote) []string {
		var out []string
		_ = federation.Range(all, func(n state.Coop, c federation.Coop) (bool, error) {
			out = append(out, cobra.CompletionWithDesc(fmt.Sprint(n), c.Name))
			return true, nil
		})
		return out
	})
}

// completeMotionKind offers the charter's kinds of motion.
func completeMotionKind(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return completionAsk(cmd, func(all state.Remote) []string {
		n, err := coopWanted(cmd, all)
		if err != nil {
			return nil
		}
		var out []string
		_ = charter.MotionKinds(all.Of(n), func(id charter.MotionKindID, k charter.MotionKind) (bool, error) {
			out = append(out, cobra.CompletionWithDesc(fmt.Sprint(id), k.Name))
			return true, nil
		})
		return out
	})
}

// completeMotion offers the motions that are noticed or open, the latest first.
func completeMotion(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completionAsk(cmd, func(all state.Remote) []string {
		n, err := coopWanted(cmd, all)
		if err != nil {
			return nil
		}
		r, err := readingOf(all, n)
		if err != nil {
			return nil
		}
		var out []string
		_ = r.openMotions(func(_ *reading, n ballot.Number, m ballot.Motion, _ ballot.Poll) error {
			out = append([]string{cobra.CompletionWithDesc(fmt.Sprint(n), m.Title)}, out...)
			return nil
		})
		return out
	})
}

// completeArg completes the argument at position i with fixed words.
func completeArg(i int, words ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) != i {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeFile completes the one argument with files of an extension.
func completeFile(extensions ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return extensions, cobra.ShellCompDirectiveFilterFileExt
	}
}

// completeShareClass offers the classes of shares.
func completeShareClass(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return completionAsk(cmd, func(all state.Remote) []string {
		n, err := coopWanted(cmd, all)
		if err != nil {
			return nil
		}
		var out []string
		_ = shareclass.Range(all.Of(n), func(c shareclass.Number, t shareclass.Terms) (bool, error) {
			out = append(out, cobra.CompletionWithDesc(fmt.Sprint(c), t.Name))
			return true, nil
		})
		return out
	})
}

// completeAccount offers the accounts of the chart.
func completeAccount(cmd *cobra.Command) ([]string, cobra.ShellCompDirective) {
	return completionAsk(cmd, func(all state.Remote) []string {
		n, err := coopWanted(cmd, all)
		if err != nil {
			return nil
		}
		var out []string
		_ = account.Accounts(all.Of(n), func(c account.Code, a account.Account) (bool, error) {
			out = append(out, cobra.CompletionWithDesc(fmt.Sprint(c), a.Name))
			return true, nil
		})
		return out
	})
}
