package browser

import "testing"

// All lines between days stick to the same place; only the last of them shows.
func TestOneDayShowsAtTheTop(t *testing.T) {
	w := newWorld(t)
	mira := arrive(t, w.app, w.app.URL, w.mira, phone)
	mira.open("/chat/" + w.crew + "/")
	mira.live()
	mira.wait("the premise, that there are days above", `document.querySelectorAll("#messages > [data-day]").length > 2 && document.querySelector("[data-scroll]").scrollTop > 500`)
	mira.wait("a day that gave way", `document.querySelector("#messages > [data-past]")`)
	mira.wait("no two days in one place", `(() => {
		const shown = [...document.querySelectorAll("#messages > [data-day]")].filter((e) => getComputedStyle(e).visibility === "visible").map((e) => e.getBoundingClientRect());
		return shown.every((a, i) => i === 0 || a.top - shown[i - 1].top >= a.height / 2);
	})()`)
}
