package hub

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

func TestLanesAreBoundedAndDoNotWaitForEachOther(t *testing.T) {
	const depth = 4
	release, blocked := make(chan struct{}), make(chan struct{})
	var (
		mu   sync.Mutex
		done = map[string][]string{}
	)
	l := newLanes(func(key string, item []byte) {
		if string(item) == "block" {
			close(blocked)
			<-release
		}
		mu.Lock()
		defer mu.Unlock()
		done[key] = append(done[key], string(item))
	}, depth)
	l.start(2)
	defer l.close()
	unblock := sync.OnceFunc(func() { close(release) })
	defer unblock()

	l.push([]byte("block"), "a")
	<-blocked
	refused := 0
	for i := range depth + 3 {
		refused += l.push(fmt.Append(nil, i), "a")
	}
	if refused != 3 {
		t.Fatalf("%d were refused", refused)
	}
	if refused := l.push([]byte("x"), "a", "b"); refused != 1 {
		t.Fatalf("of a full lane and an empty one %d were refused", refused)
	}
	is := func(key string, want ...string) func() bool {
		return func() bool {
			mu.Lock()
			defer mu.Unlock()
			return slices.Equal(done[key], want)
		}
	}
	eventually(t, "b's is done while a's waits", is("b", "x"))
	unblock()
	eventually(t, "a's are done in their order", is("a", "block", "0", "1", "2", "3"))
	eventually(t, "nothing is kept", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.byKey) == 0 && l.total == 0
	})
}

func TestLanesTotalIsBounded(t *testing.T) {
	l := newLanes(func(string, []byte) {}, lanesTotal) // without workers: nothing leaves
	for i := range lanesTotal {
		l.push(nil, fmt.Sprint(i%100))
	}
	if l.push(nil, "one more") != 1 {
		t.Fatal("one more was taken")
	}
	l.close()
	if l.push(nil, "after the end") != 1 {
		t.Fatal("something was taken after the end")
	}
}
