package live

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/store"
)

// A record may be saved several times in one transaction and is told of only
// after its commit, once for each save. So every save notes on the record which
// revision it allotted, and each telling takes one, in the order of the saves.

// markRevs is where they are noted.
const markRevs = "@chat_revisions"

// noteRevision runs inside the transaction, after guard allotted the revision.
func noteRevision(e *core.RecordEvent) error {
	if room, ok := guard.RoomAfter(e.Record); ok && !guard.Unchanged(e.Record) {
		e.Record.SetRaw(markRevs, append(noted(e.Record), room))
	}
	return e.Next()
}

func noted(record *core.Record) []store.Room {
	rooms, _ := record.GetRaw(markRevs).([]store.Room)
	return rooms[:len(rooms):len(rooms)]
}

// takeRevision answers the room as the earliest save that was not told of left
// it; false when that one allotted nothing.
func takeRevision(record *core.Record) (store.Room, bool) {
	rooms := noted(record)
	if len(rooms) == 0 {
		return store.Room{}, false
	}
	record.SetRaw(markRevs, rooms[1:])
	return rooms[0], true
}

// takeFailed answers the revisions that an error is about. Inside a transaction
// that goes on it is the last save alone; else nothing of the record was saved.
func takeFailed(e *core.RecordErrorEvent) []store.Room {
	rooms := noted(e.Record)
	room, ok := guard.RoomAfter(e.Record)
	known := ok && len(rooms) > 0 && rooms[len(rooms)-1].Rev == room.Rev
	switch {
	case e.App.IsTransactional() && known:
		e.Record.SetRaw(markRevs, rooms[:len(rooms)-1])
		return rooms[len(rooms)-1:]
	case e.App.IsTransactional():
		rooms = nil
	default:
		e.Record.SetRaw(markRevs, []store.Room(nil))
	}
	if ok && !known {
		rooms = append(rooms, room)
	}
	return rooms
}

// markBar is where a removal's bar rides on the member's record, from inside
// the transaction to what comes after it.
const markBar = "@chat_bar"

func takeBar(record *core.Record) *hub.Bar {
	bar, _ := record.GetRaw(markBar).(*hub.Bar)
	record.SetRaw(markBar, nil)
	return bar
}
