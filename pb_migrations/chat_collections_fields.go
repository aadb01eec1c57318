package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
)

func makeChatRooms(app core.App, _ *core.Collection) error {
	rooms, found := findOrNew(app, "chat_rooms")
	if found {
		return nil
	}
	addFields(rooms,
		&core.SelectField{Name: "type", Values: []string{"direct", "group"}, Required: true, Presentable: true, Help: "Two people, or a group. Fixed."},
		&core.TextField{Name: "name", Max: 400, Presentable: true, Help: "Groups only; a direct room is named after the other person."},
		&core.TextField{Name: "description", Max: 4000, Help: "Groups only."},
		&core.FileField{Name: "avatar", MaxSelect: 1, MaxSize: 10 << 20, Protected: true, Help: "Groups only.",
			MimeTypes: []string{"image/jpeg", "image/png", "image/webp", "image/gif"}, Thumbs: []string{"100x100", "300x300"}},
		whole("members", false, "How many members the room has. Kept by the chat."),
		whole("posts", false, "How many messages people wrote, deleted ones included. Kept by the chat."),
		&core.DateField{Name: "last_activity", Help: "When the last message came. Kept by the chat."},
		whole("rev", false, "Rises by one with every change of the room's timeline. Kept by the chat."),
		whole("members_rev", false, "Rises with every change of members or roles. Kept by the chat."),
		whole("last_seq", false, "The seq of the last message. Kept by the chat."),
		&core.BoolField{Name: "closed", Hidden: true, Help: "The room is being deleted; its rows go in the background. To delete it, delete the record."},
		&core.TextField{Name: "direct_key", Hidden: true, Max: 140, Help: "The two people of a direct room: their ids, sorted, joined by a colon. Fixed."},
	)
	addFields(rooms, dates()...)
	rooms.AddIndex("idx_chat_rooms_direct_key", true, "`direct_key`", "`direct_key` != ''")
	rooms.AddIndex("idx_chat_rooms_closed", false, "`closed`", "`closed` = TRUE")
	rooms.AddIndex("idx_chat_rooms_last_activity", false, "`last_activity`", "")
	return app.Save(rooms)
}

func makeChatMembers(app core.App, users *core.Collection) error {
	members, found := findOrNew(app, "chat_members")
	if found {
		return nil
	}
	rooms, err := app.FindCollectionByNameOrId("chat_rooms")
	if err != nil {
		return err
	}
	addFields(members,
		&core.RelationField{Name: "room", CollectionId: rooms.Id, MaxSelect: 1, Required: true, CascadeDelete: true, Help: "Fixed."},
		&core.RelationField{Name: "user", CollectionId: users.Id, MaxSelect: 1, Required: true, CascadeDelete: true, Presentable: true,
			Help: "Fixed. To remove somebody from a group, delete the record."},
		&core.SelectField{Name: "role", Values: []string{"owner", "admin", "member"}, Presentable: true, Help: "Groups only, which always keep an owner."},
		whole("read_rev", false, "Everything up to this revision was read. It never goes back."),
		whole("read_posts", true, "Unread = the room's posts less this. Kept by the chat."),
		whole("cleared_rev", true, "The person deleted the history up to this revision for themselves."),
		whole("joined_rev", true, "The person may read only what came after this revision."),
		&core.BoolField{Name: "hidden", Hidden: true, Help: "Out of the person's list until the next message."},
		&core.SelectField{Name: "notify", Values: []string{"all", "mentions", "none"}, Help: "What the person wants to be told of."},
		&core.BoolField{Name: "pinned", Help: "At the top of the person's list."},
	)
	addFields(members, dates()...)
	members.AddIndex("idx_chat_members_room_user", true, "`room`, `user`", "")
	members.AddIndex("idx_chat_members_user_room", false, "`user`, `room`", "")
	return app.Save(members)
}

func makeChatMessages(app core.App, users *core.Collection) error {
	messages, found := findOrNew(app, "chat_messages")
	if found {
		return nil
	}
	rooms, err := app.FindCollectionByNameOrId("chat_rooms")
	if err != nil {
		return err
	}
	addFields(messages,
		&core.RelationField{Name: "room", CollectionId: rooms.Id, MaxSelect: 1, Required: true, CascadeDelete: true, Help: "Fixed."},
		&core.RelationField{Name: "author", CollectionId: users.Id, MaxSelect: 1, Presentable: true, Help: "Empty where the room itself says it, or the account is gone. Fixed."},
		&core.TextField{Name: "body", Max: 200000, Presentable: true, Help: "Plain text. A change shows as edited."},
		&core.FileField{Name: "files", MaxSelect: 99, MaxSize: 1 << 30, Protected: true, Thumbs: []string{"640x640f", "200x200"}},
		&core.SelectField{Name: "kind", Values: []string{"text", "system"}, Help: "What people wrote, or what the room says. Kept by the chat."},
		&core.DateField{Name: "edited", Help: "Kept by the chat."},
		&core.DateField{Name: "deleted", Help: "When it became a tombstone: its place stays, what it said is gone for good. To delete a message, delete the record."},
		whole("seq", false, "The message's place in the room, for ever. Kept by the chat."),
		whole("rev", false, "The room's revision at the message's last change. Kept by the chat."),
		&core.TextField{Name: "client_id", Max: 64, Help: "Chosen by the sender: a repeated one is the same message. Fixed."},
		&core.JSONField{Name: "event", MaxSize: 65536, Help: "What a system message tells, in parts. Fixed."},
	)
	addFields(messages, dates()...)
	messages.AddIndex("idx_chat_messages_room_seq", true, "`room`, `seq`", "")
	messages.AddIndex("idx_chat_messages_room_rev", false, "`room`, `rev`", "")
	messages.AddIndex("idx_chat_messages_client_id", true, "`room`, `author`, `client_id`", "`client_id` != '' AND `author` != ''")
	messages.AddIndex("idx_chat_messages_author", false, "`author`", "`author` != ''")
	if err := app.Save(messages); err != nil {
		return err
	}
	// A relation of a collection to itself needs the collection's id.
	addFields(messages, &core.RelationField{Name: "reply_to", CollectionId: messages.Id, MaxSelect: 1, Help: "The message that this one answers. Fixed."})
	messages.AddIndex("idx_chat_messages_reply_to", false, "`reply_to`", "`reply_to` != ''")
	return app.Save(messages)
}

func makeChatReactions(app core.App, users *core.Collection) error {
	reactions, found := findOrNew(app, "chat_reactions")
	if found {
		return nil
	}
	messages, err := app.FindCollectionByNameOrId("chat_messages")
	if err != nil {
		return err
	}
	addFields(reactions,
		&core.RelationField{Name: "message", CollectionId: messages.Id, MaxSelect: 1, Required: true, CascadeDelete: true, Help: "Fixed."},
		&core.RelationField{Name: "user", CollectionId: users.Id, MaxSelect: 1, Required: true, CascadeDelete: true, Presentable: true, Help: "Fixed."},
		&core.TextField{Name: "emoji", Max: 32, Required: true, Presentable: true, Help: "Fixed. To take it back, delete the record."},
	)
	addFields(reactions, dates()...)
	reactions.AddIndex("idx_chat_reactions_once", true, "`message`, `user`, `emoji`", "")
	reactions.AddIndex("idx_chat_reactions_user", false, "`user`", "")
	return app.Save(reactions)
}

// linkLastMessage closes the circle of rooms and messages, which can be done
// only when both exist.
func linkLastMessage(app core.App, _ *core.Collection) error {
	rooms, err := app.FindCollectionByNameOrId("chat_rooms")
	if err != nil || rooms.Fields.GetByName("last_message") != nil {
		return err
	}
	messages, err := app.FindCollectionByNameOrId("chat_messages")
	if err != nil {
		return err
	}
	addFields(rooms, &core.RelationField{Name: "last_message", CollectionId: messages.Id, MaxSelect: 1, Help: "Kept by the chat."})
	rooms.AddIndex("idx_chat_rooms_last_message", false, "`last_message`", "`last_message` != ''")
	return app.Save(rooms)
}

// unlinkLastMessage takes away what linkLastMessage and reply_to added; the
// fields are system ones, which only an unvalidated save can remove.
func unlinkLastMessage(app core.App) error {
	for name, field := range map[string]string{"chat_rooms": "last_message", "chat_messages": "reply_to"} {
		collection, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			continue
		}
		collection.RemoveIndex("idx_" + name + "_" + field)
		collection.Fields.RemoveByName(field)
		if err := app.SaveNoValidate(collection); err != nil {
			return err
		}
	}
	return nil
}
