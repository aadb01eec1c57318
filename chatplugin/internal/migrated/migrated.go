// Package migrated makes PocketBase apps whose database has been through all
// migrations that the test binary holds. They run once in a process, and each
// app has a copy: to run them anew was most of what an app cost.
package migrated

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"
)

// App is an app in a folder of its own, with passwords that are quick to hash. It
// ends with its test.
func App(t testing.TB) *tests.TestApp {
	t.Helper()
	app := Open(t)
	t.Cleanup(app.Cleanup)
	return app
}

// Open is App that the caller ends by its Cleanup.
func Open(t testing.TB) *tests.TestApp {
	t.Helper()
	files, err := migrated()
	if err != nil {
		t.Fatalf("the migrations did not run: %v", err)
	}
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	app, err := tests.NewTestApp(dir)
	if err != nil {
		t.Fatalf("a test app could not be made: %v", err)
	}
	return app
}

// QuickPasswords makes the passwords of these collections quick to hash: tests
// make many people.
func QuickPasswords(app core.App, collections ...string) error {
	const least = 4 // that bcrypt takes
	for _, name := range collections {
		collection, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			continue // the host makes its people later
		}
		password, ok := collection.Fields.GetByName(core.FieldNamePassword).(*core.PasswordField)
		if !ok || password.Cost == least {
			continue
		}
		password.Cost = least
		if err := app.SaveNoValidate(collection); err != nil {
			return err
		}
	}
	return nil
}

// migrated are the files of a migrated data folder by their names.
var migrated = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "pocketchat-migrated-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := migrate(dir); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range []string{"data.db", "auxiliary.db"} {
		if files[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return files, nil
})

func migrate(dir string) (err error) {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	// The last connection that closes takes the write-ahead log into the database.
	defer func() {
		if closed := app.ResetBootstrapState(); err == nil {
			err = closed
		}
	}()
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	return QuickPasswords(app, core.CollectionNameSuperusers, "users")
}
