package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// shifting adds up how much of a page moved by itself, and what did.
const shifting = `window.shifts = [];
new PerformanceObserver((list) => {
	for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
		const what = entry.sources.map(({ node, previousRect: a, currentRect: b }) => (node?.className || node?.nodeName) + " " + [a.x, a.y, a.width, a.height].map(Math.round) + " to " + [b.x, b.y, b.width, b.height].map(Math.round));
		shifts.push(entry.value.toFixed(4) + ": " + what.join("; "));
	}
}).observe({ type: "layout-shift", buffered: true });`

// TestNothingShifts: scripts, pictures, the list, badges and names come after
// the page was painted, and nothing that was there moves.
func TestNothingShifts(t *testing.T) {
	w := newWorld(t)
	for _, at := range []struct{ name, path string }{
		{"inbox", "/chat/"}, {"group", "/chat/" + w.crew + "/"}, {"direct", "/chat/" + w.direct + "/"}, {"info", "/chat/" + w.crew + "/info/"},
		{"long", "/chat/" + w.quiet + "/"},
	} {
		for _, s := range []screen{phone, desktop} {
			t.Run(fmt.Sprintf("%s-%d", at.name, s.width), func(t *testing.T) {
				s.before = shifting
				mira := arrive(t, w.app, w.app.URL, w.mira, s)
				scripts := mira.holds("*/assets/page.*", fetch.RequestStageRequest)
				go func() { _, _ = chromedp.Call(mira.ctx, page.Navigate, page.NavigateParams{URL: w.app.URL + at.path}) }()
				held := <-scripts
				mira.wait("something painted", `performance.getEntriesByName("first-contentful-paint").length`)
				if eval[bool](mira, `document.body.hasAttribute("data-live")`) {
					t.Fatal("the premise does not hold: scripts ran before the first paint")
				}
				held.pass()
				mira.live()
				if s.width > 1000 || at.path == "/chat/" {
					mira.see("#chat-rooms [data-room]")
				}
				mira.wait("pictures", `[...document.images].filter((i) => i.checkVisibility() && i.getBoundingClientRect().top < innerHeight).every((i) => i.complete)`)
				if at.path != "/chat/"+w.direct+"/" {
					before := eval[string](mira, "document.title")
					w.app.Message(w.direct, w.jonas, "one more") // at the top of the list already
					mira.wait("the count", "document.title !== "+js(before))
				}
				mira.wait("two more pictures of the screen", `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true)))))`)
				for _, shift := range eval[[]string](mira, "shifts") {
					t.Errorf("a shift of %s", shift)
				}
			})
		}
	}
}
