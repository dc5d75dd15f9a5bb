package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"syscall"

	cmtlog "github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/libs/service"
	"github.com/cometbft/cometbft/lp2p"
)

// NewLogger writes a node's log to w as its configuration asks.
func NewLogger(cfg Config, w io.Writer) *slog.Logger {
	cfg = cfg.withDefaults()
	level := slog.LevelInfo
	_ = level.UnmarshalText([]byte(cfg.LogLevel)) // Validate refused what this would
	opts := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// engineLog passes CometBFT's log to slog, and the errors in it to watch: some
// failures of the engine are reported nowhere else.
type engineLog struct {
	out   *slog.Logger
	watch func(msg string, keyvals []any)
	chat  bool // what the engine calls information is said at each step of each block
}

// chatty are the engine's modules that log every block at level info, eight lines,
// 1.5 kB, which on an idle federation is 1.6 GB a year, or whatever a peer offers. Here
// they log at level debug.
var chatty = []any{"consensus", "state", "mempool"}

var _ cmtlog.Logger = engineLog{}

func (l engineLog) Debug(msg string, kv ...any) { l.log(slog.LevelDebug, msg, kv) }
func (l engineLog) Info(msg string, kv ...any) {
	level := slog.LevelInfo
	if l.chat {
		level = slog.LevelDebug
	}
	l.log(level, msg, kv)
}
func (l engineLog) Warn(msg string, kv ...any) { l.log(slog.LevelWarn, msg, kv) }

func (l engineLog) Error(msg string, kv ...any) {
	l.watch(msg, kv)
	level := slog.LevelError
	if slices.Contains(expected, msg) {
		level = slog.LevelWarn
	}
	for _, v := range kv {
		if err, ok := v.(error); ok && harmless(err) {
			level = slog.LevelDebug
		}
	}
	l.log(level, msg, kv)
}

// expected are errors that the engine reports of what is no fault of this node: a peer
// that does not answer yet or any more, and a vote that the signer does not give, since
// its record says that one is out already. A signer that refuses for good says so by
// itself. Source: lp2p/switch.go and consensus/state.go of CometBFT v0.40.0.
var expected = []string{
	"Unable to add bootstrap peer", "Failed to reconnect to peer",
	"Failed to ping peer", "failed signing vote", "propose step; failed signing proposal",
}

// harmless says whether an error that the engine reports is part of a healthy node's
// life: two nodes that dial each other at once, and what is closed or stopped twice
// when the node stops.
func harmless(err error) bool {
	return slices.ContainsFunc([]error{net.ErrClosed, lp2p.ErrPeerExists, service.ErrAlreadyStopped}, func(known error) bool { return errors.Is(err, known) })
}

func (l engineLog) With(kv ...any) cmtlog.Logger {
	chat := l.chat
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i] == "module" {
			chat = slices.Contains(chatty, kv[i+1])
		}
	}
	return engineLog{out: l.out.With(kv...), watch: l.watch, chat: chat}
}

func (l engineLog) log(level slog.Level, msg string, kv []any) {
	ctx := context.Background()
	if !l.out.Enabled(ctx, level) {
		return
	}
	// The engine passes whole services and lazy strings; print them only now.
	printed := make([]any, len(kv))
	for i, v := range kv {
		switch v := v.(type) {
		case fmt.Stringer:
			printed[i] = v.String()
		case error:
			printed[i] = v.Error()
		default:
			printed[i] = v
		}
	}
	l.out.Log(ctx, level, msg, printed...)
}

// consensusFailure is what the engine logs when its consensus goroutine has ended
// with a panic. The process goes on serving RPC.
const consensusFailure = "CONSENSUS FAILURE!!!"

// diagnose reads one error line of the engine's log. It returns nil for those
// that a node survives.
func diagnose(msg string, keyvals []any) error {
	for i := 0; i+1 < len(keyvals); i += 2 {
		// Texts count only in the engine's own panic: elsewhere a peer or a
		// client could have written them.
		err, _ := keyvals[i+1].(error)
		if errors.Is(err, syscall.ENOSPC) || msg == consensusFailure && isDiskFull(keyvals[i+1]) {
			return diskFullProblem(strings.ToLower(strings.Trim(msg, "!")), keyvals[i+1])
		}
	}
	if msg != consensusFailure {
		return nil
	}
	cause := any("no cause given")
	for i := 0; i+1 < len(keyvals); i += 2 {
		if keyvals[i] == "err" {
			cause = keyvals[i+1]
		}
	}
	return consensusProblem(firstLine(cause))
}

func diskFullProblem(doing string, cause any) error {
	return &Problem{
		Kind:   ErrDiskFull,
		Text:   fmt.Sprintf("the disk is full (%s: %s); what was committed is safe", doing, firstLine(cause)),
		Advice: "free some space and start the node again; it goes on where it stopped",
	}
}

func consensusProblem(cause string) error {
	return &Problem{
		Kind:   ErrConsensus,
		Text:   "consensus failure: " + cause,
		Advice: "keep the home as it is and compare the app hash at this height with the other co-ops' before starting again",
	}
}

// isDiskFull also recognises an error that is only text.
func isDiskFull(v any) bool {
	switch v := v.(type) {
	case error:
		return errors.Is(v, syscall.ENOSPC) || strings.Contains(v.Error(), syscall.ENOSPC.Error())
	case string:
		return strings.Contains(v, syscall.ENOSPC.Error())
	}
	return false
}

// firstLine of a value, at most 300 bytes: panics carry whole stacks.
func firstLine(v any) string {
	s, _, _ := strings.Cut(strings.TrimSpace(fmt.Sprint(v)), "\n")
	return s[:min(len(s), 300)]
}
