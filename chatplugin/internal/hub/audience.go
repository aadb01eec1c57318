package hub

import "sync"

// audience is this node's side of a topic that connections are about. Other
// nodes, and other processes on the same database, remove people as well: so it
// knows up to which revision of the topic's people its connections are permitted,
// and up to which revision of the topic's timeline they were told.
type audience struct {
	peers map[*peer]struct{}
	turn  sync.Mutex // held while a frame is handed to the peers, so that none overtakes it

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
		h.tell(line.Topic, true, frame)
	}
	h.tell(line.Topic, true, last)
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

func (a *audience) stale() bool { return a.at < a.seen || a.at < 0 }

// heard says whether connections are about the topic, and whether its people
// have to be read again.
func (r *registry) heard(topic string) (known, stale bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.audiences[topic]
	return a != nil, a != nil && a.stale()
}

// turn is what whoever hands out a frame of the topic holds meanwhile: a frame
// goes to thousands of connections one after another, and a sweep or another
// node may bring the next one before it has reached the last of them.
func (r *registry) turn(topic string) *sync.Mutex {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a := r.audiences[topic]; a != nil {
		return &a.turn
	}
	return &sync.Mutex{} // nobody is about the topic, so nothing has an order
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
