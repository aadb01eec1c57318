package store

import (
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin/internal/chat"
)

// Message is a message's row as plain data, with what it replies to.
type Message struct {
	ID       string                  `db:"id"`
	Room     string                  `db:"room"`
	Author   string                  `db:"author"`
	Seq      int64                   `db:"seq"`
	Rev      int64                   `db:"rev"`
	Kind     chat.Kind               `db:"kind"`
	Body     string                  `db:"body"`
	Files    types.JSONArray[string] `db:"files"`
	ReplyTo  string                  `db:"reply_to"`
	ClientID string                  `db:"client_id"`
	Event    types.JSONRaw           `db:"event"`
	Edited   types.DateTime          `db:"edited"`
	Deleted  types.DateTime          `db:"deleted"`
	Created  types.DateTime          `db:"created"`

	// Of the message that this one replies to; QuoteSeq is 0 without one.
	QuoteSeq     int64  `db:"quote_seq"`
	QuoteAuthor  string `db:"quote_author"`
	QuoteBody    string `db:"quote_body"`
	QuoteDeleted string `db:"quote_deleted"`

	Reacted string `db:"reacted"` // as the query gathers it; Reactions reads it
}

// SystemEvent reads what a system message tells; zero when there is nothing.
func (m Message) SystemEvent() chat.Event {
	var event chat.Event
	_ = json.Unmarshal(m.Event, &event)
	return event
}

// quotedRunes is how much of a quoted message is read; messageColumns says it too.
const quotedRunes = 400

var messageColumns = "c.[[id]], c.[[room]], c.[[author]], c.[[seq]], c.[[rev]], c.[[kind]], c.[[body]], c.[[files]], c.[[reply_to]], " +
	"c.[[client_id]], c.[[event]], c.[[edited]], c.[[deleted]], c.[[created]], " +
	"COALESCE(q.[[seq]], 0) [[quote_seq]], COALESCE(q.[[author]], '') [[quote_author]], " +
	"COALESCE(SUBSTR(q.[[body]], 1, 400), '') [[quote_body]], COALESCE(q.[[deleted]], '') [[quote_deleted]], " + reactionsColumn

const messagesFrom = " FROM {{" + Messages + "}} c LEFT JOIN {{" + Messages + "}} q ON c.[[reply_to]] != '' AND q.[[id]] = c.[[reply_to]] "

// Before answers up to limit messages older than seq, oldest first, and
// whether still older ones exist. Only what lies after since is seen.
func Before(app core.App, room string, since, seq int64, limit int) (page []Message, older bool, err error) {
	err = reading(app, "SELECT "+messageColumns+messagesFrom+
		"WHERE c.[[room]] = {:room} AND c.[[seq]] < {:seq} AND c.[[seq]] > {:since} ORDER BY c.[[seq]] DESC LIMIT {:limit}", dbx.Params{"room": room, "seq": seq, "since": since, "limit": limit + 1}).All(&page)
	if len(page) > limit {
		page, older = page[:limit], true
	}
	reverse(page)
	return page, older, err
}

// From answers up to limit messages from seq on, oldest first, and whether
// newer ones exist.
func From(app core.App, room string, since, seq int64, limit int) (page []Message, newer bool, err error) {
	err = reading(app, "SELECT "+messageColumns+messagesFrom+
		"WHERE c.[[room]] = {:room} AND c.[[seq]] >= {:seq} AND c.[[seq]] > {:since} ORDER BY c.[[seq]] LIMIT {:limit}", dbx.Params{"room": room, "seq": seq, "since": since, "limit": limit + 1}).All(&page)
	if len(page) > limit {
		page, newer = page[:limit], true
	}
	return page, newer, err
}

// ChangedAfter answers the messages that changed after rev, in the order of
// rev, edits and deletions included, and whether there are more than limit.
func ChangedAfter(app core.App, room string, since, rev int64, limit int) (page []Message, more bool, err error) {
	err = reading(app, "SELECT "+messageColumns+messagesFrom+
		"WHERE c.[[room]] = {:room} AND c.[[rev]] > {:rev} AND c.[[seq]] > {:since} ORDER BY c.[[rev]] LIMIT {:limit}", dbx.Params{"room": room, "rev": rev, "since": since, "limit": limit + 1}).All(&page)
	if len(page) > limit {
		page, more = page[:limit], true
	}
	return page, more, err
}

// FindMessage answers a message of a room, or chat.ErrNoMessage.
func FindMessage(app core.App, room, id string) (Message, error) {
	var message Message
	err := reading(app, "SELECT "+messageColumns+messagesFrom+"WHERE c.[[id]] = {:id} AND c.[[room]] = {:room}", dbx.Params{"id": id, "room": room}).One(&message)
	if noRoom(err) == chat.ErrNoRoom {
		return message, chat.ErrNoMessage
	}
	return message, err
}

// FindByClientID answers the record that an author made with a client id in a
// room, or nil: a repeated one is the same message.
func FindByClientID(app core.App, room, author, clientID string) (*core.Record, error) {
	if clientID == "" || author == "" {
		return nil, nil
	}
	record := &core.Record{}
	// The last two conditions are the partial index's own, or it would not be used.
	err := app.RecordQuery(Messages).AndWhere(dbx.HashExp{FieldRoom: room, FieldAuthor: author, FieldClientID: clientID}).
		AndWhere(dbx.NewExp("[[client_id]] != '' AND [[author]] != ''")).Limit(1).One(record)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return record, nil
}

// RecentFiles answers the newest messages of a room that carry files.
func RecentFiles(app core.App, room string, since int64, limit int) (page []Message, err error) {
	err = reading(app, "SELECT "+messageColumns+messagesFrom+
		"WHERE c.[[room]] = {:room} AND c.[[seq]] > {:since} AND c.[[files]] != '[]' AND c.[[files]] != '' ORDER BY c.[[seq]] DESC LIMIT {:limit}", dbx.Params{"room": room, "since": since, "limit": limit}).All(&page)
	return page, err
}

func reverse(page []Message) {
	for i, j := 0, len(page)-1; i < j; i, j = i+1, j-1 {
		page[i], page[j] = page[j], page[i]
	}
}

// MessageOf is a message's record as plain data, without what it replies to.
func MessageOf(record *core.Record) Message {
	message := Message{
		ID: record.Id, Room: record.GetString(FieldRoom), Author: record.GetString(FieldAuthor),
		Seq: int64(record.GetInt(FieldSeq)), Rev: int64(record.GetInt(FieldRev)), Kind: chat.Kind(record.GetString(FieldKind)),
		Body: record.GetString(FieldBody), Files: record.GetStringSlice(FieldFiles), ReplyTo: record.GetString(FieldReplyTo),
		ClientID: record.GetString(FieldClientID), Edited: record.GetDateTime(FieldEdited), Deleted: record.GetDateTime(FieldDeleted),
		Created: record.GetDateTime(FieldCreated),
	}
	if event, ok := record.Get(FieldEvent).(types.JSONRaw); ok {
		message.Event = event
	}
	return message
}

// Replying is the message with what it replies to, as a query would answer it.
func (m Message) Replying(to Message) Message {
	body := []rune(to.Body)
	m.QuoteSeq, m.QuoteAuthor, m.QuoteBody = to.Seq, to.Author, string(body[:min(len(body), quotedRunes)])
	if !to.Deleted.IsZero() {
		m.QuoteDeleted = to.Deleted.String()
	}
	return m
}
