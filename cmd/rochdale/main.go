// Command rochdale is the ledger's command line: rochdale NOUN VERB.
//
// Results go to standard output and nothing else does. Everything else goes to
// standard error, one "rochdale: " line at a time, an error's last line being
// "rochdale: hint: " with the next command. The exit status is 0 when the work
// was done, 1 for a fault (wrong usage included), 2 when the ledger's rules
// rejected the action or a receipt is refuted, 3 when a receipt is sound and cannot be
// tied to validators that the reader trusts.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() { runMain() }

// runMain is main as the test scripts call it.
func runMain() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// interrupted says that the user stopped the command, and keeps the next step
// that it had: what was signed by then is not lost.
func interrupted(err error) error {
	if next := hintOf(err); next != "" {
		return withHint(fault("interrupted"), "%s", next)
	}
	return fault("interrupted")
}

// run executes one command line and returns its exit status.
//
// The first interrupt or SIGTERM cancels the command's context; the second
// kills the process, because the handler is gone by then.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	return runWith(context.Background(), args, stdin, stdout, stderr)
}

// runWith is run in a context.
func runWith(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	// Go's own status for a panic is 2, which here means "rejected": a script
	// must never take a crash for an answer of the ledger. Panics of other
	// goroutines cannot be caught here.
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(stderr, "rochdale: internal error: %v\n%s", p, debug.Stack())
			fmt.Fprintln(stderr, "rochdale: hint: this is a bug in rochdale; report the lines above")
			code = exitFault
		}
	}()

	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	root := newRootCmd()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)

	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = interrupted(err)
	}
	return report(stderr, cmd, err)
}
