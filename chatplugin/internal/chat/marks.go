package chat

// ReadMark is where a member's read mark stands after somebody asked for it to
// be at asked: it never moves back, whatever comes late or twice, and never
// past the room's last revision. Nonsense changes nothing.
func ReadMark(current, asked, last int64) int64 {
	return max(current, min(asked, last))
}

// Unread is how many of a room's posts somebody has not read, who had read
// readPosts of them.
func Unread(posts, readPosts int64) int {
	return int(max(0, posts-readPosts))
}
