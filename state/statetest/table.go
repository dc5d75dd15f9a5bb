package statetest

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// A Row is one line of a table test: an action and the rejection it must meet,
// nil if it must be accepted. By is who signs; zero means that a motion carries
// the action. Before runs first, to set the scene; it may be nil.
type Row struct {
	Name   string
	By     state.Member
	Action state.Action
	Want   *state.Rejection
	Before func()
}

// Try makes a row.
func Try(name string, by state.Member, a state.Action, want *state.Rejection) Row {
	return Row{Name: name, By: by, Action: a, Want: want}
}

// After is the row, run once scene has been set.
func (r Row) After(scene func()) Row {
	r.Before = scene
	return r
}

// Run runs the rows in order on one ledger. After each, the records have changed
// if and only if the row was accepted, and every invariant holds.
func (l *L) Run(t *testing.T, rows []Row) {
	t.Helper()
	for _, row := range rows {
		if row.Before != nil {
			row.Before()
		}
		before := l.Digest()
		var res state.Result
		if row.By == 0 {
			res = l.Mandate(row.Action)
		} else {
			res = l.Do(row.By, row.Action)
		}
		var want uint32
		if row.Want != nil {
			want = row.Want.Code
		}
		if res.Code != want {
			t.Errorf("%s: code %d (%s), want %d", row.Name, res.Code, res.Log, want)
		}
		if changed := l.Digest() != before; changed != (res.Code == 0) {
			t.Errorf("%s: code %d, but records changed: %v", row.Name, res.Code, changed)
		}
		l.Sound()
	}
}

// ForMembers grants actions, by their names in code, to every active member.
func ForMembers(actions ...string) []charter.NamedGrant {
	return []charter.NamedGrant{{Actions: actions, GrantText: charter.GrantText{Members: true}}}
}
