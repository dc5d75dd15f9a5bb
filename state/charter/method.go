package charter

import (
	"bytes"
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
	Veto     MethodTag = 2 // carried unless enough object; the body is a count.VetoRule
)

var methodNames = Names{"", "majority", "veto"}

func (t MethodTag) String() string { return methodNames.Of(int(t)) }

// A Method is how motions of a kind are counted: a tag, and the method's own
// rule, which only that method reads. It has one form in messages and records,
// so that a method brings its rule without changing either.
type Method struct {
	Tag  MethodTag `cbor:"1,keyasint,omitempty"`
	Body []byte    `cbor:"2,keyasint,omitempty"` // canonical CBOR, at most MaxMethod bytes; of a majority, a count.MajorityRule; of a veto, a count.VetoRule
}

// ByMajority is the method that decides yes or no by rule.
func ByMajority(rule count.MajorityRule) Method { return Method{Majority, tx.Encode(rule)} }

// ByVeto is the method that carries a motion unless enough object.
func ByVeto(rule count.VetoRule) Method { return Method{Veto, tx.Encode(rule)} }

// Veto returns the rule of a veto, or an error for another method or a body that is none.
func (m Method) Veto() (count.VetoRule, error) {
	if m.Tag != Veto {
		return count.VetoRule{}, fmt.Errorf("method %v has no rule of a veto", m.Tag)
	}
	return tx.DecodeTrusted[count.VetoRule](m.Body)
}

// Majority returns the rule of a yes/no method, or an error for another method
// or a body that is none.
func (m Method) Majority() (count.MajorityRule, error) {
	if m.Tag != Majority {
		return count.MajorityRule{}, fmt.Errorf("method %v has no majority rule", m.Tag)
	}
	return tx.DecodeTrusted[count.MajorityRule](m.Body)
}

// Within is the method with a quorum_min of so many papers at most.
func (m Method) Within(papers uint64) Method {
	rule, err := m.Majority()
	if err != nil || rule.QuorumMin <= papers {
		return m
	}
	rule.QuorumMin = papers
	return ByMajority(rule)
}

// Valid returns ErrBounds with the reason unless the method is known and its
// body is a rule that it can count by, in canonical form.
func (m Method) Valid() error {
	if len(m.Body) > MaxMethod {
		return ErrBounds.With("a method's rule of %d bytes", len(m.Body))
	}
	var err error
	switch m.Tag {
	case Majority:
		err = validRule[count.MajorityRule](m.Body)
	case Veto:
		err = validRule[count.VetoRule](m.Body)
	default:
		return ErrBounds.With("method of counting: %v", m.Tag)
	}
	if err != nil {
		return ErrBounds.With("%v: %v", m.Tag, err)
	}
	return nil
}

// validRule refuses a body that is not a rule R by which one can count.
func validRule[R interface{ Valid() error }](body []byte) error {
	rule, err := tx.Decode[R](body)
	if err != nil {
		return err
	}
	return rule.Valid()
}

// Same says whether two methods count alike: by the same rule with the same figures.
func (m Method) Same(other Method) bool { return m.Tag == other.Tag && bytes.Equal(m.Body, other.Body) }
