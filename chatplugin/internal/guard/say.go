package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// say writes what happened into the room's timeline, in the transaction of the
// change, unless the change is part of a larger one that is told as a whole.
// Direct rooms say nothing about themselves.
func (g *Guard) say(tx core.App, cause *core.Record, room store.Room, event chat.Event) error {
	if quiet(cause) || room.Type == chat.Direct {
		return nil
	}
	return g.Say(tx, room.ID, event)
}

// Say writes a system message; names of people are filled in by their ids.
func (g *Guard) Say(tx core.App, room string, event chat.Event) error {
	ids := []string{event.Actor}
	for _, target := range event.Targets {
		ids = append(ids, target.ID)
	}
	people, err := g.Store.People(tx, ids...)
	if err != nil {
		return err
	}
	event.ActorName = people[event.Actor].Name
	for i, target := range event.Targets {
		if target.Name == "" {
			event.Targets[i].Name = people[target.ID].Name
		}
	}
	collection, err := tx.FindCachedCollectionByNameOrId(store.Messages)
	if err != nil {
		return err
	}
	record := core.NewRecord(collection)
	record.Set(store.FieldRoom, room)
	record.Set(store.FieldBody, event.Sentence())
	record.Set(store.FieldEvent, event)
	return tx.Save(record)
}
