package receipt

import (
	"encoding/json"
	"fmt"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Formats 1 and 2 differ in words only. Their records were written before there
// were versions: the state has no Head, zeros are written out, and who did
// something is a member's number or a motion's. What follows is frozen: the form
// of the file, and of each record whose type has changed since, the fields that
// statements need.

// An earlyFile is a receipt of format 1 or 2.
type earlyFile struct {
	Format     string          `json:"format"`
	Kind       string          `json:"kind"`
	Chain      string          `json:"chain"`
	Height     uint64          `json:"height"`
	Subject    Subject         `json:"subject"`
	Statement  json.RawMessage `json:"statement"` // words, not looked at
	Records    []record        `json:"records"`
	Header     light.Header    `json:"header"`
	Commit     light.Commit    `json:"commit"`
	Validators []validator     `json:"validators"`
}

func (f file) early() bool { return f.Format == Format1 || f.Format == Format2 }

// early are the types of the records in formats 1 and 2.
var early = types{false, earlyMemberOf, earlyMotionOf, earlyCastOf, earlyPeriodOf}

type earlyMember struct {
	Key     tx.PublicKey  `cbor:"1,keyasint"`
	Class   charter.Class `cbor:"2,keyasint"`
	History []earlyChange `cbor:"3,keyasint"`
}

type earlyChange struct {
	Operation uint64          `cbor:"1,keyasint"`
	Standing  member.Standing `cbor:"2,keyasint"`
	Time      int64           `cbor:"3,keyasint"`
}

type earlyMotion struct {
	Title     string        `cbor:"2,keyasint"`
	Statement []byte        `cbor:"3,keyasint"`
	Proposer  state.Member  `cbor:"4,keyasint"`
	Proposed  int64         `cbor:"5,keyasint"`
	Action    []earlyAction `cbor:"6,keyasint"`
	Result    []earlyResult `cbor:"7,keyasint"`
}

type earlyAction struct {
	Kind    tx.Kind `cbor:"1,keyasint"`
	Payload []byte  `cbor:"2,keyasint"`
}

type earlyResult struct {
	Outcome count.Outcome `cbor:"1,keyasint"`
	Tally   count.Tally   `cbor:"2,keyasint"`
	Height  uint64        `cbor:"3,keyasint"`
	Refused uint32        `cbor:"4,keyasint"`
}

type earlyPoll struct {
	Status ballot.Status `cbor:"1,keyasint"`
	Opens  int64         `cbor:"2,keyasint"`
	Closes int64         `cbor:"3,keyasint"`
	Rules  earlyKind     `cbor:"4,keyasint"`
}

type earlyKind struct {
	Name string             `cbor:"1,keyasint"`
	Rule count.MajorityRule `cbor:"3,keyasint"`
}

type earlyPaper struct {
	Choice ballot.Choice `cbor:"1,keyasint"`
}

type earlyPeriod struct {
	Name         string        `cbor:"1,keyasint"`
	Stage        surplus.Stage `cbor:"2,keyasint"`
	ClosedAt     int64         `cbor:"4,keyasint"`
	AllocatedAt  int64         `cbor:"5,keyasint"`
	Opening      money.Amount  `cbor:"6,keyasint"`
	Surplus      money.Amount  `cbor:"7,keyasint"`
	Appropriated money.Amount  `cbor:"8,keyasint"`
	Steps        uint8         `cbor:"9,keyasint"`
	Mandate      uint64        `cbor:"12,keyasint"`
}

type earlyCastKey struct {
	Motion ballot.Number
	Member state.Member
}

// Tables of the records at that time; all integers big-endian.
var (
	earlyMembers = state.NewTable[state.Member, earlyMember](0x10)
	earlyMotions = state.NewTable[ballot.Number, earlyMotion](0x40)
	earlyPolls   = state.NewTable[ballot.Number, earlyPoll](0x41)
	earlyCasts   = state.NewPagedTable[earlyCastKey, earlyPaper](0x43)
	earlyPeriods = state.NewTable[surplus.Period, earlyPeriod](0x50)
)

func earlyMemberOf(r state.Reader, m state.Member) (entry, error) {
	rec, ok, err := earlyMembers.Find(r, m)
	switch {
	case err != nil:
		return entry{}, err
	case !ok:
		return entry{}, member.ErrUnknown
	case len(rec.History) == 0:
		return entry{}, errHistory
	}
	e := entry{key: rec.Key, class: rec.Class}
	for _, c := range rec.History {
		e.history = append(e.history, change{operation: c.Operation, standing: c.Standing, time: c.Time})
	}
	return e, nil
}

func earlyMotionOf(r state.Reader, n ballot.Number) (motion, error) {
	rec, ok, err := earlyMotions.Find(r, n)
	if err == nil && !ok {
		err = ballot.ErrUnknown
	}
	if err != nil {
		return motion{}, err
	}
	poll, err := earlyPolls.Get(r, n)
	m := motion{
		title: rec.Title, kind: poll.Rules.Name, statement: rec.Statement, proposed: rec.Proposed,
		by:     wording.By(state.Actor{Coop: r.Coop(), Member: rec.Proposer}, r.Coop()),
		status: poll.Status, opens: poll.Opens, closes: poll.Closes, rule: charter.RuleWords(poll.Rules.Rule),
		actions: func(state.Reader) []state.Words { return earlyActions(rec.Action) },
	}
	if len(rec.Result) > 0 {
		res := rec.Result[0]
		m.closed, m.outcome, m.tally, m.height, m.refused = true, res.Outcome, res.Tally, res.Height, res.Refused
	}
	return m, err
}

// earlyActions name actions by their kind and give their messages undecoded, since
// the machine now refuses their encoding.
func earlyActions(actions []earlyAction) (out []state.Words) {
	for _, a := range actions {
		out = append(out, state.Words{
			Phrase:  fmt.Sprintf("take the action %s", wording.KindName(a.Kind)),
			Clauses: []state.Clause{state.Fact("message in CBOR", "%x", a.Payload)},
		})
	}
	return out
}

func earlyCastOf(r state.Reader, n ballot.Number, m state.Member) (string, bool, error) {
	paper, ok, err := earlyCasts.Find(r, earlyCastKey{n, m})
	return paper.Choice.String(), ok, err
}

func earlyPeriodOf(r state.Reader, p surplus.Period) (surplus.Statement, error) {
	rec, ok, err := earlyPeriods.Find(r, p)
	if err == nil && !ok {
		err = surplus.ErrPeriod
	}
	return surplus.Statement{
		Name: rec.Name, Stage: rec.Stage, ClosedAt: rec.ClosedAt, AllocatedAt: rec.AllocatedAt,
		Opening: rec.Opening, Surplus: rec.Surplus, Appropriated: rec.Appropriated, Steps: rec.Steps,
		By: state.Actor{Coop: r.Coop(), Motion: rec.Mandate},
	}, err
}
