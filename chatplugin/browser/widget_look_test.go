package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// TestWidget_Keys: the focus goes into the panel and comes back, Esc closes,
// and readers hear what is so.
func TestWidget_Keys(t *testing.T) {
	app, annUser, bob, room := crewed(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.open("/demo/")
	ann.badged("1")
	said := func(label, expanded string) {
		t.Helper()
		ann.wait(label, fmt.Sprintf(`((b) => b.getAttribute("aria-label") === %s && b.getAttribute("aria-expanded") === %s)(%s.querySelector(".launch"))`, js(label), js(expanded), shadow))
	}
	said("Open chat, 1 unread message", "false")
	app.Message(room, bob, "and another")
	said("Open chat, 2 unread messages", "false")
	eval[bool](ann, `(`+shadow+`.querySelector(".launch").focus(), true)`)
	ann.keys(kb.Enter)
	in := ann.inside()
	in.live()
	ann.settled()
	said("Close chat, 2 unread messages", "true")
	ann.wait("the focus in the panel", shadow+`.activeElement?.localName === "iframe"`)
	ann.wait("a named dialog", `((e) => e.getAttribute("role") === "dialog" && e.getAttribute("aria-label") === "Chats")(`+shadow+`.querySelector(".panel"))`)
	in.wait("the focus on the list", `document.activeElement.id === "chat-main"`)

	in.click(".chat-account summary")
	in.wait("the account's menu", `document.querySelector(".chat-account[open]")`)
	ann.keys(kb.Escape) // belongs to the menu, not to the panel
	in.wait("the menu closed", `!document.querySelector(".chat-account[open]")`)
	if !eval[bool](ann, shadow+`.querySelector("[data-open]") !== null`) {
		t.Error("Esc in a menu closed the panel")
	}
	ann.keys(kb.Escape)
	said("Open chat, 2 unread messages", "false")
	ann.wait("the focus back on the button", shadow+`.activeElement?.className === "launch"`)

	// A host's own button instead of ours.
	eval[bool](ann, `(document.querySelector("pocket-chat").setAttribute("hide-launcher", ""), true)`)
	ann.miss("widget .launch")
	ann.click("[data-do=toggle]")
	ann.settled()
	in.live()
	in.click("[data-panel-close]")
	ann.wait("the focus back on the host's button", `document.activeElement.dataset.do === "toggle"`)
}

// TestWidget_Attributes: what the element is told shows at once, in the panel
// as well, and its events say what happens.
func TestWidget_Attributes(t *testing.T) {
	app, annUser, bob, room := crewed(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.runBefore(`addEventListener("DOMContentLoaded", () => { window.heard = [];
		for (const type of ["ready", "open", "close", "unread", "message", "error"]) document.addEventListener(type, (e) => e.target.localName === "pocket-chat" && heard.push(type + " " + JSON.stringify(e.detail)), true) })`)
	ann.open("/demo/crew.html")
	ann.badged("1")
	chat := `document.querySelector("pocket-chat")`
	box := `((r) => r.left < innerWidth / 2 ? "left" : "right")(` + shadow + `.querySelector(".launch").getBoundingClientRect())`
	ann.wait("it at the left", box+` === "left"`)
	for position, side := range map[string]string{"bottom-right": "right", "bottom-start": "left", "bottom-end": "right", "somewhere": "right"} {
		eval[bool](ann, `(`+chat+`.setAttribute("position", `+js(position)+`), true)`)
		ann.wait("it at the "+side, box+` === `+js(side))
	}
	in := ann.opens()
	in.wait("the host's colours", `getComputedStyle(document.documentElement).getPropertyValue("--chat-accent").trim() === "#c2410c"`)
	in.wait("the host's font", `getComputedStyle(document.body).fontFamily.startsWith("Georgia")`)
	in.wait("a dark panel", `document.documentElement.dataset.theme === "dark"`)
	eval[bool](ann, `(`+chat+`.setAttribute("theme", "light"), `+chat+`.style.setProperty("--chat-accent", "rgb(1, 2, 3)"), `+chat+`.refresh(), true)`)
	in.wait("a light panel", `document.documentElement.dataset.theme === "light" && getComputedStyle(document.documentElement).getPropertyValue("--chat-accent") === "rgb(1, 2, 3)"`)
	eval[bool](ann, `(`+chat+`.openRoom(`+js(room)+`), true)`)
	in.at("/chat/widget/" + room + "/")
	in.live()
	in.wait("the same on the next page", `document.documentElement.dataset.theme === "light" && getComputedStyle(document.documentElement).getPropertyValue("--chat-accent") === "rgb(1, 2, 3)"`)
	in.reads("hello Ann")
	ann.badged("")
	app.Message(room, bob, "news")
	in.hears("news")
	ann.badged("")
	eval[bool](ann, `(`+chat+`.removeAttribute("open"), true)`)
	ann.wait("it closed", `heard.at(-1) === "close {}"`)
	app.Message(room, bob, "more news")
	ann.badged("1")
	want := []string{`ready {"viewer":"` + annUser.Id + `","unread":1}`, `unread {"total":1}`, `open {}`, `unread {"total":0}`, `message {"room":"` + room + `"}`, `close {}`, `message {"room":"` + room + `"}`, `unread {"total":1}`}
	got := eval[[]string](ann, `heard.filter((h, i) => h !== heard[i - 1])`)
	for i, line := range want {
		at := strings.Index(strings.Join(got, "\n"), line)
		if at < 0 {
			t.Errorf("event %d, %s, is not among\n%s", i, line, strings.Join(got, "\n"))
		}
	}
	eval[bool](ann, `(`+chat+`.setAttribute("locale", "de"), `+chat+`.setAttribute("open", ""), true)`)
	in.at("/chat/widget/" + room + "/")
	in.live()
}

// TestWidget_Phone: below 480 px the panel is all there is.
func TestWidget_Phone(t *testing.T) {
	app, annUser, _, room := crewed(t)
	ann := arrive(t, app, app.URL, annUser, phone)
	ann.open("/demo/")
	ann.tap("widget .launch")
	ann.settled()
	in := ann.inside()
	in.live()
	ann.wait("the whole screen", `((r) => r.left === 0 && r.top === 0 && Math.abs(r.width - innerWidth) < 1 && Math.abs(r.height - innerHeight) < 1)(`+frame+`.getBoundingClientRect())`)
	ann.miss("widget .launch")
	in.tap("#chat-rooms a >> Bob Castle")
	in.at("/chat/widget/" + room + "/")
	in.live()
	in.wait("a page that fits", fits)
	in.wait("hit areas of 44 px", `[...document.querySelectorAll(".chat-room__header a, .chat-panel-bar :is(a, button)")].filter((e) => e.checkVisibility())
		.every((e) => e.getBoundingClientRect().height >= 44 && e.getBoundingClientRect().width >= 44)`)
	in.tap("#chat-body")
	in.keys("from the phone")
	in.tap(".chat-send")
	in.reads("hello Ann", "from the phone")
	in.tap("[data-panel-close]")
	ann.see("widget .launch")
}

// TestWidget_NoShift: nothing moves when the button, the badge and the panel
// come.
func TestWidget_NoShift(t *testing.T) {
	app, annUser, bob, room := crewed(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.runBefore(`window.shifts = []; new PerformanceObserver((list) => shifts.push(...list.getEntries().map((e) => e.value))).observe({ type: "layout-shift", buffered: true })`)
	ann.open("/demo/crew.html")
	ann.badged("1")
	app.Message(room, bob, "more")
	ann.badged("2")
	ann.opens()
	// The observer works: something that moves is seen.
	before := eval[float64](ann, "shifts.reduce((a, b) => a + b, 0)")
	eval[bool](ann, `(document.querySelector("h1").style.setProperty("margin-top", "300px"), true)`)
	ann.wait("a shift of the test's own", fmt.Sprintf("shifts.reduce((a, b) => a + b, 0) > %g", before))
	if before != 0 {
		t.Errorf("the page shifted by %g", before)
	}
}

// hostPage serves a host's page of a test's own, from another origin.
func hostPage(t *testing.T, html string, headers ...string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><html lang=en><title>A host</title><body>" + strings.ReplaceAll(html, "APP", r.URL.Query().Get("app"))))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestWidget_ForeignFrame: a page that is on nobody's list holds no panel, and
// one that is holds all of it.
func TestWidget_ForeignFrame(t *testing.T) {
	stranger := hostPage(t, `<iframe src="APP/chat/widget/"></iframe>`)
	friend := hostPage(t, `<script src="APP/chat/widget.js" defer></script>`)
	app := chattest.NewApp(t, chatplugin.Config{AppName: "Harbour", AllowedOrigins: []string{friend}}).Serve()
	users := app.Users("Ann Berg", "Bob Castle")
	room := app.Direct(users[0], users[1])
	app.Message(room, users[1], "hello Ann")

	ann := arrive(t, app, app.URL, users[0], desktop)
	// The last is what Chromium says of any field with autofocus in such a frame.
	ann.expect("frame-ancestors", "favicon.ico", "Blocked autofocusing")
	ann.do(chromedp.Navigate(stranger + "/?app=" + app.URL))
	eventually(t, "the refusal", func() bool {
		framed, err := try[bool](ann, `document.readyState === "complete" && document.querySelector("iframe").contentDocument === null`)
		return err == nil && framed
	})

	ann.do(chromedp.Navigate(friend + "/?app=" + app.URL))
	ann.badged("1")
	app.Message(room, users[1], "once more")
	ann.badged("2")
	ann.click("widget .launch")
	ann.settled()
	ann.wait("the panel to speak", shadow+`.querySelector("iframe.here")`)
	eval[bool](ann, `(document.querySelector("pocket-chat").openRoom(`+js(room)+`), true)`)
	eventually(t, "the room read in the panel", func() bool { return app.Unread(users[0]) == 0 })
	ann.badged("")
	ann.expect("status of 401", noSocket)
	eval[bool](ann, `document.querySelector("pocket-chat").signOut().then(() => true)`)
	ann.gone()
}
