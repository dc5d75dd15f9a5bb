package testnet

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/tx"
)

// People are the members of a testnet's co-ops, whose keys all come from one
// seed. They are for trying things out: who has the seed can sign for everyone.
type People struct{ seed [32]byte }

// A Founder is a member whom a testnet founds its co-ops with.
type Founder struct {
	Name    string // at the terminal only: the ledger knows numbers and keys
	Coop    state.Coop
	Member  state.Member
	Offices []charter.Office
}

// founders are the first members of each co-op, by number.
var founders = [][]string{
	{"ada", "ben", "cleo", "dan"},
	{"eve", "finn", "gus", "hana"},
	{"ines", "jo", "kofi", "lena"},
	{"mo", "nia", "omar", "pia"},
}

// posts are the offices of a co-op's first, second, third and fourth member.
var posts = [][]charter.Office{
	{charter.Secretary, charter.ReturningOfficer},
	{charter.Treasurer},
	{charter.Chair, charter.Delegate},
	{charter.Auditor},
}

// coopNames are the co-ops of a testnet, by number; further ones are numbered.
var coopNames = []string{"Fieldside Taxis", "Lantern Photographers", "Brightwater Cleaners", "Harbour Freelancers"}

// NewPeople makes people from a fresh seed.
func NewPeople() (People, error) {
	var p People
	_, err := rand.Read(p.seed[:])
	return p, err
}

// SeededPeople makes the people that a number stands for: the same keys and names
// every time, which anyone can make again.
func SeededPeople(number uint64) People {
	return People{sha256.Sum256(fmt.Append(nil, "rochdale trial people ", number))}
}

func peopleFile(dir string) string { return filepath.Join(dir, "people.seed") }

// KeyDir is the folder of the founders' key files, in a testnet's directory.
func KeyDir(dir string) string { return filepath.Join(dir, "keys") }

// Save keeps the seed in a testnet's directory, readable by its owner only.
func (p People) Save(dir string) error {
	if err := os.WriteFile(peopleFile(dir), []byte(hex.EncodeToString(p.seed[:])+"\n"), 0o600); err != nil {
		return fmt.Errorf("keeping the testnet's people: %w", err)
	}
	return nil
}

// OpenPeople returns the people of the testnet in dir.
func OpenPeople(dir string) (People, error) {
	var p People
	raw, err := os.ReadFile(peopleFile(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return p, &node.Problem{Kind: ErrNoTestnet, Text: "the testnet in " + dir + " has no people of its own", Advice: "rochdale testnet stop --remove --dir " + dir + ", then start it again"}
	}
	if err != nil {
		return p, fmt.Errorf("reading the testnet's people: %w", err)
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(seed) != len(p.seed) {
		return p, &node.Problem{Kind: ErrNoTestnet, Text: peopleFile(dir) + " is damaged: it should be 64 hexadecimal digits", Advice: "rochdale testnet stop --remove --dir " + dir + ", then start it again"}
	}
	copy(p.seed[:], seed)
	return p, nil
}

// Seed is the seed of a member's key: anyone's, founder or not.
func (p People) Seed(coop state.Coop, m state.Member) [32]byte {
	var who [12]byte
	binary.BigEndian.PutUint32(who[:4], uint32(coop))
	binary.BigEndian.PutUint64(who[4:], uint64(m))
	return sha256.Sum256(append(p.seed[:], who[:]...))
}

// Key is a member's key.
func (p People) Key(coop state.Coop, m state.Member) tx.PrivateKey {
	seed := p.Seed(coop, m)
	return tx.NewPrivateKey(seed[:])
}

// Founders are the founding members of a testnet of some co-ops, each of so many
// members. The first four of each hold its offices; the names of the others come
// from the seed.
func (p People) Founders(coops, members int) []Founder {
	names := p.names()
	var out []Founder
	further := 0
	for i := range coops {
		for j := range members {
			f := Founder{Coop: state.Coop(i + 1), Member: state.Member(j + 1)}
			switch {
			case j < len(posts) && i < len(founders):
				f.Name, f.Offices = founders[i][j], posts[j]
			case j < len(posts):
				f.Name, f.Offices = fmt.Sprintf("%s%d", founders[i%len(founders)][j], i+1), posts[j]
			default:
				f.Name = names[further%len(names)]
				if again := further / len(names); again > 0 {
					f.Name = fmt.Sprintf("%s-%d", f.Name, again+1)
				}
				further++
			}
			out = append(out, f)
		}
	}
	return out
}

// TakeOver is the kind of motion by which a testnet's co-op takes over a register, of
// whatever size: few need to cast.
const TakeOver charter.MotionKindID = 5

// DefaultCharter is the charter of a testnet's co-ops if none is named.
const DefaultCharter = "trial"

// Charters are the names that Founding.Charter can have.
func Charters() []string { return append([]string{DefaultCharter}, rulebook.Presets()...) }

// TrialCharter is the charter of a testnet's co-ops: the preset "standard" with
// neither notice nor shortest times, with an allowance that a load test needs, and
// with the kind of motion TakeOver, which two votes carry.
func TrialCharter() (charter.Document, error) {
	doc, err := charter.Preset("standard")
	if err != nil {
		return doc, err
	}
	doc.Name = "trial"
	doc.About += " For trying out: motions open at once and a poll may be closed at any time."
	doc.Policy.Allowance = charter.MaxAllowance
	doc.Policy.Alone = 0 // a trial lives years of takings in minutes
	for i := range doc.Motions {
		doc.Motions[i].Notice, doc.Motions[i].Shortest = 0, 0
		if doc.Motions[i].Closing == charter.OnDecided {
			doc.Motions[i].Closing = charter.OnDeclaring
		}
	}
	doc.Motions = append(doc.Motions, charter.NamedMotion{ID: TakeOver, MotionText: charter.MotionText{
		Name: "take-over of a register", Electorate: charter.ElectorateText{Sort: charter.AllMembers},
		Rule: &charter.RuleText{
			Quorum: count.Fraction{Num: 0, Den: 1}, QuorumMin: 2,
			Threshold: count.Fraction{Num: 1, Den: 2}, Base: count.BaseCast, Strict: true,
		},
		Longest: 60, Closing: charter.OnDeclaring,
	}})
	for i, g := range doc.Grants {
		if slices.Contains(g.Actions, "member.Import") {
			doc.Grants[i].Motions = append(g.Motions, TakeOver)
		}
	}
	return doc, nil
}
