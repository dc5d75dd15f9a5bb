package node

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestCheckClock(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		name string
		last time.Time
		want error
	}{
		{"no block", time.Time{}, nil},
		{"behind now", now.Add(-time.Hour), nil},
		{"exactly the limit", now.Add(maxClockLag), nil},
		{"past the limit", now.Add(maxClockLag + time.Nanosecond), ErrClock},
	} {
		if err := checkClock(now, tt.last); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestDiagnose(t *testing.T) {
	for _, tt := range []struct {
		name, msg string
		kv        []any
		want      error
		word      string
	}{
		{"harmless", "failed to dial", []any{"err", errors.New("refused")}, nil, ""},
		{"panic", consensusFailure, []any{"err", "boom\ngoroutine 1", "stack", "…"}, ErrConsensus, "boom"},
		{"full disk in a panic", consensusFailure, []any{"err", "write data/cs.wal: " + syscall.ENOSPC.Error()}, ErrDiskFull, "cs.wal"},
		{"full disk in a log", "failed writing to WAL", []any{"err", fmt.Errorf("write: %w", syscall.ENOSPC)}, ErrDiskFull, "wal"},
		{"a peer's words", "failed to receive", []any{"err", errors.New(syscall.ENOSPC.Error())}, nil, ""},
		{"odd key values", consensusFailure, []any{"err"}, ErrConsensus, "no cause"},
	} {
		err := diagnose(tt.msg, tt.kv)
		if tt.want == nil && err != nil || !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v", tt.name, err)
			continue
		}
		if err != nil && (!strings.Contains(err.Error(), tt.word) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: %q", tt.name, err)
		}
	}
}
