package store

import (
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/types"
)

// Named is a row with the files that it names.
type Named struct {
	ID    string                  `db:"id"`
	Room  string                  `db:"room"`
	Seq   int64                   `db:"seq"`
	Files types.JSONArray[string] `db:"files"`
}

// FilesOf answers up to limit messages of a room that name files, from behind a
// place on. Deleted ones are passed over: what they name is on its way out, and
// so is what accounts that are gone left behind.
func (s *Store) FilesOf(app core.App, room string, after int64, limit int) (rows []Named, err error) {
	users, err := s.Users.columns(app)
	if err != nil {
		return nil, err
	}
	err = app.DB().NewQuery("SELECT c.[[id]], c.[[room]], c.[[seq]], c.[[files]] FROM {{" + Messages + "}} c WHERE " + ofRoom + " AND c.[[seq]] > {:after} " +
		"AND c.[[files]] NOT IN ('', '[]') AND c.[[deleted]] = '' AND (c.[[author]] = '' OR EXISTS (SELECT 1 FROM {{" + users.table + "}} u WHERE u.[[id]] = c.[[author]])) " +
		"ORDER BY c.[[seq]] LIMIT {:limit}").Bind(dbx.Params{"room": room, "after": after, "limit": limit}).All(&rows)
	return rows, err
}

// Storage is where PocketBase keeps files: a folder or S3.
type Storage struct {
	app   core.App
	files *filesystem.System
}

// OpenStorage opens it; who does closes it.
func OpenStorage(app core.App) (*Storage, error) {
	files, err := app.NewFilesystem()
	if err != nil {
		return nil, err
	}
	return &Storage{app, files}, nil
}

// Close lets go of it.
func (s *Storage) Close() error { return s.files.Close() }

func (s *Storage) folder(collection string) (string, error) {
	found, err := s.app.FindCachedCollectionByNameOrId(collection)
	if err != nil {
		return "", err
	}
	return found.BaseFilesPath() + "/", nil
}

// Missing answers those of a message's files that are not there.
func (s *Storage) Missing(message Named) ([]string, error) {
	return s.missing(Messages, message.ID, message.Files)
}

// MissingAvatar answers the picture of a room if it is not there.
func (s *Storage) MissingAvatar(room Room) ([]string, error) {
	if room.Avatar == "" {
		return nil, nil
	}
	return s.missing(Rooms, room.ID, []string{room.Avatar})
}

func (s *Storage) missing(collection, record string, names []string) (missing []string, err error) {
	folder, err := s.folder(collection)
	for i := 0; err == nil && i < len(names); i++ {
		var there bool
		path := folder + record + "/" + names[i]
		if there, err = s.files.Exists(path); err == nil && !there {
			missing = append(missing, path)
		}
	}
	return missing, err
}

// starts are what ids begin with: a storage is listed in so many pieces, so that
// none of them is large.
const starts = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-"

// Strays tells of the files that no row names, older than a moment: a younger
// one may be on its way into a row.
func (s *Storage) Strays(before time.Time, tell func(path string) error) error {
	for _, of := range []struct{ collection, column string }{{Messages, FieldFiles}, {Rooms, FieldAvatar}} {
		folder, err := s.folder(of.collection)
		if err != nil {
			return err
		}
		for _, start := range starts {
			if err := s.straysOf(of.collection, of.column, folder, string(start), before, tell); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Storage) straysOf(collection, column, folder, start string, before time.Time, tell func(string) error) error {
	objects, err := s.files.List(folder + start)
	if err != nil {
		return err
	}
	record, named := "", map[string]bool{}
	for _, object := range objects {
		id, name, inFolder := strings.Cut(strings.TrimPrefix(object.Key, folder), "/")
		if !inFolder || object.ModTime.After(before) {
			continue
		}
		if id != record {
			if named, err = s.namedBy(collection, column, id); err != nil {
				return err
			}
			record = id
		}
		// Small pictures lie in a folder of their own, named after the large one.
		if large, _, small := strings.Cut(strings.TrimPrefix(name, "thumbs_"), "/"); small {
			name = large
		}
		if named[name] {
			continue
		}
		if err := tell(object.Key); err != nil {
			return err
		}
	}
	return nil
}

// namedBy answers the files that a record names.
func (s *Storage) namedBy(collection, column, id string) (map[string]bool, error) {
	var values []string
	err := s.app.DB().NewQuery("SELECT [[" + column + "]] FROM {{" + collection + "}} WHERE [[id]] = {:id}").Bind(dbx.Params{"id": id}).Column(&values)
	named := map[string]bool{}
	for _, value := range values {
		var names types.JSONArray[string]
		if column == FieldFiles && names.Scan(value) == nil {
			for _, name := range names {
				named[name] = true
			}
		} else {
			named[value] = true
		}
	}
	return named, err
}

// Exists reports whether a file is there.
func (s *Storage) Exists(path string) (bool, error) { return s.files.Exists(path) }

// Remove deletes a file that nothing names.
func (s *Storage) Remove(path string) error { return s.files.Delete(path) }
