package state

import (
	"errors"
	"fmt"
)

// A Head records to which federation a state belongs, by which version of the rules
// it was made, and when it last changed. It is covered by the app hash, so that a
// state that is restored or read remotely can be checked against a header.
//
// Height and Time are those of the last block that changed a record. A block that
// changes nothing must not change the app hash: otherwise an idle federation would
// keep making blocks. docs/adr/0014-versions.md
type Head struct {
	Chain   string `cbor:"1,keyasint,omitempty" json:"chain"`
	Version uint64 `cbor:"2,keyasint,omitempty" json:"version"` // of the rules, from 1
	Height  uint64 `cbor:"3,keyasint,omitempty" json:"height"`
	Time    int64  `cbor:"4,keyasint,omitempty" json:"time"`    // seconds since 1970 UTC; a trial's own
	Program string `cbor:"5,keyasint,omitempty" json:"program"` // the first that has these rules, for messages; empty for those of the founding

	Next      Upgrade  `cbor:"6,keyasint,omitempty" json:"next,omitzero"`      // appointed; zero if none
	Migrating Progress `cbor:"7,keyasint,omitempty" json:"migrating,omitzero"` // of the records; zero if they are all of Version

	Trial Trial `cbor:"8,keyasint,omitempty" json:"trial,omitzero"` // zero of every real federation
}

// An Upgrade is an appointed change of the rules. What decides on one is not
// this package's: Appoint records it.
type Upgrade struct {
	Version uint64 `cbor:"1,keyasint,omitempty" json:"version"` // greater than the one in force
	Height  uint64 `cbor:"2,keyasint,omitempty" json:"height"`  // the first block made by the new rules
	Program string `cbor:"3,keyasint,omitempty" json:"program"` // the first that has them, at most MaxProgram bytes
}

// Progress is the progress of a migration. It is part of the state, so that a node
// continues from its last block after a crash.
type Progress struct {
	Version uint64 `cbor:"1,keyasint,omitempty" json:"version"` // whose migrations are running
	Step    uint64 `cbor:"2,keyasint,omitempty" json:"step"`    // index among Rules.Migrations
	Cursor  []byte `cbor:"3,keyasint,omitempty" json:"cursor"`  // where the step goes on; empty at its start
}

// MaxProgram is the length of the longest name of a program, in bytes.
const MaxProgram = 64

// MigrateUnits is how many records a block may migrate.
const MigrateUnits = 5_000

// heads has one record, which every block that changes another writes too.
//
//	0x01 ‖ 0 (4) ‖ 0 (1) → Head
var heads = NewTable[uint8, Head](0x01)

// ErrVersion is returned where a state or a block needs rules that the program
// does not have. It is no rejection: the node must stop.
var ErrVersion = errors.New("the rules are of a version that this program does not have")

// HeadOf returns the state's Head; its Version is zero if there is none.
func HeadOf(r Reader) (Head, error) { return heads.Get(r.Of(0), 0) }

// LocateHead says where the Head is proved.
func LocateHead() Location { return heads.Locate(0, 0) }

// Appoint records that the rules change, in place of what was appointed before;
// a zero Upgrade takes an appointment back. It returns ErrUpgrade unless the
// version is greater than the one in force, the height is to come and the
// program has a name.
func Appoint(c *Ctx, u Upgrade) error {
	c = c.In(0)
	if u != (Upgrade{}) && (u.Version <= c.Version() || u.Height <= c.Height() || u.Program == "" || len(u.Program) > MaxProgram) {
		return ErrUpgrade.With("version %d at height %d after %d at %d", u.Version, u.Height, c.Version(), c.Height())
	}
	head, err := heads.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	head.Next = u
	heads.Put(c, 0, head)
	return nil
}

// A Migration turns the records of one version into those of the next.
type Migration struct {
	To uint64 // the version whose rules need it
	// Step migrates up to budget records from cursor on, which is empty at the
	// start, and says how many it did and where to go on; done when there are no
	// more. An error is a fault.
	Step func(c *Ctx, cursor []byte, budget int) (next []byte, used int, done bool, err error)
}

// knows returns ErrVersion unless the rules have the version.
func (r Rules) knows(version uint64, program string) error {
	switch {
	case version == 0:
		return fmt.Errorf("%w: it names none, as states and founding documents made before versions existed; such a federation has to be founded again", ErrVersion)
	case version > max(r.Version, 1):
		if program == "" {
			program = "a newer program"
		}
		return fmt.Errorf("%w: version %d is needed, which %s has; this program has versions 1 to %d", ErrVersion, version, program, max(r.Version, 1))
	}
	return nil
}

// Knows returns ErrVersion, saying which program is needed, unless the rules have
// the version by which the state of at was made, and the one by which the block
// after it has to be made.
func (r Rules) Knows(at Reader) error {
	head, err := HeadOf(at)
	if err != nil {
		return err
	}
	if err := r.knows(head.Version, head.Program); err != nil {
		return err
	}
	if head.Next.Version != 0 && at.Height()+1 >= head.Next.Height {
		return r.knows(head.Next.Version, head.Next.Program)
	}
	return nil
}

// upgrade finds the version by which the block is made and calls migrate if it
// changes at this height or records are still of the version before.
func (b *Block) upgrade(migrate func(*Ctx, Head) error) error {
	c := b.ctx(0, Authority{})
	head, err := heads.Get(c, 0)
	if err != nil {
		return fmt.Errorf("reading the version: %w", err)
	}
	if next := head.Next; next.Version != 0 && b.at.Height >= next.Height {
		if err := b.rules.knows(next.Version, next.Program); err != nil {
			return err
		}
		head.Migrating = Progress{Version: head.Version + 1}
		head.Version, head.Program, head.Next = next.Version, next.Program, Upgrade{}
		heads.Put(c, 0, head)
	}
	b.at.Version, b.trial = head.Version, head.Trial.On
	if err := b.rules.knows(head.Version, head.Program); err != nil {
		return err
	}
	if head.Migrating.Version == 0 {
		return nil
	}
	return migrate(c, head)
}

// migrate takes the migrations of the versions up to the block's further, by at
// most MigrateUnits records.
func (b *Block) migrate(c *Ctx, head Head) error {
	p, steps := head.Migrating, b.rules.Migrations
	for left := MigrateUnits; left > 0 && p.Version != 0; {
		switch {
		case p.Step == uint64(len(steps)) && p.Version == head.Version:
			p = Progress{}
		case p.Step == uint64(len(steps)):
			p = Progress{Version: p.Version + 1}
		case steps[p.Step].To != p.Version:
			p.Step++
		default:
			next, used, done, err := steps[p.Step].Step(c, p.Cursor, left)
			if err != nil {
				return fmt.Errorf("migrating to version %d, step %d: %w", p.Version, p.Step, err)
			}
			left -= max(used, 1)
			p.Cursor = next
			if done {
				p.Step, p.Cursor = p.Step+1, nil
			}
		}
	}
	b.upgrading = p.Version != 0
	head.Migrating = p
	heads.Put(c, 0, head)
	return nil
}

// seal writes the Head of the block, and the app hash of the state before it.
func (b *Block) seal() {
	c := b.ctx(0, Authority{})
	head, err := heads.Get(c, 0)
	if err != nil {
		panic(err) // upgrade has read it
	}
	b.root(c, head)
	head.Chain, head.Version, head.Height, head.Time = b.at.Chain, b.at.Version, b.at.Height, c.Time()
	heads.Put(c, 0, head)
}

// Rewrite makes the Step of a Migration that gives each record of a table a new
// form, of every co-op: convert returns the new record. New must be the type of
// the table as it is now, and old is read with the fields that it had.
func Rewrite[K comparable, Old, New any](t Table[K, New], convert func(r Reader, k K, old Old) (New, error)) func(*Ctx, []byte, int) ([]byte, int, bool, error) {
	was := Table[K, Old](t)
	return func(c *Ctx, cursor []byte, budget int) (next []byte, used int, done bool, err error) {
		start, end := []byte{t.prefix}, []byte{t.prefix + 1}
		if len(cursor) > 0 {
			start = cursor
		}
		var leaves []Change
		done = true
		err = c.Each(start, end, func(key, value []byte) (bool, error) {
			if used >= budget {
				next, done = key, false
				return false, nil
			}
			leaves = append(leaves, Change{Key: key, Value: value})
			used++
			if t.paged {
				used += pageSlots - 1
			}
			return true, nil
		})
		if err != nil {
			return nil, 0, false, err
		}
		for _, l := range leaves {
			in := c.In(coopOf(l.Key))
			err := was.each(in, l.Key, l.Value, func(k K, old Old) error {
				fresh, err := convert(in, k, old)
				if err == nil {
					t.Put(in, k, fresh)
				}
				return err
			})
			if err != nil {
				return nil, 0, false, err
			}
		}
		return next, used, done, nil
	}
}
