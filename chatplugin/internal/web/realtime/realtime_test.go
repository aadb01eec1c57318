package realtime_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// TestSameFrames holds that both doors say the same, but for the fragment,
// which an SDK client gets only when it asks.
func TestSameFrames(t *testing.T) {
	h := newHouse(t)
	socket := h.Client(h.ann).Socket("/ws/chat/" + h.group + "/")
	socket.Synced()
	plain := h.subscribed(h.ann, h.topic(), "chat/inbox")
	full := h.subscribed(h.ann, chattest.WithHTML(h.topic()))
	h.Message(h.group, h.bob, `hello ","html":"x`)

	want := socket.WaitType("message")
	if html := want.Text("html"); !strings.Contains(html, "chat-bubble") {
		t.Fatalf("the socket's frame has no fragment: %s", want.Raw())
	}
	if got := full.WaitType("message"); got.Raw() != want.Raw() {
		t.Errorf("asked for all\ngot  %s\nwant %s", got.Raw(), want.Raw())
	}
	got := plain.WaitType("message")
	var without, with map[string]any
	if err := json.Unmarshal([]byte(got.Raw()), &without); err != nil {
		t.Fatalf("%v: %s", err, got.Raw())
	}
	_ = json.Unmarshal([]byte(want.Raw()), &with)
	delete(with, "html")
	if !reflect.DeepEqual(without, with) {
		t.Errorf("without the fragment\ngot  %v\nwant %v", without, with)
	}
	row := on(plain, "chat/inbox", "inbox")
	if row.Text("room") != h.group || row.Int("posts") != 1 || row.Text("html") != "" {
		t.Errorf("the list: %s", row.Raw())
	}
}

func TestOrder(t *testing.T) {
	h := newHouse(t)
	r := h.subscribed(h.ann, h.topic())
	from := h.Rev(h.group)
	var senders sync.WaitGroup
	const each, people = 25, 8
	for i := range people {
		senders.Go(func() {
			for j := range each {
				if _, err := h.Chat.Send(chatplugin.Draft{Room: h.group, Author: h.bob.Id, Body: fmt.Sprint(i, " ", j)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	h.Message(h.group, h.bob, "last")
	said(r, "last")
	revs := r.Revs()
	want := make([]int64, each*people+1)
	for i := range want {
		want[i] = from + int64(i) + 1
	}
	if !slices.Equal(revs, want) {
		t.Errorf("came as %v", revs)
	}
}

// TestResume is what an SDK client does after each synced frame: it asks for
// what changed after the last revision that it has.
func TestResume(t *testing.T) {
	h := newHouse(t)
	r := h.subscribed(h.ann, h.topic())
	h.Message(h.group, h.bob, "one")
	cursor := said(r, "one").Int("rev")
	r.Cut()
	gone := h.Message(h.group, h.bob, "two")
	h.Message(h.group, h.bob, "three")
	if err := h.Chat.DeleteMessage(gone.Id); err != nil {
		t.Fatal(err)
	}

	again := h.subscribed(h.ann, h.topic())
	synced := again.OfType("synced")[0].Int("rev")
	if synced != cursor+3 {
		t.Errorf("synced at %d after %d and three changes", synced, cursor)
	}
	filter := fmt.Sprintf(`?sort=rev&filter=(room="%s"%%26%%26rev>%d)`, h.group, cursor)
	answer := h.Client(h.ann).Get("/api/collections/chat_messages/records" + filter)
	var list struct {
		Items []struct {
			Body    string
			Deleted string
			Rev     int64
		}
	}
	if err := json.Unmarshal([]byte(answer.Body), &list); err != nil || answer.Status != 200 {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	if len(list.Items) != 2 || list.Items[0].Body != "three" || list.Items[1].Deleted == "" || list.Items[1].Rev != synced {
		t.Errorf("missed: %+v", list.Items)
	}
}

// SDKs send all their topics whenever one is added: what was open stays open.
func TestSubscribingAgain(t *testing.T) {
	h := newHouse(t)
	other := h.Group("Others", h.ann, h.bob)
	r := h.subscribed(h.ann, h.topic())
	if got := r.Subscribe(h.topic(), "chat/rooms/"+other); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	on(r, "chat/rooms/"+other, "synced")
	h.Message(h.group, h.bob, "here")
	h.Message(other, h.bob, "there")
	said(r, "here")
	said(r, "there")
	if n := len(r.OfType("synced")); n != 2 {
		t.Errorf("synced %d times, of two topics", n)
	}
	// A topic that is left out is over.
	if got := r.Subscribe("chat/rooms/" + other); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	h.Message(h.group, h.bob, "not any more")
	h.Message(other, h.bob, "still")
	said(r, "still")
	if heard(r, "not any more") {
		t.Error("a topic that was left out still speaks")
	}
}

func TestPresence(t *testing.T) {
	h := newHouse(t)
	socket := h.Client(h.ann).Socket("/ws/chat/" + h.group + "/")
	online := func(n int64) func(chattest.Frame) bool {
		return func(f chattest.Frame) bool { return f.Type() == "presence" && f.Int("online") == n }
	}
	r := h.subscribed(h.bob, h.topic())
	socket.Wait("both online", online(2))
	r.Wait("both online", online(2))
	r.Cut()
	socket.Wait("one online", online(1))
}
