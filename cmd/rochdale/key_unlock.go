package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
)

// defaultUnlocked is for how long a key is unlocked if the command does not say.
const defaultUnlocked = 15 * time.Minute

// envRuntime names the folder that the system makes for the user at login, in memory
// and for no one else. Source: XDG Base Directory Specification.
const envRuntime = "XDG_RUNTIME_DIR"

// unlockedDir is the folder of the sockets of unlocked keys.
func unlockedDir(s settings) string {
	if dir := os.Getenv(envRuntime); filepath.IsAbs(dir) {
		return filepath.Join(dir, "rochdale")
	}
	return filepath.Join(s.Home, "unlocked")
}

// unlocked is the key of a file if it is unlocked and no passphrase is given.
func unlocked(cmd *cobra.Command, path string) (client.Key, bool) {
	s, err := settingsOf(cmd)
	if err != nil || passphraseSource.given(cmd) {
		return client.Key{}, false
	}
	key, _, err := client.Unlocked(unlockedDir(s), path)
	if errors.Is(err, client.ErrUnlockedDir) {
		note(cmd, "warning: %v; no unlocked key is used", err)
	}
	return key, err == nil
}

// unlockInfo is a key that was unlocked.
type unlockInfo struct {
	Path      string `json:"path"`
	PublicKey string `json:"public_key"`
	Until     stamp  `json:"until"`
}

func newKeyUnlockCmd() *cobra.Command {
	var length time.Duration
	cmd := &cobra.Command{
		Use:   "unlock [KEY]",
		Short: "Type a key's passphrase once, for some minutes",
		Long: `Open a key and hold it in the memory of a process of yours, so that commands that
sign do not ask for its passphrase. The process ends by itself after the time of
--for, or with key lock. Nothing of the key is written to a disk; the process answers
at a socket in a folder of $XDG_RUNTIME_DIR, or of HOME, that only you can open.

While a key is unlocked, whoever can use your account of this machine can sign as you.
A command that is given a passphrase opens the file with it all the same, and showing
the recovery words and changing the passphrase always ask for it.`,
		Example: `  rochdale key unlock ada
  rochdale key unlock --for 1h`,
		Args: wantArgs("[KEY]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if length < time.Second || length > client.MaxUnlocked {
				return withHint(fault("a key cannot be unlocked for %s, from %s to %s can be", lasting(length), lasting(time.Second), lasting(client.MaxUnlocked)), "write it like --for 15m")
			}
			path, key, err := openKeyNamed(cmd, args)
			if err != nil {
				return err
			}
			s, err := settingsOf(cmd)
			if err != nil {
				return err
			}
			until := time.Now().Add(length)
			if err := hold(unlockedDir(s), path, key, until); err != nil {
				return withHint(err, "name a folder of your own with a short path in %s", envRuntime)
			}
			hint(cmd, "lock it sooner with: rochdale key lock")
			info := unlockInfo{Path: path, PublicKey: key.Signing().Public().String(), Until: stamp(until.Unix())}
			return show(cmd, info, func(w io.Writer) {
				writeFacts(w, fact{"unlocked", info.Path}, fact{"until", info.Until})
			})
		},
		ValidArgsFunction: completeKeyArg,
	}
	cmd.Flags().DurationVar(&length, "for", defaultUnlocked, "for how long, at most "+lasting(client.MaxUnlocked))
	addPassphraseFlag(cmd)
	return cmd
}

// ready is what the process that holds a key says when it does.
const ready = "ready"

// hold starts the process that holds a key. The key goes to it through a pipe.
func hold(dir, path string, key client.Key, until time.Time) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return fmt.Errorf("unlocking: %w", err)
	}
	var record bytes.Buffer
	if err := client.WriteHeld(&record, key); err != nil {
		return fmt.Errorf("unlocking: %w", err)
	}
	cmd := exec.Command(self, "key", "hold", dir, path, until.UTC().Format(time.RFC3339))
	cmd.Args[0] = os.Args[0] // some programs look at the name they were called by
	cmd.Stdin = &record
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, envPassphrase+"=") || strings.HasPrefix(v, envNewPassphrase+"=")
	})
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // it outlives the terminal, not the time
	said, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("unlocking: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("unlocking: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(said, maxLine)) // it closes its end once it holds the key
	if err == nil && string(text) != ready {
		err = errors.New(strings.TrimSpace(string(text)))
	}
	if err != nil {
		return fault("unlocking: %w", errors.Join(err, cmd.Wait()))
	}
	return cmd.Process.Release()
}

// newKeyHoldCmd is the process that key unlock starts.
func newKeyHoldCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "hold DIR FILE UNTIL",
		Short:   "Hold a key for key unlock, which starts this",
		Example: "  rochdale key hold DIR FILE UNTIL",
		Hidden:  true,
		Args:    wantArgs("DIR", "FILE", "UNTIL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, ok := cmd.OutOrStdout().(*os.File)
			if !ok {
				return fault("key hold is run by key unlock only")
			}
			err := holdKey(cmd, out, args[0], args[1], args[2])
			if err != nil {
				fmt.Fprint(out, err) // nobody reads standard error
			}
			return err
		},
	}
}

func holdKey(cmd *cobra.Command, out *os.File, dir, file, at string) error {
	// A crash must not leave the key on the disk.
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbidding core dumps: %w", err)
	}
	until, err := time.Parse(time.RFC3339, at)
	if err == nil && time.Until(until) > client.MaxUnlocked {
		err = fault("%s is more than %v away", at, client.MaxUnlocked)
	}
	if err != nil {
		return err
	}
	key, err := client.ReadHeld(cmd.InOrStdin())
	if err != nil {
		return fmt.Errorf("reading the key: %w", err)
	}
	l, err := client.ListenUnlocked(dir, file)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, ready); err != nil {
		return errors.Join(err, l.Close())
	}
	if err := out.Close(); err != nil {
		return errors.Join(err, l.Close())
	}
	return client.HoldKey(cmd.Context(), l, key, until)
}

// lockInfo is what key lock did.
type lockInfo struct {
	Locked int `json:"locked"` // keys that were unlocked
}

func newKeyLockCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "lock",
		Short:   "Forget every key that is unlocked",
		Long:    "End every process that key unlock has started and that holds a key still.",
		Example: "  rochdale key lock",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settingsOf(cmd)
			if err != nil {
				return err
			}
			n, err := client.LockAll(unlockedDir(s))
			if err != nil {
				return err
			}
			return show(cmd, lockInfo{n}, func(w io.Writer) {
				switch n {
				case 0:
					fmt.Fprintln(w, "no key was unlocked")
				case 1:
					fmt.Fprintln(w, "locked 1 key")
				default:
					fmt.Fprintf(w, "locked %d keys\n", n)
				}
			})
		},
	}
}
