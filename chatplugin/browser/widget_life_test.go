package browser

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestWidget_Swaps: a host that swaps its page, moves the element or writes it
// anew finds the panel open where it was, and one socket.
func TestWidget_Swaps(t *testing.T) {
	app, annUser, bob, room := crewed(t)
	wire := newWire(t, app.URL)
	ann := arrive(t, app, wire.URL, annUser, desktop)
	ann.open("/demo/")
	in := ann.opens()
	in.click("#chat-rooms a >> Bob Castle")
	in.at("/chat/widget/" + room + "/")
	in.live()
	messages := 0
	still := func(what string) {
		t.Helper()
		ann.settled()
		in.live()
		in.at("/chat/widget/" + room + "/")
		messages++
		app.Message(room, bob, fmt.Sprint("after ", what))
		in.hears(fmt.Sprint("after ", what))
		ann.wait("one element after "+what, `document.querySelectorAll("pocket-chat").length === 1`)
		eventually(t, "one socket after "+what, func() bool { return wire.sockets() == 1 })
	}
	still("nothing")
	ann.click("[data-do=toggle]")
	ann.wait("it closed", `!`+shadow+`.querySelector("[data-open]")`)
	ann.click("[data-do=toggle]")
	still("closing and opening")
	ann.click("button >> Other berths")
	ann.see("h1 >> Other berths")
	still("a swap of a part")
	ann.click("nav a >> Tides") // boosted: the body's content
	ann.see("h1 >> Tides")
	still("a swap of the body by htmx")
	eval[bool](ann, `(history.back(), true)`)
	ann.see("h1 >> Other berths")
	still("going back in htmx's history")
	eval[bool](ann, `(() => { const body = document.createElement("body"); body.append(...document.querySelector("main").children); document.body = body; return true })()`)
	still("another body, as turbo does")
	eval[bool](ann, `(() => { const box = document.createElement("section"); document.body.append(box); box.append(document.querySelector("pocket-chat")); return true })()`)
	still("a move")
	eval[bool](ann, `(document.querySelector("pocket-chat").replaceWith(document.createElement("pocket-chat")), true)`)
	still("another element")
	eval[bool](ann, `(document.body.innerHTML = "<p>all of it is new</p><pocket-chat></pocket-chat>", true)`)
	still("an element in the markup")
	eval[bool](ann, `(document.querySelector("pocket-chat").remove(), true)`)
	still("a removal")

	eval[bool](ann, `(document.querySelector("pocket-chat").destroy(), true)`)
	eventually(t, "no socket once it is destroyed", func() bool { return wire.sockets() == 0 })
	ann.wait("no element", `!document.querySelector("pocket-chat")`)
	eval[bool](ann, `(document.body.append(document.createElement("pocket-chat")), true)`)
	ann.opens()
	in.at("/chat/widget/")
}

// sockets is how many are open.
func (w *wire) sockets() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for p := range w.pairs {
		if p.socket {
			n++
		}
	}
	return n
}

// TestWidget_LoadedSeveralTimes: as scripts, as modules of a swap, before and
// after, there is one element.
func TestWidget_LoadedSeveralTimes(t *testing.T) {
	app, annUser, bob, room := crewed(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.open("/demo/tides.html") // has the line twice
	ann.badged("1")
	for range 3 {
		eval[bool](ann, `new Promise((done) => { const s = document.createElement("script"); s.src = "/chat/widget.js"; s.onload = () => done(true); document.head.append(s) })`)
	}
	eval[bool](ann, `import("/chat/widget.js?again").then(() => true)`)
	app.Message(room, bob, "once more")
	ann.badged("2")
	ann.wait("one element", `document.querySelectorAll("pocket-chat").length === 1`)
	ann.expect("a page needs one element")
	eval[bool](ann, `(document.body.append(document.createElement("pocket-chat")), true)`)
	ann.wait("the second one empty", `!document.querySelectorAll("pocket-chat")[1].shadowRoot`)
	ann.badged("2")
}

// TestWidget_BackForward: a page that comes out of the browser's cache is as it
// was left, and live.
func TestWidget_BackForward(t *testing.T) {
	app, annUser, bob, room := crewed(t)
	running(t) // says what is missing
	ctx, stop := chromedp.NewExecAllocator(context.Background(), append(options(t.TempDir()), chromedp.Flag("disable-back-forward-cache", false))...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(ctx)
	ann := sit(t, ctx, cancel, app.URL, "Ann Berg", desktop)
	ann.signIn(app, annUser)
	ann.expect(noSocket)
	ann.open("/demo/crew.html") // without htmx, whose history gets in the way
	in := ann.opens()
	in.click("#chat-rooms a >> Bob Castle")
	in.at("/chat/widget/" + room + "/")
	in.live()
	eval[bool](ann, "(window.cached = true)")
	ann.open("/chat/new/")
	ann.live()
	app.Message(room, bob, "while you were away")
	eval[bool](ann, "(history.back(), true)")
	ann.at("/demo/crew.html")
	if !eval[bool](ann, "window.cached === true") {
		t.Fatalf("the premise does not hold: the page was loaded anew, for %s", eval[string](ann, `JSON.stringify(performance.getEntriesByType("navigation")[0].notRestoredReasons)`))
	}
	ann.settled()
	in.live()
	in.hears("while you were away")
	app.Message(room, bob, "and now")
	in.hears("and now")
}
