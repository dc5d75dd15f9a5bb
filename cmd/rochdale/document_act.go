package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/document"
)

// textOf is the text that someone names by its number or its name.
func textOf(r state.Reader, text string) (document.Number, error) {
	if n, err := strconv.ParseUint(text, 10, 16); err == nil {
		_, err := document.Find(r, document.Number(n))
		return document.Number(n), err
	}
	n, err := document.ByName(r, text)
	if err == nil && n == 0 {
		err = document.ErrUnknown.With("%q", text)
	}
	return n, err
}

// versionWanted is the version of a text that someone names, or that is in force.
func versionWanted(r state.Reader, text string, version uint32) (document.Number, uint32, error) {
	n, err := textOf(r, text)
	if err != nil {
		return 0, 0, err
	}
	if version != 0 {
		_, err := document.VersionOf(r, n, version)
		return n, version, err
	}
	now, _, err := document.InForce(r, n, state.DayOf(r.Time()))
	if err == nil && now == 0 {
		err = withHint(fault("no version of %s is in force", document.Named(r, n)), "name one with --version: rochdale document show %d", n)
	}
	return n, now, err
}

func addVersionFlag(cmd *cobra.Command, version *uint32) {
	cmd.Flags().Uint32Var(version, "version", 0, "version of the text [the one in force]")
	must(cmd.RegisterFlagCompletionFunc("version", cobra.NoFileCompletions))
}

func newDocumentAdoptCmd() *cobra.Command {
	var name, of, from string
	cmd := newActCmd("adopt FILE", "Put a text, or another version of one, in force",
		`  rochdale document adopt bylaws.pdf --name by-laws --propose 2
  rochdale document adopt new.pdf --of by-laws --from 2027-01-01 --propose 2`, wantArgs("FILE"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			if (name == "") == (of == "") {
				return act{}, withHint(fault("a text is new or a version of one that there is"), "give --name NAME for a new one, or --of TEXT: rochdale document list")
			}
			digest, err := digestOfFile(args[0])
			if err != nil {
				return act{}, err
			}
			day, err := parseDay("--from", from)
			if err != nil {
				return act{}, err
			}
			m := document.Adopt{Name: name, Digest: digest, From: day}
			if of != "" {
				if m.Text, err = textOf(s, of); err != nil {
					return act{}, err
				}
			}
			return act{kind: document.KindAdopt, action: m, gives: "text", next: "members accept it with: rochdale document accept %d"}, nil
		})
	cmd.Long = `Record that the co-op adopts a text: its by-laws, terms, a code of conduct. Only the
digest of the file is recorded; keep the file where members can read it, for ever. A
later version takes the place of the one before from its day on.`
	cmd.Flags().StringVar(&name, "name", "", "name of a new text, such as by-laws")
	cmd.Flags().StringVar(&of, "of", "", "the text of which it is another version, by number or name")
	must(cmd.RegisterFlagCompletionFunc("name", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("of", completeText))
	addDayFlag(cmd, &from, "from", "first day on which it is in force [today]")
	return cmd
}

func newDocumentRepealCmd() *cobra.Command {
	var from string
	cmd := newActCmd("repeal TEXT", "End a text",
		"  rochdale document repeal by-laws --from 2027-01-01 --propose 2", wantArgs("TEXT"), true,
		func(_ *cobra.Command, s *session, args []string) (act, error) {
			n, err := textOf(s, args[0])
			if err != nil {
				return act{}, err
			}
			day, err := parseDay("--from", from)
			return act{kind: document.KindRepeal, action: document.Repeal{Text: n, From: day}, subject: fmt.Sprintf("document show %d", n)}, err
		})
	addDayFlag(cmd, &from, "from", "first day on which it is not in force any more [today]")
	cmd.ValidArgsFunction = completeText
	return cmd
}

func newDocumentAcceptCmd() *cobra.Command {
	var version uint32
	var serve serving
	cmd := newActCmd("accept TEXT", "Record that you have read and accept a text",
		`  rochdale document accept by-laws
  rochdale document accept by-laws --version 3
  rochdale document accept by-laws --of 14 --paper signed.pdf`, wantArgs("TEXT"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			n, v, err := versionWanted(s, args[0], version)
			if err != nil {
				return act{}, err
			}
			m, paper, err := serve.read(cmd, s.member)
			return act{kind: document.KindAccept, action: document.Accept{Member: m, Text: n, Version: v, Paper: paper}, subject: fmt.Sprintf("document show %d", n)}, err
		})
	addVersionFlag(cmd, &version)
	serve.add(cmd)
	cmd.ValidArgsFunction = completeText
	return cmd
}

func completeText(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return completionAsk(cmd, func(all state.Remote) []string {
		n, err := coopWanted(cmd, all)
		if err != nil {
			return nil
		}
		var out []string
		_ = document.Range(all.Of(n), 0, ^document.Number(0), func(k document.Number, t document.Text) (bool, error) {
			out = append(out, cobra.CompletionWithDesc(fmt.Sprint(k), t.Name))
			return true, nil
		})
		return out
	})
}
