package live_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// house is a served application in which Ann owns a group with Bob and Cid, Ann
// and Bob have a direct room, and Eve is in neither.
type house struct {
	*chattest.App
	t                  *testing.T
	ann, bob, cid, eve *core.Record
	group, direct      string
}

func newHouse(t *testing.T) *house { return configured(t, chatplugin.Config{}) }

func configured(t *testing.T, config chatplugin.Config) *house {
	t.Helper()
	t.Parallel()
	h := &house{App: chattest.NewApp(t, config).Serve(), t: t}
	people := h.Users("Ann", "Bob", "Cid", "Eve")
	h.ann, h.bob, h.cid, h.eve = people[0], people[1], people[2], people[3]
	h.group = h.Group("Friends", h.ann, h.bob, h.cid)
	h.direct = h.Direct(h.ann, h.bob)
	return h
}

// open opens a room's socket and waits until it is live.
func (h *house) open(user *core.Record, room string) *chattest.Socket {
	h.t.Helper()
	s := h.Client(user).Socket("/ws/chat/" + room + "/")
	s.Synced()
	return s
}

func (h *house) resume(user *core.Record, room string, rev int64) *chattest.Socket {
	h.t.Helper()
	return h.Client(user).Socket(fmt.Sprintf("/ws/chat/%s/?rev=%d", room, rev))
}

// inbox opens the socket of somebody's list.
func (h *house) inbox(user *core.Record) *chattest.Socket {
	h.t.Helper()
	s := h.Client(user).Socket("/ws/chat/inbox/")
	s.Synced()
	return s
}

// about waits for the next frame of a type about a room.
func about(s *chattest.Socket, kind, room string) chattest.Frame {
	return s.Wait(kind+" about the room", func(f chattest.Frame) bool { return f.Type() == kind && f.Text("room") == room })
}

// message waits for the message frame with a revision.
func message(s *chattest.Socket, rev int64) chattest.Frame {
	return s.Wait(fmt.Sprintf("message %d", rev), func(f chattest.Frame) bool { return f.Type() == "message" && f.Int("rev") == rev })
}

// said waits until a text arrives in the room: what was published before it has
// arrived then as well.
func said(s *chattest.Socket, body string) chattest.Frame {
	return s.Wait(body, func(f chattest.Frame) bool { return f.Type() == "message" && f.Message().Text("body") == body })
}

// never fails when the socket has got a frame that it must not have.
func (h *house) never(s *chattest.Socket, what string, is func(chattest.Frame) bool) {
	h.t.Helper()
	for _, frame := range s.Frames() {
		if is(frame) {
			h.t.Errorf("%s came: %s", what, frame.Raw())
		}
	}
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(chattest.Patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never happened: %s", what)
		}
	}
}

// rest sends to a collection's REST routes.
func (h *house) rest(c *chattest.Client, method, collection, id string, data any) chattest.Answer {
	h.t.Helper()
	path := "/api/collections/" + collection + "/records"
	if id != "" {
		path += "/" + id
	}
	answer := c.JSON(method, path, data)
	if answer.Status >= 300 {
		h.t.Fatalf("%s %s: %d %s", method, path, answer.Status, answer.Body)
	}
	return answer
}

func (h *house) post(user *core.Record, path string, pairs ...string) chattest.Answer {
	h.t.Helper()
	answer := h.Client(user).Post("/chat/"+path, chattest.Form(pairs...))
	if answer.Status >= 300 {
		h.t.Fatalf("POST %s: %d %s", path, answer.Status, answer.Body)
	}
	return answer
}

func (h *house) record(collection string, fields map[string]any) *core.Record {
	h.t.Helper()
	found, err := h.FindCachedCollectionByNameOrId(collection)
	if err != nil {
		h.t.Fatal(err)
	}
	record := core.NewRecord(found)
	record.Load(fields)
	return record
}

func (h *house) save(record *core.Record) *core.Record {
	h.t.Helper()
	if err := h.Save(record); err != nil {
		h.t.Fatal(err)
	}
	return record
}

func (h *house) change(collection, id string, fields map[string]any) *core.Record {
	h.t.Helper()
	record := h.Find(collection, id)
	record.Load(fields)
	return h.save(record)
}

func (h *house) delete(record *core.Record) {
	h.t.Helper()
	if err := h.Delete(record); err != nil {
		h.t.Fatal(err)
	}
}

// idIn is the message that a fragment shows.
func idIn(t *testing.T, fragment string) string {
	t.Helper()
	document, err := goquery.NewDocumentFromReader(strings.NewReader(fragment))
	if err != nil {
		t.Fatal(err)
	}
	id, _ := document.Find("[data-message]").Attr("data-message")
	if id == "" {
		t.Fatalf("no message in %s", fragment)
	}
	return id
}

// keys are the names of a JSON object in their order.
func keys(t *testing.T, raw string) []string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(raw))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name.(string))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// Entrances are the ways by which a message comes to be; each answers its id,
// and the fragment where it has one.
var entrances = []struct {
	name string
	send func(h *house, room string, author *core.Record, body string) (id, fragment string)
}{
	{"page", func(h *house, room string, author *core.Record, body string) (string, string) {
		answer := h.post(author, room+"/send/", "body", body)
		return idIn(h.t, answer.Body), answer.Body
	}},
	{"REST", func(h *house, room string, author *core.Record, body string) (string, string) {
		answer := h.rest(h.Client(author), http.MethodPost, store.Messages, "", map[string]any{"room": room, "body": body})
		return answer.Field("id").(string), ""
	}},
	{"superuser", func(h *house, room string, author *core.Record, body string) (string, string) {
		answer := h.rest(h.WithToken(h.Superuser()), http.MethodPost, store.Messages, "",
			map[string]any{"room": room, "author": author.Id, "body": body})
		return answer.Field("id").(string), ""
	}},
	{"save", func(h *house, room string, author *core.Record, body string) (string, string) {
		return h.save(h.record(store.Messages, map[string]any{"room": room, "author": author.Id, "body": body})).Id, ""
	}},
	{"Go", func(h *house, room string, author *core.Record, body string) (string, string) {
		return h.Message(room, author, body).Id, ""
	}},
}
