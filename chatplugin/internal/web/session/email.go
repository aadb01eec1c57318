package session

import (
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// plainEmail is how the sign-up page keeps an address: in small letters, since
// nobody remembers how a phone wrote it for them. PocketBase tells addresses
// apart by them, unless the host's index on the field says otherwise.
func plainEmail(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

// spelled is an address as its account has it: as it was typed, where there is
// such an account, else in small letters. What was typed stays in the form, or
// it would tell whether there is one.
func (s *Session) spelled(app core.App, typed string) string {
	plain := plainEmail(typed)
	if typed == plain || !strings.Contains(typed, "@") {
		return typed
	}
	users, err := s.collection()
	if err != nil {
		return typed
	}
	var exact int
	err = app.RecordQuery(users).Select("COUNT(*)").AndWhere(dbx.HashExp{core.FieldNameEmail: typed}).Row(&exact)
	if err != nil || exact > 0 {
		return typed
	}
	return plain
}
