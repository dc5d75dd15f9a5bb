package node

import (
	"errors"
	"fmt"
	"time"
)

// Stop stops the node and frees its home and its TCP ports. Over libp2p the
// engine closes its network but not its host, so the UDP port stays taken for
// up to a minute unless the process ends. Stop takes at most five
// seconds: an engine that has not stopped by then is left, with ErrSlowStop, to the
// end of the process. Later calls return the first one's result.
func (n *Node) Stop() error {
	if n.Err() != nil {
		return n.stopWithin(failureStopLimit)
	}
	return n.stopWithin(stopLimit)
}

func (n *Node) stopWithin(limit time.Duration) error {
	n.stopOnce.Do(func() {
		close(n.stop)
		stopped := make(chan error, 1)
		go func() { stopped <- n.close() }()
		timer := time.NewTimer(limit)
		defer timer.Stop()
		select {
		case n.stopErr = <-stopped:
		case <-timer.C:
			n.stopErr = &Problem{
				Kind:   ErrSlowStop,
				Text:   fmt.Sprintf("the node had not stopped after %s; what was committed is safe", limit),
				Advice: "nothing to do: the next start replays what is missing",
			}
		}
	})
	return n.stopErr
}

// close stops the engine, then closes what it uses. It runs once.
func (n *Node) close() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(err, fmt.Errorf("stopping node: %v", r))
		}
	}()
	if n.engine != nil {
		if n.engine.IsRunning() {
			err = errors.Join(err, n.engine.Stop())
		}
		_ = n.engine.ProxyApp().Stop()
	}
	n.watching.Wait() // the warden asks the application
	n.metrics.close()
	if n.app != nil {
		err = errors.Join(err, n.app.close())
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, db := range n.dbs {
		_ = db.Close() // the engine has closed most of them already
	}
	if n.lock != nil {
		err = errors.Join(err, n.lock.Close())
	}
	return err
}

// ignore drops an error of the given kind.
func ignore(err, kind error) error {
	if errors.Is(err, kind) {
		return nil
	}
	return err
}
