package bench

import (
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/store"
)

// The collections that a host would make to chat without this module.
const (
	plainRooms   = "bench_rooms"
	plainMembers = "bench_members"
	plainNotes   = "bench_notes"
)

// Plain names a room of bench_rooms whose members may hear of its bench_notes.
type Plain struct {
	Notes, Room string
}

// Plain makes collections with comparable fields, a rule that lets anybody who
// is signed in create, and one that lets members read.
func (s *Server) Plain(members []string, plain *Plain) error {
	app := s.options.App
	if s.plain.Notes == "" {
		if err := s.plainCollections(app); err != nil {
			return err
		}
		s.plain.Notes = plainNotes
	}
	room, err := create(app, plainRooms, map[string]any{store.FieldName: "Everybody"})
	if err != nil {
		return err
	}
	for _, user := range members {
		if _, err := create(app, plainMembers, map[string]any{store.FieldRoom: room.Id, store.FieldUser: user}); err != nil {
			return err
		}
	}
	s.plain.Room = room.Id
	*plain = s.plain
	return nil
}

func create(app core.App, collection string, values map[string]any) (*core.Record, error) {
	found, err := app.FindCachedCollectionByNameOrId(collection)
	if err != nil {
		return nil, err
	}
	record := core.NewRecord(found)
	record.Load(values)
	return record, app.Save(record)
}

func (s *Server) plainCollections(app core.App) error {
	users, err := app.FindCachedCollectionByNameOrId(s.options.Store.Users.Collection)
	if err != nil {
		return err
	}
	rooms := core.NewBaseCollection(plainRooms)
	rooms.Fields.Add(&core.TextField{Name: store.FieldName})
	if err := app.Save(rooms); err != nil {
		return err
	}
	one := func(name string, to *core.Collection) core.Field {
		return &core.RelationField{Name: name, CollectionId: to.Id, MaxSelect: 1, Required: true, CascadeDelete: true}
	}
	members := core.NewBaseCollection(plainMembers)
	members.Fields.Add(one(store.FieldRoom, rooms), one(store.FieldUser, users))
	members.AddIndex("idx_"+plainMembers, true, store.FieldRoom+", "+store.FieldUser, "")
	if err := app.Save(members); err != nil {
		return err
	}
	notes := core.NewBaseCollection(plainNotes)
	notes.Fields.Add(
		one(store.FieldRoom, rooms), one(store.FieldAuthor, users), &core.TextField{Name: store.FieldBody, Max: 4000, Required: true},
		&core.TextField{Name: store.FieldClientID, Max: 64}, &core.NumberField{Name: store.FieldSeq}, &core.NumberField{Name: store.FieldRev},
		&core.TextField{Name: store.FieldKind}, &core.DateField{Name: store.FieldEdited}, &core.DateField{Name: store.FieldDeleted},
		&core.AutodateField{Name: store.FieldCreated, OnCreate: true}, &core.AutodateField{Name: store.FieldUpdated, OnCreate: true, OnUpdate: true},
	)
	notes.AddIndex("idx_"+plainNotes, false, store.FieldRoom+", "+store.FieldCreated, "")
	notes.ListRule = types.Pointer(store.FieldRoom + "." + plainMembers + "_via_" + store.FieldRoom + "." + store.FieldUser + " ?= @request.auth.id")
	notes.ViewRule = notes.ListRule
	notes.CreateRule = types.Pointer(`@request.auth.id != ""`)
	return app.Save(notes)
}
