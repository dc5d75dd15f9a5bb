package client

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// An unlocked key is held in the memory of a process of its owner, for a time, so that
// a passphrase is typed once. The process answers at a socket that only the owner can
// open, in a folder that only the owner can enter; nothing of the key is written to a
// disk. The socket is named after the contents of the key file: a file that was changed
// since, as by another passphrase, is locked.
//
// Who can read the memory of the owner's processes, or act as the owner, can sign
// while the key is unlocked. They could as well read what the owner types.

// MaxUnlocked is the longest time for which a key is held.
const MaxUnlocked = 12 * time.Hour

// Bounds of a conversation at the socket.
const (
	unlockedLimit = 2 * time.Second // of all of it
	unlockedQuery = 16              // bytes of a question
)

// ErrLocked is returned for a key that no process holds.
var ErrLocked = errors.New("the key is locked")

// ErrUnlockedDir is returned for a folder in which no socket is to be trusted.
var ErrUnlockedDir = errors.New("the folder of unlocked keys is not only its owner's")

// socketOf is the socket at which the key of a file would be held.
func socketOf(dir, file string) (string, error) {
	sealed, err := readKeyFile(file)
	if err != nil {
		return "", fmt.Errorf("opening key file %s: %w", file, err)
	}
	sum := sha256.Sum256(sealed)
	return filepath.Join(dir, hex.EncodeToString(sum[:8])+".sock"), nil
}

// checkUnlockedDir refuses a folder that others can enter or change.
func checkUnlockedDir(dir string) error {
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrLocked
	}
	if err == nil && (!info.IsDir() || info.Mode().Perm()&0o077 != 0) {
		err = fmt.Errorf("%w: %s has mode %04o, it must be a folder of mode 0700", ErrUnlockedDir, dir, info.Mode().Perm())
	}
	return err
}

// ListenUnlocked makes the socket, in dir, at which the key of a file is held, in place
// of one that an earlier holder has left. dir is made if it is not there.
func ListenUnlocked(dir, file string) (net.Listener, error) {
	socket, err := socketOf(dir, file)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of unlocked keys: %w", err)
	}
	if err := checkUnlockedDir(dir); err != nil {
		return nil, err
	}
	if err := lockSocket(socket); err != nil && !errors.Is(err, ErrLocked) {
		return nil, err
	}
	if err := os.Remove(socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("unlocking: %w", err)
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, fmt.Errorf("unlocking: %w", err)
	}
	if err := os.Chmod(socket, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("unlocking: %w", err), l.Close())
	}
	return l, nil
}

// HoldKey holds a key at the socket of ListenUnlocked, until a moment that is at most
// MaxUnlocked away, until Lock is called for its file, or until ctx ends. It closes l.
func HoldKey(ctx context.Context, l net.Listener, key Key, until time.Time) error {
	until = until.Round(0) // by the clock on the wall: a machine may sleep meanwhile
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	closing := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer closing()
	var under sync.WaitGroup
	defer under.Wait()
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("holding a key: %w", err)
		}
		under.Go(func() {
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(unlockedLimit))
			question, _ := bufio.NewReader(io.LimitReader(conn, unlockedQuery)).ReadString('\n')
			switch {
			case question == "lock\n" || !time.Now().Round(0).Before(until):
				_ = l.Close() // before the answer: who has it finds no socket
				cancel()
				fmt.Fprintln(conn, "locked")
			case question == "key\n":
				fmt.Fprintf(conn, "%d\n%s", until.Unix(), encodeRecord(key))
			}
		})
	}
}

// askSocket asks the process that holds a key. It returns ErrLocked if there is none.
func askSocket(socket, question string) ([]byte, error) {
	if err := checkUnlockedDir(filepath.Dir(socket)); err != nil {
		return nil, err
	}
	conn, err := net.DialTimeout("unix", socket, unlockedLimit)
	if err != nil {
		return nil, ErrLocked
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(unlockedLimit))
	if _, err := io.WriteString(conn, question); err != nil {
		return nil, ErrLocked
	}
	answer, err := io.ReadAll(io.LimitReader(conn, MaxKeyFile))
	if err != nil {
		return nil, ErrLocked
	}
	return answer, nil
}

func lockSocket(socket string) error {
	answer, err := askSocket(socket, "lock\n")
	if err == nil && string(answer) != "locked\n" {
		err = ErrLocked
	}
	return err
}

// Unlocked returns the key of a file, and until when it is held, or ErrLocked if no
// process holds it in dir.
func Unlocked(dir, file string) (Key, time.Time, error) {
	socket, err := socketOf(dir, file)
	if err != nil {
		return Key{}, time.Time{}, err
	}
	answer, err := askSocket(socket, "key\n")
	if err != nil {
		return Key{}, time.Time{}, err
	}
	head, record, found := bytes.Cut(answer, []byte("\n"))
	until, err := strconv.ParseInt(string(head), 10, 64)
	if !found || err != nil {
		return Key{}, time.Time{}, ErrLocked
	}
	key, err := decodeRecord(record)
	return key, time.Unix(until, 0), err
}

// Lock ends the process that holds the key of a file in dir. It returns ErrLocked if
// there is none.
func Lock(dir, file string) error {
	socket, err := socketOf(dir, file)
	if err != nil {
		return err
	}
	return lockSocket(socket)
}

// LockAll ends every process that holds a key in dir, and returns how many there were.
func LockAll(dir string) (n int, err error) {
	if err := checkUnlockedDir(dir); errors.Is(err, ErrLocked) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("locking: %w", err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".sock") && lockSocket(filepath.Join(dir, e.Name())) == nil {
			n++
		}
	}
	return n, nil
}

// WriteHeld writes a key to the process that is to hold it, through a pipe.
func WriteHeld(w io.Writer, key Key) error {
	_, err := w.Write(encodeRecord(key))
	return err
}

// ReadHeld reads what WriteHeld wrote.
func ReadHeld(r io.Reader) (Key, error) {
	record, err := io.ReadAll(io.LimitReader(r, MaxKeyFile))
	if err != nil {
		return Key{}, err
	}
	return decodeRecord(record)
}
