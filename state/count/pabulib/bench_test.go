package pabulib_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/pabulib"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

func BenchmarkReadPabulib(b *testing.B) {
	text := []byte(counting.LargeBudget(false))
	b.SetBytes(int64(len(text)))
	counting.Loop(b, func() error {
		_, err := pabulib.Read("bench.pb", bytes.NewReader(text))
		return err
	})
}
