package guard_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// A reader who asks for the revision of a room and then for the rows finds
// every revision up to it, whatever is being written.
func TestReadersNeverSeeAHole(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	const senders, each = 8, 50
	people := []*core.Record{h.ann, h.adam, h.bob, h.carl}
	stop, stopped := make(chan struct{}), make(chan struct{})
	var reads, moved int
	go func() {
		defer close(stopped)
		last := int64(0)
		for {
			select {
			case <-stop:
				return
			default:
			}
			found, err := store.FindRoom(h, room)
			if err != nil {
				t.Error(err)
				return
			}
			var rows int64
			err = h.DB().NewQuery("SELECT COUNT(*) FROM chat_messages WHERE room = {:room} AND seq <= {:rev}").
				Bind(dbx.Params{"room": room, "rev": found.Rev}).Row(&rows)
			if err != nil || rows != found.Rev {
				t.Errorf("at revision %d there are %d messages (%v)", found.Rev, rows, err)
			}
			reads++
			if found.Rev != last {
				moved++
			}
			last = found.Rev
		}
	}()
	together(senders, func(i int) {
		for n := range each {
			draft := chatplugin.Draft{Room: room, Author: people[i%4].Id, Body: fmt.Sprint(i, n)}
			if n%10 == 9 {
				draft.Author = h.eve.Id // refused inside the transaction: leaves no hole either
			}
			if _, err := h.Chat.Send(draft); (err != nil) != (n%10 == 9) {
				t.Errorf("%d %d: %v", i, n, err)
			}
		}
	})
	close(stop)
	<-stopped
	if moved < 10 {
		t.Errorf("premise: in %d reads the room moved %d times", reads, moved)
	}
	if rev := h.room(t, room).Rev; rev != 2+senders*each*9/10 { // it was created, and Bob said hello
		t.Errorf("the group ends at revision %d", rev)
	}
	h.recount(t, room)
}

func TestRenamingSetsNoCounterBack(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	old := h.Find(store.Rooms, room) // loaded before anything else happens
	together(8, func(i int) {
		if i%2 == 0 {
			for n := range 20 {
				if _, err := h.Chat.Send(chatplugin.Draft{Room: room, Author: h.bob.Id, Body: fmt.Sprint(n)}); err != nil {
					t.Error(err)
				}
			}
			return
		}
		for n := range 10 {
			record, err := h.FindRecordById(store.Rooms, room)
			if err != nil {
				t.Error(err)
				return
			}
			record.Set("name", fmt.Sprint("Name ", i, n))
			if err := h.Save(record); err != nil {
				t.Error(err)
			}
		}
	})
	h.recount(t, room)
	name := h.room(t, room).Name
	old.Set("description", "Written from an old page")
	must(t, h.Save(old))
	if got := h.room(t, room); got.Name != name || got.Description == "" {
		t.Errorf("describing took the name back: %+v, was %q", got, name)
	}
	h.recount(t, room)
}

func TestRoleAndMarksAtOnce(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	for range 20 {
		room, _ := h.friends(t)
		end := h.room(t, room).Rev
		role, read, settings := h.Member(room, h.carl), h.Member(room, h.carl), h.Member(room, h.carl)
		role.Set("role", "admin")
		read.Set("read_rev", end)
		settings.Set("notify", "none")
		records := []*core.Record{role, read, settings}
		together(3, func(i int) {
			if err := h.Save(records[i]); err != nil {
				t.Error(err)
			}
		})
		got := h.Member(room, h.carl)
		if got.GetString("role") != "admin" || int64(got.GetInt("read_rev")) != end || got.GetString("notify") != "none" {
			t.Fatalf("of a role, a mark and a setting are left %s, %d (of %d), %s", got.GetString("role"), got.GetInt("read_rev"), end, got.GetString("notify"))
		}
		h.recount(t, room)
	}
}

// Whatever comes first, a deleted text is gone for good.
func TestEditNeverBringsTextBack(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	var edited atomic.Int64
	for i := range 30 {
		room, message := h.friends(t)
		edit, same := h.Find(store.Messages, message.Id), h.Find(store.Messages, message.Id)
		edit.Set("body", "Hello again")
		together(3, func(i int) {
			switch i {
			case 0:
				if err := h.Save(edit); err == nil {
					edited.Add(1)
				} else if chat.AsError(err) == nil {
					t.Error(err)
				}
			case 1:
				if err := h.Chat.DeleteMessage(message.Id); err != nil {
					t.Error(err)
				}
			case 2: // a save that changes nothing, as the admin UI makes
				if err := h.Save(same); err != nil && chat.AsError(err) == nil {
					t.Error(err)
				}
			}
		})
		got := h.Find(store.Messages, message.Id)
		if got.GetString("body") != "" || got.GetDateTime("deleted").IsZero() {
			t.Fatalf("try %d: the message is %q, deleted %q", i, got.GetString("body"), got.GetString("deleted"))
		}
		h.recount(t, room)
	}
	t.Logf("%d of 30 edits came before the deletion", edited.Load())
}

// The same without luck: the row is deleted between loading and saving.
func TestSavesOfOldRecords(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	for name, change := range map[string]func(*core.Record){
		"nothing":        func(*core.Record) {},
		"the text":       func(r *core.Record) { r.Set("body", "Forged") },
		"without hooks":  func(r *core.Record) { r.Set("body", "Forged") },
		"fields of ours": func(r *core.Record) { r.Set("rev", 1); r.Set("seq", 1); r.Set("kind", "system") },
	} {
		message := h.Message(room, h.bob, "Hello")
		old := h.Find(store.Messages, message.Id)
		must(t, h.Chat.DeleteMessage(message.Id))
		want := h.dump(t, room)
		change(old)
		err := h.Save(old)
		if name == "without hooks" {
			err = h.SaveNoValidate(old)
		}
		if chat.AsError(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := h.dump(t, room); got != want {
			t.Errorf("%s: the database changed\n%s\nto\n%s", name, want, got)
		}
	}
}

// A save that is not about the text leaves the one that came meanwhile.
func TestSavesBesideAnEdit(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	message, _ := h.withFile(t, room, "old plans")
	nothing, files := h.Find(store.Messages, message.Id), h.Find(store.Messages, message.Id)
	message.Set("body", "Edited")
	must(t, h.Save(message))
	rev := h.room(t, room).Rev
	must(t, h.Save(nothing))
	if got := h.Find(store.Messages, message.Id); got.GetString("body") != "Edited" || h.room(t, room).Rev != rev {
		t.Errorf("a save of nothing left %q at revision %d, it was %d", got.GetString("body"), h.room(t, room).Rev, rev)
	}
	files.Set("files", nil)
	files.Set("body", "") // as it was loaded
	if err := h.SaveNoValidate(files); chat.AsError(err) == nil {
		t.Errorf("by what it knew, the message is empty: %v", err)
	}
	edit, drop := h.Find(store.Messages, message.Id), h.Find(store.Messages, message.Id)
	edit.Set("body", "Edited twice")
	must(t, h.Save(edit))
	drop.Set("files", nil)
	must(t, h.Save(drop))
	if got := h.Find(store.Messages, message.Id); got.GetString("body") != "Edited twice" || len(got.GetStringSlice("files")) != 0 {
		t.Errorf("dropping the file left %q and %v", got.GetString("body"), got.GetStringSlice("files"))
	}
	h.recount(t, room)
}
