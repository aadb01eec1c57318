package store

import (
	"context"
	"database/sql"
	"regexp"
	"sync"
	"sync/atomic"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// SQLite parses a statement in more time than it takes to run it, and dbx looks
// through its text before. So what every page and every send asks is parsed once
// for each connection. The statements of an app live as long as its database.

// statementsKey is where an app keeps them.
const statementsKey = "@chat_statements"

// mostStatements bounds the texts that are kept for each of the two pools of
// connections: ours are far fewer. Past it statements run as they are.
const mostStatements = 200

// statements are those of one app, by the pool that they are prepared in.
type statements struct {
	parsed sync.Map // text as we write it → parsed
	texts  atomic.Int64

	mu    sync.RWMutex
	pools map[*sql.DB]*pool
}

// pool holds what is prepared in one of the database's pools.
type pool struct {
	db     *sql.DB
	ready  sync.Map // SQL → *sql.Stmt
	count  atomic.Int64
	missed atomic.Bool // whether late holds anything

	mu   sync.Mutex
	late map[string]struct{} // asked for inside transactions, which hold the only connection
}

func statementsOf(app core.App) *statements {
	return app.Store().GetOrSet(statementsKey, func() any {
		return &statements{pools: map[*sql.DB]*pool{}}
	}).(*statements)
}

func (s *statements) of(db *sql.DB) *pool {
	s.mu.RLock()
	p := s.pools[db]
	s.mu.RUnlock()
	if p != nil {
		return p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p = s.pools[db]; p == nil {
		if len(s.pools) >= 4 { // those of a database that was closed and opened again
			clear(s.pools)
		}
		p = &pool{db: db, late: map[string]struct{}{}}
		s.pools[db] = p
	}
	return p
}

// reading is a query that may run beside writes.
func reading(app core.App, text string, params dbx.Params) *dbx.Query {
	return prepared(app, app.ConcurrentDB(), text, params)
}

// writing is a query that writes, or has to see what its transaction wrote.
func writing(app core.App, text string, params dbx.Params) *dbx.Query {
	return prepared(app, app.NonconcurrentDB(), text, params)
}

// prepared is NewQuery and Bind, by a statement that is prepared once. Where a
// host listens to statements it runs as it is written, to be heard so.
func prepared(app core.App, builder dbx.Builder, text string, params dbx.Params) *dbx.Query {
	db, executor := inside(builder)
	if db == nil {
		return builder.NewQuery(text).Bind(params)
	}
	s := statementsOf(app)
	parsed := s.parse(text)
	args := make([]any, len(parsed.names))
	for i, name := range parsed.names {
		args[i] = params[name]
	}
	return dbx.NewQuery(db, bound{executing{s.of(db.DB()), executor}, parsed.sql, args}, "")
}

// inside is what a builder of PocketBase's works on; nil for one that is not
// known, and for one whose statements somebody listens to.
func inside(builder dbx.Builder) (*dbx.DB, dbx.Executor) {
	db, executor := under(builder)
	if db == nil || db.QueryLogFunc != nil || db.ExecLogFunc != nil || db.LogFunc != nil || db.PerfFunc != nil {
		return nil, nil
	}
	return db, executor
}

func under(builder dbx.Builder) (*dbx.DB, dbx.Executor) {
	if tx, ok := builder.(*dbx.Tx); ok {
		builder = tx.Builder
	} else if db, ok := builder.(*dbx.DB); ok {
		return db, db.DB()
	}
	base, ok := builder.(interface {
		DB() *dbx.DB
		Executor() dbx.Executor
	})
	if !ok {
		return nil, nil
	}
	return base.DB(), base.Executor()
}

// parsed is SQL for the driver, and the names of its parameters in their order.
type parsed struct {
	sql   string
	names []string
}

var (
	parameter = regexp.MustCompile(`\{:(\w+)\}`)
	bracketed = regexp.MustCompile(`\[\[(\w+)\]\]|\{\{(\w+)\}\}`)
)

func (s *statements) parse(text string) parsed {
	if known, ok := s.parsed.Load(text); ok {
		return known.(parsed)
	}
	var p parsed
	for _, found := range parameter.FindAllStringSubmatch(text, -1) {
		p.names = append(p.names, found[1])
	}
	p.sql = bracketed.ReplaceAllString(parameter.ReplaceAllString(text, "?"), "`$1$2`")
	if s.texts.Add(1) <= 2*mostStatements {
		s.parsed.Store(text, p)
	}
	return p
}

// bound is an executor that knows statement and arguments already.
type bound struct {
	executing
	text string
	args []any
}

func (b bound) Exec(string, ...any) (sql.Result, error) { return b.executing.Exec(b.text, b.args...) }
func (b bound) Query(string, ...any) (*sql.Rows, error) { return b.executing.Query(b.text, b.args...) }

func (b bound) ExecContext(ctx context.Context, _ string, _ ...any) (sql.Result, error) {
	return b.executing.ExecContext(ctx, b.text, b.args...)
}

func (b bound) QueryContext(ctx context.Context, _ string, _ ...any) (*sql.Rows, error) {
	return b.executing.QueryContext(ctx, b.text, b.args...)
}
