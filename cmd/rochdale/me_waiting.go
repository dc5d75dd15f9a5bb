package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// waitingInfo is one thing that waits for a member.
type waitingInfo struct {
	What    string `json:"what"`
	By      stamp  `json:"by,omitzero"`       // the last moment at which it can be done
	Command string `json:"command,omitempty"` // by which it is
}

func (t waitingInfo) String() string {
	if t.By == 0 {
		return t.What
	}
	return t.What + ", until " + t.By.here()
}

// command is a command line for the member to copy: with the flags that this session was
// opened with.
func (s *session) command(format string, args ...any) string {
	return "rochdale " + fmt.Sprintf(format, args...) + s.also
}

// waiting is what waits for the member, the most pressing first.
func (s *session) waiting(info meInfo) ([]waitingInfo, error) {
	out, err := s.waitingEnd(info.Member)
	if err != nil {
		return nil, err
	}
	if k := info.Member.NextKey; k != nil {
		one := waitingInfo{What: "others gave you another key; if it is not yours, sign anything with one of your own, which makes it void", By: k.From}
		if one.Command, err = s.speaking(); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	for _, m := range info.Motions {
		if m.Status == ballot.Open && m.May && m.Cast == "" {
			one := waitingInfo{fmt.Sprintf("cast on motion %d, %s", m.Motion, m.asks(titled(m.Title))), m.Closes, s.command("motion cast %d yes", m.Motion)}
			if m.Window {
				one.What = fmt.Sprintf("motion %d, %s: cast no if you object; silence carries it", m.Motion, m.asks(titled(m.Title)))
				one.Command = s.command("motion cast %d no", m.Motion)
			}
			out = append(out, one)
		}
	}
	for _, l := range info.Money.Lines {
		if l.ByYou > 0 && l.overdue {
			out = append(out, waitingInfo{What: fmt.Sprintf("pay %s for %s, due now", s.money(l.ByYou), l.For)})
		}
	}
	paid, err := s.waitingPayments()
	if err != nil {
		return nil, err
	}
	texts, err := s.waitingTexts(info.Member)
	out = append(append(append([]waitingInfo{}, out...), paid...), texts...)
	for i := range out {
		s.within(info.Member, &out[i])
	}
	return out, err
}

// waitingKinds are the kinds of action of the commands that waiting names.
var waitingKinds = map[string]string{
	"motion cast": "ballot.Cast", "member appeal": "exit.Appeal", "document accept": "document.Accept", "circle confirm": "circle.Confirm", "key entrust": "keyring.Entrust",
}

// within takes the command away if the session's key is limited to others.
func (s *session) within(m memberInfo, one *waitingInfo) {
	at := slices.IndexFunc(m.Keys, func(k keyOnRegister) bool { return uint32(k.Number) == s.number })
	if at < 0 || len(m.Keys[at].Only) == 0 {
		return
	}
	for verb, kind := range waitingKinds {
		if strings.HasPrefix(one.Command, "rochdale "+verb+" ") && !slices.Contains(m.Keys[at].Only, kind) {
			one.What, one.Command = one.What+", with another key of yours than this one", ""
			return
		}
	}
}

// maxWaiting is how many of a circle's payments are looked through, from the latest on.
const maxWaiting = 100

// waitingPayments are what other members of the member's circles proposed to pay for.
func (s *session) waitingPayments() (out []waitingInfo, err error) {
	today := state.DayOf(s.Time())
	err = circle.Lasting(s, 1, func(n circle.Number, found circle.Circle) (bool, error) {
		in, err := found.Sitting(s, n)
		if err != nil || found.Payments == 0 || !slices.Contains(in, s.member) {
			return true, err
		}
		seat, _, err := circle.SeatOf(s, n, s.member)
		if err != nil || seat.Spells[len(seat.Spells)-1].Spends > today {
			return true, err
		}
		last, _, err := s.circlePayments(n, found, found.Payments-min(found.Payments, maxWaiting)+1, maxWaiting)
		for _, p := range last {
			if p.Confirmer == 0 && !p.Lapsed && p.By != s.member {
				out = append(out, waitingInfo{
					What:    fmt.Sprintf("member %d proposes that your circle %s pays %s for %s; confirm it, if it is right", p.By, found.Name, s.money(p.Amount), words.Quote(p.For)),
					Command: s.command("circle confirm %d %d", n, p.Payment),
				})
			}
		}
		return true, err
	})
	return out, err
}

// waitingEnd is what the member can do about an end of its membership that others began.
func (s *session) waitingEnd(m memberInfo) (out []waitingInfo, err error) {
	rec, err := member.Find(s, s.member)
	if err != nil {
		return nil, err
	}
	_, p, err := exit.Last(s, s.member)
	if err != nil {
		return nil, err
	}
	today := state.DayOf(s.Time())
	if p.Open(rec, today) {
		out = append(out, s.waitingExpulsion(p, today))
	} else if p.Decided != 0 && p.Outcome == exit.Expelled && p.Appealed == 0 && today <= p.Until && m.Ended == member.Expelled {
		out = append(out, s.waitingAppeal(p))
	}
	f, err := exit.FileOf(s, s.member)
	if err != nil {
		return nil, err
	}
	void, err := f.Void(s, s.member)
	if err != nil {
		return nil, err
	}
	speak, err := s.speaking()
	if err != nil {
		return nil, err
	}
	if f.Effect > today && !void {
		out = append(out, waitingInfo{What: fmt.Sprintf("your %s is recorded; sign anything, and it does not take effect", endings[f.Ending]), By: dayStamp(f.Effect), Command: speak})
	}
	if f.Warned != 0 && today <= f.Good && !void {
		out = append(out, waitingInfo{What: fmt.Sprintf("you have notice of %s that you are struck off for silence; sign anything, and you are not", words.Day(f.Warned)), Command: speak})
	}
	return out, nil
}

// speaking is a command that changes nothing and is signed, which makes void what others
// would do to a member who is silent: it names the guardians that the member has, or is to
// have, once more.
func (s *session) speaking() (string, error) {
	t, err := keyring.TrustOf(s, s.member)
	if err != nil {
		return "", err
	}
	g := t.Now
	if t.From != 0 {
		g = t.Next
	}
	if len(g.Members) == 0 {
		return s.command("key entrust --none"), nil
	}
	var who []string
	for _, m := range g.Members {
		who = append(who, fmt.Sprint(m))
	}
	return s.command("key entrust %s --threshold %d", strings.Join(who, " "), g.Threshold), nil
}

// endings are the ends that others record, as the member is told of them.
var endings = map[member.Ending]string{member.Died: "death", member.Dissolved: "dissolution"}

// waitingExpulsion is what the member can do in an expulsion that is under way.
func (s *session) waitingExpulsion(p exit.Proceeding, today uint64) waitingInfo {
	switch {
	case p.Appealed != 0:
		w := waitingInfo{What: "you are expelled, and your appeal stands: members decide on it, and you are a member until then"}
		if p.Effect != 0 {
			w.What, w.By = "you are expelled, and your appeal stands: members decide on it, and if they do not you are out after the day", dayStamp(p.Effect)
		}
		return w
	case p.Decided != 0 && today <= p.Until:
		return s.waitingAppeal(p)
	case p.Decided != 0:
		return waitingInfo{What: "you are expelled, and the days to appeal are over; you are a member", By: dayStamp(p.Effect)}
	case p.Held != 0:
		return waitingInfo{What: fmt.Sprintf("you may be expelled, for the reason %s; the hearing was on %s, and members decide", words.Quote(p.Reason), words.Day(p.Held)),
			Command: s.command("motion list --open")}
	}
	return waitingInfo{What: fmt.Sprintf("you may be expelled, for the reason %s: answer at the hearing on %s, yourself or by who speaks for you", words.Quote(p.Reason), words.Day(p.Hearing))}
}

// waitingAppeal is what is missing for an appeal to stand.
func (s *session) waitingAppeal(p exit.Proceeding) waitingInfo {
	w := waitingInfo{By: dayStamp(p.Until)}
	missing := max(int(p.Need)-len(p.Seconders), 0)
	switch {
	case !p.Own && missing == 0:
		w.What, w.Command = "you are expelled; you can appeal", s.command("member appeal")
	case !p.Own:
		w.What = fmt.Sprintf("you are expelled; you can appeal, and %s must second it", plural(uint64(missing), "member"))
		w.Command = s.command("member appeal")
	default:
		w.What = fmt.Sprintf("your appeal stands only if %s more %s it", plural(uint64(missing), "member"), agree(uint64(missing), "seconds", "second"))
		w.Command = fmt.Sprintf("rochdale member appeal %d", s.member)
	}
	return w
}

// waitingTexts are the texts in force that the member has not accepted.
func (s *session) waitingTexts(m memberInfo) (out []waitingInfo, err error) {
	if m.Standing != member.Active && m.Standing != member.Suspended {
		return nil, nil
	}
	today := state.DayOf(s.Time())
	err = document.Range(s, 1, ^document.Number(0), func(n document.Number, t document.Text) (bool, error) {
		number, v, err := document.InForce(s, n, today)
		if state.Rejected(err) != nil || err == nil && v.Repeals() {
			return true, nil // none is
		}
		if err != nil {
			return false, err
		}
		_, accepted, err := document.AcceptanceOf(s, n, number, s.member)
		if err == nil && !accepted {
			out = append(out, waitingInfo{What: fmt.Sprintf("read %s, version %d, and accept it", t.Name, number), Command: s.command("document accept %d", n)})
		}
		return true, err
	})
	return out, err
}

// moneyInfo is what is owed between a member and the co-op, in minor units.
type moneyInfo struct {
	ToYou money.Amount `json:"owed_to_you"`
	ByYou money.Amount `json:"you_owe"`
	Lines []moneyLine  `json:"lines"`
}

// moneyLine is one part of it.
type moneyLine struct {
	For   string       `json:"for"`
	ToYou money.Amount `json:"owed_to_you,omitempty"`
	ByYou money.Amount `json:"you_owe,omitempty"`
	Due   string       `json:"due,omitempty"`

	overdue bool
	settled bool // nothing is left of it
	told    bool // nothing is owed, and Due says why
}

// myMoney gathers it, from what info has and from dues and subscriptions.
func (s *session) myMoney(info meInfo) (out moneyInfo, err error) {
	out.Lines = []moneyLine{}
	add := func(l moneyLine) {
		if l.ToYou > 0 || l.ByYou > 0 || l.settled || l.told {
			out.Lines, out.ToYou, out.ByYou = append(out.Lines, l), out.ToYou+l.ToYou, out.ByYou+l.ByYou
		}
	}
	var dividends, notices, withdrawn money.Amount
	for _, d := range info.Dividends {
		dividends += d.Cash - d.Paid - d.Settled
		notices += d.Notice - d.Redeemed
	}
	for _, q := range info.Queue {
		if q.Redeemed {
			withdrawn += q.Value - q.Paid - q.taken
		}
	}
	add(moneyLine{For: "dividends", ToYou: dividends, Due: "when paid out"})
	add(moneyLine{For: "notices of allocation", ToYou: notices, Due: "when members decide"})
	add(moneyLine{For: "shares withdrawn", ToYou: withdrawn, Due: "in their turn"})
	for _, l := range owed(info.Member.Loans) {
		add(l)
	}
	all, err := dues.TotalsOf(s)
	if err != nil {
		return out, err
	}
	if all.Schedules > 0 {
		st, err := dues.StatementOf(s, s.member, state.DayOf(s.Time()))
		if err != nil {
			return out, err
		}
		add(moneyLine{For: "dues", ByYou: max(st.Arrears(), 0), Due: "now", overdue: true})
		add(moneyLine{For: "dues paid ahead", ToYou: max(-st.Arrears(), 0), Due: "set off as they fall due"})
	}
	return out, s.mySubscriptions(add)
}

// maxMine is how many of a member's subscriptions and requests are looked through, from
// the latest on.
const maxMine = 1000

// mySubscriptions adds what is not paid yet of shares that the member subscribed.
func (s *session) mySubscriptions(add func(moneyLine)) error {
	due, pars, err := s.dueNow()
	if err != nil {
		return err
	}
	first, last := share.MemberKey{Member: s.member}, share.MemberKey{Member: s.member, Number: ^uint64(0)}
	return latest(s, share.SubscribedBy, first, last, maxMine, func(r *reading, k share.MemberKey) error {
		sub, err := share.SubscriptionOf(r, k.Number)
		if err != nil || sub.Status != share.Unpaid {
			return err
		}
		what := fmt.Sprintf("subscription %d", k.Number)
		terms, err := shareclass.TermsOf(r, sub.Class)
		if err != nil {
			return err
		}
		if terms.Lost > 0 {
			add(moneyLine{For: what, told: true, Due: "its class takes no more money: cancel it, or have what is paid refunded"})
			return nil
		}
		price, err := money.Times(sub.Units, pars[sub.Class])
		if err != nil {
			return err
		}
		if sub.Built > 0 {
			add(moneyLine{For: what, told: true, Due: s.money(price-sub.Received) + " more from the next dividends"})
			return nil
		}
		late := call.Arrears(sub, due[sub.Class])
		add(moneyLine{For: what, ByYou: late, Due: "now", overdue: true})
		add(moneyLine{For: what, ByYou: price - sub.Received - late, Due: "before the shares are issued"})
		return nil
	})
}

// queuedInfo is a request to withdraw shares that is not done.
type queuedInfo struct {
	Request  uint64            `json:"request"`
	Class    shareclass.Number `json:"class"`
	Units    uint64            `json:"units"`
	Status   withdrawal.Status `json:"status"`
	Ready    stamp             `json:"ready"` // from when on it can be redeemed
	Ahead    uint64            `json:"ahead"` // requests of that status before it
	More     bool              `json:"more"`  // there may be more ahead than were counted
	Redeemed bool              `json:"redeemed"`
	Value    money.Amount      `json:"value"`
	Paid     money.Amount      `json:"paid"`

	taken money.Amount
}

// place says where it is in the queue.
func (q queuedInfo) place() string {
	switch {
	case q.Status == withdrawal.Aside:
		return "to be claimed"
	case q.Ahead == 0 && !q.More:
		return "next"
	case q.More:
		return fmt.Sprintf("after %s or more", formatCount(int64(q.Ahead)))
	}
	return fmt.Sprintf("after %s", formatCount(int64(q.Ahead)))
}

// queued are the member's requests that wait, are owed or were set aside, the first first.
func (s *session) queued() ([]queuedInfo, error) {
	out := []queuedInfo{}
	first, last := withdrawal.MemberKey{Member: s.member}, withdrawal.MemberKey{Member: s.member, Request: ^uint64(0)}
	err := latest(s, withdrawal.RequestedBy, first, last, maxMine, func(r *reading, k withdrawal.MemberKey) error {
		t, err := withdrawal.Find(r, k.Request)
		if err != nil || t.Status == withdrawal.Done || t.Status == withdrawal.Cancelled {
			return err
		}
		q := queuedInfo{
			Request: k.Request, Class: t.Class, Units: t.Units, Status: t.Status, Ready: dayStamp(t.Ready),
			Redeemed: t.Redeemed != 0, Value: t.Value, Paid: t.Paid, taken: t.Taken,
		}
		if t.Status != withdrawal.Aside {
			q.Ahead, q.More, err = r.ahead(k.Request, t)
		}
		out = append([]queuedInfo{q}, out...)
		return err
	})
	return out, err
}

// ahead is how many requests of a request's status stand before it, and whether there may be
// more: of those that wait, and whose day has come when its own has, they are counted over so many numbers as a page has, of those that
// are owed, which are not in the order of numbers where parts are, so many steps back.
func (r *reading) ahead(request uint64, of withdrawal.Ticket) (n uint64, more bool, err error) {
	if of.Status == withdrawal.Owed {
		for n < maxWaiting && of.Prev != 0 {
			if of, err = withdrawal.Find(r, of.Prev); err != nil {
				return 0, false, err
			}
			n++
		}
		return n, of.Prev != 0, nil
	}
	q, err := withdrawal.QueueOf(r)
	if err != nil {
		return 0, false, err
	}
	from := request
	for _, list := range q.Lists() {
		from = min(from, list.First)
	}
	if from == request {
		return 0, false, nil
	}
	day := max(of.Ready, state.DayOf(r.Time()))
	if request-from > maxPage {
		from, more = request-maxPage, true
	}
	err = withdrawal.Range(r, from, request-1, func(_ uint64, t withdrawal.Ticket) (bool, error) {
		if t.Status == of.Status && t.Ready <= day {
			n++
		}
		return true, nil
	})
	return n, more, err
}
