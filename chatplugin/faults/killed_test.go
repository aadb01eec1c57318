package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pocketchat/chatplugin/chattest"
)

// Killed by force under load and started again, twice: every acknowledged
// message is there once, whoever sends again what was not acknowledged doubles
// nothing, and every client resumes without a hole.
func TestKilled(t *testing.T) {
	p := newProcess(t, t.TempDir())
	_, ann := p.Person("ann")
	bobID, bob := p.Person("bob")
	cidID, cid := p.Person("cid")
	rooms := []string{p.Group(ann, bobID, cidID), p.Group(bob, cidID)}
	clients := []*reader{p.reader(ann, rooms[0]), p.reader(cid, rooms[0]), p.reader(cid, rooms[1])}
	writers := []*writer{
		{client: ann, room: rooms[0], how: send}, {client: bob, room: rooms[0], how: create},
		{client: bob, room: rooms[1], how: send}, {client: cid, room: rooms[1], how: create},
	}
	for round := range 2 {
		var acknowledged atomic.Int64
		var writing sync.WaitGroup
		for n, writer := range writers {
			writing.Go(func() { writer.untilCut(fmt.Sprintf("%d-%d", round, n), &acknowledged) })
		}
		within(t, "something is acknowledged", func() bool { return acknowledged.Load() >= 60 })
		p.Kill()
		writing.Wait()
		for _, client := range clients {
			if code := client.socket.WaitClosed(); code != 1006 {
				t.Fatalf("premise: it was not killed: %d", code)
			}
			client.take()
		}
		p.Start()
		p.checked()
		for _, writer := range writers {
			writer.again(t)
		}
		for _, client := range clients {
			client.resume()
		}
	}
	for i, room := range rooms {
		rows := p.rows(clients[i*2].client, room)
		for _, writer := range writers {
			if writer.room == room {
				writer.onceIn(t, rows)
			}
		}
		for _, client := range clients {
			if client.room == room {
				client.has(rows)
			}
		}
	}
	p.checked()
}

// writer sends one message after the other, deletes some and reacts to some.
type writer struct {
	client *chattest.Client
	room   string
	how    func(*chattest.Client, string, string) (chattest.Answer, error)
	sent   []string // acknowledged
	lost   string   // not acknowledged
	gone   []string // whose deletion was begun, at least
}

// untilCut goes on until nobody answers.
func (w *writer) untilCut(name string, acknowledged *atomic.Int64) {
	for n := 0; ; n++ {
		w.lost = fmt.Sprint(name, "-", n)
		answer, err := w.how(w.client, w.room, w.lost)
		if err != nil || answer.Status != http.StatusOK {
			return
		}
		w.sent = append(w.sent, w.lost)
		acknowledged.Add(1)
		id, _ := answer.Field("id").(string)
		switch n % 6 {
		case 2:
			w.gone = append(w.gone, w.lost)
			_, err = w.client.Try(http.MethodDelete, "/api/collections/chat_messages/records/"+id, nil)
		case 4:
			_, err = w.client.Try(http.MethodPost, "/api/collections/chat_reactions/records",
				strings.NewReader(fmt.Sprintf(`{"message":%q,"emoji":"👍"}`, id)), "Content-Type", "application/json")
		}
		if err != nil {
			w.lost = ""
			return
		}
	}
}

// again sends what was not acknowledged once more.
func (w *writer) again(t *testing.T) {
	t.Helper()
	if w.lost == "" {
		return
	}
	answer, err := w.how(w.client, w.room, w.lost)
	if err != nil || answer.Status != http.StatusOK {
		t.Errorf("%s did not go through after the restart: %d %s %v", w.lost, answer.Status, answer.Body, err)
	}
	w.sent = append(w.sent, w.lost)
}

// onceIn holds that each message is there once; one whose deletion was begun may
// be a tombstone, of which no more can be said here than that it is not doubled.
func (w *writer) onceIn(t *testing.T, rows []row) {
	t.Helper()
	times := map[string]int{}
	for _, row := range rows {
		times[row.Body]++
	}
	for _, body := range w.sent {
		once := times[body] == 1
		if slices.Contains(w.gone, body) {
			once = times[body] <= 1
		}
		if !once {
			t.Errorf("%q is there %d times", body, times[body])
		}
	}
}

// reader is somebody who has a room open, and comes back.
type reader struct {
	p      *process
	client *chattest.Client
	room   string
	socket *chattest.Socket
	rev    int64 // up to which nothing is missing
	had    map[string]row
}

func (p *process) reader(client *chattest.Client, room string) *reader {
	p.t.Helper()
	r := &reader{p: p, client: client, room: room, had: map[string]row{}}
	r.socket = client.Socket("/ws/chat/" + room + "/?rev=0")
	r.socket.Synced()
	return r
}

// take reads what came on a socket that is done: a replay up to synced, then live
// frames, which rise by one.
func (r *reader) take() {
	r.p.t.Helper()
	live := false
	for _, frame := range r.socket.Frames() {
		switch frame.Type() {
		case "synced":
			r.rev, live = max(r.rev, frame.Int("rev")), true
		case "reload":
			r.p.t.Error("a client that missed little was told to read anew")
		case "message":
			rev, message := frame.Int("rev"), frame.Message()
			if live {
				if rev != r.rev+1 {
					r.p.t.Errorf("after revision %d came %d", r.rev, rev)
				}
				r.rev = rev
			}
			r.had[message.Text("id")] = row{message.Text("id"), message.Text("body"), message.Text("deleted"), rev}
		}
	}
}

func (r *reader) resume() {
	r.p.t.Helper()
	r.socket = r.client.Socket(fmt.Sprintf("/ws/chat/%s/?rev=%d", r.room, r.rev))
	r.socket.Synced()
}

// has holds that the reader knows every message as the rows have it.
func (r *reader) has(rows []row) {
	r.p.t.Helper()
	last := int64(0)
	for _, row := range rows {
		last = max(last, row.Rev)
	}
	r.socket.Until("the last revision", func([]chattest.Frame) bool {
		return r.socket.OfType("synced")[0].Int("rev") >= last || slices.Contains(r.socket.Revs(), last)
	})
	r.take()
	if len(r.had) != len(rows) {
		r.p.t.Errorf("a client has %d messages, the room %d", len(r.had), len(rows))
	}
	for _, row := range rows {
		if had := r.had[row.ID]; had.Body != row.Body || had.Rev != row.Rev || (had.Deleted == "") != (row.Deleted == "") {
			r.p.t.Errorf("a client has %+v, the room %+v", had, row)
		}
	}
}

// rows are all messages of a room, by REST.
func (p *process) rows(client *chattest.Client, room string) (rows []row) {
	p.t.Helper()
	for page := 1; ; page++ {
		answer := client.Get(fmt.Sprintf("/api/collections/chat_messages/records?perPage=500&sort=seq&page=%d&filter=(room=%%22%s%%22)", page, room))
		var some struct{ Items []row }
		if err := json.Unmarshal([]byte(answer.Body), &some); err != nil || answer.Status != http.StatusOK {
			p.t.Fatalf("%d %s %v", answer.Status, answer.Body, err)
		}
		if rows = append(rows, some.Items...); len(some.Items) < 500 {
			return rows
		}
	}
}
