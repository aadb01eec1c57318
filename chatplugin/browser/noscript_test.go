package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestWithoutScript: everything that needs no live socket works by links and
// forms alone.
func TestWithoutScript(t *testing.T) {
	app := serve(t)
	bob := app.User("Bob Castle")
	s := desktop
	s.noScript = true
	ann := newPerson(t, app.URL, "Ann Berg", s)
	ann.signUp("ann@example.com")
	if eval[bool](ann, `document.body.hasAttribute("data-live") || !!window.htmx`) {
		t.Fatal("the premise does not hold: scripts run")
	}
	ann.see(".chat-empty__title >> No conversations yet")

	ann.click(".chat-aside__header a[aria-label='New chat']")
	ann.at("/chat/new/")
	ann.expect(refusedForm)
	ann.enter("#new-email", "nobody@example.com")
	ann.keys(kb.Enter)
	ann.see("[role=alert]")
	ann.wait("what was typed", `document.querySelector("#new-email").value === "nobody@example.com"`)
	ann.enter("#new-email", bob.Email())
	ann.click("button >> Start chat")
	ann.at("/chat/[a-z0-9]{15}/")
	ann.see("#chat-title >> Bob Castle")
	room := ann.room()
	ann.click("#chat-body")
	ann.keys("Hello without a script")
	ann.click(".chat-send")
	ann.hears("Hello without a script")
	ann.at("/chat/" + room + "/")
	withMessages(ann, room)

	for i := range 70 {
		app.Message(room, bob, fmt.Sprintf("answer %d", i+1))
	}
	ann.open("/chat/")
	ann.row("Bob Castle", 70)
	ann.titled("(70) Chats · Harbour")
	ann.click("#chat-rooms a >> Bob Castle")
	ann.see("a >> Jump to the latest") // it opens where reading stopped
	ann.click("a >> Jump to the latest")
	ann.hears("answer 70")
	first := eval[int](ann, `Number(document.querySelector("#messages > [data-seq]").dataset.seq)`)
	ann.click("[data-load-older]")
	ann.wait("older messages", fmt.Sprintf(`Number(document.querySelector("[data-seq]").dataset.seq) < %d`, first))
	ann.open("/chat/" + room + "/?latest=1")
	ann.click("button >> Mark as read")
	ann.wait("it marked", `document.readyState === "complete" && !document.querySelector(".chat-composer__read")`)
	ann.open("/chat/")
	ann.row("Bob Castle", 0)

	ann.click(".chat-aside__header a[aria-label='New group']")
	ann.at("/chat/new-group/")
	ann.enter("#group-name", "Crew")
	ann.enter("[data-members] > :nth-child(1) input", bob.Email())
	ann.enter("[data-members] > :nth-child(2) input", "nobody@example.com")
	ann.miss("[data-add-member]")
	ann.click("button >> Create group")
	ann.see("[role=alert] >> nobody@example.com")
	ann.wait("what was typed", `document.querySelector("#group-name").value === "Crew"`)
	ann.enter("[data-members] > :nth-child(2) input", app.User("Cleo Dorn").Email())
	ann.click("button >> Create group")
	ann.at("/chat/[a-z0-9]{15}/")
	ann.told("Ann Berg created the group “Crew”")

	ann.click(".chat-room__header a[aria-label=Details]")
	ann.click("a >> Edit group")
	ann.enter("#edit-name", "Night crew")
	ann.click("form:has([value=details]) button >> Save")
	ann.at("/chat/[a-z0-9]{15}/info/")
	ann.see(".chat-info__title >> Night crew")
	ann.click("a >> Edit group")
	ann.click("button[aria-label='Remove Cleo Dorn']")
	ann.wait("Cleo gone", `document.readyState === "complete" && !(`+member("Cleo Dorn")+`)`)

	ann.click("a[aria-label=Back]")
	ann.click("summary >> Leave group")
	ann.click(".chat-confirm__form button >> Leave group")
	ann.at("/chat/")
	ann.miss("#chat-rooms .chat-row__name >> Night crew")

	ann.click(".chat-account summary")
	ann.click(".chat-account__panel button >> Sign out")
	ann.at("/chat/sign-in/")
	ann.enterAs("ann@example.com")
	ann.see("#chat-rooms .chat-row__name >> Bob Castle")
}

// withMessages does with a message what there is to do, by the page that its
// time leads to.
func withMessages(ann *person, room string) {
	ann.click("#messages .chat-message:last-child a.chat-time")
	ann.see("h1 >> Message")
	ann.enter("#edit-message", "")
	ann.click("form[data-edit-form] button >> Save")
	ann.see("[role=alert] >> Write something first.")
	ann.enter("#edit-message", "Hello, *edited*")
	ann.click("form[data-edit-form] button >> Save")
	ann.at("/chat/" + room + "/")
	ann.hears("Hello, edited")
	ann.click("#messages .chat-message:last-child a.chat-time")
	ann.click(".chat-quick__one >> 🎉")
	ann.see("#messages .chat-reaction >> 1")
	ann.click("#messages .chat-reaction")
	ann.wait("it taken back", `document.readyState === "complete" && !document.querySelector(".chat-reaction")`)

	ann.click("#messages .chat-message:last-child a.chat-time")
	ann.click("a >> Reply")
	ann.see("[data-composer-strip] >> Replying to Ann Berg")
	ann.click("#chat-body")
	ann.keys("As I said")
	ann.picks(file(ann.t, "note.txt", []byte("a note")))
	ann.click(".chat-send")
	ann.hears("As I said")
	ann.see(".chat-quote >> Hello, edited")
	ann.see(".chat-file >> note.txt")
	ann.click("#messages .chat-message:last-child .chat-quote")
	ann.wait("the message that it answers", `location.search.startsWith("?at=") && document.querySelector(location.hash)`)

	ann.click("#messages .chat-message:last-child a.chat-time")
	ann.click("summary >> Delete")
	ann.click("button >> Delete message")
	ann.see("#messages [data-deleted] >> Message deleted")
}
