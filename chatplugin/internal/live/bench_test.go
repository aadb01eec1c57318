package live_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
	"pocketchat/chatplugin/internal/store"
)

// BenchmarkFanOut times a whole send, from the call to the moment when every
// socket of the room has read the frame: transaction, rendering, sequencer,
// engine, network and clients, all in this process and on its processors.
func BenchmarkFanOut(b *testing.B) {
	for _, sockets := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(sockets, "-sockets"), func(b *testing.B) {
			app := chattest.NewApp(b, chatplugin.Config{}).Serve()
			owner := app.User("Ann")
			room := app.Group("Friends", owner)
			audience := &audience{}
			defer audience.leave()
			for _, listener := range members(b, app, room, sockets/40+1) { // a person has fifty connections at most
				for range min(40, sockets-audience.size) {
					audience.join(b, app.URL, app.Token(listener), room)
				}
			}
			b.ResetTimer()
			for b.Loop() {
				audience.expect()
				app.Message(room, owner, "Hello everybody, this is about as long as messages are.")
				audience.wait()
			}
			b.ReportMetric(float64(sockets*b.N)/b.Elapsed().Seconds(), "deliveries/s")
		})
	}
}

// BenchmarkSendToLargeGroup times what a send costs its author in a group of a
// thousand of whom nobody, or everybody, has the list open.
func BenchmarkSendToLargeGroup(b *testing.B) {
	for _, online := range []int{0, 1000} {
		b.Run(fmt.Sprint(online, "-online"), func(b *testing.B) {
			app := chattest.NewApp(b, chatplugin.Config{}).Serve()
			owner := app.User("Ann")
			room := app.Group("Everybody", owner)
			audience := &audience{}
			defer audience.leave()
			for i, listener := range members(b, app, room, 999) {
				if i < online {
					audience.join(b, app.URL, app.Token(listener), "inbox")
				}
			}
			b.ResetTimer()
			for b.Loop() {
				app.Message(room, owner, "Hello everybody, this is about as long as messages are.")
			}
		})
	}
}

// audience are sockets that read and count, and nothing else.
type audience struct {
	size    int
	arrived sync.WaitGroup
	conns   []*websocket.Conn
}

var textHead = []byte(`{"type":"message"`)

func (a *audience) join(b *testing.B, url, token, room string) {
	b.Helper()
	conn, _, err := websocket.DefaultDialer.Dial(strings.Replace(url, "http", "ws", 1)+"/ws/chat/"+room+"/",
		http.Header{"Authorization": {token}})
	if err != nil {
		b.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); err != nil { // synced
		b.Fatal(err)
	}
	a.size++
	a.conns = append(a.conns, conn)
	go func() {
		for {
			_, data, err := conn.ReadMessage()
			if err != nil {
				return
			}
			if bytes.HasPrefix(data, textHead) {
				a.arrived.Done()
			}
		}
	}()
}

func (a *audience) expect() { a.arrived.Add(a.size) }
func (a *audience) wait()   { a.arrived.Wait() }

func (a *audience) leave() {
	for _, conn := range a.conns {
		_ = conn.Close()
	}
}

// members are new people in the room.
func members(b *testing.B, app *chattest.App, room string, n int) []*core.Record {
	b.Helper()
	users := make([]*core.Record, n)
	for i := range users {
		users[i] = app.User("Bob")
		collection, err := app.FindCachedCollectionByNameOrId(store.Members)
		if err != nil {
			b.Fatal(err)
		}
		record := core.NewRecord(collection)
		record.Set(store.FieldRoom, room)
		record.Set(store.FieldUser, users[i].Id)
		if err := app.Save(record); err != nil {
			b.Fatal(err)
		}
	}
	return users
}
