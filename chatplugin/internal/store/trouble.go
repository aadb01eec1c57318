package store

import (
	"context"
	"errors"
	"strings"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
)

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
