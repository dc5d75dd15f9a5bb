package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// exportedIn says of each table of the ledger that has something about one member in which
// fields of me export it is, or why it is not about anyone's own: "not: …".
var exportedIn = map[string]string{
	"member.records": "member history", "member.keys": "member", "member.posts": "member terms", "member.spent": "last_sequence allowance",
	"member.suspensions": "not: the days on which suspensions end, which are in the history", "member.turns": "not: how often which day's register was asked for",
	"member.intakes": "not: how many officers took in on a day", "member.totals": "not: figures of all", "member.nominations": "not: see exit.nominations",
	"keyring.keys": "member", "keyring.rings": "member", "keyring.trusts": "member",
	"exit.nominations": "nomination", "exit.proceedings": "member", "exit.files": "member", "exit.totals": "not: figures of all",
	"share.holdings": "shares", "share.subscriptions": "history", "share.operations": "history", "share.demands": "not: what is called of a class, by day",
	"share.totals": "not: figures of all", "share.registers": "not: figures of all", "share.freezes": "not: of all holdings",
	"withdrawal.tickets": "withdrawals", "withdrawal.queues": "not: figures of all",
	"account.journal": "history",
	"ballot.motions":  "history", "ballot.casts": "history", "ballot.proposed": "not: how many motions under way are the member's, which the history has",
	"ballot.polls": "motions", "ballot.proposedOutside": "not: of officers of other co-ops",
	"surplus.figures": "patronage", "surplus.parts": "dividends", "hold.held": "not: how often a motion of the member had a thing stand still",
	"office.terms": "terms", "office.rotations": "not: who retires, which is in the terms",
	"lot.drawings": "drawn", "lot.totals": "not: figures of all",
	"dues.payers": "dues", "dues.payments": "dues", "dues.schedules": "not: of all", "dues.totals": "not: figures of all",
	"document.acceptances": "accepted", "identity.identities": "identity", "takeover.pasts": "brought_in", "takeover.takeovers": "not: figures of all",
	"circle.seats": "circles", "circle.circles": "not: of all", "circle.totals": "not: of all", "circle.budgets": "not: of a circle", "circle.payments": "not: of a circle, whose entries the history has",
}

// notMembers are the rooms and tables that have nothing of one member.
var notMembers = []string{
	"state.", "agenda.", "shareclass.", "share.classes", "share.versions", "share.rulebooks", "charter.", "amendment.", "federation.",
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
	seen := map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		table := strings.Fields(line)[1]
		seen[table] = true
		none := false
		for _, prefix := range notMembers {
			none = none || table == prefix || strings.HasSuffix(prefix, ".") && strings.HasPrefix(table, prefix)
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
	if len(seen) < 90 {
		t.Errorf("%d tables: the list is not read", len(seen))
	}
}
