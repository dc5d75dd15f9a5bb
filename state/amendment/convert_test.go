package amendment_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// filled fails the test if a field of v, or of a struct in it, is zero: a form
// that gains a field has to be given a value here, and so to be converted.
func filled(t *testing.T, name string, v reflect.Value) {
	t.Helper()
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.IsZero() {
		t.Errorf("%s is left out", name)
	}
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[charter.ClauseLevel]() {
			return // it names one clause of several sorts
		}
		for i := range v.NumField() {
			filled(t, name+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			filled(t, name, v.Index(i))
		}
	}
}

// What a document says arrives in the records whole, and is read back as the
// same text and as the same amendment.
func TestConversions(t *testing.T) {
	grant := charter.GrantText{
		Concerned: true, Members: true, Offices: []charter.Office{charter.Chair}, Motions: []charter.MotionKindID{9},
		Others: []charter.OtherText{{Coop: 2, Office: charter.Auditor}},
	}
	motion := charter.MotionText{
		Name: "all", Electorate: charter.ElectorateText{Sort: charter.Holders, Class: 1, Offices: []charter.Office{charter.Chair}},
		Rule: &charter.RuleText{
			Quorum: count.Fraction{Num: 1, Den: 3}, QuorumMin: 4, Threshold: count.Fraction{Num: 2, Den: 3}, Base: count.BaseMembers, Strict: true,
		},
		Notice: 5, Shortest: 6, Longest: 7, Closing: charter.OnDeclaring,
		Proposers: []charter.Office{charter.Chair}, ProposerClass: 1, Then: []charter.MotionKindID{1}, Most: 8,
	}
	// A kind of motion has one method, so that the text of a veto is one of its own.
	veto := charter.MotionText{Name: "veto", Electorate: charter.ElectorateText{Sort: charter.AllMembers},
		Veto:     &charter.VetoText{Share: count.Fraction{Num: 1, Den: 2}, Strict: true},
		Shortest: charter.MinVeto, Longest: charter.MinVeto, Closing: charter.AtDeadline,
	}
	policy := charter.PolicyText{Currency: "EUR", Digits: 2, Allowance: 100, Classes: []string{"member", "worker"}, Entrenched: 1, Waiting: 8, Alone: 9,
		Membership: charter.Membership{ProbationLeast: 1, ProbationMost: 2, ProbationVotes: true, Resignation: 3, Hearing: 7, Appeal: 5, Seconders: 6, AppealStays: true, Decide: 7, Silent: 365, SilentNotice: 28, Unclaimed: true,
			Suspension: 60, Shield: 200, Intake: 100, IntakeOf: 4, IntakeSmall: 3, Invitation: 30, NoticeGood: 100,
			Offices: []charter.OfficeRule{{Office: 16, Name: "trustee", Seats: 3, Term: 4, Terms: 5, Thirds: true, Early: 6, Break: 100, Apart: 200, Classes: []charter.ClassSeats{{Class: 1, Most: 2}}}}},
		Overdrafts: []charter.Overdraft{{Account: 1000, Amount: 5}}, Special: []charter.MotionKindID{1}, Principle: []charter.MotionKindID{1},
		Levels: []charter.ClauseLevel{{Grant: 1, Level: charter.LevelSpecial}, {Motion: 1, Level: charter.LevelPrinciple}, {Figure: 1, Level: charter.LevelEntrenched}}}
	doc := charter.Document{
		Name: "x", About: "y", Policy: policy,
		Motions: []charter.NamedMotion{{ID: 9, MotionText: motion}},
		Grants:  []charter.NamedGrant{{Actions: []string{"member.Suspend"}, GrantText: grant}},
		Texts:   []charter.Text{{Name: "x", Words: "y"}},
	}
	both := doc
	both.Motions = []charter.NamedMotion{{ID: 9, MotionText: motion}}
	both.Motions[0].Veto = veto.Veto
	filled(t, "document", reflect.ValueOf(both))
	doc.Motions = append(doc.Motions, charter.NamedMotion{ID: 10, MotionText: veto})
	l := statetest.New(t, statetest.Setup{})
	amend, err := amendment.Founding(doc, l.Rules().Kinds)
	if err != nil {
		t.Fatal(err)
	}
	amend.From = 1 // a document has no day
	whole := amend
	whole.Motions = whole.Motions[:1]
	filled(t, "amendment", reflect.ValueOf(whole))
	if res := l.Mandate(amend); res.Code != 0 {
		t.Fatal(res.Log)
	}
	v := l.Read()
	defer v.Close()
	g, err := charter.GrantOf(v.Of(1), amend.Grants[0].Kind)
	if err != nil {
		t.Fatal(err)
	}
	k, err := charter.MotionKindOf(v.Of(1), 9)
	if err != nil {
		t.Fatal(err)
	}
	silent, err := charter.MotionKindOf(v.Of(1), 10)
	if err != nil {
		t.Fatal(err)
	}
	p, err := charter.PolicyOf(v.Of(1))
	if err != nil {
		t.Fatal(err)
	}
	filled(t, "grant", reflect.ValueOf(g))
	filled(t, "kind of motion", reflect.ValueOf(k))
	filled(t, "policy", reflect.ValueOf(p))
	if diff := cmp.Diff(grant, g.Text()) + cmp.Diff(motion, k.Text()) + cmp.Diff(veto, silent.Text()) + cmp.Diff(policy, charter.PolicyText(p)); diff != "" {
		t.Errorf("text (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(amend.Grants[0], g.Entry(amend.Grants[0].Kind)) + cmp.Diff(amend.Motions[0], k.Entry(9)) +
		cmp.Diff(amend.Policy[0], charter.PolicyEntry(p)); diff != "" {
		t.Errorf("amendment (-want +got)\n%s", diff)
	}

	k.Method.Tag = 9
	if text := k.Text(); text.Rule != nil || text.Veto != nil {
		t.Errorf("an unknown method is shown as %+v", text)
	}
	if rule, err := k.Method.Majority(); err == nil {
		t.Errorf("an unknown method has the rule %+v", rule)
	}
}
