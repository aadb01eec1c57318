package guard

import (
	"github.com/pocketbase/dbx"

	"pocketchat/chatplugin/internal/store"
)

// inRoom picks the rows of a room.
func inRoom(room string) dbx.Expression { return dbx.HashExp{store.FieldRoom: room} }
