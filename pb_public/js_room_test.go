package pb_public

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// texts are the bubbles that a page shows, in order, those on their way
// included.
const texts = `[...document.querySelectorAll("#messages .chat-bubble")].map((e) => e.textContent)`

func shows(want ...string) string {
	if want == nil {
		want = []string{}
	}
	return fmt.Sprintf("JSON.stringify(%s) === JSON.stringify(%s)", texts, asJSON(want))
}

// openRoom opens the room and waits until it is live.
func openRoom(t *testing.T, s *fakeServer, allowed ...string) *tab {
	t.Helper()
	page := newTab(t, allowed...)
	page.do(chromedp.EmulateViewport(1000, 800)) // all of the room is in view, and no list beside it
	page.open(s.URL + "/chat/room1/")
	s.eventually("a socket", func() bool { return len(s.sockets) == 1 })
	page.waitFor(`document.querySelector("[data-offline]").hidden`)
	return page
}

// write types into the composer and sends by Enter.
func write(page *tab, text string) {
	page.t.Helper()
	page.do(chromedp.SendKeys("textarea", text+"\r"))
}

func TestF05_OneBubble(t *testing.T) {
	release := func(s *fakeServer) {
		s.with(func() { close(s.posted); s.posted = nil })
	}
	cases := map[string]func(t *testing.T, s *fakeServer, page *tab){
		"echo before the answer": func(t *testing.T, s *fakeServer, page *tab) {
			s.with(func() { s.posted = make(chan struct{}) })
			write(page, "hello")
			page.waitFor(`document.querySelector("#message-m0001")`)
			page.waitFor(shows("hello"))
			release(s)
		},
		"echo after the answer": func(t *testing.T, s *fakeServer, page *tab) {
			s.with(func() { s.echo = false })
			write(page, "hello")
			page.waitFor(`document.querySelector("#message-m0001")`)
			s.publish(s.frame(s.saved()[0]))
		},
		"answer without echo": func(t *testing.T, s *fakeServer, page *tab) {
			s.with(func() { s.echo = false })
			write(page, "hello")
		},
		"echo without an answer": func(t *testing.T, s *fakeServer, page *tab) {
			s.with(func() {
				s.answered = func(fakeMessage) { panic(http.ErrAbortHandler) }
			})
			write(page, "hello")
		},
		"a reload wipes none that is on its way": func(t *testing.T, s *fakeServer, page *tab) {
			s.with(func() { s.posted = make(chan struct{}); s.echo = false })
			write(page, "hello")
			page.waitFor(`document.querySelector("[data-pending]")`)
			s.eventually("the send", func() bool { return len(s.sends) == 1 })
			s.with(func() { s.messages, s.rev = nil, 0 }) // the first attempt never came to anything
			s.with(func() { s.posted = nil })
			page.do(chromedp.Reload())
		},
	}
	for name, act := range cases {
		t.Run(name, func(t *testing.T) {
			s := newFakeServer(t)
			page := openRoom(t, s, "ERR_EMPTY_RESPONSE", "net::ERR")
			act(t, s, page)
			page.waitFor(`document.querySelector("#message-m0001") && !document.querySelector("[data-pending]")`)
			page.waitFor(shows("hello"))
			s.with(func() { s.echo = true })
			s.post("ann", "after", "")
			page.waitFor(shows("hello", "after"))
			if got := eval[string](page, `sessionStorage.getItem("chat:me:outbox:room1") ?? ""`); got != "" {
				t.Errorf("the outbox still holds %s", got)
			}
		})
	}
}

func TestF05_NobodysIDIsTakenByAClientID(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	first := s.post("ann", "first", "")
	page.waitFor(shows("first"))
	m, _ := s.save("bob", "second", first.ID) // a client id that looks like a message's
	s.publish(s.frame(m))
	page.waitFor(shows("first", "second"))
	if n := eval[int](page, `document.querySelectorAll("[id='message-m0001']").length`); n != 1 {
		t.Errorf("%d elements have the first message's id", n)
	}
}

func TestSendsLeaveInOrder(t *testing.T) {
	s := newFakeServer(t)
	s.posted = make(chan struct{})
	s.echo = false
	page := openRoom(t, s)
	for _, text := range []string{"1", "2", "3"} {
		write(page, text)
	}
	page.waitFor(`document.querySelectorAll("[data-pending]").length === 3`)
	s.eventually("the first send", func() bool { return len(s.sends) == 1 })
	s.with(func() { close(s.posted); s.posted = nil })
	page.waitFor(shows("1", "2", "3"))
	page.waitFor(`!document.querySelector("[data-pending]")`)
	if n := len(s.saved()); n != 3 {
		t.Errorf("%d messages were saved", n)
	}
}

func TestF01_ResumeAfterACut(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	s.post("ann", "one", "")
	page.waitFor(shows("one"))
	s.cut(0)
	s.eventually("the cut", func() bool { return len(s.sockets) == 0 })
	for _, text := range []string{"two", "three", "four"} {
		s.save("ann", text, "")
	}
	s.eventually("the socket's return", func() bool { return len(s.sockets) == 1 })
	s.post("ann", "five", "")
	page.waitFor(shows("one", "two", "three", "four", "five"))
	if got := s.soFar().resumes[len(s.soFar().resumes)-1]; got != "1" {
		t.Errorf("resumed from %s, want the last one received, 1", got)
	}
}

func TestGapIsResumed(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	s.save("ann", "lost", "")
	s.post("ann", "seen", "")
	page.waitFor(shows("lost", "seen"))
	if len(s.soFar().resumes) != 2 || s.soFar().resumes[1] != "0" {
		t.Errorf("resumed from %v, want a second connection from 0", s.soFar().resumes)
	}
}

func TestLateFrameNeedsNoResume(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	one, _ := s.save("ann", "one", "")
	two, _ := s.save("ann", "two", "")
	s.publish(s.frame(two))
	s.publish(s.frame(one))
	page.waitFor(shows("one", "two"))
	s.post("ann", "three", "")
	page.waitFor(shows("one", "two", "three"))
	if len(s.soFar().resumes) != 1 {
		t.Errorf("reconnected for a frame that was only late: %v", s.soFar().resumes)
	}
}

func TestPingTellsOfALostLastFrame(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	s.save("ann", "lost", "")
	s.publish(map[string]any{"type": "ping", "room": "room1", "rev": 1})
	page.waitFor(shows("lost"))
}

func TestF02_ReloadFetchesAnew(t *testing.T) {
	s := newFakeServer(t)
	s.fill(3)
	page := openRoom(t, s)
	s.with(func() { s.reload = true; s.messages = s.messages[1:] }) // the first one is gone for good
	s.cut(3008)
	page.waitFor(shows("old 2", "old 3"))
	s.eventually("the return", func() bool { return len(s.sockets) == 1 && len(s.resumes) >= 3 })
	s.post("ann", "new", "")
	page.waitFor(shows("old 2", "old 3", "new"))
}

// Who deletes a chat for themselves in one tab sees it go in the others.
func TestDeletedForOneselfInAnotherTab(t *testing.T) {
	s := newFakeServer(t)
	s.fill(3)
	page := openRoom(t, s)
	s.with(func() { s.messages = nil })
	s.publish(map[string]any{"type": "inbox", "room": "room1", "posts": 3, "last_seq": 3, "gone": true})
	page.waitFor(`document.querySelectorAll("#messages [data-message]").length === 0`)
	s.eventually("the return", func() bool { return len(s.sockets) == 1 && len(s.resumes) == 2 })
	s.post("ann", "new", "")
	page.waitFor(shows("new"))
}

func TestNewerRevisionReplaces(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	m := s.post("ann", "frist", "")
	page.waitFor(shows("frist"))
	old := s.frame(m)
	s.with(func() { s.rev++; s.messages[0].Rev = s.rev; s.messages[0].Body = "first" })
	s.publish(s.frame(s.saved()[0]))
	page.waitFor(shows("first"))
	s.publish(old)
	s.post("ann", "second", "")
	page.waitFor(shows("first", "second"))
}

func TestSlowDownIsWaitedOut(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s, "429")
	refused := 0
	s.with(func() {
		s.refuse = func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/send/") || refused > 0 {
				return false
			}
			refused++
			w.Header().Set("Retry-After", "1")
			http.Error(w, "Too fast.", http.StatusTooManyRequests)
			return true
		}
	})
	write(page, "patience")
	page.waitFor(`document.querySelector("#message-m0001") && !document.querySelector("[data-pending]")`)
	page.waitFor(shows("patience"))
}

func TestRefusedTextComesBack(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s, "422")
	s.with(func() {
		s.refuse = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPost {
				return false
			}
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprint(w, `<form><p role="alert">Say it shorter.</p></form>`)
			return true
		}
	})
	write(page, "too much")
	page.waitFor(`document.querySelector("[data-composer-error]").textContent === "Say it shorter." && !document.querySelector("[data-composer-error]").hidden`)
	page.waitFor(`document.querySelector("textarea").value === "too much"`)
	page.waitFor(shows())
}
