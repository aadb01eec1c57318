package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

func (g *Guard) bindReactions(app core.App) {
	on(app.OnRecordCreate(store.Reactions), "reaction_complete", early, completeReaction)
	on(app.OnRecordCreateExecute(store.Reactions), "reaction_create", insideTx, g.react)
	on(app.OnRecordUpdate(store.Reactions), "reaction_fixed", early, func(e *core.RecordEvent) error {
		return chat.Refuse(chat.Forbidden, "", "A reaction is taken back and given anew, not changed.")
	})
	on(app.OnRecordDeleteExecute(store.Reactions), "reaction_delete", insideTx, g.unreact)
}

// completeReaction looks at the emoji before PocketBase does, for the sentence.
func completeReaction(e *core.RecordEvent) error {
	if err := checkEmoji(e.Record); err != nil {
		return err
	}
	return e.Next()
}

func checkEmoji(record *core.Record) error {
	if !chat.OneEmoji(record.GetString(store.FieldEmoji)) {
		return chat.Refuse(chat.Invalid, store.FieldEmoji, "Choose an emoji.")
	}
	return nil
}

// react checks a reaction and moves its message's revision, so that it replays.
func (g *Guard) react(e *core.RecordEvent) error {
	record := e.Record
	begin(record)
	if err := checkEmoji(record); err != nil { // a host's hook may have changed it
		return err
	}
	return inTransaction(e, func(tx core.App) error {
		message, err := g.touchMessage(tx, record)
		if err != nil {
			return err
		}
		member, err := store.FindMember(tx, message.Room, record.GetString(store.FieldUser))
		if err != nil {
			return err
		}
		switch {
		case message.Seq <= member.Since():
			return chat.ErrNoMessage
		case !message.Deleted.IsZero() || message.Kind == chat.System:
			return chat.Refuse(chat.Conflict, store.FieldMessage, "There is nothing here to react to any more.")
		}
		if err := g.roomForEmoji(tx, record); err != nil {
			return err
		}
		return e.Next()
	})
}

// roomForEmoji bounds how many different emoji stand under a message.
func (g *Guard) roomForEmoji(tx core.App, record *core.Record) error {
	others, err := store.OtherEmoji(tx, record.GetString(store.FieldMessage), record.GetString(store.FieldEmoji))
	if err == nil && others >= g.Limits.Emoji {
		err = tooManyEmoji(chat.Conflict, store.FieldEmoji, g.Limits.Emoji)
	}
	return err
}

// unreact takes a reaction away; a message that is going takes its own along.
func (g *Guard) unreact(e *core.RecordEvent) error {
	begin(e.Record)
	return wholly(e.App, func(tx core.App) error {
		message, err := g.touchMessage(tx, e.Record)
		if chat.AsError(err) != nil {
			return e.Next()
		}
		if err != nil {
			return err
		}
		if _, err := tx.FindRecordById(store.Reactions, e.Record.Id); err != nil {
			return gone(err, chat.ErrNoMessage) // taken back by another request
		}
		if err := mayUnreact(tx, e.Record, message); err != nil {
			return err
		}
		return e.Next()
	})
}

func mayUnreact(tx core.App, record *core.Record, message store.Message) error {
	actor := Actor(record)
	if actor == "" {
		return nil
	}
	if actor != record.GetString(store.FieldUser) {
		return chat.Refuse(chat.Forbidden, "", "You can take back only your own reactions.")
	}
	_, err := store.FindMember(tx, message.Room, actor)
	return err
}

// touchMessage gives the reaction's message the room's next revision.
func (g *Guard) touchMessage(tx core.App, record *core.Record) (store.Message, error) {
	id := record.GetString(store.FieldMessage)
	room, err := store.AdvanceFor(tx, id)
	if err != nil {
		return store.Message{}, err
	}
	g.Timeline.Reserve(room.ID, room.Rev)
	keepRoom(record, room)
	if err := store.SetRev(tx, id, room.Rev); err != nil {
		return store.Message{}, err
	}
	return store.FindMessage(tx, room.ID, id)
}
