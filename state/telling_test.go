package state

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A sample is an action whose words say what its Telling was.
type sample struct {
	Number uint64 `cbor:"1,keyasint,omitempty"`
	Units  int    `cbor:"2,keyasint,omitempty"`
}

func (sample) Check() error     { return nil }
func (sample) Apply(*Ctx) error { return nil }
func (m sample) Cost() int      { return m.Units }

func (m sample) Describe(t Telling) Words {
	return t.Given(Words{Phrase: fmt.Sprintf("take sample %d", m.Number)}, "gave")
}

// A plain action does not say what it costs.
type plain struct{}

func (plain) Check() error           { return nil }
func (plain) Apply(*Ctx) error       { return nil }
func (plain) Describe(Telling) Words { return Words{Phrase: "be plain"} }

var sampleKinds = []Kind{KindOf[plain](0x7f10, "state.plain"), KindOf[sample](0x7f11, "state.sample")}

func TestActor(t *testing.T) {
	member, motion := Actor{Coop: 1, Member: 3}, Actor{Coop: 1, Motion: 7}
	for a, want := range map[Actor]string{member: "member 3 of co-op 1", motion: "motion 7 of co-op 1", {}: "the ledger"} {
		if got := a.String(); got != want {
			t.Errorf("%#v is %q, want %q", a, got, want)
		}
	}
	for _, row := range []struct {
		a    Actor
		coop Coop
		want Member
	}{
		{member, 2, 0}, // a member of another co-op
		{Actor{Coop: 1, Member: 3, Motion: 7}, 1, 0},
		{motion, 1, 0},
		{member, 1, 3},
	} {
		if got := (Authority{Actor: row.a}).MemberOf(row.coop); got != row.want {
			t.Errorf("%#v acts on co-op %d as member %d, want %d", row.a, row.coop, got, row.want)
		}
	}
}

func TestClause(t *testing.T) {
	for want, c := range map[string]Clause{
		"notice: 14 days → nothing": {"notice", "14 days", ""},
		"notice: 7 days":            {"notice", "", "7 days"},
		"notice: 7 days, as before": {"notice", "7 days", "7 days"},
		"notice: 14 days → 7 days":  {"notice", "14 days", "7 days"},
	} {
		if got := c.String(); got != want {
			t.Errorf("%+v is %q, want %q", c, got, want)
		}
	}
}

func TestTelling(t *testing.T) {
	named := Telling{Kinds: sampleKinds, CoopName: func(c Coop) string { return map[Coop]string{2: "Millbrook"}[c] }}
	for _, row := range []struct {
		t    Telling
		coop Coop
		want string
	}{
		{Telling{}, 2, "co-op 2"}, {named, 3, "co-op 3"}, {named, 2, "co-op 2 (Millbrook)"},
	} {
		if got := row.t.NameOf(row.coop); got != row.want {
			t.Errorf("co-op %d is %q, want %q", row.coop, got, row.want)
		}
	}
	for n, want := range map[tx.Kind]string{0x7f10: "state.plain", 0x7f11: "state.sample", 0x7f12: "action 7f12"} {
		if got := named.KindName(n); got != want {
			t.Errorf("kind %04x is %q, want %q", uint16(n), got, want)
		}
	}
	payload := tx.Encode(sample{Number: 5})
	unknown := func(name string, payload []byte) Words {
		return Words{Phrase: "take an action that this program does not know (" + name + ")", Clauses: []Clause{Fact("payload", "%x", payload)}}
	}
	for _, row := range []struct {
		name            string
		kind            tx.Kind
		payload, result []byte
		want            Words
	}{
		{"unknown kind", 0x7f12, payload, nil, unknown("action 7f12", payload)},
		{"unknown field", 0x7f10, payload, nil, unknown("state.plain", payload)},
		{"not done", 0x7f11, payload, nil, Words{Phrase: "take sample 5"}},
		{"another result", 0x7f11, payload, tx.Encode("text"), Words{Phrase: "take sample 5"}},
		{"done", 0x7f11, payload, tx.Encode(12), Words{Phrase: "take sample 5", Clauses: []Clause{{What: "gave", After: "12"}}}},
	} {
		if got := named.Carried(row.kind, row.payload, row.result); !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %+v, want %+v", row.name, got, row.want)
		}
	}
	if n, ok := Was[uint64](Telling{}); ok {
		t.Errorf("what was not done was %d", n)
	}
}

// What an action costs lies between PlainCost and half of a block, whatever it says.
func TestCost(t *testing.T) {
	c := testCtx(memory{})
	c.block.kinds = Rules{Kinds: sampleKinds}.kinds()
	for _, row := range []struct {
		name    string
		kind    tx.Kind
		payload []byte
		want    int
	}{
		{"unknown kind", 0x7f12, tx.Encode(sample{Units: 9}), PlainCost},
		{"malformed", 0x7f11, []byte{0xff}, PlainCost},
		{"says nothing", 0x7f10, tx.Encode(plain{}), PlainCost},
		{"says too little", 0x7f11, tx.Encode(sample{Units: PlainCost - 1}), PlainCost},
		{"says too much", 0x7f11, tx.Encode(sample{Units: CostCeiling + 1}), CostCeiling},
		{"says 9", 0x7f11, tx.Encode(sample{Units: 9}), 9},
	} {
		if got := c.CarryCost(row.kind, row.payload); got != row.want {
			t.Errorf("%s: %d units, want %d", row.name, got, row.want)
		}
	}
}

// A room's list is in the order of numbers and takes each number once.
func TestKindList(t *testing.T) {
	var l KindList
	for _, i := range []int{1, 0} {
		if n := l.Add(sampleKinds[i]); n != sampleKinds[i].Number {
			t.Errorf("Add returns %04x", uint16(n))
		}
	}
	if len(l) != 2 || l[0].Name != "state.plain" || l[1].Name != "state.sample" {
		t.Errorf("list %+v", l)
	}
	defer func() {
		if r, want := recover(), "kind 7f10 is both state.plain and state.again"; r != want {
			t.Errorf("panic %v, want %q", r, want)
		}
	}()
	l.Add(KindOf[plain](0x7f10, "state.again"))
}
