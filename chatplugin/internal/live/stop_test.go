package live_test

import (
	"bytes"
	"net/http"
	"runtime"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

func TestShutdown(t *testing.T) {
	h := newHouse(t)
	sockets := append(both(h, h.Client(h.bob)), both(h, h.Browser(h.ann))...)
	h.Terminate()
	ended(t, 3001, sockets...)
	for _, path := range []string{"/ws/chat/inbox/", "/ws/chat/" + h.group + "/"} {
		if s, status, _ := h.Client(h.bob).TrySocket(path); s != nil || status != http.StatusServiceUnavailable {
			t.Errorf("%s after the stop: %d", path, status)
		}
	}
	// What others do until the process ends is saved, told to nobody, and fails
	// for nobody.
	h.Message(h.group, h.ann, "after the stop")
	h.post(h.bob, h.group+"/typing/")
	h.post(h.bob, h.group+"/leave/")
	h.Terminate()
}

// Nothing that was started for sockets outlives the stop. No other test runs
// beside this one, so that every goroutine there is can be looked at.
func TestNothingIsLeftRunning(t *testing.T) {
	app := chattest.NewApp(t, chatplugin.Config{}).Serve()
	people := app.Users("Ann", "Bob")
	room := app.Group("Friends", people[0], people[1])
	for range 10 {
		s := app.Client(people[1]).Socket("/ws/chat/" + room + "/")
		s.Synced()
		app.Message(room, people[0], "hello")
		s.WaitType("message")
	}
	if !running() {
		t.Fatal("premise: what runs is seen")
	}
	app.Terminate()
	app.Message(room, people[0], "after the stop")
	eventually(t, "all goroutines end", func() bool { return !running() })
}

// running reports whether a goroutine is in the code of sockets.
func running() bool {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for _, of := range []string{"internal/live.", "internal/hub.", "centrifugal/centrifuge."} {
		if bytes.Contains(stacks, []byte(of)) {
			return true
		}
	}
	return false
}

// After the stop nothing of ours reads the database, which is about to close.
func TestNothingRunsAfterTheStop(t *testing.T) {
	h := newHouse(t)
	list := h.inbox(h.bob)
	late := make(chan error, 1)
	h.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
		// A host that saves while it stops: its own hooks run after ours.
		_, err := h.Chat.Send(draftOf(h, "goodbye"))
		late <- err
		return e.Next()
	})
	h.Terminate()
	if err := <-late; err != nil {
		t.Errorf("a save while stopping failed: %v", err)
	}
	ended(t, 3001, list)
}
