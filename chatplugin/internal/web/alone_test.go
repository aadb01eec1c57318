package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// TestRESTAndRoutesAlone goes through all that people do on the pages, in one
// story: each act stands on those before it.
func TestRESTAndRoutesAlone(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	people := app.Users("Ann", "Bob", "Carl", "Eve")
	a := &alone{App: app, t: t, ann: people[0], bob: people[1], carl: people[2], eve: people[3]}
	for _, act := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"look up a person", a.lookUp}, {"open a direct room", a.openDirect}, {"make a group", a.makeGroup},
		{"see who is in it", a.people}, {"send", a.sends}, {"send files", a.sendFiles}, {"reply", a.reply}, {"edit", a.edit},
		{"react", a.react}, {"delete", a.remove}, {"count what is unread", a.unread}, {"mark as read", a.read},
		{"mute and pin", a.settings}, {"page through messages", a.pages}, {"find a room by name", a.find},
		{"change a group", a.change}, {"add members, give roles, remove", a.roles}, {"leave", a.leave},
		{"delete for oneself", a.deleteForMe}, {"delete for all", a.deleteForAll},
	} {
		ok := t.Run(act.name, func(t *testing.T) {
			a.t = t
			act.do(t)
		})
		if !ok {
			break
		}
	}
}

func (a *alone) lookUp(t *testing.T) {
	known := decode(t, a.as(a.ann, "GET", "/chat/check-user/?email="+url.QueryEscape(a.bob.Email()), nil))
	unknown := decode(t, a.as(a.ann, "GET", "/chat/check-user/?email=nobody@example.com", nil))
	if known["found"] != true || known.Text("name") != "Bob" || len(known) != 3 {
		t.Errorf("known: %v", known)
	}
	if unknown["found"] != false || unknown.Text("name") != "" || len(unknown) != 3 {
		t.Errorf("unknown: %v", unknown)
	}
}

func (a *alone) openDirect(t *testing.T) {
	a.direct = decode(t, a.as(a.ann, "POST", "/chat/new/", map[string]any{"email": a.bob.Email()})).Text("room")
	again := decode(t, a.as(a.bob, "POST", "/chat/new/", map[string]any{"email": a.ann.Email()})).Text("room")
	if a.direct == "" || again != a.direct {
		t.Errorf("%q, from the other side %q", a.direct, again)
	}
}

func (a *alone) makeGroup(t *testing.T) {
	a.room = decode(t, a.as(a.ann, "POST", "/chat/new-group/", map[string]any{"name": "Crew", "members": []string{a.bob.Email(), a.carl.Id}})).Text("room")
	rooms := a.list(a.carl, "chat_rooms", `type="group"`, "&sort=-last_activity")
	if len(rooms) != 1 || rooms[0].Text("id") != a.room || rooms[0].Text("name") != "Crew" {
		t.Errorf("%v", rooms)
	}
}

func (a *alone) sends(t *testing.T) {
	first := a.send(a.ann, map[string]any{"body": "Hello", "client_id": "one"})
	again := a.send(a.ann, map[string]any{"body": "Hello", "client_id": "one"})
	if first.Text("id") != again.Text("id") || first.Text("author") != a.ann.Id || a.last(a.bob).Text("body") != "Hello" {
		t.Errorf("%v, again %v", first, again)
	}
	byRoute := decode(t, a.as(a.bob, "POST", "/chat/"+a.room+"/send/", map[string]any{"body": "Hi Ann", "client_id": "two"}))
	if byRoute.Text("id") != a.last(a.ann).Text("id") {
		t.Errorf("by the route: %v", byRoute)
	}
}

func (a *alone) sendFiles(t *testing.T) {
	body, kind := files(t, [][3]string{{"room", a.room}, {"body", "with a file"}}, [][3]string{{"files", "plan.txt", "the plan"}})
	got := a.Client(a.ann).Do("POST", records("chat_messages"), strings.NewReader(body), "Content-Type", kind, "Accept", "application/json")
	names, _ := decode(t, got)["files"].([]any)
	if got.Status != 200 || len(names) != 1 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	token := decode(t, a.as(a.bob, "POST", "/api/files/token", nil)).Text("token")
	file := a.Client(nil).Get("/api/files/chat_messages/" + decode(t, got).Text("id") + "/" + names[0].(string) + "?token=" + token)
	if file.Status != 200 || file.Body != "the plan" {
		t.Errorf("%d %s", file.Status, file.Body)
	}
}

func (a *alone) reply(t *testing.T) {
	hello := a.list(a.ann, "chat_messages", fmt.Sprintf("room=%q && body='Hello'", a.room), "")[0].Text("id")
	a.send(a.bob, map[string]any{"body": "To you too", "reply_to": hello})
	found := a.list(a.carl, "chat_messages", fmt.Sprintf("room=%q && reply_to=%q", a.room, hello), "&expand=reply_to")
	expand, _ := found[0]["expand"].(map[string]any)
	quoted, _ := expand["reply_to"].(map[string]any)
	if quoted["body"] != "Hello" {
		t.Errorf("%v", found)
	}
}

func (a *alone) edit(t *testing.T) {
	id := a.send(a.ann, map[string]any{"body": "Helo"}).Text("id")
	a.as(a.ann, "PATCH", records("chat_messages", id), map[string]any{"body": "Hello again"})
	if got := a.last(a.bob); got.Text("body") != "Hello again" || got.Text("edited") == "" {
		t.Errorf("%v", got)
	}
	if got := a.Client(a.bob).JSON("PATCH", records("chat_messages", id), map[string]any{"body": "mine"}); got.Status != 403 {
		t.Errorf("another's: %d %s", got.Status, got.Body)
	}
}

func (a *alone) react(t *testing.T) {
	id := a.last(a.bob).Text("id")
	reaction := decode(t, a.as(a.bob, "POST", records("chat_reactions"), map[string]any{"message": id, "emoji": "👍"}))
	found := a.list(a.ann, "chat_messages", fmt.Sprintf("room=%q && id=%q", a.room, id), "&expand=chat_reactions_via_message")
	expand, _ := found[0]["expand"].(map[string]any)
	if all, _ := expand["chat_reactions_via_message"].([]any); len(all) != 1 {
		t.Errorf("%v", found)
	}
	mine := a.list(a.bob, "chat_reactions", fmt.Sprintf("message=%q && user=%q && emoji='👍'", id, a.bob.Id), "")
	if len(mine) != 1 || mine[0].Text("id") != reaction.Text("id") {
		t.Fatalf("%v", mine)
	}
	a.as(a.bob, "DELETE", records("chat_reactions", reaction.Text("id")), nil)
	if left := a.list(a.ann, "chat_reactions", fmt.Sprintf("message=%q", id), ""); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func (a *alone) remove(t *testing.T) {
	id := a.send(a.ann, map[string]any{"body": "Oops"}).Text("id")
	a.as(a.ann, "DELETE", records("chat_messages", id), nil)
	if got := a.last(a.bob); got.Text("id") != id || got.Text("body") != "" || got.Text("deleted") == "" {
		t.Errorf("%v", got)
	}
}

func (a *alone) unread(t *testing.T) {
	row, total := a.row(a.carl, a.room)
	if row.Int("unread") != 5 || total != 5 || row.Text("name") != "Crew" {
		t.Errorf("%v of %d", row, total)
	}
	if whole := decode(t, a.as(a.carl, "GET", "/chat/", nil)); whole.Int("unread") != 5 {
		t.Errorf("the inbox: %v", whole)
	}
}

func (a *alone) read(t *testing.T) {
	rev := a.last(a.carl).Int("rev")
	if got := decode(t, a.as(a.carl, "PATCH", records("chat_members", a.own(a.carl).Text("id")), map[string]any{"read_rev": rev})); got.Int("read_rev") != rev {
		t.Errorf("%v", got)
	}
	if row, total := a.row(a.carl, a.room); row.Int("unread") != 0 || total != 0 {
		t.Errorf("%v of %d", row, total)
	}
	a.as(a.bob, "POST", "/chat/"+a.room+"/read/", map[string]any{"rev": rev})
	a.as(a.bob, "POST", "/chat/"+a.room+"/typing/", nil)
}
