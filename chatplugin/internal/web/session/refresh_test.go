package session

import (
	"testing"
	"time"
)

// A token that was refreshed, and refreshed again, lasts as long as the newest.
func TestBookFollowsRefreshes(t *testing.T) {
	now := time.Now()
	b := newBook(func() time.Time { return now })
	for i, pair := range [][2]string{{"one", "two"}, {"two", "three"}, {"three", "four"}} {
		b.follow(pair[0], pair[1], now.Add(time.Duration(i+1)*time.Hour))
	}
	for _, session := range []string{"one", "two", "three", "four"} {
		if got := b.expires(session); !got.Equal(now.Add(3 * time.Hour)) {
			t.Errorf("%s expires in %v", session, got.Sub(now))
		}
	}
	b.follow("four", "four", now.Add(9*time.Hour)) // the same second makes the same token
	b.end("lost", now.Add(time.Hour))
	b.follow("lost", "found", now.Add(9*time.Hour))
	if got := b.expires("found"); !got.IsZero() || !b.ended("lost") {
		t.Errorf("a session that has ended goes on until %v", got)
	}
}
