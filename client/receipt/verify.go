package receipt

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/state"
)

// A Proof is what a receipt was found to prove.
type Proof struct {
	Format      string    `json:"format"`
	Kind        string    `json:"kind"`
	Chain       string    `json:"chain"`
	Height      uint64    `json:"height"`     // after this block the statement was true; zero is the founding
	Time        time.Time `json:"time"`       // of the block after, in UTC
	Version     uint64    `json:"version"`    // of the rules by which the records were written; zero in formats 1 and 2
	Trial       bool      `json:"trial"`      // the federation is a trial, whose dates its members set
	Newer       bool      `json:"newer"`      // these rules are later than the program's own, which may not see all of a record
	Block       string    `json:"block_hash"` // of the block after, in hexadecimal; rochdale federation fingerprint shows a node's
	Subject     Subject   `json:"subject"`
	Statement   []string  `json:"statement"`   // sentences in plain words, made from the records
	OtherWords  bool      `json:"other_words"` // the words in the file, which nobody signed, are not these: another program made them, or someone changed them
	Fingerprint string    `json:"fingerprint"` // of the validators who could sign
	Signed      int       `json:"signed"`      // how many of them did
	Validators  int       `json:"validators"`  // of how many
	Anchored    bool      `json:"anchored"`    // they are tied to those that the verifier trusts
	Trusted     int       `json:"trusted"`     // if so: of the trusted ones, or those known to follow them, how many signed
	TrustedOf   int       `json:"trusted_of"`  // of how many
	Links       int       `json:"links"`       // if so: how many changes of validators lie between
}

// A Prover gives the leaf under a key, empty if there is none, with the proof of
// it against the app hash of a block.
type Prover func(key []byte) (value, proof []byte, err error)

// ErrMigrating is returned while records are of two versions of the rules.
var ErrMigrating = errors.New("the records are being brought to new rules: ask again some blocks later")

// Make writes a receipt of one kind of statement about subject, from records under
// the app hash of block. It verifies neither the prover's proofs nor the block: call
// Verify on the result. The receipt carries the links, which lead to the block's
// validators, unless they are more than MaxCarried or larger than MaxCarriedSize.
//
// It returns ErrSubject for a kind that there is not or a subject that does not
// suit it, ErrMigrating, a room's rejection if the ledger has no such thing, and
// the prover's errors.
func Make(kind string, subject Subject, block light.Block, prove Prover, links ...light.Block) ([]byte, error) {
	st, err := statementOf(kind, subject)
	if err != nil {
		return nil, err
	}
	rec := &recorder{prove: prove}
	says, _, err := st.tell(current, subject, block, rec)
	if err != nil {
		return nil, err
	}
	f, err := newFile(kind, subject, says, rec.records, block, links)
	if err != nil {
		return nil, err
	}
	return f.encode()
}

// Verify checks a receipt of any format with no node: each record against the app
// hash of the header, the header against the signatures of its validators, the
// validators against trust, to which the receipt's own links are added. The words are
// made from the records. The zero trust leaves the validators unknown: then the Proof
// is not Anchored and its Fingerprint has to be compared with one from a source that
// the reader trusts.
//
// It returns ErrReceipt for a file that cannot be read, a *Refuted for a receipt that
// does not hold, and an *Untied for one whose validators trust does not reach.
func Verify(raw []byte, trust Trust) (Proof, error) {
	f, block, err := read(raw)
	if err != nil {
		return Proof{}, err
	}
	if err := block.Verify(); err != nil {
		return Proof{}, err
	}
	links, err := f.carried(block)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{
		Format: f.Format, Kind: f.Kind, Chain: f.Chain, Height: f.Height, Time: block.Header.Time.UTC(), Subject: f.Subject,
		Block: hex.EncodeToString(block.Header.Hash()), Fingerprint: hex.EncodeToString(block.Validators.Hash()), Signed: block.Commit.Signed(), Validators: block.Validators.Size(),
	}
	var head state.Head
	if p.Statement, head, err = f.says(block); err != nil {
		return Proof{}, err
	}
	p.OtherWords = !f.saysAlso(p.Statement)
	p.Version, p.Newer, p.Trial = head.Version, newer(head), head.Trial.On
	if err := p.anchor(trust, links, block); err != nil {
		return Proof{}, err
	}
	return p, nil
}

// saysTrial is the first sentence of every receipt of a trial.
const saysTrial = "This is a trial: its members set its clock, and it says nothing of a real co-operative."

// newer says whether records were written by rules that the program does not know.
func newer(h state.Head) bool { return h.Version > rooms.Version }

// says makes the receipt's statement from its records, each proved against the
// block. The records must be just those that the statement reads, in its order.
func (f file) says(block light.Block) ([]string, state.Head, error) {
	st, err := statementOf(f.Kind, f.Subject)
	if err != nil {
		return nil, state.Head{}, refute("subject", "%v", err)
	}
	next := 0
	given := &recorder{prove: func(key []byte) (value, proof []byte, err error) {
		if next == len(f.Records) {
			return nil, nil, refute("records", "there is none of key %x, on which the statement rests", key)
		}
		rec := f.Records[next]
		next++
		if rec.Key != hex.EncodeToString(key) {
			return nil, nil, refute(nth(next), "its key is %s, the statement rests on %x", rec.Key, key)
		}
		err = light.VerifyLeaf(block.Header.AppHash, key, rec.Value, rec.Proof)
		if refuted, ok := errors.AsType[*Refuted](err); ok {
			err = refute(nth(next), "%s", refuted.Why)
		}
		return rec.Value, rec.Proof, err
	}}
	by := current
	if f.early() {
		by = early
	}
	says, head, err := st.tell(by, f.Subject, block, given)
	switch _, refuted := errors.AsType[*Refuted](err); {
	case refuted:
		return nil, head, err
	case err != nil:
		return nil, head, refute("records", "%v", err)
	case next != len(f.Records):
		return nil, head, refute("records", "there are %d, the statement rests on %d", len(f.Records), next)
	}
	return says, head, nil
}

// saysAlso says whether the words in the file are those of a statement.
func (f file) saysAlso(statement []string) bool {
	var in []string
	return json.Unmarshal(f.Words, &in) == nil && slices.Equal(in, statement)
}

func nth(n int) string { return fmt.Sprintf("record %d", n) }

// tell makes the statement's words from the records of rec, and returns the Head of
// their state. If rec fails, its first failure is the error.
func (st Statement) tell(by types, subject Subject, block light.Block, rec *recorder) (says []string, head state.Head, err error) {
	defer func() {
		// Forged records, signed by a forger's own validators, may break assumptions
		// of a room's code.
		if broken := recover(); broken != nil {
			err = refute("records", "no ledger writes such records: %v", broken)
		}
	}()
	at := state.Remote{Leaves: rec, At: state.Tip{Height: heightOf(block), Hash: block.Header.AppHash, Chain: block.Header.ChainID}}
	if by.heads {
		head, err = state.HeadOf(at)
		if err == nil {
			err = holdHead(head, block)
		}
		if err != nil {
			return nil, head, err
		}
		at.At.Version, at.At.Time = head.Version, head.Time
	}
	says, err = st.words(ledger{at, by}, subject)
	if rec.err != nil {
		err = rec.err
	}
	if head.Trial.On && err == nil {
		says = append([]string{saysTrial}, says...)
	}
	return says, head, err
}

// holdHead compares the state's Head with the verified block.
func holdHead(h state.Head, b light.Block) error {
	switch {
	case h.Version == 0:
		return refute(nth(1), "the state names no version of the rules")
	case h.Chain != b.Header.ChainID:
		return refute(nth(1), "the state is of chain %q, the header of %q", h.Chain, b.Header.ChainID)
	case h.Version != b.Header.Version.App:
		return refute(nth(1), "the state is of version %d of the rules, the header of %d", h.Version, b.Header.Version.App)
	case h.Height > max(heightOf(b), 1): // the founding is part of the first block
		return refute(nth(1), "the state changed last at height %d, the header is of the state at %d", h.Height, heightOf(b))
	case h.Migrating.Version != 0:
		return ErrMigrating
	}
	return nil
}

// errRange is returned if a statement reads a range of records.
var errRange = errors.New("a receipt rests on single records, not on ranges of them")

// A recorder notes every leaf that a statement reads, with its proof, and the
// first failure.
type recorder struct {
	prove   Prover
	records []record
	at      map[string]int // by key, among records
	err     error
}

func (r *recorder) Leaf(key []byte) ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	if i, ok := r.at[string(key)]; ok {
		return r.records[i].Value, nil
	}
	value, proof, err := r.prove(key)
	if err != nil {
		r.err = err
		return nil, err
	}
	if r.at == nil {
		r.at = map[string]int{}
	}
	r.at[string(key)] = len(r.records)
	r.records = append(r.records, record{Key: hex.EncodeToString(key), Value: value, Proof: proof})
	return value, nil
}

func (r *recorder) Each(_, _ []byte, _ func(key, value []byte) (bool, error)) error {
	r.err = errRange
	return errRange
}
