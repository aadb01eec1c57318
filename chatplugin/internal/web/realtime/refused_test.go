package realtime_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

func TestRefused(t *testing.T) {
	h := newHouse(t)
	static, err := h.ann.NewStaticAuthToken(time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, topic string
		client      *chattest.Client
		status      int
		says        string
	}{
		{"a guest", h.topic(), h.Client(nil), 401, "Sign in"},
		{"a guest's inbox", "chat/inbox", h.Client(nil), 401, "Sign in"},
		{"a superuser", h.topic(), h.WithToken(h.Superuser()), 403, "cannot chat"},
		{"an impersonated user", h.topic(), h.WithToken(static), 403, "cannot chat"},
		{"no such topic", "chat/nothing", h.Client(h.ann), 400, "chat/rooms/ID"},
		{"an empty id", "chat/rooms/", h.Client(h.ann), 400, "chat/rooms/ID"},
		{"an id of the wrong shape", "chat/rooms/a.b.c", h.Client(h.ann), 400, "chat/rooms/ID"},
		{"an encoded id", "chat/rooms/%2e%2e", h.Client(h.ann), 400, "chat/rooms/ID"},
		{"something behind the id", h.topic() + "/x", h.Client(h.ann), 400, "chat/rooms/ID"},
		{"bytes that are no text", "chat/\xff", h.Client(h.ann), 400, "chat/rooms/ID"},
		{"options that are no JSON", h.topic() + "?options={", h.Client(h.ann), 204, ""},
		{"options of another shape", h.topic() + "?options=%7B%22query%22:5%7D", h.Client(h.ann), 204, ""},
		{"another's topic", "chatter", h.Client(nil), 204, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.client.Realtime().Subscribe("users/*", test.topic)
			if got.Status != test.status || !strings.Contains(got.Body, test.says) {
				t.Errorf("%d %s", got.Status, got.Body)
			}
		})
	}
}

// TestF16_TopicsOfOthers holds that a stranger hears the same of a room that is
// there and of one that is not: that they are not in it.
func TestF16_TopicsOfOthers(t *testing.T) {
	h := newHouse(t)
	r := h.Client(h.eve).Realtime()
	for _, topic := range []string{h.topic(), "chat/rooms/nosuchroom00000"} {
		if got := r.Subscribe(topic); got.Status != 204 {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		room := strings.TrimPrefix(topic, "chat/rooms/")
		if raw := on(r, topic, "removed").Raw(); raw != `{"room":"`+room+`","type":"removed"}` {
			t.Errorf("told %s", raw)
		}
	}
	member := h.subscribed(h.bob, h.topic())
	h.Message(h.group, h.ann, "between us")
	said(member, "between us")
	h.Direct(h.eve, h.ann)
	r.Subscribe("chat/inbox")
	on(r, "chat/inbox", "synced")
	if heard(r, "between us") || len(r.OfType("synced")) != 1 {
		t.Errorf("a stranger heard of the room: %s", r.Types())
	}
}

// TestF14_RemovedMemberStillReceives by topic, while others write all the time.
func TestF14_RemovedMemberStillReceives(t *testing.T) {
	h := newHouse(t)
	for round := range 10 {
		if h.Member(h.group, h.bob) == nil {
			if got := h.Client(h.ann).Post("/chat/"+h.group+"/edit/", chattest.Form("action", "add", "members", h.bob.Id)); got.Status >= 300 {
				t.Fatalf("%d %s", got.Status, got.Body)
			}
		}
		r := h.subscribed(h.bob, h.topic(), "chat/inbox")
		var writing sync.WaitGroup
		stop := make(chan struct{})
		writing.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					_, _ = h.Chat.Send(chatplugin.Draft{Room: h.group, Author: h.ann.Id, Body: fmt.Sprint("before ", i)})
				}
			}
		})
		r.WaitType("message")
		if err := h.Chat.Kick(h.group, h.bob.Id); err != nil {
			t.Fatal(err)
		}
		close(stop)
		writing.Wait()
		secret := fmt.Sprint("secret ", round)
		h.Message(h.group, h.ann, secret)
		on(r, h.topic(), "removed")
		// What came after it on the same connection shows that nothing else did.
		direct := h.Direct(h.ann, h.bob)
		posts := int64(h.Find("chat_rooms", direct).GetInt("posts")) + 1
		h.Message(direct, h.ann, "are you there?")
		came(r, "what came afterwards", func(f chattest.Frame) bool {
			return f.Type() == "inbox" && f.Text("room") == direct && f.Int("posts") == posts
		})
		if heard(r, secret) {
			t.Fatalf("round %d: %q reached who was removed", round, secret)
		}
		after := false
		for _, f := range r.Frames() {
			if f.Text("topic") != h.topic() {
				continue
			}
			if after {
				t.Fatalf("round %d: after removed came %s", round, f.Raw())
			}
			after = f.Type() == "removed"
		}
		// Subscribing again, as an SDK does with all it has, opens nothing.
		if got := r.Subscribe(h.topic(), "chat/inbox"); got.Status != 204 {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		r.Until("another removed", func([]chattest.Frame) bool { return len(r.OfType("removed")) >= 2 })
		r.Cut()
	}
}

func TestF15_TopicsEndWithTheSignIn(t *testing.T) {
	ends := map[string]func(h *house, bob *core.Record) error{
		"a changed password": func(h *house, bob *core.Record) error {
			bob.SetPassword("another battery")
			return h.Save(bob)
		},
		"a deleted account": func(h *house, bob *core.Record) error { return h.Delete(bob) },
		"signed out by the host": func(h *house, bob *core.Record) error {
			h.Chat.SignOut(bob.Id)
			return nil
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			r := h.subscribed(h.bob, h.topic(), "chat/inbox")
			if err := end(h, h.Find("users", h.bob.Id)); err != nil {
				t.Fatal(err)
			}
			for _, topic := range []string{"chat/inbox", h.topic()} {
				f := came(r, "the end of "+topic, func(f chattest.Frame) bool {
					return f.Text("topic") == topic && (f.Type() == "closed" || f.Type() == "removed" && topic != "chat/inbox")
				})
				if f.Type() == "closed" && f.Int("code") != 4501 {
					t.Errorf("%s ended with %s", topic, f.Raw())
				}
			}
			witness := h.subscribed(h.ann, h.topic())
			h.Message(h.group, h.ann, "afterwards")
			said(witness, "afterwards")
			if heard(r, "afterwards") {
				t.Error("a topic outlived the sign-in")
			}
		})
	}
}

// TestF26_StalledReader holds that a client that reads nothing is let go, and
// that nobody waits for it.
func TestF26_StalledReader(t *testing.T) {
	h := newHouse(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	fmt.Fprintf(conn, "GET /api/realtime HTTP/1.1\r\nHost: x\r\n\r\n")
	buf := make([]byte, 2048)
	var id, seen string
	for id == "" {
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		seen += string(buf[:n])
		if _, rest, ok := strings.Cut(seen, `"clientId":"`); ok {
			id, _, _ = strings.Cut(rest, `"`)
		}
	}
	subscribe := func() chattest.Answer {
		return h.Client(h.bob).JSON(http.MethodPost, "/api/realtime", map[string]any{"clientId": id, "subscriptions": []string{chattest.WithHTML(h.topic())}})
	}
	if got := subscribe(); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	witness := h.subscribed(h.ann, h.topic())
	for i := 0; ; i++ {
		text := fmt.Sprint(i, strings.Repeat(" words", 600))
		h.Message(h.group, h.ann, text)
		said(witness, text)
		if _, err := h.SubscriptionsBroker().ClientById(id); err != nil {
			break // it is gone
		}
		if i > 20_000 {
			t.Fatal("it was never let go")
		}
	}
	if got := subscribe(); got.Status != 404 {
		t.Errorf("the client is still known: %d", got.Status)
	}
}

func TestManyTopics(t *testing.T) {
	h := newHouse(t)
	topics := []string{"chat/inbox"}
	for i := range 20 {
		topics = append(topics, "chat/rooms/"+h.Group(fmt.Sprint("Room ", i), h.ann))
	}
	real := len(topics)
	for i := len(topics); i < 1000; i++ {
		topics = append(topics, fmt.Sprintf("chat/rooms/none%011d", i))
	}
	r := h.Client(h.ann).Realtime()
	if got := r.Subscribe(topics...); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	for _, topic := range topics[:real] {
		on(r, topic, "synced")
	}
	r.Until("word of each room that does not exist", func([]chattest.Frame) bool { return len(r.OfType("removed")) == 1000-real })
	if got := r.Subscribe(append(topics, "chat/rooms/onemore00000000")...); got.Status != 400 {
		t.Errorf("1,001 topics: %d %s", got.Status, got.Body)
	}
}
