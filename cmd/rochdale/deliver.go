package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A delivery sends signed transactions to a node. Until the result of one is known,
// it is kept in HOME/outbox/ID.tx: after any failure the same bytes can be sent
// again, and the ledger executes them once.
//
// A crash after the file is written and before the node has the transaction
// leaves the file; rochdale tx send ID sends it, tx wait ID clears it away.
type delivery struct {
	client *client.Client
	node   string // as the user named it
	home   string
	quiet  bool // a progress bar has the terminal: ids would break it up
	held   bool // a block holds the last that was delivered, whether done or refused
}

// txExt ends the name of a file that holds a signed transaction.
const txExt = ".tx"

// newExt ends the name of one that is still being written.
const newExt = ".new"

func (d delivery) outbox(id string) string { return filepath.Join(d.home, "outbox", id+txExt) }

// say names what a node has taken, before the wait for its block. The id is said once:
// the result in words leaves it out, and what is not sent is named by the hint how to
// send it again.
func (d delivery) say(cmd *cobra.Command, id string) {
	if !d.quiet {
		note(cmd, "transaction %s", id)
	}
}

// deliver sends raw and waits for its block, by the command's flags. It returns the
// result, nil under --no-wait, or the rejection.
func (d *delivery) deliver(cmd *cobra.Command, raw []byte) (*state.Done, error) {
	id := hexID(tx.ID(raw))
	if err := d.keep(id, raw); err != nil {
		return nil, err
	}
	if _, err := d.client.Send(cmd.Context(), raw); err != nil {
		// What a block has already is refused for its sequence: sending it again
		// is then no mistake but what this command promises.
		done, ok, doneErr := d.client.Outcome(cmd.Context(), raw)
		if doneErr == nil && ok {
			d.say(cmd, id)
			return d.settle(id, done)
		}
		if errors.Is(doneErr, client.ErrForgotten) {
			err = doneErr
		}
		return nil, d.unsent(id, err)
	}
	if noWait, _ := cmd.Flags().GetBool("no-wait"); noWait {
		return nil, nil // the hint how to ask for it says the id
	}
	d.say(cmd, id)
	return d.wait(cmd, tx.ID(raw), raw)
}

// wait waits until a block holds the transaction; raw is nil if only its id is
// known.
func (d *delivery) wait(cmd *cobra.Command, id [32]byte, raw []byte) (*state.Done, error) {
	limit, _ := cmd.Flags().GetDuration("timeout")
	ctx, cancel := context.WithTimeout(cmd.Context(), limit)
	defer cancel()
	done, err := d.client.Wait(ctx, id, raw)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, withHint(fault("no block holds the transaction after %s", lasting(limit)),
			"it may still come: rochdale tx wait %s", hexID(id))
	}
	if err != nil {
		return nil, d.unsent(hexID(id), err)
	}
	return d.settle(hexID(id), done)
}

// settle is called once the outcome is known: a block holds it.
func (d *delivery) settle(id string, done state.Done) (*state.Done, error) {
	d.held = true
	_ = os.Remove(d.outbox(id))
	if err := client.Refusal(done); err != nil {
		return nil, explainSend(d.node, err)
	}
	return &done, nil
}

// unsent classifies an error of sending. A transaction that the ledger refused or
// can no longer execute is removed from the outbox; any other stays for another try.
func (d delivery) unsent(id string, err error) error {
	var r *client.Refused
	if errors.As(err, &r) || errors.Is(err, client.ErrExpired) {
		_ = os.Remove(d.outbox(id))
		return explainSend(d.node, err)
	}
	raw, _ := d.kept(id)
	switch {
	case errors.Is(err, client.ErrForgotten):
		return explainSend(d.node, err)
	case !errors.Is(err, context.Canceled) && raw != nil:
		return withHint(fault("%w", err), "it is signed and kept: rochdale tx send %s", id)
	case !errors.Is(err, context.Canceled):
		return explainSend(d.node, err)
	case raw != nil: // it may or may not have reached the node
		return withHint(err, "see what became of it: rochdale tx wait %s; if no block holds it, it is kept: rochdale tx send %s", id, id)
	}
	return withHint(err, "see what became of it: rochdale tx wait %s", id)
}

// keep puts raw into the outbox, whole or not at all: a command that is killed in the
// middle leaves at most ID.tx.new, which nobody sends and the next one to keep anything
// takes away. A disk that is full is found here, before anything was sent.
func (d delivery) keep(id string, raw []byte) error {
	path := d.outbox(id)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return withHint(fault("keeping the transaction: %w", err), "check --home or %s", envHome)
	}
	d.clear()
	err := os.WriteFile(path+newExt, raw, 0o600)
	if err == nil {
		err = os.Rename(path+newExt, path)
	}
	if err != nil {
		return withHint(fault("keeping the transaction: %w", err), "make room on the disk, or choose another --home")
	}
	return nil
}

// clear removes what commands that were killed wrote halfway, a minute ago or more: another
// command may be writing just now.
func (d delivery) clear() {
	halves, _ := filepath.Glob(d.outbox("*") + newExt)
	for _, path := range halves {
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > time.Minute {
			_ = os.Remove(path)
		}
	}
}

// kept reads a transaction from the outbox, nil if it is not there.
func (d delivery) kept(id string) ([]byte, error) {
	raw, err := os.ReadFile(d.outbox(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a kept transaction: %w", err)
	}
	return raw, nil
}

// left are the transactions in the outbox of which a test is true, by sequence. What is no
// transaction is passed over.
func (d delivery) left(of func(tx.Body) bool) ([][]byte, error) {
	entries, err := os.ReadDir(filepath.Dir(d.outbox("")))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading kept transactions: %w", err)
	}
	sequences := map[string]uint64{}
	var out [][]byte
	for _, e := range entries {
		if filepath.Ext(e.Name()) != txExt {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(filepath.Dir(d.outbox("")), e.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // another command is done with it
		}
		if err != nil {
			return nil, fmt.Errorf("reading a kept transaction: %w", err)
		}
		if signed, err := tx.Parse(raw); err == nil && of(signed.Body) {
			out = append(out, raw)
			sequences[string(raw)] = signed.Body.Sequence
		}
	}
	slices.SortFunc(out, func(a, b []byte) int { return cmp.Compare(sequences[string(a)], sequences[string(b)]) })
	return out, nil
}
