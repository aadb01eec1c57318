package store

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
)

// Users says which collection the chat's people are, and which of its fields
// others may see. Nothing but these two fields ever leaves the module.
type Users struct {
	Collection string
	NameField  string
	Avatar     string // field of the picture
}

// Person is all that anybody sees of another user.
type Person struct {
	ID     string
	Name   string // "" for one who has given none
	Avatar string // address of the picture, "" without one
	Gone   bool   // there is no such user any more
}

// Store holds what queries need to know of the host, and the people that were
// looked up lately. It is safe for concurrent use.
type Store struct {
	Users Users

	mu      sync.Mutex
	people  map[string]cachedPerson
	changes int64     // how often somebody was forgotten
	emptied time.Time // when all were
	now     func() time.Time
}

type cachedPerson struct {
	person  Person
	until   time.Time
	changed time.Time // when they were forgotten last
}

// A person is remembered for so long. Changes made in this process are seen at
// once (Forget); the bound is for other processes on the same database.
const (
	personTTL  = 30 * time.Second
	peopleKept = 20000
)

// New makes a store for the given users.
func New(users Users) *Store {
	return &Store{Users: users, people: map[string]cachedPerson{}, now: time.Now}
}

// People answers the people with these ids; who is gone has only an ID. It
// asks the database once, and only for those not known yet.
func (s *Store) People(app core.App, ids ...string) (map[string]Person, error) {
	found, missing := s.known(ids)
	if len(missing) == 0 {
		return found, nil
	}
	asked := s.now()
	fetched, err := s.fetchPeople(app, missing)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	keep := !app.IsTransactional() // what a transaction sees may never come true
	s.bound(len(missing))
	for _, id := range missing {
		person, there := fetched[id]
		person.ID, person.Gone = id, !there
		found[id] = person
		if keep {
			s.remember(person, asked)
		}
	}
	return found, nil
}

// Remember puts a person that was loaded anyway, such as the viewer, at some time
// or after it.
func (s *Store) Remember(record *core.Record, asOf time.Time) {
	if record == nil || record.Collection().Name != s.Users.Collection {
		return
	}
	person := s.PersonOf(record)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remember(person, asOf)
}

// remember keeps a person as they were at some time, unless they have changed
// since: what was read before a change may come here after it.
func (s *Store) remember(person Person, asOf time.Time) {
	changed := s.people[person.ID].changed
	if changed.Before(asOf) && s.emptied.Before(asOf) {
		s.people[person.ID] = cachedPerson{person, s.now().Add(personTTL), changed}
	}
}

// bound has so many more fit in, by forgetting all if need be.
func (s *Store) bound(more int) {
	if len(s.people)+more > peopleKept {
		clear(s.people)
		s.emptied = s.now()
	}
}

// Forget drops a person whose record changed.
func (s *Store) Forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bound(1)
	s.changes++
	s.people[id] = cachedPerson{changed: s.now()}
}

// Changes is how often a person was forgotten: what shows people, and was made
// before the last time, may show one as they were.
func (s *Store) Changes() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changes
}

// PersonOf is what others may see of a user's record.
func (s *Store) PersonOf(record *core.Record) Person {
	person := Person{ID: record.Id, Name: chat.DisplayName(record.GetString(s.Users.NameField), "")}
	if file := record.GetString(s.Users.Avatar); file != "" && s.publicAvatar(record.Collection()) {
		person.Avatar = avatarURL(record.Collection().Id, record.Id, file)
	}
	return person
}

func (s *Store) known(ids []string) (found map[string]Person, missing []string) {
	found = make(map[string]Person, len(ids))
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, id := range ids {
		if id == "" {
			continue
		}
		if _, done := found[id]; done {
			continue
		}
		if hit, ok := s.people[id]; ok && now.Before(hit.until) {
			found[id] = hit.person
		} else {
			found[id] = Person{ID: id}
			missing = append(missing, id)
		}
	}
	return found, missing
}

func (s *Store) fetchPeople(app core.App, ids []string) (map[string]Person, error) {
	users, err := s.Users.columns(app)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ID     string `db:"id"`
		Name   string `db:"name"`
		Avatar string `db:"avatar"`
	}
	query := fmt.Sprintf("SELECT u.[[id]], %s [[name]], %s [[avatar]] FROM {{%s}} u", users.name("u"), users.avatar("u"), users.table)
	where, params := inList("u.[[id]]", ids)
	if err := app.DB().NewQuery(query + " WHERE " + where).Bind(params).All(&rows); err != nil {
		return nil, err
	}
	people := make(map[string]Person, len(rows))
	for _, row := range rows {
		person := Person{ID: row.ID, Name: chat.DisplayName(row.Name, "")}
		if row.Avatar != "" {
			person.Avatar = avatarURL(users.id, row.ID, row.Avatar)
		}
		people[row.ID] = person
	}
	return people, nil
}

// FindByEmail answers the user with an e-mail, or nil. Phones begin addresses
// with a capital, so the small letters are tried as well. It is one query
// whether there is such a user or not.
func (s *Store) FindByEmail(app core.App, email string) (*core.Record, error) {
	email = strings.TrimSpace(email)
	var found []*core.Record
	err := app.RecordQuery(s.Users.Collection).
		AndWhere(dbx.In(core.FieldNameEmail, email, strings.ToLower(email))).Limit(2).All(&found)
	if err != nil || len(found) == 0 || email == "" {
		return nil, err
	}
	if len(found) == 2 && found[1].Email() == email {
		return found[1], nil // two accounts that differ in capitals alone
	}
	return found[0], nil
}

// FindUsers answers the users with these ids or e-mails, in order; ok is false
// at the first that does not exist, which is then named.
func (s *Store) FindUsers(app core.App, names []string) (users []*core.Record, unknown []string, err error) {
	for _, name := range names {
		var record *core.Record
		if strings.Contains(name, "@") {
			record, err = s.FindByEmail(app, name)
		} else if record, err = app.FindRecordById(s.Users.Collection, name); errors.Is(err, sql.ErrNoRows) {
			record, err = nil, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if record == nil {
			unknown = append(unknown, name)
			continue
		}
		users = append(users, record)
	}
	return users, unknown, nil
}

// publicAvatar reports whether the picture can be shown without a file token.
func (s *Store) publicAvatar(collection *core.Collection) bool {
	field, ok := collection.Fields.GetByName(s.Users.Avatar).(*core.FileField)
	return ok && !field.Protected
}

func avatarURL(collection, id, file string) string {
	return "/api/files/" + collection + "/" + url.PathEscape(id) + "/" + url.PathEscape(file) + "?thumb=100x100"
}

// userColumns spells the users table for a query; the fields may be missing,
// since the collection is the host's.
type userColumns struct {
	id, table, nameField, avatarField string
}

func (u Users) columns(app core.App) (userColumns, error) {
	collection, err := app.FindCachedCollectionByNameOrId(u.Collection)
	if err != nil {
		return userColumns{}, fmt.Errorf("the users collection %q does not exist: %w", u.Collection, err)
	}
	columns := userColumns{id: collection.Id, table: collection.Name}
	if collection.Fields.GetByName(u.NameField) != nil {
		columns.nameField = u.NameField
	}
	if field, ok := collection.Fields.GetByName(u.Avatar).(*core.FileField); ok && !field.Protected && field.MaxSelect <= 1 {
		columns.avatarField = u.Avatar
	}
	return columns, nil
}

func (c userColumns) name(alias string) string   { return column(alias, c.nameField) }
func (c userColumns) avatar(alias string) string { return column(alias, c.avatarField) }

func column(alias, field string) string {
	if field == "" {
		return "''"
	}
	return alias + ".[[" + field + "]]"
}

// inList spells "column IN (…)" with bound values.
func inList(column string, ids []string) (string, dbx.Params) {
	params := dbx.Params{}
	names := make([]string, len(ids))
	for i, id := range ids {
		key := fmt.Sprintf("in%d", i)
		names[i], params[key] = "{:"+key+"}", id
	}
	return column + " IN (" + strings.Join(names, ",") + ")", params
}
