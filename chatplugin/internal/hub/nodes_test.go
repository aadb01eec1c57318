package hub

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/alicebob/miniredis/v2"
)

// crowd says who may hear of the room, as a database would.
type crowd struct {
	mu    sync.Mutex
	rev   int64
	users []string
	asked atomic.Int64
}

func (c *crowd) set(users ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rev++
	c.users = users
}

func (c *crowd) people(topics []string) (map[string]People, error) {
	c.asked.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	users := slices.Clone(c.users)
	people := map[string]People{}
	for _, topic := range topics {
		people[topic] = People{Rev: c.rev, Has: func(user string) bool { return slices.Contains(users, user) }}
	}
	return people, nil
}

// sharing are options of nodes that have the same database.
func sharing(redis string, c *crowd) Options {
	return Options{
		Redis: Redis{Address: redis}, People: c.people,
		Owner: func(topic string) string {
			user, ok := strings.CutPrefix(topic, "users/")
			if !ok {
				return ""
			}
			return user
		},
		Farewell: func(user, _ string) (string, []byte) { return "users/" + user, []byte(`"gone"`) },
		About: func(frame []byte) (string, bool) {
			if string(frame) == `"gone"` {
				return room, true
			}
			if strings.Contains(string(frame), "about") {
				return room, strings.Contains(string(frame), "last")
			}
			return "", false
		},
	}
}

func newNodes2(t *testing.T) (a, b *rig, c *crowd, redis *miniredis.Miniredis) {
	t.Helper()
	redis, c = miniredis.RunT(t), &crowd{}
	c.set("ann", "bob", "cid")
	a, b = newRig(t, sharing(redis.Addr(), c)), newRig(t, sharing(redis.Addr(), c))
	return a, b, c, redis
}

func TestFramesCrossNodesInOrderAndOnce(t *testing.T) {
	a, b, _, _ := newNodes2(t)
	here, there := a.connect("user=ann"), b.connect("user=bob")
	var want []string
	for rev := int64(1); rev <= 50; rev++ {
		a.hub.Publish(room, revFrame(rev))
		want = append(want, string(revFrame(rev)))
	}
	a.hub.Publish("users/bob", []byte(`"to bob"`))
	here.want(want...)
	got := map[string]int{}
	for range 51 { // two topics have no order between them
		frame, err := there.read()
		if err != nil {
			t.Fatal(err)
		}
		got[frame]++
		if frame != `"to bob"` {
			if frame != want[0] {
				t.Fatalf("read %s, want %s", frame, want[0])
			}
			want = want[1:]
		}
	}
	if len(want) > 0 || got[`"to bob"`] != 1 {
		t.Fatalf("missing %v, to bob %d times", want, got[`"to bob"`])
	}
}

func TestRemovedPeopleAreShutOutBeforeAForeignFrame(t *testing.T) {
	a, b, c, _ := newNodes2(t)
	bob, cid := b.connect("user=bob"), b.connect("user=cid")
	c.set("ann", "cid") // in the database, and nothing is said
	a.hub.Publish(room, revFrame(1))
	cid.want(string(revFrame(1)))
	bob.want(`"gone"`)
	bob.wantClose(CodeRemoved)
}

func TestForeignFramesAboutATopicAreForItsPeople(t *testing.T) {
	a, b, c, _ := newNodes2(t)
	b.with(func(_ *http.Request, d *Dial) { d.Topics, d.Present, d.Main = []string{"users/" + d.User}, nil, "" })
	bob := b.connect("user=bob")
	c.set("ann")
	a.hub.Publish("users/bob", []byte(`"about, too late"`))
	a.hub.Publish("users/bob", []byte(`"of something else"`))
	bob.want(`"of something else"`)
	a.hub.Publish("users/bob", []byte(`"about, the last"`))
	bob.want(`"about, the last"`)
	c.set("ann", "bob")
	a.hub.Publish("users/bob", []byte(`"about, again"`))
	bob.want(`"about, again"`)
}

// A removal that comes late, after the person was added again, makes their
// connections look for themselves.
func TestALateRemovalEndsNothingForGood(t *testing.T) {
	a, b, _, _ := newNodes2(t)
	bob := b.connect("user=bob")
	a.hub.Publish("users/bob", []byte(`"about, the last"`))
	bob.wantClose(CodeResume)
}

func TestLocalFramesLookAgainWhenThePeopleChanged(t *testing.T) {
	c := &crowd{}
	c.set("ann", "bob")
	options := sharing("", c)
	g := newRig(t, options)
	ann, bob := g.connect("user=ann"), g.connect("user=bob")
	g.hub.Current(room, 1)
	g.hub.Publish(room, revFrame(1))
	ann.want(string(revFrame(1)))
	bob.want(string(revFrame(1)))
	asked := c.asked.Load()
	g.hub.Publish(room, revFrame(2))
	ann.want(string(revFrame(2)))
	bob.want(string(revFrame(2)))
	if c.asked.Load() != asked {
		t.Error("people who did not change were read again")
	}
	c.set("ann")
	g.hub.Current(room, 2)
	g.hub.Publish(room, revFrame(3))
	ann.want(string(revFrame(3)))
	bob.want(`"gone"`)
	bob.wantClose(CodeRemoved)
}

func TestEndsCrossNodes(t *testing.T) {
	a, b, _, redis := newNodes2(t)
	one, other := b.connect("user=ann&session=s1"), b.connect("user=ann&session=s2")
	bob := b.connect("user=bob")
	a.hub.DisconnectSession("ann", "s1", CodeRevoked)
	one.wantClose(CodeRevoked)
	// What cannot be told now is told when Redis answers again.
	redis.SetError("down for a test")
	eventually(t, "the node notices", func() bool { return !a.hub.nodes.well.Load() })
	a.hub.Disconnect("ann", CodeRevoked)
	redis.SetError("")
	other.wantClose(CodeRevoked)
	a.hub.DisconnectAll(CodeRevoked)
	bob.wantClose(CodeRevoked)
}

func TestPresenceIsOfAllNodes(t *testing.T) {
	a, b, _, redis := newNodes2(t)
	a.connect("user=ann")
	bob := b.connect("user=bob")
	b.connect("user=ann") // one person with two nodes
	for _, g := range []*rig{a, b} {
		eventually(t, "both are shown", func() bool {
			n, users := g.hub.Presence(room)
			return n == 2 && slices.Equal(users, []string{"ann", "bob"})
		})
	}
	redis.FlushAll() // as after a restart; the nodes tell it again
	redis.SetError("down for a test")
	eventually(t, "the nodes notice", func() bool { return !a.hub.nodes.well.Load() && !b.hub.nodes.well.Load() })
	redis.SetError("")
	eventually(t, "both are in Redis again", func() bool {
		there := a.hub.nodes.elsewhere(room)
		return len(there) == 3
	})
	bob.conn.Close()
	eventually(t, "who left is gone", func() bool { return len(a.hub.nodes.elsewhere(room)) == 2 })
}

// A topic that nobody wants any more while Redis is away leaves nothing behind.
func TestWishesDoNotPileUp(t *testing.T) {
	w := newWanted()
	for i := range 100 {
		topic := fmt.Sprint("t", i)
		w.add(topic)
		w.remove(topic)
	}
	if len(w.changed)+len(w.waiting)+len(w.wish)+len(w.have) != 0 {
		t.Errorf("left: %d changed, %d waiting", len(w.changed), len(w.waiting))
	}
	done := w.add("t")
	if add, drop := w.take(); !slices.Equal(add, []string{"t"}) || len(drop) > 0 {
		t.Fatalf("to do: %v, %v", add, drop)
	}
	w.remove("t") // while it is being subscribed
	w.done([]string{"t"}, true)
	<-done
	if add, drop := w.take(); len(add) > 0 || !slices.Equal(drop, []string{"t"}) {
		t.Errorf("to do: %v, %v", add, drop)
	}
}

func TestAudienceNotesRevisions(t *testing.T) {
	a := newAudience()
	a.settled(Replay{Rev: 10})
	for i, step := range []struct {
		rev     int64
		foreign bool
		deliver bool
		told    int64
	}{
		{11, true, true, 11},
		{11, true, false, 11},  // another time
		{13, false, true, 11},  // a hole
		{13, true, false, 11},  // found by a sweep too
		{12, true, true, 13},   // filled
		{12, false, false, 13}, // our own that a sweep was faster with
		{14, false, true, 14},
	} {
		if got := a.note(step.rev, step.foreign); got != step.deliver || a.told != step.told {
			t.Fatalf("step %d: %v, told %d; want %v, %d", i, got, a.told, step.deliver, step.told)
		}
	}
	for rev := int64(100); rev < 100+2*maxAhead; rev++ {
		a.note(rev, true)
	}
	if len(a.ahead) > maxAhead || a.told < 100 {
		t.Errorf("%d wait, told %d", len(a.ahead), a.told)
	}
}

func TestCatchUpTellsOnceAndFollowsARestoredDatabase(t *testing.T) {
	g := newRig(t, Options{})
	ann := g.connect("user=ann")
	g.hub.Publish(room, revFrame(1))
	ann.want(string(revFrame(1)))
	line := g.hub.Timelines()[0]
	g.hub.CatchUp(line, [][]byte{revFrame(1), revFrame(3)}, 3, []byte(`"behind"`))
	ann.want(string(revFrame(3)), `"behind"`)
	if line = g.hub.Timelines()[0]; line.Rev != 3 {
		t.Fatalf("told up to %d", line.Rev)
	}
	g.hub.CatchUp(line, nil, 1, []byte(`"restored"`))
	g.hub.Publish(room, revFrame(2))
	ann.want(`"restored"`, string(revFrame(2)))
}
