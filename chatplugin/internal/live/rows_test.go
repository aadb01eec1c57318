package live_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// crowd opens so many lists that rows of the group are gathered.
func (h *house) crowd() (lists []*chattest.Socket) {
	for range 18 {
		for _, user := range []*core.Record{h.ann, h.bob, h.cid} {
			lists = append(lists, h.inbox(user))
		}
	}
	return lists
}

// shows reports whether the last row of the group that came says that.
func (h *house) shows(s *chattest.Socket, posts int64, text string) bool {
	frames := s.Frames()
	for i := len(frames) - 1; i >= 0; i-- {
		if f := frames[i]; f.Type() == "inbox" && f.Text("room") == h.group {
			return f.Int("posts") == posts && strings.Contains(f.Text("html"), text)
		}
	}
	return false
}

// TestRowsOfACrowdEndRight holds that rows that are gathered, where many lists
// show a room, leave each list with the last one, whatever came in between.
func TestRowsOfACrowdEndRight(t *testing.T) {
	h := newHouse(t)
	lists := h.crowd()
	b := &badge{rooms: h.list(h.ann), next: len(lists[0].Frames())}
	all := func(what string, posts int64, text string) {
		t.Helper()
		for _, s := range lists {
			eventually(t, what, func() bool { return h.shows(s, posts, text) })
		}
	}
	for i := range 20 {
		h.Message(h.group, h.ann, fmt.Sprintf("message %d.", i+1))
	}
	h.Message(h.group, h.bob, "the twenty-first")
	all("the last row", 21, "the twenty-first")
	told := 0
	for _, f := range lists[0].Frames() {
		if f.Type() == "inbox" && f.Text("room") == h.group {
			told++
		}
	}
	if told == 0 || told >= 21 {
		t.Errorf("21 messages, and %d rows: none was gathered", told)
	}
	h.Message(h.group, h.ann, "one more")
	edited := h.Message(h.group, h.bob, "the last")
	h.change(store.Messages, edited.Id, map[string]any{"body": "in other words"})
	all("the row after an edit", 23, "in other words")
	h.Message(h.group, h.cid, "something")
	gone := h.Message(h.group, h.cid, "something to be deleted")
	h.rest(h.Client(h.cid), http.MethodDelete, store.Messages, gone.Id, nil)
	eventually(t, "the badge is right after a deletion", func() bool {
		b.follow(lists[0])
		return h.Unread(h.ann) == 2 && h.differs(h.ann, b) == ""
	})
	h.Message(h.group, h.ann, "the end")
	all("the row of the end", 26, "the end")
	eventually(t, "nothing is unread for who wrote last", func() bool { b.follow(lists[0]); return b.total() == 0 && h.Unread(h.ann) == 0 })
}
