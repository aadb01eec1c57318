package live

import (
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// Erased implements guard.Timeline. Of many messages that became tombstones only
// the last is told: its revision jumps, so that every open page sees what it
// misses, and reads that in one go.
func (l *Live) Erased(room string) {
	message, err := store.LastChanged(l.app, room)
	if err == chat.ErrNoMessage {
		return // the room is gone meanwhile, which is told by itself
	}
	l.release(l.app, store.Room{ID: room, Rev: message.Rev}, message, err)
	members, err := store.ShownTo(l.app, room)
	if err != nil || !l.anyHeard(userTopics(members)) {
		l.warn("a room's row", room, err)
		return
	}
	l.rowSoon(room)
	for _, user := range members {
		l.unreadSoon(room, user)
	}
}
