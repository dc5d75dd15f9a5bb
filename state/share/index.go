package share

import "github.com/rochdale-ledger/rochdale/state"

// A MemberKey is an entry of a list of what concerns one member.
type MemberKey struct {
	Member state.Member
	Number uint64 // of the subscription or the operation
}

// SubscribedBy lists a member's subscriptions.
var SubscribedBy = state.NewIndex(0x20, "share.SubscribedBy", 1, subscriptions,
	func(_ state.Coop, number uint64, s Subscription) []MemberKey { return []MemberKey{{s.Member, number}} },
	func(coop state.Coop, k MemberKey) []state.Location {
		return []state.Location{subscriptions.Locate(coop, k.Number)}
	})

// OperationsOf lists the operations on the register of shares that changed a
// member's holdings.
var OperationsOf = state.NewIndex(0x21, "share.OperationsOf", 1, operations,
	func(_ state.Coop, number uint64, c Change) []MemberKey { return []MemberKey{{c.Member, number}} },
	func(coop state.Coop, k MemberKey) []state.Location {
		return []state.Location{operations.Locate(coop, k.Number)}
	})

// Indexes are the lists that nodes keep of this room's records. Their numbers are
// append-only; 0x20 to 0x2f are this room's.
var Indexes = []state.Listing{SubscribedBy.Listing, OperationsOf.Listing}

// OperationOf returns an operation on the register and whether there is one.
func OperationOf(r state.Reader, number uint64) (Change, bool, error) {
	return operations.Find(r, number)
}
