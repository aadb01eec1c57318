package act

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

// Reaction is an emoji that somebody puts on a message or takes away.
type Reaction struct {
	Room, Message, Actor, Emoji string

	// On says which of the two; nil turns round what is there.
	On *bool
}

// React puts an emoji on a message, or takes it away. Doing it twice is as doing
// it once.
func (a *Acts) React(app core.App, r Reaction) error {
	if err := within(app, r.Room, r.Message, r.Actor); err != nil {
		return err
	}
	record, err := store.FindReaction(app, r.Message, r.Actor, r.Emoji)
	if err != nil {
		return err
	}
	on := record == nil
	if r.On != nil {
		on = *r.On
	}
	switch {
	case on && record == nil:
		return a.addReaction(app, r)
	case !on && record != nil:
		return a.dropReaction(app, r, record)
	}
	return nil
}

func (a *Acts) addReaction(app core.App, r Reaction) error {
	record, err := newRecord(app, store.Reactions)
	if err != nil {
		return err
	}
	record.Set(store.FieldMessage, r.Message)
	record.Set(store.FieldUser, r.Actor)
	record.Set(store.FieldEmoji, r.Emoji)
	saveErr := app.Save(guard.As(record, r.Actor))
	if saveErr == nil {
		return nil
	}
	// The same one was given by another request at the same moment.
	if found, err := store.FindReaction(app, r.Message, r.Actor, r.Emoji); err == nil && found != nil {
		return nil
	}
	if refusal := chat.AsError(saveErr); refusal != nil {
		return refusal
	}
	return saveErr
}

func (a *Acts) dropReaction(app core.App, r Reaction, record *core.Record) error {
	deleteErr := app.Delete(guard.As(record, r.Actor))
	if deleteErr == nil {
		return nil
	}
	if found, err := store.FindReaction(app, r.Message, r.Actor, r.Emoji); err == nil && found == nil {
		return nil // taken back by another request
	}
	return deleteErr
}
