package input

import (
	"slices"
	"strings"
	"testing"
)

func TestAlike(t *testing.T) {
	for _, row := range []struct {
		names []string
		want  []string
	}{
		{[]string{"Ann", "Bob", "Anne"}, nil},
		{[]string{"Ann Lee", "Аnn Lee"}, []string{`Two names look alike: "Ann Lee" and "Аnn Lee" (at character 1: U+0041 and U+0410).`}},
		{[]string{"José", "Jose"}, []string{`Two names look alike: "José" and "Jose" (at character 4: U+00E9 and U+0065).`}},
		{[]string{"Jose\u0301", "José"}, []string{"Two names look alike: \"Jose\u0301\" and \"José\" (at character 4: U+0065 and U+00E9)."}},
		{[]string{"Ann", "Bob", "ann", "An\u200bn"}, []string{
			`Two names look alike: "Ann" and "ann" (at character 1: U+0041 and U+0061).`,
			`Two names look alike: "Ann" and "An\u200bn" (at character 3: U+006E and U+200B).`}},
		{[]string{"Lee-Ann", "Lee Ann"}, []string{`Two names look alike: "Lee-Ann" and "Lee Ann" (at character 4: U+002D and U+0020).`}},
		{[]string{"Same", "Same", "-", "+"}, nil},
	} {
		if got := Alike(row.names); !slices.Equal(got, row.want) {
			t.Errorf("%q: %q, want %q", row.names, got, row.want)
		}
	}
}

// A lot that names someone by letters of another script says so.
func TestLotNamesALookalike(t *testing.T) {
	_, err := ReadLot([]string{"Ann", "Bob"}, []string{"Bob", "Аnn"}, "candidate")
	if err == nil || !strings.Contains(err.Error(), `write it as in the file, "Ann" (they differ at character 1: U+0041 and U+0410)`) {
		t.Error(err)
	}
}

func read(t *testing.T, text string) (rows [][]string) {
	t.Helper()
	in := NewTable(strings.NewReader(text), 0)
	for {
		row, err := in.Next()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if row == nil {
			return rows
		}
		rows = append(rows, row)
	}
}

// The mark that parts the fields is the last one of the first line.
func TestTablesPartedByOtherMarks(t *testing.T) {
	want := [][]string{{"Lee, Ann", "300"}, {"", "7"}}
	for _, text := range []string{
		"\"Lee, Ann\",300\n,7\n",
		"Lee, Ann;300\n;7\n",
		"Lee, Ann\t300\n\t7\n",
		"\"Lee, Ann\" ; 300\n;7\n",
		"\ufeffsep=;\r\nLee, Ann;300\r\n;7\r\n",
		"\"Lee, Ann\"\t300\n\t7",
	} {
		got := read(t, text)
		if len(got) != 2 || !slices.Equal(got[0], want[0]) || !slices.Equal(got[1], want[1]) {
			t.Errorf("%q: %q", text, got)
		}
	}
}
