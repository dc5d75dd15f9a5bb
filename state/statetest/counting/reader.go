package counting

import (
	"errors"
	"io"
)

// Rows gives Left rows, each as Row makes it, and then Tail, without holding
// them; Row takes the number of rows left.
type Rows struct {
	Left int
	Row  func(i int) string
	buf  []byte
	Tail string
}

func (r *Rows) Read(p []byte) (int, error) {
	for len(r.buf) < len(p) && (r.Left > 0 || r.Tail != "") {
		if r.Left > 0 {
			r.buf = append(r.buf, r.Row(r.Left)...)
			r.Left--
			continue
		}
		r.buf, r.Tail = append(r.buf, r.Tail...), ""
	}
	if len(r.buf) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.buf)
	r.buf = r.buf[:copy(r.buf, r.buf[n:])]
	return n, nil
}

// Failing reads R and ends with ErrBroken.
type Failing struct{ R io.Reader }

func (f Failing) Read(p []byte) (int, error) {
	n, err := f.R.Read(p)
	if err == io.EOF {
		err = ErrBroken
	}
	return n, err
}

// ErrBroken is the fault of a Failing reader.
var ErrBroken = errors.New("the disk is gone")
