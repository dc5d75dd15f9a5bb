package node

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cometbft/cometbft/types"
)

// metas is a store of blocks from base on, one every interval.
type metas struct {
	base, top int64
	interval  time.Duration
}

func (m metas) Base() int64 { return m.base }

func (m metas) LoadBlockMeta(height int64) *types.BlockMeta {
	if height < m.base || height > m.top {
		return nil
	}
	return &types.BlockMeta{Header: types.Header{Height: height, Time: time.Unix(1_800_000_000, 0).Add(time.Duration(height) * m.interval)}}
}

// The lowest height that stays: by the number that is asked for, by the age of
// evidence in blocks and in time, whichever is lowest, and in steps.
func TestRetention(t *testing.T) {
	for _, tt := range []struct {
		name      string
		blocks    int64 // to keep
		ageBlocks int64
		age       time.Duration
		store     metas
		want      int64
	}{
		{"an archive", 0, 1, 1, metas{1, 5000, time.Second}, 0},
		{"nothing old enough", 1000, 1, 1, metas{1, 1000, time.Second}, 0},
		{"between two steps", 1000, 1, 1, metas{1, 1799, time.Second}, 0},
		{"by number", 1000, 1, 1, metas{1, 1800, time.Second}, 801},
		{"some are gone already", 1000, 1, 1, metas{701, 1800, time.Second}, 801},
		{"all are gone already", 1000, 1, 1, metas{801, 1800, time.Second}, 0},
		{"at most so many at once", 1000, 1, 1, metas{1, 5000, time.Second}, 1 + retainMost},
		// Evidence of height h expires once both ages are beyond their limits.
		{"by the age of evidence in blocks", 100, 1500, 1, metas{1, 1800, time.Second}, 300},
		{"by its age in time", 100, 10, 1500 * time.Second, metas{1, 1800, time.Second}, 300},
		{"by both, time counts", 100, 1400, 1500 * time.Second, metas{1, 1800, time.Second}, 300},
		{"by both, blocks count", 100, 1500, 1400 * time.Second, metas{1, 1800, time.Second}, 300},
		{"evidence of all", 100, evidenceBlocks, EvidenceAge, metas{1, 90_000, 30 * time.Second}, 0},
		// The federation's own limits, at rest and at five blocks a second.
		{"at rest", 1000, evidenceBlocks, EvidenceAge, metas{99_001, 200_000, 30 * time.Second}, 100_000},
		{"busy", 1000, evidenceBlocks, EvidenceAge, metas{1, 6_050_000, 200 * time.Millisecond}, 1 + retainMost},
		{"busy, the last", 1000, evidenceBlocks, EvidenceAge, metas{1_900, 6_050_000, 200 * time.Millisecond}, 2_000},
	} {
		r := &retention{blocks: tt.blocks, store: tt.store, params: func(int64) (types.ConsensusParams, error) {
			p := *types.DefaultConsensusParams()
			p.Evidence.MaxAgeNumBlocks, p.Evidence.MaxAgeDuration = tt.ageBlocks, tt.age
			return p, nil
		}}
		got, err := r.from(tt.store.top)
		if err != nil || got != tt.want {
			t.Errorf("%s: blocks from %d on stay, %v; want %d", tt.name, got, err, tt.want)
		}
	}
	if from, err := (*retention)(nil).from(1000); from != 0 || err != nil {
		t.Errorf("before the engine runs: %d, %v", from, err)
	}
}

// A finished file of the log of consensus goes once the application has committed
// the block after the one that was stored when the file was found; not before, not
// the newest, and no other file.
func TestWALSweep(t *testing.T) {
	dir := t.TempDir()
	put := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	stored, executed := int64(10), int64(10)
	sweep := &walSweep{head: filepath.Join(dir, "wal")}
	look := func(want ...string) {
		t.Helper()
		at := func(h *int64) func() int64 { return func() int64 { return *h } }
		if err := sweep.look(at(&stored), at(&executed)); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("stored %d, executed %d: the folder has %q, want %q", stored, executed, got, want)
		}
	}
	others := []string{"wal", "wal.CORRUPTED", "wal.12", "wall.000", "x.wal.000"}
	put(others...)
	look(others...)
	put("wal.000", "wal.001", "wal.002")
	look(append(others, "wal.000", "wal.001", "wal.002")...)
	look(append(others, "wal.000", "wal.001", "wal.002")...) // no block since
	stored = 11
	look(append(others, "wal.000", "wal.001", "wal.002")...) // not executed yet
	executed = 11
	look(append(others, "wal.000", "wal.001", "wal.002")...) // found again while 11 was stored
	put("wal.003")
	stored, executed = 12, 12
	look(append(others, "wal.002", "wal.003")...)
	stored, executed = 13, 13
	look(append(others, "wal.003")...)

	// Indexes are numbers, of three digits or more.
	put("wal.999", "wal.1000")
	look(append(others, "wal.003", "wal.999", "wal.1000")...)
	stored, executed = 14, 14
	look(append(others, "wal.1000")...)
}

// What the engine says of every block is said at level debug only.
func TestEngineLogAtRest(t *testing.T) {
	said := func(level string) (lines []string) {
		var out bytes.Buffer
		log := engineLog{out: NewLogger(Config{LogLevel: level}, &out), watch: func(string, []any) {}}
		for _, module := range []string{"consensus", "state", "p2p"} {
			l := log.With("module", module).With("height", 7)
			l.Info("step")
			l.Warn("oops")
		}
		for line := range strings.Lines(out.String()) {
			_, line, _ = strings.Cut(line, "level=")
			lines = append(lines, strings.TrimSpace(line))
		}
		return lines
	}
	always := []string{
		"WARN msg=oops module=consensus height=7", "WARN msg=oops module=state height=7",
		"INFO msg=step module=p2p height=7", "WARN msg=oops module=p2p height=7",
	}
	if got := said("info"); !slices.Equal(got, always) {
		t.Errorf("at level info: %q", got)
	}
	if got := said("debug"); len(got) != 6 || got[0] != "DEBUG msg=step module=consensus height=7" {
		t.Errorf("at level debug: %q", got)
	}
}
