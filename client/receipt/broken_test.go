package receipt

import (
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// TestHead compares a state's Head with the header that proves
// it, and tells a receipt that was written by later rules.
func TestHead(t *testing.T) {
	f, block, err := read(kept(t, "format3", "cast"))
	if err != nil {
		t.Fatal(err)
	}
	good, err := tx.Decode[state.Head](f.Records[0].Value)
	if err != nil || holdHead(good, block) != nil {
		t.Fatalf("%+v, %v", good, err)
	}
	for want, change := range map[string]func(h *state.Head){
		"names no version":    func(h *state.Head) { h.Version = 0 },
		`of chain "x"`:        func(h *state.Head) { h.Chain = "x" },
		"of version 2 of":     func(h *state.Head) { h.Version = 2 },
		"changed last at":     func(h *state.Head) { h.Height = f.Height + 1 },
		"brought to new rule": func(h *state.Head) { h.Migrating.Version = 2 },
	} {
		head := good
		change(&head)
		if err := holdHead(head, block); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if newer(good) || !newer(state.Head{Version: rooms.Version + 1}) {
		t.Error("which rules are later than the program's")
	}
	// Later rules, and a field that this program does not know.
	later := good
	later.Version = 2
	block.Header.Version.App = 2
	records := map[string][]byte{}
	for _, r := range f.Records {
		key, err := hex.DecodeString(r.Key)
		if err != nil {
			t.Fatal(err)
		}
		records[string(key)] = r.Value
	}
	records[string(state.LocateHead().Key)] = tx.Encode(struct {
		state.Head
		New string `cbor:"40,keyasint,omitempty"`
	}{later, "something"})
	st, err := statementOf(f.Kind, f.Subject)
	if err != nil {
		t.Fatal(err)
	}
	says, head, err := st.tell(current, f.Subject, block, &recorder{prove: func(key []byte) ([]byte, []byte, error) {
		return records[string(key)], nil, nil
	}})
	if err != nil || head.Version != 2 || !slices.Equal(says, castSays) {
		t.Errorf("by later rules: %q, %+v, %v", says, head, err)
	}
}

// TestBrokenRecords gives the words' functions records that no ledger writes, as a
// forger with validators of its own could sign them: the rooms' functions stand it,
// and if one did not, it would be a refusal.
func TestBrokenRecords(t *testing.T) {
	for format := range keptReceipts {
		for _, name := range slices.Sorted(maps.Keys(keptReceipts[format])) {
			f, block, err := read(kept(t, format, name))
			if err != nil {
				t.Fatal(err)
			}
			st, err := statementOf(f.Kind, f.Subject)
			if err != nil {
				t.Fatal(err)
			}
			by := current
			if f.early() {
				by = early
			}
			for i := range f.Records {
				for _, broken := range [][]byte{{0xa0}, {0x80}, {0xff}, {0x00}, []byte("\xa1\x03\x80"), []byte("\xa1\x06\x81\xa0")} {
					next := 0
					_, _, err := st.tell(by, f.Subject, block, &recorder{prove: func([]byte) ([]byte, []byte, error) {
						if next++; next-1 == i {
							return broken, nil, nil
						}
						if next > len(f.Records) {
							return nil, nil, nil
						}
						return f.Records[next-1].Value, nil, nil
					}})
					if err != nil && strings.Contains(err.Error(), "no ledger writes") {
						t.Errorf("%s/%s, record %d as %x: a room broke: %v", format, name, i+1, broken, err)
					}
				}
			}
		}
	}
	// Words that pass over what cannot be read are not believed.
	lost := errors.New("lost")
	_, _, err := Statement{words: func(l ledger, _ Subject) ([]string, error) {
		_, _ = l.r.Leaf([]byte{1})
		return []string{"All is well."}, nil
	}}.tell(early, Subject{}, light.Block{}, &recorder{prove: func([]byte) ([]byte, []byte, error) { return nil, nil, lost }})
	if !errors.Is(err, lost) {
		t.Errorf("a record that cannot be read: %v", err)
	}
	_, _, err = Statement{words: func(ledger, Subject) ([]string, error) { panic("index out of range") }}.tell(early, Subject{}, light.Block{}, &recorder{})
	if refuted, ok := errors.AsType[*Refuted](err); !ok || refuted.Part != "records" {
		t.Errorf("a panic in words: %v", err)
	}
}
