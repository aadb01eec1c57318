package browser

import (
	"fmt"
	"testing"
)

// small is an expression for what fingers cannot hit well: less than 44 by 44
// px, unless it stands in a line of text or in something larger that does the
// same.
const small = `[...document.querySelectorAll("a, button, input, select, textarea, summary, label:has(input), [role=option]")].filter((e) => {
	if (!e.checkVisibility() || e.closest(".chat-bubble, .chat-skip, .chat-visually-hidden") || e.matches("[type=hidden], .chat-visually-hidden, [tabindex='-1']")) return false;
	const modal = document.querySelector("dialog:modal");
	if (modal && !modal.contains(e)) return false;
	const box = (e.closest("label") ?? e).getBoundingClientRect();
	const inline = getComputedStyle(e).display === "inline";
	return box.width > 0 && !inline && (box.width < 43.9 || box.height < 43.9);
}).map((e) => e.outerHTML.slice(0, 90) + " " + Math.round(e.getBoundingClientRect().width) + "x" + Math.round(e.getBoundingClientRect().height))`

// fingers checks that nothing is too small to hit, and that the page is no wider than the
// narrowest of screens.
func (p *person) fingers(s screen) {
	p.t.Helper()
	for _, e := range eval[[]string](p, small) {
		p.t.Errorf("too small: %s", e)
	}
	s.width, s.height = 320, 568
	p.look(s)
	p.wait("a page that fits", `document.documentElement.scrollWidth <= innerWidth`)
}

// accents are what a host may choose: bright, pale, dark, grey, neon.
var accents = []string{"#ff0000", "#ffd400", "#00c853", "#00e5ff", "#1e3a8a", "#7c3aed", "#ec4899", "#000000", "#ffffff", "#808080", "#f5f5dc", "#b4ff39", "#8b4513", "oklch(0.72 0.18 50)"}

// TestAnyAccentKeepsContrast: axe measures each text of a room, its details and
// a form, for each accent.
func TestAnyAccentKeepsContrast(t *testing.T) {
	w := newWorld(t)
	const contrast = `axe.run(document, { resultTypes: ["violations"], runOnly: { type: "rule", values: ["color-contrast"] } })
		.then(({ violations }) => violations.flatMap(({ nodes }) => nodes.map(({ target, any }) => target.join(" ") + ": " + any[0].message)))`
	for _, dark := range []bool{false, true} {
		s := desktop
		s.still, s.dark = true, dark
		mira := arrive(t, w.app, w.app.URL, w.mira, s)
		for _, open := range []func(){
			func() {
				mira.open("/chat/" + w.crew + "/")
				mira.live()
				mira.see("#chat-rooms [data-room]")
				mira.click("#chat-header a[aria-label=Details]")
				mira.see(".chat-info__title")
			},
			func() { mira.open("/chat/new-group/"); mira.live(); mira.see("#chat-rooms [data-room]") },
		} {
			open()
			eval[bool](mira, axe+"; !!window.axe")
			for _, accent := range accents {
				eval[bool](mira, fmt.Sprintf(`(document.documentElement.style.setProperty("--chat-accent", %s), true)`, js(accent)))
				mira.wait("what moves to stand still", still)
				for _, fault := range eval[[]string](mira, contrast) {
					t.Errorf("%s, dark %v: %s", accent, dark, fault)
				}
			}
		}
	}
}
