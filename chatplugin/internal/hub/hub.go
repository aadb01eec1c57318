package hub

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/gorilla/websocket"
)

// Options of a [Hub]. Zero fields take the default.
type Options struct {
	Logger *slog.Logger

	// Rev reads the revision of a sequenced frame, false for any other frame. It is
	// asked for what a connection held while it waited for its gate, and for what
	// comes then up to the first frame past the replay.
	Rev func(frame []byte) (int64, bool)

	// About names the topic that a frame of another topic is about, or "". While a
	// bar stands, and for KeptFor after its Commit unless Admit ends that, such
	// frames are kept back too: they may have been published before, or by somebody
	// who read the members just before. A last frame says that the person is out,
	// so it is kept only from connections in the topic, which Commit tells itself.
	// It is asked for nothing else.
	About func(frame []byte) (topic string, last bool)

	// OnPresence hears when the people shown as online in a topic change. Calls
	// about one topic come one after another, never inside a caller's goroutine.
	OnPresence func(topic string, online int, users []string)

	// People reads who may hear of topics now. Every topic that is asked for is
	// answered; one that is gone has nobody. It is asked for the topics that
	// connections are about when their people changed, and for everything that
	// comes from other nodes. nil: nobody is ever removed by another process.
	People func(topics []string) (map[string]People, error)

	// Owner names the person whose own topic this is, or "".
	Owner func(topic string) (user string)

	// Farewell makes the last frame that a person gets about a topic which another
	// process removed them from, and names the person's own topic.
	Farewell func(user, topic string) (home string, frame []byte)

	// OnEnd hears of ends that other nodes tell of, before connections close: of a
	// person's session, of all their sessions where it is "", of everybody's where
	// user is "" as well.
	OnEnd func(user, session string)

	// OnForeign hears of the frames that come from other nodes.
	OnForeign func(topic string, frame []byte)

	// OnNodes hears when other nodes are reached (nil), and why they are not.
	OnNodes func(err error)

	Redis Redis // how nodes reach each other; zero: this node is alone

	MaxUserConns int           // connections of one user on this node; default 50, negative: no limit
	QueueBytes   int           // bytes queued for a connection before it counts as too slow; default 512 KiB
	TopicFrames  int           // frames queued for a topic before more are dropped; default 1,024
	PingEvery    time.Duration // heartbeat; default 25 s, and never more
	ReadTimeout  time.Duration // silence after which a peer counts as gone; default 60 s
	WriteTimeout time.Duration // deadline of each write; default 3 s, and never more
	GateTimeout  time.Duration // deadline of a Gate's or Renew's context; default 10 s
	BarPatience  time.Duration // what a write under way gets when a bar is set; default 50 ms
	KeptFor      time.Duration // how long a committed bar goes on for other topics' frames; default 2 s
	PassOver     time.Duration // how long the sequencer waits for one revision; default 5 s

	PresenceGather time.Duration // changes of presence are gathered for this long; default 500 ms
	PresenceHold   time.Duration // who left is shown for this much longer; default 5 s
	PresencePoll   time.Duration // how often other nodes' people are looked up; default 10 s
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Rev == nil {
		o.Rev = func([]byte) (int64, bool) { return 0, false }
	}
	if o.About == nil {
		o.About = func([]byte) (string, bool) { return "", false }
	}
	fill(&o.MaxUserConns, 50)
	fill(&o.QueueBytes, 512<<10)
	fill(&o.TopicFrames, 1024)
	fill(&o.PingEvery, 25*time.Second)
	fill(&o.ReadTimeout, 60*time.Second)
	fill(&o.WriteTimeout, 3*time.Second)
	fill(&o.GateTimeout, 10*time.Second)
	fill(&o.BarPatience, 50*time.Millisecond)
	fill(&o.KeptFor, 2*time.Second)
	fill(&o.PassOver, 5*time.Second)
	fill(&o.PresenceGather, 500*time.Millisecond)
	fill(&o.PresenceHold, 5*time.Second)
	fill(&o.PresencePoll, 10*time.Second)
	o.PingEvery = min(o.PingEvery, 25*time.Second)
	o.WriteTimeout = min(o.WriteTimeout, 3*time.Second)
	return o
}

func fill[T int | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

// Hub is one node's realtime: connections, topics, presence. Make it by [New],
// start it by [Hub.Run], end it by [Hub.Shutdown]; it serves once.
type Hub struct {
	options  Options
	log      *slog.Logger
	node     *centrifuge.Node
	upgrader websocket.Upgrader

	ctx  context.Context // of everything that outlives its HTTP request
	stop context.CancelFunc

	registry  *registry
	publisher *lanes
	sequencer *sequencer
	presence  *presence
	nodes     *nodes // nil for a node that is alone
	counts    counts
	serving   sync.WaitGroup // dials that the registry has let in
	ended     sync.Once
}

// New makes a hub that is not running yet.
func New(options Options) (*Hub, error) {
	options = options.withDefaults()
	h := &Hub{options: options, log: options.Logger}
	h.ctx, h.stop = context.WithCancel(context.Background())
	node, err := newNode(h)
	if err != nil {
		h.stop()
		return nil, fmt.Errorf("hub: %w", err)
	}
	h.node = node
	h.upgrader = newUpgrader()
	h.registry = newRegistry(options.MaxUserConns)
	h.publisher = newBatches(h.deliver, options.TopicFrames)
	h.sequencer = newSequencer(h.enqueue, options.PassOver)
	h.presence = newPresence(h)
	return h, nil
}

// Run starts the hub and returns.
func (h *Hub) Run() error {
	if err := h.node.Run(); err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	if h.nodes != nil {
		h.nodes.start()
	}
	h.publisher.start(publishWorkers)
	h.presence.start()
	return nil
}

// Shutdown refuses further dials, closes every connection with [CodeShutdown],
// and returns when they are gone or ctx is done. Only the first call does so.
func (h *Hub) Shutdown(ctx context.Context) (err error) {
	h.ended.Do(func() { err = h.shutdown(ctx) })
	return err
}

func (h *Hub) shutdown(ctx context.Context) error {
	left := h.registry.close()
	h.sequencer.close()
	h.publisher.close()
	err := h.node.Shutdown(ctx)
	// Those that had not got as far as being known to the node.
	for _, p := range left {
		p.client.Disconnect(disconnect(CodeShutdown))
	}
	h.stop() // gates that are still reading
	gone := make(chan struct{})
	go func() {
		h.serving.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
		err = ctx.Err()
	}
	h.presence.close()
	if h.nodes != nil {
		h.nodes.stop()
	}
	return err
}
