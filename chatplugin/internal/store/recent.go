package store

import (
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// RecentRooms answers up to limit rooms that a user is in, the liveliest first.
func RecentRooms(app core.App, user string, limit int) (rooms []Room, err error) {
	err = reading(app, "SELECT "+roomColumnsOf("r")+" FROM {{"+Members+"}} m CROSS JOIN {{"+Rooms+"}} r ON r.[[id]] = m.[[room]] "+
		"WHERE m.[[user]] = {:user} AND r.[[closed]] = FALSE ORDER BY r.[[last_activity]] DESC LIMIT {:limit}", dbx.Params{"user": user, "limit": limit}).All(&rooms)
	return rooms, err
}

func roomColumnsOf(alias string) string {
	return strings.ReplaceAll(roomColumns, "[[", alias+".[[")
}
