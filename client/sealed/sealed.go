// Package sealed keeps private files of whoever holds a key: each is one age file, encrypted
// to a secret that follows from the key (client.Key.Secret), so that it opens with the key
// and with the key's recovery words.
package sealed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// work is scrypt's cost, as a power of two: small, since a secret has 256 random bits and
// cannot be guessed.
const work = 10

// Why a file could not be read.
var (
	ErrMissing = errors.New("no such file")
	ErrSecret  = errors.New("the file was made with another key")
	ErrDamaged = errors.New("the file is damaged, cut short, or none of this kind")
	ErrNewer   = errors.New("the file was written by a newer version of rochdale")
)

// Read opens the file at path, of at most limit bytes. It returns ErrMissing, ErrSecret or
// ErrDamaged, or what the system said.
func Read(path, secret string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrMissing, path)
	}
	if err != nil {
		return nil, fmt.Errorf("opening a sealed file: %w", err)
	}
	defer f.Close()
	identity, err := age.NewScryptIdentity(secret)
	if err != nil {
		return nil, fmt.Errorf("opening a sealed file: %w", err)
	}
	identity.SetMaxWorkFactor(work)
	plain, err := age.Decrypt(io.LimitReader(f, limit), identity)
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
	return raw, nil
}

// Decode reads the JSON of a file into what its version's form is: an object whose field
// version is that number, with no field that the form does not have. It returns ErrNewer for a
// later version and ErrDamaged for anything else.
func Decode(raw []byte, version int, into any) error {
	var said struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(raw, &said); err != nil { // which refuses what comes after the object
		return ErrDamaged
	}
	if said.Version > version {
		return ErrNewer
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil || said.Version != version {
		return fmt.Errorf("%w: not in the form of version %d", ErrDamaged, version)
	}
	return nil
}

// Write puts a file in the place of what is at path, for its owner alone, and makes the
// folder if there is none. A crash leaves the one or the other, whole: it is written beside,
// forced to the disk, and then renamed.
func Write(path, secret string, raw []byte) error {
	err := write(path, secret, raw)
	if err != nil {
		return fmt.Errorf("writing a sealed file: %w", err)
	}
	return nil
}

func write(path, secret string, raw []byte) error {
	recipient, err := age.NewScryptRecipient(secret)
	if err != nil {
		return err
	}
	recipient.SetWorkFactor(work)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".sealed-*") // mode 0600
	if err != nil {
		return err
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
		return errors.Join(err, os.Remove(f.Name()))
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
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
