package web_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// alone is a front end that has REST, the routes' JSON and an Authorization
// header, and none of the pages.
type alone struct {
	*chattest.App
	t                   *testing.T
	ann, bob, carl, eve *core.Record
	room, direct        string // made by the acts
}

// as asks as somebody, and ends the test unless the status is a success.
func (a *alone) as(user *core.Record, method, path string, data any) chattest.Answer {
	a.t.Helper()
	got := a.Client(user).JSON(method, path, data)
	if got.Status >= 300 {
		a.t.Fatalf("%s %s: %d %s", method, path, got.Status, got.Body)
	}
	if got.Status != 204 && !strings.HasPrefix(got.Header.Get("Content-Type"), "application/json") {
		a.t.Fatalf("%s %s answers %s", method, path, got.Header.Get("Content-Type"))
	}
	return got
}

// list asks for records of a collection.
func (a *alone) list(user *core.Record, collection, filter, more string) []chattest.Frame {
	a.t.Helper()
	got := a.as(user, "GET", records(collection)+"?filter="+url.QueryEscape(filter)+more, nil)
	var page struct{ Items []chattest.Frame }
	if err := json.Unmarshal([]byte(got.Body), &page); err != nil {
		a.t.Fatal(err)
	}
	return page.Items
}

func (a *alone) messages(user *core.Record) []chattest.Frame {
	a.t.Helper()
	return a.list(user, "chat_messages", fmt.Sprintf("room=%q", a.room), "&sort=seq")
}

func (a *alone) send(user *core.Record, data map[string]any) chattest.Frame {
	a.t.Helper()
	data["room"] = a.room
	return decode(a.t, a.as(user, "POST", records("chat_messages"), data))
}

func (a *alone) last(user *core.Record) chattest.Frame {
	a.t.Helper()
	all := a.messages(user)
	return all[len(all)-1]
}

func records(collection string, id ...string) string {
	return "/api/collections/" + collection + "/records" + strings.Join(append([]string{""}, id...), "/")
}

func decode(t *testing.T, answer chattest.Answer) chattest.Frame {
	t.Helper()
	frame := chattest.Frame{}
	if err := json.Unmarshal([]byte(answer.Body), &frame); err != nil {
		t.Fatalf("%v: %s", err, answer.Body)
	}
	return frame
}

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

func (a *alone) people(t *testing.T) {
	info := decode(t, a.as(a.ann, "GET", "/chat/"+a.room+"/info/", nil))
	var names []string
	for _, m := range info["members"].([]any) {
		names = append(names, m.(map[string]any)["name"].(string))
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "Ann Bob Carl" || info["can_edit"] != true {
		t.Errorf("%s: %v", got, info)
	}
	members := a.list(a.bob, "chat_members", fmt.Sprintf("room=%q", a.room), "")
	seen := a.list(a.bob, "chat_people", fmt.Sprintf("id=%q || id=%q", a.ann.Id, a.eve.Id), "")
	if len(members) != 3 || len(seen) != 1 || seen[0].Text("name") != "Ann" {
		t.Errorf("%d members; people %v", len(members), seen)
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

// row is a room as somebody's list shows it, and their total.
func (a *alone) row(user *core.Record, room string) (chattest.Frame, int64) {
	a.t.Helper()
	list := decode(a.t, a.as(user, "GET", "/chat/list-partial/", nil))
	for _, row := range list["rooms"].([]any) {
		if row := chattest.Frame(row.(map[string]any)); row.Text("id") == room {
			return row, list.Int("unread")
		}
	}
	return nil, list.Int("unread")
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

func (a *alone) own(user *core.Record) chattest.Frame {
	a.t.Helper()
	return a.list(user, "chat_members", fmt.Sprintf("room=%q && user=%q", a.room, user.Id), "")[0]
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

func (a *alone) settings(t *testing.T) {
	a.as(a.carl, "PATCH", records("chat_members", a.own(a.carl).Text("id")), map[string]any{"notify": "none", "pinned": true})
	if row, _ := a.row(a.carl, a.room); row["muted"] != true || row["pinned"] != true {
		t.Errorf("%v", row)
	}
}

func (a *alone) pages(t *testing.T) {
	for i := range 60 {
		a.Message(a.room, a.bob, fmt.Sprint("line ", i))
	}
	type page struct {
		Messages     []chattest.Frame
		Older, Newer bool
		Rev          int64
		Room         chattest.Frame
	}
	get := func(path string) (p page) {
		t.Helper()
		if err := json.Unmarshal([]byte(a.as(a.ann, "GET", "/chat/"+a.room+"/"+path, nil).Body), &p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	bodies := func(p page) (first, last string) {
		return p.Messages[0].Text("body"), p.Messages[len(p.Messages)-1].Text("body")
	}
	opened := get("?latest=1")
	if first, last := bodies(opened); len(opened.Messages) != 50 || first != "line 10" || last != "line 59" || !opened.Older || opened.Newer ||
		opened.Rev != a.Rev(a.room) || opened.Room.Text("member") != a.own(a.ann).Text("id") || opened.Room.Text("role") != "owner" {
		t.Errorf("opened from %q to %q: %+v", first, last, opened)
	}
	older := get("messages/?before=" + opened.Messages[0].Text("id"))
	if _, last := bodies(older); last != "line 9" || older.Older {
		t.Errorf("older ends with %q, more: %v", last, older.Older)
	}
	around := get("messages/?around=" + opened.Messages[20].Text("id"))
	if first, last := bodies(around); !around.Older || !around.Newer || first != "line 15" || last != "line 44" {
		t.Errorf("around: from %q to %q", first, last)
	}
	after := get(fmt.Sprint("messages/?after=", opened.Rev-3))
	if first, _ := bodies(after); len(after.Messages) != 3 || first != "line 57" || after.Newer {
		t.Errorf("after: %+v", after)
	}
	byREST := a.list(a.ann, "chat_messages", fmt.Sprintf("room=%q && seq<%d", a.room, opened.Messages[0].Int("seq")), "&sort=-seq&perPage=5")
	if len(byREST) != 5 || byREST[0].Text("body") != "line 9" {
		t.Errorf("by REST: %v", byREST)
	}
	// One who is far behind gets the page where reading stopped, and goes on from its cursor.
	behind := decode(t, a.as(a.carl, "GET", "/chat/"+a.room+"/", nil))
	if behind["newer"] != true || behind.Int("rev") >= a.Rev(a.room) {
		t.Errorf("opened at %d of %d, newer: %v", behind.Int("rev"), a.Rev(a.room), behind["newer"])
	}
	rest := decode(t, a.as(a.carl, "GET", fmt.Sprint("/chat/", a.room, "/messages/?after=", behind.Int("rev")), nil))
	if n := len(behind["messages"].([]any)) + len(rest["messages"].([]any)); n < 60 || rest["newer"] != false {
		t.Errorf("%d messages, newer: %v", n, rest["newer"])
	}
}

func (a *alone) find(t *testing.T) {
	for query, want := range map[string]int{"crE": 1, "bob": 1, "nothing": 0} {
		list := decode(t, a.as(a.ann, "GET", "/chat/list-partial/?q="+query, nil))
		if got := len(list["rooms"].([]any)); got != want {
			t.Errorf("%q: %d rooms", query, got)
		}
	}
	if rooms := a.list(a.ann, "chat_rooms", "name~'crew'", ""); len(rooms) != 1 {
		t.Errorf("by REST: %v", rooms)
	}
}

func (a *alone) change(t *testing.T) {
	a.as(a.ann, "PATCH", records("chat_rooms", a.room), map[string]any{"name": "Night crew", "description": "Late"})
	if row, _ := a.row(a.bob, a.room); row.Text("name") != "Night crew" {
		t.Errorf("%v", row)
	}
	a.as(a.ann, "POST", "/chat/"+a.room+"/edit/", map[string]any{"name": "Crew"})
	if got := a.Client(a.bob).JSON("PATCH", records("chat_rooms", a.room), map[string]any{"name": "Mine"}); got.Status != 403 {
		t.Errorf("a member: %d %s", got.Status, got.Body)
	}
}

func (a *alone) roles(t *testing.T) {
	added := decode(t, a.as(a.ann, "POST", records("chat_members"), map[string]any{"room": a.room, "user": a.eve.Id, "role": "member"}))
	a.as(a.ann, "PATCH", records("chat_members", a.own(a.bob).Text("id")), map[string]any{"role": "admin"})
	a.as(a.bob, "DELETE", records("chat_members", added.Text("id")), nil)
	a.as(a.bob, "POST", "/chat/"+a.room+"/edit/", map[string]any{"members": []string{a.eve.Email()}})
	a.as(a.bob, "POST", "/chat/"+a.room+"/edit/", map[string]any{"remove": a.eve.Id})
	if a.Member(a.room, a.eve) != nil || a.own(a.bob).Text("role") != "admin" {
		t.Errorf("Eve is %v, Bob %v", a.Member(a.room, a.eve), a.own(a.bob))
	}
}

func (a *alone) leave(t *testing.T) {
	a.as(a.carl, "DELETE", records("chat_members", a.own(a.carl).Text("id")), nil)
	a.as(a.bob, "POST", "/chat/"+a.room+"/leave/", nil)
	if left := a.list(a.ann, "chat_members", fmt.Sprintf("room=%q", a.room), ""); len(left) != 1 {
		t.Errorf("%v", left)
	}
}

func (a *alone) deleteForMe(t *testing.T) {
	a.Message(a.direct, a.ann, "Bob?")
	if row, _ := a.row(a.bob, a.direct); row.Int("unread") != 1 || row.Text("name") != "Ann" {
		t.Fatalf("premise: %v", row)
	}
	a.as(a.bob, "POST", "/chat/"+a.direct+"/delete/", nil)
	if row, total := a.row(a.bob, a.direct); row != nil || total != 0 {
		t.Errorf("%v of %d", row, total)
	}
	if seen := a.list(a.bob, "chat_messages", fmt.Sprintf("room=%q", a.direct), ""); len(seen) != 0 {
		t.Errorf("%v", seen)
	}
}

func (a *alone) deleteForAll(t *testing.T) {
	a.as(a.ann, "DELETE", records("chat_rooms", a.room), nil)
	if row, _ := a.row(a.ann, a.room); row != nil {
		t.Errorf("%v", row)
	}
	second := decode(t, a.as(a.ann, "POST", "/chat/new-group/", map[string]any{"name": "Again"})).Text("room")
	a.as(a.ann, "POST", "/chat/"+second+"/delete-group/", nil)
	if got := a.Client(a.ann).JSON("GET", "/chat/"+second+"/", nil); got.Status != 404 {
		t.Errorf("%d %s", got.Status, got.Body)
	}
}
