package hub

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// swallow stands before a server. From the moment it is told to, it takes what both
// sides say and passes nothing on, also not that one has hung up: as where a peer
// lost its network.
func swallow(t *testing.T, server string) (url string, from func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	var deaf atomic.Bool
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			conn, err := net.Dial("tcp", strings.TrimPrefix(server, "ws://"))
			if err != nil {
				client.Close()
				continue
			}
			t.Cleanup(func() { client.Close(); conn.Close() })
			pipe := func(to, from net.Conn) {
				_, _ = io.Copy(writerFunc(func(p []byte) (int, error) {
					if deaf.Load() {
						return len(p), nil
					}
					return to.Write(p)
				}), from)
				if !deaf.Load() {
					to.Close()
				}
			}
			go pipe(conn, client)
			go pipe(client, conn)
		}
	}()
	return "ws://" + listener.Addr().String(), func() { deaf.Store(true) }
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A peer that vanishes without a word is dropped when it has answered nothing for a
// while, and is online no more, although everything can still be written to it.
func TestF23_HalfOpenConnections(t *testing.T) {
	g := newRig(t, Options{PingEvery: 100 * time.Millisecond, ReadTimeout: 2 * time.Second, PresenceGather: time.Millisecond, PresenceHold: time.Millisecond})
	url, vanish := swallow(t, g.url)
	conn, _, err := websocket.DefaultDialer.Dial(url+"/?user=ann", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ann := &client{t, conn}
	ann.want(`"synced"`)
	go func() { // answers pings as long as there are any
		for {
			if _, _, err := conn.NextReader(); err != nil {
				return
			}
		}
	}()
	shown := func() int {
		n, _ := g.hub.Presence(room)
		return n
	}
	eventually(t, "she is shown", func() bool { return shown() == 1 })
	vanish()
	eventually(t, "who vanished is gone", func() bool {
		g.hub.Publish(room, revFrame(1)) // which the network takes
		return !g.hub.Online("ann") && shown() == 0
	})
}

// A heartbeat that proxies cut off after a minute at most is what everybody gets,
// whatever is configured.
func TestF23_HeartbeatIsShortEnough(t *testing.T) {
	for _, every := range []time.Duration{0, time.Second, 25 * time.Second, time.Hour} {
		got := Options{PingEvery: every}.withDefaults()
		if got.PingEvery <= 0 || got.PingEvery > 25*time.Second || every == time.Second && got.PingEvery != every {
			t.Errorf("%v became %v", every, got.PingEvery)
		}
		if got.ReadTimeout <= 2*got.PingEvery {
			t.Errorf("with a heartbeat every %v a peer is gone after %v: two must be lost before that", got.PingEvery, got.ReadTimeout)
		}
	}
}
