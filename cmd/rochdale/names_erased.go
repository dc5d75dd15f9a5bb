package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
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

// erasedSince is when who a member is was erased; zero if it was not, or if the member
// was let in again since.
func (r *reading) erasedSince(m state.Member) (stamp, error) {
	id, ok, err := identity.Find(r, m)
	if err != nil || !ok || len(id.Commitment) > 0 {
		return 0, err
	}
	rec, err := member.Peek(r, m)
	if err != nil {
		return 0, err
	}
	before := member.Standing(0)
	for _, h := range rec.History {
		if before == member.Left && h.Standing != member.Left && h.Time >= id.Time {
			return 0, nil
		}
		before = h.Standing
	}
	return stamp(id.Time), nil
}

// requireNotErased refuses to take a member into the directory who was erased. Without a
// node it is not known, and said so.
func requireNotErased(cmd *cobra.Command, d *desk, m state.Member) error {
	if again, _ := cmd.Flags().GetBool(againFlag); again {
		return nil
	}
	var at stamp
	err := readBook(cmd, d, func(r *reading) (err error) {
		at, err = r.erasedSince(m)
		return err
	})
	switch {
	case errors.Is(err, client.ErrUnreachable):
		note(cmd, "no node says whether member %d was erased; see later with: rochdale names check", m)
		return nil
	case err != nil:
		return err
	case at != 0:
		return withHint(fault("member %d was erased on %s: who it is stands nowhere any more", m, at.day()),
			"leave it out; if it was erased by mistake, add --%s", againFlag)
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
	if err != nil || at == 0 {
		return err
	}
	note(cmd, "member %d was erased on %s, which stands on record; what is left is the entry in %s", m, at.day(), deskOf(cmd).path)
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
