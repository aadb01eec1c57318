package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"pocketchat/chatplugin/chattest"
)

// TestExample is two people who have nothing but the example, from signing up
// to leaving.
func TestExample(t *testing.T) {
	app := withExamples(t)
	ann, bob := newPerson(t, app.URL, "Ann", desktop), newPerson(t, app.URL, "Bob", phone)
	for _, p := range []*person{ann, bob} {
		p.open("/examples/chat.html")
		p.enter("#sign [name=name]", p.name)
		p.enter("#sign [name=email]", p.name+"@example.com")
		p.enter("#sign [name=password]", chattest.Password)
		p.click("#sign button >> Sign up")
		p.see("#empty >> No chats here")
	}

	ann.expect("status of 400")
	ann.click("summary >> New chat")
	ann.enter("#direct [name=email]", "nobody@example.com")
	ann.click("#direct button")
	ann.see("#notice >> Nobody")
	ann.enter("#direct [name=email]", "bob@example.com")
	ann.click("#direct button")
	ann.see("#title >> Bob")
	ann.writes("Hello Bob")
	ann.has("Hello Bob")

	bob.counts("Ann", 1)
	bob.tap("#rooms button >> Ann")
	bob.has("Hello Bob")
	ann.see("#online >> 2")
	ann.see("[data-read] >> read by 1")
	bob.tap("#back")
	bob.counts("Ann", 0)
	bob.tap("#rooms button >> Ann")

	bob.click("#composer textarea")
	bob.keys("Good mor")
	ann.see("#typing >> Bob is typing…")
	bob.keys("ning")
	bob.tap("#composer button >> Send")
	ann.has("Hello Bob", "Good morning")
	ann.wait("that nobody types", `document.querySelector("#typing").textContent === ""`)

	ann.hover("#messages .own")
	ann.click("#messages .own [data-act=edit]")
	ann.enter("#composer textarea", "Hello, Bob")
	ann.keys(kb.Enter)
	bob.has("Hello, Bob", "Good morning")
	bob.see("[data-edited] >> edited")
	ann.hover("#messages li:last-child")
	ann.click("#messages li:last-child [data-act=reply]")
	ann.see("#strip >> Good morning")
	ann.writes("And to you")
	bob.see("blockquote >> Good morning")

	bob.tap("#messages li:last-child [data-act=react] >> 👍")
	ann.see("#messages li:last-child .reactions >> 👍 1")
	ann.click("#messages li:last-child .reactions button >> 👍 1")
	bob.see("#messages li:last-child .reactions >> 👍 2")
	bob.tap("#messages li:last-child .reactions button >> 👍 2")
	ann.see("#messages li:last-child .reactions >> 👍 1")

	ann.hover("#messages li:last-child")
	ann.click("#messages li:last-child [data-act=remove]")
	bob.has("Hello, Bob", "Good morning", "Message deleted")

	plan := filepath.Join(t.TempDir(), "plan.txt")
	if err := os.WriteFile(plan, []byte("a plan"), 0o600); err != nil {
		t.Fatal(err)
	}
	ann.upload("#files", plan)
	ann.see("label >> Files (1)")
	ann.writes("see this")
	bob.see(".files a >> plan.txt")
}

// TestExampleGroup ends in a removal, being added again, and leaving.
func TestExampleGroup(t *testing.T) {
	app := withExamples(t)
	users := app.Users("Ann", "Bob")
	ann, bob := visitor(t, app.URL, users[0], desktop), visitor(t, app.URL, users[1], tablet)
	ann.click("summary >> New chat")
	ann.enter("#group [name=name]", "Crew")
	ann.enter("#group [name=members]", users[1].Email())
	ann.click("#group button")
	ann.see("#title >> Crew")
	ann.see("#people >> 2 people")
	ann.writes("Welcome aboard")
	bob.counts("Crew", 1)
	bob.click("#rooms button >> Crew")
	bob.has("Welcome aboard")

	bob.expect(gone) // a read mark that was under way
	room := eval[string](ann, `document.body.dataset.open`)
	if err := app.Chat.Kick(room, users[1].Id); err != nil {
		t.Fatal(err)
	}
	bob.see("#notice >> You are no longer in this chat.")
	bob.see("#empty")
	ann.writes("Among ourselves")
	ann.has("Welcome aboard", "Among ourselves")
	if got := app.Client(users[0]).Post("/chat/"+room+"/edit/", chattest.Form("action", "add", "members", users[1].Id)); got.Status >= 300 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	bob.click("#rooms button >> Crew")
	bob.has("Welcome aboard", "Among ourselves")
	ann.writes("There you are")
	bob.has("Welcome aboard", "Among ourselves", "There you are")

	bob.click("#leave")
	bob.click("#ask button >> Yes")
	bob.see("#empty")
	ann.see("#people >> 1 people")
}

// TestF01_ExampleLosesNothing cuts the connection of the example and of what
// was being sent.
func TestF01_ExampleLosesNothing(t *testing.T) {
	app := withExamples(t)
	users := app.Users("Ann", "Bob")
	room := app.Direct(users[0], users[1])
	for i := range 80 {
		app.Message(room, users[1], fmt.Sprint("old ", i))
	}
	app.Client(users[0]).Post("/chat/"+room+"/read/", chattest.Form("rev", fmt.Sprint(app.Rev(room))))
	wire := newWire(t, app.URL)
	ann := visitor(t, wire.URL, users[0], desktop)
	ann.expect(noNetwork)
	ann.click("#rooms button >> Bob")
	ann.see("#older")
	had := 50
	ann.wait("the newest page", listed+`.length === 50`)

	wire.fail(true)
	ann.see("#offline")
	gone := app.Message(room, users[1], "gone again")
	for _, text := range []string{"one", "two", "three"} {
		app.Message(room, users[1], text)
	}
	if err := app.Chat.DeleteMessage(gone.Id); err != nil {
		t.Fatal(err)
	}
	ann.writes("mine")
	ann.see("#outbox >> mine")
	wire.fail(false)
	ann.wait("what was missed, once and in order", `((all) => all.length === `+js(had+5)+` && all.slice(-5).join() === "Message deleted,one,two,three,mine")(`+listed+`)`)
	ann.miss("#outbox li")
	ann.miss("#offline")

	ann.click("#older")
	ann.wait("all from the first on", `((all) => all.length === 85 && all[0] === "old 0" && new Set(all).size === all.length)(`+listed+`)`)
	if n, _ := app.CountRecords("chat_messages"); n != 85 {
		t.Errorf("%d messages were made of 85", n)
	}
}

// TestF15_ExampleStaysSignedOut holds that the SDK doesn't knock for ever when a
// sign-in has ended, with a connection and without.
func TestF15_ExampleStaysSignedOut(t *testing.T) {
	app := withExamples(t)
	users := app.Users("Ann", "Bob")
	app.Message(app.Direct(users[0], users[1]), users[0], "Hello")
	ann := visitor(t, app.URL, users[0], desktop)
	ann.expect("status of 401", "status of 403")
	ann.click("#rooms button >> Bob")
	ann.see("#composer textarea")
	ann.wait("the room live", `!document.querySelector("#leave").offsetParent && document.querySelector("#people").textContent`)
	app.Chat.SignOut(users[0].Id)
	ann.see("#notice >> You were signed out.")
	ann.see("#sign")
	if left := eval[string](ann, `JSON.stringify([document.querySelector("#messages").textContent, localStorage.length])`); left != `["",0]` {
		t.Errorf("left behind: %s", left)
	}

	wire := newWire(t, app.URL)
	bob := visitor(t, wire.URL, users[1], desktop)
	bob.expect(noNetwork, "status of 401", "status of 403")
	bob.click("#rooms button >> Ann")
	bob.see("#composer textarea")
	wire.fail(true)
	bob.see("#offline")
	user := app.Find("users", users[1].Id)
	user.SetPassword("another battery")
	if err := app.Save(user); err != nil {
		t.Fatal(err)
	}
	wire.fail(false)
	bob.see("#notice >> You were signed out.")
	bob.see("#sign")
	eventually(t, "no connection is left", func() bool { return app.SubscriptionsBroker().TotalClients() == 0 })
}
