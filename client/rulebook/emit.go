package rulebook

import (
	"fmt"
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

func (r *reader) mark(line int) { r.marks = append(r.marks, mark{r.out.Len(), line}) }

// emit writes a value as the JSON that is read into t.
func (r *reader) emit(v *value, t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	r.mark(v.line)
	switch {
	case t == ofKind && v.sort == text:
		id, err := r.kindOf(v)
		r.out.WriteString(strconv.Itoa(int(id)))
		return err
	case t == ofFraction && v.sort == text:
		num, den, err := fraction(v.text)
		if err != nil {
			return r.fail(v.line, "%w", err)
		}
		fmt.Fprintf(&r.out, `{"num":%d,"den":%d}`, num, den)
		return nil
	case v.sort == table:
		return r.emitTable(v, t)
	case v.sort == list:
		return r.emitList(v, t)
	case v.sort == text:
		r.out.WriteString(quoted(v.text))
		return nil
	case v.sort == other:
		return r.fail(v.line, "%s cannot be here; write an amount, a share or a length of time in quotation marks", v.text)
	}
	r.out.WriteString(v.text)
	return nil
}

func (r *reader) emitList(v *value, t reflect.Type) error {
	of := t
	if t.Kind() == reflect.Slice {
		of = t.Elem()
	}
	r.out.WriteByte('[')
	for i, item := range v.items {
		if i > 0 {
			r.out.WriteByte(',')
		}
		emit := func() error { return r.emit(item, of) }
		if item.called != "" {
			inner := emit
			emit = func() error { return r.within(item.called, inner) }
		}
		if err := emit(); err != nil {
			return err
		}
	}
	r.out.WriteByte(']')
	return nil
}

func (r *reader) emitTable(v *value, t reflect.Type) error {
	if t.Kind() != reflect.Struct {
		r.out.WriteString("{}") // whoever reads the JSON says what was to be there
		return nil
	}
	fields := fieldsOf(t)
	r.out.WriteByte('{')
	for i, f := range v.fields {
		if i > 0 {
			r.out.WriteByte(',')
		}
		at := slices.IndexFunc(fields, func(k known) bool { return k.name == f.name })
		if at < 0 {
			at = slices.IndexFunc(fields, func(k known) bool { return stem(k.name) == f.name })
		}
		if at < 0 {
			return r.fail(f.line, "there is no %s here; there are %s", words.Quote(f.name), words.List(namesIn(t, fields), "and"))
		}
		emit := func() error { return r.emitField(f, fields[at]) }
		if inner := emit; fields[at].name != "rule" { // of which a file has the fields where it stands
			emit = func() error { return r.within(f.name, inner) }
		}
		if err := emit(); err != nil {
			return err
		}
	}
	r.out.WriteByte('}')
	return nil
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
		default:
			out = append(out, stem(k.name))
		}
	}
	return out
}

// emitField writes a field, with its figure in the unit that its name has in JSON.
func (r *reader) emitField(f field, k known) error {
	r.mark(f.line)
	r.out.WriteString(quoted(k.name))
	r.out.WriteByte(':')
	if k.name == f.name || f.value.sort != text {
		return r.emit(f.value, k.of)
	}
	n, err := r.figure(k.name, f.value.text)
	if err != nil {
		return r.fail(f.value.line, "%w", err)
	}
	return r.emit(wholeOf(f.value.line, n), k.of)
}

// figure reads a figure with its unit for the field that has it in JSON.
func (r *reader) figure(name, text string) (uint64, error) {
	if strings.HasSuffix(name, minor) {
		amount, err := figure.Money(text, r.digits)
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
	return minutes / (24 * 60), nil
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
