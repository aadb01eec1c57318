package hub

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// FuzzWhatClientsSend sends a socket one frame that is well formed as far as its
// first byte is, and then anything. Whatever it is, what comes back is frames, the
// last one with a code that may be sent, the connection ends, and others hear on.
func FuzzWhatClientsSend(f *testing.F) {
	f.Add(byte(opText), []byte(`{"type":"message","room":"r1","rev":1}`), []byte{})
	f.Add(byte(opPing), []byte("are you there"), []byte{opPong, 0x80, 0, 0, 0, 0})
	f.Add(byte(opClose), []byte{0x03, 0xe8}, []byte{})
	f.Add(byte(opClose), []byte{0xff}, []byte("GET / HTTP/1.1\r\n\r\n"))
	f.Add(byte(0x1), []byte("begun"), []byte{0x80, 0x80, 0, 0, 0, 0})
	f.Add(byte(0xff), bytes.Repeat([]byte("x"), 300), []byte{opText, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Add(byte(opText), make([]byte, 2*inboundLimit), []byte{opText, 5, 'p', 'l', 'a', 'i', 'n'})
	g := newRig(f, Options{})
	witness := g.connect("user=witness")
	var turn atomic.Int64
	f.Fuzz(func(t *testing.T, first byte, payload, more []byte) {
		n := turn.Add(1)
		user := fmt.Sprint("u", n)
		conn := shakeHands(t, g.url, "user="+user)
		defer conn.Close()
		go func() {
			_, _ = conn.Write(append(appendMasked(nil, first, payload), more...))
			_ = conn.(*net.TCPConn).CloseWrite()
		}()
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		answered, err := io.ReadAll(conn)
		if err != nil && !strings.Contains(err.Error(), "reset") {
			t.Fatalf("it was never hung up: %v", err)
		}
		if err == nil {
			checkFrames(t, answered)
		}
		eventually(t, "the connection is gone", func() bool { return !g.hub.Online(user) })
		frame := fmt.Sprintf(`"%d"`, n)
		g.hub.Publish("users/witness", []byte(frame))
		if got, err := witness.read(); err != nil || got != frame {
			t.Fatalf("somebody else got %s, %v", got, err)
		}
	})
}

// shakeHands opens a socket and leaves everything after that to its caller.
func shakeHands(t *testing.T, url, query string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(conn, "GET /?%s HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", query)
	if err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 0, 200)
	for one := make([]byte, 1); !bytes.HasSuffix(answer, []byte("\r\n\r\n")); answer = append(answer, one...) {
		if _, err := io.ReadFull(conn, one); err != nil {
			t.Fatalf("handshake: %s, %v", answer, err)
		}
	}
	if !bytes.HasPrefix(answer, []byte("HTTP/1.1 101")) {
		t.Fatalf("handshake: %s", answer)
	}
	return conn
}

// appendMasked appends a frame as clients send it.
func appendMasked(buf []byte, first byte, payload []byte) []byte {
	start := len(buf)
	buf = appendFrame(buf, first, nil)
	switch n := len(payload); {
	case n < 126:
		buf[start+1] = byte(n)
	default:
		buf[start+1] = 127
		buf = binary.BigEndian.AppendUint64(buf, uint64(n))
	}
	buf[start+1] |= 0x80
	return append(append(buf, 0, 0, 0, 0), payload...)
}

// checkFrames looks at everything that a server wrote.
func checkFrames(t *testing.T, all []byte) {
	t.Helper()
	for rest := all; len(rest) > 0; {
		opcode, payload, after, ok := cutFrame(rest)
		if !ok {
			t.Fatalf("no frame at %d of %q", len(all)-len(rest), all)
		}
		switch opcode {
		case opText, opPing, opPong:
		case opClose:
			if len(after) > 0 {
				t.Errorf("after the close frame came %q", after)
			}
			if len(payload) == 1 || len(payload) > 1 && !sendable(int(binary.BigEndian.Uint16(payload))) {
				t.Errorf("closed with %q", payload)
			}
		default:
			t.Errorf("opcode %#x", opcode)
		}
		rest = after
	}
}

func cutFrame(all []byte) (opcode byte, payload, after []byte, ok bool) {
	if len(all) < 2 || all[1]&0x80 != 0 {
		return 0, nil, nil, false
	}
	head, n := 2, int(all[1])
	switch {
	case n == 126 && len(all) >= 4:
		head, n = 4, int(binary.BigEndian.Uint16(all[2:]))
	case n == 127 && len(all) >= 10:
		head, n = 10, int(binary.BigEndian.Uint64(all[2:]))
	}
	if n < 0 || len(all)-head < n {
		return 0, nil, nil, false
	}
	return all[0], all[head : head+n], all[head+n:], true
}

// sendable says whether a close code may stand in a frame.
func sendable(code int) bool {
	switch code {
	case websocket.CloseNoStatusReceived, websocket.CloseAbnormalClosure, websocket.CloseTLSHandshake, 1004:
		return false
	}
	return code >= 1000 && code < 5000
}

// FuzzCutPush takes apart what centrifuge may write around a frame.
func FuzzCutPush(f *testing.F) {
	f.Add("rooms/r1", []byte(`{"rev":1}`), []byte("{}"))
	f.Add("users/:00", []byte(`","pub":{"data":`), []byte(`{"channel":"","pub":{"data":}}`))
	f.Fuzz(func(t *testing.T, topic string, frame, any []byte) {
		if name, cut, ok := cutPush(any); ok && len(name)+len(cut) > len(any) {
			t.Errorf("%q was cut into %q and %q", any, name, cut)
		}
		if !plainTopic(topic) {
			return
		}
		push := fmt.Appendf(nil, `{"channel":"%s","pub":{"data":%s}}`, topic, frame)
		if name, cut, ok := cutPush(push); !ok || string(name) != topic || !bytes.Equal(cut, frame) {
			t.Errorf("%q was cut into %q and %q", push, name, cut)
		}
	})
}
