package guard_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/store"
)

// What people ask of the collections, as the README says: it works, or a
// sentence says what to ask instead.
func TestWhatPeopleAsk(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, first := h.friends(t)
	h.Direct(h.bob, h.carl)
	reply := h.client("bob").JSON("POST", records(store.Messages), map[string]any{"room": room, "body": "Fine", "reply_to": first.Id})
	if reply.Status != 200 {
		t.Fatal(reply.Body)
	}
	h.React(first.Id, h.carl, "🎉")
	last := h.Message(room, h.ann, "Good")
	in := "room='" + room + "'"
	q := queryEscape
	for _, ask := range []struct {
		name, path string
		n          int    // how many records come, -1 for a refusal
		says       string // in the answer
	}{
		{"rooms by activity", records(store.Rooms) + "?sort=-last_activity", 2, room},
		{"groups alone", records(store.Rooms) + "?filter=" + q("type='group'"), 1, room},
		{"rooms by name", records(store.Rooms) + "?filter=" + q("name~'FRIEND'"), 1, room},
		{"rooms with their last message", records(store.Rooms) + "?expand=last_message&filter=" + q("id='"+room+"'"), 1, `"body":"Good"`},
		{"rooms with their members", records(store.Rooms) + "?expand=chat_members_via_room&filter=" + q("id='"+room+"'"), 1, `"role":"owner"`},
		{"fields of rooms", records(store.Rooms) + "?fields=id,name", 2, `"name"`},
		{"messages, newest first", records(store.Messages) + "?sort=-seq&perPage=1&filter=" + q(in), 1, last.Id},
		{"messages by created", records(store.Messages) + "?sort=-created&perPage=1&filter=" + q(in), 1, last.Id},
		{"messages by created and id", records(store.Messages) + "?sort=-created,id&perPage=1&filter=" + q(in), 1, last.Id},
		{"messages that changed", records(store.Messages) + "?sort=rev&filter=" + q(in+" && rev>1"), 3, "Good"},
		{"messages with what they reply to", records(store.Messages) + "?expand=reply_to&filter=" + q(in+" && reply_to!=''"), 1, first.Id},
		{"messages with reactions", records(store.Messages) + "?expand=chat_reactions_via_message&filter=" + q(in+" && id='"+first.Id+"'"), 1, "🎉"},
		{"messages with the room", records(store.Messages) + "?expand=room&perPage=1&filter=" + q(in), 1, `"name":"Friends"`},
		{"messages of one author", records(store.Messages) + "?filter=" + q(in+" && author='"+h.ann.Id+"'"), 1, "Good"},
		{"messages with a word", records(store.Messages) + "?filter=" + q(in+" && body~'fin'"), 1, "Fine"},
		{"members of a room", records(store.Members) + "?filter=" + q(in), 4, h.carl.Id},
		{"one's own places with the rooms", records(store.Members) + "?expand=room.last_message&filter=" + q("user='"+h.bob.Id+"'"), 2, `"body":"Good"`},
		{"reactions of a message", records(store.Reactions) + "?filter=" + q("message='"+first.Id+"'"), 1, "🎉"},
		{"reactions of a room", records(store.Reactions) + "?filter=" + q("message.room='"+room+"'"), 1, "🎉"},
		{"some people", records(store.People) + "?filter=" + q("id='"+h.ann.Id+"'||id='"+h.eve.Id+"'"), 1, "Ann"},

		{"messages of all rooms", records(store.Messages), -1, "filter on the room"},
		{"messages by their text", records(store.Messages) + "?sort=body&filter=" + q(in), -1, "sorted by seq"},
		{"messages in any order", records(store.Messages) + "?sort=@random&filter=" + q(in), -1, "sorted by seq"},
		{"messages by the room's name", records(store.Messages) + "?sort=-room.name&filter=" + q(in), -1, "sorted by seq"},
		{"rooms with all their messages", records(store.Rooms) + "?expand=chat_messages_via_room", -1, "list of their own"},
		{"a room with all its messages", records(store.Rooms, room) + "?expand=chat_messages_via_room", -1, "list of their own"},
		{"rooms by a word in them", records(store.Rooms) + "?filter=" + q("chat_messages_via_room.body?~'fine'"), -1, "list of their own"},
		{"rooms by their messages", records(store.Rooms) + "?sort=chat_messages_via_room.seq", -1, "list of their own"},
		{"messages with all others", records(store.Messages) + "?expand=room.chat_messages_via_room&filter=" + q(in), -1, "list of their own"},
	} {
		t.Run(ask.name, func(t *testing.T) {
			got := h.client("bob").JSON("GET", ask.path, nil)
			var page struct {
				Message string
				Items   []json.RawMessage
			}
			_ = json.Unmarshal([]byte(got.Body), &page)
			if ask.n < 0 {
				if got.Status != 400 || !strings.Contains(page.Message, ask.says) {
					t.Errorf("%d %s", got.Status, got.Body)
				}
				return
			}
			if got.Status != 200 || len(page.Items) != ask.n || !strings.Contains(got.Body, ask.says) {
				t.Errorf("%d, %d records: %s", got.Status, len(page.Items), got.Body)
			}
			if strings.Contains(got.Body, "@example.com") {
				t.Errorf("an e-mail address: %s", got.Body)
			}
		})
	}
}
