package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/migrations"
)

func init() {
	migrations.Register(upChatRoomsChanged, downChatRoomsChanged, "1764000000_chat_rooms_changed.go")
}

// upChatRoomsChanged lets every process find the rooms that changed lately,
// whichever process changed them.
func upChatRoomsChanged(app core.App) error {
	rooms, err := app.FindCollectionByNameOrId("chat_rooms")
	if err != nil {
		return err
	}
	rooms.AddIndex("idx_chat_rooms_updated", false, "`updated`", "")
	return app.SaveNoValidate(rooms)
}

// downChatRoomsChanged keeps the index: it goes with its collection.
func downChatRoomsChanged(core.App) error { return nil }
