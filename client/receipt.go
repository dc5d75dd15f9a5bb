package client

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// receiptFormat is the first field of every receipt. A change of layout, or of
// a statement's words, takes a new number.
const receiptFormat = "rochdale-receipt-2"

// MaxReceipt is the size of the largest receipt, in bytes.
const MaxReceipt = 4 << 20

// ErrReceipt is returned for a file that is no receipt, or not in the one form
// in which receipts are written.
var ErrReceipt = errors.New("not a receipt")

// A receipt is one statement about a federation's records with all that proves
// it. The file is JSON in one form: the same content gives the same bytes, so
// that no byte can be changed without being seen.
//
// What a receipt says is never taken from it. Statement is there for people to
// read; verifying makes the words anew, from the records, by the same functions
// with which every program reads the ledger. They look records up by keys that
// they compute from Subject, and find only what is proved.
type receipt struct {
	Format     string             `json:"format"`
	Kind       string             `json:"kind"` // which statement
	Chain      string             `json:"chain"`
	Height     uint64             `json:"height"` // of the state, one below the header's
	Subject    Subject            `json:"subject"`
	Statement  []string           `json:"statement"`
	Records    []receiptRecord    `json:"records"` // in the order in which the statement reads them
	Header     json.RawMessage    `json:"header"`  // as CometBFT writes it in JSON
	Commit     json.RawMessage    `json:"commit"`  // likewise
	Validators []receiptValidator `json:"validators"`
}

// A receiptRecord is a leaf of the tree with its proof.
type receiptRecord struct {
	Key   string `json:"key"`             // hexadecimal
	Value []byte `json:"value,omitempty"` // left out if the proof is of absence
	Proof []byte `json:"proof"`           // ICS-23, protobuf
}

// A receiptValidator is one of the set, in its order; all have the same power.
type receiptValidator struct {
	Address string `json:"address"` // hexadecimal, made from the key
	Key     []byte `json:"key"`     // ed25519
}

// A Proof is what a receipt was found to prove.
type Proof struct {
	Kind        string    `json:"kind"`
	Chain       string    `json:"chain"`
	Height      uint64    `json:"height"` // after this block the statement was true; zero is the founding
	Time        time.Time `json:"time"`   // of the block after, in UTC
	Subject     Subject   `json:"subject"`
	Statement   []string  `json:"statement"`   // sentences in plain words
	Fingerprint string    `json:"fingerprint"` // of the validators who could sign
	Signed      int       `json:"signed"`      // how many of them did
	Validators  int       `json:"validators"`  // of how many
	Anchored    bool      `json:"anchored"`    // they are those that the verifier trusts
	Trusted     int       `json:"trusted"`     // if so: of the trusted ones, how many signed
	TrustedOf   int       `json:"trusted_of"`  // of how many
}

// Receipt makes a receipt of one kind of statement about subject, at height or,
// if zero, at the last height that can be proved. It verifies what it made: a
// node that lies gives an error, a *Refuted. With the zero trust, whoever
// verifies it has to know the validators.
//
// It returns ErrSubject for a kind that there is not or a subject that does not
// suit it.
func (c *Client) Receipt(ctx context.Context, kind string, subject Subject, height uint64, trust Trust) ([]byte, Proof, error) {
	st, err := statementOf(kind, subject)
	if err != nil {
		return nil, Proof{}, err
	}
	s, read, err := c.sealed(ctx, height)
	if err != nil {
		return nil, Proof{}, err
	}
	if err := s.verify(); err != nil {
		return nil, Proof{}, err
	}
	from := proved{ctx, c, s, read}
	rec := &recorder{prove: from.prove}
	words, err := st.words(state.Remote{Leaves: rec, At: s.tip()}, subject)
	if err != nil {
		return nil, Proof{}, err
	}
	raw, err := writeReceipt(kind, subject, words, rec.records, s)
	if err != nil {
		return nil, Proof{}, err
	}
	proof, err := Verify(raw, trust)
	return raw, proof, err
}

// tip describes the state that the seal proves. Its time is not known from the
// seal, and statements use none.
func (s seal) tip() state.Tip {
	return state.Tip{Height: s.height(), Hash: s.header.AppHash, Chain: s.header.ChainID}
}

// A recorder notes every leaf that a statement reads, with its proof.
type recorder struct {
	prove   func(key []byte) (value, proof []byte, err error)
	records []receiptRecord
}

func (r *recorder) Leaf(key []byte) ([]byte, error) {
	name := hex.EncodeToString(key)
	for _, rec := range r.records {
		if rec.Key == name {
			return rec.Value, nil
		}
	}
	value, proof, err := r.prove(key)
	if err != nil {
		return nil, err
	}
	r.records = append(r.records, receiptRecord{Key: name, Value: value, Proof: proof})
	return value, nil
}

func (r *recorder) Each(_, _ []byte, _ func(key, value []byte) (bool, error)) error { return ErrRange }

// writeReceipt makes the file.
func writeReceipt(kind string, subject Subject, words []string, records []receiptRecord, s seal) ([]byte, error) {
	r := receipt{
		Format: receiptFormat, Kind: kind, Chain: s.header.ChainID, Height: s.height(),
		Subject: subject, Statement: words, Records: records,
	}
	var err error
	if r.Header, err = cmtjson.Marshal(s.header); err != nil {
		return nil, fmt.Errorf("encoding the header: %w", err)
	}
	if r.Commit, err = cmtjson.Marshal(s.commit); err != nil {
		return nil, fmt.Errorf("encoding the commit: %w", err)
	}
	for _, v := range s.validators.Validators {
		r.Validators = append(r.Validators, receiptValidator{Address: v.Address.String(), Key: v.PubKey.Bytes()})
	}
	return r.encode()
}

// encode gives the file its one form.
func (r receipt) encode() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("encoding the receipt: %w", err)
	}
	if out.Len() > MaxReceipt {
		return nil, fmt.Errorf("the receipt would have %d bytes, it can have %d", out.Len(), MaxReceipt)
	}
	return out.Bytes(), nil
}

// readReceipt is the inverse of writeReceipt and takes nothing else: it writes
// what it read again and wants the same bytes.
func readReceipt(raw []byte) (r receipt, s seal, err error) {
	if len(raw) > MaxReceipt {
		return r, s, fmt.Errorf("%w: %d bytes, at most %d can be", ErrReceipt, len(raw), MaxReceipt)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return r, s, unreadable(err, len(raw))
	}
	if r.Format != receiptFormat {
		return r, s, fmt.Errorf("%w: its format is %q, this program reads %q", ErrReceipt, r.Format, receiptFormat)
	}
	s.header, s.commit = new(types.Header), new(types.Commit)
	if err := cmtjson.Unmarshal(r.Header, s.header); err != nil {
		return r, s, fmt.Errorf("%w: header: %w", ErrReceipt, err)
	}
	if err := cmtjson.Unmarshal(r.Commit, s.commit); err != nil {
		return r, s, fmt.Errorf("%w: commit: %w", ErrReceipt, err)
	}
	var validators []*types.Validator
	for _, v := range r.Validators {
		if len(v.Key) != cmted25519.PubKeySize {
			return r, s, fmt.Errorf("%w: a validator's key has %d bytes", ErrReceipt, len(v.Key))
		}
		validators = append(validators, types.NewValidator(cmted25519.PubKey(v.Key), federation.Power))
	}
	if s.validators, err = validatorSet(validators); err != nil {
		return r, s, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	for i, v := range s.validators.Validators {
		if v.Address.String() != r.Validators[i].Address {
			return r, s, refute("validators", "address %d is %s, its place belongs to %v", i+1, r.Validators[i].Address, v.Address)
		}
	}
	switch {
	case r.Chain != s.header.ChainID:
		return r, s, refute("chain", "it says %q, the header %q", r.Chain, s.header.ChainID)
	case s.header.Height < 1 || r.Height != s.height():
		return r, s, refute("height", "it says %d, the header of height %d carries the state of the one before", r.Height, s.header.Height)
	}
	again, err := writeReceipt(r.Kind, r.Subject, r.Statement, r.Records, s)
	if err != nil {
		return r, s, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	if !bytes.Equal(again, raw) {
		return r, s, fmt.Errorf("%w: from byte %d on, it is not in the one form that receipts are written in", ErrReceipt, firstDifference(raw, again))
	}
	return r, s, nil
}

// unreadable says why size bytes are no JSON, or not that of a receipt.
func unreadable(err error, size int) error {
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it is empty", ErrReceipt)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it is cut short after %d bytes", ErrReceipt, size)
	case errors.As(err, &syntax):
		return fmt.Errorf("%w: byte %d: %w", ErrReceipt, syntax.Offset, err)
	case errors.As(err, &shape):
		return fmt.Errorf("%w: byte %d: a %s where %s needs another thing", ErrReceipt, shape.Offset, shape.Value, shape.Field)
	}
	return fmt.Errorf("%w: %w", ErrReceipt, err)
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// Verify checks a receipt with no node: each record against the app hash of the
// header, the header against the signatures of its validators, the validators
// against trust, and the words against the records. The zero trust leaves the
// validators unknown: then the Proof is not Anchored and its Fingerprint has to
// be compared with one from a source that the reader trusts.
//
// It returns ErrReceipt for a file that cannot be read, and a *Refuted for a
// receipt that does not hold.
func Verify(raw []byte, trust Trust) (Proof, error) {
	r, s, err := readReceipt(raw)
	if err != nil {
		return Proof{}, err
	}
	if err := s.verify(); err != nil {
		return Proof{}, err
	}
	p := Proof{
		Kind: r.Kind, Chain: r.Chain, Height: r.Height, Time: s.header.Time.UTC(), Subject: r.Subject,
		Fingerprint: hex.EncodeToString(s.validators.Hash()), Signed: s.signed(), Validators: s.validators.Size(),
	}
	if p.Statement, err = r.words(s); err != nil {
		return Proof{}, err
	}
	if trust.Known() || trust.Chain != "" {
		p.Trusted, p.TrustedOf, err = trust.anchor(s)
		if err != nil {
			return Proof{}, err
		}
		p.Anchored = true
	}
	return p, nil
}

// words makes the receipt's statement from its records, each proved against the
// seal, and holds it against the words in the file. The records must be just
// those that the statement reads, in its order.
func (r receipt) words(s seal) ([]string, error) {
	st, err := statementOf(r.Kind, r.Subject)
	if err != nil {
		return nil, refute("subject", "%v", err)
	}
	next := 0
	given := &recorder{prove: func(key []byte) (value, proof []byte, err error) {
		if next == len(r.Records) {
			return nil, nil, refute("records", "there is none of key %x, on which the statement rests", key)
		}
		rec := r.Records[next]
		next++
		if rec.Key != hex.EncodeToString(key) {
			return nil, nil, refute(fmt.Sprintf("record %d", next), "its key is %s, the statement rests on %x", rec.Key, key)
		}
		if err := verifyLeaf(s.header.AppHash, key, rec.Value, rec.Proof); err != nil {
			return nil, nil, refute(fmt.Sprintf("record %d", next), "%v", err)
		}
		return rec.Value, rec.Proof, nil
	}}
	words, err := st.words(state.Remote{Leaves: given, At: s.tip()}, r.Subject)
	var refuted *Refuted
	switch {
	case errors.As(err, &refuted):
		return nil, err
	case err != nil:
		return nil, refute("records", "%v", err)
	case next != len(r.Records):
		return nil, refute("records", "there are %d, the statement rests on %d", len(r.Records), next)
	case !slices.Equal(words, r.Statement):
		return nil, refute("statement", "its words are not what the records say: %s", joined(words))
	}
	return words, nil
}
