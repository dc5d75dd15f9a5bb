package election

import (
	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// A Reserve keeps seats for a group of candidates, or caps the group's seats.
// A candidate belongs to at most one group.
type Reserve struct {
	Name    string   // of the group, for reports
	Members []string // candidates' names
	AtLeast int      // seats the group must have; 0 for none
	AtMost  int      // seats the group may have; 0 for no cap
}

// A guard says whom the reserved seats allow to be elected or excluded.
//
// The rule is Hill's for STV with constraints: a candidate whose election would
// leave the remaining seats impossible to fill as reserved is doomed, and is
// excluded; one whose exclusion would do so is guarded, and is not. With groups
// that share no member "impossible" is plain arithmetic, so the rule always
// finds the full set of doomed and guarded candidates.
//
// Source: I. D. Hill, "STV with constraints", Voting matters 9 (1998), pp. 2-4;
// J. Otten, "STV with multiple constraints", Voting matters 13 (2001), pp. 4-7.
type guard struct {
	c       *Contest
	groups  []Reserve
	groupOf []int // index into groups, or -1
}

// newGuard checks groups; it returns nil for none.
func newGuard(c *Contest, groups []Reserve) (*guard, error) {
	if len(groups) == 0 {
		return nil, nil
	}
	if len(groups) > MaxReserved {
		return nil, input.Errorf("merge groups", "%d groups, more than %d", len(groups), MaxReserved)
	}
	g := &guard{c: c, groups: groups, groupOf: make([]int, len(c.State))}
	for i := range g.groupOf {
		g.groupOf[i] = -1
	}
	index := input.Index(c.Election.names())
	for k, r := range groups {
		if r.AtLeast < 0 || r.AtMost < 0 || (r.AtMost > 0 && r.AtMost < r.AtLeast) {
			return nil, input.Errorf("reserve from 0 up to the cap", "group %s: at least %d, at most %d", r.Name, r.AtLeast, r.AtMost)
		}
		for _, name := range r.Members {
			i, ok := index[name]
			if !ok {
				return nil, input.Errorf("write names as on the ballot", "group %s: %q is no candidate", r.Name, input.Short(name))
			}
			if g.groupOf[i] >= 0 {
				return nil, input.Errorf("put each candidate in one group", "%s is in group %s and again in group %s",
					name, groups[g.groupOf[i]].Name, r.Name)
			}
			g.groupOf[i] = k
		}
	}
	if !g.feasible() {
		return nil, input.Errorf("lower what is reserved, raise caps or change the seats",
			"the reserved seats cannot be met with %d seats and the candidates who stand", c.Seats)
	}
	return g, nil
}

// feasible reports whether the continuing candidates can fill the vacancies
// with every group between its bounds.
func (g *guard) feasible() bool {
	held := make([]int, len(g.groups))
	free := make([]int, len(g.groups))
	capacity, need := 0, 0
	for i, s := range g.c.State {
		k := g.groupOf[i]
		switch {
		case s == Continuing && k < 0:
			capacity++
		case s == Continuing:
			free[k]++
		case (s == Pending || s == Elected) && k >= 0:
			held[k]++
		}
	}
	for k, r := range g.groups {
		most := g.c.Seats
		if r.AtMost > 0 {
			most = r.AtMost
		}
		if held[k] > most {
			return false
		}
		short := max(0, r.AtLeast-held[k])
		room := min(free[k], most-held[k])
		if short > room {
			return false
		}
		need += short
		capacity += room
	}
	left := g.c.Vacancies()
	return need <= left && capacity >= left
}

// doomed reports whether electing i would break a reservation.
func (g *guard) doomed(i int) bool {
	if g == nil {
		return false
	}
	g.c.Elect(i, Elected)
	ok := g.feasible()
	g.c.State[i] = Continuing
	g.c.Winners = g.c.Winners[:len(g.c.Winners)-1]
	return !ok
}

// guarded reports whether excluding i would break a reservation.
func (g *guard) guarded(i int) bool {
	if g == nil {
		return false
	}
	g.c.State[i] = Excluded
	ok := g.feasible()
	g.c.State[i] = Continuing
	return !ok
}

// MayExclude narrows hopeful to whom the reserved seats let be excluded next:
// the doomed if there are any, otherwise those not guarded. Some candidate is
// always left, because the vacancies can be filled without one of them.
func (c *Contest) MayExclude(hopeful []int) (who []int, why string) {
	if c.guard == nil {
		return hopeful, ""
	}
	var doomed, open []int
	for _, i := range hopeful {
		if c.Doomed(i) {
			doomed = append(doomed, i)
		} else if !c.guard.guarded(i) {
			open = append(open, i)
		}
	}
	if doomed != nil {
		return doomed, " of those whom reserved seats keep from being elected"
	}
	if len(open) < len(hopeful) {
		return open, " of those whom reserved seats do not guard"
	}
	return open, ""
}

// AnyDoomed reports whether reserved seats keep a continuing candidate from
// ever being elected; such a candidate is excluded before anything else.
func (c *Contest) AnyDoomed() bool {
	if c.guard == nil {
		return false
	}
	for _, i := range c.In(Continuing) {
		if c.Doomed(i) {
			return true
		}
	}
	return false
}

// AllFit reports whether every one of level candidates can be elected, so that
// their order decides nothing.
func (c *Contest) AllFit(level []int) bool {
	if len(level) > c.Vacancies() {
		return false
	}
	if c.guard == nil {
		return true
	}
	for _, i := range level {
		c.Elect(i, Elected)
	}
	ok := c.guard.feasible()
	for _, i := range level {
		c.State[i] = Continuing
	}
	c.Winners = c.Winners[:len(c.Winners)-len(level)]
	return ok
}

// HasReserved reports whether seats are reserved, so that the order of election
// can matter.
func (c *Contest) HasReserved() bool { return c.guard != nil }

// Doomed reports whether electing i would break a reservation.
func (c *Contest) Doomed(i int) bool { return c.guard.doomed(i) }
