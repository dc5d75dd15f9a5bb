package client

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/tx"
)

// decided is a rig in which co-op 2 has carried one motion, by members 1 to 3
// against member 4, while member 5 cast nothing; a second motion is open, and a
// third was carried and made member 2 chair.
func decided(t testing.TB) *rig {
	t.Helper()
	r := newRig(t)
	c := r.dial()
	r.block()
	send := func(m int, kind tx.Kind, action state.Action) {
		t.Helper()
		raw, err := signer(2, m).Sign(t.Context(), c, kind, action)
		check(t, err)
		if codes := r.block(raw); !slices.Equal(codes, []uint32{0}) {
			t.Fatalf("member %d: %T: codes %v", m, action, codes)
		}
	}
	send(1, ballot.KindPropose, ballot.Propose{Kind: 4, Title: "Buy the mill & the <pond>", Statement: make([]byte, 32)})
	send(4, ballot.KindCast, ballot.Cast{Motion: 1, Paper: ballot.No.Paper()})
	for _, m := range []int{1, 2, 3} {
		send(m, ballot.KindCast, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()})
	}
	send(5, ballot.KindPropose, ballot.Propose{Kind: 4, Title: "Paint the gate"})
	send(3, member.KindResign, member.Resign{Member: 3})
	send(4, share.KindSubscribe, share.Subscribe{Member: 4, Class: 1, Units: 120})
	send(1, share.KindConfirmPayment, share.ConfirmPayment{Subscriptions: []uint64{1}})
	send(1, share.KindIssue, share.Issue{Subscriptions: []uint64{1}})
	send(4, share.KindSubscribe, share.Subscribe{Member: 4, Class: 1, Units: 1})
	send(2, ballot.KindPropose, ballot.Propose{Kind: 4, Title: "A chair", Action: []ballot.Carried{
		{Kind: office.KindAppoint, Payload: tx.Encode(office.Appoint{Member: 2, Office: charter.Chair})},
	}})
	for _, m := range []int{1, 2, 4} {
		send(m, ballot.KindCast, ballot.Cast{Motion: 3, Paper: ballot.Yes.Paper()})
	}
	r.block() // carries the app hash of the one before
	return r
}

func genesisTrust(t testing.TB, r *rig) receipt.Trust {
	t.Helper()
	trust, err := receipt.TrustGenesis(r.genesis)
	check(t, err)
	return trust
}

func TestReceiptsSayWhatIsOnTheLedger(t *testing.T) {
	r := decided(t)
	c := r.dial()
	trust := genesisTrust(t, r)
	for _, row := range []struct {
		name, kind string
		subject    receipt.Subject
		want       []string
	}{
		{"active", "member", receipt.Subject{Coop: 2, Member: 2}, []string{
			`Member 2 of co-op 2, "Bakers & Co" is an active member, in class 1 (member).`,
			"Last changed at 2026-11-02 09:00 UTC, by operation 2 on the register.",
			"Its key is " + memberKey(2, 2).Public().String() + ".",
		}},
		{"left", "member", receipt.Subject{Coop: 2, Member: 3}, []string{
			`Member 3 of co-op 2, "Bakers & Co" is a former member, in class 1 (member).`,
			"Last changed at 2026-11-02 09:07 UTC, by operation 6 on the register.",
			"It was entered on 2026-11-02 09:00 UTC as an active member.",
			"Its key is " + memberKey(2, 3).Public().String() + ".",
		}},
		{"no member", "member", receipt.Subject{Coop: 2, Member: 6}, []string{
			`There is no member 6 on the register of co-op 2, "Bakers & Co".`,
		}},
		{"cast", "cast", receipt.Subject{Coop: 2, Member: 4, Motion: 1}, []string{
			`Motion 1 of co-op 2, "Bakers & Co" is "Buy the mill & the <pond>".`,
			`Member 4 cast "no" on it.`,
			"The motion is closed and was carried.",
		}},
		{"not cast", "cast", receipt.Subject{Coop: 2, Member: 5, Motion: 1}, []string{
			`Motion 1 of co-op 2, "Bakers & Co" is "Buy the mill & the <pond>".`,
			"Member 5 has cast nothing on it.",
			"The motion is closed and was carried.",
		}},
		{"not cast yet", "cast", receipt.Subject{Coop: 2, Member: 2, Motion: 2}, []string{
			`Motion 2 of co-op 2, "Bakers & Co" is "Paint the gate".`,
			"Member 2 has cast nothing on it so far.",
			"The motion is open until 2026-11-30 09:06 UTC at the latest.",
		}},
		{"no motion", "cast", receipt.Subject{Coop: 2, Member: 5, Motion: 4}, []string{
			`There is no motion 4 of co-op 2, "Bakers & Co".`,
		}},
		{"decision", "decision", receipt.Subject{Coop: 2, Motion: 1}, []string{
			`Motion 1 of co-op 2, "Bakers & Co" is "Buy the mill & the <pond>".`,
			`It was put on 2026-11-02 09:01 UTC by member 1, as a motion of the kind "written resolution".`,
			"The text sent to members has the SHA-256 digest " + strings.Repeat("0", 64) + ".",
			"It was carried at block 6: 3 yes, 1 no, 0 abstained, 0 blank, 0 spoiled, of 5 entitled to cast.",
			"To be carried it needed more than half of all members, if at least half of the electorate and 2 members took part.",
		}},
		{"holding", "holding", receipt.Subject{Coop: 2, Member: 4, Class: 1}, []string{
			`Member 4 of co-op 2, "Bakers & Co" holds 120 shares of class 1, "member share", of par 10.00 EUR.`,
			"That is 1,200.00 EUR of share capital.",
			"Last changed by operation 1 on the register of shares. 1 more share is subscribed for and not issued yet.",
		}},
		{"nothing held", "holding", receipt.Subject{Coop: 2, Member: 5, Class: 1}, []string{
			`Member 5 of co-op 2, "Bakers & Co" holds no shares of class 1, "member share", of par 10.00 EUR.`,
		}},
		{"no class", "holding", receipt.Subject{Coop: 2, Member: 5, Class: 7}, []string{
			`There is no class 7 of shares of co-op 2, "Bakers & Co".`,
		}},
		{"no holder", "holding", receipt.Subject{Coop: 2, Member: 6, Class: 1}, []string{
			`There is no member 6 on the register of co-op 2, "Bakers & Co".`,
		}},
		{"no period", "allocation", receipt.Subject{Coop: 2, Member: 5, Period: 1}, []string{
			`There is no period 1 of co-op 2, "Bakers & Co".`,
		}},
		{"no decision", "decision", receipt.Subject{Coop: 2, Motion: 2}, []string{
			`Motion 2 of co-op 2, "Bakers & Co" is "Paint the gate".`,
			`It was put on 2026-11-02 09:06 UTC by member 5, as a motion of the kind "written resolution".`,
			"The motion is open until 2026-11-30 09:06 UTC at the latest.",
			"It has decided nothing.",
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			raw, _, err := c.Receipt(t.Context(), row.kind, row.subject, 0, receipt.Trust{})
			check(t, err)
			got, err := receipt.Verify(raw, trust)
			check(t, err)
			if !slices.Equal(got.Statement, row.want) {
				t.Errorf("it says\n%s\nwant\n%s", strings.Join(got.Statement, "\n"), strings.Join(row.want, "\n"))
			}
			same(t, "anchored", got.Anchored, true)
			same(t, "other words", got.OtherWords, false)
			same(t, "signed", [4]int{got.Signed, got.Validators, got.Trusted, got.TrustedOf}, [4]int{4, 4, 4, 4})
			same(t, "height", got.Height, uint64(len(r.sealed)-1))
			same(t, "version", [2]any{got.Version, got.Newer}, [2]any{uint64(1), false})
			same(t, "time", got.Time.Format(time.DateTime), r.time.Format(time.DateTime))
		})
	}
}

func TestReceiptAtAnOlderHeight(t *testing.T) {
	r := decided(t)
	raw, _, err := r.dial().Receipt(t.Context(), "decision", receipt.Subject{Coop: 2, Motion: 1}, 5, receipt.Trust{})
	check(t, err)
	got, err := receipt.Verify(raw, genesisTrust(t, r))
	check(t, err)
	same(t, "height", got.Height, uint64(5))
	if last := got.Statement[len(got.Statement)-1]; last != "It has decided nothing." {
		t.Errorf("before the last cast: %s", last)
	}
}

// TestReceiptOfTheLastBlock asks before the block that carries the app hash.
func TestReceiptOfTheLastBlock(t *testing.T) {
	r := decided(t)
	c := r.dial()
	// Nothing has changed since the block before: no need to wait.
	_, got, err := c.Receipt(t.Context(), "member", receipt.Subject{Coop: 1, Member: 1}, 0, receipt.Trust{})
	check(t, err)
	same(t, "height", got.Height, uint64(len(r.sealed)-1))
	raw, err := signer(1, 5).Sign(t.Context(), c, member.KindResign, member.Resign{Member: 5})
	check(t, err)
	r.block(raw)
	changed := uint64(len(r.sealed))
	time.AfterFunc(2*sealPause, func() { r.block() })
	_, got, err = c.Receipt(t.Context(), "member", receipt.Subject{Coop: 1, Member: 5}, 0, receipt.Trust{})
	check(t, err)
	same(t, "height after a change", got.Height, changed)
}

// TestReceiptOfTheFounding proves founding records from the first block's own
// header, without waiting for a second block.
func TestReceiptOfTheFounding(t *testing.T) {
	r := newRig(t)
	time.AfterFunc(2*sealPause, func() { r.block() })
	raw, got, err := r.dial().Receipt(t.Context(), "member", receipt.Subject{Coop: 4, Member: 5}, 0, genesisTrust(t, r))
	check(t, err)
	same(t, "height", got.Height, uint64(0))
	if _, err := receipt.Verify(slices.Replace(slices.Clone(raw), 11, 12, 'x'), receipt.Trust{}); !errors.Is(err, receipt.ErrReceipt) {
		t.Errorf("a byte changed: %v", err)
	}
	at, err := r.dial().AtProved(t.Context(), 0, genesisTrust(t, r))
	check(t, err)
	same(t, "time", at.Time(), r.time.Unix())
	_, err = member.Find(at.Of(4), 5)
	check(t, err)
}

func TestReceiptsThatThereAreNot(t *testing.T) {
	r := decided(t)
	c := r.dial()
	for _, row := range []struct {
		kind    string
		subject receipt.Subject
		want    error
	}{
		{"wish", receipt.Subject{Coop: 1, Member: 1}, receipt.ErrSubject},
		{"member", receipt.Subject{Member: 1}, receipt.ErrSubject},
		{"member", receipt.Subject{Coop: 1}, receipt.ErrSubject},
		{"member", receipt.Subject{Coop: 1, Member: 1, Motion: 1}, receipt.ErrSubject},
		{"cast", receipt.Subject{Coop: 1, Member: 1}, receipt.ErrSubject},
		{"member", receipt.Subject{Coop: 9, Member: 1}, federation.ErrUnknown},
	} {
		if _, _, err := c.Receipt(t.Context(), row.kind, row.subject, 0, receipt.Trust{}); !errors.Is(err, row.want) {
			t.Errorf("%s of %+v: %v", row.kind, row.subject, err)
		}
	}
}

// TestDecisionInFull: what was decided is said clause by clause, before and after,
// at each stage of the motion.
func TestDecisionInFull(t *testing.T) {
	r := newRig(t)
	c := r.dial()
	r.block()
	send := func(m int, kind tx.Kind, action state.Action) {
		t.Helper()
		raw, err := signer(3, m).Sign(t.Context(), c, kind, action)
		check(t, err)
		if codes := r.block(raw); !slices.Equal(codes, []uint32{0}) {
			t.Fatalf("member %d: %T: codes %v", m, action, codes)
		}
	}
	says := func(motion ballot.Number, want ...string) {
		t.Helper()
		r.block()
		raw, _, err := c.Receipt(t.Context(), "decision", receipt.Subject{Coop: 3, Motion: motion}, 0, receipt.Trust{})
		check(t, err)
		got, err := receipt.Verify(raw, genesisTrust(t, r))
		check(t, err)
		if tail := got.Statement[max(0, len(got.Statement)-len(want)):]; !slices.Equal(tail, want) {
			t.Errorf("it says\n%s\nwant at its end\n%s", strings.Join(got.Statement, "\n"), strings.Join(want, "\n"))
		}
	}
	carrying := func(kind tx.Kind, a state.Action) []ballot.Carried {
		return []ballot.Carried{{Kind: kind, Payload: tx.Encode(a)}}
	}
	doc, err := charter.Preset("standard")
	check(t, err)
	policy := charter.PolicyEntry(doc.Policy)
	policy.Allowance, policy.Classes, policy.Alone = 50, []string{"member", "supporter"}, 250_000
	send(1, ballot.KindPropose, ballot.Propose{Kind: 2, Title: "Supporters", Action: carrying(amendment.KindAmend, amendment.Amend{Policy: []charter.PolicyEntry{policy}})})
	clauses := []string{
		"- currency: EUR, with 2 digits behind the point, as before",
		"- classes of members: 1 (member) → 1 (member) and 2 (supporter)",
		"- allowance: 1,000 transactions a member a day → 50 transactions a member a day",
		"- entrenched: by motions of kind 2, as before",
		"- new members count: in motions proposed 14 days after they were admitted, or later, as before",
		"- one officer moves alone: at most 10,000.00 EUR a day → at most 2,500.00 EUR a day",
		"- hearing before an expulsion: 21 clear days after the notice, as before",
		"- appeal against an expulsion: within 14 days, seconded by 2 other members, which stays the expulsion for 60 days, as before",
		"- struck off is: who was not in contact for 1,826 days, 28 clear days after notice, as before",
	}
	says(1, append([]string{"It has decided nothing.", "If it is carried, it is to amend the charter: its figures."}, clauses...)...)
	r.with(func() { r.time = r.time.Add(23 * 24 * time.Hour) })
	r.block() // opens it
	for m := range 4 {
		send(m+1, ballot.KindCast, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()})
	}
	send(5, ballot.KindCast, ballot.Cast{Motion: 1, Paper: ballot.Abstain.Paper()})
	r.with(func() { r.time = r.time.Add(29 * 24 * time.Hour) })
	r.block() // closes and carries it
	says(1, append([]string{
		"It was carried at block 10: 4 yes, 0 no, 1 abstained, 0 blank, 0 spoiled, of 5 entitled to cast.",
		"To be carried it needed at least three quarters of votes cast, if at least 10% of the electorate and 2 members took part.",
		"It was decided to amend the charter: its figures, and that was done.",
	}, clauses...)...)

	// Carried and then rejected; lost.
	appoint := carrying(office.KindAppoint, office.Appoint{Member: 1, Office: charter.Secretary})
	for n, answers := range [][]ballot.Choice{{ballot.Yes, ballot.Yes, ballot.Yes}, {ballot.No, ballot.No, ballot.No}} {
		send(1, ballot.KindPropose, ballot.Propose{Kind: 4, Title: "Twice secretary", Action: appoint, Anyway: true})
		for m, answer := range answers {
			send(m+1, ballot.KindCast, ballot.Cast{Motion: ballot.Number(n + 2), Paper: answer.Paper()})
		}
	}
	const office = "- member 1 as secretary: in office, as before"
	says(2, "It was decided to appoint member 1 secretary, which the ledger's rules refused: member holds that office already.", office)
	says(3, "It was to appoint member 1 secretary, which was not done.", office)
}

// TestReplacedKey: a receipt about a member says when others replaced its key.
func TestReplacedKey(t *testing.T) {
	r := newRig(t)
	c := r.dial()
	r.block()
	send := func(m int, kind tx.Kind, action state.Action) {
		t.Helper()
		raw, err := signer(3, m).Sign(t.Context(), c, kind, action)
		check(t, err)
		if codes := r.block(raw); !slices.Equal(codes, []uint32{0}) {
			t.Fatalf("member %d: %T: codes %v", m, action, codes)
		}
	}
	fresh := memberKey(9, 9)
	rekey := member.Rekey{Member: 5, Key: fresh.Public(), Possession: fresh.Possession(rigChain, 3)}
	chair := office.Appoint{Member: 2, Office: charter.Chair} // so that there are two officers
	for n, motion := range []ballot.Propose{
		{Kind: 4, Title: "A chair", Action: []ballot.Carried{{Kind: office.KindAppoint, Payload: tx.Encode(chair)}}},
		{Kind: 3, Title: "A lost key", Action: []ballot.Carried{{Kind: member.KindRekey, Payload: tx.Encode(rekey)}}},
	} {
		send(1, ballot.KindPropose, motion)
		for m := range 3 - n {
			send(m+1, ballot.KindCast, ballot.Cast{Motion: ballot.Number(n + 1), Paper: ballot.Yes.Paper()})
		}
	}
	r.block()
	raw, _, err := c.Receipt(t.Context(), "member", receipt.Subject{Coop: 3, Member: 5}, 0, receipt.Trust{})
	check(t, err)
	got, err := receipt.Verify(raw, genesisTrust(t, r))
	check(t, err)
	want := "Others gave it the key " + fresh.Public().String() + " on 2026-11-02 09:07 UTC, by operation 6: it acts from 2026-11-17 on, and is void as soon as the other signs anything."
	if last := got.Statement[len(got.Statement)-1]; last != want {
		t.Errorf("it says %s\nwant %s", strings.Join(got.Statement, "\n"), want)
	}
}

// provedBy is a block and the prover of the state that it vouches for.
func provedBy(t *testing.T, c *Client, height uint64) (light.Block, receipt.Prover) {
	t.Helper()
	block, read, err := c.sealed(t.Context(), height)
	check(t, err)
	return block, proved{t.Context(), c, block, read}.prove
}

// lightly reads what the engine's types hold with the code that verifies it.
func lightly(t *testing.T, h *types.Header, s signers) light.Block {
	t.Helper()
	var b light.Block
	raw, err := cmtjson.Marshal(h)
	check(t, err)
	check(t, b.Header.UnmarshalJSON(raw))
	raw, err = cmtjson.Marshal(s.sign(t, h))
	check(t, err)
	check(t, b.Commit.UnmarshalJSON(raw))
	b.Validators, err = equalSet(s.set.Validators)
	check(t, err)
	return b
}

// TestOtherFederation verifies a receipt that is sound in itself, signed by
// validators who are not the trusted ones.
func TestOtherFederation(t *testing.T) {
	r := decided(t)
	subject := receipt.Subject{Coop: 1, Member: 1}
	raw, _, err := r.dial().Receipt(t.Context(), "member", subject, 0, receipt.Trust{})
	check(t, err)
	_, prove := provedBy(t, r.dial(), 0)

	// A forger signs the same header with keys of its own.
	var keys []cmted25519.PrivKey
	for i := range rigCoops {
		keys = append(keys, cmted25519.GenPrivKeyFromSecret([]byte{byte(i)}))
	}
	signed := func(s signers) []byte {
		h := *r.sealed[len(r.sealed)-1].Header
		h.ValidatorsHash = s.set.Hash()
		raw, err := receipt.Make("member", subject, lightly(t, &h, s), prove)
		check(t, err)
		return raw
	}
	forged := newSigners(keys...)
	fake := signed(forged)
	got, err := receipt.Verify(fake, receipt.Trust{})
	check(t, err)
	same(t, "anchored without trust", got.Anchored, false)
	same(t, "fingerprint", got.Fingerprint, hex.EncodeToString(forged.set.Hash()))
	trust := genesisTrust(t, r)
	for name, row := range map[string]struct {
		raw   []byte
		trust receipt.Trust
		part  string // what is refuted; empty if it is only not tied to those who are trusted
	}{
		"genesis":                    {fake, trust, ""},
		"fingerprint":                {fake, receipt.Trust{Fingerprint: r.set.Hash()}, ""},
		"chain":                      {fake, receipt.Trust{Chain: "other-1"}, "chain"},
		"same validators, chain":     {raw, receipt.Trust{Chain: "other-1", Fingerprint: r.set.Hash()}, "chain"},
		"same chain, no fingerprint": {raw, receipt.Trust{Chain: rigChain}, ""},
	} {
		_, err := receipt.Verify(row.raw, row.trust)
		refuted, ok := errors.AsType[*light.Refuted](err)
		if isUntied(err) != (row.part == "") || ok && refuted.Part != row.part {
			t.Errorf("against %s: %v", name, err)
		}
	}

	// Three of four founders and a newcomer are vouched for; two are not.
	for kept, want := range map[int]bool{3: true, 2: false} {
		mixed := newSigners(append(slices.Clone(r.keys[:kept]), keys[kept:]...)...)
		got, err := receipt.Verify(signed(mixed), trust)
		if (err == nil) != want {
			t.Errorf("%d of 4 founders signed: %v", kept, err)
		}
		if err == nil {
			same(t, "founders who signed", [2]int{got.Trusted, got.TrustedOf}, [2]int{3, 4})
		}
	}
}
