package store

import (
	"fmt"
	"sync"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"

	"pocketchat/chatplugin/internal/migrated"
	_ "pocketchat/pb_migrations"
)

func newApp(t *testing.T) *tests.TestApp {
	t.Helper()
	app := migrated.App(t)
	if _, err := app.NonconcurrentDB().NewQuery("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)").Execute(); err != nil {
		t.Fatal(err)
	}
	return app
}

func prepare(app core.App, builder dbx.Builder) int {
	db, _ := inside(builder)
	return int(statementsOf(app).of(db.DB()).count.Load())
}

const (
	putThing  = "INSERT INTO {{things}} ([[id]], [[name]]) VALUES ({:id}, {:name} || {:name}) RETURNING [[name]]"
	findThing = "SELECT t.[[name]] FROM {{things}} t WHERE t.[[id]] = {:id}"
)

func putIn(t *testing.T, app core.App, id int) {
	t.Helper()
	var name string
	if err := writing(app, putThing, dbx.Params{"id": id, "name": "a"}).Row(&name); err != nil || name != "aa" {
		t.Fatalf("%q %v", name, err)
	}
}

func found(t *testing.T, app core.App, id int) (name string) {
	t.Helper()
	_ = reading(app, findThing, dbx.Params{"id": id}).Row(&name)
	return name
}

// TestPrepared holds that a statement is prepared once, and that its answers are
// those of the moment: inside a transaction, after a rollback, after a change of
// the table.
func TestPrepared(t *testing.T) {
	app := newApp(t)
	putIn(t, app, 1)
	for range 3 {
		if found(t, app, 1) != "aa" {
			t.Fatal("not found")
		}
	}
	if reads, writes := prepare(app, app.ConcurrentDB()), prepare(app, app.NonconcurrentDB()); reads != 1 || writes != 1 {
		t.Fatalf("%d and %d statements are prepared", reads, writes)
	}
	undo := fmt.Errorf("undo")
	for _, refuse := range []error{undo, nil} {
		err := app.RunInTransaction(func(tx core.App) error {
			putIn(t, tx, 2)
			if found(t, tx, 2) != "aa" {
				t.Error("a transaction does not see what it wrote")
			}
			if found(t, app, 2) != "" {
				t.Error("what is not committed is seen outside")
			}
			return refuse
		})
		if err != refuse {
			t.Fatal(err)
		}
		if got := found(t, app, 2); (got == "aa") != (refuse == nil) {
			t.Fatalf("after %v there is %q", refuse, got)
		}
	}
	for _, change := range []string{"ALTER TABLE things ADD COLUMN more TEXT", "CREATE INDEX by_name ON things (name)", "DROP INDEX by_name"} {
		if _, err := app.NonconcurrentDB().NewQuery(change).Execute(); err != nil {
			t.Fatal(err)
		}
		if found(t, app, 2) != "aa" {
			t.Errorf("nothing is found after %s", change)
		}
	}
	putIn(t, app, 3)
}

// TestPreparedInTransactions holds that what is asked for in transactions alone
// is prepared too, before a later one begins: inside it would wait for itself.
func TestPreparedInTransactions(t *testing.T) {
	app := newApp(t)
	for i := range 3 {
		Ready(app)
		err := app.RunInTransaction(func(tx core.App) error {
			Ready(tx)
			putIn(t, Quick(tx), i)
			_, err := Quick(tx).NonconcurrentDB().Insert("things", dbx.Params{"id": 10 + i, "name": "b"}).Execute()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := []int{0, 2, 2}[i]; prepare(app, app.NonconcurrentDB()) != want {
			t.Fatalf("%d statements are prepared, not %d", prepare(app, app.NonconcurrentDB()), want)
		}
		if found(t, app, i) != "aa" || found(t, app, 10+i) != "b" {
			t.Fatal("not all is stored")
		}
	}
}

// TestPreparedByMany has many ask at once, for more texts than are kept.
func TestPreparedByMany(t *testing.T) {
	app := newApp(t)
	putIn(t, app, 1)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range mostStatements {
				var name string
				text := fmt.Sprintf("%s AND %d = %d", findThing, i+worker*50, i+worker*50)
				if err := reading(app, text, dbx.Params{"id": 1}).Row(&name); err != nil || name != "aa" {
					t.Errorf("%q %v", name, err)
					return
				}
			}
		})
	}
	all.Wait()
	if n := prepare(app, app.ConcurrentDB()); n != mostStatements {
		t.Errorf("%d statements are kept", n)
	}
}
