package store

import (
	"slices"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// What other processes on the same database changed is found by these.

// changedNow is set with every change of a room. SQLite asks the clock when it
// has the write lock, so that changes are not dated before those they waited for.
const changedNow = "[[updated]] = STRFTIME('%Y-%m-%d %H:%M:%fZ', 'now')"

// idsAtOnce bounds the ids of one query.
const idsAtOnce = 500

// ChangedRoom is a room that changed, and its revision now.
type ChangedRoom struct {
	ID  string `db:"id"`
	Rev int64  `db:"rev"`
}

// ChangedRooms answers the rooms that changed since and are not going.
func ChangedRooms(app core.App, since time.Time) ([]ChangedRoom, error) {
	from, err := types.ParseDateTime(since)
	if err != nil {
		return nil, err
	}
	var rooms []ChangedRoom
	err = reading(app, "SELECT [[id]], [[rev]] FROM {{"+Rooms+"}} WHERE [[updated]] >= {:since} AND [[closed]] = FALSE", dbx.Params{"since": from.String()}).All(&rooms)
	return rooms, err
}

// RoomsNow answers those of the rooms that are there and not going.
func RoomsNow(app core.App, ids []string) (map[string]Room, error) {
	now := make(map[string]Room, len(ids))
	for some := range slices.Chunk(ids, idsAtOnce) {
		where, params := inList("[[id]]", some)
		var rooms []Room
		err := app.DB().NewQuery("SELECT " + roomColumns + " FROM {{" + Rooms + "}} WHERE " + where + " AND [[closed]] = FALSE").
			Bind(params).All(&rooms)
		if err != nil {
			return nil, err
		}
		for _, room := range rooms {
			now[room.ID] = room
		}
	}
	return now, nil
}

// TokenKeys answers what users' tokens are signed with; who is gone has none.
func (s *Store) TokenKeys(app core.App, ids []string) (map[string]string, error) {
	users, err := s.Users.columns(app)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]string, len(ids))
	for some := range slices.Chunk(ids, idsAtOnce) {
		where, params := inList("[[id]]", some)
		var rows []struct {
			ID  string `db:"id"`
			Key string `db:"key"`
		}
		err := app.DB().NewQuery("SELECT [[id]], [[" + core.FieldNameTokenKey + "]] [[key]] FROM {{" + users.table + "}} WHERE " + where).
			Bind(params).All(&rows)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			keys[row.ID] = row.Key
		}
	}
	return keys, nil
}

// Mark is how far somebody has read a room.
type Mark struct {
	Room    string `db:"room"`
	User    string `db:"user"`
	ReadRev int64  `db:"read_rev"`
}

// MarksMoved answers which of the users' places were changed since, by anybody
// and in any process.
func MarksMoved(app core.App, users []string, since time.Time) ([]Mark, error) {
	from, err := types.ParseDateTime(since)
	if err != nil {
		return nil, err
	}
	var marks []Mark
	for some := range slices.Chunk(users, idsAtOnce) {
		where, params := inList("[[user]]", some)
		params["since"] = from.String()
		var found []Mark
		err := app.DB().NewQuery("SELECT [[room]], [[user]], [[read_rev]] FROM {{" + Members + "}} WHERE " + where + " AND [[updated]] >= {:since}").
			Bind(params).All(&found)
		if err != nil {
			return nil, err
		}
		marks = append(marks, found...)
	}
	return marks, nil
}
