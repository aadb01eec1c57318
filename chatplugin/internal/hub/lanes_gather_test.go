package hub

import (
	"slices"
	"testing"
	"time"
)

// TestLanesGather holds that a lane that rests takes what comes meanwhile, gives
// it out at once and in order, and keeps no other lane waiting.
func TestLanesGather(t *testing.T) {
	type turn struct {
		key   string
		items []string
	}
	turns := make(chan turn, 100)
	l := newBatches(func(key string, items [][]byte) time.Duration {
		now := turn{key: key}
		for _, item := range items {
			now.items = append(now.items, string(item))
		}
		turns <- now
		if key == "large" {
			return 100 * time.Millisecond
		}
		return 0
	}, 100)
	l.start(1)
	defer l.close()
	next := func() turn {
		t.Helper()
		select {
		case now := <-turns:
			return now
		case <-time.After(patience):
			t.Fatal("nothing is worked off")
			return turn{}
		}
	}
	l.push([]byte("1"), "large")
	if first := next(); !slices.Equal(first.items, []string{"1"}) {
		t.Fatal(first)
	}
	eventually(t, "the worker is free", func() bool { // or the lane is not resting yet
		l.push([]byte("a"), "small")
		return next().key == "small"
	})
	for _, item := range []string{"2", "3", "4"} {
		l.push([]byte(item), "large")
	}
	var got []string
	for len(got) < 3 {
		if now := next(); now.key == "large" {
			got = append(got, now.items...)
		}
	}
	if !slices.Equal(got, []string{"2", "3", "4"}) {
		t.Errorf("%q came", got)
	}
	eventually(t, "a lane without items is forgotten", func() bool { return !l.busy() })
}

// TestLanesCloseWhileOneRests holds that nothing runs after the end.
func TestLanesCloseWhileOneRests(t *testing.T) {
	ran := make(chan struct{}, 10)
	l := newBatches(func(string, [][]byte) time.Duration {
		ran <- struct{}{}
		return time.Millisecond
	}, 100)
	l.start(2)
	l.push([]byte("1"), "large")
	<-ran
	l.push([]byte("2"), "large")
	l.close()
	before := len(ran)
	l.rested(&lane{key: "large", items: [][]byte{[]byte("3")}})
	if len(ran) != before {
		t.Error("something ran after the end")
	}
}
