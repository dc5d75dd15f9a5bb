package app

import (
	"bytes"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// plots are what an officer can try with each action that a charter grants to an
// office, or to a motion of office holders.
var plots = map[string]func(p *plot){
	"member.Apply": func(p *plot) {
		key := evilKey(1)
		p.do(member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(fedChain, 1)})
		p.keys[p.newest()] = key
	},
	"member.Admit": func(p *plot) {
		for i := range 3 {
			key := evilKey(10 + i)
			p.do(member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(fedChain, 1)})
			m := p.newest()
			p.keys[m] = key
			p.do(member.Admit{Member: m})
		}
	},
	"member.Invite": func(p *plot) { // whoever makes a code can use it
		m, code, own := p.keyless(), evilKey(40), evilKey(41)
		p.do(member.Invite{Member: m, Key: code.Public(), Until: state.DayOf(p.now.Unix()) + 30})
		if p.tryBy(code, m, member.Rekey{Member: m, Key: own.Public(), Possession: own.Possession(fedChain, 1)}) {
			p.keys[m] = own
		}
	},
	"member.Import": func(p *plot) {
		var batch member.Import
		for i := range 20 {
			key := evilKey(20 + i)
			batch.Entries = append(batch.Entries, member.Entry{Key: key.Public(), Class: 1})
			p.keys[p.newest()+state.Member(i+1)] = key
		}
		p.do(batch)
	},
	"member.Suspend": func(p *plot) {
		for _, m := range p.against {
			p.do(member.Suspend{Member: m, Reason: "a pretext"})
		}
	},
	"member.Reinstate": func(p *plot) {
		for _, m := range p.against {
			p.do(member.Suspend{Member: m, Reason: "a pretext"}, member.Reinstate{Member: m})
		}
	},
	"member.Rekey": func(p *plot) {
		for _, m := range p.against {
			key := evilKey(50 + int(m))
			taken := p.taken
			p.do(member.Rekey{Member: m, Key: key.Public(), Possession: key.Possession(fedChain, 1)})
			if p.taken > taken {
				p.keys[m] = key
			}
		}
	},
	"member.Refuse": func(p *plot) {
		key := evilKey(40)
		p.do(member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(fedChain, 1)})
		for _, m := range append([]state.Member{p.newest()}, p.against...) {
			p.do(exit.Refuse{Member: m, Reason: "a pretext"})
		}
	},
	"exit.Summon":  func(p *plot) { p.do(p.summons(), exit.Expel{Member: victim}) },
	"exit.Hear":    func(p *plot) { p.do(p.summons(), exit.Hear{Member: victim, Day: p.day()}, exit.Expel{Member: victim}) },
	"exit.Drop":    func(p *plot) { p.do(p.summons(), exit.Drop{Member: victim}) },
	"exit.Contact": func(p *plot) { p.do(exit.Contact{Members: p.against}) },
	"identity.Commit": func(p *plot) {
		p.do(identity.Commit{Entries: []identity.Entry{{Member: victim, Commitment: bytes.Repeat([]byte{7}, 32)}}})
	},
	"identity.Erase": func(p *plot) {
		for _, m := range []state.Member{victim, 1} { // others erase who has left, each itself
			p.do(identity.Commit{Entries: []identity.Entry{{Member: m, Commitment: bytes.Repeat([]byte{7}, 32)}}}, identity.Erase{Member: m})
		}
	},
	"exit.RecordEnd": func(p *plot) {
		for _, m := range p.against {
			p.do(exit.RecordEnd{Member: m, Ending: member.Died, Day: p.day()})
		}
	},
	"circle.Return": func(p *plot) { // all have two opponents pay from a budget
		n := p.motions() + 1
		post := account.Post{Narrative: "takings", Lines: []account.Line{account.Debit(account.Bank, 200), account.Credit(4000, 200)}}
		p.try(1, post)
		for i, a := range []ballot.Carried{
			{Kind: circle.KindCreate, Payload: tx.Encode(circle.Create{Name: "kitchen", Terms: circle.Terms{Mandate: "cooks"}, Members: []state.Member{3, 4}})},
			{Kind: circle.KindFund, Payload: tx.Encode(circle.Fund{Circle: 1, Account: 5900, Amount: 100, Until: p.day() + 2})},
		} {
			p.try(3, ballot.Propose{Kind: 4, Title: "A kitchen", Action: []ballot.Carried{a}})
			for _, m := range opponents[:6] {
				p.try(m, ballot.Cast{Motion: n + ballot.Number(i), Paper: ballot.Yes.Paper()})
			}
			p.block()
		}
		p.try(3, circle.Spend{Circle: 1, Amount: 100, For: "flour"})
		p.try(4, circle.Confirm{Circle: 1, Payment: 1, Amount: 100})
		p.pass(3) // while the budget lasts, only all members take back what would refill it
		p.do(circle.Return{Circle: 1, Payment: 1, Reason: "a pretext"})
	},
	"dues.Record": func(p *plot) { p.do(takings, dues.Record{Lines: []dues.Line{{Member: 1, Amount: 1}}}) },
	"dues.Return": func(p *plot) {
		p.do(takings, dues.Return{Lines: []dues.Line{{Member: 1, Amount: 1}}, Reason: "a pretext"})
	},
	"member.Appoint": func(p *plot) { p.do(office.Appoint{Member: 2, Office: charter.ReturningOfficer}) },
	"member.Dismiss": func(p *plot) { p.do(office.Dismiss{Member: 2, Office: charter.Chair}) },
	"charter.Amend": func(p *plot) {
		p.do(amendment.Amend{Grants: []charter.GrantEntry{{Kind: office.KindAppoint, Offices: []charter.Office{charter.Secretary}}}})
	},
	"ballot.Declare":       func(p *plot) { p.do(ballot.Declare{Motion: p.target}) },
	"share.ConfirmPayment": func(p *plot) { p.do(subscribe, confirmed) },
	"share.Issue":          func(p *plot) { p.do(subscribe, confirmed, share.Issue{Subscriptions: confirmed.Subscriptions}) },
	"share.Refund": func(p *plot) {
		p.do(subscribe, confirmed, share.Refund{Subscriptions: []uint64{1}, Reason: "a pretext"})
	},
	"share.Correct": func(p *plot) {
		p.do(subscribe, confirmed, share.Issue{Subscriptions: confirmed.Subscriptions}, share.Correct{Subscriptions: []uint64{1}, Reason: "a pretext"})
	},
	"account.Open":       func(p *plot) { p.do(account.Open{Code: 1999, Type: account.Asset, Name: "hidden"}) },
	"account.Post":       func(p *plot) { p.do(takings) },
	"account.Reverse":    func(p *plot) { p.do(takings, account.Reverse{Entry: 1, Narrative: "undone"}) },
	"surplus.OpenPeriod": func(p *plot) { p.do(period) },
	"surplus.Record":     func(p *plot) { p.do(period, hours) },
	"surplus.Correct":    func(p *plot) { p.do(period, hours, surplus.Correct(hours)) },
	"surplus.Declare":    func(p *plot) { p.do(takings, period, surplus.Declare{Period: 1}) },
	"surplus.Pay":        func(p *plot) { p.do(takings, payout.Pay{Period: 1, Step: 1, Members: []state.Member{1}}) },
	"surplus.Return": func(p *plot) {
		p.do(takings, payout.Return{Period: 1, Step: 1, Members: []state.Member{1}, Reason: "a pretext"})
	},
	"surplus.Reopen": func(p *plot) {
		p.do(takings, period, surplus.Declare{Period: 1, Surplus: 100}, surplus.Reopen{Period: 1, Reason: "a pretext"})
	},
	"federation.Announce": func(p *plot) { p.do(federation.Announce{Address: "node9.example:26656"}) },
	"federation.Replace": func(p *plot) {
		p.do(replaceBy(1, 9))
		p.block(p.shows(1, 9)) // whoever sends the proof
	},
}
