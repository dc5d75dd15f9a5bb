package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
)

// membersAndShares reads two tables, a record that is not there, and one of the federation.
func membersAndShares(t *testing.T, r state.Reader) (members []state.Member, units uint64) {
	t.Helper()
	coop, err := federation.Find(r, 2)
	check(t, err)
	same(t, "name", coop.Name, "Bakers & Co")
	check(t, member.Range(r, 0, ^state.Member(0), func(m state.Member, _ member.Record) (bool, error) {
		members = append(members, m)
		return true, nil
	}))
	if _, err := member.Find(r, 77); !errors.Is(err, member.ErrUnknown) {
		t.Errorf("absence: %v", err)
	}
	h, err := share.HoldingOf(r, 1, 4)
	check(t, err)
	return members, h.Units
}

// wholeTables is the file of two whole tables.
func wholeTables(t *testing.T, r *rig) []byte {
	t.Helper()
	w, err := r.dial().Whole(t.Context(), 0)
	check(t, err)
	members, units := membersAndShares(t, w.Of(2))
	same(t, "members", members, []state.Member{1, 2, 3, 4, 5})
	same(t, "units", units, uint64(120))
	var out bytes.Buffer
	check(t, w.Write(&out))
	return out.Bytes()
}

// Whoever has the file reads the same records without the node, and no others.
func TestWholeTables(t *testing.T) {
	r := decided(t)
	raw := wholeTables(t, r)
	at, proof, err := receipt.ReadTables(bytes.NewReader(raw), genesisTrust(t, r))
	check(t, err)
	if !proof.Anchored || proof.Signed != 4 || proof.Chain != rigChain || proof.Height != uint64(len(r.sealed)-1) || at.Height() != proof.Height {
		t.Errorf("%+v", proof)
	}
	members, units := membersAndShares(t, at.Of(2))
	same(t, "members", members, []state.Member{1, 2, 3, 4, 5})
	same(t, "units", units, uint64(120))
	if _, err := member.Find(at.Of(1), 1); err == nil || strings.Contains(err.Error(), "no such") {
		t.Errorf("a table that is not in the file: %v", err)
	}
	if _, proof, err := receipt.ReadTables(bytes.NewReader(raw), receipt.Trust{}); err != nil || proof.Anchored {
		t.Errorf("without trust: %+v, %v", proof, err)
	}
	if _, _, err := receipt.ReadTables(bytes.NewReader(raw), receipt.Trust{Fingerprint: make([]byte, 32)}); !isUntied(err) {
		t.Errorf("other validators: %v", err)
	}
}

// A record that is changed, left out or added, in whichever page, is refused.
func TestWholeTablesTamperedWith(t *testing.T) {
	r := decided(t)
	lines := strings.SplitAfter(strings.TrimSpace(string(wholeTables(t, r))), "\n")
	type page struct {
		Start  string                       `json:"start"`
		End    string                       `json:"end"`
		Leaves []map[string]json.RawMessage `json:"leaves"`
		Proof  []byte                       `json:"proof"`
	}
	tried := 0
	try := func(name string, n int, change func(*page)) {
		t.Helper()
		var p page
		check(t, json.Unmarshal([]byte(lines[n]), &p))
		change(&p)
		line, err := json.Marshal(p)
		check(t, err)
		changed := strings.Join(lines[:n], "") + string(line) + "\n" + strings.Join(lines[n+1:], "")
		_, _, err = receipt.ReadTables(strings.NewReader(changed), genesisTrust(t, r))
		var refuted *light.Refuted
		if !errors.As(err, &refuted) {
			t.Errorf("line %d: %s: %v", n+1, name, err)
		}
		tried++
	}
	for n := 1; n < len(lines); n++ {
		var p page
		check(t, json.Unmarshal([]byte(lines[n]), &p))
		try("a range that ends later", n, func(p *page) { p.End = "ff" })
		try("the proof is cut", n, func(p *page) { p.Proof = p.Proof[:len(p.Proof)-1] })
		if len(p.Leaves) > 0 {
			try("the last record is left out", n, func(p *page) { p.Leaves = p.Leaves[:len(p.Leaves)-1] })
			try("a record twice", n, func(p *page) { p.Leaves = append(p.Leaves, p.Leaves[0]) })
			try("another value", n, func(p *page) { p.Leaves[0]["value"] = json.RawMessage(`"AAAA"`) })
		}
	}
	if tried < 12 {
		t.Errorf("only %d changes were tried", tried)
	}
	for name, raw := range map[string]string{
		"nothing": "", "a receipt": `{"format":"rochdale-receipt-3"}`, "no JSON": "x\n", "a page that is none": lines[0] + "{}\n", "cut short": lines[0] + lines[1][:40],
	} {
		if _, _, err := receipt.ReadTables(strings.NewReader(raw), receipt.Trust{}); !errors.Is(err, receipt.ErrTables) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The head is missing: nothing says of which rules the records are.
	if _, _, err := receipt.ReadTables(strings.NewReader(lines[0]), receipt.Trust{}); err == nil {
		t.Error("without a page it is read")
	}
}
