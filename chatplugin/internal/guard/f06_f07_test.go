package guard_test

import (
	"fmt"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

func TestF06_Order(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	const senders, each = 8, 25
	seen := map[string]int{}
	var oldest string
	stop, stopped := make(chan struct{}), make(chan struct{})
	// Somebody pages backwards through the room while others write.
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			page, _, err := store.Before(h, room, 0, 1<<60, 10)
			for err == nil && len(page) > 0 {
				counts := map[string]int{}
				for i, m := range page {
					counts[m.ID]++
					if i > 0 && page[i-1].Seq >= m.Seq {
						t.Errorf("%d came before %d", page[i-1].Seq, m.Seq)
					}
				}
				for id, n := range counts {
					if n > 1 {
						t.Errorf("%s was shown %d times", id, n)
					}
				}
				oldest = page[0].ID
				page, _, err = store.Before(h, room, 0, page[0].Seq, 10)
			}
			if err != nil {
				t.Error(err)
				return
			}
		}
	}()
	sent := make([][]string, senders)
	together(senders, func(i int) {
		author := []*core.Record{h.ann, h.adam, h.bob, h.carl}[i%4]
		for n := range each {
			record, err := h.Chat.Send(chatplugin.Draft{Room: room, Author: author.Id, Body: fmt.Sprint(i, n)})
			if err != nil {
				t.Error(err)
				return
			}
			sent[i] = append(sent[i], record.Id)
		}
	})
	close(stop)
	<-stopped
	// The clock is set back, and everything happened in one millisecond.
	_, err := h.NonconcurrentDB().NewQuery("UPDATE chat_messages SET created = '2001-01-01 00:00:00.000Z' WHERE room = {:room}").Bind(dbx.Params{"room": room}).Execute()
	must(t, err)
	_, err = h.Chat.Send(chatplugin.Draft{Room: room, Author: h.bob.Id, Body: "Last"})
	must(t, err)
	place := map[string]int64{}
	for seq := int64(1 << 60); ; {
		page, older, err := store.Before(h, room, 0, seq, 30)
		must(t, err)
		for _, m := range page {
			seen[m.ID]++
			place[m.ID] = m.Seq
		}
		if !older {
			break
		}
		seq = page[0].Seq
	}
	for i := range sent {
		for n, id := range sent[i] {
			if seen[id] != 1 {
				t.Errorf("message %d of sender %d was shown %d times", n, i, seen[id])
			}
			if n > 0 && place[sent[i][n-1]] >= place[id] {
				t.Errorf("sender %d's message %d stands before %d", i, n, n-1)
			}
		}
	}
	if oldest == "" {
		t.Error("premise: nobody paged meanwhile")
	}
	if int64(len(seen)) != h.room(t, room).Rev {
		t.Errorf("%d of %d messages were shown", len(seen), h.room(t, room).Rev)
	}
}

func TestF07_OneDirectRoom(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	if _, err := store.FindDirect(h, chat.DirectKey(h.ann.Id, h.bob.Id)); err != chat.ErrNoRoom {
		t.Fatalf("premise: there is a room already: %v", err)
	}
	ann, bob := h.Client(h.ann), h.Client(h.bob)
	const opens = 50
	answers := make([]chattest.Answer, opens)
	errs := make([]error, opens)
	together(opens, func(i int) {
		client, email := ann, h.bob.Email()
		if i%2 == 1 {
			client, email = bob, h.ann.Email()
		}
		answers[i], errs[i] = tryForm(client, "/chat/new/", chattest.Form("email", email), "Accept", "application/json", "HX-Request", "")
	})
	rooms := map[any]bool{}
	for i, answer := range answers {
		if errs[i] != nil || answer.Status != 200 {
			t.Errorf("open %d: %v %d %s", i, errs[i], answer.Status, answer.Body)
		}
		rooms[answer.Field("room")] = true
	}
	if len(rooms) != 1 {
		t.Errorf("%d rooms: %v", len(rooms), rooms)
	}
	if n := h.count(t, "SELECT COUNT(*) FROM chat_rooms WHERE type = 'direct'", nil); n != 1 {
		t.Errorf("%d direct rooms in the database", n)
	}
	room, err := store.FindDirect(h, chat.DirectKey(h.ann.Id, h.bob.Id))
	must(t, err)
	if room.Members != 2 {
		t.Errorf("%d members", room.Members)
	}
	for _, user := range []*core.Record{h.ann, h.bob} { // both opened it
		if _, shown := h.list(t, user)[room.ID]; !shown {
			t.Errorf("%s does not see it", user.GetString("name"))
		}
	}
}
