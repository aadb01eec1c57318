package chattest

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
)

// Direct opens the direct room of two people and answers its id.
func (a *App) Direct(user, other *core.Record) string {
	a.t.Helper()
	room, err := a.Chat.OpenDirect(user.Id, other.Id)
	if err != nil {
		a.t.Fatalf("the direct room was not opened: %v", err)
	}
	return room
}

// Group makes a group owned by owner and answers its id.
func (a *App) Group(name string, owner *core.Record, members ...*core.Record) string {
	a.t.Helper()
	group := chatplugin.Group{Name: name}
	for _, member := range members {
		group.Members = append(group.Members, member.Id)
	}
	room, err := a.Chat.CreateGroup(owner.Id, group)
	if err != nil {
		a.t.Fatalf("the group was not made: %v", err)
	}
	return room
}

// Message sends a message and answers its record.
func (a *App) Message(room string, author *core.Record, body string) *core.Record {
	a.t.Helper()
	record, err := a.Chat.Send(chatplugin.Draft{Room: room, Author: author.Id, Body: body})
	if err != nil {
		a.t.Fatalf("the message was not sent: %v", err)
	}
	return record
}

// Find reads a record anew.
func (a *App) Find(collection, id string) *core.Record {
	a.t.Helper()
	record, err := a.FindRecordById(collection, id)
	if err != nil {
		a.t.Fatalf("%s/%s: %v", collection, id, err)
	}
	return record
}

// Member reads somebody's place in a room, or answers nil.
func (a *App) Member(room string, user *core.Record) *core.Record {
	a.t.Helper()
	found, err := a.FindRecordsByFilter("chat_members", "room = {:room} && user = {:user}", "", 1, 0,
		map[string]any{"room": room, "user": user.Id})
	if err != nil {
		a.t.Fatal(err)
	}
	if len(found) == 0 {
		return nil
	}
	return found[0]
}

// React puts an emoji to a message and answers the reaction's record.
func (a *App) React(message string, user *core.Record, emoji string) *core.Record {
	a.t.Helper()
	collection, err := a.FindCollectionByNameOrId("chat_reactions")
	if err != nil {
		a.t.Fatal(err)
	}
	reaction := core.NewRecord(collection)
	reaction.Set("message", message)
	reaction.Set("user", user.Id)
	reaction.Set("emoji", emoji)
	a.save(reaction)
	return reaction
}

// Rev is the room's revision: where its timeline ends.
func (a *App) Rev(room string) int64 {
	a.t.Helper()
	return int64(a.Find("chat_rooms", room).GetInt("rev"))
}

// Unread is the number on a user's badge.
func (a *App) Unread(user *core.Record) int {
	a.t.Helper()
	total, err := a.Chat.UnreadTotal(user.Id)
	if err != nil {
		a.t.Fatal(err)
	}
	return total
}
