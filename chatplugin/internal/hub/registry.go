package hub

import "sync"

// registry knows this node's connections by person, from before centrifuge knows
// them until after it has forgotten them, and the bars that stand.
type registry struct {
	limit int // connections of one person; negative: none

	mu     sync.Mutex
	closed bool
	people map[string]*person

	audiences map[string]*audience // by the topic that connections are about
}

type person struct {
	dials   int // connections let in and not gone, upgraded or not
	sockets int // those of them that count against the limit
	peers   map[*peer]struct{}
	bars    map[*Bar]struct{}
	kept    kept
}

func newRegistry(limit int) *registry {
	return &registry{limit: limit, people: map[string]*person{}, audiences: map[string]*audience{}}
}

func (r *registry) person(user string) *person {
	who := r.people[user]
	if who == nil {
		who = &person{peers: map[*peer]struct{}{}, bars: map[*Bar]struct{}{}}
		r.people[user] = who
	}
	return who
}

func (r *registry) forget(user string, who *person) {
	if who.dials == 0 && len(who.bars) == 0 && !who.kept.some.Load() {
		delete(r.people, user)
	}
}

// enter lets a dial in, before its upgrade, and counts it in serving.
func (r *registry) enter(user string, serving *sync.WaitGroup) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if who := r.people[user]; who != nil && r.limit >= 0 && who.sockets >= r.limit && !r.closed {
		return ErrTooMany
	}
	return r.let(user, serving, 1)
}

// admit lets a connection in that doesn't count as one of the person's sockets.
func (r *registry) admit(user string, serving *sync.WaitGroup) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.let(user, serving, 0)
}

// let is called with mu held.
func (r *registry) let(user string, serving *sync.WaitGroup, sockets int) error {
	if r.closed {
		return ErrShutdown
	}
	who := r.person(user)
	who.dials++
	who.sockets += sockets
	serving.Add(1)
	return nil
}

// join makes a connection reachable for bars and disconnects. What stands
// against it already takes hold at once. It says false after close.
func (r *registry) join(p *peer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	who := r.person(p.dial.User)
	who.peers[p] = struct{}{}
	p.kept = &who.kept
	r.attend(p)
	for bar := range who.bars {
		bar.catch(p)
	}
	return true
}

// leave undoes enter and join.
func (r *registry) leave(user string, p *peer, serving *sync.WaitGroup) {
	r.mu.Lock()
	defer r.mu.Unlock()
	who := r.person(user)
	delete(who.peers, p)
	r.unattend(p)
	who.dials--
	if !p.free {
		who.sockets--
	}
	r.forget(user, who)
	serving.Done()
}

// attend and unattend are called with mu held.
func (r *registry) attend(p *peer) {
	if p.main == nil {
		return
	}
	a := r.audiences[p.main.name]
	if a == nil {
		a = newAudience()
		r.audiences[p.main.name] = a
	}
	a.peers[p] = struct{}{}
}

func (r *registry) unattend(p *peer) {
	if p.main == nil {
		return
	}
	if a := r.audiences[p.main.name]; a != nil {
		delete(a.peers, p)
		if len(a.peers) == 0 {
			delete(r.audiences, p.main.name)
		}
	}
}

// of lists a person's connections.
func (r *registry) of(user string) []*peer {
	r.mu.Lock()
	defer r.mu.Unlock()
	who := r.people[user]
	if who == nil {
		return nil
	}
	peers := make([]*peer, 0, len(who.peers))
	for p := range who.peers {
		peers = append(peers, p)
	}
	return peers
}

// close lets nobody in any more and lists who is there.
func (r *registry) close() []*peer {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return r.allLocked()
}

// Online says whether a person has a connection on this node.
func (h *Hub) Online(user string) bool { return len(h.registry.of(user)) > 0 }

// all lists everybody's connections.
func (r *registry) all() []*peer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.allLocked()
}

func (r *registry) allLocked() []*peer {
	var peers []*peer
	for _, who := range r.people {
		for p := range who.peers {
			peers = append(peers, p)
		}
	}
	return peers
}
