package app

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/tx"
)

// layoutOf says how an index's key lies: "Member (8) ‖ Motion (8)".
func layoutOf(key any) string {
	t := reflect.TypeOf(key)
	if t.Kind() != reflect.Struct {
		return fmt.Sprintf("%s (%d)", t.Name(), t.Size())
	}
	var fields []string
	for i := range t.NumField() {
		fields = append(fields, fmt.Sprintf("%s (%d)", t.Field(i).Name, t.Field(i).Type.Size()))
	}
	return strings.Join(fields, " ‖ ")
}

// Clients ask for a list by its number and read its keys: both stay for ever.
func TestGoldenIndexes(t *testing.T) {
	var lines []string
	for _, x := range rooms.Indexes {
		lines = append(lines, fmt.Sprintf("%02x %s %s", x.Number, x.Name, layoutOf(x.Key)))
		if x.Number>>4 != x.Prefix()>>4 {
			t.Errorf("%s has number %02x, which is not of the sixteen of its room", x.Name, x.Number)
		}
	}
	slices.Sort(lines)
	appendOnly(t, "indexes.golden", lines)
}

// indexTable is what docs/tx.md says of the lists.
func indexTable() string {
	var out strings.Builder
	out.WriteString("| index | list | key, behind index (1) and co-op (4) in the node | of table |\n|---|---|---|---|\n")
	for _, x := range rooms.Indexes {
		fmt.Fprintf(&out, "| 0x%02x | %s | %s | 0x%02x |\n", x.Number, x.Name, layoutOf(x.Key), x.Prefix())
	}
	return out.String()
}

// ask is a question about an index and its answer.
func (f *fed) ask(q state.IndexQuery) state.IndexAnswer {
	f.t.Helper()
	res := f.query(&abci.RequestQuery{Path: state.PathIndex, Data: tx.Encode(q)})
	if res.Code != 0 || res.Height != f.height() {
		f.t.Fatalf("%+v: %d %s at height %d", q, res.Code, res.Log, res.Height)
	}
	answer, err := tx.Decode[state.IndexAnswer](res.Value)
	if err != nil {
		f.t.Fatal(err)
	}
	return answer
}

// wantMembers wants a list of a co-op's members of a standing, whole and in pages
// of two, and never one of another co-op.
func (f *fed) wantMembers(coop state.Coop, s member.Standing, want ...state.Member) {
	f.t.Helper()
	for _, limit := range []uint64{0, 2} {
		var got []state.Member
		q := member.ByStanding.Ask(coop, member.StandingKey{Standing: s}, member.StandingKey{Standing: s, Class: 0xffff, Member: ^state.Member(0)})
		q.Limit = limit
		for more := true; more; {
			answer := f.ask(q)
			for _, key := range answer.Keys {
				k, err := member.ByStanding.Decode(key)
				if err != nil || k.Standing != s || k.Class != 1 {
					f.t.Fatalf("%+v, %v", k, err)
				}
				got = append(got, k.Member)
				q.First = beyond(key)
			}
			for _, leaf := range answer.Leaves {
				if leaf.Key[4] != byte(coop) {
					f.t.Errorf("a list of co-op %d shows leaf %x", coop, leaf.Key)
				}
				if res := f.query(&abci.RequestQuery{Path: state.PathKey, Data: leaf.Key}); !bytes.Equal(res.Value, leaf.Value) {
					f.t.Errorf("leaf %x is %x, the list says %x", leaf.Key, res.Value, leaf.Value)
				}
			}
			more = answer.More
		}
		if !slices.Equal(got, want) {
			f.t.Errorf("co-op %d, %v, pages of %d: %v, want %v", coop, s, limit, got, want)
		}
	}
}

// beyond is the key after one whose last byte is not 0xff.
func beyond(key []byte) []byte {
	out := bytes.Clone(key)
	out[len(out)-1]++
	return out
}

// Lists say what the records say after each block, of each co-op its own; over a
// restart, when the index was lost, and in a restored state.
func TestLists(t *testing.T) {
	f := newFed(t, 3, Options{})
	f.must(f.sign(1, 1, f.apply(1, 1)), f.sign(2, 1, f.apply(2, 1)), f.sign(2, 1, f.apply(2, 2)))
	f.must(append(f.carried(2, 1, member.Admit{Member: fedMembers + 1}), f.sign(3, 4, member.Resign{Member: 4}))...)
	f.must(f.sign(2, 1, ballot.Propose{Kind: 1, Title: "One"}), f.sign(2, 2, ballot.Propose{Kind: 1, Title: "Two"}), f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Other"}))
	f.must(f.sign(2, 2, ballot.Cast{Motion: 2, Paper: ballot.No.Paper()}), f.sign(2, 2, ballot.Cast{Motion: 3, Paper: ballot.No.Paper()}),
		f.sign(2, 5, ballot.Cast{Motion: 2, Paper: ballot.Yes.Paper()}), f.sign(1, 2, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}))
	all := func() {
		t.Helper()
		f.sound()
		f.wantMembers(1, member.Active, 1, 2, 3, 4, 5)
		f.wantMembers(1, member.Candidate, 6)
		f.wantMembers(2, member.Active, 1, 2, 3, 4, 5, 6)
		f.wantMembers(2, member.Candidate, 7)
		f.wantMembers(2, member.Left)
		f.wantMembers(3, member.Active, 1, 2, 3, 5)
		f.wantMembers(3, member.Left, 4)
		f.wantMembers(0, member.Active)
		f.wantMembers(1<<24, member.Active)
		for coop, want := range map[state.Coop]string{1: "[[0 0 0 0 0 0 0 1]]", 2: "[[0 0 0 0 0 0 0 2] [0 0 0 0 0 0 0 3]]", 3: "[]"} {
			if got := fmt.Sprint(f.ask(ballot.UnderWay.Ask(coop, 0, ^ballot.Number(0))).Keys); got != want {
				t.Errorf("under way in co-op %d: %s, want %s", coop, got, want)
			}
		}
		mine := ballot.MemberKey{Member: 2}
		for _, x := range []struct {
			list state.Index[ballot.MemberKey]
			want string
		}{{ballot.CastsBy, "[{2 1} {2 2} {2 3}]"}, {ballot.ProposedBy, "[{2 3}]"}} {
			var got []ballot.MemberKey
			for _, key := range f.ask(x.list.Ask(2, mine, ballot.MemberKey{Member: 2, Motion: ^ballot.Number(0)})).Keys {
				k, err := x.list.Decode(key)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, k)
			}
			if fmt.Sprint(got) != x.want {
				t.Errorf("%s of member 2: %v, want %s", x.list.Name, got, x.want)
			}
		}
	}
	all()
	f.reopen()
	all()

	var export bytes.Buffer
	v := f.view()
	if err := v.Export(&export); err != nil {
		t.Fatal(err)
	}
	v.Close()
	if err := f.app.Close(); err != nil {
		t.Fatal(err)
	}
	loseIndex(t, f.fs)
	f.openSaying("there is none")
	all()
	f.must(f.sign(1, 5, member.Resign{Member: 5}))
	f.wantMembers(1, member.Left, 5)
	if err := f.app.Close(); err != nil {
		t.Fatal(err)
	}

	f.fs = vfs.NewMem()
	db, err := OpenDB("fed", f.fs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Restore(db, &export); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	f.openSaying("there is none")
	all()
}

// loseIndex takes the mark out of the database: see state/store/index.go.
func loseIndex(t *testing.T, fs vfs.FS) {
	t.Helper()
	db, err := OpenDB("fed", fs)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Delete([]byte("mi"), pebble.Sync), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// openSaying opens a state whose index has to be rebuilt, which the log must
// say, with the reason.
func (f *fed) openSaying(why string) {
	f.t.Helper()
	var log bytes.Buffer
	f.opts.Log = slog.New(slog.NewTextHandler(&log, nil))
	f.open()
	f.opts.Log = nil
	if text := log.String(); !strings.Contains(text, "rebuilding the index of lists") || !strings.Contains(text, why) || !strings.Contains(text, "rebuilt the index of lists") {
		f.t.Errorf("the log says %q", text)
	}
}

// A node whose index is behind and must stay so answers for records and not for
// lists; fsck tells that its records are sound.
func TestInspect(t *testing.T) {
	f := newFed(t, 1, Options{})
	if err := f.app.Close(); err != nil {
		t.Fatal(err)
	}
	loseIndex(t, f.fs)
	f.opts.Inspect = true
	f.open()
	q := &abci.RequestQuery{Path: state.PathIndex, Data: tx.Encode(state.IndexQuery{Index: ballot.UnderWay.Number, Coop: 1})}
	if res := f.query(q); res.Code != state.CodeIndex || !strings.Contains(res.Log, "there is none") || len(res.Value) > 0 {
		t.Errorf("%+v", res)
	}
	if res := f.query(&abci.RequestQuery{Path: state.PathKey, Data: member.Locate(1, 1).Key}); res.Code != 0 || len(res.Value) == 0 {
		t.Errorf("%+v", res)
	}
	if err := f.app.Fsck(); !errors.Is(err, store.ErrIndex) || errors.Is(err, ErrCorrupt) {
		t.Errorf("fsck: %v", err)
	}
	if n, err := f.app.RebuildIndex(); err != nil || n != fedMembers {
		t.Errorf("%d entries, %v", n, err)
	}
	if err := f.app.Fsck(); err != nil {
		t.Error(err)
	}
	if res := f.query(q); res.Code != 0 {
		t.Errorf("%+v", res)
	}
}
