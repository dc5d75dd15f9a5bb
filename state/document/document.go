// Package document is the register of adopted texts: by-laws, terms, codes of conduct,
// standing orders. A text is a series of versions, each by the digest of its file and in
// force from a day; who has accepted which version is recorded. The files stay with the
// co-op.
//
// Rule: docs/rules.md, "Adopted texts".
package document

import (
	"crypto/sha256"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindAdopt  tx.Kind = 0x9001
	KindRepeal tx.Kind = 0x9002
	KindAccept tx.Kind = 0x9003
)

// A Number is that of a text in its co-op, from 1, gapless.
type Number uint16

// A Text is a series of versions under one name, which never changes.
type Text struct {
	Name     string `cbor:"1,keyasint,omitempty" json:"name"`
	Versions uint32 `cbor:"2,keyasint,omitempty" json:"versions"` // numbers given out, from 1
}

// A Version is a text as it was adopted, or its repeal.
type Version struct {
	Digest   []byte      `cbor:"1,keyasint,omitempty" json:"-"`       // SHA-256 of the file; empty of a repeal
	From     uint64      `cbor:"2,keyasint,omitempty" json:"from"`    // first day of effect, since 1970 UTC
	Adopted  int64       `cbor:"3,keyasint,omitempty" json:"adopted"` // block time, seconds since 1970 UTC
	By       state.Actor `cbor:"4,keyasint,omitempty" json:"by"`
	Accepted uint64      `cbor:"5,keyasint,omitempty" json:"accepted"` // members who have accepted it
}

// Repeals says whether the version ends the text.
func (v Version) Repeals() bool { return len(v.Digest) == 0 }

// An Acceptance is that of one version by one member.
type Acceptance struct {
	Time int64       `cbor:"1,keyasint,omitempty" json:"time"` // block time, seconds since 1970 UTC
	By   state.Actor `cbor:"2,keyasint,omitempty" json:"by"`   // the member, or who recorded it on paper
}

// Totals are a co-op's figures.
type Totals struct {
	Texts uint16 `cbor:"1,keyasint,omitempty"` // numbers given out
}

// Limits.
const (
	MaxName     = 64   // bytes of a text's name
	MaxTexts    = 256  // of one co-op
	MaxVersions = 4096 // of one text, repeals included
	MaxAhead    = 366  // days between the adoption of a version and its effect. Bound of the machine: one further ahead is a slip of the pen
)

// A VersionKey is a version of a text.
type VersionKey struct {
	Text    Number
	Version uint32
}

type acceptanceKey struct {
	Text    Number
	Version uint32
	Member  state.Member
}

// Tables of the room; all integers big-endian.
var (
	// 0x90 ‖ co-op (4) ‖ text (2) → Text
	texts = state.NewTable[Number, Text](0x90)
	// 0x91 ‖ co-op (4) ‖ text (2) ‖ version (4) → Version
	versions = state.NewTable[VersionKey, Version](0x91)
	// 0x92 ‖ co-op (4) ‖ text (2) ‖ version (4) ‖ member/64 (8) → page of Acceptance
	acceptances = state.NewPagedTable[acceptanceKey, Acceptance](0x92)
	// 0x93 ‖ co-op (4) ‖ 0 (1) → Totals
	totals = state.NewTable[uint8, Totals](0x93)
	// 0x94 ‖ co-op (4) ‖ digest of a name (20) → text
	names = state.NewTable[[20]byte, Number](0x94)
)

func digestOf(name string) (d [20]byte) {
	sum := sha256.Sum256([]byte(name))
	copy(d[:], sum[:])
	return d
}

// Rejections, in the order they are checked. Codes 900-999 belong to this room.
var (
	ErrName     = &state.Rejection{Code: 901, Reason: "name of a text is empty, too long or not plain text"}
	ErrDigest   = &state.Rejection{Code: 902, Reason: "digest of a text is not 32 bytes"}
	ErrUnknown  = &state.Rejection{Code: 903, Reason: "no such text"}
	ErrVersion  = &state.Rejection{Code: 904, Reason: "no such version of the text"}
	ErrExists   = &state.Rejection{Code: 905, Reason: "a text of that name exists already"}
	ErrMany     = &state.Rejection{Code: 906, Reason: "co-op has as many texts, or the text as many versions, as it can"}
	ErrPast     = &state.Rejection{Code: 907, Reason: "a text takes effect from today or a later day on, a year ahead at most"}
	ErrOrder    = &state.Rejection{Code: 908, Reason: "an earlier version takes effect later than that"}
	ErrSame     = &state.Rejection{Code: 909, Reason: "that is the version before"}
	ErrRepealed = &state.Rejection{Code: 910, Reason: "text is repealed"}
	ErrReplaced = &state.Rejection{Code: 911, Reason: "version is no longer in force"}
	ErrAccepted = &state.Rejection{Code: 912, Reason: "member has accepted that version already"}
)

// Find returns a text, or ErrUnknown.
func Find(r state.Reader, n Number) (Text, error) {
	t, ok, err := texts.Find(r, n)
	if err == nil && !ok {
		err = ErrUnknown.With("number %d of co-op %d", n, r.Coop())
	}
	return t, err
}

// ByName returns the text of a name, zero if there is none.
func ByName(r state.Reader, name string) (Number, error) { return names.Get(r, digestOf(name)) }

// Range calls fn for the texts from first to last, by number.
func Range(r state.Reader, first, last Number, fn func(Number, Text) (bool, error)) error {
	return texts.Range(r, first, last, fn)
}

// VersionOf returns a version of a text, or ErrVersion.
func VersionOf(r state.Reader, n Number, version uint32) (Version, error) {
	v, ok, err := versions.Find(r, VersionKey{n, version})
	if err == nil && !ok {
		err = ErrVersion.With("version %d of text %d", version, n)
	}
	return v, err
}

// Versions calls fn for the versions of a text, oldest first.
func Versions(r state.Reader, n Number, fn func(uint32, Version) (bool, error)) error {
	return versions.Range(r, VersionKey{n, 0}, VersionKey{n, ^uint32(0)}, func(k VersionKey, v Version) (bool, error) {
		return fn(k.Version, v)
	})
}

// InForce returns the version of a text that is in force on a day, since 1970 UTC, and its
// number; zero if none is, because none was yet or the text was repealed. It returns
// ErrUnknown if there is no such text. It reads the versions from the last one back, so
// that for a day of the present it reads one or two.
func InForce(r state.Reader, n Number, day uint64) (uint32, Version, error) {
	t, err := Find(r, n)
	if err != nil {
		return 0, Version{}, err
	}
	for k := t.Versions; k > 0; k-- {
		v, err := VersionOf(r, n, k)
		if err != nil {
			return 0, v, err
		}
		switch {
		case v.From > day:
		case v.Repeals():
			return 0, Version{}, nil
		default:
			return k, v, nil
		}
	}
	return 0, Version{}, nil
}

// AcceptanceOf returns a member's acceptance of a version and whether there is one.
func AcceptanceOf(r state.Reader, n Number, version uint32, m state.Member) (Acceptance, bool, error) {
	return acceptances.Find(r, acceptanceKey{n, version, m})
}

// Acceptances calls fn for the members from first on who have accepted a version, by number.
func Acceptances(r state.Reader, n Number, version uint32, first state.Member, fn func(state.Member, Acceptance) (bool, error)) error {
	return acceptances.Range(r, acceptanceKey{n, version, first}, acceptanceKey{n, version, ^state.Member(0)},
		func(k acceptanceKey, a Acceptance) (bool, error) { return fn(k.Member, a) })
}

// LocateVersion says where a version is proved.
func LocateVersion(coop state.Coop, n Number, version uint32) state.Location {
	return versions.Locate(coop, VersionKey{n, version})
}

// LocateAcceptance says where an acceptance is proved; absence is that there is none.
func LocateAcceptance(coop state.Coop, n Number, version uint32, m state.Member) state.Location {
	return acceptances.Locate(coop, acceptanceKey{n, version, m})
}

// A MemberKey is an entry of the list of what a member has accepted.
type MemberKey struct {
	Member  state.Member
	Text    Number
	Version uint32
}

// AcceptedBy lists the versions that a member has accepted.
var AcceptedBy = state.NewIndex(0x90, "document.AcceptedBy", 1, acceptances,
	func(_ state.Coop, k acceptanceKey, _ Acceptance) []MemberKey {
		return []MemberKey{{k.Member, k.Text, k.Version}}
	},
	func(coop state.Coop, k MemberKey) []state.Location {
		return []state.Location{LocateAcceptance(coop, k.Text, k.Version, k.Member)}
	})

// Indexes are the lists that nodes keep of this room's records. Their numbers are
// append-only; 0x90 to 0x9f are this room's.
var Indexes = []state.Listing{AcceptedBy.Listing}

// Kinds are this room's actions.
var Kinds state.KindList

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrName:     "give a name of one line: --name TEXT",
	ErrDigest:   "give the file itself: rochdale document adopt FILE",
	ErrUnknown:  "see which there are: rochdale document list",
	ErrVersion:  "see its versions: rochdale document show",
	ErrExists:   "adopt another version of it: rochdale document adopt FILE --of NUMBER",
	ErrMany:     "adopt it as a version of a text that there is: rochdale document list",
	ErrPast:     "leave --from out for today",
	ErrOrder:    "name that day or a later one; see the versions: rochdale document show",
	ErrSame:     "see the versions: rochdale document show",
	ErrRepealed: "adopt a version first: rochdale document adopt FILE --of NUMBER",
	ErrReplaced: "see which is in force: rochdale document show",
	ErrAccepted: "nothing is left to do; see what waits for you: rochdale me show",
}

// Named is a text of r's co-op: `text 2, "by-laws"`.
func Named(r state.Reader, n Number) string {
	t, err := Find(r, n)
	if err != nil {
		return fmt.Sprintf("text %d", n)
	}
	return fmt.Sprintf("text %d, %q", n, t.Name)
}
