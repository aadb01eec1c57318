package hub

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/centrifugal/centrifuge"
)

const (
	outWorkers = 32                     // frames on their way to Redis at once, which it answers together
	probeEvery = 500 * time.Millisecond // how often Redis is asked whether it lives
	joinWait   = 2 * time.Second        // how long a start waits for Redis
	lookWait   = 300 * time.Millisecond // how long people wait for Redis; it answers in one

	tagNode = "n" // who published
	tagKind = "k" // what it is, where that is no frame

	kindCount = "count" // somebody came or went
	kindEnd   = "end"   // sessions that are over

	nodesTopic = "nodes" // all nodes listen to it
	probeTopic = "probe" // and none to this
)

// nodes is what this node knows of the others. It is centrifuge's broker and
// presence manager: its own people are served from memory, whatever becomes of
// Redis, and centrifuge's Redis broker and presence manager stand behind it.
// Nothing here waits for Redis that a person would wait for.
type nodes struct {
	hub  *Hub
	self string

	redis atomic.Pointer[engine] // nil until it was reached for the first time
	well  atomic.Bool            // whether it answers
	lost  atomic.Int64           // how often it stopped answering

	out     *lanes // what goes to the others, by topic; an item of nil: count the topic's people
	wanted  *wanted
	here    *here
	arrived *arrivals
	ends    *ends

	quit chan struct{}
	work sync.WaitGroup
	told sync.Once // that Redis is away at the start
}

func newNodes(h *Hub) *nodes {
	n := &nodes{hub: h, quit: make(chan struct{}), wanted: newWanted(), arrived: newArrivals(), ends: newEnds()}
	n.out = newLanes(n.send, h.options.TopicFrames)
	n.here = newHere(n)
	return n
}

// start returns when Redis was reached, or after a moment without it.
func (n *nodes) start() {
	n.self = n.hub.node.ID()
	n.wanted.add(nodesTopic)
	n.out.start(outWorkers)
	n.here.out.start(outWorkers)
	joined := make(chan struct{})
	n.work.Go(func() { n.run(joined) })
	n.work.Go(n.subscribing)
	n.work.Go(n.receiving)
	n.work.Go(n.ending)
	select {
	case <-joined:
	case <-time.After(joinWait):
	}
}

// run connects, and then asks again and again whether Redis lives.
func (n *nodes) run(joined chan struct{}) {
	for n.redis.Load() == nil {
		if e, err := n.hub.options.Redis.connect(n.hub.node, n); err == nil {
			n.redis.Store(e)
			n.rise()
		} else {
			n.told.Do(func() { n.report(err); close(joined) })
		}
		if n.redis.Load() == nil && !n.pause(probeEvery) {
			return
		}
	}
	n.told.Do(func() { close(joined) })
	for n.pause(probeEvery) {
		if _, err := n.redis.Load().broker.Publish(probeTopic, []byte("{}"), centrifuge.PublishOptions{}); err != nil {
			n.fall(err)
		} else {
			n.rise()
		}
	}
}

// pause is false when everything stops.
func (n *nodes) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-n.quit:
		return false
	case <-timer.C:
		return true
	}
}

// fall notes that Redis does not answer: nobody waits for it from now on.
func (n *nodes) fall(err error) {
	if n.well.CompareAndSwap(true, false) {
		n.lost.Add(1)
		n.report(err)
	}
}

// rise notes that it answers. It may have been restarted empty.
func (n *nodes) rise() {
	if n.well.CompareAndSwap(false, true) {
		n.report(nil)
		n.wanted.again()
		n.here.again()
		n.ends.again()
	}
}

func (n *nodes) report(err error) {
	if err != nil {
		err = withoutArgs(err)
		n.hub.log.Error("realtime: Redis does not answer; what other nodes are told comes from the database until it does", "error", err)
	} else {
		n.hub.log.Info("realtime: other nodes are reached through Redis")
	}
	if tell := n.hub.options.OnNodes; tell != nil {
		tell(err)
	}
}

// withoutArgs is what Redis said without what it was told: a command that it
// doesn't know comes back with its arguments, and a frame is one.
func withoutArgs(err error) error {
	if said, _, cut := strings.Cut(err.Error(), ", with args beginning"); cut {
		return errors.New(said)
	}
	return err
}

// publish gives a frame to the other nodes. What cannot go now is lost: they
// find it in the database.
func (n *nodes) publish(topic string, frame []byte) {
	if n.well.Load() && n.out.push(frame, topic) > 0 {
		n.hub.counts.dropped.Add(1)
		n.hub.log.Warn("realtime: frames for other nodes dropped, too much is queued", "topic", topic)
	}
}

// send is one worker's step.
func (n *nodes) send(topic string, frame []byte) {
	kind := ""
	if frame == nil {
		kind, frame = kindCount, []byte("{}")
	}
	n.give(topic, kind, frame)
}

// give says whether Redis took it.
func (n *nodes) give(topic, kind string, data []byte) bool {
	e := n.redis.Load()
	if e == nil || !n.well.Load() {
		return false
	}
	tags := map[string]string{tagNode: n.self}
	if kind != "" {
		tags[tagKind] = kind
	}
	if _, err := e.broker.Publish(topic, data, centrifuge.PublishOptions{Tags: tags}); err != nil {
		n.fall(err)
		return false
	}
	return true
}

// stop ends it. People who have gone are told of before, if Redis takes it.
func (n *nodes) stop() {
	for deadline := time.Now().Add(redisPatience); n.well.Load() && n.here.out.busy() && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	close(n.quit)
	n.arrived.close()
	if e := n.redis.Load(); e != nil {
		e.close() // whoever waits for it goes on
	}
	n.out.close()
	n.here.out.close()
	n.work.Wait()
	if e := n.redis.Load(); e != nil {
		e.close()
	}
}
