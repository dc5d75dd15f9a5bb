package member

import (
	"encoding/hex"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Kinds are this room's actions.
var Kinds state.KindList

// Words say what an entry on the register is.
func (e Entry) Words(r state.Reader) string {
	text := "key " + e.Key.String()
	if len(e.Key) == 0 {
		text = "no key yet"
	} else if e.Until != 0 {
		text = "invitation " + e.Key.String() + " until " + words.Day(e.Until)
	}
	text += ", " + charter.ClassName(r, e.Class)
	if e.Sort != Person {
		text += ", a " + e.Sort.String()
	}
	if len(e.Commitment) > 0 {
		text += ", commitment " + hex.EncodeToString(e.Commitment)
	}
	return text
}

// ImportWords are Words of an entry of an import, which may have no proof of its key.
func (e Entry) ImportWords(r state.Reader) string {
	if len(e.Proof) == 0 && !e.unclaimed() {
		return e.Words(r) + ", without proof"
	}
	return e.Words(r)
}

// EnterWords say what it is to enter members of an existing register.
func EnterWords(members int) string {
	n := uint64(members)
	return "enter " + words.Plural(n, "member") + " of an existing register as " + words.Agree(n, "an active member", "active members")
}

// UnprovedWords say how many of the entries have no proof of their keys, nothing if all
// have.
func UnprovedWords(entries []Entry) []state.Clause {
	n, all := uint64(Unproved(entries)), uint64(len(entries))
	if n == 0 {
		return nil
	}
	return []state.Clause{state.Fact("keys without proof", "%s of %s; each is proved by its member's first signature", words.Count(n), words.Count(all))}
}

// StandingBefore is a member's standing in words before an action that replaces it; "" if
// that is not known.
func StandingBefore(t state.Telling, m state.Member) string {
	if was, ok := state.Replaced[Standing](t); ok {
		return was.String()
	}
	if rec, err := Find(t, m); err == nil && t.Result == nil {
		return rec.Standing().String()
	}
	return ""
}

// returned are the offices that a suspended member gets back. It reads the member's
// record only, since receipts hold what words read; after the change the record no
// longer shows which they were.
func returned(t state.Telling, m state.Member) []state.Clause {
	if t.Result != nil {
		return nil
	}
	rec, err := Find(t, m)
	if err != nil {
		return nil
	}
	began, _ := rec.Suspension(^uint64(0))
	var out []state.Clause
	for _, o := range began.Held {
		out = append(out, state.Clause{What: "office", After: charter.OfficeName(t, o) + ", unless someone was appointed to it meanwhile"})
	}
	return out
}

// Vacated are the offices that a member loses by a change of standing. After the
// change the records no longer show which they were.
func Vacated(t state.Telling, m state.Member) []state.Clause {
	var out []state.Clause
	if t.Result != nil {
		return nil
	}
	offices := charter.BuiltIn()
	if t.Now { // of no receipt, which would have to prove the charter
		if all, err := charter.OfficesOf(t); err == nil {
			offices = all
		}
	}
	for _, o := range offices {
		if holds, err := Holds(t, m, o); err == nil && holds {
			out = append(out, state.Clause{What: "office", Before: charter.OfficeName(t, o)})
		}
	}
	return out
}
