package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtbytes "github.com/cometbft/cometbft/libs/bytes"
	"github.com/cometbft/cometbft/libs/log"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	rpcserver "github.com/cometbft/cometbft/rpc/jsonrpc/server"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

const everyone = ^state.Member(0)

func active(m state.Member) member.StandingKey {
	return member.StandingKey{Standing: member.Active, Class: 1, Member: m}
}

// TestListTurnsPages lists more members than one answer holds, up, down and in
// part, and reads their records without asking for them.
func TestListTurnsPages(t *testing.T) {
	r := newRig(t)
	c := r.dial()
	r.block()
	n := r.fill(c, 2, 3)
	raw, err := signer(2, 3).Sign(t.Context(), c, member.KindResign, member.Resign{Member: 3})
	check(t, err)
	same(t, "codes", r.block(raw), []uint32{0})
	if n <= state.MaxList {
		t.Fatalf("%d members fit in one answer", n)
	}
	var all []state.Member
	for m := state.Member(1); int(m) <= n; m++ {
		if m != 3 {
			all = append(all, m)
		}
	}
	down := slices.Clone(all)
	slices.Reverse(down)
	for _, row := range []struct {
		name  string
		q     state.IndexQuery
		limit uint64
		want  []state.Member
	}{
		{"all", member.ByStanding.Ask(2, active(0), active(everyone)), 0, all},
		{"from the last down", func() state.IndexQuery {
			q := member.ByStanding.Ask(2, active(0), active(everyone))
			q.Down = true
			return q
		}(), 0, down},
		{"bounded", member.ByStanding.Ask(2, active(2), active(everyone)), 1100, all[1:1101]},
		{"a few", member.ByStanding.Ask(2, active(2), active(5)), 0, []state.Member{2, 4, 5}},
		{"one", member.ByStanding.Ask(2, active(4), active(4)), 0, []state.Member{4}},
		{"another co-op", member.ByStanding.Ask(3, active(0), active(everyone)), 0, []state.Member{1, 2, 3, 4, 5}},
		{"no co-op", member.ByStanding.Ask(9, active(0), active(everyone)), 0, nil},
	} {
		row.q.Limit = row.limit
		var got []state.Member
		check(t, List(t.Context(), c, member.ByStanding, row.q, func(at state.Reader, k member.StandingKey) (bool, error) {
			r.with(func() { r.down = true }) // whatever is read now was told along
			rec, err := member.Find(at, k.Member)
			r.with(func() { r.down = false })
			if err == nil && (rec.Standing() != member.Active || !rec.Key.Equal(memberKey(int(at.Coop()), int(k.Member)).Public())) {
				err = fmt.Errorf("member %d: %+v", k.Member, rec)
			}
			got = append(got, k.Member)
			return true, err
		}))
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: %d members, %v…, want %d", row.name, len(got), got[:min(5, len(got))], len(row.want))
		}
	}
	stopped := 0
	check(t, List(t.Context(), c, member.ByStanding, member.ByStanding.Ask(2, active(0), active(everyone)),
		func(state.Reader, member.StandingKey) (bool, error) { stopped++; return stopped < 7, nil }))
	same(t, "stopped", stopped, 7)
}

// TestListRefuses tells a node that cannot answer from one that talks nonsense.
func TestListRefuses(t *testing.T) {
	tip := state.Tip{Height: 3, Time: 1, Chain: rigChain, Version: 1}
	key := func(n byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, n} }
	var res abci.ResponseQuery
	mux := http.NewServeMux()
	rpcserver.RegisterRPCFuncs(mux, map[string]*rpcserver.RPCFunc{
		"abci_query": rpcserver.NewRPCFunc(func(_ *rpctypes.Context, _ string, _ cmtbytes.HexBytes, _ int64, _ bool) (*ctypes.ResultABCIQuery, error) {
			return &ctypes.ResultABCIQuery{Response: res}, nil
		}, "path,data,height,prove"),
	}, log.NewNopLogger())
	server := httptest.NewServer(mux)
	defer server.Close()
	c, err := Dial(server.URL)
	check(t, err)
	q := ballot.UnderWay.Ask(1, 2, 5)
	q.Limit = 3
	for _, row := range []struct {
		name   string
		code   uint32
		answer state.IndexAnswer
		down   bool
		want   error
	}{
		{"being rebuilt", state.CodeIndex, state.IndexAnswer{}, false, ErrNoIndex},
		{"knows no lists", state.CodePath, state.IndexAnswer{}, false, ErrForeign},
		{"of no height", 0, state.IndexAnswer{}, false, ErrForeign},
		{"more than asked for", 0, state.IndexAnswer{Keys: [][]byte{key(2), key(3), key(4), key(5)}, Tip: tip}, false, ErrForeign},
		{"more after nothing", 0, state.IndexAnswer{More: true, Tip: tip}, false, ErrForeign},
		{"before the first", 0, state.IndexAnswer{Keys: [][]byte{key(1)}, Tip: tip}, false, ErrForeign},
		{"after the last", 0, state.IndexAnswer{Keys: [][]byte{key(6)}, Tip: tip}, false, ErrForeign},
		{"short", 0, state.IndexAnswer{Keys: [][]byte{key(3)[:7]}, Tip: tip}, false, ErrForeign},
		{"long", 0, state.IndexAnswer{Keys: [][]byte{append(key(3), 0)}, Tip: tip}, false, ErrForeign},
		{"twice", 0, state.IndexAnswer{Keys: [][]byte{key(3), key(3)}, Tip: tip}, false, ErrForeign},
		{"descending", 0, state.IndexAnswer{Keys: [][]byte{key(4), key(3)}, Tip: tip}, false, ErrForeign},
		{"ascending", 0, state.IndexAnswer{Keys: [][]byte{key(3), key(4)}, Tip: tip}, true, ErrForeign},
		{"in order", 0, state.IndexAnswer{Keys: [][]byte{key(2), key(5)}, More: true, Tip: tip}, false, nil},
		{"in order, down", 0, state.IndexAnswer{Keys: [][]byte{key(5), key(2)}, More: true, Tip: tip}, true, nil},
	} {
		res = abci.ResponseQuery{Code: row.code, Value: tx.Encode(row.answer)}
		q.Down = row.down
		got := 0
		err := List(t.Context(), c, ballot.UnderWay, q, func(state.Reader, ballot.Number) (bool, error) { got++; return true, nil })
		if !errors.Is(err, row.want) || err == nil && got != 2 || err != nil && got > 0 {
			t.Errorf("%s: %d entries, %v, want %v", row.name, got, err, row.want)
		}
	}
}
