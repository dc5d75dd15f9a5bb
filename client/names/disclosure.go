package names

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// disclosureFormat names the form of a disclosure.
const disclosureFormat = "rochdale-disclosure-1"

// MaxDisclosure bounds a disclosure's file, in bytes.
const MaxDisclosure = 16 << 10

// ErrDisclosure is returned for what is no disclosure.
var ErrDisclosure = errors.New("this is no disclosure of a field")

// A Disclosure shows one field of one member to someone. With the commitment on the ledger
// it proves that the co-op had committed to the field; of the other fields it shows only
// how many there are.
type Disclosure struct {
	Format string   `json:"format"`
	Chain  string   `json:"chain_id"`
	Coop   uint32   `json:"coop"`
	Member uint64   `json:"member"`
	For    string   `json:"for"` // to whom it is shown and what for, as the discloser says
	Field  Field    `json:"field"`
	Others [][]byte `json:"others"` // hashes of the other fields
}

// Disclose shows one field of a member; false if the book has it not.
func (b *Book) Disclose(m uint64, field, to string) (Disclosure, bool) {
	p, _ := b.Person(m)
	d := Disclosure{Format: disclosureFormat, Chain: b.Chain, Coop: b.Coop, Member: m, For: to, Others: [][]byte{}}
	found := false
	for _, f := range p.Fields {
		if f.Name == field {
			d.Field, found = f, true
			continue
		}
		leaf := f.leaf()
		d.Others = append(d.Others, leaf[:])
	}
	slices.SortFunc(d.Others, bytes.Compare)
	return d, found
}

// Commitment is what has to stand on the ledger for the disclosure to be true.
func (d Disclosure) Commitment() [sha256.Size]byte {
	leaf := d.Field.leaf()
	return commitment(append(slices.Clone(d.Others), leaf[:]))
}

// ReadDisclosure reads a disclosure strictly. It returns ErrDisclosure with the reason.
func ReadDisclosure(raw []byte) (d Disclosure, err error) {
	if len(raw) > MaxDisclosure {
		return d, fmt.Errorf("%w: it has %d bytes, at most %d can be", ErrDisclosure, len(raw), MaxDisclosure)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return d, fmt.Errorf("%w: %v", ErrDisclosure, err)
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
	return d, nil
}
