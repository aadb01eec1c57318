package hub

import "github.com/centrifugal/centrifuge"

// People are those who may hear of a topic, as the database has them now.
type People struct {
	Rev int64 // rises with every change of them
	Has func(user string) bool
}

// Tell publishes a frame to the people of this node alone.
func (h *Hub) Tell(topic string, frame []byte) { h.tell(topic, false, frame) }

// Current says that somebody has just read which revision the people of a topic
// have. If that is news, the next frame waits until they were read again.
func (h *Hub) Current(topic string, rev int64) {
	r := h.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	if a := r.audiences[topic]; a != nil {
		a.seen = max(a.seen, rev)
	}
}

// Verify looks again at who may hear of a topic, if [Hub.Current] had news.
func (h *Hub) Verify(topic string) {
	if _, stale := h.registry.heard(topic); stale {
		h.reread(topic)
	}
}

// HeardHere says whether anybody on this node hears of a topic.
func (h *Hub) HeardHere(topic string) bool { return h.node.Hub().NumSubscribers(topic) > 0 }

// tell hands frames to the people of this node who may have them.
func (h *Hub) tell(topic string, foreign bool, frames ...[]byte) {
	for len(frames) > 0 {
		some := together(frames)
		h.tellTogether(topic, foreign, some)
		frames = frames[len(some):]
	}
}

func (h *Hub) tellTogether(topic string, foreign bool, frames [][]byte) {
	subscribers := h.node.Hub().NumSubscribers(topic)
	if subscribers == 0 {
		return
	}
	known, stale := h.registry.heard(topic)
	if stale && !h.reread(topic) {
		return
	}
	turn := h.registry.turn(topic)
	turn.Lock()
	defer turn.Unlock()
	if known {
		frames = h.untold(topic, foreign, frames)
	}
	if len(frames) == 0 {
		return
	}
	for _, frame := range frames {
		h.counts.deliver(subscribers, len(frame))
	}
	err := h.node.Hub().BroadcastPublication(topic, &centrifuge.Publication{Data: bundle(frames)}, centrifuge.StreamPosition{})
	if err != nil {
		h.log.Warn("realtime: a frame was not delivered", "topic", topic, "error", err)
	}
}

// untold leaves out the revisions that were delivered before.
func (h *Hub) untold(topic string, foreign bool, frames [][]byte) [][]byte {
	left := make([][]byte, 0, len(frames))
	for _, frame := range frames {
		if rev, sequenced := h.options.Rev(frame); !sequenced || h.registry.note(topic, rev, foreign) {
			left = append(left, frame)
		}
	}
	return left
}

// reread looks again at who may hear of a topic, and shuts out who may not. It
// says false when nobody knows: then nothing is delivered, and clients read what
// they missed from the rows.
func (h *Hub) reread(topic string) bool {
	if h.options.People == nil {
		return true
	}
	people, err := h.options.People([]string{topic})
	if err != nil {
		h.log.Warn("realtime: a frame was kept back, its people are not known", "topic", topic, "error", err)
		return false
	}
	h.confirm(topic, people[topic])
	return true
}

// confirm shuts out the connections of those who are not among the people, and
// only then counts the others as permitted.
func (h *Hub) confirm(topic string, people People) {
	outside, inside := h.registry.judge(topic, people)
	for _, user := range outside {
		h.Expel(user, topic)
	}
	for _, user := range inside {
		h.Admit(user, topic)
	}
	r := h.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	if a := r.audiences[topic]; a != nil && people.Rev > a.at {
		a.at = people.Rev
		a.seen = max(a.seen, a.at)
	}
}

// Expel ends a person's connections about a topic that another process removed
// them from, as [Bar.Commit] does where it happened.
func (h *Hub) Expel(user, topic string) {
	home, last := "", []byte(nil)
	if h.options.Farewell != nil {
		home, last = h.options.Farewell(user, topic)
	}
	h.expel(user, topic, home, last)
}

func (h *Hub) expel(user, topic, home string, last []byte) {
	h.Bar(user, topic).Commit(last)
	if home != "" && last != nil {
		h.tell(home, true, last)
	}
}

// judge says who is connected and may not be, and who may again after a bar. It
// names nobody where the people are the same as at the last time.
func (r *registry) judge(topic string, people People) (outside, inside []string) {
	for user, kept := range r.unbarred(topic, people) {
		switch {
		case !people.Has(user):
			outside = append(outside, user)
		case kept:
			inside = append(inside, user)
		}
	}
	return outside, inside
}

// unbarred lists the people of a topic, and whether something is kept from them.
func (r *registry) unbarred(topic string, people People) map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.audiences[topic]
	if a == nil || people.Has == nil || people.Rev <= a.at {
		return nil
	}
	users := map[string]bool{}
	for p := range a.peers {
		if !p.main.barred.Load() {
			users[p.dial.User] = p.kept.some.Load()
		}
	}
	return users
}
