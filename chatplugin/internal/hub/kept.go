package hub

import (
	"sync"
	"sync/atomic"
)

// kept is what one person is told nothing about, in no topic: frames of other
// topics may be about the one that a bar is for (see Options.About).
type kept struct {
	some atomic.Bool // whether by holds anything, for the path of every frame

	mu sync.Mutex
	by map[string]map[*Bar]bool // by topic and bar; true once that is committed
}

func (k *kept) set(b *Bar, committed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.by == nil {
		k.by = map[string]map[*Bar]bool{}
	}
	if k.by[b.topic] == nil {
		k.by[b.topic] = map[*Bar]bool{}
	}
	k.by[b.topic][b] = committed
	k.some.Store(true)
}

// free ends what matches.
func (k *kept) free(topic string, match func(b *Bar, committed bool) bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for b, committed := range k.by[topic] {
		if match(b, committed) {
			delete(k.by[topic], b)
		}
	}
	if len(k.by[topic]) == 0 {
		delete(k.by, topic)
	}
	k.some.Store(len(k.by) > 0)
}

func (k *kept) has(topic string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.by[topic]) > 0
}

// keptBack says whether a frame is about something that the person is told
// nothing about, and remembers that the connection missed it.
func (p *peer) keptBack(frame []byte) bool {
	if !p.kept.some.Load() {
		return false
	}
	about, last := p.hub.options.About(frame)
	if about == "" || !p.kept.has(about) {
		return false
	}
	if last {
		t := p.topic([]byte(about))
		return t != nil && t.barred.Load()
	}
	p.missed.Store(true)
	return true
}

// Admit says that user is a member of topic (again), and may be told about it:
// call it when adding somebody has been committed, before publishing that.
func (h *Hub) Admit(user, topic string) {
	h.registry.mu.Lock()
	defer h.registry.mu.Unlock()
	if who := h.registry.people[user]; who != nil {
		who.kept.free(topic, func(_ *Bar, committed bool) bool { return committed })
		h.registry.forget(user, who)
	}
}
