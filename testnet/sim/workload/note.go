package workload

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Every run has an additional room, with a version of the rules that no program has
// yet, to simulate an upgrade: members keep a note each. By the next version a note
// names its writer as an actor (a changed record), says how long its text is (a new
// field), is not forgotten any more (a retired kind) and can be doubled (a new
// kind). All replicas but one run the program that has both versions, from genesis;
// upgraded runs the one before until it must not.

const NextVersion = app.Version + 1

const (
	kindNote    tx.Kind = 0x7f02
	kindForget  tx.Kind = 0x7f03
	kindDouble  tx.Kind = 0x7f04
	kindAppoint tx.Kind = 0x7f05
)

type note struct {
	Text string       `cbor:"1,keyasint,omitempty"`
	By   state.Member `cbor:"2,keyasint,omitempty"`
}

type nextNote struct {
	Text   string      `cbor:"1,keyasint,omitempty"`
	Length uint64      `cbor:"3,keyasint,omitempty"`
	Writer state.Actor `cbor:"4,keyasint,omitempty"`
}

var (
	notes     = state.NewTable[state.Member, note](0xe0)
	nextNotes = state.NewTable[state.Member, nextNote](0xe0)
)

// Note keeps the signer's note, or the motion's as member 0.
type Note struct {
	Text string `cbor:"1,keyasint,omitempty"`
}

func (Note) Check() error { return nil }

func (Note) Describe(state.Telling) state.Words {
	return state.Words{Phrase: "put a note"}
}

// Apply writes the note by the rules of the block's version.
func (m Note) Apply(c *state.Ctx) error {
	by := c.Authority().MemberOf(c.Coop())
	if c.Version() < NextVersion {
		notes.Put(c, by, note{m.Text, by})
		return nil
	}
	nextNotes.Put(c, by, nextNote{m.Text, uint64(len(m.Text)), c.Actor()})
	return nil
}

// Forget removes a note, by the first version.
type Forget struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

func (Forget) Check() error { return nil }

func (Forget) Describe(state.Telling) state.Words {
	return state.Words{Phrase: "take a note away"}
}

// Apply removes the note.
func (m Forget) Apply(c *state.Ctx) error {
	notes.Delete(c, m.Member)
	return nil
}

// Double writes a note's text twice, by the next version.
type Double struct{}

func (Double) Check() error { return nil }

func (Double) Describe(state.Telling) state.Words {
	return state.Words{Phrase: "write the same record twice"}
}

// Apply doubles the text of up to 100 bytes.
func (Double) Apply(c *state.Ctx) error {
	n, err := nextNotes.Get(c, c.Authority().MemberOf(c.Coop()))
	if err != nil {
		return err
	}
	return Note{(n.Text + n.Text)[:min(2*len(n.Text), 100)]}.Apply(c)
}

// Appoint appoints the next version.
type Appoint struct {
	Version uint64 `cbor:"1,keyasint,omitempty"`
	Height  uint64 `cbor:"2,keyasint,omitempty"`
}

func (Appoint) Check() error { return nil }

func (Appoint) Describe(state.Telling) state.Words {
	return state.Words{Phrase: "appoint an upgrade"}
}

// Apply appoints it.
func (m Appoint) Apply(c *state.Ctx) error {
	return state.Appoint(c, state.Upgrade{Version: m.Version, Height: m.Height, Program: "a simulated program"})
}

// NoteKinds are those of the program that has both versions, or of the one before.
func NoteKinds(both bool) []state.Kind {
	forget := state.KindOf[Forget](kindForget, "sim.Forget")
	kinds := []state.Kind{state.KindOf[Note](kindNote, "sim.Note"), state.KindOf[Appoint](kindAppoint, "sim.Appoint")}
	if both {
		kinds = append(kinds, state.KindOf[Double](kindDouble, "sim.Double").Since(NextVersion))
		forget = forget.Retired(NextVersion)
	}
	return append(kinds, forget)
}

// WithNotes adds the room of notes to rules.
func WithNotes(rules func() state.Rules, both bool) func() state.Rules {
	return func() state.Rules {
		r := rules()
		r.Kinds = append(r.Kinds[:len(r.Kinds):len(r.Kinds)], NoteKinds(both)...)
		found := r.Genesis
		r.Genesis = func(c *state.Ctx, document []byte) error {
			if err := found(c, document); err != nil {
				return err
			}
			return grantNotes(c)
		}
		if both {
			r.Version = NextVersion
			r.Migrations = append(r.Migrations, state.Migration{To: NextVersion, Step: fewAtOnce(state.Rewrite(nextNotes, renote))})
		}
		return r
	}
}

// grantNotes gives the room's actions to members and ordinary motions.
func grantNotes(c *state.Ctx) error {
	m := amendment.Amend{}
	for _, kind := range []tx.Kind{kindNote, kindForget, kindDouble, kindAppoint} {
		m.Grants = append(m.Grants, charter.GrantEntry{Kind: kind, Members: true, Motions: []charter.MotionKindID{ordinary}})
	}
	for coop := state.Coop(1); ; coop++ {
		if _, err := charter.PolicyOf(c.Of(coop)); state.Rejected(err) != nil {
			return nil
		} else if err != nil {
			return err
		}
		if err := m.Apply(c.In(coop)); err != nil {
			return err
		}
	}
}

func renote(r state.Reader, _ state.Member, old note) (nextNote, error) {
	fresh := nextNote{Text: old.Text, Length: uint64(len(old.Text))}
	if old.By != 0 {
		fresh.Writer = state.Actor{Coop: r.Coop(), Member: old.By}
	}
	return fresh, nil
}

// fewAtOnce makes a migration of a few records take several blocks.
func fewAtOnce(step func(*state.Ctx, []byte, int) ([]byte, int, bool, error)) func(*state.Ctx, []byte, int) ([]byte, int, bool, error) {
	const few = 3
	return func(c *state.Ctx, cursor []byte, budget int) ([]byte, int, bool, error) {
		next, _, done, err := step(c, cursor, min(few, budget))
		return next, budget, done, err
	}
}

// CheckNotes is the room's invariant: by the next version a note's length is that
// of its text.
func CheckNotes(r state.Reader) error {
	head, err := state.HeadOf(r)
	if err != nil || head.Version < NextVersion || head.Migrating.Version != 0 {
		return err
	}
	for coop := state.Coop(1); ; coop++ {
		if _, err := charter.PolicyOf(r.Of(coop)); state.Rejected(err) != nil {
			return nil
		} else if err != nil {
			return err
		}
		err := nextNotes.Range(r.Of(coop), 0, ^state.Member(0), func(m state.Member, n nextNote) (bool, error) {
			if n.Length != uint64(len(n.Text)) || (n.Writer.Motion == 0 && n.Writer.Member != m) {
				return false, fmt.Errorf("co-op %d, note of member %d is %+v", coop, m, n)
			}
			return true, nil
		})
		if err != nil {
			return err
		}
	}
}

var noteOccasions = []occasion{
	{4, (*Work).note},
	{4, (*Work).forget},
	{2, (*Work).double},
	{1, (*Work).appointNext},
}

func (w *Work) note() (step, error) {
	return w.byAny(Note{fmt.Sprintf("note %d", w.rng.IntN(1000))})
}

func (w *Work) forget() (step, error) {
	m, err := w.anyMember(member.Active)
	return step{action: Forget{m}}, err
}

func (w *Work) double() (step, error) { return w.byAny(Double{}) }

// byAny lets some active member take an action, or a motion carry it now and then.
func (w *Work) byAny(a state.Action) (step, error) {
	if w.rng.IntN(4) == 0 {
		return step{action: a}, nil
	}
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{a, m}, nil
}

// upgradeFrom is the first block that may appoint the next version, so that the
// first version has lived for a while.
const upgradeFrom = 60

// appointNext appoints the next version a few blocks ahead, or one that is refused.
func (w *Work) appointNext() (step, error) {
	if w.height < upgradeFrom {
		return nothing, nil
	}
	h := uint64(w.height + 2 + w.rng.IntN(30))
	if w.rng.IntN(4) == 0 {
		h = uint64(w.height) - 1
	}
	return w.byAny(Appoint{NextVersion, h})
}
