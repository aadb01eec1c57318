package hub

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// presenceWorkers is how many topics are counted at once.
const presenceWorkers = 2

// presence shows who is online: the engine's presence of all nodes, with changes
// gathered and departures held, so that a reloaded page is no event.
type presence struct {
	hub  *Hub
	work *lanes

	mu     sync.Mutex
	topics map[string]*attendance
	closed bool
	stop   chan struct{}
	polled sync.WaitGroup
}

// attendance is what is shown of one topic.
type attendance struct {
	here  int                  // connections of this node that count in the topic
	shown map[string]time.Time // people, and since when they are missing; zero: they are there
	timer *time.Timer
	due   time.Time // when timer fires; zero: it does not
	moved bool      // somebody came or went here, which other nodes were not told

	listed  []string // what Presence answers; nil: it has to look
	changes int      // how often that may have become another
}

// unlist has Presence look again.
func (a *attendance) unlist() {
	a.listed = nil
	a.changes++
}

func newPresence(h *Hub) *presence {
	c := &presence{hub: h, topics: map[string]*attendance{}, stop: make(chan struct{})}
	c.work = newLanes(func(topic string, _ []byte) { c.count(topic) }, 1)
	return c
}

func (c *presence) start() {
	c.work.start(presenceWorkers)
	c.polled.Go(c.poll)
}

// poll looks at every topic now and then: a node that was killed tells nobody.
func (c *presence) poll() {
	ticker := time.NewTicker(c.hub.options.PresencePoll)
	defer ticker.Stop()
	for {
		select {
		case <-c.stop:
			return
		case <-ticker.C:
			c.mu.Lock()
			for topic, a := range c.topics {
				c.schedule(topic, a, c.hub.options.PresenceGather)
			}
			c.mu.Unlock()
		}
	}
}

// changed notes that a connection came (1) or went (-1).
func (c *presence) changed(topic string, by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	a := c.topics[topic]
	if a == nil {
		a = &attendance{shown: map[string]time.Time{}}
		c.topics[topic] = a
	}
	a.here += by
	a.moved = true
	a.unlist()
	c.schedule(topic, a, c.hub.options.PresenceGather)
}

// schedule makes the topic be counted after d, or sooner if that was planned.
func (c *presence) schedule(topic string, a *attendance, d time.Duration) {
	due := time.Now().Add(d)
	if c.closed || !a.due.IsZero() && a.due.Before(due) {
		return
	}
	if a.timer != nil {
		a.timer.Stop()
	}
	a.due = due
	a.timer = time.AfterFunc(d, func() {
		c.mu.Lock()
		a.due = time.Time{}
		c.mu.Unlock()
		c.work.push(nil, topic)
	})
}

// recount looks at a topic because another node says that somebody came or went.
func (c *presence) recount(topic string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.topics[topic]; a != nil {
		a.unlist()
		c.schedule(topic, a, c.hub.options.PresenceGather)
	}
}

// count compares what is shown with what is, and tells of a change.
func (c *presence) count(topic string) {
	there, ok := c.users(topic)
	if !ok {
		return // the next poll counts again
	}
	c.mu.Lock()
	a := c.topics[topic]
	if a == nil || c.closed {
		c.mu.Unlock()
		return
	}
	moved := a.moved && c.hub.nodes != nil
	a.moved = false
	a.unlist()
	changed, next := a.update(there, time.Now(), c.hub.options.PresenceHold)
	users := slices.Sorted(maps.Keys(a.shown))
	switch {
	case next > 0:
		c.schedule(topic, a, next)
	case a.here == 0 && a.due.IsZero():
		delete(c.topics, topic)
	}
	c.mu.Unlock()
	if moved {
		c.hub.nodes.publish(topic, nil)
	}
	if tell := c.hub.options.OnPresence; changed && tell != nil {
		tell(topic, len(users), users)
	}
}

// update says whether the people shown changed, and after what time somebody
// missing is to be looked at again; 0 for nobody.
func (a *attendance) update(there map[string]struct{}, now time.Time, hold time.Duration) (changed bool, next time.Duration) {
	for user := range there {
		_, known := a.shown[user]
		changed = changed || !known
		a.shown[user] = time.Time{}
	}
	for user, missing := range a.shown {
		if _, ok := there[user]; ok {
			continue
		}
		if missing.IsZero() {
			missing = now
			a.shown[user] = now
		}
		left := missing.Add(hold).Sub(now)
		if left <= 0 {
			delete(a.shown, user)
			changed = true
		} else if next == 0 || left < next {
			next = left
		}
	}
	return changed, next
}

// users asks the engine for the distinct people of a topic on all nodes, and
// says whether it knew.
func (c *presence) users(topic string) (there map[string]struct{}, ok bool) {
	there = map[string]struct{}{}
	result, err := c.hub.node.Presence(topic)
	if err != nil {
		c.hub.log.Warn("realtime: presence is not known", "topic", topic, "error", err)
		return there, false
	}
	for _, info := range result.Presence {
		there[info.UserID] = struct{}{}
	}
	return there, true
}

func (c *presence) close() {
	c.mu.Lock()
	c.closed = true
	for _, a := range c.topics {
		if a.timer != nil {
			a.timer.Stop()
		}
	}
	clear(c.topics)
	c.mu.Unlock()
	close(c.stop)
	c.polled.Wait()
	c.work.close()
}

// Presence says who is online in a topic, those who left a moment ago included:
// how many, and their ids in order, which must not be changed. The engine is
// asked once until somebody comes or goes, for it goes through every connection.
// What happens on other nodes is known when they say so, or at the next poll.
func (h *Hub) Presence(topic string) (int, []string) {
	c := h.presence
	users, changes := c.listed(topic)
	if users == nil {
		there, ok := c.users(topic)
		users = c.list(topic, there, ok, changes)
	}
	return len(users), users
}

func (c *presence) listed(topic string) (users []string, changes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.topics[topic]; a != nil {
		return a.listed, a.changes
	}
	return nil, 0
}

// list keeps what was found, if it is known and nothing changed meanwhile.
func (c *presence) list(topic string, there map[string]struct{}, known bool, changes int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.topics[topic]
	if a == nil {
		return slices.Sorted(maps.Keys(there))
	}
	for user := range a.shown {
		there[user] = struct{}{}
	}
	users := slices.Sorted(maps.Keys(there))
	if known && a.changes == changes {
		a.listed = users
	}
	return users
}

// arrive, depart and uncount keep each topic of a connection counted once.

func (p *peer) arrive() {
	for i := range p.topics {
		t := &p.topics[i]
		if t.present && t.counted.CompareAndSwap(false, true) {
			p.hub.presence.changed(t.name, 1)
		}
	}
}

func (p *peer) depart() {
	for i := range p.topics {
		p.uncount(&p.topics[i])
	}
}

func (p *peer) uncount(t *topic) {
	if t.counted.CompareAndSwap(true, false) {
		p.hub.presence.changed(t.name, -1)
	}
}
