package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/tx"
)

// devPassphrase opens the keys of a testnet's founders. They are made for one
// federation on one machine and guard nothing.
const devPassphrase = "rochdale"

// devFounders are the members of a testnet's first co-op. The others have one
// each, with every office.
var devFounders = []struct {
	name    string
	offices []charter.Office
}{
	{"ada", []charter.Office{charter.Secretary, charter.ReturningOfficer}},
	{"ben", []charter.Office{charter.Treasurer}},
	{"cai", []charter.Office{charter.Chair}},
	{"dot", nil},
	{"eva", nil},
}

// newGenesisState returns what founds the federation of a testnet in dir: a
// co-op for each validator under the standard charter, with its founders, whose
// keys are left in dir/keys.
func newGenesisState(dir string) func([]testnet.Validator) (json.RawMessage, error) {
	return func(validators []testnet.Validator) (json.RawMessage, error) {
		g := federation.Genesis{Federation: "Testnet"}
		for i, v := range validators {
			c, err := foundCoop(keyDir(dir), uint32(i+1), v)
			if err != nil {
				return nil, err
			}
			g.Coops = append(g.Coops, c)
		}
		return json.Marshal(g)
	}
}

func foundCoop(keys string, number uint32, v testnet.Validator) (federation.GenesisCoop, error) {
	rules, err := charter.Preset("standard")
	if err != nil {
		return federation.GenesisCoop{}, err
	}
	// To try things out nobody waits two weeks for a meeting.
	for i := range rules.Motions {
		rules.Motions[i].Notice, rules.Motions[i].Shortest = 0, 0
	}
	c := federation.GenesisCoop{
		Name:      v.Moniker,
		Validator: federation.GenesisValidator{Key: hex.EncodeToString(v.PubKey), Peer: v.PeerID, Address: v.P2P},
		Charter:   rules,
	}
	if number > 1 {
		all := []charter.Office{charter.Chair, charter.Secretary, charter.Treasurer, charter.ReturningOfficer}
		m, err := newFounder(keys, fmt.Sprintf("officer%d", number), number, 1, all)
		c.Members = append(c.Members, m)
		return c, err
	}
	for i, f := range devFounders {
		m, err := newFounder(keys, f.name, number, uint64(i+1), f.offices)
		if err != nil {
			return c, err
		}
		c.Members = append(c.Members, m)
	}
	return c, nil
}

func newFounder(keys, name string, coop uint32, number uint64, offices []charter.Office) (federation.GenesisMember, error) {
	k, err := client.NewKey(rand.Reader)
	if err != nil {
		return federation.GenesisMember{}, err
	}
	k.Label, k.ChainID, k.Coop, k.Member = name, testnet.DefaultChainID, coop, number
	if err := client.SaveKey(filepath.Join(keys, name+keyExt), devPassphrase, k, client.MinWork); err != nil {
		return federation.GenesisMember{}, explainKey(err)
	}
	commitment := make([]byte, 32) // nobody behind these names has data to commit to, but no two are alike
	if _, err := rand.Read(commitment); err != nil {
		return federation.GenesisMember{}, err
	}
	return federation.GenesisMember{
		Key: tx.NewPrivateKey(k.Private().Seed()).Public().String(), Class: 1,
		Offices: offices, Commitment: hex.EncodeToString(commitment),
	}, nil
}

// devMember is a founder whose key the testnet holds.
type devMember struct {
	Name      string `json:"name"`
	Coop      uint32 `json:"coop"`
	Member    uint64 `json:"member"`
	PublicKey string `json:"public_key"`
	Key       string `json:"key"` // path of the key file
}

// devMembers lists the founders of the testnet in dir, by name.
func devMembers(dir string) ([]devMember, error) {
	files, err := os.ReadDir(keyDir(dir))
	if os.IsNotExist(err) {
		return []devMember{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing keys: %w", err)
	}
	members := []devMember{}
	for _, f := range files {
		path := filepath.Join(keyDir(dir), f.Name())
		if !strings.HasSuffix(path, keyExt) {
			continue
		}
		k, err := client.LoadKey(path, devPassphrase)
		if err != nil {
			continue // not one of ours
		}
		members = append(members, devMember{Name: k.Label, Coop: k.Coop, Member: k.Member, PublicKey: hex.EncodeToString(k.Public()), Key: path})
	}
	return members, nil
}
