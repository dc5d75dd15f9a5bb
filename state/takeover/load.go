package takeover

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Load brings in the next part of a takeover, which has to be the one that was adopted: people,
// or notices of people who came before. The result is the number of the first member of it,
// zero of a part of notices. The last part posts the opening balances.
type Load struct {
	Part    uint32   `cbor:"1,keyasint,omitempty"` // from 1
	People  []Person `cbor:"2,keyasint,omitempty"`
	Notices []Notice `cbor:"3,keyasint,omitempty"` // a part has these or people
}

// Loaded reports a part that was brought in.
type Loaded struct {
	Part uint32 `json:"part"`
	Of   int    `json:"of"`
	Done bool   `json:"done"`
}

func (Loaded) Event() string { return "takeover.Loaded" }

// Check refuses too many people and entries out of bounds.
func (m Load) Check() error {
	if n := max(len(m.People), len(m.Notices)); n == 0 || n > MaxPart {
		return ErrPeople.With("%d, from 1 to %d can be", n, MaxPart)
	}
	if len(m.People) > 0 && len(m.Notices) > 0 {
		return ErrPeople.With("%d beside %s", len(m.People), words.Plural(uint64(len(m.Notices)), "notice"))
	}
	for i, p := range m.People {
		if err := p.check(); err != "" {
			return ErrPerson.With("entry %d: %s", i+1, err)
		}
	}
	for i, n := range m.Notices {
		switch {
		case n.Person == 0 || n.Units == 0 || n.Ready < n.Given || n.Ready-n.Given > MaxReady:
			return ErrNotice.With("entry %d: person %d, %d units, given on %s for %s", i+1, n.Person, n.Units, words.Day(n.Given), words.Day(n.Ready))
		case i > 0 && n.Given < m.Notices[i-1].Given:
			return ErrNotice.With("entry %d is of %s, the one before it of %s", i+1, words.Day(n.Given), words.Day(m.Notices[i-1].Given))
		}
	}
	return nil
}

// check says what of an entry is out of bounds, nothing if all is in them.
func (p Person) check() string {
	if len(p.Held) > MaxLots || len(p.Ref) > MaxRef || !words.IsPlain(p.Ref) {
		return fmt.Sprintf("%d holdings, a number of %d bytes", len(p.Held), len(p.Ref))
	}
	classes := 0
	for k, h := range p.Held {
		if k == 0 || h.Class != p.Held[k-1].Class {
			classes++
		}
		if k > 0 && (h.Class < p.Held[k-1].Class || h.Class == p.Held[k-1].Class && h.Since <= p.Held[k-1].Since) || h.Units == 0 || h.Units > shareclass.MaxUnits || classes > MaxHeld {
			return fmt.Sprintf("%d shares of class %d since %s, the %dth class", h.Units, h.Class, words.Day(h.Since), classes)
		}
	}
	if p.Here != 0 && (!p.bare() || p.Left != 0 || len(p.Posts) > 0 || len(p.Nomination) > 0) {
		return fmt.Sprintf("member %d is here already, and has its own entry, offices and nomination", p.Here)
	}
	if n := len(p.Nomination); n != 0 && n != 32 || n > 0 && p.Left != 0 {
		return fmt.Sprintf("a nomination of %d bytes, of a member it has 32", n)
	}
	if len(p.Classes) > MaxClasses {
		return fmt.Sprintf("%d classes, %d can be", len(p.Classes), MaxClasses)
	}
	for k, of := range p.Classes {
		if of.Class == 0 || of.Class > charter.MaxClasses || k > 0 && of.From <= p.Classes[k-1].From {
			return fmt.Sprintf("of class %d from %s on: days ascend", of.Class, words.Day(of.From))
		}
	}
	if len(p.Posts) > MaxPosts || len(p.Posts) > 0 && p.Left != 0 {
		return fmt.Sprintf("%s; %d can be, and none of one who has left", words.Plural(uint64(len(p.Posts)), "office"), MaxPosts)
	}
	for k, o := range p.Posts {
		if !o.Office.Possible() || k > 0 && o.Office <= p.Posts[k-1].Office {
			return fmt.Sprintf("office %d is none, or does not ascend", o.Office)
		}
	}
	if len(p.Loans) > MaxLoans {
		return fmt.Sprintf("%d loans, %d can be", len(p.Loans), MaxLoans)
	}
	for k, l := range p.Loans {
		switch {
		case k > 0 && l.Account < p.Loans[k-1].Account:
			return fmt.Sprintf("a loan on account %d follows one on %d", l.Account, p.Loans[k-1].Account)
		case l.Sum <= 0 || l.Sum > money.Max || l.Interest.Num > l.Interest.Den || l.Interest.Den > maxRate:
			return fmt.Sprintf("a loan of %d minor units at %d/%d", l.Sum, l.Interest.Num, l.Interest.Den)
		}
	}
	return ""
}

// bare says whether the person has no entry of its own.
func (p Person) bare() bool {
	e := p.Entry
	return len(e.Key)+len(e.Commitment)+len(e.Proof) == 0 && e.Class == 0 && e.Until == 0 && e.Sort == 0
}

// maxRate bounds the numbers of a rate of interest.
const maxRate = 1<<32 - 1

// Cost is that of an import, a record of the past a member and two records a holding, an
// election an office, an end of membership, and two records a notice.
func (m Load) Cost() int {
	cost := 8 + 4*len(m.Notices)
	for _, p := range m.People {
		cost += 4 + 2*len(p.Held) + (member.MaxHolders+6)*len(p.Posts)
		if len(p.Entry.Proof) > 0 {
			cost++
		}
		if p.Left != 0 {
			cost += 8
		}
		if len(p.Nomination) > 0 {
			cost++
		}
	}
	return cost
}

// Apply brings in the part. The rooms whose records it makes refuse what they do not take,
// also after others have written: a rejection drops it all. What it records names who
// adopted it, not who loads.
func (m Load) Apply(c *state.Ctx) error {
	t, ok, err := takeovers.Find(c, 0)
	if err != nil {
		return err
	}
	if !ok || t.Done != 0 {
		return ErrNone
	}
	if m.Part != t.Loaded+1 || !bytes.Equal(m.digest(), t.Parts[t.Loaded]) {
		return ErrPart.With("part %d; next is part %d of %d, of another digest if that is it", m.Part, t.Loaded+1, len(t.Parts))
	}
	as := c.As(t.By)
	first := state.Member(0)
	if len(m.People) > 0 {
		first, err = t.enter(as, m.People)
	} else {
		err = t.queue(as, m.Notices)
	}
	if err != nil {
		return err
	}
	t.Loaded++
	if err := t.finish(as); err != nil {
		return err
	}

	// Past this line nothing fails.
	takeovers.Put(c, 0, t)
	c.Return(uint64(first))
	c.Emit(Loaded{t.Loaded, len(t.Parts), t.Done != 0})
	return nil
}

// digest is what was adopted of the part.
func (m Load) digest() []byte {
	if len(m.People) == 0 {
		return DigestNotices(m.Notices)
	}
	return Digest(m.People)
}

// enter brings in people, and counts them; it returns the number of the first that is new.
func (t *Takeover) enter(c *state.Ctx, people []Person) (first state.Member, err error) {
	before, err := account.BalanceOf(c, account.Openings)
	if err != nil {
		return 0, err
	}
	numbers, first, err := t.number(c, people)
	if err != nil {
		return 0, err
	}
	var held []share.Move
	for i, p := range people {
		for k, h := range p.Held {
			if k > 0 && h.Class == p.Held[k-1].Class {
				continue // in the operation of its class
			}
			held = append(held, share.Move{Member: numbers[i], Class: h.Class, Units: p.past().holds(h.Class), Sort: share.BroughtIn})
		}
	}
	if err := bring(c, held); err != nil {
		return 0, err
	}
	for i, p := range people {
		person, last := t.Came+uint64(i)+1, state.Member(0)
		switch {
		case i > 0:
			last = numbers[i-1]
		case t.Came > 0:
			last = t.Member(t.Came)
		}
		// Whoever else is entered between two parts takes the next number.
		if last == 0 || last+1 != numbers[i] {
			t.Runs = append(slices.Clip(t.Runs), Run{person, numbers[i]})
		}
		if err := t.attach(c, person, numbers[i], p); err != nil {
			return 0, err
		}
	}
	after, err := account.BalanceOf(c, account.Openings)
	if err != nil {
		return 0, err
	}
	t.Came += uint64(len(people))
	t.Brought += after - before
	if t.First == 0 {
		t.First = first
	}
	return first, nil
}

// number enters those of the people who are not here, and gives the number of each, and of
// the first that is new.
func (t *Takeover) number(c *state.Ctx, people []Person) (numbers []state.Member, first state.Member, err error) {
	var entries []member.Entry
	for i, p := range people {
		if err := p.requireDays(i, t.Day); err != nil {
			return nil, 0, err
		}
		if p.Here == 0 {
			entries = append(entries, p.Entry)
			continue
		}
		rec, err := member.Find(c, p.Here)
		if err != nil {
			return nil, 0, err
		}
		_, had, err := pasts.Find(c, p.Here)
		if err != nil {
			return nil, 0, err
		}
		if s := rec.Standing(); had || len(t.Runs)+2*i > MaxRuns || s != member.Active && s != member.Suspended {
			return nil, 0, ErrHere.With("entry %d: member %d %s", i+1, p.Here, s.Is())
		}
		if slices.ContainsFunc(people[:i], func(other Person) bool { return other.Here == p.Here }) {
			return nil, 0, ErrHere.With("entry %d: member %d is an entry before it too", i+1, p.Here)
		}
	}
	if len(entries) > 0 {
		if first, err = member.Bring(c, entries); err != nil {
			return nil, 0, err
		}
	}
	next := first
	for _, p := range people {
		if p.Here != 0 {
			numbers = append(numbers, p.Here)
			continue
		}
		numbers = append(numbers, next)
		next++
	}
	return numbers, first, nil
}

// holding is what a person has of a class.
type holding struct {
	person uint64
	class  shareclass.Number
}

// queue puts notices at the end of the queue, in their order.
func (t *Takeover) queue(c *state.Ctx, notices []Notice) error {
	list := make([]withdrawal.Opening, len(notices))
	asked := map[holding]uint64{}
	for i, n := range notices {
		if n.Person > t.Came {
			return ErrNotice.With("entry %d is of person %d, %d came", i+1, n.Person, t.Came)
		}
		if n.Given > t.Day {
			return ErrDay.With("entry %d was given on %s, all is as of %s", i+1, words.Day(n.Given), words.Day(t.Day))
		}
		who := t.Member(n.Person)
		past, err := pasts.Get(c, who)
		if err != nil {
			return err
		}
		key := holding{n.Person, n.Class}
		if held := past.holds(n.Class); n.Units > held-min(asked[key], held) {
			return ErrNotice.With("entry %d is of %s of class %d, person %d came with %d of which %d are asked back before",
				i+1, words.Plural(n.Units, "share"), n.Class, n.Person, held, asked[key])
		}
		asked[key] += n.Units
		list[i] = withdrawal.Opening{Member: who, Class: n.Class, Units: n.Units, Given: n.Given, Ready: n.Ready}
	}
	t.Waiting += uint64(len(notices))
	return withdrawal.Bring(c, list)
}

// requireDays refuses days of entry i, from 0, that are after the day to which all is true, or
// before the person joined, and shares held since a day on which the person had left.
func (p Person) requireDays(i int, day uint64) error {
	type date struct {
		what string
		on   uint64
	}
	days := []date{{"joined on", p.Joined}, {"left on", p.Left}}
	for _, h := range p.Held {
		days = append(days, date{"holds since", h.Since})
	}
	for _, o := range p.Posts {
		days = append(days, date{"in office since", o.Since})
	}
	for _, l := range p.Loans {
		days = append(days, date{"lends since", l.Since})
	}
	for _, of := range p.Classes {
		days = append(days, date{"is of a class from", of.From})
	}
	for _, d := range days {
		if d.on > day {
			return ErrDay.With("entry %d %s %s, all is as of %s", i+1, d.what, words.Day(d.on), words.Day(day))
		}
	}
	for _, d := range days[1:] {
		if d.on != 0 && d.on < p.Joined {
			return ErrBefore.With("entry %d %s %s, joined on %s", i+1, d.what, words.Day(d.on), words.Day(p.Joined))
		}
	}
	for _, h := range p.Held {
		if p.Left != 0 && h.Since > p.Left {
			return ErrAfter.With("entry %d holds since %s, left on %s", i+1, words.Day(h.Since), words.Day(p.Left))
		}
	}
	return nil
}

// exceeded says whether more is loaded than was adopted.
func (t *Takeover) exceeded() bool {
	if t.Came > t.People || t.Brought > t.Capital || t.Waiting > t.Notices || t.Gone > t.Left || int(t.Seated) > len(t.Seats) {
		return true
	}
	for i, code := range t.Loans {
		if t.Lent[i] > credit(t.Balances, code) {
			return true
		}
	}
	return false
}

// complete says whether what is loaded and not exceeded is all that was adopted.
func (t *Takeover) complete() bool {
	for i, code := range t.Loans {
		if t.Lent[i] != credit(t.Balances, code) {
			return false
		}
	}
	return t.Came == t.People && t.Brought == t.Capital && t.Waiting == t.Notices && t.Gone == t.Left && int(t.Seated) == len(t.Seats)
}

// progress says what is loaded of what was adopted.
func (t *Takeover) progress() string {
	text := fmt.Sprintf("%d of %d people, %d of %d who have left, a capital of %d of %d, %d of %d notices, %d of %d offices",
		t.Came, t.People, t.Gone, t.Left, t.Brought, t.Capital, t.Waiting, t.Notices, t.Seated, len(t.Seats))
	for i, code := range t.Loans {
		text += fmt.Sprintf(", loans of %d of %d on account %d", t.Lent[i], credit(t.Balances, code), code)
	}
	return text
}

// finish posts the opening balances when the last part is loaded, if all parts come to what
// was adopted.
func (t *Takeover) finish(c *state.Ctx) error {
	if t.exceeded() {
		return ErrTotals.With("%s", t.progress())
	}
	if int(t.Loaded) < len(t.Parts) {
		return nil
	}
	if !t.complete() {
		return ErrTotals.With("%s", t.progress())
	}
	t.Done = c.Time()
	if err := withdrawal.Hold(c, false); err != nil {
		return err
	}
	lines := append([]account.Line(nil), t.Balances...)
	if t.Capital > 0 {
		lines = append(lines, account.Credit(account.Openings, t.Capital))
	}
	if len(lines) == 0 {
		return nil
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: "opening balances as brought in", Lines: lines})
	if err != nil {
		return err
	}
	posting.Post(c)
	return nil
}

// Describe says which part it is, and who is in it.
func (m Load) Describe(t state.Telling) state.Words {
	if len(m.Notices) > 0 {
		w := state.Words{Phrase: fmt.Sprintf("load part %d of the takeover, %s", m.Part, words.Plural(uint64(len(m.Notices)), "notice to withdraw"))}
		for i, n := range m.Notices {
			w.Clauses = append(w.Clauses, state.Fact(fmt.Sprintf("entry %d", i+1), "person %d of the takeover, %s, given on %s, for %s",
				n.Person, shareclass.AtPar(t, n.Class, n.Units), words.Day(n.Given), words.Day(n.Ready)))
		}
		return w
	}
	w := state.Words{Phrase: fmt.Sprintf("load part %d of the takeover, %s", m.Part, words.Plural(uint64(len(m.People)), "member"))}
	for i, p := range m.People {
		what := fmt.Sprintf("entry %d", i+1)
		text := p.Entry.ImportWords(t)
		if p.Here != 0 {
			text = fmt.Sprintf("member %d, who is here already", p.Here)
		}
		if p.Joined > 0 {
			text += ", joined on " + words.Day(p.Joined)
		}
		for _, h := range p.Held {
			text += ", " + shareclass.AtPar(t, h.Class, h.Units)
		}
		for _, of := range p.Classes {
			text += ", of " + charter.ClassName(t, of.Class)
			if of.From > 0 {
				text += " from " + words.Day(of.From)
			}
		}
		for _, o := range p.Posts {
			text += ", " + charter.OfficeName(t, o.Office)
		}
		if len(p.Nomination) > 0 {
			text += fmt.Sprintf(", has nominated by %x", p.Nomination)
		}
		for _, l := range p.Loans {
			text += ", has lent " + charter.Money(t, l.Sum)
		}
		if p.Left > 0 {
			text += ", left on " + words.Day(p.Left)
		}
		w.Clauses = append(w.Clauses, state.Fact(what, "%s", text))
	}
	return t.Given(w, "first member")
}

var _ = Kinds.Add(state.KindOf[Load](KindLoad, "takeover.Load"))
