package node

import (
	"testing"

	dbm "github.com/cometbft/cometbft-db"
)

// A store that is closed has nothing, and is closed once.
func TestClosingDB(t *testing.T) {
	db, err := dbm.NewDB("x", dbm.GoLevelDBBackend, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := &closingDB{DB: db}
	if err := d.Set([]byte("k"), []byte("v")); err != nil {
		t.Fatal(err)
	}
	if v, err := d.Get([]byte("k")); string(v) != "v" || err != nil {
		t.Errorf("open: %q, %v", v, err)
	}
	for range 2 {
		if err := d.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	}
	if v, err := d.Get([]byte("k")); v != nil || err != nil {
		t.Errorf("closed: %q, %v", v, err)
	}
	if has, err := d.Has([]byte("k")); has || err != nil {
		t.Errorf("closed: %v, %v", has, err)
	}
}
