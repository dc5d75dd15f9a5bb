package names

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/tx"
)

// disclosureFormat names the form of a disclosure.
const disclosureFormat = "rochdale-disclosure-2"

// Bounds of a disclosure.
const (
	MaxDisclosure = 16 << 10 // bytes of its file
	MaxFor        = 256      // bytes of what is said of to whom it is shown
)

// Why a disclosure is not what it should be.
var (
	ErrDisclosure = errors.New("this is no disclosure of a field")
	ErrFor        = fmt.Errorf("to whom a field is shown, and what for, is printable text of one line, from 1 to %d bytes", MaxFor)
	ErrUnsigned   = errors.New("the disclosure was changed since it was signed")
)

// A Disclosure shows one field of one member to someone. With the commitment on the ledger
// it proves that the co-op had committed to the field; of the other fields it shows only
// how many there are. Who makes it signs it, with to whom it is shown: whoever passes it on
// passes on that it was made for someone else.
type Disclosure struct {
	Format string   `json:"format"`
	Chain  string   `json:"chain_id"`
	Coop   uint32   `json:"coop"`
	Member uint64   `json:"member"`
	For    string   `json:"for"` // to whom it is shown and what for, as the discloser says
	Field  Field    `json:"field"`
	Others [][]byte `json:"others"` // hashes of the other fields

	By        string `json:"by"` // public key of who made it, rochdale1…
	Signature []byte `json:"signature"`
}

// Disclose shows one field of a member, signed by key; false if the book has it not. It
// returns ErrFor if to is not in order.
func (b *Book) Disclose(m uint64, field, to string, key tx.PrivateKey) (d Disclosure, found bool, err error) {
	if !isLine(to, MaxFor) {
		return d, false, ErrFor
	}
	p, _ := b.Person(m)
	d = Disclosure{Format: disclosureFormat, Chain: b.Chain, Coop: b.Coop, Member: m, For: to, Others: [][]byte{}, By: key.Public().String()}
	for _, f := range p.Fields {
		if f.Name == field {
			d.Field, found = f, true
			continue
		}
		leaf := f.leaf()
		d.Others = append(d.Others, leaf[:])
	}
	slices.SortFunc(d.Others, bytes.Compare)
	d.Signature = key.SignMessage(d.statement())
	return d, found, nil
}

// statement is what a disclosure's signature is over. Its first byte is no CBOR map, so it
// can never be taken for a transaction.
func (d Disclosure) statement() []byte {
	return fmt.Appendf(nil, "rochdale: I show this field\n%s\n%d\n%d\n%x\n%x\n%s\n", d.Chain, d.Coop, d.Member, d.Commitment(), d.Field.leaf(), d.For)
}

// Commitment is what has to stand on the ledger for the disclosure to be true.
func (d Disclosure) Commitment() [sha256.Size]byte {
	leaf := d.Field.leaf()
	return commitment(append(slices.Clone(d.Others), leaf[:]))
}

// ReadDisclosure reads a disclosure strictly, and verifies its signature: whose key it is
// stands on the register. It returns ErrDisclosure with the reason, or ErrUnsigned.
func ReadDisclosure(raw []byte) (d Disclosure, err error) {
	if len(raw) > MaxDisclosure {
		return d, fmt.Errorf("%w: it has %d bytes, at most %d can be", ErrDisclosure, len(raw), MaxDisclosure)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return d, fmt.Errorf("%w: it is not JSON in the form of %s", ErrDisclosure, disclosureFormat)
	}
	if _, err := dec.Token(); err != io.EOF {
		return d, fmt.Errorf("%w: something follows it", ErrDisclosure)
	}
	if d.Format != disclosureFormat {
		return d, fmt.Errorf("%w: its format is %q, this program reads %q", ErrDisclosure, d.Format, disclosureFormat)
	}
	if err := checkField(d.Field.Name, d.Field.Value); err != nil {
		return d, fmt.Errorf("%w: %w", ErrDisclosure, err)
	}
	if len(d.Field.Salt) != SaltSize || len(d.Others) >= MaxFields || d.Member == 0 {
		return d, fmt.Errorf("%w: a salt of %d bytes, %d other fields, member %d", ErrDisclosure, len(d.Field.Salt), len(d.Others), d.Member)
	}
	for i, other := range d.Others {
		if len(other) != sha256.Size || i > 0 && bytes.Compare(other, d.Others[i-1]) <= 0 {
			return d, fmt.Errorf("%w: the hash of another field is not in order, or has %d bytes", ErrDisclosure, len(other))
		}
	}
	if !isLine(d.For, MaxFor) {
		return d, fmt.Errorf("%w: %w", ErrDisclosure, ErrFor)
	}
	by, err := tx.ParsePublicKey(d.By)
	if err != nil {
		return d, fmt.Errorf("%w: by %q: %w", ErrDisclosure, d.By, err)
	}
	if strings.ContainsAny(d.Chain, "\n") || !by.VerifyMessage(d.statement(), d.Signature) {
		return d, ErrUnsigned
	}
	return d, nil
}
