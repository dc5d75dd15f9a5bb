package rulebook

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/document"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A reader turns a file's values into JSON.
type reader struct {
	path   string
	in     Context
	digits uint8
	keys   map[string]charter.MotionKindID
	at     []string // the names that lead to what is being read
	out    bytes.Buffer
	marks  []mark
	wrong  []error // what cannot be read
}

// fail notes an error about what stands in a line, in the clause that is being read. What
// comes after it is read all the same.
func (r *reader) fail(line int, format string, args ...any) {
	r.wrong = append(r.wrong, &document.Error{Path: r.path, Line: line, Clause: r.clause(), Err: fmt.Errorf(format, args...)})
}

// clause is what is being read, as the file names it.
func (r *reader) clause() string {
	at := r.at
	if len(at) > 1 && at[0] == "policy" && at[1] == "levels" {
		at = at[1:] // a heading of its own
	}
	return strings.Join(at, ".")
}

// within calls fn while what has that name is read; it may be empty.
func (r *reader) within(name string, fn func()) {
	if name != "" {
		r.at = append(r.at, name)
		defer func() { r.at = r.at[:len(r.at)-1] }()
	}
	fn()
}

// document is the JSON of a whole file.
func (r *reader) document(root *value) {
	r.digits = r.in.Digits
	if policy := root.of("policy"); policy != nil {
		if digits := policy.of("digits"); digits != nil && digits.sort == number {
			n, _ := strconv.ParseUint(digits.text, 10, 8)
			r.digits = uint8(n)
		}
	}
	r.within("motions", func() { r.motions(root.of("motions")) })
	r.within("grants", func() { r.grants(root.of("grants")) })
	r.within("later", func() { r.later(root.of("later")) })
	if policy := root.of("policy"); policy != nil {
		if levels := policy.take("levels"); levels != nil {
			r.within("policy", func() {
				r.fail(levels.line, `levels are a heading of their own: [levels], and below it lines like principle = ["member.Admit"]`)
			})
		}
	}
	if levels := root.take("levels"); levels != nil {
		r.within("levels", func() { r.levels(root, levels) })
	}
	r.emit(root, reflect.TypeFor[file](), "")
}

// file is what a file may hold.
type file struct {
	Coop uint32 `json:"coop"`
	From string `json:"from"`
	charter.Document
}

// motions makes a list of the kinds of motion, each with its number, and learns their
// keys.
func (r *reader) motions(all *value) {
	var force []named
	for _, id := range slices.Sorted(maps.Keys(r.in.Motions)) {
		force = append(force, named{id, r.in.Motions[id]})
	}
	used := map[charter.MotionKindID]bool{}
	for id, key := range keysOf(force) {
		r.keys[key], used[id] = id, true
	}
	if all == nil {
		return
	}
	if all.sort != table {
		r.fail(all.line, "write each kind of motion under a heading of its own, like [motions.ordinary-resolution]")
		*all = value{line: all.line, sort: list}
		return
	}
	numbered := map[charter.MotionKindID]string{}
	for _, f := range all.fields { // numbers that are named first, so that new ones do not take them
		if n := f.value.of("number"); n != nil && n.sort == number {
			if id, err := strconv.ParseUint(n.text, 10, 16); err == nil {
				id := charter.MotionKindID(id)
				if of, twice := numbered[id]; twice {
					r.within(f.name, func() { r.fail(n.line, "%d is the number of [motions.%s] already", id, of) })
				}
				r.keys[f.name], used[id], numbered[id] = id, true, f.name
			}
		}
	}
	next := charter.MotionKindID(1)
	for _, f := range all.fields {
		id, known := r.keys[f.name]
		if !known {
			for used[next] {
				next++
			}
			id, r.keys[f.name], used[next] = next, next, true
		}
		if f.value.sort != table {
			r.within(f.name, func() { r.fail(f.line, "a kind of motion is a heading, like [motions.%s]", f.name) })
			continue
		}
		if _, inForce := r.in.Motions[id]; !inForce && f.value.of("name") == nil {
			f.value.set("name", f.line, textOf(f.line, strings.ReplaceAll(f.name, "-", " ")))
		}
		if f.value.of("number") == nil {
			f.value.set("number", f.line, wholeOf(f.line, uint64(id)))
		}
		r.within(f.name, func() { r.motion(f.value) })
		f.value.called = f.name
		all.items = append(all.items, f.value)
	}
	all.sort, all.fields = list, nil
}

// motion puts a kind of motion into the form of its JSON.
func (r *reader) motion(m *value) {
	for i, f := range m.fields {
		if f.name == "number" {
			m.fields[i].name = "id"
		}
	}
	rule := m.of("rule")
	in := func() *value {
		if rule == nil {
			rule = &value{line: m.line, sort: table}
			m.set("rule", m.line, rule)
		}
		return rule
	}
	if by := m.take("carried_by"); by != nil {
		strict, share, base, err := majority(by.text)
		if by.sort != text || err != nil {
			write := `it like "at least 3/4 of votes cast" or "more than half of all members"`
			if strings.HasPrefix(by.text, "silence") { // as charter show says it
				write = `veto = { share = "1/4", strict = false } in the place of carried_by: silence carries it, unless at least 1/4 object`
			}
			r.within("carried_by", func() { r.fail(by.line, `%s is no majority; write %s`, by.shown(), write) })
		} else {
			in().set("strict", by.line, truthOf(by.line, strict))
			in().set("threshold", by.line, textOf(by.line, share))
			in().set("base", by.line, textOf(by.line, base))
		}
	}
	for _, name := range []string{"quorum", "quorum_min"} {
		if v := m.take(name); v != nil {
			in().set(name, v.line, v)
		}
	}
	if e := m.of("electorate"); e != nil {
		fullElectorate(e)
	}
}

// fullElectorate puts who casts into the form of its JSON: "all members", {class = 2} or
// {offices = ["chair"]}.
func fullElectorate(e *value) {
	switch {
	case e.sort == text:
		sort := textOf(e.line, e.text)
		*e = value{line: e.line, sort: table, fields: []field{{"sort", e.line, sort}}}
	case e.sort == table && e.of("sort") == nil && e.of("class") != nil:
		e.set("sort", e.line, textOf(e.line, charter.OneClass.String()))
	case e.sort == table && e.of("sort") == nil && e.of("offices") != nil:
		e.set("sort", e.line, textOf(e.line, charter.Holders.String()))
	}
}

// majority reads "more than 1/2 of votes cast".
func majority(text string) (strict bool, share, base string, err error) {
	text = strings.TrimSpace(text)
	rest, strict := strings.CutPrefix(text, "more than ")
	if !strict {
		rest, _ = strings.CutPrefix(text, "at least ")
	}
	share, base, ok := strings.Cut(rest, " of ")
	if _, _, err := fraction(share); !ok || err != nil {
		return false, "", "", fmt.Errorf("%s is no majority", words.Quote(text))
	}
	return strict, share, base, nil
}

// fractions are shares that have a word.
var fractions = map[string][2]uint64{
	"none": {0, 1}, "half": {1, 2}, "two thirds": {2, 3}, "three quarters": {3, 4}, "nine tenths": {9, 10}, "all": {1, 1},
}

// fraction reads a share of a whole: "half", "3/4" or "10%".
func fraction(text string) (num, den uint64, err error) {
	text = strings.TrimSpace(text)
	if f, ok := fractions[text]; ok {
		return f[0], f[1], nil
	}
	of := "100"
	share, percent := strings.CutSuffix(text, "%")
	if !percent {
		share, of, _ = strings.Cut(text, "/")
	}
	num, err = strconv.ParseUint(share, 10, 64)
	if err == nil {
		den, err = strconv.ParseUint(of, 10, 64)
	}
	if err != nil {
		err = fmt.Errorf(`%s is no share; write it like "3/4", "10%%" or "half"`, words.Quote(text))
	}
	return num, den, err
}

// grants makes a list of who may take which action.
func (r *reader) grants(all *value) {
	if all == nil || all.sort != table {
		return
	}
	for _, f := range all.fields {
		g := &value{line: f.line, sort: table, called: f.name}
		g.set("actions", f.line, &value{line: f.line, sort: list, items: []*value{textOf(f.line, f.name)}})
		ways := f.value
		if ways.sort == text {
			ways = &value{line: ways.line, sort: list, items: []*value{ways}}
		}
		if ways.sort != list {
			r.within(f.name, func() { r.fail(f.line, `who may is a list, like ["treasurer", "two-officers"]`) })
			continue
		}
		for _, way := range ways.items {
			r.within(f.name, func() { r.way(g, way) })
		}
		all.items = append(all.items, g)
	}
	all.sort, all.fields = list, nil
}

// way adds one way of taking an action to a grant.
func (r *reader) way(g, way *value) {
	add := func(name string, v *value) {
		in := g.of(name)
		if in == nil {
			in = &value{line: way.line, sort: list}
			g.set(name, way.line, in)
		}
		in.items = append(in.items, v)
	}
	if way.sort != text {
		r.fail(way.line, "who may take an action is a word in quotation marks")
		return
	}
	office, coop, elsewhere := strings.Cut(way.text, wayOfCoop)
	n, err := strconv.ParseUint(coop, 10, 32)
	switch {
	case way.text == wayConcerned:
		g.set("concerned", way.line, truthOf(way.line, true))
	case way.text == wayMembers:
		g.set("members", way.line, truthOf(way.line, true))
	case elsewhere && err == nil:
		add("others", &value{line: way.line, sort: table, fields: []field{
			{"coop", way.line, wholeOf(way.line, n)}, {"office", way.line, textOf(way.line, office)},
		}})
	case isOffice(way.text):
		add("offices", textOf(way.line, way.text))
	default:
		id, ok := r.kindOf(way)
		if !ok {
			r.fail(way.line, "%s is neither %q, %q, an office nor the key of a kind of motion: %s",
				words.Quote(way.text), wayConcerned, wayMembers, r.known())
			return
		}
		add("motions", wholeOf(way.line, uint64(id)))
	}
}

// known are the keys of the kinds of motion that there are, in words.
func (r *reader) known() string {
	if len(r.keys) == 0 {
		return "none"
	}
	return words.List(slices.Sorted(maps.Keys(r.keys)), "and")
}

// kindOf is the kind of motion that a key names, if there is one.
func (r *reader) kindOf(v *value) (charter.MotionKindID, bool) {
	if id, ok := r.keys[v.text]; ok {
		return id, true
	}
	if rest, ok := strings.CutPrefix(v.text, "motion-"); ok {
		if n, err := strconv.ParseUint(rest, 10, 16); err == nil {
			return charter.MotionKindID(n), true
		}
	}
	return 0, false
}

// requireKind is kindOf of a key that has to name one.
func (r *reader) requireKind(v *value) (id charter.MotionKindID, ok bool) {
	if id, ok = r.kindOf(v); !ok {
		r.fail(v.line, "there is no kind of motion %s; there are %s", words.Quote(v.text), r.known())
	}
	return id, ok
}

// later makes a list of the rules in words that the ledger does not obey yet.
func (r *reader) later(all *value) {
	if all == nil {
		return
	}
	if all.sort != table {
		r.fail(all.line, "write a heading, [later], and a line for each rule below it")
		*all = value{line: all.line, sort: list}
		return
	}
	if len(all.fields) == 0 {
		r.fail(all.line, `there is no rule below this heading: write one as NAME = "its words"; what is to change on a later day has from = 2027-01-01 as the first line of the file`)
	}
	for _, f := range all.fields {
		if f.value.sort != text {
			r.within(f.name, func() { r.fail(f.line, "a rule is its words, in quotation marks") })
			continue
		}
		all.items = append(all.items, &value{line: f.line, sort: table, called: f.name, fields: []field{
			{"name", f.line, textOf(f.line, f.name)}, {"words", f.value.line, f.value},
		}})
	}
	all.sort, all.fields = list, nil
}

// levels puts the levels of clauses among the policy, in their order.
func (r *reader) levels(root, all *value) {
	type entry struct {
		charter.ClauseLevel
		line int
	}
	var entries []entry
	if all.sort != table {
		r.fail(all.line, `write a heading, [levels], and below it lines like principle = ["member.Admit"]`)
		return
	}
	for _, f := range all.fields {
		var level charter.Level
		if err := level.UnmarshalText([]byte(f.name)); err != nil || f.value.sort != list {
			r.within(f.name, func() { r.fail(f.line, "write special, entrenched or principle, and a list of clauses") })
			continue
		}
		for _, v := range f.value.items {
			r.within(f.name, func() {
				if c, ok := r.levelled(v); ok {
					c.Level = level
					entries = append(entries, entry{c, v.line})
				}
			})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return charter.CompareLevels(a.ClauseLevel, b.ClauseLevel) })
	out := &value{line: all.line, sort: list}
	for i, e := range entries {
		if i > 0 && e.Clause() == entries[i-1].Clause() {
			r.fail(e.line, "the level of %s is given twice", e.Words(func(k tx.Kind) string { return kindName(r.in.Kinds, k) }))
		}
		v := &value{line: e.line, sort: table}
		if e.Grant != 0 {
			v.set("grant", e.line, wholeOf(e.line, uint64(e.Grant)))
		}
		if e.Motion != 0 {
			v.set("motion", e.line, wholeOf(e.line, uint64(e.Motion)))
		}
		if e.Figure != 0 {
			v.set("figure", e.line, textOf(e.line, e.Figure.String()))
		}
		if e.Text != "" {
			v.set("text", e.line, textOf(e.line, e.Text))
		}
		v.set("level", e.line, textOf(e.line, e.Level.String()))
		out.items = append(out.items, v)
	}
	policy := root.of("policy")
	if policy == nil {
		policy = &value{line: all.line, sort: table}
		root.set("policy", all.line, policy)
	}
	policy.set("levels", all.line, out)
}

// Words before what a level is of.
const (
	clauseMotion = "motion "
	clauseFigure = "figure "
	clauseText   = "later "
)

// levelled reads what a level is of: an action, "motion two-officers", "figure waiting" or
// "later second-call".
func (r *reader) levelled(v *value) (c charter.ClauseLevel, ok bool) {
	if v.sort != text {
		r.fail(v.line, "a clause is a word in quotation marks")
		return c, false
	}
	if key, is := strings.CutPrefix(v.text, clauseMotion); is {
		c.Motion, ok = r.requireKind(textOf(v.line, key))
		return c, ok
	}
	if name, is := strings.CutPrefix(v.text, clauseFigure); is {
		err := c.Figure.UnmarshalText([]byte(name))
		if err != nil {
			r.fail(v.line, "%w", err)
		}
		return c, err == nil
	}
	if name, is := strings.CutPrefix(v.text, clauseText); is {
		c.Text = name
		return c, true
	}
	if c.Grant = kindNumber(r.in.Kinds, v.text); c.Grant == 0 {
		r.fail(v.line, `there is no action %s; a kind of motion is "motion KEY", a figure "figure NAME", a rule in words "later NAME"`, words.Quote(v.text))
	}
	return c, c.Grant != 0
}
