package names

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// A directory's file is one age file, encrypted to a secret that follows from the key of
// whoever keeps it (client.Key.Secret). Inside is JSON, record.
const (
	fileVersion = 1
	fileEnd     = ".names"

	// work is scrypt's cost, as a power of two: small, since the secret has 256 random bits
	// and cannot be guessed.
	work = 10
)

// MaxFile bounds a directory's file, in bytes: 100,000 people with ten fields fit.
const MaxFile = 512 << 20

// Why a directory could not be read or written.
var (
	ErrMissing = errors.New("there is no directory of this co-op here")
	ErrExists  = errors.New("there is a directory of this co-op already")
	ErrSecret  = errors.New("the directory was made with another key")
	ErrDamaged = errors.New("the directory is damaged, cut short, or none")
	ErrVersion = errors.New("the directory was written by a newer version of rochdale")
)

type record struct {
	Version int `json:"version"`
	Book
}

// Path is where the directory of a co-op lies in a folder.
func Path(dir, chain string, coop uint32) string {
	return filepath.Join(dir, fmt.Sprintf("%s-%d%s", chain, coop, fileEnd))
}

// Found are the directories in a folder, by path; none if there is no such folder.
func Found(dir string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*"+fileEnd))
	if err != nil {
		return nil, fmt.Errorf("looking for directories in %s: %w", dir, err)
	}
	return paths, nil
}

// OfPath is of which chain and co-op a path says that the directory is.
func OfPath(path string) (chain string, coop uint32, err error) {
	name := strings.TrimSuffix(filepath.Base(path), fileEnd)
	i := strings.LastIndexByte(name, '-')
	if i < 0 {
		return "", 0, fmt.Errorf("%w: %s", ErrDamaged, path)
	}
	if _, err := fmt.Sscanf(name[i+1:], "%d", &coop); err != nil {
		return "", 0, fmt.Errorf("%w: %s", ErrDamaged, path)
	}
	return name[:i], coop, nil
}

// Load opens a directory's file. It returns ErrMissing, ErrSecret, ErrDamaged or ErrVersion.
func Load(path, secret string) (*Book, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrMissing, path)
	}
	if err != nil {
		return nil, fmt.Errorf("opening a directory: %w", err)
	}
	defer f.Close()
	return read(io.LimitReader(f, MaxFile), path, secret)
}

func read(r io.Reader, path, secret string) (*Book, error) {
	identity, err := age.NewScryptIdentity(secret)
	if err != nil {
		return nil, fmt.Errorf("opening a directory: %w", err)
	}
	identity.SetMaxWorkFactor(work)
	plain, err := age.Decrypt(r, identity)
	var no *age.NoIdentityMatchError
	if errors.As(err, &no) {
		return nil, fmt.Errorf("%w: %s", ErrSecret, path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, path)
	}
	raw, err := io.ReadAll(plain)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, path)
	}
	return parse(raw, path)
}

// parse reads the JSON of a directory strictly.
func parse(raw []byte, path string) (*Book, error) {
	var rec record
	var version struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(raw, &version); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, path)
	}
	if version.Version > fileVersion {
		return nil, fmt.Errorf("%w: %s", ErrVersion, path)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&rec); err != nil || rec.Version != fileVersion {
		return nil, fmt.Errorf("%w: %s: not in the form of version %d", ErrDamaged, path, fileVersion)
	}
	if err := rec.check(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return &rec.Book, nil
}

// Save writes the directory in the place of what is at path. A crash leaves the one or the
// other, whole: it is written beside, forced to the disk, and then renamed.
func (b *Book) Save(path, secret string) error {
	if err := b.check(); err != nil {
		return fmt.Errorf("writing a directory: %w", err)
	}
	raw, err := json.Marshal(record{fileVersion, *b})
	if err != nil {
		return fmt.Errorf("writing a directory: %w", err)
	}
	recipient, err := age.NewScryptRecipient(secret)
	if err != nil {
		return fmt.Errorf("writing a directory: %w", err)
	}
	recipient.SetWorkFactor(work)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("writing a directory: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".names-*") // mode 0600
	if err != nil {
		return fmt.Errorf("writing a directory: %w", err)
	}
	err = encrypt(f, recipient, raw)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing a directory: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return syncDir(filepath.Dir(path))
}

func encrypt(w io.Writer, to age.Recipient, raw []byte) error {
	sealed, err := age.Encrypt(w, to)
	if err != nil {
		return err
	}
	if _, err := sealed.Write(raw); err != nil {
		return err
	}
	return sealed.Close()
}

// syncDir has the rename survive a loss of power.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("writing a directory: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// Backup is the directory as readable JSON, with its salts.
func (b *Book) Backup() ([]byte, error) {
	raw, err := json.MarshalIndent(record{fileVersion, *b}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing a directory: %w", err)
	}
	return append(raw, '\n'), nil
}

// FromBackup reads what Backup wrote. It returns ErrDamaged with the reason, or ErrVersion.
func FromBackup(raw []byte) (*Book, error) { return parse(raw, "the backup") }
