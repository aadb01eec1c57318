package soak

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// hostOf is where an application listens.
func hostOf(t *testing.T, app *chattest.App) string {
	t.Helper()
	address, err := url.Parse(app.URL)
	if err != nil {
		t.Fatal(err)
	}
	return address.Host
}

// behind makes a world whose clients reach it through a front.
func behind(t *testing.T, idle time.Duration, config chatplugin.Config, names ...string) (*world, *front) {
	t.Helper()
	w := newWorld(t, config, names...)
	f := newFront(t, hostOf(t, w.app), idle)
	w.front = chattest.At(t, f.url)
	return w, f
}

// TestRestart stops the server while people write and starts another one on the
// same data. What is not acknowledged is sent again; everything is there once, and
// every tab goes on where it was.
func TestRestart(t *testing.T) {
	t.Parallel()
	config := chatplugin.Config{Languages: []string{"en"}}
	w, f := behind(t, 0, config, "Ann", "Bob", "Cid")
	room := w.app.Group("Friends", w.people[0], w.people[1:]...)
	direct := w.app.Direct(w.people[0], w.people[1])
	w.fill(room, w.people[0], 5)
	for _, who := range w.people {
		w.tab(who, room, who == w.people[2])
	}
	w.tab(w.people[1], direct, false)
	w.tab(w.people[1], "", false)
	w.live()

	var sent atomic.Int64
	var stop atomic.Bool
	var writing sync.WaitGroup
	for i, who := range w.people {
		client := w.front.WithToken(w.app.Token(who))
		writing.Go(func() {
			for n := 0; !stop.Load(); n++ {
				text := fmt.Sprintf("restart %d %d", i, n)
				for deadline := time.Now().Add(patience); !w.send(client, room, text); time.Sleep(10 * time.Millisecond) {
					if time.Now().After(deadline) {
						t.Errorf("%s was never acknowledged", text)
						return
					}
				}
				w.mu.Lock()
				w.acked[strings.ReplaceAll(text, " ", "-")] = room
				w.mu.Unlock()
				sent.Add(1)
			}
		})
	}
	more := func() {
		before := sent.Load()
		eventually(t, "others write", func() bool { return sent.Load() > before+10 || t.Failed() })
	}
	more()
	w.app.Terminate()
	f.lead("")
	again := w.app.Node(config).Serve()
	defer w.close()
	f.lead(hostOf(t, again))
	more()
	stop.Store(true)
	writing.Wait()
	w.live()
	w.settled()
	w.counted()
	w.acknowledged()
	for _, tab := range w.allTabs() {
		if now := tab.now(); now.dials < 3 {
			t.Errorf("premise: a tab was never cut")
		}
	}
}

// TestF02_RestoredFromABackup puts an older database under the application. Tabs
// are ahead of it then, and take their pages anew; what they had and is gone goes
// from them too.
func TestF02_RestoredFromABackup(t *testing.T) {
	t.Parallel()
	config := chatplugin.Config{Languages: []string{"en"}}
	w, f := behind(t, 0, config, "Ann", "Bob")
	room := w.app.Group("Friends", w.people[0], w.people[1])
	w.fill(room, w.people[0], 5)
	kept := w.app.Message(room, w.people[0], "in the backup")
	backup := filepath.Join(t.TempDir(), "data.db")
	if _, err := w.app.DB().NewQuery("VACUUM INTO {:path}").Bind(map[string]any{"path": backup}).Execute(); err != nil {
		t.Fatal(err)
	}
	then := w.app.Rev(room)
	w.fill(room, w.people[1], 7)
	kept.Set("body", "edited after the backup")
	if err := w.app.Save(kept); err != nil {
		t.Fatal(err)
	}
	bobs, anns := w.tab(w.people[1], room, false), w.tab(w.people[0], room, true)
	w.tab(w.people[1], "", false)
	w.live()
	w.settled()
	if now := bobs.now(); now.at != then+8 {
		t.Fatalf("premise: the tab is at %d, the backup at %d", now.at, then)
	}

	w.app.Terminate()
	f.lead("")
	data := w.app.DataDir() // what the stopped application has open is no file of it any more
	for _, name := range []string{"data.db-wal", "data.db-shm"} {
		_ = os.Remove(filepath.Join(data, name))
	}
	if err := os.Rename(backup, filepath.Join(data, "data.db")); err != nil {
		t.Fatal(err)
	}
	old := w.app
	w.app = old.Node(config).Serve()
	defer w.close()
	if now := w.app.Rev(room); now != then {
		t.Fatalf("premise: the restored room is at %d, not %d", now, then)
	}
	f.lead(hostOf(t, w.app))
	w.live()
	w.settled()
	w.app.Message(room, w.people[0], "and on")
	w.settled()
	w.counted()
	if bobs.now().reloads == 0 || anns.now().reloads == 0 {
		t.Errorf("tabs that were ahead were not told to load anew: %d and %d times", bobs.now().reloads, anns.now().reloads)
	}
}

// TestF13_AsleepForADay wakes tabs that missed more than is replayed, that were
// removed meanwhile, and whose counts are all wrong.
func TestF13_AsleepForADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, chatplugin.Config{}, "Ann", "Bob", "Cid")
	ann, bob := w.people[0], w.people[1]
	busy, quiet, lost := w.app.Group("Busy", ann, bob), w.app.Group("Quiet", ann, bob), w.app.Group("Lost", ann, bob)
	direct := w.app.Direct(ann, bob)
	first := w.app.Message(busy, bob, "is edited overnight")
	second := w.app.Message(quiet, bob, "is deleted overnight")
	tabs := []*tab{w.tab(bob, busy, false), w.tab(bob, quiet, true), w.tab(bob, lost, false), w.tab(bob, "", false), w.tab(bob, direct, false)}
	w.live()
	w.settled()
	for _, tab := range tabs {
		tab.cut(true)
	}
	w.fill(busy, ann, 501)
	w.fill(quiet, ann, 20)
	first.Set("body", "edited")
	if err := w.app.Save(first); err != nil {
		t.Fatal(err)
	}
	if err := w.app.Chat.DeleteMessage(second.Id); err != nil {
		t.Fatal(err)
	}
	if err := w.app.Chat.Kick(lost, bob.Id); err != nil {
		t.Fatal(err)
	}
	w.app.Message(direct, ann, "good night")
	w.app.Group("New", ann, bob)
	w.settled() // it wakes them
	w.counted()
	if busy, quiet := tabs[0].now().reloads, tabs[1].now().reloads; busy == 0 || quiet != 0 {
		t.Errorf("the busy room was loaded anew %d times, the quiet one %d times", busy, quiet)
	}
	if tabs[2].now().room != "" {
		t.Error("who was removed is still in the room")
	}
	if n, _ := w.app.CountRecords(store.Messages); n < 520 {
		t.Errorf("premise: only %d messages came", n)
	}
}

// TestF23_ProxyIdle holds a socket open through a proxy that cuts what is quiet for
// a while: a minute where the test may last as long as that, else a few seconds,
// and the heartbeat with it.
func TestF23_ProxyIdle(t *testing.T) {
	t.Parallel()
	idle, config := 10*time.Second, chatplugin.Config{Realtime: chatplugin.Realtime{PingEvery: time.Second}}
	if *last > 3*time.Minute {
		idle, config = time.Minute, chatplugin.Config{}
	}
	w, f := behind(t, idle, config, "Ann", "Bob")
	room := w.app.Group("Friends", w.people[0], w.people[1])
	r := w.reader(w.app.Token(w.people[1]), room, w.app.Rev(room))
	if err := r.dial(); err != nil {
		t.Fatal(err)
	}
	go r.read()
	defer r.cut()
	eventually(t, "it is live", func() bool { return r.live(1) })
	silent, err := net.Dial("tcp", strings.TrimPrefix(f.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	// Asked once: of somebody who never asks, the server tires by itself.
	if _, err := silent.Write([]byte("GET /api/health HTTP/1.1\r\nHost: chat\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "premise: what is quiet is cut", func() bool { return f.cuts.Load() > 0 })
	time.Sleep(idle / 2) // the socket is older than that, whenever it began to be quiet
	if code := r.closed(); code != 0 {
		t.Fatalf("the socket was closed with %d", code)
	}
	w.app.Message(room, w.people[0], "still there?")
	eventually(t, "it is live still", func() bool { return r.reached(w.app.Rev(room)) })
	if wrong := r.mistakes(w); len(wrong) > 0 || r.live(2) {
		t.Error(wrong)
	}
}
