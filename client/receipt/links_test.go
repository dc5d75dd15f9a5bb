package receipt

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const keptLinks = "testdata/format4/links.json"

// TestKeptLinks: a file of links, the receipts that carry them, and one that does not.
func TestKeptLinks(t *testing.T) {
	trust := keptTrust(t, "format4")
	links, err := ReadLinks(readFile(t, keptLinks))
	if err != nil || len(links.Blocks) != 2 {
		t.Fatalf("%d links, %v", len(links.Blocks), err)
	}
	again, err := WriteLinks("anytown-1", links)
	if err != nil || !bytes.Equal(again, readFile(t, keptLinks)) {
		t.Errorf("written again it is another file, %v", err)
	}
	if err := refuses(t, kept(t, "format4", "bare"), trust, "without links"); !apart(err) ||
		!strings.Contains(err.Error(), "2 of the 4 validators that you trust signed, more than two thirds must") {
		t.Errorf("without links: %v", err)
	}
	with, err := trust.Extend(links)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bare", "cast"} {
		got, err := Verify(kept(t, "format4", name), with)
		if err != nil || !got.Anchored || got.Links != 2 || got.Signed != 4 || !slices.Equal(got.Statement, castSays) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	// The founders' own receipts, of their time.
	if got, err := Verify(kept(t, "format3", "cast"), with); err != nil || got.Links != 0 {
		t.Errorf("of the founders: %+v, %v", got, err)
	}
	if a := with.Anchor(); a.known != nil || a.Chain != trust.Chain {
		t.Errorf("the anchor is %+v", a)
	}
}

// TestChangedLinks changes links in a file and in a receipt, field by field.
func TestChangedLinks(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*[]link)
		part   string // what is refuted; empty if it cannot be read
		says   string
	}{
		"a gap":           {func(l *[]link) { *l = (*l)[:1] }, "link 1", "a link is missing"},
		"a duplicate":     {func(l *[]link) { *l = slices.Insert(*l, 1, (*l)[0]) }, "link 2", "it is link 1 once more"},
		"order":           {func(l *[]link) { slices.Reverse(*l) }, "link 2", "from the oldest to the latest"},
		"chain":           {func(l *[]link) { (*l)[1].Header.ChainID = "x" }, "link 2", ""},
		"height":          {func(l *[]link) { (*l)[1].Header.Height++ }, "link 2", "header: its hash is"},
		"next validators": {func(l *[]link) { flip((*l)[0].Header.NextValidatorsHash) }, "link 1", "header: its hash is"},
		"a signature":     {func(l *[]link) { flip((*l)[0].Commit.Signatures[0].Signature) }, "link 1", "signature 1 is wrong"},
		"no signatures":   {func(l *[]link) { (*l)[0].Commit.Signatures = nil }, "link 1", "commit: "},
		"a key":           {func(l *[]link) { (*l)[1].Validators[2].Key = bytes.Repeat([]byte{7}, 32) }, "validators", "its place belongs to"},
		"a short key":     {func(l *[]link) { (*l)[1].Validators[2].Key = nil }, "", "link 2: a validator's key is not ed25519"},
		"no validators":   {func(l *[]link) { (*l)[1].Validators = nil }, "", "link 2: 0 validators"},
		"too many":        {func(l *[]link) { *l = slices.Repeat(*l, MaxLinks/2+1) }, "", "at most"},
	} {
		f, err := decodeLinks(readFile(t, keptLinks))
		if err != nil {
			t.Fatal(err)
		}
		row.change(&f.Links)
		raw, err := encode(f)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ReadLinks(raw)
		holdRefusal(t, name+" of a file", err, ErrLinks, row.part, row.says)

		r, _, err := read(kept(t, "format4", "cast"))
		if err != nil {
			t.Fatal(err)
		}
		row.change(&r.Links)
		if raw, err = encode(r); err != nil { // not r.encode, which bounds it
			t.Fatal(err)
		}
		_, err = Verify(raw, Trust{})
		if name != "too many" { // of these no receipt can be read at all
			holdRefusal(t, name+" of a receipt", err, ErrReceipt, row.part, row.says)
		} else if !errors.Is(err, ErrReceipt) {
			t.Errorf("%s of a receipt: %v", name, err)
		}
	}
	// What is of the receipt or the file alone.
	r, _, err := read(kept(t, "format4", "cast"))
	if err != nil {
		t.Fatal(err)
	}
	r.Links = append(r.Links, link{r.Header, r.Commit, r.Validators})
	raw, err := r.encode()
	if err != nil {
		t.Fatal(err)
	}
	_, err = Verify(raw, Trust{})
	holdRefusal(t, "the receipt's own block as a link", err, ErrReceipt, "link 3", "it changes no validators")
	r.Links = slices.Repeat(r.Links[:1], MaxCarried+1)
	if raw, err = r.encode(); err != nil {
		t.Fatal(err)
	}
	_, err = Verify(raw, Trust{})
	holdRefusal(t, "too many of a receipt", err, ErrReceipt, "", "at most 64 can be")
	f, err := decodeLinks(readFile(t, keptLinks))
	if err != nil {
		t.Fatal(err)
	}
	f.Chain = "anytown-2"
	if raw, err = encode(f); err != nil {
		t.Fatal(err)
	}
	_, err = ReadLinks(raw)
	holdRefusal(t, "chain of the file", err, ErrLinks, "link 1", `it is of "anytown-1", the file says "anytown-2"`)
}

func holdRefusal(t *testing.T, name string, err, unreadable error, part, says string) {
	t.Helper()
	refuted, ok := errors.AsType[*Refuted](err)
	if ok != (part != "") || ok && refuted.Part != part || !ok && !errors.Is(err, unreadable) || !strings.Contains(fmt.Sprint(err), says) {
		t.Errorf("%s: %v, want %q: %s", name, err, part, says)
	}
}

// TestLinksOfOthers are sound and do not serve this verifier.
func TestLinksOfOthers(t *testing.T) {
	links, err := ReadLinks(readFile(t, keptLinks))
	if err != nil {
		t.Fatal(err)
	}
	other, err := TrustValidators(strings.Repeat("0", 64))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Extend(links); !apart(err) || !strings.Contains(err.Error(), "are not among them") {
		t.Errorf("of other validators: %v", err)
	}
	wrong := keptTrust(t, "format4")
	wrong.Chain = "anytown-2"
	_, err = wrong.Extend(links)
	holdRefusal(t, "of another chain", err, ErrLinks, "chain", `the links are of "anytown-1", the one you trust is "anytown-2"`)
	broken := links
	broken.Blocks = broken.Blocks[:1]
	_, err = keptTrust(t, "format4").Extend(broken)
	holdRefusal(t, "with a gap", err, ErrLinks, "link 1", "a link is missing")
	if _, err := WriteLinks("anytown-1", broken); err == nil {
		t.Error("links with a gap are written")
	}
	if got := carriable(slices.Repeat(links.Blocks, MaxCarried)); got != nil {
		t.Errorf("a receipt would carry %d links", len(got))
	}
	for name, raw := range map[string][]byte{
		"empty":        nil,
		"text":         []byte("Dear member"),
		"a receipt":    kept(t, "format4", "cast"),
		"other format": bytes.Replace(readFile(t, keptLinks), []byte(FormatLinks), []byte("rochdale-links-9"), 1),
		"cut":          readFile(t, keptLinks)[:700],
		"more behind":  append(readFile(t, keptLinks), '{'),
		"huge":         bytes.Repeat([]byte(" "), MaxLinksSize+1),
	} {
		if _, err := ReadLinks(raw); !errors.Is(err, ErrLinks) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzLinks feeds a verifier what are no links. Nothing but parts of the kept ones may
// move the genesis's trust.
func FuzzLinks(f *testing.F) {
	raw := readFile(f, keptLinks)
	f.Add(raw)
	f.Add([]byte(`{"format": "rochdale-links-1", "links": [{}], "validators": []}`))
	trust := keptTrust(f, "format4")
	f.Fuzz(func(t *testing.T, changed []byte) {
		links, err := ReadLinks(changed)
		if err != nil {
			return
		}
		with, err := trust.Extend(links)
		if _, from := with.Last(); err == nil && from > 1 && !bytes.Equal(raw, changed) {
			t.Errorf("trust is moved by %d bytes that no federation gave", len(changed))
		}
	})
}
