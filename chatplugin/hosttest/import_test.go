package hosttest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

var ours = []string{"chat_rooms", "chat_members", "chat_messages", "chat_reactions", "chat_people"}

// export is what "Export collections" of the admin UI saves to a file.
func export(t *testing.T, root *chattest.Client) []map[string]any {
	t.Helper()
	got := root.Get("/api/collections?perPage=500&skipTotal=1")
	var page struct{ Items []map[string]any }
	if err := json.Unmarshal([]byte(got.Body), &page); err != nil || len(page.Items) == 0 {
		t.Fatalf("%v: %d %s", err, got.Status, got.Body)
	}
	return page.Items
}

func imported(root *chattest.Client, collections []map[string]any, deleteMissing bool) chattest.Answer {
	return root.JSON(http.MethodPut, "/api/collections/import", map[string]any{"collections": collections, "deleteMissing": deleteMissing})
}

// without is an export in which some collections do not stand.
func without(all []map[string]any, names ...string) (rest []map[string]any) {
	for _, collection := range all {
		left := false
		for _, name := range names {
			left = left || collection["name"] == name
		}
		if !left {
			rest = append(rest, collection)
		}
	}
	return rest
}

// schema is all that the database knows of our collections, by name. The ids of
// a view's fields are made anew with each save.
func schema(t *testing.T, app core.App) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range ours {
		collection, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		collection.Updated, collection.Created = types.DateTime{}, types.DateTime{}
		raw, err := json.Marshal(collection)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = clones.ReplaceAllString(string(raw), "_clone")
	}
	return all
}

var clones = regexp.MustCompile(`_clone_\w+`)

func same(t *testing.T, before, after map[string]string) {
	t.Helper()
	for name := range before {
		if before[name] != after[name] {
			t.Errorf("%s changed from\n%s\nto\n%s", name, before[name], after[name])
		}
	}
}

// works holds that two people can still talk, by page and by REST.
func works(t *testing.T, app *chattest.App, room string, ann, bob *core.Record, said string) {
	t.Helper()
	socket := app.Client(bob).Socket("/ws/chat/" + room + "/")
	rev := socket.Synced()
	if got := app.Client(ann).Post("/chat/"+room+"/send/", chattest.Form("body", said)); got.Status != 200 {
		t.Errorf("sending: %d %s", got.Status, got.Body)
	}
	if got := socket.WaitType("message"); got.Int("rev") != rev+1 {
		t.Errorf("heard of revision %d after %d", got.Int("rev"), rev)
	}
	if got := app.Client(bob).Get("/chat/" + room + "/"); got.Status != 200 || !strings.Contains(got.Body, said) {
		t.Errorf("the page: %d", got.Status)
	}
	if got := app.Client(bob).Get("/api/collections/chat_people/records"); !strings.Contains(got.Body, `"name":"Ann"`) {
		t.Errorf("chat_people: %d %s", got.Status, got.Body)
	}
}

func TestCollectionsAreImported(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	root := app.WithToken(app.Superuser())
	ann, bob := app.User("Ann"), app.User("Bob")
	room := app.Direct(ann, bob)
	app.Message(room, ann, "from before")
	before, all := schema(t, app), export(t, root)

	own := core.NewBaseCollection("own")
	if err := app.Save(own); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name          string
		collections   []map[string]any
		deleteMissing bool
		status        int
	}{
		{"as it was exported", all, false, 204},
		{"without ours", without(all, ours...), false, 204},
		{"as it was exported, missing ones deleted", all, true, 204},
		{"without ours, missing ones deleted", without(all, ours...), true, 204},
		{"with the view alone, missing ones deleted", without(all, ours[:4]...), true, 204},
		{"with fields gone, missing ones deleted", stripped(t, all, "chat_messages"), true, 204},
		{"with other rules", opened(t, all, "chat_messages"), false, 400},
		{"with another name", renamed(t, all, "chat_rooms"), false, 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := imported(root, test.collections, test.deleteMissing)
			if got.Status != test.status {
				t.Errorf("answered %d %s, want %d", got.Status, got.Body, test.status)
			}
			same(t, before, schema(t, app))
			works(t, app, room, ann, bob, test.name)
		})
	}
	if _, err := app.FindCollectionByNameOrId("own"); err == nil {
		t.Error("premise: nothing was ever deleted as missing")
	}
}

// change copies an export with one of its collections changed.
func change(t *testing.T, all []map[string]any, name string, do func(map[string]any)) []map[string]any {
	t.Helper()
	raw, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var copied []map[string]any
	if err := json.Unmarshal(raw, &copied); err != nil {
		t.Fatal(err)
	}
	for _, collection := range copied {
		if collection["name"] == name {
			do(collection)
		}
	}
	return copied
}

func stripped(t *testing.T, all []map[string]any, name string) []map[string]any {
	return change(t, all, name, func(c map[string]any) { c["fields"] = c["fields"].([]any)[:1] })
}

func opened(t *testing.T, all []map[string]any, name string) []map[string]any {
	return change(t, all, name, func(c map[string]any) { c["listRule"] = "" })
}

func renamed(t *testing.T, all []map[string]any, name string) []map[string]any {
	return change(t, all, name, func(c map[string]any) { c["name"] = "chatter_rooms" })
}

// What one application exported another takes: the ids are the same everywhere.
func TestCollectionsMoveToAnotherApplication(t *testing.T) {
	from := chattest.NewApp(t, chatplugin.Config{}).Serve()
	to := chattest.NewApp(t, chatplugin.Config{}).Serve()
	all := export(t, from.WithToken(from.Superuser()))
	root := to.WithToken(to.Superuser())
	for _, deleteMissing := range []bool{false, true} {
		if got := imported(root, all, deleteMissing); got.Status != 204 {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		ann, bob := to.User("Ann"), to.User("Bob")
		works(t, to, to.Direct(ann, bob), ann, bob, "hello")
	}
	same(t, schema(t, from), schema(t, to))
}

// The admin UI cannot take the floor away under the chat.
func TestCollectionsStay(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	root := app.WithToken(app.Superuser())
	before := schema(t, app)
	for _, name := range ours {
		if got := root.Do(http.MethodDelete, "/api/collections/"+name, nil); got.Status != 400 {
			t.Errorf("deleting %s: %d %s", name, got.Status, got.Body)
		}
		if got := root.JSON(http.MethodPatch, "/api/collections/"+name, map[string]any{"name": name + "_old"}); got.Status != 400 {
			t.Errorf("renaming %s: %d %s", name, got.Status, got.Body)
		}
		if got := root.JSON(http.MethodPatch, "/api/collections/"+name, map[string]any{"listRule": ""}); got.Status != 400 {
			t.Errorf("opening %s: %d %s", name, got.Status, got.Body)
		}
	}
	if got := root.Do(http.MethodDelete, "/api/collections/users", nil); got.Status != 400 {
		t.Errorf("deleting the people: %d %s", got.Status, got.Body)
	}
	same(t, before, schema(t, app))
}
