package browser

import (
	"testing"

	"github.com/chromedp/cdproto/fetch"

	"pocketchat/chatplugin/chattest"
)

// view is one state of one page, and how to get there.
type view struct {
	name string
	user string // "mira", "newbie" or nobody
	show func(w *world, p *person)
}

// visit is somebody who looks at a view.
func (w *world) visit(t *testing.T, v view, s screen) *person {
	t.Helper()
	p := newPerson(t, w.app.URL, "somebody", s)
	p.expect(refusedForm, gone, noNetwork, noSocket, "status of 401", "status of 400")
	switch v.user {
	case "mira":
		p.signIn(w.app, w.mira)
	case "newbie":
		p.signIn(w.app, w.newbie)
	}
	v.show(w, p)
	return p
}

// codes lets people sign in by mailed codes while a view is looked at; with
// second, after the password.
func (w *world) codes(p *person, second bool) {
	p.t.Helper()
	set := func(on, both bool) {
		users, err := w.app.FindCollectionByNameOrId("users")
		if err != nil {
			p.t.Fatal(err)
		}
		users.OTP.Enabled, users.MFA.Enabled = on, both
		if err := w.app.Save(users); err != nil {
			p.t.Fatal(err)
		}
	}
	set(true, second)
	p.t.Cleanup(func() { set(false, false) })
}

var views = []view{
	{"sign-in", "", func(w *world, p *person) { p.open("/chat/") }},
	{"sign-in-refused", "", func(w *world, p *person) {
		p.open("/chat/sign-in/")
		p.enter("[name=identity]", "mira@example.com")
		p.enter("[name=password]", "guess")
		p.keys("\r")
		p.see("[role=alert]")
	}},
	{"sign-up", "", func(w *world, p *person) { p.open("/chat/sign-up/") }},
	{"sign-up-refused", "", func(w *world, p *person) {
		p.open("/chat/sign-up/")
		p.enter("[name=name]", "Mira")
		p.enter("[name=email]", "mira@example.com")
		p.enter("[name=password]", "12345678")
		p.enter("[name=passwordConfirm]", "87654321")
		p.keys("\r")
		p.see(".chat-field__problem")
	}},
	{"sign-in-code", "", func(w *world, p *person) {
		w.codes(p, false)
		p.open("/chat/sign-in/")
		p.enter("[name=identity]", "mira@example.com")
		p.click("button >> E-mail me a code")
		p.see("[name=code]")
	}},
	{"sign-in-second", "", func(w *world, p *person) {
		w.codes(p, true)
		p.open("/chat/sign-in/")
		p.enter("[name=identity]", w.mira.Email())
		p.enter("[name=password]", chattest.Password)
		p.keys("\r")
		p.see("h1 >> One more step")
	}},
	{"inbox", "mira", func(w *world, p *person) { p.open("/chat/"); p.live() }},
	{"inbox-empty", "newbie", func(w *world, p *person) { p.open("/chat/"); p.live() }},
	{"search-nothing", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.live()
		p.enter("[name=q]", "zebra")
		p.see(".chat-empty__title >> No chat is called")
	}},
	{"search", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.live()
		p.enter("[name=q]", "crew")
		p.miss("#chat-rooms .chat-row__name >> Book club")
	}},
	{"account", "mira", func(w *world, p *person) { p.open("/chat/"); p.click(".chat-account summary") }},
	{"settings", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.live()
		p.click(".chat-account summary")
		p.click(".chat-account button >> Settings")
		p.see("#chat-settings legend >> Appearance")
	}},
	{"shortcuts", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.keyed()
		p.keys("?")
		p.see("#chat-keys dt")
	}},
	{"switcher", "mira", func(w *world, p *person) {
		p.open("/chat/" + w.crew + "/")
		p.live()
		p.jumps("")
	}},
	{"switcher-nothing", "mira", func(w *world, p *person) {
		p.open("/chat/" + w.crew + "/")
		p.live()
		p.jumps("zebra")
		p.see("#chat-switcher [data-found] >> No chat is called")
	}},
	{"new-direct", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.live()
		p.click(".chat-aside__header [data-dialog=chat-new-direct]")
		p.enter("#new-email", w.aiko.Email())
		p.see("#chat-check >> That is")
	}},
	{"new-direct-refused", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.live()
		p.click(".chat-aside__header [data-dialog=chat-new-direct]")
		p.enter("#new-email", "nobody@example.com")
		p.keys("\r")
		p.see("#chat-new-direct .chat-field__problem")
	}},
	{"new-group", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.live()
		p.click(".chat-aside__header [data-dialog=chat-new-group]")
		p.see("#group-name")
	}},
	{"new-group-refused", "mira", func(w *world, p *person) {
		p.open("/chat/")
		p.live()
		p.click(".chat-aside__header [data-dialog=chat-new-group]")
		p.enter("#group-name", "Crew")
		p.enter("#chat-new-group [data-members] > :nth-child(1) input", "nobody@example.com")
		p.click("#chat-new-group button >> Create group")
		p.see(".chat-field__problem")
	}},
	{"new-page", "mira", func(w *world, p *person) { p.open("/chat/new/"); p.live() }},
	{"new-group-page", "mira", func(w *world, p *person) { p.open("/chat/new-group/"); p.live() }},
	{"room", "mira", func(w *world, p *person) { p.open("/chat/" + w.crew + "/"); p.live() }},
	{"room-direct", "mira", func(w *world, p *person) { p.open("/chat/" + w.direct + "/"); p.live() }},
	{"room-up", "mira", func(w *world, p *person) {
		p.open("/chat/" + w.crew + "/")
		p.live()
		p.climb(120)
		p.rests()
		p.hover("#messages .chat-message[data-kind=text] .chat-bubble")
	}},
	{"room-older", "mira", func(w *world, p *person) {
		p.holds("*/messages/*", fetch.RequestStageRequest)
		p.open("/chat/" + w.quiet + "/")
		p.live()
		p.climb(1)
		p.see("[data-skeleton]")
	}},
	{"room-new-line", "newbie", func(w *world, p *person) {
		room := w.app.Direct(w.newbie, w.aiko)
		w.app.Message(room, w.newbie, "Hi Aiko, it's Sam from the yard.")
		w.app.Message(room, w.aiko, "Hi Sam! Did the paint come?")
		w.app.Message(room, w.aiko, "The blue one")
		p.open("/chat/" + room + "/")
		p.see("[data-new]")
	}},
	{"room-begin", "newbie", func(w *world, p *person) {
		p.open("/chat/" + w.app.Direct(w.newbie, w.lea) + "/")
		p.live()
	}},
	{"room-pending", "mira", func(w *world, p *person) {
		p.runBefore(wound)
		p.open("/chat/" + w.direct + "/")
		p.live()
		p.holds("*/send/", fetch.RequestStageRequest)
		p.say("Yes, the big kettle. And the good tea.")
		p.later(31)
		p.see("[data-state=failed]")
		p.say("On my way.")
		p.see("[data-state=sending]")
		p.keys("And a draft that gets quite long, so that it takes more than one line in the composer, which grows with it.")
	}},
	{"room-offline", "mira", func(w *world, p *person) {
		wire := newWire(p.t, w.app.URL)
		p.base = wire.URL
		p.signIn(w.app, w.mira)
		p.open("/chat/" + w.crew + "/")
		p.live()
		wire.fail(true)
		p.see("[data-offline]")
	}},
	{"room-signed-out", "mira", func(w *world, p *person) {
		p.open("/chat/" + w.crew + "/")
		p.live()
		eval[int](p, `fetch("/chat/sign-out/", { method: "POST" }).then((r) => r.status)`)
		p.see("[data-signed-out]")
	}},
	{"info", "mira", func(w *world, p *person) { p.open("/chat/" + w.crew + "/info/"); p.live() }},
	{"info-confirm", "mira", func(w *world, p *person) {
		p.open("/chat/" + w.crew + "/info/")
		p.live()
		p.click("summary >> Delete for everyone")
		p.wait("all of it in view", `document.querySelector("[data-confirm][open]").getBoundingClientRect().bottom <= innerHeight + 1`)
	}},
	{"info-direct", "mira", func(w *world, p *person) { p.open("/chat/" + w.direct + "/info/"); p.live() }},
	{"room-details", "mira", func(w *world, p *person) {
		p.open("/chat/" + w.crew + "/")
		p.live()
		p.click("#chat-header a[aria-label=Details]")
		p.see(".chat-info__title")
	}},
	{"edit", "mira", func(w *world, p *person) { p.open("/chat/" + w.crew + "/edit/"); p.live() }},
	{"edit-refused", "mira", func(w *world, p *person) {
		p.open("/chat/" + w.crew + "/edit/")
		p.live()
		p.enter("form:has([value=add]) input[name=members]", "nobody@example.com")
		p.click("form:has([value=add]) .chat-form__actions button")
		p.see(".chat-field__problem")
	}},
	{"missing", "mira", func(w *world, p *person) { p.open("/chat/aaaaaaaaaaaaaaa/") }},
	{"widget", "mira", func(w *world, p *person) { p.open("/chat/widget/"); p.live() }},
	{"widget-room", "mira", func(w *world, p *person) { p.open("/chat/widget/" + w.crew + "/"); p.live() }},
}
