package amendment_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Where others than all members let members in, all members can suspend these before
// they have a vote: a charter by which they could not is refused.
func TestDefence(t *testing.T) {
	written := func(notice, shortest uint32) charter.MotionEntry {
		k := sound()
		k.Name, k.Notice, k.Shortest, k.Longest = "written", notice, shortest, 40_320
		return k.Entry(4)
	}
	suspended := func(by ...charter.MotionKindID) []charter.GrantEntry {
		return []charter.GrantEntry{{Kind: suspend, Motions: by}}
	}
	admitted := func(by ...charter.MotionKindID) []charter.GrantEntry {
		return []charter.GrantEntry{{Kind: admit, Motions: by}, {Kind: imports, Motions: []charter.MotionKindID{strong}}}
	}
	const week = 7 * 24 * 60
	for _, row := range []struct {
		name   string
		amends []amendment.Amend // the last is the one that is tried
		says   string            // of ErrDefence, "" if it is taken
	}{
		{"officers admit, nobody suspends in time", []amendment.Amend{{Grants: suspended(strong)}, {Grants: admitted(weak)}}, "new members wait for 7 days, all members need "},
		{"officers admit, only officers suspend", []amendment.Amend{{Grants: suspended(weak)}, {Grants: admitted(weak)}}, "no kind of motion that is put to all members suspends; grant member.Suspend to one, since two officers lets members in"},
		{"officers import", []amendment.Amend{{Grants: suspended(strong)}, {Grants: []charter.GrantEntry{{Kind: imports, Motions: []charter.MotionKindID{weak}}}}}, "new members wait for 7 days"},
		{"only all members admit", []amendment.Amend{{Grants: suspended(strong)}, {Grants: admitted(strong)}}, ""},
		{"a quick kind suspends", []amendment.Amend{{Grants: admitted(weak), Motions: []charter.MotionEntry{written(0, 0)}}}, ""},
		{"the quick kind is taken from it", []amendment.Amend{{Grants: admitted(weak)}, {Grants: suspended(strong)}}, "new members wait for 7 days"},
		{"its notice becomes long", []amendment.Amend{{Grants: admitted(weak)}, {Motions: []charter.MotionEntry{written(week, 0)}}}, "all members need 7 days"},
		{"notice and poll are as long as they wait", []amendment.Amend{{Grants: admitted(weak)}, {Motions: []charter.MotionEntry{written(week-60, 60)}}}, "all members need 7 days"},
		{"a minute less", []amendment.Amend{{Grants: admitted(weak)}, {Motions: []charter.MotionEntry{written(week-60, 59)}}}, ""},
		{"and they wait for longer", []amendment.Amend{{Grants: admitted(weak)}, {Motions: []charter.MotionEntry{written(week, 60)}, Policy: changed(func(p *charter.PolicyEntry) { p.Waiting = 8 })}}, ""},
	} {
		l := statetest.New(t, statetest.Setup{})
		last := len(row.amends) - 1
		for _, a := range row.amends[:last] {
			if res := l.Mandate(a); res.Code != 0 {
				t.Fatalf("%s: before: %d %s", row.name, res.Code, res.Log)
			}
		}
		res := l.Mandate(row.amends[last])
		if row.says == "" && res.Code != 0 || row.says != "" && (res.Code != amendment.ErrDefence.Code || !strings.Contains(res.Log, row.says)) {
			t.Errorf("%s: %d %s, want %q", row.name, res.Code, res.Log, row.says)
		}
	}
}
