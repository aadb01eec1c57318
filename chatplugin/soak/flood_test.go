package soak

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// fill puts messages into a room in one transaction.
func (w *world) fill(room string, author *core.Record, n int) {
	w.t.Helper()
	err := w.app.RunInTransaction(func(tx core.App) error {
		messages, err := tx.FindCollectionByNameOrId("chat_messages")
		for i := 0; err == nil && i < n; i++ {
			record := core.NewRecord(messages)
			record.Load(map[string]any{"room": room, "author": author.Id, "body": fmt.Sprint("one of many, ", i)})
			err = tx.Save(record)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// send sends by the page's route and answers whether that was acknowledged.
func (w *world) send(c *chattest.Client, room, text string) bool {
	begin := time.Now()
	got, err := c.Try(http.MethodPost, "/chat/"+room+"/send/", strings.NewReader(chattest.Form("body", text, "client_id", strings.ReplaceAll(text, " ", "-")).Encode()),
		"Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json")
	for took := int64(time.Since(begin)); ; {
		if most := w.slowest.Load(); took <= most || w.slowest.CompareAndSwap(most, took) {
			return err == nil && got.Status == http.StatusOK
		}
	}
}

// A client comes back with a large gap while others write at full speed. It gets
// everything once and in order, however often it is cut in between.
func TestF01_FloodWhileResuming(t *testing.T) {
	t.Parallel()
	const behind, times = 300, 2
	w := newWorld(t, chatplugin.Config{}, "Ann", "Bob")
	room := w.app.Group("Friends", w.people[0], w.people[1])
	w.fill(room, w.people[0], behind)
	token, start := w.app.Token(w.people[1]), w.app.Rev(room)-behind
	var stop atomic.Bool
	var sent atomic.Int64
	var writing sync.WaitGroup
	for i := range 4 {
		client := w.app.Client(w.people[0])
		writing.Go(func() {
			for n := 0; !stop.Load(); n++ {
				if !w.send(client, room, fmt.Sprintf("flood %d %d", i, n)) {
					t.Error("a message was refused")
					return
				}
				sent.Add(1)
			}
		})
	}
	for n := range times {
		r := w.reader(token, room, w.app.Rev(room)-behind)
		from := r.at
		for cuts := range 2 {
			if err := r.dial(); err != nil {
				t.Fatal(err)
			}
			go r.read()
			before := sent.Load()
			eventually(t, "it is live while others write", func() bool { return r.live(cuts+1) && sent.Load() > before+10 || t.Failed() })
			if cuts == 0 {
				r.cut()
				eventually(t, "it is cut", func() bool { return r.closed() != 0 })
				before = sent.Load()
				eventually(t, "others go on", func() bool { return sent.Load() > before+20 || t.Failed() })
			}
		}
		end := w.app.Rev(room)
		eventually(t, "it has all", func() bool { return r.reached(end) })
		r.cut()
		if wrong := r.mistakes(w); len(wrong) > 0 || from < start {
			t.Fatalf("round %d: %v", n, wrong)
		}
	}
	stop.Store(true)
	writing.Wait()
	t.Logf("%d messages were sent meanwhile", sent.Load())
}

// Sixty-four people write into one room at once, and all of them read. Each gets
// every message in the order of revisions, by one connection.
func TestF06_SixtyFourWriters(t *testing.T) {
	t.Parallel()
	const people, each = 64, 2
	w := newWorld(t, chatplugin.Config{}, "Ann")
	others := make([]*core.Record, people-1)
	for i := range others {
		others[i] = w.app.User(fmt.Sprint("Person ", i))
	}
	room := w.app.Group("Everybody", w.people[0], others...)
	at := w.app.Rev(room)
	all := append(slices.Clone(w.people), others...)
	readers := make([]*reader, people)
	for i, who := range all {
		readers[i] = w.reader(w.app.Token(who), room, at)
		if err := readers[i].dial(); err != nil {
			t.Fatal(err)
		}
		go readers[i].read()
		defer readers[i].cut()
	}
	for _, r := range readers {
		eventually(t, "everybody is live", func() bool { return r.live(1) })
	}
	var writing sync.WaitGroup
	begin := make(chan struct{})
	for i, who := range all {
		client := w.app.Client(who)
		writing.Go(func() {
			<-begin
			for n := range each {
				if !w.send(client, room, fmt.Sprintf("person %d %d", i, n)) {
					t.Errorf("person %d was refused", i)
				}
			}
		})
	}
	close(begin)
	writing.Wait()
	end := w.app.Rev(room)
	if end != at+people*each {
		t.Fatalf("the room is at %d, want %d", end, at+people*each)
	}
	for i, r := range readers {
		eventually(t, "everybody has all", func() bool { return r.reached(end) })
		if wrong := r.mistakes(w); len(wrong) > 0 || r.closed() != 0 || !r.live(1) || r.live(2) {
			t.Errorf("reader %d: %v, closed with %d", i, wrong, r.closed())
		}
	}
	w.counted()
}

// A reader who stalls is closed while others go on. When they read again they come
// back from the last that they have, and miss nothing.
func TestF26_StalledReaderResumes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, chatplugin.Config{}, "Ann", "Bob", "Cid")
	room := w.app.Group("Friends", w.people[0], w.people[1:]...)
	witness := w.app.Client(w.people[2]).Socket("/ws/chat/" + room + "/")
	witness.Synced()
	at := w.app.Rev(room)
	r := w.reader(w.app.Token(w.people[1]), room, at)
	small := func(conn net.Conn) { _ = conn.(*net.TCPConn).SetReadBuffer(4 << 10) }
	if err := r.dial(small); err != nil {
		t.Fatal(err)
	}
	gone := func() bool { // nobody but the witness is online any more
		shown := witness.OfType("presence")
		return len(shown) > 1 && shown[len(shown)-1].Int("online") == 1
	}
	online := func() bool {
		shown := witness.OfType("presence")
		return len(shown) > 0 && shown[len(shown)-1].Int("online") == 2
	}
	eventually(t, "both are online", online)
	text, sent := strings.Repeat("𝔞", 3900), 0 // thirty kilobytes a frame, which fill what the network holds
	eventually(t, "it is closed", func() bool {
		if sent < 220 { // some seven megabytes, and less than a resume replays
			w.app.Message(room, w.people[0], text)
			sent++
		}
		return gone()
	})
	go r.read() // what was under way, of which little is enough: by so small a buffer it comes slowly
	eventually(t, "some of what was under way comes", func() bool { return r.reached(at + 3) })
	r.cut()
	eventually(t, "it is cut", func() bool { return r.closed() != 0 })
	if r.reached(w.app.Rev(room)) {
		t.Fatalf("premise: it missed something, but %d came", r.came)
	}
	got := r.came
	if err := r.dial(); err != nil {
		t.Fatal(err)
	}
	go r.read()
	defer r.cut()
	eventually(t, "it has all", func() bool { return r.reached(w.app.Rev(room)) })
	if wrong := r.mistakes(w); len(wrong) > 0 {
		t.Error(wrong)
	}
	t.Logf("%d came of what was sent before it was closed, %d after", got, r.came-got)
}
