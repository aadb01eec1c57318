package live

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pocketchat/chatplugin/internal/store"
)

func TestFramesAreReadByTheirFirstBytes(t *testing.T) {
	hostile := `","rev":99,"seq":98,"room":"elsewhere`
	message := store.Message{ID: "m", Room: "room1", Author: hostile, Seq: 7, Rev: 12, Body: hostile, ClientID: hostile}
	for _, test := range []struct {
		name     string
		frame    any
		rev, seq int64
		about    string
		last     bool
	}{
		{"message", messageFrame{Type: "message", Room: "room1", Rev: 12, Message: jsonOf(message), fragment: fragment{HTML: hostile}}, 12, 7, "rooms/room1", false},
		{"synced", syncedFrame{Type: "synced", Room: "room1", Rev: 12}, 0, 0, "rooms/room1", false},
		{"inbox", inboxFrame{Type: "inbox", Room: "room1", fragment: fragment{HTML: hostile}}, 0, 0, "rooms/room1", false},
		{"room", roomFrame{Type: "room", Room: "room1", Name: hostile}, 0, 0, "rooms/room1", false},
		{"unread", unreadFrame{Type: "unread", Room: "room1"}, 0, 0, "rooms/room1", false},
		{"presence", presenceFrame{Type: "presence", Room: "room1"}, 0, 0, "rooms/room1", false},
		{"removed", removedFrame{Type: "removed", Room: "room1"}, 0, 0, "rooms/room1", true},
		{"ping of an inbox", pingFrame{Type: "ping"}, 0, 0, "", false},
		{"synced inbox", syncedFrame{Type: "synced"}, 0, 0, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			frame := encode(test.frame)
			if rev, ok := RevOf(frame); rev != test.rev || ok != (test.rev > 0) {
				t.Errorf("revision %d, %v", rev, ok)
			}
			if seq, ok := seqOf(frame); seq != test.seq || ok != (test.seq > 0) {
				t.Errorf("seq %d, %v", seq, ok)
			}
			if about, last := aboutOf(frame); about != test.about || last != test.last {
				t.Errorf("about %q, %v", about, last)
			}
		})
	}
	for _, rubbish := range []string{"", "{}", `{"type":"message","room":"`, `{"type":"message","room":"r","rev":`, `{"type":"message","room":"r","rev":x,`, `{"a":1,"room":"`} {
		if rev, ok := RevOf([]byte(rubbish)); ok {
			t.Errorf("%q has revision %d", rubbish, rev)
		}
		if about, last := aboutOf([]byte(rubbish)); about == roomPrefix || last {
			t.Errorf("%q is about %q", rubbish, about)
		}
	}
}

func TestTopicsOfPeople(t *testing.T) {
	seen := map[string]string{}
	for _, id := range []string{"abc123def456ghi", "Zoë", "zoe", "5a6fc3ab", ":5a6fc3ab", "a b", "a-b", "a_b", "a/b", "ab\x00"} {
		topic := userTopic(id)
		if other, taken := seen[topic]; taken {
			t.Errorf("%q and %q share %s", id, other, topic)
		}
		seen[topic] = id
		if strings.IndexFunc(strings.TrimPrefix(topic, userPrefix), func(r rune) bool { return odd(r) && r != ':' }) >= 0 {
			t.Errorf("%q makes the topic %q", id, topic)
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache(10, func(list []int) int { return len(list) })
	put := func(key string, n int) { c.set(key, func([]int) []int { return make([]int, n) }) }
	put("a", 4)
	put("b", 4)
	put("a", 6)
	if _, ok := c.get("b"); !ok || c.total != 10 {
		t.Fatalf("premise: both fit, but %d", c.total)
	}
	put("c", 1)
	if _, ok := c.get("b"); ok || c.total != 1 || len(c.values) != 1 {
		t.Errorf("it holds %d in %d", c.total, len(c.values))
	}
}

// A revision that is lower is the word of a late hook at first, and after a
// while that of a database that was restored.
func TestRevisionsAreBelievedForAWhile(t *testing.T) {
	now := time.Unix(1000, 0)
	c := newRevCache()
	c.now = func() time.Time { return now }
	want := func(rev int64, known bool) {
		t.Helper()
		if got, ok := c.of("r"); ok != known || known && got != rev {
			t.Errorf("got %d, %v", got, ok)
		}
	}
	c.saw("r", 7)
	c.saw("r", 6)
	want(7, true)
	now = now.Add(revFor)
	want(0, false)
	c.saw("r", 3)
	want(3, true)
}

func TestTypingIsToldAtMostOnceInAWhile(t *testing.T) {
	var typing typists
	now := time.Unix(1000, 0)
	if !typing.due("a", now) || typing.due("a", now.Add(typingEvery-1)) || !typing.due("a", now.Add(typingEvery)) {
		t.Error("it is told too often or not at all")
	}
	for i := range 2 * cacheKeys {
		typing.due(fmt.Sprint(i), now.Add(time.Duration(i)*time.Second))
	}
	if n := len(typing.last); n > cacheKeys {
		t.Errorf("it remembers %d", n)
	}
}

func TestMarksAreToldByTheHighest(t *testing.T) {
	var marks highest
	for _, n := range []int64{3, 9, 5} {
		marks.raise("a", n)
	}
	if got := marks.take("a"); got != 9 {
		t.Errorf("got %d", got)
	}
	if got := marks.take("a"); got != 0 {
		t.Errorf("and again %d", got)
	}
}
