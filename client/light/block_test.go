package light

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtmath "github.com/cometbft/cometbft/libs/math"
	"github.com/cometbft/cometbft/types"
)

func TestHeaderHash(t *testing.T) {
	for seed := range uint64(500) {
		h := newChance(seed).header()
		theirs := engineHeader(h)
		if got, want := h.Hash(), theirs.Hash(); !bytes.Equal(got, want) || (got == nil) != (want == nil) {
			t.Fatalf("seed %d: %X, the engine has %v", seed, got, want)
		}
		if ours, engine := h.Check(), theirs.ValidateBasic(); (ours == nil) != (engine == nil) {
			t.Fatalf("seed %d: %v, the engine says %v", seed, ours, engine)
		}
	}
}

// Each row breaks one rule of a header that is right.
func TestHeaderCheck(t *testing.T) {
	for _, row := range []struct {
		name  string
		spoil func(*Header)
		want  string
		alone bool // the engine accepts it
	}{
		{"version", func(h *Header) { h.Version.Block = 10 }, "block version is 10", false},
		{"chain", func(h *Header) { h.ChainID = strings.Repeat("x", 51) }, "51 bytes, at most 50", false},
		{"height", func(h *Header) { h.Height = 0 }, "height is 0", false},
		{"time", func(h *Header) { h.Time = time.Unix(253402300800, 0) }, "years 1 to 9999", true},
		{"proposer", func(h *Header) { h.ProposerAddress = h.ProposerAddress[1:] }, "19 bytes", false},
		{"last block", func(h *Header) { h.LastBlockID.Hash = Hex{1} }, "last block: the hash of a block has 1", false},
		{"its parts", func(h *Header) { h.LastBlockID.Parts.Hash = Hex{1} }, "parts has 1", false},
		{"last commit", func(h *Header) { h.LastCommitHash = Hex{1} }, "last commit hash", false},
		{"data", func(h *Header) { h.DataHash = Hex{1} }, "data hash", false},
		{"validators", func(h *Header) { h.ValidatorsHash = Hex{1} }, "validators hash", false},
		{"next validators", func(h *Header) { h.NextValidatorsHash = Hex{1} }, "next validators hash", false},
		{"consensus", func(h *Header) { h.ConsensusHash = Hex{1} }, "consensus hash", false},
		{"app", func(h *Header) { h.AppHash = Hex{1} }, "app hash", true},
		{"results", func(h *Header) { h.LastResultsHash = Hex{1} }, "last results hash", false},
		{"evidence", func(h *Header) { h.EvidenceHash = Hex{1} }, "evidence hash", false},
	} {
		h := newChance(1).header()
		h.Version.Block, h.Height = 11, 1
		if err := h.Check(); err != nil {
			t.Fatal(err)
		}
		row.spoil(&h)
		if err := h.Check(); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
		same(t, "the engine accepts "+row.name, engineHeader(h).ValidateBasic() == nil, row.alone)
	}
}

func TestSet(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 7, 64, 100} {
		for _, powerOf := range []func(int) int64{equalPower, func(i int) int64 { return int64(1 + i%3) }} {
			f := newFederation(t, 0, n, powerOf)
			sameBytes(t, "hash of the set", f.set.Hash(), f.engine.Hash())
			for i, v := range f.engine.Validators {
				sameBytes(t, "address", f.set.At(i).Address(), v.Address)
			}
		}
	}
	key := func(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }
	many := make([]Validator, 1001)
	for _, row := range []struct {
		name       string
		validators []Validator
		want       string
	}{
		{"none", nil, "0 validators, from 1 to 1000 can be"},
		{"too many", many, "1001 validators"},
		{"short key", []Validator{{key(1)[1:], 0}}, "not ed25519"},
		{"no power", []Validator{{key(1), 0}}, "has power 0"},
		{"negative power", []Validator{{key(1), -1}}, "has power -1"},
		{"too much power", []Validator{{key(1), math.MaxInt64 / 8}, {key(2), 1}}, "has power 1"},
		{"twice", []Validator{{key(1), 1}, {key(2), 1}, {key(1), 2}}, "is there twice"},
		{"twice at once", []Validator{{key(1), 1}, {key(1), 1}}, "is there twice"},
	} {
		if _, err := NewSet(row.validators); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
	}
}

func TestSignBytes(t *testing.T) {
	for seed := range uint64(300) {
		c := newChance(seed)
		commit := Commit{Height: c.number(), Round: int32(c.number() & math.MaxInt32), BlockID: c.id(), Signatures: []CommitSig{
			{Flag: []Flag{Signed, Nil}[c.IntN(2)], Time: c.time()},
		}}
		if len(commit.BlockID.Hash) == 0 {
			commit.BlockID.Hash = c.bytes(32) // the engine signs a block or nothing
		}
		chain := c.header().ChainID
		sameBytes(t, "signed bytes", commit.signBytes(chain, 0), engineCommit(commit).VoteSignBytes(chain, 0))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// part is the part that err refutes, "" for none.
func part(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var r *Refuted
	if !errors.As(err, &r) {
		t.Fatalf("%v is a %T", err, err)
	}
	return r.Part
}

// Random commits of sets of all sizes: accepted if and only if the engine does.
func TestVerifyCommit(t *testing.T) {
	accepted := 0
	for seed := range uint64(150) {
		c := newChance(seed)
		f := newFederation(t, 0, 1+c.IntN(12), func(i int) int64 { return int64(1 + i*int(seed%3)) })
		b := f.block(c, f.flags(c))
		engine := f.engine.VerifyCommit(b.Header.ChainID, engineID(b.Commit.BlockID), b.Header.Height, engineCommit(b.Commit))
		got := b.Verify()
		if (got == nil) != (engine == nil) {
			t.Fatalf("seed %d: %v, the engine says %v", seed, got, engine)
		}
		if got == nil {
			accepted++
			same(t, "part with another chain", part(t, b.Validators.Verify("other", b.Header.Height, b.Commit.BlockID, b.Commit)), "commit")
		}
	}
	if accepted < 30 || accepted > 120 {
		t.Errorf("%d of 150 accepted: the test shows little", accepted)
	}
}

// Exactly two thirds do not decide; one more does. The same for a trusted set.
func TestVerifyThreshold(t *testing.T) {
	f := newFederation(t, 0, 6, equalPower)
	for signed := range 7 {
		flags := bytes.Repeat([]byte{byte(Nil)}, 6)
		fill(flags[:signed], byte(Signed))
		b := f.block(newChance(1), asFlags(flags))
		same(t, "decided", b.Verify() == nil, signed > 4)
		same(t, "Signed", b.Commit.Signed(), signed)
		for _, more := range []Fraction{TwoThirds, OneThird, {1, 2}} {
			n, err := f.set.Trusts(b.Header.ChainID, b.Commit, more)
			same(t, "signed", n, signed)
			same(t, "trusted", err == nil, signed*int(more.Den) > 6*int(more.Num))
		}
	}
	for _, no := range []Fraction{{0, 3}, {3, 3}, {1, 0}, {}} {
		_, err := f.set.Trusts("anytown-1", f.block(newChance(1), asFlags([]byte{2, 2, 2, 2, 2, 2})).Commit, no)
		same(t, "part", part(t, err), "validators")
	}
	same(t, "half of the most", Fraction{1<<32 - 2, 1<<32 - 1}.exceeded(math.MaxInt64, math.MaxInt64), true)
	same(t, "all but one", Fraction{1<<32 - 2, 1<<32 - 1}.exceeded(math.MaxInt64-1<<33, math.MaxInt64), false)
}

func fill(b []byte, v byte) {
	for i := range b {
		b[i] = v
	}
}

func asFlags(b []byte) (out []Flag) {
	for _, f := range b {
		out = append(out, Flag(f))
	}
	return out
}

// A set that overlaps the one which signed is trusted if and only if the engine
// trusts it.
func TestTrusts(t *testing.T) {
	accepted := 0
	for seed := range uint64(150) {
		c := newChance(seed)
		signers := newFederation(t, 0, 10, equalPower)
		from := c.IntN(9)
		trusted := newFederation(t, from, from+2+c.IntN(9), func(i int) int64 { return int64(1 + i%2) })
		b := signers.block(c, signers.flags(c))
		if sig := &b.Commit.Signatures[c.IntN(10)]; sig.Flag != Absent && c.IntN(4) == 0 {
			sig.Signature = c.bytes(64)
		}
		if c.IntN(8) == 0 {
			b.Commit.Signatures[2] = b.Commit.Signatures[3]
		}
		more := []Fraction{OneThird, TwoThirds}[c.IntN(2)]
		level := cmtmath.Fraction{Numerator: uint64(more.Num), Denominator: uint64(more.Den)}
		engine := trusted.engine.VerifyCommitLightTrustingAllSignatures(b.Header.ChainID, engineCommit(b.Commit), level)
		_, err := trusted.set.Trusts(b.Header.ChainID, b.Commit, more)
		if (err == nil) != (engine == nil) {
			t.Fatalf("seed %d: %v, the engine says %v", seed, err, engine)
		}
		if err == nil {
			accepted++
		}
		part(t, err)
	}
	if accepted < 30 || accepted > 120 {
		t.Errorf("%d of 150 accepted: the test shows little", accepted)
	}
}

// Rows follow the order of the checks.
func TestVerifyRefuses(t *testing.T) {
	f := newFederation(t, 0, 4, equalPower)
	for _, row := range []struct {
		name  string
		spoil func(*Block)
		want  string
	}{
		{"header", func(b *Block) { b.Header.Height = 0 }, "header: its height is 0"},
		{"commit's height", func(b *Block) { b.Commit.Height = 0 }, "commit: its height is 0"},
		{"round", func(b *Block) { b.Commit.Round = -1 }, "commit: its round is -1"},
		{"no block", func(b *Block) { b.Commit.BlockID = BlockID{} }, "commit: it names no block"},
		{"half a hash", func(b *Block) { b.Commit.BlockID.Hash = b.Commit.BlockID.Hash[:16] }, "commit: the hash of a block has 16 bytes"},
		{"no signatures", func(b *Block) { b.Commit.Signatures = nil }, "commit: it has 0 signatures, from 1"},
		{"too many", func(b *Block) { b.Commit.Signatures = make([]CommitSig, 1001) }, "commit: it has 1001 signatures"},
		{"flag 0", func(b *Block) { b.Commit.Signatures[1].Flag = 0 }, "commit: signature 2: there is no flag 0"},
		{"flag 4", func(b *Block) { b.Commit.Signatures[1].Flag = 4 }, "commit: signature 2: there is no flag 4"},
		{"absent with all", func(b *Block) { b.Commit.Signatures[1].Flag = Absent }, "commit: signature 2: it is absent and"},
		{"no address", func(b *Block) { b.Commit.Signatures[1].Validator = nil }, "commit: signature 2: the validator's address has 0"},
		{"time", func(b *Block) { b.Commit.Signatures[1].Time = time.Unix(1<<40, 0) }, "commit: signature 2: its time"},
		{"short", func(b *Block) { b.Commit.Signatures[1].Signature = make([]byte, 63) }, "commit: signature 2: it has 63 bytes"},
		{"other validators", func(b *Block) { b.Validators = newFederation(t, 1, 5, equalPower).set }, "validators: their hash is"},
		{"no validators", func(b *Block) { b.Validators = Set{} }, "validators: their hash is"},
		{"other header", func(b *Block) { b.Header.AppHash = bytes.Repeat(Hex{1}, 32) }, "header: its hash is"},
		{"fewer", func(b *Block) { b.Commit.Signatures = b.Commit.Signatures[:3] }, "commit: it has 3 signatures, there are 4"},
		{"other height", func(b *Block) { b.Commit.Height++ }, "commit: it is of height"},
		{"swapped", func(b *Block) {
			s := b.Commit.Signatures
			s[0], s[1] = s[1], s[0]
		}, "commit: signature 1 is of"},
		{"two thirds", func(b *Block) {
			b.Commit.Signatures[0], b.Commit.Signatures[1] = CommitSig{Flag: Absent}, CommitSig{Flag: Absent}
		}, "commit: 6 of a power of 12 signed"},
		{"one wrong of enough", func(b *Block) { b.Commit.Signatures[2].Signature[5] ^= 1 }, "commit: signature 3 is wrong"},
		{"another round", func(b *Block) { b.Commit.Round++ }, "commit: signature 1 is wrong"},
		{"another clock", func(b *Block) { b.Commit.Signatures[3].Time = b.Commit.Signatures[3].Time.Add(1) }, "commit: signature 4 is wrong"},
	} {
		b := f.block(newChance(3), asFlags([]byte{2, 2, 2, 2}))
		if err := b.Verify(); err != nil {
			t.Fatal(err)
		}
		row.spoil(&b)
		if err := b.Verify(); err == nil || !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		} else {
			part(t, err)
		}
	}
	b := f.block(newChance(3), asFlags([]byte{2, 2, 2, 2}))
	other := b.Commit.BlockID
	other.Parts.Total++
	same(t, "part with another id", part(t, f.set.Verify("anytown-1", b.Header.Height, other, b.Commit)), "commit")
	b.Commit.Height = 0
	_, err := f.set.Trusts("anytown-1", b.Commit, OneThird)
	same(t, "part", part(t, err), "commit")
}

// A signature that only ZIP-215 takes (its point is of small order, as is the
// key) is right, alone and in the batch, as it is to the engine.
func TestVerifyZIP215(t *testing.T) {
	small := make([]byte, 32) // y = 0, of order 4
	f := newFederation(t, 0, 3, equalPower)
	all := []Validator{{small, 3}}
	theirs := []*types.Validator{types.NewValidator(pubKey(small), 3)}
	for i := range 3 {
		all = append(all, f.set.At(i))
		theirs = append(theirs, types.NewValidator(pubKey(f.set.At(i).Key), 3))
	}
	set, err := NewSet(all)
	if err != nil {
		t.Fatal(err)
	}
	id := BlockID{Hash: bytes.Repeat(Hex{1}, 32)}
	signed := f.commit("c", 1, 0, id, asFlags([]byte{2, 2, 2}), time.Unix(1, 0))
	c := Commit{Height: 1, BlockID: id}
	for i := range set.Size() {
		sig := CommitSig{Flag: Signed, Validator: set.At(i).Address(), Time: time.Unix(1, 0), Signature: make([]byte, 64)}
		for _, s := range signed.Signatures {
			if bytes.Equal(s.Validator, sig.Validator) {
				sig = s
			}
		}
		c.Signatures = append(c.Signatures, sig)
	}
	if err := set.Verify("c", 1, id, c); err != nil {
		t.Error(err)
	}
	if err := types.NewValidatorSet(theirs).VerifyCommit("c", engineID(id), 1, engineCommit(c)); err != nil {
		t.Error("the engine:", err)
	}
}

func TestVerifyLargestSet(t *testing.T) {
	f := newFederation(t, 0, MaxValidators, equalPower)
	flags := make([]byte, MaxValidators)
	fill(flags, byte(Signed))
	b := f.block(newChance(1), asFlags(flags))
	if err := b.Verify(); err != nil {
		t.Fatal(err)
	}
	raw, err := b.Commit.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var again Commit
	if err := again.UnmarshalJSON(raw); err != nil {
		t.Error(err)
	}
	b.Commit.Signatures[999].Signature[0] ^= 1
	same(t, "part", part(t, b.Verify()), "commit")
}

func pubKey(b []byte) cmted25519.PubKey { return cmted25519.PubKey(b) }
