package cli

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// hush keeps PocketBase's dev mode, which is on under `go run`, from printing a
// million statements. The command has the app to itself.
func hush(app core.App) {
	if !app.IsDev() {
		return
	}
	for _, builder := range []dbx.Builder{app.ConcurrentDB(), app.NonconcurrentDB()} {
		if db, ok := builder.(*dbx.DB); ok {
			db.QueryLogFunc, db.ExecLogFunc = nil, nil
		}
	}
}
