package keyring

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// The ante handler asks here by which key a signer signs, what that key has used, and what
// it may do. Of a first key it asks member, and nothing more is read.

// KeyOf returns the key that verifies what a signer signs. Further keys sign while their
// member's first could: those of candidates and of members who have left do not.
func KeyOf(r state.Reader, s state.Signer) (tx.PublicKey, error) {
	if s.Key == 0 {
		return member.KeyOf(r, s.Member)
	}
	key, err := signing(r, s)
	return key.Public, err
}

// signing is the further key by which s signs, or state.ErrSigner.
func signing(r state.Reader, s state.Signer) (Key, error) {
	rec, err := member.RequireSigner(r, s.Member)
	if err != nil {
		return Key{}, err
	}
	key, ok, err := Find(r, s.Member, s.Key)
	if err == nil && ok && key.Limits.Over(state.DayOf(r.Time())) {
		err = state.ErrSigner.With("key %d of member %d of co-op %d signed until %s", s.Key, s.Member, r.Coop(), words.Day(key.Limits.Until))
	} else if err == nil && !(ok && key.Signs(*rec)) {
		err = state.ErrSigner.With("key %d of member %d of co-op %d is revoked, or there is none", s.Key, s.Member, r.Coop())
	}
	return key, err
}

// SequenceOf is the last sequence that a signer's key has used.
func SequenceOf(r state.Reader, s state.Signer) (uint64, error) {
	if s.Key == 0 {
		return member.SequenceOf(r, s.Member)
	}
	ring, err := RingOf(r, s.Member)
	if at, ok := ring.live(s.Key); ok {
		return ring.Used[at].Sequence, err
	}
	return 0, err
}

// Spend uses up the next sequence of a signer's key, and one transaction of the member's
// allowance of the day. What others would put in the place of the member's first key is
// void, since the member has signed; a key that is limited to some kinds of action may be
// a machine's, and says nothing of where the member is.
func Spend(c *state.Ctx, s state.Signer, sequence uint64) error {
	if s.Key == 0 {
		return member.Spend(c, s.Member, sequence)
	}
	ring, err := RingOf(c, s.Member)
	if err != nil {
		return err
	}
	at, ok := ring.live(s.Key)
	if !ok {
		return fmt.Errorf("key %d of member %d of co-op %d signs, and is not on its ring", s.Key, s.Member, c.Coop())
	}
	key, _, err := Find(c, s.Member, s.Key)
	if err != nil {
		return err
	}
	if err := member.SpendFurther(c, s.Member, len(key.Limits.Kinds) == 0); err != nil {
		return err
	}

	// Past this line nothing fails.
	ring.Used[at].Sequence = sequence
	rings.Put(c, s.Member, ring)
	return nil
}
