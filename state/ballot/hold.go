package ballot

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// hold has what a motion would divide stand still until it is over, and says whether
// there is anything. What cannot be held refuses the motion, even one proposed anyway:
// members would vote on what may still move.
func (m Propose) hold(c *state.Ctx) (held bool, err error) {
	for _, a := range m.Action {
		action, err := c.Read(a.Kind, a.Payload) // requireCarriable has checked it
		if err != nil {
			return false, err
		}
		holder, ok := action.(state.Holder)
		if !ok {
			continue
		}
		if err := holder.Hold(c); err != nil {
			return false, err
		}
		held = true
	}
	return held, nil
}

// release ends what hold began, whether or not the action could still be taken.
func (m Motion) release(c *state.Ctx) error {
	if !m.Held {
		return nil
	}
	for _, a := range m.Action {
		action, err := c.Read(a.Kind, a.Payload)
		if err != nil {
			return fmt.Errorf("releasing kind %04x: %w", uint16(a.Kind), err)
		}
		if holder, ok := action.(state.Holder); ok {
			if err := holder.Release(c); err != nil {
				return fmt.Errorf("releasing kind %04x: %w", uint16(a.Kind), err)
			}
		}
	}
	return nil
}

// releaseCost is how many units release takes.
func (m Motion) releaseCost(c *state.Ctx) (units int) {
	if m.Held {
		for _, a := range m.Action {
			units += c.CarryCost(a.Kind, a.Payload)
		}
	}
	return units
}
