package realtime_test

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// tokensLast sets how many seconds new tokens last.
func (h *house) tokensLast(seconds int64) {
	h.t.Helper()
	users, err := h.FindCollectionByNameOrId("users")
	if err != nil {
		h.t.Fatal(err)
	}
	users.AuthToken.Duration = seconds
	if err := h.SaveNoValidate(users); err != nil {
		h.t.Fatal(err)
	}
}

// A client that has a newer token by now keeps its topics when the one that it
// subscribed with expires; one that has none loses them.
func TestF15_TopicsOutliveARefreshedToken(t *testing.T) {
	h := newHouse(t)
	h.tokensLast(3)
	ann := h.Client(h.Find("users", h.ann.Id))
	fresh, stale := ann.Realtime(), h.Client(h.Find("users", h.bob.Id)).Realtime()
	for _, r := range []*chattest.Realtime{fresh, stale} {
		if got := r.Subscribe(h.topic()); got.Status != 204 {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		on(r, h.topic(), "synced")
	}
	h.tokensLast(600)
	if got := ann.JSON(http.MethodPost, "/api/collections/users/auth-refresh", nil); got.Status != 200 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	if code := on(stale, h.topic(), "closed").Int("code"); code != 4501 {
		t.Errorf("closed with %d", code)
	}
	h.Message(h.group, h.bob, "still there?")
	said(fresh, "still there?")
	if n := len(fresh.OfType("closed")); n != 0 || heard(stale, "still there?") {
		t.Errorf("the refreshed one was closed %d times, the other heard: %v", n, heard(stale, "still there?"))
	}
}

// What a client is may change once: from a guest to somebody.
func TestSwitchingUsers(t *testing.T) {
	h := newHouse(t)
	private := h.Direct(h.ann, h.eve)
	r := h.Client(nil).Realtime()
	subscribe := func(who *core.Record, topics ...string) chattest.Answer {
		return h.Client(who).JSON(http.MethodPost, "/api/realtime", map[string]any{"clientId": r.ID, "subscriptions": topics})
	}
	if got := subscribe(nil, "elsewhere"); got.Status != 204 {
		t.Fatalf("a guest: %d %s", got.Status, got.Body)
	}
	if got := subscribe(h.ann, "chat/inbox", h.topic()); got.Status != 204 {
		t.Fatalf("signed in: %d %s", got.Status, got.Body)
	}
	on(r, h.topic(), "synced")
	for who, got := range map[string]chattest.Answer{"Bob": subscribe(h.bob, "chat/inbox"), "a guest": subscribe(nil, "elsewhere")} {
		if got.Status != 403 {
			t.Errorf("%s on Ann's connection: %d %s", who, got.Status, got.Body)
		}
	}
	h.Message(private, h.eve, "for Ann")
	on(r, "chat/inbox", "inbox")

	// PocketBase lets anybody have the connection of who was signed out.
	ann := h.Find("users", h.ann.Id)
	ann.SetPassword("another battery")
	if err := h.Save(ann); err != nil {
		t.Fatal(err)
	}
	on(r, "chat/inbox", "closed")
	before := len(r.Frames())
	if got := subscribe(h.bob, "chat/inbox", h.topic()); got.Status != 204 {
		t.Fatalf("Bob: %d %s", got.Status, got.Body)
	}
	r.Until("Bob's topics", func(all []chattest.Frame) bool { return strings.Count(types(all[before:]), "synced") == 2 })
	h.Message(private, h.eve, "for Ann again")
	h.Message(h.group, h.ann, "for both")
	said(r, "for both")
	for _, f := range r.Frames()[before:] {
		if f.Text("room") == private {
			t.Errorf("Bob hears of Ann's room: %s", f.Raw())
		}
	}
}

func types(frames []chattest.Frame) string {
	var all []string
	for _, f := range frames {
		all = append(all, f.Type())
	}
	return strings.Join(all, " ")
}

// Whoever is added again subscribes again, and misses nothing from then on.
func TestAddedAgain(t *testing.T) {
	h := newHouse(t)
	r := h.subscribed(h.bob, "chat/inbox", h.topic())
	if err := h.Chat.Kick(h.group, h.bob.Id); err != nil {
		t.Fatal(err)
	}
	on(r, h.topic(), "removed")
	before := len(r.Frames())
	if got := h.Client(h.ann).Post("/chat/"+h.group+"/edit/", chattest.Form("action", "add", "members", h.bob.Id)); got.Status >= 300 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	came(r, "word that the room is back", func(f chattest.Frame) bool {
		return f.Text("topic") == "chat/inbox" && f.Text("room") == h.group && (f.Type() == "unread" || f.Type() == "inbox")
	})
	if got := r.Subscribe("chat/inbox", h.topic()); got.Status != 204 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	r.Until("its topic again", func(all []chattest.Frame) bool { return strings.Contains(types(all[before:]), "synced") })
	h.Message(h.group, h.ann, "welcome back")
	said(r, "welcome back")
}

// A host's own hook may change what is sent, or keep it back; the topic goes on.
func TestHostsHooksAroundMessages(t *testing.T) {
	t.Parallel()
	app := chattest.NewApp(t, chatplugin.Config{})
	app.OnRealtimeMessageSend().BindFunc(func(e *core.RealtimeMessageEvent) error {
		switch {
		case bytes.Contains(e.Message.Data, []byte("keep this back")):
			return nil
		case bytes.Contains(e.Message.Data, []byte("darn")):
			e.Message.Data = bytes.ReplaceAll(e.Message.Data, []byte("darn"), []byte("****"))
		}
		return e.Next()
	})
	h := peopled(t, app)
	r := h.subscribed(h.ann, h.topic())
	for _, text := range []string{"keep this back", "darn it", "and on"} {
		h.Message(h.group, h.bob, text)
	}
	said(r, "and on")
	if heard(r, "keep this back") || heard(r, "darn it") || !heard(r, "**** it") {
		t.Errorf("came %s", r.Types())
	}
	if n := len(r.OfType("synced")); n != 1 {
		t.Errorf("the client came anew: %d", n)
	}
}

// PocketBase lets a connection go that was quiet for five minutes; the longest
// heartbeat is 25 seconds.
func TestKeepAlive(t *testing.T) {
	t.Parallel()
	h := peopled(t, chattest.NewApp(t, chatplugin.Config{Realtime: chatplugin.Realtime{PingEvery: 50 * time.Millisecond}}))
	r := h.subscribed(h.ann, "chat/inbox", h.topic())
	h.Message(h.group, h.bob, "hello")
	rev := h.Rev(h.group)
	on(r, "chat/inbox", "ping")
	came(r, "a ping with the room's revision", func(f chattest.Frame) bool {
		return f.Text("topic") == h.topic() && f.Type() == "ping" && f.Int("rev") == rev
	})
}

// PocketBase ends every connection after half an hour, here sooner.
func TestConnectionsOfLimitedLife(t *testing.T) {
	t.Parallel()
	app := chattest.NewApp(t, chatplugin.Config{})
	app.OnRealtimeConnectRequest().BindFunc(func(e *core.RealtimeConnectRequestEvent) error {
		e.MaxTimeout = 300 * time.Millisecond
		return e.Next()
	})
	h := peopled(t, app)
	witness := h.Client(h.bob).Socket("/ws/chat/" + h.group + "/")
	online := func(n int64) func(chattest.Frame) bool {
		return func(f chattest.Frame) bool { return f.Type() == "presence" && f.Int("online") == n }
	}
	r := h.Client(h.ann).Realtime()
	r.Subscribe(h.topic())
	r.WaitClosed()
	witness.Wait("that Ann is gone", online(1))
	if got := r.Subscribe(h.topic()); got.Status != 404 {
		t.Errorf("the client is still known: %d %s", got.Status, got.Body)
	}
}

// TestF26_NothingIsLeft connects, subscribes and goes a thousand times.
func TestF26_NothingIsLeft(t *testing.T) {
	h := peopled(t, chattest.NewApp(t, chatplugin.Config{}))
	client := h.Client(h.ann)
	round := func(people, each int) {
		var all sync.WaitGroup
		for range people {
			all.Go(func() {
				for range each {
					r := client.Realtime()
					if got := r.Subscribe("chat/inbox", h.topic(), "chat/rooms/nosuchroom00000"); got.Status != 204 {
						t.Errorf("%d %s", got.Status, got.Body)
					}
					r.Cut()
					r.WaitClosed()
				}
			})
		}
		all.Wait()
		h.settle(t)
	}
	round(10, 5) // what is made once is made
	goroutines, bytes := h.settle(t)
	round(20, 50)
	leftGoroutines, leftBytes := h.settle(t)
	if leftGoroutines > goroutines+20 {
		t.Errorf("%d goroutines, %d before", leftGoroutines, goroutines)
	}
	if leftBytes > bytes+8<<20 {
		t.Errorf("%d KB in use, %d before", leftBytes>>10, bytes>>10)
	}
}

// settle waits until no client is connected and answers what is in use then.
func (h *house) settle(t *testing.T) (goroutines int, bytes uint64) {
	t.Helper()
	for deadline := time.Now().Add(chattest.Patience); h.SubscriptionsBroker().TotalClients() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d clients are left", h.SubscriptionsBroker().TotalClients())
		}
	}
	last := 0
	for range 200 {
		runtime.GC()
		if goroutines = runtime.NumGoroutine(); goroutines == last {
			break
		}
		last = goroutines
		time.Sleep(50 * time.Millisecond)
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return goroutines, stats.HeapAlloc
}

// BenchmarkDelivery sends a message to a hundred sockets and to as many topics,
// by turns, and reports how much longer the topics take.
func BenchmarkDelivery(b *testing.B) {
	const readers = 100
	h := peopled(b, chattest.NewApp(b, chatplugin.Config{}))
	socketed, topical := h.Group("Sockets", h.ann, h.bob), h.Group("Topics", h.ann, h.bob)
	var sockets, topics []*chattest.Stream
	for range readers {
		user := h.User("Reader")
		for _, room := range []string{socketed, topical} {
			if got := h.Client(h.ann).Post("/chat/"+room+"/edit/", chattest.Form("action", "add", "members", user.Id)); got.Status >= 300 {
				b.Fatalf("%d %s", got.Status, got.Body)
			}
		}
		socket := h.Client(user).Socket("/ws/chat/" + socketed + "/")
		socket.Synced()
		sockets = append(sockets, &socket.Stream)
		topics = append(topics, &h.subscribed(user, "chat/rooms/"+topical).Stream)
	}
	took := func(room string, streams []*chattest.Stream, text string) time.Duration {
		start := time.Now()
		h.Message(room, h.bob, text)
		for _, s := range streams {
			s.Wait(text, func(f chattest.Frame) bool { return f.Type() == "message" && f.Message().Text("body") == text })
		}
		return time.Since(start)
	}
	var bySocket, byTopic time.Duration
	for i := 0; b.Loop(); i++ {
		text := fmt.Sprint("message ", i)
		bySocket += took(socketed, sockets, text)
		byTopic += took(topical, topics, text)
	}
	b.ReportMetric(float64(bySocket.Microseconds())/float64(b.N), "sockets-µs/op")
	b.ReportMetric(float64(byTopic.Microseconds())/float64(b.N), "topics-µs/op")
	b.ReportMetric(float64(byTopic)/float64(bySocket), "topics/sockets")
}
