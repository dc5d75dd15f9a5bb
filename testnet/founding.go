package testnet

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Bounds of the founding members of each co-op: the offices need four, and each has a
// key file that is written when the testnet is made.
const (
	MinMembers = 4
	MaxMembers = 1000
)

// A Founding is what a testnet's co-ops are founded with. It is a trial: the clock of
// its ledger can be advanced, by any member of any of its co-ops.
type Founding struct {
	People   People
	Members  int               // founders of each co-op; zero is MinMembers
	Charter  string            // one of Charters, or the name of Document; "" is DefaultCharter
	Document *charter.Document // a charter of one's own; nil is that of Charter
}

// document is the charter of the co-ops, with the trial's own grant.
func (f Founding) document() (charter.Document, error) {
	var doc charter.Document
	var err error
	switch name := f.Charter; {
	case f.Document != nil:
		doc = *f.Document
	case name == "" || name == DefaultCharter:
		doc, err = TrialCharter()
	case slices.Contains(rulebook.Presets(), name):
		var p rulebook.Preset
		p, err = rulebook.Find(name, rooms.Kinds)
		doc = p.Document
	default:
		err = &node.Problem{Kind: node.ErrConfig, Text: fmt.Sprintf("there is no charter %q to found a testnet with", name), Advice: "use one of " + strings.Join(Charters(), ", ")}
	}
	doc.Grants = append(slices.Clone(doc.Grants), charter.NamedGrant{Actions: []string{"federation.Advance"}, GrantText: charter.GrantText{Members: true}})
	return doc, err
}

// Check returns a Problem if no testnet can be founded so.
func (f Founding) Check() error {
	if n := f.Members; n != 0 && (n < MinMembers || n > MaxMembers) {
		return &node.Problem{Kind: node.ErrConfig, Text: fmt.Sprintf("a co-op of %d members cannot be founded", n), Advice: fmt.Sprintf("use %d to %d", MinMembers, MaxMembers)}
	}
	_, err := f.document()
	return err
}

// Founders are the members whom so many co-ops are founded with.
func (f Founding) Founders(coops int) []Founder {
	return f.People.Founders(coops, max(f.Members, MinMembers))
}

// Genesis is the founding document of a testnet of these validators: a co-op for
// each, its founders, and one class of shares of 10.00.
func (f Founding) Genesis(validators []Validator) (json.RawMessage, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	doc, err := f.document()
	if err != nil {
		return nil, err
	}
	g := federation.Genesis{Version: 1, Federation: "Trial federation", Trial: true}
	for i, v := range validators {
		name := fmt.Sprintf("Co-op %d", i+1)
		if i < len(coopNames) {
			name = coopNames[i]
		}
		if i == 0 && f.Document != nil && doc.Name != "" {
			name = doc.Name
		}
		g.Coops = append(g.Coops, federation.GenesisCoop{
			Name:      name,
			Charter:   doc,
			Validator: &federation.GenesisValidator{Key: tx.ValidatorKey(v.PubKey).String(), Proof: hex.EncodeToString(v.Proof), Peer: v.PeerID, Address: v.P2P},
			Shares:    []federation.GenesisClass{{Number: 1, Name: "member share", Par: 1000, MinHolding: 1, MaxHolding: 1000}},
		})
	}
	for _, m := range f.Founders(len(validators)) {
		c := &g.Coops[m.Coop-1]
		founder := federation.FounderOf(f.People.Key(m.Coop, m.Member), validators[0].Chain, m.Coop)
		founder.Offices = m.Offices
		c.Members = append(c.Members, founder)
	}
	return json.Marshal(g)
}

// Genesis is that of a Founding of these people alone.
func (p People) Genesis(validators []Validator) (json.RawMessage, error) {
	return Founding{People: p}.Genesis(validators)
}

// names are given names of further members, in an order that the seed decides. None
// is that of a founder who holds an office.
func (p People) names() []string {
	names := strings.Fields(`
		abel adele agnes akira alba alma amir anders anouk aris astrid aya bao bea bram
		carmen cem chloe ciaran clara cosmo dalia dario deniz dora edda efe elia elke emil
		enzo esra fadi farah felix fleur freya gino greta hamid hedda henk hugo ida iker
		ilse imre irina isak jana joris juno kai karim kato kirsi klara lars leila levi
		liam lilia linus lotte luca maja malik marek mette mila milan mina nadia nico nils
		noor olga oskar paz petra piet priya quim rafa remy rita rolf ruth sami sanne selma
		silas sofie stina tamsin tariq teo tilda tom uma urs vera viggo wanda wim xenia yara
		yusuf zara zeno`)
	rand.New(rand.NewChaCha8(p.seed)).Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names
}
