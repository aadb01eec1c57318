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
	for _, langs := range [][]string{{"en"}, {"en", "de", "ar"}} {
		shown := viewIn(people, langs...)
		l := &Live{view: shown, tongues: tonguesOf(shown)}
		for _, size := range []int{20, 4000} {
			body := strings.Repeat("words and *words* ", size/18+1)[:size]
			message := store.Message{ID: "message00000001", Room: "room00000000001", Seq: 7, Rev: 7, Kind: chat.Text, Body: body}
			b.Run(map[int]string{20: "short", 4000: "long"}[size]+"/"+strings.Join(langs, "+"), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := l.frame(nil, message, 7); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func viewIn(people *store.Store, langs ...string) *view.View {
	var sites []templates.Site
	for _, lang := range langs {
		labels := templates.LabelsIn(lang)
		sites = append(sites, templates.Site{
			App: "Chat", Base: "/chat", Socket: "/ws/chat", Labels: labels, Lang: labels.Lang, Dir: labels.Dir,
		})
	}
	return view.New(view.Options{Store: people, Markup: markup.New(100), Site: sites[0], Others: sites[1:]})
}

// BenchmarkInLanguage times what a socket of several languages asks of each
// frame: one that is the same in all, and one that is not.
func BenchmarkInLanguage(b *testing.B) {
	html := strings.Repeat("<b>words</b>", 50)
	frame := messageFrame{Type: "message", Room: "room00000000001", Rev: 7, fragment: fragment{HTML: html}}
	same := encode(frame)
	frame.In = map[string]string{"de": html, "ar": html}
	for name, frame := range map[string][]byte{"same": same, "own": encode(frame)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(inLanguage(frame, "ar")) == 0 {
					b.Fatal("nothing is left")
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
