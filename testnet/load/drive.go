package load

import (
	"context"
	"errors"
	"time"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/testnet"
)

const (
	// tick is how often the transactions that are due are sent together.
	tick = 10 * time.Millisecond

	// glance is how often a run looks whether its bound is missed already.
	glance = 500 * time.Millisecond

	// patience is how long nothing may settle before a run gives up what is under way.
	patience = 60 * time.Second

	// resendAfter is how long nothing may settle before what is under way is sent
	// again, if a node has stopped answering, since it may have accepted transactions
	// without gossiping them, or if a block had one too early or a node refused one for
	// its sequence. Otherwise what is lost stays lost, and the report says so.
	resendAfter = 3 * time.Second
)

// A run is one load test under way.
type run struct {
	Options
	target  target
	names   []string // of the nodes
	plan    *plan
	book    *book
	courier *courier
	watcher *watcher
	began   time.Time
}

// drive prepares a target, sends what it has prepared, follows it to its end and
// reports.
func drive(ctx context.Context, net *testnet.Net, t target, o Options) (Report, error) {
	p, err := t.prepare(ctx)
	if err != nil {
		return Report{}, err
	}
	m, err := net.Manifest()
	if err != nil {
		return Report{}, err
	}
	var nodes []*client.Client
	var addresses []string
	for _, n := range m.Nodes {
		to, err := client.Dial(n.RPC)
		if err != nil {
			return Report{}, err
		}
		nodes, addresses = append(nodes, to), append(addresses, to.Address())
	}
	after, stop := context.WithCancel(context.WithoutCancel(ctx)) // what was sent is followed to its end
	defer stop()
	r := &run{Options: o, target: t, plan: p, book: newBook(p, o.bound)}
	for _, n := range m.Nodes {
		r.names = append(r.names, n.Moniker)
	}
	if r.watcher, err = newWatcher(after, addresses, r.book, t.parts); err != nil {
		return Report{}, err
	}
	meter := newMeter(after, net)
	r.courier = newCourier(after, nodes, r.book, t.taken, o.Connections)
	r.began = time.Now()
	held, gaveUp, err := r.loop(ctx)
	used := meter.stop(after)
	stop() // calls that are still tried again
	r.courier.close()
	err = errors.Join(err, r.watcher.finish())
	return r.conclude(ctx, err, held, gaveUp, used)
}

// conclude audits and reports.
func (r *run) conclude(ctx context.Context, err error, held int, gaveUp bool, used Usage) (Report, error) {
	cut := ctx.Err() != nil
	if err != nil && !cut {
		rep := r.report()
		return rep, err
	}
	var sent []*item
	for _, i := range r.book.sent {
		sent = append(sent, &r.plan.items[i])
	}
	sound, err := r.target.audit(context.WithoutCancel(ctx), sent)
	rep := r.report()
	rep.Cut, rep.GaveUp, rep.Unsent, rep.Usage = cut, gaveUp, held, used
	rep.share()
	rep.Checked, rep.Sound = err == nil, err == nil && sound
	if err == nil && (!sound || rep.Lost+rep.Refused > 0 || rep.Committed != rep.Sent) {
		err = ErrUnsound
	}
	return rep, errors.Join(ctx.Err(), err)
}

// loop sends what is due until all was sent and is settled. It returns how many items
// were due and could not be sent, and whether the bound was missed.
func (r *run) loop(ctx context.Context) (held int, gaveUp bool, err error) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	at, feeding, before := 0, true, 0
	progress, looked, resent := time.Now(), time.Now(), time.Now()
	for {
		if feeding {
			if at, feeding = r.feed(at); !feeding {
				r.sendingFor(r.For)
			}
		}
		if now := time.Now(); feeding && now.Sub(looked) > glance {
			looked, gaveUp = now, r.book.hopeless(now)
			feeding = !gaveUp
		}
		if feeding = feeding && ctx.Err() == nil; !feeding && (gaveUp || ctx.Err() != nil) {
			held += r.book.drop()
		}
		sent, settled, waiting := r.book.standing()
		if settled > before {
			before, progress = settled, time.Now()
		}
		r.tell(feeding, sent, settled, waiting)
		if !feeding && settled == sent && waiting == 0 {
			return held, gaveUp, nil
		}
		if !feeding && time.Since(progress) > patience {
			return held + r.book.drop(), gaveUp, nil
		}
		if r.stuck(progress, resent) {
			resent = time.Now()
			r.book.again()
		}
		r.courier.push(r.book.take())
		select {
		case <-ticker.C:
		case err := <-r.courier.errs:
			return held, gaveUp, err
		case <-r.watcher.ended:
			return held, gaveUp, nil // its error says why
		}
	}
}

// stuck says whether what is under way is to be sent again, as nothing settled since
// progress and nothing was sent again since resent.
func (r *run) stuck(progress, resent time.Time) bool {
	if time.Since(progress) < resendAfter || time.Since(resent) < resendAfter {
		return false
	}
	return r.courier.silence() > 0 || r.book.unsure()
}

func (r *run) tell(feeding bool, sent, settled, waiting int) {
	if feeding {
		r.sendingFor(time.Since(r.began))
	} else {
		r.Progress("waiting for the last", settled, sent+waiting)
	}
}

// sendingFor tells how long it has been sending.
func (r *run) sendingFor(d time.Duration) {
	r.Progress("seconds of "+r.target.sending(), int(d/time.Second), int((r.For+time.Second-1)/time.Second))
}

// feed makes due what the clock says, or if there is no rate what the window has room
// for: of the ledger and of the engine's example as many as there are members, since
// no member has two casts under way. It returns how many items are due by then, and whether more are to come.
func (r *run) feed(at int) (int, bool) {
	items := len(r.plan.items)
	if r.Rate > 0 {
		due := min(items, int(time.Since(r.began).Seconds()*float64(r.Rate))+1)
		for ; at < due; at++ {
			r.book.admit(at, r.began.Add(time.Duration(at)*time.Second/time.Duration(r.Rate)))
		}
		return at, at < items
	}
	sent, settled, _ := r.book.standing()
	now := time.Now()
	for room := min(Window, r.Members) - (sent - settled); room > 0 && at < items && r.book.free(at); room-- {
		r.book.admit(at, now)
		at++
	}
	return at, at < items && now.Sub(r.began) < r.For
}
