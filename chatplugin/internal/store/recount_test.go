package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// Each counter that is wrong is found, and none where all are right.
func TestRecount(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{})
	people := app.Users("Ann", "Bob")
	ann, bob := people[0], people[1]
	room := app.Group("Counted", ann, bob)
	first := app.Message(room, ann, "One")
	app.React(first.Id, bob, "👍")
	reply, err := app.Chat.Send(chatplugin.Draft{Room: room, Author: ann.Id, Body: "Two", ReplyTo: first.Id})
	if err != nil {
		t.Fatal(err)
	}
	recount := func(app core.App) string {
		found, err := store.Recount(app, room)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, difference := range found {
			out = append(out, difference.String())
		}
		return strings.Join(out, "\n")
	}
	if found := recount(app); found != "" {
		t.Fatalf("premise: %s", found)
	}
	for what, statement := range map[string]string{
		"posts":            "UPDATE chat_rooms SET posts = posts + 1",
		"rev":              "UPDATE chat_rooms SET rev = rev + 1",
		"last_seq":         "UPDATE chat_rooms SET last_seq = 1",
		"purged_rev":       "UPDATE chat_rooms SET purged_rev = rev + 1",
		"members":          "UPDATE chat_rooms SET members = 7",
		"last_message":     "UPDATE chat_rooms SET last_message = {:first}",
		"different revs":   "UPDATE chat_messages SET rev = (SELECT rev FROM chat_messages WHERE id = {:first}) WHERE id = {:reply}",
		"before their seq": "UPDATE chat_messages SET rev = 0 WHERE id = {:reply}",
		"reactions":        "UPDATE chat_messages SET deleted = '2026-01-01 00:00:00.000Z' WHERE id = {:first}",
		"replies":          "UPDATE chat_messages SET reply_to = 'nothingatallis1' WHERE id = {:reply}",
		"owners":           "UPDATE chat_members SET role = 'member'",
		"unread of":        "UPDATE chat_members SET read_posts = 2",
		"read_rev of":      "UPDATE chat_members SET read_rev = 99",
		"cleared_rev of":   "UPDATE chat_members SET cleared_rev = 99",
	} {
		t.Run(what, func(t *testing.T) {
			undo := errors.New("undo")
			err := app.RunInTransaction(func(tx core.App) error {
				if _, err := tx.NonconcurrentDB().NewQuery(statement).Bind(dbx.Params{"first": first.Id, "reply": reply.Id}).Execute(); err != nil {
					return err
				}
				if found := recount(tx); !strings.Contains(found, what) {
					t.Errorf("found %q", found)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatal(err)
			}
		})
	}
}
