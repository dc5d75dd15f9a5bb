package charter

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A MethodTag names a counting method. Numbers are append-only; what each does
// with options and papers is in the room of ballots.
type MethodTag uint16

// Methods.
const (
	Majority MethodTag = 1 // yes or no; the body is a count.MajorityRule
)

var methodNames = Names{"", "majority"}

func (t MethodTag) String() string { return methodNames.Of(int(t)) }

// A Method is how motions of a kind are counted: a tag, and the method's own
// rule, which only that method reads. It has one form in messages and records,
// so that a method brings its rule without changing either.
type Method struct {
	Tag  MethodTag `cbor:"1,keyasint,omitempty"`
	Body []byte    `cbor:"2,keyasint,omitempty"` // canonical CBOR, at most MaxMethod bytes; of a majority, a count.MajorityRule
}

// ByMajority is the method that decides yes or no by rule.
func ByMajority(rule count.MajorityRule) Method { return Method{Majority, tx.Encode(rule)} }

// Majority returns the rule of a yes/no method, or an error for another method
// or a body that is none.
func (m Method) Majority() (count.MajorityRule, error) {
	if m.Tag != Majority {
		return count.MajorityRule{}, fmt.Errorf("method %v has no majority rule", m.Tag)
	}
	return tx.DecodeTrusted[count.MajorityRule](m.Body)
}

// Valid returns ErrBounds with the reason unless the method is known and its
// body is a rule that it can count by, in canonical form.
func (m Method) Valid() error {
	if len(m.Body) > MaxMethod {
		return ErrBounds.With("a method's rule of %d bytes", len(m.Body))
	}
	switch m.Tag {
	case Majority:
		rule, err := tx.Decode[count.MajorityRule](m.Body)
		if err == nil {
			err = rule.Valid()
		}
		if err != nil {
			return ErrBounds.With("%v: %v", m.Tag, err)
		}
		return nil
	}
	return ErrBounds.With("method of counting: %v", m.Tag)
}
