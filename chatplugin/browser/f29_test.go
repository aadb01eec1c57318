package browser

import (
	"fmt"
	"testing"
)

// listening writes down what a screen reader is told: each text that is put
// into a live region of the page.
const listening = `document.addEventListener("DOMContentLoaded", () => {
	window.said = [];
	new MutationObserver((changes) => {
		for (const { target, addedNodes } of changes) {
			const region = (target.closest ?? target.parentElement.closest).call(target.closest ? target : target.parentElement, "[aria-live], [role=log], [role=status], [role=alert]");
			const live = region?.getAttribute("aria-live") ?? (region?.getAttribute("role") === "alert" ? "assertive" : region ? "polite" : "off");
			if (live === "off") continue;
			for (const node of addedNodes) if (node.textContent.trim()) said.push(live + ": " + node.textContent.trim());
		}
	}).observe(document, { subtree: true, childList: true, characterData: true });
})`

func TestF29_ScreenReader(t *testing.T) {
	app, annUser, bob, room := crowd(t, 120)
	s := desktop
	s.before = listening
	ann := arrive(t, app, app.URL, annUser, s)
	ann.open("/chat/" + room + "/")
	ann.live()
	spoken := func(what string, want ...string) {
		t.Helper()
		if want == nil {
			want = []string{}
		}
		ann.wait(what, fmt.Sprintf("JSON.stringify(said) === JSON.stringify(%s) || (console.debug(said), false)", js(want)))
	}
	spoken("nothing said as the page opens")

	app.Message(room, bob, "hello")
	ann.hears("hello")
	spoken("one announcement", "polite: Bob: hello")
	app.Message(room, bob, "hello")
	spoken("the same again as another", "polite: Bob: hello", "polite: Bob: hello")

	count := eval[int](ann, `document.querySelectorAll("#messages > [data-seq]").length`)
	ann.climb(300)
	ann.wait("older messages", fmt.Sprintf(`document.querySelectorAll("#messages > [data-seq]").length > %d`, count))
	ann.rests()
	spoken("none for older ones", "polite: Bob: hello", "polite: Bob: hello")

	ann.say("mine")
	ann.hears("mine")
	ann.see("[data-receipt] >> Sent")
	spoken("none for one's own", "polite: Bob: hello", "polite: Bob: hello")

	// Every control has a name, and the focus is somewhere that can be seen.
	ann.wait("a name for every control", `[...document.querySelectorAll("a, button, input:not([type=hidden]), textarea, select")].filter((e) => e.checkVisibility())
		.every((e) => (e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent).trim() || e.textContent.trim())`)
}
