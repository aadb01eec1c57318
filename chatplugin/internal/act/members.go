package act

import (
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

// AddMembers brings people into a group, all or nothing. Who is in it already
// stays as they are. Several are told of in one system message.
func (a *Acts) AddMembers(app core.App, room, actor string, users []string) error {
	if _, err := seated(app, room, actor); err != nil {
		return err
	}
	return app.RunInTransaction(func(tx core.App) error {
		// The room's row first: whoever adds at the same time waits here, and
		// the members read next are the ones that are there.
		if _, err := store.LockRoom(tx, room); err != nil {
			return err
		}
		missing, err := strangers(tx, room, users)
		if err != nil || len(missing) == 0 {
			return err
		}
		for _, user := range missing {
			record, err := newRecord(tx, store.Members)
			if err != nil {
				return err
			}
			record.Set(store.FieldRoom, room)
			record.Set(store.FieldUser, user)
			if err := tx.Save(guard.Quietly(guard.As(record, actor))); err != nil {
				return err
			}
		}
		return a.Guard.Say(tx, room, chat.Event{Type: chat.Added, Actor: actor}.With(targets(missing)...))
	})
}

// strangers answers those of the users who are no members of the room.
func strangers(tx core.App, room string, users []string) ([]string, error) {
	there, err := store.MemberIDs(tx, room)
	if err != nil {
		return nil, err
	}
	inside := make(map[string]bool, len(there))
	for _, id := range there {
		inside[id] = true
	}
	var missing []string
	for _, id := range without(users, "") {
		if !inside[id] {
			missing = append(missing, id)
		}
	}
	return missing, nil
}

// Leave takes the user out of a group. Where the last owner leaves, the
// longest-standing admin or member follows; an empty group is deleted.
func (a *Acts) Leave(app core.App, room, user string) error {
	return a.Remove(app, room, user, user)
}

// Remove takes somebody out of a group.
func (a *Acts) Remove(app core.App, room, actor, user string) error {
	if _, err := seated(app, room, actor); err != nil {
		return err
	}
	record, err := memberRecord(app, room, user)
	if err != nil {
		return notHere(err)
	}
	return app.Delete(guard.As(record, actor))
}

// Kick takes somebody out of a group on nobody's behalf.
func (a *Acts) Kick(app core.App, room, user string) error {
	record, err := memberRecord(app, room, user)
	if err != nil {
		return err
	}
	return app.Delete(record)
}

// SetRole makes somebody owner, admin or plain member.
func (a *Acts) SetRole(app core.App, room, actor, user string, role chat.Role) error {
	if _, err := seated(app, room, actor); err != nil {
		return err
	}
	record, err := memberRecord(app, room, user)
	if err != nil {
		return notHere(err)
	}
	record.Set(store.FieldRole, string(role))
	return app.Save(guard.As(record, actor))
}

func notHere(err error) error {
	if err == chat.ErrNoRoom {
		return chat.Refuse(chat.Conflict, "user", "That person is not in this group any more.")
	}
	return err
}

// MarkRead moves the user's read mark to rev, at most to the room's end; it
// never goes back.
func (a *Acts) MarkRead(app core.App, room, user string, rev int64) error {
	seat, err := seated(app, room, user)
	if err != nil {
		return err
	}
	if chat.ReadMark(seat.Member.ReadRev, rev, seat.Room.Rev) == seat.Member.ReadRev {
		return nil
	}
	record, err := find(app, store.Members, seat.Member.ID, chat.ErrNoRoom)
	if err != nil {
		return err
	}
	record.Set(store.FieldReadRev, min(rev, seat.Room.Rev))
	return app.SaveNoValidate(guard.As(record, user))
}

// LookUp answers the user with an e-mail, or nil: there is none, or the viewer
// may not find them. Both take the same steps, so that neither can be told.
func (a *Acts) LookUp(app core.App, viewer *core.Record, email string) (*core.Record, error) {
	found, err := a.Store.FindByEmail(app, email)
	if err != nil || found == nil || !a.mayFind(app, viewer, found) {
		return nil, err
	}
	return found, nil
}

// Reach answers the user with an id, or nil where the viewer may not write to
// them, just as where there is none.
func (a *Acts) Reach(app core.App, viewer *core.Record, id string) (*core.Record, error) {
	users, _, err := a.Store.FindUsers(app, []string{id})
	if err != nil || len(users) == 0 || !a.mayFind(app, viewer, users[0]) {
		return nil, err
	}
	return users[0], nil
}

func (a *Acts) mayFind(app core.App, viewer, found *core.Record) bool {
	return a.CanLookUp == nil || viewer.Id == found.Id || a.CanLookUp(app, viewer, found)
}

// Resolve turns e-mails and user ids into user ids. The refusal names those
// that were not found just as they were typed.
func (a *Acts) Resolve(app core.App, viewer *core.Record, names []string) ([]string, error) {
	if most := a.Limits.AddAtOnce; len(names) > most {
		return nil, chat.Refuse(chat.TooLarge, "members", "Add at most {n} people at once. Add the others afterwards.", "{n}", strconv.Itoa(most))
	}
	users, unknown, err := a.Store.FindUsers(app, names)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(users))
	for _, user := range users {
		if !a.mayFind(app, viewer, user) {
			unknown = append(unknown, typedAs(user, names))
			continue
		}
		ids = append(ids, user.Id)
	}
	if len(unknown) > 0 {
		return nil, nobodyFound(chat.DisplayName(unknown[0], "?"), len(unknown)-1)
	}
	return ids, nil
}

// typedAs finds what the viewer typed for a user, so that the answer gives away
// nothing that they did not know.
func typedAs(user *core.Record, names []string) string {
	for _, name := range names {
		if name == user.Id || strings.EqualFold(strings.TrimSpace(name), user.Email()) {
			return name
		}
	}
	return ""
}

func nobodyFound(name string, others int) error {
	switch others {
	case 0:
		return chat.Refuse(chat.Invalid, "members", "Nobody was found for {name}. Check the address.", "{name}", name)
	case 1:
		return chat.Refuse(chat.Invalid, "members", "Nobody was found for {name} and 1 other. Check the address.", "{name}", name)
	}
	return chat.Refuse(chat.Invalid, "members", "Nobody was found for {name} and {n} others. Check the address.", "{name}", name, "{n}", strconv.Itoa(others))
}
