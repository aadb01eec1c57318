package main

import (
	"path/filepath"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// The README says what a power cut can take: it rests on how PocketBase opens
// SQLite, and on the demo host's doing the same.
func TestHowTheDatabaseIsOpened(t *testing.T) {
	want := map[string]string{"journal_mode": "wal", "synchronous": "1", "foreign_keys": "1", "busy_timeout": "10000"} // 1: NORMAL
	for name, open := range map[string]func(string) (*dbx.DB, error){"PocketBase": core.DefaultDBConnect, "the demo host": connect} {
		db, err := open(filepath.Join(t.TempDir(), "data.db"))
		if err != nil {
			t.Fatal(err)
		}
		for pragma, value := range want {
			got := ""
			if err := db.NewQuery("PRAGMA " + pragma).Row(&got); err != nil || got != value {
				t.Errorf("%s opens SQLite with %s = %s, not %s (%v)", name, pragma, got, value, err)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}
