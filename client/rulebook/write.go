package rulebook

import (
	"encoding"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A writer writes a charter as a file.
type writer struct {
	b      strings.Builder
	keys   map[charter.MotionKindID]string
	digits uint8
	in     Context
}

// Write writes a charter as a file, whole, from which Read reads the same. It does not
// write what no file can say, which no ledger takes: an enumeration's zero, or a share of
// nothing.
func Write(to io.Writer, d charter.Document, in Context) error {
	w := writer{digits: d.Policy.Digits, in: in}
	var kinds []named
	for _, k := range d.Motions {
		kinds = append(kinds, named{k.ID, k.Name})
	}
	slices.SortFunc(kinds, func(a, b named) int { return int(a.id) - int(b.id) })
	w.keys = keysOf(kinds)
	if in.Coop != 0 {
		w.line("coop = %d", in.Coop)
	}
	for _, f := range []struct{ name, is string }{{"name", d.Name}, {"about", d.About}} {
		if f.is != "" {
			w.line("%s = %s", f.name, quoted(f.is))
		}
	}
	w.heading("policy")
	policy := d.Policy
	policy.Levels = nil
	w.fields(reflect.ValueOf(policy), nil)
	for _, k := range fieldsOf(reflect.TypeFor[charter.PolicyText]()) {
		if in := reflect.ValueOf(policy).FieldByIndex(k.at); k.of.Kind() == reflect.Struct && !in.IsZero() {
			w.heading("policy." + stem(k.name))
			w.fields(in, nil)
		}
	}
	w.levels(d.Policy.Levels)
	for _, k := range d.Motions {
		w.motion(k)
	}
	w.heading("grants")
	for _, g := range d.Grants {
		for _, action := range g.Actions {
			w.list(quoted(action), w.ways(g.GrantText))
		}
	}
	if len(d.Texts) > 0 {
		w.heading("later")
	}
	for _, t := range d.Texts {
		w.line("%s = %s", quoted(t.Name), quoted(t.Words))
	}
	_, err := io.WriteString(to, strings.TrimLeft(w.b.String(), "\n"))
	return err
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

// width is how many characters a line of a file has at most, if it can be broken.
const width = 80

// list writes a list on one line or, if it is too long, an item on each.
func (w *writer) list(name string, items []string) {
	line := fmt.Sprintf("%s = [%s]", name, strings.Join(items, ", "))
	if utf8.RuneCountInString(line) <= width {
		w.line("%s", line)
		return
	}
	w.line("%s = [", name)
	for _, item := range items {
		w.line("  %s,", item)
	}
	w.line("]")
}

func (w *writer) heading(name string) { w.line("\n[%s]", name) }

// key is a kind of motion's key, as a file has it.
func (w *writer) key(id charter.MotionKindID) string {
	if key, ok := w.keys[id]; ok {
		return key
	}
	return numberKey(id)
}

func (w *writer) motion(k charter.NamedMotion) {
	w.heading("motions." + w.key(k.ID))
	w.line("number = %d", k.ID)
	w.line("name = %s", quoted(k.Name))
	w.line("electorate = %s", electorate(k.Electorate))
	if r := k.Rule; r != nil {
		least := "at least"
		if r.Strict {
			least = "more than"
		}
		w.line(`carried_by = "%s %s of %v"`, least, share(r.Threshold), r.Base)
		w.line(`quorum = "%s"`, share(r.Quorum))
		w.line("quorum_min = %d", r.QuorumMin)
	}
	w.fields(reflect.ValueOf(k.MotionText), []string{"name", "electorate", "rule"})
}

func share(f count.Fraction) string { return fmt.Sprintf("%d/%d", f.Num, f.Den) }

// electorate is who casts, in the shortest form that says all of it.
func electorate(e charter.ElectorateText) string {
	offices := func() string {
		var list []string
		for _, o := range e.Offices {
			list = append(list, quoted(o.String()))
		}
		return strings.Join(list, ", ")
	}
	switch {
	case e.Sort == charter.AllMembers && e.Class == 0 && len(e.Offices) == 0:
		return quoted(e.Sort.String())
	case e.Sort == charter.OneClass && len(e.Offices) == 0:
		return fmt.Sprintf("{ class = %d }", e.Class)
	case e.Sort == charter.Holders && e.Class == 0 && len(e.Offices) > 0:
		return fmt.Sprintf("{ offices = [%s] }", offices())
	}
	all := fmt.Sprintf("{ sort = %s, class = %d", quoted(e.Sort.String()), e.Class)
	if len(e.Offices) > 0 {
		all += ", offices = [" + offices() + "]"
	}
	return all + " }"
}

// ways are who may take an action.
func (w *writer) ways(g charter.GrantText) (out []string) {
	if g.Concerned {
		out = append(out, quoted(wayConcerned))
	}
	if g.Members {
		out = append(out, quoted(wayMembers))
	}
	for _, o := range g.Offices {
		out = append(out, quoted(o.String()))
	}
	for _, id := range g.Motions {
		out = append(out, quoted(w.key(id)))
	}
	for _, o := range g.Others {
		out = append(out, quoted(fmt.Sprint(o.Office, wayOfCoop, uint32(o.Coop))))
	}
	return out
}

// levels are the clauses of each level.
func (w *writer) levels(all []charter.ClauseLevel) {
	if len(all) == 0 {
		return
	}
	w.heading("levels")
	for level := charter.LevelPrinciple; level > charter.LevelOrdinary; level-- {
		var list []string
		for _, l := range all {
			if l.Level != level {
				continue
			}
			switch {
			case l.Grant != 0:
				list = append(list, quoted(kindName(w.in.Kinds, l.Grant)))
			case l.Motion != 0:
				list = append(list, quoted(clauseMotion+w.key(l.Motion)))
			case l.Text != "":
				list = append(list, quoted(clauseText+l.Text))
			default:
				list = append(list, quoted(clauseFigure+l.Figure.String()))
			}
		}
		if len(list) > 0 {
			w.list(level.String(), list)
		}
	}
}

// fields are a struct's, but for some, and for those that have a heading of their own.
func (w *writer) fields(v reflect.Value, but []string) {
	for _, k := range fieldsOf(v.Type()) {
		in := v.FieldByIndex(k.at)
		if slices.Contains(but, k.name) || k.omit && in.IsZero() || in.Kind() == reflect.Struct {
			continue
		}
		w.line("%s = %s", stem(k.name), w.inline(in, k.name))
	}
}

// inline is a value as it stands behind its name.
func (w *writer) inline(v reflect.Value, name string) string {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch is := v.Interface().(type) {
	case charter.MotionKindID:
		if is != 0 {
			return quoted(w.key(is))
		}
	case count.Fraction:
		return quoted(share(is))
	case encoding.TextMarshaler:
		text, _ := is.MarshalText() // it writes what it does not know as well
		return quoted(string(text))
	}
	switch v.Kind() {
	case reflect.String:
		return quoted(v.String())
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Slice:
		var list []string
		for i := range v.Len() {
			list = append(list, w.inline(v.Index(i), ""))
		}
		return "[" + strings.Join(list, ", ") + "]"
	case reflect.Struct:
		var list []string
		for _, k := range fieldsOf(v.Type()) {
			if in := v.FieldByIndex(k.at); !k.omit || !in.IsZero() {
				list = append(list, stem(k.name)+" = "+w.inline(in, k.name))
			}
		}
		return "{ " + strings.Join(list, ", ") + " }"
	}
	return w.whole(v.Uint(), name)
}

// whole is a figure, with its unit if it has one.
func (w *writer) whole(n uint64, name string) string {
	switch {
	case n == 0 && slices.Contains(limits, name):
		return quoted(AnyAmount)
	case strings.HasSuffix(name, minor):
		return quoted(words.Decimal(n, w.digits))
	case strings.HasSuffix(name, inDays):
		return quoted(words.Plural(n, "day"))
	case strings.HasSuffix(name, inMinutes) && n == 0:
		return quoted("none")
	case strings.HasSuffix(name, inMinutes):
		return quoted(words.Minutes(uint32(n)))
	}
	return strconv.FormatUint(n, 10)
}
