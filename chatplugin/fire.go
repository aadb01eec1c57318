package chatplugin

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

// bindHooks has PocketBase's record hooks fire the typed ones.
func (c *Chat) bindHooks() {
	app := c.app
	on(app.OnRecordCreate(store.Messages), "message_send", c.message(&c.hooks.messageSend))
	on(app.OnRecordAfterCreateSuccess(store.Messages), "message_sent", c.message(&c.hooks.messageSent))
	on(app.OnRecordCreate(store.Members), "member_join", c.member(&c.hooks.memberJoin))
	on(app.OnRecordAfterCreateSuccess(store.Members), "member_joined", c.member(&c.hooks.memberJoined))
	on(app.OnRecordDelete(store.Members), "member_go", c.going(&c.hooks.memberLeave, &c.hooks.memberRemove))
	on(app.OnRecordAfterDeleteSuccess(store.Members), "member_gone", c.going(&c.hooks.memberLeft, &c.hooks.memberRemoved))
	on(app.OnRecordCreate(store.Rooms), "room_create", c.room(&c.hooks.roomCreate))
	on(app.OnRecordAfterCreateSuccess(store.Rooms), "room_created", c.room(&c.hooks.roomCreated))
	c.bindRoomDeletion()
}

func on(h interface {
	Bind(*hook.Handler[*core.RecordEvent]) string
}, name string, do func(*core.RecordEvent) error) {
	h.Bind(&hook.Handler[*core.RecordEvent]{Id: hookID + name, Func: do})
}

// next goes on with what the typed hook stands around.
func next[T any](e *core.RecordEvent) func(T) error { return func(T) error { return e.Next() } }

func (c *Chat) message(to *hook.Hook[*MessageEvent]) func(*core.RecordEvent) error {
	return func(e *core.RecordEvent) error {
		if to.Length() == 0 {
			return e.Next()
		}
		return to.Trigger(&MessageEvent{
			App: e.App, Chat: c, Message: e.Record,
			Room: e.Record.GetString(store.FieldRoom), Author: e.Record.GetString(store.FieldAuthor),
		}, next[*MessageEvent](e))
	}
}

func (c *Chat) member(to *hook.Hook[*MemberEvent]) func(*core.RecordEvent) error {
	return func(e *core.RecordEvent) error {
		if to.Length() == 0 {
			return e.Next()
		}
		return to.Trigger(c.memberEvent(e), next[*MemberEvent](e))
	}
}

func (c *Chat) memberEvent(e *core.RecordEvent) *MemberEvent {
	return &MemberEvent{
		App: e.App, Chat: c, Member: e.Record, Actor: guard.Actor(e.Record),
		Room: e.Record.GetString(store.FieldRoom), User: e.Record.GetString(store.FieldUser),
	}
}

// going tells who leaves from who is removed, and both from those whose room is
// going.
func (c *Chat) going(leave, remove *hook.Hook[*MemberEvent]) func(*core.RecordEvent) error {
	return func(e *core.RecordEvent) error {
		if leave.Length() == 0 && remove.Length() == 0 {
			return e.Next()
		}
		event := c.memberEvent(e)
		room, err := store.FindRoom(e.App, event.Room)
		if err == chat.ErrNoRoom || err == nil && room.Closed {
			return e.Next()
		}
		if err != nil {
			return err
		}
		to := remove
		if event.Actor == event.User {
			to = leave
		}
		return to.Trigger(event, next[*MemberEvent](e))
	}
}

func (c *Chat) room(to *hook.Hook[*RoomEvent]) func(*core.RecordEvent) error {
	return func(e *core.RecordEvent) error {
		if to.Length() == 0 {
			return e.Next()
		}
		return to.Trigger(c.roomEvent(e), next[*RoomEvent](e))
	}
}

func (c *Chat) roomEvent(e *core.RecordEvent) *RoomEvent {
	event := &RoomEvent{App: e.App, Chat: c, Room: e.Record, Actor: guard.Actor(e.Record)}
	key := e.Record.GetString(store.FieldDirectKey)
	if key == "" {
		key = e.Record.Original().GetString(store.FieldDirectKey) // taken away when it was closed
	}
	if key != "" {
		first, second := store.Room{DirectKey: key}.Pair()
		event.Users = []string{first, second}
	}
	return event
}

// A room is deleted by a save that closes it, whose rows go afterwards, or all at
// once by whoever deletes the record. Either way it is one deletion.

func (c *Chat) bindRoomDeletion() {
	before, after := c.room(&c.hooks.roomDelete), c.room(&c.hooks.roomDeleted)
	on(c.app.OnRecordUpdate(store.Rooms), "room_close", when(closing, before))
	on(c.app.OnRecordAfterUpdateSuccess(store.Rooms), "room_closed", when(closing, after))
	on(c.app.OnRecordDelete(store.Rooms), "room_delete", func(e *core.RecordEvent) error {
		if e.Record.GetBool(store.FieldClosed) {
			return e.Next()
		}
		e.Record.SetRaw(deletingKey, true) // it is closed by the time it is gone
		return before(e)
	})
	on(c.app.OnRecordAfterDeleteSuccess(store.Rooms), "room_deleted", when(deleting, after))
}

// deletingKey marks a record that is deleted without having been closed. It is
// no field, so nothing of it is stored or shown.
const deletingKey = "@chat_deleting"

func deleting(record *core.Record) bool {
	marked, _ := record.GetRaw(deletingKey).(bool)
	return marked
}

func closing(record *core.Record) bool {
	return record.GetBool(store.FieldClosed) && !record.Original().GetBool(store.FieldClosed)
}

func when(is func(*core.Record) bool, do func(*core.RecordEvent) error) func(*core.RecordEvent) error {
	return func(e *core.RecordEvent) error {
		if is(e.Record) {
			return do(e)
		}
		return e.Next()
	}
}
