package withdrawal

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// MaxLists bounds the lists of requests that wait.
const MaxLists = 16

// Lists are the requests that wait: each list is in the order of registration, and in it no
// day from which on a request can be redeemed is before that of the one ahead. So whoever is
// next is the front of a list, and a request whose day has not come holds back only those
// whose day has not come either. Where all requests have one notice there is one list.
type Lists []List

// Lists are the lists of those that wait, a copy.
func (q Queue) Lists() Lists {
	if q.Waiting.First == 0 {
		return nil
	}
	return append(Lists{q.Waiting}, q.Further...)
}

// put makes l the lists of those that wait, without those that are empty.
func (q *Queue) put(l Lists) {
	q.Waiting, q.Further = List{}, nil
	l = slices.DeleteFunc(l, func(list List) bool { return list.First == 0 })
	if len(l) > 0 {
		q.Waiting = l[0]
	}
	if len(l) > 1 {
		q.Further = l[1:]
	}
}

// add puts request number into a list and stores it: into that whose last request is ready
// latest, of those that are ready no later than it is, or else into a new one. If there are
// MaxLists already it waits as long as the last of the list that is ready soonest.
func (q *Queue) add(c *state.Ctx, number uint64, t *Ticket) error {
	lists, at, soonest := q.Lists(), -1, -1
	var latest, least uint64
	for i, list := range lists {
		last, err := Find(c, list.Last)
		if err != nil {
			return err
		}
		if last.Ready <= t.Ready && (at < 0 || last.Ready > latest) {
			at, latest = i, last.Ready
		}
		if soonest < 0 || last.Ready < least {
			soonest, least = i, last.Ready
		}
	}
	switch {
	case at < 0 && len(lists) < MaxLists:
		at, lists = len(lists), append(lists, List{})
	case at < 0:
		at, t.Ready = soonest, least
	}
	if err := lists[at].append(c, number, t); err != nil {
		return err
	}
	tickets.Put(c, number, *t)
	q.put(lists)
	return nil
}

// leave takes request number out of the list in which it waits. The caller stores t.
func (q *Queue) leave(c *state.Ctx, number uint64, t *Ticket) error {
	lists := q.Lists()
	at := slices.IndexFunc(lists, func(list List) bool { return list.First == number || list.Last == number })
	if at < 0 { // between two others, so that no end changes
		var between List
		return between.remove(c, number, t)
	}
	if err := lists[at].remove(c, number, t); err != nil {
		return err
	}
	q.put(lists)
	return nil
}

// A head is a request that is the first of what is left of its list.
type head struct {
	number uint64
	Ticket
}

// heads are the first requests of the lists.
func (l Lists) heads(r state.Reader) ([]head, error) {
	var out []head
	for _, list := range l {
		t, err := Find(r, list.First)
		if err != nil {
			return nil, err
		}
		out = append(out, head{list.First, t})
	}
	return out, nil
}

// next is the place among heads of the request that is redeemed next on a day: of those whose
// day has come the one that was registered first, and -1 if there is none.
func next(heads []head, day uint64) int {
	at := -1
	for i, h := range heads {
		if h.Ready <= day && (at < 0 || h.number < heads[at].number) {
			at = i
		}
	}
	return at
}

// front reads the requests of these ascending numbers, which must be the first that can be
// redeemed today.
func (l Lists) front(c *state.Ctx, numbers []uint64) (out []Ticket, err error) {
	heads, err := l.heads(c)
	if err != nil {
		return nil, err
	}
	for i, n := range numbers {
		at := next(heads, c.Day())
		if at < 0 || heads[at].number != n {
			return nil, l.refuse(c, heads, numbers[i:])
		}
		out = append(out, heads[at].Ticket)
		if heads[at].Next == 0 {
			heads = slices.Delete(heads, at, at+1)
			continue
		}
		number := heads[at].Next
		t, err := Find(c, number)
		if err != nil {
			return nil, err
		}
		heads[at] = head{number, t}
	}
	return out, nil
}

// refuse says of the first of numbers why it is not next.
func (l Lists) refuse(c *state.Ctx, heads []head, numbers []uint64) error {
	n := numbers[0]
	t, err := Find(c, n)
	if err != nil {
		return err
	}
	if err := t.require(n, Waiting); err != nil {
		return err
	}
	if t.Ready > c.Day() {
		return ErrNotice.With("number %d, it is on %s", n, words.Day(t.Ready))
	}
	return ErrQueue.With("number %d, the next is %d", n, heads[next(heads, c.Day())].number)
}

// Next is the request that is redeemed next: of those whose day has come the one that was
// registered first or, if there is none, the one whose day comes first. Zero if none waits.
func (q Queue) Next(r state.Reader) (number uint64, t Ticket, err error) {
	heads, err := q.Lists().heads(r)
	if err != nil || len(heads) == 0 {
		return 0, t, err
	}
	at := next(heads, state.DayOf(r.Time()))
	if at < 0 {
		at = 0
		for i, h := range heads {
			if h.Ready < heads[at].Ready || h.Ready == heads[at].Ready && h.number < heads[at].number {
				at = i
			}
		}
	}
	return heads[at].number, heads[at].Ticket, nil
}

// Numbers are all requests that wait, in the order of their registration. It reads each.
func (q Queue) Numbers(r state.Reader) (out []uint64, err error) {
	for _, list := range q.Lists() {
		for n := list.First; n != 0; {
			t, err := Find(r, n)
			if err != nil {
				return nil, err
			}
			out, n = append(out, n), t.Next
		}
	}
	slices.Sort(out)
	return out, nil
}

// check walks the lists, which have count requests together.
func (l Lists) check(r state.Reader, count uint64) error {
	if len(l) > MaxLists {
		return fmt.Errorf("%d lists of requests that wait, at most %d can be", len(l), MaxLists)
	}
	for i, list := range l {
		if list.First == 0 {
			return fmt.Errorf("list %d of those that wait is empty", i+1)
		}
		found, err := list.check(r, Waiting, count, func(n uint64, t Ticket, before uint64, of Ticket) bool {
			return n < before && t.Ready <= of.Ready
		})
		if err != nil {
			return err
		}
		count -= found
	}
	if count != 0 {
		return fmt.Errorf("%d requests wait in no list", count)
	}
	return nil
}
