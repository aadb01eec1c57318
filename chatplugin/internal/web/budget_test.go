package web_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// statements hears every statement that requests send to the database. What is
// published afterwards, gathered for many requests, is told apart by the
// goroutine.
type statements struct {
	mu   sync.Mutex
	seen []string
}

func listen(app *chattest.App) *statements {
	s := &statements{}
	for _, builder := range []dbx.Builder{app.ConcurrentDB(), app.NonconcurrentDB()} {
		db := builder.(*dbx.DB)
		db.QueryLogFunc = func(_ context.Context, _ time.Duration, query string, _ *sql.Rows, _ error) { s.add(query) }
		db.ExecLogFunc = func(_ context.Context, _ time.Duration, query string, _ sql.Result, _ error) { s.add(query) }
	}
	return s
}

func (s *statements) add(query string) {
	if !bytes.Contains(debug.Stack(), []byte("net/http.(*conn).serve")) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, query)
}

// during are the statements while do runs.
func (s *statements) during(do func()) []string {
	s.mu.Lock()
	s.seen = nil
	s.mu.Unlock()
	do()
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.seen...)
}

// scene is an app with rooms and messages in it.
type scene struct {
	app           *chattest.App
	people        []*core.Record
	ann           *core.Record
	direct, group string
	last          string // the last message of the group
}

// forgetPeople has names asked for anew, as after a start: a changed record is
// not served from memory.
func (s scene) forgetPeople(t *testing.T) {
	t.Helper()
	for _, person := range s.people {
		if err := s.app.Save(s.app.Find("users", person.Id)); err != nil {
			t.Fatal(err)
		}
	}
}

// newScene has ann in as many rooms with others as there are messages in each
// of two of them, half of those unread.
func newScene(t *testing.T, size int) scene {
	t.Helper()
	app := chattest.NewApp(t, chatplugin.Config{})
	people := app.Users("Ann", "Bob", "Cid")
	s := scene{app: app, people: people, ann: people[0]}
	bob, cid := people[1], people[2]
	s.direct, s.group = app.Direct(s.ann, bob), app.Group("Group", s.ann, bob, cid)
	for i := range size {
		app.Message(app.Group(fmt.Sprint("Room ", i), s.ann, bob, cid), bob, "hello")
	}
	for i := range size {
		author := []*core.Record{bob, s.ann}[min(2*i/size, 1)^1]
		app.Message(s.direct, author, fmt.Sprint("message *", i, "*"))
		s.last = app.Message(s.group, author, fmt.Sprint("message *", i, "*")).Id
	}
	return s
}

func TestQueryBudgets(t *testing.T) {
	for _, size := range []int{3, 300} {
		tests := []struct {
			name string
			most int
			open bool // whether the page with the people's names was just shown
			do   func(s scene, c *chattest.Client) chattest.Answer
		}{
			{"inbox page", 3, false, func(s scene, c *chattest.Client) chattest.Answer { return c.Get("/chat/") }},
			{"list", 3, false, func(s scene, c *chattest.Client) chattest.Answer { return c.Get("/chat/list-partial/") }},
			{"list, filtered", 3, false, func(s scene, c *chattest.Client) chattest.Answer { return c.Get("/chat/list-partial/?q=o") }},
			{"direct room page", 6, false, func(s scene, c *chattest.Client) chattest.Answer { return c.Get("/chat/" + s.direct + "/") }},
			{"group page", 6, false, func(s scene, c *chattest.Client) chattest.Answer { return c.Get("/chat/" + s.group + "/") }},
			{"older messages", 6, false, func(s scene, c *chattest.Client) chattest.Answer { return c.Get("/chat/" + s.group + "/messages/") }},
			{"send", 7, false, func(s scene, c *chattest.Client) chattest.Answer {
				return c.Post("/chat/"+s.group+"/send/", chattest.Form("body", "hi", "client_id", "one"))
			}},
			{"send to one", 7, false, func(s scene, c *chattest.Client) chattest.Answer {
				return c.Post("/chat/"+s.direct+"/send/", chattest.Form("body", "hi", "client_id", "two"))
			}},
			{"send a reply", 9, true, func(s scene, c *chattest.Client) chattest.Answer {
				return c.Post("/chat/"+s.group+"/send/", chattest.Form("body", "hi", "client_id", "three", "reply_to", s.last))
			}},
			{"send over REST", 8, false, func(s scene, c *chattest.Client) chattest.Answer {
				return c.JSON("POST", "/api/collections/chat_messages/records", map[string]any{"room": s.group, "body": "hi", "client_id": "four"})
			}},
			{"typing", 2, false, func(s scene, c *chattest.Client) chattest.Answer {
				return c.Post("/chat/"+s.direct+"/typing/", nil)
			}},
		}
		s := newScene(t, size)
		heard := listen(s.app) // before anything runs beside the test
		s.app.Serve()
		client := s.app.Client(s.ann)
		for _, test := range tests {
			t.Run(fmt.Sprintf("%s at %d", test.name, size), func(t *testing.T) {
				s.forgetPeople(t)
				if test.open {
					client.Get("/chat/" + s.group + "/")
				}
				var got chattest.Answer
				ran := heard.during(func() { got = test.do(s, client) })
				if got.Status >= 300 {
					t.Fatalf("%d %s", got.Status, got.Body)
				}
				if len(ran) == 0 {
					t.Fatal("nothing was heard of the database, which cannot be")
				}
				if len(ran) > test.most {
					t.Errorf("%d statements, at most %d:\n%s", len(ran), test.most, strings.Join(ran, "\n"))
				}
				t.Logf("%d statements", len(ran))
			})
		}
	}
}
