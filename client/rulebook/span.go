package rulebook

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A span is a length of time that a charter cannot do without: its bounds, and what holds
// where a charter says nothing, in days. Nothing, which the ledger takes for what is left
// out, would be read as none.
type span struct{ least, most, otherwise uint64 }

// spans are those, by the names that JSON has for them.
var spans = map[string]span{
	"waiting_days":          {charter.MinWaiting, charter.MaxWaiting, uint64(charter.Policy{}.WaitingDays())},
	"hearing_clear_days":    {charter.MinHearing, charter.MaxHearing, uint64(charter.Membership{}.HearingDays())},
	"appeal_decided_days":   {1, charter.MaxAppeal, charter.Membership{Appeal: 1}.DecideDays()},
	"suspension_days":       {1, charter.MaxSuspension, charter.Membership{}.SuspensionDays()},
	"suspension_again_days": {charter.MinShield, charter.MaxShield, charter.Membership{}.ShieldDays()},
	"intake_days":           {charter.MinIntake, charter.MaxIntake, charter.MinIntake},
	"invitation_days":       {1, charter.MaxInvitation, charter.Membership{}.InvitationDays()},
	"notice_good_days":      {charter.MinNoticeGood, charter.MaxNoticeGood, charter.Membership{}.NoticeDays()},
	"elected_early_days":    {1, charter.MaxEarly, charter.OfficeRule{}.EarlyDays()},
	"break_days":            {charter.MinBreak, charter.MaxBreak, charter.OfficeRule{}.BreakDays()},
	"thirds_apart_days":     {charter.MinApart, charter.MaxApart, charter.OfficeRule{}.ApartDays()},
}

// requireSpan refuses no time at all for a field that is a span.
func requireSpan(field, text string, n uint64) error {
	s, is := spans[field]
	if !is || n > 0 {
		return nil
	}
	return fmt.Errorf(`%s cannot be: from %d to %s can be, and where a charter says nothing it is %s`,
		words.Quote(text), s.least, words.Plural(s.most, "day"), words.Plural(s.otherwise, "day"))
}
