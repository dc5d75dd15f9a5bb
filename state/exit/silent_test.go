package exit_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

func of(members ...state.Member) []state.Member { return members }

// many are n members from a number on.
func many(first state.Member, n int) (out []state.Member) {
	for i := range n {
		out = append(out, first+state.Member(i))
	}
	return out
}

func TestStrikeOff(t *testing.T) {
	l := newLedger(t, figures)
	l.Days(1000)
	l.Run(t, []statetest.Row{
		statetest.Try("nobody", 0, exit.WarnSilent{}, exit.ErrBatch),
		statetest.Try("too many", 0, exit.WarnSilent{Members: many(1, exit.MaxBatch+1)}, exit.ErrBatch),
		statetest.Try("twice in one", 0, exit.WarnSilent{Members: of(ada, ada)}, exit.ErrBatch),
		statetest.Try("out of order", 0, exit.WarnSilent{Members: of(ben, ada)}, exit.ErrBatch),
		statetest.Try("no such member", 0, exit.WarnSilent{Members: of(stranger)}, member.ErrUnknown),
		statetest.Try("who has left", 0, exit.WarnSilent{Members: of(20)}, member.ErrStanding).After(func() { must(t, l, member.Resign{Member: 20}) }),
		statetest.Try("a day too early", 0, exit.WarnSilent{Members: of(ada)}, exit.ErrContact),
		statetest.Try("nobody struck off", 0, exit.StrikeOff{}, exit.ErrBatch),
		statetest.Try("one twice", 0, exit.StrikeOff{Members: of(stranger, stranger)}, exit.ErrBatch),
		statetest.Try("nobody heard of", 9, exit.Contact{}, exit.ErrBatch),
		statetest.Try("too many heard of", 9, exit.Contact{Members: many(1, exit.MaxBatch+1)}, exit.ErrBatch),
		statetest.Try("who is nobody, heard of", statetest.Secretary, exit.Contact{Members: of(stranger)}, member.ErrUnknown),
		statetest.Try("who has left, heard of", statetest.Secretary, exit.Contact{Members: of(20, stranger)}, member.ErrStanding),
	})
	l.Days(1)
	paper := make([]byte, 32)
	signs := func(m state.Member) func() {
		paper = append(bytes.Clone(paper[:31]), paper[31]+1)
		return func() { l.Must(m, exit.Nominate{Member: m, Commitment: paper}) }
	}
	l.Run(t, []statetest.Row{
		statetest.Try("one who signs", 0, exit.WarnSilent{Members: of(ada, ben, eve)}, exit.ErrContact).After(signs(ben)),
		statetest.Try("heard of", statetest.Secretary, exit.Contact{Members: of(eve)}, nil),
		statetest.Try("heard of twice", statetest.Secretary, exit.Contact{Members: of(eve)}, exit.ErrContact),
		statetest.Try("by no secretary", 9, exit.Contact{Members: of(gil)}, state.ErrAuthority),
		statetest.Try("one who was heard of", 0, exit.WarnSilent{Members: of(ada, eve)}, exit.ErrContact),
		statetest.Try("not warned", 0, exit.StrikeOff{Members: of(ada)}, exit.ErrUnwarned),
		statetest.Try("four who are silent", 0, exit.WarnSilent{Members: of(ada, gil, 14, 15)}, nil),
		statetest.Try("twice", 0, exit.WarnSilent{Members: of(ada)}, exit.ErrWarned),
		statetest.Try("at once", 0, exit.StrikeOff{Members: of(ada)}, exit.ErrSoon),
		statetest.Try("28 days, of which 27 clear", 0, exit.StrikeOff{Members: of(ada)}, exit.ErrSoon).After(func() { l.Days(28) }),
	})
	l.Days(1)
	signs(gil)()
	l.Must(statetest.Secretary, exit.Contact{Members: of(14)})
	l.Run(t, []statetest.Row{
		statetest.Try("no such member", 0, exit.StrikeOff{Members: of(stranger)}, member.ErrUnknown),
		statetest.Try("one who signed since", 0, exit.StrikeOff{Members: of(gil)}, exit.ErrContact),
		statetest.Try("one who was heard of since", 0, exit.StrikeOff{Members: of(14)}, exit.ErrContact),
		statetest.Try("28 clear days", 0, exit.StrikeOff{Members: of(ada)}, nil),
		statetest.Try("twice", 0, exit.StrikeOff{Members: of(ada)}, member.ErrStanding),
	})
	wantLeft(t, l, ada, member.StruckOff, today(l))
	wantStays(t, l, gil)
	l.Days(charter.MaxNoticeGood)
	byTwo(t, l, exit.StrikeOff{Members: of(15)}, exit.ErrUnwarned) // the notice is forgotten
	byTwo(t, l, exit.WarnSilent{Members: of(15)}, nil)

	never := newLedger(t, charter.Membership{})
	byTwo(t, never, exit.WarnSilent{Members: of(ada)}, exit.ErrNever)
	byTwo(t, never, exit.StrikeOff{Members: of(ada)}, exit.ErrNever)
}

func TestRecordEnd(t *testing.T) {
	l := newLedger(t, figures)
	const body = state.Member(members + 1)
	of := statetest.Entry(1, body, 1)
	of.Sort = member.Coop
	l.Days(30)
	must(t, l, member.Import{Entries: []member.Entry{of}})
	now := today(l)
	died := func(m state.Member, day uint64) exit.RecordEnd {
		return exit.RecordEnd{Member: m, Ending: member.Died, Day: day}
	}
	first := now - 30
	leaves := func() { must(t, l, member.Resign{Member: eve}) }
	l.Run(t, []statetest.Row{
		statetest.Try("no end", 0, exit.RecordEnd{Member: stranger}, exit.ErrEnding),
		statetest.Try("another end", 0, exit.RecordEnd{Member: stranger, Ending: member.Expelled}, exit.ErrEnding),
		statetest.Try("no such member", 0, died(stranger, now+1), member.ErrUnknown),
		statetest.Try("has left", 0, died(eve, now+1), member.ErrStanding).After(leaves),
		statetest.Try("tomorrow", 0, died(ada, now+1), exit.ErrFuture),
		statetest.Try("before it was a member", 0, died(ada, first-1), exit.ErrEarly),
		statetest.Try("all members", 0, died(ada, now-3), nil),
		statetest.Try("twice", 0, died(ada, now-3), member.ErrStanding),
		statetest.Try("a person is dissolved", 0, exit.RecordEnd{Member: ben, Ending: member.Dissolved, Day: now}, exit.ErrEnding),
		statetest.Try("a co-op dies", 0, exit.RecordEnd{Member: body, Ending: member.Died, Day: now}, exit.ErrEnding),
		statetest.Try("a co-op, today", 0, exit.RecordEnd{Member: body, Ending: member.Dissolved, Day: now}, nil),
	})
	wantLeft(t, l, ada, member.Died, now-3)
	wantLeft(t, l, body, member.Dissolved, now)

	// Two officers record no more than one in ten within a year, and nobody who signs.
	byTwo(t, l, died(14, now-1), nil)
	byTwo(t, l, died(14, now-1), exit.ErrRecorded)
	byTwo(t, l, died(15, now-1), member.ErrMany)
	byTwo(t, l, exit.WarnSilent{Members: []state.Member{14}}, exit.ErrRecorded)
	wantStays(t, l, 14)
	l.Must(14, exit.Nominate{Member: 14, Commitment: make([]byte, 32)})
	l.Days(8)
	l.Sound()
	wantStays(t, l, 14)
	byTwo(t, l, died(15, now-1), nil)
	byTwo(t, l, died(16, now), member.ErrMany)
	l.Days(7)
	wantStays(t, l, 15)
	l.Days(1)
	l.Sound()
	wantLeft(t, l, 15, member.Died, now-1)
	byTwo(t, l, died(16, now), member.ErrMany)
	l.Days(exit.EndDays)
	l.Sound()

	// What others recorded, all members can record at once; who leaves meanwhile has left once.
	byTwo(t, l, died(16, now), nil)
	must(t, l, died(16, now-2))
	wantLeft(t, l, 16, member.Died, now-2)
	byTwo(t, l, died(17, now), nil) // that of 16 is no longer others'
	must(t, l, member.Resign{Member: 17})
	day := today(l)
	l.Days(9)
	l.Sound()
	wantLeft(t, l, 17, member.Resigned, day)
	fresh := statetest.Key(7, 1)
	if res := l.Mandate(exit.Return{Member: 16, Key: fresh.Public(), Possession: fresh.Possession(statetest.Chain, 1)}); res.Code != exit.ErrEnded.Code {
		t.Errorf("who has died comes back: %d %s", res.Code, res.Log)
	}
}

// What is signed by the key of one who has died names no heir: the last nomination by the day
// of death counts, and none if there was none.
func TestNominatedAfterDeath(t *testing.T) {
	l := newLedger(t, figures)
	nominate := func(m state.Member, paper byte) {
		t.Helper()
		l.Must(m, exit.Nominate{Member: m, Commitment: bytes.Repeat([]byte{paper}, 32)})
	}
	nominate(ada, 1)
	l.Days(3)
	nominate(ada, 2)
	nominate(ada, 3)
	day := today(l)
	l.Days(1)
	for paper := range byte(3) { // by whoever has their phones
		nominate(ada, 10+paper)
		nominate(ben, 10+paper)
		l.Days(1)
	}
	for _, m := range of(ada, ben) {
		must(t, l, exit.RecordEnd{Member: m, Ending: member.Died, Day: day})
	}
	opened := func(m state.Member, paper ...byte) exit.Transmit {
		return exit.Transmit{Member: m, Heirs: of(gil), Opened: bytes.Repeat(paper, 32)}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("by the last, made after the death", 0, opened(ada, 12), exit.ErrOpened),
		statetest.Try("by the first of the time before", 0, opened(ada, 1), exit.ErrOpened),
		statetest.Try("by one of the last day that was replaced on it", 0, opened(ada, 2), exit.ErrOpened),
		statetest.Try("without", 0, opened(ada), exit.ErrOpened),
		statetest.Try("by the last of the day of death", 0, opened(ada, 3), nil),
		statetest.Try("by one made after the death, where there was none", 0, opened(ben, 12), exit.ErrOpened),
		statetest.Try("without, where there was none", 0, opened(ben), nil),
	})
	l.Sound()
}

func TestTransmit(t *testing.T) {
	l := newLedger(t, figures)
	paper := bytes.Repeat([]byte{7}, 32)
	l.Must(ada, exit.Nominate{Member: ada, Commitment: paper})
	transmit := func(m state.Member, opened []byte, heirs ...state.Member) exit.Transmit {
		return exit.Transmit{Member: m, Heirs: heirs, Opened: opened}
	}
	dies := func() {
		for _, m := range of(ada, ben) {
			must(t, l, exit.RecordEnd{Member: m, Ending: member.Died, Day: today(l)})
		}
		must(t, l, member.Resign{Member: eve})
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no heirs", 0, transmit(stranger, paper[:3]), exit.ErrHeirs),
		statetest.Try("too many heirs", 0, transmit(stranger, paper[:3], many(1, exit.MaxHeirs+1)...), exit.ErrHeirs),
		statetest.Try("an heir twice", 0, transmit(stranger, paper[:3], gil, gil), exit.ErrHeirs),
		statetest.Try("its own heir", 0, transmit(ada, paper[:3], ada), exit.ErrHeirs),
		statetest.Try("no commitment", 0, transmit(stranger, paper[:31], gil), member.ErrCommitment),
		statetest.Try("no such member", 0, transmit(stranger, paper, gil), member.ErrUnknown),
		statetest.Try("alive", 0, transmit(ada, paper, gil), exit.ErrLives),
		statetest.Try("who resigned", 0, transmit(eve, paper, gil), exit.ErrLives).After(dies),
		statetest.Try("without the nomination", 0, transmit(ada, nil, gil), exit.ErrOpened),
		statetest.Try("by a nomination that was not made", 0, transmit(ben, paper, gil), exit.ErrOpened),
		statetest.Try("an heir who has left", 0, transmit(ada, paper, eve, gil), member.ErrStanding),
		statetest.Try("an heir who is nobody", 0, transmit(ada, paper, gil, stranger), member.ErrUnknown),
		statetest.Try("two heirs", 0, transmit(ada, paper, gil, 14), nil),
		statetest.Try("twice", 0, transmit(ada, paper, gil, 14), exit.ErrRecorded),
		statetest.Try("others, by all members", 0, transmit(ada, paper, gil), nil),
		statetest.Try("the first again", 0, transmit(ada, paper, gil, 14), nil),
		statetest.Try("by no nomination", 0, transmit(ben, nil, gil), nil),
	})
	byTwo(t, l, transmit(ada, paper, gil), exit.ErrRecorded)
	v := l.Read()
	defer v.Close()
	heirs, err := exit.HeirsOf(v.Of(1), ada)
	if err != nil || len(heirs) != 2 || heirs[0] != gil || heirs[1] != 14 {
		t.Errorf("heirs are %v, %v", heirs, err)
	}
}
