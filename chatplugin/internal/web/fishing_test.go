package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// Whoever shares a room with somebody must not learn by filters, orders and
// expands what that person writes elsewhere, where else they are, what was said
// before one came, or what is hidden.
func TestF16_NoFilterFishesForOthers(t *testing.T) {
	for name, open := range map[string]bool{"people listed by nobody": false, "people listed by everybody": true} {
		t.Run(name, func(t *testing.T) { fish(t, open) })
	}
}

func fish(t *testing.T, open bool) {
	app := chattest.NewApp(t, chatplugin.Config{History: chatplugin.HistoryJoined}).Serve()
	people := app.Users("Ann", "Bob", "Cid")
	ann, bob, cid := people[0], people[1], people[2]
	elsewhere := app.Group("Zebra plot", bob, cid)
	secret := app.Message(elsewhere, bob, "zebra at noon")
	app.React(secret.Id, cid, "🦓")
	shared := app.Group("Crew", bob, cid)
	early := app.Message(shared, bob, "zebra before Ann came")
	members, err := app.FindCollectionByNameOrId("chat_members")
	if err != nil {
		t.Fatal(err)
	}
	join(t, app, members, shared, ann.Id)
	late := app.Message(shared, bob, "hello Ann")
	app.React(late.Id, cid, "👍")
	if got := app.Client(ann).Get("/api/collections/chat_messages/records/" + early.Id); got.Status != 404 {
		t.Fatalf("premise: Ann sees what was before her: %d", got.Status)
	}
	if open {
		users := ann.Collection()
		users.ListRule, users.ViewRule = new(string), new(string)
		if err := app.Save(users); err != nil {
			t.Fatal(err)
		}
	}
	// That a filter may follow relations back at all: to what Ann may see.
	if got := app.Client(ann).Get("/api/collections/chat_rooms/records?filter=" + url.QueryEscape(`last_message.chat_reactions_via_message.emoji ?= "👍"`)); !strings.Contains(got.Body, shared) {
		t.Fatalf("premise: nothing is found by what Ann sees: %d %s", got.Status, got.Body)
	}
	in := `room = "` + shared + `"`
	for _, test := range []struct{ collection, always, asked string }{
		{"chat_people", `name = "Bob"`, `person.chat_messages_via_author.body ?~ "zebra"`},
		{"chat_people", `name = "Bob"`, `person.chat_messages_via_author.id ?= "` + secret.Id + `"`},
		{"chat_people", `name = "Bob"`, `person.chat_members_via_user.room.name ?~ "Zebra"`},
		{"chat_people", `name = "Bob"`, `person.chat_members_via_user.room ?= "` + elsewhere + `"`},
		{"chat_people", `name = "Cid"`, `person.chat_reactions_via_user.emoji ?= "🦓"`},
		{"chat_people", `name = "Bob"`, `person.email ~ "@"`},
		{"chat_people", `name = "Bob"`, `person.tokenKey != ""`},
		{"chat_people", `name = "Bob"`, `@collection.chat_messages.body ?~ "zebra"`},
		{"chat_people", `name = "Bob"`, `@collection.users.email ?~ "@"`},
		{"chat_members", in, `user.chat_messages_via_author.body ?~ "zebra"`},
		{"chat_members", in, `user.chat_members_via_user.room.name ?~ "Zebra"`},
		{"chat_members", in, `room.chat_messages_via_room.body ?~ "before Ann"`},
		{"chat_members", in, `read_posts >= 0`},
		{"chat_members", in, `cleared_rev >= 0`},
		{"chat_members", in, `hidden = false`},
		{"chat_messages", in, `author.chat_messages_via_author.body ?~ "zebra"`},
		{"chat_messages", in, `author.chat_members_via_user.room.name ?~ "Zebra"`},
		{"chat_messages", in, `room.chat_messages_via_room.body ?~ "before Ann"`},
		{"chat_messages", in, `room.last_message.author.chat_messages_via_author.body ?~ "zebra"`},
		{"chat_messages", in, `room.direct_key = ""`},
		{"chat_messages", in, `@collection.chat_rooms.name ?~ "Zebra"`},
		{"chat_rooms", `id = "` + shared + `"`, `chat_messages_via_room.body ?~ "before Ann"`},
		{"chat_rooms", `id = "` + shared + `"`, `chat_members_via_room.user.chat_messages_via_author.body ?~ "zebra"`},
		{"chat_rooms", `id = "` + shared + `"`, `chat_members_via_room.user.chat_members_via_user.room.name ?~ "Zebra"`},
		{"chat_rooms", `id = "` + shared + `"`, `direct_key = ""`},
		{"chat_reactions", `message = "` + late.Id + `"`, `message.author.chat_messages_via_author.body ?~ "zebra"`},
		{"chat_reactions", `message = "` + late.Id + `"`, `user.chat_reactions_via_user.emoji ?= "🦓"`},
		{"chat_reactions", `message = "` + late.Id + `"`, `message.room.chat_messages_via_room.body ?~ "before Ann"`},
		{"users", `id = "` + ann.Id + `"`, `chat_members_via_user.room.chat_messages_via_room.body ?~ "before Ann"`},
		{"users", `id = "` + ann.Id + `"`, `chat_members_via_user.room.chat_members_via_room.user.chat_messages_via_author.body ?~ "zebra"`},
	} {
		list := func(query string) chattest.Answer {
			return app.Client(ann).Get("/api/collections/" + test.collection + "/records?fields=id&" + query)
		}
		filter := func(filter string) string { return "filter=" + url.QueryEscape("("+filter+")") }
		if got := list(filter(test.always)); got.Status != 200 || !strings.Contains(got.Body, `"id"`) {
			t.Fatalf("%s: the premise does not hold: %d %s", test.collection, got.Status, got.Body)
		}
		if got := list(filter(test.always + " && " + test.asked)); got.Status == 200 && strings.Contains(got.Body, `"id"`) {
			t.Errorf("%s: %s tells: %s", test.collection, test.asked, got.Body)
		}
	}
}

func join(t *testing.T, app *chattest.App, members *core.Collection, room, user string) {
	t.Helper()
	member := core.NewRecord(members)
	member.Set("room", room)
	member.Set("user", user)
	if err := app.Save(member); err != nil {
		t.Fatal(err)
	}
}
