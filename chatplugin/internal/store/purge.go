package store

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
)

// Outdated says what goes for good.
type Outdated struct {
	Deleted time.Time // what was deleted, and was written, before this
	Expired time.Time // messages from before this; zero keeps them for ever
}

func (o Outdated) params() dbx.Params {
	return dbx.Params{"deleted": stamp(o.Deleted), "expired": stamp(o.Expired)}
}

// stamp writes a time as rows have it; "" is before everything.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(types.DefaultDateLayout)
}

// AllRooms answers the ids of all rooms that are not being deleted.
func AllRooms(app core.App) (ids []string, err error) {
	err = app.DB().NewQuery("SELECT [[id]] FROM {{" + Rooms + "}} WHERE [[closed]] = FALSE ORDER BY [[id]]").Column(&ids)
	return ids, err
}

// unseen is a room that nobody has in their list and that can come back to none:
// a direct one that both deleted, with nothing since, or one without members.
const unseen = "(r.[[type]] = 'direct' AND NOT EXISTS (SELECT 1 FROM {{" + Members + "}} m WHERE m.[[room]] = r.[[id]] " +
	"AND (m.[[hidden]] = FALSE OR r.[[last_seq]] > m.[[cleared_rev]])) " +
	"OR NOT EXISTS (SELECT 1 FROM {{" + Members + "}} m WHERE m.[[room]] = r.[[id]])) AND r.[[last_activity]] < {:deleted}"

// DeadRooms answers the rooms that all have deleted, and those whose deletion
// was cut off.
func DeadRooms(app core.App, old Outdated) (ids []string, err error) {
	err = app.DB().NewQuery("SELECT r.[[id]] FROM {{" + Rooms + "}} r WHERE r.[[closed]] = TRUE OR " + unseen + " ORDER BY r.[[id]]").
		Bind(dbx.Params{"deleted": stamp(old.Deleted)}).Column(&ids)
	return ids, err
}

// Unseen reports whether still nobody has the room in their list.
func Unseen(tx core.App, room string, old Outdated) (bool, error) {
	var found int
	err := tx.DB().NewQuery("SELECT COUNT(*) FROM {{" + Rooms + "}} r WHERE r.[[id]] = {:room} AND " + unseen).
		Bind(dbx.Params{"room": room, "deleted": stamp(old.Deleted)}).Row(&found)
	return found > 0, err
}

// Weight is how much there is of something.
type Weight struct {
	Messages  int64 `db:"messages"`
	Reactions int64 `db:"reactions"`
	Files     int64 `db:"files"`
}

// Weigh counts what a whole room holds.
func Weigh(app core.App, room string) (w Weight, err error) {
	err = app.DB().NewQuery("SELECT COUNT(*) [[messages]], " +
		"COALESCE(SUM(CASE WHEN [[files]] IN ('', '[]') THEN 0 ELSE JSON_ARRAY_LENGTH([[files]]) END), 0) [[files]], " +
		"(SELECT COUNT(*) FROM {{" + Reactions + "}} x JOIN {{" + Messages + "}} c ON c.[[id]] = x.[[message]] WHERE c.[[room]] = {:room}) [[reactions]] " +
		"FROM {{" + Messages + "}} WHERE [[room]] = {:room}").Bind(dbx.Params{"room": room}).One(&w)
	return w, err
}

// Stale is a message that is to go for good.
type Stale struct {
	ID      string                  `db:"id"`
	Seq     int64                   `db:"seq"`
	Rev     int64                   `db:"rev"`
	Author  string                  `db:"author"`
	Kind    chat.Kind               `db:"kind"`
	Deleted string                  `db:"deleted"`
	Files   types.JSONArray[string] `db:"files"`
	Hidden  bool                    `db:"hidden"` // everybody in the room deleted it for themselves
}

// Living is one that people could still read.
func (s Stale) Living() bool { return !s.Hidden && s.Deleted == "" }

// staleRows are a room's messages that go: hidden for all members, tombstones
// that are old enough or were about to go when a purge was cut off (those still
// name their files), and what has expired.
const staleRows = "SELECT c.[[id]], c.[[seq]], c.[[rev]], c.[[author]], c.[[kind]], c.[[deleted]], c.[[files]], c.[[seq]] <= {:floor} [[hidden]] " +
	"FROM {{" + Messages + "}} c WHERE c.[[room]] = {:room} AND (c.[[seq]] <= {:floor} AND c.[[created]] < {:deleted} " +
	"OR c.[[deleted]] != '' AND (c.[[deleted]] < {:deleted} OR c.[[files]] NOT IN ('', '[]')) OR c.[[created]] < {:expired}) "

// StaleAfter answers up to limit messages of a room that are to go and whose
// seq is past after.
func StaleAfter(app core.App, room string, old Outdated, after int64, limit int) (rows []Stale, err error) {
	floor, err := floorOf(app, room)
	if err != nil {
		return nil, err
	}
	params := old.params()
	params["room"], params["floor"], params["after"], params["limit"] = room, floor, after, limit
	err = app.DB().NewQuery(staleRows + "AND c.[[seq]] > {:after} ORDER BY c.[[seq]] LIMIT {:limit}").Bind(params).All(&rows)
	return rows, err
}

// StillStale answers which of these messages are to go now that the room is
// locked: somebody may have joined who can read them.
func StillStale(tx core.App, room string, old Outdated, ids []string) (rows []Stale, err error) {
	floor, err := floorOf(tx, room)
	if err != nil {
		return nil, err
	}
	params := old.params()
	params["room"], params["floor"], params["ids"] = room, floor, list(ids)
	err = tx.DB().NewQuery(staleRows + "AND c.[[id]] IN " + inIDs + " ORDER BY c.[[seq]]").Bind(params).All(&rows)
	return rows, err
}

// floorOf is the seq up to which no member can read.
func floorOf(app core.App, room string) (floor int64, err error) {
	err = app.DB().NewQuery("SELECT COALESCE(MIN(MAX([[cleared_rev]], [[joined_rev]])), 0) FROM {{" + Members + "}} WHERE [[room]] = {:room}").
		Bind(dbx.Params{"room": room}).Row(&floor)
	return floor, err
}

// inIDs spells the rows of a JSON list, which is one value however long it is.
const inIDs = "(SELECT [[value]] FROM JSON_EACH({:ids}))"

func list(ids []string) string {
	content, _ := json.Marshal(ids)
	return string(content)
}

// ReactionsOf counts the reactions to each of these messages.
func ReactionsOf(app core.App, rows []Stale) (map[string]int64, error) {
	var found []struct {
		Message string `db:"message"`
		Total   int64  `db:"total"`
	}
	err := app.DB().NewQuery("SELECT [[message]], COUNT(*) [[total]] FROM {{" + Reactions + "}} WHERE [[message]] IN " + inIDs + " GROUP BY [[message]]").
		Bind(dbx.Params{"ids": list(IDs(rows))}).All(&found)
	counted := make(map[string]int64, len(found))
	for _, row := range found {
		counted[row.Message] = row.Total
	}
	return counted, err
}

// IDs are the rows' ids.
func IDs(rows []Stale) []string {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids
}

// ForgivePosts takes messages that are about to go out of the unread counts of
// those who had not read them, as ForgivePost does for one.
func ForgivePosts(tx core.App, room string, rows []Stale) error {
	var posts []Stale
	for _, row := range rows {
		if row.Kind == chat.Text && row.Deleted == "" {
			posts = append(posts, row)
		}
	}
	if len(posts) == 0 {
		return nil
	}
	var behind []Member
	err := tx.DB().NewQuery("SELECT " + memberColumns + " FROM {{" + Members + "}} WHERE [[room]] = {:room} AND [[read_rev]] < {:seq}").
		Bind(dbx.Params{"room": room, "seq": posts[len(posts)-1].Seq}).All(&behind)
	if err != nil {
		return err
	}
	by := map[int64][]string{}
	for _, member := range behind {
		first, _ := slices.BinarySearchFunc(posts, max(member.ReadRev, member.JoinedRev)+1, func(row Stale, seq int64) int { return int(row.Seq - seq) })
		unread := int64(0)
		for _, row := range posts[first:] {
			if row.Author != member.User {
				unread++
			}
		}
		if unread > 0 {
			by[unread] = append(by[unread], member.ID)
		}
	}
	for unread, members := range by {
		_, err := tx.NonconcurrentDB().NewQuery("UPDATE {{" + Members + "}} SET [[read_posts]] = [[read_posts]] + {:unread} WHERE [[id]] IN " + inIDs).
			Bind(dbx.Params{"unread": unread, "ids": list(members)}).Execute()
		if err != nil {
			return err
		}
	}
	return nil
}

// RemoveStale deletes messages of a room with their reactions, and all that points at
// them. Those that carry files stay as tombstones which name them, until
// RemoveEmptied: so a stop in between leaves no file that nothing names.
func RemoveStale(tx core.App, room string, rows []Stale) (withFiles []string, err error) {
	var all, bare []string
	for _, row := range rows {
		all = append(all, row.ID)
		if len(row.Files) > 0 {
			withFiles = append(withFiles, row.ID)
		} else {
			bare = append(bare, row.ID)
		}
	}
	run := func(statement string, ids []string) {
		if err != nil || len(ids) == 0 {
			return
		}
		_, err = tx.NonconcurrentDB().NewQuery(statement).
			Bind(dbx.Params{"ids": list(ids), "room": room, "now": stamp(time.Now())}).Execute()
	}
	run("DELETE FROM {{"+Reactions+"}} WHERE [[message]] IN "+inIDs, all)
	run("UPDATE {{"+Messages+"}} SET [[reply_to]] = '' WHERE [[reply_to]] != '' AND [[reply_to]] IN "+inIDs, all)
	run("DELETE FROM {{"+Messages+"}} WHERE [[id]] IN "+inIDs, bare)
	run("UPDATE {{"+Messages+"}} SET [[body]] = '', [[event]] = 'null', [[deleted]] = COALESCE(NULLIF([[deleted]], ''), {:now}) WHERE [[id]] IN "+inIDs, withFiles)
	run(lastRemaining, all)
	return withFiles, err
}

// RemoveEmptied deletes the rows whose files are gone by now.
func RemoveEmptied(tx core.App, room string, ids []string) error {
	params := dbx.Params{"ids": list(ids), "room": room}
	for _, statement := range []string{"DELETE FROM {{" + Messages + "}} WHERE [[id]] IN " + inIDs, lastRemaining} {
		if _, err := tx.NonconcurrentDB().NewQuery(statement).Bind(params).Execute(); err != nil {
			return err
		}
	}
	return nil
}

// lastRemaining lets a room show the last message that it still has.
const lastRemaining = "UPDATE {{" + Rooms + "}} SET [[last_message]] = COALESCE((SELECT c.[[id]] FROM {{" + Messages + "}} c " +
	"WHERE c.[[room]] = {:room} AND c.[[id]] NOT IN " + inIDs + " ORDER BY c.[[seq]] DESC LIMIT 1), '') " +
	"WHERE [[id]] = {:room} AND [[last_message]] IN " + inIDs

// PurgedUpTo notes that changes up to a revision may be gone, so that whoever
// resumes from before it is told to read anew. Where people could still read
// what went, the note takes a revision of its own: open pages then see that
// they are behind.
func PurgedUpTo(tx core.App, room string, rows []Stale) (Room, error) {
	last := int64(0)
	living := false
	for _, row := range rows {
		last, living = max(last, row.Rev), living || row.Living()
	}
	if living {
		return touchRoom(tx, room, "[[purged_rev]] = [[rev]] + 1, [[rev]] = [[rev]] + 1", nil)
	}
	return touchRoom(tx, room, "[[purged_rev]] = MAX([[purged_rev]], {:last})", dbx.Params{"last": last})
}
