package store

import (
	"strconv"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// orphan is a kind of row that points at one that is gone.
type orphan struct {
	what, rows, condition string
}

const without = "NOT EXISTS (SELECT 1 FROM {{"

var orphans = []orphan{
	{"members of rooms that are gone", Members, without + Rooms + "}} r WHERE r.[[id]] = x.[[room]])"},
	{"messages of rooms that are gone", Messages, without + Rooms + "}} r WHERE r.[[id]] = x.[[room]])"},
	{"reactions to messages that are gone", Reactions, without + Messages + "}} c WHERE c.[[id]] = x.[[message]])"},
}

// Orphans finds rows whose room or message is gone.
func Orphans(app core.App) ([]Difference, error) {
	f := &findings{}
	for _, kind := range orphans {
		var n int64
		err := app.DB().NewQuery("SELECT COUNT(*) FROM {{" + kind.rows + "}} x WHERE " + kind.condition).Row(&n)
		if err != nil {
			return nil, err
		}
		f.none(kind.what, n)
	}
	return f.all, nil
}

// RemoveOrphans deletes up to limit of them, files included, and answers how
// many went.
func RemoveOrphans(app core.App, limit int) (gone int64, err error) {
	var withFiles []string
	err = app.DB().NewQuery("SELECT x.[[id]] FROM {{" + Messages + "}} x WHERE " + orphans[1].condition + " AND x.[[files]] NOT IN ('', '[]') LIMIT {:limit}").
		Bind(dbx.Params{"limit": limit}).Column(&withFiles)
	if err == nil {
		err = DeleteFiles(app, withFiles)
	}
	if err != nil {
		return 0, err
	}
	params := dbx.Params{"limit": limit, "done": list(withFiles)}
	for _, kind := range orphans {
		// Of messages with files those whose files are gone by now.
		ready := ""
		if kind.rows == Messages {
			ready = " AND (x.[[files]] IN ('', '[]') OR x.[[id]] IN (SELECT [[value]] FROM JSON_EACH({:done})))"
		}
		result, err := app.NonconcurrentDB().NewQuery("DELETE FROM {{" + kind.rows + "}} WHERE [[id]] IN (SELECT x.[[id]] FROM {{" + kind.rows + "}} x WHERE " +
			kind.condition + ready + " LIMIT {:limit})").Bind(params).Execute()
		if err != nil {
			return gone, err
		}
		n, err := result.RowsAffected()
		if gone += n; err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// Unfinished counts what deletions have not come to yet: somebody is at it, or a
// stop cut them off.
func (s *Store) Unfinished(app core.App) ([]Difference, error) {
	users, err := s.Users.columns(app)
	if err != nil {
		return nil, err
	}
	f := &findings{}
	const (
		atStart = "The server goes on with it when it starts again, and so does chat check --fix"
		byPurge = "chat purge goes on with it, and so does chat check --fix"
	)
	for _, kind := range []struct{ what, query, hint string }{
		{"rooms whose deletion was begun", "SELECT COUNT(*) FROM {{" + Rooms + "}} WHERE [[closed]] = TRUE", atStart},
		{"messages of rooms whose deletion was begun", "SELECT COUNT(*) FROM {{" + Rooms + "}} r CROSS JOIN {{" + Messages + "}} c ON c.[[room]] = r.[[id]] WHERE r.[[closed]] = TRUE", atStart},
		{"messages by accounts that are gone", countOf(Messages, FieldAuthor, users.table), atStart},
		{"reactions by accounts that are gone", countOf(Reactions, FieldUser, users.table), atStart},
		{"deleted messages that still have files", "SELECT COUNT(*) FROM {{" + Messages + "}} WHERE [[deleted]] != '' AND [[files]] NOT IN ('', '[]')", byPurge},
	} {
		var n int64
		if err := app.DB().NewQuery(kind.query).Row(&n); err != nil {
			return nil, err
		}
		if n > 0 {
			f.add("", kind.what, strconv.FormatInt(n, 10), "0, once it has come to its end").Hint = kind.hint
		}
	}
	return f.all, nil
}

// countOf counts rows whose user is gone, by the user's index. Where there are no
// users at all, something else happened.
func countOf(table, column, users string) string {
	return "SELECT COUNT(*) FROM {{" + table + "}} x WHERE x.[[" + column + "]] IN (SELECT g.[[id]] FROM (SELECT DISTINCT [[" + column + "]] [[id]] FROM {{" + table + "}} " +
		"WHERE [[" + column + "]] != '') g WHERE NOT EXISTS (SELECT 1 FROM {{" + users + "}} u WHERE u.[[id]] = g.[[id]])) AND x.[[" + column + "]] != '' " +
		"AND EXISTS (SELECT 1 FROM {{" + users + "}})"
}

// FinishTombstones takes the files off deleted messages that a purge was about
// to remove.
func FinishTombstones(app core.App, limit int) (done int64, err error) {
	var ids []string
	err = app.DB().NewQuery("SELECT [[id]] FROM {{" + Messages + "}} WHERE [[deleted]] != '' AND [[files]] NOT IN ('', '[]') LIMIT {:limit}").
		Bind(dbx.Params{"limit": limit}).Column(&ids)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if err := DeleteFiles(app, ids); err != nil {
		return 0, err
	}
	_, err = app.NonconcurrentDB().NewQuery("UPDATE {{" + Messages + "}} SET [[files]] = '[]' WHERE [[id]] IN " + inIDs).
		Bind(dbx.Params{"ids": list(ids)}).Execute()
	return int64(len(ids)), err
}
