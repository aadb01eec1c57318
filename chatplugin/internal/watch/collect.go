package watch

import (
	"github.com/prometheus/client_golang/prometheus"

	"pocketchat/chatplugin/internal/guard"
)

// collector makes figures of what the packages have counted, when it is asked.
type collector struct{ *Watch }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("pocketchat_"+name, help, labels, nil)
}

var (
	sockets    = describe("connections", "Open connections: WebSockets of lists and rooms, and topics of PocketBase's realtime.", "kind")
	people     = describe("people", "People with a connection to this node.")
	roomsOpen  = describe("rooms_open", "Rooms that somebody on this node has open.")
	published  = describe("frames_published_total", "Frames that were handed to people of this node.")
	delivered  = describe("frames_delivered_total", "The same, times those who were subscribed.")
	bytesOut   = describe("frame_bytes_total", "Bytes of delivered frames.")
	dropped    = describe("frames_dropped_total", "Frames for which a queue had no room; clients find what they were about in the rows.")
	closed     = describe("connections_closed_total", "Connections that ended, by reason.", "reason")
	reserved   = describe("revisions_reserved", "Revisions whose transactions run now.")
	passedOver = describe("revisions_passed_over_total", "Revisions that later frames waited for in vain.")
	queued     = describe("queued", "What waits: frames for this node's people, gathered jobs, frames for other nodes.", "queue")
	resumes    = describe("resumes_total", "Room sockets by what they were told: nothing, the rows they had missed, to load anew.", "answer")
	resumeRows = describe("resumed_messages_total", "Messages that resuming sockets were told.")
	swept      = describe("swept_rooms_total", "Rooms that changed without this node's being told.")
	panics     = describe("panics_total", "Publishing jobs that panicked.")
	sends      = describe("sends_total", "Messages by what came of them.", "result")
	refused    = describe("sends_refused_total", "Messages that were not saved, by reason.", "reason")
	purged     = describe("purged_total", "What purges of this process removed.", "what")
	reached    = describe("nodes_reached", "Whether Redis answers; only where one is configured.")
	lost       = describe("nodes_lost_total", "How often Redis stopped answering; only where one is configured.")
)

// Describe implements prometheus.Collector: not at all, since some figures are
// not always there.
func (c *collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	c.hub(out)
	c.live(out)
	c.guard(out)
}

func send(out chan<- prometheus.Metric, kind prometheus.ValueType) func(*prometheus.Desc, int64, ...string) {
	return func(desc *prometheus.Desc, value int64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, kind, float64(value), labels...)
	}
}

func (c *collector) hub(out chan<- prometheus.Metric) {
	gauge, counter, s := send(out, prometheus.GaugeValue), send(out, prometheus.CounterValue), c.Hub.Stats()
	gauge(sockets, int64(s.Inboxes), "list")
	gauge(sockets, int64(s.Mains), "room")
	gauge(sockets, int64(s.Outlets), "topic")
	gauge(people, int64(s.People))
	gauge(roomsOpen, int64(s.Topics))
	gauge(reserved, int64(s.Reserved))
	gauge(queued, int64(s.Queued), "frames")
	counter(published, s.Published)
	counter(delivered, s.Delivered)
	counter(bytesOut, s.Bytes)
	counter(dropped, s.Dropped)
	counter(passedOver, s.PassedOver)
	for reason, n := range s.Closed {
		counter(closed, n, reason)
	}
	if !s.Nodes {
		return
	}
	gauge(queued, int64(s.Unsent), "nodes")
	counter(lost, s.Lost)
	if s.Reached {
		gauge(reached, 1)
	} else {
		gauge(reached, 0)
	}
}

func (c *collector) live(out chan<- prometheus.Metric) {
	counter, s := send(out, prometheus.CounterValue), c.Live.Stats()
	send(out, prometheus.GaugeValue)(queued, int64(s.Waiting), "gathered")
	counter(resumes, s.Current, "nothing")
	counter(resumes, s.Replayed, "missed")
	counter(resumes, s.Reloads, "reload")
	counter(resumeRows, s.Rows)
	counter(swept, s.Swept)
	counter(panics, s.Panics)
}

func (c *collector) guard(out chan<- prometheus.Metric) {
	counter, s := send(out, prometheus.CounterValue), c.Guard.Stats()
	counter(sends, s.Sent, "created")
	counter(sends, s.Said, "system")
	counter(sends, s.Repeated, "repeated")
	all := int64(0)
	for _, reason := range guard.Reasons() {
		counter(refused, s.Refused[reason], reason)
		all += s.Refused[reason]
	}
	counter(sends, all, "refused")
	counter(purged, s.Purged, "messages")
	counter(purged, s.Reactions, "reactions")
	counter(purged, s.Files, "files")
}
