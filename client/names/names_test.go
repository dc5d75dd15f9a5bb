package names

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/tx"
)

// signer makes disclosures, other is somebody else.
var signer, other = tx.NewPrivateKey(bytes.Repeat([]byte{1}, 32)), tx.NewPrivateKey(bytes.Repeat([]byte{2}, 32))

// counted is a source of bytes that are all different, for tests.
type counted struct{ n byte }

func (c *counted) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = c.n
		c.n++
	}
	return len(p), nil
}

func set(t *testing.T, b *Book, m uint64, field, value string) {
	t.Helper()
	if err := b.Set(m, field, value, &counted{n: byte(m)}); err != nil {
		t.Fatal(err)
	}
}

func people(t *testing.T) *Book {
	b := &Book{Chain: "anytown-1", Coop: 1}
	set(t, b, 7, "name", "Rosa Alvarez")
	set(t, b, 7, "address", "3 Mill Lane")
	set(t, b, 2, "name", "Bert Holm")
	set(t, b, 9, "name", "Rosalind Holm")
	return b
}

// The commitment is that of docs/names.md, computed here a second time from what that
// page says, and the one that it prints.
func TestCommitment(t *testing.T) {
	p, ok := people(t).Person(7)
	if !ok || len(p.Fields) != 2 || p.Fields[0].Name != "address" {
		t.Fatalf("%+v", p)
	}
	leaf := func(f Field) []byte {
		sum := sha256.Sum256([]byte("rochdale identity field v1\x00" + string(f.Salt) + string(rune(len(f.Name))) + f.Name + f.Value))
		return sum[:]
	}
	leaves := [][]byte{leaf(p.Fields[0]), leaf(p.Fields[1])}
	slices.SortFunc(leaves, bytes.Compare)
	want := sha256.Sum256([]byte("rochdale identity v1\x00\x00\x02" + string(leaves[0]) + string(leaves[1])))
	got, ok := p.Commitment()
	if !ok || got != want {
		t.Errorf("%x, want %x", got, want)
	}
	page, err := os.ReadFile("../../docs/names.md")
	if err != nil || !strings.Contains(string(page), hex.EncodeToString(got[:])) {
		t.Errorf("docs/names.md does not print %x, %v", got, err)
	}
	if _, ok := (Person{Member: 3}).Commitment(); ok {
		t.Error("nothing is committed to")
	}
}

// A field that is set to what it is keeps its salt; another value gets another one, and so
// another commitment.
func TestSalts(t *testing.T) {
	b := people(t)
	sum := func() [32]byte { p, _ := b.Person(7); s, _ := p.Commitment(); return s }
	first := sum()
	if err := b.Set(7, "address", "3 Mill Lane", &counted{n: 99}); err != nil || sum() != first {
		t.Errorf("the same value changed the commitment, %v", err)
	}
	if err := b.Set(7, "address", "4 Mill Lane", &counted{n: 99}); err != nil || sum() == first {
		t.Errorf("another value did not, %v", err)
	}
	if !b.Unset(7, "address") || b.Unset(7, "address") || b.Unset(8, "name") {
		t.Error("a field is taken out once")
	}
	if !b.Erase(7) || b.Erase(7) || b.Name(7) != "" {
		t.Error("a person is erased once")
	}
}

func TestBounds(t *testing.T) {
	b := people(t)
	for _, row := range []struct {
		field, value string
		want         error
	}{
		{"", "x", ErrField}, {"Name", "x", ErrField}, {"two words", "x", ErrField}, {strings.Repeat("x", MaxField+1), "x", ErrField},
		{strings.Repeat("x", MaxField), "x", nil}, {"line", "a\nb", ErrValue}, {"line", "", ErrValue}, {"line", "\xff", ErrValue},
		{"line", strings.Repeat("x", MaxValue+1), ErrValue}, {"line", strings.Repeat("x", MaxValue), nil},
	} {
		if err := b.Set(7, row.field, row.value, &counted{}); !errors.Is(err, row.want) {
			t.Errorf("%.40q = %.40q: %v, want %v", row.field, row.value, err, row.want)
		}
	}
	for i := range MaxFields - 4 {
		set(t, b, 7, fmt.Sprintf("f%d", i), "x")
	}
	if err := b.Set(7, "one_more", "x", &counted{}); !errors.Is(err, ErrFields) {
		t.Errorf("a field too many: %v", err)
	}
	if err := b.Set(7, "name", "Rosa", bytes.NewReader(nil)); err == nil || b.Name(7) != "Rosa Alvarez" {
		t.Errorf("without random bytes: %v, %q", err, b.Name(7))
	}
}

func TestLookup(t *testing.T) {
	b := people(t)
	for _, row := range []struct {
		text string
		want uint64
		err  error
	}{
		{"Rosa Alvarez", 7, nil}, {"rosa alvarez", 7, nil}, {"alv", 7, nil}, {"Bert", 2, nil}, {"rosal", 9, nil},
		{"rosa", 0, ErrSeveral}, {"Holm", 0, ErrSeveral}, {"osa", 0, ErrNobody}, {"", 0, ErrNobody}, {"Zoe", 0, ErrNobody},
	} {
		got, err := b.Lookup(row.text)
		if got != row.want || !errors.Is(err, row.err) {
			t.Errorf("%q: %d, %v", row.text, got, err)
		}
	}
	if _, err := b.Lookup("Holm"); err == nil || !strings.Contains(err.Error(), "Bert Holm, member 2; Rosalind Holm, member 9") {
		t.Errorf("who they are: %v", err)
	}
}

// Each field of a person can be disclosed by itself, and proves the commitment; with its
// value changed it does not.
func TestDisclosures(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := &Book{Chain: "c", Coop: 1}
		random := &counted{n: rapid.Byte().Draw(r, "salts")}
		fields := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z_0-9]{1,8}`), 1, 6, rapid.ID[string]).Draw(r, "fields")
		for i, f := range fields {
			if err := b.Set(3, f, fmt.Sprintf("value <%d>", i), random); err != nil {
				r.Fatal(err)
			}
		}
		p, _ := b.Person(3)
		want, _ := p.Commitment()
		for _, f := range fields {
			d, ok, err := b.Disclose(3, f, "the auditor", signer)
			if err != nil || !ok || d.Commitment() != want {
				r.Fatalf("%s of %+v proves %x, want %x", f, p, d.Commitment(), want)
			}
			raw, err := json.Marshal(d)
			if err != nil {
				r.Fatal(err)
			}
			again, err := ReadDisclosure(raw)
			if err != nil || again.Commitment() != want {
				r.Fatalf("read again: %v", err)
			}
			for i, other := range fields {
				if value, _ := json.Marshal(fmt.Sprintf("value <%d>", i)); other != f && bytes.Contains(raw, value) {
					r.Fatalf("%s is shown with %s", other, f)
				}
			}
			d.Field.Value += "x"
			if d.Commitment() == want {
				r.Fatal("another value proves the same")
			}
		}
		if _, ok, err := b.Disclose(3, "none of them", "x", signer); ok || err != nil {
			r.Fatal("what is not there is disclosed")
		}
	})
}

func TestBadDisclosures(t *testing.T) {
	d, _, err := people(t).Disclose(7, "name", "the auditor", signer)
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"", "a\nb", strings.Repeat("x", MaxFor+1), "\xff"} {
		if _, _, err := people(t).Disclose(7, "name", to, signer); !errors.Is(err, ErrFor) {
			t.Errorf("for %.40q: %v", to, err)
		}
	}
	for name, change := range map[string]func(*Disclosure){
		"another format": func(d *Disclosure) { d.Format = "rochdale-disclosure-1" },
		"no salt":        func(d *Disclosure) { d.Field.Salt = nil },
		"no value":       func(d *Disclosure) { d.Field.Value = "" },
		"no member":      func(d *Disclosure) { d.Member = 0 },
		"a short hash":   func(d *Disclosure) { d.Others = [][]byte{{1}} },
		"a hash twice":   func(d *Disclosure) { d.Others = append(d.Others, d.Others[0]) },
		"too many":       func(d *Disclosure) { d.Others = make([][]byte, MaxFields) },
		"for nobody":     func(d *Disclosure) { d.For = "" },
		"no key":         func(d *Disclosure) { d.By = "" },
		// What is signed.
		"for another":     func(d *Disclosure) { d.For = "the press" },
		"another chain":   func(d *Disclosure) { d.Chain += "x" },
		"another co-op":   func(d *Disclosure) { d.Coop++ },
		"another member":  func(d *Disclosure) { d.Member++ },
		"another value":   func(d *Disclosure) { d.Field.Value += "x" },
		"another name":    func(d *Disclosure) { d.Field.Name += "x" },
		"another salt":    func(d *Disclosure) { d.Field.Salt = bytes.Repeat([]byte{1}, SaltSize) },
		"fewer others":    func(d *Disclosure) { d.Others = nil },
		"another's key":   func(d *Disclosure) { d.By = other.Public().String() },
		"no signature":    func(d *Disclosure) { d.Signature = nil },
		"another's sign.": func(d *Disclosure) { d.Signature = other.SignMessage(d.statement()) },
	} {
		bad := d
		bad.Others = slices.Clone(d.Others)
		change(&bad)
		raw, err := json.Marshal(bad)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadDisclosure(raw); !errors.Is(err, ErrDisclosure) && !errors.Is(err, ErrUnsigned) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, raw := range []string{"", "{}", "[]", `{"format":"rochdale-disclosure-1"}`, `{"format":"rochdale-disclosure-2","more":1}`, strings.Repeat(" ", MaxDisclosure+1)} {
		if _, err := ReadDisclosure([]byte(raw)); !errors.Is(err, ErrDisclosure) {
			t.Errorf("%.40q: %v", raw, err)
		}
	}
}

// The file opens with its secret and no other, is nobody else's to read, and says nothing
// in the clear; what is cut short is refused.
func TestFile(t *testing.T) {
	path := Path(filepath.Join(t.TempDir(), "names"), "anytown-1", 1)
	b := people(t)
	secret := strings.Repeat("s", 64)
	if _, err := Load(path, secret); !errors.Is(err, ErrMissing) {
		t.Errorf("no file: %v", err)
	}
	if err := b.Save(path, secret); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path, secret)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(b) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := Load(path, secret+"x"); !errors.Is(err, ErrSecret) {
		t.Errorf("another secret: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	raw, err := os.ReadFile(path)
	if err != nil || bytes.Contains(raw, []byte("Rosa")) {
		t.Errorf("a name stands in the clear, %v", err)
	}
	for _, n := range []int{0, 10, len(raw) / 2, len(raw) - 1} {
		if err := os.WriteFile(path, raw[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path, secret); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d of %d bytes: %v", n, len(raw), err)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the file: %v, %v", left, err)
	}
	if chain, coop, err := OfPath(path); err != nil || chain != "anytown-1" || coop != 1 {
		t.Errorf("%q, %d, %v", chain, coop, err)
	}
}

// A backup is read as the same directory, and refused if anything in it is out of order.
func TestBackup(t *testing.T) {
	b := people(t)
	raw, err := b.Backup()
	if err != nil {
		t.Fatal(err)
	}
	got, err := FromBackup(raw)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(b) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, row := range [][2]string{
		{`"version": 1`, `"version": 2`}, {`"member": 2`, `"member": 8`}, {`"name": "address"`, `"name": "nom"`}, {`"coop": 1`, `"coop": 1, "more": 2`},
		{`"salt": "`, `"salt": "AAAA`},
	} {
		bad := strings.Replace(string(raw), row[0], row[1], 1)
		want := ErrDamaged
		if row[1] == `"version": 2` {
			want = ErrVersion
		}
		if _, err := FromBackup([]byte(bad)); bad == string(raw) || !errors.Is(err, want) {
			t.Errorf("%s: %v", row[1], err)
		}
	}
}

// FuzzDisclosure: any bytes are read or refused, and what is read is read again the same.
func FuzzDisclosure(f *testing.F) {
	b := &Book{Chain: "c", Coop: 1}
	if err := b.Set(1, "name", "Ada", &counted{}); err != nil {
		f.Fatal(err)
	}
	d, _, err := b.Disclose(1, "name", "x", signer)
	if err != nil {
		f.Fatal(err)
	}
	raw, err := json.Marshal(d)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"format":"rochdale-disclosure-2"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := ReadDisclosure(raw)
		if err != nil {
			if !errors.Is(err, ErrDisclosure) && !errors.Is(err, ErrUnsigned) {
				t.Errorf("%v is another error", err)
			}
			return
		}
		again, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if e, err := ReadDisclosure(again); err != nil || e.Commitment() != d.Commitment() {
			t.Errorf("%s is read as %+v, %v", again, e, err)
		}
	})
}
