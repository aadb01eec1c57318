package live

import "sync/atomic"

// counts are what publishing has come across. The hub has its own.
type counts struct {
	current, replayed, rows, reloads atomic.Int64
	swept                            atomic.Int64
}

// Stats are figures of publishing, since the start but for Waiting.
type Stats struct {
	Current  int64 // sockets of rooms that had missed nothing, or were new
	Replayed int64 // those that were told what they had missed
	Rows     int64 // messages that these were told
	Reloads  int64 // those that had to load their page anew

	Swept   int64 // rooms whose frames a node was not told of, found by the sweep
	Panics  int64 // jobs that panicked
	Waiting int   // jobs that are gathered now
}

// Stats reads them.
func (l *Live) Stats() Stats {
	c := &l.counts
	return Stats{
		Current: c.current.Load(), Replayed: c.replayed.Load(), Rows: c.rows.Load(), Reloads: c.reloads.Load(),
		Swept: c.swept.Load(), Panics: l.gather.panics.Load(), Waiting: l.gather.waiting(),
	}
}

// waiting is how many jobs are gathered now.
func (g *gather) waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.jobs)
}
