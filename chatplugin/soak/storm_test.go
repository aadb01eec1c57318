package soak

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
)

// each calls do for every one of several readers, at most so many at once.
func each(readers []*reader, atOnce int, do func(*reader)) {
	var all sync.WaitGroup
	turn := make(chan struct{}, atOnce)
	for _, r := range readers {
		turn <- struct{}{}
		all.Go(func() {
			defer func() { <-turn }()
			do(r)
		})
	}
	all.Wait()
}

// TestF25_ReconnectStorm cuts a thousand sockets at once, which come back with the
// jitter that pages have. Nothing is lost to any of them, and nothing of what is
// sent meanwhile.
func TestF25_ReconnectStorm(t *testing.T) {
	const people, sockets, senders = 25, 1000, 2
	w := newWorld(t, chatplugin.Config{}, "Ann")
	others := make([]*core.Record, people)
	for i := range others {
		others[i] = w.app.User(fmt.Sprint("Reader ", i))
	}
	room := w.app.Group("Everybody", w.people[0], others...)
	readers := make([]*reader, sockets)
	for i := range readers {
		readers[i] = w.reader(w.app.Token(others[i%people]), room, w.app.Rev(room))
	}
	each(readers, 32, func(r *reader) {
		if err := r.dial(); err != nil {
			t.Error(err)
			return
		}
		go r.read()
	})
	defer each(readers, 32, (*reader).cut)
	for _, r := range readers {
		eventually(t, "everybody is live", func() bool { return r.live(1) || t.Failed() })
	}

	var sent atomic.Int64
	var phase atomic.Int32 // 0 before the storm, 1 during it, 2 after it, 3 the end
	took := make([][3][]time.Duration, senders)
	var writing sync.WaitGroup
	for i := range senders {
		client := w.app.Client(w.people[0])
		writing.Go(func() {
			for n := 0; phase.Load() < 3; n++ {
				begin, during := time.Now(), phase.Load()
				if during == 3 || !w.send(client, room, fmt.Sprintf("storm %d %d", i, n)) {
					t.Error("a message was not acknowledged")
					return
				}
				took[i][during] = append(took[i][during], time.Since(begin))
				sent.Add(1)
				time.Sleep(50 * time.Millisecond) // people, not a flood: a thousand get each of them
			}
		})
	}
	more := func(n int64) {
		before := sent.Load()
		eventually(t, "others write", func() bool { return sent.Load() >= before+n || t.Failed() })
	}
	more(5)
	phase.Store(1)
	for _, r := range readers {
		r.cut()
	}
	each(readers, sockets, func(r *reader) {
		eventually(t, "it is cut", func() bool { return r.closed() != 0 }) // what came before was read
		own := rand.New(rand.NewPCG(1, rand.Uint64()))
		for tries := 0; ; tries++ {
			time.Sleep(jitter(own.Float64, tries))
			err := r.dial()
			if err == nil {
				break
			}
			if tries > 10 {
				t.Errorf("it does not come back: %v", err)
				return
			}
		}
		go r.read()
	})
	for _, r := range readers {
		eventually(t, "everybody is back", func() bool { return r.live(2) || t.Failed() })
	}
	during := sent.Load()
	phase.Store(2)
	more(5)
	phase.Store(3)
	writing.Wait()
	end := w.app.Rev(room)
	for i, r := range readers {
		eventually(t, "everybody has all", func() bool { return r.reached(end) || t.Failed() })
		if wrong := r.mistakes(w); len(wrong) > 0 {
			t.Fatalf("reader %d: %v", i, wrong)
		}
	}
	w.counted()
	t.Logf("%d sockets came back while %d of %d messages were sent; p99 of sending before, during and after: %v, %v, %v",
		sockets, during, sent.Load(), worst(took, 0), worst(took, 1), worst(took, 2))
}

// worst is the 99th percentile of one phase.
func worst(took [][3][]time.Duration, phase int) time.Duration {
	var all []time.Duration
	for _, one := range took {
		all = append(all, one[phase]...)
	}
	slices.Sort(all)
	if len(all) == 0 {
		return 0
	}
	return all[(len(all)-1)*99/100].Round(time.Millisecond)
}

// TestF26_NothingIsLeftOfSockets opens and closes a room some hundred times, or ten
// thousand times where the test may last. What is in use afterwards is what was before.
func TestF26_NothingIsLeftOfSockets(t *testing.T) {
	rounds := 300
	if *last > 0 {
		rounds = 10_000
	}
	w := newWorld(t, chatplugin.Config{}, "Ann", "Bob")
	room := w.app.Group("Friends", w.people[0], w.people[1])
	token := w.app.Token(w.people[1])
	churn := func(n int) {
		readers := make([]*reader, n)
		for i := range readers {
			readers[i] = w.reader(token, room, w.app.Rev(room))
		}
		each(readers, 16, func(r *reader) {
			if err := r.dial(); err != nil {
				t.Error(err)
				return
			}
			go r.read()
			eventually(t, "it is live", func() bool { return r.live(1) })
			r.cut()
			eventually(t, "it is cut", func() bool { return r.closed() != 0 })
		})
	}
	churn(64) // what is made once is made
	goroutines, heap := settle()
	churn(rounds)
	for deadline := time.Now().Add(patience); ; {
		left, bytes := settle()
		if left <= goroutines+20 && bytes <= heap+8<<20 {
			t.Logf("after %d sockets %d goroutines and %d KB are in use, %d and %d before", rounds, left, bytes>>10, goroutines, heap>>10)
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %d sockets %d goroutines and %d KB are in use, %d and %d before", rounds, left, bytes>>10, goroutines, heap>>10)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// settle answers what is in use when it does not change any more.
func settle() (goroutines int, heap int64) {
	for range 100 {
		runtime.GC()
		now := runtime.NumGoroutine()
		if now == goroutines {
			break
		}
		goroutines = now
		time.Sleep(20 * time.Millisecond)
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return goroutines, int64(stats.HeapAlloc)
}
