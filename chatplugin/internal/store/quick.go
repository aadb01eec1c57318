package store

import (
	"slices"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Quick is app for the statements that PocketBase itself makes about our records
// while it checks and saves them: they are prepared once as well. Put it into an
// event for as long as the hook runs.
func Quick(app core.App) core.App { return quick{app} }

type quick struct{ core.App }

func (q quick) ConcurrentDB() dbx.Builder    { return q.builder(q.App.ConcurrentDB()) }
func (q quick) NonconcurrentDB() dbx.Builder { return q.builder(q.App.NonconcurrentDB()) }

func (q quick) builder(builder dbx.Builder) dbx.Builder {
	db, executor := inside(builder)
	if db == nil {
		return builder
	}
	kept := executing{statementsOf(q.App).of(db.DB()), executor}
	return quickBuilder{dbx.NewSqliteBuilder(db, kept), db, kept}
}

type quickBuilder struct {
	dbx.Builder
	db *dbx.DB
	executing
}

// Insert writes the statement itself: dbx looks through its text each time.
func (b quickBuilder) Insert(table string, cols dbx.Params) *dbx.Query {
	names := make([]string, 0, len(cols))
	for name, value := range cols {
		if _, ok := value.(dbx.Expression); ok {
			return b.Builder.Insert(table, cols)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	args := make([]any, len(names))
	for i, name := range names {
		args[i] = cols[name]
		names[i] = b.db.QuoteColumnName(name)
	}
	text := "INSERT INTO " + b.db.QuoteTableName(table) + " (" + strings.Join(names, ", ") + ") VALUES (" +
		strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ") + ")"
	return dbx.NewQuery(b.db, bound{b.executing, text, args}, "")
}
