package guard_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// together runs do n times at once and waits for all.
func together(n int, do func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			ready.Done()
			<-start
			do(i)
		}()
	}
	ready.Wait()
	close(start)
	done.Wait()
}

func (h *house) allowBatch(t testing.TB) {
	t.Helper()
	settings := h.Settings()
	settings.Batch.Enabled, settings.Batch.MaxRequests, settings.Batch.Timeout = true, 50, 60
	must(t, h.Save(settings))
}

func batch(requests ...map[string]any) map[string]any {
	return map[string]any{"requests": requests}
}

func batched(room, body, clientID string) map[string]any {
	return map[string]any{"method": "POST", "url": records(store.Messages),
		"body": map[string]any{"room": room, "body": body, "client_id": clientID}}
}

func TestF04_DuplicateByRetry(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	h.allowBatch(t)
	const tries = 20
	type door struct {
		name string
		send func(c *chattest.Client, room, clientID string) (chattest.Answer, error)
	}
	doors := []door{
		{"page", func(c *chattest.Client, room, clientID string) (chattest.Answer, error) {
			return tryForm(c, "/chat/"+room+"/send/", chattest.Form("body", "Once", "client_id", clientID))
		}},
		{"page with JSON", func(c *chattest.Client, room, clientID string) (chattest.Answer, error) {
			return tryForm(c, "/chat/"+room+"/send/", chattest.Form("body", "Once", "client_id", clientID), "Accept", "application/json", "HX-Request", "")
		}},
		{"REST", func(c *chattest.Client, room, clientID string) (chattest.Answer, error) {
			return tryJSON(c, http.MethodPost, records(store.Messages), map[string]any{"room": room, "body": "Once", "client_id": clientID})
		}},
		{"batch", func(c *chattest.Client, room, clientID string) (chattest.Answer, error) {
			return tryJSON(c, http.MethodPost, "/api/batch", batch(batched(room, "Once", clientID)))
		}},
	}
	for _, door := range doors {
		t.Run(door.name, func(t *testing.T) {
			room, _ := h.friends(t)
			before := h.room(t, room)
			client := h.Client(h.bob)
			answers := make([]chattest.Answer, tries)
			errs := make([]error, tries)
			together(tries, func(i int) { answers[i], errs[i] = door.send(client, room, "the-same") })
			for i := range answers {
				if errs[i] != nil || answers[i].Status != 200 || answers[i].Body != answers[0].Body {
					t.Errorf("try %d: %v %d %s\nthe first: %s", i, errs[i], answers[i].Status, answers[i].Body, answers[0].Body)
				}
			}
			after := h.room(t, room)
			if after.Posts != before.Posts+1 || after.Rev != before.Rev+1 {
				t.Errorf("%d tries made %d posts in %d revisions", tries, after.Posts-before.Posts, after.Rev-before.Rev)
			}
			h.recount(t, room)
			if answer, err := door.send(client, room, "another"); err != nil || answer.Status != 200 || answer.Body == answers[0].Body {
				t.Errorf("another id with the same text: %v %d", err, answer.Status)
			}
			if posts := h.room(t, room).Posts; posts != before.Posts+2 {
				t.Errorf("two ids with one text made %d messages", posts-before.Posts)
			}
		})
	}
}

// A batch is one transaction: what fails in it must not be answered as the
// repetition of what was sent before.
func TestBatchIsAllOrNothing(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	h.allowBatch(t)
	room, _ := h.friends(t)
	foreign := h.Direct(h.ann, h.carl)
	bob := h.Client(h.bob)

	if got := bob.JSON(http.MethodPost, "/api/batch", batch(batched(room, "One", "a"), batched(room, "Two", "b"))); got.Status != 200 {
		t.Fatalf("premise: %d %s", got.Status, got.Body)
	}
	before := h.dump(t, room, foreign)
	for name, requests := range map[string]map[string]any{
		"the last fails":   batch(batched(room, "Three", "c"), batched(foreign, "Hi", "d")),
		"the first fails":  batch(batched(foreign, "Hi", "d"), batched(room, "Three", "c")),
		"one is too empty": batch(batched(room, "Three", "c"), batched(room, " ", "e"), batched(room, "Four", "f")),
	} {
		if got := bob.JSON(http.MethodPost, "/api/batch", requests); got.Status != 400 {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
		if after := h.dump(t, room, foreign); after != before {
			t.Errorf("%s, and yet the database changed:\n%s\nto\n%s", name, before, after)
		}
	}
	got := bob.JSON(http.MethodPost, "/api/batch", batch(batched(room, "One again", "a"), batched(room, "Three", "c"), batched(room, "Three again", "c")))
	if got.Status != 200 || h.room(t, room).Posts != 4 {
		t.Errorf("repetitions in a batch: %d, %d posts, %s", got.Status, h.room(t, room).Posts, got.Body)
	}
	h.recount(t, room)
}

// A host may go on after a refusal inside its own transaction.
func TestRefusedInsideAHostsTransaction(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, message := h.friends(t)
	message.Set(store.FieldClientID, "")
	_, err := h.Chat.Send(chatplugin.Draft{Room: room, Author: h.bob.Id, Body: "First", ClientID: "c"})
	must(t, err)
	before := h.room(t, room)
	must(t, h.RunInTransaction(func(tx core.App) error {
		messages, err := tx.FindCollectionByNameOrId(store.Messages)
		if err != nil {
			return err
		}
		for _, fields := range []map[string]any{
			{"author": h.bob.Id, "body": "Second", "client_id": "c"}, // repeated
			{"author": h.eve.Id, "body": "From outside"},
			{"author": h.bob.Id, "body": ""},
		} {
			record := core.NewRecord(messages)
			record.Load(fields)
			record.Set(store.FieldRoom, room)
			if tx.Save(record) == nil {
				t.Errorf("saved %v", fields)
			}
		}
		third := core.NewRecord(messages)
		third.Load(map[string]any{"room": room, "author": h.bob.Id, "body": "Third"})
		if err := tx.Save(third); err != nil {
			return err
		}
		for _, member := range []*core.Record{h.Member(room, h.ann)} {
			member.Set(store.FieldRole, "member")
			if tx.Save(member) == nil {
				t.Error("the last owner stepped down")
			}
		}
		return nil
	}))
	after := h.room(t, room)
	if after.Rev != before.Rev+1 || after.Posts != before.Posts+1 || after.Members != before.Members || after.MembersRev != before.MembersRev {
		t.Errorf("what was refused was counted: %+v, before %+v", after, before)
	}
	h.recount(t, room)
}
