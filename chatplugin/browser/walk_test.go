package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestWalk is the way of three people from signing up to an empty list, all by
// the pages.
func TestWalk(t *testing.T) {
	app := serve(t)
	ann := newPerson(t, app.URL, "Ann Berg", desktop)
	bob := newPerson(t, app.URL, "Bob Castle", desktop)
	cleo := newPerson(t, app.URL, "Cleo Dorn", desktop)
	ann.signUp("ann@example.com")
	bob.signUp("bob@example.com")
	cleo.signUp("cleo@example.com")
	for _, step := range []struct {
		name string
		walk func(ann, bob, cleo *person)
	}{
		{"a direct chat by e-mail", walkDirect},
		{"live both ways", walkLive},
		{"unread counts", walkUnread},
		{"a group of three", walkGroup},
		{"renamed and changed", walkEdit},
		{"removed, and left", walkLeave},
		{"deleted for me", walkDelete},
		{"deleted for everyone", walkDeleteGroup},
		{"signed out", walkSignOut},
	} {
		if t.Failed() {
			return
		}
		t.Run(step.name, func(t *testing.T) {
			for _, p := range []*person{ann, bob, cleo} {
				p.t = t
			}
			step.walk(ann, bob, cleo)
		})
		for _, p := range []*person{ann, bob, cleo} {
			p.t = t
			p.once()
		}
	}
}

func walkDirect(ann, bob, _ *person) {
	ann.see(".chat-empty__title >> No conversations yet")
	ann.live()
	bob.live()
	ann.click(".chat-aside__header [data-dialog=chat-new-direct]")
	ann.see("dialog[open] h2 >> New chat")

	ann.enter("#new-email", "nobody@example.com")
	ann.see("#chat-check >> Nobody here has this address.")
	ann.expect(refusedForm)
	ann.click("#chat-new-direct button >> Start chat")
	ann.see("#chat-new-direct .chat-field__problem")
	ann.wait("what was typed", `document.querySelector("#new-email").value === "nobody@example.com"`)

	ann.enter("#new-email", "bob@example.com")
	ann.see("#chat-check >> That is Bob Castle.")
	ann.keys(kb.Enter)
	ann.at("/chat/[a-z0-9]{15}/")
	ann.see("#chat-title >> Bob Castle")
	ann.see(".chat-begin__hint >> Say hello.")
	ann.live()
}

func walkLive(ann, bob, _ *person) {
	bob.see(".chat-empty__title >> No conversations yet") // a chat with nothing in it is its opener's alone
	ann.say("Hello Bob")
	ann.reads("Hello Bob")
	ann.see("[data-receipt] >> Sent")
	ann.miss(".chat-begin__hint >> Say hello.")
	bob.row("Ann Berg", 1)
	bob.titled("(1) Chats · Harbour")

	bob.click("#chat-rooms a >> Ann Berg")
	bob.at("/chat/[a-z0-9]{15}/")
	bob.reads("Hello Bob")
	bob.live()
	ann.see("[data-online-text] >> Online")
	bob.see("[data-online-text] >> Online")
	ann.see("[data-receipt] >> Read")
	bob.titled("Ann Berg · Harbour")

	bob.click("#chat-body")
	bob.keys("Good mor")
	ann.see("[data-typing] >> Bob Castle is typing…")
	ann.wait("that who types takes the place of who is here", `document.querySelector("[data-online-text]").hidden`)
	bob.keys("ning\r")
	ann.reads("Hello Bob", "Good morning")
	ann.miss("[data-typing]")
	bob.see("[data-receipt] >> Read")

	bob.click("#chat-body")
	bob.keys("two")
	bob.keys(kb.Enter, kb.ModifierShift)
	bob.keys("lines\r")
	ann.reads("Hello Bob", "Good morning", "two\nlines")
	ann.say("**bold** and <b>plain</b>")
	bob.wait("bold text as bold and tags as text", `document.querySelector("#messages .chat-message:last-child strong")?.textContent === "bold" && !document.querySelector("#messages b")`)
}

func walkUnread(ann, bob, _ *person) {
	bob.click(".chat-aside__title a")
	bob.at("/chat/")
	bob.live()
	ann.see(`[data-room-page][data-online="1"]`)
	ann.miss("[data-online-text] >> Online")
	ann.say("one more")
	ann.say("and another")
	bob.row("Ann Berg", 2)
	bob.titled("(2) Chats · Harbour")
	bob.wait("the total beside the heading", `document.querySelector(".chat-aside__header [data-unread-total]").textContent === "2"`)
	bob.see("[data-preview] >> and another")
	ann.row("Bob Castle", 0)

	second := bob.another(desktop)
	second.open("/chat/")
	second.row("Ann Berg", 2)
	second.live()
	bob.click("#chat-rooms a >> Ann Berg")
	bob.hears("and another")
	ann.see("[data-receipt] >> Read")
	second.row("Ann Berg", 0)
	second.titled("Chats · Harbour")
}

func walkSignOut(ann, _, _ *person) {
	ann.open("/chat/")
	ann.click(".chat-account summary")
	ann.click(".chat-account__panel button >> Sign out")
	ann.at("/chat/sign-in/")
	ann.see("h1 >> Sign in to Harbour")
	ann.open("/chat/")
	ann.at("/chat/sign-in/")
	ann.enter("[name=identity]", "ann@example.com")
	ann.expect(refusedForm, "status of 400", "status of 401")
	ann.enter("[name=password]", "not the password")
	ann.keys(kb.Enter)
	ann.see("[role=alert]")
	ann.wait("what was typed, but for the password", `document.querySelector("[name=identity]").value === "ann@example.com" && document.querySelector("[name=password]").value === ""`)
	ann.enter("[name=password]", "correct horse battery")
	ann.keys(kb.Enter)
	ann.at("/chat/")
	ann.see("h1 >> Chats")
}
