package main

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/migrations"
	"github.com/pocketbase/pocketbase/tools/types"
)

func init() {
	migrations.Register(makePeople, nil, "1600000000_people.go")
	migrations.Register(makeTopics, dropTopics, "1900000000_topics.go")
}

// makePeople runs before pocketchat's migrations.
func makePeople(app core.App) error {
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return err
	}
	if err := app.Delete(users); err != nil { // this host has no use for it
		return err
	}
	people := core.NewAuthCollection("people")
	people.CreateRule = types.Pointer("")
	people.Fields.Add(
		&core.TextField{Name: "nick", Required: true, Max: 60},
		&core.FileField{Name: "photo", MaxSelect: 1, MimeTypes: []string{"image/gif"}},
	)
	return app.Save(people)
}

// makeTopics runs after them, and points at one of their collections.
func makeTopics(app core.App) error {
	rooms, err := app.FindCollectionByNameOrId("chat_rooms")
	if err != nil {
		return err
	}
	topics := core.NewBaseCollection("topics")
	topics.Fields.Add(
		&core.TextField{Name: "title"},
		&core.RelationField{Name: "room", CollectionId: rooms.Id, MaxSelect: 1, CascadeDelete: true},
	)
	return app.Save(topics)
}

func dropTopics(app core.App) error {
	topics, err := app.FindCollectionByNameOrId("topics")
	if err != nil {
		return err
	}
	return app.Delete(topics)
}
