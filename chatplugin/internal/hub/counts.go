package hub

import (
	"sync/atomic"

	"github.com/centrifugal/centrifuge"
)

// counts are what a hub has done. Each is moved once for what is published or
// closed, never for each connection that something is handed to.
type counts struct {
	published, delivered, bytes, dropped atomic.Int64
	closed                               [closings]atomic.Int64
}

// closing is why a connection ended.
type closing int

const (
	closedGone     closing = iota // the peer hung up, or its network did
	closedStalled                 // it took nothing for longer than a write may last, or reset the connection
	closedSlow                    // more was queued for it than Options.QueueBytes
	closedResume                  // only a new connection can put something right
	closedShutdown                // this process stops
	closedRevoked                 // signed out, expired or revoked
	closedRemoved                 // no member of what it was about any more
	closedOther
	closings
)

var closingNames = [closings]string{"gone", "stalled", "slow", "resume", "shutdown", "revoked", "removed", "other"}

// Stats are a hub's figures: some of this moment, some since it was made.
type Stats struct {
	Inboxes int // WebSockets about nothing in particular
	Mains   int // WebSockets about a topic
	Outlets int // connections of Open
	People  int // who has any of them
	Topics  int // topics that connections are about

	Published int64 // frames handed to people of this node
	Delivered int64 // the same, times those who were subscribed then
	Bytes     int64 // of what was delivered, before WebSockets' own
	Dropped   int64 // frames for which there was no room in a queue

	Closed map[string]int64 // connections by why they ended

	Reserved   int   // revisions that frames may wait for now
	PassedOver int64 // revisions that were waited for in vain
	Queued     int   // frames that wait for a worker

	Nodes   bool  // whether there may be other nodes
	Reached bool  // whether they are reached
	Lost    int64 // how often they were not any more
	Unsent  int   // what waits to be told to them
}

// Stats reads them. It looks at every connection once.
func (h *Hub) Stats() Stats {
	s := Stats{
		Published: h.counts.published.Load(), Delivered: h.counts.delivered.Load(), Bytes: h.counts.bytes.Load(),
		Dropped: h.counts.dropped.Load(), Closed: make(map[string]int64, closings),
		PassedOver: h.sequencer.passed.Load(), Reserved: h.sequencer.open(), Queued: h.publisher.size(),
	}
	for i, name := range closingNames {
		s.Closed[name] = h.counts.closed[i].Load()
	}
	h.registry.count(&s)
	if n := h.nodes; n != nil {
		s.Nodes, s.Reached, s.Lost, s.Unsent = true, n.well.Load(), n.lost.Load(), n.out.size()
	}
	return s
}

// Closing says that Shutdown was called.
func (h *Hub) Closing() bool {
	h.registry.mu.Lock()
	defer h.registry.mu.Unlock()
	return h.registry.closed
}

func (r *registry) count(s *Stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.Topics = len(r.audiences)
	for _, who := range r.people {
		if len(who.peers) > 0 {
			s.People++
		}
		for p := range who.peers {
			switch {
			case p.free:
				s.Outlets++
			case p.main != nil:
				s.Mains++
			default:
				s.Inboxes++
			}
		}
	}
}

func (c *counts) deliver(subscribers, bytes int) {
	c.published.Add(1)
	c.delivered.Add(int64(subscribers))
	c.bytes.Add(int64(subscribers) * int64(bytes))
}

// why tells a connection's end. What the hub ended itself is known by its code;
// centrifuge has a code of its own for a full queue, which is ours for resuming.
func (p *peer) why(d centrifuge.Disconnect) closing {
	code := int(p.ending.Load())
	if code == 0 {
		switch d.Code {
		case centrifuge.DisconnectConnectionClosed.Code:
			return closedGone
		case centrifuge.DisconnectWriteError.Code:
			return closedStalled
		case centrifuge.DisconnectSlow.Code:
			return closedSlow
		}
		code, _ = closeCode(d)
	}
	switch code {
	case CodeResume:
		return closedResume
	case CodeShutdown:
		return closedShutdown
	case CodeRevoked:
		return closedRevoked
	case CodeRemoved:
		return closedRemoved
	}
	return closedOther
}

// size is how many items wait.
func (l *lanes) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.total
}

// open is how many revisions are reserved and neither released nor dropped.
func (s *sequencer) open() (open int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.topics {
		for _, slot := range q.slots {
			if !slot.settled {
				open++
			}
		}
	}
	return open
}
