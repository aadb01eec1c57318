package pb_migrations

import (
	"testing"
)

// A database of before has indexes that every message moved.
func TestLeanerRooms(t *testing.T) {
	app := newApp(t)
	now := schema(t, app)
	rooms, err := app.FindCollectionByNameOrId("chat_rooms")
	must(t, err)
	rooms.AddIndex("idx_chat_rooms_last_activity", false, "`last_activity`", "")
	rooms.AddIndex("idx_chat_rooms_last_message", false, "`last_message`", "`last_message` != ''")
	must(t, app.SaveNoValidate(rooms))
	if schema(t, app) == now {
		t.Fatal("premise: nothing is there to be dropped")
	}
	for range 2 {
		must(t, upChatRoomsLeaner(app))
		if got := schema(t, app); got != now {
			t.Fatalf("got\n%s\nwant\n%s", got, now)
		}
	}
}
