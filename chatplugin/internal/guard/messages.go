package guard

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

func (g *Guard) bindMessages(app core.App) {
	on(app.OnRecordCreate(store.Messages), "message_complete", early, g.completeMessage)
	on(app.OnRecordValidate(store.Messages), "message_valid", beforeTx, quickly)
	on(app.OnRecordCreateExecute(store.Messages), "message_create", insideTx, g.createMessage)
	on(app.OnRecordUpdate(store.Messages), "message_change", early, g.changeMessage)
	on(app.OnRecordUpdateExecute(store.Messages), "message_update", insideTx, g.updateMessage)
	on(app.OnRecordDelete(store.Messages), "message_keep", early, g.keepMessage)
	on(app.OnRecordDeleteExecute(store.Messages), "message_refs", beforeTx, unlinked.keepFromCascade)
	on(app.OnRecordDeleteExecute(store.Messages), "message_purge", insideTx, g.purgeMessage)
}

// quickly has PocketBase's own looking for what a record points at prepared.
func quickly(e *core.RecordEvent) error {
	outer := e.App
	defer func() { e.App = outer }()
	e.App = store.Quick(outer)
	return e.Next()
}

// completeMessage fills in what the server decides, before validation and
// before a host's hooks look at the record.
func (g *Guard) completeMessage(e *core.RecordEvent) error {
	begin(e.Record)
	if err := g.fillMessage(e.Record); err != nil {
		return err
	}
	return e.Next()
}

func (g *Guard) fillMessage(record *core.Record) error {
	kind := chat.Text
	if record.GetString(store.FieldAuthor) == "" {
		kind = chat.System // nobody wrote it: the room, a bot or an operator says it
	} else {
		record.Set(store.FieldEvent, nil)
	}
	record.Set(store.FieldKind, string(kind))
	record.Set(store.FieldSeq, 0)
	record.Set(store.FieldRev, 0)
	record.Set(store.FieldEdited, "")
	record.Set(store.FieldDeleted, "")
	if id := record.GetString(store.FieldClientID); id != "" && !chat.ValidClientID(id) {
		return chat.Refuse(chat.Invalid, store.FieldClientID, "A client_id is 1 to 64 letters, digits or signs without spaces.")
	}
	return g.cleanBody(record)
}

func (g *Guard) cleanBody(record *core.Record) error {
	files := filesOf(record)
	unsaved := record.GetUnsavedFiles(store.FieldFiles)
	if max := g.Limits.Files; files > max {
		return tooManyFiles(store.FieldFiles, max)
	}
	for _, file := range unsaved {
		if file.Size > g.Limits.FileBytes {
			return fileTooLarge(store.FieldFiles, file.OriginalName, g.Limits.FileBytes)
		}
	}
	body, err := chat.CleanBody(record.GetString(store.FieldBody), g.Limits, files)
	if err != nil {
		return err
	}
	record.Set(store.FieldBody, body)
	return nil
}

// filesOf counts a message's files, those that wait to be stored included,
// which PocketBase's own reading as strings leaves out.
func filesOf(record *core.Record) int {
	if values, ok := record.Get(store.FieldFiles).([]any); ok {
		return len(values)
	}
	return len(record.GetStringSlice(store.FieldFiles))
}

// createMessage allots the message its place and saves it, in one transaction
// that writes the room's row first.
func (g *Guard) createMessage(e *core.RecordEvent) error {
	record := e.Record
	if err := g.fillMessage(record); err != nil { // a host's hook may have changed it
		return err
	}
	return inTransaction(e, func(tx core.App) error {
		author := record.GetString(store.FieldAuthor)
		// since is from where on the author can see; the room itself sees all.
		room, since, err := store.AdvanceNew(tx, record.GetString(store.FieldRoom), record.Id, author, types.NowDateTime())
		if err != nil {
			return err
		}
		g.Timeline.Reserve(room.ID, room.Rev)
		keepRoom(record, room)
		if err := checkReply(tx, record, room.ID, since); err != nil {
			return err
		}
		record.Set(store.FieldSeq, room.Rev)
		record.Set(store.FieldRev, room.Rev)
		return saved(e)
	})
}

// checkReply makes sure that a reply answers a message of the same room which
// its author can see.
func checkReply(tx core.App, record *core.Record, room string, since int64) error {
	id := record.GetString(store.FieldReplyTo)
	if id == "" {
		return nil
	}
	message, err := store.FindMessage(tx, room, id)
	if err == nil && message.Seq <= since {
		err = chat.ErrNoMessage
	}
	if err != nil {
		return onField(err, store.FieldReplyTo)
	}
	mark(record, func(m *marks) { m.quote = &message })
	return nil
}

// onField turns "no such message" into a fault of a field: the sender's own
// message is fine but for what it points at.
func onField(err error, field string) error {
	if err == chat.ErrNoMessage {
		return chat.Refuse(chat.Invalid, field, "The message that you reply to does not exist any more.")
	}
	return err
}

// keepMessage refuses to delete a message's row: a tombstone is what everybody
// can follow. Rows go with their room, or by a purge that says so.
func (g *Guard) keepMessage(e *core.RecordEvent) error {
	if marksOf(e.Record).purge {
		return e.Next()
	}
	room, err := store.FindRoom(e.App, e.Record.GetString(store.FieldRoom))
	if err == chat.ErrNoRoom || err == nil && room.Closed {
		return e.Next()
	}
	if err != nil {
		return err
	}
	return chat.Refuse(chat.Forbidden, "", "A message is deleted by emptying it: use chat.DeleteMessage, or delete it over REST or in the admin UI.")
}

// unlinked is what purgeMessage clears.
var unlinked = refs{store.Rooms: store.FieldLastMessage, store.Messages: store.FieldReplyTo}

// purgeMessage lets a row go for good: nobody has it unread any more, and
// nothing points at it.
func (g *Guard) purgeMessage(e *core.RecordEvent) error {
	message := store.MessageOf(e.Record)
	return wholly(e.App, func(tx core.App) error {
		if err := store.Unlink(tx, message.Room, message.ID); err != nil {
			return err
		}
		if message.Deleted.IsZero() {
			if err := forgive(tx, message); err != nil {
				return err
			}
		}
		return e.Next()
	})
}
