package bench

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for what comes at once.
const patience = time.Minute

// told is a message frame as the chat writes it.
func told(rev int64, id, body string) []byte {
	return fmt.Appendf(nil, `{"type":"message","room":"room00000000001","rev":%d,"message":{"id":%q,"author":"ann","seq":%[1]d,"rev":%[1]d,"body":%[3]q},"html":"<b>x</b>"}`, rev, id, body)
}

func synced(rev int64) []byte {
	return fmt.Appendf(nil, `{"type":"synced","room":"room00000000001","rev":%d}`, rev)
}

func message(rev int64) []byte {
	return told(rev, fmt.Sprint("id", rev), fmt.Sprint("message ", rev))
}

func messageSent(rev int64) sent {
	return sent{ID: fmt.Sprint("id", rev), Author: "ann", Body: fmt.Sprint("message ", rev), Rev: rev}
}

// feed lets sockets of one room read what a server writes, over the network.
func feed(t *testing.T, ledger *ledger, each ...[][]byte) *audience {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	a := &audience{ledger: ledger}
	for i, frames := range each {
		conn, err := dial(listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		server, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		s := newSocket(conn, fmt.Sprintf("socket %d", i+1), ledger)
		a.sockets = append(a.sockets, s)
		ended := make(chan struct{})
		go func() {
			_ = s.read()
			close(ended)
		}()
		for _, frame := range frames {
			if _, err := server.Write(frameOf(frame)); err != nil {
				t.Fatal(err)
			}
		}
		server.Close()
		select {
		case <-ended:
		case <-time.After(patience):
			t.Fatal("the socket was not read to its end")
		}
	}
	return a
}

// What is lost, doubled, changed or out of order on any socket is found.
func TestTheLedgerFindsWhatIsWrong(t *testing.T) {
	right := [][]byte{synced(0), message(1), message(2), message(3)}
	for name, c := range map[string]struct {
		frames [][]byte
		said   string
	}{
		"right":                     {right, ""},
		"other frames between":      {[][]byte{synced(0), message(1), []byte(`{"type":"read","room":"r"}`), message(2), message(3)}, ""},
		"lost":                      {[][]byte{synced(0), message(1), message(3)}, "revision 3 came where 2 had to"},
		"doubled":                   {[][]byte{synced(0), message(1), message(2), message(2), message(3)}, "revision 2 came again"},
		"out of order":              {[][]byte{synced(0), message(2), message(1), message(3)}, "revision 2 came where 1 had to"},
		"changed":                   {[][]byte{synced(0), message(1), told(2, "id2", "something else"), message(3)}, "revision 2 is not what others got"},
		"lost and synced over":      {[][]byte{synced(0), message(1), synced(3)}, "synced with revision 3"},
		"without a revision":        {[][]byte{synced(0), []byte(`{"type":"message","room":"r"}`)}, "revision -1"},
		"lost after it was resumed": {[][]byte{synced(1), message(3)}, "revision 3 came where 2 had to"},
	} {
		t.Run(name, func(t *testing.T) {
			ledger := newLedger(0, 100)
			feed(t, ledger, right, c.frames)
			err := ledger.faults.err()
			if c.said == "" && err != nil || c.said != "" && (err == nil || !strings.Contains(err.Error(), c.said)) {
				t.Errorf("found %v, want %q", err, c.said)
			}
		})
	}
}

// What everybody got is compared with what was sent.
func TestTheLedgerComparesWithWhatWasSent(t *testing.T) {
	for name, c := range map[string]struct {
		sent []sent
		said string
	}{
		"right":          {[]sent{messageSent(1), messageSent(2)}, ""},
		"reached nobody": {[]sent{messageSent(1), messageSent(2), messageSent(3)}, "reached nobody"},
		"nobody sent it": {[]sent{messageSent(1)}, "nobody sent it"},
		"another text":   {[]sent{messageSent(1), {ID: "id2", Author: "ann", Body: "mine", Rev: 2}}, `"mine" of ann was sent`},
		"another author": {[]sent{messageSent(1), {ID: "id2", Author: "bob", Body: "message 2", Rev: 2}}, "of bob was sent"},
	} {
		t.Run(name, func(t *testing.T) {
			ledger := newLedger(0, 100)
			feed(t, ledger, [][]byte{synced(0), message(1), message(2)})
			all := map[int64]sent{}
			for _, s := range c.sent {
				all[s.Rev] = s
			}
			err := ledger.agrees(all)
			if c.said == "" && err != nil || c.said != "" && (err == nil || !strings.Contains(err.Error(), c.said)) {
				t.Errorf("found %v, want %q", err, c.said)
			}
		})
	}
}

// Frames come in pieces, several at once, and of all lengths.
func TestSocketsFindFrames(t *testing.T) {
	var want [][]byte
	var stream []byte
	for rev, length := range []int{0, 10, 125, 126, 4000, 65_536, 200_000} {
		frame := told(int64(rev+1), "id", strings.Repeat("x", length))
		want, stream = append(want, frame), append(stream, frameOf(frame)...)
	}
	for _, piece := range []int{1, 7, 1000, len(stream)} {
		ledger := newLedger(0, 100)
		s := newSocket(nil, "socket", ledger)
		s.next = 1
		for at := 0; at < len(stream); at += piece {
			s.buf = append(s.buf[:s.end], stream[at:min(at+piece, len(stream))]...)
			s.end = len(s.buf)
			if _, err := s.frames(0); err != nil {
				t.Fatal(err)
			}
		}
		for i, frame := range want {
			if got := ledger.frame(int64(i + 1)); string(got) != string(frame) {
				t.Errorf("in pieces of %d: frame %d has %d bytes, want %d", piece, i+1, len(got), len(frame))
			}
		}
		if err := ledger.faults.err(); err != nil {
			t.Error(err)
		}
	}
}

// A socket that the server ends is not taken for a quiet one.
func TestSocketsSayWhyTheyEnd(t *testing.T) {
	s := newSocket(nil, "socket", newLedger(0, 1))
	s.buf = append([]byte{0x80 | opClose, 2}, 3008>>8, 3008&0xFF)
	s.end = len(s.buf)
	if _, err := s.frames(0); err == nil || !strings.Contains(err.Error(), "3008") {
		t.Errorf("said %v", err)
	}
	s = newSocket(nil, "socket", newLedger(0, 1))
	s.buf = frameOf([]byte(`{"type":"removed","room":"r"}`))
	s.end = len(s.buf)
	if _, err := s.frames(0); err == nil || !strings.Contains(err.Error(), "removed") {
		t.Errorf("said %v", err)
	}
}
