package chatplugin_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// diary keeps what hooks told, in order.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

// take answers the lines so far and forgets them.
func (d *diary) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	lines := d.lines
	d.lines = nil
	return lines
}

// listen writes all that happens into a diary, people by their names.
func listen(app *chattest.App) *diary {
	d := &diary{}
	name := func(user string) string {
		if record, err := app.FindRecordById("users", user); err == nil {
			return record.GetString("name")
		}
		return "-"
	}
	message := func(what string) func(*chatplugin.MessageEvent) error {
		return func(e *chatplugin.MessageEvent) error {
			d.note("%s %s: %s", what, name(e.Author), e.Message.GetString("body"))
			return e.Next()
		}
	}
	member := func(what string) func(*chatplugin.MemberEvent) error {
		return func(e *chatplugin.MemberEvent) error {
			d.note("%s %s by %s", what, name(e.User), name(e.Actor))
			return e.Next()
		}
	}
	room := func(what string) func(*chatplugin.RoomEvent) error {
		return func(e *chatplugin.RoomEvent) error {
			d.note("%s %s%d by %s", what, e.Room.GetString("type"), len(e.Users), name(e.Actor))
			return e.Next()
		}
	}
	c := app.Chat
	c.OnMessageSend().BindFunc(message("send"))
	c.OnMessageSent().BindFunc(message("sent"))
	c.OnMemberJoin().BindFunc(member("join"))
	c.OnMemberJoined().BindFunc(member("joined"))
	c.OnMemberLeave().BindFunc(member("leave"))
	c.OnMemberLeft().BindFunc(member("left"))
	c.OnMemberRemove().BindFunc(member("remove"))
	c.OnMemberRemoved().BindFunc(member("removed"))
	c.OnRoomCreate().BindFunc(room("create"))
	c.OnRoomCreated().BindFunc(room("created"))
	c.OnRoomDelete().BindFunc(room("delete"))
	c.OnRoomDeleted().BindFunc(room("deleted"))
	return d
}

// without leaves out what the rooms say of themselves.
func without(lines []string) []string {
	return slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "sen") && strings.Contains(line, " -: ") })
}

func TestHooksFireInOrder(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	people := app.Users("Ann", "Bob", "Cid")
	ann, bob, cid := people[0], people[1], people[2]
	d := listen(app)
	expect := func(what string, want ...string) {
		t.Helper()
		if got := without(d.take()); !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", what, got, want)
		}
	}
	ok := func(answer chattest.Answer) {
		t.Helper()
		if answer.Status >= 300 {
			t.Fatalf("%d %s", answer.Status, answer.Body)
		}
	}

	direct := app.Direct(ann, bob)
	got := d.take() // the two join in the order of their ids
	slices.Sort(got)
	if want := []string{"create direct2 by Ann", "created direct2 by Ann", "join Ann by -", "join Bob by -", "joined Ann by -", "joined Bob by -"}; !slices.Equal(got, want) {
		t.Errorf("a direct room: %q", got)
	}
	app.Direct(bob, ann)
	expect("the same again")
	ok(app.Client(ann).JSON("POST", "/api/collections/chat_messages/records", map[string]any{"room": direct, "body": "Hi"}))
	expect("a message over REST", "send Ann: Hi", "sent Ann: Hi")
	ok(app.Client(ann).Post("/chat/"+direct+"/send/", chattest.Form("body", "Ho", "client_id", "x")))
	expect("a message by the page", "send Ann: Ho", "sent Ann: Ho")

	group := app.Group("Crew", ann, bob)
	expect("a group", "create group0 by Ann", "join Ann by -", "join Bob by -", "created group0 by Ann", "joined Ann by -", "joined Bob by -")
	ok(app.Client(ann).Post("/chat/"+group+"/edit/", chattest.Form("action", "add", "members", cid.Id)))
	expect("somebody added", "join Cid by Ann", "joined Cid by Ann")
	ok(app.Client(cid).Post("/chat/"+group+"/leave/", nil))
	expect("somebody leaving", "leave Cid by Cid", "left Cid by Cid")
	ok(app.Client(ann).Post("/chat/"+group+"/edit/", chattest.Form("action", "remove", "user", bob.Id)))
	expect("somebody removed", "remove Bob by Ann", "removed Bob by Ann")
	ok(app.Client(ann).Post("/chat/"+group+"/delete-group/", nil))
	expect("a group deleted", "delete group0 by Ann", "deleted group0 by Ann")
	if err := app.Delete(app.Find("chat_rooms", direct)); err != nil {
		t.Fatal(err)
	}
	expect("a room deleted by an operator", "delete direct2 by -", "deleted direct2 by -")
}

// TestHooksRefuse walks refusals through pages, REST and app.Save: nothing is
// written, and people read the sentence.
func TestHooksRefuse(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	people := app.Users("Ann", "Bob", "Cid")
	ann, bob, cid := people[0], people[1], people[2]
	group := app.Group("Crew", ann, bob)
	const sentence = "Not on a Sunday."
	refusing, plain := false, false
	refuse := func(next func() error) error {
		if plain {
			return errors.New("secret detail")
		}
		if refusing {
			return chatplugin.Refuse(sentence)
		}
		return next()
	}
	c := app.Chat
	c.OnMessageSend().BindFunc(func(e *chatplugin.MessageEvent) error { return refuse(e.Next) })
	c.OnMemberJoin().BindFunc(func(e *chatplugin.MemberEvent) error { return refuse(e.Next) })
	c.OnMemberLeave().BindFunc(func(e *chatplugin.MemberEvent) error { return refuse(e.Next) })
	c.OnMemberRemove().BindFunc(func(e *chatplugin.MemberEvent) error { return refuse(e.Next) })
	c.OnRoomCreate().BindFunc(func(e *chatplugin.RoomEvent) error { return refuse(e.Next) })
	c.OnRoomDelete().BindFunc(func(e *chatplugin.RoomEvent) error { return refuse(e.Next) })

	tries := []struct {
		name string
		try  func() chattest.Answer
	}{
		{"send by the page", func() chattest.Answer {
			return app.Client(bob).Post("/chat/"+group+"/send/", chattest.Form("body", "Hi", "client_id", "x"))
		}},
		{"send over REST", func() chattest.Answer {
			return app.Client(bob).JSON("POST", "/api/collections/chat_messages/records", map[string]any{"room": group, "body": "Hi"})
		}},
		{"add by the page", func() chattest.Answer {
			return app.Client(ann).Post("/chat/"+group+"/edit/", chattest.Form("action", "add", "members", cid.Id))
		}},
		{"add over REST", func() chattest.Answer {
			return app.Client(ann).JSON("POST", "/api/collections/chat_members/records", map[string]any{"room": group, "user": cid.Id})
		}},
		{"leave by the page", func() chattest.Answer { return app.Client(bob).Post("/chat/"+group+"/leave/", nil) }},
		{"leave over REST", func() chattest.Answer {
			return app.Client(bob).JSON("DELETE", "/api/collections/chat_members/records/"+app.Member(group, bob).Id, nil)
		}},
		{"remove by the page", func() chattest.Answer {
			return app.Client(ann).Post("/chat/"+group+"/edit/", chattest.Form("action", "remove", "user", bob.Id))
		}},
		{"open by the page", func() chattest.Answer {
			return app.Client(ann).Post("/chat/new/", chattest.Form("email", cid.Email()))
		}},
		{"create by the page", func() chattest.Answer {
			return app.Client(ann).Post("/chat/new-group/", chattest.Form("name", "Other"))
		}},
		{"delete by the page", func() chattest.Answer { return app.Client(ann).Post("/chat/"+group+"/delete-group/", nil) }},
		{"delete over REST", func() chattest.Answer {
			return app.Client(ann).JSON("DELETE", "/api/collections/chat_rooms/records/"+group, nil)
		}},
	}
	count := func() string {
		rooms, _ := app.CountRecords("chat_rooms")
		members, _ := app.CountRecords("chat_members")
		messages, _ := app.CountRecords("chat_messages")
		return fmt.Sprint(rooms, members, messages, app.Rev(group), app.Find("chat_rooms", group).GetBool("closed"))
	}
	before := count()
	for _, try := range tries {
		t.Run(try.name, func(t *testing.T) {
			refusing, plain = true, false
			if got := try.try(); got.Status < 400 || got.Status >= 500 || !strings.Contains(got.Body, sentence) {
				t.Errorf("%d %s", got.Status, got.Body)
			}
			refusing, plain = true, true
			if got := try.try(); got.Status < 400 || strings.Contains(got.Body, "secret") {
				t.Errorf("another error: %d %s", got.Status, got.Body)
			}
			if after := count(); after != before {
				t.Errorf("refused, and yet %s became %s", before, after)
			}
		})
	}
	refusing, plain = true, false
	if err := app.Save(messageRecord(t, app, group, bob.Id)); err == nil || err.Error() != sentence {
		t.Errorf("app.Save: %v", err)
	}
	// The premise: all of it goes well where nobody refuses.
	refusing, plain = false, false
	for _, try := range tries[:3] {
		if got := try.try(); got.Status >= 400 {
			t.Errorf("%s, allowed: %d %s", try.name, got.Status, got.Body)
		}
	}
}

func messageRecord(t *testing.T, app core.App, room, author string) *core.Record {
	t.Helper()
	collection, err := app.FindCollectionByNameOrId("chat_messages")
	if err != nil {
		t.Fatal(err)
	}
	record := core.NewRecord(collection)
	record.Set("room", room)
	record.Set("author", author)
	record.Set("body", "Hi")
	return record
}
