package rulebook

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/words"
)

// bounds say what holds others than all members back, also where the charter has no figure of
// its own: docs/rules.md, "Figures of a charter".
func (l *linter) bounds() {
	m := l.policy.Membership
	days := func(n uint64) string { return words.Plural(n, "day") }
	a := Answer{Question: "what others than all members are held to"}
	add := func(format string, args ...any) { a.Says = append(a.Says, fmt.Sprintf(format, args...)) }
	add("a new member casts after %s", days(uint64(l.policy.WaitingDays())))
	within, oneIn, small := m.Intakes()
	add("they let in one in %s of those who count within %s, or %s in a small co-op", words.Count(oneIn), days(within), words.Count(small))
	add("a suspension ends by itself after %s, and for %s more only all members suspend the member", days(m.SuspensionDays()), days(m.ShieldDays()))
	add("an invitation lasts %s at most", days(m.InvitationDays()))
	l.out.Allows = append(l.out.Allows, a)
}
