package report

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"math/big"
	"strings"
)

// htmlStyle is the whole appearance of a page; it loads nothing.
const htmlStyle = `body{font:16px/1.45 sans-serif;max-width:52em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}
th,td{text-align:left;padding:.15em .5em;border-bottom:1px solid #ddd;vertical-align:middle}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.b{width:40%}.b div{height:.9em;background:#69c}.elected .b div{background:#484}.out .b div{background:#bbb}.pool .b div{background:#ddd}
.elected th{font-weight:bold}th{font-weight:normal}thead th{color:#666;font-size:.85em}`

// WriteHTML writes r as one page that stands alone: no script, nothing loaded from
// elsewhere, all text escaped. Each stage is a table with a bar for each total; all
// bars of a page have one scale.
func (r *Report) WriteHTML(w io.Writer) error {
	out := bufio.NewWriter(w)
	say := func(format string, args ...any) {
		for i, a := range args {
			if s, ok := a.(string); ok {
				args[i] = html.EscapeString(s)
			}
		}
		fmt.Fprintf(out, format, args...)
	}
	title := r.Title
	if title == "" {
		title = "Count by " + r.Method
	}
	say("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"+
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"+
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s</title>\n<style>\n", title)
	out.WriteString(htmlStyle)
	say("\n</style>\n</head>\n<body>\n")
	say("<h1>%s</h1>\n", title)
	r.htmlHead(say)
	most := r.most()
	for i := range r.Stages {
		s := &r.Stages[i]
		say("<h2>Stage %d</h2>\n<p>%s</p>\n", s.Number, s.Event)
		say("<table>\n<thead><tr><th>Name</th><th class=\"n\">Change</th><th class=\"n\">Total</th><th></th><th></th></tr></thead>\n<tbody>\n")
		for _, row := range s.Rows {
			htmlRow(say, row, map[string]string{"*": "elected", "-": "out"}[mark(row.Status)], most)
		}
		for _, row := range s.Pool {
			htmlRow(say, row, "pool", most)
		}
		if r.conserved() {
			say("<tr><th>Sum</th><td></td><td class=\"n\">%s</td><td></td><td></td></tr>\n", s.Sum())
		}
		say("</tbody>\n</table>\n")
	}
	r.htmlTail(say)
	say("</body>\n</html>\n")
	return out.Flush()
}

// htmlHead writes the result.
func (r *Report) htmlHead(say func(string, ...any)) {
	terms := termsOf[r.Input]
	if r.Outcome != "" {
		say("<p>Method: %s. Outcome: <strong>%s</strong>.</p>\n", r.Method, r.Outcome)
	} else {
		say("<p>Method: %s. %s: %d.</p>\n", r.Method, terms.count, r.Seats)
	}
	if r.Quota != "" {
		say("<p>Quota: %s.</p>\n", r.Quota)
	}
	if v := r.Validity; v != nil {
		say("<p>Papers: %s. Valid: %s. Empty: %s. Spoiled: %s.</p>\n",
			Decimal(v.Papers, r.Places), Decimal(v.Valid, r.Places), Decimal(v.Empty, r.Places), Decimal(v.Spoiled, r.Places))
	}
	if r.Outcome != "" {
		return
	}
	say("<h2>%s</h2>\n<ol>\n", terms.winners)
	list := r.Winners
	if r.Listed != nil {
		list = r.Listed
	}
	for i, name := range list {
		first, level := "", false
		if len(list) == len(r.Winners) {
			first, level = strings.CutSuffix(r.Place(i), "=")
		}
		if level {
			say("<li value=\"%s\">%s (level)</li>\n", first, name)
			continue
		}
		say("<li>%s</li>\n", name)
	}
	say("</ol>\n")
}

// htmlTail writes what follows the stages.
func (r *Report) htmlTail(say func(string, ...any)) {
	if p := r.Pairwise; p != nil {
		say("<h2>Pairwise contests</h2>\n<p>Papers that prefer the candidate of the row to that of the column.</p>\n<table>\n<tr><th></th>")
		for _, name := range p.Candidates {
			say("<th class=\"n\">%s</th>", name)
		}
		say("</tr>\n")
		for i, name := range p.Candidates {
			say("<tr><th>%s</th>", name)
			for j := range p.Candidates {
				if i == j {
					say("<td></td>")
					continue
				}
				say("<td class=\"n\">%s</td>", Decimal(p.Votes[i][j], r.Places))
			}
			say("</tr>\n")
		}
		say("</table>\n")
	}
	if r.Ranking != nil {
		say("<h2>Ranking</h2>\n<ul>\n")
		place := 1
		for _, group := range r.Ranking {
			say("<li>%d. %s</li>\n", place, List(group))
			place += len(group)
		}
		say("</ul>\n")
	}
	for _, l := range r.Lots {
		say("<p>Lot: at stage %d, %s tied for %s; the lot chose %s.</p>\n", l.Stage, List(l.Tied), l.For, l.Chosen)
	}
	for _, n := range r.Notes {
		say("<p>Note: %s</p>\n", n)
	}
}

// htmlRow writes one total with its bar.
func htmlRow(say func(string, ...any), row Row, class string, most *big.Rat) {
	status := row.Status
	if status == "continuing" {
		status = ""
	}
	say("<tr class=\"%s\"><th>%s</th><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"b\">", class, row.Name, row.Change, row.Total)
	if v, ok := amount(row.Total); ok && most.Sign() > 0 && v.Sign() > 0 {
		v.Mul(v, big.NewRat(100, 1)).Quo(v, most)
		say("<div style=\"width:%s%%\"></div>", v.FloatString(1))
	}
	say("</td><td>%s</td></tr>\n", status)
}

// most is the highest total of all stages, which fills a bar.
func (r *Report) most() *big.Rat {
	most := new(big.Rat)
	for i := range r.Stages {
		for _, row := range r.Stages[i].lines() {
			if v, ok := amount(row.Total); ok && v.Cmp(most) > 0 {
				most = v
			}
		}
	}
	return most
}

// amount reads a total: a decimal, or whole and fraction as Fraction writes it.
func amount(s string) (*big.Rat, bool) {
	whole, part, mixed := strings.Cut(s, " ")
	v, ok := new(big.Rat).SetString(whole)
	if !ok || !mixed {
		return v, ok
	}
	p, ok := new(big.Rat).SetString(part)
	if ok {
		v.Add(v, p)
	}
	return v, ok
}
