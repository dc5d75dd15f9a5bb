package main

import (
	"bufio"
	"bytes"
	"io"
	"strconv"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/state/count/input"
)

// partyTable and answerTable are the tables that count reads. What may stand in one is
// said by package sheet, as of the ledger's tables.
var (
	partyTable = []sheet.Column{
		{Name: "party"}, {Name: "votes", Figure: true}, {Name: "won", Figure: true, Optional: true, Named: true}}
	answerTable = []sheet.Column{{Name: "key"}, {Name: "value", Figure: true}}
)

// countTable reads a table of names and whole numbers and writes it as the rooms of
// package count take it: in the order of columns, parted by commas, figures in digits
// alone, each row on the line on which it was, so that their errors name that one.
func countTable(path string, text io.Reader, columns []sheet.Column, ignore []string) (io.Reader, error) {
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	line, wide := 1, 0 // the line to be written next; how many columns the table has
	err := readTable(sheet.File{Path: path, From: text, Columns: columns, Ignore: ignore}, func(row sheet.Row) error {
		if wide == 0 {
			var heading []string
			for _, c := range columns {
				if row.Has(c.Name) || !c.Optional {
					heading = append(heading, c.Name)
				}
			}
			if wide = len(heading); row.Line > 1 {
				input.WriteRow(w, ',', heading)
				line++
			}
		}
		cells := make([]string, wide)
		for i, c := range columns[:wide] {
			if cells[i] = row.Cell(c.Name); !c.Figure {
				continue
			}
			n, err := figure.Whole(c.Name, cells[i])
			if err != nil {
				return err
			}
			cells[i] = strconv.FormatUint(n, 10)
		}
		for ; line < row.Line; line++ {
			w.WriteByte('\n')
		}
		input.WriteRow(w, ',', cells)
		line++
		return nil
	})
	w.Flush() // to memory: it cannot fail
	return &out, err
}
