package light

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/cometbft/cometbft/types"
)

func TestReadGenesis(t *testing.T) {
	raw, err := os.ReadFile("../receipt/testdata/format2/genesis.json")
	if err != nil {
		t.Fatal(err)
	}
	g, err := ReadGenesis(raw)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := types.GenesisDocFromJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "chain", g.Chain, doc.ChainID)
	sameBytes(t, "fingerprint", g.Validators.Hash(), doc.ValidatorHash())
	same(t, "founders", g.Validators.Size(), len(doc.Validators))

	const address, key = `"576FAB0B4A7CD66F49C7F51C3341866C5B1C619A"`, `3lQKrn/V+yFMHvYwb0FiUJ5VNgYBOgWVkdZTxRj/c7I=`
	for _, row := range []struct {
		name, old, new string
		ok, engine     bool
	}{
		{"no address", address, `""`, true, true},
		{"address in lower case", address, strings.ToLower(address), true, true},
		{"power of 4", `"power": "3"`, `"power": "4"`, true, true},
		{"a name in another case is not looked at", `"genesis_time"`, `"Chain_ID": "x", "genesis_time"`, true, true},
		{"the last chain counts", `"genesis_time"`, `"chain_id": "x", "genesis_time"`, true, true},
		{"what it does not look at", `"initial_height": "1"`, `"initial_height": "-1"`, true, false},

		{"cut short", `"app_state": {}`, ``, false, false},
		{"no chain", `"anytown-1"`, `""`, false, false},
		{"long chain", `anytown-1`, strings.Repeat("x", 51), false, false},
		{"chain is a number", `"anytown-1"`, `1`, false, false},
		{"chain null", `"anytown-1"`, `null`, false, false},
		{"other address", `"576F`, `"576E`, false, false},
		{"bad address", `"576F`, `"576G`, false, false},
		{"short key", key, "3lQKrn/V", false, true}, // the engine panics when it computes the address
		{"other key", key, "3lQKrn/V+yFMHvYwb0FiUJ5VNgYBOgWVkdZTxRj/c7M=", false, false},
		{"other kind of key", "tendermint/PubKeyEd25519", "tendermint/PubKeySecp256k1", false, false},
		{"no power", `"power": "3"`, `"power": "0"`, false, false},
		{"power with a sign", `"power": "3"`, `"power": "+3"`, false, false},
		{"power below", `"power": "3"`, `"power": "-3"`, false, true}, // panics in making the set
		{"power without quotes", `"power": "3"`, `"power": 3`, false, false},
		{"too much power", `"power": "3"`, `"power": "9223372036854775807"`, false, true}, // likewise
		{"no validators", `"validators"`, `"founders"`, false, true},                      // an engine asks the application
	} {
		bad := strings.Replace(string(raw), row.old, row.new, 1)
		if bad == string(raw) {
			t.Fatalf("%s changes nothing", row.name)
		}
		got, err := ReadGenesis([]byte(bad))
		if (err == nil) != row.ok {
			t.Errorf("%s: %v", row.name, err)
		}
		doc, err := engineGenesis([]byte(bad))
		if row.ok && row.engine && (err != nil || doc.ChainID != got.Chain || string(doc.ValidatorHash()) != string(got.Validators.Hash())) {
			t.Errorf("%s: %q, the engine has another: %v", row.name, got.Chain, err)
		}
		if !row.engine && err == nil {
			t.Errorf("%s: the engine accepts it", row.name)
		}
	}
	for _, raw := range []string{"", "null", "[]", "{}", `{"chain_id":"x","validators":[` + strings.Repeat("{},", 1000) + `{}]}`, `{"chain_id":"x","validators":[null]}`} {
		if _, err := ReadGenesis([]byte(raw)); err == nil {
			t.Errorf("%.60s is read", raw)
		}
	}
	if _, err := ReadGenesis(make([]byte, MaxGenesis+1)); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Error(err)
	}
}

func engineGenesis(raw []byte) (doc *types.GenesisDoc, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return types.GenesisDocFromJSON(raw)
}

func TestParseFingerprint(t *testing.T) {
	good := strings.Repeat("0a", 32)
	b, err := ParseFingerprint(good)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "bytes", fmt.Sprintf("%x", b), good)
	for _, bad := range []string{"", good[2:], good + "00", "x" + good[1:]} {
		if _, err := ParseFingerprint(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}
