package hub

import (
	"fmt"
	"sync"
)

// Outlet is where a connection's frames leave that is no WebSocket of ours. The
// hub makes its calls one at a time, except Interrupt, with a lock held: none
// may call back into the hub, and each returns within Options.WriteTimeout.
type Outlet interface {
	// Write hands frames to the network in their order, and returns when they
	// are out: what is written later than that would pass a [Bar]. After an error
	// nothing more is written.
	Write(frames [][]byte) error
	// Ping shows that the connection lives; frame, if not nil, goes with it.
	Ping(frame []byte) error
	// Close says why nothing more comes; code 0 says nothing.
	Close(code int, reason string)
	// Interrupt makes a Write under way fail at once, and every later one.
	Interrupt()
}

// Conn is a connection that [Hub.Open] has opened.
type Conn struct {
	hub      *Hub
	peer     *peer
	attached chan struct{} // closed when Open is through
	once     sync.Once
}

// Open is [Hub.ServeWebSocket] for an outlet: it subscribes, runs the gate and
// returns while the connection lives on, until Close is called or the hub ends
// it. It does not count against Options.MaxUserConns, since one client may have
// many: its caller bounds them. After an error, which is for the log, the outlet
// is told to close.
func (h *Hub) Open(outlet Outlet, dial Dial) (*Conn, error) {
	p, err := h.newPeer(dial)
	if err != nil {
		return nil, err
	}
	if err := h.registry.admit(dial.User, &h.serving); err != nil {
		outlet.Close(CodeShutdown, reasons[CodeShutdown])
		return nil, fmt.Errorf("hub: %w", err)
	}
	p.free = true
	c := &Conn{hub: h, peer: p, attached: make(chan struct{})}
	p.sink = &outletSink{outlet: outlet, ended: c.Close}
	err = h.attach(p)
	close(c.attached)
	if err != nil {
		return nil, err // the hub is ending it, with its code
	}
	return c, nil
}

// Close ends the connection without a word. It returns when nothing of it is
// left in the hub.
func (c *Conn) Close() {
	<-c.attached
	c.once.Do(func() { c.hub.detach(c.peer) })
}

// outletSink is an outlet as peers see it.
type outletSink struct {
	outlet Outlet
	ended  func() // takes the connection out of the hub
	once   sync.Once
}

func (s *outletSink) writeFrames(frames [][]byte) error { return s.outlet.Write(frames) }
func (s *outletSink) ping(frame []byte) error           { return s.outlet.Ping(frame) }
func (s *outletSink) interrupt()                        { s.outlet.Interrupt() }

// close is called with centrifuge's lock held, which ended needs as well.
func (s *outletSink) close(code int, reason string) error {
	s.once.Do(func() {
		s.outlet.Close(code, reason)
		go s.ended()
	})
	return nil
}
