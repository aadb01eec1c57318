package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// The rules say only who may reach a record at all: members. Everything else,
// such as roles, authorship and limits, is decided by the chat's record hooks,
// which hold for every way in. Back-relations with "?=" under one alias hit
// one row of chat_members by its index; the other spellings scan.
const (
	memberOfRoom = `@request.auth.id != "" && chat_members_via_room.user ?= @request.auth.id`
	inOwnList    = memberOfRoom + ` && (chat_members_via_room.hidden ?= false || chat_members_via_room.cleared_rev ?< last_seq)`
	sameRoom     = `@request.auth.id != "" && room.chat_members_via_room.user ?= @request.auth.id`
	seenMessage  = sameRoom + ` && room.chat_members_via_room.cleared_rev ?< seq && room.chat_members_via_room.joined_rev ?< seq`
	seenReaction = `@request.auth.id != "" && message.room.chat_members_via_room.user ?= @request.auth.id` +
		` && message.room.chat_members_via_room.cleared_rev ?< message.seq && message.room.chat_members_via_room.joined_rev ?< message.seq`
	ownReaction = seenReaction + ` && user = @request.auth.id`
)

type rules struct{ list, view, create, update, delete *string }

func setChatRules(app core.App, _ *core.Collection) error {
	all := map[string]rules{
		// Rooms are made by the routes, which know the members: a create over
		// REST could name none.
		"chat_rooms":     {p(inOwnList), p(memberOfRoom), nil, p(memberOfRoom), p(memberOfRoom)},
		"chat_members":   {p(sameRoom), p(sameRoom), p(sameRoom), p(sameRoom), p(sameRoom)},
		"chat_messages":  {p(seenMessage), p(seenMessage), p(sameRoom), p(seenMessage), p(seenMessage)},
		"chat_reactions": {p(seenReaction), p(seenReaction), p(seenReaction), nil, p(ownReaction)},
	}
	for _, name := range chatCollections {
		collection, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			return err
		}
		if collection.ListRule != nil {
			continue // made by an earlier run
		}
		r := all[name]
		collection.ListRule, collection.ViewRule = r.list, r.view
		collection.CreateRule, collection.UpdateRule, collection.DeleteRule = r.create, r.update, r.delete
		// PocketBase refuses new rules for system collections by validation.
		if err := app.SaveNoValidate(collection); err != nil {
			return err
		}
	}
	return nil
}

func p(rule string) *string { return types.Pointer(rule) }
