package chattest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Patience is how long waits go on before a test fails. It is no bound on
// speed: a loaded machine may take its time.
const Patience = 15 * time.Second

// Frame is one JSON object from a socket.
type Frame map[string]any

// Type is what kind of frame it is.
func (f Frame) Type() string { return f.Text("type") }

// Text reads a string field.
func (f Frame) Text(name string) string { s, _ := f[name].(string); return s }

// Int reads a number field.
func (f Frame) Int(name string) int64 { n, _ := f[name].(float64); return int64(n) }

// Raw is the frame as it came.
func (f Frame) Raw() string { return f.Text("raw") }

// Message is the message that a frame carries.
func (f Frame) Message() Frame { m, _ := f["message"].(map[string]any); return m }

// Socket is an open WebSocket that keeps every frame it got.
type Socket struct {
	app  *App
	conn *websocket.Conn

	mu     sync.Mutex
	frames []Frame
	next   int // the first frame that Wait has not looked at
	closed int // close code, 0 while open, 1006 without one
	grown  chan struct{}
}

// Socket opens a socket, such as "/ws/chat/inbox/", as the client's user.
func (c *Client) Socket(path string) *Socket {
	c.app.t.Helper()
	socket, status, err := c.TrySocket(path)
	if err != nil {
		c.app.t.Fatalf("%s was not opened: status %d, %v", path, status, err)
	}
	return socket
}

// TrySocket is Socket that answers the status of a refusal.
func (c *Client) TrySocket(path string, extra ...string) (*Socket, int, error) {
	header := http.Header{}
	c.sign(header)
	for i := 0; i+1 < len(extra); i += 2 {
		header.Set(extra[i], extra[i+1])
	}
	conn, response, err := websocket.DefaultDialer.Dial(strings.Replace(c.app.URL, "http", "ws", 1)+path, header)
	status := 0
	if response != nil {
		status = response.StatusCode
	}
	if err != nil {
		return nil, status, err
	}
	s := &Socket{app: c.app, conn: conn, grown: make(chan struct{}, 1)}
	go s.read()
	c.app.t.Cleanup(s.Cut)
	return s, status, nil
}

func (s *Socket) read() {
	for {
		_, data, err := s.conn.ReadMessage()
		s.mu.Lock()
		if err != nil {
			s.closed = 1006
			var closing *websocket.CloseError
			if errors.As(err, &closing) {
				s.closed = closing.Code
			}
		} else {
			frame := Frame{}
			if err := json.Unmarshal(data, &frame); err != nil {
				frame = Frame{"type": "unreadable", "data": string(data)}
			}
			frame["raw"] = string(data)
			s.frames = append(s.frames, frame)
		}
		s.mu.Unlock()
		select {
		case s.grown <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// Cut drops the connection without a goodbye.
func (s *Socket) Cut() { _ = s.conn.NetConn().Close() }

// Wait answers the next frame for which is holds, passing over the others.
func (s *Socket) Wait(what string, is func(Frame) bool) Frame {
	s.app.t.Helper()
	frame, err := s.TryWait(what, is)
	if err != nil {
		s.app.t.Fatal(err)
	}
	return frame
}

// TryWait is Wait that answers what it did not get, for use in goroutines.
func (s *Socket) TryWait(what string, is func(Frame) bool) (Frame, error) {
	deadline := time.After(Patience)
	for {
		s.mu.Lock()
		for ; s.next < len(s.frames); s.next++ {
			if is(s.frames[s.next]) {
				s.next++
				frame := s.frames[s.next-1]
				s.mu.Unlock()
				return frame, nil
			}
		}
		closed := s.closed
		s.mu.Unlock()
		if closed != 0 {
			return nil, fmt.Errorf("the socket closed with %d while waiting for %s", closed, what)
		}
		select {
		case <-s.grown:
		case <-deadline:
			return nil, fmt.Errorf("%s never came; got %s", what, s.Types())
		}
	}
}

// WaitType answers the next frame of a type.
func (s *Socket) WaitType(kind string) Frame {
	s.app.t.Helper()
	return s.Wait("a "+kind+" frame", func(f Frame) bool { return f.Type() == kind })
}

// WaitClosed answers the code with which the server closes.
func (s *Socket) WaitClosed() int {
	s.app.t.Helper()
	deadline := time.After(Patience)
	for {
		s.mu.Lock()
		closed := s.closed
		s.mu.Unlock()
		if closed != 0 {
			return closed
		}
		select {
		case <-s.grown:
		case <-deadline:
			s.app.t.Fatalf("the socket never closed; got %s", s.Types())
		}
	}
}

// Revs are the revisions of the message frames so far.
func (s *Socket) Revs() []int64 {
	var revs []int64
	for _, frame := range s.OfType("message") {
		revs = append(revs, frame.Int("rev"))
	}
	return revs
}

// Synced waits until the socket has everything up to now, and answers up to
// which revision that is.
func (s *Socket) Synced() int64 {
	s.app.t.Helper()
	return s.WaitType("synced").Int("rev")
}

// Frames are all frames so far.
func (s *Socket) Frames() []Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Frame(nil), s.frames...)
}

// OfType are the frames of a type so far.
func (s *Socket) OfType(kind string) []Frame {
	var found []Frame
	for _, frame := range s.Frames() {
		if frame.Type() == kind {
			found = append(found, frame)
		}
	}
	return found
}

// Types lists the types of all frames so far, for messages of failed tests.
func (s *Socket) Types() string {
	var types []string
	for _, frame := range s.Frames() {
		types = append(types, frame.Type())
	}
	return "[" + strings.Join(types, " ") + "]"
}
