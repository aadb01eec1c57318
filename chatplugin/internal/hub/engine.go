package hub

import (
	"context"
	"log/slog"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/prometheus/client_golang/prometheus"
)

// maxTopics bounds the topics of one connection.
const maxTopics = 1100

// newNode makes the centrifuge node of a hub. Its metrics get a registry of
// their own, or two hubs in one process would clash.
func newNode(h *Hub) (*centrifuge.Node, error) {
	node, err := centrifuge.New(centrifuge.Config{
		LogLevel:                     centrifuge.LogLevelWarn,
		LogHandler:                   h.logEntry,
		ClientQueueMaxSize:           h.options.QueueBytes,
		ClientChannelLimit:           maxTopics,
		ClientPresenceUpdateInterval: 10 * time.Second,
		Metrics:                      centrifuge.MetricsConfig{RegistererGatherer: prometheus.NewRegistry()},
	})
	if err != nil {
		return nil, err
	}
	node.OnConnecting(onConnecting)
	node.OnConnect(onConnect)
	h.setEngine(node)
	return node, nil
}

// setEngine says through what nodes hear of each other. The memory engine, which
// a node has from the start, reaches this process alone.
func (h *Hub) setEngine(node *centrifuge.Node) {
	if h.options.Redis.given() {
		h.nodes = newNodes(h)
		node.SetBroker(h.nodes)
		node.SetPresenceManager(h.nodes)
	}
}

// single says whether subscribers are on this node alone, as far as it can
// reach, so that a topic that has none here need not be published at all.
func (h *Hub) single() bool { return h.nodes == nil || !h.nodes.well.Load() }

func onConnecting(_ context.Context, e centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
	p := e.Transport.(*peer)
	subscriptions := make(map[string]centrifuge.SubscribeOptions, len(p.topics))
	for i := range p.topics {
		t := &p.topics[i]
		subscriptions[t.name] = centrifuge.SubscribeOptions{EmitPresence: t.present}
	}
	return centrifuge.ConnectReply{
		Credentials:        &centrifuge.Credentials{UserID: p.dial.User, ExpireAt: expireAt(p.dial.Expires)},
		Subscriptions:      subscriptions,
		MaxMessagesInFrame: -1, // all that is pending in one write
	}, nil
}

func onConnect(client *centrifuge.Client) {
	p := client.Transport().(*peer)
	client.OnRefresh(func(_ centrifuge.RefreshEvent, answer centrifuge.RefreshCallback) {
		until, ok := p.renew()
		if !ok {
			answer(centrifuge.RefreshReply{}, disconnect(CodeRevoked))
			return
		}
		answer(centrifuge.RefreshReply{ExpireAt: expireAt(until)}, nil)
	})
}

// expireAt rounds up to centrifuge's whole seconds: rounded down, a token that is
// still good for a moment would be renewed to the second that has just passed.
func expireAt(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix() + 1
}

// carriesFrames are the fields of centrifuge's entries in which frames may be,
// and so what people wrote.
var carriesFrames = map[string]bool{"data": true, "reply": true, "push": true, "command": true, "body": true}

func (h *Hub) logEntry(entry centrifuge.LogEntry) {
	level := slog.LevelWarn
	if entry.Level >= centrifuge.LogLevelError {
		level = slog.LevelError
	}
	attrs := make([]slog.Attr, 0, len(entry.Fields))
	for key, value := range entry.Fields {
		if carriesFrames[key] {
			continue
		}
		attrs = append(attrs, slog.Any(key, value))
	}
	h.log.LogAttrs(context.Background(), level, "realtime: "+entry.Message, attrs...)
}
