package live

import (
	"slices"

	"github.com/a-h/templ"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/templates"
)

// manyLists is how many lists hear of a room at least for its rows to be
// gathered.
const manyLists = 50

// listNew tells every member's list of a new message, also those who had
// deleted the chat for themselves: it is back with this. Where many lists show a
// room in which much is said, the next row soon replaces this one: there the
// first is told at once, and what follows as one row, read when it is told.
func (l *Live) listNew(app core.App, room store.Room, message store.Message) error {
	readers, err := l.readers(app, room)
	if err != nil || !l.anyHeard(readers.topics) {
		return err
	}
	if room.Type == chat.Group && l.rows.lately(room.ID) && l.hub.Crowd(readers.topics, manyLists) {
		l.rowSoon(room.ID)
		return nil
	}
	row := store.Listed{
		Room: room, Faces: readers.faces, LastAuthor: message.Author, LastKind: message.Kind,
		LastBody: message.Body, LastEvent: message.Event, LastFiles: filesJSON(message.Files), LastAt: message.Created,
	}
	return l.publishRow(app, row, readers.users, readers.topics, 0)
}

// listChanged tells the lists that show a room of a change in its row. Whoever
// hears of a deletion subtracts it; an absolute count follows, since one that
// had the deletion in it may have come before.
func (l *Live) listChanged(app core.App, room string, unposted int64) error {
	members, err := store.ShownTo(app, room)
	if err != nil {
		return err
	}
	topics := userTopics(members)
	if !l.anyHeard(topics) {
		return nil
	}
	row, err := store.ListedRoom(app, room)
	if err == chat.ErrNoRoom {
		return nil // deleted meanwhile, which is told by itself
	}
	if err != nil {
		return err
	}
	if err := l.publishRow(app, row, members, topics, unposted); err != nil || unposted == 0 {
		return err
	}
	for _, user := range members {
		l.unreadSoon(room, user)
	}
	return nil
}

// rowSoon tells the lists anew, as when the other person is gone.
func (l *Live) rowSoon(room string) {
	l.gather.soon("row/"+room, func() { l.warn("a room's row", room, l.listChanged(l.app, room, 0)) })
}

// showRow puts a room into one viewer's lists, with as much of its last message
// as they may see.
func (l *Live) showRow(app core.App, room, user string) {
	topic := userTopic(user)
	if !l.hub.Heard(topic) {
		return
	}
	row, err := l.store.ListOne(app, room, user)
	if err == chat.ErrNoRoom {
		return // not shown after all
	}
	if err == nil {
		row.Rev = 0 // says nothing to the others who show the room
		err = l.publishRow(app, row, []string{user}, []string{topic}, 0)
	}
	l.warn("a room's row", room, err)
}

// hideRow takes a room out of one viewer's lists, as far as it is not back with
// something newer than they deleted.
func (l *Live) hideRow(room store.Room, user string, cleared int64) {
	l.hub.Publish(userTopic(user), encode(inboxFrame{Type: "inbox", Room: room.ID, Posts: room.Posts, LastSeq: cleared, Gone: true}))
	l.unreadSoon(room.ID, user)
}

// publishRow sends a row to the given members: the same bytes to all, but in a
// direct room, which each of the two sees under the other's name.
func (l *Live) publishRow(app core.App, row store.Listed, users, topics []string, unposted int64) error {
	if row.Type == chat.Group {
		l.rows.told(row.ID)
		frame, err := l.inboxFrame(app, row, "", unposted)
		if err == nil {
			l.hub.PublishMany(topics, frame)
		}
		return err
	}
	for i, user := range users {
		if !l.hub.Heard(topics[i]) {
			continue
		}
		frame, err := l.inboxFrame(app, row, row.Peer(user), unposted)
		if err != nil {
			return err
		}
		l.hub.Publish(topics[i], frame)
	}
	return nil
}

func (l *Live) inboxFrame(app core.App, row store.Listed, peer string, unposted int64) ([]byte, error) {
	shown, err := l.view.RowInEach(app, row, peer)
	if err != nil {
		return nil, err
	}
	made, err := l.inEach(func(i int, site templates.Site) templ.Component { return site.View().RoomRow(site, shown[i]) })
	if err != nil {
		return nil, err
	}
	return encode(inboxFrame{
		Type: "inbox", Room: row.ID, Rev: row.Rev, Posts: row.Posts, LastSeq: row.LastSeq, Unposted: unposted, fragment: made,
	}), nil
}

func (l *Live) anyHeard(topics []string) bool { return slices.ContainsFunc(topics, l.hub.Heard) }
