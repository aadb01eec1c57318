package hub

import (
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	inboundLimit = 4 << 10     // of one message from a client; none is looked at
	closeWait    = time.Second // for writing a close frame, and for the peer's answer
)

var errBroken = errors.New("hub: connection is broken")

// newUpgrader makes the handshake. The caller has looked at the origin. The
// buffers are small because we only read control frames, and write past them.
func newUpgrader() websocket.Upgrader {
	return websocket.Upgrader{
		HandshakeTimeout: 3 * time.Second,
		ReadBufferSize:   128,
		WriteBufferSize:  256,
		WriteBufferPool:  &sync.Pool{},
		CheckOrigin:      func(*http.Request) bool { return true },
	}
}

// wsSink is a WebSocket. gorilla shakes hands and reads; all writing is ours.
type wsSink struct {
	conn         *websocket.Conn
	net          net.Conn
	writeTimeout time.Duration
	readTimeout  time.Duration
	interrupted  atomic.Bool

	mu      sync.Mutex
	broken  bool // a write failed, maybe half way through a frame
	closing bool // our close frame is out
}

func newWSSink(conn *websocket.Conn, options Options) *wsSink {
	s := &wsSink{
		conn: conn, net: conn.NetConn(),
		writeTimeout: options.WriteTimeout, readTimeout: options.ReadTimeout,
	}
	conn.SetReadLimit(inboundLimit)
	conn.SetPongHandler(func(string) error { s.alive(); return nil })
	conn.SetPingHandler(func(data string) error { s.alive(); return s.control(opPong, []byte(data)) })
	conn.SetCloseHandler(func(code int, _ string) error { return s.echo(code) })
	s.alive()
	return s
}

// read throws away what the client says until it is gone.
func (s *wsSink) read() {
	for {
		if _, _, err := s.conn.NextReader(); err != nil {
			return
		}
	}
}

// alive gives the peer another while, unless it is only waited for to hang up.
func (s *wsSink) alive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		_ = s.net.SetReadDeadline(time.Now().Add(s.readTimeout))
	}
}

func (s *wsSink) writeFrames(frames [][]byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	buf := buffers.Get().(*[]byte)
	defer giveBack(buf)
	for _, frame := range frames {
		if len(*buf) > 0 && len(*buf)+len(frame) > keptBuffer {
			if err := s.send(*buf, s.writeTimeout); err != nil {
				return err
			}
			*buf = (*buf)[:0]
		}
		*buf = appendFrame(*buf, opText, frame)
	}
	if len(*buf) == 0 {
		return nil
	}
	return s.send(*buf, s.writeTimeout)
}

func (s *wsSink) ping(frame []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	buf := buffers.Get().(*[]byte)
	defer giveBack(buf)
	*buf = appendFrame(*buf, opPing, nil)
	if frame != nil {
		*buf = appendFrame(*buf, opText, frame)
	}
	return s.send(*buf, s.writeTimeout)
}

func (s *wsSink) control(opcode byte, payload []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.send(appendFrame(nil, opcode, payload), s.writeTimeout)
}

// send is one write with its deadline; mu is held.
func (s *wsSink) send(buf []byte, timeout time.Duration) error {
	if s.broken || s.closing {
		return errBroken
	}
	_ = s.net.SetWriteDeadline(time.Now().Add(timeout))
	err := error(errBroken)
	if !s.interrupted.Load() {
		_, err = s.net.Write(buf)
	}
	if err != nil {
		s.broken = true
		_ = s.net.Close()
	}
	return err
}

// interrupt sets its mark before the deadline: a write that does not see the
// mark has set its own deadline before, and is hit by this one.
func (s *wsSink) interrupt() {
	s.interrupted.Store(true)
	_ = s.net.SetWriteDeadline(time.Now())
}

// close leaves the socket open for a moment: hanging up with the peer's last
// bytes unread would reset the connection, and the code might never arrive.
func (s *wsSink) close(code int, reason string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if code == 0 || s.broken {
		s.broken = true
		return s.net.Close()
	}
	if s.closing {
		return nil
	}
	payload := binary.BigEndian.AppendUint16(nil, uint16(code))
	err := s.send(appendFrame(nil, opClose, append(payload, reason...)), min(closeWait, s.writeTimeout))
	s.closing = true
	_ = s.net.SetReadDeadline(time.Now().Add(closeWait))
	return err
}

// echo answers the peer's close frame, once.
func (s *wsSink) echo(code int) error {
	var payload []byte
	if code != websocket.CloseNoStatusReceived {
		payload = binary.BigEndian.AppendUint16(nil, uint16(code))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		_ = s.send(appendFrame(nil, opClose, payload), min(closeWait, s.writeTimeout))
		s.closing = true
	}
	return nil
}
