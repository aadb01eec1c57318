package faults

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// world is a served application. Ann owns a group with Bob and Cid, and has a
// direct room with Bob.
type world struct {
	*chattest.App
	t             *testing.T
	ann, bob, cid *core.Record
	group, direct string
}

func newWorld(t *testing.T, hooks ...func(*chattest.App)) *world {
	t.Helper()
	app := chattest.NewApp(t, chatplugin.Config{})
	for _, bind := range hooks {
		bind(app)
	}
	app.Serve()
	people := app.Users("Ann", "Bob", "Cid")
	w := &world{App: app, t: t, ann: people[0], bob: people[1], cid: people[2]}
	w.group = app.Group("Friends", w.ann, w.bob, w.cid)
	w.direct = app.Direct(w.ann, w.bob)
	return w
}

// checked holds that chat check finds no difference.
func (w *world) checked() {
	w.t.Helper()
	var out bytes.Buffer
	command := w.Chat.Command()
	command.SetOut(&out)
	command.SetErr(&out)
	command.SetArgs([]string{"check"})
	if err := command.Execute(); err != nil {
		w.t.Errorf("chat check: %v\n%s", err, out.String())
	}
}

// open opens a room and waits until it is live.
func (w *world) open(user *core.Record, room string) *chattest.Socket {
	w.t.Helper()
	s := w.Client(user).Socket("/ws/chat/" + room + "/")
	s.Synced()
	return s
}

// send sends by the page's route, as a client that takes JSON; the body is the
// client id too. It is for use in goroutines.
func send(c *chattest.Client, room, body string) (chattest.Answer, error) {
	return c.Try(http.MethodPost, "/chat/"+room+"/send/", strings.NewReader(chattest.Form("body", body, "client_id", idOf(body)).Encode()),
		"Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json")
}

// create sends over REST.
func create(c *chattest.Client, room, body string) (chattest.Answer, error) {
	return c.Try(http.MethodPost, "/api/collections/chat_messages/records",
		strings.NewReader(fmt.Sprintf(`{"room":%q,"body":%q,"client_id":%q}`, room, body, idOf(body))), "Content-Type", "application/json")
}

// idOf is a client id for a text.
func idOf(body string) string {
	return strings.ReplaceAll(body[:min(len(body), 60)], " ", "-")
}

// bodies are what a room's rows say, in their order.
func (w *world) bodies(room string) (bodies []string) {
	w.t.Helper()
	err := w.DB().NewQuery("SELECT body FROM chat_messages WHERE room = {:room} AND kind = 'text' ORDER BY seq").
		Bind(map[string]any{"room": room}).Column(&bodies)
	if err != nil {
		w.t.Fatal(err)
	}
	return bodies
}

// heard is what people said by message frames.
func heard(s *chattest.Socket) (bodies []string) {
	for _, frame := range s.OfType("message") {
		if message := frame.Message(); message.Text("kind") == "text" {
			bodies = append(bodies, message.Text("body"))
		}
	}
	return bodies
}

// hears waits until a socket got a text.
func hears(s *chattest.Socket, body string) {
	s.Until(fmt.Sprintf("%q", body), func([]chattest.Frame) bool { return slices.Contains(heard(s), body) })
}

// inOrder holds that a socket's message frames rise by one, from a revision on.
func (w *world) inOrder(s *chattest.Socket, after int64) {
	w.t.Helper()
	for _, rev := range s.Revs() {
		if after++; rev != after {
			w.t.Errorf("revisions came as %v", s.Revs())
			return
		}
	}
}

// statement changes the database behind the chat's back.
func (w *world) statement(sql string) {
	w.t.Helper()
	if _, err := w.NonconcurrentDB().NewQuery(sql).Execute(); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

func (w *world) number(query string) (n int64) {
	w.t.Helper()
	if err := w.NonconcurrentDB().NewQuery(query).Row(&n); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// within waits for something that has to come, however slow the machine.
func within(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * chattest.Patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never happened: %s", what)
		}
	}
}
