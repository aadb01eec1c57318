package store

import (
	"context"
	"errors"
	"strings"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
)

// What may be wrong with a database that writes fail on, in SQLite's own words,
// which all drivers pass on.
const (
	Busy     = "busy"      // another writer had it for longer than one waits
	ReadOnly = "read_only" // the file, its folder or the whole disk
	Full     = "full"      // the disk
)

var troubles = []struct{ name, words string }{
	{Busy, "database is locked"}, {Busy, "database table is locked"}, {ReadOnly, "readonly database"}, {Full, "database or disk is full"},
}

// Trouble names what an error says of the database, "" when it is about
// something else.
func Trouble(err error) string {
	if err == nil {
		return ""
	}
	said := err.Error()
	for _, trouble := range troubles {
		if strings.Contains(said, trouble.words) {
			return trouble.name
		}
	}
	return ""
}

// Troubles are all that Trouble may name.
func Troubles() []string { return []string{Busy, ReadOnly, Full} }

// IsTaken says whether a save failed at a unique index.
func IsTaken(err error) bool {
	if err == nil {
		return false
	}
	var fields validation.Errors
	if errors.As(err, &fields) {
		for _, field := range fields {
			if coded, ok := field.(validation.Error); ok && coded.Code() == "validation_not_unique" {
				return true
			}
		}
	}
	return strings.Contains(err.Error(), "UNIQUE constraint failed")
}

// Readable reads one row.
func Readable(ctx context.Context, app core.App) error {
	var ids []string
	return app.ConcurrentDB().NewQuery("SELECT [[id]] FROM {{" + Rooms + "}} LIMIT 1").WithContext(ctx).Column(&ids)
}

// Writable takes the write lock for a moment, behind whoever has it, and changes
// nothing.
func Writable(ctx context.Context, app core.App) error {
	_, err := app.NonconcurrentDB().NewQuery("UPDATE {{" + Rooms + "}} SET [[rev]] = [[rev]] WHERE 0").WithContext(ctx).Execute()
	return err
}
