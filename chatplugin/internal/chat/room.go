package chat

// Type tells a conversation of two people from a group.
type Type string

// The types of rooms.
const (
	Direct Type = "direct"
	Group  Type = "group"
)

// Role is a member's standing in a group. Both members of a direct room are
// plain members.
type Role string

// The roles, from most to least.
const (
	Owner  Role = "owner"
	Admin  Role = "admin"
	Member Role = "member"
)

// Kind tells what people write from what the room says about itself.
type Kind string

// The kinds of messages.
const (
	Text   Kind = "text"
	System Kind = "system"
)

// History says what a new member of a group may read.
type History string

// The two settings for new members.
const (
	HistoryAll    History = "all"
	HistoryJoined History = "joined"
)
