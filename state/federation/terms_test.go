package federation_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/takeover"
)

// foundedWith is a co-op of two founders that has something in every field.
func foundedWith() federation.GenesisCoop {
	c := genesis().Coops[0]
	c.Members = append(c.Members, federation.FounderOf(statetest.Key(9, 2), statetest.Chain, 1))
	c.Members[1].Offices, c.Members[1].Commitment, c.Members[1].Sort = []charter.Office{charter.Auditor}, strings.Repeat("ab", 32), 2
	c.Shares = []federation.GenesisClass{{Number: 1, Name: "share", Par: 1000, MinHolding: 1, MaxHolding: 10, Rules: &shareclass.RulesEntry{MaxHolding: 10, Redeemable: true}}}
	c.Takeover = federation.TakeoverOf(takeover.Adopt{
		Parts: [][]byte{bytes.Repeat([]byte{7}, 32)}, Day: 20628, People: 2, Capital: 1000, Notices: 1, Left: 1,
		Balances: []account.Line{account.Debit(account.Bank, 1500), account.Credit(2400, 500)}, Loans: []account.Code{2400},
		Seats: []takeover.Seat{{Person: 2, Office: charter.Auditor, Until: 21000}},
	})
	return c
}

func foundingMessage(t *testing.T, c federation.GenesisCoop) []byte {
	t.Helper()
	msg, err := c.FoundingMessage(statetest.Chain, 1)
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

// Founders sign all of a founding co-op but its node, the proofs and the signatures themselves:
// what is changed in any other field is not what they signed.
func TestFoundersSignEveryField(t *testing.T) {
	base := foundingMessage(t, foundedWith())
	changed, free := 0, map[string]bool{}
	for n := 0; ; n++ {
		c := foundedWith()
		path, done := changeLeaf(reflect.ValueOf(&c).Elem(), "", n)
		if done {
			break
		}
		msg, err := c.FoundingMessage(statetest.Chain, 1)
		switch {
		case err == nil && bytes.Equal(msg, base):
			free[path] = true
		default: // another message, or nothing that could be founded
			changed++
		}
	}
	want := map[string]bool{".Validator.Key": true, ".Validator.Proof": true, ".Validator.Peer": true, ".Validator.Address": true}
	for i := range 2 {
		want[fmt.Sprintf(".Members[%d].Proof", i)], want[fmt.Sprintf(".Members[%d].Adopts", i)] = true, true
	}
	if !reflect.DeepEqual(free, want) || changed < 150 {
		t.Errorf("founders sign %d fields; they do not sign %v", changed, free)
	}
}

// changeLeaf changes the n-th of all fields below v, and says which it was; done if there are fewer.
func changeLeaf(v reflect.Value, at string, n int) (path string, done bool) {
	seen := 0
	var walk func(v reflect.Value, at string) bool
	leaf := func(at string, change func()) bool {
		if seen++; seen <= n {
			return false
		}
		path = at
		change()
		return true
	}
	walk = func(v reflect.Value, at string) bool {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				if walk(v.Field(i), at+"."+v.Type().Field(i).Name) {
					return true
				}
			}
		case reflect.Pointer:
			return !v.IsNil() && walk(v.Elem(), at)
		case reflect.Slice:
			for i := range v.Len() {
				if walk(v.Index(i), fmt.Sprintf("%s[%d]", at, i)) {
					return true
				}
			}
			return leaf(at+"[]", func() { v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem()))) })
		case reflect.String:
			return leaf(at, func() { v.SetString(v.String() + "ab") })
		case reflect.Bool:
			return leaf(at, func() { v.SetBool(!v.Bool()) })
		case reflect.Int, reflect.Int64:
			return leaf(at, func() { v.SetInt(v.Int() + 1) })
		case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
			return leaf(at, func() { v.SetUint(v.Uint() + 1) })
		default:
			panic("a field of kind " + v.Kind().String())
		}
		return false
	}
	return path, !walk(v, at)
}

// The message stays what it is: signatures of it stand in founding documents for ever. Written as
// JSON and read again, a co-op has the same.
func TestFoundingMessage(t *testing.T) {
	c := foundedWith()
	const want = "rochdale: my co-op is founded with this charter, these founders, shares, register and books\ntest-1\n1\n"
	msg := string(foundingMessage(t, c))
	if !strings.HasPrefix(msg, want) || len(msg) != len(want)+65 {
		t.Errorf("%q", msg)
	}
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var again federation.GenesisCoop
	if err := json.Unmarshal(raw, &again); err != nil {
		t.Fatal(err)
	}
	if string(foundingMessage(t, again)) != msg {
		t.Error("another message after JSON")
	}
	if other, err := c.FoundingMessage(statetest.Chain, 2); err != nil || string(other) == msg {
		t.Errorf("of another co-op: %v", err)
	}
}

// A new co-op needs no signature to be founded by the machine, but one needs all.
func TestNewCoopIsSignedByAllOrNone(t *testing.T) {
	c := foundedWith()
	c.Takeover = nil
	if err := c.CheckConsents(statetest.Chain, 1); err != nil {
		t.Errorf("signed by none: %v", err)
	}
	for keys, want := range map[state.Member]bool{1: false, 2: true} {
		signed, err := c.SignedBy(statetest.Chain, 1, statetest.Key(9, 1), statetest.Key(9, keys))
		if err != nil {
			t.Fatal(err)
		}
		if err := signed.CheckConsents(statetest.Chain, 1); (err == nil) != want {
			t.Errorf("signed by %d of two: %v", keys, err)
		}
	}
}
