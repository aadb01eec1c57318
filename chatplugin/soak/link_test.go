package soak

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// A tab's connection, as pb_public/js/socket.js keeps it.

// drop ends the connection, whatever state it is in.
func (t *tab) drop() {
	t.dials++
	t.live = false
	if t.conn != nil {
		_ = t.conn.NetConn().Close()
		t.conn = nil
	}
}

func (t *tab) connect() {
	t.drop()
	path := "/ws/chat/inbox/"
	if t.room != "" {
		t.cursor.begin()
		path = fmt.Sprintf("/ws/chat/%s/?rev=%d&since=%d", t.room, t.cursor.at, t.since)
	}
	dial := t.dials
	t.asking.Go(func() {
		conn, response, err := websocket.DefaultDialer.Dial(strings.Replace(t.world.url(), "http", "ws", 1)+path, http.Header{"Authorization": {t.token}})
		t.mu.Lock()
		defer t.mu.Unlock()
		switch {
		case dial != t.dials || t.closed:
			if conn != nil {
				_ = conn.NetConn().Close()
			}
		case err == nil:
			t.conn = conn
			go t.read(conn, dial)
		case response != nil && response.StatusCode == 404 && t.room != "":
			t.visit("")
		default:
			t.lost()
		}
	})
}

// lost comes back after a while that differs.
func (t *tab) lost() {
	t.drop()
	dial := t.dials
	t.after(rand.N(60*time.Millisecond), func() {
		if dial == t.dials && !t.away {
			t.connect()
		}
	})
}

func (t *tab) read(conn *websocket.Conn, dial int) {
	for {
		_, data, err := conn.ReadMessage()
		t.mu.Lock()
		if dial != t.dials || t.closed {
			t.mu.Unlock()
			_ = conn.Close()
			return
		}
		if err != nil {
			t.ended(err)
			t.mu.Unlock()
			return
		}
		f := &frame{}
		if err := json.Unmarshal(data, f); err != nil {
			t.fail("got %q: %v", data, err)
		}
		for _, ready := range t.inOrder(f) {
			if dial == t.dials {
				t.take(ready)
			}
		}
		t.watchGap()
		t.mu.Unlock()
	}
}

func (t *tab) ended(err error) {
	var closing *websocket.CloseError
	switch {
	case errors.As(err, &closing) && closing.Code == 4502:
		t.visit("")
	case errors.As(err, &closing) && closing.Code == 4501:
		t.fail("was signed out")
	default:
		t.lost()
	}
}

func (t *tab) inOrder(f *frame) []*frame {
	switch {
	case f.Type == "synced":
		var late []*frame
		if t.cursor != nil {
			late = t.cursor.synced(f.Rev)
		}
		if !t.live {
			t.live = true
			t.rooms.refresh()
			t.mark()
		}
		return late
	case t.cursor != nil && f.Type == "message":
		return t.cursor.take(f)
	case t.cursor != nil && f.Type == "ping" && f.Rev > 0:
		t.cursor.ping(f.Rev)
	}
	return []*frame{f}
}

// take shows a frame.
func (t *tab) take(f *frame) {
	switch f.Type {
	case "message":
		if f.Room == t.room {
			t.timeline.arrive(bubbleOf(parse(f.HTML).Find("[data-message]")))
			t.mark()
		}
	case "inbox":
		t.rooms.inbox(f)
		if f.Gone && f.Room == t.room {
			t.reload()
		}
	case "unread":
		t.rooms.marked(f)
		if f.Room == t.room {
			t.readTo = max(t.readTo, f.ReadRev)
		}
	case "removed":
		if f.Room == t.room {
			t.visit("")
		} else {
			t.rooms.removed(f)
		}
	case "reload":
		t.reload()
	}
}

func (t *tab) reload() {
	if t.room == "" {
		return
	}
	t.reloads++
	t.fetch("/chat/"+t.room+"/", func(status int, body string) {
		switch status {
		case 200:
			page := parse(body)
			section := page.Find("[data-room-page]")
			t.timeline.restart(page)
			t.cursor, t.since = newCursor(number(section, "data-rev")), number(section, "data-since")
			t.connect()
		case 404:
			t.visit("")
		default:
			t.fail("its page answered %d when it was loaded anew: %s", status, body)
		}
	})
}

// watchGap resumes when something is missing and does not come.
func (t *tab) watchGap() {
	if t.cursor == nil || !t.cursor.behind() || t.watching {
		return
	}
	t.watching = true
	at, dial := t.cursor.at, t.dials
	t.after(gap, func() {
		t.watching = false
		switch {
		case dial != t.dials || !t.cursor.behind():
		case t.cursor.at != at:
			t.watchGap()
		default:
			t.gaps++
			for _, f := range t.cursor.release() {
				t.take(f)
			}
			t.connect()
		}
	})
}
