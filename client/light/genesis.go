package light

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// MaxGenesis is the size of the largest genesis file that is read, in bytes.
const MaxGenesis = 64 << 20

// A Genesis is what a verifier takes from a federation's genesis file.
type Genesis struct {
	Chain      string // chain id
	Validators Set    // those that founded it
}

// ReadGenesis reads the chain id and the validators of a genesis file of CometBFT.
// Other fields are not checked, so a node may still refuse the file.
func ReadGenesis(raw []byte) (Genesis, error) {
	if len(raw) > MaxGenesis {
		return Genesis{}, fmt.Errorf("%d bytes, at most %d can be", len(raw), MaxGenesis)
	}
	var g Genesis
	doc, err := fields(raw)
	if err != nil {
		return Genesis{}, err
	}
	if err := field(doc, "chain_id", &g.Chain); err != nil {
		return Genesis{}, err
	}
	if g.Chain == "" || len(g.Chain) > MaxChain {
		return Genesis{}, fmt.Errorf("chain_id has %d bytes, from 1 to %d can be", len(g.Chain), MaxChain)
	}
	var list []json.RawMessage
	if err := field(doc, "validators", &list); err != nil {
		return Genesis{}, err
	}
	if len(list) > MaxValidators {
		return Genesis{}, fmt.Errorf("%d validators, from 1 to %d can be", len(list), MaxValidators)
	}
	validators := make([]Validator, len(list))
	for i, raw := range list {
		if validators[i], err = genesisValidator(raw); err != nil {
			return Genesis{}, fmt.Errorf("validator %d: %w", i+1, err)
		}
	}
	g.Validators, err = NewSet(validators)
	return g, err
}

// keyType names ed25519 in CometBFT's JSON.
const keyType = "tendermint/PubKeyEd25519"

func genesisValidator(raw []byte) (v Validator, err error) {
	entry, err := fields(raw)
	if err != nil {
		return v, err
	}
	var key map[string]json.RawMessage
	if key, err = fields(entry["pub_key"]); err != nil {
		return v, fmt.Errorf("pub_key: %w", err)
	}
	var kind, power string
	if err := errors.Join(field(key, "type", &kind), field(key, "value", &v.Key), field(entry, "power", &power)); err != nil {
		return v, err
	}
	if kind != keyType || len(v.Key) != KeySize {
		return v, errors.New("its key is not ed25519")
	}
	if v.Power, err = strconv.ParseInt(power, 10, 64); err != nil || v.Power < 1 || strconv.FormatInt(v.Power, 10) != power {
		return v, fmt.Errorf("its power is %q", power)
	}
	var address Hex
	if given, ok := entry["address"]; ok {
		if err := address.UnmarshalJSON(given); err != nil {
			return v, fmt.Errorf("address: %w", err)
		}
	}
	if len(address) > 0 && !bytes.Equal(address, v.Address()) {
		return v, fmt.Errorf("its address is %v, that of its key %v", address, v.Address())
	}
	return v, nil
}

// fields splits a JSON object into its fields. Names are case-sensitive, and the
// last of several equal names counts, as with CometBFT.
func fields(raw []byte) (map[string]json.RawMessage, error) {
	if len(raw) == 0 {
		return nil, errors.New("it is empty")
	}
	var m map[string]json.RawMessage
	err := json.Unmarshal(raw, &m)
	return m, err
}

// field decodes one field of an object into v, which stays zero without it.
func field(object map[string]json.RawMessage, name string, v any) error {
	if len(object[name]) == 0 {
		return nil
	}
	if err := json.Unmarshal(object[name], v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// ParseFingerprint reads the hash of a set of validators: 64 hexadecimal digits.
func ParseFingerprint(s string) ([]byte, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 32 {
		return nil, fmt.Errorf("a fingerprint of validators is 64 hexadecimal digits, not %q", s)
	}
	return b, nil
}
