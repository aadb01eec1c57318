package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/migrated"
	"pocketchat/chatplugin/internal/store"
)

// desk is an application at whose command line the tests sit.
type desk struct {
	*chattest.App
	t testing.TB
}

func newDesk(t testing.TB, config chatplugin.Config) *desk {
	t.Helper()
	return &desk{chattest.NewApp(t, config), t}
}

// try runs a command and answers what it printed and said.
func (d *desk) try(ctx context.Context, args ...string) (out, said string, err error) {
	command := d.Chat.Command()
	var stdout, stderr bytes.Buffer
	command.SetOut(&stdout)
	command.SetErr(&stderr)
	command.SetArgs(args)
	err = command.ExecuteContext(ctx)
	return stdout.String(), stderr.String(), err
}

// run is try for what must go well.
func (d *desk) run(args ...string) string {
	d.t.Helper()
	out, said, err := d.try(context.Background(), args...)
	if err != nil || said != "" {
		d.t.Fatalf("chat %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return out
}

// agrees holds that every counter and cursor is what the rows say.
func (d *desk) agrees() {
	d.t.Helper()
	rooms, err := store.AllRooms(d)
	must(d.t, err)
	for _, room := range rooms {
		found, err := store.Recount(d, room)
		must(d.t, err)
		for _, difference := range found {
			d.t.Error(difference)
		}
	}
	people := store.New(store.Users{Collection: "users", NameField: "name", Avatar: "avatar"})
	for _, user := range d.column("SELECT id FROM users") {
		found, err := people.RecountLists(d, user)
		must(d.t, err)
		for _, difference := range found {
			d.t.Error(difference)
		}
	}
}

func (d *desk) column(query string) (values []string) {
	d.t.Helper()
	must(d.t, d.DB().NewQuery(query).Column(&values))
	return values
}

func (d *desk) count(query string) (n int) {
	d.t.Helper()
	must(d.t, d.DB().NewQuery(query).Row(&n))
	return n
}

func (d *desk) change(statement string, params dbx.Params) {
	d.t.Helper()
	for _, one := range strings.Split(statement, "; ") {
		_, err := d.NonconcurrentDB().NewQuery(one).Bind(params).Execute()
		must(d.t, err)
	}
}

// dump is all that the chat's tables and the users hold.
func (d *desk) dump() string {
	d.t.Helper()
	var out strings.Builder
	for _, table := range []string{store.Rooms, store.Members, store.Messages, store.Reactions, "users"} {
		var rows []dbx.NullStringMap
		must(d.t, d.DB().NewQuery("SELECT * FROM "+table+" ORDER BY id").All(&rows))
		for _, row := range rows {
			fmt.Fprintln(&out, table, row)
		}
	}
	return out.String()
}

// age makes a message as old as that.
func (d *desk) age(message *core.Record, age time.Duration) {
	d.t.Helper()
	at := time.Now().Add(-age).UTC().Format("2006-01-02 15:04:05.000Z")
	d.change("UPDATE chat_messages SET created = {:at}, deleted = CASE WHEN deleted = '' THEN '' ELSE {:at} END WHERE id = {:id}",
		dbx.Params{"at": at, "id": message.Id})
	d.change("UPDATE chat_rooms SET last_activity = {:at} WHERE last_message = {:id}", dbx.Params{"at": at, "id": message.Id})
}

// withFile sends a message with a file of that content.
func (d *desk) withFile(room string, author *core.Record, content string) *core.Record {
	d.t.Helper()
	file, err := filesystem.NewFileFromBytes([]byte(content), "note.txt")
	must(d.t, err)
	record, err := d.Chat.Send(chatplugin.Draft{Room: room, Author: author.Id, Body: "See below", Files: []*filesystem.File{file}})
	must(d.t, err)
	return record
}

// stored are the files that hold some content.
func (d *desk) stored(content string) (paths []string) {
	d.t.Helper()
	must(d.t, filepath.WalkDir(filepath.Join(d.DataDir(), "storage"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		found, err := os.ReadFile(path)
		if bytes.Contains(found, []byte(content)) {
			paths = append(paths, path)
		}
		return err
	}))
	return paths
}

// forget deletes a room for one member.
func (d *desk) forget(room string, users ...*core.Record) {
	d.t.Helper()
	for _, user := range users {
		member := d.Member(room, user)
		member.Set("cleared_rev", d.Rev(room))
		member.Set("hidden", true)
		must(d.t, d.Save(member))
	}
}

func (d *desk) gone(collection, id string) bool {
	_, err := d.FindRecordById(collection, id)
	return err != nil
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newBare is an app without the chat.
func newBare(t testing.TB) core.App {
	t.Helper()
	return migrated.App(t)
}
