package soak

// unread is pb_public/js/unread.js: counts by subtraction, and the rest of the
// total in rooms that are not known.
type unread struct {
	rooms map[string]*counted
	rest  int64
}

type counted struct{ posts, baseline, readRev int64 }

func newUnread(total int64) *unread { return &unread{rooms: map[string]*counted{}, rest: total} }

func (u *unread) total() int64 { return max(0, u.rest+u.known()) }

func (u *unread) known() (sum int64) {
	for room := range u.rooms {
		sum += u.of(room)
	}
	return sum
}

func (u *unread) of(room string) int64 {
	if known := u.rooms[room]; known != nil {
		return max(0, known.posts-known.baseline)
	}
	return 0
}

func (u *unread) seed(room string, posts, unread, readRev int64) {
	u.rest += u.of(room) - unread
	u.rooms[room] = &counted{posts, posts - unread, readRev}
}

func (u *unread) restart(total int64) { u.rooms, u.rest = map[string]*counted{}, total }

// changed is false for a room that is not known: then only the server can tell.
func (u *unread) changed(room string, posts, unposted int64, seen bool) bool {
	known := u.rooms[room]
	if known == nil {
		return false
	}
	known.posts = max(known.posts, posts)
	if unposted > known.readRev && u.of(room) > 0 {
		known.baseline++
	}
	if seen {
		known.baseline = known.posts
	}
	return true
}

func (u *unread) marked(f *frame) bool {
	known := u.rooms[f.Room]
	if known == nil {
		return u.unknown(f.Total)
	}
	if f.Posts == 0 {
		return true // it was in no list when this was counted, or has nothing to count
	}
	known.posts = max(known.posts, f.Posts)
	known.baseline = f.Posts - f.Unread
	known.readRev = max(known.readRev, f.ReadRev)
	return true
}

func (u *unread) drop(room string, total *int64) bool {
	if u.rooms[room] == nil {
		return u.unknown(total)
	}
	delete(u.rooms, room)
	return true
}

func (u *unread) unknown(total *int64) bool {
	switch {
	case total == nil:
		return false
	case *total == u.total():
		return true
	case len(u.rooms) > 0:
		return false
	}
	u.restart(*total)
	return true
}
