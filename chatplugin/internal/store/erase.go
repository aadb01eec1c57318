package store

import (
	"encoding/json"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
)

// living are a user's messages that are no tombstones, in rooms that stay. Its
// author's index finds them.
const living = " FROM {{" + Messages + "}} m JOIN {{" + Rooms + "}} r ON r.[[id]] = m.[[room]] AND r.[[closed]] = FALSE " +
	"WHERE m.[[author]] = {:user} AND m.[[author]] != '' AND m.[[deleted]] = ''"

// RoomToErase answers a room in which something is left that a user wrote, or "".
func RoomToErase(app core.App, user string) (room string, err error) {
	var rooms []string
	err = app.DB().NewQuery("SELECT m.[[room]]" + living + " LIMIT 1").Bind(dbx.Params{"user": user}).Column(&rooms)
	if len(rooms) > 0 {
		room = rooms[0]
	}
	return room, err
}

// EraseMessages makes nameless tombstones of up to limit messages of a user in a
// room, each with a revision of its own, and answers how many that were. Files
// go first, so that a stop between leaves messages that the next run finds.
func EraseMessages(app core.App, room, user string, limit int) (erased int64, err error) {
	var rows []struct {
		ID    string                  `db:"id"`
		Files types.JSONArray[string] `db:"files"`
	}
	err = app.DB().NewQuery("SELECT m.[[id]], m.[[files]]" + living + " AND m.[[room]] = {:room} LIMIT {:limit}").
		Bind(dbx.Params{"user": user, "room": room, "limit": limit}).All(&rows)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	var ids, withFiles []string
	for _, row := range rows {
		if ids = append(ids, row.ID); len(row.Files) > 0 {
			withFiles = append(withFiles, row.ID)
		}
	}
	if err := DeleteFiles(app, withFiles); err != nil {
		return 0, err
	}
	err = app.RunInTransaction(func(tx core.App) error {
		erased, err = erase(tx, room, user, ids)
		return err
	})
	return erased, err
}

func erase(tx core.App, room, user string, ids []string) (erased int64, err error) {
	before, err := LockRoom(tx, room)
	if err != nil {
		return 0, err
	}
	chosen, err := json.Marshal(ids)
	if err != nil {
		return 0, err
	}
	params := dbx.Params{"room": room, "user": user, "ids": string(chosen), "rev": before.Rev, "now": types.NowDateTime().String()}
	var result interface{ RowsAffected() (int64, error) }
	for _, statement := range []string{
		"UPDATE {{" + Messages + "}} SET [[rev]] = {:rev} + p.n, [[deleted]] = {:now}, [[updated]] = {:now}, [[body]] = '', [[files]] = '[]', [[author]] = '' " +
			"FROM (SELECT [[id]], ROW_NUMBER() OVER (ORDER BY [[seq]]) n FROM {{" + Messages + "}} " +
			"WHERE [[id]] IN (SELECT value FROM json_each({:ids})) AND [[author]] = {:user} AND [[deleted]] = '') p WHERE {{" + Messages + "}}.[[id]] = p.[[id]]",
		// As ForgivePost, for all of them at once: in this transaction no others
		// have a later revision.
		"UPDATE {{" + Members + "}} SET [[read_posts]] = [[read_posts]] + (SELECT COUNT(*) FROM {{" + Messages + "}} m WHERE m.[[room]] = {:room} " +
			"AND m.[[rev]] > {:rev} AND m.[[seq]] > {{" + Members + "}}.[[read_rev]] AND m.[[seq]] > {{" + Members + "}}.[[joined_rev]]) " +
			"WHERE [[room]] = {:room} AND [[read_rev]] < {:rev}",
		"DELETE FROM {{" + Reactions + "}} WHERE [[message]] IN (SELECT [[id]] FROM {{" + Messages + "}} WHERE [[room]] = {:room} AND [[rev]] > {:rev})",
	} {
		done, err := tx.NonconcurrentDB().NewQuery(statement).Bind(params).Execute()
		if err != nil {
			return 0, err
		}
		if result == nil {
			result = done
		}
	}
	if erased, err = result.RowsAffected(); err != nil {
		return 0, err
	}
	_, err = touchRoom(tx, room, "[[rev]] = [[rev]] + {:erased}", dbx.Params{"erased": erased})
	return erased, err
}

// LastChanged answers the message of a room that changed last, or
// chat.ErrNoMessage.
func LastChanged(app core.App, room string) (Message, error) {
	var message Message
	err := app.DB().NewQuery("SELECT " + messageColumns + messagesFrom + "WHERE c.[[room]] = {:room} ORDER BY c.[[rev]] DESC LIMIT 1").
		Bind(dbx.Params{"room": room}).One(&message)
	if noRoom(err) == chat.ErrNoRoom {
		return message, chat.ErrNoMessage
	}
	return message, err
}
