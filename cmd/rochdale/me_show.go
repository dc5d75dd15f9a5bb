package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// meInfo is what a member wants to know about itself in one co-op.
type meInfo struct {
	Chain     string         `json:"chain"`
	Coop      state.Coop     `json:"coop"`
	Name      string         `json:"coop_name"`
	Member    memberInfo     `json:"member"`
	Nominated *nominatedInfo `json:"nomination,omitempty"`
	Replaced  bool           `json:"key_replaced,omitempty"` // the key that was used signs nothing any more
	Limit     uint32         `json:"allowance"`
	Waiting   []waitingInfo  `json:"waiting"` // for the member to do
	Money     moneyInfo      `json:"money"`
	Queue     []queuedInfo   `json:"withdrawing"` // requests that are not done
	Shares    []holdingInfo  `json:"shares"`
	Dividends []dividendInfo `json:"dividends"`
	Motions   []myMotion     `json:"motions"` // noticed or open
}

// myMotion is a motion as it concerns one member.
type myMotion struct {
	Motion ballot.Number `json:"motion"`
	Title  string        `json:"title"`
	Status ballot.Status `json:"status"`
	Opens  stamp         `json:"opens"`
	Closes stamp         `json:"closes"`
	May    bool          `json:"may_cast"`
	Once   bool          `json:"may_cast_once_open,omitempty"` // of a motion under notice, as things stand
	Cast   string        `json:"cast,omitempty"`
	Window bool          `json:"carried_by_silence,omitempty"`

	asks func(title string) string // the title with what it confirms
}

func newMeShowCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Show where you stand, what waits for you, what is owed",
		Long: `Show what waits for you to be done, your standing, offices and keys, what is owed to
you and by you, your shares, dividends, requests to withdraw, and the motions under way.

If you have linked co-ops (rochdale me link), all are shown, one after the other;
--coop shows one.`,
		Example: "  rochdale me show\n  rochdale me show --key ada --json\n  rochdale me show --coop 2",
		RunE: func(cmd *cobra.Command, _ []string) error {
			set, err := settingsOf(cmd)
			if err != nil {
				return err
			}
			if hasLinks(set) && !cmd.Flags().Changed("coop") && !cmd.Flags().Changed("as") {
				return showLinked(cmd, set)
			}
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			s.also = whereTo(cmd, cmd, "")
			info, err := s.me()
			if err != nil {
				return explainRead(err)
			}
			return show(cmd, info, func(w io.Writer) { s.writeMe(w, info) })
		},
	}
	cmd.Flags().Uint64("as", 0, "member number, if the key is not the one on the register")
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
	return cmd
}

// showLinked shows every co-op that is linked, as one list of JSON or one after the other.
func showLinked(cmd *cobra.Command, set settings) error {
	all, failed, err := linkedSessions(cmd)
	if err != nil {
		return err
	}
	list := []meInfo{}
	for i, s := range all {
		if s.also = whereTo(cmd, cmd, "") + fmt.Sprintf(" --coop %d", s.Coop()); s.settings.Node != set.Node {
			s.also += " --node " + quoteArg(s.settings.Node)
		}
		info, err := s.me()
		if err != nil {
			failed = append(failed, fmt.Errorf("co-op %d of %s, %s: %w", s.Coop(), s.Chain(), s.name, err))
			continue
		}
		if set.JSON {
			list = append(list, info)
			continue
		}
		deskOf(cmd).book = nil // of another co-op
		lay(cmd, s.settings, s.key, s.Chain(), s.Coop())
		err = show(cmd, info, func(w io.Writer) {
			if i > 0 {
				fmt.Fprintf(w, "\n%s\n\n", strings.Repeat("-", pageWidth))
			}
			s.writeMe(w, info)
		})
		if err != nil {
			return err
		}
	}
	if set.JSON {
		if err := show(cmd, list, nil); err != nil {
			return err
		}
	}
	for _, err := range failed {
		note(cmd, "%v", err)
	}
	if n := uint64(len(failed)); n > 0 {
		return withHint(fault("%s could not be shown", plural(n, "linked co-op")), "try again later; link it anew with a node that answers: rochdale me link --coop N --node ADDRESS")
	}
	return nil
}

// me gathers what the records say of the key's holder.
func (s *session) me() (meInfo, error) {
	info := meInfo{
		Chain: s.Chain(), Coop: s.Coop(), Name: s.name, Limit: s.policy.Allowance,
		Waiting: []waitingInfo{}, Queue: []queuedInfo{}, Motions: []myMotion{},
	}
	var err error
	if info.Member, err = s.fullMember(s.member); err != nil {
		return info, err
	}
	if info.Replaced, err = s.replaced(); err != nil {
		return info, err
	}
	nomination, ok, err := exit.NominationOf(s, s.member)
	if err != nil {
		return info, err
	}
	if ok {
		info.Nominated = &nominatedInfo{nomination.Commitment, stamp(nomination.Time), nomination.By}
	}
	if info.Motions, err = s.myMotions(); err != nil {
		return info, err
	}
	if err = s.claims(&info); err != nil {
		return info, err
	}
	info.Waiting, err = s.waiting(info)
	return info, err
}

// claims gathers what the member has of shares, and what is owed between it and the co-op.
func (s *session) claims(info *meInfo) (err error) {
	if info.Shares, err = s.holdingsOf(s.member); err != nil {
		return err
	}
	if info.Dividends, err = s.dividends(); err != nil {
		return err
	}
	if info.Queue, err = s.queued(); err != nil {
		return err
	}
	info.Money, err = s.myMoney(*info)
	return err
}

// replaced says whether another key has taken the place of the session's, which signs
// nothing any more.
func (s *session) replaced() (bool, error) {
	m, err := member.ByKey(s, s.public())
	if err != nil || m != s.member || s.number != 0 {
		return false, err
	}
	rec, err := member.Find(s, m)
	return err == nil && !rec.Key.Equal(s.public()) && !rec.Next.Equal(s.public()), err
}

// myMotions are the motions under way.
func (s *session) myMotions() ([]myMotion, error) {
	out := []myMotion{}
	err := s.openMotions(func(r *reading, n ballot.Number, m ballot.Motion, p ballot.Poll) (err error) {
		info, err := r.motionInfo(n, m, p)
		if err != nil {
			return err
		}
		mine := myMotion{
			Motion: n, Title: m.Title, Status: p.Status, Opens: stamp(p.Opens), Closes: stamp(p.Closes),
			Window: info.window(), asks: info.asks,
		}
		if p.Status == ballot.Noticed {
			if mine.Once, err = ballot.MayCastOnceOpen(r, n, s.member); err != nil {
				return err
			}
		}
		if p.Status == ballot.Open {
			if mine.May, err = ballot.MayCast(r, n, s.member); err != nil {
				return err
			}
		}
		if p.Status != ballot.Noticed {
			paper, cast, err := ballot.CastOf(r, n, s.member)
			if err != nil {
				return err
			}
			if cast {
				mine.Cast = p.Answer(paper.Marks)
			}
		}
		out = append(out, mine)
		return nil
	})
	return out, err
}

func (s *session) writeMe(w io.Writer, info meInfo) {
	m := info.Member
	writeFacts(w, present(append([]fact{
		{"member", fmt.Sprintf("%d of co-op %d, %s", m.Member, info.Coop, info.Name)},
		{"this key", info.keyWords()},
		{"standing", m.stands()}, {"sort", m.sort()}, {"represented by", m.represented()},
		{"probation", until(m.Probation)}, {"resignation", m.leaves()}, {"ends", m.ends()}, {"votes", m.votes()}, {"counts", m.counts()},
		{"class", fmt.Sprintf("%d, %s", m.Class, m.ClassName)},
		{"offices", strings.Join(m.Offices, ", ")},
		{"public key", m.key()}, {"next key", m.nextKey()}, {"guardians", m.Guardians}, {"vouched", m.vouched()}, {"nomination", info.Nominated.words(info.Coop)},
		{"committed", m.committed()}, {"erased", m.erased()},
		{"federation", info.Chain}}, m.Exit.facts()...)...)...)
	if len(info.Waiting) > 0 {
		fmt.Fprintln(w, "\nWhat waits for you:")
		for _, one := range info.Waiting {
			fmt.Fprintf(w, "  - %s\n", one)
			if one.Command != "" { // in a line of its own, to be copied
				fmt.Fprintf(w, "      %s\n", one.Command)
			}
		}
	}
	part := func(t *table) {
		if len(t.rows) > 0 {
			fmt.Fprintln(w)
			t.write(w)
		}
	}
	if len(m.Keys) > 0 {
		part(m.keyTable())
	}
	part(s.moneyTable(info.Money))
	if len(info.Shares) == 0 {
		fmt.Fprintln(w, "\nYou hold no shares.")
	} else {
		fmt.Fprintln(w)
		s.writeHoldings(w, info.Shares)
	}
	part(s.queueTable(info.Queue))
	part(s.dividendTable(info.Dividends))
	if len(info.Motions) == 0 {
		fmt.Fprintln(w, "\nNo motions are under way.")
		return
	}
	t := newTable("motion", "status", "closes", "your answer", "title")
	for _, mo := range info.Motions {
		answer := or(mo.Cast, "not cast yet")
		switch {
		case mo.Status == ballot.Noticed && mo.Once:
			answer = "opens " + mo.Opens.day()
		case mo.Status == ballot.Counting || mo.Status == ballot.Confirming:
			answer = or(mo.Cast, "none, its poll is over")
		case !mo.May:
			answer = or(mo.Cast, "you may not cast")
		}
		t.row(mo.Motion, mo.Status, mo.Closes, answer, mo.asks(mo.Title))
	}
	part(t)
}

// keyWords say that the key that was used signs nothing any more; "" if it signs.
func (m meInfo) keyWords() string {
	void := slices.ContainsFunc(m.Member.History, func(h changeInfo) bool { return h.Void != 0 })
	switch {
	case !m.Replaced:
		return ""
	case void && m.Member.KeySince == 0: // no key of the member was ever replaced
		return "was made void before it acted; it never signed"
	case void:
		return "was replaced, or made void before it acted; it signs nothing"
	}
	return "was replaced and signs nothing any more"
}

// moneyTable lists what is owed to the member and by it.
func (s *session) moneyTable(info moneyInfo) *table {
	t := newTable("for", "owed to you", "you owe", "due")
	sums := func(a money.Amount) string {
		if a == 0 {
			return ""
		}
		return s.money(a)
	}
	for _, l := range info.Lines {
		toYou := sums(l.ToYou)
		if l.settled {
			toYou = s.money(0)
		}
		t.row(l.For, toYou, sums(l.ByYou), l.Due)
	}
	return t
}

func (s *session) queueTable(queue []queuedInfo) *table {
	t := newTable("request", "class", "shares", "status", "place", "ready", "value", "of it paid")
	for _, q := range queue {
		value, paid := "", ""
		if q.Redeemed {
			value, paid = s.money(q.Value), s.money(q.Paid)
		}
		t.row(q.Request, q.Class, formatCount(int64(q.Units)), q.Status, q.place(), q.Ready.day(), value, paid)
	}
	return t
}
