package live

import (
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/store"
)

// shownOnline is how many people a presence frame names at most.
const shownOnline = 50

// presence tells what the hub gathered of a topic on all nodes. Each node does
// so for its own people.
func (l *Live) presence(topic string, online int, users []string) {
	room, ok := strings.CutPrefix(topic, roomPrefix)
	if !ok {
		return
	}
	if len(users) > shownOnline {
		users = users[:shownOnline]
	}
	if users == nil {
		users = []string{}
	}
	if now, err := store.FindRoom(l.app, room); err == nil {
		l.hub.Current(topic, now.MembersRev)
	}
	l.hub.Tell(topic, encode(presenceFrame{Type: "presence", Room: room, Online: online, Users: users}))
}

// Online answers how many people have a room open, and up to 50 of them.
func (l *Live) Online(room string) (int, []string) {
	online, users := l.hub.Presence(roomTopic(room))
	if len(users) > shownOnline {
		users = users[:shownOnline]
	}
	return online, users
}

// typingEvery is how often one person's typing is told; clients show it for
// twice as long.
const typingEvery = 3 * time.Second

// typists remembers when somebody's typing was told last.
type typists struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// due reports whether it is time to tell again.
func (t *typists) due(key string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if told, ok := t.last[key]; ok && now.Sub(told) < typingEvery {
		return false
	}
	t.prune(now)
	t.last[key] = now
	return true
}

// prune lets go who stopped long ago, when there are many.
func (t *typists) prune(now time.Time) {
	if len(t.last) >= cacheKeys {
		maps.DeleteFunc(t.last, func(_ string, told time.Time) bool { return now.Sub(told) >= typingEvery })
	}
	if t.last == nil || len(t.last) >= cacheKeys {
		t.last = map[string]time.Time{}
	}
}

// Typing tells a room that somebody is writing, at most once in three seconds.
func (l *Live) Typing(room store.Room, viewer *core.Record) {
	topic := roomTopic(room.ID)
	if l.hub.Heard(topic) && l.typists.due(room.ID+"/"+viewer.Id, time.Now()) {
		name := l.view.Viewer(viewer).Name
		l.hub.Current(topic, room.MembersRev)
		l.hub.Publish(topic, encode(typingFrame{Type: "typing", Room: room.ID, User: viewer.Id, Name: name}))
	}
}
