// Package store is the one place that spells the collections' and fields'
// names, and the queries and counters over them. It holds no rule of chat and
// never publishes: it answers what is there, and moves counters inside the
// transaction that it is given.
package store

// Collections.
const (
	Rooms     = "chat_rooms"
	Members   = "chat_members"
	Messages  = "chat_messages"
	Reactions = "chat_reactions"
	People    = "chat_people" // a view: what members see of each other
)

// Fields that several collections have.
const (
	FieldID      = "id"
	FieldRoom    = "room"
	FieldUser    = "user"
	FieldRev     = "rev"
	FieldCreated = "created"
	FieldUpdated = "updated"
)

// Fields of a room.
const (
	FieldType         = "type"
	FieldName         = "name"
	FieldDescription  = "description"
	FieldAvatar       = "avatar"
	FieldPosts        = "posts"
	FieldMembers      = "members"
	FieldMembersRev   = "members_rev"
	FieldLastSeq      = "last_seq"
	FieldLastMessage  = "last_message"
	FieldLastActivity = "last_activity"
	FieldDirectKey    = "direct_key"
	FieldClosed       = "closed"
	FieldPurgedRev    = "purged_rev"
)

// Fields of a member.
const (
	FieldRole       = "role"
	FieldReadRev    = "read_rev"
	FieldReadPosts  = "read_posts"
	FieldClearedRev = "cleared_rev"
	FieldJoinedRev  = "joined_rev"
	FieldHidden     = "hidden"
	FieldNotify     = "notify"
	FieldPinned     = "pinned"
)

// Fields of a message.
const (
	FieldAuthor   = "author"
	FieldSeq      = "seq"
	FieldKind     = "kind"
	FieldBody     = "body"
	FieldFiles    = "files"
	FieldReplyTo  = "reply_to"
	FieldClientID = "client_id"
	FieldEvent    = "event"
	FieldEdited   = "edited"
	FieldDeleted  = "deleted"
)

// Fields of a reaction.
const (
	FieldMessage = "message"
	FieldEmoji   = "emoji"
)
