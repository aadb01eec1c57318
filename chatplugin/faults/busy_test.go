package faults

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"pocketchat/chatplugin/chattest"
)

// Five hundred sends at once, by pages and REST, into rooms that people have
// open: none is refused, none is lost or doubled, and everybody hears all.
func TestF27_BusyDatabase(t *testing.T) {
	w := newWorld(t)
	const sends = 500
	clients := []*chattest.Client{w.Client(w.ann), w.Client(w.bob)} // who are in both rooms
	rooms := []string{w.group, w.direct}
	sockets, starts, want := map[string]*chattest.Socket{}, map[string]int64{}, map[string][]string{}
	for _, room := range rooms {
		sockets[room], starts[room] = w.open(w.bob, room), w.Rev(room)
	}
	var going sync.WaitGroup
	begin := make(chan struct{})
	for n := range sends {
		room, body := rooms[n%2], fmt.Sprintf("Message %03d", n)
		want[room] = append(want[room], body)
		how := send
		if n%4 < 2 {
			how = create
		}
		going.Go(func() {
			<-begin
			answer, err := how(clients[n%3%2], room, body)
			for again := 0; err != nil && again < 3; again++ { // a slow machine cut the network: as clients do
				answer, err = how(clients[n%3%2], room, body)
			}
			if err != nil || answer.Status != http.StatusOK {
				t.Errorf("%s: %d %s %v", body, answer.Status, answer.Body, err)
			}
		})
	}
	close(begin)
	going.Wait()
	for _, room := range rooms {
		socket := sockets[room]
		socket.Until("every message", func([]chattest.Frame) bool { return len(heard(socket)) >= len(want[room]) })
		stored := w.bodies(room)
		if !slices.Equal(heard(socket), stored) {
			t.Error("what was heard is not what is stored, in its order")
		}
		if slices.Sort(stored); !slices.Equal(stored, want[room]) {
			t.Errorf("%d messages are stored, %d were sent", len(stored), len(want[room]))
		}
		w.inOrder(socket, starts[room])
	}
	w.checked()
}
