package testnet

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestBackupBroughtBack: a validator whose home is made anew from its saved config
// alone, with the empty record of signatures that a new home has, ends when it has
// fetched a block that its key has signed, and does not start again. With a record that
// begins ahead of the chain, as docs/operator.md says, it fetches all blocks and signs.
func TestBackupBroughtBack(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 4)
	must(t, n.Start(within(t, 40*time.Second)))
	for _, tx := range []string{"first", "second", "third"} {
		commit(t, n, 0, tx)
	}
	must(t, n.Kill(3))
	m, err := n.Manifest()
	must(t, err)
	record := restore(t, m.Nodes[3].Home)
	if err := n.StartNode(within(t, 30*time.Second), 3); err != nil && !errors.Is(err, ErrDied) {
		t.Fatal(err)
	}
	must(t, poll(within(t, 30*time.Second), func() (bool, error) {
		m, err := n.Manifest()
		return err == nil && !m.Nodes[3].Running(), err
	}))
	log, err := os.ReadFile(m.Nodes[3].Log)
	must(t, err)
	for _, words := range []string{"this node refuses to sign: under block ", "ends at block 0 (round 0)", "another machine runs the key, or the record is older than the blocks"} {
		if !strings.Contains(string(log), words) {
			t.Errorf("its log does not say %q", words)
		}
	}
	if left, err := os.ReadFile(record); err != nil || strings.Contains(string(left), "signature") {
		t.Errorf("it signed: %s, %v", left, err)
	}
	if err := n.StartNode(within(t, 20*time.Second), 3); !errors.Is(err, ErrDied) || !strings.Contains(err.Error(), "refuses to sign") {
		t.Fatalf("started again: %v", err)
	}

	all, err := n.Status(within(t, 10*time.Second))
	must(t, err)
	const ahead = 6 // blocks; a federation that is busy would want more
	from := all[0].Status.Height + ahead
	must(t, os.WriteFile(restore(t, m.Nodes[3].Home), fmt.Appendf(nil, `{"height": "%d", "round": 0, "step": 3}`, from), 0o600))
	must(t, n.StartNode(within(t, 30*time.Second), 3))
	must(t, n.WaitHeight(within(t, 60*time.Second), from+1))
	must(t, n.Kill(0))
	height := commit(t, n, 1, "with its signature")
	must(t, n.WaitHeight(within(t, 30*time.Second), height+1, 1, 2, 3))
}

// restore leaves of a home what a backup of config brings into a new one, and returns
// the path of its record of signatures, which is empty.
func restore(t *testing.T, home string) (record string) {
	t.Helper()
	data := filepath.Join(home, "data")
	record = filepath.Join(data, "priv_validator_state.json")
	must(t, errors.Join(os.RemoveAll(data), os.Mkdir(data, 0o700), os.WriteFile(record, []byte(`{"height": "0", "round": 0, "step": 0}`), 0o600)))
	return record
}
