package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/store"
)

func (g *Guard) bindMembers(app core.App) {
	on(app.OnRecordCreate(store.Members), "member_complete", early, g.completeMember)
	on(app.OnRecordCreateExecute(store.Members), "member_join", insideTx, g.joinMember)
	on(app.OnRecordUpdate(store.Members), "member_change", early, g.changeMember)
	on(app.OnRecordUpdateExecute(store.Members), "member_update", insideTx, g.updateMember)
	on(app.OnRecordDeleteExecute(store.Members), "member_leave", insideTx, g.leaveMember)
}

func (g *Guard) completeMember(e *core.RecordEvent) error {
	record := e.Record
	begin(record)
	if actor := Actor(record); actor != "" && actor != record.GetString(store.FieldUser) {
		record.Set(store.FieldNotify, "") // settings are each member's own
		record.Set(store.FieldPinned, false)
	}
	if record.GetString(store.FieldRole) == "" {
		record.Set(store.FieldRole, string(chat.Member))
	}
	if record.GetString(store.FieldNotify) == "" {
		record.Set(store.FieldNotify, "all")
	}
	return e.Next()
}

// joinMember gives somebody a place: at the end of what there is to read, with
// the history that new members may see.
func (g *Guard) joinMember(e *core.RecordEvent) error {
	record := e.Record
	return inTransaction(e, func(tx core.App) error {
		room, err := store.CountMembers(tx, record.GetString(store.FieldRoom), 1)
		if err != nil {
			return err
		}
		if err := g.mayJoin(tx, room, record); err != nil {
			return err
		}
		record.Set(store.FieldReadRev, room.Rev)
		record.Set(store.FieldReadPosts, room.Posts)
		record.Set(store.FieldClearedRev, 0)
		record.Set(store.FieldJoinedRev, 0)
		if room.Type == chat.Group && g.History == chat.HistoryJoined {
			record.Set(store.FieldJoinedRev, room.Rev)
		}
		keepRoom(record, room)
		if err := saved(e); err != nil {
			return err
		}
		return g.say(tx, record, room, joining(record))
	})
}

func joining(record *core.Record) chat.Event {
	user, actor := record.GetString(store.FieldUser), Actor(record)
	if actor == "" || actor == user {
		return chat.Event{Type: chat.Joined, Actor: user}
	}
	return chat.Event{Type: chat.Added, Actor: actor, Targets: []chat.Target{{ID: user}}}
}

// mayJoin holds who may be in a room at all, and who may bring people in.
func (g *Guard) mayJoin(tx core.App, room store.Room, record *core.Record) error {
	user := record.GetString(store.FieldUser)
	if room.Type == chat.Direct {
		first, second := room.Pair()
		if user != first && user != second || Actor(record) != "" {
			return chat.CanAddMembers(chat.Direct, chat.Owner)
		}
		record.Set(store.FieldRole, string(chat.Member))
		return nil
	}
	if room.Members > int64(g.Limits.GroupMembers) {
		return tooManyMembers(g.Limits.GroupMembers)
	}
	if room.Members == 1 {
		record.Set(store.FieldRole, string(chat.Owner)) // a group is never without one
	}
	role := chat.Role(record.GetString(store.FieldRole))
	if err := chat.MayBeRole(room.Type, "", role, 0); err != nil {
		return err
	}
	actor := Actor(record)
	if actor == "" {
		return nil
	}
	standing, err := store.FindMember(tx, room.ID, actor)
	if err != nil {
		return err
	}
	if err := chat.CanAddMembers(room.Type, standing.Role); err != nil {
		return err
	}
	if role == chat.Member {
		return nil
	}
	return chat.CanSetRole(chat.RoleChange{Room: room.Type, Actor: standing.Role, Target: chat.Member, To: role, Owners: 1})
}

// changeMember keeps what is fixed. Role and marks are looked at inside the
// transaction, against the row as it is then.
func (g *Guard) changeMember(e *core.RecordEvent) error {
	before := before(e.Record)
	begin(e.Record)
	for _, field := range []string{store.FieldRoom, store.FieldUser, store.FieldJoinedRev, store.FieldCreated} {
		e.Record.SetRaw(field, before.GetRaw(field))
	}
	if e.Record.GetString(store.FieldNotify) == "" {
		e.Record.Set(store.FieldNotify, "all")
	}
	return e.Next()
}

func (g *Guard) updateMember(e *core.RecordEvent) error {
	record := e.Record
	return inTransaction(e, func(tx core.App) error {
		change := changeOf(record)
		room, err := lockFor(tx, record, change)
		if err != nil {
			return err
		}
		current, err := store.LockMember(tx, record.Id)
		if err != nil {
			return err
		}
		if err := g.ownOrRole(tx, record, current, change, room); err != nil {
			return err
		}
		if err := moveMark(tx, record, current, change, room); err != nil {
			return err
		}
		keepRoom(record, room)
		if err := saved(e); err != nil || !change.role {
			return err
		}
		return g.say(tx, record, room, chat.Event{
			Type: chat.RoleSet, Actor: Actor(record), Role: chat.Role(record.GetString(store.FieldRole)),
			Targets: []chat.Target{{ID: current.User}},
		})
	})
}

// memberChange is what a save of a member is about. Everything else is taken
// from the row as it is now, since another save may have come between.
type memberChange struct{ role, read, cleared, hidden, notify, pinned bool }

func changeOf(record *core.Record) memberChange {
	before := before(record)
	differs := func(field string) bool { return touched(record, before, field) }
	return memberChange{
		role: differs(store.FieldRole), read: differs(store.FieldReadRev), cleared: differs(store.FieldClearedRev),
		hidden: differs(store.FieldHidden), notify: differs(store.FieldNotify), pinned: differs(store.FieldPinned),
	}
}

// own reports a change of what is the member's own business.
func (c memberChange) own() bool { return c.read || c.cleared || c.hidden || c.notify || c.pinned }

// take puts what this change is not about as it is now.
func (c memberChange) take(record *core.Record, current store.Member) {
	if !c.role {
		record.Set(store.FieldRole, string(current.Role))
	}
	if !c.hidden {
		record.Set(store.FieldHidden, current.Hidden)
	}
	if !c.notify {
		record.Set(store.FieldNotify, current.Notify)
	}
	if !c.pinned {
		record.Set(store.FieldPinned, current.Pinned)
	}
}

func lockFor(tx core.App, record *core.Record, change memberChange) (store.Room, error) {
	if change.role {
		return store.CountMembers(tx, record.GetString(store.FieldRoom), 0)
	}
	return store.LockRoom(tx, record.GetString(store.FieldRoom))
}

// ownOrRole decides what the actor may change here: their own settings and
// marks, or somebody's role.
func (g *Guard) ownOrRole(tx core.App, record *core.Record, current store.Member, change memberChange, room store.Room) error {
	change.take(record, current)
	actor := Actor(record)
	if actor != "" && actor != current.User && change.own() {
		return chat.Refuse(chat.Forbidden, "", "Read marks and settings are each member's own.")
	}
	if !change.role {
		return nil
	}
	owners, standing, err := ownersAnd(tx, room.ID, actor)
	if err != nil {
		return err
	}
	to := chat.Role(record.GetString(store.FieldRole))
	if actor == "" {
		return chat.MayBeRole(room.Type, current.Role, to, owners)
	}
	return chat.CanSetRole(chat.RoleChange{
		Room: room.Type, Actor: standing, Target: current.Role, To: to, Self: actor == current.User, Owners: owners,
	})
}

// ownersAnd counts a room's owners and answers the actor's own role, or
// chat.ErrNoRoom where the actor is no member any more.
func ownersAnd(tx core.App, room, actor string) (owners int, standing chat.Role, err error) {
	members, err := store.AllMembers(tx, room)
	if err != nil {
		return 0, "", err
	}
	for _, member := range members {
		if member.Role == chat.Owner {
			owners++
		}
		if member.User == actor {
			standing = member.Role
		}
	}
	if actor != "" && standing == "" {
		return 0, "", chat.ErrNoRoom
	}
	return owners, standing, nil
}

// moveMark moves the read mark forward only, at most to the room's end, and
// keeps the marks that this save is not about as they are now.
func moveMark(tx core.App, record *core.Record, current store.Member, change memberChange, room store.Room) error {
	mark := current.ReadRev
	if change.read {
		mark = chat.ReadMark(current.ReadRev, int64(record.GetInt(store.FieldReadRev)), room.Rev)
	}
	cleared := current.ClearedRev
	if change.cleared {
		cleared = chat.ReadMark(current.ClearedRev, int64(record.GetInt(store.FieldClearedRev)), room.Rev)
		mark = max(mark, cleared)
	}
	posts := current.ReadPosts
	if mark != current.ReadRev {
		var err error
		if posts, err = store.PostsAt(tx, room, current.User, mark); err != nil {
			return err
		}
	}
	record.Set(store.FieldReadRev, mark)
	record.Set(store.FieldReadPosts, posts)
	record.Set(store.FieldClearedRev, cleared)
	return nil
}
