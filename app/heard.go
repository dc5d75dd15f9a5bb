package app

import (
	"errors"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// heard says whether a transaction is to stand in a block although its action is refused:
// its signature alone then makes void what others would do to a member who is silent. j is
// what was judged before it was executed. A signature by a key that is limited to kinds of
// action stops the end of a membership, and no key that others gave. Once one of the
// member's stands in a block there is nothing more that another would make void.
func (a *App) heard(j state.Judgement) (bool, error) {
	if j.Refused != nil || j.Body.Sequence == 0 || j.Body.Sequence != j.Spent+1 {
		return false, nil
	}
	v, err := a.ledger.View(0)
	if err != nil {
		return false, err
	}
	defer v.Close()
	of, m := v.Of(state.Coop(j.Body.Coop)), state.Member(j.Body.Signer)
	rec, err := member.Peek(of, m)
	if err != nil {
		return false, err
	}
	key, further, err := keyring.Find(of, m, j.Body.Key)
	if err != nil {
		return false, err
	}
	if machine := further && len(key.Limits.Kinds) > 0; !machine && (len(rec.Next) > 0 || rec.Recorded()) {
		return true, nil
	}
	f, err := exit.FileOf(of, m)
	if err != nil || f.Effect == 0 && f.Warned == 0 {
		return false, err
	}
	void, again := f.Void(of, m)
	return !void, errors.Join(err, again)
}
