package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
)

func newKeyRecoverCmd() *cobra.Command {
	var flags keyFlags
	var wordsFile string
	cmd := &cobra.Command{
		Use:   "recover [KEY]",
		Short: "Make the file of a key again from its recovery words",
		Long: `Make the file of a key again from its 24 recovery words.

The words are asked for at the terminal, or read from standard input or a file;
never give them on the command line, where others can see them. Line breaks,
capitals and the numbers of a list do not matter. They do not say of which sort the
key is: give --type as it was made with.`,
		Example: "  rochdale key recover ada\n  rochdale key recover ada --words-file words.txt",
		Args:    wantArgs("[KEY]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, key, err := flags.saveNew(cmd, args, func() (client.Key, error) {
				text, err := readWords(cmd, wordsFile)
				if err != nil {
					return client.Key{}, err
				}
				key, err := client.KeyFromWords(text)
				return key, explainWords(err)
			})
			if err != nil {
				return err
			}
			hint(cmd, "check that the public key is the one your co-op has for you")
			return showKey(cmd, path, key)
		},
		ValidArgsFunction: completeKeyArg,
	}
	flags.addNotes(cmd)
	flags.addType(cmd)
	flags.addWork(cmd)
	cmd.Flags().StringVar(&wordsFile, "words-file", "", "read the words from this file instead")
	must(cmd.MarkFlagFilename("words-file"))
	addPassphraseFlag(cmd)
	return cmd
}

// readWords takes the text of the recovery words from a file, the terminal, or
// standard input.
func readWords(cmd *cobra.Command, file string) (string, error) {
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return "", withHint(fmt.Errorf("reading the recovery words: %w", err), "check --words-file")
		}
		defer f.Close()
		text, err := readLimited(f)
		if err != nil {
			return "", fmt.Errorf("reading the recovery words from %s: %w", file, err)
		}
		return text, nil
	}
	if !isTerminal(cmd.InOrStdin()) {
		if from, _ := cmd.Flags().GetString(passphraseSource.flag); from == "-" {
			return "", withHint(fault("words and passphrase cannot both come from standard input"), "give --words-file FILE")
		}
		text, err := readLimited(cmd.InOrStdin())
		if err != nil {
			return "", fmt.Errorf("reading the recovery words: %w", err)
		}
		return text, nil
	}
	return promptWords(cmd)
}

// promptWords asks until there are 24 words or an empty line, at most a line a
// word. It asks again no more than that: a wrong word is named by the caller.
func promptWords(cmd *cobra.Command) (string, error) {
	var text string
	what := "recovery words, in one line or more"
	for range client.RecoveryWords {
		line, err := promptLine(cmd, what)
		if err != nil {
			return "", err
		}
		text += line + "\n"
		n := len(client.SplitWords(text))
		if n >= client.RecoveryWords || len(client.SplitWords(line)) == 0 {
			break
		}
		what = fmt.Sprintf("%d of %d words, go on", n, client.RecoveryWords)
	}
	return text, nil
}

// explainWords adds to what is wrong with recovery words what may be meant.
func explainWords(err error) error {
	var word *client.WordError
	switch {
	case errors.As(err, &word):
		if near := nearest(word.Word, client.WordList()); near != "" {
			return withHint(err, "did you mean: %s", near)
		}
		return withHint(err, "look at word %d on your paper again", word.Position)
	case errors.Is(err, client.ErrWordsCount):
		return withHint(err, "give all %d words in their order", client.RecoveryWords)
	case errors.Is(err, client.ErrWordsChecksum):
		return withHint(err, "compare each word and their order with your paper")
	}
	return err
}

func newKeyChangePassphraseCmd() *cobra.Command {
	var flags keyFlags
	cmd := &cobra.Command{
		Use:   "change-passphrase [KEY]",
		Short: "Encrypt a key's file under a new passphrase",
		Long: `Encrypt a key's file under a new passphrase. The key stays the same, and so do
its recovery words. Copies of the old file still open with the old passphrase.`,
		Example: "  rochdale key change-passphrase ada",
		Args:    wantArgs("[KEY]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := keyTarget(cmd, args)
			if err != nil {
				return err
			}
			if err := flags.checkWork(); err != nil {
				return err
			}
			key, err := openKeyFile(cmd, path)
			if err != nil {
				return err
			}
			passphrase, err := newPassphraseSource.readNew(cmd)
			if err != nil {
				return err
			}
			if s, err := settingsOf(cmd); err == nil {
				_ = client.Lock(unlockedDir(s), path) // the process that holds it, if any, ends with its time at the latest
			}
			if err := client.ReplaceKey(path, passphrase, key, flags.work); err != nil {
				return explainKey(err)
			}
			note(cmd, "%s has a new passphrase", path)
			hint(cmd, "delete copies of the old file: the old passphrase still opens them")
			return showKey(cmd, path, key)
		},
		ValidArgsFunction: completeKeyArg,
	}
	flags.addWork(cmd)
	addPassphraseFlag(cmd)
	newPassphraseSource.addFlag(cmd)
	return cmd
}
