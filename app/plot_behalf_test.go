package app

import (
	"bytes"
	"maps"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/tx"
)

// What officers do for members who have no key, on papers that nobody signed.
func init() {
	maps.Copy(plots, map[string]func(p *plot){
		"member.Nominate": func(p *plot) { p.do(exit.Nominate{Member: p.keyless(), Commitment: forged}) },
		"share.Subscribe": func(p *plot) {
			p.do(share.Subscribe{Member: p.keyless(), Class: 1, Units: 5, Paper: forged})
		},
		"dues.Declare": func(p *plot) {
			m := p.keyless()
			p.decide(dues.KindSet, dues.Set{From: p.day() + 1, Days: 30, Sort: dues.Sliding, Amounts: []uint64{1, 2}, Account: 4000})
			p.do(dues.Declare{Member: m, Band: 2, Paper: forged})
		},
		"document.Accept": func(p *plot) {
			m := p.keyless() // members have adopted no text yet, so that it is refused
			p.do(exit.Contact{Members: []state.Member{m}}, document.Accept{Member: m, Text: 1, Version: 1, Paper: forged})
		},
		"withdrawal.Request": func(p *plot) {
			p.do(takings, withdrawal.Request{Member: 1, Class: 1, Units: 1}, withdrawal.Request{Member: p.keyless(), Class: 1, Units: 1, Paper: forged})
		},
	})
}

// forged is the commitment to a paper that nobody signed.
var forged = bytes.Repeat([]byte{0xf0}, 32)

// decide has six opponents carry an action by a written resolution.
func (p *plot) decide(kind tx.Kind, a state.Action) {
	n := p.motions() + 1
	p.try(3, ballot.Propose{Kind: 4, Title: "By all", Action: []ballot.Carried{{Kind: kind, Payload: tx.Encode(a)}}})
	for _, m := range opponents[:6] {
		p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
	}
	p.block()
}

// keyless is a member whom members enter without a key.
func (p *plot) keyless() state.Member {
	p.decide(member.KindImport, member.Import{Entries: []member.Entry{{Class: 1}}})
	return p.newest()
}
