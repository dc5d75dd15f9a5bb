package workload

import (
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/takeover"
)

var takeoverOccasions = []occasion{
	{2, (*Work).takeOver},
	{8, (*Work).load},
}

// people are those of a part of a takeover, the same each time: its keys come from the
// world's seed, the co-op and the part.
func (w *Work) people(part int) (all []takeover.Person) {
	for i := range 3 {
		key := w.keyOf("co-op %d, part %d, person %d", w.coop, part, i)
		p := takeover.Person{Entry: member.Entry{Key: key.Public(), Class: charter.Class(1 + i%2)}}
		if i > 0 {
			p.Held = []takeover.Held{{Class: 1, Units: uint64(i)}}
		}
		all = append(all, p)
	}
	return all
}

// Parts of a takeover, and what they bring in.
const (
	takenParts  = 2
	takenPeople = 3 * takenParts
	takenUnits  = (1 + 2) * takenParts
)

// takeOver proposes to bring in what the co-op was before, unless that is decided.
func (w *Work) takeOver() (step, error) {
	_, decided, err := takeover.Of(w.r)
	if err != nil || decided {
		return nothing, err
	}
	m := takeover.Adopt{Day: w.today(), People: takenPeople, Capital: takenUnits * sharePar}
	for part := range takenParts {
		m.Parts = append(m.Parts, takeover.Digest(w.people(part)))
	}
	m.Balances = []account.Line{account.Debit(account.Bank, m.Capital)}
	return step{action: m}, nil
}

// load loads the next part, and now and then one out of turn.
func (w *Work) load() (step, error) {
	t, decided, err := takeover.Of(w.r)
	if err != nil || !decided || t.Done != 0 {
		return nothing, err
	}
	part := int(t.Loaded)
	if w.rng.IntN(6) == 0 {
		part = w.rng.IntN(takenParts)
	}
	return step{action: takeover.Load{Part: uint32(part + 1), People: w.people(part)}}, nil
}
