package act

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

// Draft is a message that is about to be sent. An empty Author says it as the
// room itself. ClientID, if given, makes the sending repeatable: the same one
// from the same author in the same room is the same message.
type Draft struct {
	Room     string
	Author   string
	Body     string
	ClientID string
	ReplyTo  string
	Files    []*filesystem.File
}

// Send saves a message and answers its record; for a client id that was sent
// before, the record that it made then.
func (a *Acts) Send(app core.App, draft Draft) (*core.Record, error) {
	record, err := newRecord(app, store.Messages)
	if err != nil {
		return nil, err
	}
	record.Set(store.FieldRoom, draft.Room)
	record.Set(store.FieldAuthor, draft.Author)
	record.Set(store.FieldBody, draft.Body)
	record.Set(store.FieldClientID, draft.ClientID)
	record.Set(store.FieldReplyTo, draft.ReplyTo)
	if len(draft.Files) > 0 {
		record.Set(store.FieldFiles, draft.Files)
	}
	saveErr := app.Save(guard.As(record, draft.Author))
	if saveErr == nil {
		return record, nil
	}
	// It may have been sent before: the first try costs nothing extra, and the
	// unique index is what decides between twenty at once.
	if found, err := store.FindByClientID(app, draft.Room, draft.Author, draft.ClientID); err == nil && found != nil {
		a.Guard.CountRepeat()
		return found, nil
	}
	return nil, a.explain(app, draft, saveErr)
}

// explain turns what the database says of a room that is gone into the
// sentence for it.
func (a *Acts) explain(app core.App, draft Draft, err error) error {
	if refusal := chat.AsError(err); refusal != nil {
		return refusal // PocketBase joins it with what its file fields say
	}
	if _, roomErr := store.FindRoom(app, draft.Room); roomErr == chat.ErrNoRoom {
		return chat.ErrNoRoom
	}
	if draft.ReplyTo != "" {
		if _, replyErr := store.FindMessage(app, draft.Room, draft.ReplyTo); replyErr == chat.ErrNoMessage {
			return chat.Refuse(chat.Invalid, store.FieldReplyTo, "The message that you reply to does not exist any more.")
		}
	}
	return err
}

// Edit gives the actor's own message another text.
func (a *Acts) Edit(app core.App, room, message, actor, body string) error {
	record, err := a.messageRecord(app, room, message, actor)
	if err != nil {
		return err
	}
	record.Set(store.FieldBody, body)
	return app.Save(guard.As(record, actor))
}

// DeleteMessage makes the actor's own message a tombstone, for everybody. An
// empty actor is the host or an operator.
func (a *Acts) DeleteMessage(app core.App, room, message, actor string) error {
	record, err := a.messageRecord(app, room, message, actor)
	if err != nil {
		return err
	}
	record.Set(store.FieldDeleted, types.NowDateTime())
	return app.Save(guard.As(record, actor))
}

// Retract makes a message a tombstone on nobody's behalf, whatever its room.
func (a *Acts) Retract(app core.App, message string) error {
	record, err := find(app, store.Messages, message, chat.ErrNoMessage)
	if err != nil {
		return err
	}
	record.Set(store.FieldDeleted, types.NowDateTime())
	return app.Save(record)
}

func (a *Acts) messageRecord(app core.App, room, message, actor string) (*core.Record, error) {
	if err := within(app, room, message, actor); err != nil {
		return nil, err
	}
	return find(app, store.Messages, message, chat.ErrNoMessage)
}

// within makes sure that a message is of the room, and that the actor sees it.
func within(app core.App, room, message, actor string) error {
	found, err := store.FindMessage(app, room, message)
	if err != nil || actor == "" {
		return err
	}
	seat, err := seated(app, room, actor)
	if err == nil && found.Seq <= seat.Member.Since() {
		err = chat.ErrNoMessage
	}
	return err
}
