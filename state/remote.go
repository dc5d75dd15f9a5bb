package state

// A Remote is a Reader over a node's answers: what a client reads through, so
// that one set of room functions serves handlers, checks and clients alike.
type Remote struct {
	Leaves // where leaves come from
	At     Tip
	coop   Coop
}

// Leaves answers for the leaves of one height.
type Leaves interface {
	// Leaf returns a leaf's value, nil if it is absent.
	Leaf(key []byte) ([]byte, error)
	// Each calls fn for each leaf in [start, end), ascending, until it says stop.
	Each(start, end []byte, fn func(key, value []byte) (more bool, err error)) error
}

var _ Reader = Remote{}

func (r Remote) Coop() Coop     { return r.coop }
func (r Remote) Chain() string  { return r.At.Chain }
func (r Remote) Height() uint64 { return r.At.Height }
func (r Remote) Time() int64    { return r.At.Time }

// Of returns the same moment, another co-op's records.
func (r Remote) Of(c Coop) Reader {
	r.coop = c
	return r
}

func (r Remote) load(key []byte) ([]byte, error) { return r.Leaf(key) }
func (r Remote) scan(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	return r.Each(start, end, fn)
}

// Leaf returns the value of a leaf of the view, nil if it is absent.
func (v *View) Leaf(key []byte) ([]byte, error) { return v.load(key) }

// Each calls fn for each leaf in [start, end), ascending, until it says stop.
func (v *View) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	return v.scan(start, end, fn)
}
