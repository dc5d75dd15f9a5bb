// Package names is a co-op's private directory: who the members are whose numbers stand on
// the ledger, with the salts of the commitments that stand there for them. It is one
// encrypted file beside the keys of whoever keeps it, and nothing of it goes to a node.
//
// The form of commitments and disclosures is docs/names.md.
package names

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// NameField is the field by which people are found and shown.
const NameField = "name"

// Bounds of a directory.
const (
	MaxFields = 32   // of one person
	MaxField  = 32   // bytes of a field's name: lower-case letters, digits and _
	MaxValue  = 1024 // bytes of a value
	SaltSize  = 32
)

// Why a directory is not what was asked for.
var (
	ErrField   = errors.New("a field's name is lower-case letters, digits and _, at most 32 of them")
	ErrValue   = fmt.Errorf("a value is printable text of one line, from 1 to %d bytes", MaxValue)
	ErrFields  = fmt.Errorf("a person has at most %d fields", MaxFields)
	ErrNobody  = errors.New("nobody of that name is in the directory")
	ErrSeveral = errors.New("several people have that name")
)

// A Book is a directory of one co-op of one federation.
type Book struct {
	Chain  string   `json:"chain_id"`
	Coop   uint32   `json:"coop"`
	People []Person `json:"people"` // by member number
}

// A Person is what the co-op knows of one member.
type Person struct {
	Member uint64  `json:"member"`
	Fields []Field `json:"fields"` // by name
}

// A Field is one thing known of a person.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Salt  []byte `json:"salt"` // SaltSize bytes
}

// Person returns the person with a member number; false if the book has none.
func (b *Book) Person(m uint64) (Person, bool) {
	i, ok := b.find(m)
	if !ok {
		return Person{}, false
	}
	return b.People[i], true
}

func (b *Book) find(m uint64) (int, bool) {
	return slices.BinarySearchFunc(b.People, m, func(p Person, m uint64) int { return cmp.Compare(p.Member, m) })
}

// Name is what a member is called, empty if the book does not say.
func (b *Book) Name(m uint64) string {
	p, _ := b.Person(m)
	return p.Value(NameField)
}

// Value is what a person's field says, empty if nothing.
func (p Person) Value(field string) string {
	for _, f := range p.Fields {
		if f.Name == field {
			return f.Value
		}
	}
	return ""
}

// Lookup is the member of a name: the whole name, in whatever case, or else the only one
// of which it is the beginning of a word. It returns ErrNobody or ErrSeveral, with who
// they are.
func (b *Book) Lookup(name string) (uint64, error) {
	want := strings.ToLower(strings.TrimSpace(name))
	var whole, part []Person
	for _, p := range b.People {
		called := strings.ToLower(p.Value(NameField))
		switch {
		case called == "" || want == "":
		case called == want:
			whole = append(whole, p)
		case strings.HasPrefix(called, want) || strings.Contains(called, " "+want):
			part = append(part, p)
		}
	}
	found := whole
	if len(found) == 0 {
		found = part
	}
	switch len(found) {
	case 0:
		return 0, fmt.Errorf("%w: %s", ErrNobody, name)
	case 1:
		return found[0].Member, nil
	}
	var list []string
	for _, p := range found[:min(len(found), 5)] {
		list = append(list, fmt.Sprintf("%s, member %d", p.Value(NameField), p.Member))
	}
	return 0, fmt.Errorf("%w: %s", ErrSeveral, strings.Join(list, "; "))
}

// Set gives a person's field a value, with a new salt from random, and adds the person if
// the book has none of that number. A value that is the field's already keeps its salt, so
// that the commitment stays. It returns ErrField, ErrValue or ErrFields.
func (b *Book) Set(m uint64, field, value string, random io.Reader) error {
	if err := checkField(field, value); err != nil {
		return err
	}
	i, ok := b.find(m)
	if !ok {
		b.People = slices.Insert(b.People, i, Person{Member: m})
	}
	p := &b.People[i]
	at, had := slices.BinarySearchFunc(p.Fields, field, func(f Field, name string) int { return cmp.Compare(f.Name, name) })
	if had && p.Fields[at].Value == value {
		return nil
	}
	if !had && len(p.Fields) >= MaxFields {
		return ErrFields
	}
	salt := make([]byte, SaltSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return fmt.Errorf("reading random bytes for a salt: %w", err)
	}
	if !had {
		p.Fields = slices.Insert(p.Fields, at, Field{Name: field})
	}
	p.Fields[at].Value, p.Fields[at].Salt = value, salt
	return nil
}

// Renew gives all fields of a person new salts from random, and so the person another
// commitment; it changes nothing if the book has none of that number.
func (b *Book) Renew(m uint64, random io.Reader) error {
	i, ok := b.find(m)
	if !ok {
		return nil
	}
	for at := range b.People[i].Fields {
		salt := make([]byte, SaltSize)
		if _, err := io.ReadFull(random, salt); err != nil {
			return fmt.Errorf("reading random bytes for a salt: %w", err)
		}
		b.People[i].Fields[at].Salt = salt
	}
	return nil
}

// Unset takes a field from a person; it says whether there was one.
func (b *Book) Unset(m uint64, field string) bool {
	i, ok := b.find(m)
	if !ok {
		return false
	}
	before := len(b.People[i].Fields)
	b.People[i].Fields = slices.DeleteFunc(b.People[i].Fields, func(f Field) bool { return f.Name == field })
	return len(b.People[i].Fields) < before
}

// Erase takes a person out, with all salts; it says whether there was one.
func (b *Book) Erase(m uint64) bool {
	i, ok := b.find(m)
	if ok {
		for k := range b.People[i].Fields {
			clear(b.People[i].Fields[k].Salt)
		}
		b.People = slices.Delete(b.People, i, i+1)
	}
	return ok
}

func checkField(field, value string) error {
	if field == "" || len(field) > MaxField || strings.Trim(field, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return fmt.Errorf("%q: %w", field, ErrField)
	}
	if !isLine(value, MaxValue) {
		return fmt.Errorf("%s: %w", field, ErrValue)
	}
	return nil
}

// isLine says whether text is printable, on one line, not empty, and of at most so many
// bytes.
func isLine(text string, most int) bool {
	return text != "" && len(text) <= most && utf8.ValidString(text) &&
		strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// check refuses a book that is not in order: what is not sorted, comes twice or has no
// salt could not be committed to in one way.
func (b *Book) check() error {
	for i, p := range b.People {
		if i > 0 && p.Member <= b.People[i-1].Member || p.Member == 0 {
			return fmt.Errorf("member %d is not in order", p.Member)
		}
		if len(p.Fields) > MaxFields {
			return fmt.Errorf("member %d: %w", p.Member, ErrFields)
		}
		for k, f := range p.Fields {
			if k > 0 && f.Name <= p.Fields[k-1].Name {
				return fmt.Errorf("member %d: field %q is not in order", p.Member, f.Name)
			}
			if len(f.Salt) != SaltSize {
				return fmt.Errorf("member %d: field %q has a salt of %d bytes", p.Member, f.Name, len(f.Salt))
			}
			if err := checkField(f.Name, f.Value); err != nil {
				return fmt.Errorf("member %d: %w", p.Member, err)
			}
		}
	}
	return nil
}

// Domains keep hashes of one purpose from being taken for those of another.
const (
	fieldDomain  = "rochdale identity field v1\x00"
	personDomain = "rochdale identity v1\x00"
)

// leaf is the hash of a field: SHA-256 of the domain, the salt, one byte that is the
// length of the name, the name and the value.
func (f Field) leaf() (out [sha256.Size]byte) {
	h := sha256.New()
	h.Write([]byte(fieldDomain))
	h.Write(f.Salt)
	h.Write([]byte{byte(len(f.Name))})
	h.Write([]byte(f.Name))
	h.Write([]byte(f.Value))
	h.Sum(out[:0])
	return out
}

// Commitment is what stands on the ledger for the person: 32 bytes; false if nothing is
// known of it.
func (p Person) Commitment() (out [sha256.Size]byte, ok bool) {
	if len(p.Fields) == 0 {
		return out, false
	}
	leaves := make([][]byte, len(p.Fields))
	for i, f := range p.Fields {
		leaf := f.leaf()
		leaves[i] = leaf[:]
	}
	return commitment(leaves), true
}

// commitment is SHA-256 of the domain, the number of leaves in two bytes, and the leaves,
// ascending as bytes, so that their places say nothing of the fields' names.
func commitment(leaves [][]byte) (out [sha256.Size]byte) {
	slices.SortFunc(leaves, bytes.Compare)
	h := sha256.New()
	h.Write([]byte(personDomain))
	h.Write(binary.BigEndian.AppendUint16(nil, uint16(len(leaves))))
	for _, leaf := range leaves {
		h.Write(leaf)
	}
	h.Sum(out[:0])
	return out
}
