package hub

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func frames(revs ...int64) (list [][]byte) {
	for _, rev := range revs {
		list = append(list, revFrame(rev))
	}
	return list
}

// heldRevs waits until the user's one connection holds n frames, and lists them.
func heldRevs(t testing.TB, h *Hub, user string, n int) (revs []int64) {
	t.Helper()
	p := h.registry.of(user)[0]
	eventually(t, "the gate holds what is published", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.held) >= n
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, held := range p.held {
		rev, _ := revOf(held.frame)
		revs = append(revs, rev)
	}
	return revs
}

func TestWhatIsPublishedDuringTheGateAppearsOnce(t *testing.T) {
	g := newRig(t, Options{})
	inGate := make(chan []int64, 1)
	g.with(func(_ *http.Request, d *Dial) {
		d.Gate = func(context.Context) (Replay, error) {
			for _, frame := range frames(5, 6, 7, 8) {
				g.hub.Publish(room, frame)
			}
			heldRevs(t, g.hub, "ann", 4)
			g.hub.Publish(inbox, []byte(`{"inbox":1}`))
			inGate <- heldRevs(t, g.hub, "ann", 5)
			return Replay{Frames: frames(4, 5, 6), Rev: 6, Last: []byte(`"synced"`)}, nil
		}
	})
	c := g.raw("user=ann")
	if held := <-inGate; !slices.Equal(held, []int64{5, 6, 7, 8, 0}) {
		t.Fatalf("premise: the gate was to hold frames that the replay has too; it held %v", held)
	}
	c.want(`{"rev":4}`, `{"rev":5}`, `{"rev":6}`, `{"rev":7}`, `{"rev":8}`, `{"inbox":1}`, `"synced"`)
	g.hub.Publish(room, revFrame(9))
	c.want(`{"rev":9}`)
}

func TestWhatIsPublishedLateAppearsOnce(t *testing.T) {
	g := newRig(t, Options{})
	g.with(func(_ *http.Request, d *Dial) {
		d.Gate = func(context.Context) (Replay, error) {
			return Replay{Frames: frames(4, 5, 6), Rev: 6, Last: []byte(`"synced"`)}, nil
		}
	})
	c := g.raw("user=ann")
	c.want(`{"rev":4}`, `{"rev":5}`, `{"rev":6}`, `"synced"`)
	for _, frame := range frames(5, 6) {
		g.hub.Publish(room, frame)
	}
	g.hub.Publish(room, []byte(`{"typing":1}`))
	for _, frame := range frames(7, 8) {
		g.hub.Publish(room, frame)
	}
	c.want(`{"typing":1}`, `{"rev":7}`, `{"rev":8}`)
}

func TestVeilStandsBeforeFramesOfEveryTopic(t *testing.T) {
	g := newRig(t, Options{})
	g.with(func(_ *http.Request, d *Dial) {
		d.Veil = func(frame []byte) []byte {
			if rev, _ := revOf(frame); rev%2 == 1 {
				return []byte(`"veiled"`)
			}
			return frame
		}
		d.Gate = func(context.Context) (Replay, error) {
			for _, frame := range frames(5, 6) {
				g.hub.Publish(room, frame)
			}
			heldRevs(t, g.hub, "ann", 2)
			return Replay{Rev: 4, Last: []byte(`"synced"`)}, nil
		}
	})
	c := g.raw("user=ann")
	c.want(`"veiled"`, `{"rev":6}`, `"synced"`)
	g.hub.Publish(room, revFrame(7))
	c.want(`"veiled"`)
	g.hub.Publish(inbox, revFrame(9))
	c.want(`"veiled"`)
	g.hub.Publish(inbox, revFrame(10))
	c.want(`{"rev":10}`)
}

func TestGateDecidesWhetherAConnectionOpens(t *testing.T) {
	for _, test := range []struct {
		name string
		gate func(context.Context) (Replay, error)
		code int
	}{
		{"removed", func(context.Context) (Replay, error) { return Replay{Frames: frames(1)}, ErrRemoved }, CodeRemoved},
		{"revoked", func(context.Context) (Replay, error) { return Replay{Frames: frames(1)}, ErrRevoked }, CodeRevoked},
		{"failed", func(context.Context) (Replay, error) { return Replay{}, errors.New("busy") }, CodeResume},
		{"panicked", func(context.Context) (Replay, error) { panic(http.ErrAbortHandler) }, CodeResume},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newRig(t, Options{})
			g.with(func(_ *http.Request, d *Dial) { d.Gate = test.gate })
			g.raw("user=ann").wantClose(test.code)
			eventually(t, "nobody is left", func() bool { return !g.hub.Online("ann") })
		})
	}
}

func TestGateHoldsABoundedAmount(t *testing.T) {
	g := newRig(t, Options{QueueBytes: 10_000})
	g.with(func(_ *http.Request, d *Dial) {
		d.Gate = func(ctx context.Context) (Replay, error) {
			p := g.hub.registry.of("ann")[0]
			frame := []byte(`"` + strings.Repeat("x", 3000) + `"`)
			for range 10 {
				g.hub.Publish(room, frame)
			}
			// Either what is held or what is queued to be held is too much first.
			eventually(t, "the connection gives up and keeps nothing", func() bool {
				p.mu.Lock()
				defer p.mu.Unlock()
				return (p.silent.Load() || p.state == closed) && p.held == nil
			})
			return Replay{Last: []byte(`"synced"`)}, nil
		}
	})
	g.raw("user=ann").wantClose(CodeResume)
}

func TestConnectionWithoutGateOpensAtOnce(t *testing.T) {
	g := newRig(t, Options{})
	g.with(func(_ *http.Request, d *Dial) { d.Gate, d.Main = nil, "" })
	c := g.raw("user=ann")
	eventually(t, "it is open", func() bool { return g.opened("ann") })
	g.hub.Publish(inbox, revFrame(1))
	c.want(`{"rev":1}`)
}

func TestDialsThatCannotBeMade(t *testing.T) {
	for name, dial := range map[string]Dial{
		"nobody":             {Topics: []string{room}},
		"a topic to escape":  {User: "ann", Topics: []string{`rooms/"x`}},
		"an empty topic":     {User: "ann", Topics: []string{""}},
		"main not in topics": {User: "ann", Topics: []string{inbox}, Main: room},
		"too many topics":    {User: "ann", Topics: make([]string, maxTopics+1)},
	} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t, Options{})
			if _, err := g.hub.newPeer(dial); err == nil {
				t.Fatal("was made")
			}
		})
	}
}
