package pb_public

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestF15_SignedOutKeepsWhatWasWritten(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	page.do(chromedp.SendKeys("textarea", "half a sen"))
	s.cut(4501)
	page.waitFor(`!document.querySelector("[data-signed-out]").hidden`)
	page.waitFor(`localStorage.getItem("chat:me:draft:room1") === '"half a sen"'`)
	connections := len(s.soFar().resumes)
	page.run(`window.dispatchEvent(new Event("online")); document.dispatchEvent(new Event("visibilitychange")); await new Promise((r) => setTimeout(r, 1200))`)
	if len(s.soFar().resumes) != connections {
		t.Error("came back after being signed out")
	}
	page.do(chromedp.Reload())
	page.waitFor(`document.querySelector("textarea").value === "half a sen"`)
}

func TestRefusedHandshakeIsUnderstood(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s, "401", "WebSocket connection")
	s.with(func() {
		s.refuse = func(w http.ResponseWriter, r *http.Request) bool {
			http.Error(w, "Sign in.", http.StatusUnauthorized)
			return true
		}
	})
	s.cut(3001)
	page.waitFor(`!document.querySelector("[data-signed-out]").hidden`)
}

func TestRemovedLeavesTheRoom(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	page.do(chromedp.SendKeys("textarea", "draft"))
	s.publish(map[string]any{"type": "removed", "room": "room1"})
	page.waitFor(`location.pathname === "/chat/" && document.querySelector("[data-toast]")?.textContent === "Removed."`)
	if got := eval[string](page, `localStorage.getItem("chat:me:draft:room1") ?? ""`); got != "" {
		t.Errorf("the draft stayed: %s", got)
	}
}

func TestOnlyOneOfAPersonsTimes(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	s.post("ann", "a", "")
	s.post("ann", "b", "")
	s.post("bob", "c", "")
	page.waitFor(shows("a", "b", "c"))
	if n := eval[int](page, `document.querySelectorAll("#messages > [data-day]").length`); n != 1 {
		t.Errorf("%d day lines, want one", n)
	}
	got := eval[string](page, `[...document.querySelectorAll("#messages > [data-message]")].map((e) => (e.dataset.first !== undefined ? "f" : "") + (e.dataset.last !== undefined ? "l" : "")).join()`)
	if got != "f,l,fl" {
		t.Errorf("firsts and lasts of groups: %s", got)
	}
	if got := eval[string](page, `document.querySelector("#messages time").textContent`); !strings.Contains(got, ":") {
		t.Errorf("the local time is %q", got)
	}
}
