package guard_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

// A host saves what it has at hand, more than once.
func TestTheSameRecordAgain(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	message := h.Message(room, h.bob, "One") // never loaded
	for _, body := range []string{"Two", "One", "Two"} {
		rev := h.room(t, room).Rev
		message.Set("body", body)
		must(t, h.Save(message))
		got := h.Find(store.Messages, message.Id)
		if got.GetString("body") != body || got.GetString("room") != room || got.GetString("author") != h.bob.Id || h.room(t, room).Rev != rev+1 {
			t.Fatalf("%s was saved as %v", body, got.FieldsData())
		}
	}
	group := h.Find(store.Rooms, room)
	for _, name := range []string{"A", "B", "A"} {
		group.Set("name", name)
		must(t, h.Save(group))
		if got := h.room(t, room).Name; got != name {
			t.Fatalf("%s became %s", name, got)
		}
	}
	member := h.Member(room, h.carl)
	for _, role := range []string{"admin", "member", "admin"} {
		member.Set("role", role)
		must(t, h.Save(member))
		if got := h.Member(room, h.carl).GetString("role"); got != role {
			t.Fatalf("%s became %s", role, got)
		}
	}
	failure := errors.New("rolled back")
	if err := h.RunInTransaction(func(tx core.App) error {
		group.Set("name", "Never")
		return errors.Join(tx.Save(group), failure)
	}); !errors.Is(err, failure) {
		t.Fatal(err)
	}
	group.Set("description", "Something else")
	must(t, h.Save(group))
	h.recount(t, room)
}

// A row that goes for good leaves nothing that counts it or points at it.
func TestPurge(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, message := h.friends(t)
	reply, err := h.Chat.Send(chatplugin.Draft{Room: room, Author: h.ann.Id, Body: "Re", ReplyTo: message.Id})
	must(t, err)
	reacted := h.client("carl").JSON("POST", records(store.Reactions), map[string]any{"message": reply.Id, "emoji": "👍"})
	if reacted.Status != 200 || h.Unread(h.carl) != 2 || h.room(t, room).LastMessage != reply.Id {
		t.Fatalf("premise: %d unread, %s", h.Unread(h.carl), reacted.Body)
	}
	if err := h.Delete(h.Find(store.Messages, message.Id)); chat.AsError(err) == nil {
		t.Errorf("deleted without saying that it is for good: %v", err)
	}
	must(t, h.Delete(guard.ForGood(h.Find(store.Messages, message.Id))))
	if h.Unread(h.carl) != 1 {
		t.Errorf("%d unread after purging one of two", h.Unread(h.carl))
	}
	got := h.Find(store.Messages, reply.Id)
	got.Set("body", "Re: what?")
	must(t, h.Save(got))
	must(t, h.Delete(guard.ForGood(got)))
	left := h.count(t, "SELECT COUNT(*) FROM chat_messages c JOIN chat_rooms r ON r.last_message = c.id WHERE c.kind = 'system' AND r.id = {:room}", dbx.Params{"room": room})
	if n := h.count(t, "SELECT COUNT(*) FROM chat_reactions", nil); n != 0 || h.Unread(h.carl) != 0 || left != 1 {
		t.Errorf("%d reactions and %d unread are left, last message %q", n, h.Unread(h.carl), h.room(t, room).LastMessage)
	}
	group := h.Find(store.Rooms, room)
	group.Set("name", "Emptied")
	must(t, h.Save(group))
	if list := h.list(t, h.carl); len(list) != 1 || list[room] != 0 {
		t.Errorf("the list is %v", list)
	}
}

// Hosts' own hooks see completed records, may refuse, and may not loosen.
func TestAHostsHooks(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	no := chat.Refuse(chat.Forbidden, "body", "Not here.")
	h.OnRecordCreate(store.Messages).BindFunc(func(e *core.RecordEvent) error {
		if e.Record.GetString("kind") == "" {
			t.Error("the host's hook came before the record was completed")
		}
		if e.Record.GetString("body") == "forbidden" {
			return no
		}
		e.Record.Set("body", strings.ReplaceAll(e.Record.GetString("body"), "darn", "****")+" \x00")
		e.Record.Set("seq", 1)
		e.Record.Set("deleted", "2001-01-01 00:00:00.000Z")
		return e.Next()
	})
	h.OnRecordUpdate(store.Messages).BindFunc(func(e *core.RecordEvent) error {
		e.Record.Set("body", e.Record.GetString("body")+strings.Repeat("!", 5000))
		return e.Next()
	})
	before := h.dump(t, room)
	if _, err := h.Chat.Send(chatplugin.Draft{Room: room, Author: h.bob.Id, Body: "forbidden"}); err != no {
		t.Errorf("the host refused, and the answer is %v", err)
	}
	if after := h.dump(t, room); after != before {
		t.Error("the host refused, and yet something was written")
	}
	message, err := h.Chat.Send(chatplugin.Draft{Room: room, Author: h.bob.Id, Body: "oh darn"})
	must(t, err)
	got := h.Find(store.Messages, message.Id)
	if got.GetString("body") != "oh ****" || !got.GetDateTime("deleted").IsZero() || int64(got.GetInt("seq")) != h.room(t, room).Rev {
		t.Errorf("saved %v", got.FieldsData())
	}
	got.Set("body", "Longer")
	if err := h.Save(got); chat.AsError(err) == nil {
		t.Errorf("a hook made the text too long, and it was saved: %v", err)
	}
	h.recount(t, room)
}

// An after hook of a host that fails does not undo what was committed.
func TestAHostsAfterHookFails(t *testing.T) {
	h := newHouse(t, chatplugin.Config{})
	room, _ := h.friends(t)
	h.OnRecordAfterCreateSuccess(store.Messages).BindFunc(func(e *core.RecordEvent) error {
		return errors.New("the host's mail server is down")
	})
	bob := h.Client(h.bob)
	fields := map[string]any{"room": room, "body": "Hi", "client_id": "c"}
	first := bob.JSON("POST", records(store.Messages), fields)
	again := bob.JSON("POST", records(store.Messages), fields)
	if again.Status != 200 || first.Status != 200 || again.Field("id") != first.Field("id") {
		t.Errorf("answered %d %s, then %d %s", first.Status, first.Body, again.Status, again.Body)
	}
	if posts := h.room(t, room).Posts; posts != 2 {
		t.Errorf("%d posts", posts)
	}
	h.recount(t, room)
}
