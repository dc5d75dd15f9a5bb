package client

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
)

const testPassphrase = "correct horse battery"

// testKey has every note at its bound.
func testKey() Key {
	key := KeyFromSeed([32]byte{0, 1, 2, 3, 31: 255})
	key.Label = strings.Repeat("é", MaxLabel/2)
	key.ChainID = strings.Repeat("c", MaxChainID)
	key.Coop = 1<<32 - 1
	key.Member = 1<<64 - 1
	key.CreatedBy = strings.Repeat("v", MaxCreatedBy)
	return key
}

func saved(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a", "b", "ada.key")
	if err := SaveKey(path, testPassphrase, testKey(), MinWork); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// alone fails if anything but path is in its directory.
func alone(t *testing.T, path string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 || files[0].Name() != filepath.Base(path) {
		t.Fatalf("the directory holds %v, want only %s", files, filepath.Base(path))
	}
}

func TestSaveAndLoad(t *testing.T) {
	path := saved(t)
	alone(t, path)
	key, err := LoadKey(path, testPassphrase)
	if err != nil || key != testKey() {
		t.Fatalf("loaded %v, %v", key, err)
	}
	sealed := read(t, path)
	if bytes.Contains(sealed, []byte("seed")) || bytes.Contains(sealed, []byte(testKey().ChainID)) {
		t.Fatal("the file is not encrypted")
	}
	if len(sealed) > 1000 {
		t.Fatalf("the largest file has %d bytes, MaxKeyFile says under 1,000", len(sealed))
	}
	if runtime.GOOS != "windows" {
		for p, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
			if info, err := os.Stat(p); err != nil || info.Mode().Perm() != want {
				t.Errorf("mode of %s is %v, want %v (%v)", p, info.Mode().Perm(), want, err)
			}
		}
	}
}

// TestFormatPinned opens a file with age alone and compares the record, which
// other programs may read and which must stay readable for ever.
func TestFormatPinned(t *testing.T) {
	key := KeyFromSeed([32]byte{31: 1})
	key.Label, key.ChainID, key.Coop, key.Member, key.CreatedBy = "Ada <laptop>", "anytown-1", 7, 1650, "v0.1.0"
	path := filepath.Join(t.TempDir(), "ada.key")
	if err := SaveKey(path, testPassphrase, key, MinWork); err != nil {
		t.Fatal(err)
	}
	identity, err := age.NewScryptIdentity(testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(read(t, path)), identity)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"version":1,"algorithm":"ed25519","seed":"0000000000000000000000000000000000000000000000000000000000000001",` +
		`"label":"Ada \u003claptop\u003e","chain_id":"anytown-1","coop":7,"member":1650,"created_by":"v0.1.0"}` + "\n"
	if string(got) != want {
		t.Fatalf("record:\n got %s\nwant %s", got, want)
	}
}

// TestEveryByteMatters changes each byte of a file, one at a time. In the
// salt and the wrapped file key the change reads as a wrong passphrase; anywhere
// else it must be named as damage. It never opens, and never as another key.
func TestEveryByteMatters(t *testing.T) {
	sealed := read(t, saved(t))
	header := bytes.Index(sealed, []byte("\n--- "))
	if header < 0 {
		t.Fatal("no age header")
	}
	passphrase := 0
	for i := range sealed {
		flips := []byte{0x01, 0x20, 0x80}
		if i > header+50 {
			flips = flips[:1] // the payload is one sealed chunk; each try there costs a scrypt
		}
		for _, flip := range flips {
			changed := bytes.Clone(sealed)
			changed[i] ^= flip
			_, err := openKey(changed, testPassphrase)
			switch {
			case errors.Is(err, ErrKeyDamaged):
			case errors.Is(err, ErrPassphrase) && i >= len(keyFileMagic) && i < header:
				passphrase++
			default:
				t.Errorf("byte %d of %d ^ %#x: %v", i, len(sealed), flip, err)
			}
		}
	}
	// Salt and wrapped key are 22 and 43 base64 characters.
	if passphrase == 0 || passphrase > 3*(22+2+43) {
		t.Errorf("%d changes read as a wrong passphrase", passphrase)
	}
}

func TestEveryTruncationIsDamage(t *testing.T) {
	path := saved(t)
	sealed := read(t, path)
	for n := range sealed {
		if err := os.WriteFile(path, sealed[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadKey(path, testPassphrase); !errors.Is(err, ErrKeyDamaged) {
			t.Fatalf("cut to %d of %d bytes: %v", n, len(sealed), err)
		}
	}
	for name, longer := range map[string][]byte{
		"one byte more":   append(bytes.Clone(sealed), 0),
		"a second copy":   append(bytes.Clone(sealed), sealed...),
		"over the bound":  append(bytes.Clone(sealed), make([]byte, MaxKeyFile)...),
		"something else":  []byte("-----BEGIN OPENSSH PRIVATE KEY-----\n"),
		"just white room": []byte("\n"),
	} {
		if err := os.WriteFile(path, longer, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadKey(path, testPassphrase); !errors.Is(err, ErrKeyDamaged) {
			t.Errorf("%s: %v", name, err)
		} else if name == "over the bound" && !strings.Contains(err.Error(), "more than 4096 bytes") {
			t.Errorf("%s: the bound is not named: %v", name, err)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	path := saved(t)
	for _, c := range []struct {
		name, path, passphrase string
		want                   error
	}{
		{"missing", path + ".not", testPassphrase, ErrKeyMissing},
		{"a directory", filepath.Dir(path), testPassphrase, ErrKeyDamaged},
		{"wrong passphrase", path, testPassphrase + "x", ErrPassphrase},
		{"other case", path, strings.ToUpper(testPassphrase), ErrPassphrase},
		{"empty passphrase", path, "", ErrPassphrase},
	} {
		key, err := LoadKey(c.path, c.passphrase)
		if !errors.Is(err, c.want) || key != (Key{}) {
			t.Errorf("%s: %v, %v; want %v and no key", c.name, key, err, c.want)
		}
		if err != nil && !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %q does not name the file", c.name, err)
		}
	}
}

// TestRecordRefuses encrypts records that SaveKey would never write.
func TestRecordRefuses(t *testing.T) {
	good := string(encodeRecord(testKey()))
	swap := func(old, new string) string {
		out := strings.Replace(good, old, new, 1)
		if out == good {
			t.Fatalf("%q is not in the record", old)
		}
		return out
	}
	long := testKey()
	long.Label += "é"
	for _, c := range []struct {
		name, plain string
		want        error
	}{
		{"next version", swap(`"version":1`, `"version":2`), ErrKeyVersion},
		{"next version, unknown shape", `{"version":2,"keys":[1,2]}`, ErrKeyVersion},
		{"version 0", swap(`"version":1`, `"version":0`), ErrKeyDamaged},
		{"no version", swap(`"version":1,`, ``), ErrKeyDamaged},
		{"version twice", swap(`"version":1`, `"version":2,"version":1`), ErrKeyDamaged},
		{"other algorithm", swap(`"ed25519"`, `"ed448"`), ErrKeyDamaged},
		{"unknown field", swap(`{`, `{"extra":1,`), ErrKeyDamaged},
		{"field in capitals", swap(`"coop"`, `"Coop"`), ErrKeyDamaged},
		{"missing field", swap(`"coop":4294967295,`, ``), ErrKeyDamaged},
		{"co-op over 32 bits", swap(`4294967295`, `4294967296`), ErrKeyDamaged},
		{"negative member", swap(`18446744073709551615`, `-1`), ErrKeyDamaged},
		{"seed too short", swap(`"seed":"00`, `"seed":"`), ErrKeyDamaged},
		{"seed not hex", swap(`"seed":"00`, `"seed":"0g`), ErrKeyDamaged},
		{"seed in capitals", swap(`ff"`, `FF"`), ErrKeyDamaged},
		{"a space", swap(`:`, `: `), ErrKeyDamaged},
		{"trailing bytes", good + good, ErrKeyDamaged},
		{"no line feed", strings.TrimSuffix(good, "\n"), ErrKeyDamaged},
		{"label too long", string(encodeRecord(long)), ErrKeyDamaged},
		{"empty", "", ErrKeyDamaged},
		{"null", "null\n", ErrKeyDamaged},
	} {
		sealed, err := sealRecord(testPassphrase, []byte(c.plain), MinWork)
		if err != nil {
			t.Fatal(err)
		}
		if key, err := openKey(sealed, testPassphrase); !errors.Is(err, c.want) || key != (Key{}) {
			t.Errorf("%s: %v, %v; want %v", c.name, key, err, c.want)
		}
	}
}

// TestForeignAgeFiles: encrypted to a public key, and with more scrypt than
// opening allows.
func TestForeignAgeFiles(t *testing.T) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, identity.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := openKey(sealed.Bytes(), testPassphrase); !errors.Is(err, ErrKeyDamaged) {
		t.Errorf("a file for a public key: %v", err)
	}

	costly := bytes.Replace(read(t, saved(t)), []byte(" 10\n"), []byte(" 21\n"), 1)
	if _, err := openKey(costly, testPassphrase); !errors.Is(err, ErrKeyDamaged) || !strings.Contains(err.Error(), "work factor") {
		t.Errorf("a file of work factor 21: %v", err)
	}
}

func TestSaveRefuses(t *testing.T) {
	dir := t.TempDir()
	long, odd := testKey(), testKey()
	long.ChainID += "c"
	odd.Label = "line\nfeed"
	// Rows follow the order of the checks.
	for _, c := range []struct {
		name, passphrase string
		key              Key
		work             int
		want             error
	}{
		{"passphrase of 7", "1234567", long, MinWork - 1, ErrWeakPassphrase},
		{"passphrase of 7 letters, 14 bytes", "ééééééé", long, MinWork - 1, ErrWeakPassphrase},
		{"passphrase too long", strings.Repeat("x", MaxPassphrase+1), long, MinWork - 1, ErrWeakPassphrase},
		{"work too low", "12345678", long, MinWork - 1, ErrWork},
		{"work too high", "12345678", long, MaxWork + 1, ErrWork},
		{"chain id too long", "12345678", long, MinWork, ErrKeyNotes},
		{"label with a line feed", "12345678", odd, MinWork, ErrKeyNotes},
	} {
		path := filepath.Join(dir, "made", "ada.key")
		if err := SaveKey(path, c.passphrase, c.key, c.work); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("%s: something was written", c.name)
		}
	}
}

func TestSaveNeverOverwrites(t *testing.T) {
	path := saved(t)
	before := read(t, path)
	if err := SaveKey(path, testPassphrase, KeyFromSeed([32]byte{9}), MinWork); !errors.Is(err, ErrKeyExists) {
		t.Errorf("saving over a key: %v", err)
	}
	if !bytes.Equal(read(t, path), before) {
		t.Fatal("the key was overwritten")
	}
	alone(t, path)

	// A dangling symbolic link exists too.
	link := filepath.Join(t.TempDir(), "link.key")
	if err := os.Symlink("nowhere", link); err != nil {
		t.Skip(err)
	}
	if err := SaveKey(link, testPassphrase, testKey(), MinWork); !errors.Is(err, ErrKeyExists) {
		t.Errorf("saving over a link: %v", err)
	}

	// File systems without hard links take the other way to the same answer.
	from := filepath.Join(t.TempDir(), "from")
	if err := os.WriteFile(from, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := renameNew(from, path); !errors.Is(err, ErrKeyExists) {
		t.Errorf("renaming over a key: %v", err)
	}
	if err := renameNew(from, from+".new"); err != nil || string(read(t, from+".new")) != "x" {
		t.Errorf("renaming to a free name: %v", err)
	}
}

// TestSaveRace: of many that save to one path at once, exactly one wins, and
// its key is what the file holds.
func TestSaveRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "race.key")
	const writers = 8
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() { errs[i] = SaveKey(path, testPassphrase, KeyFromSeed([32]byte{byte(i)}), MinWork) })
	}
	wg.Wait()
	won := -1
	for i, err := range errs {
		if err == nil && won >= 0 {
			t.Fatalf("both %d and %d were told that they saved", won, i)
		} else if err == nil {
			won = i
		} else if !errors.Is(err, ErrKeyExists) {
			t.Errorf("writer %d: %v", i, err)
		}
	}
	key, err := LoadKey(path, testPassphrase)
	if err != nil || won < 0 || key != KeyFromSeed([32]byte{byte(won)}) {
		t.Fatalf("writer %d won, the file holds %v, %v", won, key, err)
	}
	alone(t, path)
}

func TestReplace(t *testing.T) {
	path := saved(t)
	link := filepath.Join(t.TempDir(), "link.key")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	if err := ReplaceKey(link, "another passphrase", testKey(), MinWork); err != nil {
		t.Fatal(err)
	}
	alone(t, path)
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link was replaced by a file: %v", err)
	}
	if _, err := LoadKey(path, testPassphrase); !errors.Is(err, ErrPassphrase) {
		t.Errorf("the old passphrase: %v", err)
	}
	if key, err := LoadKey(path, "another passphrase"); err != nil || key != testKey() {
		t.Errorf("the new passphrase: %v, %v", key, err)
	}
	if info, err := os.Stat(path); err != nil || Exposed(info.Mode()) {
		t.Errorf("the new file is open to others: %v", err)
	}

	before := read(t, path)
	if err := ReplaceKey(path, "short", testKey(), MinWork); !errors.Is(err, ErrWeakPassphrase) {
		t.Errorf("a short passphrase: %v", err)
	}
	if err := ReplaceKey(path+".not", testPassphrase, testKey(), MinWork); !errors.Is(err, ErrKeyMissing) {
		t.Errorf("replacing nothing: %v", err)
	}
	if !bytes.Equal(read(t, path), before) {
		t.Error("a refused replacement changed the file")
	}
	alone(t, path)
}

func TestInspect(t *testing.T) {
	path := saved(t)
	if mode, err := InspectKeyFile(path); err != nil || Exposed(mode) {
		t.Errorf("a new key file: %v, %v", mode, err)
	}
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if got, err := InspectKeyFile(path); err != nil || got != mode || !Exposed(got) {
			t.Errorf("mode %04o: %04o, %v", mode, got, err)
		}
	}
	if _, err := LoadKey(path, testPassphrase); err != nil {
		t.Errorf("an exposed file must still open: %v", err)
	}
	if _, err := InspectKeyFile(path + ".not"); !errors.Is(err, ErrKeyMissing) {
		t.Errorf("missing: %v", err)
	}
	if err := os.WriteFile(path, []byte("notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := InspectKeyFile(path); !errors.Is(err, ErrKeyDamaged) {
		t.Errorf("no key file: %v", err)
	}
}

// FuzzDecodeRecord: what is accepted is exactly what encodeRecord writes.
func FuzzDecodeRecord(f *testing.F) {
	f.Add(encodeRecord(testKey()))
	f.Add(encodeRecord(KeyFromSeed([32]byte{})))
	f.Add([]byte(`{"version":2}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		key, err := decodeRecord(plain)
		if err == nil && !bytes.Equal(encodeRecord(key), plain) {
			t.Fatalf("accepted %q", plain)
		}
		if err != nil && !errors.Is(err, ErrKeyDamaged) && !errors.Is(err, ErrKeyVersion) {
			t.Fatalf("%q: %v", plain, err)
		}
	})
}
