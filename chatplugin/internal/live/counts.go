package live

import (
	"sync"

	"pocketchat/chatplugin/internal/store"
)

// tellAgain bounds how often one count is told in a row while others are
// writing; after that it is told once more a little later.
const tellAgain = 3

// unreadSoon tells a user's tabs what is unread in a room and in all, after
// their own marks moved.
func (l *Live) unreadSoon(room, user string) {
	if l.hub.Heard(userTopic(user)) {
		l.gather.soon("unread/"+user+"/"+room, func() { l.tellUnread(room, user) })
	}
}

// tellUnread counts again after it has told. A message that came in between is
// not in the count, and its own frame may have left before: then what was told
// is wrong, and nothing later would put it right.
func (l *Live) tellUnread(room, user string) {
	var told store.UnreadOf
	for i := range tellAgain {
		count, err := store.FindUnread(l.app, room, user)
		if err != nil {
			l.warn("an unread count", room, err)
			return
		}
		if i > 0 && count == told {
			return
		}
		told = count
		l.hub.Publish(userTopic(user), encode(unreadFrame{
			Type: "unread", Room: room, Unread: count.Unread, Total: count.Total, ReadRev: count.ReadRev, Posts: count.Posts,
		}))
	}
	l.unreadSoon(room, user)
}

// readersTold is how many members a room has at most for their read marks to be
// told. A mark is a frame to each member for each member who reads: in a room of
// a thousand one message would cost a million.
const readersTold = 100

// readSoon tells a room how far somebody has read.
func (l *Live) readSoon(room store.Room, user string, rev int64) {
	if room.Members > readersTold || !l.hub.Heard(roomTopic(room.ID)) {
		return
	}
	key := "read/" + room.ID + "/" + user
	l.reads.raise(key, rev)
	l.hub.Current(roomTopic(room.ID), room.MembersRev)
	l.gather.soon(key, func() {
		if rev := l.reads.take(key); rev > 0 {
			l.hub.Publish(roomTopic(room.ID), encode(readFrame{Type: "read", Room: room.ID, User: user, ReadRev: rev}))
		}
	})
}

// highest keeps the highest of several numbers until it is taken: hooks may tell
// of marks in another order than they were moved in.
type highest struct {
	mu sync.Mutex
	of map[string]int64
}

func (h *highest) raise(key string, n int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of == nil || len(h.of) >= gatherKeys {
		h.of = map[string]int64{}
	}
	h.of[key] = max(h.of[key], n)
}

func (h *highest) take(key string) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.of[key]
	delete(h.of, key)
	return n
}
