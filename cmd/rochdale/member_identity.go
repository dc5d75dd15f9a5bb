package main

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/identity"
)

// identityInfo is the last change of what the register commits to of who a member is, and
// the last erasure, which stays on record.
type identityInfo struct {
	Changes  uint64      `json:"changes"`
	Since    stamp       `json:"since"`
	By       state.Actor `json:"by"`
	Erased   stamp       `json:"last_erased,omitzero"`
	ErasedBy state.Actor `json:"last_erased_by,omitzero"`
}

// identified says what the register commits to of who a member is, now or at the end of a
// day.
func (r *reading) identified(m state.Member, info *memberInfo, at asOf) error {
	var id identityInfo
	first := uint64(1)
	if at.text == "" { // the last one and the last erasure are enough
		last, _, err := identity.Find(r, m)
		if err != nil || last.Changes == 0 {
			return err
		}
		if last.Erasure > 0 && last.Erasure < last.Changes {
			ch, err := identity.ChangeOf(r, m, last.Erasure)
			if err != nil {
				return err
			}
			id.Erased, id.ErasedBy = stamp(ch.Time), ch.By
		}
		first = last.Changes
	}
	err := identity.Range(r, m, first, func(n uint64, ch identity.Change) (bool, error) {
		if at.text != "" && state.DayOf(ch.Time) > at.day {
			return false, nil
		}
		id.Changes, id.Since, id.By = n, stamp(ch.Time), ch.By
		info.Commitment, info.Erased = ch.Commitment, 0
		if len(ch.Commitment) == 0 {
			info.Erased, id.Erased, id.ErasedBy = id.Since, id.Since, id.By
		}
		return true, nil
	})
	if err == nil && id.Changes > 0 {
		info.Identity = &id
	}
	return err
}

// committed says since when the register commits to who the member is, and by whom; "" if
// it does not, or as the member came.
func (m memberInfo) committed() string {
	if m.Identity == nil || m.Erased != 0 {
		return ""
	}
	return fmt.Sprintf("since %s, by %s", m.Identity.Since.day(), wording.By(m.Identity.By, m.coop))
}

// erased says when what identifies the member was last destroyed, and by whom; "" if it
// never was.
func (m memberInfo) erased() string {
	if m.Identity == nil || m.Identity.Erased == 0 {
		return ""
	}
	text := fmt.Sprintf("on %s, by %s", m.Identity.Erased.day(), wording.By(m.Identity.ErasedBy, m.coop))
	if m.Erased != 0 {
		text += "; who it is stands nowhere any more"
	}
	return text
}

// identityChange is one commitment to who a member is, or one erasure.
type identityChange struct {
	Change     uint64      `json:"change"`
	Commitment hexBytes    `json:"commitment,omitempty"` // none if it is an erasure
	Time       stamp       `json:"time"`
	By         state.Actor `json:"by"`
}

// what says what was done.
func (c identityChange) what() string {
	if len(c.Commitment) == 0 {
		return "erased"
	}
	return "committed to"
}

// historyOfIdentity adds the latest changes of who the member is; all of them if limit is
// zero.
func (s *session) historyOfIdentity(info *historyInfo, limit uint64) error {
	id, _, err := identity.Find(s, s.member)
	if err != nil {
		return err
	}
	first := uint64(1)
	if limit > 0 && id.Changes > limit {
		first += id.Changes - limit
	}
	err = identity.Range(s, s.member, first, func(n uint64, ch identity.Change) (bool, error) {
		info.Identity = append(info.Identity, identityChange{n, ch.Commitment, stamp(ch.Time), ch.By})
		return true, nil
	})
	slices.Reverse(info.Identity)
	return err
}
