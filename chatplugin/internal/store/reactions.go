package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Reaction is one emoji on a message: how many people gave it, and the first of
// them. Whoever asks about somebody beyond these asks MyReactions.
type Reaction struct {
	Emoji string   `json:"emoji"`
	Count int      `json:"count"`
	Users []string `json:"users"`
}

// ReactionUsers is how many people a reaction names at most, as far as their ids
// are as long as PocketBase's.
const ReactionUsers = 20

// idsLength is how much is read of the ids of one emoji's people.
const idsLength = ReactionUsers * 16

// reactionsColumn gathers what is on a message c, in the order of first use. The
// unique index covers all of it, rowid included, so a message that nobody reacted
// to costs one look.
var reactionsColumn = fmt.Sprintf("(SELECT json_group_array(json_array(g.[[emoji]], g.[[n]], g.[[users]])) FROM ("+
	"SELECT r.[[emoji]] [[emoji]], COUNT(*) [[n]], SUBSTR(group_concat(r.[[user]], ' ' ORDER BY r.[[rowid]]), 1, %d) [[users]] "+
	"FROM {{"+Reactions+"}} r WHERE r.[[message]] = c.[[id]] GROUP BY r.[[emoji]] ORDER BY MIN(r.[[rowid]])) g) [[reacted]]", idsLength+1)

// Reactions reads what people put on the message, in the order of first use.
func (m Message) Reactions() []Reaction {
	var rows [][3]any
	if len(m.Reacted) <= len("[]") || json.Unmarshal([]byte(m.Reacted), &rows) != nil {
		return nil
	}
	reactions := make([]Reaction, 0, len(rows))
	for _, row := range rows {
		emoji, _ := row[0].(string)
		count, _ := row[1].(float64)
		users, _ := row[2].(string)
		reactions = append(reactions, Reaction{Emoji: emoji, Count: int(count), Users: idsOf(users)})
	}
	return reactions
}

// idsOf are the ids of a list that may have been cut inside the last one.
func idsOf(list string) []string {
	ids := strings.Fields(list)
	if len(list) > idsLength && len(ids) > 0 {
		ids = ids[:len(ids)-1]
	}
	return ids
}

// Reactor is somebody who reacted, with what.
type Reactor struct {
	User  string `db:"user"`
	Emoji string `db:"emoji"`
}

// Reactors answers who reacted to a message, in the order in which they did.
func Reactors(app core.App, message string, limit int) (list []Reactor, err error) {
	err = reading(app, "SELECT [[user]], [[emoji]] FROM {{"+Reactions+"}} WHERE [[message]] = {:message} ORDER BY [[rowid]] LIMIT {:limit}", dbx.Params{"message": message, "limit": limit}).All(&list)
	return list, err
}

// FindReaction answers the record of somebody's emoji on a message, or nil.
func FindReaction(app core.App, message, user, emoji string) (*core.Record, error) {
	record := &core.Record{}
	err := app.RecordQuery(Reactions).AndWhere(dbx.HashExp{FieldMessage: message, FieldUser: user, FieldEmoji: emoji}).Limit(1).One(record)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return record, nil
}

// MyReactions answers the emoji that somebody put on a message.
func MyReactions(app core.App, message, user string) (emoji []string, err error) {
	err = reading(app, "SELECT [[emoji]] FROM {{"+Reactions+"}} WHERE [[message]] = {:message} AND [[user]] = {:user} ORDER BY [[rowid]]", dbx.Params{"message": message, "user": user}).Column(&emoji)
	return emoji, err
}

// OtherEmoji counts the different emoji on a message besides one.
func OtherEmoji(app core.App, message, emoji string) (n int, err error) {
	err = reading(app, "SELECT COUNT(DISTINCT [[emoji]]) FROM {{"+Reactions+"}} WHERE [[message]] = {:message} AND [[emoji]] != {:emoji}", dbx.Params{"message": message, "emoji": emoji}).Row(&n)
	return n, err
}
