package hub

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestDisconnect(t *testing.T) {
	g := newRig(t, Options{})
	phone, laptop, bob := g.connect("user=ann&session=phone"), g.connect("user=ann&session=laptop"), g.connect("user=bob")
	if !g.hub.Online("ann") || g.hub.Online("eve") {
		t.Fatal("premise: ann is online and eve is not")
	}
	g.hub.DisconnectSession("ann", "phone", CodeRevoked)
	phone.wantClose(CodeRevoked)
	g.hub.Publish(room, revFrame(1))
	laptop.want(`{"rev":1}`)
	bob.want(`{"rev":1}`)
	g.hub.Disconnect("ann", CodeRemoved)
	laptop.wantClose(CodeRemoved)
	eventually(t, "ann is gone", func() bool { return !g.hub.Online("ann") })
	g.hub.Publish(room, revFrame(2))
	bob.want(`{"rev":2}`)
}

func TestFirstCodeCounts(t *testing.T) {
	for range 50 {
		g := newRig(t, Options{})
		c := g.connect("user=ann")
		bar := g.hub.Bar("ann", room)
		g.hub.Disconnect("ann", CodeRevoked)
		bar.Commit(lastFrame)
		c.wantClose(CodeRevoked)
	}
}

func TestNothingQueuedLeavesAfterDisconnect(t *testing.T) {
	g := newRig(t, Options{})
	s := newFakeSink()
	g.attach(s, roomDial("ann"))
	resume := g.stallAndQueue(s, 10)
	g.hub.Disconnect("ann", CodeRevoked)
	resume()
	eventually(t, "closed 4501", func() bool { return s.closedWith(CodeRevoked) })
	if got := s.written(); len(got) > 1 {
		t.Fatalf("%q left", got) // the first was under way
	}
}

func TestExpiry(t *testing.T) {
	soon := func() time.Time { return time.Now().Add(300 * time.Millisecond) }
	for _, test := range []struct {
		name    string
		expires time.Time
		renew   func(context.Context) (time.Time, bool)
	}{
		{"nobody renews", soon(), nil},
		{"refused", soon(), func(context.Context) (time.Time, bool) { return time.Now().Add(time.Hour), false }},
		{"renewed to the past", soon(), func(context.Context) (time.Time, bool) { return time.Now().Add(-time.Second), true }},
		{"expired when dialled", time.Now().Add(-time.Hour), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			g := newRig(t, Options{})
			g.with(func(_ *http.Request, d *Dial) { d.Expires, d.Renew = test.expires, test.renew })
			if _, code := g.raw("user=ann").rest(); code != CodeRevoked {
				t.Fatalf("closed with %d", code)
			}
		})
	}
	t.Run("renewed", func(t *testing.T) {
		t.Parallel()
		g := newRig(t, Options{})
		var asked atomic.Int32
		g.with(func(_ *http.Request, d *Dial) {
			d.Expires = soon()
			d.Renew = func(context.Context) (time.Time, bool) {
				asked.Add(1)
				return time.Now().Add(time.Hour), true
			}
		})
		c := g.connect("user=ann")
		eventually(t, "asked to renew", func() bool { return asked.Load() == 1 })
		g.hub.Publish(room, revFrame(1))
		c.want(`{"rev":1}`)
	})
}

func TestTooManyConnectionsOfOneUser(t *testing.T) {
	g := newRig(t, Options{MaxUserConns: 2})
	first, _ := g.connect("user=ann"), g.connect("user=ann")
	g.connect("user=bob")
	_, response, err := websocket.DefaultDialer.Dial(g.url+"/?user=ann", nil)
	if !errors.Is(err, websocket.ErrBadHandshake) || response.StatusCode != http.StatusTooManyRequests ||
		response.Header.Get("Retry-After") == "" {
		t.Fatalf("the third got %v, %v", response, err)
	}
	g.hub.Publish(room, revFrame(1))
	first.want(`{"rev":1}`)
	first.conn.Close()
	eventually(t, "one is gone", func() bool { return len(g.hub.registry.of("ann")) == 1 })
	g.connect("user=ann")
}

func TestShutdown(t *testing.T) {
	g := newRig(t, Options{})
	inGate, goOn := make(chan struct{}), make(chan struct{})
	open := g.connect("user=ann")
	g.with(func(_ *http.Request, d *Dial) {
		d.Gate = func(ctx context.Context) (Replay, error) {
			close(inGate)
			<-goOn
			return Replay{Last: []byte(`"synced"`)}, nil
		}
	})
	gatedOne := g.raw("user=bob")
	<-inGate
	done := make(chan error)
	go func() { done <- g.hub.Shutdown(t.Context()) }()
	open.wantClose(CodeShutdown)
	gatedOne.wantClose(CodeShutdown)
	close(goOn)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	_, response, err := websocket.DefaultDialer.Dial(g.url, nil)
	if !errors.Is(err, websocket.ErrBadHandshake) || response.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("a dial after the shutdown got %v, %v", response, err)
	}
	g.hub.Publish(room, revFrame(1)) // nothing happens, and nothing blocks
}

func TestRequestThatIsNoHandshake(t *testing.T) {
	g := newRig(t, Options{})
	response, err := http.Get("http" + g.url[len("ws"):])
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusBadRequest {
		t.Fatalf("got %d", response.StatusCode)
	}
	eventually(t, "it is not counted", func() bool {
		g.hub.registry.mu.Lock()
		defer g.hub.registry.mu.Unlock()
		return len(g.hub.registry.people) == 0
	})
}

func TestShutdownLeavesNothingRunning(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("a hub", func(t *testing.T) {
		g := newRig(t, Options{PresenceGather: time.Millisecond})
		for range 5 {
			g.connect("user=ann")
		}
		g.hub.Reserve(room, 1)
		g.hub.Bar("bob", room).Lift()
	}) // which shuts it down
	eventually(t, "its goroutines end", func() bool {
		http.DefaultClient.CloseIdleConnections()
		return runtime.NumGoroutine() <= before
	})
}

func TestHubThatNeverRan(t *testing.T) {
	h, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	h.Publish(room, revFrame(1))
	h.Reserve(room, 1)
	h.Release(room, 1, revFrame(1))
	h.Bar("ann", room).Commit(nil)
	h.Disconnect("ann", CodeRevoked)
	if n, _ := h.Presence(room); n != 0 || h.Online("ann") {
		t.Fatal("somebody is online")
	}
	for range 2 {
		if err := h.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDisconnectAll(t *testing.T) {
	g := newRig(t, Options{})
	ann, bob := g.connect("user=ann"), g.connect("user=bob")
	g.hub.DisconnectAll(CodeRevoked)
	ann.wantClose(CodeRevoked)
	bob.wantClose(CodeRevoked)
}

// TestTwoHubsInOneProcess are two applications: nothing of one reaches the other.
func TestTwoHubsInOneProcess(t *testing.T) {
	one, two := newRig(t, Options{}), newRig(t, Options{})
	a, b := one.connect("user=ann"), two.connect("user=ann")
	one.hub.Publish(room, revFrame(1))
	two.hub.Publish(room, revFrame(2))
	a.want(`{"rev":1}`)
	b.want(`{"rev":2}`)
}
