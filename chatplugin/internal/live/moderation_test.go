package live_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"

	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// moderator is a superuser in the admin UI, which sends back a whole record as
// it was loaded, with what was changed in its form.
type moderator struct {
	*house
	*chattest.Client
}

func (m moderator) edit(collection, id string, change map[string]any) chattest.Answer {
	m.t.Helper()
	loaded := m.rest(m.Client, http.MethodGet, collection, id, nil)
	form := map[string]any{}
	if err := json.Unmarshal([]byte(loaded.Body), &form); err != nil {
		m.t.Fatal(err)
	}
	for name, value := range change {
		form[name] = value
	}
	return m.rest(m.Client, http.MethodPatch, collection, id, form)
}

func (m moderator) remove(collection, id string) {
	m.t.Helper()
	if got := m.rest(m.Client, http.MethodDelete, collection, id, nil); got.Status != http.StatusNoContent {
		m.t.Errorf("deleting of %s was answered %d", collection, got.Status)
	}
}

// steady holds that what a socket heard has no hole, and ends where the room is.
func steady(t *testing.T, h *house, s *chattest.Socket, from int64) {
	t.Helper()
	end := h.Rev(h.group)
	s.Until("the last revision", func([]chattest.Frame) bool {
		revs := s.Revs()
		return end == from || len(revs) > 0 && revs[len(revs)-1] >= end
	})
	for i, rev := range s.Revs() {
		if rev != from+int64(i)+1 {
			t.Errorf("revisions %v after %d", s.Revs(), from)
			break
		}
	}
	var last int64
	if err := h.DB().NewQuery("SELECT MAX(rev) FROM chat_messages WHERE room = {:room}").Bind(dbx.Params{"room": h.group}).Row(&last); err != nil || last != h.Rev(h.group) {
		t.Errorf("the room is at %d, its messages at %d (%v)", h.Rev(h.group), last, err)
	}
}

func TestModerationByHand(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(t *testing.T, m moderator, room, list *chattest.Socket)
	}{
		{"edits a message", func(t *testing.T, m moderator, room, list *chattest.Socket) {
			id := m.Message(m.group, m.bob, "rude words").Id
			said(room, "rude words")
			m.edit(store.Messages, id, map[string]any{"body": "kind words"})
			got := said(room, "kind words")
			if got.Message().Text("id") != id || got.Message().Text("edited") == "" || !strings.Contains(got.Text("html"), "kind words") {
				t.Errorf("told as %s", got.Raw())
			}
			list.Wait("the row", func(f chattest.Frame) bool { return strings.Contains(f.Raw(), "kind words") })
		}},
		{"deletes a message", func(t *testing.T, m moderator, room, list *chattest.Socket) {
			id := m.Message(m.group, m.bob, "ruder words").Id
			list.Wait("one unread", func(f chattest.Frame) bool { return f.Type() == "inbox" && strings.Contains(f.Raw(), "ruder words") })
			if m.Unread(m.cid) != 1 {
				t.Fatal("premise: it is not unread")
			}
			m.remove(store.Messages, id)
			got := room.Wait("the tombstone", func(f chattest.Frame) bool { return f.Message().Text("deleted") != "" })
			if got.Message().Text("id") != id || strings.Contains(got.Raw(), "ruder words") || !strings.Contains(got.Text("html"), "data-deleted") {
				t.Errorf("told as %s", got.Raw())
			}
			list.Wait("it is no more unread", func(f chattest.Frame) bool { return f.Int("unposted") == got.Message().Int("seq") })
			if m.Unread(m.cid) != 0 {
				t.Errorf("%d unread", m.Unread(m.cid))
			}
			// The tombstone is a record like others, and nothing of it can be undone.
			if again := m.edit(store.Messages, id, map[string]any{"deleted": ""}); strings.Contains(again.Body, `"deleted":""`) {
				t.Errorf("raised: %s", again.Body)
			}
		}},
		{"speaks as the room", func(t *testing.T, m moderator, room, _ *chattest.Socket) {
			m.rest(m.Client, http.MethodPost, store.Messages, "", map[string]any{"room": m.group, "body": "Closed for repairs at noon"})
			if got := said(room, "Closed for repairs at noon"); got.Message().Text("kind") != "system" || m.Unread(m.cid) != 0 {
				t.Errorf("told as %s", got.Raw())
			}
		}},
		{"removes a member", func(t *testing.T, m moderator, room, _ *chattest.Socket) {
			theirs, inbox := m.open(m.bob, m.group), m.inbox(m.bob)
			m.remove(store.Members, m.Member(m.group, m.bob).Id)
			about(theirs, "removed", m.group)
			if code := theirs.WaitClosed(); code != 4502 {
				t.Errorf("closed with %d", code)
			}
			about(inbox, "removed", m.group)
			if got := about(room, "room", m.group); got.Int("members") != 2 {
				t.Errorf("told as %s", got.Raw())
			}
			if got := m.Client.Get("/api/collections/chat_members/records"); got.Status != 200 {
				t.Fatal(got.Body)
			}
		}},
		{"changes a role", func(t *testing.T, m moderator, room, _ *chattest.Socket) {
			inbox := m.inbox(m.bob)
			m.edit(store.Members, m.Member(m.group, m.bob).Id, map[string]any{"role": "admin"})
			room.Wait("it is told", func(f chattest.Frame) bool { return f.Message().Text("body") == "Bob is now an admin" })
			if got := about(inbox, "room", m.group); got.Text("role") != "admin" {
				t.Errorf("Bob heard %s", got.Raw())
			}
		}},
		{"adds a member", func(t *testing.T, m moderator, room, _ *chattest.Socket) {
			inbox := m.inbox(m.eve)
			m.rest(m.Client, http.MethodPost, store.Members, "", map[string]any{"room": m.group, "user": m.eve.Id})
			room.Wait("it is told", func(f chattest.Frame) bool { return f.Message().Text("body") == "Eve joined" })
			about(inbox, "room", m.group)
		}},
		{"renames a group", func(t *testing.T, m moderator, room, _ *chattest.Socket) {
			m.edit(store.Rooms, m.group, map[string]any{"name": "Better friends", "description": "Be kind."})
			got := room.Wait("the new name", func(f chattest.Frame) bool { return f.Type() == "room" && f.Text("name") == "Better friends" })
			if got.Text("description") != "Be kind." || !strings.Contains(got.Text("html"), "Better friends") {
				t.Errorf("told as %s", got.Raw())
			}
		}},
		{"deletes a user", func(t *testing.T, m moderator, room, _ *chattest.Socket) {
			theirs, annsList := m.open(m.bob, m.group), m.inbox(m.ann)
			m.Message(m.direct, m.bob, "between us")
			about(annsList, "inbox", m.direct)
			m.remove("users", m.bob.Id)
			if code := theirs.WaitClosed(); code != 4501 {
				t.Errorf("closed with %d", code)
			}
			room.Wait("it is told", func(f chattest.Frame) bool { return f.Message().Text("kind") == "system" })
			annsList.Wait("the row without a name", func(f chattest.Frame) bool {
				return f.Type() == "inbox" && f.Text("room") == m.direct && strings.Contains(f.Raw(), "Deleted user")
			})
			if got := m.post(m.ann, m.direct+"/send/", "body", "anybody there?"); got.Status != 200 {
				t.Errorf("the one who stays: %d", got.Status)
			}
		}},
		{"looks and leaves all as it is", func(t *testing.T, m moderator, room, _ *chattest.Socket) {
			id, rev := m.Message(m.group, m.bob, "fine words").Id, m.Rev(m.group)
			m.edit(store.Messages, id, nil)
			m.edit(store.Rooms, m.group, nil)
			m.edit(store.Members, m.Member(m.group, m.bob).Id, nil)
			if now := m.Rev(m.group); now != rev {
				t.Errorf("saving without a change led from revision %d to %d", rev, now)
			}
			if m.Find(store.Messages, id).GetString("edited") != "" {
				t.Error("the message counts as edited")
			}
			said(room, "fine words")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			m := moderator{h, h.WithToken(h.Superuser())}
			room, list := h.open(h.cid, h.group), h.inbox(h.cid)
			rev := h.Rev(h.group)
			test.do(t, m, room, list)
			steady(t, h, room, rev)
		})
	}
}

func TestModerationDeletesARoom(t *testing.T) {
	for name, whole := range map[string]bool{"one": false, "all of them": true} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			m := moderator{h, h.WithToken(h.Superuser())}
			other := h.Group("Others", h.ann, h.cid)
			h.Message(h.group, h.bob, "unread for Cid")
			room, list := h.open(h.cid, h.group), h.inbox(h.cid)
			if whole { // "Truncate" in the admin UI
				if got := m.Do(http.MethodDelete, "/api/collections/chat_rooms/truncate", nil); got.Status != http.StatusNoContent {
					t.Fatalf("%d %s", got.Status, got.Body)
				}
				about(list, "removed", other)
			} else {
				m.remove(store.Rooms, h.group)
				about(list, "removed", h.group)
			}
			about(room, "removed", h.group)
			if code := room.WaitClosed(); code != 4502 {
				t.Errorf("closed with %d", code)
			}
			if h.Unread(h.cid) != 0 {
				t.Errorf("%d unread", h.Unread(h.cid))
			}
			left := map[string]bool{}
			for _, id := range []string{h.group, h.direct, other} {
				left[id] = h.Client(h.ann).Get("/chat/"+id+"/").Status == 200
			}
			if left[h.group] || left[h.direct] == whole || left[other] == whole {
				t.Errorf("there are %v", left)
			}
		})
	}
}

// What the chat keeps itself is put back, whoever sends it.
func TestModerationLeavesAloneWhatIsKept(t *testing.T) {
	h := newHouse(t)
	m := moderator{h, h.WithToken(h.Superuser())}
	said := h.Message(h.group, h.bob, "words")
	elsewhere := h.Message(h.direct, h.ann, "elsewhere")
	const then = "2001-01-01 00:00:00.000Z"
	for collection, of := range map[string]struct {
		id    string
		kept  map[string]any
		moved []string // fields that rise by themselves
	}{
		store.Messages: {id: said.Id, kept: map[string]any{
			"room": h.direct, "author": h.ann.Id, "seq": 999, "rev": 999, "kind": "system", "reply_to": elsewhere.Id,
			"client_id": "other", "event": map[string]any{"type": "created"}, "edited": then, "created": then,
		}},
		store.Rooms: {id: h.group, kept: map[string]any{
			"type": "direct", "direct_key": h.ann.Id + ":" + h.eve.Id, "rev": 999, "posts": 999, "members": 999, "members_rev": 999,
			"last_seq": 999, "last_message": elsewhere.Id, "last_activity": then, "created": then,
		}},
		store.Members: {id: h.Member(h.group, h.bob).Id, kept: map[string]any{
			"room": h.direct, "user": h.eve.Id, "read_posts": 999, "joined_rev": 999, "created": then,
		}},
	} {
		row := func() dbx.NullStringMap {
			row := dbx.NullStringMap{}
			if err := h.DB().NewQuery("SELECT * FROM " + collection + " WHERE id = {:id}").Bind(dbx.Params{"id": of.id}).One(row); err != nil {
				t.Fatal(err)
			}
			delete(row, "updated")
			return row
		}
		for field, value := range of.kept {
			before := row()
			if _, there := before[field]; !there {
				t.Fatalf("premise: %s has no %s", collection, field)
			}
			m.edit(collection, of.id, map[string]any{field: value})
			after := row()
			for name := range before {
				if before[name] != after[name] && !slices.Contains(of.moved, name) {
					t.Errorf("%s.%s = %v made %s of %s = %s", collection, field, value, after[name].String, name, before[name].String)
				}
			}
		}
	}
	// A reaction is put or taken, never changed.
	reaction := h.React(said.Id, h.ann, "👍")
	for field, value := range map[string]any{"message": elsewhere.Id, "user": h.bob.Id, "emoji": "👎"} {
		got := m.JSON(http.MethodPatch, "/api/collections/chat_reactions/records/"+reaction.Id, map[string]any{field: value})
		if got.Status < 400 || got.Status >= 500 || len(got.Field("message").(string)) < 20 {
			t.Errorf("another %s: %d %s", field, got.Status, got.Body)
		}
	}
}

// "Truncate" takes what may go one by one, and tells of it; messages may not.
func TestModerationTruncates(t *testing.T) {
	h := newHouse(t)
	m := moderator{h, h.WithToken(h.Superuser())}
	message := h.Message(h.group, h.bob, "words")
	h.React(message.Id, h.ann, "👍")
	h.React(message.Id, h.cid, "👎")
	room, rev := h.open(h.cid, h.group), h.Rev(h.group)
	if got := m.Do(http.MethodDelete, "/api/collections/chat_messages/truncate", nil); got.Status != http.StatusBadRequest || h.Rev(h.group) != rev {
		t.Errorf("messages: %d %s, and revision %d after %d", got.Status, got.Body, h.Rev(h.group), rev)
	}
	if got := h.Find(store.Messages, message.Id).GetString("body"); got != "words" {
		t.Errorf("the message says %q", got)
	}
	if got := m.Do(http.MethodDelete, "/api/collections/chat_reactions/truncate", nil); got.Status != http.StatusNoContent {
		t.Errorf("reactions: %d %s", got.Status, got.Body)
	}
	if now := h.Rev(h.group); now != rev+2 {
		t.Errorf("revision %d after %d", now, rev)
	}
	steady(t, h, room, rev)
}
