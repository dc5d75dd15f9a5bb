package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Records of members of a co-op that leaves, for the reader.
const (
	livesRecord      = "lives.csv"
	keysRecord       = "keys.csv"
	operationsRecord = "operations.csv"
	acceptedRecord   = "accepted.csv"
	patronageRecord  = "patronage.csv"
	partsRecord      = "parts.csv"
)

// furtherIn reads the columns of members that few tables have: what the member is, whom it
// nominated, and who it is here. Its error is that the register cannot be read.
func (r *reading) furtherIn(m *moving, row sheet.Row, p *takeover.Person) error {
	bad := func(column, format string, args ...any) { m.bad(at(membersTable, row, column), format, args...) }
	if text := row.Cell("sort"); text != "" {
		sort := slices.Index(member.Sorts(), text)
		if sort < 0 {
			bad("sort", "%s is no sort of member; write %s", words.Quote(text), list(member.Sorts(), "or"))
		}
		p.Entry.Sort = member.Sort(max(sort, 0))
	}
	if text := row.Cell("nomination"); text != "" {
		var err error
		if p.Nomination, err = parseHex("the nomination", text, 32); err != nil {
			bad("nomination", "%v", err)
		} else if p.Left != 0 {
			bad("nomination", "number %s left on %s, and nominates nobody", p.Ref, words.Day(p.Left))
		}
	}
	text := row.Cell("member")
	if text == "" {
		return nil
	}
	n, err := figure.Ordinal("the number of a member", text)
	if err != nil {
		bad("member", "%s is no number of a member here", words.Quote(text))
		return nil
	}
	rec, err := member.Find(r, state.Member(n))
	switch first := m.here[state.Member(n)]; {
	case state.Rejected(err) != nil:
		bad("member", "there is no member %d here%s", n, m.nameFounders())
		return nil
	case err != nil:
		return err
	case first != 0:
		bad("member", "member %d stands in line %d too", n, first)
	case rec.Standing() != member.Active && rec.Standing() != member.Suspended:
		bad("member", "member %d is %v here", n, rec.Standing())
	case p.Left != 0:
		bad("left", "member %d is here, and has not left", n)
	case len(p.Entry.Key) > 0 && !p.Entry.Key.Equal(rec.Key):
		bad("key", "the key is not that of member %d here", n)
	case row.Cell("class") != "" && p.Entry.Class != 0 && p.Entry.Class != rec.Class():
		bad("class", "member %d is of class %d here", n, rec.Class())
	case row.Cell("sort") != "" && p.Entry.Sort != rec.Sort:
		bad("sort", "member %d is on the register as %s here", n, rec.Sort)
	}
	m.here[state.Member(n)] = row.Line
	p.Here, p.Entry, p.Nomination = state.Member(n), member.Entry{}, nil
	return nil
}

// nameFounders says how members that only a founding has become known, nothing if they are.
func (m *moving) nameFounders() string {
	if m.founds == nil || len(m.founds.Coop.Members) > 0 {
		return ""
	}
	return "; members of a founding are its founders, by their lines: name their table with --founders"
}

// readClasses reads of which classes members were before.
func (r *reading) readClasses(m *moving) error {
	columns := []sheet.Column{{Name: "number"}, {Name: "class"}, {Name: "from", Optional: true}}
	lines := map[int]sheet.Row{} // the last of each person
	err := m.eachLine(classesTable, true, columns, func(row sheet.Row) {
		i, known := m.personIn(classesTable, row)
		if !known {
			return
		}
		p := &m.people[i]
		class, err := parseClass(row.Cell("class"), r.policy)
		if err != nil {
			m.bad(at(classesTable, row, "class"), "%v", err)
			return
		}
		from, err := m.dayIn(row, "from", p.Joined)
		if n := len(p.Classes); err == nil && n > 0 && from <= p.Classes[n-1].From {
			err = fmt.Errorf("from %s is not after %s, of the line above it", or(row.Cell("from"), "the beginning"), or(dayOrNone(p.Classes[n-1].From), "the beginning"))
		} else if err == nil && n == takeover.MaxClasses {
			err = fmt.Errorf("number %s was of another class more than %d times; leave out the oldest", p.Ref, takeover.MaxClasses-1)
		}
		if err != nil {
			m.bad(at(classesTable, row, "from"), "%v", err)
			return
		}
		p.Classes = append(p.Classes, takeover.Classed{Class: class, From: from})
		lines[i] = row
	})
	for i, p := range m.people {
		row, has := lines[i]
		if last := len(p.Classes) - 1; has && p.Here == 0 && p.Classes[last].Class != p.Entry.Class {
			m.bad(at(classesTable, row, "class"), "number %s is of %s since then, and of %s by %s", p.Ref, r.class(p.Classes[last].Class), r.class(p.Entry.Class), membersTable)
		}
	}
	return err
}

// exportClasses are the classes of members who were of more than one, here and in the register
// before.
func (r *reading) exportClasses(has map[string]bool) ([][]string, error) {
	out := [][]string{{"number", "class", "from"}}
	err := member.Range(r, 0, ^state.Member(0), func(m state.Member, rec member.Record) (bool, error) {
		if s := rec.Standing(); s == member.Left && !has[fmt.Sprint(m)] || s != member.Left && s != member.Active && s != member.Suspended {
			return true, nil
		}
		past, _, err := takeover.PastOf(r, m)
		if err != nil {
			return false, err
		}
		all := classesOf(past, rec)
		for _, of := range all[min(len(all), max(0, len(all)-takeover.MaxClasses)):] {
			if len(all) > 1 {
				out = append(out, []string{fmt.Sprint(m), fmt.Sprint(of.Class), dayOrNone(of.From)})
			}
		}
		return true, nil
	})
	return out, err
}

// classesOf are the classes that a member was of, by day; of a day on which it was of several,
// the last.
func classesOf(past takeover.Past, rec member.Record) []takeover.Classed {
	all := slices.Clone(past.Classes)
	for i, h := range rec.History {
		from := h.From()
		if i == 0 && past.Joined != 0 {
			from = past.Joined
		}
		n := len(all)
		switch {
		case n > 0 && all[n-1].Class == h.Class:
		case n > 0 && from <= all[n-1].From:
			all[n-1].Class = h.Class
		default:
			all = append(all, takeover.Classed{Class: h.Class, From: from})
		}
	}
	return all
}

func (r *reading) writeLives(line func(...string) error) error {
	if err := line("number", "operation", "day", "standing", "class", "ending", "reason", "by"); err != nil {
		return err
	}
	return member.Range(r, 0, ^state.Member(0), func(m state.Member, rec member.Record) (bool, error) {
		for _, h := range rec.History {
			ending := ""
			if h.Ending != 0 {
				ending = h.Ending.String()
			}
			err := line(fmt.Sprint(m), fmt.Sprint(h.Operation), words.Day(h.From()), h.Standing.String(), fmt.Sprint(h.Class), ending, h.Reason, h.By.String())
			if err != nil {
				return false, err
			}
		}
		return true, nil
	})
}

func (r *reading) writeKeys(line func(...string) error) error {
	if err := line("number", "key", "name", "public", "since", "revoked", "guardians", "of_them"); err != nil {
		return err
	}
	return member.Range(r, 0, ^state.Member(0), func(m state.Member, _ member.Record) (bool, error) {
		err := keyring.Range(r, m, func(n keyring.Number, k keyring.Key) (bool, error) {
			revoked := ""
			if k.Revoked != 0 {
				revoked = words.Day(state.DayOf(k.Revoked))
			}
			return true, line(fmt.Sprint(m), fmt.Sprint(n), k.Name, k.Public.String(), words.Day(state.DayOf(k.Since)), revoked, "", "")
		})
		if err != nil {
			return false, err
		}
		trust, err := keyring.TrustOf(r, m)
		g := trust.On(state.DayOf(r.Time()))
		if err != nil || len(g.Members) == 0 {
			return true, err
		}
		var all []string
		for _, who := range g.Members {
			all = append(all, fmt.Sprint(who))
		}
		return true, line(fmt.Sprint(m), "", "", "", "", "", strings.Join(all, " "), fmt.Sprint(g.Threshold))
	})
}

func (r *reading) writeOperations(line func(...string) error) error {
	if err := line("operation", "day", "number", "class", "what", "units", "held", "entry", "by"); err != nil {
		return err
	}
	return share.Operations(r, 0, ^uint64(0), func(n uint64, o share.Change) (bool, error) {
		sign := ""
		if o.Leaves() {
			sign = "-"
		}
		return true, line(fmt.Sprint(n), words.Day(o.DayOf()), fmt.Sprint(o.Member), fmt.Sprint(o.Class), o.Sort.String(), sign+fmt.Sprint(o.Units), fmt.Sprint(o.Held), numberOrNone(o.Entry), o.By.String())
	})
}

func (r *reading) writeAccepted(line func(...string) error) error {
	if err := line("text", "version", "number", "day", "by"); err != nil {
		return err
	}
	return document.Range(r, 0, ^document.Number(0), func(n document.Number, _ document.Text) (bool, error) {
		return true, document.Versions(r, n, func(k uint32, _ document.Version) (bool, error) {
			return true, document.Acceptances(r, n, k, 0, func(m state.Member, a document.Acceptance) (bool, error) {
				return true, line(fmt.Sprint(n), fmt.Sprint(k), fmt.Sprint(m), words.Day(state.DayOf(a.Time)), a.By.String())
			})
		})
	})
}

func (r *reading) writePatronage(line func(...string) error) error {
	if err := line("period", "measure", "number", "quantity"); err != nil {
		return err
	}
	return surplus.Periods(r, func(p surplus.Period, _ surplus.Statement) (bool, error) {
		for measure := surplus.Hours; measure.Known(); measure++ {
			err := surplus.Figures(r, p, measure, 0, ^state.Member(0), func(m state.Member, q uint64) (bool, error) {
				return true, line(fmt.Sprint(p), measure.String(), fmt.Sprint(m), fmt.Sprint(q))
			})
			if err != nil {
				return false, err
			}
		}
		return true, nil
	})
}

func (r *reading) writeParts(line func(...string) error) error {
	if err := line("period", "step", "number", "claim", "cash", "notice", "shares", "paid", "settled", "redeemed"); err != nil {
		return err
	}
	return surplus.Periods(r, func(p surplus.Period, s surplus.Statement) (bool, error) {
		for step := uint8(1); step <= s.Steps; step++ {
			err := surplus.Parts(r, p, step, 0, ^state.Member(0), func(m state.Member, part surplus.Part) (bool, error) {
				return true, line(fmt.Sprint(p), fmt.Sprint(step), fmt.Sprint(m), fmt.Sprint(part.Claim), r.decimal(part.Cash), r.decimal(part.Notice), r.decimal(part.Shares),
					numberOrNone(part.Paid), numberOrNone(part.Settled), numberOrNone(part.Redeemed))
			})
			if err != nil {
				return false, err
			}
		}
		return true, nil
	})
}
