package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"pocketchat/chatplugin/chattest"
)

// asked are the addresses of the chat that the page itself has asked for.
const asked = `performance.getEntriesByType("resource").map((e) => new URL(e.name)).filter((u) => u.pathname.startsWith("/chat/")).map((u) => u.pathname)`

// TestWidget_Guest: somebody who is not signed in sees nothing, and loads the
// loader and one answer.
func TestWidget_Guest(t *testing.T) {
	app, annUser, bob, room := crewed(t)
	ann := newPerson(t, app.URL, "Ann Berg", desktop)
	ann.open("/demo/")
	ann.wait("the two of them", `JSON.stringify(`+asked+`) === '["/chat/widget.js","/chat/widget-state/"]'`)
	ann.gone()

	// The host signs its people in by itself: the page needs no reload.
	eval[bool](ann, "(window.here = true)")
	eval[bool](ann, fmt.Sprintf(`fetch("/chat/session/", { method: "POST", headers: { Authorization: %s } }).then((r) => r.status === 204)`, js(app.Token(annUser))))
	ann.badged("1")
	app.Message(room, bob, "are you there?")
	ann.badged("2")

	// And out.
	eval[bool](ann, `fetch("/chat/session/", { method: "DELETE" }).then((r) => r.status === 204)`)
	ann.gone()

	// By a page of the chat, in another tab.
	other := ann.another(desktop)
	other.open("/chat/sign-in/")
	other.enter("[name=identity]", annUser.Email())
	other.enter("[name=password]", chattest.Password)
	other.keys(kb.Enter)
	other.at("/chat/")
	ann.badged("2")
	if !eval[bool](ann, "window.here") {
		t.Error("the page was loaded anew")
	}
}

// TestWidget_SignOut: wherever somebody signs out, nothing of theirs stays.
func TestWidget_SignOut(t *testing.T) {
	for name, out := range map[string]func(p, in, other *person){
		"in the panel": func(p, in, other *person) {
			in.click(".chat-room__back")
			in.at("/chat/widget/")
			in.live()
			in.click(".chat-account summary")
			in.click(".chat-account__panel button >> Sign out")
		},
		"by the host's page": func(p, in, other *person) { p.click("[data-do=signOut]") },
		"in another tab": func(p, in, other *person) {
			other.click(".chat-account summary")
			other.click(".chat-account__panel button >> Sign out")
			other.at("/chat/sign-in/")
		},
	} {
		t.Run(name, func(t *testing.T) {
			app, annUser, _, room := crewed(t)
			ann := arrive(t, app, app.URL, annUser, desktop)
			ann.expect("status of 401", noSocket, lateMark)
			ann.open("/demo/")
			other := ann.another(desktop)
			other.open("/chat/")
			other.live()
			in := ann.opens()
			in.click("#chat-rooms a >> Bob Castle")
			in.at("/chat/widget/" + room + "/")
			in.live()
			in.click("#chat-body")
			in.keys("a draft of mine")
			ann.wait("the draft kept", `Object.entries(localStorage).flat().some((s) => s.includes("a draft of mine"))`)

			other.expect("status of 401", noSocket)
			out(ann, in, other)
			ann.gone()
			ann.wait("nothing left", "!("+left("a draft of mine")+") && !("+left("hello Ann")+")")
			ann.wait("nobody's name in the element", `!`+shadow+`.querySelector(".launch").hasAttribute("aria-label")`)
			if eval[bool](ann, `Object.values(localStorage).includes(`+js(annUser.Id)+`)`) {
				t.Error("the browser still says whose it was")
			}
		})
	}
}

// TestF19_WidgetOfTheNext: one signs out, another signs in, and the page of the
// host never goes away.
func TestF19_WidgetOfTheNext(t *testing.T) {
	app, annUser, _, room := crewed(t)
	cleo := app.User("Cleo Dorn")
	p := arrive(t, app, app.URL, annUser, desktop)
	p.open("/demo/")
	p.badged("1")
	in := p.opens()
	in.click("#chat-rooms a >> Bob Castle")
	in.at("/chat/widget/" + room + "/")
	in.live()
	in.click("#chat-body")
	in.keys("a draft of mine")
	p.wait("the draft kept", `Object.entries(localStorage).flat().some((s) => s.includes("a draft of mine"))`)
	p.expect("status of 401", noSocket, lateMark)
	p.click("[data-do=signOut]")
	p.gone()
	eval[bool](p, fmt.Sprintf(`fetch("/chat/session/", { method: "POST", headers: { Authorization: %s } }).then((r) => r.status === 204)`, js(app.Token(cleo))))
	p.badged("")
	p.name = "Cleo Dorn"
	eval[bool](p, `(document.getElementById("log").textContent = "", true)`) // the host's own
	in = p.opens()
	in.see(".chat-empty__title >> No conversations yet")
	for _, text := range []string{"a draft of mine", "hello Ann", annUser.Id, "Bob Castle"} {
		p.wait("nothing left of "+text, "!("+left(text)+")")
		in.wait("nothing left of "+text, "!("+left(text)+")")
	}

	// The other way round, without a word to the page: another's cookie.
	p.signIn(app, annUser)
	eval[bool](p, `(document.dispatchEvent(new Event("visibilitychange")), document.querySelector("pocket-chat").refresh(), true)`)
	p.badged("")
	in = p.inside()
	p.wait("Cleo's panel gone", `!`+shadow+`.querySelector("[data-open]")`)
	p.opens()
	in.see("#chat-rooms a >> Bob Castle")
}
