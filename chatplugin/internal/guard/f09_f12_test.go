package guard_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

func TestF09_CounterRace(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	people := []*core.Record{h.ann, h.adam, h.bob, h.carl}
	clients := make([]*chattest.Client, len(people))
	for i, person := range people {
		clients[i] = h.Client(person)
	}
	const workers, deeds = 8, 125
	var mu sync.Mutex
	var written []*core.Record // by anybody
	together(workers, func(w int) {
		random := rand.New(rand.NewPCG(uint64(w), 9))
		me := w % len(people)
		var mine []string
		for n := range deeds {
			var err error
			switch dice := random.IntN(10); {
			case dice < 5:
				var record *core.Record
				record, err = h.Chat.Send(chatplugin.Draft{Room: room, Author: people[me].Id, Body: fmt.Sprint(w, n)})
				if err == nil {
					mine = append(mine, record.Id)
					mu.Lock()
					written = append(written, record)
					mu.Unlock()
				}
			case dice < 8:
				mu.Lock()
				rev := 1
				if len(written) > 0 { // anything that was ever there, late ones too
					rev = written[random.IntN(len(written))].GetInt("seq")
				}
				mu.Unlock()
				var got chattest.Answer
				if got, err = tryForm(clients[me], "/chat/"+room+"/read/", chattest.Form("rev", fmt.Sprint(rev))); err == nil && got.Status != 204 {
					err = fmt.Errorf("read: %d %s", got.Status, got.Body)
				}
			case dice < 9 && len(mine) > 0:
				err = h.Chat.DeleteMessage(mine[random.IntN(len(mine))]) // some of them twice
			default:
				record := h.Member(room, people[me])
				record.Set("pinned", random.IntN(2) == 0)
				err = h.Save(record)
			}
			if err != nil {
				t.Error(err)
			}
		}
	})
	if posts := h.room(t, room).Posts; posts < workers*deeds/3 {
		t.Fatalf("premise: only %d messages were sent", posts)
	}
	h.recount(t, room)
	for i, person := range people {
		if list := h.list(t, person); list[room] != h.Unread(person) {
			t.Errorf("%s: the list says %d, the badge %d", person.GetString("name"), list[room], h.Unread(person))
		}
		rev := h.room(t, room).Rev
		if got := clients[i].Post("/chat/"+room+"/read/", chattest.Form("rev", fmt.Sprint(rev))); got.Status != 204 || h.Unread(person) != 0 {
			t.Errorf("%s read everything (%d) and has %d unread", person.GetString("name"), got.Status, h.Unread(person))
		}
	}
}

func TestWhatNeverCountsAsUnread(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	unread := func(want int, after string) {
		t.Helper()
		for _, person := range []*core.Record{h.ann, h.carl} {
			if got := h.Unread(person); got != want {
				t.Errorf("after %s %s has %d unread, not %d", after, person.GetString("name"), got, want)
			}
		}
		if got := h.Unread(h.bob); got != 0 {
			t.Errorf("after %s Bob, who wrote it, has %d unread", after, got)
		}
		h.recount(t, room)
	}
	unread(1, "Bob's first")
	second := h.Message(room, h.bob, "Second")
	unread(2, "Bob's second")
	must(t, h.Chat.DeleteMessage(second.Id))
	unread(1, "deleting it")
	must(t, h.Chat.DeleteMessage(second.Id))
	unread(1, "deleting it twice")
	group := h.Find(store.Rooms, room)
	group.Set("name", "Renamed")
	must(t, h.Save(group))
	if _, err := h.Chat.Send(chatplugin.Draft{Room: room, Body: "Maintenance tonight"}); err != nil {
		t.Fatal(err)
	}
	h.role(t, room, h.carl, "admin")
	unread(1, "system messages")
	if got := h.Client(h.bob).JSON("PATCH", records(store.Messages, h.Message(room, h.bob, "Third").Id), map[string]any{"body": "3"}); got.Status != 200 {
		t.Fatal(got.Body)
	}
	unread(2, "a third that was edited")
	if got := h.Client(h.ann).JSON("POST", records(store.Reactions), map[string]any{"message": h.Message(room, h.bob, "4").Id, "emoji": "👍"}); got.Status != 200 {
		t.Fatal(got.Body)
	}
	unread(3, "a reaction to a fourth")
}

func TestF10_ReadMark(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	for range 5 {
		h.Message(room, h.bob, "More")
	}
	last := h.room(t, room).Rev
	if h.Unread(h.carl) != 6 {
		t.Fatalf("premise: %d unread", h.Unread(h.carl))
	}
	read := func(rev string, status int, mark int64, unread int) {
		t.Helper()
		got := h.Client(h.carl).Post("/chat/"+room+"/read/", chattest.Form("rev", rev))
		if got.Status != status {
			t.Errorf("read %s: %d %s", rev, got.Status, got.Body)
		}
		if member := h.Member(room, h.carl); int64(member.GetInt("read_rev")) != mark || h.Unread(h.carl) != unread {
			t.Errorf("read %s: mark %d, %d unread; want %d, %d", rev, member.GetInt("read_rev"), h.Unread(h.carl), mark, unread)
		}
		h.recount(t, room)
	}
	read(fmt.Sprint(last-2), 204, last-2, 2)
	read("1", 204, last-2, 2)                    // late
	read(fmt.Sprint(last-2), 204, last-2, 2)     // twice
	read("-5", 400, last-2, 2)                   // nonsense
	read("soon", 400, last-2, 2)                 //
	read("99999999999999999999", 204, last, 0)   // at most the end
	h.Message(room, h.bob, "One more")           // the mark must not have run ahead
	read(fmt.Sprint(last), 204, last, 1)         // a replay
	read("9223372036854775807", 204, last+1, 0)  //
	read("18446744073709551615", 204, last+1, 0) //
	together(20, func(i int) {                   // all at once, in any order
		_, _ = tryForm(h.Client(h.ann), "/chat/"+room+"/read/", chattest.Form("rev", fmt.Sprint(i)))
	})
	if mark := h.Member(room, h.ann).GetInt("read_rev"); int64(mark) != min(19, last+1) {
		t.Errorf("of twenty marks %d is left", mark)
	}
	h.recount(t, room)
}

func TestF12_PhantomBadge(t *testing.T) {
	tests := []struct {
		name string
		gone bool // the room leaves Carl's list
		do   func(h *house, room string) error
	}{
		{"leave", true, func(h *house, room string) error { return h.Delete(h.Member(room, h.carl)) }},
		{"leave by the page", true, func(h *house, room string) error { return h.post(h.carl, "/chat/"+room+"/leave/") }},
		{"removal", true, func(h *house, room string) error { return h.post(h.ann, "/chat/"+room+"/edit/", "remove", h.carl.Id) }},
		{"delete for me", true, func(h *house, room string) error { return h.post(h.carl, "/chat/"+room+"/delete/") }},
		{"group deletion", true, func(h *house, room string) error { return h.post(h.ann, "/chat/"+room+"/delete-group/") }},
		{"deletion by an operator", true, func(h *house, room string) error { return h.Delete(h.Find(store.Rooms, room)) }},
		{"deletion of who wrote", false, func(h *house, room string) error { return h.Delete(h.bob) }},
		{"deletion of what was written", false, func(h *house, room string) error {
			messages, err := h.FindRecordsByFilter(store.Messages, "room = {:room} && kind = 'text'", "", 0, 0, map[string]any{"room": room})
			for _, message := range messages {
				if err == nil {
					err = h.Chat.DeleteMessage(message.Id)
				}
			}
			return err
		}},
		{"removal in the admin UI", true, func(h *house, room string) error { return h.moderate(store.Members, h.Member(room, h.carl).Id) }},
		{"group deletion in the admin UI", true, func(h *house, room string) error { return h.moderate(store.Rooms, room) }},
		{"deletion of who wrote in the admin UI", false, func(h *house, room string) error { return h.moderate("users", h.bob.Id) }},
		{"deletion of what was written in the admin UI", false, func(h *house, room string) error {
			messages, err := h.FindRecordsByFilter(store.Messages, "room = {:room} && kind = 'text'", "", 0, 0, map[string]any{"room": room})
			for _, message := range messages {
				if err == nil {
					err = h.moderate(store.Messages, message.Id)
				}
			}
			return err
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t, chatplugin.Config{})
			room, _ := h.friends(t)
			h.Message(room, h.bob, "And more")
			elsewhere := h.Direct(h.ann, h.carl)
			h.Message(elsewhere, h.ann, "Hi")
			if list := h.list(t, h.carl); h.Unread(h.carl) != 3 || list[room] != 2 || list[elsewhere] != 1 {
				t.Fatalf("premise: %d unread, list %v", h.Unread(h.carl), list)
			}
			must(t, test.do(h, room))
			h.agrees(t, room, test.gone)
			h.Message(elsewhere, h.ann, "Still there?")
			h.agrees(t, room, test.gone)
			for shown := range h.list(t, h.carl) {
				must(t, h.post(h.carl, "/chat/"+shown+"/read/", "rev", "999999"))
			}
			if got := h.Unread(h.carl); got != 0 {
				t.Errorf("everything is read, and the badge says %d", got)
			}
		})
	}
}

// A room that was deleted for oneself comes back with only what is new.
func TestDeletedForMeComesBack(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, message := h.friends(t)
	must(t, h.post(h.carl, "/chat/"+room+"/delete/"))
	h.agrees(t, room, true)
	if _, shown := h.list(t, h.ann)[room]; !shown {
		t.Error("it changed somebody else's list")
	}
	if got := h.Client(h.carl).Get(records(store.Messages, message.Id)); got.Status != 404 {
		t.Errorf("what was cleared is shown over REST: %d", got.Status)
	}
	if err := h.Chat.DeleteMessage(message.Id); err != nil { // must not count back below nothing
		t.Fatal(err)
	}
	next := h.Message(room, h.bob, "News")
	if list := h.list(t, h.carl); list[room] != 1 {
		t.Errorf("the list shows %v", list)
	}
	h.agrees(t, room, false)
	if got := h.Client(h.carl).Get(records(store.Messages, next.Id)); got.Status != 200 {
		t.Errorf("what is new is not shown: %d", got.Status)
	}
	h.recount(t, room)
}

// post sends a form as a user and makes an error of a refusal.
func (h *house) post(user *core.Record, path string, pairs ...string) error {
	got, err := tryForm(h.Client(user), path, chattest.Form(pairs...))
	if err == nil && got.Status >= 300 {
		err = fmt.Errorf("%s: %d %s", path, got.Status, got.Body)
	}
	return err
}

// moderate deletes a record as a superuser does in the admin UI.
func (h *house) moderate(collection, id string) error {
	got := h.client("root").Do(http.MethodDelete, records(collection, id), nil)
	if got.Status != http.StatusNoContent {
		return fmt.Errorf("deleting of %s: %d %s", collection, got.Status, got.Body)
	}
	return nil
}

// agrees holds that Carl's badge is the sum of what his list shows.
func (h *house) agrees(t *testing.T, room string, gone bool) {
	t.Helper()
	sum, list := 0, h.list(t, h.carl)
	for _, unread := range list {
		sum += unread
	}
	if got := h.Unread(h.carl); got != sum {
		t.Errorf("the badge says %d, the list %v", got, list)
	}
	if _, shown := list[room]; shown == gone {
		t.Errorf("the list is %v", list)
	}
}
