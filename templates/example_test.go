package templates_test

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/a-h/templ"

	"pocketchat/templates"
)

// shouted is a host's own bubble. What scripts go by comes from the message;
// how it looks is the host's affair. A host that uses templ writes
//
//	templ shouted(s templates.Site, m templates.Message) {
//		<li class="shout" { m.Attributes()... }>…</li>
//	}
func shouted(s templates.Site, m templates.Message) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, `<li class="shout"`); err != nil {
			return err
		}
		if err := templ.RenderAttributes(ctx, w, m.Attributes()); err != nil {
			return err
		}
		text := m.HTML
		if m.Deleted {
			text = templ.EscapeString(s.Labels.MessageDeleted)
		}
		_, err := io.WriteString(w, ">"+text+"</li>")
		return err
	})
}

// A host replaces the bubble, in pages and in what comes to open ones.
func ExampleViews() {
	views := templates.Views{Bubble: shouted}.WithDefaults()
	site := templates.Site{Base: "/chat", Labels: templates.English(), Views: &views}
	message := templates.Message{
		ID: "m1", Seq: 3, Rev: 3, Kind: "text", Author: templates.Person{ID: "u1", Name: "Ann"},
		HTML: "<p>Hello</p>", Created: time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC),
	}
	_ = views.Messages(site, templates.Slice{Room: "r1", Messages: []templates.Message{message}}).Render(context.Background(), os.Stdout)
	// Output:
	// <ol data-slice data-older="false" data-newer="false"><li class="shout" data-author="u1" data-first data-kind="text" data-last data-message="m1" data-rev="3" data-seq="3" id="message-m1"><p>Hello</p></li></ol>
}

// A host changes words in one language, and adds another one.
func ExampleLabelsIn() {
	dutch := templates.LabelsIn("nl") // English words, for the host to change
	dutch.MessageDeleted = "Bericht verwijderd"
	dutch.Files = templates.Plural{One: "{n} bestand", Other: "{n} bestanden"}
	dutch.Ready()
	_, _ = io.WriteString(os.Stdout, dutch.Files.N(1)+", "+dutch.Files.N(2)+", "+templates.LabelsIn("de").Files.N(2)+"\n")
	// Output: 1 bestand, 2 bestanden, 2 Dateien
}
