package store

import (
	"time"

	"github.com/pocketbase/pocketbase/tools/types"
)

// parseStamp reads a cursor's time back into the form that the database holds.
func parseStamp(stamp string) (string, error) {
	at, err := time.ParseInLocation("20060102150405.000", stamp, time.UTC)
	if err != nil {
		return "", err
	}
	return at.Format(types.DefaultDateLayout), nil
}
