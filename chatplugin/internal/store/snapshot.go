package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// InSnapshot lets do read the database as it is in one moment, whoever writes
// meanwhile. It holds nobody up: in WAL mode readers and the writer do not wait
// for each other. The app that do gets is for reading alone.
func InSnapshot(ctx context.Context, app core.App, do func(app core.App) error) error {
	if app.IsTransactional() {
		return do(app)
	}
	db, ok := app.ConcurrentDB().(*dbx.DB)
	if !ok {
		return fmt.Errorf("reading needs a database of its own, not %T", app.ConcurrentDB())
	}
	// Read-only, or a host's connection that takes the write lock with each
	// transaction would take it here as well.
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return do(frozen{app, tx})
}

// frozen is an app whose database stands still.
type frozen struct {
	core.App
	tx *dbx.Tx
}

func (f frozen) DB() dbx.Builder           { return f.tx }
func (f frozen) ConcurrentDB() dbx.Builder { return f.tx }
