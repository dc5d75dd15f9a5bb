package receipt

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/state"
)

// FormatTables is the first field of a file of whole tables: lines of JSON, the first of
// which has the signed header as a receipt has it, and each other a page of records that is
// proved complete against its app hash.
const FormatTables = "rochdale-tables-1"

// MaxTablesLine bounds a line of such a file, in bytes. The file has no bound: its pages are
// verified one by one.
const MaxTablesLine = 16 << 20

// ErrTables is returned for a file that holds no tables.
var ErrTables = errors.New("not a file of proved tables")

// A Page is all leaves with start ≤ key < end, proved to be all: light.VerifyRange.
type Page struct {
	Start, End []byte
	Leaves     []light.Leaf
	Proof      []byte
}

// A Shelf is pages, as the leaves that rooms read. What no page covers cannot be read.
type Shelf struct {
	pages []Page // as they came
	spans []span // by start: a table of a co-op each, and single records of the federation
}

// A span is pages that follow each other.
type span struct {
	start, end []byte
	leaves     []light.Leaf
}

// errUncovered is returned for a record of which no page says whether it is there.
var errUncovered = errors.New("no page covers that record")

// Add puts a verified page on the shelf, behind the one that it follows.
func (s *Shelf) Add(p Page) {
	s.pages = append(s.pages, p)
	at, _ := slices.BinarySearchFunc(s.spans, p.Start, func(x span, key []byte) int { return bytes.Compare(x.start, key) })
	if at > 0 && bytes.Equal(s.spans[at-1].end, p.Start) {
		before := &s.spans[at-1]
		before.end, before.leaves = p.End, append(before.leaves, p.Leaves...)
		return
	}
	s.spans = slices.Insert(s.spans, at, span{p.Start, p.End, slices.Clone(p.Leaves)})
}

// Pages are those on the shelf, in the order in which they came.
func (s *Shelf) Pages() []Page { return s.pages }

// Covers says whether every key from start to end, without that, is on the shelf.
func (s *Shelf) Covers(start, end []byte) bool {
	_, ok := s.within(start, end)
	return ok
}

// within is the leaves with start ≤ key < end, false if pages do not cover them.
func (s *Shelf) within(start, end []byte) ([]light.Leaf, bool) {
	at := slices.IndexFunc(s.spans, func(x span) bool { return bytes.Compare(x.start, start) <= 0 && bytes.Compare(end, x.end) <= 0 })
	if at < 0 {
		return nil, false
	}
	byKey := func(l light.Leaf, key []byte) int { return bytes.Compare(l.Key, key) }
	first, _ := slices.BinarySearchFunc(s.spans[at].leaves, start, byKey)
	last, _ := slices.BinarySearchFunc(s.spans[at].leaves, end, byKey)
	return s.spans[at].leaves[first:max(first, last)], true
}

// Leaf is the value of a key, nil if it is proved that there is none.
func (s *Shelf) Leaf(key []byte) ([]byte, error) {
	leaves, ok := s.within(key, append(bytes.Clone(key), 0))
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: %x", errUncovered, key)
	case len(leaves) == 0:
		return nil, nil
	}
	return leaves[0].Value, nil
}

// Each calls fn for each leaf in [start, end), ascending, until it returns stop.
func (s *Shelf) Each(start, end []byte, fn func(key, value []byte) (more bool, err error)) error {
	if bytes.Compare(start, end) >= 0 {
		return nil
	}
	leaves, ok := s.within(start, end)
	if !ok {
		return fmt.Errorf("%w: %x to %x", errUncovered, start, end)
	}
	for _, l := range leaves {
		if more, err := fn(l.Key, l.Value); err != nil || !more {
			return err
		}
	}
	return nil
}

// A tablesHead is the first line.
type tablesHead struct {
	Format     string       `json:"format"`
	Chain      string       `json:"chain"`
	Height     uint64       `json:"height"` // of the state, one below the header's
	Header     light.Header `json:"header"`
	Commit     light.Commit `json:"commit"`
	Validators []validator  `json:"validators"`
	Links      []link       `json:"links,omitempty"`
}

// A tablesPage is each other line.
type tablesPage struct {
	Start  string      `json:"start"` // hexadecimal
	End    string      `json:"end"`
	Leaves []tableLeaf `json:"leaves"`
	Proof  []byte      `json:"proof"`
}

type tableLeaf struct {
	Key   string `json:"key"` // hexadecimal
	Value []byte `json:"value"`
}

// WriteTables writes pages of the state that block proves. Links lead to its validators.
func WriteTables(w io.Writer, block light.Block, links []light.Block, pages []Page) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	err := enc.Encode(tablesHead{
		FormatTables, block.Header.ChainID, heightOf(block), block.Header, block.Commit, validatorsOf(block.Validators), carriable(links),
	})
	for _, p := range pages {
		page := tablesPage{Start: hex.EncodeToString(p.Start), End: hex.EncodeToString(p.End), Proof: p.Proof, Leaves: make([]tableLeaf, len(p.Leaves))}
		for i, l := range p.Leaves {
			page.Leaves[i] = tableLeaf{hex.EncodeToString(l.Key), l.Value}
		}
		if err == nil {
			err = enc.Encode(page)
		}
	}
	if err != nil {
		return fmt.Errorf("writing proved tables: %w", err)
	}
	return nil
}

// ReadTables reads and verifies a file of proved tables with no node: each page against the
// app hash of the header, the header against its validators, these against trust. It returns
// the records, with which rooms read what the pages cover, and what is proved of the whole.
// The zero trust leaves the validators unknown, as in Verify.
//
// It returns ErrTables for a file that cannot be read, a *Refuted for one that does not hold,
// and an *Untied, with the records, for one whose validators trust does not reach.
func ReadTables(r io.Reader, trust Trust) (state.Remote, Proof, error) {
	var none state.Remote
	in := bufio.NewScanner(r)
	in.Buffer(nil, MaxTablesLine)
	var head tablesHead
	if err := nextLine(in, &head); errors.Is(err, io.EOF) {
		return none, Proof{}, fmt.Errorf("%w: it is empty", ErrTables)
	} else if err != nil {
		return none, Proof{}, err
	}
	if head.Format != FormatTables {
		return none, Proof{}, fmt.Errorf("%w that this program can read: its format is %q, known is %q", ErrTables, head.Format, FormatTables)
	}
	f := file{Format: FormatLinked, Chain: head.Chain, Height: head.Height, Header: head.Header, Commit: head.Commit, Links: head.Links}
	block := light.Block{Header: head.Header, Commit: head.Commit}
	var err error
	if block.Validators, err = setOf(head.Validators); err != nil {
		return none, Proof{}, unlessRefuted(ErrTables, err)
	}
	if err := block.Verify(); err != nil {
		return none, Proof{}, err
	}
	if f.Chain != block.Header.ChainID || block.Header.Height < 1 || f.Height != heightOf(block) {
		return none, Proof{}, refute("header", "it is of height %d of %q, the file says %d of %q", block.Header.Height, block.Header.ChainID, f.Height, f.Chain)
	}
	links, err := f.carried(block)
	if err != nil {
		return none, Proof{}, err
	}
	shelf, err := readPages(in, block.Header.AppHash)
	if err != nil {
		return none, Proof{}, err
	}
	at := state.Remote{Leaves: shelf, At: state.Tip{Height: f.Height, Hash: block.Header.AppHash, Chain: f.Chain}}
	is, err := state.HeadOf(at)
	if err == nil {
		err = holdHead(is, block)
	}
	if err != nil {
		return none, Proof{}, unlessRefuted(ErrTables, err)
	}
	at.At.Version, at.At.Time = is.Version, is.Time
	p := Proof{
		Format: FormatTables, Kind: "tables", Chain: f.Chain, Height: f.Height, Time: block.Header.Time.UTC(), Version: is.Version, Newer: newer(is), Trial: is.Trial.On,
		Block: hex.EncodeToString(block.Header.Hash()), Fingerprint: hex.EncodeToString(block.Validators.Hash()), Signed: block.Commit.Signed(), Validators: block.Validators.Size(),
	}
	err = p.anchor(trust, links, block)
	return at, p, err
}

// anchor ties what was proved to the validators that are trusted, if any are.
func (p *Proof) anchor(trust Trust, links light.Links, block light.Block) error {
	if !trust.Known() && trust.Chain == "" {
		return nil
	}
	trust, err := trust.reached(links)
	if err != nil {
		return err
	}
	tie, err := trust.Holds(block)
	if err != nil {
		return err
	}
	p.Anchored, p.Trusted, p.TrustedOf, p.Links = true, tie.Signed, tie.Of, tie.Links
	return nil
}

// readPages reads the pages of a file and verifies each against root.
func readPages(in *bufio.Scanner, root []byte) (*Shelf, error) {
	shelf := &Shelf{}
	for n := 1; ; n++ {
		var line tablesPage
		switch err := nextLine(in, &line); {
		case errors.Is(err, io.EOF):
			return shelf, nil
		case err != nil:
			return nil, err
		}
		p, err := line.page()
		if err != nil {
			return nil, fmt.Errorf("%w: page %d: %w", ErrTables, n, err)
		}
		if len(p.End) == 0 {
			return nil, fmt.Errorf("%w: page %d has no end", ErrTables, n)
		}
		if err := light.VerifyRange(root, p.Start, p.End, p.Leaves, p.Proof); err != nil {
			if refuted, ok := errors.AsType[*Refuted](err); ok {
				err = refute(fmt.Sprintf("page %d", n), "%s", refuted.Why)
			}
			return nil, err
		}
		shelf.Add(p)
	}
}

func (t tablesPage) page() (p Page, err error) {
	if p.Start, err = hex.DecodeString(t.Start); err != nil {
		return p, err
	}
	if p.End, err = hex.DecodeString(t.End); err != nil {
		return p, err
	}
	for _, l := range t.Leaves {
		key, err := hex.DecodeString(l.Key)
		if err != nil {
			return p, err
		}
		p.Leaves = append(p.Leaves, light.Leaf{Key: key, Value: l.Value})
	}
	p.Proof = t.Proof
	return p, nil
}

// nextLine reads a line of the file; io.EOF behind the last.
func nextLine(in *bufio.Scanner, into any) error {
	if !in.Scan() {
		if err := in.Err(); err != nil {
			return fmt.Errorf("%w: %w", ErrTables, err)
		}
		return io.EOF
	}
	dec := json.NewDecoder(bytes.NewReader(in.Bytes()))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return unreadable(ErrTables, err, len(in.Bytes()))
	}
	return nil
}
