package store

import (
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
)

// Listed is one row of a viewer's list: the room, the viewer's mark in it, the
// last message as far as the viewer may see it, and whom it is about.
type Listed struct {
	Room
	ReadRev    int64          `db:"read_rev"`
	ReadPosts  int64          `db:"read_posts"`
	Notify     string         `db:"notify"`
	Pinned     bool           `db:"pinned"`
	Faces      string         `db:"faces"` // ids of up to two members, separated by commas
	LastAuthor string         `db:"last_author"`
	LastKind   chat.Kind      `db:"last_kind"`
	LastBody   string         `db:"last_body"`
	LastEvent  types.JSONRaw  `db:"last_event"`
	LastGone   string         `db:"last_deleted"`
	LastFiles  string         `db:"last_files"`
	LastAt     types.DateTime `db:"last_at"`
}

// Listing is a page of a viewer's list.
type Listing struct {
	Rows []Listed
	More bool // whether there are further rows
	// Total is what is unread in all of the viewer's rooms, as it was in the
	// moment the rows were read: pages count on from both, and a message that
	// lay between the two would be counted twice or never.
	Total int64
}

// Unread is how many messages the viewer has not read in this room.
func (l Listed) Unread() int64 { return max(l.Posts-l.ReadPosts, 0) }

// FaceIDs are up to two members of the room.
func (l Listed) FaceIDs() []string { return faceIDs(l.Faces) }

func faceIDs(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ",")
}

// ListQuery asks for a page of a viewer's list.
type ListQuery struct {
	Viewer string
	Before string // cursor of the row after which to go on: Cursor's answer
	Name   string // only rooms whose name, or whose other person's name, contains this
	Limit  int
}

// Cursor names a row's place in the list.
func (l Listed) Cursor() string {
	return l.LastActivity.Time().UTC().Format("20060102150405.000") + "-" + l.ID
}

const listedColumns = "r.*, m.[[read_rev]], m.[[read_posts]], m.[[notify]], m.[[pinned]], " +
	facesOf + ", " +
	"COALESCE(l.[[author]], '') [[last_author]], COALESCE(l.[[kind]], '') [[last_kind]], COALESCE(SUBSTR(l.[[body]], 1, 400), '') [[last_body]], " +
	"COALESCE(l.[[event]], 'null') [[last_event]], COALESCE(l.[[deleted]], '') [[last_deleted]], COALESCE(l.[[files]], '[]') [[last_files]], COALESCE(l.[[created]], '') [[last_at]]"

// CROSS JOIN is SQLite's way to fix the order: the viewer's places first, by
// their index, then each room by its id, whatever the statistics say.
const listedFrom = " FROM {{" + Members + "}} m CROSS JOIN {{" + Rooms + "}} r ON r.[[id]] = m.[[room]] " + lastSeen

// lastSeen is the room's last message, unless it lies before the viewer's time.
const lastSeen = "LEFT JOIN {{" + Messages + "}} l ON l.[[id]] = r.[[last_message]] AND l.[[seq]] > MAX(m.[[cleared_rev]], m.[[joined_rev]]) "

// shown is what makes a room appear in its member's list: it was not deleted
// for oneself, or something came since. Derived, so a send writes nothing for it.
const shown = "r.[[closed]] = FALSE AND (m.[[hidden]] = FALSE OR r.[[last_seq]] > m.[[cleared_rev]])"

// List answers a page of the viewer's rooms, the latest first. The page is
// chosen first, and only its rows are filled in.
func (s *Store) List(app core.App, q ListQuery) (Listing, error) {
	where := []string{"m.[[user]] = {:viewer}", shown}
	params := dbx.Params{"viewer": q.Viewer, "limit": q.Limit + 1}
	from := "{{" + Members + "}} m CROSS JOIN {{" + Rooms + "}} r ON r.[[id]] = m.[[room]] "
	if q.Before != "" {
		at, id, err := parseCursor(q.Before)
		if err != nil {
			return Listing{}, err
		}
		where = append(where, "(r.[[last_activity]], r.[[id]]) < ({:at}, {:id})")
		params["at"], params["id"] = at, id
	}
	if q.Name != "" {
		users, err := s.Users.columns(app)
		if err != nil {
			return Listing{}, err
		}
		from += fmt.Sprintf("LEFT JOIN {{%s}} p ON r.[[direct_key]] != '' AND p.[[id]] = REPLACE(REPLACE(r.[[direct_key]], {:viewer}, ''), ':', '') ", users.table)
		where = append(where, fmt.Sprintf("(r.[[name]] LIKE {:like} ESCAPE '\\' OR %s LIKE {:like} ESCAPE '\\')", users.name("p")))
		params["like"] = "%" + escapeLike(q.Name) + "%"
	}
	const order = " ORDER BY r.[[last_activity]] DESC, r.[[id]] DESC"
	page := "SELECT r.[[id]] [[room]] FROM " + from + "WHERE " + strings.Join(where, " AND ") + order + " LIMIT {:limit}"
	var rows []struct {
		Listed
		Total int64 `db:"total"`
	}
	err := reading(app, "SELECT "+listedColumns+", ("+unreadTotal+") [[total]] FROM ("+page+") c "+
		"CROSS JOIN {{"+Members+"}} m ON m.[[room]] = c.[[room]] AND m.[[user]] = {:viewer} CROSS JOIN {{"+Rooms+"}} r ON r.[[id]] = c.[[room]] "+
		lastSeen+order, params).All(&rows)
	if err != nil {
		return Listing{}, err
	}
	if len(rows) == 0 { // the end of a list, or nothing of that name
		total, err := UnreadTotal(app, q.Viewer)
		return Listing{Total: total}, err
	}
	listing := Listing{More: len(rows) > q.Limit, Total: rows[0].Total}
	for _, row := range rows[:min(len(rows), q.Limit)] {
		listing.Rows = append(listing.Rows, row.Listed)
	}
	return listing, nil
}

// ListOne answers one room as it stands in the list of the given member, for
// the publisher; chat.ErrNoRoom if it is not shown there.
func (s *Store) ListOne(app core.App, room, viewer string) (Listed, error) {
	var row Listed
	err := reading(app, "SELECT "+listedColumns+listedFrom+"WHERE m.[[room]] = {:room} AND m.[[user]] = {:viewer} AND "+shown, dbx.Params{"room": room, "viewer": viewer}).One(&row)
	return row, noRoom(err)
}

const unreadTotal = "SELECT COALESCE(SUM(MAX(r.[[posts]] - m.[[read_posts]], 0)), 0) FROM {{" + Members + "}} m " +
	"CROSS JOIN {{" + Rooms + "}} r ON r.[[id]] = m.[[room]] WHERE m.[[user]] = {:viewer} AND " + shown

// UnreadTotal answers the sum of what the viewer's list shows as unread. Whoever
// shows the list as well takes the total that comes with it.
func UnreadTotal(app core.App, viewer string) (int64, error) {
	var total int64
	err := reading(app, unreadTotal, dbx.Params{"viewer": viewer}).Row(&total)
	return total, err
}

// UnreadOf is one member's count in one room and their total, as after a change.
type UnreadOf struct {
	User    string `db:"user"`
	Unread  int64  `db:"unread"`
	Total   int64  `db:"total"`
	ReadRev int64  `db:"read_rev"`
	Posts   int64  `db:"posts"` // the room's, as it was when the rest was counted
}

// FindUnread answers a member's count in a room and their total in one query.
func FindUnread(app core.App, room, user string) (UnreadOf, error) {
	var row UnreadOf
	err := reading(app, "SELECT m.[[user]], SUM(CASE WHEN r.[[id]] = {:room} THEN MAX(r.[[posts]] - m.[[read_posts]], 0) ELSE 0 END) [[unread]], "+
		"SUM(MAX(r.[[posts]] - m.[[read_posts]], 0)) [[total]], MAX(CASE WHEN r.[[id]] = {:room} THEN m.[[read_rev]] ELSE 0 END) [[read_rev]], "+
		"MAX(CASE WHEN r.[[id]] = {:room} THEN r.[[posts]] ELSE 0 END) [[posts]] "+
		"FROM {{"+Members+"}} m CROSS JOIN {{"+Rooms+"}} r ON r.[[id]] = m.[[room]] WHERE m.[[user]] = {:user} AND "+shown+" GROUP BY m.[[user]]", dbx.Params{"room": room, "user": user}).One(&row)
	if noRoom(err) == chat.ErrNoRoom {
		return UnreadOf{User: user}, nil // an empty list has nothing unread
	}
	return row, err
}

func parseCursor(cursor string) (at, id string, err error) {
	stamp, id, ok := strings.Cut(cursor, "-")
	bad := chat.Refuse(chat.Invalid, "before", "That place in the list does not exist. Load the list again.")
	if !ok || !chat.ValidID(id) {
		return "", "", bad
	}
	parsed, parseErr := parseStamp(stamp)
	if parseErr != nil {
		return "", "", bad
	}
	return parsed, id, nil
}

func escapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// ListedRoom answers a room as it stands in lists, with no viewer's own marks.
func ListedRoom(app core.App, room string) (Listed, error) {
	var row Listed
	columns := strings.ReplaceAll(listedColumns, "m.[[read_rev]], m.[[read_posts]], m.[[notify]], m.[[pinned]], ", "")
	err := reading(app, "SELECT "+columns+" FROM {{"+Rooms+"}} r LEFT JOIN {{"+Messages+"}} l ON l.[[id]] = r.[[last_message]] "+
		"WHERE r.[[id]] = {:room} AND r.[[closed]] = FALSE", dbx.Params{"room": room}).One(&row)
	return row, noRoom(err)
}

// ShownTo answers the members in whose lists a room is with its last message:
// not those who deleted it for themselves, or may read only what came later.
func ShownTo(app core.App, room string) ([]string, error) {
	var users []string
	err := reading(app, "SELECT m.[[user]] FROM {{"+Members+"}} m CROSS JOIN {{"+Rooms+"}} r ON r.[[id]] = m.[[room]] "+
		"WHERE m.[[room]] = {:room} AND r.[[closed]] = FALSE AND r.[[last_seq]] > MAX(m.[[cleared_rev]], m.[[joined_rev]])", dbx.Params{"room": room}).Column(&users)
	return users, err
}
