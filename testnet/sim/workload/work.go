// Package workload makes the blocks of a simulation: it founds a federation from a seed,
// reads what is committed, and signs actions that are valid for it, one room's in a file
// each, with all sorts of bad input between them.
package workload

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Work generates blocks: it reads the committed records and makes actions that are
// valid for them.
type Work struct {
	*World
	rng     *rand.Rand
	now     time.Time
	earlier [][]byte // some transactions of earlier blocks, for replays

	worked  map[tx.Kind]bool // kinds of action that an occasion has made
	plainly map[string]int   // transactions made of plain values, by name of the kind
	without map[tx.Kind]bool // kinds whose occasions make nothing

	// Of the block being made.
	view    *store.View
	height  int
	coop    state.Coop
	r       state.Reader // the co-op's records
	signed  map[signer]uint64
	rekeyed signer                   // who has just signed a change of its key, if anybody
	keyed   map[signer]tx.PrivateKey // by which members who have changed their key in this block may sign already
}

type signer struct {
	coop   state.Coop
	member state.Member
	key    uint32 // which of the member's; zero for the first
}

// An occasion generates an action that is valid for the co-op's records.
type occasion struct {
	weight int
	make   func(w *Work) (step, error)
}

// A step is an action and who takes it: zero for whom the charter lets. Its
// action is nil if there is no occasion.
type step struct {
	action state.Action
	by     state.Member
}

// byOthers stands for whoever the charter lets but the member concerned, who has no key.
const byOthers = ^state.Member(0)

var nothing = step{}

// rooms are all occasions, a file a room.
var rooms = [][]occasion{
	memberOccasions, shareOccasions, accountOccasions, ballotOccasions, surplusOccasions, federationOccasions, charterOccasions, noteOccasions,
	queueOccasions, duesOccasions, exitOccasions, officeOccasions, circleOccasions, documentOccasions, takeoverOccasions, behalfOccasions,
}

// weights is the sum of all weights.
var weights = func() (sum int) {
	for _, room := range rooms {
		for _, o := range room {
			sum += o.weight
		}
	}
	return sum
}()

// Sizes of the workload.
const (
	maxTxs     = 9   // a block; the average is under half
	badPercent = 12  // of transactions are wrong on purpose
	maxEarlier = 100 // transactions kept for replays
)

// New makes the work of a world. No occasion makes an action of a kind named in without.
func New(rng *rand.Rand, w *World, without ...string) *Work {
	none := map[tx.Kind]bool{}
	for number, name := range Names {
		none[number] = slices.Contains(without, name)
	}
	return &Work{without: none, World: w, rng: rng, now: w.Start, worked: map[tx.Kind]bool{}, plainly: map[string]int{}}
}

// A Block is what the work puts into one.
type Block struct {
	Height    int
	Time      time.Time
	Txs       [][]byte
	Misbehave []abci.Misbehavior
}

// Plainly counts the transactions made of plain values, by name of the kind.
func (w *Work) Plainly() map[string]int { return w.plainly }

// Block makes the next block.
func (w *Work) Block(l *store.Ledger, height int) (*Block, error) {
	w.now = w.now.Add(w.pause())
	b := &Block{Height: height, Time: w.now}
	if height == 1 {
		return b, nil
	}
	v, err := l.View(0)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	w.view, w.height, w.signed, w.keyed = v, height, map[signer]uint64{}, map[signer]tx.PrivateKey{}
	for range w.rng.IntN(maxTxs + 1) {
		w.coop = w.anyCoop(w.rng)
		w.r = v.Of(w.coop)
		make := w.good
		if w.rng.IntN(100) < badPercent {
			make = w.bad
		}
		raw, err := make()
		if err != nil {
			return nil, err
		}
		if raw != nil {
			b.Txs = append(b.Txs, raw)
			w.remember(raw)
		}
		after, err := w.afterRekey()
		if err != nil {
			return nil, err
		}
		b.Txs = append(b.Txs, after...)
	}
	if w.rng.IntN(meetEvery) == 0 {
		casts, err := w.meeting()
		if err != nil {
			return nil, err
		}
		b.Txs = append(b.Txs, casts...)
	}
	plain, err := w.plain()
	if err != nil {
		return nil, err
	}
	b.Txs = append(b.Txs, plain...)
	b.Misbehave, err = w.misbehaviour()
	return b, err
}

// afterRekey lets a member who has just changed its key sign twice more in the
// same block, by the old key or the new one.
func (w *Work) afterRekey() (raws [][]byte, err error) {
	who := w.rekeyed
	if w.rekeyed = (signer{}); who == (signer{}) {
		return nil, nil
	}
	for range 2 {
		raw, err := w.sign(who.member, kindNote, tx.Encode(Note{"after a change of key"}))
		if err != nil {
			return nil, err
		}
		raws = append(raws, raw)
	}
	return raws, nil
}

// pause is the time between two blocks: minutes as a rule, sometimes days,
// sometimes less than a second.
func (w *Work) pause() time.Duration {
	switch w.rng.IntN(40) {
	case 0:
		return time.Duration(1+w.rng.IntN(3*24*60)) * time.Minute
	case 1:
		return time.Millisecond
	}
	return time.Duration(1+w.rng.IntN(1200)) * time.Second
}

func (w *Work) remember(raw []byte) {
	if len(w.earlier) < maxEarlier {
		w.earlier = append(w.earlier, raw)
		return
	}
	w.earlier[w.rng.IntN(maxEarlier)] = raw
}

// good makes a transaction that is valid for the committed records, nil if the drawn
// action has no occasion. Earlier transactions of the same block may make it
// invalid.
func (w *Work) good() ([]byte, error) {
	n := w.rng.IntN(weights)
	for _, room := range rooms {
		for _, o := range room {
			if n -= o.weight; n < 0 {
				s, err := o.make(w)
				if err != nil || s.action == nil || w.without[kindOf(s.action)] {
					return nil, err
				}
				w.worked[kindOf(s.action)] = true
				return w.take(s)
			}
		}
	}
	panic("weights do not sum")
}

// take signs a step as a member to whom the charter grants it, or proposes a motion
// that carries it.
func (w *Work) take(s step) ([]byte, error) {
	kind := kindOf(s.action)
	if s.by != 0 && s.by != byOthers {
		return w.sign(s.by, kind, tx.Encode(s.action))
	}
	grant, err := charter.GrantOf(w.r, kind)
	if err != nil {
		return nil, err
	}
	if about, ok := s.action.(state.Concerner); ok && s.by == 0 && grant.Concerned && w.rng.IntN(2) == 0 && about.Concerns() != 0 {
		return w.sign(about.Concerns(), kind, tx.Encode(s.action))
	}
	if n := len(grant.Motions); n > 0 && (len(grant.Offices) == 0 || w.rng.IntN(3) == 0) {
		return w.carry(grant.Motions[w.rng.IntN(n)], kind, s.action)
	}
	by, err := w.anyOf(grant)
	if err != nil || by == 0 {
		return nil, err
	}
	return w.sign(by, kind, tx.Encode(s.action))
}

// anyOf draws a member who has what a grant asks for, zero if it finds none.
func (w *Work) anyOf(grant charter.Grant) (state.Member, error) {
	if grant.Members {
		return w.anyMember(member.Active)
	}
	if len(grant.Offices) == 0 {
		return 0, nil
	}
	return w.anyHolder(grant.Offices[w.rng.IntN(len(grant.Offices))])
}

// maxUnderWay is how many motions of a co-op the workload lets be under way.
const maxUnderWay = 6

// carry proposes a motion that carries an action, unless many are under way.
func (w *Work) carry(by charter.MotionKindID, kind tx.Kind, a state.Action) ([]byte, error) {
	t, err := ballot.TotalsOf(w.r)
	if err != nil || t.Open >= maxUnderWay {
		return nil, err
	}
	return w.take(step{action: ballot.Propose{
		Kind: by, Title: fmt.Sprintf("That %s be done", Names[kind]),
		Action: []ballot.Carried{{Kind: kind, Payload: tx.Encode(a)}}, Anyway: w.rng.IntN(2) == 0,
	}})
}

// body fills in what a member signs next.
func (w *Work) body(by state.Signer, kind tx.Kind, payload []byte) (tx.Body, error) {
	s := signer{w.coop, by.Member, by.Key}
	if _, ok := w.signed[s]; !ok {
		last, err := keyring.SequenceOf(w.r, by)
		if err != nil {
			return tx.Body{}, err
		}
		w.signed[s] = last
	}
	return tx.Body{
		Chain: w.Chain, Coop: uint32(w.coop), Signer: uint64(by.Member), Sequence: w.signed[s] + 1,
		Expiry: uint64(w.height + w.rng.IntN(50)), Kind: kind, Payload: payload, Key: by.Key,
	}, nil
}

// key is the key by which a member signs, as the records have it. One who has
// changed it earlier in this block signs by the old or by the new one.
func (w *Work) key(m state.Member) (tx.PrivateKey, error) {
	if fresh, ok := w.keyed[signer{coop: w.coop, member: m}]; ok && w.rng.IntN(2) == 0 {
		return fresh, nil
	}
	rec, err := member.Find(w.r, m)
	return w.ring[string(rec.Key)], err
}

// further is one of a member's keys beside the first, now and then, if it has any. One
// whose limits leave out the kind is seldom drawn.
func (w *Work) further(m state.Member, kind tx.Kind) (n uint32, key tx.PrivateKey, err error) {
	ring, err := keyring.RingOf(w.r, m)
	if err != nil || len(ring.Used) == 0 || w.rng.IntN(2) == 0 {
		return 0, key, err
	}
	n = ring.Used[w.rng.IntN(len(ring.Used))].Number
	k, _, err := keyring.Find(w.r, m, n)
	if err == nil && len(k.Limits.Kinds) > 0 && !slices.Contains(k.Limits.Kinds, kind) && w.rng.IntN(8) > 0 {
		return 0, key, nil
	}
	return n, w.ring[string(k.Public)], err
}

// sign makes a member's next transaction.
func (w *Work) sign(by state.Member, kind tx.Kind, payload []byte) ([]byte, error) {
	n, key, err := w.further(by, kind)
	if err != nil {
		return nil, err
	}
	body, err := w.body(state.Signer{Member: by, Key: n}, kind, payload)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		if key, err = w.key(by); err != nil {
			return nil, err
		}
	}
	w.signed[signer{w.coop, by, n}]++
	if kind == member.KindRekey {
		if m, err := tx.Decode[member.Rekey](payload); err == nil && m.Member == by {
			if held, ok := w.ring[string(m.Key)]; ok { // nobody holds a weak one
				w.rekeyed = signer{coop: w.coop, member: by}
				w.keyed[w.rekeyed] = held
			}
		}
	}
	return tx.Sign(key, body), nil
}

// tries is how often a draw is repeated until it fits.
const tries = 16

// anyMember draws a member of a standing who has a key of its own, zero if luck finds none.
func (w *Work) anyMember(s member.Standing) (state.Member, error) {
	return w.anyWho(func(r member.Record) bool { return r.Standing() == s && !r.Unclaimed() })
}

// anyWho draws a member whose record is such, zero if luck finds none.
func (w *Work) anyWho(such func(member.Record) bool) (state.Member, error) {
	t, err := member.TotalsOf(w.r)
	if err != nil {
		return 0, err
	}
	for range tries {
		m := state.Member(1 + w.rng.Uint64N(t.Members))
		rec, err := member.Find(w.r, m)
		if err != nil {
			return 0, err
		}
		if such(rec) {
			return m, nil
		}
	}
	return 0, nil
}

// anyHolder draws a holder of an office, zero if it is vacant.
func (w *Work) anyHolder(o charter.Office) (state.Member, error) {
	holders, err := member.Holders(w.r, o)
	if err != nil || len(holders) == 0 {
		return 0, err
	}
	return holders[w.rng.IntN(len(holders))], nil
}

var kindNumbers = func() map[string]tx.Kind {
	m := map[string]tx.Kind{}
	for _, k := range append(NoteKinds(true), app.Kinds...) {
		m[k.Type] = k.Number
	}
	return m
}()

// Names gives each kind of action its name.
var Names = func() map[tx.Kind]string {
	m := map[tx.Kind]string{}
	for _, k := range append(NoteKinds(true), app.Kinds...) {
		m[k.Number] = k.Name
	}
	return m
}()

// kindOf is the number of an action's kind. It panics if the action is none of
// app.Kinds.
func kindOf(a state.Action) tx.Kind {
	k, ok := kindNumbers[fmt.Sprintf("%T", a)]
	if !ok {
		panic(fmt.Sprintf("%T is no kind of action", a))
	}
	return k
}

// One block in misbehaveEvery reports misbehaviour.
const misbehaveEvery = 60

// misbehaviour reports validators that serve, have served or never did.
func (w *Work) misbehaviour() ([]abci.Misbehavior, error) {
	if w.rng.IntN(misbehaveEvery) != 0 {
		return nil, nil
	}
	var out []abci.Misbehavior
	for range 1 + w.rng.IntN(3) {
		v := federation.Validator{Key: w.watched[w.rng.IntN(len(w.watched))]}
		coop, err := federation.Find(w.view, w.anyCoop(w.rng))
		if err != nil {
			return nil, err
		}
		switch w.rng.IntN(8) {
		case 0:
			v.Key = []byte("a validator of another federation")
		case 1, 2, 3, 4:
			v = coop.Validator
		}
		out = append(out, abci.Misbehavior{
			Type: abci.MisbehaviorType_DUPLICATE_VOTE, Height: int64(w.height - 1),
			Validator: abci.Validator{Address: v.ConsensusAddress(), Power: federation.Power},
		})
	}
	return out, nil
}
