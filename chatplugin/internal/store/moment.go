package store

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// Moment is a state of the database between two commits. Two that are equal are
// the same state: nobody has committed in between, in this process or another.
// So whoever reads the moment first and rows afterwards may take these rows for
// what is there, for as long as the moment stays: every statement would answer
// the same. Nothing is trusted to be told of changes.
//
// The zero Moment is none.
type Moment struct{ opened, version, people int64 }

// With is the moment in which so many changes of people were known: their names
// come from memory, which hears of a change just after it was committed.
func (m Moment) With(people int64) Moment {
	if m != (Moment{}) {
		m.people = people
	}
	return m
}

// dial reads moments, by a connection that it keeps: SQLite counts for each
// connection the commits that others have made (PRAGMA data_version), and no one
// else ever uses this one. It holds no transaction between two readings, so
// checkpoints and writers are not in its way.
type dial struct {
	mu     sync.Mutex
	db     *sql.DB // whose connection it is
	conn   *sql.Conn
	ask    *sql.Stmt
	opened int64
	gone   *sql.DB // is about to be closed
}

const (
	dialKey = "@chat_dial"
	// leastConnections are those that a pool has to have before one is kept.
	leastConnections = 8
	// dialPatience is how long a connection is waited for, when all are in use.
	dialPatience = time.Second
)

func dialOf(app core.App) *dial {
	return app.Store().GetOrSet(dialKey, func() any { return &dial{} }).(*dial)
}

// Now is the moment, for some microseconds. It is false where there is none to
// go by, and rows have to be read: inside a transaction, which sees what nobody
// else does; where somebody listens to statements, to hear them; and when the
// database cannot be asked.
func Now(app core.App) (Moment, bool) {
	if app.IsTransactional() {
		return Moment{}, false
	}
	db, _ := inside(app.ConcurrentDB())
	if db == nil {
		return Moment{}, false
	}
	return dialOf(app).read(db.DB())
}

func (d *dial) read(db *sql.DB) (Moment, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.db != db { // the database was closed and opened again
		d.close()
		if db == d.gone || !d.open(db) {
			return Moment{}, false
		}
	}
	now := Moment{opened: d.opened}
	if err := d.ask.QueryRow().Scan(&now.version); err != nil {
		d.close()
		return Moment{}, false
	}
	return now, true
}

// open begins anew: what another connection counted says nothing here.
func (d *dial) open(db *sql.DB) bool {
	if most := db.Stats().MaxOpenConnections; most > 0 && most < leastConnections {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), dialPatience)
	defer cancel()
	conn, err := db.Conn(ctx)
	if err != nil {
		return false
	}
	ask, err := conn.PrepareContext(ctx, "PRAGMA data_version")
	if err != nil {
		_ = conn.Close()
		return false
	}
	d.opened++
	d.db, d.conn, d.ask = db, conn, ask
	return true
}

func (d *dial) close() {
	if d.db == nil {
		return
	}
	_, _ = d.ask.Close(), d.conn.Close()
	d.db, d.conn, d.ask = nil, nil, nil
}

// LetGo gives back the connection that [Now] keeps. Call it before the app's
// database is closed; until another one is opened there is no moment.
func LetGo(app core.App) {
	d := dialOf(app)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.close()
	if db, _ := under(app.ConcurrentDB()); db != nil {
		d.gone = db.DB()
	}
}
