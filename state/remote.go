package state

// A Remote is a Reader over a node's answers, with which clients use the same read
// functions of the rooms as handlers and invariants.
type Remote struct {
	Leaves // where leaves come from
	At     Tip
	coop   Coop
}

var _ Reader = Remote{}

func (r Remote) Coop() Coop      { return r.coop }
func (r Remote) Chain() string   { return r.At.Chain }
func (r Remote) Version() uint64 { return r.At.Version }
func (r Remote) Height() uint64  { return r.At.Height }
func (r Remote) Time() int64     { return r.At.Time }

// Of returns the records of another co-op at the same height.
func (r Remote) Of(c Coop) Reader {
	r.coop = c
	return r
}

// lenient: a client may be older than the records that it reads.
func (r Remote) lenient() {}
