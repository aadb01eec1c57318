package guard

import (
	"database/sql"
	"errors"
)

// gone turns a missing row into the refusal for it; other errors pass.
func gone(err, refusal error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return refusal
	}
	return err
}
