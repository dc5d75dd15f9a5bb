package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// countCases are the commands of the folder cases/count, with what each must say by
// the rules that its README gives. out and errs are matched line by line.
var countCases = []struct {
	args      string
	exit      int
	out, errs string
}{
	{"quota_tie.csv --method quota --seats 9", exitRejected, ``, `p0, p2 are tied for the last seats at stage 8`},
	{"quota_tie_reversed.csv --method quota --seats 9", exitRejected, ``, `p2, p0 are tied for the last seats at stage 8`},
	{"last_vacancies.blt --method scottish-stv --stages", exitDone,
		`(?s)^Last vacancies\n.*Quota: 35\n.*\n  1\. Ann\n  2\. Bob\n.*\nStage 2\. Exclusion of Dee .*nothing\s+more is transferred\. Elected to the last vacancies, below the quota:\s+Ann, Bob\.\n$`, ``},
	{"hill_names_one_line.blt --method scottish-stv", exitDone, `(?s)^Names and title on one line\n.*Quota: 35\n.*  1\. Ann\n  2\. Bob\n`, ``},
	{"hill_free_layout.blt --method scottish-stv --stages", exitDone, `(?s)^Layout is free\n.*Quota: 28\nPapers: 83   Valid: 83 .*  1\. Ann\n  2\. Bob\n.*Stage 1\. .*Elected with the\s+quota: Ann, Bob\.\n$`, ``},
	{"dos_ctrl_z.blt --method plurality --json", exitDone, `(?s)"name": "Ann",\s+"total": "5",.*"name": "Bob",\s+"total": "4"`, ``},
	{"one_name_too_many.blt --method plurality", exitFault, ``, `one_name_too_many\.blt:10: expected 3 names and a title, as the first line says, found one name more`},
	{"name_and_party.blt --method plurality --stages", exitDone, `(?s)Ann Lee \(Green List\)  .*Bob "Bo" Ray \(Blue List\)  `, ``},
	{"no_key_value.pb --method greedy", exitDone, `  1\. 1 Park \(600\)\n\n`, ``},
	{"cost_zero_withdrawn.pb --method greedy", exitDone, `(?s)  1\. 1 Park \(600\)\n\n.*cost 0 or\s+999999999\): 1; they are never funded`, ``},
	{"meek_six_level.blt --method meek", exitDone, `\n  1\. Ann\n  2\. Bob\n`, ``},
	{"meek_six_level.blt --method wigm", exitDone, `\n  1\. Ann\n  2\. Bob\n`, ``},
	{"commas.blt --method scottish-stv|--reserve|b:1-:Orr, Cy,Orr, Dee", exitDone, `\n  1\. Lee, Ann\n  2\. Orr, Cy\n`, ``},
	{"commas.blt --method scottish-stv|--reserve|b:1-:Orr, Cy;Orr, Dee", exitDone, `\n  1\. Lee, Ann\n  2\. Orr, Cy\n`, ``},
	{"commas.blt --method plurality --stages", exitDone, `\nStage 1\. .* Elected: Lee, Ann; Ray, Bob\.\n`, ``},
	{"level_winners.blt --method plurality", exitDone, `\nNote: Level, and above in the order of the ballot only: Ann, Bob\.\n`, ``},
}

func TestCountCases(t *testing.T) {
	dir := filepath.Join(vectors(t), "..", "cases", "count")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("CASES skipped: no folder %s", dir)
	}
	for _, c := range countCases {
		words, rest, _ := strings.Cut(c.args, "|")
		args := append([]string{"count"}, strings.Fields(words)...)
		args[1] = filepath.Join(dir, args[1])
		if rest != "" {
			args = append(args, strings.Split(rest, "|")...)
		}
		var out, errs bytes.Buffer
		code := run(args, strings.NewReader(""), &out, &errs)
		if code != c.exit || !regexp.MustCompile(c.out).MatchString(out.String()) || !regexp.MustCompile(c.errs).MatchString(errs.String()) ||
			(c.exit != exitDone && out.Len() > 0) {
			t.Errorf("count %s: exit %d\n%s%s", c.args, code, out.String(), errs.String())
		}
	}
}
