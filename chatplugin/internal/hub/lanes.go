package hub

import (
	"sync"
	"time"
)

// lanesTotal bounds what all lanes hold together.
const lanesTotal = 1 << 16

// lanes are queues, one a key, worked off by a small pool: items of one key run
// one after another in their order, those of different keys beside each other.
// Nothing here waits but the workers.
type lanes struct {
	// run works off what has come up meanwhile, in order, and says how long the
	// lane is to gather before its next turn.
	run   func(key string, items [][]byte) (rest time.Duration)
	depth int // items of one lane

	mu      sync.Mutex
	wake    *sync.Cond
	byKey   map[string]*lane
	ready   []*lane // those with items and no worker, first come, first served
	total   int
	closed  bool
	workers sync.WaitGroup
}

type lane struct {
	key   string
	items [][]byte
}

func newLanes(run func(key string, item []byte), depth int) *lanes {
	return newBatches(func(key string, items [][]byte) time.Duration {
		for _, item := range items {
			run(key, item)
		}
		return 0
	}, depth)
}

// newBatches is newLanes for work that is better done on several items at once.
func newBatches(run func(key string, items [][]byte) time.Duration, depth int) *lanes {
	l := &lanes{run: run, depth: depth, byKey: map[string]*lane{}}
	l.wake = sync.NewCond(&l.mu)
	return l
}

func (l *lanes) start(workers int) {
	for range workers {
		l.workers.Go(l.work)
	}
}

// push puts item into the lane of each key and says how many lanes had no room.
func (l *lanes) push(item []byte, keys ...string) (refused int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range keys {
		if !l.pushLocked(key, item) {
			refused++
		}
	}
	return refused
}

func (l *lanes) pushLocked(key string, item []byte) bool {
	if l.closed || l.total >= lanesTotal {
		return false
	}
	q := l.byKey[key]
	if q == nil {
		q = &lane{key: key}
		l.byKey[key] = q
		l.ready = append(l.ready, q)
		l.wake.Signal()
	}
	if len(q.items) >= l.depth {
		return false
	}
	q.items = append(q.items, item)
	l.total++
	return true
}

// work is one worker. A lane in byKey is either in ready, or with one worker,
// which keeps it until it is empty or has had its turn, or it gathers.
func (l *lanes) work() {
	l.mu.Lock()
	defer l.mu.Unlock()
	var spare [][]byte
	for {
		for len(l.ready) == 0 && !l.closed {
			l.wake.Wait()
		}
		if l.closed {
			return
		}
		q := l.ready[0]
		l.ready[0] = nil
		l.ready = l.ready[1:]
		items := q.items
		q.items = spare[:0]
		l.total -= len(items)
		l.mu.Unlock()
		rest := l.run(q.key, items)
		clear(items)
		spare = items
		l.mu.Lock()
		if rest > 0 {
			time.AfterFunc(rest, func() { l.rested(q) })
		} else {
			l.turn(q)
		}
	}
}

// rested ends a lane's gathering.
func (l *lanes) rested(q *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.turn(q); len(q.items) > 0 {
		l.wake.Signal()
	}
}

// turn queues a lane again, or forgets it; mu is held.
func (l *lanes) turn(q *lane) {
	if len(q.items) == 0 {
		delete(l.byKey, q.key)
	} else {
		l.ready = append(l.ready, q)
	}
}

// busy says whether anything is queued or being worked off.
func (l *lanes) busy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.byKey) > 0
}

// close drops what is queued, and returns when the workers have ended.
func (l *lanes) close() {
	l.mu.Lock()
	l.closed = true
	l.wake.Broadcast()
	l.mu.Unlock()
	l.workers.Wait()
}
