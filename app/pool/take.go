package pool

import "container/list"

// A Room is what a block has room for.
type Room struct {
	Height uint64 // of the block
	Bytes  int64  // with Overhead for each transaction
	Units  int    // of work
}

// Take returns transactions for a block, in the order in which it is to hold them: one
// of each co-op in turn, in a co-op one of each member in turn, of a member one of each of
// its keys in turn, each key's by sequence without a gap. They stay in the pool. It ends before the first that does
// not fit.
func (p *Pool) Take(room Room) []Tx {
	p.mu.Lock()
	defer p.mu.Unlock()
	var turns []*turn
	for e := p.ring.Front(); e != nil; e = e.Next() {
		turns = append(turns, &turn{queue: e.Value.(*queue)})
	}
	var out []Tx
	for len(turns) > 0 {
		left := turns[:0]
		for _, t := range turns {
			h := t.next(room.Height)
			if h == nil {
				continue
			}
			if room.Bytes -= h.size(); room.Bytes < 0 {
				return out
			}
			if room.Units -= h.Units; room.Units < 0 {
				return out
			}
			out = append(out, h.Tx)
			left = append(left, t)
		}
		turns = left
	}
	return out
}

// A turn walks a co-op's queue: in its round n it takes each member's transaction n.
type turn struct {
	*queue
	at    *list.Element // next member, nil to begin a round
	round int
	more  bool // some member had a transaction in this round
}

// next is the co-op's next transaction for a block at height, nil if there is none.
func (t *turn) next(height uint64) *held {
	for {
		if t.at == nil {
			if t.round > 0 && !t.more {
				return nil
			}
			t.at, t.more = t.people.Front(), false
			t.round++
		}
		for t.at != nil {
			m := t.at.Value.(*person)
			t.at = t.at.Next()
			if h := m.nth(t.round-1, height); h != nil {
				t.more = true
				return h
			}
		}
	}
}

// nth is a member's transaction n, from 0, for a block at height, nil if there is none:
// the first of each key, then the second of each, and so on.
func (m *person) nth(n int, height uint64) *held {
	deep := 0
	if len(m.lanes) == 1 {
		deep, n = n, 0
	}
	for more := true; more; deep++ {
		more = false
		for _, l := range m.lanes {
			if deep >= l.run || !l.lasts(deep, height) {
				continue
			}
			if more = true; n == 0 {
				return l.txs[deep]
			}
			n--
		}
	}
	return nil
}

// lasts says whether the lane's first n+1 transactions may all stand in a block at
// height.
func (l *lane) lasts(n int, height uint64) bool {
	for _, h := range l.txs[:n+1] {
		if h.Expiry < height {
			return false
		}
	}
	return true
}

// Drop takes a transaction out of the pool, if it is there: the state has come to
// refuse it.
func (p *Pool) Drop(id [32]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.byID[id]
	if h == nil {
		return
	}
	l := p.lanes[h.Signer]
	if place, ok := l.at(h.Sequence); ok {
		p.remove(l, place)
	}
}

// A Used is a sequence that a block has used, of one key.
type Used struct {
	Signer   Signer
	Sequence uint64
}

// Committed tells the pool of a block: its height and what sequences it used, in its
// order. What was used leaves the pool, the lanes of who signed go to the end of their
// queues in that order, and the next block begins with another co-op. What has waited
// too long for one before it, or has expired, falls out.
func (p *Pool) Committed(height uint64, used []Used) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.height = height
	spent := make(map[Signer]uint64, len(used))
	p.recent = [2]map[Signer]uint64{p.recent[1], spent}
	for _, u := range used {
		spent[u.Signer] = u.Sequence
		l := p.lanes[u.Signer]
		if l == nil {
			continue
		}
		p.advance(l, max(l.spent, u.Sequence))
		if len(l.of.lanes) > 0 {
			p.coops[u.Signer.Coop].people.MoveToBack(l.of.place)
		}
	}
	if front := p.ring.Front(); front != nil {
		p.ring.MoveToBack(front)
	}
	for l := range p.gaps {
		p.sweep(l, func(place int, h *held) bool { return place >= l.run && h.since+Patience <= height })
	}
	if height%sweepEvery != 0 {
		return
	}
	for _, l := range p.lanes {
		p.sweep(l, func(_ int, h *held) bool { return h.Expiry <= height })
	}
}

// sweep takes out of the pool what bad says of a lane.
func (p *Pool) sweep(l *lane, bad func(place int, h *held) bool) {
	for place := len(l.txs) - 1; place >= 0; place-- {
		if bad(place, l.txs[place]) {
			p.remove(l, place)
		}
	}
}
