package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// usersAtOnce is how many people one transaction makes, each by a save of
// their own, so that a host's hooks see them.
const usersAtOnce = 50

// people makes everybody. Passwords are slow to hash on purpose: the first one
// is hashed, the others have the same hash.
func (s *seeder) people(ctx context.Context) error {
	collection, err := s.App.FindCachedCollectionByNameOrId(s.Store.Users.Collection)
	if err != nil {
		return err
	}
	if err := s.checkPassword(collection); err != nil {
		return err
	}
	taken, err := s.Store.EmailsAt(s.App, s.flags.domain)
	if err != nil {
		return err
	}
	bar := newProgress(s.progress, "People", int64(s.flags.users))
	defer bar.end()
	hash := ""
	for len(s.users) < len(s.script.People) {
		if ctx.Err() != nil {
			return errStopped
		}
		var ids, emails []string
		err := s.App.RunInTransaction(func(tx core.App) error {
			if err := store.TakeWriteLock(tx); err != nil {
				return err
			}
			for i := len(s.users); i < min(len(s.users)+usersAtOnce, len(s.script.People)); i++ {
				person := s.script.People[i]
				record := core.NewRecord(collection)
				record.SetEmail(free(taken, person.Address, s.flags.domain))
				record.SetVerified(true)
				if collection.Fields.GetByName(s.Store.Users.NameField) != nil {
					record.Set(s.Store.Users.NameField, person.Name)
				}
				s.password(record, &hash)
				if err := tx.Save(record); err != nil {
					return s.explain(record, err)
				}
				ids, emails = append(ids, record.Id), append(emails, record.Email())
			}
			return nil
		})
		if err != nil {
			return err
		}
		s.users, s.emails = append(s.users, ids...), append(s.emails, emails...)
		bar.reached(int64(len(s.users)))
	}
	return nil
}

func (s *seeder) password(record *core.Record, hash *string) {
	if *hash == "" {
		record.SetPassword(s.flags.password)
		*hash = record.GetString(core.FieldNamePassword + ":hash")
		return
	}
	record.SetRaw(core.FieldNamePassword, &core.PasswordFieldValue{Hash: *hash})
	record.RefreshTokenKey()
}

// free is an address that nobody has yet.
func free(taken map[string]bool, name, domain string) string {
	email := name + "@" + domain
	for n := 2; taken[strings.ToLower(email)]; n++ {
		email = fmt.Sprintf("%s%d@%s", name, n, domain)
	}
	taken[strings.ToLower(email)] = true
	return email
}

func (s *seeder) checkPassword(collection *core.Collection) error {
	field, ok := collection.Fields.GetByName(core.FieldNamePassword).(*core.PasswordField)
	if !ok {
		return fmt.Errorf("the collection %s has no password to sign in with", collection.Name)
	}
	runes := utf8.RuneCountInString(s.flags.password)
	switch most := max(field.Max, 0); {
	case runes < field.Min:
		return fmt.Errorf("--password has %d characters, and %s wants %d at least", runes, collection.Name, field.Min)
	case most == 0 && len(s.flags.password) > 71, most > 0 && runes > most:
		return fmt.Errorf("--password is too long: %d characters", runes)
	}
	return nil
}

// explain says in a sentence why a host's collection takes no such person.
func (s *seeder) explain(record *core.Record, err error) error {
	var fields validation.Errors
	if !errors.As(err, &fields) || len(fields) == 0 {
		if refusal := chat.AsError(err); refusal != nil {
			return refusal
		}
		return fmt.Errorf("%s could not be saved: %w", record.Collection().Name, err)
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	name, collection := names[0], record.Collection().Name
	reason := strings.TrimSuffix(fields[name].Error(), ".")
	switch name {
	case core.FieldNameEmail:
		return fmt.Errorf("%s does not take the address %s (%s): choose another --domain", collection, record.Email(), reason)
	case core.FieldNamePassword:
		return fmt.Errorf("%s does not take this password (%s): choose another --password", collection, reason)
	}
	return fmt.Errorf("the field %s of %s wants a value that chat seed cannot know (%s): make it optional while you seed", name, collection, reason)
}
