package store

import (
	"errors"
	"fmt"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// People whom one shares a room with, oneself among them.
const sharesRoom = `@request.auth.id != "" && person.chat_members_via_user.room.chat_members_via_room.user ?= @request.auth.id`

// EnsurePeople makes the view chat_people, or makes it anew where the users
// collection or the fields that others see are other ones now. No migration can,
// since only the config knows their names. A field that the host does not have
// is empty.
func (s *Store) EnsurePeople(app core.App) error {
	users, err := app.FindCollectionByNameOrId(s.Users.Collection)
	if err != nil {
		return fmt.Errorf("pocketchat: the users collection: %w", err)
	}
	return s.peopleOf(app, users)
}

// FollowUsers is for the hook around changes of collections: a column that the
// view shows could not be dropped by the host. So the view lets go of it before.
func (s *Store) FollowUsers(e *core.CollectionEvent) error {
	if name := s.Users.Collection; e.Collection.Name != name && e.Collection.Id != name {
		return e.Next()
	}
	if _, err := e.App.FindCollectionByNameOrId(People); err != nil {
		return e.Next() // not made yet
	}
	if err := s.peopleOf(e.App, e.Collection); err != nil {
		return err
	}
	if err := e.Next(); err != nil {
		return errors.Join(err, s.EnsurePeople(e.App))
	}
	return s.EnsurePeople(e.App)
}

func (s *Store) peopleOf(app core.App, users *core.Collection) error {
	// By the name that the table has now, should it be about to get another.
	table := users.Name
	if stored, err := app.FindCollectionByNameOrId(users.Id); err == nil {
		table = stored.Name
	}
	query := fmt.Sprintf("SELECT u.id, %s AS name, %s AS avatar, u.id AS person FROM `%s` u",
		seenField(users, s.Users.NameField), seenField(users, s.Users.Avatar), table)
	view, err := app.FindCollectionByNameOrId(People)
	if err != nil {
		view = core.NewViewCollection(People)
		view.System = true
	}
	if !view.IsView() {
		return fmt.Errorf("pocketchat: there is a collection %s already which is not pocketchat's; rename it and start again", People)
	}
	if view.ViewQuery == query && view.ListRule != nil && *view.ListRule == sharesRoom {
		return nil
	}
	view.ViewQuery = query
	view.ListRule, view.ViewRule = types.Pointer(sharesRoom), types.Pointer(sharesRoom)
	// PocketBase refuses rules of system collections by validation.
	if err := app.SaveNoValidate(view); err != nil {
		return fmt.Errorf("pocketchat: the view %s: %w", People, err)
	}
	return nil
}

func seenField(users *core.Collection, name string) string {
	if name == "" || users.Fields.GetByName(name) == nil {
		return "''"
	}
	return "u.`" + name + "`"
}
