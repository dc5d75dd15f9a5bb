package member

import (
	"encoding/hex"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Kinds are this room's actions.
var Kinds state.KindList

// KeyWords write a public key as its holder's program does: without the algorithm
// before it.
func KeyWords(k tx.PublicKey) string {
	if k.Valid() == nil {
		return hex.EncodeToString(k[1:])
	}
	return k.String()
}

// Words say what an entry on the register is.
func (e Entry) Words(r state.Reader) string {
	text := "key " + KeyWords(e.Key) + ", " + charter.ClassName(r, e.Class)
	if len(e.Commitment) > 0 {
		text += ", commitment " + hex.EncodeToString(e.Commitment)
	}
	return text
}

// EnterWords say what it is to enter members of an existing register.
func EnterWords(members int) string {
	n := uint64(members)
	return "enter " + words.Plural(n, "member") + " of an existing register as " + words.Agree(n, "an active member", "active members")
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
	began, _ := rec.suspension(^uint64(0))
	var out []state.Clause
	for _, o := range began.Held {
		out = append(out, state.Clause{What: "office", After: o.String() + ", unless someone was appointed to it meanwhile"})
	}
	return out
}

// vacated are the offices that a member loses by a change of standing. After the
// change the records no longer show which they were.
func vacated(t state.Telling, m state.Member) []state.Clause {
	var out []state.Clause
	if t.Result != nil {
		return nil
	}
	for o := charter.Secretary; o.Known(); o++ {
		if holds, err := Holds(t, m, o); err == nil && holds {
			out = append(out, state.Clause{What: "office", Before: o.String()})
		}
	}
	return out
}
