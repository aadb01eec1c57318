package faults

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
)

// The clock was an hour ahead and is put right: what is said after that has
// earlier times, and comes after it all the same.
func TestClockSetBack(t *testing.T) {
	w := newWorld(t)
	var said, ids []string
	say := func(from, to int) {
		for n := from; n < to; n++ {
			said = append(said, fmt.Sprint("Message ", n))
			ids = append(ids, w.Message(w.group, w.ann, said[n]).Id)
		}
	}
	say(0, 40)
	w.post(w.Client(w.bob), "/chat/"+w.group+"/read/", "rev", fmt.Sprint(w.Rev(w.group)))
	for table, columns := range map[string][]string{
		"chat_rooms": {"created", "updated", "last_activity"}, "chat_messages": {"created", "updated"}, "chat_members": {"created", "updated"},
	} {
		for _, column := range columns {
			w.statement(fmt.Sprintf("UPDATE %s SET %[2]s = STRFTIME('%%Y-%%m-%%d %%H:%%M:%%fZ', %[2]s, '+1 hour')", table, column))
		}
	}
	listener, start := w.open(w.cid, w.group), w.Rev(w.group)
	say(40, 60)
	if n := w.number("SELECT COUNT(*) FROM chat_messages a JOIN chat_messages b ON a.room = b.room AND a.seq < b.seq AND a.created > b.created"); n == 0 {
		t.Fatal("premise: time did not go back")
	}
	hears(listener, said[59])
	w.inOrder(listener, start)
	if !slices.Equal(heard(listener), said[40:]) {
		t.Errorf("heard %v", heard(listener))
	}
	shown := w.shown(w.ann, "/chat/"+w.group+"/")
	shown = append(w.shown(w.ann, "/chat/"+w.group+"/messages/?before="+shown[0]), shown...)
	shown = shown[max(len(shown)-60, 0):] // the first one is the room's own
	if !slices.Equal(shown, ids) {
		t.Errorf("the pages show %v, written were %v", shown, ids)
	}
	if n := w.Unread(w.bob); n != 20 {
		t.Errorf("Bob has %d unread, not 20", n)
	}
	resumed := w.Client(w.bob).Socket(fmt.Sprintf("/ws/chat/%s/?rev=%d", w.group, start+10))
	resumed.Synced()
	if !slices.Equal(heard(resumed), said[50:]) {
		t.Errorf("resuming brought %v", heard(resumed))
	}
	w.post(w.Client(w.bob), "/chat/"+w.group+"/read/", "rev", fmt.Sprint(w.Rev(w.group)))
	if n := w.Unread(w.bob); n != 0 {
		t.Errorf("Bob has %d unread after reading all", n)
	}
	w.checked()
}

func (w *world) post(c *chattest.Client, path string, form ...string) {
	w.t.Helper()
	if answer := c.Post(path, chattest.Form(form...)); answer.Status >= 300 {
		w.t.Fatalf("POST %s: %d %s", path, answer.Status, answer.Body)
	}
}

// shown are the ids of a page's messages, in its order.
func (w *world) shown(user *core.Record, path string) (ids []string) {
	w.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Client(user).Get(path).Body))
	if err != nil {
		w.t.Fatal(err)
	}
	doc.Find("li[data-message]:not([data-state])").Each(func(_ int, li *goquery.Selection) {
		ids = append(ids, li.AttrOr("data-message", ""))
	})
	return ids
}
