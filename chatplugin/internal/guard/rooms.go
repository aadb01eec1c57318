package guard

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

func (g *Guard) bindRooms(app core.App) {
	on(app.OnRecordCreate(store.Rooms), "room_complete", early, g.completeRoom)
	on(app.OnRecordCreateExecute(store.Rooms), "room_create", insideTx, g.createRoom)
	on(app.OnRecordUpdate(store.Rooms), "room_change", early, g.changeRoom)
	on(app.OnRecordUpdateExecute(store.Rooms), "room_update", insideTx, g.updateRoom)
	on(app.OnRecordAfterUpdateSuccess(store.Rooms), "room_closed", afterOther, g.finishClosed)
	on(app.OnRecordDeleteExecute(store.Rooms), "room_empty", beforeTx, g.emptyRoom)
	on(app.OnRecordDeleteExecute(store.Rooms), "room_delete", insideTx, g.deleteRest)
	on(app.OnRecordAfterDeleteSuccess(store.Rooms), "room_files", afterOther, g.deleteFiles)
}

// completeRoom checks what was given and sets the rest to where a room begins.
func (g *Guard) completeRoom(e *core.RecordEvent) error {
	record := e.Record
	begin(record)
	for _, field := range []string{store.FieldRev, store.FieldPosts, store.FieldMembers, store.FieldMembersRev, store.FieldLastSeq, store.FieldPurgedRev} {
		record.Set(field, 0)
	}
	record.Set(store.FieldLastMessage, "")
	record.Set(store.FieldClosed, false)
	record.Set(store.FieldLastActivity, types.NowDateTime())
	switch chat.Type(record.GetString(store.FieldType)) {
	case chat.Direct:
		if err := g.checkPair(e.App, record); err != nil {
			return err
		}
	case chat.Group:
		record.Set(store.FieldDirectKey, "")
		if err := g.cleanGroup(record); err != nil {
			return err
		}
	}
	return e.Next()
}

// checkPair holds that a direct room is of two different people who exist.
func (g *Guard) checkPair(app core.App, record *core.Record) error {
	key := record.GetString(store.FieldDirectKey)
	first, second := store.Room{DirectKey: key}.Pair()
	if first == "" || second == "" || first == second || chat.DirectKey(first, second) != key {
		return chat.Refuse(chat.Invalid, store.FieldDirectKey, "A direct room is of two different people. Open it with chat.OpenDirect.")
	}
	for _, id := range []string{first, second} {
		if _, err := app.FindRecordById(g.Store.Users.Collection, id); err != nil {
			return chat.Refuse(chat.Invalid, store.FieldDirectKey, "One of the two people does not exist.")
		}
	}
	record.Set(store.FieldName, "")
	record.Set(store.FieldDescription, "")
	record.Set(store.FieldAvatar, nil)
	return nil
}

func (g *Guard) cleanGroup(record *core.Record) error {
	name, err := chat.CleanName(record.GetString(store.FieldName), g.Limits.NameRunes, store.FieldName)
	if err != nil {
		return err
	}
	description, err := chat.CleanDescription(record.GetString(store.FieldDescription), g.Limits)
	if err != nil {
		return err
	}
	for _, file := range record.GetUnsavedFiles(store.FieldAvatar) {
		if file.Size > g.Limits.AvatarBytes {
			return pictureTooLarge(store.FieldAvatar, g.Limits.AvatarBytes)
		}
	}
	record.Set(store.FieldName, name)
	record.Set(store.FieldDescription, description)
	return nil
}

// createRoom saves a room; a direct one together with both its members. The
// room stays out of the other person's list until there is something to read.
func (g *Guard) createRoom(e *core.RecordEvent) error {
	record := e.Record
	kind := chat.Type(record.GetString(store.FieldType))
	if kind != chat.Direct && kind != chat.Group {
		return chat.Refuse(chat.Invalid, store.FieldType, "A room is direct or a group.")
	}
	return inTransaction(e, func(tx core.App) error {
		if err := e.Next(); err != nil {
			return err
		}
		know(record)
		if kind == chat.Group {
			return nil
		}
		first, second := store.Room{DirectKey: record.GetString(store.FieldDirectKey)}.Pair()
		opener := Actor(record)
		for _, user := range []string{first, second} {
			if err := addQuietly(tx, record.Id, user, opener != "" && user != opener); err != nil {
				return err
			}
		}
		return nil
	})
}

func addQuietly(tx core.App, room, user string, hidden bool) error {
	collection, err := tx.FindCachedCollectionByNameOrId(store.Members)
	if err != nil {
		return err
	}
	member := core.NewRecord(collection)
	member.Set(store.FieldRoom, room)
	member.Set(store.FieldUser, user)
	member.Set(store.FieldHidden, hidden)
	return tx.Save(Quietly(member))
}

// What a save of a room never changes; the counters are taken from the row as
// it is inside the transaction.
var fixedOfRoom = []string{store.FieldType, store.FieldDirectKey, store.FieldCreated}

func (g *Guard) changeRoom(e *core.RecordEvent) error {
	record, before := e.Record, before(e.Record)
	begin(record)
	for _, field := range fixedOfRoom {
		record.SetRaw(field, before.GetRaw(field))
	}
	record.Set(store.FieldLastMessage, "") // taken from the row; one that is gone by now would fail validation
	if before.GetBool(store.FieldClosed) {
		record.Set(store.FieldClosed, true) // a deletion that began is finished
		return e.Next()
	}
	if record.GetBool(store.FieldClosed) {
		return e.Next()
	}
	if chat.Type(record.GetString(store.FieldType)) == chat.Direct {
		if named(record) {
			return chat.CanEditRoom(chat.Direct, chat.Owner)
		}
		return e.Next()
	}
	if err := g.cleanGroup(record); err != nil {
		return err
	}
	return e.Next()
}

func named(record *core.Record) bool {
	return record.GetString(store.FieldName) != "" || record.GetString(store.FieldDescription) != "" ||
		len(files(record, store.FieldAvatar)) > 0
}

func (g *Guard) updateRoom(e *core.RecordEvent) error {
	record, before := e.Record, before(e.Record)
	if before.GetBool(store.FieldClosed) {
		return e.Next()
	}
	return inTransaction(e, func(tx core.App) error {
		current, err := store.LockRoom(tx, record.Id)
		if err != nil {
			return err
		}
		if err := mayEdit(tx, current, record); err != nil {
			return err
		}
		takeRoom(record, before, current)
		if record.GetBool(store.FieldClosed) {
			return closeRoom(tx, e)
		}
		if err := e.Next(); err != nil {
			return err
		}
		know(record)
		room := current
		room.Name, room.Description, room.Avatar = record.GetString(store.FieldName), record.GetString(store.FieldDescription), avatarOf(record)
		keepRoom(record, room)
		return g.tell(tx, record, current, room)
	})
}

// tell says in the timeline what changed; the record's counters follow, since
// it is what REST answers.
func (g *Guard) tell(tx core.App, record *core.Record, before, after store.Room) error {
	events := changesOf(Actor(record), before, after)
	for _, event := range events {
		if err := g.say(tx, record, after, event); err != nil {
			return err
		}
	}
	if len(events) == 0 {
		return nil
	}
	room, err := store.FindRoom(tx, after.ID)
	if err == nil {
		takeCounters(record, room)
		know(record)
		keepRoom(record, room)
	}
	return err
}

func mayEdit(tx core.App, room store.Room, record *core.Record) error {
	actor := Actor(record)
	if actor == "" {
		return nil
	}
	member, err := store.FindMember(tx, room.ID, actor)
	if err != nil {
		return err
	}
	if record.GetBool(store.FieldClosed) {
		return chat.CanDeleteRoom(room.Type, member.Role)
	}
	return chat.CanEditRoom(room.Type, member.Role)
}

// takeRoom keeps a save that was prepared from an older row from setting back
// what others changed since: the counters, and of the rest all that this save
// is not about.
func takeRoom(record, before *core.Record, room store.Room) {
	takeCounters(record, room)
	if !touched(record, before, store.FieldName) {
		record.Set(store.FieldName, room.Name)
	}
	if !touched(record, before, store.FieldDescription) {
		record.Set(store.FieldDescription, room.Description)
	}
	if !touchedFiles(record, before, store.FieldAvatar) {
		record.Set(store.FieldAvatar, room.Avatar)
	}
}

func takeCounters(record *core.Record, room store.Room) {
	record.Set(store.FieldRev, room.Rev)
	record.Set(store.FieldPosts, room.Posts)
	record.Set(store.FieldMembers, room.Members)
	record.Set(store.FieldMembersRev, room.MembersRev)
	record.Set(store.FieldLastSeq, room.LastSeq)
	record.Set(store.FieldPurgedRev, room.PurgedRev)
	record.Set(store.FieldLastMessage, room.LastMessage)
	record.Set(store.FieldLastActivity, room.LastActivity)
}

func avatarOf(record *core.Record) string {
	for _, name := range files(record, store.FieldAvatar) {
		return name
	}
	return ""
}

// changesOf lists what is to be told about a group's change.
func changesOf(actor string, before, after store.Room) (events []chat.Event) {
	if after.Name != before.Name {
		events = append(events, chat.Event{Type: chat.Renamed, Actor: actor, Name: after.Name})
	}
	if after.Description != before.Description {
		events = append(events, chat.Event{Type: chat.Described, Actor: actor})
	}
	if after.Avatar != before.Avatar {
		events = append(events, chat.Event{Type: chat.Pictured, Actor: actor})
	}
	return events
}
