package store

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"
)

func momentIn(t *testing.T, app core.App) Moment {
	t.Helper()
	now, ok := Now(app)
	if !ok || now == (Moment{}) {
		t.Fatal("there is no moment")
	}
	return now
}

func do(t *testing.T, builder dbx.Builder, sql string) {
	t.Helper()
	if _, err := builder.NewQuery(sql).Execute(); err != nil {
		t.Fatal(err)
	}
}

// another opens the app's database once more, as another process does.
func another(t *testing.T, app core.App) *dbx.DB {
	t.Helper()
	db, err := core.DefaultDBConnect(filepath.Join(app.DataDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// writerEnv has this test program write to the database that it names, and end.
const writerEnv = "CHAT_TEST_WRITES_TO"

func TestMain(m *testing.M) {
	if path := os.Getenv(writerEnv); path != "" {
		db, err := core.DefaultDBConnect(path)
		if err == nil {
			_, err = db.NewQuery("INSERT INTO things (name) VALUES ('by another')").Execute()
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestMomentMoves holds that a moment ends with every commit, whoever made it,
// and with nothing else.
func TestMomentMoves(t *testing.T) {
	app := newApp(t)
	put := func(builder dbx.Builder) { do(t, builder, "INSERT INTO things (name) VALUES ('one')") }
	other := another(t, app)
	tests := []struct {
		name  string
		do    func()
		moves bool
	}{
		{"nothing", func() {}, false},
		{"reads", func() {
			var n int
			for _, builder := range []dbx.Builder{app.ConcurrentDB(), app.NonconcurrentDB(), other} {
				if err := builder.NewQuery("SELECT COUNT(*) FROM things").Row(&n); err != nil {
					t.Fatal(err)
				}
			}
		}, false},
		{"a transaction that writes nothing", func() {
			if err := app.RunInTransaction(func(core.App) error { return nil }); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"what was rolled back", func() {
			undo := fmt.Errorf("undo")
			err := app.RunInTransaction(func(tx core.App) error {
				put(tx.NonconcurrentDB())
				return undo
			})
			if err != undo {
				t.Fatal(err)
			}
		}, false},
		{"a saved record", func() {
			users, err := app.FindCollectionByNameOrId("users")
			if err != nil {
				t.Fatal(err)
			}
			user := core.NewRecord(users)
			user.SetEmail("somebody@example.com")
			user.SetRandomPassword()
			if err := app.Save(user); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"SQL where writes go", func() { put(app.NonconcurrentDB()) }, true},
		{"SQL where reads go", func() { put(app.ConcurrentDB()) }, true},
		{"another opening of the file", func() { put(other) }, true},
		{"another process", func() {
			program, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			writer := exec.Command(program)
			writer.Env = append(os.Environ(), writerEnv+"="+filepath.Join(app.DataDir(), "data.db"))
			if out, err := writer.CombinedOutput(); err != nil {
				t.Fatalf("%v %s", err, out)
			}
		}, true},
		{"a change of the tables", func() { do(t, app.NonconcurrentDB(), "ALTER TABLE things ADD COLUMN more TEXT") }, true},
		{"a write after a checkpoint", func() {
			do(t, app.NonconcurrentDB(), "PRAGMA wal_checkpoint(TRUNCATE)")
			put(app.NonconcurrentDB())
		}, true},
		{"a write after vacuuming", func() {
			do(t, app.NonconcurrentDB(), "VACUUM")
			put(other)
		}, true},
	}
	for _, test := range tests {
		before := momentIn(t, app)
		if now := momentIn(t, app); now != before {
			t.Fatalf("before %s the moment moves by itself", test.name)
		}
		test.do()
		if moved := momentIn(t, app) != before; moved != test.moves {
			t.Errorf("%s: the moment moves: %v", test.name, moved)
		}
	}
}

// TestMomentIsOver holds that rows which were read in a moment are those that
// are there as long as it lasts, whoever writes.
func TestMomentIsOver(t *testing.T) {
	app := newApp(t)
	do(t, app.NonconcurrentDB(), "INSERT INTO things (id, name) VALUES (1, '0')")
	other := another(t, app)
	const writes = 150
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for _, builder := range []dbx.Builder{app.NonconcurrentDB(), other} {
		writers.Go(func() {
			for range writes {
				if _, err := builder.NewQuery("UPDATE things SET name = name + 1 WHERE id = 1").Execute(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	count := func() (n int) {
		if err := app.ConcurrentDB().NewQuery("SELECT name FROM things WHERE id = 1").Row(&n); err != nil {
			t.Error(err)
		}
		return n
	}
	var mu sync.Mutex
	least := map[Moment]int{} // what was read in a moment: never less than what it had
	for range 4 {
		readers.Go(func() {
			for {
				earliest := count()
				now, ok := Now(app)
				if !ok {
					t.Error("there is no moment")
					return
				}
				mu.Lock()
				kept, had := least[now]
				mu.Unlock()
				if had && kept < earliest {
					t.Errorf("%d was kept for a moment in which %d was there", kept, earliest)
				}
				if !had {
					read := count()
					mu.Lock()
					if _, had := least[now]; !had {
						least[now] = read
					}
					mu.Unlock()
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if got := count(); got != 2*writes {
		t.Errorf("%d writes are there", got)
	}
	if len(least) < 2 {
		t.Errorf("%d moments were seen", len(least))
	}
}

// TestNoMoment holds where there is none, and that none of the others is left.
func TestNoMoment(t *testing.T) {
	app := newApp(t)
	first := momentIn(t, app)
	if err := app.RunInTransaction(func(tx core.App) error {
		if _, ok := Now(tx); ok {
			t.Error("a transaction has a moment")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}

	db := app.ConcurrentDB().(*dbx.DB)
	db.LogFunc = func(string, ...any) {}
	if _, ok := Now(app); ok {
		t.Error("there is a moment where somebody listens")
	}
	db.LogFunc = nil

	open := func() int { return app.ConcurrentDB().(*dbx.DB).DB().Stats().InUse }
	if open() != 1 {
		t.Errorf("%d connections are in use for it", open())
	}
	dialOf(app).conn.Close() // as when the driver finds it broken
	if _, ok := Now(app); ok {
		t.Error("a broken connection has a moment")
	}
	second := momentIn(t, app)
	if second == first || open() != 1 {
		t.Errorf("by a new connection it is the same moment, or %d are in use", open())
	}

	old := db.DB()
	if err := app.Bootstrap(); err != nil { // closes the database and opens it
		t.Fatal(err)
	}
	third := momentIn(t, app)
	if third == second || third == first {
		t.Error("in another opening it is the same moment")
	}
	if n := old.Stats().OpenConnections; n != 0 {
		t.Errorf("%d connections of the closed database are open", n)
	}
	LetGo(app)
	if _, ok := Now(app); ok || open() != 0 {
		t.Errorf("after it was let go there is a moment, or %d connections are in use", open())
	}
	if err := app.Bootstrap(); err != nil {
		t.Fatal(err)
	}
	momentIn(t, app)
	LetGo(app)
}

// TestNoMomentOfFewConnections holds that a small pool is left to those who read.
func TestNoMomentOfFewConnections(t *testing.T) {
	app, err := tests.NewTestAppWithConfig(core.BaseAppConfig{DataDir: t.TempDir(), DataMaxOpenConns: 2, DataMaxIdleConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Cleanup()
	if _, ok := Now(app); ok {
		t.Error("one of two connections was taken")
	}
}
