package live_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

func TestRoomFrames(t *testing.T) {
	h := newHouse(t)
	in, list := h.open(h.bob, h.group), h.inbox(h.bob)
	superuser := h.WithToken(h.Superuser())
	bob := h.Member(h.group, h.bob).Id
	named := func(name string) func(chattest.Frame) bool {
		return func(f chattest.Frame) bool { return f.Text("name") == name && strings.Contains(f.Text("html"), name) }
	}
	of := func(n int64) func(chattest.Frame) bool {
		return func(f chattest.Frame) bool { return f.Int("members") == n }
	}
	for _, change := range []struct {
		name string
		do   func()
		want func(chattest.Frame) bool
	}{
		{"renamed on its page", func() { h.post(h.ann, h.group+"/edit/", "name", "One") }, named("One")},
		{"renamed over REST", func() {
			h.rest(h.Client(h.ann), http.MethodPatch, store.Rooms, h.group, map[string]any{"name": "Two"})
		}, named("Two")},
		{"renamed by a superuser", func() { h.rest(superuser, http.MethodPatch, store.Rooms, h.group, map[string]any{"name": "Three"}) }, named("Three")},
		{"renamed by a save", func() { h.change(store.Rooms, h.group, map[string]any{"name": "Four"}) }, named("Four")},
		{"described", func() { h.change(store.Rooms, h.group, map[string]any{"description": "Us"}) },
			func(f chattest.Frame) bool { return f.Text("description") == "Us" }},
		{"somebody added on the page", func() { h.post(h.ann, h.group+"/edit/", "members", h.eve.Id) }, of(4)},
		{"somebody removed on the page", func() { h.post(h.ann, h.group+"/edit/", "remove", h.eve.Id) }, of(3)},
		{"somebody added over REST", func() {
			h.rest(h.Client(h.ann), http.MethodPost, store.Members, "", map[string]any{"room": h.group, "user": h.eve.Id})
		}, of(4)},
		{"somebody removed over REST", func() {
			h.rest(h.Client(h.ann), http.MethodDelete, store.Members, h.Member(h.group, h.eve).Id, nil)
		}, of(3)},
		{"somebody added by a save", func() { h.save(h.record(store.Members, map[string]any{"room": h.group, "user": h.eve.Id})) }, of(4)},
		{"somebody kicked by the host", func() {
			if err := h.Chat.Kick(h.group, h.eve.Id); err != nil {
				t.Fatal(err)
			}
		}, of(3)},
	} {
		t.Run(change.name, func(t *testing.T) {
			h.t = t
			change.do()
			frame := in.Wait("the room frame", func(f chattest.Frame) bool { return f.Type() == "room" && change.want(f) })
			if names := keys(t, frame.Raw()); names[len(names)-1] != "html" || frame.Text("kind") != "group" || frame.Text("role") != "" {
				t.Fatalf("got %s", frame.Raw())
			}
			page := h.Client(h.bob).Get("/chat/" + h.group + "/").Body
			if header := frame.Text("html"); !strings.Contains(page, header[strings.Index(header, `<h1`):strings.Index(header, `</h1>`)]) {
				t.Errorf("the page does not show %s", header)
			}
			about(list, "inbox", h.group) // the system message about it
		})
	}
	for _, entrance := range []struct {
		role string
		set  func(role string)
	}{
		{"admin", func(role string) { h.post(h.ann, h.group+"/edit/", "user", h.bob.Id, "role", role) }},
		{"member", func(role string) {
			h.rest(h.Client(h.ann), http.MethodPatch, store.Members, bob, map[string]any{"role": role})
		}},
		{"owner", func(role string) { h.change(store.Members, bob, map[string]any{"role": role}) }},
	} {
		t.Run("becoming "+entrance.role, func(t *testing.T) {
			entrance.set(entrance.role)
			for _, s := range []*chattest.Socket{in, list} {
				s.Wait("the viewer's role", func(f chattest.Frame) bool { return f.Type() == "room" && f.Text("role") == entrance.role })
			}
		})
	}
	others := h.open(h.cid, h.group)
	h.change(store.Members, bob, map[string]any{"role": "admin"})
	if frame := others.WaitType("room"); frame.Text("role") != "" {
		t.Errorf("Cid was told that Bob is %s", frame.Text("role"))
	}
}

func TestNewRoomsAreToldToTheirMembers(t *testing.T) {
	h := newHouse(t)
	eve, bob := h.inbox(h.eve), h.inbox(h.bob)
	group := h.post(h.ann, "new-group/", "name", "New group", "members", h.eve.Id).Header.Get("HX-Redirect")
	id := strings.Trim(strings.TrimPrefix(group, "/chat/"), "/")
	if frame := about(eve, "room", id); frame.Text("name") != "New group" || frame.Text("role") != "member" || frame.Int("members") != 2 {
		t.Errorf("got %s", frame.Raw())
	}
	about(eve, "inbox", id)
	if frame := about(eve, "unread", id); frame.Int("unread") != 0 {
		t.Errorf("got %s", frame.Raw())
	}
	direct := h.Direct(h.eve, h.bob)
	if frame := about(eve, "room", direct); frame.Text("name") != "Bob" || frame.Text("kind") != "direct" {
		t.Errorf("got %s", frame.Raw())
	}
	if row := about(eve, "inbox", direct); !strings.Contains(row.Text("html"), "Bob") {
		t.Errorf("got %s", row.Raw())
	}
	h.Message(h.group, h.cid, "marker")
	about(bob, "inbox", h.group)
	h.never(bob, "an empty direct room", func(f chattest.Frame) bool { return f.Text("room") == direct })
	h.Message(direct, h.eve, "Hello Bob")
	if row := about(bob, "inbox", direct); row.Int("posts") != 1 || !strings.Contains(row.Text("html"), "Eve") {
		t.Errorf("got %s", row.Raw())
	}
	bob.Wait("where Bob stands", func(f chattest.Frame) bool {
		return f.Type() == "unread" && f.Text("room") == direct && f.Int("unread") == 1 && f.Int("posts") == 1
	})
}

func TestInboxFrames(t *testing.T) {
	h := newHouse(t)
	row := func(s *chattest.Socket, room string, is func(chattest.Frame) bool) chattest.Frame {
		return s.Wait("a row", func(f chattest.Frame) bool { return f.Type() == "inbox" && f.Text("room") == room && is(f) })
	}
	ann, bob, cid := h.inbox(h.ann), h.inbox(h.bob), h.open(h.cid, h.group)
	for _, entrance := range entrances {
		t.Run(entrance.name, func(t *testing.T) {
			h.t = t
			text := "A line by " + entrance.name
			entrance.send(h, h.group, h.ann, text)
			has := func(f chattest.Frame) bool { return strings.Contains(f.Text("html"), text) }
			first := row(bob, h.group, has)
			room := h.Find(store.Rooms, h.group)
			if first.Int("posts") != int64(room.GetInt("posts")) || first.Int("last_seq") != int64(room.GetInt("last_seq")) {
				t.Errorf("got %s", first.Raw())
			}
			if names := keys(t, first.Raw()); names[len(names)-1] != "html" {
				t.Errorf("the keys are %v", names)
			}
			for _, s := range []*chattest.Socket{ann, cid} {
				if other := row(s, h.group, has); other.Raw() != first.Raw() {
					t.Errorf("one was sent %s\nanother %s", first.Raw(), other.Raw())
				}
			}
		})
	}
	h.Message(h.direct, h.ann, "Between us")
	between := func(f chattest.Frame) bool { return strings.Contains(f.Text("html"), "Between us") }
	if a, b := row(ann, h.direct, between).Text("html"), row(bob, h.direct, between).Text("html"); !strings.Contains(a, "Bob") || !strings.Contains(b, "Ann") {
		t.Errorf("Ann was sent %s\nBob %s", a, b)
	}
}

func TestInboxFollowsChangesOfTheLastMessage(t *testing.T) {
	h := newHouse(t)
	first, second := h.Message(h.group, h.ann, "first"), h.Message(h.group, h.ann, "second")
	s := h.inbox(h.bob)
	h.change(store.Messages, first.Id, map[string]any{"body": "not shown in lists"})
	h.change(store.Messages, second.Id, map[string]any{"body": "edited"})
	if frame := about(s, "inbox", h.group); !strings.Contains(frame.Text("html"), "edited") || frame.Int("unposted") != 0 || frame.Int("posts") != 2 {
		t.Errorf("got %s", frame.Raw())
	}
	h.rest(h.Client(h.ann), http.MethodDelete, store.Messages, first.Id, nil)
	if frame := about(s, "inbox", h.group); frame.Int("unposted") != int64(first.GetInt("seq")) || frame.Int("posts") != 2 {
		t.Errorf("got %s", frame.Raw())
	}
}

func TestReadAndUnreadFrames(t *testing.T) {
	h := newHouse(t)
	for range 3 {
		h.Message(h.group, h.ann, "unread")
	}
	in, tab := h.open(h.ann, h.group), h.inbox(h.bob)
	bob, rev := h.Member(h.group, h.bob), h.Rev(h.group)
	for _, entrance := range []struct {
		name   string
		unread int64
		read   func(rev int64)
	}{
		{"page", 2, func(rev int64) {
			h.Client(h.bob).JSON(http.MethodPost, "/chat/"+h.group+"/read/", map[string]any{"rev": rev})
		}},
		{"REST", 1, func(rev int64) {
			h.rest(h.Client(h.bob), http.MethodPatch, store.Members, bob.Id, map[string]any{"read_rev": rev})
		}},
		{"save", 0, func(rev int64) { h.change(store.Members, bob.Id, map[string]any{"read_rev": rev}) }},
	} {
		t.Run(entrance.name, func(t *testing.T) {
			h.t = t
			at := rev - entrance.unread
			entrance.read(at)
			if frame := about(in, "read", h.group); frame.Text("user") != h.bob.Id || frame.Int("read_rev") != at {
				t.Errorf("got %s", frame.Raw())
			}
			frame := about(tab, "unread", h.group)
			if frame.Int("unread") != entrance.unread || frame.Int("total") != entrance.unread || frame.Int("read_rev") != at || frame.Int("posts") != 3 {
				t.Errorf("got %s", frame.Raw())
			}
		})
	}
	h.Message(h.direct, h.ann, "to read later")
	h.Message(h.group, h.bob, "sending counts as reading")
	if frame := about(in, "read", h.group); frame.Text("user") != h.bob.Id || frame.Int("read_rev") != h.Rev(h.group) {
		t.Errorf("got %s", frame.Raw())
	}
	if frame := about(tab, "unread", h.group); frame.Int("unread") != 0 || frame.Int("total") != 1 {
		t.Errorf("got %s", frame.Raw())
	}
}

func TestNewNamesAreShown(t *testing.T) {
	h := newHouse(t)
	in, list := h.open(h.bob, h.group), h.inbox(h.bob)
	h.Message(h.group, h.ann, "before")
	if !strings.Contains(said(in, "before").Text("html"), ">Ann<") {
		t.Fatal("premise: the author is Ann")
	}
	h.change("users", h.ann.Id, map[string]any{"name": "Annabel"})
	for _, body := range []string{"after", "and after"} {
		h.Message(h.group, h.ann, body)
		if frame := said(in, body); !strings.Contains(frame.Text("html"), ">Annabel<") {
			t.Errorf("got %s", frame.Raw())
		}
		h.Message(h.direct, h.ann, body)
		row := list.Wait("the row", func(f chattest.Frame) bool {
			return f.Text("room") == h.direct && strings.Contains(f.Text("html"), body)
		})
		if !strings.Contains(row.Text("html"), "Annabel") {
			t.Errorf("got %s", row.Raw())
		}
	}
}

// Ids of users are the host's: a topic must carry any.
func TestOddUserIDs(t *testing.T) {
	h := newHouse(t)
	users, err := h.FindCollectionByNameOrId("users")
	if err != nil {
		t.Fatal(err)
	}
	id := users.Fields.GetByName("id").(*core.TextField)
	id.Pattern, id.Min, id.Max = `^.+$`, 1, 100
	if err := h.SaveNoValidate(users); err != nil {
		t.Fatal(err)
	}
	odd := h.record("users", map[string]any{"id": `zoë+7@home,~{z}`, "email": "zoe@example.com", "name": "Zoë"})
	odd.SetPassword(chattest.Password)
	h.save(odd)
	h.save(h.record(store.Members, map[string]any{"room": h.group, "user": odd.Id}))
	in, list := h.open(odd, h.group), h.inbox(odd)
	h.Message(h.group, h.ann, "Hello Zoë")
	said(in, "Hello Zoë")
	about(list, "inbox", h.group)
}
