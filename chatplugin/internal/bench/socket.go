package bench

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// socket reads a WebSocket with as little work as possible, since it shares the
// machine with the server: it finds the frames, gives those about messages to
// the ledger, and answers pings.
type socket struct {
	place
	conn   net.Conn
	ledger *ledger
	timed  bool
	times  []int64      // when each message came since it is open, if timed
	synced chan int64   // gets the revision of the first synced frame
	upTo   atomic.Int64 // the revision up to which all came

	buf   []byte
	start int // of what is not looked at yet
	end   int
}

// readBytes is what a socket reads at once; larger frames get a larger buffer.
const readBytes = 16 << 10

func newSocket(conn net.Conn, name string, ledger *ledger) *socket {
	return &socket{
		place: place{name: name}, conn: conn, ledger: ledger, synced: make(chan int64, 1), buf: make([]byte, readBytes),
	}
}

// dial connects so that closing leaves nothing behind: thousands of ports that
// wait for a minute each would soon be all there are.
func dial(address string) (net.Conn, error) {
	conn, err := net.DialTimeout("tcp", address, 10*time.Second)
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	return conn, err
}

// errTooMany says that somebody has as many sockets as one person may.
var errTooMany = errors.New("not opened: too many of one person")

// openSocket opens a socket of the chat.
func openSocket(address, path, token, name string, ledger *ledger) (*socket, error) {
	conn, err := dial(address)
	if err != nil {
		return nil, err
	}
	s := newSocket(conn, name, ledger)
	if err := s.shakeHands(address, path, token); err != nil {
		conn.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func (s *socket) shakeHands(address, path, token string) error {
	request := "GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Y2hhdCBiZW5jaCBpcyBoZQ==\r\nAuthorization: " + token + "\r\n\r\n"
	_ = s.conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := io.WriteString(s.conn, request); err != nil {
		return err
	}
	for {
		if head, _, ok := bytes.Cut(s.buf[:s.end], []byte("\r\n\r\n")); ok {
			if bytes.HasPrefix(head, []byte("HTTP/1.1 429 ")) {
				return errTooMany
			}
			if !bytes.HasPrefix(head, []byte("HTTP/1.1 101 ")) {
				status, _, _ := strings.Cut(string(head), "\r\n")
				return fmt.Errorf("not opened: %s", status)
			}
			s.start = len(head) + 4
			return s.conn.SetDeadline(time.Time{})
		}
		if s.end == len(s.buf) {
			return errors.New("the answer to the handshake has no end")
		}
		n, err := s.conn.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			return err
		}
	}
}

// read looks at all that comes until the connection ends, and answers why.
func (s *socket) read() error {
	for {
		right, err := s.frames(time.Now().UnixNano())
		if right > 0 {
			s.upTo.Store(s.next - 1)
			s.ledger.got.Add(right)
		}
		if err != nil {
			return err
		}
		if s.start > 0 {
			s.end = copy(s.buf, s.buf[s.start:s.end])
			s.start = 0
		}
		if s.end == len(s.buf) {
			s.buf = append(s.buf, make([]byte, len(s.buf))...)
		}
		n, err := s.conn.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			return err
		}
	}
}

// frames looks at the whole frames that have come, and counts the messages that
// were right.
func (s *socket) frames(now int64) (right int64, err error) {
	for {
		opcode, payload, size, err := cutFrame(s.buf[s.start:s.end])
		if err != nil || size == 0 {
			return right, err
		}
		s.start += size
		switch opcode {
		case opText:
			if ok, err := s.text(payload, now); err != nil {
				return right, err
			} else if ok {
				right++
			}
		case opPing:
			if _, err := s.conn.Write([]byte{0x80 | opPong, 0x80, 0, 0, 0, 0}); err != nil {
				return right, err
			}
		case opClose:
			code := 0
			if len(payload) >= 2 {
				code = int(binary.BigEndian.Uint16(payload))
			}
			return right, fmt.Errorf("the server closed the socket with %d", code)
		}
	}
}

const (
	opText  = 0x1
	opClose = 0x8
	opPing  = 0x9
	opPong  = 0xA
)

// cutFrame finds the frame at the beginning; size is 0 while it is not whole.
// A server sends its frames unmasked, and ours sends no fragments.
func cutFrame(buf []byte) (opcode byte, payload []byte, size int, err error) {
	if len(buf) < 2 {
		return 0, nil, 0, nil
	}
	if buf[0]&0x80 == 0 || buf[1]&0x80 != 0 {
		return 0, nil, 0, errors.New("a frame that no server of ours sends")
	}
	head, length := 2, uint64(buf[1])
	switch {
	case length == 126 && len(buf) >= 4:
		head, length = 4, uint64(binary.BigEndian.Uint16(buf[2:]))
	case length == 127 && len(buf) >= 10:
		head, length = 10, binary.BigEndian.Uint64(buf[2:])
	case length >= 126:
		return 0, nil, 0, nil
	}
	if length > uint64(len(buf)-head) {
		return 0, nil, 0, nil
	}
	size = head + int(length)
	return buf[0] & 0x0F, buf[head:size], size, nil
}

// frameOf is a text frame as a server writes it.
func frameOf(payload []byte) []byte {
	frame := []byte{0x80 | opText}
	switch n := len(payload); {
	case n < 126:
		frame = append(frame, byte(n))
	case n < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, 126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 127), uint64(n))
	}
	return append(frame, payload...)
}

var (
	messageHead = []byte(`{"type":"message",`)
	syncedHead  = []byte(`{"type":"synced",`)
	revMark     = []byte(`"rev":`)
	endings     = [][]byte{[]byte(`{"type":"removed"`), []byte(`{"type":"reload"`)}
)

// text takes a frame of the chat.
func (s *socket) text(frame []byte, now int64) (right bool, err error) {
	switch {
	case bytes.HasPrefix(frame, messageHead):
		rev := revOf(frame)
		if s.timed {
			s.times = append(s.times, now)
		}
		return s.ledger.take(&s.place, rev, frame), nil
	case bytes.HasPrefix(frame, syncedHead):
		rev := revOf(frame)
		if s.next == 0 {
			s.next = rev + 1
			s.synced <- rev
		}
		if rev >= s.next {
			s.ledger.faults.add("%s: synced with revision %d, and had only those up to %d: lost", s.name, rev, s.next-1)
		}
		s.upTo.Store(s.next - 1)
		return false, nil
	}
	for _, ending := range endings {
		if bytes.HasPrefix(frame, ending) {
			return false, fmt.Errorf("the server said %s", frame)
		}
	}
	return false, nil
}

// revOf reads the revision near a frame's beginning, -1 without one.
func revOf(frame []byte) int64 {
	_, rest, ok := bytes.Cut(frame[:min(len(frame), 96)], revMark)
	if !ok {
		return -1
	}
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	rev, err := strconv.ParseInt(string(rest[:digits]), 10, 64)
	if err != nil {
		return -1
	}
	return rev
}
