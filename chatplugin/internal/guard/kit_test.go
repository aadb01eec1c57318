package guard_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/router"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/guard"
	"pocketchat/chatplugin/internal/store"
)

// house is an application with the people that the tests know by name. Ann owns
// every group, Adam is its admin, Bob and Carl are members; Eve is in none.
type house struct {
	*chattest.App
	t    testing.TB
	root string // a superuser's token

	ann, adam, bob, carl, eve *core.Record
}

func newHouse(t testing.TB, config chatplugin.Config) *house {
	t.Helper()
	return peopled(t, chattest.NewApp(t, config).Serve())
}

func peopled(t testing.TB, app *chattest.App) *house {
	t.Helper()
	h := &house{App: app, t: t}
	h.root = h.Superuser()
	h.ann, h.adam, h.bob, h.carl, h.eve = h.User("Ann"), h.User("Adam"), h.User("Bob"), h.User("Carl"), h.User("Eve")
	return h
}

// friends makes a group of the four with a message of Bob's in it.
func (h *house) friends(t testing.TB) (room string, message *core.Record) {
	t.Helper()
	room = h.Group("Friends", h.ann, h.adam, h.bob, h.carl)
	h.role(t, room, h.adam, chat.Admin)
	return room, h.Message(room, h.bob, "Hello")
}

func (h *house) role(t testing.TB, room string, user *core.Record, role chat.Role) {
	t.Helper()
	member := h.Member(room, user)
	member.Set(store.FieldRole, string(role))
	must(t, h.Save(guard.Quietly(member)))
}

// client is who asks: a user by name, "root" for a superuser, "" for a guest.
func (h *house) client(who string) *chattest.Client {
	switch who {
	case "root":
		return h.WithToken(h.root)
	case "":
		return h.Client(nil)
	}
	return h.Client(h.person(who))
}

func (h *house) person(who string) *core.Record {
	people := map[string]*core.Record{"ann": h.ann, "adam": h.adam, "bob": h.bob, "carl": h.carl, "eve": h.eve}
	return people[who]
}

func records(collection string, id ...string) string {
	return "/api/collections/" + collection + "/records" + strings.Join(append([]string{""}, id...), "/")
}

// statusOf is the status that an error of app.Save would have had over HTTP.
func statusOf(err error) int {
	var fields validation.Errors
	var api *router.ApiError
	switch refusal := chat.AsError(err); {
	case err == nil:
		return http.StatusOK
	case refusal != nil:
		return guard.Status(refusal.Code)
	case errors.As(err, &api):
		return api.Status
	case errors.As(err, &fields):
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// dump is all that the database holds of some rooms, for comparing: a change
// that was refused must have left nothing.
func (h *house) dump(t testing.TB, rooms ...string) string {
	t.Helper()
	var out strings.Builder
	for _, query := range []string{
		"SELECT * FROM chat_rooms WHERE id = {:room}",
		"SELECT * FROM chat_members WHERE room = {:room} ORDER BY id",
		"SELECT * FROM chat_messages WHERE room = {:room} ORDER BY id",
		"SELECT * FROM chat_reactions WHERE message IN (SELECT id FROM chat_messages WHERE room = {:room}) ORDER BY id",
		"SELECT (SELECT COUNT(*) FROM chat_rooms) rooms, (SELECT COUNT(*) FROM chat_members) members, " +
			"(SELECT COUNT(*) FROM chat_messages) messages, (SELECT COUNT(*) FROM chat_reactions) reactions, {:room} room",
	} {
		for _, room := range rooms {
			var rows []dbx.NullStringMap
			must(t, h.DB().NewQuery(query).Bind(dbx.Params{"room": room}).All(&rows))
			for _, row := range rows {
				var cells []string
				for name, cell := range row {
					cells = append(cells, name+"="+cell.String)
				}
				slices.Sort(cells)
				fmt.Fprintln(&out, cells)
			}
		}
	}
	return out.String()
}

func (h *house) room(t testing.TB, id string) store.Room {
	t.Helper()
	room, err := store.FindRoom(h, id)
	must(t, err)
	return room
}

func (h *house) count(t testing.TB, query string, params dbx.Params) int {
	t.Helper()
	var n int
	must(t, h.DB().NewQuery(query).Bind(params).Row(&n))
	return n
}

// recount compares every counter of a room and of its members with the rows.
func (h *house) recount(t testing.TB, id string) {
	t.Helper()
	room := h.room(t, id)
	params := dbx.Params{"room": id}
	want := map[string]int{
		"rev":      h.count(t, "SELECT COALESCE(MAX(rev), 0) FROM chat_messages WHERE room = {:room}", params),
		"last_seq": h.count(t, "SELECT COALESCE(MAX(seq), 0) FROM chat_messages WHERE room = {:room}", params),
		"posts":    h.count(t, "SELECT COUNT(*) FROM chat_messages WHERE room = {:room} AND kind = 'text'", params),
		"members":  h.count(t, "SELECT COUNT(*) FROM chat_members WHERE room = {:room}", params),
	}
	got := map[string]int{"rev": int(room.Rev), "last_seq": int(room.LastSeq), "posts": int(room.Posts), "members": int(room.Members)}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("the room says %s = %d, the rows %d", name, got[name], want[name])
		}
	}
	members, err := store.AllMembers(h, id)
	must(t, err)
	for _, member := range members {
		unread := h.count(t, "SELECT COUNT(*) FROM chat_messages WHERE room = {:room} AND kind = 'text' AND deleted = '' "+
			"AND author != {:user} AND seq > {:mark}", dbx.Params{"room": id, "user": member.User, "mark": member.ReadRev})
		if shown := int(room.Posts - member.ReadPosts); shown != unread {
			t.Errorf("%s is shown %d unread, the rows say %d (mark %d)", member.User, shown, unread, member.ReadRev)
		}
	}
}

// list is what a user's list shows: the unread count of each room.
func (h *house) list(t testing.TB, user *core.Record) map[string]int {
	t.Helper()
	listing, err := store.New(store.Users{Collection: "users", NameField: "name", Avatar: "avatar"}).
		List(h, store.ListQuery{Viewer: user.Id, Limit: 200})
	must(t, err)
	if listing.More {
		t.Fatal("the list is longer than the test reads")
	}
	shown := map[string]int{}
	for _, row := range listing.Rows {
		shown[row.ID] = int(row.Unread())
	}
	return shown
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tryForm and tryJSON are for goroutines, in which a test must not end.
func tryForm(c *chattest.Client, path string, form url.Values, extra ...string) (chattest.Answer, error) {
	extra = append([]string{"Content-Type", "application/x-www-form-urlencoded", "HX-Request", "true"}, extra...)
	return c.Try(http.MethodPost, path, strings.NewReader(form.Encode()), extra...)
}

func tryJSON(c *chattest.Client, method, path string, data any) (chattest.Answer, error) {
	content, err := json.Marshal(data)
	if err != nil {
		return chattest.Answer{}, err
	}
	return c.Try(method, path, bytes.NewReader(content), "Content-Type", "application/json")
}

// eventually waits for what goes on in the background.
func (h *house) eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(chattest.Patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came to be that %s", what)
		}
	}
}

func fileOf(t testing.TB, name, content string) *filesystem.File {
	t.Helper()
	file, err := filesystem.NewFileFromBytes([]byte(content), name)
	must(t, err)
	return file
}
