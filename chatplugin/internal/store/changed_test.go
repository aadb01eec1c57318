package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// Every change of a room is found by when it happened, whatever made it.
func TestChangedRooms(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{})
	people := app.Users("Ann", "Bob", "Cid")
	room := app.Group("Friends", people[0], people[1])
	message := app.Message(room, people[0], "Hello")
	found := func() bool {
		changed, err := store.ChangedRooms(app, time.Now().Add(-time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range changed {
			if one.ID == room && one.Rev == app.Rev(room) {
				return true
			}
		}
		return false
	}
	for _, change := range []struct {
		name string
		do   func() error
	}{
		{"message", func() error { app.Message(room, people[0], "Again"); return nil }},
		{"reaction", func() error { app.React(message.Id, people[1], "👍"); return nil }},
		{"deletion", func() error { return app.Chat.DeleteMessage(message.Id) }},
		{"removal", func() error { return app.Chat.Kick(room, people[1].Id) }},
	} {
		if _, err := app.DB().NewQuery("UPDATE chat_rooms SET updated = '2020-01-01 00:00:00.000Z'").Execute(); err != nil {
			t.Fatal(err)
		}
		if found() {
			t.Fatalf("premise: the room counts as changed before the %s", change.name)
		}
		if err := change.do(); err != nil {
			t.Fatalf("%s: %v", change.name, err)
		}
		if !found() {
			t.Errorf("the %s did not count as a change", change.name)
		}
	}
	var plan []struct {
		Detail string `db:"detail"`
	}
	err := app.DB().NewQuery("EXPLAIN QUERY PLAN SELECT id, rev FROM chat_rooms WHERE updated >= {:since} AND closed = FALSE").
		Bind(dbx.Params{"since": "2026"}).All(&plan)
	if err != nil || len(plan) != 1 || !strings.Contains(plan[0].Detail, "idx_chat_rooms_updated") {
		t.Errorf("the plan is %v, %v", plan, err)
	}
}
