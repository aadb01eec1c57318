package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/centrifugal/centrifuge"
)

// Dial is one connection that its caller has permitted.
type Dial struct {
	User    string
	Session string // for DisconnectSession

	// Expires is when the permission ends; Renew is asked then, and gives a later
	// moment or refuses, which closes with [CodeRevoked]. Zero: never.
	Expires time.Time
	Renew   func(ctx context.Context) (time.Time, bool)

	Topics  []string // subscribed for the connection's life; letters, digits and /_-.:
	Present []string // those of Topics in which the user counts as online
	Main    string   // the one of Topics that the connection is about, or ""

	// Gate runs when the subscriptions stand. It looks again, in one read, at
	// everything that the dial was permitted by, and says what comes first; or
	// [ErrRemoved], [ErrRevoked], or an error that makes the client come again.
	Gate func(ctx context.Context) (Replay, error)

	// Ping makes the frame of each heartbeat; nil for none. It must be quick.
	Ping func() []byte

	// Veil answers what this connection gets in place of a frame of any topic, most
	// often the frame itself; nil for a connection that gets all of them as they
	// are. It is asked with a lock held and for every frame, and leaves alone what
	// it is given, which others get as well.
	Veil func(frame []byte) []byte
}

// Replay is what a connection gets first.
type Replay struct {
	Frames [][]byte
	Rev    int64  // frames of Main up to this revision are dropped, held or late
	People int64  // the revision of Main's people that permitted the dial
	Last   []byte // after Frames and what was held
}

// ServeWebSocket upgrades the request, runs the gate, and returns while the
// connection lives on. It answers the request in every case: 503 after Shutdown
// and 429 when the user has too many connections, both before the upgrade; once
// upgraded, a refusal is a close code. Its error is for the log.
func (h *Hub) ServeWebSocket(w http.ResponseWriter, r *http.Request, dial Dial) error {
	p, err := h.newPeer(dial)
	if err != nil {
		http.Error(w, "This connection cannot be made.", http.StatusInternalServerError)
		return err
	}
	if err := h.registry.enter(dial.User, &h.serving); err != nil {
		refuse(w, err)
		return err
	}
	conn, err := h.upgrader.Upgrade(w, r, nil)
	if err != nil {
		h.registry.leave(dial.User, p, &h.serving)
		return fmt.Errorf("hub: %w", err)
	}
	ws := newWSSink(conn, h.options)
	p.sink = ws
	// Even a connection that was refused is read until the peer has hung up. The
	// request's goroutine ends here, for its stack and buffers are large.
	defer func() {
		go func() {
			ws.read()
			h.detach(p)
		}()
	}()
	return h.attach(p)
}

func refuse(w http.ResponseWriter, err error) {
	if errors.Is(err, ErrTooMany) {
		w.Header().Set("Retry-After", "30")
		http.Error(w, "Too many open windows. Close some and try again.", http.StatusTooManyRequests)
		return
	}
	w.Header().Set("Retry-After", "2")
	http.Error(w, "The server is restarting. Try again in a moment.", http.StatusServiceUnavailable)
}

func (h *Hub) newPeer(dial Dial) (*peer, error) {
	if dial.User == "" || len(dial.Topics) > maxTopics {
		return nil, errors.New("hub: a dial needs a user and no more topics than fit")
	}
	p := &peer{hub: h, dial: dial, topics: make([]topic, len(dial.Topics))}
	for i, name := range dial.Topics {
		if !plainTopic(name) {
			return nil, fmt.Errorf("hub: topic %q", name)
		}
		p.topics[i].name, p.topics[i].present = name, slices.Contains(dial.Present, name)
	}
	p.dial.Topics, p.dial.Present = nil, nil
	if p.main = p.topic([]byte(dial.Main)); p.main == nil && dial.Main != "" {
		return nil, fmt.Errorf("hub: main topic %q is not among the topics", dial.Main)
	}
	return p, nil
}

// attach subscribes the connection, lets it be seen, and opens it.
func (h *Hub) attach(p *peer) error {
	client, done, err := centrifuge.NewClient(h.ctx, h.node, p)
	if err != nil {
		_ = p.sink.close(CodeResume, reasons[CodeResume])
		return fmt.Errorf("hub: %w", err)
	}
	p.client, p.done = client, done
	if !h.registry.join(p) {
		p.end(CodeShutdown)
		return ErrShutdown
	}
	if err := client.ConnectNoErrorToDisconnect(centrifuge.ConnectRequest{}); err != nil {
		code := CodeResume
		if errors.Is(err, centrifuge.ErrorExpired) {
			code = CodeRevoked
		}
		p.end(code)
		return fmt.Errorf("hub: %w", err)
	}
	p.arrive()
	return p.pass()
}

// detach undoes attach when the peer has hung up or was made to.
func (h *Hub) detach(p *peer) {
	p.asks.cancel()
	if p.done != nil {
		_ = p.done() // returns when whoever closes is through
	}
	_ = p.sink.close(0, "")
	p.depart()
	h.registry.leave(p.dial.User, p, &h.serving)
}
