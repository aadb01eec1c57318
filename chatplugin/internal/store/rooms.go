package store

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
)

// Room is a room's row as plain data: what a page shows and what the
// publisher needs after a commit, without another query.
type Room struct {
	ID           string         `db:"id"`
	Type         chat.Type      `db:"type"`
	Name         string         `db:"name"`
	Description  string         `db:"description"`
	Avatar       string         `db:"avatar"`
	Rev          int64          `db:"rev"`
	Posts        int64          `db:"posts"`
	Members      int64          `db:"members"`
	MembersRev   int64          `db:"members_rev"`
	LastSeq      int64          `db:"last_seq"`
	LastMessage  string         `db:"last_message"`
	LastActivity types.DateTime `db:"last_activity"`
	DirectKey    string         `db:"direct_key"`
	Closed       bool           `db:"closed"`
	PurgedRev    int64          `db:"purged_rev"`
	Created      types.DateTime `db:"created"`
}

const roomColumns = "[[id]], [[type]], [[name]], [[description]], [[avatar]], [[rev]], [[posts]], [[members]], " +
	"[[members_rev]], [[last_seq]], [[last_message]], [[last_activity]], [[direct_key]], [[closed]], [[purged_rev]], [[created]]"

// cells are where roomColumns go, for what runs with each send: finding out about
// fields by reflection takes a third of a statement's time.
func (r *Room) cells() []any {
	return []any{
		&r.ID, &r.Type, &r.Name, &r.Description, &r.Avatar, &r.Rev, &r.Posts, &r.Members, &r.MembersRev, &r.LastSeq,
		&r.LastMessage, &r.LastActivity, &r.DirectKey, &r.Closed, &r.PurgedRev, &r.Created,
	}
}

// Purged reports whether rows that changed after rev may be gone for good, so
// that whoever has seen so much would miss that. Who has seen nothing misses
// nothing.
func (r Room) Purged(rev int64) bool { return rev > 0 && rev < r.PurgedRev }

// Peer is the other person of a direct room, "" in a group.
func (r Room) Peer(viewer string) string {
	first, second, ok := strings.Cut(r.DirectKey, ":")
	switch {
	case !ok:
		return ""
	case first == viewer:
		return second
	default:
		return first
	}
}

// Pair is the two people of a direct room.
func (r Room) Pair() (first, second string) {
	first, second, _ = strings.Cut(r.DirectKey, ":")
	return first, second
}

// FindRoom answers a room, or chat.ErrNoRoom.
func FindRoom(app core.App, id string) (Room, error) {
	var room Room
	err := reading(app, "SELECT "+roomColumns+" FROM {{"+Rooms+"}} WHERE [[id]] = {:id}", dbx.Params{"id": id}).One(&room)
	return room, noRoom(err)
}

// FindDirect answers the direct room of two people by its key, or chat.ErrNoRoom.
func FindDirect(app core.App, key string) (Room, error) {
	var room Room
	err := reading(app, "SELECT "+roomColumns+" FROM {{"+Rooms+"}} WHERE [[direct_key]] = {:key} AND [[direct_key]] != ''", dbx.Params{"key": key}).One(&room)
	return room, noRoom(err)
}

// ClosedRooms answers the rooms whose deletion was begun and not finished.
func ClosedRooms(app core.App) ([]string, error) {
	var ids []string
	err := app.DB().NewQuery("SELECT [[id]] FROM {{" + Rooms + "}} WHERE [[closed]] = TRUE").Column(&ids)
	return ids, err
}

// noRoom turns a missing row into the refusal that says nothing more.
func noRoom(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return chat.ErrNoRoom
	}
	return err
}
