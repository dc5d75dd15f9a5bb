package app

import (
	"errors"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// Preview calls ask with the records that co-op n of a chain would have if it were founded
// so at a time, and what is founded beside it left out. It keeps everything in memory, and
// returns what the founding would be refused with.
func Preview(chain string, at time.Time, n state.Coop, g federation.GenesisCoop, ask func(state.Reader) error) error {
	rules := Rules()
	rules.GenesisVersion = nil
	rules.Genesis = func(c *state.Ctx, _ []byte) error { return rooms.FoundCoop(c, n, g) }
	a, err := OpenWith("", Options{FS: vfs.NewMem()}, rules)
	if err != nil {
		return err
	}
	_, err = a.ledger.Init(chain, at.Unix(), nil)
	if err == nil {
		err = a.ledger.Begin(1, at.Unix())
	}
	if err == nil {
		err = ask(a.ledger.Reader())
	}
	return errors.Join(err, a.Close())
}
