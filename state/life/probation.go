package life

import "slices"

// Sooner is the record of a member who waits until counts at the latest: a day that is to
// come, so that nothing that is proposed by now counts it. Of what is counted of days that
// are over it changes nothing.
func (r Record) Sooner(counts uint64) Record {
	r.Counts = min(r.Counts, counts)
	r.History = slices.Clone(r.History)
	for i := range r.History {
		if h := &r.History[i]; h.Counts > counts {
			h.Counts, h.Until = counts, min(h.Until, counts)
		}
	}
	return r
}

// ProbationOver is the first day, since 1970 UTC, on which the member is no longer on
// probation; zero if it never was, since it last came. A leaving that was undone is none.
func (r Record) ProbationOver() (day uint64) {
	for i, h := range r.History {
		switch {
		case h.Standing == Left && r.undone(i):
		case h.Standing == Left:
			day = 0
		case h.Probation != 0:
			day = h.Probation
		}
	}
	return day
}

// undone says whether the leaving at place i of the history was undone by all members: the
// member was active again without another application.
func (r Record) undone(i int) bool {
	return i+1 < len(r.History) && r.History[i+1].Standing == Active && r.History[i+1].All
}

// OnProbation says whether the member is on probation on a day, since 1970 UTC.
func (r Record) OnProbation(day uint64) bool { return r.ProbationOver() > day }
