package exit_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// died records that a member died today.
func died(l *statetest.L, m state.Member) exit.RecordEnd {
	return exit.RecordEnd{Member: m, Ending: member.Died, Day: today(l)}
}

// void says whether what others noted of a member is void.
func void(t *testing.T, l *statetest.L, m state.Member) bool {
	t.Helper()
	v := l.Read()
	defer v.Close()
	f, err := exit.FileOf(v.Of(1), m)
	if err != nil {
		t.Fatal(err)
	}
	is, err := f.Void(v.Of(1), m)
	if err != nil {
		t.Fatal(err)
	}
	return is
}

// leavesAndReturns has a member resign, apply again and be admitted.
func leavesAndReturns(t *testing.T, l *statetest.L, m state.Member) {
	t.Helper()
	must(t, l, member.Resign{Member: m})
	fresh := statetest.Key(7, m)
	must(t, l, exit.Return{Member: m, Key: fresh.Public(), Possession: possession(fresh)})
	must(t, l, member.Admit{Member: m})
}

// Who has no device to sign with is heard of: a death that two officers recorded is void then,
// and no longer counts among those that they may record.
func TestContactVoidsDeath(t *testing.T) {
	l := newLedger(t, figures)
	byTwo(t, l, died(l, ada), nil)
	byTwo(t, l, died(l, gil), nil)
	byTwo(t, l, died(l, ben), member.ErrMany)
	l.Days(1)
	if void(t, l, ada) {
		t.Error("the record is void before she is heard of")
	}
	l.Must(statetest.Secretary, exit.Contact{Members: of(ada)})
	l.Sound()
	byTwo(t, l, died(l, ben), nil)
	l.Days(30)
	l.Sound()
	wantStays(t, l, ada)
	wantLeft(t, l, ben, member.Died, today(l)-30)
}

// A death that is in effect, whoever recorded it, all members take back: who was heard of
// lives, with the key and the vote that it had.
func TestContactTakesDeathBack(t *testing.T) {
	l := newLedger(t, figures)
	byTwo(t, l, died(l, ada), nil)
	l.Days(9)
	wantLeft(t, l, ada, member.Died, today(l)-9)
	must(t, l, died(l, ben))
	must(t, l, exit.Transmit{Member: ada, Heirs: of(gil)})
	must(t, l, member.Resign{Member: eve})
	l.Run(t, []statetest.Row{
		statetest.Try("by the secretary", statetest.Secretary, exit.Contact{Members: of(ada)}, exit.ErrAll),
		statetest.Try("with one who resigned", 0, exit.Contact{Members: of(ada, eve)}, member.ErrStanding),
		statetest.Try("by all members", 0, exit.Contact{Members: of(ada, ben, gil)}, nil),
		statetest.Try("twice on a day", 0, exit.Contact{Members: of(ada)}, exit.ErrContact),
	})
	wantStays(t, l, ada)
	wantStays(t, l, ben)
	l.Must(ada, exit.Nominate{Member: ada, Commitment: bytes.Repeat([]byte{1}, 32)})
	if got := electors(t, l, 0); got != members-1 {
		t.Errorf("%d count, want %d", got, members-1)
	}
	v := l.Read()
	if heirs, err := exit.HeirsOf(v.Of(1), ada); len(heirs) != 0 || err != nil {
		t.Errorf("who lives has heirs: %v, %v", heirs, err)
	}
	v.Close()
	byTwo(t, l, died(l, gil), nil) // hers is none that others recorded
	l.Days(exit.EndDays + 20)
	l.Sound()
	wantStays(t, l, ada)
}

// Who never had a key of its own, and is recorded as dead, comes back with one, as all members
// decide; anyone else by their contact.
func TestReturnOfTheLiving(t *testing.T) {
	l := newLedger(t, figures)
	const keyless = state.Member(members + 1)
	must(t, l, member.Import{Entries: []member.Entry{{Class: 1}}})
	byTwo(t, l, died(l, keyless), nil)
	l.Days(9)
	wantLeft(t, l, keyless, member.Died, today(l)-9)
	must(t, l, died(l, ada))
	must(t, l, exit.Transmit{Member: keyless, Heirs: of(gil)})
	fresh := statetest.Key(7, 1)
	back := func(m state.Member) exit.Return {
		return exit.Return{Member: m, Key: fresh.Public(), Possession: possession(fresh)}
	}
	contact := exit.Contact{Members: of(keyless)}
	l.Run(t, []statetest.Row{
		statetest.Try("a contact with who had no key", 0, contact, member.ErrStanding),
		statetest.Try("by fewer", statetest.Secretary, statetest.Carried{Kind: exit.KindReturn, Payload: tx.Encode(back(keyless)), By: officers}, exit.ErrEnded),
		statetest.Try("who had a key", 0, back(ada), exit.ErrEnded),
		statetest.Try("who had none", 0, back(keyless), nil),
	})
	if s, _, _ := standing(t, l, keyless); s != member.Candidate {
		t.Errorf("it is %v, want a candidate", s)
	}
	l.Days(exit.EndDays + 1)
	l.Sound()
}

// What others noted of a member is void when it leaves, and stays so when it comes back.
func TestLeavingVoids(t *testing.T) {
	l := newLedger(t, figures)
	l.Days(1001)
	byTwo(t, l, exit.WarnSilent{Members: of(ada, ben)}, nil)
	byTwo(t, l, died(l, eve), nil)
	l.Days(1)
	for _, m := range of(ada, eve) {
		leavesAndReturns(t, l, m)
		if !void(t, l, m) {
			t.Errorf("what others noted of member %d before it left is not void", m)
		}
	}
	l.Days(28)
	byTwo(t, l, exit.StrikeOff{Members: of(ben)}, nil)
	byTwo(t, l, exit.StrikeOff{Members: of(ada)}, exit.ErrContact)
	l.Sound()
	wantStays(t, l, ada)
	wantStays(t, l, eve)
}

// A notice keeps the day that the charter gave it: fewer clear days, by an amendment, do not
// shorten it. Silence is of whole days, as clear days are.
func TestNoticeKeepsItsDay(t *testing.T) {
	at := figures
	at.Silent, at.SilentNotice = 365, 200
	l := newLedger(t, at)
	l.Days(365)
	byTwo(t, l, exit.WarnSilent{Members: of(ada)}, exit.ErrContact)
	l.Days(1)
	byTwo(t, l, exit.WarnSilent{Members: of(ada)}, nil)
	amend(t, l, func(m *charter.Membership) { m.SilentNotice = 28 })
	byTwo(t, l, exit.WarnSilent{Members: of(ben)}, nil)
	l.Days(29)
	byTwo(t, l, exit.StrikeOff{Members: of(ada)}, exit.ErrSoon)
	byTwo(t, l, exit.StrikeOff{Members: of(ben)}, nil)
	l.Days(171)
	byTwo(t, l, exit.StrikeOff{Members: of(ada)}, exit.ErrSoon)
	l.Days(1)
	byTwo(t, l, exit.StrikeOff{Members: of(ada)}, nil)
}

// Whoever cannot be struck off any more is passed over: nobody keeps the others on the register
// by a contact, a signature, a resignation or a death.
func TestStrikeOffPasses(t *testing.T) {
	l := newLedger(t, figures)
	l.Days(1001)
	const late = state.Member(18)
	warned := of(ada, ben, eve, gil, 14, 15)
	byTwo(t, l, exit.WarnSilent{Members: warned}, nil)
	l.Days(29)
	byTwo(t, l, exit.WarnSilent{Members: of(late)}, nil)
	l.Must(statetest.Secretary, exit.Contact{Members: of(ada)})
	l.Must(ben, exit.Nominate{Member: ben, Commitment: bytes.Repeat([]byte{1}, 32)})
	must(t, l, member.Resign{Member: eve})
	byTwo(t, l, died(l, gil), nil)
	if res := l.Mandate(exit.StrikeOff{Members: append(slices.Clone(warned), stranger)}); res.Code != member.ErrUnknown.Code {
		t.Errorf("with one who is nobody: %d %s", res.Code, res.Log)
	}
	if res := l.Mandate(exit.StrikeOff{Members: of(ben, late)}); res.Code != exit.ErrContact.Code {
		t.Errorf("of nobody who can be: %d %s, want the first one's reason", res.Code, res.Log)
	}
	res := l.Mandate(exit.StrikeOff{Members: append(slices.Clone(warned), 16, late)})
	if res.Code != 0 {
		t.Fatalf("%d %s", res.Code, res.Log)
	}
	l.Sound()
	for _, m := range of(14, 15) {
		wantLeft(t, l, m, member.StruckOff, today(l))
	}
	for _, m := range of(ada, ben, gil, 16, late) {
		wantStays(t, l, m)
	}
	passed, err := tx.DecodeLenient[[]state.Member](res.Data)
	if want := of(ada, ben, eve, gil, 16, late); err != nil || !slices.Equal(passed, want) {
		t.Errorf("passed over %v, want %v, %v", passed, want, err)
	}
}

// What all members begin takes the place of what others began and nobody has decided, so that
// these keep nobody from being summoned by all.
func TestSummonByAll(t *testing.T) {
	l := newLedger(t, figures)
	byTwo(t, l, summon(ada, today(l)+366), nil)
	byTwo(t, l, summon(ada, today(l)+22), exit.ErrOpen)
	must(t, l, summon(ada, today(l)+22))
	v := l.Read()
	if first, err := exit.Find(v.Of(1), 1); err != nil || first.Outcome != exit.Dropped {
		t.Errorf("what others began is %v, want dropped: %v", first.Outcome, err)
	}
	v.Close()
	if p := last(t, l, ada); p.Hearing != today(l)+22 || !p.All {
		t.Errorf("it is %+v", p)
	}
	byTwo(t, l, summon(ada, today(l)+366), exit.ErrOpen)
	byTwo(t, l, exit.Drop{Member: ada}, exit.ErrAll)
	if res := l.Mandate(summon(ada, today(l)+30)); res.Code != exit.ErrOpen.Code {
		t.Errorf("by all members twice: %d %s", res.Code, res.Log)
	}

	heard(t, l, ben)
	must(t, l, exit.Expel{Member: ben})
	if res := l.Mandate(summon(ben, today(l)+22)); res.Code != exit.ErrOpen.Code {
		t.Errorf("after the decision: %d %s", res.Code, res.Log)
	}
}

// Others record no death from before the last day on which the member was there; all members do.
func TestDeathAfterLastContact(t *testing.T) {
	l := newLedger(t, figures)
	l.Days(100)
	l.Must(ada, exit.Nominate{Member: ada, Commitment: bytes.Repeat([]byte{1}, 32)})
	l.Must(statetest.Secretary, exit.Contact{Members: of(ben)})
	leavesAndReturns(t, l, eve)
	day := today(l)
	l.Days(5)
	for _, m := range of(ada, ben, eve) {
		byTwo(t, l, exit.RecordEnd{Member: m, Ending: member.Died, Day: day - 1}, exit.ErrEarly)
	}
	byTwo(t, l, exit.RecordEnd{Member: ada, Ending: member.Died, Day: day}, nil)
	must(t, l, exit.RecordEnd{Member: ada, Ending: member.Died, Day: day - 1})
	must(t, l, exit.RecordEnd{Member: eve, Ending: member.Died, Day: day - 1})
	wantLeft(t, l, ada, member.Died, day-1)
}

// A hearing that was put off is the one after which members vote.
func TestForejudgedByHeld(t *testing.T) {
	l := newLedger(t, figures)
	summoned := today(l) + 22
	byTwo(t, l, summon(ada, summoned), nil)
	l.Days(32)
	byTwo(t, l, exit.Hear{Member: ada, Day: today(l), Present: true}, nil)
	l.Days(1) // 22:13 on the day after
	expels := func(hours int64) state.Action {
		return statetest.Carried{Kind: exit.KindExpel, Payload: tx.Encode(exit.Expel{Member: ada}), Ago: hours * 60 * 60}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("opened on the day of the summons", statetest.Secretary, expels(11*24), exit.ErrForejudged),
		statetest.Try("opened the day before the hearing", statetest.Secretary, expels(47), exit.ErrForejudged),
		statetest.Try("opened on the day of the hearing", statetest.Secretary, expels(46), nil),
	})
}
