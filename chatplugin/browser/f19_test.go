package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"pocketchat/chatplugin/chattest"
)

// left is an expression for whatever of a text is left in the browser: what is
// shown, what was typed, what is stored.
func left(text string) string {
	return `[document.documentElement.outerHTML, ...[...document.querySelectorAll("input, textarea")].map((e) => e.value),
		...Object.entries(localStorage).flat(), ...Object.entries(sessionStorage).flat()].some((s) => s.includes(` + js(text) + `))`
}

// TestF19_SharedBrowser: of somebody who signed out nothing is left for the
// next one.
func TestF19_SharedBrowser(t *testing.T) {
	app := serve(t)
	users := app.Users("Ann Berg", "Bob Castle")
	annUser, bob := users[0], users[1]
	room := app.Direct(annUser, bob)
	app.Message(room, bob, "between us")

	p := newPerson(t, app.URL, "Ann Berg", desktop)
	p.enterAs(annUser.Email())
	p.click("#chat-rooms a >> Bob Castle")
	p.reads("between us")
	p.live()
	p.click("#chat-body")
	p.keys("a draft of mine")
	p.wait("the draft kept", `Object.entries(localStorage).flat().some((s) => s.includes("a draft of mine"))`)
	p.open("/chat/")
	p.see("[data-preview] >> Draft: a draft of mine")
	other := p.another(desktop) // a page that stays open, of the same browser
	other.open("/chat/" + room + "/")
	other.wait("the draft", `document.querySelector("#chat-body").value === "a draft of mine"`)
	other.live()

	p.click(".chat-account summary")
	p.click(".chat-account__panel button >> Sign out")
	p.at("/chat/sign-in/")
	other.expect("status of 401", gone, noSocket)
	other.see("[data-signed-out] >> You’re signed out.")
	p.wait("nothing left", "!("+left("a draft of mine")+") && !("+left("between us")+") && !("+left(annUser.Id)+")")

	p.name = "Cleo Dorn"
	cleo := app.User("Cleo Dorn")
	p.enterAs(cleo.Email())
	p.see(".chat-empty__title >> No conversations yet")
	nothing := "!(" + left("a draft of mine") + ") && !(" + left("between us") + ") && !(" + left(annUser.Id) + ") && !(" + left("Bob Castle") + ")"
	p.wait("nothing left of Ann", nothing)
	other.wait("nothing left of Ann in the page that stayed open", nothing)

	// Nor by going back to where Ann was.
	p.expect(gone)
	for range eval[int](p, "history.length") - 2 {
		before := p.where()
		eval[bool](p, "(window.left = true, history.back(), true)")
		p.wait("the page before "+before, `!window.left && document.readyState === "complete"`)
		p.wait("nothing left of Ann", nothing)
	}
}

// enterAs signs in by the page.
func (p *person) enterAs(email string) {
	p.t.Helper()
	p.open("/chat/sign-in/")
	p.enter("[name=identity]", email)
	p.enter("[name=password]", chattest.Password)
	p.keys(kb.Enter)
	p.at("/chat/")
}
