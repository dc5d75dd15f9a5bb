// Package statetest is a ledger in memory for tests: a co-op whose members sign with
// keys derived from their numbers, signed transactions that pass every check, and a
// motion that carries any action.
package statetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/fxamacker/cbor/v2"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Chain is the chain id of every ledger made here.
const Chain = "test-1"

// Offices that the founders of a co-op hold, by member number.
const (
	Secretary state.Member = 1
	Treasurer state.Member = 2
	Chair     state.Member = 3
)

// TB is what a test needs to be; *testing.T and *rapid.T are.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

// A Setup is the federation that New founds.
type Setup struct {
	Coops      int // at least 1; each the same
	Members    int // founders of each, at least 3
	Grants     []charter.NamedGrant
	Currency   string // of the books, with Digits behind the point; EUR and 2 if it is empty
	Digits     uint8
	Membership charter.Membership
	Kinds      []state.Kind
	Found      func(c *state.Ctx) error     // of each co-op, after charter and members
	EndBlock   []func(c *state.Ctx) error   // what is due on the register, if it is nil
	Invariants []func(r state.Reader) error // of each co-op
	Indexes    []state.Listing              // beside those of the register of members
	// Unamended says that a test writes records of the charter past its amendments, which
	// then do not come to them.
	Unamended bool
}

// L is the ledger. Its methods fail the test on a fault.
type L struct {
	*store.Ledger
	t     TB
	disk  vfs.FS
	rules state.Rules
	kinds []state.Kind
	coops int
	last  map[signer]uint64 // sequence spent
	write func(c *state.Ctx)
}

type signer struct {
	coop   state.Coop
	member state.Member
}

// KindCarried is the number of Carried. It is a test's own.
const KindCarried tx.Kind = 0x7f01

// Carried carries an action as motion number 1 would.
type Carried struct {
	Kind    tx.Kind              `cbor:"1,keyasint,omitempty"`
	Payload []byte               `cbor:"2,keyasint,omitempty"`
	By      charter.MotionKindID `cbor:"3,keyasint,omitempty"` // the motion's kind; 1 if it is zero
	Late    bool                 `cbor:"4,keyasint,omitempty"` // when it was proposed, its kind was neither put to all members nor entrenched
	Ago     int64                `cbor:"5,keyasint,omitempty"` // seconds since members could vote on it
}

// Check refuses nothing.
func (Carried) Check() error { return nil }

// Describe says that something is carried.
func (Carried) Describe(state.Telling) state.Words {
	return state.Words{Phrase: "carry an action"}
}

// Apply carries the action. What refuses it refuses Carried.
func (m Carried) Apply(c *state.Ctx) error {
	kind := max(m.By, 1)
	k, err := charter.MotionKindOf(c, kind)
	if err != nil {
		return err
	}
	p, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	by := state.Authority{
		Actor: state.Actor{Coop: c.Coop(), Motion: 1}, Kind: uint16(kind),
		All: k.Electorate.Sort == charter.AllMembers && !m.Late, Entrenched: p.Entrenched == kind && !m.Late,
		Most: k.Most, Opened: c.Time() - m.Ago,
	}
	if !m.Late {
		by.Level = uint8(p.LevelOf(kind))
	}
	res, err := c.Carry(m.Kind, m.Payload, c.Version(), by)
	if err == nil && res.Code != 0 {
		err = &state.Rejection{Code: res.Code, Reason: res.Log}
	}
	if err == nil && len(res.Data) > 0 {
		c.Return(cbor.RawMessage(res.Data))
	}
	return err
}

// Key is the key of a member.
func Key(coop state.Coop, m state.Member) tx.PrivateKey {
	var b [12]byte
	binary.BigEndian.PutUint32(b[:], uint32(coop))
	binary.BigEndian.PutUint64(b[4:], uint64(m))
	seed := sha256.Sum256(b[:])
	return tx.NewPrivateKey(seed[:])
}

// Entry is an import's entry of a class for the member who has Key, with the proof of
// it: without one the member's first signature writes the record.
func Entry(coop state.Coop, m state.Member, class charter.Class) member.Entry {
	key := Key(coop, m)
	return member.Entry{Key: key.Public(), Class: class, Proof: key.Possession(Chain, uint32(coop))}
}

// document is the charter: motions of kind 1 may carry every kind of action, and
// the rest is as the setup grants.
func document(s Setup, kinds []state.Kind) (charter.Document, error) {
	d, err := charter.Preset("standard")
	if err != nil {
		return d, err
	}
	d.Policy.Allowance, d.Policy.Entrenched = charter.MaxAllowance, 1
	d.Policy.Waiting, d.Policy.Alone = 0, 0 // the least, and no limit
	d.Policy.Membership = s.Membership
	if s.Currency != "" {
		d.Policy.Currency, d.Policy.Digits = s.Currency, s.Digits
	}
	d.Motions[0].Notice = d.Motions[1].Notice // no kind has a longer one
	d.Grants = nil
	for _, k := range kinds {
		g := charter.NamedGrant{Actions: []string{k.Name}, GrantText: charter.GrantText{Motions: []charter.MotionKindID{1}}}
		if k.Number == KindCarried {
			g.GrantText = charter.GrantText{Members: true}
		}
		d.Grants = append(d.Grants, g)
	}
	for _, g := range s.Grants { // in the place of what was granted before
		for i, of := range d.Grants {
			d.Grants[i].Actions = slices.DeleteFunc(slices.Clone(of.Actions), func(a string) bool { return slices.Contains(g.Actions, a) })
		}
		g.Motions = append(g.Motions, 1)
		d.Grants = append(d.Grants, g)
	}
	d.Grants = slices.DeleteFunc(d.Grants, func(g charter.NamedGrant) bool { return len(g.Actions) == 0 })
	for i, g := range d.Grants {
		if slices.Contains(g.Actions, "member.Suspend") { // as every charter needs: it suspends before those who wait have a vote
			d.Grants[i].Motions = append(slices.Clip(g.Motions), 4)
		}
	}
	return d, nil
}

func found(c *state.Ctx, s Setup, kinds []state.Kind) error {
	d, err := document(s, kinds)
	if err != nil {
		return err
	}
	if err := amendment.Found(c, d, kinds); err != nil {
		return err
	}
	founders := make([]member.Founder, s.Members)
	for i := range founders {
		m := state.Member(i + 1)
		founders[i].Entry = Entry(c.Coop(), m, 1)
		switch m {
		case Secretary:
			founders[i].Offices = []charter.Office{charter.Secretary}
		case Treasurer:
			founders[i].Offices = []charter.Office{charter.Treasurer}
		case Chair:
			founders[i].Offices = []charter.Office{charter.Chair}
		}
	}
	if err := member.Found(c, founders); err != nil {
		return err
	}
	if s.Found == nil {
		return nil
	}
	return s.Found(c)
}

// rules are the setup's rooms, with the register of members and the charter.
func rules(s Setup) state.Rules {
	kinds := slices.DeleteFunc([]state.Kind{
		state.KindOf[Carried](KindCarried, "statetest.Carried"),
		state.KindOf[amendment.Amend](amendment.KindAmend, "charter.Amend"),
		state.KindOf[member.Apply](member.KindApply, "member.Apply"),
		state.KindOf[member.Admit](member.KindAdmit, "member.Admit"),
		state.KindOf[member.Suspend](member.KindSuspend, "member.Suspend"),
		state.KindOf[member.Resign](member.KindResign, "member.Resign"),
		state.KindOf[member.Reclass](member.KindReclass, "member.Reclass"),
	}, func(own state.Kind) bool {
		return slices.ContainsFunc(s.Kinds, func(k state.Kind) bool { return k.Number == own.Number })
	})
	kinds = append(kinds, s.Kinds...)
	rules := state.Rules{
		Kinds: kinds, Key: keyring.KeyOf, Sequence: keyring.SequenceOf, Spend: keyring.Spend,
		Authorize: keyring.Authorize, EndBlock: s.EndBlock, Indexes: slices.Concat(member.Indexes, s.Indexes),
		Genesis: func(c *state.Ctx, _ []byte) error {
			for coop := range s.Coops {
				if err := found(c.In(state.Coop(coop+1)), s, kinds); err != nil {
					return err
				}
			}
			return nil
		},
	}
	checks := append([]func(state.Reader) error{amendment.CheckCharter, member.CheckRegister, keyring.CheckKeyrings}, s.Invariants...)
	if s.Unamended {
		checks = checks[1:]
	}
	for i, check := range checks {
		rules.Invariants = append(rules.Invariants, state.Invariant{Name: fmt.Sprint("invariant ", i), Check: func(r state.Reader) error {
			var errs []error
			for coop := range s.Coops {
				errs = append(errs, check(r.Of(state.Coop(coop+1))))
			}
			return errors.Join(errs...)
		}})
	}
	return rules
}

// New founds a federation and commits its first block.
func New(t TB, s Setup) *L {
	t.Helper()
	if s.EndBlock == nil {
		s.EndBlock = []func(*state.Ctx) error{agenda.EndBlock(amendment.Agenda, member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda)}
	}
	s.Coops, s.Members = max(s.Coops, 1), max(s.Members, 3)
	r := rules(s)
	l := &L{t: t, disk: vfs.NewMem(), kinds: r.Kinds, coops: s.Coops, last: map[signer]uint64{}}
	r.EndBlock = append(slices.Clip(r.EndBlock), l.written)
	l.rules = r
	l.open()
	if _, err := l.Init(Chain, 1_700_000_000, nil); err != nil {
		t.Fatalf("founding: %v", err)
	}
	l.Block()
	return l
}

// open opens the ledger that is on the disk.
func (l *L) open() {
	l.t.Helper()
	db, err := pebble.Open("", &pebble.Options{FS: l.disk, Logger: quiet{}})
	if err != nil {
		l.t.Fatalf("opening pebble: %v", err)
	}
	opened, err := store.OpenStore(db, 0)
	if err != nil {
		l.t.Fatalf("opening the store: %v", err)
	}
	if l.Ledger, err = store.NewLedger(opened, l.rules, nil); err != nil {
		l.t.Fatalf("opening the ledger: %v", err)
	}
}

// Restart closes the ledger and opens it again, as a node does that was stopped
// between two blocks.
func (l *L) Restart() {
	l.t.Helper()
	if err := l.Close(); err != nil {
		l.t.Fatalf("closing the ledger: %v", err)
	}
	l.open()
}

type quiet struct{}

func (quiet) Infof(string, ...any)           {}
func (quiet) Errorf(string, ...any)          {}
func (quiet) Fatalf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }

// Sign makes the next transaction of a member.
func (l *L) Sign(coop state.Coop, m state.Member, a state.Action) []byte {
	l.t.Helper()
	s := signer{coop, m}
	l.last[s]++
	return tx.Sign(Key(coop, m), tx.Body{
		Chain: Chain, Coop: uint32(coop), Signer: uint64(m), Sequence: l.last[s],
		Expiry: l.Tip().Height + 100, Kind: l.kindOf(a), Payload: tx.Encode(a),
	})
}

// SignBy makes the next transaction of one of a member's keys in co-op 1, by what is
// committed.
func (l *L) SignBy(key tx.PrivateKey, by state.Signer, a state.Action) []byte {
	l.t.Helper()
	v := l.Read()
	defer v.Close()
	last, err := keyring.SequenceOf(v.Of(1), by)
	if err != nil {
		l.t.Fatalf("reading a sequence: %v", err)
	}
	return tx.Sign(key, tx.Body{
		Chain: Chain, Coop: 1, Signer: uint64(by.Member), Key: by.Key, Sequence: last + 1,
		Expiry: l.Tip().Height + 100, Kind: l.kindOf(a), Payload: tx.Encode(a),
	})
}

func (l *L) kindOf(a state.Action) tx.Kind {
	l.t.Helper()
	name := fmt.Sprintf("%T", a) // "share.Issue"
	for _, k := range l.kinds {
		if k.Type == name {
			return k.Number
		}
	}
	l.t.Fatalf("no kind of action is called %q", name)
	return 0
}

// Block delivers transactions in a block of their own, a minute after the last.
func (l *L) Block(raw ...[]byte) []state.Result {
	l.t.Helper()
	return l.block(60, raw...)
}

// Days makes an empty block that many days after the last.
func (l *L) Days(n int64) {
	l.t.Helper()
	l.block(n * 24 * 60 * 60)
}

func (l *L) block(later int64, raw ...[]byte) []state.Result {
	l.t.Helper()
	tip := l.Tip()
	if err := l.Begin(tip.Height+1, max(tip.Time, 1_700_000_000)+later); err != nil {
		l.t.Fatalf("beginning a block: %v", err)
	}
	results := make([]state.Result, len(raw))
	for i, r := range raw {
		var err error
		if results[i], err = l.Deliver(r); err != nil {
			l.t.Fatalf("delivering: %v", err)
		}
		l.meet(r, results[i].Code)
	}
	if _, _, err := l.End(); err != nil {
		l.t.Fatalf("ending the block: %v", err)
	}
	if err := l.Commit(); err != nil {
		l.t.Fatalf("committing: %v", err)
	}
	return results
}

// Do delivers an action of co-op 1 in a block of its own.
func (l *L) Do(m state.Member, a state.Action) state.Result {
	l.t.Helper()
	return l.DoIn(1, m, a)
}

// DoIn is Do in any co-op. If the sequence was not spent, it is used again.
func (l *L) DoIn(coop state.Coop, m state.Member, a state.Action) state.Result {
	l.t.Helper()
	res := l.Block(l.Sign(coop, m, a))[0]
	v := l.Read()
	defer v.Close()
	spent, err := member.SequenceOf(v.Of(coop), m)
	if err != nil {
		l.t.Fatalf("reading a sequence: %v", err)
	}
	l.last[signer{coop, m}] = spent
	return res
}

// Must is Do for an action that has to be accepted.
func (l *L) Must(m state.Member, a state.Action) state.Result {
	l.t.Helper()
	res := l.Do(m, a)
	if res.Code != 0 {
		l.t.Fatalf("%T by member %d: %d %s", a, m, res.Code, res.Log)
	}
	return res
}

// Mandate delivers an action of co-op 1 as a motion would carry it.
func (l *L) Mandate(a state.Action) state.Result {
	l.t.Helper()
	return l.MandateIn(1, a)
}

// MandateIn is Mandate in any co-op.
func (l *L) MandateIn(coop state.Coop, a state.Action) state.Result {
	l.t.Helper()
	return l.DoIn(coop, Secretary, Carried{Kind: l.kindOf(a), Payload: tx.Encode(a)})
}

// MandateBy delivers an action of co-op 1 as a motion of a kind would carry it: 3 is of two
// officers.
func (l *L) MandateBy(kind charter.MotionKindID, a state.Action) state.Result {
	l.t.Helper()
	return l.DoIn(1, Secretary, Carried{Kind: l.kindOf(a), Payload: tx.Encode(a), By: kind})
}

// Read opens the last committed height. Close it after use.
func (l *L) Read() *store.View {
	l.t.Helper()
	v, err := l.View(0)
	if err != nil {
		l.t.Fatalf("opening a view: %v", err)
	}
	return v
}

// Sound fails the test unless every invariant holds.
func (l *L) Sound() {
	l.t.Helper()
	v := l.Read()
	defer v.Close()
	if err := l.CheckInvariants(v); err != nil {
		l.t.Fatalf("height %d: %v", v.Height(), err)
	}
}

// Tables that refused transactions change too: spent sequences, those of further keys,
// the Head and the app hashes of earlier blocks.
const (
	spentPrefix = 0x14
	ringPrefix  = 0x19
	headPrefix  = 0x01
	rootsPrefix = 0x02
)

// Digest is a hash of every record but those: equal before and after an action that
// was refused.
func (l *L) Digest() [32]byte {
	l.t.Helper()
	v := l.Read()
	defer v.Close()
	var out bytes.Buffer
	if err := v.Export(&out); err != nil {
		l.t.Fatalf("exporting: %v", err)
	}
	dec := tx.NewDecoder(&out)
	var head struct {
		Format uint      `cbor:"1,keyasint,omitempty"`
		Tip    state.Tip `cbor:"2,keyasint,omitempty"`
		Nodes  uint64    `cbor:"3,keyasint,omitempty"`
	}
	if err := dec.Decode(&head); err != nil {
		l.t.Fatalf("reading an export: %v", err)
	}
	h := sha256.New()
	for range head.Nodes {
		var node struct {
			Key     []byte `cbor:"1,keyasint,omitempty"`
			Value   []byte `cbor:"2,keyasint,omitempty"`
			Version int64  `cbor:"3,keyasint,omitempty"`
			Height  int8   `cbor:"4,keyasint,omitempty"`
		}
		if err := dec.Decode(&node); err != nil {
			l.t.Fatalf("reading an export: %v", err)
		}
		if node.Height == 0 && node.Key[0] != spentPrefix && node.Key[0] != ringPrefix && node.Key[0] != headPrefix && node.Key[0] != rootsPrefix {
			fmt.Fprintf(h, "%x=%x\n", node.Key, node.Value)
		}
	}
	return [32]byte(h.Sum(nil))
}

// Unsign frees the sequence of the last transaction that a member signed, which the
// caller does not deliver.
func (l *L) Unsign(coop state.Coop, m state.Member) { l.last[signer{coop, m}]-- }
