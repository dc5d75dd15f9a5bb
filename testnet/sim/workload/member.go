package workload

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

var memberOccasions = []occasion{
	{4, (*Work).apply},
	{5, (*Work).admit},
	{3, (*Work).importMembers},
	{2, standing(member.Active, func(m state.Member) state.Action { return member.Suspend{Member: m, Reason: "arrears"} })},
	{6, (*Work).reinstate},
	{1, standing(member.Active, func(m state.Member) state.Action { return member.Resign{Member: m} })},
	{2, (*Work).rekey},
	{2, (*Work).addKey},
	{1, (*Work).revokeKey},
	{1, (*Work).narrowKey},
	{1, (*Work).entrust},
	{2, (*Work).vouch},
	{2, (*Work).join},
	{4, (*Work).invite},
	{4, (*Work).appoint},
	{2, (*Work).dismiss},
}

// crowded says whether the register is as large as the workload lets it be: it
// grows slowly, so that long runs stay fast.
func (w *Work) crowded() (bool, error) {
	t, err := member.TotalsOf(w.r)
	return t.Members > uint64(60+w.height/20), err
}

func (w *Work) entry() member.Entry {
	e := member.Entry{Key: w.newKey().Public(), Class: charter.Class(1 + w.rng.IntN(2))}
	if w.rng.IntN(2) == 0 {
		e.Commitment = make([]byte, 32)
		e.Commitment[0] = byte(w.rng.IntN(256))
	}
	return e
}

func (w *Work) apply() (step, error) {
	full, err := w.crowded()
	if err != nil || full {
		return nothing, err
	}
	e := w.entry()
	proof := w.ring[string(e.Key)].Possession(w.Chain, uint32(w.coop))
	return step{action: member.Apply{Entry: e, Possession: proof}}, nil
}

func (w *Work) admit() (step, error) {
	m, err := w.anyMember(member.Candidate)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: member.Admit{Member: m, Probation: uint32(w.rng.IntN(2) * w.rng.IntN(31))}}, nil
}

func (w *Work) importMembers() (step, error) {
	full, err := w.crowded()
	if err != nil || full {
		return nothing, err
	}
	var m member.Import
	proofs := w.rng.IntN(3) // none, of some, of all
	for range 1 + w.rng.IntN(6) {
		e := w.entry()
		if w.rng.IntN(3) == 0 {
			e.Until = state.DayOf(w.r.Time()) + uint64(1+w.rng.IntN(60)) // its key is an invitation
			m.Entries = append(m.Entries, e)
			continue
		}
		if proofs == 2 || proofs == 1 && w.rng.IntN(2) == 0 {
			e.Proof = w.ring[string(e.Key)].Possession(w.Chain, uint32(w.coop))
		}
		m.Entries = append(m.Entries, e)
	}
	return step{action: m}, nil
}

// standing makes the occasion of an action about any member of a standing.
func standing(s member.Standing, about func(state.Member) state.Action) func(*Work) (step, error) {
	return func(w *Work) (step, error) {
		m, err := w.anyMember(s)
		if err != nil || m == 0 {
			return nothing, err
		}
		return step{action: about(m)}, nil
	}
}

// reinstate is about the first of those who are suspended, who are few.
func (w *Work) reinstate() (s step, err error) {
	err = member.SuspendedAfter(w.r, 0, func(m state.Member, _ member.Record) (bool, error) {
		s.action = member.Reinstate{Member: m}
		return false, nil
	})
	return s, err
}

func (w *Work) rekey() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	key := w.newKey()
	return step{action: member.Rekey{Member: m, Key: key.Public(), Possession: key.Possession(w.Chain, uint32(w.coop))}}, nil
}

func (w *Work) addKey() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	key := w.newKey()
	if w.rng.IntN(2) == 0 {
		if key, err = w.newP256Key(); err != nil {
			return nothing, err
		}
	}
	add := keyring.Add{Member: m, Name: "phone", Key: key.Public(), Possession: key.Possession(w.Chain, uint32(w.coop))}
	if w.rng.IntN(4) == 0 {
		add.Name, add.Limits = "till", keyring.Limits{Kinds: []tx.Kind{surplus.KindRecord}, Figure: 20}
	}
	return step{add, m}, nil
}

// entrust names the secretaries of the founding and another, who come to be guardians when
// the waiting time is over.
func (w *Work) entrust() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m < 4 {
		return nothing, err
	}
	return step{keyring.Entrust{Member: m, Guardians: keyring.Guardians{Members: []state.Member{1, 2, 3}, Threshold: 2}}, m}, nil
}

// vouch has a guardian vouch: for the key that another vouched for, if one did.
func (w *Work) vouch() (step, error) {
	var trust keyring.Trust
	m, err := w.activeWho(func(m state.Member) (such bool, err error) {
		trust, err = keyring.TrustOf(w.r, m)
		return len(trust.On(state.DayOf(w.r.Time())).Members) > 0, err
	})
	if err != nil || m == 0 {
		return nothing, err
	}
	guardians := trust.On(state.DayOf(w.r.Time())).Members
	key := w.newKey()
	if n := len(trust.Vouched); n > 0 {
		key = w.ring[string(trust.Vouched[0].Key)]
	}
	return step{keyring.Vouch{Member: m, Key: key.Public(), Possession: key.Possession(w.Chain, uint32(w.coop))}, guardians[w.rng.IntN(len(guardians))]}, nil
}

// activeWho draws an active member of whom such holds, zero if luck finds none.
func (w *Work) activeWho(such func(state.Member) (bool, error)) (state.Member, error) {
	for range tries {
		m, err := w.anyMember(member.Active)
		if err != nil || m == 0 {
			return 0, err
		}
		if is, err := such(m); err != nil || is {
			return m, err
		}
	}
	return 0, nil
}

// unclaimed draws a member who has no key of its own, zero if luck finds none.
func (w *Work) unclaimed() (state.Member, error) { return w.anyWho(member.Record.Unclaimed) }

// join has a member take up its invitation.
func (w *Work) join() (step, error) {
	m, err := w.unclaimed()
	if err != nil || m == 0 {
		return nothing, err
	}
	key := w.newKey()
	return step{member.Rekey{Member: m, Key: key.Public(), Possession: key.Possession(w.Chain, uint32(w.coop))}, m}, nil
}

// invite makes an invitation anew.
func (w *Work) invite() (step, error) {
	m, err := w.unclaimed()
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: member.Invite{Member: m, Key: w.newKey().Public(), Until: state.DayOf(w.r.Time()) + 30}}, nil
}

// narrowKey narrows the limits of one of a member's keys, or would widen them.
func (w *Work) narrowKey() (step, error) {
	var ring keyring.Ring
	m, err := w.activeWho(func(m state.Member) (such bool, err error) {
		ring, err = keyring.RingOf(w.r, m)
		return len(ring.Used) > 0, err
	})
	if err != nil || m == 0 {
		return nothing, err
	}
	limits := keyring.Limits{Kinds: []tx.Kind{surplus.KindRecord}, Figure: uint64(1 + w.rng.IntN(19))}
	return step{keyring.Narrow{Member: m, Number: ring.Used[0].Number, Limits: limits}, m}, nil
}

// revokeKey revokes one of a member's keys, by itself or by a motion; some are the key
// that signs it, or the last one.
func (w *Work) revokeKey() (step, error) {
	for range tries {
		m, err := w.anyMember(member.Active)
		if err != nil || m == 0 {
			return nothing, err
		}
		ring, err := keyring.RingOf(w.r, m)
		if err != nil {
			return nothing, err
		}
		if n := len(ring.Used); n > 0 {
			return step{action: keyring.Revoke{Member: m, Number: uint32(1 + w.rng.IntN(int(ring.Last)))}}, nil
		}
	}
	return nothing, nil
}

// wantHolders is how many holders of each office the workload aims at.
const wantHolders = 3

func (w *Work) appoint() (step, error) {
	of := charter.Office(1 + w.rng.IntN(int(charter.Delegate)))
	holders, err := member.Holders(w.r, of)
	if err != nil || len(holders) >= wantHolders {
		return nothing, err
	}
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: office.Appoint{Member: m, Office: of}}, nil
}

func (w *Work) dismiss() (step, error) {
	of := charter.Office(1 + w.rng.IntN(int(charter.Delegate)))
	holders, err := member.Holders(w.r, of)
	if err != nil || len(holders) < 2 {
		return nothing, err
	}
	return step{action: office.Dismiss{Member: holders[0], Office: of}}, nil
}
