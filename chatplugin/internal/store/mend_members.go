package store

import (
	"errors"
	"slices"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
)

// places lets everybody have one place who should, and nobody else.
func (m *mending) places() error {
	room, err := FindRoom(m.tx, m.before.ID)
	if err != nil {
		return err
	}
	seats, err := m.store.seats(m.tx, room)
	if err != nil {
		return err
	}
	out := seats.strangers
	if seats.hint == "" {
		out = append(out, seats.gone...)
	}
	for _, user := range out {
		if err := m.repeople("DELETE FROM {{"+Members+"}} WHERE [[room]] = {:room} AND [[user]] = {:user}", dbx.Params{"user": user}); err != nil {
			return err
		}
	}
	for _, user := range seats.missing {
		if err := m.seat(room, user); err != nil {
			return err
		}
	}
	return m.oneEach()
}

// repeople runs a statement about the room's people and notes whether it did
// something.
func (m *mending) repeople(statement string, params dbx.Params) error {
	changed, err := m.run(statement, params)
	m.people = m.people || changed > 0
	return err
}

// seat gives somebody the place in their direct room back, with all read.
func (m *mending) seat(room Room, user string) error {
	bulk, err := NewBulk(m.tx)
	if err != nil {
		return err
	}
	m.people = true
	return errors.Join(bulk.Member(Member{
		ID: core.GenerateDefaultRandomId(), Room: room.ID, User: user, Role: chat.Member, Notify: "all",
		ReadRev: room.Rev, ReadPosts: room.Posts, Created: types.NowDateTime(),
	}), bulk.Close())
}

// oneEach keeps of several places of a person the oldest, with the most that any
// of them says.
func (m *mending) oneEach() error {
	members, err := AllMembers(m.tx, m.before.ID)
	if err != nil {
		return err
	}
	kept := map[string]*Member{}
	var again []string
	for _, member := range members {
		first := kept[member.User]
		if first == nil {
			kept[member.User] = &member
			continue
		}
		again = append(again, member.ID)
		if roles := []chat.Role{chat.Owner, chat.Admin, chat.Member}; slices.Index(roles, member.Role) < slices.Index(roles, first.Role) {
			first.Role = member.Role
		}
		first.ReadRev, first.ClearedRev = max(first.ReadRev, member.ReadRev), max(first.ClearedRev, member.ClearedRev)
	}
	if len(again) == 0 {
		return nil
	}
	if err := m.repeople("DELETE FROM {{"+Members+"}} WHERE [[id]] IN "+inIDs, dbx.Params{"ids": list(again)}); err != nil {
		return err
	}
	for _, member := range kept {
		if _, err := m.run("UPDATE {{"+Members+"}} SET [[role]] = {:role}, [[read_rev]] = {:read}, [[cleared_rev]] = {:cleared} WHERE [[id]] = {:id}",
			dbx.Params{"role": string(member.Role), "read": member.ReadRev, "cleared": member.ClearedRev, "id": member.ID}); err != nil {
			return err
		}
	}
	return nil
}

// roles lets a group have an owner, whoever would have become it, and everybody
// a role that there is.
func (m *mending) roles() error {
	known := "('owner', 'admin', 'member')"
	if m.before.Type == chat.Direct {
		known = "('member')"
	}
	if err := m.repeople("UPDATE {{"+Members+"}} SET [[role]] = 'member' WHERE [[room]] = {:room} AND [[role]] NOT IN "+known, nil); err != nil {
		return err
	}
	members, err := AllMembers(m.tx, m.before.ID)
	if err != nil || m.before.Type == chat.Direct {
		return err
	}
	standings := make([]chat.Standing, len(members))
	for i, member := range members {
		standings[i] = chat.Standing{User: member.User, Role: member.Role, Joined: int64(i)}
	}
	heir := chat.Heir(standings)
	if heir < 0 {
		return nil
	}
	return m.repeople("UPDATE {{"+Members+"}} SET [[role]] = 'owner' WHERE [[id]] = {:id}", dbx.Params{"id": members[heir].ID})
}
