package store

import (
	"context"
	"database/sql"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// executing runs statements by their prepared forms, on the pool itself or in a
// transaction on it.
type executing struct {
	pool *pool
	dbx.Executor
}

func (e executing) Exec(query string, args ...any) (sql.Result, error) {
	return e.ExecContext(context.Background(), query, args...)
}

func (e executing) Query(query string, args ...any) (*sql.Rows, error) {
	return e.QueryContext(context.Background(), query, args...)
}

func (e executing) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := e.prepared(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return e.Executor.ExecContext(ctx, query, args...)
}

func (e executing) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := e.prepared(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return e.Executor.QueryContext(ctx, query, args...)
}

// prepared is nil for a statement that has to be run as it is.
func (e executing) prepared(ctx context.Context, query string) *sql.Stmt {
	tx, inside := e.Executor.(*sql.Tx)
	if found, ok := e.pool.ready.Load(query); ok {
		if inside {
			return tx.StmtContext(ctx, found.(*sql.Stmt))
		}
		return found.(*sql.Stmt)
	}
	if inside {
		e.pool.later(query)
		return nil
	}
	return e.pool.prepare(query)
}

// later notes what could not be prepared now: it takes a connection, and the
// transaction that asks holds it.
func (p *pool) later(query string) {
	if p.count.Load() >= mostStatements {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.late) < mostStatements {
		p.late[query] = struct{}{}
		p.missed.Store(true)
	}
}

// prepare answers nil for what cannot be prepared, which says why when it is run.
func (p *pool) prepare(query string) *sql.Stmt {
	if p.count.Add(1) > mostStatements {
		p.count.Add(-1)
		return nil
	}
	stmt, err := p.db.Prepare(query)
	if err != nil {
		p.count.Add(-1)
		return nil
	}
	if first, had := p.ready.LoadOrStore(query, stmt); had {
		p.count.Add(-1)
		_ = stmt.Close()
		return first.(*sql.Stmt)
	}
	return stmt
}

// Ready prepares what earlier transactions asked for. Call it before one begins,
// outside of any.
func Ready(app core.App) {
	db, ok := app.NonconcurrentDB().(*dbx.DB)
	if !ok {
		return
	}
	p := statementsOf(app).of(db.DB())
	if !p.missed.Load() {
		return
	}
	p.mu.Lock()
	late := p.late
	p.late = map[string]struct{}{}
	p.missed.Store(false)
	p.mu.Unlock()
	for query := range late {
		p.prepare(query)
	}
}
