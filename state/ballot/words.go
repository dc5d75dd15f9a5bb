package ballot

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Kinds are this room's actions.
var Kinds state.KindList

// Named is a motion of r's co-op: `motion 3, "Dan as treasurer"`.
func Named(r state.Reader, n Number) string {
	m, ok, err := motions.Find(r, n)
	if err != nil || !ok {
		return fmt.Sprintf("motion %d", n)
	}
	return fmt.Sprintf("motion %d, %s", n, words.Quote(m.Title))
}

// Carries says what each action of the motion does if it is carried or, once that
// was done, what it did. t is of the motion's co-op.
func (m Motion) Carries(t state.Telling) []state.Words {
	var result []byte
	if len(m.Was) > 0 {
		t.Was = m.Was
	}
	for _, res := range m.Result {
		if res.Outcome == count.Carried && res.Refused == 0 {
			result = res.Gave
			if result == nil {
				result = []byte{} // done, and it gave nothing
			}
			if t.Was = nil; len(res.Was) > 0 {
				t.Was = res.Was
			}
		}
	}
	var out []state.Words
	for _, a := range m.Action {
		out = append(out, t.Carried(a.Kind, a.Payload, result))
	}
	return out
}

// Words say what an option is: its text, the member who stands, or both.
func (o Option) Words() string {
	switch {
	case o.Member == 0:
		return words.Quote(o.Text)
	case o.Text == "":
		return fmt.Sprintf("member %d", o.Member)
	}
	return fmt.Sprintf("%s, member %d", words.Quote(o.Text), o.Member)
}
