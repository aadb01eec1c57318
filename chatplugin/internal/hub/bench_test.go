package hub

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// BenchmarkFanout times one frame of 1 KB from Publish until every subscriber
// has read it from its own loopback socket, in bursts of 64 as a busy room makes
// them. The readers are part of what is timed: they share the machine.
func BenchmarkFanout(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			g := newRig(b, Options{MaxUserConns: -1})
			frame := []byte(`{"html":"` + strings.Repeat("x", 1024) + `"}`)
			var read atomic.Int64 // bytes
			for range n {
				conn, _, err := websocket.DefaultDialer.Dial(g.url, nil)
				if err != nil {
					b.Fatal(err)
				}
				c := &client{b, conn}
				c.want(`"synced"`)
				b.Cleanup(func() { conn.Close() })
				go count(conn.NetConn(), &read)
			}
			each := int64(len(appendFrame(nil, opText, frame)) * n)
			sent := int64(0)
			for b.Loop() {
				g.hub.Publish(room, frame)
				if sent += each; sent/each%64 == 0 {
					awaitBytes(b, &read, sent)
				}
			}
			awaitBytes(b, &read, sent)
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "deliveries/s")
		})
	}
}

func count(conn net.Conn, read *atomic.Int64) {
	buf := make([]byte, 64<<10)
	_ = conn.SetReadDeadline(time.Time{})
	for {
		n, err := conn.Read(buf)
		read.Add(int64(n))
		if err != nil {
			return
		}
	}
}

func awaitBytes(b *testing.B, read *atomic.Int64, want int64) {
	for deadline := time.Now().Add(patience); read.Load() < want; time.Sleep(20 * time.Microsecond) {
		if time.Now().After(deadline) {
			b.Fatalf("%d of %d bytes were read", read.Load(), want)
		}
	}
}

// BenchmarkSequencer times a revision from its reservation to its leaving, with
// so many others open in the same topic; the last opened are released first.
func BenchmarkSequencer(b *testing.B) {
	frame := []byte(`{}`)
	for _, open := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(open), func(b *testing.B) {
			b.ReportAllocs()
			left := 0
			s := newSequencer(func(string, []byte) { left++ }, time.Hour)
			rev, done := int64(0), 0
			for b.Loop() {
				rev++
				s.reserve(room, rev)
				if done++; done%open == 0 {
					for i := range int64(open) {
						s.release(room, rev-i, frame)
					}
				}
			}
			for i := range int64(done % open) {
				s.release(room, rev-i, frame)
			}
			if left != done {
				b.Fatalf("%d of %d left", left, done)
			}
		})
	}
}
