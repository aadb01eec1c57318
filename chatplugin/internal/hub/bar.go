package hub

import (
	"sync"
	"time"
)

// barLife is when a bar that nobody ends is lifted.
const barLife = time.Minute

// Bar keeps everything of one topic from one person while a transaction that
// removes them is being decided. End it by Commit or Lift; the first call counts.
type Bar struct {
	hub   *Hub
	user  string
	topic string
	timer *time.Timer
	once  sync.Once
	peers []*peer // caught; guarded by registry.mu
}

// Bar stops, before it returns, everything of topic on its way to user, and with
// Options.About everything about it, on connections that dial meanwhile too. Call
// it as the last step inside the removing transaction, then [Bar.Commit] or, when
// that was rolled back, [Bar.Lift].
func (h *Hub) Bar(user, topic string) *Bar {
	b := &Bar{hub: h, user: user, topic: topic}
	// Whoever forgets a bar leaves connections silent. Lifting makes them dial
	// again, which is right either way: their gates look at what was committed.
	b.timer = time.AfterFunc(barLife, b.Lift)
	patience := time.Now().Add(h.options.BarPatience)
	for _, p := range b.stand() {
		p.settle(time.Until(patience))
	}
	return b
}

// stand puts the bar up and lists the person's connections.
func (b *Bar) stand() (all []*peer) {
	r := b.hub.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	who := r.person(b.user)
	who.bars[b] = struct{}{}
	who.kept.set(b, false)
	for p := range who.peers {
		b.catch(p)
		all = append(all, p)
	}
	return all
}

// catch is called with registry.mu held.
func (b *Bar) catch(p *peer) {
	if t := p.topic([]byte(b.topic)); t != nil {
		t.barred.Store(true)
		b.peers = append(b.peers, p)
	}
}

// Commit says that the removal holds: last, if not nil, is the final frame about
// the topic. A connection whose Main it is closes with [CodeRemoved] after it,
// any other is unsubscribed. It does not wait for the network.
func (b *Bar) Commit(last []byte) {
	b.once.Do(func() {
		for _, p := range b.fall(true) {
			go p.remove(p.topic([]byte(b.topic)), last)
		}
		time.AfterFunc(b.hub.options.KeptFor, func() { b.free() })
	})
}

// Lift says that the removal was rolled back. What was kept back is gone, so the
// connections that it was kept from close with [CodeResume].
func (b *Bar) Lift() {
	b.once.Do(func() {
		for _, p := range b.fall(false) {
			p.end(CodeResume)
		}
		for _, p := range b.free() {
			if p.missed.Load() {
				p.end(CodeResume)
			}
		}
	})
}

// fall takes the bar down and lists the connections that it caught.
func (b *Bar) fall(committed bool) []*peer {
	b.timer.Stop()
	r := b.hub.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	who := r.person(b.user)
	who.kept.set(b, committed)
	delete(who.bars, b)
	return b.peers
}

// free ends what the bar keeps back from other topics, and lists the person's
// connections.
func (b *Bar) free() []*peer {
	r := b.hub.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	who := r.people[b.user]
	if who == nil {
		return nil
	}
	who.kept.free(b.topic, func(other *Bar, _ bool) bool { return other == b })
	r.forget(b.user, who)
	all := make([]*peer, 0, len(who.peers))
	for p := range who.peers {
		all = append(all, p)
	}
	return all
}
