package guard

import (
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

// leaveMember takes somebody out of a room, by their own will, by somebody
// else's, or because their account ends. It runs inside PocketBase's delete
// transaction, and it decides there: of two who remove each other at once, the
// second is no member any more, and whoever leaves twice leaves once.
func (g *Guard) leaveMember(e *core.RecordEvent) error {
	begin(e.Record)
	return wholly(e.App, func(tx core.App) error {
		record := e.Record
		room, err := store.CountMembers(tx, record.GetString(store.FieldRoom), -1)
		if err == chat.ErrNoRoom {
			return e.Next() // the room itself is going, its members with it
		}
		if err != nil {
			return err
		}
		if err := g.mayLeave(tx, room, record); err != nil {
			return err
		}
		keepRoom(record, room)
		if err := e.Next(); err != nil {
			return err
		}
		return g.afterLeaving(tx, room, record)
	})
}

// afterLeaving tells the room, keeps it owned, or ends it.
func (g *Guard) afterLeaving(tx core.App, room store.Room, record *core.Record) error {
	if room.Members <= 0 {
		return g.endEmpty(tx, room)
	}
	if room.Type == chat.Direct {
		return nil
	}
	if err := g.say(tx, record, room, leaving(record)); err != nil {
		return err
	}
	return g.crownHeir(tx, room)
}

func leaving(record *core.Record) chat.Event {
	user, actor := record.GetString(store.FieldUser), Actor(record)
	if actor == user {
		return chat.Event{Type: chat.Left, Actor: user}
	}
	return chat.Event{Type: chat.Removed, Actor: actor, Targets: []chat.Target{{ID: user}}}
}

func (g *Guard) mayLeave(tx core.App, room store.Room, record *core.Record) error {
	user, actor := record.GetString(store.FieldUser), Actor(record)
	target, err := store.FindMember(tx, room.ID, user)
	if err != nil {
		return err
	}
	if target.ID != record.Id {
		return chat.ErrNoRoom // left, and came back meanwhile
	}
	if room.Type == chat.Direct {
		_, err := tx.FindRecordById(g.Store.Users.Collection, user)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // the account is being deleted: the room stays for the other
		}
		if err != nil {
			return err
		}
		return chat.CanLeave(room.Type)
	}
	if actor == "" || actor == user {
		return nil
	}
	standing, err := store.FindMember(tx, room.ID, actor)
	if err != nil {
		return err
	}
	return chat.CanRemove(room.Type, standing.Role, target.Role, false)
}

// crownHeir makes somebody owner when the last one is gone.
func (g *Guard) crownHeir(tx core.App, room store.Room) error {
	members, err := store.AllMembers(tx, room.ID)
	if err != nil {
		return err
	}
	standings := make([]chat.Standing, len(members))
	for i, member := range members { // AllMembers answers the longest-standing first
		standings[i] = chat.Standing{User: member.User, Role: member.Role, Joined: int64(i)}
	}
	heir := chat.Heir(standings)
	if heir < 0 {
		return nil
	}
	record, err := tx.FindRecordById(store.Members, members[heir].ID)
	if err != nil {
		return err
	}
	record.Set(store.FieldRole, string(chat.Owner))
	return tx.Save(record)
}

// endEmpty deletes a room that nobody is in any more: at once when it is
// small, else it is closed here and its rows go after the commit, in pieces.
func (g *Guard) endEmpty(tx core.App, room store.Room) error {
	record, err := tx.FindRecordById(store.Rooms, room.ID)
	if err != nil {
		return err
	}
	if room.Rev <= rowsAtOnce {
		return tx.Delete(record)
	}
	record.Set(store.FieldClosed, true)
	return tx.Save(record)
}
