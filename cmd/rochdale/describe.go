package main

import (
	"fmt"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// describe says what an action does, in words that follow "to": "admit member
// 3". Names of classes, accounts and kinds of motion are those of r's co-op.
// Every kind of action has its words; a test holds that.
func (r *reading) describe(a state.Action) string {
	switch a := a.(type) {
	case ballot.Propose:
		return r.describePropose(a)
	case ballot.Cast:
		return fmt.Sprintf("cast %s on motion %d%s", r.answer(a), a.Motion, r.titled(a.Motion))
	case ballot.Declare:
		return fmt.Sprintf("close the poll of motion %d%s", a.Motion, r.titled(a.Motion))
	case ballot.Withdraw:
		return fmt.Sprintf("withdraw motion %d%s", a.Motion, r.titled(a.Motion))
	case federation.Replace:
		return fmt.Sprintf("give %s another validator, with key %x at %s", r.name, a.Key, or(a.Address, "no address"))
	case federation.Announce:
		return fmt.Sprintf("announce that the node of %s is dialled at %s", r.name, or(a.Address, "no address"))
	case charter.Amend:
		return r.describeAmend(a)
	}
	for _, room := range []func(state.Action) string{r.describeMember, r.describeShare, r.describeAccount, r.describeSurplus} {
		if words := room(a); words != "" {
			return words
		}
	}
	return fmt.Sprintf("take the action %T", a)
}

// describeMember says what an action on the register of members does, or "".
func (r *reading) describeMember(a state.Action) string {
	switch a := a.(type) {
	case member.Apply:
		return fmt.Sprintf("record the application of the holder of key %s to be a member of class %d (%s)",
			keyText(a.Entry.Key), a.Entry.Class, r.class(a.Entry.Class))
	case member.Admit:
		return fmt.Sprintf("admit member %d", a.Member)
	case member.Import:
		return enterWords(len(a.Entries))
	case member.Suspend:
		return fmt.Sprintf("suspend member %d, for the reason %q", a.Member, a.Reason)
	case member.Reinstate:
		return fmt.Sprintf("reinstate member %d", a.Member)
	case member.Resign:
		return fmt.Sprintf("end the membership of member %d for good", a.Member)
	case member.Rekey:
		return fmt.Sprintf("replace the key of member %d by %s", a.Member, keyText(a.Key))
	case member.Appoint:
		return fmt.Sprintf("appoint member %d %v", a.Member, a.Office)
	case member.Dismiss:
		return fmt.Sprintf("dismiss member %d as %v", a.Member, a.Office)
	}
	return ""
}

func (r *reading) describePropose(a ballot.Propose) string {
	words := fmt.Sprintf("propose the motion %q (%s)", a.Title, r.motionKind(a.Kind))
	for _, c := range a.Action {
		words += ", which if carried will " + r.describeCarried(c)
	}
	return words
}

// describeCarried says what a motion does if it is carried.
func (r *reading) describeCarried(c ballot.Carried) string {
	action, err := decodeAction(c.Kind, c.Payload)
	if err != nil {
		return fmt.Sprintf("take an action that this program does not know (%s)", kindName(c.Kind))
	}
	return r.describe(action)
}

func (r *reading) describeAmend(a charter.Amend) string {
	var parts []string
	for _, k := range a.Motions {
		parts = append(parts, fmt.Sprintf("set what a motion of kind %d (%s) is", k.ID, k.Name))
	}
	if n := len(a.Grants); n > 0 {
		var names []string
		for _, g := range a.Grants[:min(n, 3)] {
			names = append(names, kindName(g.Kind))
		}
		if n > len(names) {
			names = append(names, plural(uint64(n-len(names)), "other action"))
		}
		parts = append(parts, "set who may take "+list(names, "and"))
	}
	if len(a.Policy) > 0 {
		parts = append(parts, "set its policies")
	}
	return "amend the charter: " + strings.Join(parts, "; ")
}

// answer says what a cast answers; of a motion that cannot be read, it is the
// paper as it is.
func (r *reading) answer(a ballot.Cast) string {
	_, p, err := ballot.Find(r, a.Motion)
	if err != nil {
		return fmt.Sprintf("the paper %x", a.Paper)
	}
	return p.Answer(a.Paper)
}

// titled is `, "Title"` for a motion that can be read, so that people see what
// they answer.
func (r *reading) titled(n ballot.Number) string {
	m, _, err := ballot.Find(r, n)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(", %q", m.Title)
}
