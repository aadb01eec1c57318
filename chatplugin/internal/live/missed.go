package live

import (
	"strings"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/store"
)

// catchUp tells a room's open pages on this node what they missed.
func (l *Live) catchUp(room store.Room, line hub.Timeline) error {
	l.counts.swept.Add(1)
	l.revs.saw(room.ID, room.Rev)
	behind := encode(pingFrame{Type: "ping", Room: room.ID, Rev: room.Rev})
	if line.Rev == 0 {
		l.hub.CatchUp(line, nil, room.Rev, behind)
		return nil
	}
	rows, more, err := store.ChangedAfter(l.app, room.ID, 0, line.Rev, sweepRows)
	if err != nil {
		return err
	}
	if more {
		l.hub.CatchUp(line, nil, room.Rev, behind)
		return nil
	}
	var frames [][]byte
	for _, row := range rows {
		frame, err := l.frame(l.app, row, row.Rev)
		if err != nil {
			return err
		}
		frames = append(frames, frame)
	}
	for _, row := range rows {
		if row.Kind == chat.System { // a change of name or members
			if frame, err := l.header(room.ID); err == nil {
				frames = append(frames, frame)
			}
			break
		}
	}
	l.hub.CatchUp(line, frames, max(room.Rev, lastRev(rows)), behind)
	return nil
}

func lastRev(rows []store.Message) int64 {
	if len(rows) == 0 {
		return 0
	}
	return rows[len(rows)-1].Rev
}

func (l *Live) header(id string) ([]byte, error) {
	room, err := store.ListedRoom(l.app, id)
	if err != nil {
		return nil, err
	}
	return l.roomFrame(l.app, room, "", "")
}

// retell sends a room's row to the lists on this node, and what is unread in it.
func (l *Live) retell(room string) error {
	members, err := store.ShownTo(l.app, room)
	if err != nil {
		return err
	}
	var users []string
	for _, user := range members {
		if l.hub.HeardHere(userTopic(user)) {
			users = append(users, user)
		}
	}
	if len(users) == 0 {
		return nil
	}
	row, err := store.ListedRoom(l.app, room)
	if err == chat.ErrNoRoom {
		return nil // deleted meanwhile, which is told by itself
	}
	if err != nil {
		return err
	}
	var frame []byte
	for _, user := range users {
		if frame == nil || row.Type == chat.Direct { // which each of the two sees under the other's name
			if frame, err = l.inboxFrame(l.app, row, row.Peer(user), 0); err != nil {
				return err
			}
		}
		l.hub.Tell(userTopic(user), frame)
		l.unreadSoon(room, user)
	}
	return nil
}

// foreign hears what other nodes have told.
func (l *Live) foreign(_ string, frame []byte) {
	if room, rev, ok := roomRevOf(frame); ok {
		l.told.note(room, rev)
		l.revs.saw(room, rev)
	}
}

// farewell is what somebody hears whom another process removed.
func (l *Live) farewell(user, topic string) (home string, frame []byte) {
	room := strings.TrimPrefix(topic, roomPrefix)
	removed := removedFrame{Type: "removed", Room: room}
	if total, err := store.UnreadTotal(l.app, user); err == nil {
		removed.Total = &total
	}
	return userTopic(user), encode(removed)
}
