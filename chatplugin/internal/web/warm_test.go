package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// warm is somebody whose pages were all shown before, so that nothing of them is
// read or drawn unless it changed.
type warm struct {
	*chattest.App
	t             *testing.T
	ann, bob      *core.Record
	direct, group string
	hello         *core.Record // the last message of the group
	page          *chattest.Client
}

func newWarm(t *testing.T) *warm {
	t.Helper()
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	w := &warm{App: app, t: t, ann: app.User("Ann"), bob: app.User("Bob")}
	w.direct, w.group = app.Direct(w.ann, w.bob), app.Group("Friends", w.bob, w.ann)
	app.Message(w.direct, w.bob, "Just for you")
	app.Message(w.group, w.bob, "Long ago")
	w.hello = app.Message(w.group, w.bob, "Hello all")
	w.page = app.Browser(w.ann)
	return w
}

func (w *warm) list() string  { return "/chat/" }
func (w *warm) room() string  { return "/chat/" + w.group + "/" }
func (w *warm) other() string { return "/chat/" + w.direct + "/" }
func (w *warm) older() string { return "/chat/" + w.group + "/messages/?before=" + w.hello.Id }

func (w *warm) paths() []string {
	return []string{w.list(), "/chat/list-partial/", w.room(), w.other(), w.older(), "/chat/unread/?room=" + w.group, "/chat/widget/"}
}

// show shows all pages twice, so that the second time nothing is new.
func (w *warm) show() {
	w.t.Helper()
	for range 2 {
		for _, path := range w.paths() {
			w.page.Get(path)
		}
	}
}

func (w *warm) save(collection, id string, values map[string]any) {
	w.t.Helper()
	record := w.Find(collection, id)
	record.Load(values)
	if err := w.App.Save(record); err != nil {
		w.t.Fatal(err)
	}
}

func (w *warm) sql(builder dbx.Builder, text string, params dbx.Params) {
	w.t.Helper()
	if _, err := builder.NewQuery(text).Bind(params).Execute(); err != nil {
		w.t.Fatal(err)
	}
}

// TestWarmPagesShowWhatChanged holds that pages which were just shown show each
// change at once, whoever made it and whether anybody was told.
func TestWarmPagesShowWhatChanged(t *testing.T) {
	rename := "UPDATE chat_rooms SET name = {:name} WHERE id = {:room}"
	changes := []struct {
		name string
		do   func(w *warm)
		path func(w *warm) []string
		has  string // what the pages show then and not before; or the other way round:
		lost bool
	}{
		{"a message", func(w *warm) { w.Message(w.group, w.bob, "The very newest") }, func(w *warm) []string { return []string{w.list(), w.room(), "/chat/list-partial/", "/chat/widget/"} }, "The very newest", false},
		{"a message counts", func(w *warm) { w.Message(w.group, w.bob, "One more") }, func(w *warm) []string { return []string{"/chat/unread/?room=" + w.group} }, `"total":4`, false},
		{"an edit", func(w *warm) { w.save("chat_messages", w.hello.Id, map[string]any{"body": "Other words"}) }, func(w *warm) []string { return []string{w.list(), w.room(), "/chat/widget/"} }, "Other words", false},
		{"a deletion", func(w *warm) {
			if err := w.Chat.DeleteMessage(w.hello.Id); err != nil {
				w.t.Fatal(err)
			}
		}, func(w *warm) []string { return []string{w.list(), w.room()} }, "Hello all", true},
		{"a room's name", func(w *warm) { w.save("chat_rooms", w.group, map[string]any{"name": "Good friends"}) }, func(w *warm) []string { return []string{w.list(), w.room(), "/chat/widget/"} }, "Good friends", false},
		{"a name by SQL", func(w *warm) {
			w.sql(w.NonconcurrentDB(), rename, dbx.Params{"name": "By hand", "room": w.group})
		}, func(w *warm) []string { return []string{w.list(), w.room()} }, "By hand", false},
		{"a name by another process", func(w *warm) {
			db, err := core.DefaultDBConnect(w.DataDir() + "/data.db")
			if err != nil {
				w.t.Fatal(err)
			}
			defer db.Close()
			w.sql(db, rename, dbx.Params{"name": "From elsewhere", "room": w.group})
		}, func(w *warm) []string { return []string{w.list(), w.room()} }, "From elsewhere", false},
		{"a person's name", func(w *warm) { w.save("users", w.bob.Id, map[string]any{"name": "Robert"}) }, func(w *warm) []string { return []string{w.list(), w.room(), w.other(), w.older()} }, "Robert", false},
		{"one's own name", func(w *warm) { w.save("users", w.ann.Id, map[string]any{"name": "Annabel"}) }, func(w *warm) []string { return []string{w.list(), w.room()} }, "Annabel", false},
		{"reading", func(w *warm) {
			got := w.page.Post("/chat/"+w.group+"/read/", chattest.Form("rev", strconv.FormatInt(w.Rev(w.group), 10)))
			if got.Status != http.StatusNoContent {
				w.t.Fatal(got.Status)
			}
		}, func(w *warm) []string { return []string{w.list(), w.room(), w.other()} }, `data-unread-total="1"`, false},
		{"muting", func(w *warm) {
			w.save("chat_members", w.Member(w.group, w.ann).Id, map[string]any{"notify": "none"})
		}, func(w *warm) []string { return []string{w.list(), "/chat/widget/"} }, "data-muted", false},
		{"the other's reading", func(w *warm) {
			w.sql(w.NonconcurrentDB(), "UPDATE chat_members SET read_rev = 0 WHERE room = {:room} AND user = {:user}", dbx.Params{"room": w.direct, "user": w.bob.Id})
		}, func(w *warm) []string { return []string{w.other()} }, `data-peer-read="0"`, false},
		{"a removal", func(w *warm) {
			if err := w.App.Delete(w.Member(w.group, w.ann)); err != nil {
				w.t.Fatal(err)
			}
		}, func(w *warm) []string { return w.paths() }, w404, true},
		{"the other's account", func(w *warm) {
			if err := w.App.Delete(w.Find("users", w.bob.Id)); err != nil {
				w.t.Fatal(err)
			}
		}, func(w *warm) []string { return []string{w.room(), w.older()} }, "Deleted user", false},
	}
	for _, change := range changes {
		t.Run(change.name, func(t *testing.T) {
			w := newWarm(t)
			w.show()
			if change.has == w404 {
				w.removed(change.do)
				return
			}
			for _, path := range change.path(w) {
				if got := w.page.Get(path); got.Status != 200 || strings.Contains(got.Body, change.has) != change.lost {
					t.Fatalf("before: %s is %d, or has %q", path, got.Status, change.has)
				}
			}
			change.do(w)
			for _, path := range change.path(w) {
				if got := w.page.Get(path); got.Status != 200 || strings.Contains(got.Body, change.has) == change.lost {
					t.Errorf("%s is %d, or is as before", path, got.Status)
				}
			}
		})
	}
}

// w404 stands for pages that are gone.
const w404 = "404"

func (w *warm) removed(do func(*warm)) {
	w.t.Helper()
	do(w)
	for path, status := range map[string]int{w.room(): 404, w.older(): 404, w.other(): 200, w.list(): 200} {
		got := w.page.Get(path)
		if got.Status != status || strings.Contains(got.Body, "Friends") {
			w.t.Errorf("%s is %d, or names the room", path, got.Status)
		}
	}
}

// TestWarmPagesEnd holds that a session which ended shows none of them any more.
func TestWarmPagesEnd(t *testing.T) {
	ends := map[string]func(w *warm){
		"another password": func(w *warm) { w.save("users", w.ann.Id, map[string]any{"password": "quite another one"}) },
		"a token key by SQL": func(w *warm) {
			w.sql(w.NonconcurrentDB(), "UPDATE users SET tokenKey = 'another' || tokenKey WHERE id = {:id}", dbx.Params{"id": w.ann.Id})
		},
		"a deleted account": func(w *warm) {
			if err := w.App.Delete(w.Find("users", w.ann.Id)); err != nil {
				w.t.Fatal(err)
			}
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			w := newWarm(t)
			w.show()
			if got := w.page.Get(w.room()); got.Status != 200 {
				t.Fatal(got.Status)
			}
			end(w)
			for _, path := range w.paths() {
				if got := w.page.Get(path); got.Status == 200 || strings.Contains(got.Body, "Hello all") {
					t.Errorf("%s is %d", path, got.Status)
				}
			}
		})
	}
}

// TestWarmPagesOfAMomentBetween shows pages after a new name was committed, and
// before the memory of people hears of it: they are not what is shown from then on.
func TestWarmPagesOfAMomentBetween(t *testing.T) {
	w := newWarm(t)
	w.show()
	between := ""
	w.OnRecordAfterUpdateSuccess("users").Bind(&hook.Handler[*core.RecordEvent]{Priority: -1_000_000, Func: func(e *core.RecordEvent) error {
		between = w.page.Get(w.list()).Body
		return e.Next()
	}})
	w.save("users", w.bob.Id, map[string]any{"name": "Robert"})
	if !strings.Contains(between, "Bob") || strings.Contains(between, "Robert") {
		t.Fatal("premise: the name was known at once")
	}
	for _, path := range []string{w.list(), w.other()} {
		if got := w.page.Get(path); !strings.Contains(got.Body, "Robert") {
			t.Errorf("%s shows a name that is no more", path)
		}
	}
}
