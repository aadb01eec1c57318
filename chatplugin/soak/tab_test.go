package soak

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
)

// frame is what a tab reads of any frame.
type frame struct {
	Type     string `json:"type"`
	Room     string `json:"room"`
	Rev      int64  `json:"rev"`
	HTML     string `json:"html"`
	Posts    int64  `json:"posts"`
	LastSeq  int64  `json:"last_seq"`
	Unposted int64  `json:"unposted"`
	Gone     bool   `json:"gone"`
	Unread   int64  `json:"unread"`
	Total    *int64 `json:"total"`
	ReadRev  int64  `json:"read_rev"`
}

// gap is how long a late frame may take, as in pb_public/js/socket.js.
const gap = 300 * time.Millisecond

// tab is a page that somebody has open, kept from what its page held and from
// frames, as pb_public/js keeps it. Everything in it happens with its lock held.
type tab struct {
	world     *world
	who       *core.Record
	client    *chattest.Client
	token     string
	attentive bool // reads what comes

	asking sync.WaitGroup // requests that are under way

	mu       sync.Mutex
	closed   bool
	room     string // "" for the list alone
	page     int    // rises with every page that is opened
	dials    int    // rises with every connection
	conn     *websocket.Conn
	live     bool
	away     bool // does not come back for the moment
	cursor   *cursor
	since    int64
	timeline timeline
	rooms    *rooms
	watching bool
	readTo   int64
	sending  bool // a read mark is on its way

	gaps, reloads int
}

func (t *tab) fail(format string, args ...any) {
	t.world.t.Errorf("%s's tab on %q: %s", t.who.GetString("name"), t.room, fmt.Sprintf(format, args...))
}

func (t *tab) reading() bool { return t.attentive && !t.timeline.part }

// after does something later, unless another page is open by then.
func (t *tab) after(wait time.Duration, do func()) {
	page := t.page
	time.AfterFunc(wait, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if !t.closed && t.page == page {
			do()
		}
	})
}

// fetch asks for something and goes on with the answer, if the page is still open.
func (t *tab) fetch(path string, then func(status int, body string)) {
	page := t.page
	t.asking.Go(func() {
		got, err := t.client.Try(http.MethodGet, path, nil, "Accept", "text/html", "HX-Request", "true")
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.closed || t.page != page {
			return
		}
		if err != nil {
			t.after(20*time.Millisecond, func() { t.fetch(path, then) }) // the server may be starting again
			return
		}
		then(got.Status, got.Body)
	})
}

// open goes to a page.
func (t *tab) open(room string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.visit(room)
	}
}

func (t *tab) visit(room string) {
	t.drop()
	t.page++
	t.room, t.cursor, t.away, t.watching, t.sending, t.readTo = room, nil, false, false, false, 0
	t.timeline = timeline{}
	t.rooms = &rooms{tab: t, rows: map[string]*row{}, counts: newUnread(0)}
	path := "/chat/"
	if room != "" {
		path += room + "/"
	}
	t.fetch(path, func(status int, body string) {
		page := parse(body)
		switch {
		case room == "":
		case status == 404:
			t.visit("")
			return
		case status == 200:
			section := page.Find("[data-room-page]")
			t.cursor, t.since = newCursor(number(section, "data-rev")), number(section, "data-since")
			t.readTo = number(section, "data-read-rev")
			t.timeline.restart(page)
		}
		if status != 200 {
			t.fail("its page answered %d: %s", status, body)
			return
		}
		t.rooms.counts.restart(number(page.Find("[data-chat]"), "data-unread-total"))
		t.connect()
	})
}

// mark reads up to the end, a moment after it came.
func (t *tab) mark() {
	if !t.reading() || t.sending || t.room == "" || t.timeline.lastSeq() <= t.readTo {
		return
	}
	t.sending = true
	room := t.room
	t.after(10*time.Millisecond, func() {
		seen, page := t.timeline.lastSeq(), t.page
		t.asking.Go(func() {
			status := t.post(room, "read", "rev", fmt.Sprint(seen))
			t.mu.Lock()
			defer t.mu.Unlock()
			if t.closed || t.page != page {
				return
			}
			if t.sending = false; status == http.StatusNoContent {
				t.readTo = max(t.readTo, seen)
			}
			t.after(20*time.Millisecond, t.mark)
		})
	})
}

// post is a form of the page; 0 when there was no answer.
func (t *tab) post(room, action string, form ...string) int {
	got, err := t.client.Try(http.MethodPost, "/chat/"+room+"/"+action+"/", strings.NewReader(chattest.Form(form...).Encode()),
		"Content-Type", "application/x-www-form-urlencoded", "HX-Request", "true", "Accept", "text/html")
	if err != nil {
		return 0
	}
	if got.Status >= 500 {
		t.world.t.Errorf("%s: %d %s", action, got.Status, got.Body)
	}
	return got.Status
}

// cut loses the connection; away keeps it from coming back until it is awake.
func (t *tab) cut(away bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conn == nil || t.closed {
		return
	}
	t.away = away
	t.lost()
}

func (t *tab) awake() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.away && !t.closed {
		t.away = false
		t.connect()
	}
}

// more loads one more page of older or newer messages.
func (t *tab) more(older bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.room == "" || t.cursor == nil || t.closed:
	case older && t.timeline.older != "":
		link := t.timeline.older
		t.fetch(link, func(status int, body string) {
			if status == 200 && t.timeline.older == link {
				page := parse(body)
				t.timeline.upsertAll(page)
				t.timeline.older = page.Find("[data-load-older]").AttrOr("href", "")
			}
		})
	case !older && t.timeline.part:
		last := t.timeline.last().id
		t.fetch("/chat/"+t.room+"/messages/?newer="+last, func(status int, body string) {
			if status == 200 && t.timeline.part && t.timeline.last().id == last {
				page := parse(body)
				t.timeline.upsertAll(page)
				if !newer(page) && t.timeline.missed <= t.timeline.lastSeq() {
					t.timeline.part, t.timeline.missed = false, 0
					t.mark()
				}
			}
		})
	}
}

// standing is how a tab is at one moment.
type standing struct {
	room                 string
	at                   int64
	dials, gaps, reloads int
}

func (t *tab) now() standing {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := standing{room: t.room, dials: t.dials, gaps: t.gaps, reloads: t.reloads}
	if t.cursor != nil {
		now.at = t.cursor.at
	}
	return now
}

// close returns when nothing is under way any more.
func (t *tab) close() {
	t.mu.Lock()
	t.closed = true
	t.drop()
	t.mu.Unlock()
	t.asking.Wait()
}
