package rulebook

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/words"
)

var (
	ofKind     = reflect.TypeFor[charter.MotionKindID]()
	ofFraction = reflect.TypeFor[count.Fraction]()
)

// Ends of the names that JSON has for a figure with a unit. A file leaves them out and
// writes the unit with the figure.
const (
	inMinutes = "_minutes"
	inDays    = "_days"
	inMoney   = "_minor_units"
	minor     = "minor_units" // that alone is an amount
)

// AnyAmount is how a file says that a limit is none, which the ledger keeps as zero.
const AnyAmount = "any amount"

// ErrNoLimit refuses zero for a limit, which people read as nothing at all and the ledger as no
// limit.
var ErrNoLimit = fmt.Errorf("0 would be no limit: write %q if there is to be none; who is to move nothing is left out under [grants]", AnyAmount)

// limits are the amounts of which zero is no limit.
var limits = []string{"alone" + inMoney, "at_most" + inMoney}

// stem is a field's name in a file.
func stem(name string) string {
	if name == minor {
		return "amount"
	}
	for _, end := range []string{inMinutes, inDays, inMoney} {
		if s, ok := strings.CutSuffix(name, end); ok && s != "" {
			return s
		}
	}
	return name
}

// A known field is one of a struct that JSON is read into.
type known struct {
	name string
	of   reflect.Type
	at   []int
	omit bool // it is left out where it is zero
}

// fieldsOf are the fields that JSON has for a struct.
func fieldsOf(t reflect.Type) (out []known) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			for _, inner := range fieldsOf(f.Type) {
				inner.at = append([]int{i}, inner.at...)
				out = append(out, inner)
			}
			continue
		}
		if name != "" && name != "-" {
			out = append(out, known{name, f.Type, []int{i}, strings.Contains(options, "omit")})
		}
	}
	return out
}

func (r *reader) mark(line int) { r.marks = append(r.marks, mark{r.out.Len(), line, r.clause()}) }

// emit writes a value as the JSON that is read into t, for the field that JSON calls name.
// In the place of what cannot be read it writes null.
func (r *reader) emit(v *value, t reflect.Type, name string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	r.mark(v.line)
	switch {
	case t == ofKind && v.sort == text:
		id, _ := r.requireKind(v)
		r.out.WriteString(strconv.Itoa(int(id)))
	case t == ofFraction && v.sort == text:
		num, den, err := fraction(v.text)
		if err != nil {
			r.fail(v.line, "%w", err)
		}
		fmt.Fprintf(&r.out, `{"num":%d,"den":%d}`, num, den)
	case v.sort == table && t.Kind() == reflect.Struct:
		r.emitTable(v, t)
	case v.sort == list && t.Kind() == reflect.Slice:
		r.emitList(v, t, name)
	default:
		r.emitOne(v, t, name)
	}
}

// emitOne writes what is no table and no list.
func (r *reader) emitOne(v *value, t reflect.Type, name string) {
	out := v.text
	switch v.sort {
	case table:
		out = "{}"
	case list:
		out = "[]"
	case text:
		out = quoted(v.text)
	}
	err := json.Unmarshal([]byte(out), reflect.New(t).Interface())
	switch own := reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()); {
	case own && v.sort == text && err != nil:
		r.fail(v.line, "%w", err)
	case err != nil || v.sort == other:
		r.fail(v.line, "%s cannot be; give %s", v.shown(), wanted(t, name))
	default:
		r.out.WriteString(out)
		return
	}
	r.out.WriteString("null")
}

// shown is a value in a message.
func (v *value) shown() string {
	switch v.sort {
	case table:
		return "a table"
	case list:
		return "a list"
	case text:
		return words.Quote(v.text)
	}
	return v.text
}

// wanted is what a file gives for a field.
func wanted(t reflect.Type, name string) string {
	switch {
	case strings.HasSuffix(name, minor):
		return `an amount in quotation marks, like "500.00"`
	case strings.HasSuffix(name, inDays) || strings.HasSuffix(name, inMinutes):
		return `a length of time in quotation marks, like "14 days"`
	case t == ofKind && name != "id":
		return "the key of a kind of motion in quotation marks"
	case t == ofFraction:
		return `a share in quotation marks, like "3/4"`
	case t.Kind() == reflect.String || reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return "words in quotation marks"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Slice:
		return "a list [ … ]"
	case t.Kind() == reflect.Struct:
		return "a table, with its heading"
	}
	return "a whole number from 0 to " + words.Count(math.MaxUint64>>(64-t.Bits()))
}

func (r *reader) emitList(v *value, t reflect.Type, name string) {
	r.out.WriteByte('[')
	for i, item := range v.items {
		if i > 0 {
			r.out.WriteByte(',')
		}
		r.within(item.called, func() { r.emit(item, t.Elem(), name) })
	}
	r.out.WriteByte(']')
}

func (r *reader) emitTable(v *value, t reflect.Type) {
	fields := fieldsOf(t)
	given := map[string]bool{}
	r.out.WriteByte('{')
	for _, f := range v.fields {
		at := slices.IndexFunc(fields, func(k known) bool { return k.name == f.name })
		if at < 0 {
			at = slices.IndexFunc(fields, func(k known) bool { return stem(k.name) == f.name })
		}
		if at < 0 {
			r.fail(f.line, "there is no %s here; there are %s", words.Quote(f.name), words.List(namesIn(t, fields), "and"))
			continue
		}
		r.within(clauseOf(t, f.name), func() {
			if given[fields[at].name] {
				r.fail(f.line, "this is given twice")
				return
			}
			if len(given) > 0 {
				r.out.WriteByte(',')
			}
			given[fields[at].name] = true
			r.emitField(f, fields[at])
		})
	}
	r.out.WriteByte('}')
}

// clauseOf is what a file calls a field of a struct; it is empty where the file has what
// is in it in the place of the struct.
func clauseOf(t reflect.Type, name string) string {
	switch {
	case t == reflect.TypeFor[charter.ElectorateText]() && name == "sort",
		t == reflect.TypeFor[charter.NamedGrant](), t == reflect.TypeFor[charter.Text](),
		t == reflect.TypeFor[charter.ClauseLevel](), t == reflect.TypeFor[charter.NamedMotion]() && name == "rule":
		return ""
	case t == reflect.TypeFor[charter.RuleText](), t == reflect.TypeFor[charter.NamedMotion]():
		return Name(name)
	}
	return stem(name)
}

// namesIn are the names that a file has for the fields of a struct.
func namesIn(t reflect.Type, fields []known) (out []string) {
	for _, k := range fields {
		switch {
		case t == reflect.TypeFor[charter.NamedMotion]() && k.name == "id":
			out = append(out, "number")
		case t == reflect.TypeFor[charter.NamedMotion]() && k.name == "rule":
			out = append(out, "carried_by", "quorum", "quorum_min")
		case t == reflect.TypeFor[charter.PolicyText]() && k.name == "levels": // a heading of its own
		case t == reflect.TypeFor[file]() && k.name == "later":
			out = append(out, "levels", "later")
		default:
			out = append(out, stem(k.name))
		}
	}
	return out
}

// emitField writes a field, with its figure in the unit that its name has in JSON.
func (r *reader) emitField(f field, k known) {
	r.mark(f.line)
	r.out.WriteString(quoted(k.name))
	r.out.WriteByte(':')
	v := f.value
	if k.name != f.name && v.sort == number {
		r.fail(v.line, "%s has no unit: write it in quotation marks, like %s", v.text, withUnit(k.name))
	}
	if k.name != f.name && v.sort == text {
		n, err := r.figure(k.name, v.text)
		if err != nil {
			r.fail(v.line, "%w", err)
		}
		v = wholeOf(v.line, n)
		if err != nil {
			v.text = "null"
		}
	}
	r.emit(v, k.of, k.name)
}

// withUnit is a figure with its unit, as an example.
func withUnit(name string) string {
	if strings.HasSuffix(name, minor) {
		return `"1,000.00"`
	}
	return `"14 days"`
}

// figure reads a figure with its unit for the field that has it in JSON.
func (r *reader) figure(name, text string) (uint64, error) {
	if strings.HasSuffix(name, minor) {
		if slices.Contains(limits, name) && strings.TrimSpace(text) == AnyAmount {
			return 0, nil
		}
		amount, err := figure.Money(text, r.digits)
		if err == nil && amount == 0 && slices.Contains(limits, name) {
			err = ErrNoLimit
		}
		if err == nil && amount < 0 {
			err = fmt.Errorf("%s is below zero", words.Quote(text))
		}
		return uint64(amount), err
	}
	minutes, err := duration(text)
	if err != nil || !strings.HasSuffix(name, inDays) {
		return minutes, err
	}
	if minutes%(24*60) != 0 {
		return 0, fmt.Errorf("%s is not in whole days", words.Quote(text))
	}
	return minutes / (24 * 60), requireSpan(name, text, minutes/(24*60))
}

// units of time, in minutes.
var units = map[string]uint64{"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}

// maxUnits bounds a length of time, in its unit.
const maxUnits = 1 << 32

// duration reads a length of time in minutes: "14 days", "1 hour", "none".
func duration(text string) (minutes uint64, err error) {
	if text == "none" {
		return 0, nil
	}
	n, unit, _ := strings.Cut(strings.TrimSpace(text), " ")
	count, err := figure.Whole("a length of time", n)
	each := units[strings.TrimSuffix(unit, "s")]
	if err != nil || each == 0 || count > maxUnits {
		return 0, fmt.Errorf(`%s is no length of time; write it like "14 days", "1 hour" or "none"`, words.Quote(text))
	}
	return count * each, nil
}
