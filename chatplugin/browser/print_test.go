package browser

import "testing"

// TestOnPaper: a room prints as its conversation alone, in dark ink whatever the
// screen shows, all of it and not what scrolled into view.
func TestOnPaper(t *testing.T) {
	w := newWorld(t)
	s := desktop
	s.dark, s.still = true, true
	mira := arrive(t, w.app, w.app.URL, w.mira, s)
	mira.open("/chat/" + w.crew + "/")
	mira.live()
	const ink = `getComputedStyle(document.body).color.match(/oklch\(([\d.]+)/)[1] < 0.3`
	mira.see("#chat-body")
	if eval[bool](mira, ink) || eval[bool](mira, fits+" === false") {
		t.Fatal("the premise does not hold: the screen is light, or scrolls as a whole")
	}
	mira.media("print")
	mira.wait("dark ink", ink)
	for _, gone := range []string{"#chat-body", ".chat-aside", ".chat-send", "[data-jump]", ".chat-room__back", "[aria-label=Details]"} {
		mira.miss(gone)
	}
	mira.see("#chat-title >> Harbour crew")
	mira.wait("all messages, with names and times", `[...document.querySelectorAll("#messages > [data-kind=text]")].every((li) => li.checkVisibility() && getComputedStyle(li.querySelector(".chat-time")).opacity === "1")
		&& document.documentElement.scrollHeight > document.querySelector("#messages").scrollHeight`)
}
