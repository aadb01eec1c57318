package hub

import (
	"encoding/json"
	"sync"
)

// end is an end of sessions that other nodes must hear of.
type end struct {
	User    string `json:"user,omitempty"`    // "": everybody
	Session string `json:"session,omitempty"` // "": all of them
	Code    int    `json:"code"`
}

// maxEnds bounds what waits for Redis; the oldest goes first, for the database
// tells of most of them too.
const maxEnds = 10_000

// ends is what other nodes were not told of yet.
type ends struct {
	wake chan struct{}

	mu    sync.Mutex
	items []end
}

func newEnds() *ends { return &ends{wake: make(chan struct{}, 1)} }

func (e *ends) push(item end) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.items) >= maxEnds {
		e.items = e.items[1:]
	}
	e.items = append(e.items, item)
	signal(e.wake)
}

func (e *ends) again() { signal(e.wake) }

func (e *ends) first() (end, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.items) == 0 {
		return end{}, false
	}
	return e.items[0], true
}

func (e *ends) drop(item end) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.items) > 0 && e.items[0] == item {
		e.items = e.items[1:]
	}
}

// ending tells of ends until Redis has taken each.
func (n *nodes) ending() {
	for {
		select {
		case <-n.quit:
			return
		case <-n.ends.wake:
		}
		for item, ok := n.ends.first(); ok; item, ok = n.ends.first() {
			data, _ := json.Marshal(item)
			if !n.give(nodesTopic, kindEnd, data) {
				break // until it answers again
			}
			n.ends.drop(item)
		}
	}
}

// ended does here what ended elsewhere.
func (n *nodes) ended(data []byte) {
	var item end
	if err := json.Unmarshal(data, &item); err != nil || reasons[item.Code] == "" {
		n.hub.log.Warn("realtime: another node said something unknown", "error", err)
		return
	}
	if hear := n.hub.options.OnEnd; hear != nil {
		hear(item.User, item.Session)
	}
	n.hub.endHere(item)
}

func (h *Hub) end(item end) {
	h.endHere(item)
	if h.nodes != nil {
		h.nodes.ends.push(item)
	}
}

// endHere closes connections of this node: nothing more is written to them from
// now on but the closing code.
func (h *Hub) endHere(item end) {
	var peers []*peer
	if item.User == "" {
		peers = h.registry.all()
	} else {
		peers = h.registry.of(item.User)
	}
	for _, p := range peers {
		if item.Session == "" || p.dial.Session == item.Session {
			p.end(item.Code)
		}
	}
}

// Disconnect ends all of a person's connections, on every node.
func (h *Hub) Disconnect(user string, code int) { h.end(end{User: user, Code: code}) }

// DisconnectSession ends a person's connections of one session, on every node.
func (h *Hub) DisconnectSession(user, session string, code int) {
	h.end(end{User: user, Session: session, Code: code})
}

// DisconnectAll ends every connection of every node, as when the secret that
// signs all tokens was changed.
func (h *Hub) DisconnectAll(code int) { h.end(end{Code: code}) }

// Users lists who is connected to this node.
func (h *Hub) Users() []string {
	h.registry.mu.Lock()
	defer h.registry.mu.Unlock()
	users := make([]string, 0, len(h.registry.people))
	for user, who := range h.registry.people {
		if len(who.peers) > 0 {
			users = append(users, user)
		}
	}
	return users
}

// Recheck asks each of a person's connections whether it may go on, as when it
// expires; those that may not are ended with [CodeRevoked].
func (h *Hub) Recheck(user string) {
	for _, p := range h.registry.of(user) {
		if p.dial.Renew == nil {
			continue
		}
		ctx, done := p.asking()
		_, ok := p.dial.Renew(ctx)
		late := ctx.Err() != nil
		done()
		if !ok && !late {
			p.end(CodeRevoked)
		}
	}
}
