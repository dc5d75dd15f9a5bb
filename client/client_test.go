package client

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

func stateCoop(n int) state.Coop     { return state.Coop(n) }
func stateMember(n int) state.Member { return state.Member(n) }

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	check(t, err)
	return raw
}

func TestReadsThroughTheRooms(t *testing.T) {
	r := newRig(t)
	c := r.dial()
	if _, err := c.Tip(t.Context()); !errors.Is(err, ErrNoBlock) {
		t.Fatalf("before the first block: %v", err)
	}
	r.block()
	at, err := c.At(t.Context(), 0)
	check(t, err)
	same(t, "chain", at.Chain(), rigChain)
	same(t, "height", at.Height(), uint64(1))
	same(t, "time", at.Time(), r.time.Unix())

	// What is written meanwhile does not show at the height that was pinned.
	raw, err := signer(1, 2).Sign(t.Context(), c, member.KindResign, member.Resign{Member: 2})
	check(t, err)
	same(t, "codes", r.block(raw), []uint32{0})
	rec, err := member.Find(at.Of(1), 2)
	check(t, err)
	same(t, "standing then", rec.Standing(), member.Active)
	now, err := c.At(t.Context(), 0)
	check(t, err)
	rec, err = member.Find(now.Of(1), 2)
	check(t, err)
	same(t, "standing now", rec.Standing(), member.Left)

	// An older height knows its own time.
	then, err := c.At(t.Context(), 1)
	check(t, err)
	same(t, "time then", then.Time(), r.time.Add(-time.Minute).Unix())
	if _, err := member.Find(now.Of(1), 99); !errors.Is(err, member.ErrUnknown) {
		t.Errorf("a member who is not there: %v", err)
	}
	if _, err := c.At(t.Context(), 99); !errors.Is(err, state.ErrHeight) {
		t.Errorf("a height that is not there: %v", err)
	}

	// Ranges come whole, and end when the reader says so.
	names := ""
	check(t, federation.Range(now, func(_ state.Coop, coop federation.Coop) (bool, error) {
		names += coop.Name + ";"
		return coop.Name != "Dairy", nil
	}))
	same(t, "names", names, "Weavers;Bakers & Co;Dairy;")
}

// TestRangeTurnsPages reads more leaves than one answer holds.
func TestRangeTurnsPages(t *testing.T) {
	r := newRig(t)
	c := r.dial()
	r.block()
	n := r.fill(c, 1, 5)
	if n <= state.MaxRange {
		t.Fatalf("%d members fit in one answer", n)
	}
	at, err := c.At(t.Context(), 0)
	check(t, err)
	next := state.Member(1)
	check(t, member.Range(at.Of(1), 1, ^state.Member(0), func(m state.Member, rec member.Record) (bool, error) {
		if m != next || !rec.Key.Equal(memberKey(1, int(m)).Public()) {
			t.Fatalf("member %d came where %d was next", m, next)
		}
		next++
		return true, nil
	}))
	same(t, "members", int(next-1), n)
}

func TestSendAndWait(t *testing.T) {
	r := newRig(t)
	c := r.dial()
	r.block()
	s := signer(1, 1)
	propose := ballot.Propose{Kind: 4, Title: "Buy the mill"}

	// Three are signed and sent without waiting for the first.
	var raws [3][]byte
	var ids [3][32]byte
	for i := range raws {
		var err error
		raws[i], err = s.Sign(t.Context(), c, ballot.KindPropose, propose)
		check(t, err)
		ids[i], err = c.Send(t.Context(), raws[i])
		check(t, err)
		same(t, "id", ids[i], tx.ID(raws[i]))
	}
	if _, err := c.Send(t.Context(), raws[0]); err != nil {
		t.Fatalf("sending again: %v", err)
	}
	if _, ok, err := c.Done(t.Context(), ids[0]); ok || err != nil {
		t.Fatalf("done before a block: %v, %v", ok, err)
	}
	go func() {
		time.Sleep(100 * time.Millisecond)
		r.block()
	}()
	for i := range raws {
		done, err := c.Wait(t.Context(), ids[i], raws[i])
		check(t, err)
		check(t, Refusal(done))
		n, err := tx.Decode[uint64](done.Data)
		check(t, err)
		same(t, "motion", n, uint64(i+1))
	}

	// The ledger's no comes back with its code, from a dry run and from the node.
	raw, err := signer(1, 2).Sign(t.Context(), c, ballot.KindCast, ballot.Cast{Motion: 9, Paper: ballot.Yes.Paper()})
	check(t, err)
	tried, err := c.Check(t.Context(), raw)
	check(t, err)
	var refused *Refused
	if !errors.As(Refusal(tried), &refused) || refused.Code != ballot.ErrUnknown.Code {
		t.Errorf("dry run: %+v", tried)
	}
	if _, err = c.Send(t.Context(), raw); !errors.As(err, &refused) || refused.Code != ballot.ErrUnknown.Code {
		t.Errorf("sending what is refused: %v", err)
	}
	if !strings.HasPrefix(err.Error(), ballot.ErrUnknown.Reason) {
		t.Errorf("reason: %v", err)
	}
	// An action that breaks its own rules is not even signed.
	if _, err := s.Sign(t.Context(), c, ballot.KindPropose, ballot.Propose{}); !errors.Is(err, ballot.ErrTitle) {
		t.Errorf("signing an empty motion: %v", err)
	}
}

func TestForgetFreesSequences(t *testing.T) {
	r := newRig(t)
	c := r.dial()
	r.block()
	s := signer(1, 3)
	sequence := func() uint64 {
		raw, err := s.Sign(t.Context(), c, member.KindResign, member.Resign{Member: 3})
		check(t, err)
		signed, err := tx.Parse(raw)
		check(t, err)
		same(t, "expiry", signed.Body.Expiry, uint64(1+DefaultLife))
		return signed.Body.Sequence
	}
	same(t, "first", sequence(), uint64(1))
	same(t, "second", sequence(), uint64(2))
	s.Forget()
	same(t, "after forgetting", sequence(), uint64(1))
	s.Chain = "elsewhere-1"
	if _, err := s.Sign(t.Context(), c, member.KindResign, member.Resign{Member: 3}); !errors.Is(err, ErrChain) {
		t.Errorf("signing for another federation: %v", err)
	}
}

// TestWaitResendsAndGivesUp waits for a transaction that the node loses.
func TestWaitResendsAndGivesUp(t *testing.T) {
	r := newRig(t)
	c := r.dial()
	r.block()
	s := signer(1, 1)
	s.Life = 3
	lost, err := s.Sign(t.Context(), c, ballot.KindPropose, ballot.Propose{Kind: 4, Title: "Lost"})
	check(t, err)
	r.with(func() { r.swallow = true })
	id, err := c.Send(t.Context(), lost)
	check(t, err)
	r.with(func() { r.swallow = false })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	stop := make(chan struct{})
	go func() { // a block as soon as there is something to put in one
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
			r.mu.Lock()
			waiting := len(r.pool)
			r.mu.Unlock()
			if waiting > 0 {
				r.block()
			}
		}
	}()
	done, err := c.Wait(ctx, id, lost)
	close(stop)
	check(t, err)
	check(t, Refusal(done))

	// One that no block takes until its time is over.
	late, err := s.Sign(t.Context(), c, ballot.KindPropose, ballot.Propose{Kind: 4, Title: "Late"})
	check(t, err)
	for range s.Life {
		r.block()
	}
	if _, err := c.Wait(ctx, tx.ID(late), late); !errors.Is(err, ErrExpired) {
		t.Errorf("waiting for what has expired: %v", err)
	}
	// A node that comes back is waited for.
	r.with(func() { r.down = true })
	time.AfterFunc(300*time.Millisecond, func() { r.with(func() { r.down = false }) })
	if again, err := c.Wait(ctx, id, lost); err != nil || again.Height != done.Height {
		t.Errorf("waiting through an outage: %+v, %v", again, err)
	}
	short, cancelShort := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancelShort()
	if _, err := c.Wait(short, [32]byte{1}, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for nothing: %v", err)
	}
}

// What was done so long ago that the node has forgotten it is not taken for what
// was never done; what has just expired is.
func TestForgotten(t *testing.T) {
	r := newRig(t)
	c := r.dial()
	r.block()
	s := signer(1, 1)
	s.Life = 3
	old, err := s.Sign(t.Context(), c, ballot.KindPropose, ballot.Propose{Kind: 4, Title: "Old"})
	check(t, err)
	_, err = c.Send(t.Context(), old)
	check(t, err)
	r.block()
	done, ok, err := c.Outcome(t.Context(), old)
	check(t, err)
	if !ok || done.Code != 0 {
		t.Fatalf("not done: %+v, %v", done, ok)
	}
	for range s.Life + rigResults {
		r.block()
	}
	if _, ok, err := c.Done(t.Context(), tx.ID(old)); ok || err != nil {
		t.Errorf("asking for what is forgotten: %v, %v", ok, err)
	}
	if _, _, err := c.Outcome(t.Context(), old); !errors.Is(err, ErrForgotten) {
		t.Errorf("asking what became of it: %v", err)
	}
	if _, err := c.Wait(t.Context(), tx.ID(old), old); !errors.Is(err, ErrForgotten) {
		t.Errorf("waiting for what is forgotten: %v", err)
	}
	s.Forget()
	late, err := s.Sign(t.Context(), c, ballot.KindPropose, ballot.Propose{Kind: 4, Title: "Late"})
	check(t, err)
	for range s.Life {
		r.block()
	}
	if _, ok, err := c.Outcome(t.Context(), late); ok || err != nil {
		t.Errorf("asking for what has just expired: %v, %v", ok, err)
	}
	if _, err := c.Wait(t.Context(), tx.ID(late), late); !errors.Is(err, ErrExpired) {
		t.Errorf("waiting for what has just expired: %v", err)
	}
}

func TestNotANode(t *testing.T) {
	for _, address := range []string{"ftp://host", "http://", "http://ho st", "unix:///tmp/x"} {
		if _, err := Dial(address); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<html>"))
	}))
	defer web.Close()
	c, err := Dial(web.URL)
	check(t, err)
	if _, err := c.Tip(t.Context()); !errors.Is(err, ErrForeign) {
		t.Errorf("a web server: %v", err)
	}
	web.Close()
	if _, err := c.Tip(t.Context()); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), web.URL) {
		t.Errorf("nobody there: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Tip(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
