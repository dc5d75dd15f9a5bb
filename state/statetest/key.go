package statetest

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"

	"github.com/rochdale-ledger/rochdale/tx"
)

// UnusableKeys are the 32 bytes of public keys that nobody may have: the fourteen
// encodings of points of small order that tx publishes, and one that is no point. forged
// is the constant signature that verifies by each of the fourteen over anything.
//
// It reads tx/testdata, so the test that calls it is of a room, two folders down.
func UnusableKeys(t TB) (keys [][]byte, forged []byte) {
	t.Helper()
	raw, err := os.ReadFile("../../tx/testdata/small-order.json")
	if err != nil {
		t.Fatalf("%v", err)
	}
	type row struct{ Encoding string }
	var rows []row
	if err := json.Unmarshal(raw, &rows); err != nil || len(rows) != 14 {
		t.Fatalf("%d encodings, %v", len(rows), err)
	}
	for _, r := range append(rows, row{"02" + strings.Repeat("00", 31)}) {
		key, err := hex.DecodeString(r.Encoding)
		if err != nil {
			t.Fatalf("%v", err)
		}
		keys = append(keys, key)
	}
	forged = make([]byte, tx.SignatureSize)
	forged[0] = 1
	return keys, forged
}
