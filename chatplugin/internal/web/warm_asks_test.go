package web_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/pocketbase/dbx"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/templates"
)

// handOn gives a connection to whoever waits for one.
func (w *warm) handOn(db *sql.DB) {
	db.SetMaxOpenConns(0)
	conn, err := db.Conn(context.Background())
	if err != nil {
		w.t.Error(err)
		return
	}
	conn.Close()
	db.SetMaxOpenConns(1)
}

// TestWarmPagesAskNothing takes all connections away but the one that tells the
// moment: whoever wants to ask anything else has to wait for one.
func TestWarmPagesAskNothing(t *testing.T) {
	w := newWarm(t)
	w.show()
	db := w.ConcurrentDB().(*dbx.DB).DB()
	if n := db.Stats().InUse; n != 1 {
		t.Fatalf("%d connections are in use", n)
	}
	db.SetMaxOpenConns(1)
	defer db.SetMaxOpenConns(0)
	asks := func(path string) bool {
		before := db.Stats().WaitCount
		answered := make(chan chattest.Answer, 1)
		go func() {
			got, _ := w.page.Try(http.MethodGet, path, nil)
			answered <- got
		}()
		for {
			select {
			case got := <-answered:
				if got.Status != 200 {
					t.Errorf("%s is %d", path, got.Status)
				}
				return db.Stats().WaitCount > before
			case <-time.After(time.Millisecond):
			}
			if db.Stats().WaitCount > before {
				w.handOn(db)
			}
		}
	}
	if !asks("/chat/" + w.group + "/info/") {
		t.Error("a page that asks is not told from one that does not")
	}
	for _, path := range w.paths() {
		asked := 0
		for range 3 { // what runs beside it may ask as well
			if !asks(path) {
				break
			}
			asked++
		}
		if asked == 3 {
			t.Errorf("%s asks the database each time", path)
		}
	}
}

var fresh = regexp.MustCompile(`nonce="[^"]*"|name="client_id" value="[^"]*"`)

// TestWarmPagesAreAsCold holds that what is drawn once is what is drawn each time,
// in each language, and that what must be new each time is.
func TestWarmPagesAreAsCold(t *testing.T) {
	w := newWarm(t)
	cold := w.Node(chatplugin.Config{}).Serve()
	for _, lang := range []string{"en", "de", "ar"} {
		for _, path := range w.paths() {
			first := w.page.Get(path, "Accept-Language", lang)
			again := w.page.Get(path, "Accept-Language", lang)
			anew := cold.Browser(w.ann).Get(path, "Accept-Language", lang)
			if first.Status != 200 || anew.Status != 200 || first.Body == "" {
				t.Fatalf("%s: %d and %d", path, first.Status, anew.Status)
			}
			if plain := fresh.ReplaceAllString(again.Body, ""); plain != fresh.ReplaceAllString(first.Body, "") || plain != fresh.ReplaceAllString(anew.Body, "") {
				t.Errorf("%s in %s is not what it was, or elsewhere is", path, lang)
			}
			for i, value := range fresh.FindAllString(first.Body, -1) {
				if value == fresh.FindAllString(again.Body, -1)[i] {
					t.Errorf("%s: %s is there again", path, value)
				}
			}
		}
	}
}

// TestWarmListsOfHosts holds that a row which a host draws is drawn each time.
func TestWarmListsOfHosts(t *testing.T) {
	var drawn atomic.Int64
	views := chatplugin.Views{RoomRow: func(_ templates.Site, r templates.Row) templ.Component {
		return templ.ComponentFunc(func(_ context.Context, out io.Writer) error {
			_, err := fmt.Fprintf(out, `<li data-room="%s">drawn %d</li>`, r.ID, drawn.Add(1))
			return err
		})
	}}
	app := chattest.NewApp(t, chatplugin.Config{Views: views}).Serve()
	ann, bob := app.User("Ann"), app.User("Bob")
	app.Message(app.Group("Friends", bob, ann), bob, "Hello")
	page := app.Browser(ann)
	row := regexp.MustCompile(`drawn \d+`)
	first, again := row.FindString(page.Get("/chat/").Body), row.FindString(page.Get("/chat/").Body)
	if first == "" || first == again {
		t.Errorf("the list shows %q, and %q again", first, again)
	}
}
