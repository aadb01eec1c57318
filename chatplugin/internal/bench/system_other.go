//go:build !unix

package bench

import "time"

// openFiles is unknown where the system has no such limit.
func openFiles() (uint64, bool) { return 0, false }

// processorTime is unknown as well.
func processorTime() time.Duration { return 0 }
