package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/migrations"
)

func init() {
	migrations.Register(upChatPurgedRev, downChatPurgedRev, "1763900000_chat_purged_rev.go")
}

// upChatPurgedRev gives rooms the revision up to which rows may be gone for
// good: whoever resumes from before it cannot be told all that happened since.
func upChatPurgedRev(app core.App) error {
	rooms, err := app.FindCollectionByNameOrId("chat_rooms")
	if err != nil {
		return err
	}
	if rooms.Fields.GetByName("purged_rev") != nil {
		return nil
	}
	addFields(rooms, whole("purged_rev", false, "Changes up to this revision may be gone for good: whoever has read less far reads anew. Kept by the chat."))
	return app.SaveNoValidate(rooms)
}

// downChatPurgedRev keeps the field: it goes with its collection.
func downChatPurgedRev(core.App) error { return nil }
