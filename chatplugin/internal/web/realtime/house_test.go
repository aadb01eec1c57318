package realtime_test

import (
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// house is a served application in which Ann owns a group with Bob, and Eve is a
// stranger to both.
type house struct {
	*chattest.App
	t             testing.TB
	ann, bob, eve *core.Record
	group         string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	return peopled(t, chattest.NewApp(t, chatplugin.Config{}))
}

func peopled(t testing.TB, app *chattest.App) *house {
	t.Helper()
	h := &house{App: app.Serve(), t: t}
	people := h.Users("Ann", "Bob", "Eve")
	h.ann, h.bob, h.eve = people[0], people[1], people[2]
	h.group = h.Group("Friends", h.ann, h.bob)
	return h
}

func (h *house) topic() string { return "chat/rooms/" + h.group }

// subscribed is a connection of somebody's that is live on topics.
func (h *house) subscribed(who *core.Record, topics ...string) *chattest.Realtime {
	h.t.Helper()
	r := h.Client(who).Realtime()
	if got := r.Subscribe(topics...); got.Status != 204 {
		h.t.Fatalf("subscribing to %q: %d %s", topics, got.Status, got.Body)
	}
	for _, topic := range topics {
		on(r, topic, "synced")
	}
	return r
}

// on waits until a frame of a type has come on a topic, and answers the last.
func on(r *chattest.Realtime, topic, kind string) chattest.Frame {
	return came(r, kind+" on "+topic, func(f chattest.Frame) bool { return f.Text("topic") == topic && f.Type() == kind })
}

// said waits for a message with a text.
func said(r *chattest.Realtime, body string) chattest.Frame {
	return came(r, body, func(f chattest.Frame) bool { return f.Type() == "message" && f.Message().Text("body") == body })
}

// came looks through all frames, since two topics have no order between them.
func came(r *chattest.Realtime, what string, is func(chattest.Frame) bool) chattest.Frame {
	var found chattest.Frame
	r.Until(what, func(frames []chattest.Frame) bool {
		for _, f := range frames {
			if is(f) {
				found = f
			}
		}
		return found != nil
	})
	return found
}

// heard says whether a frame with a text has come.
func heard(r *chattest.Realtime, body string) bool {
	for _, frame := range r.OfType("message") {
		if frame.Message().Text("body") == body {
			return true
		}
	}
	return false
}
