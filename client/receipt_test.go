package client

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/tx"
)

// decided is a rig in which co-op 2 has carried one motion, by members 1 to 3
// against member 4, while member 5 cast nothing; a second motion is open.
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
	r.block() // carries the app hash of the one before
	return r
}

func genesisTrust(t testing.TB, r *rig) Trust {
	t.Helper()
	trust, err := TrustGenesis(r.genesis)
	check(t, err)
	return trust
}

func TestReceiptsSayWhatIsOnTheLedger(t *testing.T) {
	r := decided(t)
	c := r.dial()
	trust := genesisTrust(t, r)
	for _, row := range []struct {
		name, kind string
		subject    Subject
		want       []string
	}{
		{"active", "member", Subject{Coop: 2, Member: 2}, []string{
			"Member 2 of co-op 2, “Bakers & Co” is an active member, in class 1 (member).",
			"So it has been since 2 November 2026, 09:00 UTC, by operation 2 on the register.",
			"Its key is " + memberKey(2, 2).Public().String() + ".",
		}},
		{"left", "member", Subject{Coop: 2, Member: 3}, []string{
			"Member 3 of co-op 2, “Bakers & Co” is a former member, in class 1 (member).",
			"So it has been since 2 November 2026, 09:08 UTC, by operation 6 on the register.",
			"It was entered on 2 November 2026, 09:00 UTC as an active member.",
			"Its key is " + memberKey(2, 3).Public().String() + ".",
		}},
		{"no member", "member", Subject{Coop: 2, Member: 6}, []string{
			"There is no member 6 on the register of co-op 2, “Bakers & Co”.",
		}},
		{"cast", "cast", Subject{Coop: 2, Member: 4, Motion: 1}, []string{
			"Motion 1 of co-op 2, “Bakers & Co” is “Buy the mill & the <pond>”.",
			"Member 4 cast “no” on it.",
			"The motion is closed and was carried.",
		}},
		{"not cast", "cast", Subject{Coop: 2, Member: 5, Motion: 1}, []string{
			"Motion 1 of co-op 2, “Bakers & Co” is “Buy the mill & the <pond>”.",
			"Member 5 has cast nothing on it.",
			"The motion is closed and was carried.",
		}},
		{"not cast yet", "cast", Subject{Coop: 2, Member: 2, Motion: 2}, []string{
			"Motion 2 of co-op 2, “Bakers & Co” is “Paint the gate”.",
			"Member 2 has cast nothing on it so far.",
			"The motion is open until 30 November 2026, 09:07 UTC at the latest.",
		}},
		{"no motion", "cast", Subject{Coop: 2, Member: 5, Motion: 3}, []string{
			"There is no motion 3 of co-op 2, “Bakers & Co”.",
		}},
		{"decision", "decision", Subject{Coop: 2, Motion: 1}, []string{
			"Motion 1 of co-op 2, “Bakers & Co” is “Buy the mill & the <pond>”.",
			"It was put on 2 November 2026, 09:02 UTC, as a motion of the kind “written resolution”.",
			"The text sent to members has the SHA-256 digest " + strings.Repeat("0", 64) + ".",
			"It was carried at block 6: 3 yes, 1 no, 0 abstained, 0 blank, 0 spoiled, of 5 entitled to cast.",
			"To be carried it needed more than 1/2 of all members, and 1/2 of those entitled, no fewer than 2, to take part.",
		}},
		{"holding", "holding", Subject{Coop: 2, Member: 4, Class: 1}, []string{
			"Member 4 of co-op 2, “Bakers & Co” holds 120 shares of class 1, “member share”, of par 10.00 EUR.",
			"That is 1,200.00 EUR of share capital.",
			"So it has been since operation 1 on the register of shares. 1 more share is subscribed for and not issued yet.",
		}},
		{"nothing held", "holding", Subject{Coop: 2, Member: 5, Class: 1}, []string{
			"Member 5 of co-op 2, “Bakers & Co” holds no shares of class 1, “member share”, of par 10.00 EUR.",
		}},
		{"no class", "holding", Subject{Coop: 2, Member: 5, Class: 7}, []string{
			"There is no class 7 of shares of co-op 2, “Bakers & Co”.",
		}},
		{"no holder", "holding", Subject{Coop: 2, Member: 6, Class: 1}, []string{
			"There is no member 6 on the register of co-op 2, “Bakers & Co”.",
		}},
		{"no period", "allocation", Subject{Coop: 2, Member: 5, Period: 1}, []string{
			"There is no period 1 of co-op 2, “Bakers & Co”.",
		}},
		{"no decision", "decision", Subject{Coop: 2, Motion: 2}, []string{
			"Motion 2 of co-op 2, “Bakers & Co” is “Paint the gate”.",
			"It was put on 2 November 2026, 09:07 UTC, as a motion of the kind “written resolution”.",
			"The motion is open until 30 November 2026, 09:07 UTC at the latest.",
			"It has decided nothing.",
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			raw, _, err := c.Receipt(t.Context(), row.kind, row.subject, 0, Trust{})
			check(t, err)
			got, err := Verify(raw, trust)
			check(t, err)
			if !slices.Equal(got.Statement, row.want) {
				t.Errorf("it says\n%s\nwant\n%s", strings.Join(got.Statement, "\n"), strings.Join(row.want, "\n"))
			}
			same(t, "anchored", got.Anchored, true)
			same(t, "signed", [4]int{got.Signed, got.Validators, got.Trusted, got.TrustedOf}, [4]int{4, 4, 4, 4})
			same(t, "height", got.Height, uint64(len(r.sealed)-1))
			same(t, "time", got.Time.Format(time.DateTime), r.time.Format(time.DateTime))
		})
	}
}

func TestReceiptAtAnOlderHeight(t *testing.T) {
	r := decided(t)
	raw, _, err := r.dial().Receipt(t.Context(), "decision", Subject{Coop: 2, Motion: 1}, 5, Trust{})
	check(t, err)
	got, err := Verify(raw, genesisTrust(t, r))
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
	_, got, err := c.Receipt(t.Context(), "member", Subject{Coop: 1, Member: 1}, 0, Trust{})
	check(t, err)
	same(t, "height", got.Height, uint64(len(r.sealed)-1))
	raw, err := signer(1, 5).Sign(t.Context(), c, member.KindResign, member.Resign{Member: 5})
	check(t, err)
	r.block(raw)
	changed := uint64(len(r.sealed))
	time.AfterFunc(2*sealPause, func() { r.block() })
	_, got, err = c.Receipt(t.Context(), "member", Subject{Coop: 1, Member: 5}, 0, Trust{})
	check(t, err)
	same(t, "height after a change", got.Height, changed)
}

// TestReceiptOfTheFounding proves founding records from the first block's own
// header, without waiting for a second block.
func TestReceiptOfTheFounding(t *testing.T) {
	r := newRig(t)
	time.AfterFunc(2*sealPause, func() { r.block() })
	raw, got, err := r.dial().Receipt(t.Context(), "member", Subject{Coop: 4, Member: 5}, 0, genesisTrust(t, r))
	check(t, err)
	same(t, "height", got.Height, uint64(0))
	refuses(t, slices.Replace(slices.Clone(raw), 40, 41, 'x'), Trust{}, "a byte changed")
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
		subject Subject
		want    error
	}{
		{"wish", Subject{Coop: 1, Member: 1}, ErrSubject},
		{"member", Subject{Member: 1}, ErrSubject},
		{"member", Subject{Coop: 1}, ErrSubject},
		{"member", Subject{Coop: 1, Member: 1, Motion: 1}, ErrSubject},
		{"cast", Subject{Coop: 1, Member: 1}, ErrSubject},
		{"member", Subject{Coop: 9, Member: 1}, federation.ErrUnknown},
	} {
		if _, _, err := c.Receipt(t.Context(), row.kind, row.subject, 0, Trust{}); !errors.Is(err, row.want) {
			t.Errorf("%s of %+v: %v", row.kind, row.subject, err)
		}
	}
}

// refuses fails the test unless Verify refuses raw, and returns how.
func refuses(t *testing.T, raw []byte, trust Trust, what string, args ...any) error {
	t.Helper()
	_, err := Verify(raw, trust)
	var refuted *Refuted
	if err == nil {
		t.Errorf("accepted: "+what, args...)
	} else if !errors.Is(err, ErrReceipt) && !errors.As(err, &refuted) {
		t.Errorf(what+": %v is neither unreadable nor refuted", append(args, err)...)
	}
	return err
}

// TestChangedBytes changes and drops every byte of a receipt that rests on
// proofs of existence and of absence. Not one change may pass, even without a
// genesis file.
func TestChangedBytes(t *testing.T) {
	r := decided(t)
	raw, _, err := r.dial().Receipt(t.Context(), "cast", Subject{Coop: 2, Member: 5, Motion: 2}, 0, Trust{})
	check(t, err)
	step := 1
	if testing.Short() {
		step = 17
	}
	tried := 0
	for i := 0; i < len(raw); i += step {
		for _, to := range []byte{raw[i] ^ 1, raw[i] ^ 0x20, ' '} {
			if to == raw[i] {
				continue
			}
			changed := slices.Clone(raw)
			changed[i] = to
			refuses(t, changed, Trust{}, "byte %d changed from %q to %q", i, raw[i], to)
			tried++
		}
		refuses(t, slices.Delete(slices.Clone(raw), i, i+1), Trust{}, "byte %d dropped", i)
		tried++
		if i%16 == 0 {
			refuses(t, slices.Insert(slices.Clone(raw), i, ' '), Trust{}, "space before byte %d", i)
			tried++
		}
	}
	refuses(t, append(slices.Clone(raw), '\n'), Trust{}, "a line added")
	t.Logf("%d bytes, %d changes, none accepted", len(raw), tried)
}

// TestChangedFields changes each field and writes the receipt anew in its own
// form, as a forger would. Each is refuted by name.
func TestChangedFields(t *testing.T) {
	r := decided(t)
	raw, _, err := r.dial().Receipt(t.Context(), "cast", Subject{Coop: 2, Member: 4, Motion: 1}, 0, Trust{})
	check(t, err)
	other, _, err := r.dial().Receipt(t.Context(), "cast", Subject{Coop: 2, Member: 1, Motion: 1}, 0, Trust{})
	check(t, err)
	donor, _, err := readReceipt(other)
	check(t, err)
	stranger := cmted25519.GenPrivKeyFromSecret([]byte("stranger"))

	header := func(change func(h *types.Header)) func(*receipt) {
		return func(rc *receipt) {
			var h types.Header
			check(t, cmtjson.Unmarshal(rc.Header, &h))
			change(&h)
			rc.Header, err = cmtjson.Marshal(h)
			check(t, err)
		}
	}
	commit := func(change func(c *types.Commit)) func(*receipt) {
		return func(rc *receipt) {
			var c types.Commit
			check(t, cmtjson.Unmarshal(rc.Commit, &c))
			change(&c)
			rc.Commit, err = cmtjson.Marshal(c)
			check(t, err)
		}
	}
	flip := func(b []byte) { b[len(b)/2] ^= 4 }
	rows := []struct {
		name   string
		change func(*receipt)
		part   string
	}{
		{"format", func(rc *receipt) { rc.Format = "rochdale-receipt-1" }, ""},
		{"kind", func(rc *receipt) { rc.Kind = "decision" }, "subject"},
		{"unknown kind", func(rc *receipt) { rc.Kind = "wish" }, "subject"},
		{"chain", func(rc *receipt) { rc.Chain = "anytown-2" }, "chain"},
		{"height", func(rc *receipt) { rc.Height++ }, "height"},
		{"co-op", func(rc *receipt) { rc.Subject.Coop = 1 }, "record 1"},
		{"member", func(rc *receipt) { rc.Subject.Member = 1 }, "record 4"},
		{"motion", func(rc *receipt) { rc.Subject.Motion = 2 }, "record 2"},
		{"a number that is not asked for", func(rc *receipt) { rc.Subject.Class = 1 }, "subject"},
		{"words", func(rc *receipt) { rc.Statement[1] = "Member 4 cast “yes” on it." }, "statement"},
		{"fewer words", func(rc *receipt) { rc.Statement = rc.Statement[:2] }, "statement"},
		{"key of a record", func(rc *receipt) { rc.Records[4].Key = rc.Records[0].Key }, "record 5"},
		{"value of a record", func(rc *receipt) { flip(rc.Records[4].Value) }, "record 5"},
		{"proof of a record", func(rc *receipt) { flip(rc.Records[4].Proof) }, "record 5"},
		{"a proof with more in it", func(rc *receipt) { rc.Records[4].Proof = append(rc.Records[4].Proof, 0x78, 1) }, "record 5"},
		{"record hidden", func(rc *receipt) { rc.Records[4].Value = nil }, "record 5"},
		{"record left out", func(rc *receipt) { rc.Records = rc.Records[:4] }, "records"},
		{"record too many", func(rc *receipt) { rc.Records = append(rc.Records, rc.Records[0]) }, "records"},
		{"another's record", func(rc *receipt) { rc.Records[3] = donor.Records[3] }, "record 4"},
		{"time", header(func(h *types.Header) { h.Time = h.Time.Add(1) }), "header"},
		{"app hash", header(func(h *types.Header) { flip(h.AppHash) }), "header"},
		{"proposer", header(func(h *types.Header) { flip(h.ProposerAddress) }), "header"},
		{"header's validators", header(func(h *types.Header) { flip(h.ValidatorsHash) }), "validators"},
		{"header's version", header(func(h *types.Header) { h.Version.Block++ }), "header"},
		{"commit's height", commit(func(c *types.Commit) { c.Height++ }), "commit"},
		{"commit's round", commit(func(c *types.Commit) { c.Round++ }), "commit"},
		{"commit's block", commit(func(c *types.Commit) { flip(c.BlockID.Hash) }), "header"},
		{"commit's parts", commit(func(c *types.Commit) { flip(c.BlockID.PartSetHeader.Hash) }), "commit"},
		{"a signature", commit(func(c *types.Commit) { flip(c.Signatures[3].Signature) }), "commit"},
		{"a signature's time", commit(func(c *types.Commit) { c.Signatures[3].Timestamp = c.Signatures[3].Timestamp.Add(1) }), "commit"},
		{"a signature's address", commit(func(c *types.Commit) { flip(c.Signatures[3].ValidatorAddress) }), "commit"},
		{"a signature for nothing", commit(func(c *types.Commit) { c.Signatures[3].BlockIDFlag = types.BlockIDFlagNil }), "commit"},
		{"something in an absent signature", commit(func(c *types.Commit) {
			c.Signatures[3] = types.CommitSig{BlockIDFlag: types.BlockIDFlagAbsent, Signature: []byte{1}}
		}), "commit"},
		{"only two signatures", commit(func(c *types.Commit) {
			c.Signatures[0], c.Signatures[1] = types.NewCommitSigAbsent(), types.NewCommitSigAbsent()
		}), "commit"},
		{"fewer signatures than validators", commit(func(c *types.Commit) { c.Signatures = c.Signatures[:3] }), "commit"},
		{"a validator's address", func(rc *receipt) { rc.Validators[0].Address = rc.Validators[1].Address }, "validators"},
		{"a validator's key", func(rc *receipt) { rc.Validators[0].Key = stranger.PubKey().Bytes() }, "validators"},
		{"a validator twice", func(rc *receipt) { rc.Validators[0] = rc.Validators[1] }, ""},
		{"a short key", func(rc *receipt) { rc.Validators[0].Key = rc.Validators[0].Key[1:] }, ""},
		{"no validators", func(rc *receipt) { rc.Validators = nil }, ""},
		{"order of validators", func(rc *receipt) { slices.Reverse(rc.Validators) }, "validators"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var rc receipt
			check(t, json.Unmarshal(raw, &rc))
			row.change(&rc)
			changed, err := rc.encode()
			check(t, err)
			err = refuses(t, changed, Trust{}, row.name)
			var refuted *Refuted
			switch {
			case row.part == "" && !errors.Is(err, ErrReceipt):
				t.Errorf("readable: %v", err)
			case row.part != "" && (!errors.As(err, &refuted) || refuted.Part != row.part):
				t.Errorf("got %v, want the %s named", err, row.part)
			}
		})
	}
}

// TestOtherFederation verifies a receipt that is sound in itself, signed by
// validators who are not the trusted ones.
func TestOtherFederation(t *testing.T) {
	r := decided(t)
	raw, _, err := r.dial().Receipt(t.Context(), "member", Subject{Coop: 1, Member: 1}, 0, Trust{})
	check(t, err)
	rc, s, err := readReceipt(raw)
	check(t, err)

	// A forger signs the same header with keys of its own.
	var keys []cmted25519.PrivKey
	for i := range rigCoops {
		keys = append(keys, cmted25519.GenPrivKeyFromSecret([]byte{byte(i)}))
	}
	forged := newSigners(keys...)
	h := *s.header
	h.ValidatorsHash = forged.set.Hash()
	fake, err := writeReceipt(rc.Kind, rc.Subject, rc.Statement, rc.Records, seal{&h, forged.sign(t, &h), forged.set})
	check(t, err)
	got, err := Verify(fake, Trust{})
	check(t, err)
	same(t, "anchored without trust", got.Anchored, false)
	same(t, "fingerprint", got.Fingerprint, hex.EncodeToString(forged.set.Hash()))
	trust := genesisTrust(t, r)
	for name, row := range map[string]struct {
		raw   []byte
		trust Trust
		part  string
	}{
		"genesis":                    {fake, trust, "validators"},
		"fingerprint":                {fake, Trust{Fingerprint: r.set.Hash()}, "validators"},
		"chain":                      {fake, Trust{Chain: "other-1"}, "chain"},
		"same validators, chain":     {raw, Trust{Chain: "other-1", Fingerprint: r.set.Hash()}, "chain"},
		"same chain, no fingerprint": {raw, Trust{Chain: rigChain}, "validators"},
	} {
		err := refuses(t, row.raw, row.trust, "against %s", name)
		var refuted *Refuted
		if !errors.As(err, &refuted) || refuted.Part != row.part {
			t.Errorf("against %s: %v", name, err)
		}
	}

	// Three of four founders and a newcomer are vouched for; two are not.
	for kept, want := range map[int]bool{3: true, 2: false} {
		mixed := newSigners(append(slices.Clone(r.keys[:kept]), keys[kept:]...)...)
		h.ValidatorsHash = mixed.set.Hash()
		raw, err := writeReceipt(rc.Kind, rc.Subject, rc.Statement, rc.Records, seal{&h, mixed.sign(t, &h), mixed.set})
		check(t, err)
		got, err := Verify(raw, trust)
		if (err == nil) != want {
			t.Errorf("%d of 4 founders signed: %v", kept, err)
		}
		if err == nil {
			same(t, "founders who signed", [2]int{got.Trusted, got.TrustedOf}, [2]int{3, 4})
		}
	}
	if _, err := TrustGenesis([]byte("{}")); !errors.Is(err, ErrGenesis) {
		t.Errorf("an empty genesis: %v", err)
	}
	powerful := bytes.Replace(r.genesis, []byte(`"power": "3"`), []byte(`"power": "2"`), 1)
	if _, err := TrustGenesis(powerful); !errors.Is(err, ErrGenesis) || bytes.Equal(powerful, r.genesis) {
		t.Errorf("a validator of power two: %v", err)
	}
	if _, err := TrustValidators("abc"); err == nil {
		t.Error("a short fingerprint is taken")
	}
}

func TestAtProved(t *testing.T) {
	r := decided(t)
	c := r.dial()
	trust := genesisTrust(t, r)
	at, err := c.AtProved(t.Context(), 0, trust)
	check(t, err)
	rec, err := member.Find(at.Of(2), 3)
	check(t, err)
	same(t, "standing", rec.Standing(), member.Left)
	if _, err := member.Find(at.Of(2), 77); !errors.Is(err, member.ErrUnknown) {
		t.Errorf("absence: %v", err)
	}
	same(t, "time", at.Time(), r.time.Add(-time.Minute).Unix())
	err = member.Range(at.Of(2), 1, 9, func(state.Member, member.Record) (bool, error) { return true, nil })
	if !errors.Is(err, ErrRange) {
		t.Errorf("a range: %v", err)
	}
	if _, err := c.AtProved(t.Context(), 0, Trust{}); !errors.Is(err, ErrTrust) {
		t.Errorf("no trust: %v", err)
	}
	var refuted *Refuted
	if _, err := c.AtProved(t.Context(), 0, Trust{Fingerprint: make([]byte, 32)}); !errors.As(err, &refuted) {
		t.Errorf("other validators: %v", err)
	}
	// A node whose header the validators have not signed.
	last := len(r.sealed) - 1
	honest := r.sealed[last]
	unsigned := *honest.Header
	unsigned.AppHash = make([]byte, 32)
	r.sealed[last] = &types.SignedHeader{Header: &unsigned, Commit: r.sign(t, &unsigned)}
	for i := range r.sealed[last].Commit.Signatures {
		r.sealed[last].Commit.Signatures[i].Signature = honest.Commit.Signatures[i].Signature
	}
	if _, err = c.AtProved(t.Context(), uint64(last), trust); !errors.As(err, &refuted) || refuted.Part != "commit" {
		t.Errorf("a header that nobody signed: %v", err)
	}
	r.sealed[last] = honest
	// A node whose records are not those of its headers.
	r.sealed[len(r.sealed)-1] = func() *types.SignedHeader {
		h := *r.sealed[len(r.sealed)-1].Header
		h.AppHash = make([]byte, 32)
		return &types.SignedHeader{Header: &h, Commit: r.sign(t, &h)}
	}()
	at, err = c.AtProved(t.Context(), uint64(len(r.sealed)-1), trust)
	check(t, err)
	if _, err := member.Find(at.Of(2), 3); !errors.As(err, &refuted) || refuted.Part != "record" {
		t.Errorf("a record that is not the federation's: %v", err)
	}
}
