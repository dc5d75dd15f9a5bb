package charter

import (
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
	// once there is one, until Decide days later.
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
)

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
	} {
		if f.is != 0 && (f.is < f.least || f.is > f.most) {
			return ErrBounds.With(f.what+", from %d to %d can be", f.is, f.least, f.most)
		}
	}
	switch {
	case m.Appeal == 0 && (m.Seconders > 0 || m.AppealStays || m.Decide > 0):
		return ErrBounds.With("figures of an appeal, which is possible for 0 days")
	case m.AppealStays != (m.Decide > 0):
		return ErrBounds.With("an appeal that stays an expulsion is decided within days of a number; one that does not has none")
	case (m.Silent > 0) != (m.SilentNotice > 0):
		return ErrBounds.With("members are struck off after %d days of silence and %d clear days of notice", m.Silent, m.SilentNotice)
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
		stays := "it does not stay the expulsion"
		if m.AppealStays {
			stays = "which stays the expulsion for " + days(m.Decide)
		}
		seconded := ""
		if m.Seconders > 0 {
			seconded = ", seconded by " + words.Plural(uint64(m.Seconders), "other member")
		}
		out = append(out, state.Fact("appeal against an expulsion", "within %s%s, %s", days(m.Appeal), seconded, stays))
	}
	if m.Silent > 0 {
		out = append(out, state.Fact("struck off is", "who was not in contact for %s, %s after notice", days(m.Silent), clear(m.SilentNotice)))
	}
	return out
}
