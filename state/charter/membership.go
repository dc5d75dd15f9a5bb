package charter

import (
	"cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Membership is the charter's figures on how memberships begin and end. In all three
// forms of a charter it is the same. Days are whole days UTC.
//
// Rule: docs/rules.md, "The life of a membership".
type Membership struct {
	// ProbationLeast and ProbationMost bound for how many days a new member is on
	// probation; none is if the latter is zero.
	ProbationLeast uint32 `cbor:"1,keyasint,omitempty" json:"probation_least_days,omitempty"`
	ProbationMost  uint32 `cbor:"2,keyasint,omitempty" json:"probation_most_days,omitempty"`
	// ProbationVotes says that members on probation are in electorates.
	ProbationVotes bool `cbor:"3,keyasint,omitempty" json:"probation_votes,omitempty"`
	// Resignation is how many days' notice a member gives who resigns; at once if zero.
	Resignation uint32 `cbor:"4,keyasint,omitempty" json:"resignation_days,omitempty"`
	// Hearing is how many clear days there are between the notice of an expulsion and the
	// hearing: MinHearing if it is less.
	Hearing uint32 `cbor:"5,keyasint,omitempty" json:"hearing_clear_days,omitempty"`
	// Appeal is for how many days after the decision members can appeal against an
	// expulsion; they cannot if it is zero.
	Appeal uint32 `cbor:"6,keyasint,omitempty" json:"appeal_days,omitempty"`
	// Seconders is how many other members have to second an appeal.
	Seconders uint32 `cbor:"7,keyasint,omitempty" json:"appeal_seconders,omitempty"`
	// AppealStays says that a membership does not end while an appeal is possible, nor,
	// once there is one, until Decide days later. Where it does not stay, whom the decision
	// put out does not apply again in that time: DecideDays says what holds.
	AppealStays bool   `cbor:"8,keyasint,omitempty" json:"appeal_stays,omitempty"`
	Decide      uint32 `cbor:"9,keyasint,omitempty" json:"appeal_decided_days,omitempty"`
	// Silent is after how many days without contact a member can be given notice that it
	// will be struck off; never if it is zero. SilentNotice is how many clear days there
	// are between notice and striking off.
	Silent       uint32 `cbor:"10,keyasint,omitempty" json:"silent_days,omitempty"`
	SilentNotice uint32 `cbor:"11,keyasint,omitempty" json:"silent_notice_clear_days,omitempty"`
	// Offices are the rules of offices and boards, by number.
	Offices []OfficeRule `cbor:"12,keyasint,omitempty" json:"offices,omitempty"`
	// Unclaimed says that members who have no key of their own yet, and so cannot cast, are
	// in electorates, and in what quorums are of.
	Unclaimed bool `cbor:"30,keyasint,omitempty" json:"unclaimed_count,omitempty"`
	// Suspension is after how many days a suspension that others than all members decided ends
	// by itself, and Shield for how many days afterwards, or after all members reinstated the
	// member, only all members suspend it: SuspensionDays and ShieldDays say what holds.
	Suspension uint32 `cbor:"31,keyasint,omitempty" json:"suspension_days,omitempty"`
	Shield     uint32 `cbor:"32,keyasint,omitempty" json:"suspension_again_days,omitempty"`
	// Intake is the time, in days, within which others than all members let in no more than
	// one in IntakeOf of those who count, or IntakeSmall members if that is more: Intakes says
	// what holds.
	Intake      uint32 `cbor:"33,keyasint,omitempty" json:"intake_days,omitempty"`
	IntakeOf    uint32 `cbor:"34,keyasint,omitempty" json:"intake_one_in,omitempty"`
	IntakeSmall uint32 `cbor:"35,keyasint,omitempty" json:"intake_small,omitempty"`
	// Invitation is for how many days an invitation can be, the last one included:
	// InvitationDays says what holds.
	Invitation uint32 `cbor:"36,keyasint,omitempty" json:"invitation_days,omitempty"`
	// NoticeGood is for how many days a notice counts: for an expulsion, after the day of the
	// hearing; for striking off, after its clear days. NoticeDays says what holds.
	NoticeGood uint32 `cbor:"37,keyasint,omitempty" json:"notice_good_days,omitempty"`
}

// Hard bounds of a Membership, in days where nothing else is said.
const (
	MaxProbation    = 732
	MaxResignation  = 366
	MinHearing      = 7 // clear days
	MaxHearing      = 366
	MaxAppeal       = 366
	MaxSeconders    = 16 // members
	MinSilent       = 365
	MaxSilent       = 36525
	MinSilentNotice = 28 // clear days
	MaxSilentNotice = 366
	// A general meeting with its notice can confirm a suspension in the longest time; and whom
	// members took back is not suspended again by officers at once.
	MaxSuspension = 183
	MinShield     = 183
	MaxShield     = 3660
	// What others let in can be barred one by one before it counts: a charter lets in fewer,
	// or as many in a longer time.
	MinIntake      = 90
	MaxIntake      = 366
	MinIntakeOf    = 3
	MaxIntakeOf    = 1000
	MaxIntakeSmall = 5 // members
	MaxInvitation  = 366
	MinNoticeGood  = 28 // in fewer days no meeting decides
	MaxNoticeGood  = 366
)

// What holds, in days, where a charter gives no figure of its own.
const (
	defaultSuspension = 90
	defaultShield     = 366
	defaultDecide     = 90
)

// or is a figure of a charter, or what holds where the charter has none.
func or(figure, otherwise uint32) uint64 { return uint64(cmp.Or(figure, otherwise)) }

// SuspensionDays is after how many days a suspension that others than all members decided
// ends by itself: 90 where the charter says nothing.
func (m Membership) SuspensionDays() uint64 { return or(m.Suspension, defaultSuspension) }

// ShieldDays is for how many days after a suspension by others ended by itself, or all members
// reinstated the member, only all members suspend it: 366 where the charter says nothing.
func (m Membership) ShieldDays() uint64 { return or(m.Shield, defaultShield) }

// Intakes bound how many members others than all let in: within so many days one in oneIn of
// those who count, or small members if that is more. It is one in three or five members, in
// 90 days, where the charter says nothing.
func (m Membership) Intakes() (days, oneIn, small uint64) {
	return or(m.Intake, MinIntake), or(m.IntakeOf, MinIntakeOf), or(m.IntakeSmall, MaxIntakeSmall)
}

// InvitationDays is for how many days an invitation can be, the last one included: 366 where
// the charter says nothing.
func (m Membership) InvitationDays() uint64 { return or(m.Invitation, MaxInvitation) }

// NoticeDays is for how many days a notice counts, from the hearing, or from the end of its
// clear days: 366 where the charter says nothing.
func (m Membership) NoticeDays() uint64 { return or(m.NoticeGood, MaxNoticeGood) }

// DecideDays is for how many days an appeal keeps an expulsion from taking effect, or whom it
// put out from applying again: 90 where the charter says nothing. It is zero where nobody can
// appeal.
func (m Membership) DecideDays() uint64 {
	if m.Appeal == 0 {
		return 0
	}
	return or(m.Decide, defaultDecide)
}

// HearingDays is how many clear days there are between the notice of an expulsion and the
// hearing.
func (m Membership) HearingDays() uint32 { return max(m.Hearing, MinHearing) }

// valid refuses figures that are out of range.
func (m Membership) valid() error {
	for _, f := range []struct {
		what      string
		is, least uint32 // least of what is not zero
		most      uint32
	}{
		{"a shortest probation of %d days", m.ProbationLeast, 1, m.ProbationMost},
		{"a longest probation of %d days", m.ProbationMost, 1, MaxProbation},
		{"a notice of resignation of %d days", m.Resignation, 1, MaxResignation},
		{"a notice of a hearing of %d clear days", m.Hearing, MinHearing, MaxHearing},
		{"an appeal within %d days", m.Appeal, 1, MaxAppeal},
		{"%d seconders of an appeal", m.Seconders, 1, MaxSeconders},
		{"%d days to decide an appeal", m.Decide, 1, MaxAppeal},
		{"silence of %d days", m.Silent, MinSilent, MaxSilent},
		{"a notice of striking off of %d clear days", m.SilentNotice, MinSilentNotice, MaxSilentNotice},
		{"a suspension of %d days", m.Suspension, 1, MaxSuspension},
		{"no other suspension for %d days", m.Shield, MinShield, MaxShield},
		{"an intake within %d days", m.Intake, MinIntake, MaxIntake},
		{"an intake of one in %d", m.IntakeOf, MinIntakeOf, MaxIntakeOf},
		{"an intake of %d in a small co-op", m.IntakeSmall, 1, MaxIntakeSmall},
		{"a notice that counts for %d days", m.NoticeGood, MinNoticeGood, MaxNoticeGood},
		{"an invitation for %d days", m.Invitation, 1, MaxInvitation},
	} {
		if f.is != 0 && (f.is < f.least || f.is > f.most) {
			return ErrBounds.With(f.what+", from %d to %d can be", f.is, f.least, f.most)
		}
	}
	switch {
	case m.Appeal == 0 && (m.Seconders > 0 || m.AppealStays || m.Decide > 0):
		return ErrBounds.With("figures of an appeal, which is possible for 0 days")
	case m.AppealStays && m.Decide == 0:
		return ErrBounds.With("an appeal that stays an expulsion is decided within days of a number")
	case (m.Silent > 0) != (m.SilentNotice > 0):
		return ErrBounds.With("members are struck off after %d days of silence and %d clear days of notice: from %d to %d and from %d to %d can be, or neither",
			m.Silent, m.SilentNotice, MinSilent, MaxSilent, MinSilentNotice, MaxSilentNotice)
	}
	return m.validOffices()
}

// facts are the figures, in full; none of what is as it is where a charter says nothing.
func (m Membership) facts() (out []state.Clause) {
	days := func(n uint32) string { return words.Plural(uint64(n), "day") }
	clear := func(n uint32) string {
		return words.Count(uint64(n)) + " clear " + words.Agree(uint64(n), "day", "days")
	}
	if m.ProbationMost > 0 {
		votes := "without a vote"
		if m.ProbationVotes {
			votes = "with a vote"
		}
		out = append(out, state.Fact("probation", "from %s to %s, %s", days(max(m.ProbationLeast, 1)), days(m.ProbationMost), votes))
	}
	if m.Unclaimed {
		out = append(out, state.Fact("members without a key of their own", "count for quorums, and cannot cast"))
	}
	if m.Resignation > 0 {
		out = append(out, state.Fact("who resigns leaves", "%s later", days(m.Resignation)))
	}
	if m.Hearing > 0 {
		out = append(out, state.Fact("hearing before an expulsion", "%s after the notice", clear(m.HearingDays())))
	}
	if m.Appeal > 0 {
		stays := "which does not stay the expulsion and is decided within " + words.Plural(m.DecideDays(), "day")
		if m.AppealStays {
			stays = "which stays the expulsion for " + days(m.Decide)
		}
		seconded := ""
		if m.Seconders > 0 {
			seconded = ", seconded by " + words.Plural(uint64(m.Seconders), "other member")
		}
		out = append(out, state.Fact("appeal against an expulsion", "within %s%s, %s", days(m.Appeal), seconded, stays))
	}
	if m.NoticeGood > 0 {
		out = append(out, state.Fact("a notice counts", "for %s after the hearing, or after its clear days", days(m.NoticeGood)))
	}
	if m.Suspension > 0 {
		out = append(out, state.Fact("a suspension that others than all members decide", "ends by itself after %s", days(m.Suspension)))
	}
	if m.Shield > 0 {
		out = append(out, state.Fact("after one that ended so, or that all members ended", "only all members suspend the member for %s", days(m.Shield)))
	}
	if m.Intake+m.IntakeOf+m.IntakeSmall > 0 {
		within, oneIn, small := m.Intakes()
		out = append(out, state.Fact("others than all members let in", "one in %s of those who count within %s, or %s", words.Count(oneIn), words.Plural(within, "day"), words.Count(small)))
	}
	if m.Invitation > 0 {
		out = append(out, state.Fact("an invitation lasts", "%s at most", days(m.Invitation)))
	}
	if m.Silent > 0 {
		out = append(out, state.Fact("struck off is", "who was not in contact for %s, %s after notice", days(m.Silent), clear(m.SilentNotice)))
	}
	return out
}
