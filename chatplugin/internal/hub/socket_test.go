package hub

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestFramesOfEverySizeArrive(t *testing.T) {
	g := newRig(t, Options{QueueBytes: 4 << 20})
	c := g.connect("user=ann")
	var want []string
	for _, size := range []int{2, 3, 125, 126, 127, 65535, 65536, 65537, 200_000, 2} {
		frame := `"` + strings.Repeat("é", (size-2)/2) + strings.Repeat("x", (size-2)%2) + `"`
		want = append(want, frame)
		g.hub.Publish(room, []byte(frame))
	}
	c.want(want...)
}

func TestOverTLS(t *testing.T) {
	g := newRig(t, Options{PingEvery: 30 * time.Millisecond})
	g.with(func(_ *http.Request, d *Dial) { d.Ping = func() []byte { return other } })
	server := httptest.NewTLSServer(http.HandlerFunc(g.serve))
	defer server.Close()
	dialer := websocket.Dialer{TLSClientConfig: server.Client().Transport.(*http.Transport).TLSClientConfig}
	conn, _, err := dialer.Dial("wss"+strings.TrimPrefix(server.URL, "https"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := &client{t, conn}
	c.want(`"synced"`, string(other))
	g.hub.Disconnect("ann", CodeRevoked)
	if _, code := c.rest(); code != CodeRevoked {
		t.Fatalf("closed with %d", code)
	}
}

func TestCutPush(t *testing.T) {
	for _, test := range []struct {
		push, topic, frame string
		ok                 bool
	}{
		{`{"channel":"rooms/a","pub":{"data":{"a":{"b":1}}}}`, "rooms/a", `{"a":{"b":1}}`, true},
		{`{"channel":"c","pub":{"data":"\",\"pub\":{\"data\":"}}`, "c", `"\",\"pub\":{\"data\":"`, true},
		{`{}`, "", "", false},
		{`{"channel":"rooms/a","unsubscribe":{"code":2000}}`, "", "", false},
	} {
		topic, frame, ok := cutPush([]byte(test.push))
		if ok != test.ok || ok && (string(topic) != test.topic || string(frame) != test.frame) {
			t.Errorf("%s: %q, %q, %v", test.push, topic, frame, ok)
		}
	}
}

func TestHeartbeat(t *testing.T) {
	g := newRig(t, Options{PingEvery: 30 * time.Millisecond})
	g.with(func(_ *http.Request, d *Dial) { d.Ping = func() []byte { return []byte(`{"type":"ping","rev":7}`) } })
	c := g.connect("user=ann")
	var pings atomic.Int32
	answer := c.conn.PingHandler()
	c.conn.SetPingHandler(func(data string) error { pings.Add(1); return answer(data) })
	c.want(`{"type":"ping","rev":7}`, `{"type":"ping","rev":7}`, `{"type":"ping","rev":7}`)
	if pings.Load() < 3 {
		t.Fatalf("%d protocol pings came with 3 frames", pings.Load())
	}
}

func TestSilentPeerIsGoneAndAnsweringOneStays(t *testing.T) {
	g := newRig(t, Options{PingEvery: 100 * time.Millisecond, ReadTimeout: time.Second})
	silent, answering := g.connect("user=ann"), g.connect("user=bob")
	silent.conn.SetPingHandler(func(string) error { return nil })
	ended := make(chan error, 1)
	go func() {
		_, _, err := answering.conn.ReadMessage()
		ended <- err
	}()
	if frame, err := silent.read(); err == nil {
		t.Fatalf("got %s", frame)
	}
	eventually(t, "ann is gone", func() bool { return !g.hub.Online("ann") })
	select {
	case err := <-ended:
		t.Fatalf("bob is gone too: %v", err)
	default:
	}
}

func TestWhatClientsSayIsIgnored(t *testing.T) {
	g := newRig(t, Options{})
	c := g.connect("user=ann")
	for i := range 50 {
		if err := c.conn.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"id":%d,"publish":{"channel":"rooms/r1"}}`, i)); err != nil {
			t.Fatal(err)
		}
	}
	g.hub.Publish(room, revFrame(1))
	c.want(`{"rev":1}`)
	_ = c.conn.WriteMessage(websocket.TextMessage, make([]byte, 4*inboundLimit))
	if _, code := c.rest(); code != websocket.CloseMessageTooBig {
		t.Fatalf("a message past the limit ended with %d", code)
	}
	eventually(t, "the connection is gone", func() bool { return !g.hub.Online("ann") })
}

// TestStalledReadersAreClosed publishes far more than a connection may queue to
// peers that never read, and looks at what the process holds meanwhile: they
// share the bytes of each frame, and none keeps more than its queue.
func TestStalledReadersAreClosed(t *testing.T) {
	const readers, published = 30, 8 << 20
	g := newRig(t, Options{WriteTimeout: 500 * time.Millisecond})
	for range readers {
		conn := dialStalled(t, g.url, "user=ann")
		defer conn.Close()
	}
	eventually(t, "all are subscribed", func() bool { return g.hub.node.Hub().NumSubscribers(room) == readers })

	frame := []byte(`"` + strings.Repeat("x", 16<<10) + `"`)
	start, most := heap(), uint64(0)
	for sent := 0; sent < published; sent += len(frame) {
		g.hub.Publish(room, frame)
		g.published()
	}
	eventually(t, "all are closed", func() bool {
		most = max(most, heap())
		return !g.hub.Online("ann") && g.hub.node.Hub().NumSubscribers(room) == 0
	})
	if grown := int64(most) - int64(start); grown > 3*published {
		t.Fatalf("%d stalled readers took %d KiB", readers, grown>>10)
	}
}

// heap says what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// dialStalled shakes hands and never reads again.
func dialStalled(t *testing.T, url, query string) net.Conn {
	t.Helper()
	host := strings.TrimPrefix(url, "ws://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	_, err = fmt.Fprintf(conn, "GET /?%s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", query, host)
	if err != nil {
		t.Fatal(err)
	}
	status := make([]byte, len("HTTP/1.1 101"))
	if _, err := io.ReadFull(conn, status); err != nil || string(status) != "HTTP/1.1 101" {
		t.Fatalf("handshake: %s, %v", status, err)
	}
	return conn
}

// TestPeerThatDoesNotHangUpIsHungUpOn keeps answering, but never the close frame.
func TestPeerThatDoesNotHangUpIsHungUpOn(t *testing.T) {
	g := newRig(t, Options{})
	conn := dialStalled(t, g.url, "user=ann")
	defer conn.Close()
	eventually(t, "open", func() bool { return g.opened("ann") })
	g.hub.Disconnect("ann", CodeRevoked)
	eventually(t, "hung up on", func() bool {
		_, _ = conn.Write([]byte{opPong, 0x80, 0, 0, 0, 0}) // a masked pong without payload
		return !g.hub.Online("ann")
	})
}

func TestSlowReaderIsToldToResume(t *testing.T) {
	g := newRig(t, Options{QueueBytes: 4 << 10})
	s := newFakeSink()
	g.attach(s, roomDial("ann"))
	resume := s.stall()
	g.hub.Publish(room, revFrame(1))
	<-s.blocked
	for range 4 {
		g.hub.Publish(room, []byte(`"`+strings.Repeat("x", 2<<10)+`"`))
	}
	g.published()
	resume()
	eventually(t, "closed 3008", func() bool { return s.closedWith(CodeResume) })
}

// churns is how many connections come and go; 10,000 are more than a usual run has
// time for.
var churns = flag.Int("churns", 2000, "how many connections come and go in TestF26_ConnectionsLeaveNothingBehind")

// TestF26_ConnectionsLeaveNothingBehind connects and closes many times, each in one
// of the ways a connection ends.
func TestF26_ConnectionsLeaveNothingBehind(t *testing.T) {
	rounds := *churns
	if testing.Short() {
		rounds = 200
	}
	g := newRig(t, Options{})
	churn := func(n int) {
		var wg sync.WaitGroup
		var next atomic.Int64
		for range 16 {
			wg.Go(func() {
				for i := next.Add(1); i <= int64(n); i = next.Add(1) {
					g.churnOne(t, int(i))
				}
			})
		}
		wg.Wait()
		eventually(t, "everybody is gone", func() bool {
			g.hub.registry.mu.Lock()
			defer g.hub.registry.mu.Unlock()
			return len(g.hub.registry.people) == 0 && g.hub.node.Hub().NumClients() == 0 &&
				g.hub.node.Hub().NumSubscriptions() == 0
		})
	}
	churn(64) // what is made once and kept
	before, used := runtime.NumGoroutine(), heap()
	churn(rounds)
	eventually(t, fmt.Sprintf("back to %d goroutines", before), func() bool { return runtime.NumGoroutine() <= before+8 })
	eventually(t, fmt.Sprintf("back to %d KiB", used>>10), func() bool { return heap() <= used+8<<20 })
}

func (g *rig) churnOne(t *testing.T, i int) {
	user := fmt.Sprintf("u%d", i)
	conn, _, err := websocket.DefaultDialer.Dial(g.url+"/?user="+user, nil)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	if i%4 == 0 {
		return // without waiting for anything
	}
	c := &client{t, conn}
	if frame, err := c.read(); err != nil || frame != `"synced"` {
		t.Errorf("got %s, %v", frame, err)
		return
	}
	switch i % 4 {
	case 1:
		_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(patience))
	case 2:
		g.hub.Disconnect(user, CodeRevoked)
	case 3:
		g.hub.Bar(user, room).Commit(lastFrame)
		g.hub.Admit(user, room)
	}
	for err == nil {
		_, err = c.read()
	}
}
