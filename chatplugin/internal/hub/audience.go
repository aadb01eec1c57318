package hub

import "github.com/centrifugal/centrifuge"

// People are those who may hear of a topic, as the database has them now.
type People struct {
	Rev int64 // rises with every change of them
	Has func(user string) bool
}

// audience is this node's side of a topic that connections are about. Other
// nodes, and other processes on the same database, remove people as well: so it
// knows up to which revision of the topic's people its connections are permitted,
// and up to which revision of the topic's timeline they were told.
type audience struct {
	peers map[*peer]struct{}

	at   int64 // all peers are permitted by the people of this revision; -1: not known
	seen int64 // the highest revision of the people that was heard of

	told   int64              // every frame up to this revision was delivered here; 0: not known
	ahead  map[int64]struct{} // those past a hole
	gated  bool               // told was said by a gate, not by a frame
	caught int64              // the highest revision that came by CatchUp or from another node
}

// maxAhead bounds the revisions that wait for a hole to be filled: past it
// clients have long read it from the rows.
const maxAhead = 512

func newAudience() *audience {
	return &audience{peers: map[*peer]struct{}{}, at: -1, ahead: map[int64]struct{}{}}
}

// settled takes what a gate has read. A gate that reads while others are about
// to says nothing about those.
func (a *audience) settled(replay Replay) {
	if a.at < 0 && len(a.peers) == 1 {
		a.at = replay.People
		a.seen = max(a.seen, a.at)
	}
	if a.told == 0 || a.gated && replay.Rev < a.told {
		a.told, a.gated = replay.Rev, true
	}
}

// note says whether a revision is to be delivered, and counts it as delivered.
func (a *audience) note(rev int64, foreign bool) bool {
	_, had := a.ahead[rev]
	if known := had || a.told > 0 && rev <= a.told; known && (foreign || rev <= a.caught) {
		return false
	}
	if foreign {
		a.caught = max(a.caught, rev)
	}
	a.gated = false
	if a.told == 0 {
		a.told = rev - 1
	}
	if rev > a.told {
		a.ahead[rev] = struct{}{}
	}
	a.close()
	return true
}

// close moves told over what has been delivered behind it.
func (a *audience) close() {
	if len(a.ahead) > maxAhead {
		for rev := range a.ahead {
			a.told = max(a.told, rev)
		}
	}
	for len(a.ahead) > 0 {
		if _, ok := a.ahead[a.told+1]; !ok {
			break
		}
		a.told++
		delete(a.ahead, a.told)
	}
	for rev := range a.ahead {
		if rev <= a.told {
			delete(a.ahead, rev)
		}
	}
}

// Timeline is how far the people of this node were told of a topic.
type Timeline struct {
	Topic string
	Rev   int64 // every revision up to here; 0: not known
}

// Timelines lists the topics that connections of this node are about.
func (h *Hub) Timelines() []Timeline {
	r := h.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Timeline, 0, len(r.audiences))
	for topic, a := range r.audiences {
		all = append(all, Timeline{topic, a.told})
	}
	return all
}

// CatchUp delivers to this node alone what a sweep found past a timeline, then
// the last frame, and takes everything up to rev as told. A lower rev than the
// timeline's is that of a database that was restored.
func (h *Hub) CatchUp(line Timeline, frames [][]byte, rev int64, last []byte) {
	for _, frame := range frames {
		h.tell(line.Topic, frame, true)
	}
	h.tell(line.Topic, last, true)
	r := h.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.audiences[line.Topic]
	if a == nil {
		return
	}
	if rev < line.Rev {
		a.told, a.caught = rev, 0
		clear(a.ahead)
		return
	}
	a.told, a.gated = max(a.told, rev), false
	a.close()
}

// Tell publishes a frame to the people of this node alone.
func (h *Hub) Tell(topic string, frame []byte) { h.tell(topic, frame, false) }

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

// tell hands a frame to the people of this node who may have it.
func (h *Hub) tell(topic string, frame []byte, foreign bool) {
	if h.node.Hub().NumSubscribers(topic) == 0 {
		return
	}
	known, stale := h.registry.heard(topic)
	if stale && !h.reread(topic) {
		return
	}
	if known {
		if rev, sequenced := h.options.Rev(frame); sequenced && !h.registry.note(topic, rev, foreign) {
			return
		}
	}
	err := h.node.Hub().BroadcastPublication(topic, &centrifuge.Publication{Data: frame}, centrifuge.StreamPosition{})
	if err != nil {
		h.log.Warn("realtime: a frame was not delivered", "topic", topic, "error", err)
	}
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
		h.tell(home, last, true)
	}
}

func (a *audience) stale() bool { return a.at < a.seen || a.at < 0 }

// heard says whether connections are about the topic, and whether its people
// have to be read again.
func (r *registry) heard(topic string) (known, stale bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.audiences[topic]
	return a != nil, a != nil && a.stale()
}

func (r *registry) note(topic string, rev int64, foreign bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.audiences[topic]
	return a == nil || a.note(rev, foreign)
}

func (r *registry) settled(p *peer, replay Replay) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.main != nil {
		if a := r.audiences[p.main.name]; a != nil {
			a.settled(replay)
		}
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
