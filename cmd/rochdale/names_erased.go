package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// Whom the register says to be erased stays out of the directory: an old table or backup
// would otherwise bring back what the member was told is destroyed. A member who was let in
// again since is one like any other.

// againFlag takes an erased member into the directory all the same, for example since the
// wrong one was erased.
const againFlag = "again"

func addAgainFlag(cmd *cobra.Command, about string) {
	cmd.Flags().Bool(againFlag, false, about)
}

// An erasure is one that stands: of whom it is, since when, by whom.
type erasure struct {
	member   state.Member
	since    stamp
	by       string
	reserved bool // only the member itself, or all members, commit again
}

// erasedSince is the erasure that stands for a member; nil if there is none.
func (r *reading) erasedSince(m state.Member) (*erasure, error) {
	id, stands, err := identity.Erasure(r, m)
	if err != nil || !stands {
		return nil, err
	}
	return &erasure{m, stamp(id.Time), wording.By(id.By, r.Coop()), id.Reserved(r.Coop(), m)}, nil
}

// String is "erased on 2026-01-01 by member 4".
func (e *erasure) String() string { return fmt.Sprintf("erased on %s by %s", e.since.day(), e.by) }

// wayOut is what to do if it was a mistake.
func (e *erasure) wayOut(command string) string {
	if e.reserved {
		return fmt.Sprintf("if that was a mistake, member %d itself takes it back, in a directory of its own, with: rochdale names set %d name \"…\" --%s; and then with: rochdale names commit --%s; or all members do: rochdale names commit --%s --propose KIND", e.member, e.member, againFlag, againFlag, againFlag)
	}
	return "if that was a mistake: " + command
}

// barred is the erasure for which a member is not taken into the directory; nil if there is
// none. --again lifts it: that of a member by itself, or by all, only for the member's own key.
func (r *reading) barred(cmd *cobra.Command, m state.Member) (*erasure, error) {
	at, err := r.erasedSince(m)
	if again, _ := cmd.Flags().GetBool(againFlag); at == nil || !again || err != nil {
		return at, err
	}
	if !at.reserved {
		return nil, nil
	}
	key, err := loadKey(cmd)
	if err != nil {
		return nil, err
	}
	own, err := member.ByKey(r, key.Signing().Public())
	if err != nil || own == m {
		return nil, err
	}
	return at, nil
}

// requireNotErased refuses to take a member into the directory who was erased. Without a
// node it is not known, and said so.
func requireNotErased(cmd *cobra.Command, d *desk, m state.Member) error {
	var at *erasure
	err := readBook(cmd, d, func(r *reading) (err error) {
		at, err = r.barred(cmd, m)
		return err
	})
	switch {
	case errors.Is(err, client.ErrUnreachable):
		note(cmd, "no node says whether member %d was erased; see later with: rochdale names check", m)
		return nil
	case err != nil:
		return err
	case at != nil:
		return withHint(fault("member %d was %v: who it is stands nowhere any more", m, at), "leave it out; %s", at.wayOut("add --"+againFlag))
	}
	return nil
}

// errDestroyOnly says that an erasure is on record and only the entry is to be destroyed.
var errDestroyOnly = errors.New("the erasure is on record")

// destroyOnly says whether a member of the directory at hand was erased before: the entry is
// another keeper's, or came back from a backup.
func destroyOnly(cmd *cobra.Command, s *session, m state.Member) error {
	book := bookOf(cmd)
	if book == nil {
		return nil
	}
	if _, has := book.Person(uint64(m)); !has {
		return nil
	}
	at, err := s.erasedSince(m)
	if err != nil || at == nil {
		return err
	}
	note(cmd, "member %d was %v, which stands on record; what is left is the entry in %s", m, at, deskOf(cmd).path)
	if dry, _ := cmd.Flags().GetBool("dry-run"); dry {
		return withHint(fault("not destroyed: this was asked with --dry-run"), "leave --dry-run out")
	}
	if err := confirmWhy(cmd, "what is destroyed is gone", "what is destroyed is gone; go ahead? (yes or no)", "destroyed"); err != nil {
		return err
	}
	return errDestroyOnly
}

// forgetErased takes an erased member out of what is shown, not out of the file.
func forgetErased(cmd *cobra.Command, info memberInfo) memberInfo {
	if book := bookOf(cmd); book != nil && info.Erased != 0 && book.Erase(uint64(info.Member)) {
		note(cmd, "the directory at hand still has an entry of member %d; destroy it with: rochdale member erase %d", info.Member, info.Member)
	}
	return info
}
