package member

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// A StandingKey is an entry of ByStanding.
type StandingKey struct {
	Standing Standing
	Class    charter.Class
	Member   state.Member
}

// ByStanding lists the register by standing and class, with one entry for each
// member. A query for one standing in all classes, or the other way round, joins at
// most charter.MaxClasses such lists.
var ByStanding = state.NewIndex(0x10, "member.ByStanding", 1, records,
	func(_ state.Coop, m state.Member, rec Record) []StandingKey {
		if len(rec.History) == 0 {
			return nil
		}
		return []StandingKey{{rec.Standing(), rec.Class(), m}}
	},
	func(coop state.Coop, k StandingKey) []state.Location {
		return []state.Location{records.Locate(coop, k.Member)}
	})

// Indexes are the lists that nodes keep of this room's records. Their numbers are
// append-only; 0x10 to 0x1f are this room's.
var Indexes = []state.Listing{ByStanding.Listing}
