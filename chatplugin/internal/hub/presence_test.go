package hub

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"
)

// announced collects what OnPresence hears of the room.
type announced struct {
	mu   sync.Mutex
	said [][]string
}

func (a *announced) hear(topic string, online int, users []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if topic != room || online != len(users) {
		users = []string{"wrong", topic, fmt.Sprint(online)}
	}
	a.said = append(a.said, users)
}

func (a *announced) last() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.said) == 0 {
		return nil
	}
	return a.said[len(a.said)-1]
}

func (a *announced) all() [][]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.said)
}

func TestPresenceCountsPeopleNotConnections(t *testing.T) {
	var heard announced
	g := newRig(t, Options{
		OnPresence: heard.hear, PresenceGather: 10 * time.Millisecond,
		PresenceHold: 50 * time.Millisecond, PresencePoll: 20 * time.Millisecond,
	})
	ann, annToo, bob := g.connect("user=ann"), g.connect("user=ann"), g.connect("user=bob")
	eventually(t, "ann and bob are told of", func() bool { return slices.Equal(heard.last(), []string{"ann", "bob"}) })
	if n, users := g.hub.Presence(room); n != 2 || !slices.Equal(users, []string{"ann", "bob"}) {
		t.Fatalf("%d online: %q", n, users)
	}
	if n, _ := g.hub.Presence(inbox); n != 0 {
		t.Fatalf("%d are present in a topic where nobody counts", n)
	}
	annToo.conn.Close()
	eventually(t, "one of ann's is gone", func() bool { return len(g.hub.registry.of("ann")) == 1 })
	bob.conn.Close()
	eventually(t, "bob is not shown any more", func() bool { return slices.Equal(heard.last(), []string{"ann"}) })
	ann.conn.Close()
	eventually(t, "nobody is shown any more", func() bool { n, _ := g.hub.Presence(room); return n == 0 })
	eventually(t, "the topic is forgotten", func() bool {
		g.hub.presence.mu.Lock()
		defer g.hub.presence.mu.Unlock()
		return len(g.hub.presence.topics) == 0
	})
	all := heard.all()
	for i := 1; i < len(all); i++ {
		if slices.Equal(all[i-1], all[i]) {
			t.Errorf("told twice of the same: %q", all)
		}
	}
}

func TestReloadIsNoDeparture(t *testing.T) {
	var heard announced
	g := newRig(t, Options{OnPresence: heard.hear, PresenceGather: time.Millisecond, PresenceHold: time.Hour})
	g.connect("user=bob")
	c := g.connect("user=ann")
	eventually(t, "both are told of", func() bool { return len(heard.last()) == 2 })
	told := len(heard.all())
	c.conn.Close()
	eventually(t, "ann is found missing", func() bool {
		g.hub.presence.mu.Lock()
		defer g.hub.presence.mu.Unlock()
		return !g.hub.presence.topics[room].shown["ann"].IsZero()
	})
	if n, _ := g.hub.Presence(room); n != 2 {
		t.Fatalf("while ann reloads %d are shown", n)
	}
	g.connect("user=ann")
	eventually(t, "ann is back", func() bool {
		g.hub.presence.mu.Lock()
		defer g.hub.presence.mu.Unlock()
		return g.hub.presence.topics[room].shown["ann"].IsZero()
	})
	if all := heard.all(); len(all) != told {
		t.Fatalf("the reload was told: %q", all[told:])
	}
}

func TestPresenceChangesAreGathered(t *testing.T) {
	g := newRig(t, Options{PresenceGather: time.Hour})
	for i := range 20 {
		g.connect(fmt.Sprintf("user=u%d", i))
	}
	eventually(t, "all are counted", func() bool {
		g.hub.presence.mu.Lock()
		defer g.hub.presence.mu.Unlock()
		return g.hub.presence.topics[room].here == 20
	})
	g.hub.presence.mu.Lock()
	defer g.hub.presence.mu.Unlock()
	a := g.hub.presence.topics[room]
	if left := time.Until(a.due); len(a.shown) > 0 || left > time.Hour {
		t.Fatalf("%d are shown, and the next count moved to %v from now", len(a.shown), left)
	}
}

func TestAttendance(t *testing.T) {
	const hold = 5 * time.Second
	at := func(s int) time.Time { return time.Unix(1000+int64(s), 0) }
	there := func(users ...string) map[string]struct{} {
		set := map[string]struct{}{}
		for _, user := range users {
			set[user] = struct{}{}
		}
		return set
	}
	a := &attendance{shown: map[string]time.Time{}}
	for i, step := range []struct {
		at      int
		there   map[string]struct{}
		changed bool
		next    time.Duration
		shown   []string
	}{
		{0, there("ann", "bob"), true, 0, []string{"ann", "bob"}},
		{1, there("ann", "bob"), false, 0, []string{"ann", "bob"}},
		{2, there("ann"), false, hold, []string{"ann", "bob"}},
		{4, there("ann"), false, 3 * time.Second, []string{"ann", "bob"}},
		{5, there("ann", "bob"), false, 0, []string{"ann", "bob"}}, // back in time
		{6, there("bob"), false, hold, []string{"ann", "bob"}},
		{8, there("cy"), true, 3 * time.Second, []string{"ann", "bob", "cy"}},
		{11, there("cy"), true, 2 * time.Second, []string{"bob", "cy"}},
		{13, there("cy"), true, 0, []string{"cy"}},
	} {
		changed, next := a.update(step.there, at(step.at), hold)
		shown := slices.Sorted(maps.Keys(a.shown))
		if changed != step.changed || next != step.next || !slices.Equal(shown, step.shown) {
			t.Fatalf("step %d: changed %v, next %v, shown %q", i, changed, next, shown)
		}
	}
}

// TestPresenceIsListedUntilItChanges holds that the engine is asked once, and
// that whoever comes or goes is known at once all the same.
func TestPresenceIsListedUntilItChanges(t *testing.T) {
	g := newRig(t, Options{PresenceGather: time.Hour})
	g.connect("user=ann")
	for range 2 {
		if n, users := g.hub.Presence(room); n != 1 || !slices.Equal(users, []string{"ann"}) {
			t.Fatalf("%q are there", users)
		}
	}
	if listed, _ := g.hub.presence.listed(room); len(listed) != 1 {
		t.Fatal("premise: what was found is kept")
	}
	bob := g.connect("user=bob")
	if n, users := g.hub.Presence(room); n != 2 {
		t.Fatalf("bob has come, and %q are there", users)
	}
	bob.conn.Close()
	eventually(t, "bob is gone", func() bool { n, _ := g.hub.Presence(room); return n == 1 })
	c := g.hub.presence
	there, ok := c.users(room)
	_, before := c.listed(room)
	g.connect("user=cid")
	c.list(room, there, ok, before)
	if n, users := g.hub.Presence(room); n != 2 {
		t.Fatalf("what was found before cid came is kept: %q", users)
	}
}
