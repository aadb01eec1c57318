package hosttest

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// Two applications in one process know nothing of each other, though their
// people, rooms and paths may be called alike.
func TestTwoApplications(t *testing.T) {
	one := chattest.NewApp(t, chatplugin.Config{AppName: "One"}).Serve()
	two := chattest.NewApp(t, chatplugin.Config{AppName: "Two", History: chatplugin.HistoryJoined}).Serve()
	if one.Chat == two.Chat {
		t.Fatal("there is one chat for both")
	}
	ann, bob := one.User("Ann"), one.User("Bob")
	room := one.Group("Crew", ann, bob)
	// The same people and the same room, in the other database.
	for _, user := range []string{ann.Id, bob.Id} {
		copied := two.User("Double")
		if _, err := two.NonconcurrentDB().NewQuery("UPDATE users SET id = {:new}, name = {:new} WHERE id = {:old}").
			Bind(map[string]any{"new": user, "old": copied.Id}).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	double, err := two.FindRecordById("users", ann.Id)
	if err != nil {
		t.Fatal(err)
	}
	other := two.Group("Crew", double, two.Find("users", bob.Id))
	if _, err := two.NonconcurrentDB().NewQuery("UPDATE chat_rooms SET id = {:new} WHERE id = {:old}").
		Bind(map[string]any{"new": room, "old": other}).Execute(); err != nil {
		t.Fatal(err)
	}
	if _, err := two.NonconcurrentDB().NewQuery("UPDATE chat_members SET room = {:new} WHERE room = {:old}").
		Bind(map[string]any{"new": room, "old": other}).Execute(); err != nil {
		t.Fatal(err)
	}
	if _, err := two.NonconcurrentDB().NewQuery("UPDATE chat_messages SET room = {:new} WHERE room = {:old}").
		Bind(map[string]any{"new": room, "old": other}).Execute(); err != nil {
		t.Fatal(err)
	}
	heard, elsewhere := one.Client(bob).Socket("/ws/chat/"+room+"/"), two.Client(two.Find("users", bob.Id)).Socket("/ws/chat/"+room+"/")
	heard.Synced()
	elsewhere.Synced()

	one.Message(room, ann, "only in one")
	heard.Wait("the message", func(f chattest.Frame) bool { return f.Message().Text("body") == "only in one" })
	two.Message(room, double, "only in two")
	elsewhere.Wait("the message", func(f chattest.Frame) bool { return f.Message().Text("body") == "only in two" })
	for _, frame := range elsewhere.Frames() {
		if strings.Contains(frame.Raw(), "only in one") {
			t.Error("the other application's socket heard it")
		}
	}
	if got := two.Client(double).Get("/chat/" + room + "/"); got.Status != 200 || strings.Contains(got.Body, "only in one") || !strings.Contains(got.Body, "Two") {
		t.Errorf("the other application's page: %d", got.Status)
	}
	if got := two.WithToken(one.Token(ann)).Get("/chat/"+room+"/", "Accept", "application/json"); got.Status != http.StatusUnauthorized {
		t.Errorf("a token of one opens the other: %d", got.Status)
	}

	// One stops, the other goes on.
	one.Terminate()
	if code := heard.WaitClosed(); code != 3001 {
		t.Errorf("closed with %d", code)
	}
	two.Message(room, double, "still here")
	elsewhere.Wait("the message", func(f chattest.Frame) bool { return f.Message().Text("body") == "still here" })
	if revs := elsewhere.Revs(); !slices.IsSorted(revs) {
		t.Errorf("revisions %v", revs)
	}
}

func TestRegisteringTwice(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{})
	again, err := chatplugin.Register(app, chatplugin.Config{BasePath: "/elsewhere", CloseSignUp: true})
	if err != nil || again != app.Chat || again.BasePath() != "/chat" {
		t.Fatalf("%v, at %s", err, again.BasePath())
	}
	app.Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	socket := app.Client(bob).Socket("/ws/chat/" + room + "/")
	socket.Synced()
	app.Message(room, ann, "once")
	app.Message(room, ann, "twice")
	socket.Wait("the second message", func(f chattest.Frame) bool { return f.Message().Text("body") == "twice" })
	if revs := socket.Revs(); !slices.Equal(revs, []int64{1, 2}) {
		t.Errorf("heard of revisions %v", revs)
	}
	if app.Unread(bob) != 2 {
		t.Errorf("%d unread", app.Unread(bob))
	}
}
