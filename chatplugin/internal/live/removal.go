package live

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/store"
)

func (l *Live) bindRemoval(app core.App) {
	on(app.OnRecordDeleteExecute(store.Members), "member_panic", outside, l.unbar)
	on(app.OnRecordDeleteExecute(store.Members), "member_bar", last, l.bar)
	on(app.OnRecordAfterDeleteSuccess(store.Members), "member_gone", first, l.left)
	on(app.OnRecordAfterDeleteError(store.Members), "member_stays", first, l.stays)
}

// bar keeps everything of the room from whoever is being removed, before the
// removal is even committed: nothing that is queued now may leave after it.
func (l *Live) bar(e *core.RecordEvent) error {
	if err := e.Next(); err != nil {
		return err
	}
	record := e.Record
	if old := takeBar(record); old != nil {
		old.Lift()
	}
	record.SetRaw(markBar, l.hub.Bar(record.GetString(store.FieldUser), roomTopic(record.GetString(store.FieldRoom))))
	return nil
}

// unbar lifts the bar when a hook of the host panics: the transaction is rolled
// back, and no after hook hears of it.
func (l *Live) unbar(e *core.RecordEvent) error {
	defer func() {
		if mistake := recover(); mistake != nil {
			if bar := takeBar(e.Record); bar != nil {
				bar.Lift()
			}
			panic(mistake)
		}
	}()
	return e.Next()
}

func (l *Live) left(e *core.RecordEvent) error {
	l.removed(e.App, e.Record)
	return e.Next()
}

// stays is told of a removal that failed. It may have been committed all the
// same, when it was a host's after hook that failed; nobody else hears of it
// then.
func (l *Live) stays(e *core.RecordErrorEvent) error {
	record := e.Record
	if !e.App.IsTransactional() {
		_, err := store.FindMember(l.app, record.GetString(store.FieldRoom), record.GetString(store.FieldUser))
		if err == chat.ErrNoRoom && record.GetRaw(markBar) != nil {
			l.removed(l.app, record)
			return e.Next()
		}
	}
	if bar := takeBar(record); bar != nil {
		bar.Lift()
	}
	return e.Next()
}

// removed says goodbye and tells those who stay.
func (l *Live) removed(app core.App, record *core.Record) {
	room, user := record.GetString(store.FieldRoom), record.GetString(store.FieldUser)
	topic := userTopic(user)
	frame := removedFrame{Type: "removed", Room: room}
	if l.hub.Online(user) || l.hub.Heard(topic) {
		if _, err := app.FindRecordById(l.store.Users.Collection, user); err != nil {
			l.hub.Disconnect(user, hub.CodeRevoked) // the account is gone, not only the place
		} else if total, err := store.UnreadTotal(app, user); err == nil {
			frame.Total = &total
		}
	}
	goodbye := encode(frame)
	if bar := takeBar(record); bar != nil {
		bar.Commit(goodbye)
	}
	l.hub.Publish(topic, goodbye)
	l.roomSoon(room)
	// A group says so by a system message, which tells the lists. A direct room
	// is left only by who deletes their account.
	if left, ok := guard.RoomAfter(record); ok && left.Type == chat.Direct {
		l.rowSoon(room)
	}
}
