package chattest_test

import (
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// What a host's test does with its own t.
func Example() { nobodyShouts(&testing.T{}) }

// nobodyShouts is such a test: what is shouted is refused whichever way it comes,
// and what may be written arrives.
func nobodyShouts(t testing.TB) {
	app := chattest.NewApp(t, chatplugin.Config{})
	app.Chat.OnMessageSend().BindFunc(func(e *chatplugin.MessageEvent) error {
		if e.Message.GetString("body") == "HELLO" {
			return chatplugin.Refuse("Please do not shout.")
		}
		return e.Next()
	})
	app.Serve()

	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	topic := app.Client(bob).Realtime()
	topic.Subscribe("chat/rooms/" + room)
	topic.Synced()

	page := app.Browser(ann).Post("/chat/"+room+"/send/", chattest.Form("body", "HELLO"))
	rest := app.Client(ann).JSON("POST", "/api/collections/chat_messages/records", map[string]any{"room": room, "body": "HELLO"})
	if page.Status != 403 || rest.Field("message") != "Please do not shout." {
		t.Errorf("%d, %s", page.Status, rest.Body)
	}
	app.Message(room, ann, "hello")
	if got := topic.WaitType("message").Message().Text("body"); got != "hello" {
		t.Errorf("Bob heard %q first", got)
	}
	if app.Unread(bob) != 1 {
		t.Errorf("%d unread", app.Unread(bob))
	}
}
