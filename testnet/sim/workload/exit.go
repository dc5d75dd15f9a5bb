package workload

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
)

var exitOccasions = []occasion{
	{1, standing(member.Candidate, func(m state.Member) state.Action { return exit.Refuse{Member: m, Reason: "no vacancy"} })},
	{4, (*Work).comeBack},
	{2, (*Work).nominate},
	{2, (*Work).endProbation},
	{2, (*Work).reclass},
	{3, (*Work).stay},
	{2, standingLater(member.Active, func(m state.Member, day uint64) state.Action {
		return exit.Summon{Member: m, Hearing: day + 9, Reason: "dues of a year"}
	})},
	{6, (*Work).hear},
	{6, (*Work).expel},
	{12, (*Work).appeal},
	{20, (*Work).allowAppeal},
	{1, (*Work).drop},
	{2, standing(member.Active, func(m state.Member) state.Action { return exit.Contact{Members: []state.Member{m}} })},
	{4, (*Work).recordEnd},
	{14, (*Work).transmit},
	{2, (*Work).commit},
	{2, standing(member.Active, func(m state.Member) state.Action { return identity.Erase{Member: m} })},
}

var officeOccasions = []occasion{
	{2, (*Work).elect},
	{4, (*Work).rotate},
	{1, (*Work).draw},
	{3, (*Work).decline},
}

// standingLater is standing of what has a day, which is given that of the last block.
func standingLater(s member.Standing, about func(state.Member, uint64) state.Action) func(*Work) (step, error) {
	return func(w *Work) (step, error) {
		return standing(s, func(m state.Member) state.Action { return about(m, w.today()) })(w)
	}
}

// comeBack has one who resigned apply anew.
func (w *Work) comeBack() (step, error) {
	m, err := w.anyWho(func(r member.Record) bool { return r.Ended() == member.Resigned })
	if err != nil || m == 0 {
		return nothing, err
	}
	key := w.newKey()
	return step{action: exit.Return{Member: m, Key: key.Public(), Possession: key.Possession(w.Chain, uint32(w.coop))}}, nil
}

// digest is 32 bytes that stand for a hash.
func (w *Work) digest() []byte {
	d := make([]byte, 32)
	d[0], d[1] = byte(w.rng.IntN(256)), 1
	return d
}

func (w *Work) nominate() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{exit.Nominate{Member: m, Commitment: w.digest()}, m}, nil
}

func (w *Work) endProbation() (step, error) {
	m, err := w.anyWho(func(r member.Record) bool { return r.Standing() == member.Active && r.OnProbation(w.today()) })
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: member.EndProbation{Member: m}}, nil
}

// reclass moves a member to the other class.
func (w *Work) reclass() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	rec, err := member.Find(w.r, m)
	return step{action: member.Reclass{Member: m, Class: 3 - rec.Class()}}, err
}

// stay takes a notice of resignation back.
func (w *Work) stay() (step, error) {
	m, err := w.anyWho(func(r member.Record) bool { return r.Standing() == member.Active && r.Leaves > w.today() })
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{member.Stay{Member: m}, m}, nil
}

// anyProceeding draws one of the last that are such, zero if there is none.
func (w *Work) anyProceeding(such func(exit.Proceeding) bool) (exit.Proceeding, error) {
	t, err := exit.TotalsOf(w.r)
	if err != nil || t.Proceedings == 0 {
		return exit.Proceeding{}, err
	}
	var found []exit.Proceeding
	err = exit.Range(w.r, exit.Number(max(t.Proceedings, 20)-19), exit.Number(t.Proceedings), func(_ exit.Number, p exit.Proceeding) (bool, error) {
		if p.Outcome == 0 && such(p) {
			found = append(found, p)
		}
		return true, nil
	})
	if err != nil || len(found) == 0 {
		return exit.Proceeding{}, err
	}
	return found[w.rng.IntN(len(found))], nil
}

func (w *Work) hear() (step, error) {
	p, err := w.anyProceeding(func(p exit.Proceeding) bool { return p.Held == 0 && p.Hearing <= w.today() })
	if err != nil || p.Member == 0 {
		return nothing, err
	}
	return step{action: exit.Hear{Member: p.Member, Day: p.Hearing, Present: w.rng.IntN(2) == 0}}, nil
}

func (w *Work) expel() (step, error) {
	p, err := w.anyProceeding(func(p exit.Proceeding) bool { return p.Held != 0 && p.Decided == 0 })
	if err != nil || p.Member == 0 {
		return nothing, err
	}
	return step{action: exit.Expel{Member: p.Member}}, nil
}

// appeal has the member appeal, or another second it.
func (w *Work) appeal() (step, error) {
	p, err := w.anyProceeding(func(p exit.Proceeding) bool { return p.Decided != 0 && p.Until >= w.today() })
	if err != nil || p.Member == 0 {
		return nothing, err
	}
	by := p.Member
	if w.rng.IntN(2) == 0 {
		if by, err = w.anyMember(member.Active); err != nil || by == 0 {
			return nothing, err
		}
	}
	return step{exit.Appeal{Member: p.Member}, by}, nil
}

func (w *Work) allowAppeal() (step, error) {
	p, err := w.anyProceeding(func(p exit.Proceeding) bool { return p.Appealed != 0 })
	if err != nil || p.Member == 0 {
		return nothing, err
	}
	return step{action: exit.AllowAppeal{Member: p.Member}}, nil
}

func (w *Work) drop() (step, error) {
	p, err := w.anyProceeding(func(p exit.Proceeding) bool { return p.Decided == 0 })
	if err != nil || p.Member == 0 {
		return nothing, err
	}
	return step{action: exit.Drop{Member: p.Member, Reason: "paid"}}, nil
}

// recordEnd records a death of one who has shares as a rule, and is no founder: they hold
// the offices.
func (w *Work) recordEnd() (step, error) {
	_, m, _, err := w.anyHolding(w.at(member.Active))
	if err == nil && w.rng.IntN(4) == 0 {
		m, err = w.anyMember(member.Active)
	}
	if err != nil || m <= 10 {
		return nothing, err
	}
	return step{action: exit.RecordEnd{Member: m, Ending: member.Died, Day: w.today() - uint64(w.rng.IntN(2))}}, nil
}

// transmit names an heir of one who died with shares or without.
func (w *Work) transmit() (step, error) {
	heir, err := w.anyMember(member.Active)
	if err != nil || heir == 0 {
		return nothing, err
	}
	m, err := w.anyWho(func(r member.Record) bool { return r.Ended() == member.Died })
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: exit.Transmit{Member: m, Heirs: []state.Member{heir}}}, nil
}

func (w *Work) commit() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: identity.Commit{Entries: []identity.Entry{{Member: m, Commitment: w.digest()}}}}, nil
}

// elect elects one who holds the office already or another.
func (w *Work) elect() (step, error) {
	o := charter.Office(1 + w.rng.IntN(int(charter.Delegate)))
	holders, err := member.Holders(w.r, o)
	if err != nil || len(holders) > wantHolders {
		return nothing, err
	}
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: office.Elect{Office: o, Members: []state.Member{m}, Until: w.today() + 200}}, nil
}

// rotate has a third of the holders of an office retire.
func (w *Work) rotate() (step, error) {
	o := []charter.Office{charter.Secretary, charter.Treasurer}[w.rng.IntN(2)]
	holders, err := member.Holders(w.r, o)
	if err != nil || len(holders) < 2 {
		return nothing, err
	}
	return step{action: office.Rotate{Office: o, Day: w.today() + uint64(1+w.rng.IntN(3))}}, nil
}

func (w *Work) draw() (step, error) {
	t, err := lot.TotalsOf(w.r)
	if err != nil || t.Drawings > uint64(w.height/100) {
		return nothing, err
	}
	return step{action: lot.Draw{Purpose: "a panel", Places: uint8(1 + w.rng.IntN(4))}}, nil
}

// decline has one who was drawn last not take the place, or another say that it has left.
func (w *Work) decline() (step, error) {
	t, err := lot.TotalsOf(w.r)
	if err != nil || t.Drawings == 0 {
		return nothing, err
	}
	n := lot.Number(t.Drawings)
	d, err := lot.Find(w.r, n)
	if err != nil || len(d.Drawn) == 0 {
		return nothing, err
	}
	m := d.Drawn[w.rng.IntN(len(d.Drawn))].Member
	by := m
	if rec, err := member.Find(w.r, m); err != nil {
		return nothing, err
	} else if rec.Standing() == member.Left {
		if by, err = w.anyMember(member.Active); err != nil || by == 0 {
			return nothing, err
		}
	}
	return step{lot.Decline{Member: m, Drawing: n}, by}, nil
}
