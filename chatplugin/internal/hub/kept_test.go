package hub

import (
	"bytes"
	"net/http"
	"testing"
	"time"
)

// aboutRoom makes frames of other topics that carry "about" be about the room.
func aboutRoom(frame []byte) (string, bool) {
	last := bytes.Equal(frame, lastFrame)
	if last || bytes.Contains(frame, []byte(`"about"`)) {
		return room, last
	}
	return "", false
}

var (
	about = []byte(`{"type":"about"}`)
	other = []byte(`{"type":"other"}`)
)

func TestFramesOfOtherTopicsAboutTheBarredOne(t *testing.T) {
	newInbox := func(t *testing.T, keptFor time.Duration) (*rig, *client) {
		g := newRig(t, Options{About: aboutRoom, KeptFor: keptFor})
		g.with(func(_ *http.Request, d *Dial) { d.Topics, d.Main, d.Present = []string{"users/" + d.User}, "", nil })
		c := g.connect("user=ann")
		g.hub.Publish(inbox, about)
		c.want(string(about)) // premise
		return g, c
	}
	t.Run("are kept back while the bar stands and after its commit", func(t *testing.T) {
		g, c := newInbox(t, time.Hour)
		bar := g.hub.Bar("ann", room)
		g.hub.Publish(inbox, about)
		bar.Commit(lastFrame)
		g.hub.Publish(inbox, about)
		again := g.connect("user=ann") // who comes back hears no more of it
		g.hub.Publish(inbox, about)
		g.hub.Publish(inbox, other)
		c.want(string(other))
		again.want(string(other))
	})
	t.Run("say once on each connection that it is over", func(t *testing.T) {
		g, c := newInbox(t, time.Hour)
		g.with(func(_ *http.Request, d *Dial) { d.Main = "" })
		inRoom := g.connect("user=ann")
		g.hub.Bar("ann", room).Commit(lastFrame)
		inRoom.want(string(lastFrame))
		g.hub.Publish(inbox, lastFrame)
		g.hub.Publish(inbox, other)
		c.want(string(lastFrame), string(other))
		inRoom.want(string(other))
	})
	t.Run("come again to who is added again", func(t *testing.T) {
		g, c := newInbox(t, time.Hour)
		g.hub.Bar("ann", room).Commit(lastFrame)
		second := g.hub.Bar("ann", room)
		g.hub.Admit("ann", room) // not against a bar that stands
		g.hub.Publish(inbox, about)
		g.hub.Publish(inbox, other)
		c.want(string(other))
		second.Commit(nil)
		g.hub.Admit("ann", room)
		g.hub.Publish(inbox, about)
		c.want(string(about))
	})
	t.Run("come again after a while by themselves", func(t *testing.T) {
		g, _ := newInbox(t, 20*time.Millisecond)
		g.hub.Bar("bob", room).Commit(lastFrame)
		eventually(t, "nothing is kept of who has no connection", func() bool {
			g.hub.registry.mu.Lock()
			defer g.hub.registry.mu.Unlock()
			return g.hub.registry.people["bob"] == nil
		})
	})
	t.Run("make their connections come back when the bar is lifted", func(t *testing.T) {
		g, c := newInbox(t, time.Hour)
		bar := g.hub.Bar("ann", room)
		g.hub.Publish(inbox, about)
		g.hub.Publish(inbox, other)
		c.want(string(other))
		bar.Lift()
		c.wantClose(CodeResume)
	})
	t.Run("cost nothing when the bar is lifted and there were none", func(t *testing.T) {
		g, c := newInbox(t, time.Hour)
		g.hub.Bar("ann", room).Lift()
		g.hub.Publish(inbox, about)
		c.want(string(about))
	})
}
