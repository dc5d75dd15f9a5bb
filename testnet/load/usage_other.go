//go:build !linux

package load

import "time"

// What the nodes' processes use is measured on Linux only.

func processorTime(int) (time.Duration, bool) { return 0, false }

func residentMemory(int) (now, peak int64, ok bool) { return 0, 0, false }

func forgetPeak(int) bool { return false }
