package ballot

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindPropose  tx.Kind = 0x4001
	KindCast     tx.Kind = 0x4002
	KindDeclare  tx.Kind = 0x4003
	KindWithdraw tx.Kind = 0x4004
)

// Propose makes a motion, whose proposer has a vote on what is proposed now or is an
// officer of another co-op. It opens when the charter's notice is over, at once if
// there is none; the result is its number.
type Propose struct {
	Kind      charter.MotionKindID `cbor:"1,keyasint,omitempty"`
	Title     string               `cbor:"2,keyasint,omitempty"`
	Statement []byte               `cbor:"3,keyasint,omitempty"` // SHA-256 of the text sent to members, or empty
	Minutes   uint32               `cbor:"4,keyasint,omitempty"` // length of the poll; zero for the charter's longest
	Action    []Carried            `cbor:"5,keyasint,omitempty"` // none or one
	Options   []Option             `cbor:"6,keyasint,omitempty"` // as many as the kind's method takes; none for yes or no
	Anyway    bool                 `cbor:"7,keyasint,omitempty"` // even if Action would be refused today
}

// Votes says that proposing is part of voting: some suspended members keep it.
func (Propose) Votes() {}

// Proposed reports a motion.
type Proposed struct {
	Motion Number `json:"motion"`
	Title  string `json:"title"`
	Opens  int64  `json:"opens"`
	Closes int64  `json:"closes"`
}

func (Proposed) Event() string { return "ballot.Proposed" }

// Opened reports that members can cast.
type Opened struct {
	Motion     Number `json:"motion"`
	Electorate uint64 `json:"electorate"`
}

func (Opened) Event() string { return "ballot.Opened" }

// Check refuses what no charter allows.
func (m Propose) Check() error {
	if m.Title == "" || len(m.Title) > MaxTitle || !words.IsPlain(m.Title) {
		return ErrTitle.With("%d bytes", len(m.Title))
	}
	if n := len(m.Statement); n != 0 && n != 32 {
		return ErrStatement.With("%d bytes", n)
	}
	if len(m.Action) > 1 {
		return ErrAction.With("%d actions", len(m.Action))
	}
	for _, a := range m.Action {
		if len(a.Payload) > MaxPayload {
			return ErrAction.With("%d bytes", len(a.Payload))
		}
	}
	if len(m.Options) > MaxOptions {
		return ErrOptions.With("%d options, at most %d can be", len(m.Options), MaxOptions)
	}
	for i, o := range m.Options {
		if o == (Option{}) || len(o.Text) > MaxOption || !words.IsPlain(o.Text) {
			return ErrOptions.With("option %d", i+1)
		}
		if j := slices.Index(m.Options, o); j < i {
			return ErrOptions.With("options %d and %d are the same", j+1, i+1)
		}
	}
	return nil
}

// Apply puts the motion.
func (m Propose) Apply(c *state.Ctx) error {
	kind, err := charter.MotionKindOf(c, m.Kind)
	if err != nil {
		return err
	}
	if err := requireProposer(c, kind); err != nil {
		return err
	}
	minutes, err := m.length(kind)
	if err != nil {
		return err
	}
	if err := m.requireOptions(c, kind.Method); err != nil {
		return err
	}
	if err := m.requireCarriable(c); err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	own, err := t.room(c, c.Actor())
	if err != nil {
		return err
	}
	poll, err := m.poll(c, kind, minutes)
	if err != nil {
		return err
	}
	n := Number(t.Motions + 1)
	was, err := m.try(c, n, poll)
	if err != nil {
		return err
	}
	if kind.Notice == 0 {
		if poll, _, err = opened(c, poll); err != nil {
			return err
		}
		if poll.Electorate == 0 {
			return ErrElectors
		}
	}
	held, err := m.hold(c)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	t.Motions++
	t.Open++
	totals.Put(c, 0, t)
	setUnderWay(c, c.Actor(), own+1)
	motions.Put(c, n, Motion{
		Kind: m.Kind, Title: m.Title, Statement: m.Statement, Proposer: c.Actor(), Proposed: c.Time(),
		Version: c.Version(), Action: m.Action, Options: m.Options, Held: held, Was: was,
	})
	c.Return(uint64(n))
	c.Emit(Proposed{n, m.Title, poll.Opens, poll.Closes})
	if poll.Status == Open {
		begin(c, n, poll)
		return nil
	}
	polls.Put(c, n, poll)
	schedule(c, poll.Opens, n)
	return nil
}

// poll is what the motion freezes when it is proposed.
func (m Propose) poll(c *state.Ctx, kind charter.MotionKind, minutes uint32) (Poll, error) {
	register, err := member.TotalsOf(c)
	if err != nil {
		return Poll{}, err
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return Poll{}, err
	}
	level := policy.LevelOf(m.Kind)
	if level == charter.LevelOrdinary {
		level = 0
	}
	then, err := confirmers(c, kind)
	opens := c.Time() + int64(kind.Notice)*60
	return Poll{
		Status: Noticed, Opens: opens, Closes: opens + int64(minutes)*60, Rules: kind,
		Options: uint16(len(m.Options)), Noticed: register.Operations, Entrenched: policy.Entrenched == m.Kind, Level: level,
		Then: then,
	}, err
}

// length is how many minutes the poll is open.
func (m Propose) length(kind charter.MotionKind) (uint32, error) {
	minutes := m.Minutes
	if minutes == 0 {
		minutes = kind.Longest
	}
	if minutes < kind.Shortest || minutes > kind.Longest {
		return 0, ErrDuration.With("%s, from %s to %s can be", words.Minutes(minutes), words.Minutes(kind.Shortest), words.Minutes(kind.Longest))
	}
	return minutes, nil
}

// requireOptions refuses more or fewer options than the method takes, and an
// option that is no active member.
func (m Propose) requireOptions(c *state.Ctx, by charter.Method) error {
	how, err := methodOf(by)
	if err != nil {
		return err
	}
	if least, most := how.options(); len(m.Options) < least || len(m.Options) > most {
		return ErrOptions.With("%d options, from %d to %d can be", len(m.Options), least, most)
	}
	for _, o := range m.Options {
		if o.Member == 0 {
			continue
		}
		if _, err := member.RequireActive(c, o.Member); err != nil {
			return err
		}
	}
	return nil
}

// requireCarriable refuses an action that could never be carried, before members
// vote on it.
func (m Propose) requireCarriable(c *state.Ctx) error {
	for _, a := range m.Action {
		if _, err := c.Decode(a.Kind, a.Payload, c.Version()); err != nil {
			return err
		}
		grant, err := charter.GrantOf(c, a.Kind)
		if err != nil {
			return err
		}
		if !slices.Contains(grant.Motions, m.Kind) {
			return ErrCarry.With("kind of motion %d, %s", m.Kind, c.KindName(a.Kind))
		}
	}
	return nil
}

// try refuses an action that would be refused if motion n, of poll p, were carried in
// this state, so that no one is asked about what cannot be done, unless the proposer asks
// anyway, and returns what it would replace. An action that may read winners is not
// tried, since there are none yet.
func (m Propose) try(c *state.Ctx, n Number, p Poll) (was []byte, err error) {
	for _, a := range m.Action {
		if len(m.Options) > 0 {
			break
		}
		would, err := c.Try(a.Kind, a.Payload, c.Version(), p.authority(c.Coop(), n, m.Kind, nil))
		if err != nil {
			return nil, fmt.Errorf("trying kind %04x: %w", uint16(a.Kind), err)
		}
		if would.Code != 0 && !m.Anyway {
			return nil, ErrTried.With("%s", would.Log)
		}
		was = would.Was
	}
	if replaced, err := m.replaced(c); err != nil || replaced != nil {
		return replaced, err
	}
	return was, nil
}

// replaced is what a state.Replacer would replace, nil of any other action.
func (m Propose) replaced(c *state.Ctx) ([]byte, error) {
	for _, a := range m.Action {
		action, err := c.Read(a.Kind, a.Payload) // requireCarriable has checked it
		if err != nil {
			return nil, err
		}
		if r, ok := action.(state.Replacer); ok {
			was, err := r.Replaces(c)
			return tx.Encode(was), err
		}
	}
	return nil, nil
}

// opened freezes the electorate by the number of the register's last operation, from
// which, with the time of the proposal, it can be determined later. Only holders of
// offices are copied. read is how many records it has to read beside the totals.
func opened(c *state.Ctx, p Poll) (poll Poll, read int, err error) {
	t, err := member.TotalsOf(c)
	if err != nil {
		return p, 0, err
	}
	p.Status, p.Record = Open, t.Operations
	switch e := p.Rules.Electorate; e.Sort {
	case charter.Holders:
		read, err = p.holders(c)
	case charter.OneClass:
		if p.Since != 0 {
			p.Electorate, read, err = p.ofClass(c)
			break
		}
		p.Electorate, read, err = member.Electors(c, e.Class, p.proposed())
	default:
		p.Electorate, read, err = member.Electors(c, 0, p.proposed())
	}
	if err == nil && p.Electorate == 0 && p.Since != 0 {
		more := 0
		more, err = p.ask(c, t)
		read += more
	}
	if err != nil {
		return p, 0, err
	}
	how, more, err := p.reachable(c, t)
	p.Rules.Method = how
	return p, read + more, err
}

// reachable is the method of an opened poll. Where it protects the charter, or confirms one
// that does, its quorum is at most all members that it is put to: a co-op, or a class, that
// has shrunk below a quorum_min can still amend its charter. One member alone is enough
// only where there is no other, of the co-op or of the class that consents. read is how many
// records it has to read.
func (p Poll) reachable(r state.Reader, t member.Totals) (how charter.Method, read int, err error) {
	e := p.Rules.Electorate
	if p.Level < charter.LevelEntrenched || e.Sort == charter.Holders {
		return p.Rules.Method, 0, nil
	}
	least := uint64(charter.MinQuorumPapers)
	alone, read, err := p.alone(r, t)
	if err != nil {
		return p.Rules.Method, read, err
	}
	if alone {
		least = 1
	}
	return p.Rules.Method.Within(max(p.Electorate, least)), read, nil
}

// holders copies who holds the electorate's offices, and who lost one by a suspension
// since the notice.
func (p *Poll) holders(c *state.Ctx) (read int, err error) {
	e := p.Rules.Electorate
	for _, office := range e.Offices {
		holders, err := member.Holders(c, office)
		if err != nil {
			return 0, err
		}
		p.Holders = append(p.Holders, holders...)
	}
	err = member.SuspendedAfter(c, p.Noticed, func(m state.Member, rec member.Record) (bool, error) {
		read++
		held := slices.ContainsFunc(rec.HeldAt(p.Record), func(o charter.Office) bool { return slices.Contains(e.Offices, o) })
		if held && rec.KeepsOffice(p.Noticed, p.Record) {
			p.Holders = append(p.Holders, m)
		}
		return true, nil
	})
	slices.Sort(p.Holders)
	p.Holders = slices.Compact(p.Holders)
	p.Electorate = uint64(len(p.Holders))
	return read, err
}

// begin records an opened poll.
func begin(c *state.Ctx, n Number, p Poll) {
	polls.Put(c, n, p)
	tallies.Put(c, n, count.Tally{Electorate: p.Electorate})
	for _, at := range p.due() {
		schedule(c, at, n)
	}
	c.Emit(Opened{n, p.Electorate})
}

// due returns the times at which an open motion must be checked.
func (p Poll) due() []int64 {
	at := []int64{p.Closes}
	if p.Rules.Closing == charter.WhenDecided && p.Rules.Shortest > 0 {
		at = append(at, p.Opens+int64(p.Rules.Shortest)*60) // it may be decided by then
	}
	return at
}

// schedule puts a motion on the agenda for the first block at or after that time.
func schedule(c *state.Ctx, at int64, n Number) { agenda.Put(c, at, onAgenda, uint64(n)) }

// Describe says the question, and what the motion does if it is carried.
func (m Propose) Describe(t state.Telling) state.Words {
	kind := fmt.Sprintf("motion of kind %d", m.Kind)
	if k, err := charter.MotionKindOf(t, m.Kind); err == nil {
		kind = words.Plain(k.Name)
	}
	w := state.Words{Phrase: fmt.Sprintf("propose the motion %s (%s)", words.Quote(m.Title), kind)}
	if m.Minutes > 0 {
		w.Clauses = append(w.Clauses, state.Fact("open for", "%s", words.Minutes(m.Minutes)))
	}
	if len(m.Statement) > 0 {
		w.Clauses = append(w.Clauses, state.Fact("digest of the statement", "%x", m.Statement))
	}
	for i, o := range m.Options {
		w.Clauses = append(w.Clauses, state.Fact(fmt.Sprintf("option %d", i+1), "%s", o.Words()))
	}
	for _, does := range (Motion{Action: m.Action}).Carries(t) {
		w.Phrase += ", which if carried will " + does.Phrase
		w.Clauses = append(w.Clauses, does.Clauses...)
	}
	if m.Anyway && len(m.Action) > 0 {
		w.Clauses = append(w.Clauses, state.Fact("proposed", "whether or not it could be done today"))
	}
	return t.Given(w, "motion")
}

var _ = Kinds.Add(state.KindOf[Propose](KindPropose, "ballot.Propose"))
