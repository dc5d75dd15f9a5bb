package ballot

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// Where the holders of offices decide, they do so as holders: who was dismissed, gave the
// office up, left or was suspended by all members casts no more, and a cast made before
// is not counted. One whom others than all members suspended keeps the office here as it
// does in Poll.holders, or officers would take each other's votes. The electorate stays
// as large as it was, so that nothing is carried by fewer than the charter asks for.

// inOffice says whether a member, of whom rec is the record, has the office still by which
// it is in the electorate; true if it is in it by no office.
func (p Poll) inOffice(r state.Reader, m state.Member, rec member.Record) (bool, error) {
	e := p.Rules.Electorate
	if e.Sort != charter.Holders {
		return true, nil
	}
	if !rec.KeepsOffice(p.Noticed, ^uint64(0)) {
		return false, nil
	}
	taken := rec.HeldAt(^uint64(0))
	for _, o := range e.Offices {
		holds, err := member.Holds(r, m, o)
		if err != nil || holds || slices.Contains(taken, o) {
			return true, err
		}
	}
	return false, nil
}

// lost are who cast on motion n and hold the office no more by which they did, by number.
// read is how many records that took.
func (p Poll) lost(r state.Reader, n Number) (out []state.Member, read int, err error) {
	for _, m := range p.Holders {
		_, cast, err := CastOf(r, n, m)
		if err != nil {
			return nil, 0, err
		}
		if read++; !cast {
			continue
		}
		rec, err := member.Find(r, m)
		if err != nil {
			return nil, 0, err
		}
		keeps, err := p.inOffice(r, m, rec)
		if err != nil {
			return nil, 0, err
		}
		if read += 1 + len(p.Rules.Electorate.Offices); !keeps {
			out = append(out, m)
		}
	}
	return out, read, nil
}

// standing is the tally of motion n without the casts of those who are lost.
func standing(r state.Reader, n Number, m tallier, lost []state.Member) (count.Tally, error) {
	tally, err := tallies.Get(r, n)
	if err != nil {
		return tally, err
	}
	for _, by := range lost {
		paper, _, err := CastOf(r, n, by)
		if err != nil {
			return tally, err
		}
		*m.box(&tally, paper.Marks)--
	}
	return tally, nil
}
