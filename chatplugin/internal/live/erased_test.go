package live_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// Open pages learn of what went with an account: the last tombstone tells them
// that they miss something, and the rows tell what.
func TestErasedMessagesShow(t *testing.T) {
	h := configured(t, chatplugin.Config{EraseDeleted: true})
	for i := range 5 {
		h.Message(h.group, h.bob, fmt.Sprint("words ", i))
	}
	h.Message(h.group, h.ann, "others' words")
	h.Message(h.direct, h.bob, "between us")
	room, list, ann := h.open(h.cid, h.group), h.inbox(h.cid), h.inbox(h.ann)
	before := h.Rev(h.group)
	if h.Unread(h.cid) != 6 {
		t.Fatalf("premise: %d unread", h.Unread(h.cid))
	}
	if got := h.rest(h.Client(h.bob), http.MethodDelete, "users", h.bob.Id, nil); got.Status != 204 {
		t.Fatal(got.Body)
	}
	told := message(room, before+1) // Bob's going
	if told.Message().Text("kind") != "system" {
		t.Errorf("first came %s", told.Raw())
	}
	last := message(room, before+6)
	if last.Message().Text("deleted") == "" || last.Message().Text("author") != "" || strings.Contains(last.Raw(), "words") {
		t.Errorf("the last tombstone is %s", last.Raw())
	}
	if revs := room.Revs(); slices.Contains(revs, before+2) {
		t.Errorf("premise: no gap, but %v", revs)
	}
	// What a page does that sees a gap.
	again := h.resume(h.cid, h.group, before+1)
	if got := again.Synced(); got != before+6 {
		t.Errorf("synced at %d, want %d", got, before+6)
	}
	if got := again.OfType("message"); len(got) != 5 {
		t.Errorf("%d messages were replayed", len(got))
	}
	for _, frame := range again.OfType("message") {
		if frame.Message().Text("deleted") == "" || strings.Contains(frame.Raw(), "words") {
			t.Errorf("replayed %s", frame.Raw())
		}
	}
	list.Wait("the count", func(f chattest.Frame) bool {
		return f.Type() == "unread" && f.Text("room") == h.group && f.Int("unread") == 1
	})
	ann.Wait("the row of the direct room", func(f chattest.Frame) bool {
		return f.Type() == "inbox" && f.Text("room") == h.direct && !strings.Contains(f.Raw(), "between us")
	})
}
