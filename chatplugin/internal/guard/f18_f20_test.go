package guard_test

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

func queryEscape(s string) string { return url.QueryEscape(s) }

// withFile sends a message of Bob's that carries a text file.
func (h *house) withFile(t testing.TB, room, content string) (message *core.Record, name string) {
	t.Helper()
	file, err := filesystem.NewFileFromBytes([]byte(content), "plans.txt")
	must(t, err)
	message, err = h.Chat.Send(chatplugin.Draft{Room: room, Author: h.bob.Id, Files: []*filesystem.File{file}})
	must(t, err)
	names := h.Find(store.Messages, message.Id).GetStringSlice("files")
	if len(names) != 1 {
		t.Fatalf("the message carries %v", names)
	}
	return message, names[0]
}

// stored lists the files that hold a text, of all that were uploaded.
func (h *house) stored(t testing.TB, content string) (paths []string) {
	t.Helper()
	root := filepath.Join(h.DataDir(), "storage")
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if data, err := os.ReadFile(path); err == nil && strings.Contains(string(data), content) {
			paths = append(paths, path)
		}
		return nil
	})
	return paths
}

func TestF18_DeletedTextLivesOn(t *testing.T) {
	for _, who := range []string{"bob", "root"} { // the author, and an operator in the admin UI
		t.Run(who, func(t *testing.T) { deletedTextLivesOn(t, who) })
	}
}

func deletedTextLivesOn(t *testing.T, who string) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	const secret, plans = "the cake is a lie", "how to bake it"
	file, err := filesystem.NewFileFromBytes([]byte(plans), "plans.txt")
	must(t, err)
	message, err := h.Chat.Send(chatplugin.Draft{Room: room, Author: h.bob.Id, Body: secret, Files: []*filesystem.File{file}})
	must(t, err)
	reply, err := h.Chat.Send(chatplugin.Draft{Room: room, Author: h.ann.Id, Body: "Really?", ReplyTo: message.Id})
	must(t, err)
	if got := h.client("carl").JSON("POST", records(store.Reactions), map[string]any{"message": message.Id, "emoji": "🍰"}); got.Status != 200 {
		t.Fatal(got.Body)
	}
	page := "/chat/" + room + "/"
	quoted, err := store.FindMessage(h, room, reply.Id)
	must(t, err)
	if quoted.QuoteBody != secret || len(h.stored(t, plans)) == 0 || !strings.Contains(h.client("ann").Get(page).Body, secret) {
		t.Fatal("premise: the text is not everywhere to begin with")
	}
	if got := h.client(who).Do("DELETE", records(store.Messages, message.Id), nil); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}

	tables := []string{store.Rooms, store.Members, store.Messages, store.Reactions}
	for _, table := range tables {
		var rows []dbx.NullStringMap
		must(t, h.DB().NewQuery("SELECT * FROM {{"+table+"}}").All(&rows))
		for _, row := range rows {
			for column, cell := range row {
				if strings.Contains(cell.String, secret) || strings.Contains(cell.String, "plans_") || strings.Contains(cell.String, "🍰") {
					t.Errorf("%s.%s still holds %q", table, column, cell.String)
				}
			}
		}
	}
	if left := h.stored(t, plans); len(left) > 0 {
		t.Errorf("the file is still there: %v", left)
	}
	for _, path := range []string{
		page, page + "info/", page + "messages/", page + "messages/?after=0", page + "messages/?around=" + reply.Id, "/chat/", "/chat/list-partial/",
		"/chat/widget/", "/chat/widget/" + room + "/", records(store.Messages, message.Id),
		records(store.Messages) + "?expand=reply_to,room.last_message&filter=" + queryEscape("room='"+room+"'"),
	} {
		for _, who := range []string{"ann", "bob"} {
			got := h.client(who).Get(path)
			if got.Status != 200 || strings.Contains(got.Body, secret) || strings.Contains(got.Body, "plans_") {
				t.Errorf("%s at %s: %d, the text is there: %v", who, path, got.Status, strings.Contains(got.Body, secret))
			}
		}
	}
	// An edit that was begun before cannot bring it back, nor a save of the old record.
	message.Set("body", secret)
	if err := h.Save(message); err == nil {
		t.Error("saved over the tombstone")
	}
	message.Set("files", nil)
	if err := h.Save(message); chat.AsError(err) == nil {
		t.Errorf("saved over the tombstone without its files: %v", err)
	}
	message.Set("body", "")
	if err := h.Save(message); err == nil {
		t.Error("emptied the tombstone once more, and it was an edit")
	}
	if m := h.Find(store.Messages, message.Id); m.GetString("body") != "" || len(m.GetStringSlice("files")) > 0 || m.GetDateTime("deleted").IsZero() {
		t.Errorf("the tombstone is %v", m)
	}
}

func TestF20_Orphans(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	owned := func(t *testing.T, room string) {
		t.Helper()
		members, err := store.AllMembers(h, room)
		must(t, err)
		owners := 0
		for _, member := range members {
			if member.Role == chat.Owner {
				owners++
			}
		}
		found, err := store.FindRoom(h, room)
		switch {
		case len(members) == 0 && err != chat.ErrNoRoom && !found.Closed:
			t.Errorf("nobody is in the group, and it is still there: %v", err)
		case len(members) > 0 && owners == 0:
			t.Errorf("%d members and no owner", len(members))
		}
		if err == nil && !found.Closed {
			h.recount(t, room)
		}
	}
	everybody := []*core.Record{h.ann, h.adam, h.bob, h.carl}
	t.Run("all leave at once", func(t *testing.T) {
		for range 10 {
			room, _ := h.friends(t)
			together(4, func(i int) {
				if err := h.post(everybody[i], "/chat/"+room+"/leave/"); err != nil {
					t.Error(err)
				}
			})
			h.eventually(t, "the empty group goes", func() bool {
				_, err := store.FindRoom(h, room)
				return err == chat.ErrNoRoom
			})
		}
	})
	t.Run("all but one leave at once", func(t *testing.T) {
		for i := range 10 {
			room, _ := h.friends(t)
			stays := i % 4
			together(4, func(i int) {
				if i == stays {
					return
				}
				if err := h.post(everybody[i], "/chat/"+room+"/leave/"); err != nil {
					t.Error(err)
				}
			})
			owned(t, room)
			if got := h.Member(room, everybody[stays]).GetString("role"); got != "owner" {
				t.Errorf("who stayed is %s", got)
			}
		}
	})
	t.Run("one leaves many times at once", func(t *testing.T) {
		room, _ := h.friends(t)
		records := make([]*core.Record, 10)
		for i := range records {
			records[i] = h.Member(room, h.carl)
		}
		errs := make([]error, len(records))
		together(len(records), func(i int) { errs[i] = h.Delete(records[i]) })
		left := 0
		for _, err := range errs {
			if err == nil {
				left++
			} else if chat.AsError(err) == nil {
				t.Error(err)
			}
		}
		if left != 1 {
			t.Errorf("left %d times", left)
		}
		owned(t, room)
	})
	t.Run("two remove each other", func(t *testing.T) {
		for _, role := range []chat.Role{chat.Owner, chat.Admin} {
			for range 10 {
				room, _ := h.friends(t)
				h.role(t, room, h.adam, chat.Owner)
				one, two := h.ann, h.adam
				if role == chat.Admin {
					h.role(t, room, h.bob, chat.Admin)
					one, two = h.adam, h.bob
					h.role(t, room, h.adam, chat.Admin)
				}
				errs := make([]error, 2)
				together(2, func(i int) {
					if i == 0 {
						errs[0] = h.post(one, "/chat/"+room+"/edit/", "remove", two.Id)
					} else {
						errs[1] = h.post(two, "/chat/"+room+"/edit/", "remove", one.Id)
					}
				})
				removed := 0
				for _, err := range errs {
					if err == nil {
						removed++
					}
				}
				if want := map[chat.Role]int{chat.Owner: 1, chat.Admin: 0}[role]; removed != want {
					t.Errorf("two of the role %s: %d removed: %v", role, removed, errs)
				}
				owned(t, room)
			}
		}
	})
	t.Run("the last owner steps down while another is made", func(t *testing.T) {
		for range 10 {
			room, _ := h.friends(t)
			h.role(t, room, h.adam, chat.Owner)
			together(2, func(i int) {
				user := []*core.Record{h.ann, h.adam}[i]
				_ = h.post(user, "/chat/"+room+"/edit/", "user", user.Id, "role", "member")
			})
			owned(t, room)
		}
	})
	t.Run("a direct room cannot be left", func(t *testing.T) {
		room := h.Direct(h.ann, h.bob)
		h.Message(room, h.ann, "Stay")
		if err := h.post(h.bob, "/chat/"+room+"/leave/"); err == nil || !strings.Contains(err.Error(), "403") {
			t.Errorf("left: %v", err)
		}
		must(t, h.post(h.bob, "/chat/"+room+"/delete/"))
		if _, shown := h.list(t, h.bob)[room]; shown || h.Member(room, h.bob) == nil {
			t.Error("deleting it for oneself is not what it should be")
		}
	})
	t.Run("an owner's account ends", func(t *testing.T) {
		room, _ := h.friends(t)
		direct := h.Direct(h.ann, h.bob)
		h.Message(direct, h.ann, "Bye")
		must(t, h.Delete(h.ann))
		owned(t, room)
		if got := h.Member(room, h.adam).GetString("role"); got != "owner" {
			t.Errorf("the heir is %s", got)
		}
		if list := h.list(t, h.bob); len(list) == 0 {
			t.Error("the direct room went with the other's account")
		}
		must(t, h.Delete(h.bob))
		h.eventually(t, "a direct room of nobody goes", func() bool {
			_, err := store.FindRoom(h, direct)
			return err == chat.ErrNoRoom
		})
	})
}
