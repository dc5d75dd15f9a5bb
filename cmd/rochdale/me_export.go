package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// exportFormat names the form of what me export writes.
const exportFormat = "rochdale-me-1"

// meExport is everything that the ledger has about one member.
type meExport struct {
	Format string `json:"format"`
	Height uint64 `json:"height"`
	Day    string `json:"day"`
	meInfo
	History     historyInfo    `json:"history"`
	Past        *pastInfo      `json:"brought_in,omitempty"`
	Committed   *commitInfo    `json:"identity,omitempty"` // if it was changed since the member came
	Figures     []figureInfo   `json:"patronage"`
	Accepted    []acceptedInfo `json:"accepted"`
	Withdrawals []requestInfo  `json:"withdrawals"`
	Sequence    uint64         `json:"last_sequence"` // of the first key
	Terms       []termInfo     `json:"terms"`         // the last one of each office
	Circles     []circleSeat   `json:"circles"`
	Dues        *duesPaid      `json:"dues,omitempty"`
	Drawn       []lot.Number   `json:"drawn"` // draws by lot in which the member was drawn
	// Nominations are the last of each day on which the member made one, oldest first.
	Nominations []nominatedInfo `json:"nominations"`
}

// termInfo is the term for which a member was last elected to an office.
type termInfo struct {
	Office  string      `json:"office"`
	Elected stamp       `json:"elected"`
	By      state.Actor `json:"by"`
	Since   stamp       `json:"since"`           // since when the member held it then, without a break
	Until   string      `json:"until,omitempty"` // day on which it is over
	Over    string      `json:"over,omitempty"`  // day on which the last one was over
	InARow  uint8       `json:"in_a_row"`        // terms without a break, this one included
}

// circleSeat is when a member was in a circle.
type circleSeat struct {
	Circle circle.Number `json:"circle"`
	Spells []spellInfo   `json:"spells"`
}

// duesPaid is what a member declared and paid of dues.
type duesPaid struct {
	Declared []declaredInfo `json:"declared"` // oldest first
	Paid     uint64         `json:"paid"`     // minor units, less what was returned
	Payments []paymentInfo  `json:"payments"`
}

// declaredInfo is what a member declared for the dues.
type declaredInfo struct {
	From   string `json:"from"` // day
	Band   uint8  `json:"band,omitempty"`
	Income uint64 `json:"income,omitempty"` // of a period, in minor units
}

// pastInfo is what the register before said of a member.
type pastInfo struct {
	Number  string     `json:"number,omitempty"`
	Joined  string     `json:"joined,omitempty"`
	Left    string     `json:"left,omitempty"`
	Held    []heldInfo `json:"held,omitempty"`
	Offices []postInfo `json:"offices,omitempty"`
	Loans   []loanInfo `json:"loans,omitempty"`
	Classes []ofClass  `json:"classes,omitempty"` // those that it was of, by day
}

// ofClass is a class of members that someone was of in the register before.
type ofClass struct {
	Class string `json:"class"`
	From  string `json:"from,omitempty"` // day, if that is known
}

// heldInfo is what a member held of a class of shares in the register before.
type heldInfo struct {
	Class shareclass.Number `json:"class"`
	Units uint64            `json:"units"`
	Since string            `json:"since,omitempty"` // day of the last change, if that is known
}

// postInfo is an office that a member held in the register before.
type postInfo struct {
	Office string `json:"office"`
	Since  string `json:"since,omitempty"` // day, if that is known
	Until  string `json:"until,omitempty"` // day on which its term is over; that of the charter if left out
}

// commitInfo is what changed of who a member is.
type commitInfo struct {
	Commitment hexBytes    `json:"commitment,omitempty"` // none once erased
	Time       stamp       `json:"time"`
	By         state.Actor `json:"by"`
	Changes    uint64      `json:"changes"`
}

// figureInfo is a member's patronage in a period.
type figureInfo struct {
	Period   surplus.Period  `json:"period"`
	Measure  surplus.Measure `json:"measure"`
	Quantity uint64          `json:"quantity"` // in the measure's smallest unit
	// Decided is who decided on it, if motions did.
	Decided *surplus.Decided `json:"decided,omitempty"`
}

// acceptedInfo is a text that a member has accepted.
type acceptedInfo struct {
	Text    document.Number `json:"text"`
	Name    string          `json:"name"`
	Version uint32          `json:"version"`
	Time    stamp           `json:"time"`
	By      state.Actor     `json:"by"`
}

func newMeExportCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export FILE",
		Short: "Write everything that the ledger has about you to a file",
		Long: `Write everything that the ledger has about you to a new file, as JSON: your entry and
its history, keys, shares, requests, dividends, patronage, every motion you cast on or
proposed, the texts you accepted, entries you posted. Single records are proved by a
receipt: rochdale receipt --help`,
		Example: "  rochdale me export mine.json",
		Args:    wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			all, err := s.everything()
			if err != nil {
				return explainRead(err)
			}
			raw, err := json.MarshalIndent(all, "", "  ")
			if err != nil {
				return fmt.Errorf("writing it: %w", err)
			}
			if err := writeNew("the export", args[0], append(raw, '\n')); err != nil {
				return err
			}
			return show(cmd, map[string]any{"file": args[0], "height": all.Height}, func(w io.Writer) {
				paid := 0
				if all.Dues != nil {
					paid = len(all.Dues.Payments)
				}
				writeFacts(w, fact{"file", args[0]}, fact{"as of", fmt.Sprintf("%s, block %d", all.Day, all.Height)},
					fact{"casts", len(all.History.Casts)}, fact{"share operations", len(all.History.Issues)},
					fact{"dividends", len(all.History.Dividends)}, fact{"texts accepted", len(all.Accepted)},
					fact{"offices elected to", len(all.Terms)}, fact{"circles", len(all.Circles)}, fact{"payments of dues", paid})
			})
		},
	}
	cmd.Flags().Uint64("as", 0, "member number, if the key is not the one on the register")
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
	return cmd
}

// everything gathers it.
func (s *session) everything() (all meExport, err error) {
	all = meExport{Format: exportFormat, Height: s.Height(), Day: words.Day(state.DayOf(s.Time())),
		Figures: []figureInfo{}, Accepted: []acceptedInfo{}, Withdrawals: []requestInfo{},
		Terms: []termInfo{}, Circles: []circleSeat{}, Drawn: []lot.Number{}, Nominations: []nominatedInfo{}}
	if all.meInfo, err = s.me(); err != nil {
		return all, err
	}
	if all.History, err = s.history(0); err != nil { // all of it
		return all, err
	}
	past, ok, err := takeover.PastOf(s, s.member)
	if err != nil {
		return all, err
	}
	if ok {
		all.Past = s.pastInfo(past, all.Member.Loans)
	}
	id, ok, err := identity.Find(s, s.member)
	if err != nil {
		return all, err
	}
	if ok {
		all.Committed = &commitInfo{id.Commitment, stamp(id.Time), id.By, id.Changes}
	}
	if all.Sequence, err = member.SequenceOf(s, s.member); err != nil {
		return all, err
	}
	for _, part := range []func(*meExport) error{s.myFigures, s.myTexts, s.myWithdrawals, s.myTerms, s.myCircles, s.myDues, s.myDraws, s.myNominations} {
		if err := part(&all); err != nil {
			return all, err
		}
	}
	return all, nil
}

func (s *session) pastInfo(past takeover.Past, loans []loanInfo) *pastInfo {
	info := &pastInfo{Number: past.Ref, Joined: dayOrNone(past.Joined), Left: dayOrNone(past.Left), Loans: loans}
	for _, h := range past.Held {
		info.Held = append(info.Held, heldInfo{h.Class, h.Units, dayOrNone(h.Since)})
	}
	for _, of := range past.Classes {
		info.Classes = append(info.Classes, ofClass{s.class(of.Class), dayOrNone(of.From)})
	}
	for _, p := range past.Posts {
		info.Offices = append(info.Offices, postInfo{s.policy.Office(p.Office), dayOrNone(p.Since), dayOrNone(p.Until)})
	}
	return info
}

func (s *session) myFigures(all *meExport) error {
	return surplus.Periods(s, func(p surplus.Period, _ surplus.Statement) (bool, error) {
		for m := surplus.Hours; m.Known(); m++ {
			q, err := surplus.FigureOf(s, p, m, s.member)
			if err != nil {
				return false, err
			}
			d, err := surplus.DecisionOf(s, p, m, s.member)
			if err != nil {
				return false, err
			}
			info := figureInfo{Period: p, Measure: m, Quantity: q}
			if d != (surplus.Decided{}) {
				info.Decided = &d
			}
			if q != 0 || info.Decided != nil {
				all.Figures = append(all.Figures, info)
			}
		}
		return true, nil
	})
}

func (s *session) myTexts(all *meExport) error {
	first, last := document.MemberKey{Member: s.member}, document.MemberKey{Member: s.member, Text: ^document.Number(0), Version: ^uint32(0)}
	return latest(s, document.AcceptedBy, first, last, 0, func(r *reading, k document.MemberKey) error {
		t, err := document.Find(r, k.Text)
		if err != nil {
			return err
		}
		a, _, err := document.AcceptanceOf(r, k.Text, k.Version, s.member)
		all.Accepted = append(all.Accepted, acceptedInfo{k.Text, t.Name, k.Version, stamp(a.Time), a.By})
		return err
	})
}

func (s *session) myWithdrawals(all *meExport) error {
	first, last := withdrawal.MemberKey{Member: s.member}, withdrawal.MemberKey{Member: s.member, Request: ^uint64(0)}
	return latest(s, withdrawal.RequestedBy, first, last, 0, func(r *reading, k withdrawal.MemberKey) error {
		t, err := withdrawal.Find(r, k.Request)
		all.Withdrawals = append(all.Withdrawals, requestInfo{k.Request, t, stamp(t.Time)})
		return err
	})
}

func (s *session) myTerms(all *meExport) error {
	offices, err := charter.OfficesOf(s)
	if err != nil {
		return err
	}
	for _, o := range offices {
		t, err := office.TermOf(s, o, s.member)
		if err != nil {
			return err
		}
		if t.InARow > 0 {
			all.Terms = append(all.Terms, termInfo{
				s.policy.Office(o), stamp(t.Elected), t.By, stamp(t.Since), dayOrNone(t.Until), dayOrNone(t.Over), t.InARow,
			})
		}
	}
	return nil
}

func (s *session) myCircles(all *meExport) error {
	rec, err := member.Peek(s, s.member)
	if err != nil {
		return err
	}
	return circle.Range(s, 0, ^circle.Number(0), func(n circle.Number, _ circle.Circle) (bool, error) {
		seat, _, err := circle.SeatOf(s, n, s.member)
		mine := circleSeat{Circle: n}
		for _, spell := range seat.Spells {
			mine.Spells = append(mine.Spells, spellInfoOf(s.member, rec, spell))
		}
		if len(mine.Spells) > 0 {
			all.Circles = append(all.Circles, mine)
		}
		return true, err
	})
}

func (s *session) myDues(all *meExport) error {
	payer, err := dues.PayerOf(s, s.member)
	if err != nil || len(payer.Declared) == 0 && payer.Payments == 0 {
		return err
	}
	all.Dues = &duesPaid{Declared: []declaredInfo{}, Paid: payer.Paid}
	for _, d := range payer.Declared {
		all.Dues.Declared = append(all.Dues.Declared, declaredInfo{words.Day(d.From), d.Band, d.Income})
	}
	all.Dues.Payments, err = s.duesPayments(s.member)
	return err
}

func (s *session) myDraws(all *meExport) error {
	return lot.Range(s, 0, ^lot.Number(0), func(n lot.Number, d lot.Drawing) (bool, error) {
		for _, p := range d.Drawn {
			if p.Member == s.member {
				all.Drawn = append(all.Drawn, n)
				break
			}
		}
		return true, nil
	})
}

func (s *session) myNominations(all *meExport) error {
	return exit.RangeNominations(s, s.member, func(_ uint64, n exit.Nomination) (bool, error) {
		all.Nominations = append(all.Nominations, nominatedInfo{n.Commitment, stamp(n.Time), n.By})
		return true, nil
	})
}
