package report_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// A page says what the text says, with bars in proportion; whatever a file's names
// hold, it has no script, loads nothing and is well formed.
func TestHTML(t *testing.T) {
	e := counting.Election(t, 3, 2, "6 1 2 0, 2 2 0, 1 3 0")
	e.Title = `<script>alert("1")</script> & co`
	e.Candidates[1].Name = `"><img src=x onerror=alert(1)>`
	r := counting.MustCount(t, "stv", e, election.Options{})
	var b strings.Builder
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		"<h1>&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; co</h1>",
		"<li>&#34;&gt;&lt;img src=x onerror=alert(1)&gt;</li>",
		"<p>Quota: 4.</p>",
		`<td class="n">+1.99998</td><td class="n">3.99998</td><td class="b"><div style="width:66.7%"></div></td><td>elected</td>`,
		`<tr><th>Sum</th><td></td><td class="n">9.00000</td>`,
		"default-src 'none'",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	for _, bad := range []string{"<script", "<img", "http://", "https://", "url(", " src="} {
		if strings.Contains(strings.ReplaceAll(page, "img src=x", ""), bad) {
			t.Errorf("%s in the page", bad)
		}
	}
	in := xml.NewDecoder(strings.NewReader(page))
	in.Strict, in.AutoClose, in.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		if _, err := in.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
