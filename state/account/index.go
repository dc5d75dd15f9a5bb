package account

import "github.com/rochdale-ledger/rochdale/state"

// A MemberKey is an entry of PostedBy, and of About.
type MemberKey struct {
	Member state.Member
	Entry  uint64
}

// PostedBy lists the journal entries that a member of the co-op itself posted, by
// hand or by an action of another room.
var PostedBy = state.NewIndex(0x30, "account.PostedBy", 1, journal,
	func(coop state.Coop, number uint64, rec Record) []MemberKey {
		if rec.By.Coop != coop || rec.By.Member == 0 {
			return nil
		}
		return []MemberKey{{rec.By.Member, number}}
	},
	func(coop state.Coop, k MemberKey) []state.Location {
		return []state.Location{journal.Locate(coop, k.Entry)}
	})

// About lists the journal entries that concern a member, as who posted them said.
var About = state.NewIndex(0x31, "account.About", 1, journal,
	func(_ state.Coop, number uint64, rec Record) []MemberKey {
		if rec.Of == 0 {
			return nil
		}
		return []MemberKey{{rec.Of, number}}
	},
	func(coop state.Coop, k MemberKey) []state.Location {
		return []state.Location{journal.Locate(coop, k.Entry)}
	})

// Indexes are the lists that nodes keep of this room's records. Their numbers are
// append-only; 0x30 to 0x3f are this room's.
var Indexes = []state.Listing{PostedBy.Listing, About.Listing}
