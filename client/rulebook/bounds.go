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
	add("a notice counts for %s: of an expulsion after the hearing, of striking off after its clear days", days(m.NoticeDays()))
	if m.Appeal > 0 && !m.AppealStays {
		add("an appeal keeps whom an expulsion put out from applying again for %s at most", days(m.DecideDays()))
	}
	add("an invitation lasts %s at most", days(m.InvitationDays()))
	l.out.Allows = append(l.out.Allows, a)
	l.inTime("exit.Expel", m.NoticeDays(), "a notice of expulsion counts for", "notice_good")
	if m.Appeal > 0 {
		l.inTime("exit.AllowAppeal", m.DecideDays(), "an appeal is decided within", "appeal_decided")
	}
}

// inTime warns where the time for a decision is shorter than any motion that takes it.
func (l *linter) inTime(action string, days uint64, what, figure string) {
	const minutesADay = 24 * 60
	soonest := uint64(0)
	for _, id := range l.grant(kindNumber(l.kinds, action)).Motions {
		k, _ := l.kind(id)
		if takes := uint64(k.Notice) + uint64(k.Shortest); soonest == 0 || takes < soonest {
			soonest = takes
		}
	}
	if soonest > days*minutesADay {
		l.warnIdle("%s %s, and no motion that decides it is over sooner than %s: write more as %s under [policy.membership]",
			what, words.Plural(days, "day"), words.Minutes(uint32(soonest)), figure)
	}
}
