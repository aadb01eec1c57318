package store

import (
	"cmp"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
)

// Every function here writes the room's row and answers the row as it is after
// the write. Called first in a transaction it takes SQLite's write lock before
// anything was read, so that two processes wait for each other instead of
// failing with "database is locked", and what is read later is current.

// LockRoom writes nothing new: it serialises changes of a room's members,
// roles and name. It answers chat.ErrNoRoom when the room is gone or going.
func LockRoom(tx core.App, room string) (Room, error) {
	return touchRoom(tx, room, "[[updated]] = [[updated]]", nil)
}

// Advance allots the next revision for a change of an existing message.
func Advance(tx core.App, room string) (Room, error) {
	return touchRoom(tx, room, changedNow+", [[rev]] = [[rev]] + 1", nil)
}

// AdvanceNew allots the revision, and with it the seq, of a new message. It
// moves the author's mark to it, since sending counts as reading, and answers
// from where on they can see the room. A stranger gets chat.ErrNoRoom; without
// an author the room itself says it, which is no post. A RETURNING would have
// SQLite open a table of its own for the one row, which costs more than asking.
func AdvanceNew(tx core.App, room, message, author string, at types.DateTime) (row Room, since int64, err error) {
	posts := 0
	if author != "" {
		posts = 1
	}
	params := dbx.Params{"room": room, "message": message, "author": author, "posts": posts, "at": at.String()}
	counted, err := writing(tx, "UPDATE {{"+Rooms+"}} SET "+changedNow+", [[rev]] = [[rev]] + 1, [[posts]] = [[posts]] + {:posts}, "+
		"[[last_seq]] = [[rev]] + 1, [[last_message]] = {:message}, [[last_activity]] = MAX([[last_activity]], {:at}) "+
		"WHERE [[id]] = {:room} AND [[closed]] = FALSE", params).Execute()
	if err != nil {
		return row, 0, err
	}
	if n, err := counted.RowsAffected(); n == 0 || err != nil {
		return row, 0, cmp.Or(err, error(chat.ErrNoRoom))
	}
	err = writing(tx, "SELECT "+roomColumns+", COALESCE((SELECT MAX([[cleared_rev]], [[joined_rev]]) FROM {{"+Members+"}} "+
		"WHERE [[room]] = {:room} AND [[user]] = {:author}), -1) FROM {{"+Rooms+"}} WHERE [[id]] = {:room}", params).
		Row(append(row.cells(), &since)...)
	switch {
	case err != nil || author == "":
		return row, 0, err
	case since < 0:
		return row, 0, chat.ErrNoRoom
	}
	_, err = writing(tx, "UPDATE {{"+Members+"}} SET [[read_rev]] = {:rev}, [[read_posts]] = {:posts} "+
		"WHERE [[room]] = {:room} AND [[user]] = {:author}",
		dbx.Params{"room": room, "author": author, "rev": row.Rev, "posts": row.Posts}).Execute()
	return row, since, err
}

// CountMembers moves the number of members by delta and marks that the members
// or their roles changed.
func CountMembers(tx core.App, room string, delta int) (Room, error) {
	return touchRoom(tx, room, changedNow+", [[members]] = [[members]] + {:delta}, [[members_rev]] = [[members_rev]] + 1",
		dbx.Params{"delta": delta})
}

// CloseRoom begins a room's deletion: from here on nothing can be sent into it.
func CloseRoom(tx core.App, room string) error {
	_, err := touchRoom(tx, room, changedNow+", [[closed]] = TRUE, [[direct_key]] = ''", nil)
	return err
}

func touchRoom(tx core.App, room, set string, params dbx.Params) (Room, error) {
	bound := dbx.Params{"room": room}
	for key, value := range params {
		bound[key] = value
	}
	var row Room
	err := writing(tx, "UPDATE {{"+Rooms+"}} SET "+set+
		" WHERE [[id]] = {:room} AND [[closed]] = FALSE RETURNING "+roomColumns, bound).
		One(&row)
	return row, noRoom(err)
}

// ForgivePost takes a deleted message out of the unread count of everybody who
// had not read it. The post itself stays counted: a room's posts never fall, so
// that whoever subtracts marks from them is never off by somebody's deletion.
func ForgivePost(tx core.App, room string, seq int64, author string) error {
	_, err := tx.NonconcurrentDB().NewQuery("UPDATE {{" + Members + "}} SET [[read_posts]] = [[read_posts]] + 1 " +
		"WHERE [[room]] = {:room} AND [[read_rev]] < {:seq} AND [[user]] != {:author} AND [[joined_rev]] < {:seq}").
		Bind(dbx.Params{"room": room, "seq": seq, "author": author}).Execute()
	return err
}

// PostsAt answers what a member's read_posts is for a mark: the room's posts
// less the living messages of others after it. At the room's end, where a mark
// almost always goes, it asks the database nothing.
func PostsAt(tx core.App, room Room, user string, mark int64) (int64, error) {
	if mark >= room.LastSeq {
		return room.Posts, nil
	}
	var unread int64
	err := tx.DB().NewQuery("SELECT COUNT(*) FROM {{" + Messages + "}} WHERE [[room]] = {:room} AND [[seq]] > {:mark} " +
		"AND [[kind]] = 'text' AND [[deleted]] = '' AND [[author]] != {:user}").
		Bind(dbx.Params{"room": room.ID, "mark": mark, "user": user}).Row(&unread)
	return room.Posts - unread, err
}

// AdvanceFor is Advance for the room of a message, in one statement.
func AdvanceFor(tx core.App, message string) (Room, error) {
	var row Room
	err := tx.NonconcurrentDB().NewQuery("UPDATE {{" + Rooms + "}} SET " + changedNow + ", [[rev]] = [[rev]] + 1 " +
		"WHERE [[id]] = (SELECT [[room]] FROM {{" + Messages + "}} WHERE [[id]] = {:message}) AND [[closed]] = FALSE RETURNING " + roomColumns).
		Bind(dbx.Params{"message": message}).One(&row)
	return row, noRoom(err)
}

// SetRev moves a message to a revision, where what changed is not its own row.
func SetRev(tx core.App, message string, rev int64) error {
	_, err := tx.NonconcurrentDB().NewQuery("UPDATE {{" + Messages + "}} SET [[rev]] = {:rev} WHERE [[id]] = {:id}").
		Bind(dbx.Params{"rev": rev, "id": message}).Execute()
	return err
}
