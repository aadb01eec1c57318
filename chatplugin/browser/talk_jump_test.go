package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
)

// whole waits until the page shows one run of the room without a hole, in order.
func (p *person) whole(app *chattest.App, room string) {
	p.t.Helper()
	eventually(p.t, "one run of the room", func() bool {
		records, err := app.FindRecordsByFilter("chat_messages", "room = {:room}", "seq", 0, 0, map[string]any{"room": room})
		if err != nil {
			p.t.Fatal(err)
		}
		all := make([]string, len(records))
		for i, record := range records {
			all[i] = record.Id
		}
		shown := eval[[]string](p, `[...document.querySelectorAll("#messages > [data-seq]")].map((e) => e.dataset.message)`)
		return len(shown) > 0 && strings.Contains(strings.Join(all, " "), strings.Join(shown, " "))
	})
}

// TestTalkJump: a quote leads to a message far up, and from there all the way
// back, without a hole and without losing what comes meanwhile.
func TestTalkJump(t *testing.T) {
	app := serve(t)
	users := app.Users("Ann Berg", "Bob Castle")
	ann, bob := users[0], users[1]
	room := app.Direct(ann, bob)
	var far *core.Record
	for i := range 500 {
		message := app.Message(room, bob, fmt.Sprintf("message %d", i+1))
		if i == 40 {
			far = message
		}
	}
	client := app.Client(ann)
	client.Post("/chat/"+room+"/send/", chattest.Form("body", "As you said", "reply_to", far.Id))

	p := arrive(t, app, app.URL, ann, desktop)
	p.open("/chat/" + room + "/")
	p.live()
	p.hears("As you said")
	p.wait("the premise: the message is not on the page", fmt.Sprintf(`!document.getElementById("message-%s")`, far.Id))
	p.click("#messages .chat-message:last-child .chat-quote")
	p.wait("the message it answers, in view", fmt.Sprintf(`(() => { const r = document.getElementById("message-%s")?.getBoundingClientRect(); return r && r.top > 0 && r.bottom < innerHeight })()`, far.Id))
	p.whole(app, room)
	app.Message(room, bob, "while away")
	p.see("[data-jump] >> 1 new message")
	p.whole(app, room)
	if got := client.Post("/chat/"+room+"/react/", chattest.Form("message", far.Id, "emoji", "👍")); got.Status != 200 {
		t.Fatalf("reacting: %d %s", got.Status, got.Body)
	}
	p.see("#messages .chat-reaction >> 👍")

	// Scrolling down goes on through the room.
	p.scroll(4000)
	p.wait("newer ones", `document.querySelectorAll("#messages > [data-seq]").length > 60`)
	p.whole(app, room)
	p.click("[data-jump]")
	p.hears("while away")
	p.wait("the end", atEnd)
	p.whole(app, room)
	app.Message(room, bob, "and on")
	p.hears("and on")
	p.whole(app, room)

	// By its address, which is what works without script.
	p.open("/chat/" + room + "/?at=" + far.Id + "#message-" + far.Id)
	p.live()
	p.wait("the message in view", fmt.Sprintf(`(() => { const r = document.getElementById("message-%s")?.getBoundingClientRect(); return r && r.top > 0 && r.bottom < innerHeight })()`, far.Id))
	p.whole(app, room)
	p.say("from up here")
	p.hears("from up here")
	p.whole(app, room)
	p.once()
}

// TestF08_ReactionsMoveNothing: reactions and edits above what is read, and
// those of messages that are not loaded, leave it where it is.
func TestF08_ReactionsMoveNothing(t *testing.T) {
	app, ann, bob, room := crowd(t, 130)
	s := desktop
	s.still = true
	p := arrive(t, app, app.URL, ann, s)
	p.open("/chat/" + room + "/")
	p.live()
	p.scroll(-400)
	seen := eval[string](p, `[...document.querySelectorAll("#messages > [data-seq]")].find((e) => e.getBoundingClientRect().top > 200).id`)
	above := eval[string](p, `document.querySelectorAll("#messages > [data-seq]")[12].dataset.message`)
	before := p.top("#" + seen)
	app.React(above, bob, "👍")
	p.see(fmt.Sprintf("#message-%s .chat-reaction", above))
	client := app.Client(bob)
	if got := client.Post("/chat/"+room+"/change/", chattest.Form("message", above, "body", "a\nlonger\ntext\nthan before")); got.Status != 200 {
		t.Fatalf("editing: %d %s", got.Status, got.Body)
	}
	p.wait("the edit", fmt.Sprintf(`document.getElementById("message-%s").hasAttribute("data-edited")`, above))
	first := app.Message(room, bob, "the last") // then one that is far above what is loaded
	records, err := app.FindRecordsByFilter("chat_messages", "room = {:room} && body = 'message 2'", "", 1, 0, map[string]any{"room": room})
	if err != nil || len(records) != 1 {
		t.Fatal(err)
	}
	app.React(records[0].Id, bob, "🎉")
	app.React(first.Id, bob, "🎉")
	p.wait("all of it", fmt.Sprintf(`document.querySelector("#message-%s .chat-reaction")`, first.Id))
	p.wait("nothing that was not loaded", fmt.Sprintf(`!document.getElementById("message-%s")`, records[0].Id))
	p.whole(app, room)
	p.rests()
	if by := p.top("#"+seen) - before; by > 1 || by < -1 {
		t.Errorf("it moved what is read by %v px", by)
	}
}
