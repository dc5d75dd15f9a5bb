package load

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
)

func openLedgerApp(home string, _ node.Config, log *slog.Logger) (node.Application, func(string) bool, error) {
	a, err := app.Open(node.AppDir(home), app.Options{Log: log})
	if err != nil {
		return nil, nil, err
	}
	return a, a.Admits, nil
}

// newLedgerNet runs a ledger's testnet in this process, until the test ends.
func newLedgerNet(t *testing.T) *testnet.Net {
	t.Helper()
	f := testnet.Founding{People: testnet.SeededPeople(1)}
	net, err := testnet.Make(t.TempDir()+"/net", 4, testnet.Options{Founding: &f}, f.Genesis)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.People.Save(net.Dir); err != nil {
		t.Fatal(err)
	}
	running, err := testnet.Dev(t.Context(), net, openLedgerApp, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(); err != nil {
			t.Error(err)
		}
	})
	return net
}

// TestRun sends a mix to a ledger twice, the second time among members of whom some are
// candidates, and finds everything in it; and finds out when something is not.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("starts nodes")
	}
	net := newLedgerNet(t)
	o := Options{Members: 150, Rate: 60, For: time.Second, Mix: Mix{50, 25, 25}}
	for run := 1; run <= 2; run++ {
		rep, err := Run(t.Context(), net, o)
		if err != nil {
			t.Fatalf("run %d: %v: %+v", run, err, rep)
		}
		if rep.Sent != 60 || rep.Committed != 60 || rep.Refused+rep.Lost+rep.Unsent != 0 || !rep.Sound || !rep.Checked {
			t.Errorf("run %d: %+v", run, rep)
		}
		if len(rep.Kinds) != 3 || rep.Kinds[0].Committed != 30 || rep.Kinds[1].Committed != 15 || rep.Kinds[2].Committed != 15 {
			t.Errorf("run %d: %+v", run, rep.Kinds)
		}
		if rep.P50 <= 0 || rep.P50 > rep.P95 || rep.P95 > rep.P99 || rep.P99 > rep.P999 || rep.P999 > rep.Worst {
			t.Errorf("run %d: latencies %s %s %s %s %s", run, rep.P50, rep.P95, rep.P99, rep.P999, rep.Worst)
		}
		if rep.Blocks == 0 || rep.Block.Bytes.Max == 0 || rep.Block.Transactions.Max > 60 {
			t.Errorf("run %d: %d blocks, %+v", run, rep.Blocks, rep.Block)
		}
		if rep.Usage.Measured || rep.Usage.NodesSeconds != 0 || rep.Usage.DriverSeconds <= 0 {
			t.Errorf("run %d: of nodes in the driver's own process it says %+v", run, rep.Usage)
		}
		o.Members = 190 // of 150 members and 15 candidates by now
	}
	auditDiffers(t, net, o)
}

// auditDiffers has a run audited as if it had sent more than it has, and as if it had
// sent less.
func auditDiffers(t *testing.T, net *testnet.Net, o Options) {
	t.Helper()
	l, err := openLedger(net, o.filled())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := drive(t.Context(), net, l, l.Options); err != nil {
		t.Fatal(err)
	}
	if c := l.casters; len(c) != o.Members || c[149] != 150 || c[150] != 166 {
		t.Errorf("candidates of the first run cast too: %v", c)
	}
	var sent []*item
	for i := range l.plan.items {
		sent = append(sent, &l.plan.items[i])
	}
	audit := func(what string, sent []*item, want bool) {
		t.Helper()
		if sound, err := l.audit(context.WithoutCancel(t.Context()), sent); err != nil || sound != want {
			t.Errorf("%s: sound is %v, %v", what, sound, err)
		}
	}
	audit("all", sent, true)
	last := *sent[len(sent)-1]
	last.sequence++
	last.raw = append([]byte("never sent"), last.raw...)
	last.id = idOf(last.raw)
	audit("one more", append(sent[:len(sent):len(sent)], &last), false)
	if last.outcome != underWay {
		t.Errorf("what was never sent has outcome %d", last.outcome)
	}
	for i, kind := range []Kind{Casts, Figures, Admissions} {
		var less []*item
		dropped := false
		for _, it := range sent {
			if !dropped && it.kind == kind {
				dropped = true
				continue
			}
			less = append(less, it)
		}
		audit([]string{"a cast less", "figures less", "an admission less"}[i], less, false)
	}
}
