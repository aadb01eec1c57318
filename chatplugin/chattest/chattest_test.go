package chattest_test

import (
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

func TestExample(t *testing.T) { nobodyShouts(t) }

// Whatever a host may want to try is there: its own people, rooms, pages, REST,
// sockets and topics.
func TestKit(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{BasePath: "/talk", Users: chatplugin.Users{NameField: "nick"}})
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		t.Fatal(err)
	}
	users.Fields.Add(&core.TextField{Name: "nick"})
	if err := app.SaveNoValidate(users); err != nil {
		t.Fatal(err)
	}
	app.Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	if ann.GetString("nick") != "Ann" {
		t.Errorf("her name is in %v", ann.FieldsData())
	}
	group := app.Group("Crew", ann, bob)
	socket := app.Client(bob).Socket("/ws/talk/" + group + "/")
	topic := app.Client(bob).Realtime()
	if got := topic.Subscribe("chat/rooms/"+group, "chat/inbox"); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	socket.Synced()
	topic.Until("both topics", func([]chattest.Frame) bool { return len(topic.OfType("synced")) == 2 })

	message := app.Message(group, ann, "hello")
	app.React(message.Id, bob, "👍")
	for name, stream := range map[string]*chattest.Stream{"socket": &socket.Stream, "topic": &topic.Stream} {
		if got := stream.WaitType("message").Message().Text("body"); got != "hello" {
			t.Errorf("the %s says %q", name, got)
		}
	}
	if page := app.Browser(bob).Get("/talk/" + group + "/"); page.Status != 200 || !strings.Contains(page.Body, "hello") {
		t.Errorf("the page: %d", page.Status)
	}
	if list := app.Client(bob).JSON("GET", "/talk/list-partial/", nil); list.Field("unread") != 1.0 || app.Unread(bob) != 1 {
		t.Errorf("unread: %s", list.Body)
	}
	if got := app.WithToken(app.Superuser()).Get("/api/collections/chat_messages/records"); got.Status != 200 {
		t.Errorf("a superuser: %d %s", got.Status, got.Body)
	}
	if app.Member(group, bob) == nil || app.Rev(group) < 3 {
		t.Errorf("Bob is %v, at %d", app.Member(group, bob), app.Rev(group))
	}
	socket.Cut()
	topic.Cut()
	if socket.WaitClosed() != 1006 || topic.WaitClosed() != 1006 {
		t.Error("a cut is not heard")
	}
}
