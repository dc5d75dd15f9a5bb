package app

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
)

// theirs are the actions about one member that a charter may give to an officer alone, and
// why that takes or gives away nothing of the member's by itself.
var theirs = map[string]string{
	"member.Admit":        "follows a motion: charter.Collective",
	"member.Suspend":      "ends by itself, once, and keeps the vote for the waiting time",
	"member.Reinstate":    "gives back what a suspension took, and waits again",
	"member.EndProbation": "ends what bound the member",
	"member.Reclass":      "says in which class the member votes, which all members decide",
	"member.Appoint":      "gives an office",
	"member.Dismiss":      "takes an office, which is members' to give",
	"member.Rekey":        "waits for the charter's time, and is void as soon as the member signs",
	"exit.Summon":         "asks to a hearing",
	"exit.Hear":           "says that a member was heard",
	"exit.Drop":           "ends what others began",
	"exit.Expel":          "follows notice, hearing and appeal, by who the charter says",
	"exit.Appeal":         "is a member's defence, which any other may begin",
	"exit.AllowAppeal":    "is decided by all members, whatever is granted",
	"exit.RecordEnd":      "waits for the charter's time, and is void as soon as the member signs",
	"exit.Transmit":       "follows a recorded end",
	"member.Refuse":       "is of who has no vote yet",
	"member.Return":       "gives a former member's number back, by a new application",
	"keyring.Add":         "the room refuses it to others",
	"keyring.Narrow":      "the room refuses it to others",
	"keyring.Entrust":     "the room refuses it to others",
	"keyring.Revoke":      "the room refuses it to others than all members",
	"lot.Decline":         "of one who has not left, the room refuses it to others than all members",
	"dues.Declare":        "is of one without a key, on what it signed: the room refuses it for others",
	"document.Accept":     "is of one without a key, on what it signed: the room refuses it for others",
	"share.Cancel":        "ends a subscription that nobody has paid",
	"circle.Leave":        "takes a seat as a dismissal does, and none that more gave",
	"withdrawal.Request":  "of one who has not left, the room refuses it to others than motions",
	"withdrawal.Cancel":   "of one who has not left, the room refuses it to others than motions",
	"identity.Commit":     "says who a member is, and gives or takes nothing",
	"identity.Erase":      "takes the proof of who a member is, and nothing of what it has",
}

// Of every action about one member it is said whether others can take it alone, and why. The
// numbers of those that are the member's own are those of the actions meant.
func TestOwnKinds(t *testing.T) {
	own := map[string]charter.Own{}
	for _, o := range charter.Owns() {
		own[o.Name] = o
		if o.Why == "" {
			t.Errorf("%s: %+v", o.Name, o)
		}
	}
	for _, k := range Kinds {
		o, ok := own[k.Name]
		delete(own, k.Name)
		if ok && o.Kind != k.Number {
			t.Errorf("%s is kind %04x, and stands there as %04x", k.Name, uint16(k.Number), uint16(o.Kind))
		}
		a, err := k.Read([]byte{0xa0}) // with no field
		if err != nil {
			t.Fatalf("%s: %v", k.Name, err)
		}
		_, about := a.(state.Concerner)
		if why := theirs[k.Name]; ok == (why != "") && (ok || about) || why != "" && !about {
			t.Errorf("%s: the member's own %v, another's for the reason %q", k.Name, ok, why)
		}
	}
	for name := range own {
		t.Errorf("%s is no action", name)
	}
}

// No charter gives what is a member's own to an officer, to any member, to an officer of
// another co-op or to silence, whatever carries the amendment.
func TestOwnBounds(t *testing.T) {
	standard, err := charter.Preset("standard")
	if err != nil {
		t.Fatal(err)
	}
	force, err := amendment.Founding(standard, Kinds)
	if err != nil {
		t.Fatal(err)
	}
	window := charter.MotionEntry{ID: 9, Name: "window", Electorate: charter.ElectorateEntry{Sort: charter.AllMembers},
		Method: charter.ByVeto(count.VetoRule{Share: count.Fraction{Num: 1, Den: 10}}), Shortest: charter.MinVeto, Longest: charter.MinVeto, Closing: charter.AtDeadline}
	for _, o := range charter.Owns() {
		for _, row := range []struct {
			name  string
			grant charter.GrantEntry
			fits  bool
		}{
			{"an officer", charter.GrantEntry{Concerned: true, Offices: []charter.Office{charter.Secretary}}, false},
			{"any member", charter.GrantEntry{Concerned: true, Members: true}, false},
			{"another co-op's officer", charter.GrantEntry{Concerned: true, Others: []charter.OtherEntry{{Coop: 2, Office: charter.Chair}}}, false},
			{"an officer's window", charter.GrantEntry{Concerned: true, Motions: []charter.MotionKindID{9}}, false},
			{"two officers", charter.GrantEntry{Concerned: true, Motions: []charter.MotionKindID{3}}, true},
			{"all members", charter.GrantEntry{Concerned: true, Motions: []charter.MotionKindID{1}}, true},
			{"the member", charter.GrantEntry{Concerned: true}, true},
		} {
			row.grant.Kind = o.Kind
			amends := amendment.Amend{Motions: []charter.MotionEntry{window}, Grants: []charter.GrantEntry{row.grant}}
			err := amends.Check()
			if err == nil {
				err = force.With(amends).Stands()
			}
			refused := state.Rejected(err) == charter.ErrOwn && strings.Contains(err.Error(), o.Name) && strings.Contains(err.Error(), o.Why)
			if err == nil != row.fits || err != nil && !refused {
				t.Errorf("%s to %s: %v", o.Name, row.name, err)
			}
		}
	}
}
