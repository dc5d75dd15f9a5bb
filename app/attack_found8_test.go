//go:build found

package app

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// As TestFoundPeriodsOverlap, and then the books go on: who gets the entries of today?
func TestFoundOverlapGoesOn(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2026"}), f.sign(1, 1, sold(10_000)))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 10_000}))
	f.must(f.sign(1, 1, surplus.OpenPeriod{Name: "2027", Last: 1}))
	f.must(f.sign(1, 1, sold(500)))
	v := f.view()
	rec, _ := account.EntryOf(v.Of(1), 3)
	b, _ := account.BooksOf(v.Of(1))
	v.Close()
	t.Logf("today's entry is of period %d; %+v", rec.Period, b)
	f.carry(1, 1, surplus.Allocate{Period: 1})
	f.block()
	t.Log(f.block(f.sign(1, 1, surplus.Declare{Period: 2})).TxResults[0].Log)
	f.now = f.now.Add(48 * time.Hour)
	f.sound()
}
