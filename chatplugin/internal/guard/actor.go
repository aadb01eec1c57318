package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/store"
)

// marks ride on a record from the entrance to the hooks. They are no fields:
// PocketBase neither stores them nor takes them from a client. All of it is
// unexported, so that a host who shows a record's custom data shows nothing.
type marks struct {
	actor     string
	quiet     bool
	purge     bool
	unchanged bool
	room      *store.Room    // as the change left it
	known     *core.Record   // what the record last knew of its row
	knew      *core.Record   // the same, before the save that is going on
	saved     bool           // that save has written the row, and may be rolled back yet
	files     []string       // messages whose files go once the deletion is committed
	quote     *store.Message // what a new message replies to
}

const marksKey = "@chat"

func marksOf(record *core.Record) marks {
	m, _ := record.GetRaw(marksKey).(marks)
	return m
}

// mark changes the record's marks. A copy of the record has its own.
func mark(record *core.Record, change func(*marks)) *core.Record {
	m := marksOf(record)
	change(&m)
	record.SetRaw(marksKey, m)
	return record
}

// As says on whose behalf the record is about to be saved or deleted. A record
// without an actor is trusted as far as roles go: it comes from a superuser or
// from the host's own code. All other rules hold for it just the same.
func As(record *core.Record, user string) *core.Record {
	return mark(record, func(m *marks) { m.actor = user })
}

// Quietly suppresses the system message about the change, for changes that are
// part of a larger one which is told as a whole.
func Quietly(record *core.Record) *core.Record {
	return mark(record, func(m *marks) { m.quiet = true })
}

// ForGood allows a message's row to be deleted, not only its contents: for
// purges and retention alone.
func ForGood(record *core.Record) *core.Record {
	return mark(record, func(m *marks) { m.purge = true })
}

// Actor answers on whose behalf the record was changed, "" if nobody's.
func Actor(record *core.Record) string { return marksOf(record).actor }

// RoomAfter answers the room's row as the change left it, for the publisher:
// false when the room was not touched or is gone.
func RoomAfter(record *core.Record) (store.Room, bool) {
	if room := marksOf(record).room; room != nil {
		return *room, true
	}
	return store.Room{}, false
}

// MessageOf turns a message's saved record into its row. What a new reply
// answers was read when it was checked, and is not read again; only one that
// changed since it was made can have reactions.
func MessageOf(app core.App, record *core.Record) (store.Message, error) {
	message := store.MessageOf(record)
	if message.Rev != message.Seq && message.Deleted.IsZero() {
		return store.FindMessage(app, message.Room, message.ID)
	}
	if message.ReplyTo == "" {
		return message, nil
	}
	if quote := marksOf(record).quote; quote != nil && quote.ID == message.ReplyTo {
		return message.Replying(*quote), nil
	}
	return store.FindMessage(app, message.Room, message.ID)
}

// Unchanged reports a save that changed nothing that anybody sees.
func Unchanged(record *core.Record) bool { return marksOf(record).unchanged }

func quiet(record *core.Record) bool { return marksOf(record).quiet }

func keepRoom(record *core.Record, room store.Room) {
	mark(record, func(m *marks) { m.room = &room })
}

// begin forgets what an earlier save of the same record left: a save that is
// refused before it reached the room must not take back its revision.
func begin(record *core.Record) {
	mark(record, func(m *marks) { m.room, m.unchanged, m.saved = nil, false, false })
}
