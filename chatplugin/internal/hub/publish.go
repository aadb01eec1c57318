package hub

import (
	"encoding/json"
	"slices"
	"time"
)

// publishWorkers is how many topics are fanned out at once.
const publishWorkers = 4

// Publish sends frame, a JSON value, to whoever is subscribed to topic: at most
// once, after what was published to the topic before. It never blocks. The hub
// keeps frame, so it must not be changed afterwards.
func (h *Hub) Publish(topic string, frame []byte) {
	h.PublishMany([]string{topic}, frame)
}

// PublishMany sends one frame to many topics.
func (h *Hub) PublishMany(topics []string, frame []byte) {
	if h.single() {
		topics = h.heard(topics)
	}
	if len(topics) == 0 {
		return
	}
	if !json.Valid(frame) { // centrifuge would disconnect every subscriber
		h.log.Error("realtime: a frame is no JSON", "topic", topics[0], "bytes", len(frame))
		return
	}
	if refused := h.publisher.push(frame, topics...); refused > 0 {
		h.counts.dropped.Add(int64(refused))
		h.log.Warn("realtime: frames dropped, too much is queued", "topics", refused, "first", topics[0])
	}
}

// heard leaves out the topics without a subscriber. Who subscribes a moment
// later reads the database after that, and finds there what this frame says.
func (h *Hub) heard(topics []string) []string {
	deaf := func(topic string) bool { return h.node.Hub().NumSubscribers(topic) == 0 }
	if !slices.ContainsFunc(topics, deaf) {
		return topics
	}
	return slices.DeleteFunc(slices.Clone(topics), deaf)
}

// Heard says whether anybody may hear of what is published to topic, so that
// frames for nobody need not be made.
func (h *Hub) Heard(topic string) bool {
	return !h.single() || h.node.Hub().NumSubscribers(topic) > 0
}

// Crowd says whether at least n connections hear of the topics, all of them
// connections of this node.
func (h *Hub) Crowd(topics []string, n int) bool {
	if !h.single() {
		return false
	}
	for _, topic := range topics {
		if n -= h.node.Hub().NumSubscribers(topic); n <= 0 {
			return true
		}
	}
	return false
}

// enqueue takes what the sequencer lets go.
func (h *Hub) enqueue(topic string, frame []byte) { h.Publish(topic, frame) }

// deliver hands frames to the people of this node, who wait for no network but
// their own, and then to the other nodes.
func (h *Hub) deliver(topic string, frames [][]byte) (rest time.Duration) {
	h.tell(topic, false, frames...)
	if h.nodes != nil {
		for _, frame := range frames {
			h.nodes.publish(topic, frame)
		}
	}
	return gathering(h.node.Hub().NumSubscribers(topic))
}

// A frame costs the server some six microseconds for each socket that it is
// written to alone, and whoever reads it half as much; eight in one write cost
// hardly more. So in a large room what comes up after a frame is gathered for
// three times as long as writing takes, and goes out in one write for each
// socket: fan-out then takes at most a quarter of the time, and the rest is for
// those who send. That is 2 ms with a hundred sockets and less than what people
// notice with thousands. A frame waits for nothing that comes up later than that.
const (
	gatherEach   = 20 * time.Microsecond // for each socket
	gatherAtMost = 40 * time.Millisecond
	fewSockets   = 50 // that are not worth a timer
)

func gathering(subscribers int) time.Duration {
	if subscribers < fewSockets {
		return 0
	}
	return min(time.Duration(subscribers)*gatherEach, gatherAtMost)
}

// Reserve announces, inside the transaction that allots it, that revision rev of
// topic will be released or dropped.
func (h *Hub) Reserve(topic string, rev int64) { h.sequencer.reserve(topic, rev) }

// Release publishes the frame of a revision, as soon as every lower one that is
// reserved has been released, dropped or passed over. A revision that was never
// reserved, or was passed over, goes out at once.
func (h *Hub) Release(topic string, rev int64, frame []byte) { h.sequencer.release(topic, rev, frame) }

// Drop takes a reservation back: its transaction was rolled back, or there is
// nothing to tell.
func (h *Hub) Drop(topic string, rev int64) { h.sequencer.release(topic, rev, nil) }
