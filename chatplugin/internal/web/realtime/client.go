package realtime

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"pocketchat/chatplugin/internal/hub"
)

// patience is how long a client may take for one message before it counts as
// too slow: the hub's own longest write.
const patience = 3 * time.Second

var errSlow = errors.New("realtime: the client takes no messages")

// client is one realtime connection of PocketBase's with topics of ours. One
// message of ours is on its way at a time: a bar must know what is out.
type client struct {
	subscriptions.Client
	end  func() // unregisters the client: it comes back and subscribes anew
	gone chan struct{}
	once sync.Once

	mu     sync.Mutex           // held while a message is on its way
	flying atomic.Pointer[byte] // the first byte of that message
	landed chan error
	wire   atomic.Pointer[http.ResponseController] // of the write under way

	topics sync.Mutex
	open   map[string]*part // by topic, as it was subscribed; guarded by topics
}

// part is a topic that is open.
type part struct {
	*outlet
	conn *hub.Conn
	user string
}

func newClient(c subscriptions.Client, end func()) *client {
	return &client{Client: c, end: end, gone: make(chan struct{}), landed: make(chan error, 1), open: map[string]*part{}}
}

// deliver hands one message to PocketBase's handler and waits until it is
// written.
func (c *client) deliver(name string, frame []byte) error {
	if len(frame) == 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flying.Store(&frame[0])
	defer c.flying.Store(nil)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	err := c.hand(subscriptions.Message{Name: name, Data: frame}, timer.C)
	if err == nil {
		select {
		case err = <-c.landed:
		case <-timer.C:
			err = errSlow
		case <-c.gone:
			err = errSlow
		}
	}
	if err != nil {
		c.kill()
	}
	return err
}

// hand is the client's own Send with an end to its patience. Discarding a client
// closes its channel, whoever writes to it.
func (c *client) hand(message subscriptions.Message, late <-chan time.Time) (err error) {
	defer func() {
		if recover() != nil {
			err = errSlow
		}
	}()
	var discarded <-chan struct{} // never, for a client that others registered
	if known, ok := c.Client.(*closing); ok {
		if !known.begin() {
			return errSlow
		}
		defer known.end()
		discarded = known.gone
	}
	select {
	case c.Channel() <- message:
		return nil
	case <-late:
	case <-c.gone:
	case <-discarded:
	}
	return errSlow
}

// write runs around every write to the client: what is ours has a deadline, and
// is told to whoever waits for it.
func (c *client) write(e *core.RealtimeMessageEvent) error {
	data := e.Message.Data
	if len(data) == 0 || c.flying.Load() != &data[0] {
		return e.Next()
	}
	wire := http.NewResponseController(e.Response)
	_ = wire.SetWriteDeadline(time.Now().Add(patience))
	c.wire.Store(wire)
	err := error(errSlow)
	if !c.killed() {
		err = e.Next()
	}
	c.wire.Store(nil)
	if err == nil {
		_ = wire.SetWriteDeadline(time.Time{}) // as PocketBase had it
	}
	c.landed <- err
	return err
}

func (c *client) killed() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// kill ends the connection, in the middle of a write if need be. The client's
// SDK connects anew and subscribes to what it had.
func (c *client) kill() {
	c.once.Do(func() {
		close(c.gone)
		if wire := c.wire.Load(); wire != nil {
			_ = wire.SetWriteDeadline(time.Now())
		}
		go c.end()
	})
}
