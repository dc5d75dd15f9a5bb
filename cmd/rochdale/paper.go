package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// maxPaper is the greatest size of a paper, in bytes, and of its salt.
const maxPaper = 64 << 20

// A paper is a file that stays with the co-op, such as a nomination, and for which the
// ledger holds a salted digest: that of FILE.salt followed by FILE, so that
//
//	cat FILE.salt FILE | sha256sum
//
// shows the paper to whoever doubts it, while a guess at its words shows nothing. The salt
// is a line of 64 random hexadecimal digits.

// sealPaper returns the commitment that text names: the commitment itself, in 64
// hexadecimal digits, or the file to commit to. It makes the salt of a file that has none,
// beside it and for its owner alone.
func sealPaper(what, text string) (digest []byte, salt string, err error) {
	info, err := os.Stat(text)
	if err != nil || info.IsDir() {
		return bareCommitment(what, text)
	}
	salt = text + ".salt"
	if _, err := os.Stat(salt); errors.Is(err, fs.ErrNotExist) {
		var random [32]byte
		_, _ = rand.Read(random[:]) // it never fails
		if err := writeNew("the salt of "+text, salt, []byte(hex.EncodeToString(random[:])+"\n")); err != nil {
			return nil, "", err
		}
	}
	digest, err = openPaper(what, text)
	return digest, salt, err
}

// openPaper is the commitment that text names, as sealPaper made it. It makes no salt: a
// file without its salt opens nothing.
func openPaper(what, text string) ([]byte, error) {
	if info, err := os.Stat(text); err != nil || info.IsDir() {
		digest, _, err := bareCommitment(what, text)
		return digest, err
	}
	h := sha256.New()
	for _, path := range []string{text + ".salt", text} {
		info, err := os.Stat(path)
		if err != nil {
			return nil, withHint(fault("%s has no salt: %w", text, err), "the salt was made with the commitment, in %s.salt; get both files from who keeps the paper", text)
		}
		if info.Size() > maxPaper {
			return nil, withHint(fault("%s is larger than %d MiB", path, maxPaper>>20), "commit to a text that names it by its digest")
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", what, err)
		}
		if len(content) == 0 {
			return nil, withHint(fault("%s is empty", path), "write the paper before you commit to it")
		}
		h.Write(content)
	}
	return h.Sum(nil), nil
}

// bareCommitment reads a commitment that was made before.
func bareCommitment(what, text string) ([]byte, string, error) {
	if _, err := hex.DecodeString(text); err != nil {
		return nil, "", withHint(fault("%s %q is no file that is there, and no commitment of 64 hexadecimal digits", what, text), "name the file with the paper: its digest is what is recorded, never its words")
	}
	digest, err := parseHex(what, text, sha256.Size)
	return digest, "", err
}
