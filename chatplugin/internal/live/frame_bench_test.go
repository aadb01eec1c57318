package live

import (
	"strings"
	"testing"

	"pocketchat/chatplugin/internal/chat"
	"pocketchat/chatplugin/internal/markup"
	"pocketchat/chatplugin/internal/store"
	"pocketchat/chatplugin/internal/view"
	"pocketchat/templates"
)

// BenchmarkFrame times what is made once for a message, whatever the number of
// its receivers: view model, bubble and JSON. Its markup and its author are
// known, as they are from the send.
func BenchmarkFrame(b *testing.B) {
	people := store.New(store.Users{Collection: "users", NameField: "name", Avatar: "avatar"})
	labels := templates.English()
	l := &Live{view: view.New(view.Options{
		Store: people, Markup: markup.New(100),
		Site: templates.Site{App: "Chat", Base: "/chat", Socket: "/ws/chat", Labels: labels, Lang: "en", Dir: "ltr"},
	})}
	for _, size := range []int{20, 4000} {
		body := strings.Repeat("words and *words* ", size/18+1)[:size]
		message := store.Message{ID: "message00000001", Room: "room00000000001", Seq: 7, Rev: 7, Kind: chat.Text, Body: body}
		b.Run(map[int]string{20: "short", 4000: "long"}[size], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.frame(nil, message, 7); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRevOf times what a connection that has just resumed asks of each frame.
func BenchmarkRevOf(b *testing.B) {
	frame := encode(messageFrame{Type: "message", Room: "room00000000001", Rev: 7, Message: jsonOf(store.Message{ID: "m", Seq: 5})})
	for b.Loop() {
		if _, ok := RevOf(frame); !ok {
			b.Fatal("no revision")
		}
	}
}
