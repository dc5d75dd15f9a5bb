package rulebook

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// ofAll are the kinds of action that the ledger refuses to others than all members, whatever
// a charter grants.
var ofAll = []string{"exit.Expel", "exit.AllowAppeal", "member.Reclass", "withdrawal.SetAside"}

// Idle says what a whole charter grants to no effect, or by which nobody could ever act: what
// Lint warns of too.
func Idle(all amendment.Amend, kinds []state.Kind) []string { return lint(all, kinds, false).idle }

// warnIdle warns of what a charter grants to no effect.
func (l *linter) warnIdle(format string, args ...any) {
	l.warn(format, args...)
	l.out.idle = append(l.out.idle, fmt.Sprintf(format, args...))
}

// allDecide says whether motions of a kind are put to all members, or confirmed by them.
func (l *linter) allDecide(id charter.MotionKindID) bool {
	k, _ := l.kind(id)
	return k.AllDecide() || slices.ContainsFunc(k.Then, func(then charter.MotionKindID) bool {
		by, _ := l.kind(then)
		return by.AllDecide()
	})
}

// effective is what the ledger obeys of a grant.
func (l *linter) effective(kind tx.Kind) charter.Grant {
	g := l.grant(kind)
	if !slices.Contains(ofAll, kindName(l.kinds, kind)) {
		return g
	}
	return charter.Grant{Motions: slices.DeleteFunc(slices.Clone(g.Motions), func(id charter.MotionKindID) bool { return !l.allDecide(id) })}
}

// fewer warns of actions of all members that are granted to fewer.
func (l *linter) fewer() {
	for _, name := range ofAll {
		kind := kindNumber(l.kinds, name)
		few := l.grant(kind)
		few.Motions = slices.DeleteFunc(slices.Clone(few.Motions), l.allDecide)
		if !few.Concerned && !few.Members && len(few.Offices)+len(few.Motions)+len(few.Others) == 0 {
			continue
		}
		by := few.Words(l.motion, func(n state.Coop) string { return fmt.Sprintf("co-op %d", n) })
		if len(l.effective(kind).Motions) == 0 {
			l.warnIdle(`nobody may %s: only all members do, and the charter names %s: name a kind of motion that is put to all members in "%s" under [grants]`,
				wording.Deed(name), by, name)
			continue
		}
		l.warnIdle(`only all members may %s, and to name %s has no effect: name only kinds of motion that are put to all members in "%s" under [grants]`,
			wording.Deed(name), by, name)
	}
}
