package withdrawal

import "github.com/rochdale-ledger/rochdale/state"

// A MemberKey is an entry of the list of a member's requests.
type MemberKey struct {
	Member  state.Member
	Request uint64
}

// RequestedBy lists a member's requests.
var RequestedBy = state.NewIndex(0x22, "withdrawal.RequestedBy", 1, tickets,
	func(_ state.Coop, number uint64, t Ticket) []MemberKey { return []MemberKey{{t.Member, number}} },
	func(coop state.Coop, k MemberKey) []state.Location {
		return []state.Location{tickets.Locate(coop, k.Request)}
	})

// Indexes are the lists that nodes keep of this room's records. Their numbers are of the
// register of shares' sixteen.
var Indexes = []state.Listing{RequestedBy.Listing}
