package hub

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// sequenceDepth bounds the revisions of one topic that wait for each other; past
// it the oldest is passed over.
const sequenceDepth = 1024

// sequencer lets the frames of a topic go in the order of their revision. emit is
// called with the lock held, since a later revision must not overtake; it must
// not block.
type sequencer struct {
	emit     func(topic string, frame []byte)
	passOver time.Duration
	passed   atomic.Int64 // revisions that were waited for in vain

	mu     sync.Mutex
	topics map[string]*sequence
	closed bool
}

// sequence holds what one topic waits for: slots by rising revision. Its first
// slot is always a reservation still open, for whatever is settled at the front
// leaves at once.
type sequence struct {
	slots []slot
	timer *time.Timer // for the first slot's being passed over; nil while nothing waits behind it
}

type slot struct {
	rev     int64
	since   time.Time
	claims  int // a rollback gives its revision to the next, which may reserve before the drop is told
	settled bool
	frame   []byte // nil when dropped
}

func newSequencer(emit func(string, []byte), passOver time.Duration) *sequencer {
	return &sequencer{emit: emit, passOver: passOver, topics: map[string]*sequence{}}
}

func (s *sequencer) reserve(topic string, rev int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	q := s.topics[topic]
	if q == nil {
		q = &sequence{}
		s.topics[topic] = q
	}
	at, found := q.find(rev)
	if found {
		q.slots[at].claims++
		return
	}
	q.slots = slices.Insert(q.slots, at, slot{rev: rev, since: time.Now(), claims: 1})
	if len(q.slots) > sequenceDepth {
		q.slots = slices.Delete(q.slots, 0, 1)
		s.passed.Add(1)
	}
	s.advance(topic, q)
}

// release settles a reservation; a nil frame drops it.
func (s *sequencer) release(topic string, rev int64, frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.topics[topic]
	if q != nil {
		if at, found := q.find(rev); found {
			it := &q.slots[at]
			if it.claims--; frame == nil && it.claims > 0 {
				return
			}
			it.settled, it.frame = true, frame
			s.advance(topic, q)
			return
		}
	}
	if frame != nil && !s.closed {
		s.emit(topic, frame)
	}
}

// advance lets go what is settled at the front, passes over what is overdue, and
// sets the timer when something waits behind a reservation.
func (s *sequencer) advance(topic string, q *sequence) {
	now, gone := time.Now(), 0
	for _, first := range q.slots {
		if !first.settled && now.Sub(first.since) < s.passOver {
			break
		}
		if !first.settled {
			s.passed.Add(1)
		}
		if first.frame != nil {
			s.emit(topic, first.frame)
		}
		gone++
	}
	q.slots = slices.Delete(q.slots, 0, gone)
	if q.timer != nil && (gone > 0 || len(q.slots) == 0) {
		q.timer.Stop()
		q.timer = nil
	}
	if len(q.slots) == 0 {
		delete(s.topics, topic)
		return
	}
	if q.timer == nil {
		q.timer = time.AfterFunc(q.slots[0].since.Add(s.passOver).Sub(now), func() { s.overdue(topic, q) })
	}
}

func (s *sequencer) overdue(topic string, q *sequence) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.topics[topic] == q && !s.closed {
		q.timer = nil
		s.advance(topic, q)
	}
}

func (s *sequencer) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, q := range s.topics {
		if q.timer != nil {
			q.timer.Stop()
		}
	}
	clear(s.topics)
}

func (q *sequence) find(rev int64) (at int, found bool) {
	return slices.BinarySearchFunc(q.slots, rev, func(s slot, rev int64) int {
		return int(min(1, max(-1, s.rev-rev)))
	})
}
