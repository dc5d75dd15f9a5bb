package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// refused turns a rejection into the command's error: its reason, what to do
// next, exit status 2. Any other error stays a fault.
func refused(err error) error {
	r := state.Rejected(err)
	if r == nil {
		return err
	}
	return refusedBy(r.Code, err.Error())
}

// refusedBy is refused for a code and text from a node.
func refusedBy(code uint32, text string) error {
	err := error(&exitError{code: exitRejected, err: errors.New(or(text, wording.Reason(code), fmt.Sprintf("by rule %d", code))), rejection: code})
	if inner := wording.Inner(code, text); code == ballot.ErrTried.Code && inner != nil {
		return withHint(err, "%s", triedHint(inner, text))
	}
	if next := wording.Hint(code); next != "" {
		return withHint(err, "%s", next)
	}
	return withHint(err, "this version of rochdale does not know rejection %d: see rochdale version", code)
}

// triedHint says what to do when what a motion carries would be refused today, by a
// text that says why: what that refusal asks for first. To propose it anyway is of use
// only where the day can come on which it is not refused.
func triedHint(inner *state.Rejection, text string) string {
	next := wording.Hint(inner.Code)
	if wording.Lasts(inner) || strings.HasSuffix(text, " has left") || strings.Contains(text, "clear days from today") {
		return next
	}
	return next + "; or, if it can be done by the time that the motion is carried, add --anyway"
}

// refusal is explain, and says more where the records do: whose an action is that the
// charter does not give to the signer, which kind of motion can carry it, for which
// motion a thing stands still.
func (s *session) refusal(cmd *cobra.Command, a act, err error) error {
	var e *exitError
	if !errors.As(err, &e) || e.code != exitRejected {
		return a.explain(err)
	}
	code, kind, action := e.rejection, a.kind, a.action
	if m, ok := action.(ballot.Propose); ok && len(m.Action) == 1 {
		kind = m.Action[0].Kind
		action, _ = wording.Read(kind, m.Action[0].Payload) // if it can be read
	}
	if inner := wording.Inner(code, e.Error()); code == ballot.ErrTried.Code && inner != nil {
		code = inner.Code
	}
	if of, ok := action.(state.Concerner); ok && code != e.rejection && of.Concerns() != 0 { // whom the motion is about
		a.subject = fmt.Sprintf("member show %d", of.Concerns())
	}
	out := *e
	switch _, held := action.(state.Holder); {
	case code == state.ErrAuthority.Code:
		out.hint = or(s.whose(cmd, kind), e.hint)
	case code == ballot.ErrCarry.Code:
		out.hint = or(s.carriers(kind), e.hint)
	case code == account.ErrGuarded.Code && kind == account.KindReverse, code == member.ErrMany.Code, code == account.ErrAlone.Code:
		out.hint = or(s.toAll(cmd, kind), e.hint)
	case holders[code] != nil:
		out.hint = or(s.until(code), e.hint)
	case code == account.ErrRoomEntry.Code:
		out.hint = or(s.takenBack(action), e.hint)
	case a.hints[code] != "":
		out.hint = a.hints[code]
	case code == share.ErrCapitalFloor.Code, code == share.ErrAssetsFloor.Code:
		out.hint = or(floorHint(action, e.Error()), e.hint)
	case code == member.ErrPossession.Code:
		out.hint = s.proving(action)
	case code == member.ErrKeyTaken.Code:
		out.hint = or(s.returning(action), e.hint)
	case code == state.ErrSigner.Code:
		out.hint = or(s.applied(), e.hint)
	case code == keyring.ErrLimits.Code, code == keyring.ErrWider.Code, code == share.ErrUnits.Code:
		out.hint = or(figureHint(a, e.Error()), e.hint)
	case code != e.rejection && held: // what cannot stand still is not put to members
		out.hint = wording.Hint(code)
	}
	out.hint = s.withKinds(s.withAll(cmd, kind, out.hint))
	return a.explain(&out)
}

// withAll puts into a hint that all members are to decide the command that has them do so.
func (s *session) withAll(cmd *cobra.Command, kind tx.Kind, text string) string {
	const says = "have all members decide it: --propose KIND"
	at := strings.Index(text, says)
	line := s.toAll(cmd, kind)
	if at < 0 || line == "" {
		return text
	}
	rest := strings.TrimLeft(text[at+len(says):], ",; ")
	rest = strings.TrimPrefix(rest, "see the kinds with: rochdale charter show")
	if rest != "" && !strings.HasPrefix(rest, ";") {
		rest = "; " + rest
	}
	return text[:at] + line + rest
}

// applied tells who is on the register and does not sign what to do: a candidate waits to be
// admitted, and who has left comes back by a new key; "" of anyone else.
func (s *session) applied() string {
	rec, err := member.Find(s, s.member)
	switch {
	case err != nil:
		return ""
	case rec.Standing() == member.Candidate:
		return fmt.Sprintf("you have applied, and sign once you are admitted: rochdale member show %d", s.member)
	case rec.Standing() == member.Left:
		return or(s.comeBack(s.member, rec), fmt.Sprintf("see how the membership ended: rochdale member show %d", s.member))
	}
	return ""
}

// comeBack is how someone comes back who has left, whose record rec is: by a new key, since
// the old one is taken for ever; "" where nobody does.
func (s *session) comeBack(m state.Member, rec member.Record) string {
	if rec.Standing() != member.Left || rec.Ended().Final() {
		return ""
	}
	return s.withKinds(fmt.Sprintf("member %d comes back by a new key (rochdale key new), proved with: %s; then a member proposes: rochdale member return %d PUBLIC-KEY --proof PROOF --propose KIND",
		m, s.proveLine(), m))
}

// proveLine is the command that proves a new key for this co-op, where that key is.
func (s *session) proveLine() string {
	return fmt.Sprintf("rochdale key prove NEW-KEY --coop %d --chain %s", s.Coop(), s.Chain())
}

// proving says who makes another proof of a key that does not verify, and how.
func (s *session) proving(action state.Action) string {
	own := false
	switch m := action.(type) {
	case member.Rekey:
		own = m.Member == s.member
	case keyring.Add:
		own = true
	}
	if own {
		return "prove the new key again, where it is, for this chain and co-op: " + s.proveLine()
	}
	return "ask for a new one, for this chain and co-op; its holder makes it with: " + s.proveLine()
}

// returning tells who records an application by the key of someone who has left how that
// person comes back; "" if the key is another's.
func (s *session) returning(action state.Action) string {
	var key tx.PublicKey
	switch m := action.(type) {
	case member.Apply:
		key = m.Entry.Key
	case exit.Return:
		key = m.Key
	default:
		return ""
	}
	holder, err := member.ByKey(s, key)
	if err != nil || holder == 0 {
		return ""
	}
	rec, err := member.Find(s, holder)
	if err != nil {
		return ""
	}
	return s.comeBack(holder, rec)
}

// figureHint says what to do about a figure or a day of which a refusal says that it is too
// much; "" if it is about something else.
func figureHint(a act, text string) string {
	n, narrows := a.action.(keyring.Narrow)
	switch {
	case strings.Contains(text, "it would have ended"):
		return "name a day to come: --until DATE"
	case !narrows && strings.Contains(text, "no kinds of action that say one"):
		return "name with --only what the key signs, such as surplus.Record"
	case strings.Contains(text, "no kinds of action that say one"):
		return "name again with --only what the key signs: narrowing gives all limits that are to hold; see them: rochdale me show"
	case strings.Contains(text, "says no figure to count"):
		return "leave --figure out, or name with --only what says a figure, such as surplus.Record"
	case narrows && n.Limits.Until == 0:
		return "give all limits that are to hold, the last day as well: --until DATE; see them: rochdale me show"
	case strings.Contains(text, "that are held"):
		return "give so many at most; see what you hold: rochdale me show"
	}
	return ""
}

// withFigureHint is err with the hint of figureHint, if there is one, in the place of its own.
func withFigureHint(a act, err error) error {
	if e, ok := err.(*exitError); ok {
		e.hint = or(figureHint(a, err.Error()), e.hint)
	}
	return err
}

// whose says who takes a kind of action, and how others propose it; "" if that cannot
// be read.
func (s *session) whose(cmd *cobra.Command, kind tx.Kind) string {
	grant, err := charter.GrantOf(s, kind)
	if err != nil {
		return ""
	}
	says := "it is taken by " + wording.Grant(s, grant)
	if len(grant.Motions) > 0 && cmd.Flags().Lookup("propose") != nil {
		says += fmt.Sprintf("; to put it to a motion, add: --propose %d", s.quickest(grant.Motions))
	}
	return says
}

// by says who takes a kind of action: "by the treasurer or motion 3 (two officers)".
func (s *session) by(kind tx.Kind) string {
	grant, err := charter.GrantOf(s, kind)
	if err != nil {
		return "by whom the charter says"
	}
	return "by " + wording.Grant(s, grant)
}

// carriers says which kinds of motion carry a kind of action; "" if that cannot be read.
func (s *session) carriers(kind tx.Kind) string {
	grant, err := charter.GrantOf(s, kind)
	if err != nil {
		return ""
	}
	if len(grant.Motions) == 0 {
		return "no motion carries it: it is taken by " + wording.Grant(s, grant)
	}
	only := charter.Grant{Motions: grant.Motions}
	return fmt.Sprintf("it is carried by %s: --propose %d", wording.Grant(s, only), s.quickest(grant.Motions))
}

// toAll is the command that puts an action to all members, by the quickest kind of
// motion of theirs that carries it; "" if there is none.
func (s *session) toAll(cmd *cobra.Command, kind tx.Kind) string {
	grant, err := charter.GrantOf(s, kind)
	if err != nil || cmd.Flags().Lookup("propose") == nil {
		return ""
	}
	all := slices.DeleteFunc(slices.Clone(grant.Motions), func(id charter.MotionKindID) bool {
		k, err := charter.MotionKindOf(s, id)
		return err != nil || k.Electorate.Sort != charter.AllMembers
	})
	if len(all) == 0 {
		return ""
	}
	line := strings.Join(append([]string{cmd.CommandPath()}, cmd.Flags().Args()...), " ")
	return fmt.Sprintf("put it to all members: %s … --propose %d", line, s.quickest(all))
}

// admitting is how an applicant, whose number is to be put in, is admitted: where silence
// admits, that too begins with a motion that a member proposes.
func (s *session) admitting() string {
	const next = "admit the applicant with: rochdale member admit %d --propose KIND"
	grant, err := charter.GrantOf(s, member.KindAdmit)
	if err != nil {
		return next
	}
	for _, id := range grant.Motions {
		if k, err := charter.MotionKindOf(s, id); err == nil && k.Method.Tag == charter.Veto {
			return fmt.Sprintf("nobody is admitted before a member proposes it; then silence admits, by: rochdale member admit %%d --propose %d", id)
		}
	}
	return next
}

// quickest is the kind of motion, of some, that can be decided soonest: by notice and
// shortest poll, and where these are the same by how few decide.
func (s *session) quickest(kinds []charter.MotionKindID) charter.MotionKindID {
	best, least := kinds[0], uint64(math.MaxUint64)
	for _, id := range kinds {
		k, err := charter.MotionKindOf(s, id)
		if err != nil {
			continue // it cannot be proposed
		}
		wait := 2 * (uint64(k.Notice) + uint64(k.Shortest))
		if k.Electorate.Sort != charter.Holders {
			wait++
		}
		if wait < least {
			best, least = id, wait
		}
	}
	return best
}

// holders are the kinds of action for which things stand still while members vote, by
// the code of the rejection that says so.
var holders = map[uint32][]tx.Kind{
	share.ErrHeld.Code:    {surplus.KindAllocate},
	share.ErrVoted.Code:   {share.KindRefund, share.KindCorrect},
	account.ErrHeld.Code:  {surplus.KindAllocate},
	account.ErrVoted.Code: {account.KindReverse},
	surplus.ErrHeld.Code:  {surplus.KindAllocate},
	payout.ErrVoted.Code:  {payout.KindReturn, payout.KindSettle},
}

// until says what to wait for when a thing stands still for motions under way, and
// which of them can still be withdrawn; "" if none is found.
func (s *session) until(code uint32) string {
	var ends []string
	err := s.openMotions(func(_ *reading, n ballot.Number, m ballot.Motion, p ballot.Poll) error {
		if !m.Held || len(m.Action) == 0 || !slices.Contains(holders[code], m.Action[0].Kind) {
			return nil
		}
		end := fmt.Sprintf("wait until motion %d is decided, at its end %v at the latest", n, stamp(p.Closes).here())
		switch {
		case p.Status != ballot.Noticed:
			end += "; it has opened, so it can no longer be withdrawn"
		case m.Proposer.Coop == s.Coop() && m.Proposer.Member != 0:
			end += fmt.Sprintf("; until it opens %v, member %d can take it back: rochdale motion withdraw %d", stamp(p.Opens).here(), m.Proposer.Member, n)
		}
		ends = append(ends, end)
		return nil
	})
	if err != nil || len(ends) == 0 {
		return ""
	}
	return strings.Join(ends, "; and ")
}
