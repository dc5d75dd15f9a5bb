package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/rochdale-ledger/rochdale/client/light"
)

// Formats of receipts, each the first field of its files. A change of layout, or
// of the records that a statement reads, takes a new number; a change of words
// does not. All are read. The last two are written: FormatLinked is Format with
// links, and a receipt that carries none is not of it.
const (
	Format1      = "rochdale-receipt-1"
	Format2      = "rochdale-receipt-2"
	Format       = "rochdale-receipt-3"
	FormatLinked = "rochdale-receipt-4"
)

// MaxSize is the size of the largest receipt, in bytes.
const MaxSize = 4 << 20

// ErrReceipt is returned for a file that is no receipt, or not in the one form in
// which receipts are written.
var ErrReceipt = errors.New("not a receipt")

// ErrFormat wraps ErrReceipt. It is returned for a receipt of a format that this
// program does not have; a later program may.
var ErrFormat = fmt.Errorf("%w that this program can read", ErrReceipt)

// A file is a receipt in its written form: JSON with one encoding of each content,
// so that every changed byte is detected, except in the words: they may be any list
// of texts.
//
// The words are never taken from the file. The reader computes the keys of the
// records from Kind and Subject, verifies each proof, and makes the words from the
// records.
type file struct {
	Format     string          `json:"format"`
	Words      json.RawMessage `json:"words"` // for people who open the file; ignored here
	Kind       string          `json:"kind"`  // which statement
	Subject    Subject         `json:"subject"`
	Chain      string          `json:"chain"`
	Height     uint64          `json:"height"`  // of the state, one below the header's
	Records    []record        `json:"records"` // in the order in which the statement reads them
	Header     light.Header    `json:"header"`  // as CometBFT writes it in JSON
	Commit     light.Commit    `json:"commit"`  // likewise
	Validators []validator     `json:"validators"`
	Links      []link          `json:"links,omitempty"` // to those validators, oldest first; only in format 4, which has at least one
}

// A record is a leaf of the tree with its proof.
type record struct {
	Key   string `json:"key"`             // hexadecimal
	Value []byte `json:"value,omitempty"` // left out if the proof is of absence
	Proof []byte `json:"proof"`           // ICS-23, protobuf
}

// A validator is one of the set, in its order; all have the same power.
type validator struct {
	Address string `json:"address"` // hexadecimal, made from the key
	Key     []byte `json:"key"`     // ed25519
}

// newFile is a receipt of Format, or of FormatLinked if there are links that it can
// carry.
func newFile(kind string, subject Subject, says []string, records []record, b light.Block, links []light.Block) (file, error) {
	words, err := encode(says)
	f := file{
		Format: Format, Words: words, Kind: kind, Subject: subject,
		Chain: b.Header.ChainID, Height: heightOf(b), Records: records, Header: b.Header, Commit: b.Commit,
		Validators: validatorsOf(b.Validators), Links: carriable(links),
	}
	if len(f.Links) > 0 {
		f.Format = FormatLinked
	}
	return f, err
}

// heightOf is that of the state which a block proves: its app hash is the root of
// the state after the block before. Zero is the founding.
func heightOf(b light.Block) uint64 { return uint64(b.Header.Height - 1) }

// encode writes a file in its one encoding.
func (f file) encode() ([]byte, error) {
	var raw []byte
	var err error
	if f.early() {
		raw, err = encode(earlyFile{
			f.Format, f.Kind, f.Chain, f.Height, f.Subject, f.Words, f.Records, f.Header, f.Commit, f.Validators,
		})
	} else {
		raw, err = encode(f)
	}
	if err == nil && len(raw) > MaxSize {
		err = fmt.Errorf("the receipt would have %d bytes, it can have %d", len(raw), MaxSize)
	}
	return raw, err
}

func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding the receipt: %w", err)
	}
	return out.Bytes(), nil
}

// read is the inverse of encode and accepts nothing else: it encodes the result
// again and compares the bytes. The result is consistent in itself; nothing of it is
// proved.
func read(raw []byte) (f file, b light.Block, err error) {
	if f, err = decodeFile(raw); err != nil {
		return f, b, err
	}
	if json.Unmarshal(f.Words, new([]string)) != nil {
		return f, b, fmt.Errorf("%w: its words are no list of texts", ErrReceipt)
	}
	b.Header, b.Commit = f.Header, f.Commit
	if b.Validators, err = setOf(f.Validators); err != nil {
		return f, b, unlessRefuted(ErrReceipt, err)
	}
	switch n := len(f.Links); {
	case (n > 0) != (f.Format == FormatLinked):
		return f, b, fmt.Errorf("%w: it is of format %q and carries %d links", ErrReceipt, f.Format, n)
	case n > MaxCarried:
		return f, b, fmt.Errorf("%w: it carries %d links, at most %d can be", ErrReceipt, n, MaxCarried)
	case f.Chain != b.Header.ChainID:
		return f, b, refute("chain", "it says %q, the header %q", f.Chain, b.Header.ChainID)
	case b.Header.Height < 1 || f.Height != heightOf(b):
		return f, b, refute("height", "it says %d, the header of height %d carries the state of the one before", f.Height, b.Header.Height)
	}
	again, err := f.encode()
	if err != nil {
		return f, b, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	if !bytes.Equal(again, raw) {
		return f, b, fmt.Errorf("%w: from byte %d on, it is not in the one form that receipts are written in", ErrReceipt, firstDifference(raw, again))
	}
	return f, b, nil
}

// decodeFile reads a file of any format.
func decodeFile(raw []byte) (f file, err error) {
	if len(raw) > MaxSize {
		return f, fmt.Errorf("%w: %d bytes, at most %d can be", ErrReceipt, len(raw), MaxSize)
	}
	var head struct {
		Format string `json:"format"`
	}
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&head); err != nil {
		return f, unreadable(ErrReceipt, err, len(raw))
	}
	known := []string{Format1, Format2, Format, FormatLinked}
	switch {
	case head.Format == "":
		return f, fmt.Errorf("%w: it names no format", ErrReceipt)
	case !slices.Contains(known, head.Format):
		return f, fmt.Errorf("%w: its format is %q, known are %q", ErrFormat, head.Format, known)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if f.Format = head.Format; f.early() {
		var e earlyFile
		err = dec.Decode(&e)
		f = file{e.Format, e.Statement, e.Kind, e.Subject, e.Chain, e.Height, e.Records, e.Header, e.Commit, e.Validators, nil}
	} else {
		err = dec.Decode(&f)
	}
	if err != nil {
		return f, unreadable(ErrReceipt, err, len(raw))
	}
	return f, nil
}

// unreadable says why size bytes are no JSON, or not that of what they should be.
func unreadable(what, err error, size int) error {
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it is empty", what)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it is cut short after %d bytes", what, size)
	case errors.As(err, &syntax):
		return fmt.Errorf("%w: byte %d: %w", what, syntax.Offset, err)
	case errors.As(err, &shape):
		return fmt.Errorf("%w: byte %d: a %s where %s needs another thing", what, shape.Offset, shape.Value, shape.Field)
	}
	return fmt.Errorf("%w: %w", what, err)
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
