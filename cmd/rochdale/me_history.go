package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
)

// historyInfo is what the records say that a member did and that was done to it,
// each list from the latest on but the changes of standing and the dividends,
// which are whole.
type historyInfo struct {
	Member        state.Member       `json:"member"`
	Register      []changeInfo       `json:"register"`
	Served        []servedInfo       `json:"for_you"` // that others did for it while it had no key
	Identity      []identityChange   `json:"identity"`
	Keys          []keyChange        `json:"keys"`
	Casts         []castOn           `json:"casts"`
	Proposed      []proposal         `json:"proposed"`
	Subscriptions []subscriptionInfo `json:"subscriptions"`
	Issues        []issueInfo        `json:"issues"`
	Dividends     []dividendInfo     `json:"dividends"`
	Entries       []entryPosted      `json:"entries"` // posted by the member
	Concern       []entryPosted      `json:"concern"` // that concern it, as who posted them said

	me memberInfo
}

// castOn is a motion that a member has cast on.
type castOn struct {
	Motion ballot.Number `json:"motion"`
	Title  string        `json:"title"`
	Status ballot.Status `json:"status"`
	Cast   string        `json:"cast"`
}

// proposal is a motion that a member has put.
type proposal struct {
	Motion   ballot.Number `json:"motion"`
	Title    string        `json:"title"`
	Status   ballot.Status `json:"status"`
	Proposed stamp         `json:"proposed"`
}

// issueInfo is an operation on the register of shares.
type issueInfo struct {
	Operation uint64 `json:"operation"`
	share.Change
	Time stamp `json:"time"`
}

// entryPosted is a journal entry in short.
type entryPosted struct {
	Entry     uint64       `json:"entry"`
	Time      stamp        `json:"time"`
	Narrative string       `json:"narrative"`
	Debits    money.Amount `json:"debits"`
}

func newMeHistoryCmd() *cobra.Command {
	var page pageFlags
	cmd := &cobra.Command{
		Use:   "history",
		Short: "Show what you did and what was done to you, the latest first",
		Long: `Show your own history: changes of your standing, what others did for you while you
had no key, commitments to who you are and erasures, keys, motions you cast on and proposed, your subscriptions and shares,
dividends, and journal entries you posted.
Each list shows the latest; --limit says how many.`,
		Example: "  rochdale me history\n  rochdale me history --limit 1000 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			info, err := s.history(uint64(page.limit))
			if err != nil {
				return explainRead(err)
			}
			return show(cmd, info, func(w io.Writer) { s.writeHistory(w, info) })
		},
	}
	cmd.Flags().IntVar(&page.limit, "limit", 100, fmt.Sprintf("how many of each to show, at most %d", maxPage))
	cmd.Flags().Uint64("as", 0, "member number, if the key is not the one on the register")
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
	return cmd
}

// latest calls fn for the last entries from first to last.
func latest[I comparable](s *session, x state.Index[I], first, last I, limit uint64, fn func(r *reading, key I) error) error {
	q := x.Ask(s.Coop(), first, last)
	q.Limit, q.Down = limit, true
	return listed(s.reading, x, q, func(r *reading, key I) (bool, error) { return true, fn(r, key) })
}

// history gathers it, at most limit of each sort.
func (s *session) history(limit uint64) (historyInfo, error) {
	info := historyInfo{
		Member: s.member, Served: []servedInfo{}, Identity: []identityChange{}, Keys: []keyChange{}, Casts: []castOn{}, Proposed: []proposal{},
		Subscriptions: []subscriptionInfo{}, Issues: []issueInfo{}, Entries: []entryPosted{}, Concern: []entryPosted{},
	}
	me, err := s.fullMember(s.member)
	if err != nil {
		return info, err
	}
	info.me, info.Register = me, me.History
	if info.Dividends, err = s.dividends(); err != nil {
		return info, err
	}
	for _, part := range []func(*historyInfo, uint64) error{s.historyOfServices, s.historyOfIdentity, s.historyOfKeys, s.historyOfMotions, s.historyOfShares, s.historyOfEntries} {
		if err := part(&info, limit); err != nil {
			return info, err
		}
	}
	return info, nil
}

// keyChange is a key that the member added or made, or one that was revoked.
type keyChange struct {
	Key  keyring.Number `json:"key"`
	Name string         `json:"name"`
	Was  string         `json:"was"` // "added" or "revoked"
	Time stamp          `json:"time"`
	By   state.Actor    `json:"by"`
}

// historyOfKeys adds what became of the member's keys beside the first. That others gave it
// another first key is in its history on the register.
func (s *session) historyOfKeys(info *historyInfo, limit uint64) error {
	err := keyring.Range(s, s.member, func(n keyring.Number, k keyring.Key) (bool, error) {
		info.Keys = append(info.Keys, keyChange{n, k.Name, "added", stamp(k.Since), state.Actor{Coop: s.Coop(), Member: s.member}})
		if k.Revoked != 0 {
			info.Keys = append(info.Keys, keyChange{n, k.Name, "revoked", stamp(k.Revoked), k.RevokedBy})
		}
		return true, nil
	})
	slices.SortStableFunc(info.Keys, func(a, b keyChange) int { return cmp.Compare(b.Time, a.Time) })
	if limit > 0 && uint64(len(info.Keys)) > limit {
		info.Keys = info.Keys[:limit]
	}
	return err
}

func (s *session) historyOfMotions(info *historyInfo, limit uint64) error {
	first, last := ballot.MemberKey{Member: s.member}, ballot.MemberKey{Member: s.member, Motion: ^ballot.Number(0)}
	err := latest(s, ballot.CastsBy, first, last, limit, func(r *reading, k ballot.MemberKey) error {
		m, p, err := ballot.Find(r, k.Motion)
		if err != nil {
			return err
		}
		paper, _, err := ballot.CastOf(r, k.Motion, s.member)
		info.Casts = append(info.Casts, castOn{k.Motion, m.Title, p.Status, p.Answer(paper.Marks)})
		return err
	})
	if err != nil {
		return err
	}
	return latest(s, ballot.ProposedBy, first, last, limit, func(r *reading, k ballot.MemberKey) error {
		m, p, err := ballot.Find(r, k.Motion)
		info.Proposed = append(info.Proposed, proposal{k.Motion, m.Title, p.Status, stamp(m.Proposed)})
		return err
	})
}

func (s *session) historyOfShares(info *historyInfo, limit uint64) error {
	first, last := share.MemberKey{Member: s.member}, share.MemberKey{Member: s.member, Number: ^uint64(0)}
	err := latest(s, share.SubscribedBy, first, last, limit, func(r *reading, k share.MemberKey) error {
		sub, err := share.SubscriptionOf(r, k.Number)
		info.Subscriptions = append(info.Subscriptions, subscriptionInfo{k.Number, sub, stamp(sub.Time)})
		return err
	})
	if err != nil {
		return err
	}
	return latest(s, share.OperationsOf, first, last, limit, func(r *reading, k share.MemberKey) error {
		change, _, err := share.OperationOf(r, k.Number)
		info.Issues = append(info.Issues, issueInfo{k.Number, change, stamp(change.Time)})
		return err
	})
}

func (s *session) historyOfEntries(info *historyInfo, limit uint64) error {
	if err := s.entriesOf(account.PostedBy, limit, &info.Entries); err != nil {
		return err
	}
	return s.entriesOf(account.About, limit, &info.Concern)
}

// entriesOf adds the entries of a list that has those of the member.
func (s *session) entriesOf(x state.Index[account.MemberKey], limit uint64, into *[]entryPosted) error {
	first, last := account.MemberKey{Member: s.member}, account.MemberKey{Member: s.member, Entry: ^uint64(0)}
	return latest(s, x, first, last, limit, func(r *reading, k account.MemberKey) error {
		rec, err := account.EntryOf(r, k.Entry)
		entry := entryPosted{Entry: k.Entry, Time: stamp(rec.Time), Narrative: rec.Narrative}
		for _, l := range rec.Lines {
			entry.Debits += max(l.Amount, 0)
		}
		*into = append(*into, entry)
		return err
	})
}

func (s *session) writeHistory(w io.Writer, info historyInfo) {
	section := func(title string, n int, t *table) {
		if n > 0 {
			fmt.Fprintf(w, "\n%s\n\n", title)
			t.write(w)
		}
	}
	fmt.Fprintf(w, "Member %d of %s\n", info.Member, s.name)
	t := newTable("operation", "standing", "time", "by", "reason")
	for _, h := range info.Register {
		t.row(h.Operation, h.Standing, h.Time, info.me.by(h), h.why())
	}
	section("Register", len(info.Register), t)
	t = newTable("number", "what", "time", "by", "on paper …")
	for _, a := range info.Served {
		t.row(a.Number, a.doing(), a.Time, wording.By(a.By, s.Coop()), a.on())
	}
	section("Done for you, while you had no key", len(info.Served), t)
	t = newTable("change", "who you are was", "time", "by")
	for _, c := range info.Identity {
		t.row(c.Change, c.what(), c.Time, wording.By(c.By, s.Coop()))
	}
	section("Names and addresses", len(info.Identity), t)
	t = newTable("key", "name", "was", "time", "by")
	for _, k := range info.Keys {
		t.row(k.Key, k.Name, k.Was, k.Time, wording.By(k.By, s.Coop()))
	}
	section("Keys", len(info.Keys), t)
	t = newTable("motion", "status", "your answer", "title")
	for _, c := range info.Casts {
		t.row(c.Motion, c.Status, c.Cast, c.Title)
	}
	section("Motions you cast on", len(info.Casts), t)
	t = newTable("motion", "status", "proposed", "title")
	for _, p := range info.Proposed {
		t.row(p.Motion, p.Status, p.Proposed, p.Title)
	}
	section("Motions you proposed", len(info.Proposed), t)
	t = newTable("subscription", "class", "shares", "status", "time")
	for _, p := range info.Subscriptions {
		t.row(p.Number, p.Class, formatCount(int64(p.Units)), p.at(), p.Time)
	}
	section("Subscriptions", len(info.Subscriptions), t)
	t = newTable("operation", "class", "shares", "held after", "time")
	for _, i := range info.Issues {
		t.row(i.Operation, i.Class, i.signed(), formatCount(int64(i.Held)), i.Time)
	}
	section("Shares issued", len(info.Issues), t)
	section("Dividends", len(info.Dividends), s.dividendTable(info.Dividends))
	for _, of := range []struct {
		title   string
		entries []entryPosted
	}{{"Journal entries you posted", info.Entries}, {"Journal entries that concern you", info.Concern}} {
		t = newTable("entry", "time", "amount", "narrative")
		for _, e := range of.entries {
			t.row(e.Entry, e.Time, s.money(e.Debits), e.Narrative)
		}
		section(of.title, len(of.entries), t)
	}
}
