package hub

import (
	"sync"

	"github.com/centrifugal/centrifuge"
)

// arrival is something that another node published.
type arrival struct {
	topic string
	kind  string
	data  []byte
}

// arrivals is what came and was not looked at yet.
type arrivals struct {
	wake chan struct{}

	mu     sync.Mutex
	items  []arrival
	closed bool
}

func newArrivals() *arrivals { return &arrivals{wake: make(chan struct{}, 1)} }

func (a *arrivals) push(item arrival) (ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed || len(a.items) >= lanesTotal {
		return false
	}
	a.items = append(a.items, item)
	signal(a.wake)
	return true
}

func (a *arrivals) take() []arrival {
	a.mu.Lock()
	defer a.mu.Unlock()
	items := a.items
	a.items = nil
	return items
}

func (a *arrivals) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed, a.items = true, nil
}

// HandlePublication hears what nodes publish, this one's own included.
func (n *nodes) HandlePublication(topic string, pub *centrifuge.Publication, _ centrifuge.StreamPosition, _ bool, _ *centrifuge.Publication) error {
	if pub.Tags[tagNode] == n.self {
		return nil
	}
	if !n.arrived.push(arrival{topic, pub.Tags[tagKind], pub.Data}) {
		n.hub.counts.dropped.Add(1)
		n.hub.log.Warn("realtime: a frame of another node was dropped, too much is queued", "topic", topic)
	}
	return nil
}

// HandleJoin and HandleLeave are never called: nobody publishes such.
func (n *nodes) HandleJoin(string, *centrifuge.ClientInfo) error  { return nil }
func (n *nodes) HandleLeave(string, *centrifuge.ClientInfo) error { return nil }

// receiving delivers what came. It may have been on its way for long, and
// somebody removed meanwhile: so who may hear of it is read first, once for
// everything that waits.
func (n *nodes) receiving() {
	for {
		select {
		case <-n.quit:
			return
		case <-n.arrived.wake:
			n.receive(n.arrived.take())
		}
	}
}

func (n *nodes) receive(items []arrival) {
	h := n.hub
	about := make([]string, len(items))
	last := make([]bool, len(items))
	asked := map[string]bool{}
	var topics []string
	for i, item := range items {
		if item.kind != "" || h.node.Hub().NumSubscribers(item.topic) == 0 {
			continue
		}
		if about[i] = item.topic; h.owner(item.topic) != "" {
			about[i], last[i] = h.options.About(item.data)
		}
		if topic := about[i]; topic != "" && !asked[topic] {
			asked[topic] = true
			topics = append(topics, topic)
		}
	}
	people, ok := n.people(topics)
	for i, item := range items {
		switch item.kind {
		case kindCount:
			h.presence.recount(item.topic)
		case kindEnd:
			n.ended(item.data)
		case "": // what other kinds there may be one day are no frames
			if hear := h.options.OnForeign; hear != nil {
				hear(item.topic, item.data)
			}
			if ok {
				n.deliver(item, about[i], last[i], people[about[i]])
			}
		}
	}
}

func (n *nodes) people(topics []string) (map[string]People, bool) {
	if n.hub.options.People == nil || len(topics) == 0 {
		return nil, true
	}
	people, err := n.hub.options.People(topics)
	if err != nil {
		n.hub.log.Warn("realtime: frames of other nodes were kept back, their people are not known", "topics", len(topics), "error", err)
		return nil, false
	}
	return people, true
}

// deliver hands a frame of another node to those who may have it now.
func (n *nodes) deliver(item arrival, about string, last bool, people People) {
	h := n.hub
	user := h.owner(item.topic)
	switch {
	case about == "" || people.Has == nil:
		h.tell(item.topic, true, item.data)
	case user == "":
		h.confirm(item.topic, people)
		h.tell(item.topic, true, item.data)
	case last && people.Has(user): // and was added again since: their connections look for themselves
		h.registry.comeBack(user, about)
	case last:
		h.expel(user, about, item.topic, item.data)
	case people.Has(user):
		h.Admit(user, about)
		h.tell(item.topic, true, item.data)
	}
}

// comeBack ends a person's connections about a topic, for a new one to find out
// where they stand.
func (r *registry) comeBack(user, topic string) {
	for _, p := range r.of(user) {
		if p.main != nil && p.main.name == topic {
			p.end(CodeResume)
		}
	}
}

func (h *Hub) owner(topic string) string {
	if h.options.Owner == nil {
		return ""
	}
	return h.options.Owner(topic)
}
