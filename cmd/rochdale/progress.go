package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A progress shows how far long work has come, on standard error: a bar if that
// is a terminal, otherwise a line at each quarter and each half minute, so that a log of it
// stays short. Add may be called by several goroutines.
//
//	p := newProgress("admitting members", 1650)
//	defer p.Done()
//	for … { …; p.Add(1) }
type progress struct {
	w     io.Writer
	title string
	total int64
	start time.Time
	now   func() time.Time
	stop  chan struct{} // closed by Done

	mu       sync.Mutex               // guards what follows
	bar      *progressbar.ProgressBar // nil if w is not a terminal
	done     int64
	quarters int64     // of total, already reported
	said     time.Time // the last line of a log
	finished bool
}

// redraw is how often a bar is redrawn while no step is done, so that its clock
// shows that the work has not stopped.
const redraw = 250 * time.Millisecond

// sayAgain is after how long a log has another line of work that goes on.
const sayAgain = 30 * time.Second

// newProgress starts work of total steps; 0 or less means that the number is
// not known beforehand.
func newProgress(title string, total int64) *progress {
	return newProgressOn(os.Stderr, isTerminal(os.Stderr), time.Now, title, total)
}

func newProgressOn(w io.Writer, terminal bool, now func() time.Time, title string, total int64) *progress {
	p := &progress{w: w, title: title, total: total, start: now(), now: now, stop: make(chan struct{})}
	p.said = p.start
	if !terminal {
		noteTo(w, "%s …", title)
		return p
	}
	options := []progressbar.Option{
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription("rochdale: " + title),
		progressbar.OptionSetWidth(barWidth(title, total)),
		progressbar.OptionThrottle(80 * time.Millisecond),
		progressbar.OptionClearOnFinish(),
		// Otherwise a spinner gets a goroutine that draws without a lock.
		progressbar.OptionSetSpinnerChangeInterval(0),
	}
	if total > 0 {
		options = append(options, progressbar.OptionShowCount())
	} else {
		total = -1 // the library's word for a spinner, whose count would read (0/-)
	}
	p.bar = progressbar.NewOptions64(total, options...)
	p.draw()
	go p.keepDrawing()
	return p
}

// barWidth is that of a bar which fits a line of a terminal with its title, its counts and
// the times that it has taken and will take.
func barWidth(title string, total int64) int {
	const others = len("rochdale:  100% || (/) [59m59s:59m59s]")
	return max(4, min(24, pageWidth-others-len(title)-2*len(fmt.Sprint(total))))
}

// keepDrawing draws the bar from time to time, until Done.
func (p *progress) keepDrawing() {
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			p.draw()
		case <-p.stop:
			return
		}
	}
}

// draw shows the bar as it stands.
func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.finished {
		_ = p.bar.RenderBlank() // a terminal that cannot be written to stops no work
	}
}

// Note tells the user something while the work goes on: above the bar, if there
// is one.
func (p *progress) Note(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil && !p.finished {
		_ = p.bar.Clear()
	}
	noteTo(p.w, format, args...)
	if p.bar != nil && !p.finished {
		_ = p.bar.RenderBlank()
	}
}

// Add counts n more steps as done. More than total is shown as it is; after
// Done it does nothing.
func (p *progress) Add(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.finished {
		return
	}
	p.done += n
	if p.bar != nil {
		shown := p.done
		if p.total > 0 {
			shown = min(shown, p.total) // past its total the library only returns an error
		}
		_ = p.bar.Set64(shown)
		return
	}
	if p.total < 4 {
		return
	}
	// A line for each quarter, with what is done by then; the last is Done's own.
	now := p.now()
	if q := min(p.done/((p.total+3)/4), 3); (q > p.quarters || now.Sub(p.said) >= sayAgain) && p.done < p.total {
		p.quarters, p.said = max(q, p.quarters), now
		noteTo(p.w, "%s: %d%%, %s of %s", p.title, int64(float64(p.done)/float64(p.total)*100), formatCount(p.done), formatCount(p.total))
	}
}

// Done takes the bar away and leaves one line: what, how many, how long. It is
// the same whether or not all steps were done, so deferring it is right on a
// path that fails too. A second call does nothing.
func (p *progress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.finished {
		return
	}
	p.finished = true
	close(p.stop)
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	count := formatCount(p.done)
	if p.total > 0 && p.done != p.total {
		count = fmt.Sprintf("stopped at %s of %s", count, formatCount(p.total))
	}
	took := p.now().Sub(p.start)
	if p.total <= 0 && p.done == 0 { // it was never told how far it is
		noteTo(p.w, "%s: %.1f s", p.title, took.Seconds())
		return
	}
	noteTo(p.w, "%s: %s in %.1f s", p.title, count, took.Seconds())
}

// isTerminal says whether f, a file or anything else, is a terminal.
func isTerminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
