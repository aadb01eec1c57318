package cli

import (
	"fmt"
	"time"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

const (
	filesAtOnce = 500
	// aMoment is how long what somebody may be at gets before it is looked at again.
	aMoment = time.Second
	// looks is how often it has to be the same before it counts as left over.
	looks = 3
	// onItsWay is how old a file is at least that no row names.
	onItsWay = time.Hour
)

// pause waits a moment, or until the command is stopped.
func (k *check) pause() error {
	select {
	case <-time.After(aMoment):
		return nil
	case <-k.ctx.Done():
		return errStopped
	}
}

// files looks for those that a room and its messages name.
func (k *check) files(storage *store.Storage, id string) error {
	room, err := store.FindRoom(k.App, id)
	if err != nil {
		return err
	}
	missing, err := storage.MissingAvatar(room)
	if err == nil {
		k.lost(id, missing)
	}
	for after := int64(0); err == nil; {
		var rows []store.Named
		if rows, err = k.Store.FilesOf(k.App, id, after, filesAtOnce); err != nil || len(rows) == 0 {
			return err
		}
		after = rows[len(rows)-1].Seq
		err = k.named(storage, id, rows)
	}
	return err
}

func (k *check) named(storage *store.Storage, id string, rows []store.Named) error {
	var suspects []store.Named
	for _, row := range rows {
		missing, err := storage.Missing(row)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			suspects = append(suspects, row)
		}
		if k.ctx.Err() != nil {
			return errStopped
		}
	}
	if len(suspects) == 0 {
		return nil
	}
	// A deletion may be between the files and their rows.
	if err := k.pause(); err != nil {
		return err
	}
	switch room, err := store.FindRoom(k.App, id); {
	case err != nil:
		return err
	case room.Closed:
		return chat.ErrNoRoom
	}
	for _, row := range suspects {
		now, err := k.Store.FilesOf(k.App, id, row.Seq-1, 1)
		if err != nil {
			return err
		}
		if len(now) == 0 || now[0].ID != row.ID {
			continue
		}
		missing, err := storage.Missing(now[0])
		if err != nil {
			return err
		}
		k.lost(id, missing)
	}
	return nil
}

func (k *check) lost(room string, paths []string) {
	for _, path := range paths {
		k.tell(!mended, store.Difference{Room: room, What: "file " + path, Is: "missing", Should: "there",
			Hint: "Put it back from a backup of the storage, or delete the message or picture that names it"})
	}
}

// strays looks for files that no row names.
func (k *check) strays() error {
	storage, err := store.OpenStorage(k.App)
	if err != nil {
		return err
	}
	defer storage.Close()
	return storage.Strays(time.Now().Add(-onItsWay), func(path string) error {
		if k.ctx.Err() != nil {
			return errStopped
		}
		if there, err := storage.Exists(path); err != nil || !there {
			return err // deleted meanwhile, with its row
		}
		found := store.Difference{What: "file " + path, Is: "there", Should: "named by a row"}
		if k.flags.fix && k.flags.strays {
			err := storage.Remove(path)
			k.tell(err == nil, found)
			return err
		}
		found.Hint = "chat check --fix --remove-files deletes it; not where several applications share the storage"
		k.tell(!mended, found)
		return nil
	})
}

// unfinished looks for deletions that did not come to their end, and goes on
// with them where it is to mend.
func (k *check) unfinished() error {
	found, err := k.stuck()
	if err != nil || len(found) == 0 || !k.flags.fix {
		k.tell(!mended, found...)
		return err
	}
	if err := k.finish(); err != nil {
		return err
	}
	left, err := k.stuck()
	k.tell(mended, without(found, left)...)
	k.tell(!mended, left...)
	return err
}

// stuck answers the deletions at which nobody is: a server may be, so they count
// when nothing moves any more.
func (k *check) stuck() ([]store.Difference, error) {
	for last, same, look := "", 0, 0; look < 60; look++ {
		found, err := k.Store.Unfinished(k.App)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		if said := fmt.Sprint(found); said != last {
			last, same = said, 0
		} else if same++; same == looks {
			return found, nil
		}
		if err := k.pause(); err != nil {
			return nil, err
		}
	}
	return nil, nil // somebody is at it all the time
}

// finish does what is left of them.
func (k *check) finish() error {
	if err := k.Guard.FinishDeletions(k.App); err != nil {
		return err
	}
	k.Guard.Wait()
	for done := int64(1); done > 0 && k.ctx.Err() == nil; {
		var err error
		if done, err = store.FinishTombstones(k.App, rowsAtOnce); err != nil {
			return err
		}
	}
	return nil
}
