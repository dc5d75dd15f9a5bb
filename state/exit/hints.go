package exit

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrAll:        "have all members decide it: --propose KIND, see the kinds with: rochdale charter show",
	ErrText:       "give 64 hexadecimal digits, or leave the digest out",
	ErrOpen:       "see how far it is: rochdale member show; end it first with: rochdale member drop",
	ErrNotOpen:    "see how far it is: rochdale member show; one begins with: rochdale member summon",
	ErrSoon:       "name a later day: clear days exclude the day of the notice and that of the event; see: rochdale charter show",
	ErrLate:       "name an earlier day, or give the notice later",
	ErrFuture:     "record it when the day has come",
	ErrEarly:      "name the day on which it was, not one before that of the summons, or before the member came or was there last; all members record an earlier death: rochdale member show",
	ErrHeard:      "see when it was: rochdale member show",
	ErrForejudged: "propose it no earlier than its notice before the hearing, so that it opens on that day or later",
	ErrUnheard:    "hear the member first and record that: rochdale member hear",
	ErrDecided:    "see from when on: rochdale member show; members can appeal: rochdale member appeal MEMBER",
	ErrNoAppeal:   "see what was decided and until when members can appeal: rochdale member show",
	ErrAppealed:   "have all members decide it: rochdale member allow-appeal",
	ErrSeconded:   "ask another member to second it: rochdale member appeal MEMBER",
	ErrNotPending: "members appeal first: rochdale member appeal MEMBER",
	ErrBatch:      "give each member once, in the order of their numbers, 100 at a time",
	ErrNever:      "see the charter's figures: rochdale charter show",
	ErrContact:    "see when the member last signed or was heard of: rochdale member show",
	ErrWarned:     "wait until the notice is over: rochdale member show",
	ErrUnwarned:   "give notice first: rochdale member warn-silent",
	ErrEnding:     "expel with: rochdale member expel; a member resigns itself: rochdale member resign",
	ErrRecorded:   "see when it takes effect: rochdale member show",
	ErrLives:      "record it first: rochdale member record-end",
	ErrHeirs:      "give each heir once, in the order of their numbers",
	ErrOpened:     "open the last nomination and give its commitment: rochdale member show; leave it out if there is none",
}
