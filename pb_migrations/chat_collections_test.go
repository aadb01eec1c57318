package pb_migrations

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"
)

func newApp(t *testing.T) *tests.TestApp {
	t.Helper()
	app, err := tests.NewTestApp(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(app.Cleanup)
	return app
}

// runner is what `migrate up` and `migrate down` use, with a host's own
// migrations among ours.
func runner(app core.App, host ...*core.Migration) *core.MigrationsRunner {
	list := core.MigrationsList{}
	list.Copy(core.AppMigrations)
	for _, migration := range host {
		list.Add(migration)
	}
	return core.NewMigrationsRunner(app, list)
}

// ours is how many migrations are ours: what runner knows without a host's.
func ours() int { return len(core.AppMigrations.Items()) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// schema is all that the database knows of our collections.
func schema(t *testing.T, app core.App) string {
	t.Helper()
	var lines []string
	for _, query := range []string{
		"SELECT name || ' ' || COALESCE(sql, '') FROM sqlite_master WHERE tbl_name LIKE 'chat_%'",
		"SELECT id || name || system || type || fields || indexes || COALESCE(listRule, '-') || COALESCE(viewRule, '-') || COALESCE(createRule, '-') || " +
			"COALESCE(updateRule, '-') || COALESCE(deleteRule, '-') FROM _collections WHERE name LIKE 'chat_%'",
	} {
		var found []string
		must(t, app.DB().NewQuery(query).Column(&found))
		lines = append(lines, found...)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func exists(app core.App, name string) bool {
	_, err := app.FindCollectionByNameOrId(name)
	return err == nil
}

func TestUpDownUp(t *testing.T) {
	app := newApp(t)
	first := schema(t, app)
	for _, name := range chatCollections {
		if !exists(app, name) {
			t.Fatalf("premise: %s was not made", name)
		}
	}
	reverted, err := runner(app).Down(ours())
	must(t, err)
	if len(reverted) != ours() || schema(t, app) != "" {
		t.Fatalf("after down of %v there is left:\n%s", reverted, schema(t, app))
	}
	if !exists(app, "users") {
		t.Error("the host's users are gone")
	}
	applied, err := runner(app).Up()
	must(t, err)
	if second := schema(t, app); len(applied) != ours() || second != first {
		t.Errorf("up after down (%v) made\n%s\nat first it was\n%s", applied, second, first)
	}
}

func TestUpTwiceChangesNothing(t *testing.T) {
	app := newApp(t)
	collection, err := app.FindCollectionByNameOrId("chat_rooms")
	must(t, err)
	rule := "@request.auth.id = 'nobody'"
	collection.ListRule = &rule // an operator knows better
	must(t, app.SaveNoValidate(collection))
	first := schema(t, app)
	must(t, upChatCollections(app))
	if second := schema(t, app); second != first {
		t.Errorf("the second up changed\n%s\nto\n%s", first, second)
	}
}

func TestDownKeepsData(t *testing.T) {
	app := newApp(t)
	collection, err := app.FindCollectionByNameOrId("chat_rooms")
	must(t, err)
	room := core.NewRecord(collection)
	room.Load(map[string]any{"type": "group", "name": "Precious"})
	must(t, app.Save(room))
	first := schema(t, app)
	_, err = runner(app).Down(ours())
	must(t, err)
	if second := schema(t, app); second != first {
		t.Errorf("down changed\n%s\nto\n%s", first, second)
	}
	_, err = runner(app).Up()
	must(t, err)
	if _, err := app.FindRecordById("chat_rooms", room.Id); err != nil {
		t.Errorf("the room: %v", err)
	}
	must(t, app.Delete(room)) // asked for: emptied first
	_, err = runner(app).Down(ours())
	must(t, err)
	if exists(app, "chat_rooms") {
		t.Error("down kept empty collections")
	}
}

func TestBesideAHostsMigrations(t *testing.T) {
	app := newApp(t)
	_, err := runner(app).Down(ours())
	must(t, err)
	migration := func(name string, chats bool) *core.Migration {
		return &core.Migration{File: name, Up: func(app core.App) error {
			collection := core.NewBaseCollection("host_" + strings.Split(name, "_")[1][:3])
			collection.Fields.Add(&core.TextField{Name: "title"})
			if chats { // a host may point at a room
				rooms, err := app.FindCollectionByNameOrId("chat_rooms")
				if err != nil {
					return err
				}
				collection.Fields.Add(&core.RelationField{Name: "room", CollectionId: rooms.Id, MaxSelect: 1})
			}
			return app.Save(collection)
		}}
	}
	early, late := migration("1600000000_before.go", false), migration("1900000000_after.go", true)
	applied, err := runner(app, late, early).Up()
	must(t, err)
	if len(applied) != 2+ours() || !exists(app, "host_bef") || !exists(app, "host_aft") || !exists(app, "chat_rooms") {
		t.Fatalf("applied %v", applied)
	}
	for _, one := range core.AppMigrations.Items() {
		if !strings.Contains(one.File, "chat") {
			t.Errorf("%s could be a host's name, and would then be skipped in silence", one.File)
		}
	}
	// Down of what a host's collection points at is refused whole.
	before := schema(t, app)
	if err := app.RunInTransaction(downChatCollections); err == nil {
		t.Error("the rooms went, and a host's collection points at them")
	}
	must(t, app.ReloadCachedCollections())
	if after := schema(t, app); after != before {
		t.Errorf("refused, and yet\n%s\nbecame\n%s", before, after)
	}
}

func TestAHostsOwnCollectionIsLeftAlone(t *testing.T) {
	for _, name := range chatCollections {
		t.Run(name, func(t *testing.T) {
			app := newApp(t)
			_, err := runner(app).Down(ours())
			must(t, err)
			own := core.NewBaseCollection(name)
			own.Fields.Add(&core.TextField{Name: "topic"})
			must(t, app.Save(own))
			before := schema(t, app)
			_, err = runner(app).Up()
			if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "rename it") {
				t.Errorf("answered %v", err)
			}
			if after := schema(t, app); after != before {
				t.Errorf("the host's collection changed from\n%s\nto\n%s", before, after)
			}
		})
	}
}

// A host without the usual users collection gets relations to its own.
func TestOtherUsers(t *testing.T) {
	app := newApp(t)
	_, err := runner(app).Down(ours())
	must(t, err)
	users, err := app.FindCollectionByNameOrId("users")
	must(t, err)
	must(t, app.Delete(users))
	people := core.NewAuthCollection("people")
	must(t, app.Save(people))
	_, err = runner(app).Up()
	must(t, err)
	members, err := app.FindCollectionByNameOrId("chat_members")
	must(t, err)
	if field := members.Fields.GetByName("user").(*core.RelationField); field.CollectionId != people.Id {
		t.Errorf("members point at %s", field.CollectionId)
	}
}

func TestEverythingIsSystem(t *testing.T) {
	app := newApp(t)
	for _, name := range chatCollections {
		collection, err := app.FindCollectionByNameOrId(name)
		must(t, err)
		if !collection.System {
			t.Errorf("%s can be renamed and dropped", name)
		}
		for _, field := range collection.Fields {
			if !field.GetSystem() {
				t.Errorf("%s.%s can be renamed and dropped", name, field.GetName())
			}
		}
	}
}

// The admin UI shows a record by its presentable fields, and tells an operator
// what to know of each field.
func TestOperatorsCanReadThem(t *testing.T) {
	app := newApp(t)
	for _, name := range chatCollections {
		collection, err := app.FindCollectionByNameOrId(name)
		must(t, err)
		presentable := 0
		for _, field := range collection.Fields {
			raw, err := json.Marshal(field)
			must(t, err)
			var shown struct {
				Help        string
				Presentable bool
			}
			must(t, json.Unmarshal(raw, &shown))
			if shown.Presentable {
				presentable++
			}
			if named := []string{"id", "created", "updated", "files"}; shown.Help == "" && !slices.Contains(named, field.GetName()) {
				t.Errorf("%s.%s says nothing about itself", name, field.GetName())
			}
		}
		if presentable == 0 {
			t.Errorf("a relation to %s shows ids", name)
		}
	}
}

// The same people cannot have two direct rooms, a message one place twice, nor
// a client id two messages, whatever writes the rows.
func TestUniqueness(t *testing.T) {
	app := newApp(t)
	row := func(table string, cells map[string]any) error {
		_, err := app.NonconcurrentDB().Insert(table, dbx.Params(cells)).Execute()
		return err
	}
	tests := []struct {
		name, table string
		cells       map[string]any
		twice       bool
	}{
		{"direct key", "chat_rooms", map[string]any{"direct_key": "a:b"}, false},
		{"no direct key", "chat_rooms", map[string]any{"direct_key": ""}, true},
		{"a place", "chat_members", map[string]any{"room": "r", "user": "u"}, false},
		{"a seq", "chat_messages", map[string]any{"room": "r", "seq": 1}, false},
		{"a client id", "chat_messages", map[string]any{"room": "s", "author": "a", "client_id": "c"}, false},
		{"no client id", "chat_messages", map[string]any{"room": "t", "author": "a", "client_id": ""}, true},
		{"a client id of nobody", "chat_messages", map[string]any{"room": "u", "author": "", "client_id": "c"}, true},
		{"a reaction", "chat_reactions", map[string]any{"message": "m", "user": "u", "emoji": "e"}, false},
	}
	for i, test := range tests {
		for n := range 2 {
			cells := map[string]any{"id": fmt.Sprintf("row%012d", i*10+n)}
			if _, ok := test.cells["seq"]; !ok && test.table == "chat_messages" {
				cells["seq"] = n + 1
			}
			for name, value := range test.cells {
				cells[name] = value
			}
			if err := row(test.table, cells); (err == nil) != (n == 0 || test.twice) {
				t.Errorf("%s, row %d: %v", test.name, n+1, err)
			}
		}
	}
}
