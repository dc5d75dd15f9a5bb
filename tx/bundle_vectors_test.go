package tx

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const bundlesFile = "testdata/bundles.json"

// bundleVectors are published for programs in other languages: bytes in hexadecimal.
type bundleVectors struct {
	Bundles []bundleVector  `json:"bundles"`
	Refused []refusedBundle `json:"refused"`
}

type bundleVector struct {
	Transactions []string `json:"transactions"` // in order
	Bundles      []string `json:"bundles"`      // what they are put into; one that is left alone is no bundle
}

type refusedBundle struct {
	Why    string `json:"why"`
	Bundle string `json:"bundle"`
}

func hexes(raws [][]byte) []string {
	out := []string{}
	for _, raw := range raws {
		out = append(out, hex.EncodeToString(raw))
	}
	return out
}

func madeBundleVectors() (v bundleVectors) {
	var signed [][]byte
	for n := range byte(25) {
		body := testBody()
		body.Sequence = uint64(n) + 1
		signed = append(signed, Sign(testKey(n), body))
	}
	for _, n := range []int{0, 1, 2, 25} { // 24 and more take another byte of length
		v.Bundles = append(v.Bundles, bundleVector{hexes(signed[:n]), hexes(Bundle(signed[:n]))})
	}
	two := Bundle(signed[:2])[0]
	refuse := func(why string, raw []byte) {
		v.Refused = append(v.Refused, refusedBundle{why, hex.EncodeToString(raw)})
	}
	refuse("it is empty", []byte{0x80})
	refuse("it has one transaction, which stands alone", Encode(signed[:1]))
	refuse("it is torn", two[:len(two)-1])
	refuse("there are bytes after its end", append(slices.Clone(two), 0))
	refuse("there is a bundle in it", Encode([][]byte{two, signed[2]}))
	refuse("a part is empty", []byte{0x82, 0x41, 0xa0, 0x40})
	refuse("a part is text", []byte{0x82, 0x41, 0xa0, 0x61, 0x61})
	refuse("a length is not in its shortest form", append([]byte{0x98, 0x02}, two[1:]...))
	refuse("its length is not said", append(append([]byte{0x9f}, two[1:]...), 0xff))
	return v
}

// The published bundles are what this program makes, and reads; the refused it refuses.
func TestBundleVectors(t *testing.T) {
	made := madeBundleVectors()
	if *update {
		raw, err := json.MarshalIndent(made, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(bundlesFile, append(raw, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(bundlesFile)
	if err != nil {
		t.Fatal(err)
	}
	var published bundleVectors
	if err := json.Unmarshal(raw, &published); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(published, made); diff != "" {
		t.Errorf("published and made (-published +made)\n%s", diff)
	}
	for i, v := range published.Bundles {
		var back []string
		for _, b := range v.Bundles {
			whole, err := hex.DecodeString(b)
			if err != nil {
				t.Fatal(err)
			}
			parts, err := Unbundle(whole)
			if err != nil {
				t.Errorf("vector %d: %v", i, err)
			}
			back = append(back, hexes(parts)...)
		}
		if !slices.Equal(back, v.Transactions) {
			t.Errorf("vector %d: %d transactions come out of it, not its %d", i, len(back), len(v.Transactions))
		}
	}
	for _, v := range published.Refused {
		whole, err := hex.DecodeString(v.Bundle)
		if err != nil {
			t.Fatal(err)
		}
		if parts, err := Unbundle(whole); err == nil {
			t.Errorf("%s, and %d parts are read", v.Why, len(parts))
		}
	}
}
