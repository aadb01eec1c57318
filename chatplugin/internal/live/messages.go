package live

import (
	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/view"
	"pocketchat/templates"
)

func (l *Live) bindMessages(app core.App) {
	on(app.OnRecordCreateExecute(store.Messages, store.Reactions), "revision_new", inside, noteRevision)
	on(app.OnRecordUpdateExecute(store.Messages), "revision_change", inside, noteRevision)
	on(app.OnRecordDeleteExecute(store.Reactions), "revision_gone", inside, noteRevision)
	on(app.OnRecordAfterCreateSuccess(store.Messages), "message_new", first, l.messageCreated)
	on(app.OnRecordAfterUpdateSuccess(store.Messages), "message_changed", first, l.messageChanged)
	on(app.OnRecordAfterCreateError(store.Messages, store.Reactions), "refused", first, l.dropped)
	on(app.OnRecordAfterUpdateError(store.Messages), "unchanged", first, l.dropped)
	on(app.OnRecordAfterDeleteError(store.Reactions), "kept", first, l.dropped)
	on(app.OnRecordAfterCreateSuccess(store.Reactions), "reaction_new", first, l.reacted)
	on(app.OnRecordAfterDeleteSuccess(store.Reactions), "reaction_gone", first, l.reacted)
}

func (l *Live) messageCreated(e *core.RecordEvent) error {
	room, ok := takeRevision(e.Record)
	if !ok {
		return e.Next()
	}
	message, err := guard.MessageOf(e.App, e.Record)
	l.release(e.App, room, message, err)
	if err == nil {
		l.warn("a room's row", room.ID, l.listNew(e.App, room, message))
		l.countNew(room, message.Author)
	}
	return e.Next()
}

// countNew tells of the marks that a new message moves: sending counts as
// reading. With its first post a direct room comes into the other's list, who
// may know nothing of it yet.
func (l *Live) countNew(room store.Room, author string) {
	if author == "" {
		return
	}
	l.unreadSoon(room.ID, author)
	l.readSoon(room, author, room.Rev)
	if room.Type == chat.Direct && room.Posts == 1 {
		l.unreadSoon(room.ID, room.Peer(author))
	}
}

func (l *Live) messageChanged(e *core.RecordEvent) error {
	room, ok := takeRevision(e.Record)
	if !ok {
		return e.Next()
	}
	message, err := guard.MessageOf(e.App, e.Record)
	l.release(e.App, room, message, err)
	var unposted int64
	if err == nil && !message.Deleted.IsZero() && message.Kind == chat.Text {
		unposted = message.Seq
	}
	if err == nil && (unposted != 0 || message.Seq == room.LastSeq) {
		l.warn("a room's row", room.ID, l.listChanged(e.App, room.ID, unposted))
	}
	return e.Next()
}

// reacted publishes the message that a reaction changed.
func (l *Live) reacted(e *core.RecordEvent) error {
	if room, ok := takeRevision(e.Record); ok {
		message, err := store.FindMessage(e.App, room.ID, e.Record.GetString(store.FieldMessage))
		l.release(e.App, room, message, err)
	}
	return e.Next()
}

// dropped takes back the revisions of saves that were refused or rolled back.
// An error may also come from a host's after hook while all is committed: then
// the row has the revision, and is published.
func (l *Live) dropped(e *core.RecordErrorEvent) error {
	id := e.Record.Id
	if e.Record.Collection().Name == store.Reactions {
		id = e.Record.GetString(store.FieldMessage)
	}
	for _, room := range takeFailed(e) {
		message, err := store.FindMessage(l.app, room.ID, id)
		if e.App.IsTransactional() || err != nil || message.Rev != room.Rev {
			l.hub.Drop(roomTopic(room.ID), room.Rev)
			continue
		}
		l.release(l.app, room, message, nil)
		l.warn("a room's row", room.ID, l.listChanged(l.app, room.ID, 0))
	}
	return e.Next()
}

// release gives the frame of a revision to the hub's sequencer, which waits for
// it or for word that there is none.
func (l *Live) release(app core.App, room store.Room, message store.Message, err error) {
	topic := roomTopic(room.ID)
	l.revs.saw(room.ID, room.Rev)
	l.told.note(room.ID, room.Rev)
	l.hub.Current(topic, room.MembersRev)
	var frame []byte
	if err == nil && l.hub.Heard(topic) {
		frame, err = l.frame(app, message, room.Rev)
	}
	if err != nil || frame == nil {
		l.hub.Drop(topic, room.Rev)
		l.warn("a message", room.ID, err)
		return
	}
	l.hub.Release(topic, room.Rev, frame)
}

// Carry hands frames of messages to who has a room open, for measurements: how
// fast that is by itself, whatever makes them.
func (l *Live) Carry(room string, frames [][]byte) {
	for _, frame := range frames {
		l.hub.Publish(roomTopic(room), frame)
	}
}

// frame is what goes out about a message at a revision of its room.
func (l *Live) frame(app core.App, message store.Message, rev int64) ([]byte, error) {
	shown, err := l.view.MessageInEach(app, message)
	if err != nil {
		return nil, err
	}
	bubble := func(i int, site templates.Site) templ.Component { return site.View().Bubble(site, shown[i]) }
	made, err := l.inEach(bubble)
	if err != nil {
		return nil, err
	}
	frame := messageFrame{Type: "message", Room: message.Room, Rev: rev, Message: jsonOf(message), fragment: made}
	if message.QuoteSeq > 0 && shown[0].Quote != nil {
		for i := range shown {
			shown[i].Quote = nil
		}
		bare, err := l.inEach(bubble)
		if err != nil {
			return nil, err
		}
		frame.Quotes = message.QuoteSeq
		frame.without(bare)
	}
	return encode(frame), nil
}

// FragmentOf is the bubble of a message that was just saved: the same bytes as
// in the frame about it, for a reader of the view's language.
func (l *Live) FragmentOf(app core.App, record *core.Record, reader *view.View) (string, error) {
	message, err := guard.MessageOf(app, record)
	if err != nil {
		return "", err
	}
	return l.Fragment(app, message, reader, 0)
}

// Fragment is the same for a message that was read, without a quote from before
// the reader's time.
func (l *Live) Fragment(app core.App, message store.Message, reader *view.View, since int64) (string, error) {
	shown, err := reader.Messages(app, []store.Message{message}, since)
	if err != nil {
		return "", err
	}
	return l.tongueOf(reader).bubble(shown[0])
}

func (t tongue) bubble(shown templates.Message) (string, error) {
	return render(t.site.View().Bubble(t.site, shown))
}
