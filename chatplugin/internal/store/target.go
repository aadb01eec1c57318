package store

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"
)

// relationsToUsers are the fields that point at people.
var relationsToUsers = map[string]string{Members: FieldUser, Messages: FieldAuthor, Reactions: FieldUser}

// PointAtUsers makes the relations to people point at the host's users
// collection. The migration, which knows no config, guessed. Once there are
// members it is too late to choose another collection: their ids would mean
// other people.
func PointAtUsers(app core.App, users string) error {
	target, err := app.FindCachedCollectionByNameOrId(users)
	if err != nil || !target.IsAuth() {
		return fmt.Errorf("pocketchat: the users collection %q does not exist or is not an auth collection; name yours in Config.Users.Collection", users)
	}
	for name, fieldName := range relationsToUsers {
		collection, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			return fmt.Errorf("pocketchat: the collection %s is missing; run the migrations: %w", name, err)
		}
		field, ok := collection.Fields.GetByName(fieldName).(*core.RelationField)
		if !ok || field.CollectionId == target.Id {
			continue
		}
		if total, err := app.CountRecords(name); err != nil || total > 0 {
			return fmt.Errorf("pocketchat: %s holds people of another collection than %q; Config.Users.Collection cannot change any more", name, users)
		}
		field.CollectionId = target.Id
		if err := app.SaveNoValidate(collection); err != nil {
			return err
		}
	}
	return nil
}
