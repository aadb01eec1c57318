package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// patience is how long a test waits for what must come; never an assertion of
// how fast it comes.
const patience = 20 * time.Second

const room, inbox = "rooms/r1", "users/ann"

// rig is a running hub behind a real HTTP server. Every dial goes through its
// dial function.
type rig struct {
	t    testing.TB
	hub  *Hub
	url  string
	mu   sync.Mutex
	dial func(r *http.Request) Dial
	errs []error
}

func newRig(t testing.TB, options Options) *rig {
	t.Helper()
	if options.Rev == nil {
		options.Rev = revOf
	}
	h, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Run(); err != nil {
		t.Fatal(err)
	}
	g := &rig{t: t, hub: h, dial: plainDial}
	server := httptest.NewServer(http.HandlerFunc(g.serve))
	g.url = "ws" + strings.TrimPrefix(server.URL, "http")
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := h.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		server.Close()
	})
	return g
}

func (g *rig) serve(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	dial := g.dial
	g.mu.Unlock()
	if err := g.hub.ServeWebSocket(w, r, dial(r)); err != nil {
		g.mu.Lock()
		g.errs = append(g.errs, err)
		g.mu.Unlock()
	}
}

// published waits until nothing waits for being fanned out.
func (g *rig) published() {
	g.t.Helper()
	l := g.hub.publisher
	eventually(g.t, "everything is fanned out", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.byKey) == 0
	})
}

// with changes what dials carry from now on.
func (g *rig) with(change func(r *http.Request, d *Dial)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.dial = func(r *http.Request) Dial {
		d := plainDial(r)
		change(r, &d)
		return d
	}
}

// plainDial reads user and session from the query, and is about the room.
func plainDial(r *http.Request) Dial {
	user := r.URL.Query().Get("user")
	if user == "" {
		user = "ann"
	}
	return Dial{
		User: user, Session: r.URL.Query().Get("session"),
		Topics: []string{room, "users/" + user}, Present: []string{room}, Main: room,
		Gate: func(context.Context) (Replay, error) { return Replay{Last: []byte(`"synced"`)}, nil },
	}
}

// client is a gorilla client that keeps what it reads.
type client struct {
	t    testing.TB
	conn *websocket.Conn
}

// raw dials and does not wait for anything.
func (g *rig) raw(query string) *client {
	g.t.Helper()
	conn, response, err := websocket.DefaultDialer.Dial(g.url+"/?"+query, nil)
	if err != nil {
		g.t.Fatalf("dial %s: %v %v", query, err, response)
	}
	g.t.Cleanup(func() { conn.Close() })
	return &client{g.t, conn}
}

// connect dials and waits until the connection is open.
func (g *rig) connect(query string) *client {
	g.t.Helper()
	c := g.raw(query)
	c.want(`"synced"`)
	return c
}

// read returns the next text frame, or the error that ended the connection.
func (c *client) read() (string, error) {
	_ = c.conn.SetReadDeadline(time.Now().Add(patience))
	_, frame, err := c.conn.ReadMessage()
	return string(frame), err
}

func (c *client) want(frames ...string) {
	c.t.Helper()
	for _, want := range frames {
		if got, err := c.read(); err != nil || got != want {
			c.t.Fatalf("read %s, %v; want %s", got, err, want)
		}
	}
}

// rest reads to the end: the frames that were still to come, and the code.
func (c *client) rest() (frames []string, code int) {
	c.t.Helper()
	for {
		frame, err := c.read()
		if err != nil {
			return frames, codeOf(c.t, err)
		}
		frames = append(frames, frame)
	}
}

func (c *client) wantClose(code int) {
	c.t.Helper()
	if frames, got := c.rest(); got != code || len(frames) > 0 {
		c.t.Fatalf("ended with %d after %q; want %d after nothing", got, frames, code)
	}
}

func codeOf(t testing.TB, err error) int {
	t.Helper()
	var closed *websocket.CloseError
	if !errors.As(err, &closed) {
		t.Fatalf("not closed, but %v", err)
	}
	return closed.Code
}

// revFrame and revOf are the sequenced frames of these tests.
func revFrame(rev int64) []byte { return fmt.Appendf(nil, `{"rev":%d}`, rev) }

func revOf(frame []byte) (int64, bool) {
	var f struct {
		Rev int64 `json:"rev"`
	}
	err := json.Unmarshal(frame, &f)
	return f.Rev, err == nil && f.Rev > 0
}

// eventually waits for something that must become true.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// opened says whether the user has a connection that has passed its gate.
func (g *rig) opened(user string) bool {
	for _, p := range g.hub.registry.of(user) {
		p.mu.Lock()
		is := p.state == open
		p.mu.Unlock()
		if is {
			return true
		}
	}
	return false
}
