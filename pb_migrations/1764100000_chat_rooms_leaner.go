package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/migrations"
)

func init() {
	migrations.Register(upChatRoomsLeaner, downChatRoomsLeaner, "1764100000_chat_rooms_leaner.go")
}

// upChatRoomsLeaner drops two indexes that every message moved and nothing used:
// a list sorts the rooms of one person, and the message that is a room's last one
// knows its room.
func upChatRoomsLeaner(app core.App) error {
	rooms, err := app.FindCollectionByNameOrId("chat_rooms")
	if err != nil {
		return err
	}
	rooms.RemoveIndex("idx_chat_rooms_last_activity")
	rooms.RemoveIndex("idx_chat_rooms_last_message")
	return app.SaveNoValidate(rooms)
}

// downChatRoomsLeaner leaves them away: nothing answers otherwise without them.
func downChatRoomsLeaner(core.App) error { return nil }
