package hub

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func roomDial(user string) Dial {
	return Dial{User: user, Topics: []string{room, "users/" + user}, Present: []string{room}, Main: room}
}

var lastFrame = []byte(`{"type":"removed"}`)

func TestNothingQueuedLeavesAfterBar(t *testing.T) {
	g := newRig(t, Options{BarPatience: time.Hour})
	s := newFakeSink()
	p := g.attach(s, roomDial("ann"))
	const queued = 100
	resume := g.stallAndQueue(s, queued)

	barred := make(chan *Bar)
	go func() { barred <- g.hub.Bar("ann", room) }()
	eventually(t, "the bar stands", p.mainBarred)
	resume() // the write under way ends by itself
	bar := <-barred
	before := s.written()
	if len(before) == queued {
		t.Fatal("premise: nothing was queued when the bar was set")
	}
	bar.Commit(lastFrame)
	eventually(t, "closed 4502", func() bool { return s.closedWith(CodeRemoved) })
	if got := s.written(); !slices.Equal(got, append(before, string(lastFrame))) {
		t.Fatalf("%d frames before the bar, then %q", len(before), got[len(before):])
	}
}

func TestQueuedFramesLeaveWithoutBar(t *testing.T) {
	g := newRig(t, Options{})
	s := newFakeSink()
	p := g.attach(s, roomDial("ann"))
	resume := g.stallAndQueue(s, 100)
	p.client.Unsubscribe(room)
	resume()
	eventually(t, "premise of the test above: unsubscribing alone keeps nothing back",
		func() bool { return len(s.written()) == 100 })
}

func TestBarCutsOffAWriteThatStalls(t *testing.T) {
	g := newRig(t, Options{})
	s := newFakeSink()
	g.attach(s, roomDial("ann"))
	s.stall() // nothing but interrupt ends it
	g.hub.Publish(room, revFrame(1))
	<-s.blocked
	bar := g.hub.Bar("ann", room)
	defer bar.Lift()
	select {
	case <-s.cut:
	default:
		t.Fatal("Bar returned while a write was under way")
	}
	if got := s.written(); len(got) > 0 {
		t.Fatalf("%q left", got)
	}
}

func TestRemovedIsTheLastFrame(t *testing.T) {
	g := newRig(t, Options{})
	ann, bob := g.connect("user=ann"), g.connect("user=bob")
	g.hub.Publish(room, revFrame(1))
	ann.want(`{"rev":1}`)
	bob.want(`{"rev":1}`)

	bar := g.hub.Bar("ann", room)
	g.hub.Publish(room, revFrame(2))
	bob.want(`{"rev":2}`) // so it is past ann too
	bar.Commit(lastFrame)
	g.hub.Publish(inbox, []byte(`{"inbox":1}`))
	got, code := ann.rest()
	if n := len(got); code != CodeRemoved || n == 0 || got[n-1] != string(lastFrame) || slices.Contains(got, `{"rev":2}`) {
		t.Fatalf("got %q and %d", got, code)
	}
	g.hub.Publish(room, revFrame(3))
	bob.want(`{"rev":3}`)
}

func TestBarOnAConnectionAboutSomethingElse(t *testing.T) {
	g := newRig(t, Options{})
	g.with(func(_ *http.Request, d *Dial) { d.Main = "" })
	c := g.connect("user=ann")
	bar := g.hub.Bar("ann", room)
	bar.Commit(lastFrame)
	c.want(string(lastFrame))
	eventually(t, "unsubscribed", func() bool { return g.hub.node.Hub().NumSubscribers(room) == 0 })
	g.hub.Publish(room, revFrame(1))
	g.hub.Publish(inbox, revFrame(2))
	c.want(`{"rev":2}`)
}

func TestBarHoldsForConnectionsThatDialMeanwhile(t *testing.T) {
	for _, end := range []struct {
		name string
		by   func(*Bar)
		code int
		want []string
	}{
		{"committed", func(b *Bar) { b.Commit(lastFrame) }, CodeRemoved, []string{string(lastFrame)}},
		{"lifted", (*Bar).Lift, CodeResume, nil},
	} {
		t.Run(end.name, func(t *testing.T) {
			g := newRig(t, Options{})
			bar := g.hub.Bar("ann", room)
			g.with(func(_ *http.Request, d *Dial) {
				d.Gate = func(context.Context) (Replay, error) { // reads what is not committed yet: still a member
					return Replay{Frames: frames(1, 2), Rev: 2, Last: []byte(`"synced"`)}, nil
				}
			})
			c, bob := g.raw("user=ann"), g.raw("user=bob")
			bob.want(`{"rev":1}`, `{"rev":2}`, `"synced"`)
			eventually(t, "ann has passed her gate", func() bool { return g.opened("ann") })
			g.hub.Publish(room, revFrame(3))
			bob.want(`{"rev":3}`)
			end.by(bar)
			if got, code := c.rest(); code != end.code || !slices.Equal(got, end.want) {
				t.Fatalf("got %q and %d", got, code)
			}
			g.hub.Admit("ann", room)
			eventually(t, "nothing of the bar is kept", func() bool {
				g.hub.registry.mu.Lock()
				defer g.hub.registry.mu.Unlock()
				return g.hub.registry.people["ann"] == nil
			})
		})
	}
}

func TestBarTakesWhatTheGateHolds(t *testing.T) {
	g := newRig(t, Options{About: aboutRoom})
	bars := make(chan *Bar, 1)
	g.with(func(_ *http.Request, d *Dial) {
		d.Main = ""
		d.Gate = func(context.Context) (Replay, error) {
			g.hub.Publish(room, revFrame(1))
			heldRevs(t, g.hub, "ann", 1)
			g.hub.Publish(inbox, about)
			heldRevs(t, g.hub, "ann", 2)
			bars <- g.hub.Bar("ann", room)
			return Replay{Last: []byte(`"synced"`)}, nil
		}
	})
	c := g.raw("user=ann")
	c.want(`"synced"`)
	(<-bars).Commit(lastFrame)
	c.want(string(lastFrame))
}

func TestLiftMakesConnectionsComeBack(t *testing.T) {
	g := newRig(t, Options{})
	c := g.connect("user=ann")
	bar := g.hub.Bar("ann", room)
	bar.Lift()
	bar.Commit(lastFrame) // too late: the first end counts
	c.wantClose(CodeResume)
	again := g.connect("user=ann")
	g.hub.Publish(room, revFrame(1))
	again.want(`{"rev":1}`)
}

// TestRemovalRacingDial dials and removes at once, many times over: whoever was
// let in on a membership that has just ended must be caught, by bar or by gate.
func TestRemovalRacingDial(t *testing.T) {
	rounds := 200
	if testing.Short() {
		rounds = 40
	}
	g := newRig(t, Options{})
	var members sync.Map // the committed rows
	g.with(func(r *http.Request, d *Dial) {
		user := d.User
		d.Gate = func(context.Context) (Replay, error) {
			if _, ok := members.Load(user); !ok {
				return Replay{}, ErrRemoved
			}
			return Replay{Last: []byte(`"synced"`)}, nil
		}
	})
	var letIn, open atomic.Int64
	for i := range rounds {
		user := fmt.Sprintf("u%d", i)
		secret := fmt.Appendf(nil, `"secret %d"`, i)
		members.Store(user, true)
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, ok := members.Load(user); !ok {
				return // refused before the upgrade
			}
			conn, _, err := websocket.DefaultDialer.Dial(g.url+"/?user="+user, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			letIn.Add(1)
			got, code := (&client{t, conn}).rest()
			if slices.Contains(got, string(secret)) || code != CodeRemoved {
				t.Errorf("round %d: %q and %d", i, got, code)
			}
			if slices.Contains(got, `"synced"`) {
				open.Add(1)
			}
		})
		wg.Go(func() {
			if i%2 == 0 { // half of them when the socket is about to open
				eventually(t, "on the way", func() bool { return g.hub.Online(user) })
			}
			bar := g.hub.Bar(user, room)
			members.Delete(user) // the commit
			g.hub.Publish(room, secret)
			bar.Commit(lastFrame)
			g.hub.Publish(room, secret)
		})
		wg.Wait()
	}
	t.Logf("%d of %d dials were let in, %d opened before they were removed", letIn.Load(), rounds, open.Load())
	if letIn.Load() == 0 {
		t.Fatal("premise: no dial was let in on a membership that was ending")
	}
}
