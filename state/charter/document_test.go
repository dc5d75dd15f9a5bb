package charter_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/charter"
)

// The preset reads as it is written, and says what it says after a round trip.
func TestPreset(t *testing.T) {
	d, err := charter.Preset("standard")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := charter.ParseDocument(raw)
	if diff := cmp.Diff(d, again); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if _, err := charter.Preset("../standard"); err == nil {
		t.Error("a preset outside the presets")
	}
}

func TestParseDocumentRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"empty":          "",
		"unknown field":  `{"name":"x","quorum":1}`,
		"unknown office": `{"grants":[{"actions":["member.Admit"],"offices":["king"]}]}`,
		"unknown base":   `{"motions":[{"id":1,"rule":{"base":"whoever"}}]}`,
		"unknown sort":   `{"motions":[{"id":1,"electorate":{"sort":"nobody"}}]}`,
		"closing":        `{"motions":[{"id":1,"closing":"never"}]}`,
		"trailing":       `{"name":"x"} {"name":"y"}`,
	} {
		if _, err := charter.ParseDocument([]byte(text)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}
