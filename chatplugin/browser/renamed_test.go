package browser

import (
	"testing"

	"pocketchat/chatplugin/chattest"
)

// Whoever has a chat open with somebody sees the new name without loading
// anything: above the messages, in the list, in the title and on new messages.
func TestSomebodyHasANewName(t *testing.T) {
	app := serve(t)
	people := app.Users("Ann", "Bob", "Cid")
	ann, bob, cid := people[0], people[1], people[2]
	direct := app.Direct(ann, bob)
	app.Message(direct, bob, "between us")
	group := app.Group("Crew", ann, bob, cid)
	a, c := arrive(t, app, app.URL, ann, desktop), arrive(t, app, app.URL, cid, desktop)
	a.open("/chat/" + direct + "/")
	a.live()
	c.open("/chat/" + group + "/")
	c.live()
	if got := app.Client(bob).JSON("PATCH", "/api/collections/users/records/"+bob.Id, map[string]any{"name": "Robert"}); got.Status != 200 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	a.see("#chat-header >> Robert")
	a.row("Robert", 0)
	a.titled("Robert · Harbour")
	a.reads("between us")
	a.once()
	a.say("Is that you?")
	a.hears("Is that you?")
	if got := app.Client(bob).Post("/chat/"+group+"/send/", chattest.Form("body", "It is me")); got.Status != 200 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	c.hears("It is me")
	c.see("#messages >> Robert")
}
