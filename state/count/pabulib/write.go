package pabulib

import (
	"bufio"
	"io"

	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// Write writes b in the Pabulib format, as it was read: META, PROJECTS
// and VOTES with the columns and the order they had. Reading the result gives
// the same budget. Fields are quoted only where they have to be.
//
// It writes what Meta, ProjectColumns, VoteColumns and the Cells hold. It
// returns w's first error.
//
// Source: the .pb file format, pabulib.org/format.
func Write(w io.Writer, b *budget.Budget) error {
	out := bufio.NewWriter(w)
	out.WriteString("META\n")
	input.WriteRow(out, ';', []string{"key", "value"})
	for _, f := range b.Meta {
		input.WriteRow(out, ';', []string{f.Key, f.Value})
	}
	out.WriteString("PROJECTS\n")
	input.WriteRow(out, ';', b.ProjectColumns)
	for i := range b.Projects {
		input.WriteRow(out, ';', b.Projects[i].Cells)
	}
	out.WriteString("VOTES\n")
	input.WriteRow(out, ';', b.VoteColumns)
	for i := range b.Votes {
		input.WriteRow(out, ';', b.Votes[i].Cells)
	}
	return out.Flush() // bufio keeps the first error
}
