// Package pool is the mempool: the transactions that wait for a block, bounded, and
// served in turn.
//
// What a member's key signs stands in a lane in the order of its sequence. The members
// of a co-op form a queue, and the queues a ring: a block takes one transaction of each
// co-op in turn, in a co-op one of each member in turn, and of a member with several keys
// one of each of them in turn. So who sends much waits behind their own transactions and
// delays nobody else, by however many keys.
//
// The pool knows no rules. Its user says what a transaction is and how far its signer
// may run ahead, and tells it of each block.
package pool

import (
	"cmp"
	"container/list"
	"errors"
	"slices"
	"sync"
	"time"
)

// A Signer is a member on a co-op's register, and which of its keys signs.
type Signer struct {
	Coop   uint32
	Member uint64
	Key    uint32 // its number, zero for the first
}

// member is who signs, by whatever key.
func (s Signer) member() Signer { return Signer{Coop: s.Coop, Member: s.Member} }

// A Tx is a transaction that was found good by some committed state.
type Tx struct {
	Raw      []byte
	ID       [32]byte
	Signer   Signer
	Sequence uint64
	Expiry   uint64 // last height of a block that may hold it
	Units    int    // of work
}

// A Standing is what the committed state says of a signer.
type Standing struct {
	Spent uint64 // last sequence that its key has used
	Left  uint64 // how many more transactions the member may make now
}

// Limits of what waits. A transaction counts with its bytes and Overhead.
type Limits struct {
	Transactions int
	Bytes        int64
}

// Run is how many transactions of one key may wait at most.
const Run = 64

// share is the part of Limits.Bytes that one member may fill: a 64th, but never less
// than two of the largest transactions.
const (
	share    = 64
	minShare = 128 << 10
)

// Overhead is what a transaction takes in a block beside its bytes, at most.
const Overhead = 5

// Patience is how many blocks a transaction may wait for one before it that has not
// come. Then it falls out; its sender can send it again.
const Patience = 16

// sweepEvery is how often, in blocks, all that waits is looked through for what has
// expired. Nothing that has expired is ever proposed.
const sweepEvery = 16

// Errors of Add. None says that the transaction is bad: it may be sent again later.
var (
	ErrFull   = errors.New("more transactions are waiting than the node takes")
	ErrTaken  = errors.New("another transaction with its sequence is waiting")
	ErrBeyond = errors.New("its sequence is too far beyond the next")
	ErrStale  = errors.New("its sequence has been used")
)

// A Pool is a mempool. Its methods may run concurrently.
type Pool struct {
	limits Limits

	mu         sync.Mutex
	byID       map[[32]byte]*held
	lanes      map[Signer]*lane
	people     map[Signer]*person // by member
	coops      map[uint32]*queue
	ring       *list.List // of *queue, the next to be served in front
	gaps       map[*lane]struct{}
	bytes      int64
	executable int                  // how many could stand in the next block
	ready      chan struct{}        // closed while executable > 0
	fresh      []*held              // own, not yet offered to peers
	offered    []*held              // own and offered, maybe waiting still
	earlier    []*held              // likewise, offered longer ago
	news       chan struct{}        // has an element while fresh is not empty
	height     uint64               // of the last block
	recent     [2]map[Signer]uint64 // what the last blocks used: a standing may be older
	last       time.Time            // when Offer returned something; its own
	again      *time.Ticker         // when it is to look at what waits still; its own
}

// A held is a transaction with what the pool knows of it.
type held struct {
	Tx
	since uint64 // height of the last block when it came
	gone  bool   // it has left the pool
}

func (h *held) size() int64 { return int64(len(h.Raw)) + Overhead }

// A lane is what one key has waiting. It is never empty while it is in the pool.
type lane struct {
	signer Signer
	of     *person
	spent  uint64  // last sequence used, by the last committed state
	txs    []*held // by sequence
	bytes  int64
	run    int // how many of txs, from the first, follow spent without a gap
}

// A person is a member with the lanes of its keys, in the order in which they came; of
// most there is one.
type person struct {
	member Signer
	lanes  []*lane
	bytes  int64
	place  *list.Element
}

// heaviest is the lane with most bytes.
func (m *person) heaviest() *lane {
	return slices.MaxFunc(m.lanes, func(a, b *lane) int { return cmp.Compare(a.bytes, b.bytes) })
}

// A queue is the members of one co-op, the next to be served in front.
type queue struct {
	coop   uint32
	people *list.List // of *person
	bytes  int64
	place  *list.Element
}

// New makes an empty pool.
func New(limits Limits) *Pool {
	return &Pool{
		limits: limits,
		byID:   map[[32]byte]*held{}, lanes: map[Signer]*lane{}, people: map[Signer]*person{}, coops: map[uint32]*queue{}, gaps: map[*lane]struct{}{},
		ring: list.New(), ready: make(chan struct{}), news: make(chan struct{}, 1),
		again: time.NewTicker(Again),
	}
}

// Has says whether a transaction is waiting.
func (p *Pool) Has(id [32]byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.byID[id] != nil
}

// Load is how many transactions wait, and how many bytes they are.
func (p *Pool) Load() (transactions int, bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.byID), p.bytes
}

// Fits returns what Add would say of a transaction's sequence by s, ErrFull excepted,
// for a check before the costly ones.
func (p *Pool) Fits(signer Signer, sequence uint64, id [32]byte, s Standing) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byID[id] != nil {
		return nil
	}
	return p.fits(signer, sequence, s)
}

// Instead returns the transaction that waits in the place of another of its signer, with
// its sequence, and whether there is one.
func (p *Pool) Instead(signer Signer, sequence uint64) (Tx, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.lanes[signer]; l != nil {
		if place, ok := l.at(sequence); ok {
			return l.txs[place].Tx, true
		}
	}
	return Tx{}, false
}

func (p *Pool) fits(signer Signer, sequence uint64, s Standing) error {
	if sequence <= s.Spent {
		return ErrStale
	}
	if sequence-s.Spent > min(Run, s.Left) {
		return ErrBeyond
	}
	if l := p.lanes[signer]; l != nil {
		if _, taken := l.at(sequence); taken {
			return ErrTaken
		}
	}
	return nil
}

// at is where sequence stands in the lane, or would.
func (l *lane) at(sequence uint64) (place int, found bool) {
	return slices.BinarySearchFunc(l.txs, sequence, func(h *held, s uint64) int { return cmp.Compare(h.Sequence, s) })
}

// Add puts a transaction into the pool. own says that it came from a client of this
// node, so that this node offers it to its peers. One that is waiting already is left
// as it is. If the pool is full it takes the place of another of the co-op that has
// most waiting, of a member there who has more waiting than its signer would have.
//
// It returns ErrStale, ErrBeyond, ErrTaken or ErrFull.
func (p *Pool) Add(t Tx, s Standing, own bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byID[t.ID] != nil {
		return nil
	}
	for _, spent := range p.recent {
		if more := spent[t.Signer]; more > s.Spent {
			s.Left -= min(s.Left, more-s.Spent)
			s.Spent = more
		}
	}
	if err := p.fits(t.Signer, t.Sequence, s); err != nil {
		return err
	}
	h := &held{Tx: t, since: p.height}
	if !p.makeRoom(h) {
		return ErrFull
	}
	p.insert(h, s.Spent)
	if own {
		p.fresh = append(p.fresh, h)
		select {
		case p.news <- struct{}{}:
		default:
		}
	}
	return nil
}

// makeRoom says whether h has room, after it has displaced what had to give way.
func (p *Pool) makeRoom(h *held) bool {
	own, who := int64(0), h.Signer.member()
	if m := p.people[who]; m != nil {
		own = m.bytes
	}
	if own+h.size() > max(minShare, p.limits.Bytes/share) {
		return false
	}
	for len(p.byID)+1 > p.limits.Transactions || p.bytes+h.size() > p.limits.Bytes {
		m := p.heaviest()
		if m == nil || m.member == who || m.bytes <= own+h.size() {
			return false
		}
		l := m.heaviest()
		p.remove(l, len(l.txs)-1)
	}
	return true
}

// looked is how many members, from the last, heaviest looks at.
const looked = 64

// heaviest is the member with most bytes among the last of the co-op with most bytes.
func (p *Pool) heaviest() *person {
	var most *queue
	for e := p.ring.Front(); e != nil; e = e.Next() {
		if q := e.Value.(*queue); most == nil || q.bytes > most.bytes {
			most = q
		}
	}
	if most == nil {
		return nil
	}
	var found *person
	e := most.people.Back()
	for range looked {
		if e == nil {
			break
		}
		if m := e.Value.(*person); found == nil || m.bytes > found.bytes {
			found = m
		}
		e = e.Prev()
	}
	return found
}

// insert puts h into its lane, which it makes if need be.
func (p *Pool) insert(h *held, spent uint64) {
	l := p.lanes[h.Signer]
	if l == nil {
		l = &lane{signer: h.Signer, of: p.person(h.Signer.member()), spent: spent}
		l.of.lanes = append(l.of.lanes, l)
		p.lanes[h.Signer] = l
	}
	place, _ := l.at(h.Sequence)
	l.txs = slices.Insert(l.txs, place, h)
	p.byID[h.ID] = h
	p.weigh(l, h.size())
	p.advance(l, max(l.spent, spent))
}

// person is a member's place in its co-op's queue, which is made if need be.
func (p *Pool) person(member Signer) *person {
	if m := p.people[member]; m != nil {
		return m
	}
	q := p.coops[member.Coop]
	if q == nil {
		q = &queue{coop: member.Coop, people: list.New()}
		q.place = p.ring.PushBack(q)
		p.coops[q.coop] = q
	}
	m := &person{member: member}
	m.place = q.people.PushBack(m)
	p.people[member] = m
	return m
}

// weigh counts bytes that a lane has gained or lost.
func (p *Pool) weigh(l *lane, bytes int64) {
	l.bytes += bytes
	l.of.bytes += bytes
	p.coops[l.signer.Coop].bytes += bytes
	p.bytes += bytes
}

// remove takes a lane's transaction at place out of the pool. A lane that has become
// empty stays until advance.
func (p *Pool) remove(l *lane, place int) {
	h := l.txs[place]
	l.txs = slices.Delete(l.txs, place, place+1)
	h.gone = true
	delete(p.byID, h.ID)
	p.weigh(l, -h.size())
	p.advance(l, l.spent)
}

// advance brings a lane up to the last sequence that its signer has used: it drops
// what has been used, and the lane if nothing is left, and counts anew what could
// stand in the next block.
func (p *Pool) advance(l *lane, spent uint64) {
	l.spent = spent
	used := 0
	for used < len(l.txs) && l.txs[used].Sequence <= spent {
		used++
	}
	for _, h := range l.txs[:used] {
		h.gone = true
		delete(p.byID, h.ID)
		p.weigh(l, -h.size())
	}
	l.txs = slices.Delete(l.txs, 0, used)
	run := 0
	for run < len(l.txs) && l.txs[run].Sequence == spent+1+uint64(run) {
		run++
	}
	p.count(run - l.run)
	l.run = run
	if run < len(l.txs) {
		p.gaps[l] = struct{}{}
	} else {
		delete(p.gaps, l)
	}
	if len(l.txs) == 0 && p.lanes[l.signer] == l {
		p.drop(l)
	}
}

// drop takes an empty lane out of the pool, and a member and a queue without lanes.
func (p *Pool) drop(l *lane) {
	delete(p.lanes, l.signer)
	m := l.of
	m.lanes = slices.DeleteFunc(m.lanes, func(other *lane) bool { return other == l })
	if len(m.lanes) > 0 {
		return
	}
	q := p.coops[l.signer.Coop]
	q.people.Remove(m.place)
	delete(p.people, m.member)
	if q.people.Len() == 0 {
		p.ring.Remove(q.place)
		delete(p.coops, q.coop)
	}
}

// count adds to what could stand in the next block, and opens or closes ready.
func (p *Pool) count(more int) {
	before := p.executable
	p.executable += more
	switch {
	case before == 0 && p.executable > 0:
		close(p.ready)
	case before > 0 && p.executable == 0:
		p.ready = make(chan struct{})
	}
}

// Ready returns a channel that is closed while something waits that could stand in the
// next block. It is to be asked for again after each block.
func (p *Pool) Ready() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ready
}
