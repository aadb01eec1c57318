package chattest

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gorilla/websocket"
)

// Socket is an open WebSocket that keeps every frame it got.
type Socket struct {
	Stream
	conn *websocket.Conn
}

// Socket opens a socket, such as "/ws/chat/inbox/", as the client's user.
func (c *Client) Socket(path string) *Socket {
	c.app.t.Helper()
	socket, status, err := c.TrySocket(path)
	if err != nil {
		c.app.t.Fatalf("%s was not opened: status %d, %v", path, status, err)
	}
	return socket
}

// TrySocket is Socket that answers the status of a refusal.
func (c *Client) TrySocket(path string, extra ...string) (*Socket, int, error) {
	header := http.Header{}
	c.sign(header)
	for i := 0; i+1 < len(extra); i += 2 {
		header.Set(extra[i], extra[i+1])
	}
	conn, response, err := websocket.DefaultDialer.Dial(strings.Replace(c.app.URL, "http", "ws", 1)+path, header)
	status := 0
	if response != nil {
		status = response.StatusCode
	}
	if err != nil {
		return nil, status, err
	}
	s := &Socket{Stream: newStream(c.app), conn: conn}
	go s.read()
	c.app.t.Cleanup(s.Cut)
	return s, status, nil
}

func (s *Socket) read() {
	for {
		_, data, err := s.conn.ReadMessage()
		if err == nil {
			s.take("", data)
			continue
		}
		var closing *websocket.CloseError
		if errors.As(err, &closing) {
			s.end(closing.Code)
		} else {
			s.end(1006)
		}
		return
	}
}

// Cut drops the connection without a goodbye.
func (s *Socket) Cut() { _ = s.conn.NetConn().Close() }
