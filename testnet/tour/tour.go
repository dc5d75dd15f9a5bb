// Package tour is a demonstration: it runs one co-op's year on a federation of four
// validators, with a process for each and real signatures: founding, members,
// shares, trading, a general meeting during which a validator is killed, the
// allocation of the surplus, and a receipt verified offline.
package tour

import (
	"context"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rochdale-ledger/rochdale/client/document"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/testnet/crowd"
)

// validators is how many co-ops the tour's federation has.
const validators = 4

// A Year is the tour's input. Amounts are in minor units.
type Year struct {
	About            string       `json:"about"`
	Federation       string       `json:"federation"`
	Coops            []string     `json:"coops"`
	Currency         string       `json:"currency"`
	Period           string       `json:"period"`
	Members          int          `json:"members"`
	SharesEach       uint64       `json:"shares_each"`
	Par              money.Amount `json:"par"`
	Surplus          money.Amount `json:"surplus"`           // of the year
	Undistributed    money.Amount `json:"undistributed"`     // brought forward
	EducationFund    money.Amount `json:"education_fund"`    // brought forward
	StatutoryReserve money.Amount `json:"statutory_reserve"` // brought forward
	ReserveRate      money.Rate   `json:"reserve_rate"`      // of the year's surplus
	EducationRate    money.Rate   `json:"education_rate"`    // of the year's surplus
	DividendRate     money.Rate   `json:"dividend_rate"`     // of the share capital
	Casts            struct {
		Yes     int `json:"yes"`
		No      int `json:"no"`
		Abstain int `json:"abstain"`
	} `json:"casts"`
}

//go:embed year.json
var year []byte

// DefaultYear is the tour's input unless another is given.
func DefaultYear() Year {
	y, err := ParseYear("year.json", year)
	if err != nil {
		panic(err) // the embedded file is part of the program
	}
	return y
}

// ParseYear decodes the year of the file at path strictly, and checks that the tour can
// run it. An error names the line.
func ParseYear(path string, raw []byte) (Year, error) {
	var y Year
	f, err := document.Parse(path, raw, &y)
	if err != nil {
		return y, err
	}
	wrong := func(field, format string, args ...any) (Year, error) {
		return y, f.At(fmt.Errorf(format, args...), field)
	}
	voters := y.Casts.Yes + y.Casts.No + y.Casts.Abstain
	switch {
	case len(y.Coops) != validators:
		return wrong("coops", "the year names %d co-ops: the tour has %d", len(y.Coops), validators)
	case y.Members < 10 || y.Members > 100_000:
		return wrong("members", "the year has %d members: from 10 to 100,000 can be", y.Members)
	case y.Casts.Yes < 0 || y.Casts.No < 0 || y.Casts.Abstain < 0 || voters < 1 || voters > y.Members:
		return wrong("casts", "the year has %d casts by %d members", voters, y.Members)
	case y.SharesEach < 1:
		return wrong("shares_each", "the year has no shares for each member: it must be 1 or more")
	case y.Par < 1:
		return wrong("par", "the par of a share must be more than nothing")
	case y.Surplus < 1 || y.Undistributed < 0 || y.EducationFund < 0 || y.StatutoryReserve < 0:
		return wrong("surplus", "the year needs a surplus, and what is brought forward cannot be below zero")
	case y.Period == "":
		return wrong("period", "the year needs a period")
	case len(y.Currency) != 3:
		return wrong("currency", "the year needs a currency of three letters, found %q", y.Currency)
	}
	for _, r := range []struct {
		field string
		rate  money.Rate
	}{{"reserve_rate", y.ReserveRate}, {"education_rate", y.EducationRate}, {"dividend_rate", y.DividendRate}} {
		if r.rate.Den < 1 || r.rate.Num < 1 || r.rate.Num > r.rate.Den {
			return wrong(r.field, "the year has the rate %d/%d: it must be more than nothing and at most all", r.rate.Num, r.rate.Den)
		}
	}
	return y, nil
}

// An Outcome is what the tour showed.
type Outcome struct {
	Dir        string              `json:"dir"`
	Coop       federation.Coop     `json:"-"`
	Members    int                 `json:"members"`
	Shares     uint64              `json:"shares"`
	Motion     ballot.Number       `json:"motion"`
	Result     count.Outcome       `json:"-"`
	Decided    string              `json:"result"` // Result in words
	Tally      count.Tally         `json:"tally"`
	Killed     string              `json:"killed"`
	KilledAt   int                 `json:"killed_at"` // casts committed by then, at least
	Allotments []surplus.Allotment `json:"allotments"`
	Sheet      account.Sheet       `json:"balance_sheet"`
	Available  money.Amount        `json:"available"` // for appropriation
	Height     int64               `json:"height"`
	AppHash    string              `json:"app_hash"` // the same on all nodes
	Receipt    receipt.Proof       `json:"receipt"`
	Refuted    string              `json:"refuted"` // why the receipt with a changed byte was refused
	Stages     []Stage             `json:"stages"`
}

// A Stage is a part of the tour and how long it took.
type Stage struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// A Teller is called with the tour's progress.
type Teller interface {
	// Begin opens a stage of total steps; zero if that is not known.
	Begin(name string, total int)
	// At says how many steps are done.
	At(done int)
	// End closes the stage with what came of it, one line.
	End(format string, args ...any)
}

// A guide is a tour under way.
type guide struct {
	Year
	net    *testnet.Net
	crowd  *crowd.Crowd
	tell   Teller
	out    *Outcome
	period surplus.Period
	motion ballot.Number
}

// Run runs the year on a new testnet in dir and stops its processes. command makes
// the command that runs a node, nil for this program's own.
func Run(ctx context.Context, dir string, y Year, tell Teller) (out Outcome, err error) {
	people, err := testnet.NewPeople()
	if err != nil {
		return out, err
	}
	g := &guide{Year: y, tell: tell, out: &out}
	out.Dir = dir
	g.net, err = testnet.Make(dir, validators, testnet.Options{ChainID: "rochdale-tour"}, g.genesis(people))
	if err != nil {
		return out, err
	}
	if err := people.Save(g.net.Dir); err != nil {
		return out, err
	}
	defer func() {
		if _, stopErr := g.net.Stop(); err == nil {
			err = stopErr
		}
	}()
	for _, part := range []struct {
		name string
		live func(context.Context) error
	}{
		{"starting four validators", g.start},
		{"entering members", g.enter},
		{"subscribing shares", g.subscribe},
		{"receiving payments, issuing shares", g.issue},
		{"trading for a year", g.trade},
		{"holding a general meeting", g.meet},
		{"allocating the surplus", g.allocate},
		{"bringing the killed validator back", g.rejoin},
		{"proving a member's part", g.prove},
	} {
		began := time.Now()
		if err := part.live(ctx); err != nil {
			return out, fmt.Errorf("%s: %w", part.name, err)
		}
		out.Stages = append(out.Stages, Stage{part.name, time.Since(began).Seconds()})
	}
	return out, nil
}

// genesis founds the year's co-ops by the testnet's own founding document.
func (g *guide) genesis(people testnet.People) func([]testnet.Validator) (json.RawMessage, error) {
	return func(v []testnet.Validator) (json.RawMessage, error) {
		raw, err := people.Genesis(v)
		if err != nil {
			return nil, err
		}
		doc, err := federation.ParseGenesis(raw)
		if err != nil {
			return nil, err
		}
		doc.Federation = g.Federation
		for i := range doc.Coops {
			c := &doc.Coops[i]
			c.Name, c.Charter.Policy.Currency = g.Coops[i], g.Currency
			c.Shares[0].Par, c.Shares[0].MinHolding = g.Par, g.SharesEach
		}
		return json.Marshal(doc)
	}
}

func (g *guide) start(ctx context.Context) error {
	g.tell.Begin("starting four validators", 0)
	if err := g.net.Start(ctx); err != nil {
		return err
	}
	var err error
	if g.crowd, err = crowd.Open(g.net, 1); err != nil {
		return err
	}
	g.tell.End("four co-ops, four validators, one ledger")
	return nil
}

func (g *guide) enter(ctx context.Context) error {
	g.tell.Begin("entering members", g.Members)
	if err := g.crowd.Enter(ctx, g.Members, g.tell.At); err != nil {
		return err
	}
	g.out.Members = g.Members
	g.tell.End("%s members are on the register of %s", thousands(g.Members), g.Coops[0])
	return nil
}

// prove makes a receipt for one member and verifies it without any node, then checks
// that a changed byte is detected.
func (g *guide) prove(ctx context.Context) error {
	g.tell.Begin("proving a member's part", 0)
	n, err := g.crowd.Node(ctx)
	if err != nil {
		return err
	}
	m, err := g.net.Manifest()
	if err != nil {
		return err
	}
	genesis, err := os.ReadFile(node.GenesisFile(m.Nodes[0].Home))
	if err != nil {
		return err
	}
	trust, err := receipt.TrustGenesis(genesis)
	if err != nil {
		return err
	}
	subject := receipt.Subject{Coop: 1, Member: state.Member(g.Members), Period: g.period}
	raw, _, err := n.Receipt(ctx, "allocation", subject, 0, trust)
	if err != nil {
		return err
	}
	if _, err := g.net.Stop(); err != nil {
		return err
	}
	if g.out.Receipt, err = receipt.Verify(raw, trust); err != nil {
		return err
	}
	_, err = receipt.Verify(forged(raw), trust)
	if err == nil {
		return errors.New("a receipt that was changed is believed")
	}
	g.out.Refuted = err.Error()
	g.tell.End("the receipt of member %d holds with every node stopped; changed, it is refused", g.Members)
	return nil
}

// rejoin starts the killed validator again and compares all four ledgers.
func (g *guide) rejoin(ctx context.Context) error {
	g.tell.Begin("bringing the killed validator back", 0)
	at, err := g.crowd.Node(ctx)
	if err != nil {
		return err
	}
	tip, err := at.Tip(ctx)
	if err != nil {
		return err
	}
	if err := g.net.StartNode(ctx, victim); err != nil {
		return err
	}
	g.out.Height = int64(tip.Height)
	if err := g.net.WaitHeight(ctx, g.out.Height+1); err != nil {
		return err
	}
	if err := g.net.WaitTakesPart(ctx, victim); err != nil {
		return err
	}
	if g.out.AppHash, err = g.net.SameAppHash(ctx, g.out.Height+1); err != nil {
		return err
	}
	if want := strings.ToUpper(hex.EncodeToString(tip.Hash)); !strings.EqualFold(want, g.out.AppHash) {
		return fmt.Errorf("the nodes agree on %s, the ledger said %s", g.out.AppHash, want)
	}
	g.tell.End("all four nodes have app hash %s… after block %d", strings.ToLower(g.out.AppHash[:12]), g.out.Height)
	return nil
}

// forged is a receipt in which the last record, from which the member's part comes,
// has one byte changed.
func forged(raw []byte) []byte {
	const value = `"value": "`
	at := strings.LastIndex(string(raw), value) + len(value)
	other := "A"
	if raw[at] == other[0] {
		other = "B"
	}
	return []byte(string(raw[:at]) + other + string(raw[at+1:]))
}

// thousands writes a number as people read it: 1,650.
func thousands(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
