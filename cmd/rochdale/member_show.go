package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/spf13/cobra"
)

// memberInfo is a member as results show it.
type memberInfo struct {
	Member     state.Member    `json:"member"`
	Standing   member.Standing `json:"standing"`
	Class      charter.Class   `json:"class"`
	ClassName  string          `json:"class_name"`
	PublicKey  string          `json:"public_key"`         // rochdale1…
	Unproved   bool            `json:"unproved"`           // entered without proof of its key, and has signed nothing yet
	KeySince   stamp           `json:"key_since,omitzero"` // when it took the place of another
	KeyUntil   stamp           `json:"key_until,omitzero"` // of a day: when the key of then, which the register tells no more, was replaced
	Invited    stamp           `json:"invited,omitzero"`   // the last day of the invitation that the key is
	Revoked    stamp           `json:"revoked,omitzero"`   // when that key was revoked
	NextKey    *nextKey        `json:"next_key,omitempty"`
	Keys       []keyOnRegister `json:"keys,omitempty"` // beside the first
	Guardians  string          `json:"guardians,omitempty"`
	Vouched    []vouchInfo     `json:"vouched,omitempty"` // by guardians, for keys that are not given yet
	Since      stamp           `json:"since"`             // of the standing
	Commitment hexBytes        `json:"commitment,omitempty"`
	Erased     stamp           `json:"erased,omitzero"`         // when what identifies the member was destroyed
	Identity   *identityInfo   `json:"identity,omitempty"`      // what changed of it since the member came
	Joined     string          `json:"joined,omitempty"`        // as brought in from the register before
	Before     string          `json:"number_before,omitempty"` // likewise
	Loans      []loanInfo      `json:"loans,omitempty"`         // and what is left of them
	Sort       member.Sort     `json:"sort"`
	Ended      member.Ending   `json:"ended,omitzero"`            // why the membership ended
	Probation  stamp           `json:"probation,omitzero"`        // until when the member is on probation
	Leaves     stamp           `json:"leaves,omitzero"`           // when the membership ends, by notice of resignation
	Counts     stamp           `json:"counts,omitzero"`           // from when on the member counts in what is proposed, if that is to come
	Keyless    bool            `json:"counts_with_key,omitempty"` // the member does not count before it has made a key of its own
	Barred     bool            `json:"barred,omitempty"`          // all members suspended it: it votes on nothing
	Votes      stamp           `json:"votes_before,omitzero"`     // others suspended it: it votes on what was proposed before
	At         string          `json:"at,omitempty"`              // of which day this is, if not of now
	Offices    []string        `json:"offices,omitempty"`
	Exit       *exitInfo       `json:"exit,omitempty"`
	History    []changeInfo    `json:"history,omitempty"`

	coop state.Coop
}

// nextKey is a key that others gave a member and that does not act yet.
type nextKey struct {
	PublicKey string `json:"public_key"` // rochdale1…
	From      stamp  `json:"from"`
}

func (k *nextKey) String() string {
	return fmt.Sprintf("%s, acts from %v; void as soon as the old key signs", k.PublicKey, k.From)
}

// changeInfo is one operation on the register.
type changeInfo struct {
	Operation uint64          `json:"operation"`
	Standing  member.Standing `json:"standing"`
	Time      stamp           `json:"time"`
	By        state.Actor     `json:"by,omitzero"` // who did it
	Reason    string          `json:"reason,omitempty"`
	Key       bool            `json:"key,omitempty"` // others gave another key
	Acts      stamp           `json:"acts,omitzero"` // from when on that key acts, if not at once
	Void      stamp           `json:"void,omitzero"` // since when that key is void
	VoidBy    state.Actor     `json:"void_by,omitzero"`
	Ends      stamp           `json:"ends,omitzero"`      // when a suspension by others than all members ends by itself
	Lapsed    bool            `json:"lapsed,omitempty"`   // a suspension ended by itself
	Ending    member.Ending   `json:"ending,omitzero"`    // why the membership ended
	Effective stamp           `json:"effective,omitzero"` // from when on it holds, if not from its time
	Probation stamp           `json:"probation,omitzero"` // when probation is over
	Leaves    stamp           `json:"leaves,omitzero"`    // when the membership ends, by notice of resignation
	Stays     bool            `json:"stays,omitempty"`    // the notice was taken back
	Recorded  bool            `json:"recorded,omitempty"` // others recorded that notice
	Invited   bool            `json:"invited,omitempty"`  // the member, who had no key of its own, was given another code
}

// why says what the standing alone does not.
func (c changeInfo) why() string {
	switch { // so short that the table fits 80 columns
	case c.Lapsed:
		return "suspension ended by itself"
	case c.Void != 0:
		return "new key, void " + c.Void.day()
	case c.Acts != 0:
		return "new key from " + c.Acts.day()
	case c.Key && c.Standing == member.Candidate:
		return "applies again, new key"
	case c.Key:
		return "others replaced the key"
	case c.Invited:
		return "was given another code"
	case c.Ending != 0:
		return or(c.Reason, c.Ending.String())
	case c.Leaves != 0 && c.Recorded:
		return "others record: leaves " + c.Leaves.day()
	case c.Leaves != 0:
		return "resigns, leaves " + c.Leaves.day()
	case c.Stays:
		return "took the resignation back"
	case c.Probation != 0:
		return "probation until " + c.Probation.day()
	}
	return c.Reason
}

func changed(h member.Change) changeInfo {
	c := changeInfo{
		Operation: h.Operation, Standing: h.Standing, Time: stamp(h.Time), By: h.By, Reason: h.Reason,
		Key: h.Key, Void: stamp(h.Void), VoidBy: h.VoidBy, Lapsed: h.Lapsed,
		Ending: h.Ending, Stays: h.Stays, Recorded: h.Recorded, Invited: h.Invite,
	}
	for _, of := range []struct {
		at  *stamp
		day uint64
	}{{&c.Effective, h.Effective}, {&c.Probation, h.Probation}, {&c.Leaves, h.Leaves}} {
		if of.day > 0 {
			*of.at = dayStamp(of.day)
		}
	}
	if h.Ends > 0 {
		c.Ends = stamp(h.Ends * 24 * 60 * 60)
	}
	if h.Key && h.Until > 0 {
		c.Acts = dayStamp(h.Until)
	}
	return c
}

// day is the day of a moment, UTC.
func (t stamp) day() string { return words.Day(state.DayOf(int64(t))) }

// dayStamp is when a day begins, in days since 1970 UTC.
func dayStamp(day uint64) stamp { return stamp(int64(day) * 24 * 60 * 60) }

// memberInfo is what a record says of a member now, or on a day for which it was made.
func (r *reading) memberInfo(m state.Member, rec member.Record, at asOf) memberInfo {
	day := state.DayOf(r.Time())
	if at.text != "" {
		day = at.day
	}
	info := memberInfo{
		Member: m, Standing: rec.Standing(), Class: rec.Class(), ClassName: r.class(rec.Class()), PublicKey: rec.Key.String(), Unproved: rec.Unproved,
		Since: stamp(rec.Since()), Commitment: rec.Commitment,
	}
	info.KeySince, info.Revoked = stamp(rec.KeySince), stamp(rec.Revoked)
	if rec.Invited != 0 {
		info.Invited = dayStamp(rec.Invited)
	}
	info.Ended, info.Sort = rec.Ended(), rec.Sort
	if state.DayOf(rec.KeySince) > day { // the register has today's
		info.KeyUntil, info.KeySince, info.PublicKey, info.Unproved, info.Invited = stamp(rec.KeySince), 0, "", false, 0
	}
	if over := rec.ProbationOver(); over > day {
		info.Probation = dayStamp(over)
	}
	switch from := rec.CountsFrom(); {
	case from == member.Never:
		info.Keyless = true
	case from > day:
		info.Counts = dayStamp(from)
	}
	if began, suspended := rec.Suspension(^uint64(0)); suspended && began.Bars {
		info.Barred = true
	} else if suspended {
		info.Votes = dayStamp(began.Until)
	}
	if rec.Leaves > 0 {
		info.Leaves = dayStamp(rec.Leaves)
	}
	if day := rec.NextFrom(); day > 0 {
		info.NextKey = &nextKey{rec.Next.String(), dayStamp(day)}
	}
	return info
}

// pageFlags bound how much of a list is read and shown.
type pageFlags struct {
	from  uint64
	limit int
}

// maxPage bounds one page: at this, a list still comes in a second or two.
const maxPage = 10_000

func (p *pageFlags) add(cmd *cobra.Command, what string) {
	cmd.Flags().Uint64Var(&p.from, "from", 1, "first "+what+" to show, by number")
	cmd.Flags().IntVar(&p.limit, "limit", 100, fmt.Sprintf("how many to show, at most %d", maxPage))
}

func (p *pageFlags) check() error {
	if p.limit < 1 || p.limit > maxPage {
		return withHint(fault("--limit %d: it must be from 1 to %d", p.limit, maxPage), "show a page, then go on with --from")
	}
	return nil
}

// more tells how to see the next page of the same list.
func (p *pageFlags) more(cmd *cobra.Command, next uint64) {
	same := ""
	for _, name := range []string{"standing", "class", "status", "at"} {
		if f := cmd.Flags().Lookup(name); f != nil && f.Changed {
			same += fmt.Sprintf(" --%s %s", name, quoteArg(f.Value.String()))
		}
	}
	if f := cmd.Flags().Lookup("all"); f != nil && f.Changed {
		same += " --all"
	}
	hint(cmd, "there are more: %s%s --from %d --limit %d", cmd.CommandPath(), same, next, p.limit)
}

func newMemberListCmd() *cobra.Command {
	var page pageFlags
	var standing string
	var class string
	var at asOf
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the register of members",
		Example: "  rochdale member list\n  rochdale member list --standing candidate --json\n  rochdale member list --class 2\n  rochdale member list --at 2026-12-31",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			if err := checkWord("--standing", standing, standings()); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error {
				err := at.read(r)
				if err != nil {
					return err
				}
				which := sifting{member.Standing(1 + slices.Index(standings(), standing)), 0, at}
				if class != "" {
					if which.class, err = parseClass(class, r.policy); err != nil {
						return err
					}
				}
				return listMembers(cmd, r, &page, which)
			})
		},
	}
	page.add(cmd, "member")
	at.add(cmd)
	cmd.Flags().StringVar(&standing, "standing", "", "only members who are "+list(standings(), "or"))
	cmd.Flags().StringVar(&class, "class", "", "only members of this class, by number or name")
	must(cmd.RegisterFlagCompletionFunc("class", cobra.NoFileCompletions))
	must(cmd.RegisterFlagCompletionFunc("standing", cobra.FixedCompletions(standings(), cobra.ShellCompDirectiveNoFileComp)))
	addReadFlags(cmd)
	return cmd
}

// standings are the words for where a member stands.
func standings() []string {
	var out []string
	for s := member.Candidate; s <= member.Left; s++ {
		out = append(out, s.String())
	}
	return out
}

// checkWord refuses a flag's value that is none of the words; empty is none.
func checkWord(flag, value string, words []string) error {
	if value == "" {
		return nil
	}
	for _, w := range words {
		if w == value {
			return nil
		}
	}
	err := fault("%s %q is none of %s", flag, value, strings.Join(words, ", "))
	if near := nearest(value, words); near != "" {
		return withHint(err, "did you mean: %s %s", flag, near)
	}
	return withHint(err, "leave %s out to see all", flag)
}

func listMembers(cmd *cobra.Command, r *reading, page *pageFlags, which sifting) error {
	members, next, err := r.members(which, state.Member(page.from), page.limit)
	if err != nil {
		return err
	}
	if next != 0 {
		page.more(cmd, uint64(next))
	}
	if len(members) == 0 {
		note(cmd, "no members to show")
	}
	return show(cmd, members, func(w io.Writer) {
		t := newTable("member", "standing", "since", "class", "public key")
		for _, m := range members {
			m.PublicKey = shortKey(m.PublicKey)
			t.row(m.Member, m.Standing, m.Since, m.ClassName, m.key())
		}
		t.write(w)
		if len(members) > 0 {
			fmt.Fprintln(w, "\nKeys are shortened: rochdale member show MEMBER and --json have them whole.")
		}
	})
}

func newMemberShowCmd() *cobra.Command {
	var at asOf
	cmd := &cobra.Command{
		Use:     "show MEMBER|PUBLIC-KEY",
		Short:   "Show a member's record, offices and history",
		Example: "  rochdale member show 7\n  rochdale member show rochdale1qx… --json\n  rochdale member show 7 --at 2026-12-31",
		Args:    wantArgs("MEMBER|PUBLIC-KEY"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return read(cmd, func(r *reading) error {
				m, err := r.memberNamed(args[0])
				if err != nil {
					return err
				}
				if err := at.read(r); err != nil {
					return err
				}
				info, err := r.memberAt(m, at)
				if err != nil {
					return err
				}
				return showMember(cmd, forgetErased(cmd, info))
			})
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	at.add(cmd)
	addReadFlags(cmd)
	return cmd
}

// memberNamed finds a member by number or by key.
func (r *reading) memberNamed(text string) (state.Member, error) {
	if len(text) < 64 && !strings.HasPrefix(text, "rochdale") {
		return parseMember(text)
	}
	key, err := parseKey(text)
	if err != nil {
		return 0, err
	}
	m, err := member.ByKey(r, key)
	if err == nil && m == 0 {
		err = withHint(fault("key %s is not on the register of %s", key, r.name), "see who is: rochdale member list")
	}
	return m, err
}

// fullMember is a member with offices and history.
func (r *reading) fullMember(m state.Member) (memberInfo, error) {
	rec, err := member.Find(r, m)
	if err != nil {
		return memberInfo{}, err
	}
	info := r.memberInfo(m, rec, asOf{})
	if info.Keys, err = r.furtherKeys(m, rec, asOf{}); err != nil {
		return info, err
	}
	if info.Guardians, info.Vouched, err = r.guardians(m); err != nil {
		return info, err
	}
	offices, err := charter.OfficesOf(r)
	if err != nil {
		return info, err
	}
	for _, o := range offices {
		holds, err := member.Holds(r, m, o)
		if err != nil {
			return info, err
		}
		if holds {
			info.Offices = append(info.Offices, r.policy.Office(o))
		}
	}
	if info.Exit, err = r.exitOf(m); err != nil {
		return info, err
	}
	if err := r.identified(m, &info, asOf{}); err != nil {
		return info, err
	}
	if err := r.broughtIn(m, &info); err != nil {
		return info, err
	}
	info.coop = r.Coop()
	for _, h := range rec.History {
		info.History = append(info.History, changed(h))
	}
	return info, nil
}

// ends says when a suspension that lasts ends by itself, "" if it does not.
func (m memberInfo) ends() string {
	ends := ""
	for _, h := range m.History {
		switch {
		case h.Standing != member.Suspended:
			ends = ""
		case h.Ends != 0:
			ends = fmt.Sprintf("%v by itself, unless all members decide otherwise", h.Ends)
		case h.Reason != "": // all members made it theirs
			ends = ""
		}
	}
	return ends
}

// votes says what a suspension leaves of the vote, "" without one.
func (m memberInfo) votes() string {
	switch {
	case m.Barred:
		return "on nothing, motions under way included, until all members reinstate it"
	case m.Votes != 0:
		return fmt.Sprintf("on what is proposed before %s; on nothing that is proposed from then on, until the suspension ends", m.Votes.day())
	}
	return ""
}

func showMember(cmd *cobra.Command, info memberInfo) error {
	return show(cmd, info, func(w io.Writer) {
		facts := []fact{
			{"member", info.Member}, {"standing", info.stands()}, {"sort", info.sort()}, {"represented by", info.represented()},
			{"probation", until(info.Probation)}, {"resignation", info.leaves()},
			{"ends", info.ends()}, {"votes", info.votes()}, {"counts", info.counts()},
			{"class", fmt.Sprintf("%d, %s", info.Class, info.ClassName)},
			{"joined", asBroughtIn(info.Joined)}, {"number before", info.Before}, {"lent", lent(info.Loans)},
			{"offices", strings.Join(info.Offices, ", ")},
			{"public key", info.key()}, {"next key", info.nextKey()}, {"guardians", info.Guardians}, {"vouched", info.vouched()}, {"commitment", info.Commitment}, {"committed", info.committed()}, {"erased", info.erased()},
		}
		writeFacts(w, append(present(facts...), info.Exit.facts()...)...)
		fmt.Fprintln(w)
		if len(info.Keys) > 0 {
			info.keyTable().write(w)
			fmt.Fprintln(w)
		}
		t := newTable("operation", "standing", "time", "by", "reason")
		for _, h := range info.History {
			t.row(h.Operation, h.Standing, h.Time, info.by(h), h.why())
		}
		t.write(w)
	})
}

// memberNumbers is "member 3" or "members 3, 4 and 9".
func memberNumbers(members []state.Member) string {
	if len(members) == 0 {
		return ""
	}
	var words []string
	for _, m := range members {
		words = append(words, fmt.Sprint(m))
	}
	if len(words) == 1 {
		return "member " + words[0]
	}
	return "members " + list(words, "and")
}
