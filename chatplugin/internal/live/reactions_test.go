package live_test

import (
	"fmt"
	"strings"
	"testing"
)

// Frames say who reacted with what, as they come and in a replay; what was
// edited keeps it, and a tombstone has none.
func TestFramesCarryReactions(t *testing.T) {
	h := inOneLanguage(t)
	sent := h.Message(h.group, h.ann, "original")
	s := h.open(h.bob, h.group)
	before := h.Rev(h.group)
	first := h.React(sent.Id, h.bob, "👍")
	h.React(sent.Id, h.ann, "👍")
	said := func(want string) {
		t.Helper()
		frame := message(s, h.Rev(h.group))
		if got := fmt.Sprint(frame.Message()["reactions"]); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		mirrored(h, h.bob, h.group, frame)
		if shown := strings.Contains(frame.Text("html"), "chat-reaction"); shown != (want != "<nil>") {
			t.Errorf("got %s", frame.Text("html"))
		}
	}
	both := fmt.Sprintf("[map[count:2 emoji:👍 users:[%s %s]]]", h.bob.Id, h.ann.Id)
	said(both)
	h.post(h.ann, h.group+"/change/", "message", sent.Id, "body", "edited")
	said(both)

	again := h.Client(h.cid).Socket(fmt.Sprintf("/ws/chat/%s/?rev=%d", h.group, before))
	again.WaitType("synced")
	replayed := again.OfType("message")
	if len(replayed) != 1 || fmt.Sprint(replayed[0].Message()["reactions"]) != both {
		t.Errorf("the replay has %v", replayed)
	}

	if err := h.Delete(first); err != nil {
		t.Fatal(err)
	}
	said(fmt.Sprintf("[map[count:1 emoji:👍 users:[%s]]]", h.ann.Id))
	h.post(h.ann, h.group+"/retract/", "message", sent.Id)
	said("<nil>")
}
