package guard

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// What nobody changes once a message is there.
var fixedOfMessage = []string{
	store.FieldRoom, store.FieldAuthor, store.FieldSeq, store.FieldRev, store.FieldKind,
	store.FieldReplyTo, store.FieldClientID, store.FieldEvent, store.FieldEdited, store.FieldCreated,
}

// changeMessage allows two changes: another text, and the tombstone. Whatever
// else was sent is put back.
func (g *Guard) changeMessage(e *core.RecordEvent) error {
	record, before := e.Record, before(e.Record)
	begin(record)
	for _, field := range fixedOfMessage {
		record.SetRaw(field, before.GetRaw(field))
	}
	switch {
	case !before.GetDateTime(store.FieldDeleted).IsZero():
		if record.GetString(store.FieldBody) != "" || len(files(record, store.FieldFiles)) > 0 {
			return errDeleted
		}
		record.SetRaw(store.FieldDeleted, before.GetRaw(store.FieldDeleted))
	case !record.GetDateTime(store.FieldDeleted).IsZero():
		bury(record)
	default:
		if err := g.edit(record); err != nil {
			return err
		}
	}
	return e.Next()
}

var errDeleted = chat.Refuse(chat.Conflict, "", "This message was deleted. Write a new one instead.")

// bury makes the record a tombstone: its place stays, what it said is gone.
func bury(record *core.Record) {
	record.Set(store.FieldDeleted, types.NowDateTime())
	record.Set(store.FieldBody, "")
	record.Set(store.FieldFiles, []string{})
	record.Set(store.FieldEvent, nil)
}

func (g *Guard) edit(record *core.Record) error {
	if Actor(record) != "" && len(record.GetUnsavedFiles(store.FieldFiles)) > 0 {
		return chat.Refuse(chat.Invalid, store.FieldFiles, "Files are added to a new message, not to one that was sent.")
	}
	return g.cleanBody(record)
}

// updateMessage saves the change over the row as it is now: of what this save
// is not about nothing is set back, so that neither an edit that was begun
// before a deletion nor a save that changes nothing brings a text back.
func (g *Guard) updateMessage(e *core.RecordEvent) error {
	record, before := e.Record, before(e.Record)
	return inTransaction(e, func(tx core.App) error {
		if _, err := store.LockRoom(tx, record.GetString(store.FieldRoom)); err != nil {
			return err
		}
		current, err := mayChange(tx, record)
		if err != nil {
			return err
		}
		changed, err := g.settle(record, before, current)
		if err != nil {
			return err
		}
		if !changed {
			mark(record, func(m *marks) { m.unchanged = true })
			return saved(e)
		}
		room, err := store.Advance(tx, current.Room)
		if err != nil {
			return err
		}
		g.Timeline.Reserve(room.ID, room.Rev)
		keepRoom(record, room)
		record.Set(store.FieldRev, room.Rev)
		if !record.GetDateTime(store.FieldDeleted).IsZero() {
			if err := forgive(tx, current); err != nil {
				return err
			}
		}
		return saved(e)
	})
}

// saved goes on with the save and notes what the row is then.
func saved(e *core.RecordEvent) error {
	if err := e.Next(); err != nil {
		return err
	}
	know(e.Record)
	return nil
}

// mayChange looks at the row as it is now, inside the transaction: an author
// who was removed meanwhile changes nothing any more.
func mayChange(tx core.App, record *core.Record) (store.Message, error) {
	current, err := store.FindMessage(tx, record.GetString(store.FieldRoom), record.Id)
	if err != nil {
		return current, err
	}
	actor := Actor(record)
	if actor == "" {
		return current, nil
	}
	if current.Kind == chat.System || actor != current.Author {
		return current, chat.Refuse(chat.Forbidden, "", "You can change only what you wrote yourself.")
	}
	_, err = store.FindMember(tx, current.Room, actor)
	return current, err
}

// settle puts into the record what the row will be, and reports whether anybody
// sees a difference.
func (g *Guard) settle(record, before *core.Record, current store.Message) (changed bool, err error) {
	burying := !record.GetDateTime(store.FieldDeleted).IsZero()
	body, files := touched(record, before, store.FieldBody), touchedFiles(record, before, store.FieldFiles)
	record.Set(store.FieldAuthor, current.Author) // a deleted user's name may be off it by now
	record.Set(store.FieldRev, current.Rev)
	record.Set(store.FieldEdited, current.Edited)
	switch {
	case burying && !current.Deleted.IsZero():
		bury(record) // the first deletion stands
		record.Set(store.FieldDeleted, current.Deleted)
		return false, nil
	case burying:
		bury(record)
		return true, nil
	case !current.Deleted.IsZero():
		return false, errDeleted
	}
	if !body {
		record.Set(store.FieldBody, current.Body)
	}
	if !files {
		record.Set(store.FieldFiles, []string(current.Files))
	}
	if err := g.cleanBody(record); err != nil { // a host's hook may have changed it
		return false, err
	}
	if files || record.GetString(store.FieldBody) != current.Body {
		record.Set(store.FieldEdited, types.NowDateTime())
		return true, nil
	}
	return false, nil
}

// forgive takes a message that becomes a tombstone out of unread counts, and
// with it what others pinned to it.
func forgive(tx core.App, message store.Message) error {
	if message.Kind == chat.Text {
		if err := store.ForgivePost(tx, message.Room, message.Seq, message.Author); err != nil {
			return err
		}
	}
	_, err := tx.NonconcurrentDB().Delete(store.Reactions, dbx.HashExp{store.FieldMessage: message.ID}).Execute()
	return err
}
