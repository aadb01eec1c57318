package store

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
)

// Difference is a counter or cursor that is not what the rows say.
type Difference struct {
	Room    string
	User    string // whose, "" for the room's own
	What    string
	Says    int64
	Counted int64
}

func (d Difference) String() string {
	switch {
	case d.Room == "":
		return fmt.Sprintf("%s of %s: says %d, counted %d", d.What, d.User, d.Says, d.Counted)
	case d.User != "":
		return fmt.Sprintf("room %s, %s of %s: says %d, counted %d", d.Room, d.What, d.User, d.Says, d.Counted)
	}
	return fmt.Sprintf("room %s, %s: says %d, counted %d", d.Room, d.What, d.Says, d.Counted)
}

// tally is what a room's rows say.
type tally struct {
	Rows     int64  `db:"row_count"`
	Posts    int64  `db:"posts"`
	LastSeq  int64  `db:"last_seq"`
	LastRev  int64  `db:"last_rev"`
	Seqs     int64  `db:"seqs"`
	Revs     int64  `db:"revs"`
	Early    int64  `db:"early"` // last changed before they were made
	Last     string `db:"last"`
	Members  int64  `db:"members"`
	Strays   int64  `db:"strays"`    // reactions to tombstones
	BadReply int64  `db:"bad_reply"` // replies to what is not there
}

const tallied = "SELECT COUNT(*) [[row_count]], COALESCE(SUM([[kind]] = 'text'), 0) [[posts]], COALESCE(MAX([[seq]]), 0) [[last_seq]], " +
	"COALESCE(MAX([[rev]]), 0) [[last_rev]], COUNT(DISTINCT [[seq]]) [[seqs]], COUNT(DISTINCT [[rev]]) [[revs]], COALESCE(SUM([[rev]] < [[seq]]), 0) [[early]], " +
	"COALESCE((SELECT c.[[id]] FROM {{" + Messages + "}} c WHERE c.[[room]] = {:room} ORDER BY c.[[seq]] DESC LIMIT 1), '') [[last]], " +
	"(SELECT COUNT(*) FROM {{" + Members + "}} WHERE [[room]] = {:room}) [[members]], " +
	"(SELECT COUNT(*) FROM {{" + Messages + "}} c JOIN {{" + Reactions + "}} x ON x.[[message]] = c.[[id]] WHERE c.[[room]] = {:room} AND c.[[deleted]] != '') [[strays]], " +
	"(SELECT COUNT(*) FROM {{" + Messages + "}} c LEFT JOIN {{" + Messages + "}} q ON q.[[id]] = c.[[reply_to]] AND q.[[room]] = c.[[room]] " +
	"WHERE c.[[room]] = {:room} AND c.[[reply_to]] != '' AND q.[[id]] IS NULL) [[bad_reply]] " +
	"FROM {{" + Messages + "}} WHERE [[room]] = {:room}"

// Recount compares every counter and cursor of a room and of its members with
// the rows, as they are in one moment where app is a transaction's.
func Recount(app core.App, id string) (found []Difference, err error) {
	room, err := FindRoom(app, id)
	if err != nil {
		return nil, err
	}
	var rows tally
	if err := app.DB().NewQuery(tallied).Bind(dbx.Params{"room": id}).One(&rows); err != nil {
		return nil, err
	}
	check := func(wrong bool, user, what string, says, counted int64) {
		if wrong {
			found = append(found, Difference{Room: id, User: user, What: what, Says: says, Counted: counted})
		}
	}
	purged := room.PurgedRev > 0 // then rows are missing, and counters only bound them
	check(room.Posts < rows.Posts || !purged && room.Posts != rows.Posts, "", "posts", room.Posts, rows.Posts)
	check(room.LastSeq < rows.LastSeq || !purged && room.LastSeq != rows.LastSeq, "", "last_seq", room.LastSeq, rows.LastSeq)
	check(room.Rev < rows.LastRev || !purged && room.Rev != rows.LastRev, "", "rev", room.Rev, rows.LastRev)
	check(room.PurgedRev > room.Rev, "", "purged_rev past rev", room.PurgedRev, room.Rev)
	check(room.Members != rows.Members, "", "members", room.Members, rows.Members)
	check(rows.Seqs != rows.Rows, "", "different seqs", rows.Seqs, rows.Rows)
	check(rows.Revs != rows.Rows, "", "different revs", rows.Revs, rows.Rows)
	check(rows.Early > 0, "", "messages with a rev before their seq", 0, rows.Early)
	check(room.LastMessage != rows.Last, "", "last_message is not the last", 0, 1)
	check(rows.Strays > 0, "", "reactions to deleted messages", 0, rows.Strays)
	check(rows.BadReply > 0, "", "replies to messages that are not there", 0, rows.BadReply)
	members, err := AllMembers(app, id)
	if err != nil {
		return found, err
	}
	owners := int64(0)
	for _, member := range members {
		if member.Role == chat.Owner {
			owners++
		}
		if found, err = recountMember(app, room, member, found); err != nil {
			return found, err
		}
	}
	check(room.Type == chat.Group && owners == 0, "", "owners of a group", 0, 1)
	return found, nil
}

func recountMember(app core.App, room Room, member Member, found []Difference) ([]Difference, error) {
	var unread int64
	err := app.DB().NewQuery("SELECT COUNT(*) FROM {{" + Messages + "}} WHERE [[room]] = {:room} AND [[seq]] > {:mark} " +
		"AND [[kind]] = 'text' AND [[deleted]] = '' AND [[author]] != {:user}").
		Bind(dbx.Params{"room": room.ID, "mark": member.ReadRev, "user": member.User}).Row(&unread)
	for _, counter := range []struct {
		what          string
		says, counted int64
	}{
		{"unread", room.Posts - member.ReadPosts, unread},
		{"read_rev", member.ReadRev, min(member.ReadRev, room.Rev)},
		{"cleared_rev", member.ClearedRev, min(member.ClearedRev, room.Rev)},
	} {
		if err == nil && counter.says != counter.counted {
			found = append(found, Difference{Room: room.ID, User: member.User, What: counter.what, Says: counter.says, Counted: counter.counted})
		}
	}
	return found, err
}

// RecountLists compares each member's total with the sum of what their list
// shows.
func (s *Store) RecountLists(app core.App, user string) (found []Difference, err error) {
	total, err := UnreadTotal(app, user)
	if err != nil {
		return nil, err
	}
	sum, query := int64(0), ListQuery{Viewer: user, Limit: 200}
	for more := true; more; {
		page, err := s.List(app, query)
		if err != nil {
			return nil, err
		}
		for _, row := range page.Rows {
			sum += row.Unread()
			query.Before = row.Cursor()
		}
		more = page.More
	}
	if sum != total {
		found = append(found, Difference{User: user, What: "unread total", Says: total, Counted: sum})
	}
	return found, nil
}

// AllMembersOfRooms answers everybody who is in a room.
func AllMembersOfRooms(app core.App) (users []string, err error) {
	err = app.DB().NewQuery("SELECT DISTINCT [[user]] FROM {{" + Members + "}}").Column(&users)
	return users, err
}
