package light

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
)

// The engine's own types are the oracle of these tests: whatever is made up by a
// generator, both must say the same of it.

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func sameBytes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n%x, want\n%x", what, got, want)
	}
}

// A chance makes things up from a seed.
type chance struct{ *rand.Rand }

func newChance(seed uint64) chance { return chance{rand.New(rand.NewPCG(seed, 7))} }

func (c chance) bytes(n int) Hex {
	b := make(Hex, n)
	for i := range b {
		b[i] = byte(c.Uint32())
	}
	return b
}

// hash is mostly 32 bytes, sometimes none.
func (c chance) hash() Hex {
	if c.IntN(8) == 0 {
		return nil
	}
	return c.bytes(32)
}

// number is often small or at an edge.
func (c chance) number() int64 {
	return []int64{0, 1, 127, 128, c.Int64N(1 << 40), math.MaxInt64}[c.IntN(6)]
}

func (c chance) time() time.Time {
	second := []int64{0, 1_800_000_000, -1, -62135596800, 253402300799}[c.IntN(5)]
	nano := []int64{0, 1, 999_999_999, 120_000_000}[c.IntN(4)]
	return time.Unix(second, nano).UTC()
}

func (c chance) id() BlockID {
	return BlockID{Hash: c.hash(), Parts: Parts{Total: uint32(c.number()), Hash: c.hash()}}
}

func (c chance) header() Header {
	return Header{
		Version: Version{Block: []uint64{11, 11, 11, 0, math.MaxUint64}[c.IntN(5)], App: uint64(c.number())},
		ChainID: []string{"", "anytown-1", "a \"b\" <&> é\u2028\n"}[c.IntN(3)],
		Height:  c.number(), Time: c.time(), LastBlockID: c.id(),
		LastCommitHash: c.hash(), DataHash: c.hash(), ValidatorsHash: c.hash(), NextValidatorsHash: c.hash(),
		ConsensusHash: c.hash(), AppHash: c.hash(), LastResultsHash: c.hash(), EvidenceHash: c.hash(),
		ProposerAddress: c.bytes(20),
	}
}

func engineID(id BlockID) types.BlockID {
	return types.BlockID{
		Hash:          []byte(id.Hash),
		PartSetHeader: types.PartSetHeader{Total: id.Parts.Total, Hash: []byte(id.Parts.Hash)},
	}
}

func engineHeader(h Header) *types.Header {
	return &types.Header{
		Version: cmtversion.Consensus{Block: h.Version.Block, App: h.Version.App},
		ChainID: h.ChainID, Height: h.Height, Time: h.Time, LastBlockID: engineID(h.LastBlockID),
		LastCommitHash: []byte(h.LastCommitHash), DataHash: []byte(h.DataHash),
		ValidatorsHash: []byte(h.ValidatorsHash), NextValidatorsHash: []byte(h.NextValidatorsHash),
		ConsensusHash: []byte(h.ConsensusHash), AppHash: []byte(h.AppHash),
		LastResultsHash: []byte(h.LastResultsHash), EvidenceHash: []byte(h.EvidenceHash),
		ProposerAddress: []byte(h.ProposerAddress),
	}
}

func engineCommit(c Commit) *types.Commit {
	out := &types.Commit{Height: c.Height, Round: c.Round, BlockID: engineID(c.BlockID)}
	for _, s := range c.Signatures {
		out.Signatures = append(out.Signatures, types.CommitSig{
			BlockIDFlag: types.BlockIDFlag(s.Flag), ValidatorAddress: []byte(s.Validator), Timestamp: s.Time, Signature: s.Signature,
		})
	}
	return out
}

// A federation is a set of validators with their keys, in the set's order.
type federation struct {
	set    Set
	engine *types.ValidatorSet
	keys   []cmted25519.PrivKey
}

// newFederation makes the validators numbered from to below to, their powers by
// powerOf.
func newFederation(t testing.TB, from, to int, powerOf func(i int) int64) federation {
	t.Helper()
	var ours []Validator
	var theirs []*types.Validator
	keys := map[string]cmted25519.PrivKey{}
	for i := from; i < to; i++ {
		key := cmted25519.GenPrivKeyFromSecret([]byte{byte(i), byte(i >> 8)})
		pub := key.PubKey()
		keys[string(pub.Bytes())] = key
		ours = append(ours, Validator{Key: pub.Bytes(), Power: powerOf(i)})
		theirs = append(theirs, types.NewValidator(pub, powerOf(i)))
	}
	set, err := NewSet(ours)
	if err != nil {
		t.Fatal(err)
	}
	f := federation{set: set, engine: types.NewValidatorSet(theirs)}
	for i := range set.Size() {
		f.keys = append(f.keys, keys[string(set.At(i).Key)])
	}
	return f
}

func equalPower(int) int64 { return 3 }

// commit signs id: flags says what each validator does.
func (f federation) commit(chain string, height int64, round int32, id BlockID, flags []Flag, at time.Time) Commit {
	c := Commit{Height: height, Round: round, BlockID: id}
	for i, flag := range flags {
		sig := CommitSig{Flag: flag}
		if flag != Absent {
			sig.Validator, sig.Time = f.set.At(i).Address(), at.Add(time.Duration(i)*time.Millisecond)
		}
		c.Signatures = append(c.Signatures, sig)
	}
	signed := engineCommit(c)
	for i, flag := range flags {
		if flag == Absent {
			continue
		}
		sig, err := f.keys[i].Sign(signed.VoteSignBytes(chain, int32(i)))
		if err != nil {
			panic(err) // a key of ed25519 signs anything
		}
		c.Signatures[i].Signature = sig
	}
	return c
}

// block is a light block of f, signed by those whose flag is Signed.
func (f federation) block(c chance, flags []Flag) Block {
	h := c.header()
	h.Version.Block, h.ChainID, h.Height, h.ValidatorsHash = 11, "anytown-1", 1+c.Int64N(1<<40), f.set.Hash()
	id := BlockID{Hash: h.Hash(), Parts: Parts{Total: 1, Hash: c.bytes(32)}}
	at := time.Unix(1_800_000_000, 5).UTC()
	return Block{h, f.commit(h.ChainID, h.Height, int32(c.IntN(3)), id, flags, at), f.set}
}

func (f federation) flags(c chance) []Flag {
	out := make([]Flag, f.set.Size())
	for i := range out {
		out[i] = []Flag{Signed, Signed, Signed, Signed, Absent, Nil}[c.IntN(6)]
	}
	return out
}
