package node

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/google/go-cmp/cmp"
)

// Blocks are made as the engine makes them, by the validators in turn; one of them never
// proposes, and its turns are found and no others, also after the set has changed.
func TestCountTurns(t *testing.T) {
	var all []*cmttypes.Validator
	for i := range 5 {
		key := ed25519.GenPrivKeyFromSecret([]byte{byte(i)}).PubKey()
		all = append(all, cmttypes.NewValidator(key, ValidatorPower))
	}
	validators := cmttypes.NewValidatorSet(all[:4])
	lazy := all[2].Address
	sets := map[int64]*cmttypes.ValidatorSet{}
	var headers []cmttypes.Header
	missed, turns := 0, 0
	for height := int64(1); height <= 40; height++ {
		if height == 21 { // the set of the engine's next block
			if err := validators.UpdateWithChangeSet([]*cmttypes.Validator{all[4].Copy()}); err != nil {
				t.Fatal(err)
			}
		}
		sets[height] = validators.Copy()
		proposer := validators.GetProposer().Address
		if told := height != 1 && height != 21; told && bytes.Equal(proposer, lazy) {
			turns++
		}
		if bytes.Equal(proposer, lazy) {
			if height != 1 && height != 21 {
				missed++
			}
			proposer = validators.CopyIncrementProposerPriority(1).GetProposer().Address // of round 1
		}
		headers = append(headers, cmttypes.Header{Height: height, ProposerAddress: proposer, ValidatorsHash: validators.Hash()})
		validators.IncrementProposerPriority(1)
	}
	asked := 0
	set := func(height int64) (*cmttypes.ValidatorSet, error) {
		asked++
		if sets[height] == nil {
			return nil, fmt.Errorf("no height %d", height)
		}
		var bare []*cmttypes.Validator // as the RPC tells them: without whose turn it is
		for _, v := range sets[height].Validators {
			bare = append(bare, v.Copy())
		}
		return &cmttypes.ValidatorSet{Validators: bare}, nil
	}
	got, err := countTurns(headers, set)
	if err != nil {
		t.Fatal(err)
	}
	want := []Turns{{Silent: Silent{Address: lazy.String()}, Missed: missed, Of: turns}}
	if diff := cmp.Diff(want, got); diff != "" || missed < 7 || asked != 2 {
		t.Errorf("%d missed, the sets asked for %d times (-want +got)\n%s", missed, asked, diff)
	}
	if _, err := countTurns(headers, func(int64) (*cmttypes.ValidatorSet, error) { return nil, ErrNotRunning }); err == nil {
		t.Error("a set that cannot be asked for passes")
	}
}
