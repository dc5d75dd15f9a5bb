package keyring_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A key with limits signs what they let it, and so much a day; what is refused for another
// reason is not counted. The refusals follow the order of the checks.
func TestLimits(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	today := state.DayOf(l.Tip().Time)
	limited := func(n state.Member, limits keyring.Limits) keyring.Add {
		m := add(ada, n)
		m.Limits = limits
		return m
	}
	of := func(kinds ...tx.Kind) keyring.Limits { return keyring.Limits{Kinds: kinds} }
	figure := func(kinds ...tx.Kind) keyring.Limits { return keyring.Limits{Kinds: kinds, Figure: 1} }
	many := make([]tx.Kind, keyring.MaxKinds+1)
	for i := range many {
		many[i] = tx.Kind(i + 1)
	}
	unproved := limited(1, of(0x0808))
	unproved.Possession = nil
	rows := []statetest.Row{
		statetest.Try("too many kinds", ada, limited(1, of(many...)), keyring.ErrLimits),
		statetest.Try("out of order", ada, limited(1, of(9, 8)), keyring.ErrLimits),
		statetest.Try("one twice", ada, limited(1, of(8, 8)), keyring.ErrLimits),
		statetest.Try("casts by figure", ada, limited(1, figure(0x4002)), keyring.ErrLimits),
		statetest.Try("proposes by figure", ada, limited(1, figure(0x4001)), keyring.ErrLimits),
		statetest.Try("a figure of everything", ada, limited(1, figure()), keyring.ErrLimits),
		statetest.Try("no proof", ada, unproved, member.ErrPossession),
		statetest.Try("no such kind", ada, limited(1, of(0x0808)), keyring.ErrLimits),
		statetest.Try("an action without a figure", ada, limited(1, figure(member.KindReinstate)), keyring.ErrLimits),
		statetest.Try("an end in the past", ada, limited(1, keyring.Limits{Until: today - 1}), keyring.ErrLimits),
		statetest.Try("a till", ada, limited(1, keyring.Limits{Kinds: []tx.Kind{kindTill}, Figure: 100, Until: today + 1}), nil),
	}
	for _, k := range []tx.Kind{keyring.KindAdd, keyring.KindRevoke, keyring.KindNarrow, member.KindRekey} {
		rows = append(rows, statetest.Try("changes keys", ada, limited(2, of(k)), keyring.ErrLimits))
	}
	l.Run(t, rows)
	l.Must(1, byOfficers(member.KindRekey, rekey(ada, 9)))
	signs := func(name string, a state.Action, want *state.Rejection) {
		t.Helper()
		wantCode(t, name, with(l, ada, 2, device(1), a), want)
		l.Sound()
	}
	signs("another action", member.Resign{Member: ada}, keyring.ErrLimited)
	signs("adds a key", add(ada, 3), keyring.ErrLimited)
	signs("60", till{60}, nil)
	signs("41 more", till{41}, keyring.ErrFigure)
	signs("refused by itself", till{13}, errThirteen)
	signs("40 more", till{40}, nil)
	signs("one more", till{1}, keyring.ErrFigure)
	l.Days(1)
	signs("100 the next day", till{100}, nil)
	signs("a figure beyond all", till{^uint64(0)}, keyring.ErrFigure)

	// A machine's signatures do not say that the member is there: the other key acts.
	l.Days(1)
	signs("after its last day", till{1}, state.ErrSigner)
	l.Days(14)
	wantCode(t, "the key that officers gave", with(l, ada, 0, device(9), add(ada, 4)), nil)
}

// A key that only a day limits signs everything but what would rid it of that day.
func TestLimitedByDay(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	one := add(ada, 1)
	one.Limits = keyring.Limits{Until: state.DayOf(l.Tip().Time) + 3}
	l.Must(ada, one)
	for name, row := range map[string]struct {
		action state.Action
		want   *state.Rejection
	}{
		"adds a key":         {add(ada, 3), keyring.ErrLimited},
		"narrows another":    {keyring.Narrow{Member: ada, Number: 2, Limits: keyring.Limits{Until: state.DayOf(l.Tip().Time) + 2}}, keyring.ErrLimited},
		"replaces the first": {rekey(ada, 8), keyring.ErrLimited},
		"a till's figure":    {till{60}, nil},
	} {
		wantCode(t, name, with(l, ada, 2, device(1), row.action), row.want)
	}
	l.Sound()
}

// Limits are narrowed, by the member. Rows follow the order of the checks.
func TestNarrow(t *testing.T) {
	l := newLedger(t)
	defer l.Close()
	today := state.DayOf(l.Tip().Time)
	l.Must(ada, add(ada, 1))
	to := func(n uint32, limits keyring.Limits) keyring.Narrow {
		return keyring.Narrow{Member: ada, Number: n, Limits: limits}
	}
	two := keyring.Limits{Kinds: []tx.Kind{member.KindReinstate, kindTill}}
	one := keyring.Limits{Kinds: []tx.Kind{kindTill}, Figure: 10, Until: today + 5}
	but := func(change func(*keyring.Limits)) keyring.Limits {
		out := one
		change(&out)
		return out
	}
	l.Run(t, []statetest.Row{
		statetest.Try("the first", ada, to(1, two), keyring.ErrNumber),
		statetest.Try("meaningless", ada, to(9, keyring.Limits{Figure: 1}), keyring.ErrLimits),
		statetest.Try("another's", ben, to(9, two), state.ErrAuthority),
		statetest.Try("by all members", 0, to(9, two), keyring.ErrOthers),
		statetest.Try("no such key", ada, to(9, keyring.Limits{Kinds: []tx.Kind{8}}), keyring.ErrNoKey),
		statetest.Try("no such kind", ada, to(2, keyring.Limits{Kinds: []tx.Kind{8}}), keyring.ErrLimits),
		statetest.Try("no limits, as before", ada, to(2, keyring.Limits{}), keyring.ErrWider),
		statetest.Try("two kinds", ada, to(2, two), nil),
		statetest.Try("one of them", ada, to(2, one), nil),
		statetest.Try("the same", ada, to(2, one), keyring.ErrWider),
		statetest.Try("no limits", ada, to(2, keyring.Limits{}), keyring.ErrWider),
		statetest.Try("another kind", ada, to(2, but(func(l *keyring.Limits) { l.Kinds, l.Figure = []tx.Kind{member.KindReinstate}, 0 })), keyring.ErrWider),
		statetest.Try("a greater figure", ada, to(2, but(func(l *keyring.Limits) { l.Figure = 11 })), keyring.ErrWider),
		statetest.Try("no figure", ada, to(2, but(func(l *keyring.Limits) { l.Figure = 0 })), keyring.ErrWider),
		statetest.Try("longer", ada, to(2, but(func(l *keyring.Limits) { l.Until++ })), keyring.ErrWider),
		statetest.Try("for ever", ada, to(2, but(func(l *keyring.Limits) { l.Until = 0 })), keyring.ErrWider),
		statetest.Try("a smaller figure", ada, to(2, but(func(l *keyring.Limits) { l.Figure = 9 })), nil),
	})
}
