package store

import (
	"fmt"
	"strconv"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/internal/chat"
)

// Difference is something that is not as the rows, or the rules of the data, say.
type Difference struct {
	Room   string `json:"room,omitempty"`
	User   string `json:"user,omitempty"` // whose, "" for the room's own
	What   string `json:"what"`
	Is     string `json:"is"`
	Should string `json:"should"`
	Hint   string `json:"hint,omitempty"` // what to do about it where Mend cannot help
}

func (d Difference) String() string {
	said := d.What
	switch {
	case d.Room != "" && d.User != "":
		said = "room " + d.Room + ", " + d.What + " of " + d.User
	case d.Room != "":
		said = "room " + d.Room + ", " + d.What
	case d.User != "":
		said = d.What + " of " + d.User
	}
	said += ": is " + d.Is + ", should be " + d.Should
	if d.Hint != "" {
		said += ". " + d.Hint
	}
	return said
}

// findings gathers the differences of one room.
type findings struct {
	room string
	all  []Difference
}

func (f *findings) add(user, what, is, should string) *Difference {
	f.all = append(f.all, Difference{Room: f.room, User: user, What: what, Is: is, Should: should})
	return &f.all[len(f.all)-1]
}

// equal finds a counter that is another number than was counted.
func (f *findings) equal(user, what string, is, counted int64) {
	if is != counted {
		f.add(user, what, strconv.FormatInt(is, 10), strconv.FormatInt(counted, 10))
	}
}

// none finds rows that should not be there.
func (f *findings) none(what string, n int64) { f.equal("", what, n, 0) }

// within finds a number that is out of its bounds.
func (f *findings) within(user, what string, is, low, high int64) {
	switch {
	case is < low:
		f.add(user, what, strconv.FormatInt(is, 10), fmt.Sprintf("at least %d", low))
	case is > high:
		f.add(user, what, strconv.FormatInt(is, 10), fmt.Sprintf("at most %d", high))
	}
}

// tally is what a room's rows say.
type tally struct {
	Rows     int64  `db:"row_count"`
	Posts    int64  `db:"posts"`
	LastSeq  int64  `db:"last_seq"`
	LastRev  int64  `db:"last_rev"`
	Early    int64  `db:"early"`  // last changed before they were made, or without a place
	Spoken   int64  `db:"spoken"` // tombstones that still say something
	Last     string `db:"last"`
	BadReply int64  `db:"bad_reply"` // replies to what is not there
	SameSeq  int64  `db:"same_seq"`
	SameRev  int64  `db:"same_rev"`
	SameID   int64  `db:"same_id"` // client ids that an author used twice
	Strays   int64  `db:"strays"`  // reactions to tombstones
	Doubled  int64  `db:"doubled"` // reactions that somebody gave twice
	SameKey  int64  `db:"same_key"`
}

// Conditions on a message c and on a reaction x.
const (
	ofRoom     = "c.[[room]] = {:room}"
	isEarly    = "(c.[[rev]] < c.[[seq]] OR c.[[seq]] < 1)"
	isSpoken   = "(c.[[deleted]] != '' AND (c.[[body]] != '' OR COALESCE(c.[[event]], 'null') NOT IN ('', 'null')))"
	isBadReply = "(c.[[reply_to]] != '' AND NOT EXISTS (SELECT 1 FROM {{" + Messages + "}} q WHERE q.[[id]] = c.[[reply_to]] AND q.[[room]] = c.[[room]]))"
	isSameID   = "(c.[[client_id]] != '' AND c.[[author]] != '' AND EXISTS (SELECT 1 FROM {{" + Messages + "}} o WHERE o.[[room]] = c.[[room]] " +
		"AND o.[[author]] = c.[[author]] AND o.[[client_id]] = c.[[client_id]] AND o.[[client_id]] != '' AND o.[[author]] != '' AND o.[[rowid]] < c.[[rowid]]))"
	isStray   = "c.[[deleted]] != ''"
	isDoubled = "EXISTS (SELECT 1 FROM {{" + Reactions + "}} y WHERE y.[[message]] = x.[[message]] AND y.[[user]] = x.[[user]] " +
		"AND y.[[emoji]] = x.[[emoji]] AND y.[[rowid]] < x.[[rowid]])"
	reactionsOf = "{{" + Messages + "}} c CROSS JOIN {{" + Reactions + "}} x ON x.[[message]] = c.[[id]] WHERE " + ofRoom
)

// sameOf counts the values of a column that several messages of a room have, in
// the order of an index.
func sameOf(column string) string {
	return "(SELECT COUNT(*) FROM (SELECT 1 FROM {{" + Messages + "}} c WHERE " + ofRoom + " GROUP BY c.[[" + column + "]] HAVING COUNT(*) > 1))"
}

var tallied = "SELECT COUNT(*) [[row_count]], COALESCE(SUM(c.[[kind]] = 'text'), 0) [[posts]], COALESCE(MAX(c.[[seq]]), 0) [[last_seq]], " +
	"COALESCE(MAX(c.[[rev]]), 0) [[last_rev]], COALESCE(SUM(" + isEarly + "), 0) [[early]], COALESCE(SUM(" + isSpoken + "), 0) [[spoken]], " +
	"COALESCE(SUM(" + isBadReply + "), 0) [[bad_reply]], COALESCE(SUM(" + isSameID + "), 0) [[same_id]], " +
	sameOf(FieldSeq) + " [[same_seq]], " + sameOf(FieldRev) + " [[same_rev]], " +
	"COALESCE((SELECT c.[[id]] FROM {{" + Messages + "}} c WHERE " + ofRoom + " ORDER BY c.[[seq]] DESC LIMIT 1), '') [[last]], " +
	"(SELECT COUNT(*) FROM " + reactionsOf + " AND " + isStray + ") [[strays]], " +
	"(SELECT COUNT(*) FROM " + reactionsOf + " AND " + isDoubled + ") [[doubled]], " +
	"(SELECT COUNT(*) FROM {{" + Rooms + "}} o JOIN {{" + Rooms + "}} r ON r.[[id]] = {:room} WHERE o.[[direct_key]] = r.[[direct_key]] AND o.[[direct_key]] != '' AND o.[[id]] != r.[[id]]) [[same_key]] " +
	"FROM {{" + Messages + "}} c WHERE " + ofRoom

// Recount compares every counter and cursor of a room and of its members with
// the rows. They are as they are in one moment where app is a snapshot's or a
// transaction's. It is chat.ErrNoRoom for one that is gone or going.
func Recount(app core.App, id string) ([]Difference, error) {
	room, rows, members, err := readRoom(app, id)
	if err != nil {
		return nil, err
	}
	f := &findings{room: id}
	purged := room.PurgedRev > 0 // then rows are missing, and counters only bound them
	counter := func(what string, is, counted int64) {
		if is < counted || !purged {
			f.equal("", what, is, counted)
		}
	}
	counter(FieldPosts, room.Posts, rows.Posts)
	counter(FieldLastSeq, room.LastSeq, rows.LastSeq)
	counter(FieldRev, room.Rev, rows.LastRev)
	f.within("", FieldPurgedRev, room.PurgedRev, 0, max(room.Rev, rows.LastRev))
	f.within("", FieldLastSeq, room.LastSeq, 0, max(room.Rev, rows.LastRev))
	f.equal("", FieldMembers, room.Members, int64(len(members)))
	f.none("places (seq) that several messages have", rows.SameSeq)
	f.none("revisions that several messages have", rows.SameRev)
	f.none("messages with a rev before their seq", rows.Early)
	f.none("client ids that an author used again", rows.SameID)
	f.none("deleted messages that still say something", rows.Spoken)
	f.none("replies to messages that are not there", rows.BadReply)
	f.none("reactions to deleted messages", rows.Strays)
	f.none("reactions given twice", rows.Doubled)
	if room.LastMessage != rows.Last {
		f.add("", FieldLastMessage, quoted(room.LastMessage), quoted(rows.Last))
	}
	if room.LastActivity.IsZero() {
		f.add("", FieldLastActivity, "empty", "a time")
	}
	recountPair(f, room, rows, members)
	recountRoles(f, room, members)
	return f.all, recountMarks(app, f, room, rows, members)
}

func readRoom(app core.App, id string) (room Room, rows tally, members []Member, err error) {
	if room, err = FindRoom(app, id); err == nil && room.Closed {
		err = chat.ErrNoRoom
	}
	if err == nil {
		err = app.DB().NewQuery(tallied).Bind(dbx.Params{"room": id}).One(&rows)
	}
	if err == nil {
		members, err = AllMembers(app, id)
	}
	return room, rows, members, err
}

func quoted(id string) string {
	if id == "" {
		return "empty"
	}
	return id
}

// recountPair holds that two people have one direct room.
func recountPair(f *findings, room Room, rows tally, members []Member) {
	if room.Type != chat.Direct {
		if room.DirectKey != "" {
			f.add("", FieldDirectKey, room.DirectKey, "empty, since it is a group")
		}
		return
	}
	first, second := room.Pair()
	if first == "" || second == "" || chat.DirectKey(first, second) != room.DirectKey {
		found := f.add("", FieldDirectKey, quoted(room.DirectKey), "the ids of its two people")
		if pairOf(members) == "" {
			found.Hint = "Nobody can tell whose room it is. Delete its record, or write the two ids there, sorted and joined by a colon"
		}
		return
	}
	if rows.SameKey == 0 {
		return
	}
	found := f.add("", "other rooms of the same two people", strconv.FormatInt(rows.SameKey, 10), "0")
	if rows.Rows > 0 {
		found.Hint = "Several have messages: keep one, and delete the record of the other"
	}
}

// pairOf is the key of two members, "" where there are not two.
func pairOf(members []Member) string {
	if len(members) != 2 || members[0].User == members[1].User {
		return ""
	}
	return chat.DirectKey(members[0].User, members[1].User)
}

// beingMade is how long a room may wait for its first member: a host may make
// the two one after the other.
const beingMade = time.Hour

func recountRoles(f *findings, room Room, members []Member) {
	seats, owners := map[string]int{}, 0
	for _, member := range members {
		seats[member.User]++
		if seats[member.User] == 2 {
			f.add(member.User, "places", "more than one", "1")
		}
		switch {
		case room.Type == chat.Direct && member.Role != chat.Member:
			f.add(member.User, FieldRole, quoted(string(member.Role)), string(chat.Member))
		case member.Role == chat.Owner:
			owners++
		case member.Role != chat.Admin && member.Role != chat.Member:
			f.add(member.User, FieldRole, quoted(string(member.Role)), string(chat.Member))
		}
	}
	switch {
	case len(members) == 0 && time.Since(room.Created.Time()) < beingMade:
	case len(members) == 0:
		f.add("", "people", "0", "1 at least").Hint = "chat purge removes a room that nobody is in"
	case room.Type == chat.Group && owners == 0:
		f.add("", "owners", "0", "1 at least")
	}
}
