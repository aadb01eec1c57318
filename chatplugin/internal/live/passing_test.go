package live_test

import (
	"strings"
	"testing"
	"time"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

func TestPresenceFrames(t *testing.T) {
	h := newHouse(t)
	ann := h.open(h.ann, h.group)
	online := func(n int64) chattest.Frame {
		return ann.Wait("presence", func(f chattest.Frame) bool { return f.Type() == "presence" && f.Int("online") == n })
	}
	online(1)
	first, second := h.open(h.bob, h.group), h.open(h.bob, h.group)
	frame := online(2)
	if users, _ := frame["users"].([]any); len(users) != 2 || frame.Text("room") != h.group {
		t.Errorf("got %s", frame.Raw())
	}
	if page := h.Client(h.cid).Get("/chat/" + h.group + "/").Body; !strings.Contains(page, `data-online="2"`) {
		t.Error("the page does not say that two are online")
	}
	first.Cut()
	second.Cut()
	online(1)
	if n := len(ann.OfType("presence")); n != 3 {
		t.Errorf("%d presence frames for two changes and the beginning: %s", n, ann.Types())
	}
}

func TestTypingFrames(t *testing.T) {
	h := newHouse(t)
	s := h.open(h.ann, h.group)
	for range 5 {
		h.post(h.bob, h.group+"/typing/")
	}
	h.post(h.cid, h.group+"/typing/")
	s.Wait("Cid typing", func(f chattest.Frame) bool { return f.Type() == "typing" && f.Text("user") == h.cid.Id })
	frames := s.OfType("typing")
	if len(frames) != 2 || frames[0].Text("user") != h.bob.Id || frames[0].Text("name") != "Bob" || frames[0].Text("room") != h.group {
		t.Errorf("got %v", frames)
	}
}

func TestPingFrames(t *testing.T) {
	h := configured(t, chatplugin.Config{Realtime: chatplugin.Realtime{PingEvery: 50 * time.Millisecond}})
	in, list := h.open(h.bob, h.group), h.inbox(h.bob)
	if frame := in.WaitType("ping"); frame.Int("rev") != h.Rev(h.group) || frame.Text("room") != h.group {
		t.Errorf("got %s", frame.Raw())
	}
	if frame := list.WaitType("ping"); frame.Raw() != `{"type":"ping"}` {
		t.Errorf("got %s", frame.Raw())
	}
	h.Message(h.group, h.ann, "one more")
	in.Wait("the new revision", func(f chattest.Frame) bool { return f.Type() == "ping" && f.Int("rev") == h.Rev(h.group) })
	// Another process writes: nothing is published here, and the ping shows it.
	if _, err := h.NonconcurrentDB().NewQuery("UPDATE chat_rooms SET rev = rev + 1").Execute(); err != nil {
		t.Fatal(err)
	}
	in.Wait("the revision of another process", func(f chattest.Frame) bool { return f.Type() == "ping" && f.Int("rev") == h.Rev(h.group) })
}
