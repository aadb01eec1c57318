package browser

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestWidget_WhileTheFullPageFollows is what it is all for: somebody writes in
// the corner of a host's page, and the full pages of both follow.
func TestWidget_WhileTheFullPageFollows(t *testing.T) {
	app, annUser, bobUser, room := crewed(t)
	ann := arrive(t, app, app.URL, annUser, desktop)
	bob := arrive(t, app, app.URL, bobUser, desktop)
	ann.open("/demo/")
	ann.badged("1")
	if n := app.Unread(annUser); n != 1 {
		t.Fatalf("a closed widget reads: %d unread, not 1", n)
	}
	full := ann.another(desktop)
	full.open("/chat/")
	full.live()
	full.row("Bob Castle", 1)
	bob.open("/chat/" + room + "/")
	bob.live()

	steps := eval[int](ann, "history.length")
	panel := ann.opens()
	panel.row("Bob Castle", 1)
	panel.click("#chat-rooms a >> Bob Castle")
	panel.at("/chat/widget/" + room + "/")
	panel.live()
	panel.reads("hello Ann")
	ann.badged("")
	full.row("Bob Castle", 0)
	panel.say("from the corner")
	panel.reads("hello Ann", "from the corner")
	bob.reads("hello Ann", "from the corner")
	full.see("[data-preview] >> from the corner")
	bob.say("from the full page")
	panel.reads("hello Ann", "from the corner", "from the full page")

	full.click("#chat-rooms a >> Bob Castle")
	full.live()
	full.say("by myself, elsewhere")
	panel.hears("by myself, elsewhere")
	if n := eval[int](ann, "history.length"); n != steps {
		t.Errorf("the panel left %d steps in the page's history", n-steps)
	}
}

// TestWidget_AllThatPagesDo: new chats, groups, details, changes, leaving: all
// of it stays in the panel, and leaves the page's history alone.
func TestWidget_AllThatPagesDo(t *testing.T) {
	app, annUser, bobUser, _ := crewed(t)
	cleo := app.User("Cleo Dorn")
	ann := arrive(t, app, app.URL, annUser, desktop)
	ann.open("/demo/")
	steps := eval[int](ann, "history.length")
	panel := ann.opens()

	panel.click("[aria-label='New chat']")
	panel.at("/chat/widget/new/")
	panel.live()
	panel.wait("the focus in the first field", `document.activeElement.id === "new-email"`)
	panel.enter("#new-email", "nobody@example.com")
	ann.expect(refusedForm)
	panel.keys(kb.Enter)
	panel.see("[role=alert] >> Nobody can be reached")
	panel.enter("#new-email", cleo.Email())
	panel.see("#chat-check >> Cleo Dorn")
	panel.keys(kb.Enter)
	panel.at("/chat/widget/[a-z0-9]{15}/")
	panel.see("#chat-title >> Cleo Dorn")
	panel.live()

	panel.click(".chat-room__back")
	panel.at("/chat/widget/")
	panel.live()
	panel.click("[aria-label='New group']")
	panel.at("/chat/widget/new-group/")
	panel.live()
	panel.enter("#group-name", "Crew")
	panel.enter("[data-members] > :nth-child(1) input", cleo.Email())
	panel.click("button >> Create group")
	panel.at("/chat/widget/[a-z0-9]{15}/")
	panel.see("#chat-title >> Crew")
	panel.live()
	room := panel.room()

	// The header comes new by the socket, with links as full pages have them.
	panel.click(".chat-room__who")
	panel.at("/chat/widget/" + room + "/info/")
	panel.click("a >> Edit")
	panel.at("/chat/widget/" + room + "/edit/")
	panel.live()
	panel.enter("#edit-name", "Deck crew")
	panel.click(".chat-form__actions button >> Save")
	panel.at("/chat/widget/" + room + "/info/")
	panel.click("header [aria-label=Back]")
	panel.at("/chat/widget/" + room + "/")
	panel.live()
	panel.see("#chat-title >> Deck crew")
	app.Message(room, cleo, "aye")
	panel.hears("aye")
	if err := app.Chat.Kick(room, cleo.Id); err != nil {
		t.Fatal(err)
	}
	panel.see("[data-members-text] >> 1 member")
	panel.click("[aria-label=Details]")
	panel.at("/chat/widget/" + room + "/info/")
	panel.live()
	panel.click("summary >> Leave")
	panel.click("[action$='/leave/'] button")
	panel.at("/chat/widget/")
	panel.live()
	panel.row("Bob Castle", 1)
	app.Message(app.Group("Galley", bobUser, annUser), bobUser, "soup")
	panel.row("Galley", 1)
	panel.click("#chat-rooms a >> Galley")
	panel.hears("soup")
	panel.at("/chat/widget/[a-z0-9]{15}/")
	if n := eval[int](ann, "history.length"); n != steps {
		t.Errorf("the panel left %d steps in the page's history", n-steps)
	}
}
