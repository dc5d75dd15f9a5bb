package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A session is a key, the member it signs for, and the node that is used.
type session struct {
	*reading // of the member's co-op, as it was when the session opened
	settings settings
	client   *client.Client
	key      client.Key
	member   state.Member
	number   uint32 // of the key among the member's, zero for the first
	signer   *client.Signer
	life     time.Duration // of what is written to a file
	also     string        // flags to put behind commands that are shown to be copied
	minds    []string      // what a signature of the member makes void
}

// openSession opens the key that the settings name and finds out for whom it signs:
// flags go before the key's own notes, and those before the register.
func openSession(cmd *cobra.Command) (*session, error) {
	s, at, err := dialSession(cmd)
	if err != nil {
		return nil, err
	}
	return s, s.begin(cmd, at)
}

// dialSession opens the key that the settings name, and the last height. The node is
// queried first, before a passphrase must be typed.
func dialSession(cmd *cobra.Command) (*session, state.Remote, error) {
	set, err := settingsOf(cmd)
	if err != nil {
		return nil, state.Remote{}, err
	}
	c, err := dial(cmd)
	if err != nil {
		return nil, state.Remote{}, err
	}
	at, err := c.At(cmd.Context(), 0)
	if err != nil {
		return nil, at, explainAsk(set.Node, err)
	}
	key, err := loadKey(cmd)
	return &session{settings: set, client: c, key: key}, at, err
}

// begin finds the co-op and the member that the key signs for.
func (s *session) begin(cmd *cobra.Command, at state.Remote) error {
	chain := s.key.ChainID
	if f := cmd.Flags().Lookup("chain"); f != nil {
		chain = or(f.Value.String(), chain)
	}
	if chain != "" && chain != at.Chain() {
		return withHint(fault("the key signs for the federation %s, and the node at %s is of %s", chain, s.settings.Node, at.Chain()),
			"name a node of %s with --node, or another key with --key", chain)
	}
	coop, err := s.findCoop(cmd, at)
	if err != nil {
		return explainRead(err)
	}
	return explainRead(s.enter(cmd, at, coop))
}

// enter opens the records of a co-op and finds out for which of its members the key signs.
func (s *session) enter(cmd *cobra.Command, at state.Remote, coop state.Coop) (err error) {
	if s.reading, err = readingOf(at, coop); err != nil {
		return err
	}
	lay(cmd, s.settings, s.key, at.Chain(), coop)
	s.lists = &lists{cmd.Context(), s.client}
	if err := s.findMember(cmd); err != nil {
		return err
	}
	s.signer = &client.Signer{Chain: at.Chain(), Coop: coop, Member: s.member, Key: s.key.Signing(), Number: s.number}
	return nil
}

// findCoop is the co-op on whose register the key is: the one named by flag,
// environment or the key's notes, or else the first that has it.
func (s *session) findCoop(cmd *cobra.Command, at state.Reader) (state.Coop, error) {
	if n, err := coopNamed(cmd); n != 0 || err != nil {
		return n, err
	}
	if s.key.Coop != 0 {
		return state.Coop(s.key.Coop), nil
	}
	coops, err := coopNumbers(at, maxCoops)
	if err != nil {
		return 0, err
	}
	for _, n := range coops {
		m, err := member.ByKey(at.Of(n), s.public())
		if m != 0 || err != nil {
			return n, err
		}
	}
	if len(coops) == 1 {
		return coops[0], nil // and findMember says what is missing
	}
	return 0, s.unregistered("any co-op of the federation", fmt.Sprintf("rochdale key prove --coop N --chain %s", at.Chain()))
}

// maxCoops bounds the registers that are searched for a key.
const maxCoops = 1000

// findMember is the member that the key signs as.
func (s *session) findMember(cmd *cobra.Command) error {
	if f := cmd.Flags().Lookup("as"); f != nil && f.Changed {
		n, err := cmd.Flags().GetUint64("as")
		if s.member = state.Member(n); err != nil {
			return err
		}
		if err := s.findNumber(); state.Rejected(err) == nil {
			return err
		}
		return nil // there is no such member: who signs as it is told
	}
	m, err := member.ByKey(s, s.public())
	if err != nil {
		return err
	}
	if m == 0 {
		return s.unregistered(fmt.Sprintf("co-op %d, %s", s.Coop(), s.name),
			fmt.Sprintf("rochdale key prove --coop %d --chain %s", s.Coop(), s.Chain()))
	}
	noted := state.Member(s.key.Member)
	if s.key.ChainID != "" && s.key.ChainID != s.Chain() || s.key.Coop != 0 && state.Coop(s.key.Coop) != s.Coop() {
		noted = 0 // of another co-op in which the key is a member's
	}
	if noted != 0 && noted != m {
		return withHint(fault("the key's notes say member %d, the register has its key under member %d", noted, m),
			"check --coop, or give --as %d", m)
	}
	s.member = m
	if err := s.findNumber(); err != nil {
		return err
	}
	if cmd.Flags().Lookup("dry-run") != nil { // it signs
		if err := s.requireInPlace(); err != nil {
			return err
		}
	}
	return s.mindNext(cmd)
}

// requireInPlace refuses a key in whose place another is.
func (s *session) requireInPlace() error {
	replaced, err := s.replaced()
	if err != nil || !replaced {
		return err
	}
	rec, err := member.Find(s, s.member)
	if err != nil {
		return err
	}
	info := s.memberInfo(s.member, rec, asOf{})
	for _, h := range rec.History {
		info.History = append(info.History, changed(h))
	}
	return withHint(fault("your key %s %s: member %d has another", s.public(), meInfo{Member: info, Replaced: true}.keyWords(), s.member),
		"sign with the key that is on the register: --key NAME; see which that is: rochdale member show %d; if it is not yours, tell your co-op at once", s.member)
}

// findNumber is which of the member's keys it is. One that is revoked, and one that others
// gave the member and that does not act yet, sign as the first, and are refused.
func (s *session) findNumber() error {
	n, err := keyring.NumberOf(s, s.member, s.public())
	if err != nil {
		return err
	}
	if n > tx.FirstKey {
		s.number = n
		return nil
	}
	rec, err := member.Find(s, s.member)
	if err != nil {
		return err
	}
	ended := rec.Revoked != 0 && n == tx.FirstKey
	err = keyring.Range(s, s.member, func(_ keyring.Number, k keyring.Key) (bool, error) {
		ended = ended || k.Public.Equal(s.public()) // NumberOf has not found that it signs
		return !ended, nil
	})
	if err == nil && ended {
		err = withHint(fault("your key %s is revoked: it signs nothing more for member %d", s.public(), s.member),
			"sign with another of your keys: --key NAME; see which there are: rochdale member show %d", s.member)
	}
	return err
}

// mindNext refuses a key that others gave the member and that does not act yet, and says
// to who signs by the one that does what makes the other void.
func (s *session) mindNext(cmd *cobra.Command) error {
	rec, err := member.Find(s, s.member)
	if err != nil {
		return err
	}
	if len(rec.Next) == 0 {
		return s.mindEnd(cmd)
	}
	from := dayStamp(rec.NextFrom())
	if rec.Next.Equal(s.public()) {
		return withHint(fault("your key does not act yet for member %d: it does from %v on, if the other one signs nothing before", s.member, from),
			"see both keys: rochdale member show %d", s.member)
	}
	key, _, err := keyring.Find(s, s.member, s.number)
	if err != nil {
		return err
	}
	if len(key.Limits.Kinds) > 0 {
		note(cmd, "others gave member %d another key, which acts from %v on unless a key that is not limited signs something before", s.member, from)
		return s.mindEnd(cmd)
	}
	note(cmd, "others gave member %d another key, which would act from %v on: anything that you sign makes it void once a block holds it", s.member, from)
	s.minds = append(s.minds, fmt.Sprintf("the key that others gave member %d", s.member))
	return s.mindEnd(cmd)
}

// mindEnd says to a member whose end others recorded, or who has notice of striking off,
// what makes that void.
func (s *session) mindEnd(cmd *cobra.Command) error {
	f, err := exit.FileOf(s, s.member)
	if err != nil || f.Effect == 0 && f.Warned == 0 {
		return err
	}
	void, err := f.Void(s, s.member)
	switch today := state.DayOf(s.Time()); {
	case err != nil || void:
	case f.Effect > today:
		note(cmd, "the %s of member %d is recorded, to take effect on %s: anything that you sign makes that void once a block holds it", endings[f.Ending], s.member, words.Day(f.Effect))
		s.minds = append(s.minds, fmt.Sprintf("the %s of member %d that others recorded", endings[f.Ending], s.member))
	case f.Warned != 0 && today <= f.Good:
		note(cmd, "member %d has notice of striking off for silence: anything that you sign makes it void once a block holds it", s.member)
		s.minds = append(s.minds, fmt.Sprintf("the notice of striking off to member %d", s.member))
	}
	return err
}

// mindHeld says, once, whether what the member was to make void is so: that is when a block
// holds what it signed, done or refused.
func (s *session) mindHeld(cmd *cobra.Command, held bool, err error) {
	for _, what := range s.minds {
		switch {
		case held && err != nil:
			note(cmd, "it is refused, and a block holds it all the same: %s is void", what)
		case held:
			note(cmd, "a block holds it: %s is void", what)
		case err != nil:
			note(cmd, "no block holds it, so nothing is said against it: %s is not void; see what helps with: rochdale me show", what)
		default:
			continue // it may come
		}
	}
	s.minds = nil
}

func (s *session) unregistered(where, prove string) error {
	return withHint(fault("your key %s is not on the register of %s", s.public(), where),
		"give your secretary the output of: %s", prove)
}

// public is the key as the register has it.
func (s *session) public() tx.PublicKey { return s.key.Signing().Public() }

// standing describes the signer.
func (s *session) standing() string {
	return fmt.Sprintf("as member %d of co-op %d, %s, on chain %s", s.member, s.Coop(), s.name, s.Chain())
}

// memberOr is the member that the argument at i names, or the signer.
func (s *session) memberOr(args []string, i int) (state.Member, error) {
	if i < len(args) {
		return parseMember(args[i])
	}
	return s.member, nil
}

// sign signs an action with the member's next sequence.
func (s *session) sign(cmd *cobra.Command, a act) ([]byte, error) {
	raw, err := s.signer.Sign(cmd.Context(), s.client, a.kind, a.action)
	if state.Rejected(err) != nil {
		return nil, refused(err)
	}
	return raw, explainAsk(s.settings.Node, err)
}

// How long a transaction can be sent that --output wrote.
const (
	defaultValidFor = 24 * time.Hour
	maxValidFor     = 90 * 24 * time.Hour
)

// validFor makes the signer's transactions valid for as long as --valid-for says, if
// they go to a file. A transaction is valid to a height, so what it says is a least:
// the heights that pass in that time if blocks follow each other as fast as nodes
// make them by default.
func (s *session) validFor(cmd *cobra.Command, file string) error {
	life, err := cmd.Flags().GetDuration("valid-for")
	switch {
	case err != nil: // the command has no such flag
		return nil
	case file == "" && cmd.Flags().Changed("valid-for"):
		return withHint(fault("--valid-for is about a file, and none is written"), "add --output FILE, or leave --valid-for out")
	case file == "":
		return nil
	case life < time.Minute || life > maxValidFor:
		return withHint(fault("--valid-for %s is not from %s to %s", lasting(life), lasting(time.Minute), lasting(maxValidFor)), "write it like 36h")
	}
	s.life, s.signer.Life = life, uint64(life/node.DefaultBlockPause)
	return nil
}

// expiry is the last height at which a signed transaction can be executed.
func (s *session) expiry(raw []byte) uint64 {
	signed, err := tx.Parse(raw)
	if err != nil {
		return 0
	}
	return signed.Body.Expiry
}

// try asks the node what the next block would answer.
func (s *session) try(cmd *cobra.Command, raw []byte) error {
	done, err := s.client.Check(cmd.Context(), raw)
	if err != nil {
		return explainAsk(s.settings.Node, err)
	}
	return explainSend(s.settings.Node, client.Refusal(done))
}

// explainSend adds the hint for a transaction that was not done.
func explainSend(node string, err error) error {
	var r *client.Refused
	switch {
	case err == nil:
		return nil
	case errors.As(err, &r):
		return refusedBy(r.Code, r.Log)
	case errors.Is(err, client.ErrExpired):
		return withHint(rejected("%w", err), "nothing was changed; run the command that made it again")
	case errors.Is(err, client.ErrForgotten):
		return withHint(fault("%w", err), "it may have been executed: look at the record it would have changed, or ask a node that keeps everything with --node, before you sign another")
	case errors.Is(err, client.ErrBusy), errors.Is(err, client.ErrSyncing):
		return withHint(fault("%w", err), "try again in a moment, or name another node with --node")
	case errors.Is(err, context.Canceled):
		return err
	}
	return explainAsk(node, err)
}
