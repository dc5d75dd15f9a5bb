package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/tx"
)

func newTxCmd() *cobra.Command {
	return newNoun("tx", groupMembers, "Send, follow and read signed transactions",
		`  rochdale tx wait 7F3A…
  rochdale tx send admit.tx
  rochdale tx show admit.tx`,
		newTxSendCmd(), newTxWaitCmd(), newTxShowCmd())
}

func addWaitFlags(cmd *cobra.Command) {
	cmd.Flags().Duration("timeout", time.Minute, "how long to wait for a block")
	must(cmd.RegisterFlagCompletionFunc("timeout", cobra.NoFileCompletions))
}

func newTxSendCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "send FILE|ID",
		Short: "Send a signed transaction, or send it again",
		Long: `Send a signed transaction: a file that --output wrote, or the id of one that was
signed and kept because it could not be sent. Sending twice does no harm: the
ledger executes it once, and both answers are the same.`,
		Example: "  rochdale tx send admit.tx\n  rochdale tx send 7F3A…",
		Args:    wantArgs("FILE|ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, raw, err := openTx(cmd, args[0])
			if err != nil {
				return err
			}
			// One that was kept was confirmed when it was signed here.
			if kept, err := d.kept(hexID(tx.ID(raw))); err == nil && kept == nil {
				if err := confirmSending(cmd, d, raw); err != nil {
					return err
				}
			}
			done, err := d.deliver(cmd, raw)
			if err != nil {
				return err
			}
			return showDone(cmd, hexID(tx.ID(raw)), done, true)
		},
	}
	addYesFlag(cmd)
	cmd.Flags().Lookup("yes").Usage = "do not ask; needed without a terminal for what cannot be undone"
	cmd.Flags().Bool("no-wait", false, "do not wait until it is in a block")
	addWaitFlags(cmd)
	return cmd
}

// confirmSending says what a signed transaction does, and asks if that cannot be
// undone. One that a block holds already is sent again without.
func confirmSending(cmd *cobra.Command, d delivery, raw []byte) error {
	signed, err := tx.Parse(raw)
	if err != nil {
		return err
	}
	if _, done, err := d.client.Outcome(cmd.Context(), raw); err == nil && done {
		return nil
	}
	body := signed.Body
	r := withoutNode(body.Chain, state.Coop(body.Coop))
	if at, err := d.client.At(cmd.Context(), 0); err == nil && at.Chain() == body.Chain {
		if of, err := readingOf(at, state.Coop(body.Coop)); err == nil {
			r = of
		}
	}
	action, err := wording.Read(body.Kind, body.Payload)
	if err != nil {
		return confirmFinal(cmd, "for all that can be read of it", "send it? (yes or no)", "sent")
	}
	does := wording.Describe(r, action)
	notePage(cmd, "You are about to send what member %d of co-op %d, %s, signed: %s.", body.Signer, body.Coop, r.name, does.Phrase)
	noteClauses(cmd, does.Clauses)
	why := wording.Final(r, state.Member(body.Signer), body.Kind, action)
	if why == "" {
		return nil
	}
	return confirmFinal(cmd, "since "+why, "send it? (yes or no)", "sent")
}

func newTxWaitCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "wait ID",
		Short:   "Wait for a transaction's block, and show its result",
		Example: "  rochdale tx wait 7F3A…\n  rochdale tx wait 7F3A… --timeout 5m",
		Args:    wantArgs("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := parseHex("transaction id", args[0], 32)
			if err != nil {
				return err
			}
			d, err := newDelivery(cmd)
			if err != nil {
				return err
			}
			id := [32]byte(b)
			raw, err := d.kept(hexID(id))
			if err != nil {
				return err
			}
			done, err := d.wait(cmd, id, raw)
			if err != nil {
				return err
			}
			return showDone(cmd, hexID(id), done, false)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addWaitFlags(cmd)
	return cmd
}

// newDelivery is the delivery that cmd's settings describe.
func newDelivery(cmd *cobra.Command) (delivery, error) {
	s, err := settingsOf(cmd)
	if err != nil {
		return delivery{}, err
	}
	c, err := dial(cmd)
	return delivery{client: c, node: s.Node, home: s.Home}, err
}

// openTx reads the transaction that name means, and gives what can send it.
func openTx(cmd *cobra.Command, name string) (delivery, []byte, error) {
	d, err := newDelivery(cmd)
	if err != nil {
		return d, nil, err
	}
	raw, err := d.readTx(cmd, name)
	return d, raw, err
}

// doneInfo is the result of a transaction.
type doneInfo struct {
	Result      string   `json:"result"`
	Transaction string   `json:"transaction"`
	Height      uint64   `json:"height,omitempty"`
	Data        hexBytes `json:"data,omitempty"` // the action's result, canonical CBOR
}

// showDone shows what became of a transaction. said is whether its id is said already:
// before the wait, or by the hint how to wait.
func showDone(cmd *cobra.Command, id string, done *state.Done, said bool) error {
	info := doneInfo{Result: resultSent, Transaction: id}
	if done == nil {
		hint(cmd, "see what became of it with: rochdale tx wait %s", id)
	} else {
		info.Result, info.Height, info.Data = resultDone, done.Height, done.Data
	}
	return show(cmd, info, func(w io.Writer) {
		number := ""
		if n, err := tx.Decode[uint64](info.Data); err == nil {
			number = fmt.Sprint(n)
		}
		what := "transaction " + id
		if said {
			what = "the transaction"
		}
		writeFacts(w, fact{info.Result, what}, fact{"block", numberOrNone(info.Height)}, fact{"number given", number})
	})
}

// readTx reads a transaction from a file, from standard input for "-", or from
// the outbox by its id.
func (d delivery) readTx(cmd *cobra.Command, name string) ([]byte, error) {
	if name == "-" {
		return readTxFrom(cmd.InOrStdin(), "standard input")
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		if id, hexErr := parseHex("id", name, 32); hexErr == nil {
			if raw, keptErr := d.kept(hexID([32]byte(id))); raw != nil || keptErr != nil {
				return raw, keptErr
			}
			return nil, withHint(fault("transaction %s is not kept here", name), "see whether a block has it: rochdale tx wait %s", name)
		}
	}
	if err != nil {
		return nil, withHint(fault("reading the transaction: %w", err), "name a file that --output wrote")
	}
	defer f.Close()
	return readTxFrom(f, name)
}

// readTxFrom reads and parses: what is no transaction is not sent.
func readTxFrom(r io.Reader, name string) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, tx.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading the transaction from %s: %w", name, err)
	}
	if _, err := tx.Parse(raw); err != nil {
		return nil, withHint(fault("%s holds no transaction: %w", name, err), "make one with --output FILE on any command that signs")
	}
	return raw, nil
}

// txInfo is a transaction in plain words.
type txInfo struct {
	Transaction string         `json:"transaction"`
	Does        string         `json:"does"`
	Clauses     []state.Clause `json:"clauses,omitempty"` // and in full
	Chain       string         `json:"chain"`
	Coop        state.Coop     `json:"coop"`
	Member      uint64         `json:"member"`
	Key         uint32         `json:"key"` // which of the member's keys signed; 1 is the first
	Sequence    uint64         `json:"sequence"`
	Expiry      uint64         `json:"expiry_height"`
	Kind        string         `json:"kind"`
	Action      any            `json:"action"`
	Signature   string         `json:"signature"` // good, bad, not checked
	Size        int            `json:"size"`
}

// unchecked is a signature of which no node gave the key.
const unchecked = "not checked"

func newTxShowCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show FILE",
		Short: "Say in plain words what a signed transaction would do",
		Long: `Say in plain words what a signed transaction would do, before you or anyone
else sends it. Names come from the node, and so do the key that the signature is
checked with and the currency, of which the file says nothing; without a node the
rest is shown all the same, with amounts in minor units: of cents, 1000 is 10.00.`,
		Example: "  rochdale tx show admit.tx",
		Args:    wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, raw, err := openTx(cmd, args[0])
			if err != nil {
				return err
			}
			return showTx(cmd, d, raw)
		},
	}
}

func showTx(cmd *cobra.Command, d delivery, raw []byte) error {
	signed, err := tx.Parse(raw)
	if err != nil {
		return err
	}
	body := signed.Body
	info := txInfo{
		Transaction: hexID(tx.ID(raw)), Chain: body.Chain, Coop: state.Coop(body.Coop), Member: body.Signer,
		Key: max(body.Key, tx.FirstKey), Sequence: body.Sequence, Expiry: body.Expiry, Kind: wording.KindName(body.Kind), Size: len(raw), Signature: unchecked,
	}
	r := withoutNode(body.Chain, info.Coop)
	if at, err := d.client.At(cmd.Context(), 0); err != nil {
		note(cmd, "the node at %s does not answer, so the signature was not checked", d.node)
	} else if at.Chain() != body.Chain {
		note(cmd, "the node at %s is of %s, so the signature was not checked", d.node, at.Chain())
	} else if of, err := readingOf(at, info.Coop); err == nil {
		r = of
		info.Signature = "does not verify"
		if key, err := keyring.KeyOf(r, state.Signer{Member: state.Member(body.Signer), Key: body.Key}); err == nil && key.Verify(signed.Bytes, signed.Signature) {
			info.Signature = "good"
		}
	}
	action, err := wording.Read(body.Kind, body.Payload)
	if err != nil {
		info.Does = fmt.Sprintf("take an action that cannot be read: %v", err)
	} else {
		does := wording.Describe(r, action)
		info.Does, info.Clauses, info.Action = does.Phrase, does.Clauses, plainJSON(reflect.ValueOf(action))
	}
	if info.Signature == unchecked && inMinorUnits(info) {
		note(cmd, "amounts are in minor units, the smallest unit of a currency that only a node knows")
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w,
			fact{"would", info.Does},
			fact{"signed by", fmt.Sprintf("member %d of co-op %d, %s%s", info.Member, info.Coop, r.name, furtherKey(info.Key))},
			fact{"signature", info.Signature}, fact{"federation", info.Chain}, fact{"kind", info.Kind},
			fact{"sequence", info.Sequence}, fact{"valid to block", info.Expiry},
			fact{"size", plural(uint64(info.Size), "byte")}, fact{"transaction", info.Transaction})
		writeClauses(w, "what it would do", info.Clauses)
	})
}

// furtherKey says by which of a member's keys something is signed, "" if by its first.
func furtherKey(n uint32) string {
	if n == tx.FirstKey {
		return ""
	}
	return fmt.Sprintf(", by key %d", n)
}

// inMinorUnits says whether a transaction was described without its co-op's currency.
func inMinorUnits(info txInfo) bool {
	text := info.Does
	for _, c := range info.Clauses {
		text += "\n" + c.String()
	}
	return strings.Contains(text, " minor unit")
}
