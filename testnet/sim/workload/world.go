package workload

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A World is what a seed founds, and the keys to it.
type World struct {
	seed       uint64
	Chain      string
	Start      time.Time
	coops      int
	Genesis    []byte
	Validators []abci.ValidatorUpdate
	ring       map[string]tx.PrivateKey // by public key
	made       int                      // keys made so far
	watched    [][]byte                 // validator keys made so far, some of which serve no longer
}

// Kinds of motion of every charter here. 1 to 4 are the standard charter's.
const (
	ordinary = charter.MotionKindID(1)
	special  = charter.MotionKindID(2)
	officers = charter.MotionKindID(3)
	written  = charter.MotionKindID(4)
	workers  = charter.MotionKindID(5) // an electorate of one class, at the deadline
)

// allowance is small in co-op 1, so that some member uses it up.
const allowance = 14

// NewWorld founds a federation of two or three co-ops.
func NewWorld(rng *rand.Rand, seed uint64) (*World, error) {
	w := &World{
		seed: seed, Chain: fmt.Sprintf("sim-%d", seed), Start: time.Unix(1_700_000_000, 0).UTC(),
		coops: 2 + rng.IntN(2), ring: map[string]tx.PrivateKey{},
	}
	g := federation.Genesis{Version: 1, Federation: "Simulated"}
	for i := range w.coops {
		doc, err := w.charter(rng)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			doc.Policy.Allowance = allowance
			doc.Policy.Alone = 0 // here sums go out of range, elsewhere one officer is stopped before
		}
		coop := federation.GenesisCoop{Name: fmt.Sprintf("Co-op %d", i+1), Charter: doc, Members: w.founders(rng, state.Coop(i+1)), Shares: shareClasses()}
		if i == 0 || seed%4 != 2 { // of one seed in four, only the first co-op has a validator
			key := w.validatorKey()
			w.Validators = append(w.Validators, abci.Ed25519ValidatorUpdate(key.Validator(), federation.Power))
			coop.Validator = federation.ValidatorOf(key, w.Chain, state.Coop(i+1))
		}
		g.Coops = append(g.Coops, coop)
	}
	var err error
	w.Genesis, err = json.Marshal(g)
	return w, err
}

// founders are ten: seven hold the offices.
func (w *World) founders(rng *rand.Rand, n state.Coop) []federation.GenesisMember {
	posts := [][]charter.Office{
		{charter.Secretary}, {charter.Treasurer}, {charter.Chair}, {charter.ReturningOfficer},
		{charter.Auditor, charter.Delegate}, {charter.Secretary, charter.Treasurer}, {charter.ReturningOfficer}, nil, nil, nil,
	}
	var out []federation.GenesisMember
	for _, offices := range posts {
		founder := federation.FounderOf(w.newKey(), w.Chain, n)
		founder.Class, founder.Offices = charter.Class(1+rng.IntN(2)), offices
		out = append(out, founder)
	}
	return out
}

// charter is the standard one with times of minutes and hours, small quorums, a
// second class of members and a motion for it.
func (w *World) charter(rng *rand.Rand) (charter.Document, error) {
	d, err := charter.Preset("standard")
	if err != nil {
		return d, err
	}
	d.Policy.Classes = []string{"member", "worker"}
	d.Policy.Waiting = charter.MinWaiting
	d.Policy.Membership = charter.Membership{ // as short as a charter can be
		ProbationLeast: 1, ProbationMost: 30, ProbationVotes: true, Resignation: 2, Hearing: charter.MinHearing,
		Appeal: 10, Seconders: 1, AppealStays: true, Decide: 20, Silent: charter.MinSilent, SilentNotice: charter.MinSilentNotice,
		Offices: []charter.OfficeRule{{Office: charter.Secretary, Term: 300, Thirds: true}, {Office: charter.Treasurer, Term: 300, Thirds: true}},
	}
	for i := range d.Motions {
		m := &d.Motions[i]
		if m.Notice > 0 {
			m.Notice = uint32(10 + rng.IntN(30))
		}
		m.Shortest = min(m.Shortest, uint32(rng.IntN(10)))
		m.Longest = uint32(240 + rng.IntN(600))
		if m.Rule.Quorum.Num > 0 {
			m.Rule.Quorum = count.Fraction{Num: 0, Den: 1}
		}
		if m.ID == d.Policy.Entrenched {
			m.Notice, m.Rule.Quorum = 40, count.Fraction{Num: 1, Den: 20} // the longest notice, and the least quorum
		}
	}
	for i, g := range d.Grants { // what follows a death takes three decisions: here officers take some
		if slices.Contains(g.Actions, "exit.Transmit") || slices.Contains(g.Actions, "holding.Transmit") {
			d.Grants[i].Offices = []charter.Office{charter.Secretary}
		}
	}
	// No federation here is a trial, so it is refused, and has to be.
	d.Grants = append(d.Grants, charter.NamedGrant{Actions: []string{"federation.Advance"}, GrantText: charter.GrantText{Members: true}})
	d.Motions = append(d.Motions, charter.NamedMotion{ID: workers, MotionText: charter.MotionText{
		Name: "workers' poll", Electorate: charter.ElectorateText{Sort: charter.OneClass, Class: 2},
		Rule:    &majority,
		Longest: 300, Closing: charter.AtDeadline,
	}})
	return d, nil
}

// newKey makes the next key, from the seed and a number.
func (w *World) newKey() tx.PrivateKey {
	w.made++
	return w.keyOf("key %d", w.made)
}

// keyOf makes the key that has a name.
func (w *World) keyOf(name string, args ...any) tx.PrivateKey {
	seed := sha256.Sum256(fmt.Appendf(nil, "rochdale sim %d "+name, append([]any{w.seed}, args...)...))
	k := tx.NewPrivateKey(seed[:])
	w.ring[string(k.Public())] = k
	return k
}

// newP256Key is newKey of P-256.
func (w *World) newP256Key() (tx.PrivateKey, error) {
	w.made++
	seed := sha256.Sum256(fmt.Appendf(nil, "rochdale sim %d key %d", w.seed, w.made))
	k, err := tx.NewP256Key(seed[:])
	if err == nil {
		w.ring[string(k.Public())] = k
	}
	return k, err
}

// validatorKey makes the next key of a validator. It signs no blocks here.
func (w *World) validatorKey() tx.PrivateKey {
	key := w.newKey()
	w.watched = append(w.watched, key.Validator())
	return key
}

// anyCoop draws a co-op.
func (w *World) anyCoop(rng *rand.Rand) state.Coop { return state.Coop(1 + rng.IntN(w.coops)) }

// majority is the plainest rule.
var majority = charter.RuleText{
	Quorum: count.Fraction{Num: 0, Den: 1}, Threshold: count.Fraction{Num: 1, Den: 2}, Base: count.BasePresent, Strict: true,
}

// sharePar is what a share of the first class is worth, in minor units.
const sharePar = 1000

// shareClasses are those of every co-op.
func shareClasses() []federation.GenesisClass {
	return []federation.GenesisClass{{Number: 1, Name: "ordinary", Par: sharePar, MaxHolding: 50}}
}
