package hub

import (
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"
)

// here is who is online on this node, which Redis is told of by and by.
type here struct {
	nodes *nodes
	out   *lanes // by topic, connection and person; what there is to say is seen when it is said

	mu sync.Mutex
	of map[string]map[string]*centrifuge.ClientInfo // by topic and connection
}

func newHere(n *nodes) *here {
	h := &here{nodes: n, of: map[string]map[string]*centrifuge.ClientInfo{}}
	h.out = newLanes(h.say, 2)
	return h
}

func (h *here) in(topic string) map[string]*centrifuge.ClientInfo {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.of[topic])
}

// again tells Redis of everybody, and the other nodes that it did.
func (h *here) again() {
	h.mu.Lock()
	var keys, topics []string
	for topic, infos := range h.of {
		topics = append(topics, topic)
		for id, info := range infos {
			keys = append(keys, presenceKey(topic, id, info.UserID))
		}
	}
	h.mu.Unlock()
	h.out.push(nil, keys...)
	for _, topic := range topics {
		h.nodes.hub.presence.recount(topic)
		h.nodes.publish(topic, nil)
	}
}

func presenceKey(topic, id, user string) string { return topic + "\n" + id + "\n" + user }

// say tells Redis whether a connection is there.
func (h *here) say(key string, _ []byte) {
	topic, rest, _ := strings.Cut(key, "\n")
	id, user, _ := strings.Cut(rest, "\n")
	e := h.nodes.redis.Load()
	if e == nil || !h.nodes.well.Load() {
		return // everybody is told of again when it answers
	}
	h.mu.Lock()
	info := h.of[topic][id]
	h.mu.Unlock()
	var err error
	if info != nil {
		err = e.presence.AddPresence(topic, id, info)
	} else {
		err = e.presence.RemovePresence(topic, id, user)
	}
	if err != nil {
		h.nodes.fall(err)
	}
}

// AddPresence implements centrifuge.PresenceManager.
func (n *nodes) AddPresence(topic, id string, info *centrifuge.ClientInfo) error {
	n.here.mu.Lock()
	if n.here.of[topic] == nil {
		n.here.of[topic] = map[string]*centrifuge.ClientInfo{}
	}
	n.here.of[topic][id] = info
	n.here.mu.Unlock()
	n.here.out.push(nil, presenceKey(topic, id, info.UserID))
	return nil
}

// RemovePresence implements centrifuge.PresenceManager.
func (n *nodes) RemovePresence(topic, id, user string) error {
	n.here.mu.Lock()
	delete(n.here.of[topic], id)
	if len(n.here.of[topic]) == 0 {
		delete(n.here.of, topic)
	}
	n.here.mu.Unlock()
	n.here.out.push(nil, presenceKey(topic, id, user))
	return nil
}

// Presence implements centrifuge.PresenceManager. Without Redis, or where that
// takes its time, it knows this node's people alone.
func (n *nodes) Presence(topic string) (map[string]*centrifuge.ClientInfo, error) {
	all := n.here.in(topic)
	if all == nil {
		all = map[string]*centrifuge.ClientInfo{}
	}
	maps.Copy(all, n.elsewhere(topic))
	return all, nil
}

func (n *nodes) elsewhere(topic string) map[string]*centrifuge.ClientInfo {
	e := n.redis.Load()
	if e == nil || !n.well.Load() {
		return nil
	}
	found := make(chan map[string]*centrifuge.ClientInfo, 1)
	go func() {
		there, err := e.presence.Presence(topic)
		if err != nil {
			n.fall(err)
		}
		found <- there
	}()
	timer := time.NewTimer(lookWait)
	defer timer.Stop()
	select {
	case there := <-found:
		return there
	case <-timer.C:
		return nil
	}
}

// PresenceStats implements centrifuge.PresenceManager.
func (n *nodes) PresenceStats(topic string) (centrifuge.PresenceStats, error) {
	all, _ := n.Presence(topic)
	users := map[string]bool{}
	for _, info := range all {
		users[info.UserID] = true
	}
	return centrifuge.PresenceStats{NumClients: len(all), NumUsers: len(users)}, nil
}
