package tx

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What was put into bundles comes out of them, in its order, and each bundle is the
// array of byte strings that any CBOR library reads.
func TestBundle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(1, 400), rapid.SampledFrom([]int{30_000, MaxSize - 1, MaxSize}))
		raws := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []byte {
			return bytes.Repeat([]byte{0xa2}, size.Draw(t, "size"))
		}), 0, 40).Draw(t, "raws")
		if rapid.Bool().Draw(t, "many") {
			for range MaxBundled {
				raws = append(raws, []byte{0xa0})
			}
		}
		var got [][]byte
		for i, b := range Bundle(raws) {
			parts, err := Unbundle(b)
			if err != nil {
				t.Fatalf("bundle %d: %v", i, err)
			}
			if len(b) > MaxBundle || len(parts) > MaxBundled {
				t.Fatalf("bundle %d has %d bytes and %d transactions", i, len(b), len(parts))
			}
			if IsBundle(b) != (len(parts) > 1) {
				t.Fatalf("%d transactions, bundle: %t", len(parts), IsBundle(b))
			}
			if IsBundle(b) {
				if again := Encode(parts); !bytes.Equal(again, b) {
					t.Fatalf("bundle %d is not what the library writes", i)
				}
			}
			got = append(got, parts...)
		}
		if !slices.EqualFunc(raws, got, bytes.Equal) {
			t.Fatalf("%d transactions went in, %d others came out", len(raws), len(got))
		}
	})
}

// Five transactions of the largest size need two bundles, since four do not fit one.
func TestBundleIsFull(t *testing.T) {
	large := bytes.Repeat([]byte{0xa0}, MaxSize)
	var sizes []int
	for _, b := range Bundle([][]byte{large, large, large, large, large}) {
		parts, err := Unbundle(b)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(parts))
	}
	if diff := cmp.Diff([]int{3, 2}, sizes); diff != "" {
		t.Error(diff)
	}
}

func TestUnbundleRefuses(t *testing.T) {
	two := Bundle([][]byte{{0xa0}, {0xa0}})[0]
	large := bytes.Repeat([]byte{0xa0}, MaxSize+1)
	for _, c := range []struct {
		name string
		raw  []byte
		want error
		says string
	}{
		{"empty", []byte{0x80}, ErrBundle, "0 transactions"},
		{"of one", []byte{0x81, 0x41, 0xa0}, ErrBundle, "1 transactions"},
		{"of too many", Encode(repeated([]byte{0xa0}, MaxBundled+1)), ErrBundle, "1025 transactions"},
		{"too large", append(bytes.Clone(two), make([]byte, MaxBundle)...), ErrBundleSize, "bytes"},
		{"torn in a part", two[:len(two)-1], ErrBundle, "torn in its transaction 2"},
		{"torn before a part", two[:len(two)-2], ErrBundle, "missing"},
		{"torn in its length", []byte{0x99, 0x01}, ErrBundle, "torn in a length"},
		{"with bytes after it", append(bytes.Clone(two), 0), ErrBundle, "1 bytes after its end"},
		{"in a bundle", Encode([][]byte{two, {0xa0}}), ErrBundle, "part 1 is no transaction"},
		{"with an empty part", []byte{0x82, 0x41, 0xa0, 0x40}, ErrBundle, "part 2 is no transaction"},
		{"with a part too large", Encode([][]byte{{0xa0}, large}), ErrBundle, "part 2 is no transaction"},
		{"of text", []byte{0x82, 0x61, 'a', 0x61, 'b'}, ErrBundle, "another form"},
		{"of unknown length", []byte{0x9f, 0x41, 0xa0, 0x41, 0xa0, 0xff}, ErrBundle, "another form"},
		{"of parts of unknown length", []byte{0x82, 0x5f, 0x41, 0xa0, 0xff, 0x41, 0xa0}, ErrBundle, "another form"},
		{"with a long head", []byte{0x98, 0x02, 0x41, 0xa0, 0x41, 0xa0}, ErrBundle, "shortest"},
		{"with a long head of a part", []byte{0x82, 0x59, 0x00, 0x01, 0xa0, 0x41, 0xa0}, ErrBundle, "shortest"},
		{"of eight bytes of length", []byte{0x9b, 0, 0, 0, 0, 0, 0, 0, 2, 0x41, 0xa0, 0x41, 0xa0}, ErrBundle, "another form"},
	} {
		parts, err := Unbundle(c.raw)
		if !errors.Is(err, c.want) || parts != nil || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("a bundle %s: %d parts, %v; want %v that says %q", c.name, len(parts), err, c.want, c.says)
		}
	}
	if parts, err := Unbundle(nil); err != nil || len(parts) != 1 {
		t.Errorf("no bytes: %d parts, %v; Parse is to refuse them", len(parts), err)
	}
}

func repeated(part []byte, n int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		out[i] = part
	}
	return out
}

// Unbundle reads what Bundle writes and nothing else.
func FuzzUnbundle(f *testing.F) {
	f.Add(Bundle([][]byte{Sign(testKey(1), testBody()), {0xa0}})[0])
	f.Add([]byte{0x82, 0x41, 0xa0, 0x41, 0xa0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		parts, err := Unbundle(raw)
		if err != nil || !IsBundle(raw) {
			return
		}
		if again := Bundle(parts); len(again) != 1 || !bytes.Equal(again[0], raw) {
			t.Fatalf("read %x, which Bundle does not write", raw)
		}
	})
}
