package takeover

import "github.com/rochdale-ledger/rochdale/state"

// MinFounders is how many founders it takes at least to adopt a takeover: nobody decides
// alone who a co-op's members were.
const MinFounders = 2

// ErrFounders refuses a founding that not every founder signed, or one alone that adopts a
// takeover: see federation.GenesisCoop.CheckConsents.
var ErrFounders = Hints.Add(&state.Rejection{Code: 1015, Reason: "a founding adopts only what each founder signed, and two of them at least"},
	"have every founder sign the same file: rochdale key prove KEY --adopts FILE")
