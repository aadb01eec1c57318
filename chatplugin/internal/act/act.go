// Package act is what people do, each deed as the record saves that it means:
// pages, commands and the Go API share it. It checks nothing by itself: it
// names the actor, and package guard decides at the save.
package act

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

// Options are what the deeds need.
type Options struct {
	Guard  *guard.Guard
	Store  *store.Store
	Limits chat.Limits
	// CanLookUp says whether viewer may find found by e-mail and write to
	// them; nil lets everybody find everybody.
	CanLookUp func(app core.App, viewer, found *core.Record) bool
}

// Acts does what people ask for. Every method takes the app to work on, which
// may be one inside a transaction.
type Acts struct{ Options }

// New makes the deeds.
func New(options Options) *Acts { return &Acts{options} }

// newRecord is an empty record of one of the chat's collections.
func newRecord(app core.App, collection string) (*core.Record, error) {
	found, err := app.FindCachedCollectionByNameOrId(collection)
	if err != nil {
		return nil, err
	}
	return core.NewRecord(found), nil
}

// memberRecord is a user's place in a room, for changing it.
func memberRecord(app core.App, room, user string) (*core.Record, error) {
	member, err := store.FindMember(app, room, user)
	if err != nil {
		return nil, err
	}
	return find(app, store.Members, member.ID, chat.ErrNoRoom)
}

// find reads a record for changing it. One that went since it was looked up is
// refused as one that never was.
func find(app core.App, collection, id string, missing *chat.Error) (*core.Record, error) {
	record, err := app.FindRecordById(collection, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, missing
	}
	return record, err
}

// seated makes sure that the actor is in the room at all, so that a stranger
// hears the same as of a room that does not exist.
func seated(app core.App, room, actor string) (store.Seat, error) {
	return store.FindSeat(app, room, actor)
}
