package count

import (
	"bufio"
	"io"
)

// WritePabulib writes b in the Pabulib format, as it was read: META, PROJECTS
// and VOTES with the columns and the order they had. Reading the result gives
// the same budget. Fields are quoted only where they have to be.
//
// It writes what Meta, ProjectColumns, VoteColumns and the Cells hold. It
// returns w's first error.
//
// Source: the .pb file format, pabulib.org/format.
func WritePabulib(w io.Writer, b *Budget) error {
	out := bufio.NewWriter(w)
	out.WriteString("META\n")
	writeFields(out, ';', []string{"key", "value"})
	for _, f := range b.Meta {
		writeFields(out, ';', []string{f.Key, f.Value})
	}
	out.WriteString("PROJECTS\n")
	writeFields(out, ';', b.ProjectColumns)
	for i := range b.Projects {
		writeFields(out, ';', b.Projects[i].Cells)
	}
	out.WriteString("VOTES\n")
	writeFields(out, ';', b.VoteColumns)
	for i := range b.Votes {
		writeFields(out, ';', b.Votes[i].Cells)
	}
	return out.Flush() // bufio keeps the first error
}
