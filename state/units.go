package state

import "github.com/rochdale-ledger/rochdale/tx"

// EndUnits is how many units of work a block may do beside its transactions:
// openings, closings, carried actions, counting, dividing. A unit is about what
// it costs to write one record that is a leaf of its own, 20 to 30 µs of one core
// in a tree of 100,000 members, its share of the tree's new root included.
// docs/performance.md, "The worst end of a block", has the measurement.
const EndUnits = 2_000

// A Coster is an action whose work grows with its contents. Others cost PlainCost.
type Coster interface {
	// Cost is how many units of work the action is: about one for each record
	// that it writes.
	Cost() int
}

// PlainCost is the cost, in units, of an action that is no Coster: it writes a few
// records.
const PlainCost = 4

// CostCeiling is the most that an action can cost, in units: half of a block, so
// that an action that waits for the next block never leaves more than half of a
// block unused.
const CostCeiling = EndUnits / 2

// CostOf is how many units of work an action is, from PlainCost to CostCeiling.
func CostOf(a Action) int {
	if c, ok := a.(Coster); ok {
		return min(max(c.Cost(), PlainCost), CostCeiling)
	}
	return PlainCost
}

// CarryCost is how many units of work Carry would take for an action; PlainCost
// for one that it would refuse to read.
func (c *Ctx) CarryCost(kind tx.Kind, payload []byte) int {
	k, ok := c.block.kinds[kind]
	if !ok {
		return PlainCost
	}
	action, err := k.decode(payload)
	if err != nil {
		return PlainCost
	}
	return CostOf(action)
}

// Figures says whether actions of a kind say a figure, and whether there is such a kind by
// the rules of the block.
func (c *Ctx) Figures(kind tx.Kind) (figures, known bool) {
	k, ok := c.block.kinds[kind]
	return k.figures, ok && k.In(c.Version())
}

// Units are how many units of work the end of this block has left.
func (c *Ctx) Units() int { return EndUnits - c.block.spent }

// Work counts units of work done at the end of the block.
func (c *Ctx) Work(units int) { c.block.spent += units }
