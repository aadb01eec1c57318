// Package realtime is the second door to the hub: topics of PocketBase's own
// realtime connection, for clients that have a PocketBase SDK and nothing else.
//
// Each topic of a client is a connection of the hub's, with the same gate, bars
// and order as a socket. Only the last step differs: a frame is handed to
// PocketBase's handler and waited for, so that nothing of ours is queued where
// a bar could not reach it.
package realtime

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/router"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/hub"
	"pocketchat/chatplugin/internal/live"
)

// Options are what the door needs.
type Options struct {
	App  core.App
	Live *live.Live
	// Caller is who subscribes, by the request's Authorization header; false for
	// whoever cannot chat.
	Caller func(e *core.RequestEvent) (live.Caller, bool)
	// Throttle refuses what is asked too often.
	Throttle func(e *core.RequestEvent) error
}

// Door keeps the clients that have topics of ours.
type Door struct {
	Options
	mu      sync.Mutex
	clients map[string]*client // by PocketBase's id
}

const hookID = "pocketchat_realtime_"

// outermost is around the host's own hooks, which may change a message or keep
// it back: whoever waits for it hears of that too.
const outermost = -1000

// Bind opens the door.
func Bind(options Options) *Door {
	d := &Door{Options: options, clients: map[string]*client{}}
	app := options.App
	app.OnRealtimeConnectRequest().Bind(&hook.Handler[*core.RealtimeConnectRequestEvent]{Id: hookID + "connect", Func: d.connected})
	app.OnRealtimeSubscribeRequest().Bind(&hook.Handler[*core.RealtimeSubscribeRequestEvent]{Id: hookID + "subscribe", Func: d.subscribe})
	app.OnRealtimeMessageSend().Bind(&hook.Handler[*core.RealtimeMessageEvent]{Id: hookID + "send", Priority: outermost, Func: d.send})
	return d
}

// connected runs as long as the client is connected.
func (d *Door) connected(e *core.RealtimeConnectRequestEvent) error {
	e.Client = newClosing(e.Client)
	err := e.Next()
	d.leave(e.Client.Id())
	return err
}

func (d *Door) send(e *core.RealtimeMessageEvent) error {
	if c := d.find(e.Client.Id()); c != nil {
		return c.write(e)
	}
	return e.Next()
}

// subscribe lets PocketBase subscribe and follows with our topics: those that
// are new are opened, and those that are gone closed. What was open stays as it
// is, since SDKs send all their topics whenever one is added.
func (d *Door) subscribe(e *core.RealtimeSubscribeRequestEvent) error {
	wanted, err := read(e.Subscriptions)
	if err != nil {
		return err
	}
	var caller live.Caller
	if len(wanted) > 0 {
		if err := d.Throttle(e.RequestEvent); err != nil {
			return tooOften(e.RequestEvent, err)
		}
		var ok bool
		if caller, ok = d.Caller(e.RequestEvent); !ok {
			return refuseCaller(e.RequestEvent)
		}
	}
	if err := e.Next(); err != nil {
		return err
	}
	d.follow(e, caller, wanted)
	return nil
}

func read(all []string) (map[string]topic, error) {
	wanted := map[string]topic{}
	for _, subscription := range all {
		if !ours(subscription) {
			continue
		}
		topic, ok := parse(subscription)
		if !ok {
			return nil, router.NewBadRequestError("The chat's topics are chat/inbox and chat/rooms/ID; there is no "+shorten(subscription)+".", nil)
		}
		wanted[subscription] = topic
	}
	return wanted, nil
}

func shorten(s string) string {
	s = strings.ToValidUTF8(s, "")
	if runes := []rune(s); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return s
}

// tooOften is the throttle's refusal as PocketBase writes one.
func tooOften(e *core.RequestEvent, err error) error {
	refusal := chat.AsError(err)
	if refusal == nil {
		return err
	}
	e.Response.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(refusal.RetryAfter.Seconds()))))
	return router.NewApiError(http.StatusTooManyRequests, refusal.Message, nil)
}

func refuseCaller(e *core.RequestEvent) error {
	if e.Auth == nil {
		return router.NewApiError(http.StatusUnauthorized, "Sign in to subscribe to the chat.", nil)
	}
	return router.NewForbiddenError("This account cannot chat. Sign in as one of the people who do.", nil)
}

// follow makes a client's connections what it subscribed to.
func (d *Door) follow(e *core.RealtimeSubscribeRequestEvent, caller live.Caller, wanted map[string]topic) {
	c := d.find(e.Client.Id())
	if c == nil && len(wanted) == 0 {
		return
	}
	if c == nil {
		c = d.enter(e.Client)
	}
	c.topics.Lock()
	defer c.topics.Unlock()
	for name, open := range c.open {
		if _, stays := wanted[name]; !stays || open.ended.Load() || open.user != caller.User {
			delete(c.open, name)
			open.conn.Close()
		}
	}
	for name, topic := range wanted {
		if c.open[name] == nil && !c.killed() {
			d.open(c, topic, caller)
		}
	}
	if e.Client.IsDiscarded() { // it went while this ran
		d.drop(c)
	}
}

// open is called with c.topics held.
func (d *Door) open(c *client, t topic, caller live.Caller) {
	var dial hub.Dial
	if t.room == "" {
		dial = d.Live.InboxDial(caller)
	} else {
		dial = d.Live.TopicDial(d.App, caller, t.room)
	}
	out := &outlet{client: c, topic: t}
	conn, err := d.Live.Hub().Open(out, dial)
	if err != nil {
		d.App.Logger().Debug("A chat topic was not opened", "topic", t.name, "error", err)
		return
	}
	c.open[t.name] = &part{out, conn, caller.User}
}

func (d *Door) find(id string) *client {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clients[id]
}

func (d *Door) enter(registered subscriptions.Client) *client {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := registered.Id()
	if d.clients[id] == nil {
		d.clients[id] = newClient(registered, func() { d.App.SubscriptionsBroker().Unregister(id) })
	}
	return d.clients[id]
}

// leave forgets a client that is gone.
func (d *Door) leave(id string) {
	c := d.find(id)
	if c == nil {
		return
	}
	c.kill()
	c.topics.Lock()
	defer c.topics.Unlock()
	d.drop(c)
}

// drop is called with c.topics held.
func (d *Door) drop(c *client) {
	d.mu.Lock()
	delete(d.clients, c.Id())
	d.mu.Unlock()
	for name, open := range c.open {
		delete(c.open, name)
		open.conn.Close()
	}
}
