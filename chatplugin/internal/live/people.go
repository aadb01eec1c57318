package live

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// roomsTold is in how many rooms a new name or picture is told at once, the
// liveliest; others show it when they are next told of or loaded.
const roomsTold = 100

// personChanged tells of a new name or picture. Bubbles that are on a page stay
// as they are until it is loaded anew.
func (l *Live) personChanged(e *core.RecordEvent) error {
	record, before := e.Record, e.Record.Original()
	for _, field := range []string{l.store.Users.NameField, l.store.Users.Avatar} {
		if record.GetString(field) != before.GetString(field) {
			user := record.Id
			l.gather.soon("person/"+user, func() { l.tellPerson(user) })
			break
		}
	}
	return e.Next()
}

func (l *Live) tellPerson(user string) {
	rooms, err := store.RecentRooms(l.app, user, roomsTold)
	if err != nil {
		l.log.Warn("chat: a new name or picture was not published; pages show it when they are loaded", "user", user, "error", err)
		return
	}
	for _, room := range rooms {
		l.rowSoon(room.ID)
		if room.Type == chat.Direct {
			l.tellMember(l.app, room.ID, room.Peer(user), "")
		} else {
			l.roomSoon(room.ID)
		}
	}
}
