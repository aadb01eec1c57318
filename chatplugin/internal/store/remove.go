package store

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// DeleteMessages deletes up to limit messages of a room, with their reactions
// and files, and answers how many went. It fires no hooks: it is for rooms that
// nobody is in any more. Files go first, so that a stop between leaves rows that
// the next run finds, never files that nothing names.
func DeleteMessages(app core.App, room string, limit int) (gone int64, err error) {
	withFiles, err := messagesWithFiles(app, room, limit)
	if err != nil {
		return 0, err
	}
	if err := DeleteFiles(app, withFiles); err != nil {
		return 0, err
	}
	return deleteRows(app, room, limit)
}

// DeleteMessageRows is DeleteMessages for use inside a transaction: it leaves
// the files, and answers whose are to be deleted once it is committed.
func DeleteMessageRows(tx core.App, room string, limit int) (gone int64, withFiles []string, err error) {
	withFiles, err = messagesWithFiles(tx, room, limit)
	if err != nil {
		return 0, nil, err
	}
	gone, err = deleteRows(tx, room, limit)
	return gone, withFiles, err
}

func messagesWithFiles(app core.App, room string, limit int) (ids []string, err error) {
	err = app.DB().NewQuery("SELECT [[id]] FROM (SELECT [[id]], [[files]] FROM {{" + Messages + "}} WHERE [[room]] = {:room} ORDER BY [[seq]] LIMIT {:limit}) " +
		"WHERE [[files]] NOT IN ('', '[]')").Bind(dbx.Params{"room": room, "limit": limit}).Column(&ids)
	return ids, err
}

func deleteRows(app core.App, room string, limit int) (gone int64, err error) {
	params := dbx.Params{"room": room, "limit": limit}
	chosen := "SELECT [[id]] FROM {{" + Messages + "}} WHERE [[room]] = {:room} ORDER BY [[seq]] LIMIT {:limit}"
	db := app.NonconcurrentDB()
	if _, err := db.NewQuery("DELETE FROM {{" + Reactions + "}} WHERE [[message]] IN (" + chosen + ")").Bind(params).Execute(); err != nil {
		return 0, err
	}
	result, err := db.NewQuery("DELETE FROM {{" + Messages + "}} WHERE [[id]] IN (" + chosen + ")").Bind(params).Execute()
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// DeleteFiles deletes what these messages carried.
func DeleteFiles(app core.App, messages []string) error {
	if len(messages) == 0 {
		return nil
	}
	collection, err := app.FindCachedCollectionByNameOrId(Messages)
	if err != nil {
		return err
	}
	files, err := app.NewFilesystem()
	if err != nil {
		return err
	}
	defer files.Close()
	for _, id := range messages {
		for _, err := range files.DeletePrefix(collection.BaseFilesPath() + "/" + id + "/") {
			app.Logger().Warn("chat: a deleted message's file could not be removed", "message", id, "error", err)
		}
	}
	return nil
}

// Disown takes a user's name off up to limit of their messages, and deletes up
// to limit of their reactions. It answers how many rows that were.
func Disown(app core.App, user string, limit int) (changed int64, err error) {
	params := dbx.Params{"user": user, "limit": limit}
	for _, statement := range []string{
		"UPDATE {{" + Messages + "}} SET [[author]] = '' WHERE [[id]] IN (SELECT [[id]] FROM {{" + Messages + "}} " +
			"WHERE [[author]] = {:user} AND [[author]] != '' LIMIT {:limit})",
		"DELETE FROM {{" + Reactions + "}} WHERE [[id]] IN (SELECT [[id]] FROM {{" + Reactions + "}} WHERE [[user]] = {:user} LIMIT {:limit})",
	} {
		result, err := app.NonconcurrentDB().NewQuery(statement).Bind(params).Execute()
		if err != nil {
			return changed, err
		}
		rows, err := result.RowsAffected()
		if err != nil {
			return changed, err
		}
		changed += rows
	}
	return changed, nil
}

// Departed answers the users who are gone while their name is still on messages
// or reactions: their deletion was cut off. Where there are no users at all,
// something else happened.
func (s *Store) Departed(app core.App) (ids []string, err error) {
	users, err := s.Users.columns(app)
	if err != nil {
		return nil, err
	}
	err = app.DB().NewQuery("SELECT [[id]] FROM (SELECT DISTINCT [[author]] [[id]] FROM {{" + Messages + "}} WHERE [[author]] != '' " +
		"UNION SELECT DISTINCT [[user]] FROM {{" + Reactions + "}}) g WHERE NOT EXISTS (SELECT 1 FROM {{" + users.table + "}} u WHERE u.[[id]] = g.[[id]]) " +
		"AND EXISTS (SELECT 1 FROM {{" + users.table + "}})").
		Column(&ids)
	return ids, err
}

// Unlink makes nothing point at a message that is about to go. Its room shows
// the last one of the others.
func Unlink(tx core.App, room, message string) error {
	db := tx.NonconcurrentDB()
	params := dbx.Params{"id": message, "room": room}
	if _, err := db.NewQuery("UPDATE {{" + Rooms + "}} SET [[last_message]] = COALESCE((SELECT c.[[id]] FROM {{" + Messages + "}} c " +
		"WHERE c.[[room]] = {:room} AND c.[[id]] != {:id} ORDER BY c.[[seq]] DESC LIMIT 1), '') WHERE [[id]] = {:room} AND [[last_message]] = {:id}").Bind(params).Execute(); err != nil {
		return err
	}
	_, err := db.NewQuery("UPDATE {{" + Messages + "}} SET [[reply_to]] = '' WHERE [[reply_to]] = {:id} AND [[reply_to]] != ''").Bind(params).Execute()
	return err
}
