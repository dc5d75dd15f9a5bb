package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/rochdale-ledger/rochdale/client"
)

// openPty gives both ends of a new pseudo-terminal.
func openPty(t *testing.T) (user, program *os.File) {
	t.Helper()
	user, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { user.Close() })
	fd := int(user.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return user, program
}

func echoes(t *testing.T, tty *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// TestPromptHidesAndRestores: while a passphrase is typed the terminal does not
// echo; afterwards it does again, after an interrupt too.
func TestPromptHidesAndRestores(t *testing.T) {
	for _, interrupt := range []bool{false, true} {
		user, tty := openPty(t)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var stderr bytes.Buffer // read only once the prompt has returned
		cmd := &cobra.Command{}
		cmd.SetContext(ctx)
		cmd.SetIn(tty)
		cmd.SetErr(&stderr)

		type answer struct {
			secret string
			err    error
		}
		answers := make(chan answer, 1)
		go func() {
			secret, err := promptSecret(cmd, "passphrase")
			answers <- answer{secret, err}
		}()
		waitFor(t, "the terminal stops to echo", func() bool { return !echoes(t, tty) })
		if interrupt {
			cancel()
		} else if _, err := user.WriteString("hunter2 hunter2\n"); err != nil {
			t.Fatal(err)
		}
		got := <-answers
		if !echoes(t, tty) {
			t.Errorf("interrupt %v: the terminal was left without echo", interrupt)
		}
		if interrupt && got.err != context.Canceled || !interrupt && (got.err != nil || got.secret != "hunter2 hunter2") {
			t.Errorf("interrupt %v: got %q, %v", interrupt, got.secret, got.err)
		}
		// All that the terminal showed came before this mark.
		if _, err := tty.WriteString("mark"); err != nil {
			t.Fatal(err)
		}
		var shown []byte
		for b := make([]byte, 64); !bytes.Contains(shown, []byte("mark")); {
			n, err := user.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			shown = append(shown, b[:n]...)
		}
		if strings.Contains(string(shown), "hunter2") {
			t.Errorf("the terminal showed the passphrase: %q", shown)
		}
		if stderr.String() != "rochdale: passphrase: \n" {
			t.Errorf("standard error holds %q", stderr.String())
		}
	}
}

// TestInterrupt: a first interrupt at a prompt ends the command as a fault, with
// nothing on standard output.
func TestInterrupt(t *testing.T) {
	home := t.TempDir()
	t.Setenv(envPassphrase, "")
	if err := client.SaveKey(filepath.Join(keyDir(home), "ada"+keyExt), "12345678", client.Key{}, client.MinWork); err != nil {
		t.Fatal(err)
	}
	_, tty := openPty(t)
	var stdout, stderr bytes.Buffer
	code := make(chan int, 1)
	go func() { code <- run([]string{"key", "show", "ada", "--home", home}, tty, &stdout, &stderr) }()
	waitFor(t, "the prompt is there", func() bool { return !echoes(t, tty) })
	if err := unix.Kill(unix.Getpid(), unix.SIGINT); err != nil {
		t.Fatal(err)
	}
	if got := <-code; got != exitFault || stdout.Len() > 0 || !strings.HasSuffix(stderr.String(), "\nrochdale: interrupted\n") {
		t.Errorf("exit status %d, standard output %q, standard error %q", got, stdout.String(), stderr.String())
	}
}

// TestNotesFitTheTerminal: what goes to standard error is broken at the width of a page if
// it is a terminal, but a command line in it is not; a pipe gets each sentence in one line.
func TestNotesFitTheTerminal(t *testing.T) {
	const long = "the member is not on the register of the co-op, which goes up to 5 and not as far as the number that was given"
	err := withHint(fault("%s", long), `nobody was entered; see who is, and then do it again with: rochdale member appoint 4 auditor --propose "two officers" --title "Dan, as auditor" --coop 12; or leave it`)
	const whole = "rochdale: " + long + "\n" +
		`rochdale: hint: nobody was entered; see who is, and then do it again with: rochdale member appoint 4 auditor --propose "two officers" --title "Dan, as auditor" --coop 12; or leave it` + "\n"
	const broken = "rochdale: the member is not on the register of the co-op, which goes up to 5 and\n" +
		"rochdale:     not as far as the number that was given\n" +
		"rochdale: hint: nobody was entered; see who is, and then do it again with:\n" +
		`rochdale:     rochdale member appoint 4 auditor --propose "two officers" --title "Dan, as auditor" --coop 12;` + "\n" +
		"rochdale:     or leave it\n"

	var pipe bytes.Buffer
	report(&pipe, newRootCmd(), err)
	if pipe.String() != whole {
		t.Errorf("a pipe gets\n%s\nwant\n%s", pipe.String(), whole)
	}
	user, tty := openPty(t)
	report(tty, newRootCmd(), err)
	if _, err := tty.WriteString("mark"); err != nil {
		t.Fatal(err)
	}
	var shown []byte
	for b := make([]byte, 1024); !bytes.Contains(shown, []byte("mark")); {
		n, err := user.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, b[:n]...)
	}
	if got := strings.ReplaceAll(strings.TrimSuffix(string(shown), "mark"), "\r\n", "\n"); got != broken {
		t.Errorf("a terminal gets\n%s\nwant\n%s", got, broken)
	}
	if got := wrapNote("written by a newer version of rochdale than this one", 30); len(got) != 2 {
		t.Errorf("the name of the program in a sentence keeps it whole: %q", got)
	}
}
