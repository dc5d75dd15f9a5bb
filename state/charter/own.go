package charter

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/tx"
)

// An Own is an action by which others than the member, alone, could give away, take or bind
// what is the member's.
type Own struct {
	Kind tx.Kind
	Name string
	Why  string // what others would do by it
}

// own are those actions. A charter gives them to nobody beside the member but motions, of which
// none is carried by silence: so to no officer alone and to no officer's window. The tests of
// app check the names, and say of every other action that is about one member why it is not
// here.
var own = []Own{
	{0x1006, "member.Resign", "ends a membership"},
	{0x1014, "member.Stay", "keeps in who would leave"},
	{0x1012, "member.Nominate", "leaves shares to someone"},
	{0x200b, "holding.Convert", "changes what shares are worth and carry"},
	{0x200c, "holding.Transfer", "gives shares away"},
	{0x2002, "share.Subscribe", "binds to pay"},
	{0x8024, "circle.Join", "makes answerable for what a circle spends"},
}

// besideOwn is whom a charter may name for them.
const besideOwn = "the member concerned and motions that are voted on"

// Owns are those actions.
func Owns() []Own { return slices.Clone(own) }

// requireOwn refuses a grant by which others, as far as it says, take an action that is the
// member's own.
func (g GrantEntry) requireOwn() error {
	for _, o := range own {
		if o.Kind == g.Kind && (g.Members || len(g.Offices)+len(g.Others) > 0) {
			return ErrOwn.With("%s by another alone %s: grant it to %s", o.Name, o.Why, besideOwn)
		}
	}
	return nil
}

// RequireOwn refuses a grant of an action that is a member's own to a kind of motion that
// silence carries.
func (g GrantEntry) RequireOwn(id MotionKindID, k MotionKind) error {
	for _, o := range own {
		if o.Kind == g.Kind && slices.Contains(g.Motions, id) && k.Method.Tag == Veto {
			return ErrOwn.With("%s by %s, which silence carries, %s: grant it to %s", o.Name, k.Name, o.Why, besideOwn)
		}
	}
	return nil
}
