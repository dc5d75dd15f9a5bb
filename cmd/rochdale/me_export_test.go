package main

import (
	"encoding"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/takeover"
)

// exportedIn says of each table of the ledger that has something about one member in which
// fields of me export it is, or why it is not about anyone's own: "not: …".
var exportedIn = map[string]string{
	"member.records": "member history", "member.keys": "member", "member.posts": "member terms", "member.spent": "last_sequence allowance",
	"member.suspensions": "not: the days on which suspensions end, which are in the history", "member.turns": "not: how often which day's register was asked for",
	"member.intakes": "not: how many officers took in on a day", "member.totals": "not: figures of all", "member.nominations": "nomination", "exit.nominatedOn": "nominations",
	"intake.givens": "not: to how many members officers gave a key on a day",
	"behalf.acts":   "history", "behalf.counts": "history", "keyring.keys": "member", "keyring.rings": "member", "keyring.trusts": "member",
	"exit.proceedings": "member", "exit.files": "member", "exit.totals": "not: figures of all",
	"share.holdings": "shares", "share.subscriptions": "history", "share.operations": "history", "share.demands": "not: what is called of a class, by day",
	"share.totals": "not: figures of all", "share.registers": "not: figures of all", "share.freezes": "not: of all holdings",
	"withdrawal.tickets": "withdrawals", "withdrawal.queues": "not: figures of all",
	"account.journal": "history",
	"ballot.motions":  "history", "ballot.casts": "history", "ballot.proposed": "not: how many motions under way are the member's, which the history has",
	"ballot.polls": "motions", "ballot.proposedOutside": "not: of officers of other co-ops",
	"surplus.figures": "patronage", "surplus.decisions": "patronage", "surplus.parts": "dividends", "hold.held": "not: how often a motion of the member had a thing stand still",
	"office.terms": "terms", "office.rotations": "not: who retires, which is in the terms",
	"lot.drawings": "drawn", "lot.totals": "not: figures of all",
	"dues.payers": "dues", "dues.payments": "dues", "dues.schedules": "not: of all", "dues.totals": "not: figures of all",
	"document.acceptances": "accepted", "identity.identities": "identity", "identity.changes": "history", "identity.erased": "not: commitments of the erasures, which the history has",
	"takeover.pasts": "brought_in", "takeover.takeovers": "not: figures of all",
	"circle.seats": "circles", "circle.circles": "not: of all", "circle.totals": "not: of all", "circle.budgets": "not: of a circle", "circle.payments": "not: of a circle, whose entries the history has",
}

// notMembers are the rooms and tables that have nothing of one member.
var notMembers = []string{
	"state.", "agenda.", "share.classes", "share.versions", "share.rulebooks", "charter.", "federation.",
	"account.accounts", "account.balances", "account.reversals", "account.books", "account.results", "account.days",
	"ballot.tallies", "ballot.totals", "ballot.counts",
	"surplus.statements", "surplus.tallies", "surplus.allotments", "surplus.runs", "surplus.calendars", "surplus.bases", "surplus.holds", "surplus.names", "surplus.stood",
	"document.texts", "document.versions", "document.totals", "document.names",
}

// Every table of every room stands in one of the two lists, and what is said to be exported
// is a field of what is written: who adds a table decides whether it is anyone's own.
func TestMeExportHasEveryTable(t *testing.T) {
	raw, err := os.ReadFile("../../app/testdata/prefixes.golden")
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(meExport{
		Past: &pastInfo{}, Committed: &commitInfo{}, Dues: &duesPaid{}, meInfo: meInfo{Nominated: &nominatedInfo{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(written, &fields); err != nil {
		t.Fatal(err)
	}
	seen, met := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		table := strings.Fields(line)[1]
		seen[table] = true
		none := false
		for _, prefix := range notMembers {
			if table == prefix || strings.HasSuffix(prefix, ".") && strings.HasPrefix(table, prefix) {
				none, met[prefix] = true, true
			}
		}
		in, listed := exportedIn[table]
		if listed == none {
			t.Errorf("%s: put it among what me export has, or among what is no member's", table)
		}
		if !listed || strings.HasPrefix(in, "not: ") {
			continue
		}
		for _, field := range strings.Fields(in) {
			if _, has := fields[field]; !has {
				t.Errorf("%s is said to be in %q, which me export does not write", table, field)
			}
		}
	}
	for table := range exportedIn {
		if !seen[table] {
			t.Errorf("%s is no table: take it out", table)
		}
	}
	for _, prefix := range notMembers {
		if !met[prefix] {
			t.Errorf("%s is no table and no room with any: take it out", prefix)
		}
	}
	if len(seen) < 90 {
		t.Errorf("%d tables: the list is not read", len(seen))
	}
}

// Every field of what is written has a name of its own among programs, and no number stands
// where a moment or a day is meant: nothing of it is a record of the ledger as it is kept.
func TestMeExportHasNoBareRecords(t *testing.T) {
	marshaler := reflect.TypeFor[json.Marshaler]()
	texter := reflect.TypeFor[encoding.TextMarshaler]()
	met := map[reflect.Type]bool{}
	var walk func(at reflect.Type)
	walk = func(at reflect.Type) {
		switch at.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			walk(at.Elem())
		}
		if at.Kind() != reflect.Struct || met[at] || at.Implements(marshaler) || at.Implements(texter) {
			return
		}
		met[at] = true
		for i := range at.NumField() {
			f := at.Field(i)
			if f.IsExported() && !f.Anonymous && f.Tag.Get("json") == "" {
				t.Errorf("%v: %s has no name", at, f.Name)
			}
			walk(f.Type)
		}
	}
	walk(reflect.TypeFor[meExport]())
	if len(met) < 20 {
		t.Errorf("%d types: the walk is broken", len(met))
	}
}

// What came from the register before is said with days and names.
func TestPastInfo(t *testing.T) {
	s := &session{reading: &reading{}}
	got, err := json.Marshal(s.pastInfo(takeover.Past{
		Ref: "17", Joined: 17956, Left: 20453,
		Held: []takeover.Held{{Class: 1, Units: 50, Since: 17956}, {Class: 2, Units: 3}}, Posts: []takeover.Post{{Office: charter.Auditor, Since: 20218, Until: 21679}},
	}, nil))
	want := `{"number":"17","joined":"2019-03-01","left":"2025-12-31",` +
		`"held":[{"class":1,"units":50,"since":"2019-03-01"},{"class":2,"units":3}],` +
		`"offices":[{"office":"auditor","since":"2025-05-10","until":"2029-05-10"}]}`
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s, want\n%s", err, got, want)
	}
}
