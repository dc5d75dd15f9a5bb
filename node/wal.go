package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// walEvery is how often finished files of the engine's log of consensus are
// looked for. The engine begins a file when the last one has 10 MB, which at rest
// takes a month and at two blocks a second a quarter of an hour.
const walEvery = time.Minute

// A walSweep removes files of the engine's write-ahead log of consensus that no
// restart can need. The engine itself keeps a gigabyte of them, and has no
// setting for it.
//
// A node that starts replays the messages after the mark that ends its last
// committed height. The engine writes the mark of a height after it has stored
// the block and before the application executes it. So: files that were finished
// before block h+1 was stored hold no mark of h+1 or later, and are needless once
// the application has committed h+1.
//
// A crash between two removals leaves the later of the files, without a gap; they
// are found again.
type walSweep struct {
	head string // path of the file that is being written; finished ones are head.000 and so on

	finished []string // found finished while stored was the last block; the oldest first
	stored   int64
}

// look removes what is needless and looks for what will be. stored and executed
// are the last block in the engine's store and the last that the application has
// committed. The newest finished file stays, to be read when something went wrong.
func (w *walSweep) look(stored, executed func() int64) error {
	if executed() > w.stored {
		for _, path := range w.finished {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("removing an old log of consensus: %w", err)
			}
		}
		w.finished = nil
	}
	finished, err := finishedFiles(w.head)
	if err != nil || len(finished) == 0 {
		return err
	}
	// In this order: a file counted as finished was so before the store was asked.
	w.finished, w.stored = finished[:len(finished)-1], stored()
	return nil
}

var finishedFile = regexp.MustCompile(`^\.([0-9]{3,18})$`)

// finishedFiles are the finished files of a group of log files, the oldest first.
func finishedFiles(head string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(head))
	if err != nil {
		return nil, fmt.Errorf("listing the log of consensus: %w", err)
	}
	byIndex := map[int]string{}
	var indexes []int
	for _, e := range entries {
		rest, _ := strings.CutPrefix(e.Name(), filepath.Base(head))
		m := finishedFile.FindStringSubmatch(rest)
		if m == nil {
			continue
		}
		index, err := strconv.Atoi(m[1])
		if err != nil {
			return nil, fmt.Errorf("listing the log of consensus: %w", err)
		}
		byIndex[index] = filepath.Join(filepath.Dir(head), e.Name())
		indexes = append(indexes, index)
	}
	slices.Sort(indexes)
	paths := make([]string, len(indexes))
	for i, index := range indexes {
		paths[i] = byIndex[index]
	}
	return paths, nil
}

// sweepWAL removes files of the consensus log that are no longer needed, until the
// node stops. A node that fetches old blocks writes none.
func (n *Node) sweepWAL(head string) {
	sweep := walSweep{head: head}
	ticker := time.NewTicker(walEvery)
	defer ticker.Stop()
	for {
		select {
		case <-n.stop:
			return
		case <-ticker.C:
		}
		if n.CatchingUp() {
			continue
		}
		if err := sweep.look(n.Height, n.Executed); err != nil {
			n.log.Warn("the log of consensus grows", "err", err)
		}
	}
}
