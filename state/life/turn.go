package life

// A Turn is what a day changes in electorates: motions that are proposed on it, or
// later, count those who come and no longer those who go.
type Turn struct {
	Come []uint64 `cbor:"1,keyasint,omitempty"` // members of class 1, 2, … who count from that day on
	Go   []uint64 `cbor:"2,keyasint,omitempty"` // suspended members who do not count from that day on
}

// Spent is what a member has used of its sequence and of the day's allowance.
type Spent struct {
	Sequence uint64 `cbor:"1,keyasint,omitempty"` // the last one used
	Day      uint64 `cbor:"2,keyasint,omitempty"` // days since 1970 UTC
	Today    uint32 `cbor:"3,keyasint,omitempty"` // transactions on that day
}
