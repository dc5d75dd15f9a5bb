package founding

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/rochdale-ledger/rochdale/node/peer"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Statement is what one co-op brings into the federation.
type Statement struct {
	Invitation string                 `json:"invitation"` // Invitation.Digest
	Number     state.Coop             `json:"number"`     // of the co-op in the invitation
	Coop       federation.GenesisCoop `json:"coop"`
}

// A statementFile holds a statement as it was signed: the signature is over its JSON
// without spaces, so that a file whose lines were broken on the way still holds.
type statementFile struct {
	Format    string          `json:"format"`
	Statement json.RawMessage `json:"statement"`
	Key       string          `json:"key"`       // of the co-op's node, or of a founding member if it has none
	Signature string          `json:"signature"` // hexadecimal
}

// statementWords open what is signed. Their first byte is no CBOR map, so that it can
// never be taken for a transaction; nor is it a vote or a handshake of the engine's.
const statementWords = "rochdale: my co-op founds with\n"

// Sign makes the file of a statement, signed by key: that of the co-op's node, or of
// one of its founding members if it has no node.
func (s Statement) Sign(inv Invitation, key tx.PrivateKey) ([]byte, error) {
	if err := s.check(inv); err != nil {
		return nil, err
	}
	if !signsFor(s.Coop, key.Public()) {
		return nil, unusable("the key that signs is neither that of the co-op's node nor, if it has none, of a founding member")
	}
	raw := compact(s)
	return indented(statementFile{
		Format: FormatStatement, Statement: raw, Key: key.Public().String(),
		Signature: hex.EncodeToString(key.SignMessage(append([]byte(statementWords), raw...))),
	}), nil
}

// ParseStatement reads a statement for an invitation and verifies its signature.
func ParseStatement(raw []byte, inv Invitation) (Statement, error) {
	var file statementFile
	var s Statement
	if err := strict(raw, &file); err != nil {
		return s, err
	}
	if file.Format != FormatStatement {
		return s, unusable("its format is %q, not %s", file.Format, FormatStatement)
	}
	var signed bytes.Buffer
	signed.WriteString(statementWords)
	if err := json.Compact(&signed, file.Statement); err != nil {
		return s, unusable("%w", err)
	}
	if err := strict(file.Statement, &s); err != nil {
		return s, err
	}
	if err := s.check(inv); err != nil {
		return s, err
	}
	return s, verify(s.Coop, file.Key, file.Signature, signed.Bytes())
}

// verify says whether a key that signs for the co-op signed msg.
func verify(c federation.GenesisCoop, spelled, signature string, msg []byte) error {
	key, err := tx.ParsePublicKey(spelled)
	if err != nil {
		return unusable("its key: %w", err)
	}
	if !signsFor(c, key) {
		return unusable("it is signed by key %s, which is not that of the node of %s", spelled, c.Name)
	}
	sig, err := hex.DecodeString(signature)
	if err != nil || !key.Verify(msg, sig) {
		return unusable("its signature is wrong: the file was changed after it was signed")
	}
	return nil
}

// signsFor says whether a key speaks for a founding co-op: that of its node, or of a
// founding member if it has none.
func signsFor(c federation.GenesisCoop, key tx.PublicKey) bool {
	if key.Valid() != nil {
		return false
	}
	if c.Validator != nil {
		return peer.Names(c.Validator.Peer, []byte(key[1:]))
	}
	for _, m := range c.Members {
		if k, err := tx.ParsePublicKey(m.Key); err == nil && k.Equal(key) {
			return true
		}
	}
	return false
}

func (s Statement) check(inv Invitation) error {
	name := inv.Name(s.Number)
	switch {
	case s.Invitation != inv.Digest():
		return unusable("it accepts another invitation, whose digest begins with %.16s and not with %.16s", s.Invitation, inv.Digest())
	case name == "":
		return unusable("the invitation has no co-op %d", s.Number)
	case name != s.Coop.Name:
		return unusable("co-op %d of the invitation is %s, not %s", s.Number, name, s.Coop.Name)
	case len(s.Coop.Members) == 0:
		return unusable("%s founds without a member", name)
	}
	err := CheckNode(s.Coop)
	if err == nil {
		err = s.Coop.CheckKeys(inv.Chain, s.Number)
	}
	if err == nil {
		err = s.Coop.CheckConsents(inv.Chain, s.Number)
	}
	if err == nil {
		err = RequireSigned(s.Coop)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrFile, name, err)
	}
	return nil
}

// RequireSigned refuses a founding co-op of which a founder has signed nothing of what it is
// founded with; that what all signed is this, GenesisCoop.CheckConsents says.
func RequireSigned(c federation.GenesisCoop) error {
	for i, m := range c.Members {
		if m.Adopts == "" {
			return takeover.ErrFounders.With("founder %d, of key %s, did not sign it", i+1, m.Key)
		}
	}
	return nil
}

// CheckNode refuses a founding co-op whose node could not be recognised or dialled.
func CheckNode(c federation.GenesisCoop) error {
	if c.Validator == nil {
		return nil
	}
	if err := peer.Check(c.Validator.Peer); err != nil {
		return err
	}
	return peer.CheckAddress(c.Validator.Address)
}

// Assemble makes the founding document of the statements of all co-ops, in any
// order.
func Assemble(inv Invitation, statements []Statement) (federation.Genesis, error) {
	g := federation.Genesis{Version: inv.Version, Federation: inv.Federation, Coops: make([]federation.GenesisCoop, len(inv.Coops))}
	for _, s := range statements {
		if err := s.check(inv); err != nil {
			return g, err
		}
		c := &g.Coops[s.Number-1]
		if c.Name != "" {
			return g, unusable("there are two statements of %s", s.Coop.Name)
		}
		*c = s.Coop
	}
	var missing []string
	for i, c := range g.Coops {
		if c.Name == "" {
			missing = append(missing, inv.Coops[i])
		}
	}
	if len(missing) > 0 {
		return g, &Missing{What: "statement", Coops: missing}
	}
	return g, Check(g)
}

// Check refuses a founding document by which no federation should start though the
// ledger would: CheckNodes, CheckCharters, and RequireSigned but of a trial.
func Check(g federation.Genesis) error {
	if err := CheckNodes(g); err != nil {
		return err
	}
	if err := CheckCharters(g); err != nil || g.Trial {
		return err
	}
	for _, c := range g.Coops {
		if err := RequireSigned(c); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrFile, c.Name, err)
		}
	}
	return nil
}

// CheckCharters refuses a charter whose entrenched kind of motion lets members hear too
// late of what would change it. A trial may have one: it lives years in minutes.
func CheckCharters(g federation.Genesis) error {
	if g.Trial {
		return nil
	}
	for _, c := range g.Coops {
		if err := amendment.RequireTime(c.Charter); err != nil {
			return unusable("the charter of %s: %w", c.Name, err)
		}
	}
	return nil
}

// CheckNodes refuses a founding document by which two co-ops have one node, or a
// node could not be dialled.
func CheckNodes(g federation.Genesis) error {
	peers, addresses := map[string]string{}, map[string]string{}
	for _, c := range g.Coops {
		if err := CheckNode(c); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrFile, c.Name, err)
		}
		if c.Validator == nil {
			continue
		}
		if other, ok := peers[c.Validator.Peer]; ok {
			return unusable("%s and %s have one node, %s", other, c.Name, c.Validator.Peer)
		}
		if other, ok := addresses[c.Validator.Address]; ok {
			return unusable("the nodes of %s and %s are dialled at one address, %s", other, c.Name, c.Validator.Address)
		}
		peers[c.Validator.Peer], addresses[c.Validator.Address] = c.Name, c.Name
	}
	return nil
}
