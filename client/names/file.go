package names

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/sealed"
)

// A directory's file is sealed to the key of whoever keeps it. Inside is JSON, record.
const (
	fileVersion = 1
	fileEnd     = ".names"
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
	raw, err := sealed.Read(path, secret, MaxFile)
	for _, why := range [][2]error{{sealed.ErrMissing, ErrMissing}, {sealed.ErrSecret, ErrSecret}, {sealed.ErrDamaged, ErrDamaged}} {
		if errors.Is(err, why[0]) {
			return nil, fmt.Errorf("%w: %s", why[1], path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("opening a directory: %w", err)
	}
	return parse(raw, path)
}

// parse reads the JSON of a directory strictly.
func parse(raw []byte, path string) (*Book, error) {
	var rec record
	err := sealed.Decode(raw, fileVersion, &rec)
	switch {
	case errors.Is(err, sealed.ErrNewer):
		return nil, fmt.Errorf("%w: %s", ErrVersion, path)
	case err != nil:
		return nil, fmt.Errorf("%w: %s: not in the form of version %d", ErrDamaged, path, fileVersion)
	}
	if err := rec.check(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return &rec.Book, nil
}

// Save writes the directory in the place of what is at path. A crash leaves the one or the
// other, whole.
func (b *Book) Save(path, secret string) error {
	if err := b.check(); err != nil {
		return fmt.Errorf("writing a directory: %w", err)
	}
	raw, err := json.Marshal(record{fileVersion, *b})
	if err != nil {
		return fmt.Errorf("writing a directory: %w", err)
	}
	if err := sealed.Write(path, secret, raw); err != nil {
		return fmt.Errorf("writing a directory: %w", err)
	}
	return nil
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
