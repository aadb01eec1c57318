package guard_test

import (
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// A reply quotes what it answers, so nobody replies to what they cannot see.
func TestNobodyRepliesToWhatTheyDeletedForThemselves(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	old := app.Message(room, ann, "old")
	client := app.Client(bob)
	reply := func(to string) []chattest.Answer {
		return []chattest.Answer{
			client.JSON("POST", "/chat/"+room+"/send/", map[string]any{"body": "yes", "reply_to": to}),
			client.JSON("POST", "/api/collections/chat_messages/records", map[string]any{"room": room, "body": "yes", "reply_to": to}),
		}
	}
	for _, got := range reply(old.Id) {
		if got.Status != 200 {
			t.Fatalf("before the deletion: %d %s", got.Status, got.Body)
		}
	}
	if got := client.Post("/chat/"+room+"/delete/", nil); got.Status >= 400 {
		t.Fatalf("delete for me: %d %s", got.Status, got.Body)
	}
	rev := app.Find("chat_rooms", room).GetInt("rev")
	for i, got := range reply(old.Id) {
		if got.Status != 400 {
			t.Errorf("entrance %d: %d %s", i, got.Status, got.Body)
		}
	}
	if after := app.Find("chat_rooms", room).GetInt("rev"); after != rev {
		t.Errorf("the room went from %d to %d by refused replies", rev, after)
	}
	for _, got := range reply(app.Message(room, ann, "new").Id) {
		if got.Status != 200 {
			t.Errorf("to what came since: %d %s", got.Status, got.Body)
		}
	}
}
