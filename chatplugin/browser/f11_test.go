package browser

import (
	"fmt"
	"testing"

	windows "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// minimise hides the window of a page, or shows it again.
func (p *person) minimise(hidden bool) {
	p.t.Helper()
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: false})
	window := call(p, windows.GetWindowForTarget, windows.GetWindowForTargetParams{})
	state, seen := windows.WindowStateNormal, "visible"
	if hidden {
		state, seen = windows.WindowStateMinimized, "hidden"
	}
	_, err := chromedp.CallBrowser(p.ctx, windows.SetWindowBounds, windows.SetWindowBoundsParams{
		WindowID: window.WindowID, Bounds: &windows.Bounds{WindowState: state},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.wait("that it is "+seen, "document.visibilityState === "+js(seen))
}

func TestF11_ReadWhileUnseen(t *testing.T) {
	app, annUser, bob, room := crowd(t, 5)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.open("/chat/" + room + "/")
	ann.live()
	other := ann.another(desktop)
	other.open("/chat/")
	other.live()

	ann.minimise(true)
	app.Message(room, bob, "seen by nobody")
	ann.hears("seen by nobody")
	other.row("Bob", 1)
	other.titled("(1) Chats · Harbour")
	ann.titled("(1) Bob · Harbour")
	// What must not have happened is shown by a second one: a mark would cover both.
	app.Message(room, bob, "nor this")
	other.row("Bob", 2)
	if n := app.Unread(annUser); n != 2 {
		t.Errorf("a hidden page read: %d unread, not 2", n)
	}

	ann.minimise(false)
	eventually(t, "both read once the page is in front", func() bool { return app.Unread(annUser) == 0 })
	ann.titled("Bob · Harbour")
}

// TestF11_BelowTheFold: what is below the window's end is not read.
func TestF11_BelowTheFold(t *testing.T) {
	app := serve(t)
	users := app.Users("Ann", "Bob")
	room := app.Direct(users[0], users[1])
	for i := range 40 {
		app.Message(room, users[1], fmt.Sprintf("message %d", i+1))
	}
	ann := arrive(t, app, app.URL, users[0], phone)
	ann.open("/chat/" + room + "/")
	ann.see("[data-new] >> New messages")
	eventually(t, "some read", func() bool { return app.Unread(users[0]) < 40 })
	ann.live()
	mark := func() int { return app.Member(room, users[0]).GetInt("read_rev") }
	last := eval[int](ann, `Number([...document.querySelectorAll("#messages > [data-seq]")].findLast((e) =>
		e.getBoundingClientRect().bottom <= document.querySelector("[data-scroll]").getBoundingClientRect().bottom + 4).dataset.seq)`)
	eventually(t, "what is in view read", func() bool { return mark() == last })
	if last >= 40 {
		t.Fatal("the premise does not hold: all of them are in view")
	}
	ann.titled(fmt.Sprintf("(%d) Bob · Harbour", 40-last))
	ann.tap("[data-jump]")
	eventually(t, "all read at the end", func() bool { return mark() == 40 })
	ann.titled("Bob · Harbour")
}
