package count

import (
	"fmt"
	"strings"
)

// A ParseError says where a file stops making sense and what was expected.
type ParseError struct {
	File string
	Line int // from 1; 0 when the fault is of the file as a whole
	Msg  string
}

func (e *ParseError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
}

// A TieError names a tie that the method's rule does not settle.
type TieError struct {
	Stage int
	Tied  []string
	For   string
}

func (e *TieError) Error() string {
	return fmt.Sprintf("stage %d: tie for %s between %s", e.Stage, e.For, strings.Join(e.Tied, ", "))
}
