package ballot

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// A MemberKey is an entry of a list of what one member did.
type MemberKey struct {
	Member state.Member
	Motion Number
}

// UnderWay lists the motions under way: at most MaxOpen.
var UnderWay = state.NewIndex(0x40, "ballot.UnderWay", 1, polls,
	func(_ state.Coop, n Number, p Poll) []Number {
		if !p.Status.UnderWay() {
			return nil
		}
		return []Number{n}
	},
	func(coop state.Coop, n Number) []state.Location {
		return []state.Location{motions.Locate(coop, n), polls.Locate(coop, n), tallies.Locate(coop, n)}
	})

// CastsBy lists the motions on which a member has cast.
var CastsBy = state.NewIndex(0x41, "ballot.CastsBy", 1, casts,
	func(_ state.Coop, k castKey, _ Paper) []MemberKey { return []MemberKey{{k.Member, k.Motion}} },
	func(coop state.Coop, k MemberKey) []state.Location {
		return []state.Location{casts.Locate(coop, castKey{k.Motion, k.Member}), motions.Locate(coop, k.Motion), polls.Locate(coop, k.Motion)}
	})

// ProposedBy lists the motions that a member of the co-op itself has proposed.
var ProposedBy = state.NewIndex(0x42, "ballot.ProposedBy", 1, motions,
	func(coop state.Coop, n Number, m Motion) []MemberKey {
		if m.Proposer.Coop != coop || m.Proposer.Member == 0 {
			return nil
		}
		return []MemberKey{{m.Proposer.Member, n}}
	},
	func(coop state.Coop, k MemberKey) []state.Location {
		return []state.Location{motions.Locate(coop, k.Motion), polls.Locate(coop, k.Motion)}
	})

// Indexes are the lists that nodes keep of this room's records. Their numbers are
// append-only; 0x40 to 0x4f are this room's.
var Indexes = []state.Listing{UnderWay.Listing, CastsBy.Listing, ProposedBy.Listing}

// MayCastOnceOpen says whether a member could cast on a motion under notice if it opened
// now: by the register and the offices as they are.
func MayCastOnceOpen(r state.Reader, n Number, m state.Member) (bool, error) {
	_, poll, err := Find(r, n)
	if err != nil {
		return false, err
	}
	poll.Record = ^uint64(0)
	if poll.Rules.Electorate.Sort == charter.Holders && len(poll.Holders) == 0 {
		poll.Holders = []state.Member{m} // who has the office when it opens: see inOffice
	}
	err = poll.requireVoter(r, n, m)
	if state.Rejected(err) != nil {
		return false, nil
	}
	return err == nil, err
}

// MayCast says whether a member could cast on a motion now, by the same rules as
// Cast.
func MayCast(r state.Reader, n Number, m state.Member) (bool, error) {
	poll, err := requireOpen(r, n)
	if err == nil {
		err = poll.requireVoter(r, n, m)
	}
	if state.Rejected(err) != nil {
		return false, nil
	}
	return err == nil, err
}
