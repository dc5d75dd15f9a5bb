package app

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A plot is an attempt of one officer, or of two, to carry a motion that the other
// members of a co-op of ten are against. Members 1 and 2 plot; 3 to 10 cast no.
type plot struct {
	*fed
	two    bool // members 1 and 2 hold all offices, and decide what officers decide
	target ballot.Number
	keys   map[state.Member]tx.PrivateKey // that the plotters hold, of others
	taken  int                            // actions of the plot that were accepted

	against []state.Member // whose votes the plotters are after: one opponent, or all
}

const plotMembers = 10

// victim is an opponent.
const victim state.Member = 6

// opponents are all of them.
var opponents = []state.Member{3, 4, 5, 6, 7, 8, 9, 10}

func newPlot(t *testing.T, preset string, office charter.Office, two bool) *plot {
	doc, err := charter.Preset(preset)
	if err != nil {
		t.Fatal(err)
	}
	return newPlotBy(t, doc, office, two)
}

// newPlotBy is newPlot by a charter of the test's own.
func newPlotBy(t *testing.T, doc charter.Document, office charter.Office, two bool) *plot {
	g, validators := fedGenesis(t, 1)
	c := &g.Coops[0]
	c.Charter, c.Members = doc, nil
	for m := state.Member(1); m <= plotMembers; m++ {
		c.Members = append(c.Members, federation.FounderOf(fedKey(1, m), fedChain, 1))
	}
	c.Shares = []federation.GenesisClass{{Number: 1, Name: "member share", Par: 1000, MaxHolding: 100}}
	offices := []charter.Office{office}
	if two {
		offices = nil
		for o := charter.Secretary; o.Known(); o++ {
			offices = append(offices, o)
		}
		c.Members[1].Offices = offices
	}
	c.Members[0].Offices = offices
	f := &fed{t: t, fs: vfs.NewMem(), opts: Options{}, coops: 1, now: time.Unix(1_700_000_000, 0), spent: map[signer]uint64{}}
	f.open()
	if _, err := f.app.InitChain(context.Background(), initRequest(t, g, validators)); err != nil {
		t.Fatal(err)
	}
	f.block()
	return &plot{fed: f, two: two, keys: map[state.Member]tx.PrivateKey{}, against: []state.Member{victim}}
}

// evilKey is the n-th key that the plotters made.
func evilKey(n int) tx.PrivateKey {
	return tx.NewPrivateKey(bytes.Repeat([]byte{0xe1, byte(n)}, tx.SeedSize/2))
}

// try has a member take an action, under the key that the plotters hold if they do.
func (p *plot) try(m state.Member, a state.Action) bool {
	key, ok := p.keys[m]
	if !ok {
		key = fedKey(1, m)
	}
	return p.tryBy(key, m, a)
}

// tryBy has a member's number sign an action by some key.
func (p *plot) tryBy(key tx.PrivateKey, m state.Member, a state.Action) bool {
	done := p.block(tx.Sign(key, p.body(1, m, a))).TxResults[0].Code == 0
	p.read(func(r state.Reader) error { // a wrong key spends no sequence
		last, err := member.SequenceOf(r, m)
		p.spent[signer{1, uint64(m)}] = last
		return err
	})
	return done
}

// do takes an action of the plot: by member 1, and if two plot, by a motion of
// officers.
func (p *plot) do(actions ...state.Action) {
	for _, a := range actions {
		done := p.try(1, a)
		if !done && p.two {
			n := p.motions() + 1
			before := p.passed()
			p.block(p.carried(1, n, a)...)
			p.block()
			done = p.passed() > before
		}
		if done {
			p.taken++
		}
	}
}

func (p *plot) motions() (n ballot.Number) {
	p.read(func(r state.Reader) error {
		t, err := ballot.TotalsOf(r)
		n = ballot.Number(t.Motions)
		return err
	})
	return n
}

// read looks at the state as it is committed.
func (p *plot) read(look func(state.Reader) error) {
	v := p.view()
	defer v.Close()
	if err := look(v.Of(1)); err != nil {
		p.t.Fatal(err)
	}
}

// passed is how many motions took their action.
func (p *plot) passed() (n int) {
	last := p.motions()
	p.read(func(r state.Reader) error {
		for i := ballot.Number(1); i <= last; i++ {
			m, _, err := ballot.Find(r, i)
			if err != nil {
				return err
			}
			if len(m.Result) == 1 && m.Result[0].Outcome == count.Carried && m.Result[0].Refused == 0 {
				n++
			}
		}
		return nil
	})
	return n
}

// newest is the last number on the register.
func (p *plot) newest() (m state.Member) {
	p.read(func(r state.Reader) error {
		t, err := member.TotalsOf(r)
		m = state.Member(t.Members)
		return err
	})
	return m
}

var (
	subscribe = share.Subscribe{Member: 1, Class: 1, Units: 1}
	confirmed = share.ConfirmPayment{Subscriptions: []uint64{1}}
	takings   = account.Post{Narrative: "takings", Lines: []account.Line{{Account: 1000, Amount: 100}, {Account: 4000, Amount: -100}}}
	period    = surplus.OpenPeriod{Name: "2026"}
	hours     = surplus.Record{Period: 1, Measure: surplus.Hours, Entries: []surplus.Figure{{Member: 1, Quantity: 1}}}
)

// day is that of the last block.
func (p *plot) day() uint64 { return state.DayOf(p.now.Unix()) }

// summons is a notice of expulsion to the victim.
func (p *plot) summons() exit.Summon {
	return exit.Summon{Member: victim, Hearing: p.day() + 22, Reason: "a pretext"}
}

// When the plot is carried out.
const (
	never = iota
	beforeProposal
	inNotice
	beforeCasts
	afterCasts
)

var momentNames = []string{"never", "before the proposal", "in the notice", "before the casts", "after the casts"}

// A verdict is what a motion came to.
type verdict struct {
	Status     ballot.Status
	Outcome    count.Outcome
	Yes, No    uint64
	Electorate uint64
}

// run holds a vote of one kind, with the plot at some moment, and the plotters casting
// under every key that they hold.
func (p *plot) run(kind charter.MotionKindID, with func(*plot), when int) verdict {
	act := func(now int) {
		if now == when {
			with(p)
		}
	}
	p.target = p.motions() + 1
	act(beforeProposal)
	p.target = p.motions() + 1
	appoint := p.body(1, 1, office.Appoint{Member: 9, Office: charter.Delegate})
	p.spent[signer{1, 1}]--
	if kind == 2 {
		appoint = p.body(1, 1, amendment.Amend{Grants: []charter.GrantEntry{{Kind: office.KindAppoint, Offices: []charter.Office{charter.Secretary}}}})
		p.spent[signer{1, 1}]--
	}
	if !p.try(1, ballot.Propose{Kind: kind, Title: "All for us", Action: []ballot.Carried{{Kind: appoint.Kind, Payload: appoint.Payload}}}) {
		p.t.Fatal("the motion was refused")
	}
	act(inNotice)
	p.now = p.now.Add(22 * 24 * time.Hour)
	p.block()
	p.try(1, ballot.Cast{Motion: p.target, Paper: ballot.Yes.Paper()})
	p.try(2, ballot.Cast{Motion: p.target, Paper: ballot.Yes.Paper()})
	p.now = p.now.Add(2 * time.Hour) // beyond the shortest time
	act(beforeCasts)
	p.evil()
	for _, m := range opponents { // who signed nothing before
		p.tryBy(fedKey(1, m), m, ballot.Cast{Motion: p.target, Paper: ballot.No.Paper()})
	}
	act(afterCasts)
	p.evil()
	p.now = p.now.Add(60 * 24 * time.Hour)
	p.block()
	p.block()
	p.sound()
	v := p.view()
	defer v.Close()
	m, poll, err := ballot.Find(v.Of(1), p.target)
	if err != nil {
		p.t.Fatal(err)
	}
	out := verdict{Status: poll.Status, Electorate: poll.Electorate}
	if len(m.Result) == 1 {
		r := m.Result[0]
		out.Outcome, out.Yes, out.No = r.Outcome, r.Tally.Yes, r.Tally.No
	}
	return out
}

// evil casts yes under the keys of others.
func (p *plot) evil() {
	for m := state.Member(1); m <= p.newest(); m++ {
		if _, ok := p.keys[m]; ok {
			p.try(m, ballot.Cast{Motion: p.target, Paper: ballot.Yes.Paper()})
		}
	}
}

// Whatever an office grants to one officer, or to two together, none of it, at no
// moment, changes who decides what the members are asked, or what they decide. Of each
// preset, every such grant is tried.
func TestNoOfficerBends(t *testing.T) {
	for _, preset := range charter.Presets() {
		doc, err := charter.Preset(preset)
		if err != nil {
			t.Fatal(err)
		}
		held := map[charter.MotionKindID]bool{}
		var asked []charter.MotionKindID
		for _, k := range doc.Motions {
			if held[k.ID] = k.Electorate.Sort == charter.Holders; !held[k.ID] {
				asked = append(asked, k.ID)
			}
		}
		for _, g := range doc.Grants {
			for _, name := range g.Actions {
				with, ok := plots[name]
				if (len(g.Offices) > 0 || slices.ContainsFunc(g.Motions, func(k charter.MotionKindID) bool { return held[k] })) && !ok {
					t.Errorf("%s lets officers take %s, and nothing tries what that could bend", preset, name)
				}
				for _, o := range g.Offices {
					tryPlot(t, fmt.Sprintf("%s, %s by the %v", preset, name, o), preset, o, false, asked, with)
				}
				if slices.ContainsFunc(g.Motions, func(k charter.MotionKindID) bool { return held[k] }) {
					tryPlot(t, fmt.Sprintf("%s, %s by two officers", preset, name), preset, 0, true, asked, with)
				}
			}
		}
	}
}

// aimed are the plots against members, which are tried against one and against all.
var aimed = []string{"member.Rekey", "exit.RecordEnd"}

func tryPlot(t *testing.T, name, preset string, o charter.Office, two bool, kinds []charter.MotionKindID, with func(*plot)) {
	targets := [][]state.Member{{victim}}
	if slices.ContainsFunc(aimed, func(action string) bool { return strings.Contains(name, action) }) {
		targets = append(targets, opponents)
	}
	for _, against := range targets {
		taken := 0
		for _, kind := range kinds {
			want := newPlot(t, preset, o, two).run(kind, with, never)
			if want.Status != ballot.Closed || want.Outcome != count.Lost || want.Yes != 2 || want.No < 5 || want.Electorate != plotMembers {
				t.Fatalf("%s: without a plot it comes to %+v", name, want)
			}
			for when := beforeProposal; when <= afterCasts; when++ {
				p := newPlot(t, preset, o, two)
				p.against = against
				got, want := p.run(kind, with, when), want
				taken += p.taken
				if want.No == 8 && when < beforeCasts {
					want.No -= p.rekeyed() // who signed nothing while the new key waited cannot cast, and neither can who took it
				}
				if buried := p.buried(); buried > 0 && when < beforeCasts { // who signed nothing while its end waited
					if want.No == 8 {
						want.No -= buried
					}
					want.Electorate -= min(buried, want.Electorate-got.Electorate)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s, against %d, %s, on a motion of kind %d (-want +got)\n%s", name, len(against), momentNames[when], kind, diff)
				}
			}
		}
		if taken == 0 {
			t.Errorf("%s: the ledger took nothing of the plot against %d", name, len(against))
		}
	}
}

// buried is of how many opponents the plotters recorded the end, one at most.
func (p *plot) buried() (n uint64) {
	p.read(func(r state.Reader) error {
		for _, m := range opponents {
			rec, err := member.Find(r, m)
			if err != nil {
				return err
			}
			if rec.Standing() == member.Left {
				n++
			}
		}
		return nil
	})
	if n > 1 {
		p.t.Errorf("two officers recorded the end of %d opponents", n)
	}
	return n
}

// rekeyed is of how many opponents the plotters hold a key, one at most.
func (p *plot) rekeyed() (n uint64) {
	for _, m := range opponents {
		if _, ok := p.keys[m]; ok {
			n++
		}
	}
	if n > 1 {
		p.t.Errorf("two officers gave keys to %d opponents at a time", n)
	}
	return n
}

// Where a charter lets officers reinstate, they bring back nobody to vote with them:
// neither whom officers suspended long ago nor whom all members did, before the
// proposal or after it.
func TestNoOfficerBringsBack(t *testing.T) {
	const ally state.Member = 7
	for _, row := range []struct {
		name  string
		two   bool
		taken int         // acts that they could take
		by    func(*plot) // suspends the ally
	}{
		{"suspended by an officer, reinstated by one", false, 1, func(p *plot) { p.do(member.Suspend{Member: ally, Reason: "r"}) }},
		{"suspended by officers, reinstated by two", true, 1, func(p *plot) { p.do(member.Suspend{Member: ally, Reason: "r"}) }},
		{"suspended by all, reinstated by one", false, 0, func(p *plot) { p.barred(ally) }},
		{"suspended by all, reinstated by two", true, 0, func(p *plot) { p.barred(ally) }},
	} {
		plotted := func() *plot {
			doc, err := charter.Preset("standard")
			if err != nil {
				t.Fatal(err)
			}
			for i, g := range doc.Grants {
				if len(g.Actions) == 1 && (g.Actions[0] == "member.Suspend" || g.Actions[0] == "member.Reinstate") {
					doc.Grants[i].Motions = []charter.MotionKindID{1, 3, 4}
					if !row.two {
						doc.Grants[i].Offices = []charter.Office{charter.Chair}
					}
				}
			}
			p := newPlotBy(t, doc, charter.Chair, row.two)
			row.by(p)
			p.now = p.now.Add(40 * 24 * time.Hour)
			p.block()
			p.taken = 0
			return p
		}
		bring := func(p *plot) {
			p.do(member.Reinstate{Member: ally})
			p.keys[ally] = fedKey(1, ally) // it casts as the plotters like
		}
		for _, kind := range []charter.MotionKindID{1, 2} {
			want := plotted().run(kind, bring, never)
			if want.Outcome != count.Lost || want.Yes != 2 || want.No != 7 || want.Electorate != plotMembers-1 {
				t.Fatalf("%s: without a plot it comes to %+v", row.name, want)
			}
			for when := beforeProposal; when <= afterCasts; when++ {
				p := plotted()
				if diff := cmp.Diff(want, p.run(kind, bring, when)); diff != "" || p.taken != row.taken {
					t.Errorf("%s, %s, on a motion of kind %d: %d taken (-want +got)\n%s", row.name, momentNames[when], kind, p.taken, diff)
				}
			}
		}
	}
}

// barred has all members suspend one.
func (p *plot) barred(m state.Member) {
	suspend := p.body(1, 1, member.Suspend{Member: m, Reason: "r"})
	p.spent[signer{1, 1}]--
	n := p.motions() + 1
	if !p.try(1, ballot.Propose{Kind: 4, Title: "Out", Action: []ballot.Carried{{Kind: suspend.Kind, Payload: suspend.Payload}}}) {
		p.t.Fatal("the motion was refused")
	}
	for by := state.Member(1); by <= 6; by++ {
		p.try(by, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	p.block()
	p.read(func(r state.Reader) error {
		rec, err := member.Find(r, m)
		if err == nil && rec.Standing() != member.Suspended {
			p.t.Fatalf("member %d is %v", m, rec.Standing())
		}
		return err
	})
}
