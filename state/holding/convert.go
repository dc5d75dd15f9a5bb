package holding

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Convert makes a member's shares of one class shares of another, at the same value,
// where the rules of the class let it: two operations on the register.
type Convert struct {
	Member state.Member      `cbor:"1,keyasint,omitempty"`
	Class  shareclass.Number `cbor:"2,keyasint,omitempty"`
	Into   shareclass.Number `cbor:"3,keyasint,omitempty"`
	Units  uint64            `cbor:"4,keyasint,omitempty"` // of Class
}

func (m Convert) Concerns() state.Member { return m.Member }

// Check refuses no units, and a class to itself.
func (m Convert) Check() error {
	if m.Class == m.Into {
		return ErrSelf.With("class %d", m.Class)
	}
	return checkUnits(m.Units)
}

// Apply converts the shares. What is worth no whole number of the other class's is refused.
func (m Convert) Apply(c *state.Ctx) error {
	rules, err := shareclass.RulesOf(c, m.Class)
	if err != nil {
		return err
	}
	if !slices.Contains(rules.Into, m.Into) {
		return ErrInto.With("class %d to class %d", m.Class, m.Into)
	}
	units, err := m.gets(c)
	if err != nil {
		return err
	}
	moves, err := share.Prepare(c, []share.Move{
		{Member: m.Member, Class: m.Class, Units: m.Units, Sort: share.Conversion, Out: true, Paired: true},
		{Member: m.Member, Class: m.Into, Units: units, Sort: share.Conversion},
	})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	numbers, err := moves.Post(c, 0)
	if err != nil {
		return err
	}
	c.Return(moves.Before)
	c.Emit(Moved{Sort: share.Conversion, Operations: numbers})
	return nil
}

// gets is how many shares of the other class the units are worth.
func (m Convert) gets(r state.Reader) (uint64, error) {
	value, err := valueOf(r, m.Class, m.Units)
	if err != nil {
		return 0, err
	}
	terms, err := shareclass.TermsOf(r, m.Into)
	if err != nil {
		return 0, err
	}
	if terms.Lost > 0 {
		return 0, shareclass.ErrWrittenDown.With("class %d", m.Into)
	}
	if rest := value % terms.Par; rest != 0 || value == 0 {
		return 0, ErrRemainder.With("%s in shares of %s", amount(r, value), amount(r, terms.Par))
	}
	return uint64(value / terms.Par), nil
}

// Describe says what the member has of both classes before and after.
func (m Convert) Describe(t state.Telling) state.Words {
	list := []change{{m.Member, m.Class, m.Units, true}}
	if units, err := m.gets(t); err == nil {
		list = append(list, change{m.Member, m.Into, units, false})
	}
	return state.Words{
		Phrase:  fmt.Sprintf("convert %s of %s to %s for member %d", words.Plural(m.Units, "share"), shareclass.Named(t, m.Class), shareclass.Named(t, m.Into), m.Member),
		Clauses: changed(t, list...),
	}
}

// Transfer gives shares of a member to another, for nothing but their value, where the
// rules of the class let it: two operations on the register. The co-op's books do not
// change; the members settle the price between them.
type Transfer struct {
	From     state.Member      `cbor:"1,keyasint,omitempty"`
	To       state.Member      `cbor:"2,keyasint,omitempty"`
	Class    shareclass.Number `cbor:"3,keyasint,omitempty"`
	Units    uint64            `cbor:"4,keyasint,omitempty"`
	Price    money.Amount      `cbor:"5,keyasint,omitempty"` // of each, minor units: its value, or zero for that
	Document uint64            `cbor:"6,keyasint,omitempty"` // number of the paper behind it in the co-op's files, or zero
}

func (m Transfer) Concerns() state.Member { return m.From }

// Check refuses no units, and a transfer to oneself.
func (m Transfer) Check() error {
	if m.From == m.To {
		return ErrSelf.With("member %d", m.From)
	}
	return checkUnits(m.Units)
}

// Apply transfers the shares.
func (m Transfer) Apply(c *state.Ctx) error {
	rules, err := shareclass.RulesOf(c, m.Class)
	if err != nil {
		return err
	}
	if !rules.Transferable {
		return ErrTransfer.With("class %d", m.Class)
	}
	terms, err := shareclass.TermsOf(c, m.Class)
	if err != nil {
		return err
	}
	if m.Price != 0 && m.Price != terms.Value() {
		return ErrPrice.With("%s, a share is worth %s", amount(c, m.Price), amount(c, terms.Value()))
	}
	return give(c, m.From, m.To, m.Class, m.Units, share.Transferral, m.Document)
}

// give moves units from one holding to another.
func give(c *state.Ctx, from, to state.Member, class shareclass.Number, units uint64, sort share.Sort, document uint64) error {
	moves, err := share.Prepare(c, []share.Move{
		{Member: from, Class: class, Units: units, Sort: sort, Out: true, Paired: true, Document: document},
		{Member: to, Class: class, Units: units, Sort: sort, Document: document},
	})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	numbers, err := moves.Post(c, 0)
	if err != nil {
		return err
	}
	c.Return(moves.Before)
	c.Emit(Moved{Sort: sort, Operations: numbers})
	return nil
}

// Describe says what both have before and after.
func (m Transfer) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase:  fmt.Sprintf("transfer %s of %s from member %d to member %d", words.Plural(m.Units, "share"), shareclass.Named(t, m.Class), m.From, m.To),
		Clauses: changed(t, change{m.From, m.Class, m.Units, true}, change{m.To, m.Class, m.Units, false}),
	}
	w.Clauses = append(w.Clauses, state.Fact("value, which the members settle between them", "%s", shareclass.Worth(t, m.Class, m.Units)))
	w.Clauses = append(w.Clauses, paper(m.Document)...)
	return w
}

var (
	_ = Kinds.Add(state.KindOf[Convert](KindConvert, "holding.Convert"))
	_ = Kinds.Add(state.KindOf[Transfer](KindTransfer, "holding.Transfer"))
)
