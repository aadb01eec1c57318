// Package pb_migrations is the frozen history of pocketchat's collections.
// Importing it registers the migrations with PocketBase. It repeats names on
// purpose and imports nothing of ours, so that later changes of the code
// cannot change what an old database went through.
package pb_migrations

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/migrations"
	"github.com/pocketbase/pocketbase/tools/types"
)

func init() {
	migrations.Register(upChatCollections, downChatCollections, "1763800000_chat_collections.go")
}

// chatCollections in the order in which they are made; undone the other way.
var chatCollections = []string{"chat_rooms", "chat_members", "chat_messages", "chat_reactions"}

// upChatCollections makes what is missing and leaves what is there alone, so
// that it is safe to run on a database that had pocketchat before.
func upChatCollections(app core.App) error {
	users, err := chatUsersCollection(app)
	if err != nil {
		return err
	}
	if err := refuseForeign(app); err != nil {
		return err
	}
	steps := []func(core.App, *core.Collection) error{
		makeChatRooms, makeChatMembers, makeChatMessages, makeChatReactions,
		linkLastMessage, setChatRules,
	}
	for _, step := range steps {
		if err := step(app, users); err != nil {
			return fmt.Errorf("chat collections: %w", err)
		}
	}
	return nil
}

// downChatCollections removes the collections only while they hold no rows:
// undoing a migration must never lose what people wrote. Whoever wants the
// data gone empties the collections first.
func downChatCollections(app core.App) error {
	for _, name := range chatCollections {
		total, err := app.CountRecords(name)
		if err == nil && total > 0 {
			app.Logger().Warn("chat collections hold data and were kept; empty them first to remove them", "collection", name)
			return nil
		}
	}
	// The view holds nothing, and its rule speaks of the others.
	if people, err := app.FindCollectionByNameOrId("chat_people"); err == nil && people.IsView() {
		if err := dropSystemCollection(app, people); err != nil {
			return err
		}
	}
	// The two relations that point forward go first, or neither of their
	// collections could be deleted before the other.
	if err := unlinkLastMessage(app); err != nil {
		return err
	}
	for i := len(chatCollections) - 1; i >= 0; i-- {
		collection, err := app.FindCollectionByNameOrId(chatCollections[i])
		if err != nil {
			continue
		}
		if err := dropSystemCollection(app, collection); err != nil {
			return err
		}
	}
	return nil
}

// chatUsersCollection finds whom the rooms are for: PocketBase's own users
// collection, else the first auth collection of the host. A host that chats
// with another collection says so in Config; the relations follow at start.
func chatUsersCollection(app core.App) (*core.Collection, error) {
	for _, key := range []string{"users", "_pb_users_auth_"} {
		if found, err := app.FindCollectionByNameOrId(key); err == nil && found.IsAuth() {
			return found, nil
		}
	}
	auths, err := app.FindAllCollections(core.CollectionTypeAuth)
	if err != nil {
		return nil, err
	}
	for _, found := range auths {
		if found.Name != core.CollectionNameSuperusers {
			return found, nil
		}
	}
	return app.FindCollectionByNameOrId(core.CollectionNameSuperusers)
}

// chatMarks are fields by which a collection is known as one of ours.
var chatMarks = map[string][]string{
	"chat_rooms":     {"type", "rev", "posts", "last_seq", "direct_key", "closed"},
	"chat_members":   {"room", "user", "role", "read_rev", "read_posts", "cleared_rev"},
	"chat_messages":  {"room", "author", "seq", "rev", "kind", "body", "client_id"},
	"chat_reactions": {"message", "user", "emoji"},
}

// refuseForeign stops before anything is touched where a host has a collection
// of its own under one of our names.
func refuseForeign(app core.App) error {
	for _, name := range chatCollections {
		found, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			continue
		}
		for _, field := range chatMarks[name] {
			if found.Fields.GetByName(field) == nil {
				return fmt.Errorf("there is a collection %s already which is not pocketchat's (it has no field %s); rename it and start again", name, field)
			}
		}
	}
	return nil
}

// findOrNew answers an existing collection with found = true, or a new system
// one: regular collections can be renamed in the admin UI, and an import with
// "delete missing" drops them.
func findOrNew(app core.App, name string) (collection *core.Collection, found bool) {
	if existing, err := app.FindCollectionByNameOrId(name); err == nil {
		return existing, true
	}
	collection = core.NewBaseCollection(name)
	collection.System = true
	return collection, false
}

// addFields adds the fields as system fields, which cannot be renamed or removed.
func addFields(collection *core.Collection, fields ...core.Field) {
	for _, field := range fields {
		field.SetSystem(true)
		collection.Fields.Add(field)
	}
}

func dates() []core.Field {
	return []core.Field{
		&core.AutodateField{Name: "created", OnCreate: true},
		&core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true},
	}
}

func whole(name string, hidden bool, help string) core.Field {
	return &core.NumberField{Name: name, OnlyInt: true, Min: types.Pointer(0.0), Hidden: hidden, Help: help}
}

// dropSystemCollection deletes an empty system collection, which PocketBase
// refuses unless the flag is taken away first.
func dropSystemCollection(app core.App, collection *core.Collection) error {
	if _, err := app.NonconcurrentDB().
		NewQuery("UPDATE {{_collections}} SET [[system]] = FALSE WHERE [[id]] = {:id}").
		Bind(map[string]any{"id": collection.Id}).Execute(); err != nil {
		return err
	}
	if err := app.ReloadCachedCollections(); err != nil {
		return err
	}
	fresh, err := app.FindCollectionByNameOrId(collection.Id)
	if err != nil {
		return err
	}
	return app.Delete(fresh)
}
