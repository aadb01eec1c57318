package store

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// AccountRow is an account's row as it is now; nil where there is none.
func AccountRow(app core.App, collection *core.Collection, id string) (dbx.NullStringMap, error) {
	row := dbx.NullStringMap{}
	err := reading(app, "SELECT * FROM {{"+collection.Name+"}} WHERE [[id]] = {:id}", dbx.Params{"id": id}).One(row)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return row, err
}
