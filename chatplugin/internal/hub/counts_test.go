package hub

import (
	"strings"
	"testing"
	"time"
)

func TestFiguresOfWhatIsDelivered(t *testing.T) {
	g := newRig(t, Options{})
	before := g.hub.Stats()
	if before.Mains+before.People+before.Topics != 0 || before.Nodes {
		t.Fatalf("premise: nobody is there: %+v", before)
	}
	one, other, bob := g.connect("user=ann"), g.connect("user=ann"), g.connect("user=bob")
	frame := revFrame(1)
	g.hub.PublishMany([]string{room, inbox, "rooms/nobody"}, frame)
	for _, c := range []*client{one, other} {
		c.want(string(frame), string(frame)) // by the room and by the inbox
	}
	bob.want(string(frame))
	got := g.hub.Stats()
	if got.Mains != 3 || got.Inboxes != 0 || got.Outlets != 0 || got.People != 2 || got.Topics != 1 {
		t.Errorf("who is there: %+v", got)
	}
	if got.Published != 2 || got.Delivered != 5 || got.Bytes != 5*int64(len(frame)) || got.Dropped != 0 {
		t.Errorf("what was delivered: %+v", got)
	}
}

func TestFiguresOfRevisions(t *testing.T) {
	g := newRig(t, Options{PassOver: time.Hour})
	for rev := range int64(3) {
		g.hub.Reserve(room, rev+1)
	}
	g.hub.Drop(room, 3)
	if got := g.hub.Stats(); got.Reserved != 2 || got.PassedOver != 0 {
		t.Errorf("at first: %+v", got)
	}

	g = newRig(t, Options{PassOver: 50 * time.Millisecond})
	c := g.connect("user=ann")
	g.hub.Reserve(room, 1)
	g.hub.Release(room, 2, revFrame(2)) // was never reserved, and waits for nothing
	g.hub.Reserve(room, 3)
	g.hub.Release(room, 3, revFrame(3)) // waits for the first
	c.want(string(revFrame(2)), string(revFrame(3)))
	if got := g.hub.Stats(); got.PassedOver != 1 && got.PassedOver != 2 || got.Reserved != 0 {
		t.Errorf("in the end: %+v", got)
	}
}

func TestFiguresOfEnds(t *testing.T) {
	g := newRig(t, Options{QueueBytes: 4 << 10})
	closed := func(reason string, want int64) {
		t.Helper()
		eventually(t, reason, func() bool { return g.hub.Stats().Closed[reason] == want })
	}
	closed("gone", 0)
	g.connect("user=ann").conn.Close()
	closed("gone", 1)

	bob := g.connect("user=bob")
	g.hub.Disconnect("bob", CodeRevoked)
	bob.wantClose(CodeRevoked)
	closed("revoked", 1)

	cid := g.connect("user=cid")
	g.hub.Bar("cid", room).Commit(lastFrame)
	cid.rest()
	closed("removed", 1)

	dan := g.connect("user=dan")
	g.hub.Bar("dan", room).Lift()
	dan.wantClose(CodeResume)
	closed("resume", 1)

	slow := newFakeSink()
	g.attach(slow, roomDial("eve"))
	resume := slow.stall()
	g.hub.Publish(room, revFrame(1))
	<-slow.blocked
	for range 4 {
		g.hub.Publish(room, []byte(`"`+strings.Repeat("x", 2<<10)+`"`))
	}
	g.published()
	resume()
	closed("slow", 1)
	for reason, n := range g.hub.Stats().Closed {
		if n > 1 || n == 1 && reason == "other" {
			t.Errorf("%d are %s", n, reason)
		}
	}
}

func TestARefusedCommandComesWithoutItsArguments(t *testing.T) {
	for said, want := range map[string]string{
		"ERR unknown command 'XADD', with args beginning with: 'rooms/r1' '{\"body\":\"secret\"}'": "ERR unknown command 'XADD'",
		"dial tcp: connection refused": "dial tcp: connection refused",
	} {
		if got := withoutArgs(errorString(said)).Error(); got != want {
			t.Errorf("%q became %q", said, got)
		}
	}
}

type errorString string

func (e errorString) Error() string { return string(e) }
