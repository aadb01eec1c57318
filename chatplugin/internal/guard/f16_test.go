package guard_test

import (
	"net/http"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/store"
)

// For every collection and method: an outsider gets the same answer for what
// exists as for what does not, sees nothing and changes nothing.
func TestF16_CollectionsOfOthers(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, message := h.friends(t)
	got := h.client("carl").JSON(http.MethodPost, records(store.Reactions), map[string]any{"message": message.Id, "emoji": "👍"})
	if got.Status != 200 {
		t.Fatalf("premise: %d %s", got.Status, got.Body)
	}
	theirs := map[string]string{
		store.Rooms: room, store.Members: h.Member(room, h.bob).Id, store.Messages: message.Id, store.Reactions: got.Field("id").(string),
	}
	secrets := []string{room, message.Id, h.bob.Id, "Hello", "Friends"}
	const nothing = "nosuchrecord000"
	bodies := map[string]func(room, message string) map[string]any{
		store.Rooms: func(string, string) map[string]any { return map[string]any{"type": "group", "name": "Mine"} },
		store.Members: func(room, _ string) map[string]any {
			return map[string]any{"room": room, "user": h.eve.Id, "role": "owner"}
		},
		store.Messages: func(room, _ string) map[string]any {
			return map[string]any{"room": room, "author": h.bob.Id, "body": "Forged"}
		},
		store.Reactions: func(_, message string) map[string]any {
			return map[string]any{"message": message, "user": h.bob.Id, "emoji": "👎"}
		},
	}
	before := h.dump(t, room)
	for _, who := range []string{"eve", ""} {
		outsider := h.client(who)
		for collection, id := range theirs {
			if h.client("ann").Get(records(collection, id)).Status != 200 {
				t.Fatalf("premise: Ann cannot see %s/%s", collection, id)
			}
			for _, method := range []string{http.MethodGet, http.MethodPatch, http.MethodDelete} {
				ask := func(id string) (int, string) {
					answer := outsider.JSON(method, records(collection, id), bodies[collection](room, message.Id))
					return answer.Status, answer.Body
				}
				status, body := ask(id)
				missing, missingBody := ask(nothing)
				if status != missing || body != missingBody || status < 400 {
					t.Errorf("%q %s %s: %d %s; for nothing %d %s", who, method, collection, status, body, missing, missingBody)
				}
			}
			create := bodies[collection]
			one, other := outsider.JSON(http.MethodPost, records(collection), create(room, message.Id)), outsider.JSON(http.MethodPost, records(collection), create(nothing, nothing))
			if one.Status != other.Status || one.Body != other.Body || one.Status < 400 {
				t.Errorf("%q POST %s: %d %s; for nothing %d %s", who, collection, one.Status, one.Body, other.Status, other.Body)
			}
			for _, query := range []string{
				"", "?filter=(room=%22" + room + "%22)", "?filter=(room=%22" + room + "%22)&expand=room,user,author,reply_to,message.room",
				"?expand=chat_members_via_room,chat_messages_via_room,last_message", "?filter=(id!=%22%22)", "?filter=(chat_members_via_room.user!=%22%22)",
				"?filter=(room=%22" + room + "%22%26%26room.chat_members_via_room.id!=%22%22)", "?sort=-room.name&filter=(room=%22" + room + "%22)",
			} {
				answer := outsider.Get(records(collection) + query)
				for _, secret := range secrets {
					if strings.Contains(strings.ReplaceAll(answer.Body, query, ""), secret) {
						t.Errorf("%q lists %s%s: %d %s", who, collection, query, answer.Status, answer.Body)
						break
					}
				}
			}
		}
	}
	if after := h.dump(t, room); after != before {
		t.Errorf("the outsider changed\n%s\nto\n%s", before, after)
	}
}

func TestFilesAreTheMembersAlone(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	message, name := h.withFile(t, room, "secret plans")
	path := "/api/files/" + message.Collection().Id + "/" + message.Id + "/" + name
	for who, want := range map[string]int{"bob": 200, "ann": 200, "eve": 404, "": 404} {
		query := ""
		if user := h.person(who); user != nil {
			token, err := user.NewFileToken()
			must(t, err)
			query = "?token=" + token
		}
		got := h.client(who).Get(path + query)
		if got.Status != want || strings.Contains(got.Body, "secret plans") != (want == 200) {
			t.Errorf("%q: %d %s", who, got.Status, got.Body)
		}
	}
	if got := h.client("bob").Get(path); got.Status != 404 {
		t.Errorf("without a file token: %d", got.Status)
	}
	must(t, h.post(h.ann, "/chat/"+room+"/edit/", "remove", h.bob.Id))
	token, err := h.bob.NewFileToken()
	must(t, err)
	if got := h.client("bob").Get(path + "?token=" + token); got.Status != 404 {
		t.Errorf("after the removal, with a new token: %d", got.Status)
	}
}

func TestListsAskForTheRoom(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, message := h.friends(t)
	messages := message.Collection()
	tests := []struct {
		filter string
		status int
	}{
		{"", 400},
		{"body~'a'", 400},
		{"room='" + room + "'", 200},
		{"room.id='" + room + "'", 200},
		{"room='" + room + "' && body~'Hello'", 200},
		{"(room='" + room + "' && (body~'Hello' || body~'x'))", 200},
		{"room='" + room + "' || body~'Hello'", 400},
		{"(room='" + room + "' || id!='')", 400},
		{"(body~'x' || room='" + room + "') && id!=''", 400},
		{"room!='" + room + "'", 400},
		{"room~'" + room + "'", 400},
		{"room=room", 400},
		{"room=author", 400},
		{"room=", 400},
		{"'" + room + "'=room", 400},
	}
	for _, name := range []string{messages.Name, messages.Id, "CHAT_Messages"} {
		for _, test := range tests {
			got := h.client("ann").Get(records(name) + "?filter=" + queryEscape(test.filter))
			if got.Status != test.status {
				t.Errorf("%s %q: %d %s", name, test.filter, got.Status, got.Body)
			}
			if got.Status == 200 && (got.Field("totalItems") != -1.0 || !strings.Contains(got.Body, message.Id)) {
				t.Errorf("%q: %s", test.filter, got.Body)
			}
		}
	}
	if got := h.client("ann").Get(records(messages.Name)); !strings.Contains(got.Body, "filter on the room") {
		t.Errorf("no sentence to act on: %s", got.Body)
	}
	if got := h.client("ann").Do(http.MethodHead, records(messages.Name), nil); got.Status != 400 {
		t.Errorf("HEAD without a filter: %d", got.Status)
	}
	if got := h.client("root").Get(records(messages.Name)); got.Status != 200 || got.Field("totalItems") == -1.0 {
		t.Errorf("a superuser: %d %v", got.Status, got.Field("totalItems"))
	}
}

// A client cannot bring marks that speak to the hooks, nor speak for another.
func TestMarksAreNotTakenFromABody(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, message := h.friends(t)
	for _, key := range []string{"@chat", "@chat_actor", "chat_actor", "actor"} {
		for _, value := range []any{h.ann.Id, "", map[string]any{"actor": h.ann.Id, "Actor": "", "quiet": true, "purge": true}} {
			got := h.client("bob").JSON(http.MethodPatch, records(store.Rooms, room), map[string]any{"name": "Mine", key: value})
			if got.Status != 403 {
				t.Errorf("renamed with %s=%v: %d %s", key, value, got.Status, got.Body)
			}
			got = h.client("carl").JSON(http.MethodPatch, records(store.Messages, message.Id), map[string]any{"body": "Forged", key: value})
			if got.Status != 403 {
				t.Errorf("edited with %s=%v: %d %s", key, value, got.Status, got.Body)
			}
			before := h.room(t, room).Rev
			got = h.client("adam").JSON(http.MethodPatch, records(store.Rooms, room), map[string]any{"name": "Named by " + key, key: value})
			if got.Status != 200 || strings.Contains(got.Body, `"`+key) {
				t.Errorf("an admin's renaming with %s=%v: %d %s", key, value, got.Status, got.Body)
			}
			if rev := h.room(t, room).Rev; rev != before+1 {
				t.Errorf("%s=%v made the renaming silent", key, value)
			}
			must(t, h.renameBack(room))
		}
	}
}

func (h *house) renameBack(room string) error {
	group := h.Find(store.Rooms, room)
	group.Set("name", "Friends")
	return h.Save(group)
}
