package pb_public

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// fakeServer answers as the contract says, with one room and a list, so that
// the scripts can be tried against whatever a server and a network may do.
type fakeServer struct {
	*httptest.Server
	t      *testing.T
	assets *Assets
	pages  *template.Template

	mu       sync.Mutex
	messages []fakeMessage
	rev      int64
	rows     []*fakeRow
	sockets  map[*fakeSocket]bool
	readRev  int64
	heard                  // what the page did
	posted   chan struct{} // closed when the held POSTs may go on

	// What the next requests meet.
	refuse   func(w http.ResponseWriter, r *http.Request) bool // answers a request itself
	answered func(m fakeMessage)                               // between the save and the answer to a send
	echo     bool                                              // whether a sent message goes out as a frame
	reload   bool                                              // whether a resume answers reload
	pageSize int
}

// heard is what a page asked of the server.
type heard struct {
	resumes []string // the ?rev= of each connection
	sends   []string // the client_id of each POST
	reads   []int64
	typings int
}

type fakeMessage struct {
	ID, Author, Body, ClientID, At string
	Seq, Rev                       int64
}

type fakeRow struct {
	ID, Author, Text, At string
	Unread, Posts        int
	ReadRev, Rev         int64
}

type fakeSocket struct {
	mu   sync.Mutex
	conn *websocket.Conn
}

func (s *fakeSocket) write(frame any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.conn.WriteJSON(frame) // a socket that is gone is what some tests are about
}

func newFakeServer(t *testing.T) *fakeServer {
	t.Helper()
	s := &fakeServer{t: t, assets: made(t), sockets: map[*fakeSocket]bool{}, echo: true, pageSize: 50}
	s.pages = template.Must(template.ParseFiles("testdata/room.html"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /chat/assets/{file}", s.asset)
	mux.HandleFunc("GET /chat/{$}", func(w http.ResponseWriter, r *http.Request) { s.page(w, "") })
	mux.HandleFunc("GET /chat/room1/{$}", func(w http.ResponseWriter, r *http.Request) { s.page(w, "room1") })
	mux.HandleFunc("GET /chat/room1/messages/", s.older)
	mux.HandleFunc("GET /chat/list-partial/", s.list)
	mux.HandleFunc("POST /chat/room1/send/", s.send)
	mux.HandleFunc("POST /chat/room1/read/", s.read)
	mux.HandleFunc("POST /chat/room1/typing/", s.typing)
	mux.HandleFunc("POST /chat/new/", s.form)
	mux.HandleFunc("GET /ws/chat/{room}/", s.socket)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		refuse := s.refuse
		s.mu.Unlock()
		if refuse == nil || !refuse(w, r) {
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(func() {
		s.cut(0)
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// with changes what the server does.
func (s *fakeServer) with(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

const endless = int64(1) << 60

func (s *fakeServer) socket(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	socket := &fakeSocket{conn: conn}
	s.mu.Lock()
	s.sockets[socket] = true
	s.resumes = append(s.resumes, r.FormValue("rev"))
	since, err := strconv.ParseInt(r.FormValue("rev"), 10, 64)
	if s.reload {
		s.reload = false
		socket.write(map[string]any{"type": "reload", "room": "room1"})
	} else {
		for _, m := range s.messages {
			if err == nil && m.Rev > since {
				socket.write(s.frame(m))
			}
		}
		socket.write(map[string]any{"type": "synced", "room": "room1", "rev": s.rev})
	}
	s.mu.Unlock()
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			break
		}
	}
	s.with(func() { delete(s.sockets, socket) })
	_ = conn.Close()
}

func (s *fakeServer) frame(m fakeMessage) map[string]any {
	return map[string]any{
		"type": "message", "room": "room1", "rev": m.Rev, "html": s.render("message", m),
		"message": map[string]any{"id": m.ID, "seq": m.Seq, "rev": m.Rev, "author": m.Author, "kind": "text", "body": m.Body, "client_id": m.ClientID},
	}
}

// save stores a message, once a client id, and answers it.
func (s *fakeServer) save(author, body, client string) (m fakeMessage, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.messages {
		if client != "" && m.ClientID == client && m.Author == author {
			return m, false
		}
	}
	s.rev++
	m = fakeMessage{ID: fmt.Sprintf("m%04d", s.rev), Author: author, Body: body, ClientID: client, Seq: s.rev, Rev: s.rev, At: time.Now().UTC().Format(time.RFC3339)}
	s.messages = append(s.messages, m)
	return m, true
}

// post saves a message and sends it to all sockets.
func (s *fakeServer) post(author, body, client string) fakeMessage {
	m, fresh := s.save(author, body, client)
	s.mu.Lock()
	echo := s.echo
	s.mu.Unlock()
	if fresh && echo {
		s.publish(s.frame(m))
	}
	return m
}

// fill saves n messages without telling anybody.
func (s *fakeServer) fill(n int) {
	for i := range n {
		s.save("ann", fmt.Sprintf("old %d", i+1), "")
	}
}

func (s *fakeServer) publish(frame any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for socket := range s.sockets {
		socket.write(frame)
	}
}

// cut closes all sockets: with a code, or without a word when it is 0.
func (s *fakeServer) cut(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for socket := range s.sockets {
		if code != 0 {
			_ = socket.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
		}
		_ = socket.conn.Close()
	}
}

// soFar is what the page did until now.
func (s *fakeServer) soFar() heard {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.heard
	h.resumes, h.sends, h.reads = slices.Clone(h.resumes), slices.Clone(h.sends), slices.Clone(h.reads)
	return h
}

// saved is what was stored until now.
func (s *fakeServer) saved() []fakeMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// eventually waits for something on the server's side.
func (s *fakeServer) eventually(what string, holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		s.mu.Lock()
		ok := holds()
		s.mu.Unlock()
		if ok {
			return
		}
	}
	s.t.Fatalf("waited in vain: %s", what)
}

func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}
