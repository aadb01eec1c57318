package guard_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// With EraseDeleted a deleted account takes along what it wrote, whoever deletes
// it; without, the messages stay under no name. Either way every counter is right.
func TestWhatADeletedAccountWrote(t *testing.T) {
	const secret, plans = "the cake is a lie", "how to bake it"
	for name, test := range map[string]struct {
		erase bool
		by    func(h *house) int
	}{
		"kept": {false, func(h *house) int {
			return h.client("root").Do(http.MethodDelete, records("users", h.bob.Id), nil).Status
		}},
		"erased by an operator": {true, func(h *house) int {
			return h.client("root").Do(http.MethodDelete, records("users", h.bob.Id), nil).Status
		}},
		"erased by themselves": {true, func(h *house) int {
			return h.client("bob").Do(http.MethodDelete, records("users", h.bob.Id), nil).Status
		}},
		"erased by the host": {true, func(h *house) int { must(h.t, h.Delete(h.Find("users", h.bob.Id))); return 204 }},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, chatplugin.Config{EraseDeleted: test.erase})
			room, first := h.friends(t)
			direct := h.Direct(h.ann, h.bob)
			inDirect := h.Message(direct, h.bob, secret+" between us")
			message, err := h.Chat.Send(chatplugin.Draft{Room: room, Author: h.bob.Id, Body: secret, Files: []*filesystem.File{fileOf(t, "plans.txt", plans)}})
			must(t, err)
			gone := h.Message(room, h.bob, "gone before")
			must(t, h.Chat.DeleteMessage(gone.Id))
			reply, err := h.Chat.Send(chatplugin.Draft{Room: room, Author: h.ann.Id, Body: "Really?", ReplyTo: message.Id})
			must(t, err)
			h.React(message.Id, h.carl, "🍰")
			h.React(reply.Id, h.bob, "👍")
			if h.Unread(h.carl) != 3 || len(h.stored(t, plans)) == 0 {
				t.Fatalf("premise: Carl has %d unread", h.Unread(h.carl))
			}
			rev := h.room(t, room).Rev
			if status := test.by(h); status != 204 {
				t.Fatalf("the account was not deleted: %d", status)
			}
			h.eventually(t, "the name is off", func() bool {
				return h.count(t, "SELECT COUNT(*) FROM chat_messages WHERE author = {:bob}", dbx.Params{"bob": h.bob.Id})+
					h.count(t, "SELECT COUNT(*) FROM chat_reactions WHERE user = {:bob}", dbx.Params{"bob": h.bob.Id}) == 0
			})
			h.recount(t, room)
			h.recount(t, direct)
			for _, id := range []string{first.Id, message.Id, inDirect.Id} {
				row := h.Find(store.Messages, id)
				erased := !row.GetDateTime("deleted").IsZero() && row.GetString("body") == "" && len(row.GetStringSlice("files")) == 0
				if erased != test.erase {
					t.Errorf("the message is %v", row.FieldsData())
				}
			}
			wantUnread, wantRev := 3, rev+1 // Ann's reply and Bob's two; Bob's removal is told
			if test.erase {
				wantUnread, wantRev = 1, rev+3
			}
			if h.Unread(h.carl) != wantUnread || h.room(t, room).Rev != wantRev {
				t.Errorf("Carl has %d unread, want %d; revision %d, want %d", h.Unread(h.carl), wantUnread, h.room(t, room).Rev, wantRev)
			}
			if !test.erase {
				return
			}
			if left := h.stored(t, plans); len(left) > 0 {
				t.Errorf("files are left: %v", left)
			}
			if n := h.count(t, "SELECT COUNT(*) FROM chat_reactions WHERE message = {:id}", dbx.Params{"id": message.Id}); n != 0 {
				t.Errorf("%d reactions are left", n)
			}
			for _, path := range []string{"/chat/" + room + "/", "/chat/" + direct + "/", "/chat/", "/chat/" + room + "/info/", records(store.Messages) + "?filter=" + queryEscape("room='"+room+"'")} {
				if got := h.client("ann").Get(path); got.Status != 200 || strings.Contains(got.Body, "cake") {
					t.Errorf("%s: %d, and the text lives on: %v", path, got.Status, strings.Contains(got.Body, "cake"))
				}
			}
			h.agrees(t, room, false)
		})
	}
}

// Thousands of messages go in pieces, and what a kill cut off is finished at the
// next start.
func TestErasingIsResumed(t *testing.T) {
	h := peopled(t, chattest.NewApp(t, chatplugin.Config{EraseDeleted: true}))
	room, _ := h.friends(t)
	h.fill(t, room, h.bob, 1700)
	other := h.Group("Others", h.bob, h.ann)
	h.fill(t, other, h.bob, 600)
	if h.Unread(h.carl) != 1701 {
		t.Fatalf("premise: Carl has %d unread", h.Unread(h.carl))
	}
	// The account goes, one piece is erased, and the power fails.
	must(t, h.Delete(h.Member(room, h.bob)))
	_, err := h.NonconcurrentDB().NewQuery("DELETE FROM users WHERE id = {:id}").Bind(dbx.Params{"id": h.bob.Id}).Execute()
	must(t, err)
	erased, err := store.EraseMessages(h, room, h.bob.Id, 500)
	must(t, err)
	if erased != 500 {
		t.Fatalf("premise: %d erased", erased)
	}
	h.recount(t, room)
	if h.Unread(h.carl) != 1201 {
		t.Errorf("after a piece Carl has %d unread", h.Unread(h.carl))
	}
	h.Serve()
	h.eventually(t, "everything is erased", func() bool {
		return h.count(t, "SELECT COUNT(*) FROM chat_messages WHERE author = {:bob}", dbx.Params{"bob": h.bob.Id}) == 0
	})
	for _, id := range []string{room, other} {
		h.recount(t, id)
		if n := h.count(t, "SELECT COUNT(*) FROM chat_messages WHERE room = {:room} AND kind = 'text' AND deleted = ''", dbx.Params{"room": id}); n != 0 {
			t.Errorf("%d messages live on", n)
		}
		if twice := h.count(t, "SELECT COUNT(*) - COUNT(DISTINCT rev) FROM chat_messages WHERE room = {:room}", dbx.Params{"room": id}); twice != 0 {
			t.Errorf("%d messages share a revision", twice)
		}
	}
	if h.Unread(h.carl) != 0 {
		t.Errorf("Carl has %d unread", h.Unread(h.carl))
	}
}

// A room that is being deleted takes its messages along, and holds up nothing.
func TestErasingBesideADeletion(t *testing.T) {
	h := newHouse(t, chatplugin.Config{EraseDeleted: true})
	room, _ := h.friends(t)
	other := h.Group("Others", h.ann, h.bob)
	h.Message(other, h.bob, "words")
	must(t, store.CloseRoom(h, room)) // and its rows are there yet
	if got := h.client("root").Do(http.MethodDelete, records("users", h.bob.Id), nil); got.Status != 204 {
		t.Fatal(got.Body)
	}
	h.eventually(t, "the name is off", func() bool {
		return h.count(t, "SELECT COUNT(*) FROM chat_messages WHERE author = {:bob}", dbx.Params{"bob": h.bob.Id}) == 0
	})
	h.recount(t, other)
}
