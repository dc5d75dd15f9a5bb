package light

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// A succession is a chain whose validators change one by one: set n has the keys n to
// n+3 and signs until height 100·(n+1), inclusive.
type succession struct {
	t    testing.TB
	feds []federation
}

func newSuccession(t testing.TB, sets int) succession {
	s := succession{t: t}
	for n := range sets {
		s.feds = append(s.feds, newFederation(t, n, n+4, equalPower))
	}
	return s
}

var allFour = []Flag{Signed, Signed, Signed, Signed}

// block is one of a height, signed by set n, that names set next.
func (s succession) block(n, next int, height int64, flags []Flag) Block {
	return s.on("anytown-1", n, next, height, flags)
}

func (s succession) on(chain string, n, next int, height int64, flags []Flag) Block {
	b := s.feds[n].block(newChance(uint64(height)), flags)
	b.Header.ChainID, b.Header.Height, b.Header.NextValidatorsHash = chain, height, s.feds[next].set.Hash()
	id := BlockID{Hash: b.Header.Hash(), Parts: Parts{Total: 1, Hash: make(Hex, 32)}}
	b.Commit = s.feds[n].commit(chain, height, 1, id, flags, time.Unix(1_800_000_000, 0).UTC())
	return b
}

// links are all changes.
func (s succession) links() Links {
	var l Links
	for n := range len(s.feds) - 1 {
		l.Blocks = append(l.Blocks, s.block(n, n+1, int64(100*(n+1)), allFour))
	}
	l.Next = s.feds[len(s.feds)-1].set
	return l
}

// Until none of the founders is left, and further.
func TestLinksLead(t *testing.T) {
	s := newSuccession(t, 7)
	links := s.links()
	if err := links.Verify(); err != nil {
		t.Fatal(err)
	}
	lineage, err := Founded("anytown-1", s.feds[0].set).Extend(links)
	if err != nil {
		t.Fatal(err)
	}
	for n := range s.feds {
		for _, h := range []int64{int64(100*n + 1), int64(100*n + 50), int64(100 * (n + 1))} {
			got, err := lineage.Holds(s.block(n, n, h, []Flag{Signed, Nil, Signed, Signed}))
			if want := (Tie{3, 4, n}); err != nil || got != want {
				t.Errorf("height %d: %+v, %v, want %+v", h, got, err, want)
			}
		}
	}
	hash, from := lineage.Last()
	sameBytes(t, "last", hash, s.feds[6].set.Hash())
	same(t, "from", from, 601)

	// More of the same, from the middle, and again: nothing is different.
	for _, again := range []Links{links, {links.Blocks[3:], links.Next}, {nil, links.Next}} {
		with, err := lineage.Extend(again)
		if h, from := with.Last(); err != nil || from != 601 || h.String() != hash.String() {
			t.Errorf("extended again: %v, from %d, %v", h, from, err)
		}
	}
	// A hash that is trusted, of whatever chain, is found among the links.
	named, err := Named("", s.feds[2].set.Hash()).Extend(links)
	if err != nil {
		t.Fatal(err)
	}
	got, err := named.Holds(s.block(6, 6, 700, allFour))
	if want := (Tie{4, 4, 4}); err != nil || got != want {
		t.Errorf("from a hash: %+v, %v", got, err)
	}
	_, err = named.Holds(s.on("anytown-2", 6, 6, 700, allFour))
	if refuted, ok := errors.AsType[*Refuted](err); !ok || refuted.Part != "chain" {
		t.Errorf("of another chain: %v", err)
	}
	last, err := Named("", s.feds[6].set.Hash()).Extend(links)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := last.Holds(s.block(6, 6, 700, allFour)); err != nil || got.Links != 0 {
		t.Errorf("the last set: %+v, %v", got, err)
	}
	// Nobody can be tied to nobody.
	if hash, _ := (Lineage{}).Last(); hash != nil {
		t.Errorf("nobody: %v", hash)
	}
	for _, err := range []error{second(Lineage{}.Extend(links)), second(Lineage{}.Holds(links.Blocks[0])), second(Named("x", nil).Extend(links))} {
		if _, ok := errors.AsType[*Untied](err); !ok {
			t.Errorf("nobody: %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestLinksRefused(t *testing.T) {
	s := newSuccession(t, 5)
	good := s.links().Blocks
	forged := s.block(1, 2, 200, allFour)
	forged.Commit.Signatures[2].Signature[5] ^= 1
	two := []Flag{Signed, Signed, Absent, Nil}
	for _, row := range []struct {
		name   string
		blocks []Block
		next   Set
		part   string
		says   string
	}{
		{"a gap", []Block{good[0], good[2], good[3]}, s.feds[4].set, "link 2", "link 1 names"},
		{"a gap at the end", good[:3], s.feds[4].set, "link 3", "a link is missing"},
		{"no next", good[:3], Set{}, "link 3", "a link is missing"},
		{"another chain", []Block{good[0], s.on("anytown-2", 1, 2, 200, allFour)}, s.feds[2].set, "link 2", `it is of "anytown-2", those before it of "anytown-1"`},
		{"wrong order", []Block{good[1], good[0]}, s.feds[1].set, "link 2", "links go from the oldest to the latest"},
		{"reversed", []Block{good[3], good[2], good[1], good[0]}, s.feds[1].set, "link 2", "it is of height 300, the one before it of height 400"},
		{"a duplicate", []Block{good[0], good[0], good[1]}, s.feds[2].set, "link 2", "it is link 1 once more"},
		{"another of the same height", []Block{good[0], s.block(1, 2, 100, allFour)}, s.feds[2].set, "link 2", "it is of height 100, the one before it of height 100"},
		{"no change", []Block{good[0], s.block(1, 1, 150, allFour), good[1]}, s.feds[2].set, "link 2", "it changes no validators"},
		{"a wrong signature", []Block{good[0], forged}, s.feds[2].set, "link 2", "signature 3 is wrong"},
		{"too few signatures", []Block{s.block(0, 1, 100, two)}, s.feds[1].set, "link 1", "more than two thirds must"},
		{"others' signatures", []Block{{good[0].Header, good[0].Commit, s.feds[1].set}}, s.feds[1].set, "link 1", "validators: "},
		{"an empty block", []Block{{}}, s.feds[1].set, "link 1", "header: "},
	} {
		err := Links{row.blocks, row.next}.Verify()
		if refuted, ok := errors.AsType[*Refuted](err); !ok || refuted.Part != row.part || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v, want %s: %s", row.name, err, row.part, row.says)
		}
	}
	if err := (Links{}).Verify(); err != nil {
		t.Errorf("none: %v", err)
	}
	// Sound in themselves, and not from the validators that are trusted.
	founded := Founded("anytown-1", s.feds[0].set)
	for name, l := range map[string]Links{
		"the first is missing": {good[1:], s.feds[4].set},
		"none":                 {nil, s.feds[4].set},
		"of strangers":         newSuccession(t, 9).links().from(5),
	} {
		if with, err := founded.Extend(l); l.Verify() != nil || !isUntied(err) || len(with.terms) != 1 {
			t.Errorf("%s: %v, %d terms", name, err, len(with.terms))
		}
	}
	_, err := Founded("other-1", s.feds[0].set).Extend(s.links())
	if refuted, ok := errors.AsType[*Refuted](err); !ok || refuted.Part != "chain" {
		t.Errorf("the links of another chain: %v", err)
	}
}

func isUntied(err error) bool {
	_, ok := errors.AsType[*Untied](err)
	return ok
}

// from leaves out the first n links.
func (l Links) from(n int) Links { return Links{l.Blocks[n:], l.Next} }

// Retired keys sign nothing later in the eyes of who knows that they are.
func TestRetired(t *testing.T) {
	s := newSuccession(t, 5)
	founded := Founded("anytown-1", s.feds[0].set)
	half, err := founded.Extend(Links{s.links().Blocks[:2], s.feds[2].set}) // until height 200, keys 2 to 5 since
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name    string
		lineage Lineage
		n       int // set that signs
		height  int64
		want    string // "", "untied" or what is refuted
	}{
		{"founders, of whom alone is known", founded, 0, 900, ""},
		{"the next ones, three of the founders", founded, 1, 900, ""},
		{"the third, two of the founders", founded, 2, 900, "untied"},
		{"founders in time", half, 0, 100, ""},
		{"founders a block later", half, 0, 101, "had been replaced by block 101"},
		{"founders long after", half, 0, 900, "had been replaced by block 101"},
		{"the second set in time", half, 1, 200, ""},
		{"the second set later", half, 1, 201, "had been replaced by block 201"},
		{"the second set too early", half, 1, 100, ""}, // a change that no link shows could be it
		{"the third set", half, 2, 201, ""},
		{"the next, not shown by links", half, 3, 900, ""},
		{"the one after, not shown by links", half, 4, 900, "untied"},
	} {
		_, err := row.lineage.Holds(s.block(row.n, row.n, row.height, allFour))
		switch {
		case row.want == "" && err == nil, row.want == "untied" && isUntied(err):
		case row.want == "" || row.want == "untied" || err == nil || isUntied(err) || !strings.Contains(err.Error(), row.want):
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
	}
	// A key that was punished has no successor.
	punished := newFederation(t, 0, 3, equalPower)
	h := s.block(0, 0, 100, allFour).Header
	h.NextValidatorsHash = punished.set.Hash()
	id := BlockID{Hash: h.Hash(), Parts: Parts{Total: 1, Hash: make(Hex, 32)}}
	three, err := founded.Extend(Links{[]Block{{h, s.feds[0].commit("anytown-1", 100, 0, id, allFour, h.Time), s.feds[0].set}}, punished.set})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := three.Holds(s.block(0, 0, 101, allFour)); err == nil || !strings.Contains(err.Error(), "sign nothing later") {
		t.Errorf("a punished key: %v", err)
	}
	if _, err := three.Holds(s.block(4, 4, 101, allFour)); !isUntied(err) {
		t.Errorf("others: %v", err)
	}
	// Forged links, which the old keys sign, do not move what is known.
	forged := Links{[]Block{s.block(0, 4, 300, allFour)}, s.feds[4].set}
	if err := forged.Verify(); err != nil {
		t.Fatal(err)
	}
	if _, err := founded.Extend(forged); err != nil {
		t.Errorf("who knows the founders alone cannot tell: %v", err)
	}
	if with, err := half.Extend(forged); !isUntied(err) || len(with.terms) != len(half.terms) {
		t.Errorf("forged links: %v", err)
	}
	early := Links{[]Block{s.block(2, 4, 150, allFour)}, s.feds[4].set}
	if with, err := half.Extend(early); early.Verify() != nil || !isUntied(err) || len(with.terms) != len(half.terms) {
		t.Errorf("a link of the third set, before it signs: %v", err)
	}
	mixed := Links{slices.Concat(s.links().Blocks[:1], []Block{s.block(1, 4, 300, allFour)}), s.feds[4].set}
	if with, err := half.Extend(mixed); mixed.Verify() != nil || !isUntied(err) || len(with.terms) != len(half.terms) {
		t.Errorf("links that are right at first: %v", err)
	}
}
