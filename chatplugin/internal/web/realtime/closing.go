package realtime

import (
	"sync"

	"github.com/pocketbase/pocketbase/tools/subscriptions"
)

// closing is PocketBase's client, whose channel is closed only when nothing of
// ours is being handed to it: closing a channel waits for nobody by itself.
type closing struct {
	subscriptions.Client
	gone    chan struct{} // closed when the client is being discarded
	once    sync.Once
	handing sync.RWMutex // read-held while something of ours is handed over
}

func newClosing(c subscriptions.Client) *closing {
	return &closing{Client: c, gone: make(chan struct{})}
}

// Discard implements subscriptions.Client. Whoever hands something over gives up
// at once.
func (c *closing) Discard() {
	c.once.Do(func() { close(c.gone) })
	c.handing.Lock()
	defer c.handing.Unlock()
	c.Client.Discard()
}

// begin says whether something may be handed over until end is called.
func (c *closing) begin() bool {
	c.handing.RLock()
	select {
	case <-c.gone:
		c.handing.RUnlock()
		return false
	default:
		return true
	}
}

func (c *closing) end() { c.handing.RUnlock() }
