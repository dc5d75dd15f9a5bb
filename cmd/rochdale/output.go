package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/client/names"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/spf13/cobra"
)

// show prints a command's result on standard output: value as indented JSON
// under --json, otherwise what human writes. Nothing reaches standard output
// unless all of it could be made, and a result that could not be written (a
// full disk, a closed pipe) is a fault.
//
// value's fields carry lower_snake_case json tags, which scripts rely on.
// Amounts are integers in minor units, hashes are hex, keys are as tx spells them.
func show(cmd *cobra.Command, value any, human func(w io.Writer)) error {
	var out bytes.Buffer
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(value); err != nil {
			return fmt.Errorf("encoding the result as JSON: %w", err)
		}
	} else {
		text := page{book: bookOf(cmd)}
		human(&text)
		at := 0
		for line := range strings.Lines(text.String()) {
			from := at
			at += len(line)
			line, end := strings.CutSuffix(line, "\n")
			line = words.Plain(line)
			if !text.isLaid(from) {
				line = strings.Join(wrapProse(withNames(text.book, line)), "\n")
			}
			out.WriteString(line)
			if end {
				out.WriteByte('\n')
			}
		}
	}
	if _, err := cmd.OutOrStdout().Write(out.Bytes()); err != nil {
		return withHint(fmt.Errorf("writing the result: %w", err), "what the command did is done; only its result was not shown")
	}
	return nil
}

// A page is what a command writes for people to read.
type page struct {
	bytes.Buffer
	book *names.Book // of names to show beside the numbers of members; may be nil
	laid [][2]int    // from which byte to which its lines are laid out, ascending
}

// isLaid says whether the line that begins at a byte is laid out.
func (p *page) isLaid(at int) bool {
	return slices.ContainsFunc(p.laid, func(span [2]int) bool { return span[0] <= at && at < span[1] })
}

// laid says that what is written to w until the function that it returns is called is laid
// out: names stand in it, and its lines are as wide as they are to be.
func laid(w io.Writer) func() {
	p, ok := w.(*page)
	if !ok {
		return func() {}
	}
	from := p.Len()
	return func() { p.laid = append(p.laid, [2]int{from, p.Len()}) }
}

// bookFor is the directory at hand of whoever writes to w; nil if there is none.
func bookFor(w io.Writer) *names.Book {
	if p, ok := w.(*page); ok {
		return p.book
	}
	return nil
}

// beside is how many characters may stand on a line beside a word that does not fit on
// it, so that the word can be copied whole.
const beside = 25

// tooWide is the first line of text that is wider than a page; none that holds little
// more than one word which cannot be broken, as a path or a proof.
func tooWide(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		n, longest := utf8.RuneCountInString(line), 0
		for _, word := range strings.Fields(line) {
			longest = max(longest, utf8.RuneCountInString(word))
		}
		if n > pageWidth && n-longest > beside {
			return line
		}
	}
	return ""
}

// wrapProse breaks a line that is too long for a page, with what follows set in. A
// line with columns is left as it is: who made it has seen to its width.
func wrapProse(line string) []string {
	text := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(text)]
	if utf8.RuneCountInString(line) <= pageWidth || strings.Contains(text, "  ") || tooWide(line) == "" {
		return []string{line}
	}
	return words.Wrap(text, indent, indent+"  ", pageWidth)
}

// A fact is one line of a description: what it is, and its value.
type fact struct {
	name  string
	value any
}

// writeFacts prints facts with their values in one column, one a line unless a value is
// longer than that, leaving out those whose value prints as nothing.
func writeFacts(w io.Writer, facts ...fact) { indented(w, "", facts...) }

// indented writes facts behind a margin.
func indented(w io.Writer, margin string, facts ...fact) {
	defer laid(w)()
	width, book := 0, bookFor(w)
	for _, f := range facts {
		width = max(width, utf8.RuneCountInString(f.name))
	}
	for _, f := range facts {
		if at, ok := f.value.(stamp); ok {
			f.value = at.here()
		}
		value := words.Plain(fmt.Sprint(f.value))
		if value == "" {
			continue
		}
		value = withNames(book, value)
		if m, err := strconv.ParseUint(value, 10, 64); err == nil && f.name == "member" && book != nil {
			if name := book.Name(m); name != "" {
				value += ", " + words.Plain(name)
			}
		}
		name := margin + f.name + strings.Repeat(" ", width-utf8.RuneCountInString(f.name)) + "  "
		for _, line := range words.Wrap(value, name, strings.Repeat(" ", len(margin)+width+2), pageWidth) {
			fmt.Fprintln(w, line)
		}
	}
}
