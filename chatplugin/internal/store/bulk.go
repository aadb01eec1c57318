package store

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// Bulk writes rows by the thousand into a transaction, past all hooks: for
// whoever has made sure by themselves that the counters fit. Statements are
// compiled once a transaction.
type Bulk struct {
	tx       core.App
	prepared map[string]*dbx.Query
}

// NewBulk begins a transaction of many rows by taking the write lock.
func NewBulk(tx core.App) (*Bulk, error) {
	return &Bulk{tx: tx, prepared: map[string]*dbx.Query{}}, TakeWriteLock(tx)
}

// TakeWriteLock makes a transaction a writing one before it has read anything,
// by an update that finds no row.
func TakeWriteLock(tx core.App) error {
	_, err := tx.NonconcurrentDB().NewQuery("UPDATE {{" + Rooms + "}} SET [[rev]] = [[rev]] WHERE [[id]] = ''").Execute()
	return err
}

// Close lets go of the statements.
func (b *Bulk) Close() error {
	var all error
	for _, query := range b.prepared {
		all = errors.Join(all, query.Close())
	}
	return all
}

func (b *Bulk) insert(table string, row dbx.Params) error {
	query, ok := b.prepared[table]
	if !ok {
		var columns, values []string
		for column := range row {
			columns = append(columns, "[["+column+"]]")
			values = append(values, "{:"+column+"}")
		}
		query = b.tx.NonconcurrentDB().NewQuery("INSERT INTO {{" + table + "}} (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")").Prepare()
		b.prepared[table] = query
	}
	_, err := query.Bind(row).Execute()
	return err
}

// Room writes a room as it is given.
func (b *Bulk) Room(r Room) error {
	created := r.Created.String()
	return b.insert(Rooms, dbx.Params{
		FieldID: r.ID, FieldType: string(r.Type), FieldName: r.Name, FieldDescription: r.Description, FieldAvatar: r.Avatar,
		FieldRev: r.Rev, FieldPosts: r.Posts, FieldMembers: r.Members, FieldMembersRev: r.MembersRev, FieldLastSeq: r.LastSeq,
		FieldLastMessage: r.LastMessage, FieldLastActivity: r.LastActivity.String(), FieldClosed: r.Closed,
		FieldDirectKey: r.DirectKey, FieldCreated: created, FieldUpdated: created,
	})
}

// Member writes a member as it is given.
func (b *Bulk) Member(m Member) error {
	created := m.Created.String()
	return b.insert(Members, dbx.Params{
		FieldID: m.ID, FieldRoom: m.Room, FieldUser: m.User, FieldRole: string(m.Role), FieldReadRev: m.ReadRev,
		FieldReadPosts: m.ReadPosts, FieldClearedRev: m.ClearedRev, FieldJoinedRev: m.JoinedRev, FieldHidden: m.Hidden,
		FieldNotify: m.Notify, FieldPinned: m.Pinned, FieldCreated: created, FieldUpdated: created,
	})
}

// Message writes a message as it is given, without files.
func (b *Bulk) Message(m Message) error {
	event := "null"
	if len(m.Event) > 0 {
		event = string(m.Event)
	}
	updated := m.Created
	for _, change := range []types.DateTime{m.Edited, m.Deleted} {
		if !change.IsZero() {
			updated = change
		}
	}
	return b.insert(Messages, dbx.Params{
		FieldID: m.ID, FieldRoom: m.Room, FieldAuthor: m.Author, FieldSeq: m.Seq, FieldRev: m.Rev, FieldKind: string(m.Kind),
		FieldBody: m.Body, FieldFiles: "[]", FieldReplyTo: m.ReplyTo, FieldClientID: m.ClientID, FieldEvent: event,
		FieldEdited: m.Edited.String(), FieldDeleted: m.Deleted.String(), FieldCreated: m.Created.String(), FieldUpdated: updated.String(),
	})
}

// Reaction writes that a user put an emoji to a message.
func (b *Bulk) Reaction(message, user, emoji string, at types.DateTime) error {
	return b.insert(Reactions, dbx.Params{
		FieldID: core.GenerateDefaultRandomId(), FieldMessage: message, FieldUser: user, FieldEmoji: emoji,
		FieldCreated: at.String(), FieldUpdated: at.String(),
	})
}

// Growth is what many messages at once add to a room.
type Growth struct {
	Revs, Posts, Members int64
	LastSeq              int64 // of the last message, counted from the room's revision before
	LastMessage          string
	At                   types.DateTime
}

// Grow allots a room the revisions of many messages in one statement, and
// answers the room as it is then: the revisions are the last of it.
func (b *Bulk) Grow(room string, g Growth) (Room, error) {
	return touchRoom(b.tx, room, "[[last_seq]] = [[rev]] + {:last_seq}, [[rev]] = [[rev]] + {:revs}, [[posts]] = [[posts]] + {:posts}, "+
		"[[members]] = [[members]] + {:members}, [[members_rev]] = [[members_rev]] + {:members}, "+
		"[[last_message]] = {:message}, [[last_activity]] = MAX([[last_activity]], {:at})",
		dbx.Params{"revs": g.Revs, "posts": g.Posts, "members": g.Members, "last_seq": g.LastSeq, "message": g.LastMessage, "at": g.At.String()})
}

// AllRead moves everybody's mark in a room to its end.
func (b *Bulk) AllRead(room Room) error {
	_, err := b.tx.NonconcurrentDB().NewQuery("UPDATE {{" + Members + "}} SET [[read_rev]] = {:rev}, [[read_posts]] = {:posts} WHERE [[room]] = {:room}").
		Bind(dbx.Params{"rev": room.Rev, "posts": room.Posts, "room": room.ID}).Execute()
	return err
}

// Mark sets somebody's read mark, and how many posts they have read with it.
func (b *Bulk) Mark(room, user string, rev, posts int64) error {
	_, err := b.tx.NonconcurrentDB().NewQuery("UPDATE {{" + Members + "}} SET [[read_rev]] = {:rev}, [[read_posts]] = {:posts} " +
		"WHERE [[room]] = {:room} AND [[user]] = {:user}").
		Bind(dbx.Params{"rev": rev, "posts": posts, "room": room, "user": user}).Execute()
	return err
}

// EmailsAt answers the addresses of users that end with a domain.
func (s *Store) EmailsAt(app core.App, domain string) (map[string]bool, error) {
	users, err := s.Users.columns(app)
	if err != nil {
		return nil, err
	}
	var found []string
	err = app.DB().NewQuery("SELECT LOWER([[" + core.FieldNameEmail + "]]) FROM {{" + users.table + "}} WHERE [[" + core.FieldNameEmail + "]] LIKE {:like} ESCAPE '\\'").
		Bind(dbx.Params{"like": "%@" + escapeLike(domain)}).Column(&found)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	taken := make(map[string]bool, len(found))
	for _, email := range found {
		taken[email] = true
	}
	return taken, err
}
