package store

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
)

// Member is somebody's place in a room.
type Member struct {
	ID         string         `db:"id"`
	Room       string         `db:"room"`
	User       string         `db:"user"`
	Role       chat.Role      `db:"role"`
	ReadRev    int64          `db:"read_rev"`
	ReadPosts  int64          `db:"read_posts"`
	ClearedRev int64          `db:"cleared_rev"`
	JoinedRev  int64          `db:"joined_rev"`
	Hidden     bool           `db:"hidden"`
	Notify     string         `db:"notify"`
	Pinned     bool           `db:"pinned"`
	Created    types.DateTime `db:"created"`
}

const memberColumns = "[[id]], [[room]], [[user]], [[role]], [[read_rev]], [[read_posts]], [[cleared_rev]], " +
	"[[joined_rev]], [[hidden]], [[notify]], [[pinned]], [[created]]"

// Since is the revision after which the member may read.
func (m Member) Since() int64 { return max(m.ClearedRev, m.JoinedRev) }

// FindMember answers a user's place in a room, or chat.ErrNoRoom.
func FindMember(app core.App, room, user string) (Member, error) {
	var member Member
	err := reading(app, "SELECT "+memberColumns+" FROM {{"+Members+"}} WHERE [[room]] = {:room} AND [[user]] = {:user}", dbx.Params{"room": room, "user": user}).One(&member)
	return member, noRoom(err)
}

// MembersCreate is the rule by which PocketBase lets members, and nobody else,
// create a message; IsMember is the same question.
const MembersCreate = `@request.auth.id != "" && room.chat_members_via_room.user ?= @request.auth.id`

// IsMember reports whether a user has a place in a room.
func IsMember(app core.App, room, user string) (bool, error) {
	var found bool
	err := reading(app, "SELECT EXISTS (SELECT 1 FROM {{"+Members+"}} WHERE [[room]] = {:room} AND [[user]] = {:user})",
		dbx.Params{"room": room, "user": user}).Row(&found)
	return found, err
}

// LockMember writes a member's row without changing it and answers it as it is
// now: an update that was prepared from an older row takes the rest from here.
func LockMember(tx core.App, id string) (Member, error) {
	var member Member
	err := tx.NonconcurrentDB().NewQuery("UPDATE {{" + Members + "}} SET [[updated]] = [[updated]] WHERE [[id]] = {:id} RETURNING " + memberColumns).
		Bind(dbx.Params{"id": id}).One(&member)
	return member, noRoom(err)
}

// AllMembers answers a room's members, the longest-standing first.
func AllMembers(app core.App, room string) ([]Member, error) {
	var members []Member
	err := reading(app, "SELECT "+memberColumns+" FROM {{"+Members+"}} WHERE [[room]] = {:room} ORDER BY [[created]], [[id]]", dbx.Params{"room": room}).All(&members)
	return members, err
}

// MemberIDs answers the users of a room, for fanning out what its members see
// in their lists.
func MemberIDs(app core.App, room string) ([]string, error) {
	var ids []string
	err := reading(app, "SELECT [[user]] FROM {{"+Members+"}} WHERE [[room]] = {:room}", dbx.Params{"room": room}).Column(&ids)
	return ids, err
}

// Seat is a viewer's place together with the room: all that a request has to
// know before it shows or does anything, in one query.
type Seat struct {
	Room   Room
	Member Member
	Faces  string // ids of up to two members, separated by commas
}

// facesOf picks up to two members of the room r, the same ones everywhere.
const facesOf = "COALESCE((SELECT GROUP_CONCAT(f.[[user]]) FROM (SELECT [[user]] FROM {{" + Members + "}} " +
	"WHERE [[room]] = r.[[id]] ORDER BY [[user]] LIMIT 2) f), '') [[faces]]"

// FaceIDs are up to two members of the room.
func (s Seat) FaceIDs() []string { return faceIDs(s.Faces) }

// FindSeat answers the viewer's seat, or chat.ErrNoRoom for a stranger.
func FindSeat(app core.App, room, user string) (Seat, error) {
	row := struct {
		Room
		MemberID   string    `db:"member_id"`
		Role       chat.Role `db:"role"`
		ReadRev    int64     `db:"read_rev"`
		ReadPosts  int64     `db:"read_posts"`
		ClearedRev int64     `db:"cleared_rev"`
		JoinedRev  int64     `db:"joined_rev"`
		Hidden     bool      `db:"hidden"`
		Notify     string    `db:"notify"`
		Pinned     bool      `db:"pinned"`
		Faces      string    `db:"faces"`
	}{}
	err := reading(app, "SELECT r.*, m.[[id]] [[member_id]], m.[[role]], m.[[read_rev]], m.[[read_posts]], m.[[cleared_rev]], "+
		"m.[[joined_rev]], m.[[hidden]], m.[[notify]], m.[[pinned]], "+facesOf+" FROM {{"+Members+"}} m JOIN {{"+Rooms+"}} r ON r.[[id]] = m.[[room]] "+
		"WHERE m.[[room]] = {:room} AND m.[[user]] = {:user} AND r.[[closed]] = FALSE", dbx.Params{"room": room, "user": user}).One(&row)
	if err != nil {
		return Seat{}, noRoom(err)
	}
	return Seat{Room: row.Room, Faces: row.Faces, Member: Member{
		ID: row.MemberID, Room: row.Room.ID, User: user, Role: row.Role, ReadRev: row.ReadRev, ReadPosts: row.ReadPosts,
		ClearedRev: row.ClearedRev, JoinedRev: row.JoinedRev, Hidden: row.Hidden, Notify: row.Notify, Pinned: row.Pinned,
	}}, nil
}

// Unread is how many messages the viewer has not read in this room.
func (s Seat) Unread() int64 { return max(s.Room.Posts-s.Member.ReadPosts, 0) }

// PeerRead answers how far the other person of a direct room has read.
func PeerRead(app core.App, room, peer string) (int64, error) {
	var rev int64
	err := reading(app, "SELECT COALESCE(MAX([[read_rev]]), 0) FROM {{"+Members+"}} WHERE [[room]] = {:room} AND [[user]] = {:peer}", dbx.Params{"room": room, "peer": peer}).Row(&rev)
	return rev, err
}
