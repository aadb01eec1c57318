package pb_public

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// scrollTo puts the reader somewhere, as a hand would: the page hears of it.
func scrollTo(page *tab, top string) {
	page.t.Helper()
	page.run(`document.querySelector("[data-scroll]").scrollTop = ` + top + `; await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))`)
}

const atEnd = `(() => { const b = document.querySelector("[data-scroll]"); return b.scrollHeight - b.scrollTop - b.clientHeight <= 1 })()`

// oldest is the first message of the page.
const oldest = `document.querySelector("#messages > [data-message] .chat-bubble").textContent`

func TestF08_OlderMoveNothing(t *testing.T) {
	s := newFakeServer(t)
	s.fill(120)
	s.readRev = 120
	page := openRoom(t, s)
	if !eval[bool](page, atEnd) {
		t.Fatal("the page does not open at its end")
	}
	if got := eval[string](page, oldest); got != "old 71" {
		t.Fatalf("the page starts at %q", got)
	}
	page.run(`window.watched = document.getElementById("message-m0075"); window.tops = []`)
	scrollTo(page, "400")
	before := eval[float64](page, `watched.getBoundingClientRect().top`)
	page.waitFor(oldest + ` === "old 21"`)
	after := eval[float64](page, `watched.getBoundingClientRect().top`)
	if d := after - before; d > 1 || d < -1 {
		t.Errorf("loading older moved what is read by %v pixels", d)
	}
	page.do(chromedp.Click("[data-load-older]"))
	page.waitFor(oldest + ` === "old 1"`)
	page.waitFor(`!document.querySelector("[data-load-older]")`)
	if n := eval[int](page, `new Set([...document.querySelectorAll("#messages > [data-message]")].map((e) => e.id)).size`); n != 120 {
		t.Errorf("%d different messages are shown, want 120", n)
	}
	if n := eval[int](page, `document.querySelectorAll("#messages > [data-message]").length`); n != 120 {
		t.Errorf("%d messages are shown, want 120", n)
	}
	if n := eval[int](page, `document.querySelectorAll("#messages > [data-day]").length`); n != 1 {
		t.Errorf("%d day lines for one day", n)
	}
}

func TestF08_ArrivingMovesNothing(t *testing.T) {
	s := newFakeServer(t)
	s.fill(50)
	s.readRev = 50
	page := openRoom(t, s)
	scrollTo(page, "1000")
	before := eval[float64](page, `document.querySelector("[data-scroll]").scrollTop`)
	s.post("ann", "new 1", "")
	page.waitFor(`document.querySelector("[data-jump-text]").textContent === "1 new message" && !document.querySelector("[data-jump]").hidden`)
	s.post("ann", "new 2", "")
	page.waitFor(`document.querySelector("[data-jump-text]").textContent === "2 new messages"`)
	if after := eval[float64](page, `document.querySelector("[data-scroll]").scrollTop`); after != before {
		t.Errorf("the page moved from %v to %v", before, after)
	}
	page.do(chromedp.Click("[data-jump]"))
	page.waitFor(atEnd)
	page.waitFor(`document.querySelector("[data-jump]").hidden`)
	s.post("ann", "new 3", "")
	page.waitFor(`document.getElementById("message-m0053")`)
	page.waitFor(atEnd)
}

func TestOpensWhereReadingStopped(t *testing.T) {
	s := newFakeServer(t)
	s.fill(40)
	s.readRev = 20
	page := openRoom(t, s)
	page.waitFor(`document.querySelector("[data-new]").nextElementSibling.id === "message-m0021"`)
	inside := `(() => { const l = document.querySelector("[data-new]").getBoundingClientRect(), b = document.querySelector("[data-scroll]").getBoundingClientRect(); return l.top >= b.top && l.bottom <= b.bottom })()`
	if !eval[bool](page, inside) {
		t.Error("the line of new messages is out of view")
	}
}

func TestF11_OnlyWhatIsSeenIsRead(t *testing.T) {
	s := newFakeServer(t)
	s.fill(40)
	s.readRev = 5
	page := openRoom(t, s)
	s.eventually("a read mark", func() bool { return len(s.reads) > 0 })
	seen := s.soFar().reads[0]
	if seen <= 5 || seen >= 40 {
		t.Errorf("opening at message 6 read up to %d", seen)
	}
	scrollTo(page, "1e6")
	s.eventually("the last one read", func() bool { return s.reads[len(s.reads)-1] == 40 })
	scrollTo(page, "0")
	s.post("ann", "below the fold", "")
	page.waitFor(`document.getElementById("message-m0041")`)
	page.run(`Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true }); document.dispatchEvent(new Event("visibilitychange"))`)
	scrollTo(page, "1e6")
	page.run(`await new Promise((r) => setTimeout(r, 1500))`)
	if last := s.soFar().reads[len(s.soFar().reads)-1]; last != 40 {
		t.Errorf("a hidden tab read up to %d", last)
	}
	page.run(`delete document.visibilityState; document.dispatchEvent(new Event("visibilitychange"))`)
	s.eventually("read once it was seen", func() bool { return s.reads[len(s.reads)-1] == 41 })
	for reads, i := s.soFar().reads, 1; i < len(reads); i++ {
		if reads[i] <= reads[i-1] {
			t.Errorf("the mark went back: %v", reads)
		}
	}
}

// listenToAnnouncements writes down what is put where screen readers listen.
const listenToAnnouncements = `window.said = []; new MutationObserver((l) => l.forEach((m) => m.addedNodes.forEach((n) => said.push(n.textContent)))).observe(document.getElementById("chat-live"), { childList: true, subtree: true, characterData: true })`

func TestF29_OneAnnouncement(t *testing.T) {
	s := newFakeServer(t)
	s.fill(120)
	s.readRev = 120
	page := openRoom(t, s)
	page.run(listenToAnnouncements)
	m := s.post("ann", "hello", "")
	s.publish(s.frame(m)) // a duplicate is no second announcement
	page.waitFor(`document.getElementById("message-m0121")`)
	write(page, "mine")
	page.waitFor(`document.getElementById("message-m0122")`)
	scrollTo(page, "0")
	page.waitFor(oldest + ` !== "old 71"`)
	s.post("ann", "last", "")
	page.waitFor(`document.getElementById("message-m0123")`)
	if got, want := eval[string](page, `JSON.stringify(said)`), asJSON([]string{"ann: hello", "ann: last"}); got != want {
		t.Errorf("announced %s, want %s", got, want)
	}
}

// What a connection had missed comes all at once: read out, it would drown what
// comes next.
func TestF29_WhatWasMissedIsNotReadOut(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	page.run(listenToAnnouncements)
	s.cut(0)
	s.eventually("the cut", func() bool { return len(s.sockets) == 0 })
	for _, text := range []string{"two", "three"} {
		s.save("ann", text, "")
	}
	page.waitFor(shows("two", "three")) // by the replay, for nothing was published
	page.waitFor(`document.body.hasAttribute("data-live")`)
	s.post("ann", "four", "")
	page.waitFor(shows("two", "three", "four"))
	if got, want := eval[string](page, `JSON.stringify(said)`), asJSON([]string{"ann: four"}); got != want {
		t.Errorf("announced %s, want %s", got, want)
	}
}

func TestTypingAndPresence(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	s.publish(map[string]any{"type": "presence", "room": "room1", "online": 3, "users": []string{"me", "ann", "bob"}})
	page.waitFor(`document.querySelector("[data-online-text]").textContent === "3 online" && document.querySelector("[data-online='3']")`)
	s.publish(map[string]any{"type": "typing", "room": "room1", "user": "me", "name": "Me"})
	s.publish(map[string]any{"type": "typing", "room": "room1", "user": "ann", "name": "Ann"})
	page.waitFor(`document.querySelector("[data-typing]").textContent === "Ann is typing…" && !document.querySelector("[data-typing]").hidden`)
	s.post("ann", "done", "")
	page.waitFor(`document.querySelector("[data-typing]").hidden`)
	page.do(chromedp.SendKeys("textarea", "many letters are one"))
	s.eventually("typing is told", func() bool { return s.typings > 0 })
	if s.soFar().typings != 1 {
		t.Errorf("told %d times within 3 s", s.soFar().typings)
	}
}

func TestReceipt(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	write(page, "hello")
	page.waitFor(`document.querySelector("#message-m0001[data-state=sent] [data-receipt-text]")?.textContent === "Sent"`)
	s.publish(map[string]any{"type": "read", "room": "room1", "user": "ann", "read_rev": 1})
	page.waitFor(`document.querySelector("#message-m0001[data-state=read]")`)
}

func TestComposerKeys(t *testing.T) {
	s := newFakeServer(t)
	page := openRoom(t, s)
	enter := func(options string) {
		page.run(fmt.Sprintf(`document.querySelector("textarea").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, %s }))`, options))
	}
	page.do(chromedp.SendKeys("textarea", "text"))
	enter("isComposing: true")
	enter("shiftKey: true")
	if n := len(s.soFar().sends); n != 0 {
		t.Errorf("%d messages left while composing or breaking the line", n)
	}
	enter("")
	page.waitFor(shows("text"))
	if !eval[bool](page, `document.activeElement === document.querySelector("textarea")`) {
		t.Error("the focus went away after sending")
	}
	page.do(chromedp.SendKeys("textarea", "   \r"))
	page.run(`const a = document.querySelector("textarea"); a.value = "😀".repeat(51); a.dispatchEvent(new Event("input"))`)
	page.waitFor(`document.querySelector("[data-counter][data-over]").textContent === "1 too many"`)
	enter("")
	page.waitFor(`document.querySelector("[data-composer-error]").textContent === "1 too many"`)
	if n := len(s.soFar().sends); n != 1 {
		t.Errorf("%d messages left, want the one with text that fits", n)
	}
}
