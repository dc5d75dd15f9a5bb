package client

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"filippo.io/age"
)

// A key file is one age file, encrypted to a passphrase (scrypt), so that any
// age tool opens it: age -d ada.key. Inside is one line of JSON, keyRecord.
const (
	keyFileVersion = 1

	// keyFileMagic opens every age file with a passphrase.
	keyFileMagic = "age-encryption.org/v1\n-> scrypt "
)

// MaxKeyFile bounds a key file, in bytes. The largest that SaveKey writes has
// well under 1,000.
const MaxKeyFile = 4096

// Work factors: scrypt's cost as a power of two. One more doubles the time and
// memory that each guess at the passphrase costs; 18 is about one second and
// 256 MiB, 20 is 1 GiB. Opening refuses more, so that a planted file cannot
// exhaust the machine.
const (
	MinWork     = 10 // for tests and throw-away federations
	DefaultWork = 18
	MaxWork     = 20
)

// Bounds of a passphrase for new files, in characters and in bytes. Files with
// a shorter one still open.
const (
	MinPassphrase = 8
	MaxPassphrase = 1024
)

// Why a key file could not be read or written.
var (
	ErrKeyMissing     = errors.New("no such key file")
	ErrKeyExists      = errors.New("there is a file already, and a key is never overwritten")
	ErrPassphrase     = errors.New("wrong passphrase (or the start of the file is damaged)")
	ErrKeyDamaged     = errors.New("the key file is damaged, cut short, or no key file")
	ErrKeyVersion     = errors.New("the key file was written by a newer version of rochdale")
	ErrWeakPassphrase = errors.New("passphrase refused")
	ErrWork           = fmt.Errorf("the work factor must be from %d to %d", MinWork, MaxWork)
)

// keyRecord is the JSON inside a key file. Fields are in this order, all
// present, without spaces, and a line feed ends it; anything else is refused. A
// change of any field's meaning is a new version.
type keyRecord struct {
	Version   int    `json:"version"`
	Algorithm string `json:"algorithm"` // Ed25519 or P256
	Seed      string `json:"seed"`      // 32 bytes, lower-case hex; the BIP-39 entropy too
	Label     string `json:"label"`
	ChainID   string `json:"chain_id"`
	Coop      uint32 `json:"coop"`
	Member    uint64 `json:"member"`
	CreatedBy string `json:"created_by"`
}

// SaveKey writes key to a new file, encrypted under passphrase, mode 0600,
// making missing directories with mode 0700. work is scrypt's cost, DefaultWork
// outside of tests.
//
// It returns ErrKeyExists if path exists, whatever it is, and then has changed
// nothing. It returns nil only once file and directory entry are on the disk.
func SaveKey(path, passphrase string, key Key, work int) error {
	sealed, err := sealKey(passphrase, key, work)
	if err != nil {
		return fmt.Errorf("writing key file %s: %w", path, err)
	}
	if err := makeDir(filepath.Dir(path)); err != nil {
		return fmt.Errorf("writing key file %s: %w", path, err)
	}
	if err := writeKeyFile(path, sealed, createOnly); err != nil {
		return fmt.Errorf("writing key file %s: %w", path, err)
	}
	return nil
}

// ReplaceKey writes key over the key file at path: a new passphrase, or new
// notes. Whatever happens, path holds the whole old file or the whole new one.
// The new file has been opened again, in memory, before it takes the old one's
// place. If path is a symbolic link, the file it leads to is replaced.
func ReplaceKey(path, passphrase string, key Key, work int) error {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replacing key file %s: %w", path, ErrKeyMissing)
	} else if err != nil {
		return fmt.Errorf("replacing key file %s: %w", path, err)
	}
	sealed, err := sealKey(passphrase, key, work)
	if err != nil {
		return fmt.Errorf("replacing key file %s: %w", path, err)
	}
	if again, err := openKey(sealed, passphrase); err != nil {
		return fmt.Errorf("replacing key file %s: opening the new file: %w", path, err)
	} else if again != key {
		return fmt.Errorf("replacing key file %s: the new file holds another key", path)
	}
	if err := writeKeyFile(target, sealed, replaceExisting); err != nil {
		return fmt.Errorf("replacing key file %s: %w", path, err)
	}
	return nil
}

// LoadKey opens the key file at path. Its error is ErrKeyMissing,
// ErrPassphrase, ErrKeyDamaged or ErrKeyVersion, or what the system said.
//
// An age file does not distinguish a wrong passphrase from a changed byte in the
// salt or the wrapped file key, about 60 bytes; both are ErrPassphrase. A change
// anywhere else is ErrKeyDamaged.
func LoadKey(path, passphrase string) (Key, error) {
	sealed, err := readKeyFile(path)
	if err != nil {
		return Key{}, fmt.Errorf("opening key file %s: %w", path, err)
	}
	key, err := openKey(sealed, passphrase)
	if err != nil {
		return Key{}, fmt.Errorf("opening key file %s: %w", path, err)
	}
	return key, nil
}

// InspectKeyFile says what can be known of a key file without its passphrase:
// whether it looks like one, and its permissions. The error is ErrKeyMissing,
// ErrKeyDamaged, or what the system said.
func InspectKeyFile(path string) (fs.FileMode, error) {
	sealed, err := readKeyFile(path)
	if err != nil {
		return 0, fmt.Errorf("looking at key file %s: %w", path, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("looking at key file %s: %w", path, err)
	}
	if !bytes.HasPrefix(sealed, []byte(keyFileMagic)) {
		return info.Mode().Perm(), fmt.Errorf("looking at key file %s: %w", path, ErrKeyDamaged)
	}
	return info.Mode().Perm(), nil
}

// Exposed says whether permissions let others than the owner read or change a
// file. An exposed key file is still encrypted, but its passphrase can be
// guessed at leisure.
func Exposed(mode fs.FileMode) bool { return mode.Perm()&0o077 != 0 }

// CheckPassphrase refuses a passphrase too short or too long for a new file.
func CheckPassphrase(passphrase string) error {
	if n := utf8.RuneCountInString(passphrase); n < MinPassphrase {
		return fmt.Errorf("%w: it has %d characters, at least %d are needed", ErrWeakPassphrase, n, MinPassphrase)
	}
	if len(passphrase) > MaxPassphrase {
		return fmt.Errorf("%w: it has %d bytes, at most %d are allowed", ErrWeakPassphrase, len(passphrase), MaxPassphrase)
	}
	return nil
}

// sealKey encodes and encrypts key.
func sealKey(passphrase string, key Key, work int) ([]byte, error) {
	if err := CheckPassphrase(passphrase); err != nil {
		return nil, err
	}
	if work < MinWork || work > MaxWork {
		return nil, fmt.Errorf("%w, not %d", ErrWork, work)
	}
	if err := key.Check(); err != nil {
		return nil, err
	}
	return sealRecord(passphrase, encodeRecord(key), work)
}

func sealRecord(passphrase string, plain []byte, work int) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, fmt.Errorf("preparing the passphrase: %w", err)
	}
	recipient.SetWorkFactor(work)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipient)
	if err != nil {
		return nil, fmt.Errorf("encrypting: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("encrypting: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encrypting: %w", err)
	}
	return sealed.Bytes(), nil
}

// openKey decrypts and decodes what sealKey made.
func openKey(sealed []byte, passphrase string) (Key, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return Key{}, ErrPassphrase // it is empty
	}
	identity.SetMaxWorkFactor(MaxWork)
	plain, err := age.Decrypt(bytes.NewReader(sealed), identity)
	var noMatch *age.NoIdentityMatchError
	if errors.As(err, &noMatch) && len(noMatch.StanzaTypes) == 1 && noMatch.StanzaTypes[0] == "scrypt" {
		return Key{}, ErrPassphrase
	} else if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKeyDamaged, err)
	}
	record, err := io.ReadAll(io.LimitReader(plain, MaxKeyFile))
	if err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKeyDamaged, err)
	}
	return decodeRecord(record)
}

func encodeRecord(k Key) []byte {
	line, err := json.Marshal(keyRecord{
		Version: keyFileVersion, Algorithm: k.Algorithm(), Seed: hex.EncodeToString(k.seed[:]),
		Label: k.Label, ChainID: k.ChainID, Coop: k.Coop, Member: k.Member, CreatedBy: k.CreatedBy,
	})
	if err != nil {
		panic(fmt.Sprintf("client: a key record of strings and integers did not encode: %v", err))
	}
	return append(line, '\n')
}

// decodeRecord reads what encodeRecord wrote, and nothing else: a record that
// does not encode to the same bytes again is refused. The version is looked at
// first and alone, because a newer one may have fields this program cannot know.
func decodeRecord(plain []byte) (Key, error) {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(plain, &head); err != nil {
		return Key{}, fmt.Errorf("%w: it holds no key record", ErrKeyDamaged)
	}
	if head.Version > keyFileVersion {
		return Key{}, fmt.Errorf("%w: it has version %d, this program reads up to %d", ErrKeyVersion, head.Version, keyFileVersion)
	}
	var r keyRecord
	if err := json.Unmarshal(plain, &r); err != nil {
		return Key{}, fmt.Errorf("%w: it holds no key record", ErrKeyDamaged)
	}
	if r.Version != keyFileVersion || r.Algorithm != Ed25519 && r.Algorithm != P256 {
		return Key{}, fmt.Errorf("%w: version %d with algorithm %q is unknown", ErrKeyDamaged, r.Version, r.Algorithm)
	}
	k := Key{Label: r.Label, ChainID: r.ChainID, Coop: r.Coop, Member: r.Member, CreatedBy: r.CreatedBy}
	seed, err := hex.DecodeString(r.Seed)
	if err != nil || len(seed) != ed25519.SeedSize {
		return Key{}, fmt.Errorf("%w: its seed is not %d bytes of hex", ErrKeyDamaged, ed25519.SeedSize)
	}
	copy(k.seed[:], seed)
	if k, err = k.As(r.Algorithm); err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKeyDamaged, err)
	}
	if err := k.Check(); err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKeyDamaged, err)
	}
	if !bytes.Equal(encodeRecord(k), plain) {
		return Key{}, fmt.Errorf("%w: its record is not in the one form allowed", ErrKeyDamaged)
	}
	return k, nil
}

// readKeyFile reads a file of at most MaxKeyFile bytes.
func readKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrKeyMissing
	} else if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: it is not a regular file", ErrKeyDamaged)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sealed, err := io.ReadAll(io.LimitReader(f, MaxKeyFile+1))
	if err != nil {
		return nil, err
	}
	if len(sealed) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrKeyDamaged)
	}
	if len(sealed) > MaxKeyFile {
		return nil, fmt.Errorf("%w: it has more than %d bytes", ErrKeyDamaged, MaxKeyFile)
	}
	return sealed, nil
}

// Whether writeKeyFile may take an existing file's place.
type placement bool

const (
	createOnly      placement = false
	replaceExisting placement = true
)

// writeKeyFile writes sealed to path atomically: a temporary file in the same
// directory is synced and renamed, and the directory is synced.
//
// A crash before the rename leaves path as it was and a file .NAME.*.tmp, encrypted
// like the key file itself; nothing reads it and it may be deleted. A crash after it
// leaves path complete.
func writeKeyFile(path string, sealed []byte, how placement) (err error) {
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	f, err := os.CreateTemp(dir, "."+strings.TrimPrefix(name, ".")+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already once it was renamed
	_, err = f.Write(sealed)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if how == replaceExisting {
		err = os.Rename(f.Name(), path)
	} else {
		// A hard link is rename's one form that never overwrites.
		err = os.Link(f.Name(), path)
		if errors.Is(err, fs.ErrExist) {
			return ErrKeyExists
		} else if err != nil {
			err = renameNew(f.Name(), path)
		}
	}
	if err != nil {
		return err
	}
	return syncDir(dir)
}

// renameNew serves file systems without hard links, such as a USB stick's. Two
// programs that save to one path in the same instant can both pass the check,
// and the later one wins.
func renameNew(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return ErrKeyExists
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(from, to)
}

// makeDir makes dir and what is missing above it, readable by the owner alone,
// and syncs each new entry.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	parent := filepath.Dir(dir)
	if err := makeDir(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(parent)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
