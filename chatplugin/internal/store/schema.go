package store

import (
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/dbutils"
)

// shape is what the module needs of a collection.
type shape struct {
	name    string
	fields  []string
	indexes []index
}

// index is one that a query or a rule counts on. They are known by what they
// cover, since another name serves as well.
type index struct {
	unique  bool
	columns string
}

var shapes = []shape{
	{Rooms, []string{
		FieldType, FieldName, FieldDescription, FieldAvatar, FieldMembers, FieldPosts, FieldLastActivity, FieldRev, FieldMembersRev,
		FieldLastSeq, FieldLastMessage, FieldClosed, FieldDirectKey, FieldPurgedRev, FieldCreated, FieldUpdated,
	}, []index{{true, FieldDirectKey}, {false, FieldClosed}, {false, FieldUpdated}}},
	{Members, []string{
		FieldRoom, FieldUser, FieldRole, FieldReadRev, FieldReadPosts, FieldClearedRev, FieldJoinedRev, FieldHidden, FieldNotify,
		FieldPinned, FieldCreated, FieldUpdated,
	}, []index{{true, FieldRoom + "," + FieldUser}, {false, FieldUser + "," + FieldRoom}}},
	{Messages, []string{
		FieldRoom, FieldAuthor, FieldBody, FieldFiles, FieldKind, FieldEdited, FieldDeleted, FieldSeq, FieldRev, FieldClientID,
		FieldEvent, FieldReplyTo, FieldCreated, FieldUpdated,
	}, []index{
		{true, FieldRoom + "," + FieldSeq}, {false, FieldRoom + "," + FieldRev}, {true, FieldRoom + "," + FieldAuthor + "," + FieldClientID},
		{false, FieldAuthor}, {false, FieldReplyTo},
	}},
	{Reactions, []string{FieldMessage, FieldUser, FieldEmoji, FieldCreated, FieldUpdated},
		[]index{{true, FieldMessage + "," + FieldUser + "," + FieldEmoji}, {false, FieldUser}}},
}

const (
	restoreHint = "Stop the server and restore a backup: without it the chat does not work"
	migrateHint = "Run the migrations by starting the server; if it stays, restore a backup"
)

// CheckSchema compares the collections with what the module needs of them.
// Whether whole is false, nothing else can be looked at.
func CheckSchema(app core.App) (found []Difference, whole bool, err error) {
	f := &findings{}
	whole = true
	for _, need := range shapes {
		collection, err := app.FindCollectionByNameOrId(need.name)
		if err != nil {
			f.add("", "collection "+need.name, "missing", "there").Hint = restoreHint
			whole = false
			continue
		}
		columns, err := app.TableColumns(need.name)
		if err != nil {
			return nil, false, err
		}
		for _, field := range need.fields {
			if collection.Fields.GetByName(field) == nil || !slices.Contains(columns, field) {
				f.add("", "field "+need.name+"."+field, "missing", "there").Hint = migrateHint
				whole = false
			}
		}
		there, err := app.TableIndexes(need.name)
		if err != nil {
			return nil, false, err
		}
		for _, index := range need.indexes {
			if !index.among(there) {
				found := f.add("", "index of "+need.name+" by "+index.columns, "missing", "there")
				if index.statement(collection) == "" {
					found.Hint = migrateHint
				}
			}
		}
	}
	return f.all, whole, nil
}

func (i index) is(statement string) bool {
	parsed := dbutils.ParseIndex(statement)
	var columns []string
	for _, column := range parsed.Columns {
		columns = append(columns, column.Name)
	}
	return strings.Join(columns, ",") == i.columns && parsed.Unique == i.unique
}

func (i index) among(there map[string]string) bool {
	for _, statement := range there {
		if i.is(statement) {
			return true
		}
	}
	return false
}

// statement is how the collection says that the index is made, "" where it
// knows nothing of it.
func (i index) statement(collection *core.Collection) string {
	for _, statement := range collection.Indexes {
		if i.is(statement) {
			return statement
		}
	}
	return ""
}

// MendIndexes makes the indexes that the collections name and the database does
// not have, and answers those that could not be made, with the reason: as long as
// rows are doubled a unique one cannot.
func MendIndexes(app core.App) (left []Difference, err error) {
	f := &findings{}
	for _, need := range shapes {
		collection, err := app.FindCollectionByNameOrId(need.name)
		if err != nil {
			continue
		}
		there, err := app.TableIndexes(need.name)
		if err != nil {
			return nil, err
		}
		for _, index := range need.indexes {
			statement := index.statement(collection)
			if statement == "" || index.among(there) {
				continue
			}
			if _, err := app.NonconcurrentDB().NewQuery(statement).Execute(); err != nil {
				f.add("", "index of "+need.name+" by "+index.columns, "missing", "there").Hint = "It cannot be made: " + err.Error()
			}
		}
	}
	return f.all, nil
}

// CheckFile lets SQLite look through its own file.
func CheckFile(app core.App) ([]Difference, error) {
	var said []string
	if err := app.DB().NewQuery("PRAGMA quick_check(5)").Column(&said); err != nil {
		return nil, err
	}
	f := &findings{}
	for _, line := range said {
		if line != "ok" {
			f.add("", "the database file", line, "ok").Hint = "Stop the server and restore a backup"
		}
	}
	return f.all, nil
}
