package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/pocketbase/pocketbase/core"

	"pocketchat/chatplugin/chattest"
)

// two are Ann and Bob in their direct room, both at their desks.
func two(t *testing.T, s screen) (app *chattest.App, ann, bob *person, room string, users []*core.Record) {
	t.Helper()
	app = serve(t)
	users = app.Users("Ann Berg", "Bob Castle")
	room = app.Direct(users[0], users[1])
	app.Message(room, users[1], "Shall we meet at *eight*?")
	app.Message(room, users[0], "Eight is fine")
	ann, bob = arrive(t, app, app.URL, users[0], s), arrive(t, app, app.URL, users[1], desktop)
	for _, p := range []*person{ann, bob} {
		p.open("/chat/" + room + "/")
		p.live()
	}
	return app, ann, bob, room, users
}

// bubble selects the message with a text.
func bubble(text string) string { return "#messages .chat-message .chat-bubble >> " + text }

// choosing opens the menu of a message by the pointer and presses one of its buttons.
func (p *person) choosing(text, item string) {
	p.t.Helper()
	p.hover(bubble(text))
	p.click("[data-bar] [data-do=menu]")
	p.click("dialog.chat-menu[open] " + item)
}

func TestTalkReplies(t *testing.T) {
	_, ann, bob, _, _ := two(t, desktop)
	bob.hover(bubble("Eight is fine"))
	bob.click("[data-bar] [data-do=reply]")
	bob.see("[data-composer-strip] >> Replying to Ann Berg")
	bob.see("[data-composer-strip] >> Eight is fine")
	bob.wait("the focus in the composer", `document.activeElement.id === "chat-body"`)

	// A reload keeps what is written and what it answers; Esc leaves the latter.
	bob.keys("See you")
	bob.reload()
	bob.live()
	bob.see("[data-composer-strip] >> Replying to Ann Berg")
	bob.wait("the draft", `document.querySelector("#chat-body").value === "See you"`)
	bob.click("#chat-body")
	bob.keys(kb.Escape)
	bob.miss("[data-composer-strip]")
	bob.wait("what was written", `document.querySelector("#chat-body").value === "See you"`)

	bob.choosing("Eight is fine", "[data-do=reply]")
	bob.keys(" there\r")
	bob.miss("[data-composer-strip]")
	for _, p := range []*person{ann, bob} {
		p.hears("See you there")
		p.see("#messages .chat-message:last-child .chat-quote >> Ann Berg")
		p.see("#messages .chat-message:last-child .chat-quote >> Eight is fine")
	}
	ann.click("#messages .chat-message:last-child .chat-quote")
	ann.wait("the message it answers marked", `document.querySelector("#messages [data-flash]")?.innerText.includes("Eight is fine")`)
	ann.once()
}

func TestTalkEdits(t *testing.T) {
	app, ann, bob, room, users := two(t, desktop)
	const typed = `document.querySelector("#chat-body").value`
	ann.click("#chat-body")
	ann.keys(kb.ArrowUp)
	ann.see("[data-composer-strip] >> Editing your message")
	ann.wait("the text as it was typed", typed+` === "Eight is fine"`)
	ann.keys(" with me\r")
	ann.miss("[data-composer-strip]")
	for _, p := range []*person{ann, bob} {
		p.hears("Eight is fine with me")
		p.see("#messages .chat-message:last-child .chat-message__edited")
	}

	// Esc leaves, and gives the earlier draft back.
	ann.keys("a draft")
	ann.choosing("Eight is fine", "[data-do=edit]")
	ann.wait("the text", typed+` === "Eight is fine with me"`)
	ann.keys(" or not")
	ann.keys(kb.Escape)
	ann.miss("[data-composer-strip]")
	ann.wait("the draft again", typed+` === "a draft"`)
	ann.hears("Eight is fine with me")

	// What is refused stays where it was typed, with why.
	ann.enter("#chat-body", "")
	ann.keys(kb.ArrowUp)
	ann.wait("the text", typed+` === "Eight is fine with me"`)
	app.Find("chat_messages", app.Message(room, users[1], "meanwhile").Id) // another one below
	ann.hears("meanwhile")
	ann.see("[data-composer-strip] >> Editing your message")
	id := eval[string](ann, `[...document.querySelectorAll("#messages [data-edited]")].at(-1).dataset.message`)
	if got := app.Client(users[0]).Post("/chat/"+room+"/retract/", chattest.Form("message", id)); got.Status != 200 {
		t.Fatalf("deleting: %d %s", got.Status, got.Body)
	}
	ann.expect(refusedForm)
	ann.keys("!\r")
	ann.see("[data-composer-error] >> This message was deleted.")
	ann.wait("what was typed", typed+` === "Eight is fine with me!"`)
	ann.keys(kb.Escape)
	ann.miss("[data-composer-strip]")

	// Without a connection it stays as well, and can be saved later.
	app.Message(room, users[0], "Nine then")
	ann.hears("Nine then")
	ann.click("#chat-body")
	ann.keys(kb.ArrowUp)
	ann.wait("the text", typed+` === "Nine then"`)
	ann.expect(noNetwork)
	held := ann.holds("*/change/", fetch.RequestStageRequest)
	ann.keys("!\r")
	saving := <-held
	ann.wait("it pending", `document.querySelector("#messages [data-saving]") && document.querySelector("#chat-body").readOnly`)
	saving.lose()
	ann.lets()
	ann.see("[data-composer-error] >> The change was not saved.")
	ann.wait("what was typed", typed+` === "Nine then!"`)
	ann.keys("\r")
	bob.hears("Nine then!")
	ann.miss("[data-composer-strip]")

	// An edit that leaves nothing offers to delete.
	ann.keys(kb.ArrowUp)
	ann.wait("the text", typed+` === "Nine then!"`)
	ann.enter("#chat-body", "")
	ann.keys("\r")
	ann.see("dialog[open] >> Delete this message?")
	ann.click("dialog[open] button >> Delete message")
	ann.miss("[data-composer-strip]")
	bob.see("#messages .chat-message:last-child[data-deleted]")

	// A foreign message has no such button.
	ann.hover(bubble("Shall we meet"))
	ann.click("[data-bar] [data-do=menu]")
	ann.see("dialog.chat-menu[open] [data-do=reply]")
	ann.miss("dialog.chat-menu[open] [data-do=edit]")
	ann.miss("dialog.chat-menu[open] [data-do=delete]")
	ann.keys(kb.Escape)
	ann.miss("dialog.chat-menu[open]")
}

// TestF18_DeletedTextIsGoneFromQuotes: deleting is asked about first, and takes
// the text out of what quotes it, on every open page.
func TestF18_DeletedTextIsGoneFromQuotes(t *testing.T) {
	app, ann, bob, room, users := two(t, desktop)
	secret := app.Message(room, users[0], "The door code is 4711")
	if got := app.Client(users[1]).Post("/chat/"+room+"/send/", chattest.Form("body", "Thanks", "reply_to", secret.Id)); got.Status != 200 {
		t.Fatalf("the reply: %d", got.Status)
	}
	for _, p := range []*person{ann, bob} {
		p.see(".chat-quote >> 4711")
	}
	bob.choosing("The door code", "[data-do=reply]")
	bob.see("[data-composer-strip] >> 4711")
	ann.choosing("The door code", "[data-do=delete]")
	ann.see("dialog[open] >> Delete this message?")
	ann.see("dialog[open] blockquote >> The door code is 4711")
	ann.click("dialog[open] button >> Cancel")
	ann.miss("dialog[open]")
	bob.see(bubble("The door code"))
	ann.choosing("The door code", "[data-do=delete]")
	ann.click("dialog[open] button >> Delete message")
	for _, p := range []*person{ann, bob} {
		p.see("#messages [data-deleted] >> Message deleted")
		p.see(".chat-quote >> Message deleted")
		p.miss("[data-composer-strip]")
		p.wait("nothing of it left", `!document.body.textContent.includes("4711") && !JSON.stringify({ ...localStorage, ...sessionStorage }).includes("4711")`)
		p.once()
	}
}

func TestTalkReacts(t *testing.T) {
	app, ann, bob, room, users := two(t, desktop)
	const chip = "#messages .chat-reaction"
	pressed := func(emoji, count string, on bool) string {
		return fmt.Sprintf(`[...document.querySelectorAll(%s)].some((b) => b.innerText.replace(/\s+/g, " ") === %s && b.getAttribute("aria-pressed") === "%v")`, js(chip), js(emoji+" "+count), on)
	}
	ann.hover(bubble("Shall we meet"))
	ann.click("[data-bar] [data-do=menu]")
	ann.click("dialog.chat-menu[open] .chat-quick__one >> 👍")
	ann.wait("her own pressed", pressed("👍", "1", true))
	bob.wait("not his", pressed("👍", "1", false))
	bob.click(chip)
	bob.wait("his too", pressed("👍", "2", true))
	ann.wait("both", pressed("👍", "2", true))
	ann.wait("who", `document.querySelector(".chat-reaction").title === "Ann Berg and Bob Castle reacted with 👍"`)
	ann.reload()
	ann.live()
	ann.wait("pressed after a reload", pressed("👍", "2", true))
	ann.click(chip)
	ann.wait("hers taken back", pressed("👍", "1", false))
	bob.wait("his alone", pressed("👍", "1", true))

	// Any other emoji, from the grid that is loaded when it is asked for.
	bob.hover(bubble("Eight is fine"))
	bob.click("[data-bar] [data-do=react]")
	bob.click("[data-emoji] button >> 🚀")
	ann.wait("the rocket", pressed("🚀", "1", false))

	// More people than a button names: the viewer's own is known all the same.
	crew := app.Group("Crew", users[0], users[1])
	id := app.Message(crew, users[1], "Who is in?").Id
	for i := range 24 {
		reactor := app.User(fmt.Sprintf("Member %d", i))
		if i == 23 {
			reactor = users[0]
		} else if got := app.Client(users[0]).Post("/chat/"+crew+"/edit/", chattest.Form("action", "add", "members", reactor.Id)); got.Status != 200 {
			t.Fatalf("adding: %d %s", got.Status, got.Body)
		}
		app.React(id, reactor, "✅")
	}
	ann.open("/chat/" + crew + "/")
	ann.wait("her own among many", pressed("✅", "24", true))
	bob.open("/chat/" + crew + "/")
	bob.live()
	bob.wait("not his", pressed("✅", "24", false))
	_ = room
	ann.click(chip)
	ann.wait("hers taken back", pressed("✅", "23", false))
	bob.wait("one less", pressed("✅", "23", false))
}

// TestTalkByKeyboard: all of it without a pointer.
func TestTalkByKeyboard(t *testing.T) {
	_, ann, bob, _, _ := two(t, desktop)
	ann.wait("the composer focused", `document.activeElement.id === "chat-body"`)
	for range 8 {
		if eval[bool](ann, `document.activeElement.matches("li.chat-message")`) {
			break
		}
		ann.keys(kb.Tab, chromedp.ModifierShift)
	}
	ann.wait("the last message focused", `document.activeElement.innerText.includes("Eight is fine")`)
	ann.keys(kb.ArrowUp)
	ann.wait("the one before", `document.activeElement.innerText.includes("Shall we meet")`)
	ann.keys(kb.Enter)
	ann.see("dialog.chat-menu[open]")
	ann.wait("the focus in the menu", `document.activeElement.closest("dialog.chat-menu")`)
	ann.keys(kb.Escape)
	ann.miss("dialog.chat-menu[open]")
	ann.wait("the focus back", `document.activeElement.innerText.includes("Shall we meet")`)
	ann.keys(kb.F10, chromedp.ModifierShift)
	ann.see("dialog.chat-menu[open]")
	ann.keys(kb.ArrowRight)
	ann.keys(kb.Enter) // the second of the quick ones
	bob.see("#messages .chat-reaction >> ❤️")
	ann.wait("the focus still on the message", `document.activeElement.matches("li.chat-message") && document.activeElement.querySelector(".chat-reaction")`)

	ann.keys(kb.ArrowDown)
	ann.keys(kb.Enter)
	for range 12 {
		if eval[bool](ann, `document.activeElement.dataset.do === "delete"`) {
			break
		}
		ann.keys(kb.ArrowDown)
	}
	ann.keys(kb.Enter)
	ann.see("dialog[open] >> Delete this message?")
	ann.keys(kb.Tab)
	ann.keys(kb.Tab)
	ann.keys(kb.Enter)
	bob.see("#messages [data-deleted] >> Message deleted")
	ann.wait("the focus in the composer", `document.activeElement.id === "chat-body"`)
}

// TestTalkOnPhone: a long press opens a sheet with targets for fingers.
func TestTalkOnPhone(t *testing.T) {
	_, ann, bob, _, _ := two(t, phone)
	ann.press(bubble("Shall we meet"))
	ann.see("dialog.chat-menu[open]")
	ann.wait("a sheet at the bottom", `(() => { const r = document.querySelector("dialog.chat-menu").getBoundingClientRect(); return r.left === 0 && r.right === innerWidth && Math.abs(r.bottom - innerHeight) < 1 })()`)
	ann.wait("targets of 44 px", `[...document.querySelectorAll("dialog.chat-menu button")].filter((b) => b.checkVisibility()).every((b) => b.getBoundingClientRect().height >= 44 && b.getBoundingClientRect().width >= 44)`)
	ann.tap("dialog.chat-menu[open] .chat-quick__one >> 😂")
	bob.see("#messages .chat-reaction >> 😂")
	ann.press(bubble("Shall we meet"))
	ann.tap("dialog.chat-menu[open] [data-do=reply]")
	ann.see("[data-composer-strip] >> Replying to Bob Castle")
	ann.keys("On my way")
	ann.tap(".chat-send")
	bob.hears("On my way")
	bob.see(".chat-quote >> Shall we meet at eight?")
	// A tap is no press: nothing opens.
	ann.tap(bubble("On my way"))
	ann.wait("no menu", `!document.querySelector("dialog[open]")`)
}
