package pb_public

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestOfflineWaitsAndGoesOn(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s, "net::ERR", "WebSocket connection")
	s.with(func() {
		s.refuse = func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }
	})
	s.cut(0)
	page.waitFor(`!document.querySelector("[data-offline]").hidden`)
	write(page, "written in a tunnel")
	page.waitFor(`document.querySelector("[data-pending] [data-state-text]").textContent === "Waiting"`)
	s.with(func() { s.refuse = nil })
	page.run(`window.dispatchEvent(new Event("online"))`)
	page.waitFor(`document.querySelector("#message-m0001") && !document.querySelector("[data-pending]")`)
	page.waitFor(shows("written in a tunnel"))
	page.waitFor(`document.querySelector("[data-offline]").hidden`)
}

func TestFailedCanBeTriedAgainOrDiscarded(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s, "403")
	refuse := func() (typed chan struct{}) {
		typed = make(chan struct{})
		s.with(func() {
			s.refuse = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/send/") {
					return false
				}
				client := r.FormValue("client_id")
				s.with(func() { s.sends = append(s.sends, client) })
				<-typed
				w.WriteHeader(http.StatusForbidden)
				fmt.Fprint(w, `<p role="alert">Not now.</p>`)
				return true
			}
		})
		return typed
	}
	// While something else is being written, refused text stays a bubble.
	typed := refuse()
	write(page, "first")
	page.do(chromedp.SendKeys("textarea", "next"))
	close(typed)
	page.waitFor(`document.querySelector("[data-pending][data-state=failed] [data-state-text]").textContent === "Not sent"`)
	page.waitFor(`document.querySelector("[data-composer-error]").textContent === "Not now." && document.querySelector("textarea").value === "next"`)

	s.with(func() { s.refuse = nil })
	page.do(chromedp.Click("[data-pending] [data-retry]"))
	page.waitFor(`document.querySelector("#message-m0001") && !document.querySelector("[data-pending]")`)
	page.waitFor(shows("first"))
	if sends := s.soFar().sends; len(sends) != 2 || sends[0] != sends[1] {
		t.Errorf("the attempts carried the client ids %v, want one twice", sends)
	}

	typed = refuse()
	write(page, " one")
	page.do(chromedp.SendKeys("textarea", "kept"))
	close(typed)
	page.waitFor(`document.querySelector("[data-pending][data-state=failed]")`)
	page.do(chromedp.Click("[data-pending] [data-discard]"))
	page.waitFor(`!document.querySelector("[data-pending]") && document.querySelector("textarea").value === "kept"`)
	page.waitFor(shows("first"))
}
