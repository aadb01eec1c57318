package chattest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Patience is how long waits go on before a test fails. It is no bound on
// speed: a loaded machine may take its time.
const Patience = 30 * time.Second

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

// Stream keeps every frame that a connection got.
type Stream struct {
	app *App

	mu     sync.Mutex
	frames []Frame
	next   int // the first frame that Wait has not looked at
	closed int // close code, 0 while open, 1006 without one
	grown  chan struct{}
}

func newStream(app *App) Stream { return Stream{app: app, grown: make(chan struct{}, 1)} }

// take keeps a frame that came on a topic, "" where there is but one.
func (s *Stream) take(topic string, data []byte) {
	frame := Frame{}
	if err := json.Unmarshal(data, &frame); err != nil {
		frame = Frame{"type": "unreadable", "data": string(data)}
	}
	frame["raw"] = string(data)
	if topic != "" {
		frame["topic"] = topic
	}
	s.mu.Lock()
	s.frames = append(s.frames, frame)
	s.mu.Unlock()
	s.tell()
}

func (s *Stream) end(code int) {
	s.mu.Lock()
	s.closed = code
	s.mu.Unlock()
	s.tell()
}

func (s *Stream) tell() {
	select {
	case s.grown <- struct{}{}:
	default:
	}
}

// Wait answers the next frame for which is holds, passing over the others.
func (s *Stream) Wait(what string, is func(Frame) bool) Frame {
	s.app.t.Helper()
	frame, err := s.TryWait(what, is)
	if err != nil {
		s.app.t.Fatal(err)
	}
	return frame
}

// TryWait is Wait that answers what it did not get, for use in goroutines.
func (s *Stream) TryWait(what string, is func(Frame) bool) (Frame, error) {
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

// Until waits until the frames so far are as they should be.
func (s *Stream) Until(what string, are func(all []Frame) bool) {
	s.app.t.Helper()
	for deadline := time.Now().Add(Patience); !are(s.Frames()); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.app.t.Fatalf("%s never came; got %s", what, s.Types())
		}
	}
}

// WaitType answers the next frame of a type.
func (s *Stream) WaitType(kind string) Frame {
	s.app.t.Helper()
	return s.Wait("a "+kind+" frame", func(f Frame) bool { return f.Type() == kind })
}

// WaitClosed answers the code with which the server closes.
func (s *Stream) WaitClosed() int {
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
func (s *Stream) Revs() []int64 {
	var revs []int64
	for _, frame := range s.OfType("message") {
		revs = append(revs, frame.Int("rev"))
	}
	return revs
}

// Synced waits until the socket has everything up to now, and answers up to
// which revision that is.
func (s *Stream) Synced() int64 {
	s.app.t.Helper()
	return s.WaitType("synced").Int("rev")
}

// Frames are all frames so far.
func (s *Stream) Frames() []Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Frame(nil), s.frames...)
}

// OfType are the frames of a type so far.
func (s *Stream) OfType(kind string) []Frame {
	var found []Frame
	for _, frame := range s.Frames() {
		if frame.Type() == kind {
			found = append(found, frame)
		}
	}
	return found
}

// Types lists the types of all frames so far, for messages of failed tests.
func (s *Stream) Types() string {
	var types []string
	for _, frame := range s.Frames() {
		types = append(types, frame.Type())
	}
	return "[" + strings.Join(types, " ") + "]"
}
