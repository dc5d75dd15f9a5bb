package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An act is an action that is ready to be signed.
type act struct {
	kind   tx.Kind
	action state.Action
	// gives is what the number in the transaction's result stands for, such as
	// "member" or "motion"; empty if the result has none.
	gives string
	// next is the command to go on with, %d being that number; may be empty.
	next string
	// subject is what the action is about, as the end of a command that shows it:
	// "motion show 4". Hints get the number where the refusal names none.
	subject string
	// facts are shown before signing, beside what the action itself says.
	facts []state.Clause
	// ask is why the signer is asked although the action, or the motion that carries it,
	// can be taken back; mostly empty.
	ask string
	// because adds to the reason of a rejection, by its code.
	because map[uint32]string
	// hints take the place of a room's hint, by the code of the rejection, also of one by
	// which what a motion carries would be refused: what this command's user can do.
	hints map[uint32]string
	// ready is done once the signer has agreed, before anything is signed, and undone if the
	// ledger then refuses it; mostly nil.
	ready  func() error
	undone func()
	// after says what to do next by what the action returned; mostly nil, and next says it.
	after func(result []byte) string
}

// explain adds details of the act to an error that refuses it.
func (a act) explain(err error) error {
	var e *exitError
	if !errors.As(err, &e) || e.code != exitRejected {
		return err
	}
	if code := e.rejection; a.because[code] != "" {
		return &exitError{code: exitRejected, err: errors.New(wording.Reason(code)), hint: a.because[code], rejection: code}
	}
	out := *e
	out.hint = a.numbered(out.hint, e.Error())
	return &out
}

// agree asks the signer, and prepares what is to be signed then.
func (s *session) agree(cmd *cobra.Command, a act) error {
	if err := s.confirm(cmd, a); err != nil {
		return err
	}
	return a.prepare(false)
}

// prepare does what has to be there before the act is signed, except in a dry run.
func (a act) prepare(dry bool) error {
	if a.ready == nil || dry {
		return nil
	}
	return a.ready()
}

// undo takes back what prepare did for an act that the ledger has refused.
func (a act) undo(err error) {
	var e *exitError
	if a.undone != nil && errors.As(err, &e) && e.rejection != 0 {
		a.undone()
	}
}

// addActFlags declares the flags of every command that signs.
func addActFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Bool("dry-run", false, "sign it and ask the node what would happen, but send nothing")
	addYesFlag(cmd)
	f.Bool("no-wait", false, "do not wait until it is in a block")
	f.Duration("timeout", time.Minute, "how long to wait for a block")
	f.StringP("output", "o", "", "write the signed transaction to this file instead of sending it")
	f.Duration("valid-for", defaultValidFor, "how long what --output writes can be sent, at least")
	f.String("chain", "", "chain id to sign for [the key's, or the node's]")
	f.Uint64("as", 0, "member number to sign as [the key's, or looked up on the register]")
	must(cmd.MarkFlagFilename("output"))
	must(cmd.RegisterFlagCompletionFunc("timeout", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("valid-for", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("chain", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("as", cobra.NoFileCompletions))
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
}

// addProposeFlags lets an action be put to a motion instead of being taken.
func addProposeFlags(cmd *cobra.Command) {
	cmd.Flags().String("propose", "", "put it to a motion of this kind, by number or name, instead of doing it")
	must(cmd.RegisterFlagCompletionFunc("propose", completeMotionKind))
	cmd.Flags().Bool("anyway", false, "motion: propose it even if it would be refused today")
	addMotionFlags(cmd)
}

// addMotionFlags declares what describes a motion.
func addMotionFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.String("title", "", "motion: the question that members are asked [what it does]")
	f.String("statement", "", "motion: file with the text that members were sent; only its digest is recorded")
	f.Uint32("minutes", 0, "motion: how long members can cast [the charter's longest]")
	must(cmd.MarkFlagFilename("statement"))
	must(cmd.RegisterFlagCompletionFunc("title", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("minutes", cobra.NoFileCompletions))
}

// newActCmd makes a command that takes one action: build turns the arguments
// into it. Unless only says that no motion can carry it, it can be proposed.
func newActCmd(use, short, example string, args cobra.PositionalArgs, carriable bool,
	build func(cmd *cobra.Command, s *session, args []string) (act, error)) *cobra.Command {
	cmd := &cobra.Command{
		Use:     use,
		Short:   short,
		Example: example,
		Args:    args,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			a, err := build(cmd, s, args)
			if err == nil {
				err = s.take(cmd, a)
			} else {
				err = explainRead(err)
			}
			if err != nil {
				s.mindHeld(cmd, false, err)
			}
			return err
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addActFlags(cmd)
	if carriable {
		addProposeFlags(cmd)
	}
	return cmd
}

// Results of take.
const (
	resultDone    = "done"
	resultSent    = "sent"
	resultWritten = "written"
	resultWould   = "would be done"
)

// actInfo is the result of a command that signs.
type actInfo struct {
	Result      string         `json:"result"`            // done, sent, written, would be done
	Action      string         `json:"action"`            // in words
	Clauses     []state.Clause `json:"clauses,omitempty"` // and in full
	Transaction string         `json:"transaction"`
	Height      uint64         `json:"height,omitempty"`          // of its block
	Number      uint64         `json:"number,omitempty"`          // of what it made: a member, a motion …
	File        string         `json:"file,omitempty"`            // that --output wrote
	Until       uint64         `json:"valid_to_height,omitempty"` // of the file

	gives string
}

// take previews, signs and sends an action, and shows the result.
func (s *session) take(cmd *cobra.Command, a act) error {
	a, err := s.proposed(cmd, a)
	if err != nil {
		return err
	}
	if err := a.action.Check(); err != nil {
		return withFigureHint(a, refused(err))
	}
	if err := wording.Missing(s, a.action); state.Rejected(err) != nil {
		return a.explain(refused(err)) // before anything is said of it as if it were there
	}
	does := wording.Describe(s, a.action)
	notePage(cmd, "You are about to %s, %s.", does.Phrase, s.standing())
	noteClauses(cmd, does.Clauses)
	noteClauses(cmd, a.facts)
	dry, _ := cmd.Flags().GetBool("dry-run")
	file, _ := cmd.Flags().GetString("output")
	if err := s.validFor(cmd, file); err != nil {
		return err
	}
	if !dry && file == "" {
		if err := s.confirm(cmd, a); err != nil {
			return err
		}
	}
	if err := a.prepare(dry); err != nil {
		return err
	}
	raw, err := s.sign(cmd, a)
	if err != nil {
		return err
	}
	id := tx.ID(raw)
	info := actInfo{Action: does.Phrase, Clauses: does.Clauses, Transaction: hexID(id), gives: a.gives}
	switch {
	case dry:
		if err := s.try(cmd, raw); err != nil {
			return s.refusal(cmd, a, err)
		}
		info.Result = resultWould
		note(cmd, "this was a dry run: nothing was sent")
		return showAct(cmd, info)
	case file != "":
		if err := writeNew("the transaction", file, raw); err != nil {
			return err
		}
		info.Result, info.File = resultWritten, file
		info.Until = s.expiry(raw)
		note(cmd, "it can be sent until block %s, which is in %s at the earliest; any other transaction that you sign and send before takes its place",
			formatCount(int64(info.Until)), lasting(s.life))
		hint(cmd, "send it with: rochdale tx send %s", file)
		return showAct(cmd, info)
	}
	return s.sendAndShow(cmd, raw, info, a)
}

// sendAndShow sends a signed transaction, waits for it unless --no-wait is set, and
// shows the result.
func (s *session) sendAndShow(cmd *cobra.Command, raw []byte, info actInfo, a act) error {
	d := delivery{client: s.client, node: s.settings.Node, home: s.settings.Home}
	done, err := d.deliver(cmd, raw)
	s.mindHeld(cmd, d.held, err)
	if err != nil {
		a.undo(err)
		return s.refusal(cmd, a, err)
	}
	if done == nil {
		info.Result = resultSent
		hint(cmd, "see what became of it with: rochdale tx wait %s", info.Transaction)
		return showAct(cmd, info)
	}
	info.Result, info.Height = resultDone, done.Height
	if a.gives != "" && len(done.Data) > 0 {
		if info.Number, err = tx.Decode[uint64](done.Data); err != nil {
			return fmt.Errorf("reading the result of transaction %s: %w", info.Transaction, err)
		}
	}
	next := a.next
	if a.after != nil {
		next = a.after(done.Data)
	}
	if next == "" && a.subject != "" {
		next = "see it with: rochdale " + a.subject
	}
	if next != "" {
		if strings.Contains(next, "%d") {
			next = fmt.Sprintf(next, info.Number)
		}
		hint(cmd, "%s", s.withKinds(next))
	}
	return showAct(cmd, info)
}

func showAct(cmd *cobra.Command, info actInfo) error {
	return show(cmd, info, func(w io.Writer) {
		facts := []fact{{info.Result, info.Action}}
		if info.Number != 0 {
			facts = append(facts, fact{info.gives, info.Number})
		}
		if info.Result != resultDone && info.Result != resultSent { // else it is said already: see deliver
			facts = append(facts, fact{"transaction", info.Transaction})
		}
		facts = append(facts, fact{"block", numberOrNone(info.Height)}, fact{"file", info.File})
		if info.File != "" {
			facts = append(facts, fact{"valid to block", info.Until})
		}
		writeFacts(w, facts...)
	})
}

// proposed wraps a into a motion if --propose asks for that.
func (s *session) proposed(cmd *cobra.Command, a act) (act, error) {
	f := cmd.Flags().Lookup("propose")
	if f == nil {
		return a, nil
	}
	if f.Value.String() == "" {
		for _, name := range []string{"title", "statement", "minutes", "anyway"} {
			if cmd.Flags().Changed(name) {
				return a, withHint(fault("--%s is about a motion, and none is proposed", name), "add --propose KIND, or leave --%s out", name)
			}
		}
		return a, nil
	}
	if err := a.action.Check(); err != nil {
		return a, refused(err)
	}
	motion, err := s.motionFrom(cmd, f.Value.String(), s.titleOf(a.action))
	if err != nil {
		return a, err
	}
	motion.Anyway, _ = cmd.Flags().GetBool("anyway")
	motion.Action = []ballot.Carried{{Kind: a.kind, Payload: tx.Encode(a.action)}}
	return act{
		kind: ballot.KindPropose, action: motion, gives: "motion", facts: a.facts, ask: a.ask, hints: a.hints, ready: a.ready, undone: a.undone,
		next: "see how it goes with: rochdale motion show %d",
	}, nil
}

// titleOf is the question whether to take an action, nothing if that takes too many
// words.
func (s *session) titleOf(a state.Action) string {
	first, n := utf8.DecodeRuneInString(wording.Describe(s, a).Phrase)
	title := string(unicode.ToUpper(first)) + wording.Describe(s, a).Phrase[n:]
	if len(title) > ballot.MaxTitle || !words.IsPlain(title) {
		return ""
	}
	return title
}

// motionFrom makes a motion of the flags that describe one, with a title for one that
// is given none.
func (s *session) motionFrom(cmd *cobra.Command, kind, title string) (ballot.Propose, error) {
	var m ballot.Propose
	id, err := s.parseMotionKind(kind)
	if err != nil {
		return m, err
	}
	m.Kind = id
	m.Title, _ = cmd.Flags().GetString("title")
	m.Minutes, _ = cmd.Flags().GetUint32("minutes")
	if m.Title == "" {
		m.Title = title
	}
	if m.Title == "" {
		return m, withHint(fault("a motion needs the question that members are asked"), "add --title TEXT")
	}
	if file, _ := cmd.Flags().GetString("statement"); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return m, withHint(fault("reading the statement: %w", err), "check --statement")
		}
		sum := sha256.Sum256(text)
		m.Statement = sum[:]
	}
	return m, nil
}

// parseMotionKind reads a kind of motion by number or by name.
func (r *reading) parseMotionKind(text string) (charter.MotionKindID, error) {
	var found charter.MotionKindID
	var known []string
	err := charter.MotionKinds(r, func(id charter.MotionKindID, k charter.MotionKind) (bool, error) {
		if fmt.Sprint(id) == text || strings.EqualFold(k.Name, strings.ReplaceAll(text, "-", " ")) {
			found = id
		}
		known = append(known, fmt.Sprintf("%d (%s)", id, k.Name))
		return true, nil
	})
	if err != nil {
		return 0, err
	}
	if found == 0 {
		return 0, withHint(fault("the charter has no kind of motion %q", text), "its kinds are: %s", strings.Join(known, ", "))
	}
	return found, nil
}

// hexID is a transaction's id as every tool of the engine prints it.
func hexID(id [32]byte) string { return strings.ToUpper(hex.EncodeToString(id[:])) }
