package receipt

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/client/light"
)

// What the kept receipts say. A receipt is kept for years: every format
// that was ever written has a folder in testdata and is read for ever.
var (
	motionSays = `Motion 1 of co-op 2, "Bakers & Co" is "Buy the mill & the <pond>".`
	closedSays = "The motion is closed and was carried."
	heldSays   = []string{
		`Member 4 of co-op 2, "Bakers & Co" holds 120 shares of class 1, "member share", of par 10.00 EUR.`,
		"That is 1,200.00 EUR of share capital.",
		"Last changed by operation 1 on the register of shares. 1 more share is subscribed for and not issued yet.",
	}
	castSays     = []string{motionSays, `Member 4 cast "no" on it.`, closedSays}
	absenceSays  = []string{motionSays, "Member 5 has cast nothing on it.", closedSays}
	decisionSays = func(put string) []string {
		return []string{
			motionSays,
			"It was put on " + put + ` by member 1, as a motion of the kind "written resolution".`,
			"The text sent to members has the SHA-256 digest " + strings.Repeat("0", 64) + ".",
			"It was carried at block 6: 3 yes, 1 no, 0 abstained, 0 blank, 0 spoiled, of 5 entitled to cast.",
			"To be carried it needed more than half of all members, if at least half of the electorate and 2 members took part.",
		}
	}
	memberSays = func(left, key string) []string {
		return []string{
			`Member 3 of co-op 2, "Bakers & Co" is a former member, in class 1 (member).`,
			"Last changed at " + left + ", by operation 6 on the register.",
			"It was entered on 2026-11-02 09:00 UTC as an active member.",
			"Its key is " + key + ".",
		}
	}
	memberKey = "rochdale1qxmcf0ct2s89jr66a4pcvawdydx9ylz3llzecs7xqpx0hh35762xqtnga55"
	earlySays = map[string][]string{
		"member": memberSays("2026-11-02 09:08 UTC", memberKey), "holding": heldSays, "cast": castSays,
		"absence": absenceSays, "decision": decisionSays("2026-11-02 09:02 UTC"),
	}
	laterSays = map[string][]string{
		"member": memberSays("2026-11-02 09:07 UTC", memberKey), "holding": heldSays, "cast": castSays,
		"absence": absenceSays, "decision": decisionSays("2026-11-02 09:01 UTC"),
		"appointed": {
			`Motion 3 of co-op 2, "Bakers & Co" is "A chair".`,
			`It was put on 2026-11-02 09:12 UTC by member 2, as a motion of the kind "written resolution".`,
			"It was carried at block 16: 3 yes, 0 no, 0 abstained, 0 blank, 0 spoiled, of 4 entitled to cast.",
			"To be carried it needed more than half of all members, if at least half of the electorate and 2 members took part.",
			"It was decided to appoint member 2 chair, and that was done.",
			"- member 2 as chair: not in office → in office",
		},
	}
)

// keptReceipts are by format and file.
var keptReceipts = map[string]map[string][]string{
	"format1": earlySays,
	"format2": earlySays,
	"format3": laterSays,
	"format4": laterSays, // the same with two links
}

func TestKeptReceipts(t *testing.T) {
	for format, files := range keptReceipts {
		trust := keptTrust(t, format)
		version, links := uint64(1), 0
		switch format {
		case "format1", "format2":
			version = 0
		case "format4":
			links = 2
		}
		for name, want := range files {
			got, err := Verify(kept(t, format, name), trust)
			if err != nil {
				t.Errorf("%s/%s: %v", format, name, err)
				continue
			}
			if !slices.Equal(got.Statement, want) {
				t.Errorf("%s/%s says\n%s\nwant\n%s", format, name, strings.Join(got.Statement, "\n"), strings.Join(want, "\n"))
			}
			if got.Format != "rochdale-receipt-"+format[6:] || got.Version != version || got.Newer || !got.Anchored ||
				got.Signed != 4 || got.Validators != 4 || got.Trusted != 4 || got.TrustedOf != 4 || got.Links != links || got.Chain != "anytown-1" {
				t.Errorf("%s/%s: %+v", format, name, got)
			}
			if got.Subject.Coop != 2 || got.Height < 10 || got.Time.Format(time.DateOnly) != "2026-11-02" {
				t.Errorf("%s/%s: %+v", format, name, got)
			}
		}
	}
	folders, err := filepath.Glob("testdata/format*")
	if err != nil || len(folders) != len(keptReceipts) {
		t.Errorf("folders %v, %v; %d are tried", folders, err, len(keptReceipts))
	}
}

func kept(t testing.TB, format, name string) []byte {
	t.Helper()
	return readFile(t, filepath.Join("testdata", format, name+".receipt"))
}

func keptTrust(t testing.TB, format string) Trust {
	t.Helper()
	trust, err := TrustGenesis(readFile(t, filepath.Join("testdata", format, "genesis.json")))
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// refuses fails the test unless Verify refuses raw, and returns how.
func refuses(t *testing.T, raw []byte, trust Trust, what string, args ...any) error {
	t.Helper()
	_, err := Verify(raw, trust)
	if err == nil {
		t.Errorf("accepted: "+what, args...)
	} else if _, refuted := errors.AsType[*Refuted](err); !errors.Is(err, ErrReceipt) && !refuted && !apart(err) {
		t.Errorf(what+": %v is neither unreadable nor refuted nor untied", append(args, err)...)
	}
	return err
}

// apart says whether err is that validators cannot be tied to the trusted ones.
func apart(err error) bool {
	_, untied := errors.AsType[*Untied](err)
	return untied
}

// wordsIn is where the words of a file stand.
func wordsIn(t *testing.T, raw []byte) (from, to int) {
	t.Helper()
	for _, name := range []string{"words", "statement"} {
		if i := bytes.Index(raw, []byte(`"`+name+`": [`)); i >= 0 {
			from = i + len(name) + 4
			return from, from + bytes.Index(raw[from:], []byte("]")) + 1
		}
	}
	t.Fatal("no words")
	return 0, 0
}

// TestChangedBytes changes and drops every byte of receipts of every format that
// rest on proofs of existence and of absence. No change may pass, even without a
// genesis file, but one of words, and that one changes nothing that is proved.
func TestChangedBytes(t *testing.T) {
	for format := range keptReceipts {
		raw := kept(t, format, "absence")
		good, err := Verify(raw, Trust{})
		if err != nil {
			t.Fatal(err)
		}
		from, to := wordsIn(t, raw)
		tried, harmless := 0, 0
		try := func(at int, changed []byte, what string, args ...any) {
			tried++
			if at < from || at >= to {
				refuses(t, changed, Trust{}, what, args...)
				return
			}
			got, err := Verify(changed, Trust{})
			if err == nil {
				harmless++
			}
			if err == nil && !got.OtherWords {
				t.Errorf(what+": it does not say that the words are others", args...)
			}
			got.OtherWords = good.OtherWords // all else is as it was
			if err == nil && fmt.Sprint(got) != fmt.Sprint(good) {
				t.Errorf(what+": it proves %+v", append(args, got)...)
			}
		}
		step := 1
		switch {
		case testing.Short():
			step = 17
		case format == "format4": // three times as large, with links
			step = 23
		case format != "format3": // the same code reads them
			step = 7
		}
		for i := 0; i < len(raw); i += step {
			for _, b := range []byte{raw[i] ^ 1, raw[i] ^ 0x20, ' '} {
				if b != raw[i] {
					changed := bytes.Clone(raw)
					changed[i] = b
					try(i, changed, "%s: byte %d changed from %q to %q", format, i, raw[i], b)
				}
			}
			try(i, slices.Delete(bytes.Clone(raw), i, i+1), "%s: byte %d dropped", format, i)
			if i%16 == 0 && i != from {
				try(i, slices.Insert(bytes.Clone(raw), i, ' '), "%s: space before byte %d", format, i)
			}
		}
		refuses(t, append(bytes.Clone(raw), '\n'), Trust{}, "a line added")
		if harmless < 10 {
			t.Errorf("%s: only %d changes of words were harmless", format, harmless)
		}
		t.Logf("%s: %d bytes, %d changes, %d of words harmless, no other accepted", format, len(raw), tried, harmless)
	}
}

// TestChangedFields changes each field and writes the receipt again in its own
// form, as a forger would. Each is refuted by name.
func TestChangedFields(t *testing.T) {
	for format := range keptReceipts {
		first := 0 // the records after the Head
		if format == "format3" || format == "format4" {
			first = 1
		}
		nth := func(n int) string { return fmt.Sprintf("record %d", first+n) }
		record := func(f *file, n int) *record { return &f.Records[first+n-1] }
		donor, _, err := read(kept(t, format, "holding"))
		if err != nil {
			t.Fatal(err)
		}
		for name, row := range map[string]struct {
			change func(*file)
			part   string
		}{
			"unknown format":                 {func(f *file) { f.Format = "rochdale-receipt-5" }, ""},
			"kind":                           {func(f *file) { f.Kind, f.Subject.Member = "decision", 0 }, "records"},
			"unknown kind":                   {func(f *file) { f.Kind = "wish" }, "subject"},
			"chain":                          {func(f *file) { f.Chain = "anytown-2" }, "chain"},
			"height":                         {func(f *file) { f.Height++ }, "height"},
			"co-op":                          {func(f *file) { f.Subject.Coop = 1 }, nth(1)},
			"member":                         {func(f *file) { f.Subject.Member = 1 }, nth(4)},
			"motion":                         {func(f *file) { f.Subject.Motion = 2 }, nth(2)},
			"a number that is not asked for": {func(f *file) { f.Subject.Class = 1 }, "subject"},
			"key of a record":                {func(f *file) { record(f, 5).Key = record(f, 1).Key }, nth(5)},
			"key in capitals":                {func(f *file) { record(f, 5).Key = strings.ToUpper(record(f, 5).Key) + "A" }, nth(5)},
			"value of a record":              {func(f *file) { flip(record(f, 5).Value) }, nth(5)},
			"proof of a record":              {func(f *file) { flip(record(f, 5).Proof) }, nth(5)},
			"a proof with more in it":        {func(f *file) { record(f, 5).Proof = append(record(f, 5).Proof, 0x78, 1) }, nth(5)},
			"record hidden":                  {func(f *file) { record(f, 5).Value = nil }, nth(5)},
			"record left out":                {func(f *file) { f.Records = f.Records[:first+4] }, "records"},
			"first record left out":          {func(f *file) { f.Records = f.Records[1:] }, "record 1"},
			"record too many":                {func(f *file) { f.Records = append(f.Records, f.Records[0]) }, "records"},
			"another's record":               {func(f *file) { *record(f, 4) = donor.Records[first+1] }, nth(4)},
			"time":                           {func(f *file) { f.Header.Time = f.Header.Time.Add(1) }, "header"},
			"app hash":                       {func(f *file) { flip(f.Header.AppHash) }, "header"},
			"proposer":                       {func(f *file) { flip(f.Header.ProposerAddress) }, "header"},
			"header's validators":            {func(f *file) { flip(f.Header.ValidatorsHash) }, "validators"},
			"header's version":               {func(f *file) { f.Header.Version.Block++ }, "header"},
			"commit's height":                {func(f *file) { f.Commit.Height++ }, "commit"},
			"commit's round":                 {func(f *file) { f.Commit.Round++ }, "commit"},
			"commit's block":                 {func(f *file) { flip(f.Commit.BlockID.Hash) }, "header"},
			"commit's parts":                 {func(f *file) { flip(f.Commit.BlockID.Parts.Hash) }, "commit"},
			"a signature":                    {func(f *file) { flip(f.Commit.Signatures[3].Signature) }, "commit"},
			"a signature's time":             {func(f *file) { f.Commit.Signatures[3].Time = f.Commit.Signatures[3].Time.Add(1) }, "commit"},
			"a signature's address":          {func(f *file) { flip(f.Commit.Signatures[3].Validator) }, "commit"},
			"a signature for nothing":        {func(f *file) { f.Commit.Signatures[3].Flag = light.Nil }, "commit"},
			"something in an absent one": {func(f *file) {
				f.Commit.Signatures[3] = light.CommitSig{Flag: light.Absent, Signature: []byte{1}}
			}, "commit"},
			"only two signatures": {func(f *file) {
				f.Commit.Signatures[0], f.Commit.Signatures[1] = light.CommitSig{Flag: light.Absent}, light.CommitSig{Flag: light.Absent}
			}, "commit"},
			"fewer signatures than validators": {func(f *file) { f.Commit.Signatures = f.Commit.Signatures[:3] }, "commit"},
			"a validator's address":            {func(f *file) { f.Validators[0].Address = f.Validators[1].Address }, "validators"},
			"a validator's key":                {func(f *file) { f.Validators[0].Key = bytes.Repeat([]byte{7}, 32) }, "validators"},
			"keys of two validators exchanged": {func(f *file) {
				f.Validators[0].Key, f.Validators[1].Key = f.Validators[1].Key, f.Validators[0].Key
			}, "validators"},
			"a validator twice":      {func(f *file) { f.Validators[0] = f.Validators[1] }, ""},
			"a short key":            {func(f *file) { f.Validators[0].Key = f.Validators[0].Key[1:] }, ""},
			"no validators":          {func(f *file) { f.Validators = nil }, ""},
			"order of validators":    {func(f *file) { slices.Reverse(f.Validators) }, "validators"},
			"words that are no list": {func(f *file) { f.Words = []byte(`"yes"`) }, ""},
		} {
			f, _, err := read(kept(t, format, "cast"))
			if err != nil {
				t.Fatal(err)
			}
			row.change(&f)
			changed, err := f.encode()
			if err != nil {
				t.Fatal(err)
			}
			err = refuses(t, changed, Trust{}, "%s: %s", format, name)
			refuted, ok := errors.AsType[*Refuted](err)
			switch {
			case row.part == "" && !errors.Is(err, ErrReceipt):
				t.Errorf("%s: %s: readable: %v", format, name, err)
			case row.part != "" && (!ok || refuted.Part != row.part):
				t.Errorf("%s: %s: got %v, want the %s named", format, name, err, row.part)
			}
		}
	}
}

func flip(b []byte) { b[len(b)/2] ^= 4 }

// TestWordsAreNotLookedAt writes other words into a file: it proves what it proved.
func TestWordsAreNotLookedAt(t *testing.T) {
	for format := range keptReceipts {
		for _, words := range []string{`["Member 4 cast \"yes\" on it."]`, `[]`, "[\"\\u0008\u2028\xff\"]"} {
			f, _, err := read(kept(t, format, "cast"))
			if err != nil {
				t.Fatal(err)
			}
			f.Words = []byte(words)
			raw, err := f.encode()
			if err != nil {
				t.Fatal(err)
			}
			got, err := Verify(raw, keptTrust(t, format))
			if err != nil || !slices.Equal(got.Statement, castSays) || !got.OtherWords {
				t.Errorf("%s with words %q: %q, %v", format, words, got.Statement, err)
			}
		}
	}
}

// TestFormatsAreApart: a receipt of one format is none of another. Formats 1 and 2
// differ in words only.
func TestFormatsAreApart(t *testing.T) {
	for format := range keptReceipts {
		for _, other := range []string{Format1, Format2, Format, FormatLinked} {
			f, _, err := read(kept(t, format, "cast"))
			if err != nil {
				t.Fatal(err)
			}
			was := f.early()
			f.Format = other
			raw, err := f.encode()
			if err != nil {
				t.Fatal(err)
			}
			_, err = Verify(raw, Trust{})
			if !f.early() && (len(f.Links) > 0) != (other == FormatLinked) {
				if !errors.Is(err, ErrReceipt) {
					t.Errorf("%s as %s: %v", format, other, err)
				}
				continue
			}
			if _, refuted := errors.AsType[*Refuted](err); refuted != (was != f.early()) || err != nil && !refuted {
				t.Errorf("%s as %s: %v", format, other, err)
			}
		}
	}
}

// TestCutAndOtherFiles gives a verifier every beginning of a receipt, and files
// that are none. Each is refused in words that say what it is.
func TestCutAndOtherFiles(t *testing.T) {
	raw := kept(t, "format3", "decision")
	step := 1
	if testing.Short() {
		step = 17
	}
	for n := 1; n < len(raw); n += step {
		err := refuses(t, raw[:n], Trust{}, "the first %d of %d bytes", n, len(raw))
		if err != nil && n < len(raw)-2 && !strings.Contains(err.Error(), "it is cut short after ") {
			t.Fatalf("the first %d bytes: %v", n, err)
		}
	}
	known := `known are ["rochdale-receipt-1" "rochdale-receipt-2" "rochdale-receipt-3" "rochdale-receipt-4"]`
	for _, row := range []struct {
		name string
		raw  []byte
		want string
	}{
		{"empty", nil, "not a receipt: it is empty"},
		{"text", []byte("Dear member"), "not a receipt: byte 1: invalid character 'D' looking for beginning of value"},
		{"another shape", []byte(`{"format": 3}`), "not a receipt: byte 12: a number where format needs another thing"},
		{"another shape inside", []byte(`{"format": "rochdale-receipt-3", "height": "two"}`), "not a receipt: byte 48: a string where height needs another thing"},
		{"another JSON", []byte(`{"price": 2}`), "not a receipt: it names no format"},
		{"a field more", []byte(`{"format": "rochdale-receipt-3", "price": 2}`), `not a receipt: json: unknown field "price"`},
		{"a format to come", []byte(`{"format": "rochdale-receipt-5"}`), `not a receipt that this program can read: its format is "rochdale-receipt-5", ` + known},
		{"no format that ever was", []byte(`{"format": "rochdale-receipt-0"}`), `not a receipt that this program can read: its format is "rochdale-receipt-0", ` + known},
		{"huge", bytes.Repeat([]byte(" "), MaxSize+1), "not a receipt: 4194305 bytes, at most 4194304 can be"},
	} {
		if err := refuses(t, row.raw, Trust{}, row.name); err != nil && err.Error() != row.want {
			t.Errorf("%s: %v, want %s", row.name, err, row.want)
		}
	}
}

// TestTrust reads what a verifier may be given.
func TestTrust(t *testing.T) {
	genesis := readFile(t, "testdata/format3/genesis.json")
	trust := keptTrust(t, "format3")
	fingerprint := hex.EncodeToString(trust.Fingerprint)
	again, err := TrustValidators(fingerprint)
	if err != nil || !bytes.Equal(again.Fingerprint, trust.Fingerprint) || again.Chain != "" || trust.Chain != "anytown-1" {
		t.Errorf("%+v, %v", again, err)
	}
	got, err := Verify(kept(t, "format3", "cast"), again)
	if err != nil || !got.Anchored || got.Fingerprint != fingerprint {
		t.Errorf("by fingerprint: %+v, %v", got, err)
	}
	refuses(t, kept(t, "format3", "cast"), Trust{Fingerprint: make([]byte, 32)}, "other validators")
	again.Chain = "other-1"
	if refuted, ok := errors.AsType[*Refuted](refuses(t, kept(t, "format3", "cast"), again, "another chain")); !ok || refuted.Part != "chain" {
		t.Errorf("another chain: %v", refuted)
	}
	if _, err := TrustGenesis([]byte("{}")); !errors.Is(err, ErrGenesis) {
		t.Errorf("an empty genesis: %v", err)
	}
	powerful := bytes.Replace(genesis, []byte(`"power": "3"`), []byte(`"power": "2"`), 1)
	if _, err := TrustGenesis(powerful); !errors.Is(err, ErrGenesis) || bytes.Equal(powerful, genesis) {
		t.Errorf("a validator of power two: %v", err)
	}
	if _, err := TrustValidators("abc"); err == nil {
		t.Error("a short fingerprint is taken")
	}
}

// FuzzVerify feeds a verifier what is no receipt. Nothing but the receipts
// themselves, whatever their words, may be found to prove anything.
func FuzzVerify(f *testing.F) {
	var known []string
	for format, files := range keptReceipts {
		for name := range files {
			raw := kept(f, format, name)
			proof, err := Verify(raw, Trust{})
			if err != nil {
				f.Fatal(err)
			}
			known = append(known, fmt.Sprint(proof))
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if proof, err := Verify(raw, Trust{}); err == nil && !slices.Contains(known, fmt.Sprint(proof)) {
			t.Errorf("proved by %d bytes that no federation gave: %+v", len(raw), proof)
		}
	})
}
