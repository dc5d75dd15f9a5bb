package charter

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/count"
)

// A Document is a whole charter as people write it: actions by name. A genesis
// file holds one for each founding co-op.
type Document struct {
	Name    string        `json:"name"`
	About   string        `json:"about"`
	Policy  PolicyText    `json:"policy"`
	Motions []NamedMotion `json:"motions"`
	Grants  []NamedGrant  `json:"grants"`
	Texts   []Text        `json:"later,omitempty"` // rules that the ledger does not obey yet
}

// A NamedMotion is a kind of motion with the number that grants refer to.
type NamedMotion struct {
	ID MotionKindID `json:"id"`
	MotionText
}

// A NamedGrant says who may take the actions it names.
type NamedGrant struct {
	Actions []string `json:"actions"` // "share.Issue"
	GrantText
}

// A GrantText is a Grant as people write it.
type GrantText struct {
	Concerned bool           `json:"concerned,omitempty"` // the member the action is about
	Members   bool           `json:"members,omitempty"`   // any active member
	Offices   []Office       `json:"offices,omitempty"`
	Motions   []MotionKindID `json:"motions,omitempty"` // carried by such a motion
	Others    []OtherText    `json:"others,omitempty"`  // officers of other co-ops
}

// An OtherText is an office of another co-op as people write it.
type OtherText struct {
	Coop   state.Coop `json:"coop"`
	Office Office     `json:"office"`
}

// A MotionText is a MotionKind as people write it. The counting method has a
// field of its own, of which there is one: Rule for yes or no by majority, Veto for what
// is carried unless enough object.
type MotionText struct {
	Name       string         `json:"name"`
	Electorate ElectorateText `json:"electorate"`
	Rule       *RuleText      `json:"rule,omitempty"`
	Veto       *VetoText      `json:"veto,omitempty"`
	Notice     uint32         `json:"notice_minutes"`   // from proposal to opening
	Shortest   uint32         `json:"shortest_minutes"` // poll, at least
	Longest    uint32         `json:"longest_minutes"`  // poll, at most
	Closing    Closing        `json:"closing"`
	// Who has to propose it, what confirms it, how much it moves: as in MotionKind.
	Proposers     []Office       `json:"proposed_by,omitempty"`
	ProposerClass Class          `json:"proposed_by_class,omitempty"`
	Then          []MotionKindID `json:"then,omitempty"`
	Most          uint64         `json:"at_most_minor_units,omitempty"`
}

// A VetoText is a count.VetoRule as people write it.
type VetoText struct {
	Share  count.Fraction `json:"share"`  // of the electorate, that has to object
	Strict bool           `json:"strict"` // more than Share, not just as much
}

// An ElectorateText is an Electorate as people write it.
type ElectorateText struct {
	Sort    ElectorateSort `json:"sort"`
	Class   Class          `json:"class,omitempty"`
	Offices []Office       `json:"offices,omitempty"`
}

// A RuleText is a count.MajorityRule as people write it.
type RuleText struct {
	Quorum    count.Fraction `json:"quorum"`     // of the electorate, that must take part
	QuorumMin uint64         `json:"quorum_min"` // papers, whatever the electorate
	Threshold count.Fraction `json:"threshold"`  // of Base, in favour
	Base      count.Base     `json:"base"`
	Strict    bool           `json:"strict"` // more than Threshold, not just as much
}

// A PolicyText is a Policy as people write it.
type PolicyText struct {
	Currency  string   `json:"currency"`  // ISO 4217, three capitals
	Digits    uint8    `json:"digits"`    // of the minor unit: 2 for cents
	Allowance uint32   `json:"allowance"` // transactions a member a day
	Classes   []string `json:"classes"`   // names of classes 1, 2, …
	// Entrenched is the kind of motion that alone changes what is entrenched.
	Entrenched MotionKindID `json:"entrenched"`
	// Waiting is for how many days a new member is in no electorate, and one whom
	// officers suspend stays in it: MinWaiting if it is zero.
	Waiting uint32 `json:"waiting_days,omitempty"`
	// Alone is how much one officer moves without a motion in a day, in minor
	// units, at most; zero is no limit.
	Alone uint64 `json:"alone_minor_units,omitempty"`
	// Overdrafts are how far below zero the bank and funds may go, by account;
	// what is not named may not at all.
	Overdrafts []Overdraft `json:"overdrafts,omitempty"`
	// Special and Principle are the kinds of motion that change clauses of these levels;
	// where there are none, the entrenched one does. See Level.
	Special   []MotionKindID `json:"special,omitempty"`
	Principle []MotionKindID `json:"principle,omitempty"`
	// Levels are the clauses that are raised above the level built in.
	Levels []ClauseLevel `json:"levels,omitempty"`
	// Membership are the figures on how memberships begin and end.
	Membership Membership `json:"membership,omitempty,omitzero"`
}

//go:embed presets
var presets embed.FS

// Preset returns an embedded charter by name: "standard", or one made from it.
func Preset(name string) (Document, error) {
	raw, err := presets.ReadFile("presets/" + name + ".json")
	if err != nil {
		return Document{}, fmt.Errorf("no preset charter is called %q", name)
	}
	return ParseDocument(raw)
}

// Presets are the names of the embedded charters, in order.
func Presets() []string {
	files, err := presets.ReadDir("presets")
	if err != nil {
		panic(err) // it is embedded
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".json"))
	}
	return names
}

// ParseDocument reads a charter strictly: a field that it does not know is an
// error, so that a misspelt rule is never silently left out.
func ParseDocument(raw []byte) (Document, error) {
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	var d Document
	if err := dec.Decode(&d); err != nil {
		return d, fmt.Errorf("reading a charter: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return d, errors.New("reading a charter: there is something after it")
	}
	return d, nil
}
