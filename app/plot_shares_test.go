package app

import (
	"maps"

	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// What officers can try with the register of shares and its withdrawals.
func init() {
	maps.Copy(plots, map[string]func(p *plot){
		"share.PayPart": func(p *plot) {
			p.do(subscribe, share.PayPart{Payments: []share.Payment{{Subscription: 1, Amount: 1000}}})
		},
		"share.Call": func(p *plot) {
			p.do(subscribe, call.Call{Class: 1, Amount: 1000, Due: 1 << 20})
		},
		"withdrawal.Redeem":   func(p *plot) { p.do(takings, withdrawal.Redeem{Requests: []uint64{1}}) },
		"withdrawal.Pay":      func(p *plot) { p.do(takings, withdrawal.Pay{Requests: []uint64{1}}) },
		"withdrawal.Suspend":  func(p *plot) { p.do(takings, withdrawal.Suspend{Reason: "a pretext"}) },
		"withdrawal.Resume":   func(p *plot) { p.do(withdrawal.Suspend{Reason: "a pretext"}, withdrawal.Resume{}) },
		"withdrawal.SetAside": func(p *plot) { p.do(takings, withdrawal.SetAside{Request: 1, Reason: "a pretext"}) },
	})
}
