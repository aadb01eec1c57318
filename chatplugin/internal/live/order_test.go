package live_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

func risesByOne(t *testing.T, revs []int64) {
	t.Helper()
	for i := 1; i < len(revs); i++ {
		if revs[i] != revs[i-1]+1 {
			t.Fatalf("after %d comes %d, in %v", revs[i-1], revs[i], revs)
		}
	}
}

// Each of 64 senders commits in the order that the database gives them, and
// tells of it when its goroutine is next run: without the hub's sequencer, which
// was tried by publishing in place of releasing, each run of this test failed
// within the first hundred frames.
func TestF06_LiveFramesRiseByOne(t *testing.T) {
	const senders, each = 64, 6
	h := newHouse(t)
	sockets := []*chattest.Socket{h.open(h.bob, h.group), h.open(h.cid, h.group)}
	start := h.Rev(h.group)
	var wg sync.WaitGroup
	for i := range senders {
		author := []*core.Record{h.ann, h.bob, h.cid}[i%3]
		wg.Go(func() {
			for n := range each {
				if _, err := h.Chat.Send(chatplugin.Draft{Room: h.group, Author: author.Id, Body: fmt.Sprint(i, " ", n)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if end := h.Rev(h.group); end != start+senders*each {
		t.Fatalf("premise: the room went from %d to %d", start, end)
	}
	for _, s := range sockets {
		message(s, start+senders*each)
		revs := s.Revs()
		if len(revs) != senders*each || revs[0] != start+1 {
			t.Fatalf("%d frames from %d on", len(revs), revs[0])
		}
		risesByOne(t, revs)
	}
	orderOf(t, sockets[0])
}

// orderOf holds that one sender's messages come in the order they were sent in.
func orderOf(t *testing.T, s *chattest.Socket) {
	t.Helper()
	last := map[int]int{}
	for _, frame := range s.OfType("message") {
		var sender, n int
		if _, err := fmt.Sscan(frame.Message().Text("body"), &sender, &n); err != nil {
			t.Fatal(err)
		}
		if n != last[sender] {
			t.Fatalf("sender %d: %d came after %d", sender, n, last[sender]-1)
		}
		last[sender]++
	}
}

// Changes, reactions and system messages have places in the same order.
func TestF06_EveryKindOfChangeHasItsPlace(t *testing.T) {
	h := newHouse(t)
	mine := make([]string, 8)
	for i := range mine {
		mine[i] = h.Message(h.group, h.ann, "first").Id
	}
	s := h.open(h.bob, h.group)
	start := h.Rev(h.group)
	var wg sync.WaitGroup
	for i, id := range mine {
		wg.Go(func() { h.change("chat_messages", id, map[string]any{"body": fmt.Sprint("edit ", i)}) })
		wg.Go(func() { h.React(id, h.bob, "🎉") })
		wg.Go(func() { h.Message(h.group, h.cid, "between") })
		wg.Go(func() { h.change("chat_rooms", h.group, map[string]any{"name": fmt.Sprint("Name ", i)}) })
	}
	wg.Wait()
	end := h.Rev(h.group)
	if end-start < int64(3*len(mine)) {
		t.Fatalf("premise: the room went from %d to %d only", start, end)
	}
	message(s, end)
	want := make([]int64, 0, end-start)
	for rev := start + 1; rev <= end; rev++ {
		want = append(want, rev)
	}
	if revs := s.Revs(); !slices.Equal(revs, want) {
		t.Fatalf("got %v, want %v", revs, want)
	}
}
