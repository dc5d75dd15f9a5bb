package founding_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/node/peer"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

func key(n int) tx.PrivateKey {
	seed := sha256.Sum256(fmt.Append(nil, "founding ", n))
	return tx.NewPrivateKey(seed[:])
}

func invitation() founding.Invitation {
	return founding.Invitation{
		Format: founding.FormatInvitation, Federation: "Anytown", Chain: "anytown-1", Version: 1,
		Begin: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC), Coops: []string{"Delcer", "Millbrook", "Harbour"},
	}
}

// statement is that of co-op n, whose node has key n; the third has no validator.
func statement(t *testing.T, n int) founding.Statement {
	t.Helper()
	inv := invitation()
	s := founding.Statement{Invitation: inv.Digest(), Number: state.Coop(n), Coop: federation.GenesisCoop{
		Name: inv.Coops[n-1], Members: []federation.GenesisMember{federation.FounderOf(key(n+10), inv.Chain, state.Coop(n))},
	}}
	if n < 3 {
		id, err := peer.ID(ed25519.PublicKey(key(n).Public()[1:]))
		if err != nil {
			t.Fatal(err)
		}
		s.Coop.Validator = federation.ValidatorOf(key(n+20), inv.Chain, state.Coop(n))
		s.Coop.Validator.Peer, s.Coop.Validator.Address = id, fmt.Sprintf("node%d.example:26656", n)
	}
	signed, err := s.Coop.SignedBy(inv.Chain, s.Number, key(n+10))
	if err != nil {
		t.Fatal(err)
	}
	s.Coop = signed
	return s
}

func signer(n int) tx.PrivateKey {
	if n == 3 {
		return key(13)
	}
	return key(n)
}

func signed(t *testing.T, n int) []byte {
	t.Helper()
	raw, err := statement(t, n).Sign(invitation(), signer(n))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A statement says nothing that a founder did not sign, nor does a genesis but that of a trial.
func TestFoundersSign(t *testing.T) {
	s := statement(t, 1)
	s.Coop.Members[0].Adopts = ""
	if _, err := s.Sign(invitation(), signer(1)); err == nil || !strings.Contains(err.Error(), "founder 1, of key") {
		t.Errorf("a statement that no founder signed: %v", err)
	}
	g := federation.Genesis{Coops: []federation.GenesisCoop{s.Coop}}
	if err := founding.Check(g); !errors.Is(err, founding.ErrFile) || !strings.Contains(err.Error(), "did not sign it") {
		t.Errorf("a genesis that no founder signed: %v", err)
	}
	g.Trial = true
	if err := founding.Check(g); err != nil {
		t.Errorf("a trial that no founder signed: %v", err)
	}
}

// The file of what founders sign is read as it was written, and nothing else is.
func TestAdoption(t *testing.T) {
	s := statement(t, 3)
	s.Coop.Members[0].Adopts = ""
	a := founding.Adoption{Chain: invitation().Chain, Number: 3, Coop: s.Coop}
	raw := a.Bytes()
	back, err := founding.ParseAdoption(raw)
	if err != nil {
		t.Fatal(err)
	}
	was, _ := a.Digest()
	if is, err := back.Digest(); err != nil || is != was || len(is) != 64 {
		t.Errorf("its digest was %s, is %s: %v", was, is, err)
	}
	for _, row := range []struct{ old, with, says string }{
		{`"rochdale-adoption-2"`, `"rochdale-adoption-1", "takeover": {}`, "founders signed the tables alone; make it again"},
		{"adoption-2", "adoption-3", "not rochdale-adoption-2"},
		{`"members": [`, `"members": [], "others": [`, `there is no field "others"`},
		{`"name"`, `"validator": {"key": "", "proof": "", "peer": "", "address": ""}, "name"`, "keys of a node"},
		{`"class"`, `"adopts": "00", "class"`, "founder 1 has signed in it"},
		{`"number": 3`, `"number": 2`, "the proof is not that of key"},
	} {
		if _, err := founding.ParseAdoption(bytes.Replace(raw, []byte(row.old), []byte(row.with), 1)); !errors.Is(err, founding.ErrFile) || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s for %s: %v", row.with, row.old, err)
		}
	}
}

func TestInvitation(t *testing.T) {
	inv := invitation()
	raw := inv.Bytes()
	back, err := founding.ParseInvitation(raw)
	if err != nil || back.Digest() != inv.Digest() {
		t.Errorf("%+v, %v", back, err)
	}
	if crlf, err := founding.ParseInvitation(bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))); err != nil || crlf.Digest() != inv.Digest() {
		t.Errorf("with other ends of lines: %v", err)
	}
	for _, row := range []struct {
		old, with, says string
	}{
		{"rochdale-invitation-1", "rochdale-invitation-2", "format"},
		{`"Anytown"`, `""`, "name of the federation"},
		{"anytown-1", "anytown 1", "chain id"},
		{"anytown-1", strings.Repeat("a", tx.MaxChain+1), "chain id"},
		{`"version": 1`, `"version": 0`, "version"},
		{"09:00:00Z", "09:00:00.5Z", "whole seconds"},
		{"Millbrook", "Delcer", "co-ops 1 and 2 have one name"},
		{"Millbrook", `a\nb`, "name of co-op 2"},
		{`"chain"`, `"chains"`, `there is no field "chains" here`},
		{"\n}\n", "\n}\n{}", "something after it"},
	} {
		if _, err := founding.ParseInvitation(bytes.Replace(raw, []byte(row.old), []byte(row.with), 1)); !errors.Is(err, founding.ErrFile) || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s for %s: %v", row.with, row.old, err)
		}
	}
}

func TestStatement(t *testing.T) {
	inv := invitation()
	for n := 1; n <= 3; n++ {
		raw := signed(t, n)
		if _, err := founding.ParseStatement(raw, inv); err != nil {
			t.Errorf("co-op %d: %v", n, err)
		}
		if _, err := founding.ParseStatement(bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n  ")), inv); err != nil {
			t.Errorf("co-op %d, with other spaces: %v", n, err)
		}
	}
	// Whatever is changed in what was signed is seen.
	raw := signed(t, 1)
	for _, row := range []struct{ old, with, says string }{
		{"node1.example", "node9.example", "changed after it was signed"},
		{`"class": 1`, `"class": 2`, "founder 1, of key " + key(11).Public().String() + ", did not sign it"},
		{"Delcer", "Millbrook", "co-op 1 of the invitation is Delcer, not Millbrook"},
		{`"number": 1`, `"number": 4`, "has no co-op 4"},
		{inv.Digest()[:8], "00000000", "another invitation"},
		{`"key": "rochdale1q`, `"key": "rochdale1p`, "its checksum is wrong"},
		{`"key": "rochdaleval1`, `"key": "rochdale1`, "it is that of a member"},
		{`"proof": "`, `"proof": "00`, "the proof is not that of key"},
		{"node1.example:26656", "node1.example", "HOST:PORT"},
		{`"signature": "`, `"signature": "00`, "changed after it was signed"},
		{"statement-1", "statement-2", "format"},
		{`"address"`, `"adress"`, `there is no field "adress" here`},
	} {
		changed := bytes.Replace(raw, []byte(row.old), []byte(row.with), 1)
		if bytes.Equal(changed, raw) {
			t.Fatalf("the file has no %s", row.old)
		}
		if _, err := founding.ParseStatement(changed, inv); !errors.Is(err, founding.ErrFile) || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s for %s: %v", row.with, row.old, err)
		}
	}
	// Nobody signs for another co-op, and a member does not for one that has a node.
	for name, k := range map[string]tx.PrivateKey{"another's node": key(2), "a member": key(11), "a stranger": key(99)} {
		if _, err := statement(t, 1).Sign(inv, k); !errors.Is(err, founding.ErrFile) {
			t.Errorf("signed by %s: %v", name, err)
		}
	}
	alone := statement(t, 2)
	alone.Coop.Members = nil
	if _, err := alone.Sign(inv, key(2)); !errors.Is(err, founding.ErrFile) {
		t.Errorf("without members: %v", err)
	}
}

func TestAssemble(t *testing.T) {
	inv := invitation()
	all := []founding.Statement{statement(t, 3), statement(t, 1), statement(t, 2)}
	g, err := founding.Assemble(inv, all)
	if err != nil || g.Federation != "Anytown" || g.Version != 1 || len(g.Coops) != 3 || g.Coops[0].Name != "Delcer" || g.Validators() != 2 {
		t.Fatalf("%+v, %v", g, err)
	}
	var missing *founding.Missing
	if _, err := founding.Assemble(inv, all[:1]); !errors.As(err, &missing) || err.Error() != "the statement of Delcer, of Millbrook is missing" {
		t.Error(err)
	}
	again := append(all[:len(all):len(all)], all[0])
	if _, err := founding.Assemble(inv, again); !errors.Is(err, founding.ErrFile) {
		t.Errorf("two statements of one co-op: %v", err)
	}
	all[2].Coop.Validator.Peer = all[1].Coop.Validator.Peer
	if _, err := founding.Assemble(inv, all); !errors.Is(err, founding.ErrFile) || !strings.Contains(err.Error(), "have one node") {
		t.Errorf("one node for two: %v", err)
	}
}

// A federation that is no trial is not founded with an entrenched kind of motion of which
// members hear too late.
func TestCheckCharters(t *testing.T) {
	standard := func(change func(*charter.NamedMotion)) federation.Genesis {
		doc, err := charter.Preset("standard")
		if err != nil {
			t.Fatal(err)
		}
		for i := range doc.Motions {
			if doc.Motions[i].ID == doc.Policy.Entrenched {
				change(&doc.Motions[i])
			}
		}
		g, err := founding.Assemble(invitation(), []founding.Statement{statement(t, 1), statement(t, 2), statement(t, 3)})
		if err != nil {
			t.Fatal(err)
		}
		g.Coops[1].Charter = doc
		return g
	}
	for _, row := range []struct {
		change func(*charter.NamedMotion)
		says   string
	}{
		{func(*charter.NamedMotion) {}, ""},
		{func(k *charter.NamedMotion) { k.Notice = charter.MinEntrenchedNotice }, ""},
		{func(k *charter.NamedMotion) { k.Notice = charter.MinEntrenchedNotice - 1 }, "the charter of Millbrook: "},
		{func(k *charter.NamedMotion) { k.Notice = 0 }, "special resolution has a notice of 0 minutes, where 7 days is the least"},
		{func(k *charter.NamedMotion) { k.Shortest = 59 }, "special resolution has a poll of 59 minutes at least, where 1 hour is the least"},
		{func(k *charter.NamedMotion) { k.Closing = charter.OnDeclaring }, "at whatever moment the returning officer declares"},
	} {
		g := standard(row.change)
		err := founding.Check(g)
		if row.says == "" && err != nil || row.says != "" && (!errors.Is(err, founding.ErrFile) || !strings.Contains(err.Error(), row.says)) {
			t.Errorf("%v, want %q", err, row.says)
		}
		g.Trial = true
		if err := founding.Check(g); err != nil {
			t.Errorf("a trial: %v", err)
		}
	}
}

func TestSeals(t *testing.T) {
	inv := invitation()
	g, err := founding.Assemble(inv, []founding.Statement{statement(t, 1), statement(t, 2), statement(t, 3)})
	if err != nil {
		t.Fatal(err)
	}
	f := founding.Founding{Chain: inv.Chain, Sum: sha256.Sum256([]byte("genesis")), Document: g}
	var seals []founding.Seal
	for n := 3; n > 0; n-- {
		s, err := f.Seal(signer(n))
		if err != nil || s.Coop != state.Coop(n) {
			t.Fatalf("%+v, %v", s, err)
		}
		seals = append(seals, s)
	}
	back, err := founding.ParseSeals(founding.SealFile(append(seals, seals[0])))
	if err != nil || len(back) != 3 || back[0].Coop != 1 {
		t.Fatalf("%+v, %v", back, err)
	}
	if err := f.Check(back); err != nil {
		t.Error(err)
	}
	var missing *founding.Missing
	if err := f.Check(back[1:]); !errors.As(err, &missing) || err.Error() != "the seal of Delcer is missing" {
		t.Error(err)
	}
	if _, err := f.Seal(key(99)); !errors.Is(err, founding.ErrFile) {
		t.Errorf("a stranger's: %v", err)
	}
	other := f
	other.Sum[0] ^= 1
	if err := other.Check(back); !errors.Is(err, founding.ErrFile) {
		t.Errorf("of another genesis: %v", err)
	}
	other = f
	other.Chain = "anytown-2"
	if err := other.Check(back); !errors.Is(err, founding.ErrFile) {
		t.Errorf("of another chain: %v", err)
	}
	for name, change := range map[string]func(*founding.Seal){
		"another co-op":   func(s *founding.Seal) { s.Coop = 2 },
		"no co-op":        func(s *founding.Seal) { s.Coop = 0 },
		"too many":        func(s *founding.Seal) { s.Coop = 4 },
		"another key":     func(s *founding.Seal) { s.Key = key(99).Public().String() },
		"no key":          func(s *founding.Seal) { s.Key = "" },
		"no signature":    func(s *founding.Seal) { s.Signature = "" },
		"another's":       func(s *founding.Seal) { s.Signature = back[1].Signature },
		"another genesis": func(s *founding.Seal) { s.Genesis = strings.Repeat("0", 64) },
	} {
		wrong := back[0]
		change(&wrong)
		if err := f.Verify(wrong); !errors.Is(err, founding.ErrFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What arrives by mail may be anything: it is refused and never ends the program.
func FuzzFiles(f *testing.F) {
	inv := invitation()
	f.Add(inv.Bytes())
	f.Add([]byte(`{"format":"rochdale-statement-1","statement":{"coop":{"validator":null}}}`))
	f.Add([]byte(`{"format":"rochdale-seals-1","seals":[{"coop":1}]}`))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		_ = founding.Format(raw)
		_, _ = founding.ParseInvitation(raw)
		_, _ = founding.ParseStatement(raw, inv)
		seals, _ := founding.ParseSeals(raw)
		_ = founding.Founding{}.Check(seals)
	})
}
