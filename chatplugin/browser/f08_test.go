package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
)

// scroll turns the wheel over the messages; down is positive.
func (p *person) scroll(by float64) {
	p.t.Helper()
	at := p.find("[data-scroll]")
	before := eval[float64](p, scrolled)
	p.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseWheel, at.X, at.Y, func(e *input.DispatchMouseEventParams) {
		e.DeltaX, e.DeltaY = 0.01, by // a zero would be left out, and refused
	}))
	p.wait("that the wheel moves it", fmt.Sprintf("%s !== %v", scrolled, before))
	p.rests()
}

const (
	scrolled = `document.querySelector("[data-scroll]").scrollTop`
	atEnd    = `(() => { const b = document.querySelector("[data-scroll]"); return b.scrollHeight - b.scrollTop - b.clientHeight <= 2 })()`
)

// climb turns the wheel until the start is this near.
func (p *person) climb(near float64) {
	p.t.Helper()
	for range 100 {
		if eval[float64](p, scrolled) < near {
			return
		}
		p.scroll(-400)
	}
}

// rests waits until nothing scrolls any more.
func (p *person) rests() {
	p.t.Helper()
	p.wait("that it stands still", `new Promise((done) => {
		const was = `+scrolled+`;
		setTimeout(() => done(`+scrolled+` === was), 150);
	})`)
}

// top is how far below the window's top an element is.
func (p *person) top(selector string) float64 {
	p.t.Helper()
	return eval[float64](p, fmt.Sprintf("document.querySelector(%s).getBoundingClientRect().top", js(selector)))
}

// crowd is a room with many messages by Bob, all read by Ann.
func crowd(t *testing.T, messages int) (app *chattest.App, ann, bob *core.Record, room string) {
	t.Helper()
	app = serve(t)
	users := app.Users("Ann", "Bob")
	ann, bob = users[0], users[1]
	room = app.Direct(ann, bob)
	for i := range messages {
		app.Message(room, bob, fmt.Sprintf("message %d", i+1))
	}
	app.Client(ann).Post("/chat/"+room+"/read/", chattest.Form("rev", fmt.Sprint(app.Find("chat_rooms", room).GetInt("last_seq"))))
	return app, ann, bob, room
}

func TestF08_ScrollJumps(t *testing.T) {
	app, annUser, bob, room := crowd(t, 130)
	for name, s := range map[string]screen{"desktop": desktop, "phone": phone} {
		t.Run("older ones, on a "+name, func(t *testing.T) {
			s.still = true
			ann := arrive(t, app, app.URL, annUser, s)
			ann.open("/chat/" + room + "/")
			ann.live()
			ann.wait("that it opens at the end", atEnd)
			shown := eval[int](ann, `document.querySelectorAll("#messages > [data-seq]").length`)

			// By scrolling up: what is in view stays where it is as they come.
			held := ann.holds("*/messages/*", fetch.RequestStageResponse)
			ann.climb(590)
			page := <-held
			ann.rests()
			seen := eval[string](ann, `[...document.querySelectorAll("#messages > [data-seq]")].find((e) => e.getBoundingClientRect().top > 150).id`)
			before := ann.top("#" + seen)
			page.pass()
			ann.wait("older messages", fmt.Sprintf(`document.querySelectorAll("#messages > [data-seq]").length > %d`, shown))
			ann.lets()
			ann.rests()
			if by := ann.top("#"+seen) - before; by > 1 || by < -1 {
				t.Errorf("loading older messages moved what is read by %v px", by)
			}

			// By the button, where scrolling failed to bring them.
			ann.expect(noNetwork)
			shown = eval[int](ann, `document.querySelectorAll("#messages > [data-seq]").length`)
			held = ann.holds("*/messages/*", fetch.RequestStageRequest)
			ann.climb(1)
			(<-held).lose()
			ann.see("[data-toast-text] >> Older messages could not be loaded.")
			ann.lets()
			ann.click("[data-load-older]")
			ann.wait("older messages", fmt.Sprintf(`document.querySelectorAll("#messages > [data-seq]").length > %d`, shown))

			for range 10 {
				ann.rests()
				ann.climb(1)
				if eval[bool](ann, `!document.querySelector("[data-load-older]")`) {
					break
				}
			}
			ann.wait("all of them once, in order", `(() => {
				const seqs = [...document.querySelectorAll("#messages > [data-seq]")].map((e) => Number(e.dataset.seq));
				return seqs.length >= 130 && seqs.every((s, i) => i === 0 || s > seqs[i - 1]);
			})()`)
			ann.miss("[data-load-older]")
			ann.once()
		})
	}
	t.Run("one that arrives", func(t *testing.T) {
		s := desktop
		s.still = true
		ann := arrive(t, app, app.URL, annUser, s)
		ann.open("/chat/" + room + "/")
		ann.live()
		ann.scroll(-500)
		before := eval[float64](ann, scrolled)
		app.Message(room, bob, "new one")
		ann.see("[data-jump] >> 1 new message")
		app.Message(room, bob, "new two")
		ann.see("[data-jump] >> 2 new messages")
		ann.rests()
		if after := eval[float64](ann, scrolled); after != before {
			t.Errorf("what arrived scrolled from %v to %v", before, after)
		}
		if n := app.Unread(annUser); n != 2 {
			t.Errorf("%d unread, though two were not seen", n)
		}
		ann.click("[data-jump]")
		ann.wait("the end", atEnd)
		ann.miss("[data-jump]")
		eventually(t, "them read", func() bool { return app.Unread(annUser) == 0 })
		app.Message(room, bob, "new three")
		ann.hears("new three")
		ann.wait("that it stays at the end", atEnd)
	})
}
