package soak

// unread is pb_public/js/unread.js: counts by subtraction.
type unread struct {
	rooms map[string]*counted
	total int64
}

type counted struct{ posts, baseline, readRev int64 }

func newUnread(total int64) *unread { return &unread{rooms: map[string]*counted{}, total: total} }

func (u *unread) of(room string) int64 {
	if known := u.rooms[room]; known != nil {
		return max(0, known.posts-known.baseline)
	}
	return 0
}

func (u *unread) seed(room string, posts, unread, readRev int64) {
	u.rooms[room] = &counted{posts, posts - unread, readRev}
}

func (u *unread) setTotal(total int64) { u.total = max(0, total) }

// changed is false for a room that is not known: then only the server can tell.
func (u *unread) changed(room string, posts, unposted int64, seen bool) bool {
	known := u.rooms[room]
	if known == nil {
		return false
	}
	before := u.of(room)
	known.posts = max(known.posts, posts)
	if unposted > known.readRev && u.of(room) > 0 {
		known.baseline++
	}
	if seen {
		known.baseline = known.posts
	}
	u.setTotal(u.total + u.of(room) - before)
	return true
}

func (u *unread) marked(f *frame) {
	if known := u.rooms[f.Room]; known != nil {
		known.posts = max(known.posts, f.Posts)
		posts := known.posts
		if f.Posts > 0 {
			posts = f.Posts
		}
		known.baseline = posts - f.Unread
		known.readRev = max(known.readRev, f.ReadRev)
	}
	if f.Total != nil {
		u.setTotal(*f.Total)
	}
}

func (u *unread) drop(room string, total *int64) {
	was := u.of(room)
	delete(u.rooms, room)
	if total != nil {
		u.setTotal(*total)
	} else {
		u.setTotal(u.total - was)
	}
}
