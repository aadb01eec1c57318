package live

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

func (l *Live) bindMembers(app core.App) {
	on(app.OnRecordCreateExecute(store.Members), "member_admit", inside, l.admit)
	on(app.OnRecordAfterCreateSuccess(store.Members), "member_new", first, l.joined)
	on(app.OnRecordAfterUpdateSuccess(store.Members), "member_changed", first, l.memberChanged)
}

// admit ends what a removal a moment ago keeps back from this person. It does so
// as the first thing after the commit: the system message about their coming is
// told before the member's own hook runs.
func (l *Live) admit(e *core.RecordEvent) error {
	user, topic := e.Record.GetString(store.FieldUser), roomTopic(e.Record.GetString(store.FieldRoom))
	if tx := e.App.TxInfo(); tx != nil {
		tx.OnComplete(func(err error) error {
			if err == nil {
				l.hub.Admit(user, topic)
			}
			return nil
		})
	}
	return e.Next()
}

// joined tells the person themselves what they are in and where they stand
// there. Other lists hear of it by the system message; a direct room says
// nothing, and is in nobody's list but the opener's until somebody writes.
func (l *Live) joined(e *core.RecordEvent) error {
	record := e.Record
	room, ok := guard.RoomAfter(record)
	if !ok {
		return e.Next()
	}
	user := record.GetString(store.FieldUser)
	l.roomSoon(room.ID)
	if record.GetBool(store.FieldHidden) || !l.hub.Heard(userTopic(user)) {
		return e.Next()
	}
	l.tellMember(e.App, room.ID, user, chat.Role(record.GetString(store.FieldRole)))
	if room.Type == chat.Direct {
		l.showRow(e.App, room.ID, user)
	}
	l.unreadSoon(room.ID, user)
	return e.Next()
}

func (l *Live) memberChanged(e *core.RecordEvent) error {
	record, before := e.Record, e.Record.Original()
	room, ok := guard.RoomAfter(record)
	if !ok {
		return e.Next()
	}
	user := record.GetString(store.FieldUser)
	differs := func(field string) bool { return record.GetString(field) != before.GetString(field) }
	if differs(store.FieldReadRev) {
		l.readSoon(room, user, int64(record.GetInt(store.FieldReadRev)))
		l.unreadSoon(room.ID, user)
	}
	switch {
	case record.GetBool(store.FieldHidden) && (differs(store.FieldHidden) || differs(store.FieldClearedRev)):
		l.hideRow(room, user, int64(record.GetInt(store.FieldClearedRev)))
	case differs(store.FieldHidden) || differs(store.FieldPinned) || differs(store.FieldNotify):
		l.showRow(e.App, room.ID, user)
	}
	if differs(store.FieldRole) {
		l.roomSoon(room.ID)
		l.tellMember(e.App, room.ID, user, chat.Role(record.GetString(store.FieldRole)))
	}
	return e.Next()
}
