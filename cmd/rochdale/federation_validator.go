package main

import (
	"bytes"
	"crypto/ed25519"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/peer"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

func newFederationAnnounceCmd() *cobra.Command {
	cmd := newActCmd("announce PEER-ID HOST:PORT", "Tell the federation where your co-op's node is dialled",
		"  rochdale federation announce 12D3KooW… node.delcer.example:26656", wantArgs("PEER-ID", "HOST:PORT"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			if err := checkPeer(args[0], args[1]); err != nil {
				return act{}, err
			}
			facts, err := s.warnOfMistake(cmd, false)
			return act{kind: federation.KindAnnounce, action: federation.Announce{Peer: args[0], Address: args[1]},
				facts: facts, next: "see it with: rochdale federation show"}, err
		})
	cmd.Long = `Tell the federation which node is your co-op's and where others dial it: its peer
id, and a name or IP address with a UDP port.

The other nodes drop a node whose peer id is not in the register, so a wrong one
cuts yours off. The node prints its own: rochdale node show-id.`
	return cmd
}

func newFederationReplaceCmd() *cobra.Command {
	cmd := newActCmd("replace-validator KEY PEER-ID HOST:PORT", "Give your co-op another validator, by a motion",
		`  rochdale federation replace-validator 77de… 12D3KooW… node.example:26656 \
    --propose 3 --title "New machine"`,
		wantArgs("KEY", "PEER-ID", "HOST:PORT"), true,
		func(cmd *cobra.Command, s *session, args []string) (act, error) {
			key, err := parseValidatorKey(args[0])
			if err != nil {
				return act{}, err
			}
			if err := checkPeer(args[1], args[2]); err != nil {
				return act{}, err
			}
			if peer.Names(args[1], ed25519.PublicKey(key)) {
				return act{}, withHint(fault("%s is the key of the peer id, not the one that signs blocks", args[0]),
					"give the public key that the new node prints: rochdale node show-id")
			}
			facts, err := s.warnOfMistake(cmd, true)
			return act{kind: federation.KindReplace, action: federation.Replace{Key: key, Peer: args[1], Address: args[2]},
				facts: facts, next: "when the new node has caught up, on its machine: rochdale federation confirm-validator"}, err
		})
	cmd.Long = `Give your co-op another validator, after the old key was lost or misbehaved. It gets
the power when its node shows that it follows the chain, and not before: start the
node, which others let in from now on, and when it has caught up confirm it with
rochdale federation confirm-validator. Until then the old key keeps its power.

Give the three as the new node prints them: rochdale node show-id. Others dial it at
HOST:PORT, over UDP.`
	return cmd
}

func newFederationConfirmCmd() *cobra.Command {
	cmd := newActCmd("confirm-validator", "Give the new validator its power, on its own machine",
		"  rochdale federation confirm-validator\n  rochdale federation confirm-validator --home /srv/rochdale --dry-run",
		cobra.NoArgs, false,
		func(cmd *cobra.Command, s *session, _ []string) (act, error) {
			m, err := s.proofOfHome(cmd)
			if err != nil {
				return act{}, err
			}
			facts, err := s.warnOfMistake(cmd, true)
			return act{kind: federation.KindConfirm, action: m, facts: facts,
				next: "when the new key signs, destroy the old one and its copies; see it with: rochdale federation show"}, err
		})
	cmd.Long = `Show that the node of --home follows the chain: it has a recent block, and both its
keys sign what the ledger's hash is after it. With that the validator on which your
co-op decided (rochdale federation replace-validator) gets its power, at once, and
the old one loses it.

The old key never serves again, so stop its node for good first. When the new one
signs, destroy the old key and every copy of it: old keys of more than two thirds
of the validators could sign another history, for who knows only the genesis.`
	return cmd
}

// checkPeer refuses what no node could recognise or dial, by the parsers of the
// libraries that do it.
func checkPeer(id, address string) error {
	if err := peer.Check(id); err != nil {
		return withHint(fault("%w", err), "copy it from what the node prints: rochdale node show-id")
	}
	if err := peer.CheckAddress(address); err != nil {
		return withHint(fault("%w", err), "give the name or IP address, and UDP port, at which others reach the node")
	}
	return nil
}

// proofOfHome is what the node of the home signs to get its power.
func (s *session) proofOfHome(cmd *cobra.Command) (federation.Confirm, error) {
	var none federation.Confirm
	home := s.settings.Home
	id, err := node.LoadIdentity(home)
	if err != nil {
		return none, explainNode(err)
	}
	coop, err := federation.Find(s, s.Coop())
	if err != nil {
		return none, err
	}
	if !coop.Next.Waits() {
		return none, refused(federation.ErrNone.With("co-op %d, %s", s.Coop(), s.name))
	}
	if !bytes.Equal(coop.Next.Key, id.PubKey) {
		return none, withHint(fault("the co-op decided on validator key %s, and that of %s is %s", tx.ValidatorKey(coop.Next.Key), home, tx.ValidatorKey(id.PubKey)),
			"name the new node's home with --home, or decide on this one: rochdale federation replace-validator")
	}
	tip, err := s.tipOfHome(cmd, home)
	if err != nil {
		return none, err
	}
	if tip.Height < coop.Next.Since {
		return none, withHint(fault("the node of %s has block %s, and the co-op decided on it in block %s", home, formatCount(int64(tip.Height)), formatCount(int64(coop.Next.Since))),
			"wait until it has caught up: rochdale node status")
	}
	own, err := node.NodeKey(home)
	if err != nil {
		return none, explainNode(err)
	}
	validator, err := node.ValidatorKey(home)
	return federation.Prove(s.Chain(), s.Coop(), tip.Height, tip.Hash, own, validator), explainNode(err)
}

// tipOfHome is the last block of the running node of the home.
func (s *session) tipOfHome(cmd *cobra.Command, home string) (state.Tip, error) {
	address, err := homeNode(home)
	if err != nil {
		return state.Tip{}, err
	}
	own, err := client.Dial(address)
	if err != nil {
		return state.Tip{}, explainAsk(address, err)
	}
	tip, err := own.Tip(cmd.Context())
	if err == nil && tip.Chain != s.Chain() {
		err = withHint(fault("the node of %s is of the federation %s, and not of %s", home, tip.Chain, s.Chain()), "name another home with --home")
	}
	return tip, explainAsk(address, err)
}

// warnOfMistake says what happens if the node does not sign after all, where the
// federation could not go on without it: more than two thirds of the validators with
// power have to sign each block. gains says that the co-op's node gets power that it may
// not have yet. What cannot be read of who signs now is left out.
func (s *session) warnOfMistake(cmd *cobra.Command, gains bool) ([]state.Clause, error) {
	coop, err := federation.Find(s, s.Coop())
	if err != nil {
		return nil, err
	}
	totals, err := federation.TotalsOf(s)
	if err != nil {
		return nil, err
	}
	all, others := int(totals.Powered), int(totals.Powered)
	switch {
	case coop.Validator.HasPower():
		others--
	case gains:
		all++
	default:
		return nil, nil // the node signs nothing
	}
	silent, err := s.silent(cmd)
	if err != nil {
		return nil, err
	}
	if signing := others - silent; signing*3 <= all*2 {
		says := fmt.Sprintf("%d of %d validators are left", signing, all)
		if silent > 0 {
			says += fmt.Sprintf(" (%d signed none of the last blocks)", silent)
		}
		return []state.Clause{state.Fact("if it does not sign", "%s, not more than two thirds: no block is made, and the federation stands still", says)}, nil
	}
	return nil, nil
}

// recentBlocks is how many of the last blocks are looked at for who signs. A block is
// made as soon as more than two thirds have signed, so that each lacks the slowest.
const recentBlocks = 5

// silent is how many of the other co-ops' validators with power signed none of the last
// blocks. It is none if the node cannot say.
func (s *session) silent(cmd *cobra.Command) (n int, err error) {
	last, _, err := s.client.Block(cmd.Context(), 0, receipt.Trust{})
	if err != nil {
		return 0, nil
	}
	signed := map[string]bool{}
	for b, at := last, last.Header.Height; ; {
		for _, sig := range b.Commit.Signatures {
			if sig.Flag == light.Signed {
				signed[string(sig.Validator)] = true
			}
		}
		if at--; at < 1 || at <= last.Header.Height-recentBlocks {
			break
		}
		if b, _, err = s.client.Block(cmd.Context(), uint64(at), receipt.Trust{}); err != nil {
			break // the node has dropped it
		}
	}
	err = federation.Range(s, func(other state.Coop, c federation.Coop) (bool, error) {
		if other != s.Coop() && c.Validator.HasPower() && !signed[string(c.Validator.ConsensusAddress())] {
			n++
		}
		return true, nil
	})
	return n, err
}
