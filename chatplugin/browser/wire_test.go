package browser

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// wire is the network between a browser and the application: it can hold back
// what sockets bring, cut them, and be down.
type wire struct {
	URL    string
	server string

	mu      sync.Mutex
	changed *sync.Cond
	holding bool // what the server says on sockets waits
	down    bool
	pairs   map[*pair]bool
}

// pair is one connection through the wire.
type pair struct {
	browser, server net.Conn
	socket          bool
}

func (p *pair) cut() {
	_ = p.browser.Close()
	_ = p.server.Close()
}

// newWire lays a wire to a server.
func newWire(t *testing.T, server string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{URL: "http://" + listener.Addr().String(), server: strings.TrimPrefix(server, "http://"), pairs: map[*pair]bool{}}
	w.changed = sync.NewCond(&w.mu)
	go w.accept(listener)
	t.Cleanup(func() {
		_ = listener.Close()
		w.hold(false)
		w.cut(func(*pair) bool { return true })
	})
	return w
}

func (w *wire) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go w.join(conn)
	}
}

// join reads the first request to tell sockets from the rest, then copies.
func (w *wire) join(browser net.Conn) {
	defer browser.Close()
	reader := bufio.NewReader(browser)
	first, err := reader.Peek(len("GET /ws/"))
	if err != nil || w.isDown() {
		return
	}
	server, err := net.Dial("tcp", w.server)
	if err != nil {
		return
	}
	p := &pair{browser: browser, server: server, socket: string(first) == http.MethodGet+" /ws/"}
	w.mu.Lock()
	w.pairs[p] = true
	w.mu.Unlock()
	defer func() {
		p.cut()
		w.mu.Lock()
		delete(w.pairs, p)
		w.mu.Unlock()
	}()
	go func() {
		_, _ = io.Copy(server, reader)
		p.cut()
	}()
	w.bring(p)
}

// bring copies what the server says, unless it is held back.
func (w *wire) bring(p *pair) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := p.server.Read(buffer)
		if p.socket {
			w.mu.Lock()
			for w.holding {
				w.changed.Wait()
			}
			w.mu.Unlock()
		}
		if n > 0 {
			if _, err := p.browser.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// hold keeps back whatever sockets bring, their opening too, until it is
// called with false.
func (w *wire) hold(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.holding = on
	w.changed.Broadcast()
}

// fail takes the whole network down, or up again.
func (w *wire) fail(on bool) {
	w.mu.Lock()
	w.down = on
	w.mu.Unlock()
	if on {
		w.cut(func(*pair) bool { return true })
	}
}

// cutSockets cuts the open sockets and answers how many there were.
func (w *wire) cutSockets() int { return w.cut(func(p *pair) bool { return p.socket }) }

func (w *wire) isDown() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.down
}

func (w *wire) cut(which func(*pair) bool) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for p := range w.pairs {
		if which(p) {
			p.cut()
			n++
		}
	}
	return n
}
