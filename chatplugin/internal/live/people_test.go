package live_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/tools/filesystem"

	"pocketchat/chatplugin/chattest"
)

// heard waits for a frame, whatever came before it.
func heard(s *chattest.Socket, what string, is func(chattest.Frame) bool) {
	s.Until(what, func(all []chattest.Frame) bool { return slices.ContainsFunc(all, is) })
}

// A new name or picture shows in lists, headers and new messages at once,
// whoever changed it.
func TestNewNamesShow(t *testing.T) {
	for name, by := range map[string]func(h *house, fields map[string]any){
		"by themselves": func(h *house, fields map[string]any) {
			h.rest(h.Client(h.bob), http.MethodPatch, "users", h.bob.Id, fields)
		},
		"by an operator": func(h *house, fields map[string]any) {
			h.rest(h.WithToken(h.Superuser()), http.MethodPatch, "users", h.bob.Id, fields)
		},
		"by the host": func(h *house, fields map[string]any) { h.change("users", h.bob.Id, fields) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.Message(h.direct, h.bob, "between us")
			h.Message(h.group, h.bob, "to all")
			ann, cid, eve := h.open(h.ann, h.direct), h.inbox(h.cid), h.inbox(h.eve)
			rev := h.Rev(h.group)
			by(h, map[string]any{"name": "Robert"})
			row := func(room string) func(chattest.Frame) bool {
				return func(f chattest.Frame) bool {
					return f.Type() == "inbox" && f.Text("room") == room && strings.Contains(f.Raw(), "Robert")
				}
			}
			heard(ann, "the direct room under the new name", func(f chattest.Frame) bool {
				return f.Type() == "room" && f.Text("room") == h.direct && f.Text("name") == "Robert"
			})
			heard(ann, "its row", row(h.direct))
			cid.Wait("the group's row", row(h.group))
			h.Message(h.group, h.bob, "under the new name")
			if got := h.Client(h.cid).Get("/chat/" + h.group + "/messages/?after=" + "0"); !strings.Contains(got.Body, "Robert") {
				t.Errorf("the new bubble: %d", got.Status)
			}
			if now := h.Rev(h.group); now != rev+1 {
				t.Errorf("a new name took revisions: %d after %d", now, rev)
			}
			h.never(eve, "something about strangers", func(f chattest.Frame) bool { return strings.Contains(f.Raw(), "Robert") })
		})
	}
}

func TestNewPicturesShow(t *testing.T) {
	h := newHouse(t)
	h.Message(h.direct, h.bob, "between us")
	ann := h.inbox(h.ann)
	file, err := filesystem.NewFileFromBytes([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "me.gif")
	if err != nil {
		t.Fatal(err)
	}
	bob := h.change("users", h.bob.Id, map[string]any{"avatar": file})
	name := h.Find("users", bob.Id).GetString("avatar")
	if name == "" {
		t.Fatal("premise: there is no picture")
	}
	heard(ann, "the row with the picture", func(f chattest.Frame) bool { return f.Type() == "inbox" && strings.Contains(f.Raw(), name) })
	heard(ann, "the header's picture", func(f chattest.Frame) bool { return f.Type() == "room" && strings.Contains(f.Text("avatar"), name) })
}

// An e-mail address is nobody's business: a new one is told to nobody, ends the
// person's own sockets, and their rooms are there after they signed in again.
func TestNewAddressesHarmNobody(t *testing.T) {
	for name, by := range map[string]func(h *house, email string){
		"by an operator": func(h *house, email string) {
			h.rest(h.WithToken(h.Superuser()), http.MethodPatch, "users", h.bob.Id, map[string]any{"email": email})
		},
		"by the host": func(h *house, email string) { h.change("users", h.bob.Id, map[string]any{"email": email}) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.Message(h.group, h.ann, "before")
			bob, ann := h.open(h.bob, h.group), h.open(h.ann, h.group)
			unread := h.Unread(h.bob)
			by(h, "robert@example.com")
			if code := bob.WaitClosed(); code != 4501 {
				t.Errorf("closed with %d", code)
			}
			in := h.Client(nil).JSON(http.MethodPost, "/api/collections/users/auth-with-password", map[string]any{"identity": "robert@example.com", "password": chattest.Password})
			token, _ := in.Field("token").(string)
			if in.Status != 200 || token == "" {
				t.Fatalf("signing in: %d %s", in.Status, in.Body)
			}
			again := h.WithToken(token)
			if got := again.Get("/chat/" + h.group + "/"); got.Status != 200 || !strings.Contains(got.Body, "before") {
				t.Errorf("the room: %d", got.Status)
			}
			if got := again.Get("/chat/" + h.direct + "/"); got.Status != 200 || h.Unread(h.bob) != unread {
				t.Errorf("the direct room: %d, %d unread", got.Status, h.Unread(h.bob))
			}
			h.rest(again, http.MethodPost, "chat_messages", "", map[string]any{"room": h.group, "body": "after"})
			said(ann, "after")
			if got := h.Client(h.ann).Get("/chat/check-user/?email=robert@example.com"); got.Status != 200 || !strings.Contains(got.Body, "Bob") {
				t.Errorf("found by the new address: %d", got.Status)
			}
			h.never(ann, "the address", func(f chattest.Frame) bool { return strings.Contains(f.Raw(), "robert@") })
		})
	}
}
