package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/rochdale-ledger/rochdale/client"
)

// maxLine bounds a line that a prompt or a passphrase file gives, in bytes.
const maxLine = 4096

// A secretSource says where a passphrase may come from, in this order: the file
// the flag names, the environment, the terminal.
type secretSource struct {
	flag, env, prompt string
}

var (
	passphraseSource    = secretSource{"passphrase-file", envPassphrase, "passphrase"}
	newPassphraseSource = secretSource{"new-passphrase-file", envNewPassphrase, "new passphrase"}
)

// addPassphraseFlag declares --passphrase-file. Every command that calls
// loadKey has it.
func addPassphraseFlag(cmd *cobra.Command) { passphraseSource.addFlag(cmd) }

func (s secretSource) addFlag(cmd *cobra.Command) {
	cmd.Flags().String(s.flag, "", fmt.Sprintf("read the %s from the first line of this file, - for standard input [$%s]", s.prompt, s.env))
	must(cmd.MarkFlagFilename(s.flag))
}

// read asks for a passphrase that opens something.
func (s secretSource) read(cmd *cobra.Command) (string, error) {
	secret, _, err := s.get(cmd)
	return secret, err
}

// readNew asks for a passphrase that will protect something: long enough, and
// typed twice if it is typed.
func (s secretSource) readNew(cmd *cobra.Command) (string, error) {
	secret, typed, err := s.get(cmd)
	if err != nil {
		return "", err
	}
	if err := client.CheckPassphrase(secret); err != nil {
		return "", withHint(err, "choose a longer one, such as four or more words that have nothing to do with each other")
	}
	if !typed {
		return secret, nil
	}
	again, err := promptSecret(cmd, s.prompt+", once more")
	if err != nil {
		return "", err
	}
	if again != secret {
		return "", withHint(fault("the two passphrases differ, nothing was written"), "run the same command again")
	}
	return secret, nil
}

// given says whether the command or the environment names one.
func (s secretSource) given(cmd *cobra.Command) bool {
	file, err := cmd.Flags().GetString(s.flag)
	return (err == nil && file != "") || os.Getenv(s.env) != ""
}

// get says also whether the passphrase was typed at a terminal.
func (s secretSource) get(cmd *cobra.Command) (secret string, typed bool, err error) {
	if file, err := cmd.Flags().GetString(s.flag); err == nil && file != "" {
		secret, err := s.readFile(cmd, file)
		return secret, false, err
	}
	if secret := os.Getenv(s.env); secret != "" {
		return secret, false, nil
	}
	if !isTerminal(cmd.InOrStdin()) {
		err := fault("a %s is needed, and there is no terminal to ask at", s.prompt)
		return "", false, withHint(err, "give --%s FILE or set %s", s.flag, s.env)
	}
	secret, err = promptSecret(cmd, s.prompt)
	return secret, true, err
}

// readFile takes the first line of a file. More than one line is refused rather
// than cut: it is likely the wrong file.
func (s secretSource) readFile(cmd *cobra.Command, path string) (string, error) {
	in := cmd.InOrStdin()
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return "", withHint(fmt.Errorf("reading the %s: %w", s.prompt, err), "check --%s", s.flag)
		}
		defer f.Close()
		in = f
	}
	text, err := readLimited(in)
	if err != nil {
		return "", fmt.Errorf("reading the %s from %s: %w", s.prompt, path, err)
	}
	line := strings.TrimRight(text, "\r\n")
	if line == "" || strings.ContainsAny(line, "\r\n") {
		return "", withHint(fault("reading the %s from %s: it must be one line, not empty", s.prompt, path), "check --%s", s.flag)
	}
	return line, nil
}

// readLimited reads all of r, at most maxLine bytes.
func readLimited(r io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxLine+1))
	if err == nil && len(text) > maxLine {
		err = fmt.Errorf("more than %d bytes", maxLine)
	}
	return string(text), err
}

// promptSecret asks at the terminal without showing what is typed. Standard
// input is a terminal. An interrupt gives the terminal its echo back.
func promptSecret(cmd *cobra.Command, what string) (string, error) {
	fd := int(cmd.InOrStdin().(*os.File).Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("asking for the %s: %w", what, err)
	}
	line, err := prompt(cmd, what, func() (string, error) {
		b, err := term.ReadPassword(fd)
		return string(b), err
	})
	_ = term.Restore(fd, before)
	fmt.Fprintln(cmd.ErrOrStderr()) // the user's own line feed was not shown
	return line, err
}

// promptLine asks at the terminal and shows what is typed.
func promptLine(cmd *cobra.Command, what string) (string, error) {
	line, err := prompt(cmd, what, func() (string, error) { return readLine(cmd.InOrStdin()) })
	if err != nil {
		fmt.Fprintln(cmd.ErrOrStderr()) // no answer, so no line feed
	}
	return line, err
}

// prompt asks and waits for read, or for an interrupt. After an interrupt the
// goroutine that reads stays behind; the process is about to end.
func prompt(cmd *cobra.Command, what string, read func() (string, error)) (string, error) {
	type answer struct {
		line string
		err  error
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "rochdale: %s: ", what)
	answers := make(chan answer, 1)
	go func() {
		line, err := read()
		answers <- answer{line, err}
	}()
	select {
	case a := <-answers:
		if errors.Is(a.err, io.EOF) {
			return "", withHint(fault("no answer to %q", what), "run the same command again")
		} else if a.err != nil {
			return "", fmt.Errorf("asking for the %s: %w", what, a.err)
		}
		return a.line, nil
	case <-cmd.Context().Done():
		return "", cmd.Context().Err()
	}
}

// readLine reads up to a line feed and not a byte more, so that what follows
// stays for the next prompt.
func readLine(r io.Reader) (string, error) {
	var line []byte
	var b [1]byte
	for len(line) < maxLine {
		n, err := r.Read(b[:])
		if n == 1 && b[0] == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		line = append(line, b[:n]...)
		if err != nil {
			if errors.Is(err, io.EOF) && len(line) > 0 {
				return string(line), nil
			}
			return "", err
		}
	}
	return "", fmt.Errorf("more than %d bytes in one line", maxLine)
}
