package act

import (
	"strconv"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

// OpenDirect answers the one room of two people, which is made when there is
// none, and brings it back into the viewer's list if they had deleted it.
func (a *Acts) OpenDirect(app core.App, viewer, other string) (string, error) {
	if viewer == other {
		return "", chat.Refuse(chat.Invalid, "email", "That is you. Enter somebody else's e-mail address.")
	}
	key := chat.DirectKey(viewer, other)
	room, err := store.FindDirect(app, key)
	if err == nil {
		return room.ID, a.unhide(app, room.ID, viewer)
	}
	if err != chat.ErrNoRoom {
		return "", err
	}
	record, err := newRecord(app, store.Rooms)
	if err != nil {
		return "", err
	}
	record.Set(store.FieldType, string(chat.Direct))
	record.Set(store.FieldDirectKey, key)
	saveErr := app.Save(guard.As(record, viewer))
	if saveErr == nil {
		return record.Id, nil
	}
	// Somebody else opened it at the same moment: the key is unique.
	if room, err := store.FindDirect(app, key); err == nil {
		return room.ID, a.unhide(app, room.ID, viewer)
	}
	return "", saveErr
}

func (a *Acts) unhide(app core.App, room, viewer string) error {
	member, err := store.FindMember(app, room, viewer)
	if err != nil || !member.Hidden {
		return err
	}
	record, err := find(app, store.Members, member.ID, chat.ErrNoRoom)
	if err != nil {
		return err
	}
	record.Set(store.FieldHidden, false)
	return app.Save(guard.As(record, viewer))
}

// Group is what a new group is made of. Members are ids of users besides the
// one who makes it.
type Group struct {
	Name        string
	Description string
	Members     []string
}

// CreateGroup makes a group with its members, all or nothing, and says so once.
func (a *Acts) CreateGroup(app core.App, viewer string, group Group) (room string, err error) {
	members := without(group.Members, viewer)
	if most := a.Limits.GroupMembers; len(members)+1 > most {
		return "", chat.Refuse(chat.TooLarge, "members", "A group has at most {n} members. Choose fewer.", "{n}", strconv.Itoa(most))
	}
	err = app.RunInTransaction(func(tx core.App) error {
		record, err := newRecord(tx, store.Rooms)
		if err != nil {
			return err
		}
		record.Set(store.FieldType, string(chat.Group))
		record.Set(store.FieldName, group.Name)
		record.Set(store.FieldDescription, group.Description)
		if err := tx.Save(guard.As(record, viewer)); err != nil {
			return err
		}
		room = record.Id
		for i, user := range append([]string{viewer}, members...) {
			if err := a.seat(tx, room, user, i == 0); err != nil {
				return err
			}
		}
		return a.Guard.Say(tx, room, chat.Event{Type: chat.Created, Actor: viewer, Name: record.GetString(store.FieldName)}.With(targets(members)...))
	})
	return room, err
}

func (a *Acts) seat(tx core.App, room, user string, owner bool) error {
	record, err := newRecord(tx, store.Members)
	if err != nil {
		return err
	}
	record.Set(store.FieldRoom, room)
	record.Set(store.FieldUser, user)
	if owner {
		record.Set(store.FieldRole, string(chat.Owner))
	}
	return tx.Save(guard.Quietly(record))
}

// Changes are what to change of a group; nil leaves as it is.
type Changes struct {
	Name        *string
	Description *string
	Avatar      *filesystem.File
	DropAvatar  bool
}

// Change renames, describes or pictures a group.
func (a *Acts) Change(app core.App, room, actor string, changes Changes) error {
	if _, err := seated(app, room, actor); err != nil {
		return err
	}
	record, err := find(app, store.Rooms, room, chat.ErrNoRoom)
	if err != nil {
		return err
	}
	if changes.Name != nil {
		record.Set(store.FieldName, *changes.Name)
	}
	if changes.Description != nil {
		record.Set(store.FieldDescription, *changes.Description)
	}
	switch {
	case changes.Avatar != nil:
		record.Set(store.FieldAvatar, changes.Avatar)
	case changes.DropAvatar:
		record.Set(store.FieldAvatar, nil)
	}
	return app.Save(guard.As(record, actor))
}

// DeleteForMe takes a room out of the user's own list and hides what is there
// up to now; nothing changes for others.
func (a *Acts) DeleteForMe(app core.App, room, user string) error {
	seat, err := seated(app, room, user)
	if err != nil {
		return err
	}
	record, err := find(app, store.Members, seat.Member.ID, chat.ErrNoRoom)
	if err != nil {
		return err
	}
	record.Set(store.FieldClearedRev, seat.Room.Rev)
	record.Set(store.FieldHidden, true)
	return app.Save(guard.As(record, user))
}

// DeleteGroup deletes a group for everybody. It is gone when this answers; its
// messages go in the background.
func (a *Acts) DeleteGroup(app core.App, room, actor string) error {
	if _, err := seated(app, room, actor); err != nil {
		return err
	}
	record, err := find(app, store.Rooms, room, chat.ErrNoRoom)
	if err != nil {
		return err
	}
	record.Set(store.FieldClosed, true)
	return app.Save(guard.As(record, actor))
}

func targets(ids []string) []chat.Target {
	list := make([]chat.Target, len(ids))
	for i, id := range ids {
		list[i] = chat.Target{ID: id}
	}
	return list
}

// without answers the ids once each, less one.
func without(ids []string, less string) []string {
	seen := map[string]bool{less: true}
	kept := make([]string, 0, len(ids))
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			kept = append(kept, id)
		}
	}
	return kept
}
