package main

import (
	"fmt"
	"io"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/spf13/cobra"
)

// motionInfo is a motion as results show it.
type motionInfo struct {
	Motion     ballot.Number        `json:"motion"`
	Title      string               `json:"title"`
	Kind       charter.MotionKindID `json:"kind"`
	KindName   string               `json:"kind_name"`
	Status     ballot.Status        `json:"status"`
	Proposer   state.Actor          `json:"proposer"`
	Proposed   stamp                `json:"proposed"`
	Opens      stamp                `json:"opens"`
	Closes     stamp                `json:"closes"`
	Decided    stamp                `json:"decided,omitempty"`   // since when casts stand, where it closes because it is decided
	Rules      charter.MotionText   `json:"rules"`               // by which it is put and decided
	Statement  hexBytes             `json:"statement,omitempty"` // SHA-256
	Carries    string               `json:"carries,omitempty"`   // the action, in words
	Clauses    []state.Clause       `json:"clauses,omitempty"`   // and in full
	ActionKind string               `json:"action_kind,omitempty"`
	Tally      *count.Tally         `json:"tally,omitempty"` // so far, or final
	Lost       []state.Member       `json:"lost,omitempty"`  // who cast and held the office no more when it was counted
	Outcome    string               `json:"outcome,omitempty"`
	Height     uint64               `json:"height,omitempty"` // of the block that counted it
	Options    []optionInfo         `json:"options,omitempty"`
	Refused    uint32               `json:"refused,omitempty"`
	Reason     string               `json:"refused_because,omitempty"`
	Withdrawn  string               `json:"withdrawn_because,omitempty"`
	Confirms   ballot.Number        `json:"confirms,omitempty"`     // the motion that it has to confirm
	Confirmed  []ballot.Number      `json:"confirmed_by,omitempty"` // the motions that have to confirm it

	rules    charter.MotionKind         // Rules as a record
	proposer string                     // in words
	class    func(charter.Class) string // names a class of members
	first    ballot.Motion              // the motion that it confirms, if any, and its status
	stands   ballot.Status
	silenced ballot.Silenced
}

// asks is the title with what the motion that it confirms would do.
func (m motionInfo) asks(title string) string {
	if m.Confirms == 0 {
		return title
	}
	title += fmt.Sprintf(" (confirms motion %d", m.Confirms)
	if m.Carries != "" {
		title += ": " + m.Carries
	}
	return title + ")"
}

// window says whether the motion is carried by silence.
func (m motionInfo) window() bool { return m.rules.Method.Tag == charter.Veto }

// optionInfo is one of the answers that a motion puts to choice.
type optionInfo struct {
	Option uint16       `json:"option"` // its number, from 1
	Text   string       `json:"text,omitempty"`
	Member state.Member `json:"member,omitempty"`
	Won    bool         `json:"won,omitempty"`
}

// motionInfo gathers what the records say of a motion.
func (r *reading) motionInfo(n ballot.Number, m ballot.Motion, p ballot.Poll) (motionInfo, error) {
	info := motionInfo{
		Motion: n, Title: m.Title, Kind: m.Kind, KindName: p.Rules.Name, Status: p.Status, Proposer: m.Proposer,
		Proposed: stamp(m.Proposed), Opens: stamp(p.Opens), Closes: stamp(p.Closes), Decided: stamp(p.Decided), Statement: m.Statement, Rules: p.Rules.Text(),
		Withdrawn: p.Reason, Lost: p.Lost, Confirms: m.Confirms, Confirmed: p.Confirmations,
	}
	info.rules, info.class, info.silenced = p.Rules, r.policy.Class, p.Silenced
	info.proposer = wording.By(m.Proposer, r.Coop())
	acts := m
	if m.Confirms != 0 { // it has no action of its own: it decides whether that motion takes its own
		first, of, err := ballot.Find(r, m.Confirms)
		if err != nil {
			return info, err
		}
		acts, info.first, info.stands = first, first, of.Status
	}
	for _, c := range acts.Action {
		info.ActionKind = wording.KindName(c.Kind)
	}
	for _, does := range wording.Carries(r, acts) {
		info.Carries, info.Clauses = does.Phrase, does.Clauses
	}
	for i, o := range m.Options {
		info.Options = append(info.Options, optionInfo{Option: uint16(i + 1), Text: o.Text, Member: o.Member})
	}
	for _, res := range m.Result {
		for _, n := range res.Winners {
			if n > 0 && int(n) <= len(info.Options) {
				info.Options[n-1].Won = true
			}
		}
		info.Tally, info.Outcome, info.Height, info.Refused = &res.Tally, res.Outcome.String(), res.Height, res.Refused
		info.Reason = wording.Reason(res.Refused)
	}
	if p.Status == ballot.Open || p.Status == ballot.Confirming {
		tally, err := ballot.TallyOf(r, n)
		if err != nil {
			return info, err
		}
		info.Tally = &tally
	}
	return info, nil
}

func newMotionListCmd() *cobra.Command {
	var page pageFlags
	var open bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List motions, their status and what was decided",
		Example: "  rochdale motion list\n  rochdale motion list --open --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return listMotions(cmd, r, &page, open) })
		},
	}
	page.add(cmd, "motion")
	cmd.Flags().BoolVar(&open, "open", false, "only motions that are noticed or open")
	addReadFlags(cmd)
	return cmd
}

func listMotions(cmd *cobra.Command, r *reading, page *pageFlags, open bool) error {
	motions := []motionInfo{}
	add := func(r *reading, n ballot.Number, m ballot.Motion, p ballot.Poll) error {
		info, err := r.motionInfo(n, m, p)
		motions = append(motions, info)
		return err
	}
	var err error
	if open {
		err = r.openMotions(add)
	} else {
		err = ballot.Range(r, ballot.Number(page.from), ^ballot.Number(0), func(n ballot.Number, m ballot.Motion) (bool, error) {
			if len(motions) == page.limit {
				page.more(cmd, uint64(n))
				return false, nil
			}
			_, p, err := ballot.Find(r, n)
			if err != nil {
				return false, err
			}
			return true, add(r, n, m, p)
		})
	}
	if err != nil {
		return err
	}
	if len(motions) == 0 {
		note(cmd, "no motions to show")
	}
	return show(cmd, motions, func(w io.Writer) {
		t := newTable("motion", "status", "opens", "closes", "title")
		for _, m := range motions {
			t.row(m.Motion, or(m.Outcome, m.Status.String()), m.Opens, m.Closes, m.asks(m.Title))
		}
		t.write(w)
	})
}

func newMotionShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show MOTION",
		Short:   "Show a motion, its tally, and what was decided and done",
		Example: "  rochdale motion show 4",
		Args:    wantArgs("MOTION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := parseMotion(args[0])
			if err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				m, p, err := ballot.Find(r, n)
				if err != nil {
					return err
				}
				info, err := r.motionInfo(n, m, p)
				if err != nil {
					return err
				}
				return show(cmd, info, func(w io.Writer) { writeMotion(w, info) })
			})
		},
		ValidArgsFunction: completeMotion,
	}
	addReadFlags(cmd)
	return cmd
}

func writeMotion(w io.Writer, m motionInfo) {
	status := m.Status.String() + member.Because(m.Withdrawn)
	if m.Outcome != "" {
		status = fmt.Sprintf("closed: %s (counted in block %d)", m.Outcome, m.Height)
	}
	facts := []fact{
		{"motion", fmt.Sprintf("%d, %s", m.Motion, titled(m.Title))},
		{"kind", fmt.Sprintf("%d, %s", m.Kind, m.KindName)},
		{"status", status},
		{"proposed", fmt.Sprintf("by %s, %v", m.proposer, m.Proposed.here())},
		{"open", fmt.Sprintf("from %v to %v", m.Opens.here(), m.Closes.here())},
		{"closes", m.rules.ClosingWords()},
		{"decided", m.decidedWords()},
		{"who may cast", m.electorateWords()},
		{"is carried by", m.rules.MethodWords()},
		{"not counted", m.lostWords()},
		{"statement", m.Statement},
	}
	if m.Confirms > 0 {
		facts = append(facts, fact{"confirms", m.confirmsWords()})
	}
	for i, n := range m.Confirmed {
		facts = append(facts, fact{map[bool]string{true: "confirmed by"}[i == 0], fmt.Sprintf("motion %d", n)})
	}
	switch {
	case m.Carries == "":
	case m.Confirms != 0:
		facts = append(facts, fact{"if confirmed", m.Carries})
	default:
		facts = append(facts, fact{"if carried", m.Carries}, fact{"done", m.doneWords()})
	}
	writeFacts(w, facts...)
	switch {
	case len(m.Options) > 0:
		writeOptions(w, m.Options)
	case m.Tally != nil:
		m.writeTally(w)
	}
	// last, since an import has hundreds: none of them is left out
	writeClauses(w, "what it carries", m.Clauses)
}

// electorateWords say who may cast, and as on which day if it confirms another motion.
func (m motionInfo) electorateWords() string {
	who := m.rules.Electorate.Words(m.class)
	if m.Confirms == 0 {
		return who
	}
	who += fmt.Sprintf(", as on %s, when motion %d was proposed", stamp(m.first.Proposed).day(), m.Confirms)
	switch m.silenced {
	case ballot.ByFew:
		who += "; none has a vote, so those whom others than all members suspended or brought back"
	case ballot.ByAll:
		who += "; none has a vote, so those whom all members suspended"
	}
	return who
}

// confirmsWords say which motion this one confirms, and how that stands.
func (m motionInfo) confirmsWords() string {
	how := m.stands.String()
	for _, res := range m.first.Result {
		how = res.Outcome.String()
		if res.Outcome == count.Carried && res.Refused != 0 {
			how += ", and the ledger's rules refused its action"
		}
	}
	return fmt.Sprintf("motion %d, which is %s", m.Confirms, how)
}

func (m motionInfo) writeTally(w io.Writer) {
	fmt.Fprintln(w)
	t := newTable("answer", "members")
	t.row("yes", formatCount(int64(m.Tally.Yes)))
	t.row("no", formatCount(int64(m.Tally.No)))
	t.row("abstain", formatCount(int64(m.Tally.Abstained)))
	papers, _ := m.Tally.Papers()
	t.row("not cast", formatCount(int64(m.Tally.Electorate-papers)))
	t.row("electorate", formatCount(int64(m.Tally.Electorate)))
	t.write(w)
}

// decidedWords say since when casts on an open motion stand.
func (m motionInfo) decidedWords() string {
	if m.Status != ballot.Open || m.Decided == 0 {
		return ""
	}
	return fmt.Sprintf("since %v: casts stand, and none to come changes the outcome", m.Decided.here())
}

// lostWords say whose casts are not in the tally.
func (m motionInfo) lostWords() string {
	if len(m.Lost) == 0 {
		return ""
	}
	return fmt.Sprintf("what %s cast, who held the office no more", memberNumbers(m.Lost))
}

// writeOptions lists the answers that a motion puts to choice.
func writeOptions(w io.Writer, options []optionInfo) {
	fmt.Fprintln(w)
	t := newTable("option", "member", "text", "won")
	for _, o := range options {
		member, won := "", ""
		if o.Member != 0 {
			member = fmt.Sprint(o.Member)
		}
		if o.Won {
			won = "won"
		}
		t.row(o.Option, member, o.Text, won)
	}
	t.write(w)
}

// doneWords describes the result of the action that a motion carries.
func (m motionInfo) doneWords() string {
	switch {
	case m.Status == ballot.Confirming:
		return "not yet, it waits to be confirmed"
	case m.Outcome == "":
		return "not decided yet"
	case m.Outcome == count.Unconfirmed.String():
		return "no, the motion was not confirmed"
	case m.Outcome != count.Carried.String():
		return "no, the motion was not carried"
	case m.Refused != 0:
		return "no, the ledger's rules refused it: " + or(m.Reason, fmt.Sprintf("by rule %d, which this program does not know", m.Refused))
	}
	return fmt.Sprintf("yes, in block %d", m.Height)
}

// castInfo is one member's answer.
type castInfo struct {
	Member state.Member `json:"member"`
	Choice string       `json:"choice"`
}

func newMotionCastsCmd() *cobra.Command {
	var page pageFlags
	cmd := &cobra.Command{
		Use:     "casts MOTION",
		Short:   "List who cast what on a motion",
		Example: "  rochdale motion casts 4\n  rochdale motion casts 4 --json --limit 10000",
		Args:    wantArgs("MOTION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := parseMotion(args[0])
			if err != nil {
				return err
			}
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return listCasts(cmd, r, n, &page) })
		},
		ValidArgsFunction: completeMotion,
	}
	page.add(cmd, "member")
	addReadFlags(cmd)
	return cmd
}

func listCasts(cmd *cobra.Command, r *reading, n ballot.Number, page *pageFlags) error {
	_, poll, err := ballot.Find(r, n)
	if err != nil {
		return err
	}
	casts := []castInfo{}
	var next state.Member
	err = ballot.RangeCasts(r, n, func(m state.Member, p ballot.Paper) (bool, error) {
		if uint64(m) < page.from {
			return true, nil
		}
		if len(casts) == page.limit {
			next = m
			return false, nil
		}
		casts = append(casts, castInfo{m, poll.Answer(p.Marks)})
		return true, nil
	})
	if err != nil {
		return err
	}
	if next != 0 {
		hint(cmd, "there are more: rochdale motion casts %d --from %d --limit %d", n, next, page.limit)
	}
	if len(casts) == 0 {
		note(cmd, "nobody has cast on motion %d", n)
	}
	return show(cmd, casts, func(w io.Writer) {
		t := newTable("member", "choice")
		for _, c := range casts {
			t.row(c.Member, c.Choice)
		}
		t.write(w)
	})
}
