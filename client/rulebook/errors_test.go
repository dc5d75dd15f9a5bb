package rulebook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/client/rulebook"
)

// manyWrong breaks a file in each way there is, in the order of its lines.
const manyWrong = `name = 3
[policy]
digits = "two"
waiting = "two weeks"
alone = "-5"
entrenched = 7.5
classes = "member"
colour = "red"
overdrafts = [{ account = -1, amount = 2.5 }]
alone_minor_units = 5
[motions.meeting]
number = -1
carried_by = "many"
quorum = true
notice = [3]
closing = "soon"
electorate = "nobody"
[grants]
"member.Admit" = ["captain"]
"member.Resign" = 3
`

// All that cannot be read is said at once, each with its line and its clause.
func TestErrors(t *testing.T) {
	_, err := rulebook.Read("c.toml", []byte(manyWrong), in)
	want := `c.toml, line 1: name: 3 cannot be; give words in quotation marks
c.toml, line 3: policy.digits: "two" cannot be; give a whole number from 0 to 255
c.toml, line 4: policy.waiting: "two weeks" is no length of time; write it like "14 days", "1 hour" or "none"
c.toml, line 5: policy.alone: "-5" is below zero
c.toml, line 6: policy.entrenched: "7.5" cannot be; give the key of a kind of motion in quotation marks
c.toml, line 7: policy.classes: "member" cannot be; give a list [ … ]
c.toml, line 8: policy: there is no "colour" here; there are currency, digits, allowance, classes, entrenched, waiting, alone, overdrafts, special, principle and membership
c.toml, line 9: policy.overdrafts.account: -1 cannot be; give a whole number from 0 to 65,535
c.toml, line 9: policy.overdrafts.amount: "2.5" cannot be; give an amount in quotation marks, like "500.00"
c.toml, line 10: policy.alone: this is given twice
c.toml, line 12: motions.meeting.number: -1 cannot be; give a whole number from 0 to 65,535
c.toml, line 13: motions.meeting.carried_by: "many" is no majority; write it like "at least 3/4 of votes cast" or "more than half of all members"
c.toml, line 14: motions.meeting.quorum: true cannot be; give a share in quotation marks, like "3/4"
c.toml, line 15: motions.meeting.notice: a list cannot be; give a length of time in quotation marks, like "14 days"
c.toml, line 16: motions.meeting.closing: "soon" is none of "at deadline", "when decided", "on declaring" and "on declaring what is decided"
c.toml, line 17: motions.meeting.electorate: "nobody" is none of "all members", "one class" and "office holders"
c.toml, line 19: grants.member.Admit: "captain" is neither "the member concerned", "any member", an office nor the key of a kind of motion: meeting
c.toml, line 20: grants.member.Resign: who may is a list, like ["treasurer", "two-officers"]`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(fmt.Sprint(err), "\n")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Twenty errors are said, and how many more there are.
func TestErrorsBounded(t *testing.T) {
	for _, row := range []struct {
		wrong, lines int
		last         string
	}{
		{1, 1, "c.toml, line 2: later.r1: a rule is its words, in quotation marks"},
		{20, 20, "c.toml, line 21: later.r20: a rule is its words, in quotation marks"},
		{21, 21, "and 1 more"},
		{45, 21, "and 25 more"},
	} {
		file := "[later]\n"
		for i := range row.wrong {
			file += fmt.Sprintf("r%d = 1\n", i+1)
		}
		_, err := rulebook.Read("c.toml", []byte(file), in)
		lines := strings.Split(fmt.Sprint(err), "\n")
		if len(lines) != row.lines || lines[len(lines)-1] != row.last {
			t.Errorf("%d: %d lines, the last %q; want %d, %q", row.wrong, len(lines), lines[len(lines)-1], row.lines, row.last)
		}
	}
}

// What a file holds says what it is, whatever it is called.
func TestForm(t *testing.T) {
	for _, row := range []struct {
		path, raw string
		toml      bool
		foreign   string
	}{
		{"c.toml", "name = 1", true, ""},
		{"c", "# a remark", true, ""},
		{"c.json", "[policy]", true, ""},
		{"c.txt", " \n{}", false, ""},
		{"c.toml", "\xef\xbb\xbf{", false, ""},
		{"c.json", " ", false, ""},
		{"c.charter", "", true, ""},
		{"c.toml", "PK\x03\x04 and more", true, "a document of a word processor or spreadsheet (such as .docx or .odt)"},
		{"c.doc", "\xd0\xcf\x11\xe0\xa1", true, "a document of an older word processor or spreadsheet (such as .doc)"},
		{"c.toml", "%PDF-1.7", true, "a PDF"},
		{"c.toml", "{\\rtf1}", false, "a document in rich text (.rtf)"},
		{"c.toml", "name = \x00", true, "a binary file"},
	} {
		if got := rulebook.Is(row.path, []byte(row.raw)); got != row.toml {
			t.Errorf("%s, %q: TOML is %v, want %v", row.path, row.raw, got, row.toml)
		}
		if got := rulebook.Foreign([]byte(row.raw)); got != row.foreign {
			t.Errorf("%s, %q: %q, want %q", row.path, row.raw, got, row.foreign)
		}
	}
}

// What a reader of the file would take for something else is no charter: two kinds of motion of
// one number, of which the second would hold, and levels that are none.
func TestErrorsThatHide(t *testing.T) {
	const easy = "[motions.special]\nnumber = 2\ncarried_by = \"at least 3/4 of votes cast\"\n[motions.easy]\nnumber = 2\ncarried_by = \"more than 1/2 of votes cast\"\n"
	for file, want := range map[string]string{
		easy:                              "c.toml, line 5: motions.easy: 2 is the number of [motions.special] already",
		"levels = 5\n":                    `c.toml, line 1: levels: write a heading, [levels], and below it lines like principle = ["member.Admit"]`,
		"levels = [\"member.Admit\"]\n":   `c.toml, line 1: levels: write a heading, [levels], and below it lines like principle = ["member.Admit"]`,
		"[[levels]]\nprinciple = [\"x\"]": `c.toml, line 1: levels: write a heading, [levels], and below it lines like principle = ["member.Admit"]`,
	} {
		_, err := rulebook.Read("c.toml", []byte(file), in)
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%q:\n%v\nwant %s", file, err, want)
		}
	}
}
