package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin"
	"pocketchat/chatplugin/chattest"
)

// TestWidget_HostileStyles: rules for every element reach nothing of the widget,
// and the widget changes nothing of the page.
func TestWidget_HostileStyles(t *testing.T) {
	app, annUser, _, _ := crewed(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.runBefore(`window.names = new Set(Object.getOwnPropertyNames(window))`)
	ann.open("/demo/")
	ann.badged("1")
	in := ann.opens()
	box := func(what, want string) {
		t.Helper()
		ann.wait(what, fmt.Sprintf(`JSON.stringify(((r) => [innerWidth - r.right, innerHeight - r.bottom, r.width, r.height])(%s)) === %s`, what, js(want)))
	}
	places := func() {
		t.Helper()
		box(shadow+`.querySelector(".launch").getBoundingClientRect()`, "[16,16,56,56]")
		box(shadow+`.querySelector(".panel").getBoundingClientRect()`, "[16,84,400,640]")
		box(frame+`.getBoundingClientRect()`, "[16,84,400,640]")
	}
	places()
	styles := `JSON.stringify(["color", "fontSize", "letterSpacing", "outlineStyle", "textTransform", "display", "direction", "visibility"].map((name) =>
		["pocket-chat", ".root", ".launch", ".badge", "svg", ".panel", "iframe"].map((s) => getComputedStyle(` + shadow + `.querySelector(s) ?? document.querySelector("pocket-chat"))[name])))`
	before := eval[string](ann, styles)
	ann.click("[data-worst]")
	ann.wait("the page without a style", `getComputedStyle(document.querySelector(".message")).borderStyle === "none"`)
	places()
	if after := eval[string](ann, styles); after != before {
		t.Errorf("the page's rules changed the widget:\n%s\n%s", before, after)
	}
	in.wait("the list as it was", `getComputedStyle(document.querySelector(".chat-row__link")).display === "grid"`)
	ann.click("widget .launch")
	ann.wait("it closed", `!`+shadow+`.querySelector("[data-open]")`)

	// Nor is the page changed: no global but the element's name in the registry,
	// no style, no attribute.
	globals := eval[[]string](ann, `Object.getOwnPropertyNames(window).filter((n) => !names.has(n) && !["names", "htmx"].includes(n) && isNaN(n))`)
	if len(globals) > 0 {
		t.Errorf("globals of the page's that were not there: %q", globals)
	}
	if n := eval[int](ann, `document.adoptedStyleSheets.length + document.querySelectorAll("style, [style]").length`); n > 0 {
		t.Errorf("%d styles of the page's that were not there", n)
	}
	if version := eval[string](ann, "htmx.version"); !strings.HasPrefix(version, "2.") {
		t.Errorf("the page's htmx became %s", version)
	}
}

// withHost serves one more page of the host's, under a policy.
func withHost(app *chattest.App, path, policy, head string) {
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Router.GET(path, func(e *core.RequestEvent) error {
			e.Response.Header().Set("Content-Security-Policy", policy)
			return e.HTML(200, `<!DOCTYPE html><html lang="en"><title>A host</title>`+head+`<script src="/chat/widget.js" defer></script><body><p>A page</p>`)
		})
		return e.Next()
	})
}

// TestWidget_Policies: the strictest policy that lets it pass, and what a host
// hears when something is missing.
func TestWidget_Policies(t *testing.T) {
	const least = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
	app := chattest.NewApp(t, chatplugin.Config{AppName: "Harbour"})
	withHost(app, "/least", least, "")
	withHost(app, "/no-frame", strings.Replace(least, "frame-src 'self'; ", "", 1), "")
	withHost(app, "/no-connect", strings.Replace(least, "connect-src 'self'; ", "", 1), "")
	app.Serve()
	users := app.Users("Ann Berg", "Bob Castle")
	room := app.Direct(users[0], users[1])
	app.Message(room, users[1], "hello Ann")
	ann := arrive(t, app, app.URL, users[0], desktop)
	ann.open("/least")
	ann.badged("1")
	app.Message(room, users[1], "live")
	ann.badged("2")
	in := ann.opens()
	in.row("Bob Castle", 2)

	ann.expect("favicon", "Content Security Policy", "pocket-chat: the Content-Security-Policy of this page stops the chat. Allow 'self' in its (frame|connect)-src\\. ")
	warned := func(directive string) {
		t.Helper()
		ann.wait("the error "+directive, `window.failed === `+js(directive))
	}
	ann.runBefore(`addEventListener("error", (e) => window.failed = e.detail?.directive, true)`)
	ann.open("/no-frame")
	ann.badged("2")
	ann.click("widget .launch")
	warned("frame-src")
	ann.open("/no-connect")
	warned("connect-src")
	ann.gone()
}

// TestWidget_BlockedStorage: a browser that refuses storage, in the page and in
// the panel, breaks neither.
func TestWidget_BlockedStorage(t *testing.T) {
	app, annUser, bob, room := crewed(t)
	s := desktop
	s.before = `for (const kind of ["localStorage", "sessionStorage"]) Object.defineProperty(window, kind, { get() { throw new DOMException("blocked", "SecurityError") } });
		window.BroadcastChannel = class { constructor() { throw new DOMException("blocked", "SecurityError") } }`
	ann := arrive(t, app, app.URL, annUser, s)
	ann.open("/demo/crew.html")
	if eval[bool](ann, `(() => { try { return Boolean(localStorage) } catch { return false } })()`) {
		t.Fatal("the premise does not hold: there is storage")
	}
	ann.badged("1")
	ann.click("widget .launch")
	ann.settled()
	ann.wait("the panel to speak", shadow+`.querySelector("iframe.here")`)
	eval[bool](ann, `(document.querySelector("pocket-chat").openRoom(`+js(room)+`), true)`)
	open := func(expression string) string {
		return `((document) => ` + expression + `)(` + frame + `.contentDocument)`
	}
	ann.wait("the room", open(`document.querySelector("[data-live] #messages .chat-bubble")?.innerText.trim() === "hello Ann"`))
	ann.keys("written all the same\r")
	ann.wait("it sent", open(bubbles+`.at(-1) === "written all the same" && !document.querySelector("[data-pending]")`))
	app.Message(room, bob, "and answered")
	ann.wait("the answer", open(bubbles+`.at(-1) === "and answered"`))
	ann.expect("status of 401", noSocket) // a read mark may be on its way
	eval[bool](ann, `document.querySelector("pocket-chat").signOut().then(() => true)`)
	ann.gone()
}

// TestF11_ClosedWidget: what comes while the panel is closed stays unread, be
// it the panel's open room.
func TestF11_ClosedWidget(t *testing.T) {
	app, annUser, bob, room := crewed(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.open("/demo/")
	in := ann.opens()
	in.click("#chat-rooms a >> Bob Castle")
	in.at("/chat/widget/" + room + "/")
	in.live()
	eventually(t, "what is in view read", func() bool { return app.Unread(annUser) == 0 })
	ann.click("widget .launch")
	ann.wait("it closed", `!`+shadow+`.querySelector("[data-open]")`)
	app.Message(room, bob, "seen by nobody")
	in.hears("seen by nobody")
	ann.badged("1")
	app.Message(room, bob, "nor this") // a mark would cover both
	ann.badged("2")
	// Not even with the focus in the frame.
	eval[bool](ann, `(`+frame+`.contentWindow.focus(), true)`)
	in.hears("nor this")
	app.Message(room, bob, "nor that")
	ann.badged("3")
	if n := app.Unread(annUser); n != 3 {
		t.Errorf("a closed widget read: %d unread, not 3", n)
	}
	ann.click("widget .launch")
	eventually(t, "all read once it is open", func() bool { return app.Unread(annUser) == 0 })
	ann.badged("")
}

// TestF05_InTheWidget: one bubble, whatever comes first, and what waits
// survives a swap of the host's page.
func TestF05_InTheWidget(t *testing.T) {
	app := yard(t)
	users := app.Users("Ann Berg", "Bob Castle")
	room := app.Direct(users[0], users[1])
	wire := newWire(t, app.URL)
	ann := arrive(t, app, wire.URL, users[0], desktop)
	ann.expect(noNetwork, noSocket)
	ann.open("/demo/")
	in := ann.opens()
	in.click("#chat-rooms a >> Bob Castle")
	in.at("/chat/widget/" + room + "/")
	in.live()

	held := ann.holds("*/send/", fetch.RequestStageResponse)
	in.say("echo first")
	answer := <-held
	in.wait("the echo in the bubble's place", placed)
	in.reads("echo first")
	answer.pass()
	ann.lets()
	in.reads("echo first")

	wire.hold(true)
	in.say("answer first")
	in.wait("the answer in the bubble's place", `[...document.querySelectorAll("#messages > [data-seq] .chat-bubble")].length === 2`)
	wire.hold(false)
	in.reads("echo first", "answer first")

	wire.fail(true)
	in.say("waits for the network")
	in.see("[data-offline]")
	eval[bool](ann, `(document.querySelector("pocket-chat").close(), true)`)
	wire.fail(false)
	eventually(t, "it sent while the panel is closed", func() bool { return app.Find("chat_rooms", room).GetInt("posts") == 3 })
	ann.click("[data-do=toggle]")
	in.reads("echo first", "answer first", "waits for the network")

	held = ann.holds("*/send/", fetch.RequestStageRequest)
	in.say("on its way at a swap")
	<-held
	in.wait("it on its way", `document.querySelectorAll("[data-pending]").length === 1`)
	ann.lets()
	ann.click("nav a >> Tides")
	ann.see("h1 >> Tides")
	ann.settled()
	in.live()
	in.reads("echo first", "answer first", "waits for the network", "on its way at a swap")
	in.wait("nothing on its way", `!document.querySelector("[data-pending]")`)
	if n := app.Find("chat_rooms", room).GetInt("posts"); n != 4 {
		t.Errorf("the room holds %d messages, not 4", n)
	}
	in.once()
}

// TestF24_ManyTabs: ten tabs of one person on HTTP/1.1, each with the widget and
// some with an open panel, all stay live, and the page still loads things.
func TestF24_ManyTabs(t *testing.T) {
	app, annUser, bob, room := crewed(t)
	first := arrive(t, app, app.URL, annUser, desktop)
	tabs := []*person{first}
	for range 9 {
		tabs = append(tabs, first.another(desktop))
	}
	for i, tab := range tabs {
		tab.open("/demo/")
		tab.badged("1")
		if i%3 == 0 {
			tab.opens()
		}
	}
	if protocol := eval[string](first, `performance.getEntriesByType("navigation")[0].nextHopProtocol`); protocol != "http/1.1" {
		t.Fatalf("the premise does not hold: %s", protocol)
	}
	app.Message(room, bob, "to all of you")
	for _, tab := range tabs {
		tab.badged("2")
	}
	// Not one of them holds back what the others ask for.
	for _, tab := range tabs {
		if !eval[bool](tab, `fetch("/chat/list-partial/", { headers: { "HX-Request": "true" } }).then((r) => r.ok)`) {
			t.Error("a tab cannot ask for anything any more")
		}
	}
	in := first.inside()
	in.click("#chat-rooms a >> Bob Castle")
	in.live()
	in.hears("to all of you")
	for _, tab := range tabs {
		tab.badged("")
	}
}
