package soak

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// reader is a client that keeps nothing but how far a room's timeline came. It is
// light, for tests that have a thousand.
type reader struct {
	url, token, room string

	mu     sync.Mutex
	conn   *websocket.Conn
	at     int64          // everything up to here has come
	held   map[int64]bool // what came before something that is late
	came   int
	late   int // how often something came before what is earlier
	again  []string
	synced int // how often
	code   int // with which the last connection was closed
	wrong  []string
}

func (w *world) reader(token, room string, at int64) *reader {
	return &reader{url: w.url(), token: token, room: room, at: at, held: map[int64]bool{}}
}

// dial connects and resumes. The connection is read until it ends.
func (r *reader) dial(options ...func(net.Conn)) error {
	r.mu.Lock()
	path := fmt.Sprintf("/ws/chat/%s/?rev=%d", r.room, r.at)
	r.mu.Unlock()
	conn, _, err := websocket.DefaultDialer.Dial(strings.Replace(r.url, "http", "ws", 1)+path, http.Header{"Authorization": {r.token}})
	if err != nil {
		return err
	}
	for _, option := range options {
		option(conn.NetConn())
	}
	r.mu.Lock()
	r.conn, r.code = conn, 0
	clear(r.held) // they come again
	r.mu.Unlock()
	return nil
}

// read takes what comes until the connection ends.
func (r *reader) read() {
	r.mu.Lock()
	conn := r.conn
	r.mu.Unlock()
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			r.mu.Lock()
			r.code = 1006
			var closing *websocket.CloseError
			if errors.As(err, &closing) {
				r.code = closing.Code
			}
			r.mu.Unlock()
			return
		}
		kind, rev := headOf(data)
		r.mu.Lock()
		switch {
		case kind == "message" && (rev <= r.at || r.held[rev]):
			r.again = append(r.again, fmt.Sprintf("%d came again, all up to %d was there", rev, r.at))
		case kind == "message":
			if r.came++; rev != r.at+1 {
				r.late++
			}
			for r.held[rev] = true; r.held[r.at+1]; {
				r.at++
				delete(r.held, r.at)
			}
		case kind == "synced":
			r.synced++
			if rev > r.at {
				r.wrong = append(r.wrong, fmt.Sprintf("synced up to %d, but only up to %d came", rev, r.at))
			}
		case kind == "reload":
			r.wrong = append(r.wrong, "reload")
		}
		r.mu.Unlock()
	}
}

// cut drops the connection without a goodbye.
func (r *reader) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn != nil {
		_ = r.conn.NetConn().Close()
	}
}

func (r *reader) reached(rev int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at >= rev
}

func (r *reader) live(times int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.synced >= times
}

func (r *reader) closed() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.code
}

// mistakes are what came twice or not in order. Only after some five seconds the
// hub lets a message overtake one that was committed before it, which then comes to
// those as well who have read it meanwhile. So on a machine where sending takes as
// long neither is one.
func (r *reader) mistakes(w *world) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	slowest := time.Duration(w.slowest.Load())
	if r.late+len(r.again) == 0 || slowest >= 4*time.Second {
		return r.wrong
	}
	return append(append(r.wrong, r.again...), fmt.Sprintf("%d came before earlier ones, the slowest send took %v", r.late, slowest))
}

// headOf reads the type of a frame and its revision, of which both stand at the
// beginning.
func headOf(data []byte) (kind string, rev int64) {
	rest, _ := bytes.CutPrefix(data, []byte(`{"type":"`))
	name, rest, _ := bytes.Cut(rest, []byte(`"`))
	if _, rest, ok := bytes.Cut(rest[:min(len(rest), 80)], []byte(`"rev":`)); ok {
		end := bytes.IndexAny(rest, ",}")
		rev, _ = strconv.ParseInt(string(rest[:max(end, 0)]), 10, 64)
	}
	return string(name), rev
}

// jitter is pb_public/js/backoff.js: a random part of a window that doubles.
func jitter(random func() float64, tries int) time.Duration {
	window := min(30*time.Second, 500*time.Millisecond<<min(tries, 10))
	return time.Duration(random() * float64(window))
}
