package hub

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"
)

// wanted keeps what this node listens to at Redis as its people wish. Redis may
// be away: then it is made up for later, and people connect all the same.
type wanted struct {
	wake chan struct{}

	mu      sync.Mutex
	wish    map[string]bool
	have    map[string]bool
	changed map[string]bool
	waiting map[string][]chan struct{}
}

func newWanted() *wanted {
	return &wanted{
		wake: make(chan struct{}, 1), wish: map[string]bool{}, have: map[string]bool{}, changed: map[string]bool{},
		waiting: map[string][]chan struct{}{},
	}
}

// add says what to wait for until the topic is listened to; nil for nothing.
func (w *wanted) add(topic string) chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wish[topic] = true
	if w.have[topic] && !w.changed[topic] {
		return nil
	}
	done := make(chan struct{})
	w.waiting[topic] = append(w.waiting[topic], done)
	w.change(topic)
	return done
}

func (w *wanted) remove(topic string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.wish, topic)
	if w.have[topic] {
		w.change(topic)
	} else {
		w.settle(topic)
	}
}

// change is called with mu held.
func (w *wanted) change(topic string) {
	w.changed[topic] = true
	signal(w.wake)
}

// again has what failed tried anew.
func (w *wanted) again() { signal(w.wake) }

func signal(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// take lists what to do now.
func (w *wanted) take() (add, drop []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for topic := range w.changed {
		switch wish, have := w.wish[topic], w.have[topic]; {
		case wish && !have:
			add = append(add, topic)
		case !wish && have:
			drop = append(drop, topic)
		default:
			w.settle(topic)
		}
	}
	return add, drop
}

// done notes what was done.
func (w *wanted) done(topics []string, have bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, topic := range topics {
		if have {
			w.have[topic] = true
		} else {
			delete(w.have, topic)
		}
		if w.wish[topic] == have {
			w.settle(topic)
		} else {
			w.change(topic) // it was wished otherwise meanwhile
		}
	}
}

// settle is called with mu held.
func (w *wanted) settle(topic string) {
	delete(w.changed, topic)
	for _, done := range w.waiting[topic] {
		close(done)
	}
	delete(w.waiting, topic)
}

// atOnce bounds the topics of one subscription.
const atOnce = 500

// subscribing brings what is wanted to Redis: all that has come up meanwhile at
// once, so that a thousand people who connect together wait once.
func (n *nodes) subscribing() {
	retry := time.NewTicker(probeEvery)
	defer retry.Stop()
	for {
		select {
		case <-n.quit:
			return
		case <-n.wanted.wake:
		case <-retry.C:
		}
		if e := n.redis.Load(); e != nil && n.well.Load() {
			add, drop := n.wanted.take()
			n.listen(add, true, e.broker.Subscribe)
			n.listen(drop, false, e.broker.Unsubscribe)
		}
	}
}

func (n *nodes) listen(topics []string, have bool, do func(...string) error) {
	for some := range slices.Chunk(topics, atOnce) {
		if err := do(some...); err != nil {
			n.hub.log.Warn("realtime: topics are not heard from other nodes yet", "topics", len(some), "error", withoutArgs(err))
			return // tried again soon
		}
		n.wanted.done(some, have)
	}
}

// Subscribe implements centrifuge.Broker. It never fails: what comes from other
// nodes before Redis listens is found in the rows.
func (n *nodes) Subscribe(topics ...string) error {
	var late <-chan time.Time
	for _, topic := range topics {
		done := n.wanted.add(topic)
		if done == nil || !n.well.Load() {
			continue
		}
		if late == nil {
			timer := time.NewTimer(lookWait)
			defer timer.Stop()
			late = timer.C
		}
		select {
		case <-done:
		case <-late:
			return nil
		case <-n.quit:
			return nil
		}
	}
	return nil
}

// Unsubscribe implements centrifuge.Broker.
func (n *nodes) Unsubscribe(topics ...string) error {
	for _, topic := range topics {
		n.wanted.remove(topic)
	}
	return nil
}

// RegisterBrokerEventHandler implements centrifuge.Broker: what comes goes
// through the hub, not to centrifuge's node.
func (n *nodes) RegisterBrokerEventHandler(centrifuge.BrokerEventHandler) error { return nil }

var errUnused = errors.New("hub: frames do not go through centrifuge's node")

// The hub publishes by itself and keeps no history.

func (n *nodes) Publish(string, []byte, centrifuge.PublishOptions) (centrifuge.PublishResult, error) {
	return centrifuge.PublishResult{}, errUnused
}
func (n *nodes) PublishJoin(string, *centrifuge.ClientInfo) error  { return nil }
func (n *nodes) PublishLeave(string, *centrifuge.ClientInfo) error { return nil }
func (n *nodes) History(string, centrifuge.HistoryOptions) ([]*centrifuge.Publication, centrifuge.StreamPosition, error) {
	return nil, centrifuge.StreamPosition{}, errUnused
}
func (n *nodes) RemoveHistory(string) error { return errUnused }
